use std::io::Cursor;

use proptest::prelude::*;

use super::Index;
use crate::columns::Kind;
use crate::metric::Metric;
use crate::report;
use crate::solution::Solution;
use crate::spec::Task;
use crate::split::{SplitKey, SplitRule};
use crate::submission::{Checked, Submission};
use crate::table::Limits;

/// How ids look; each has its way of being found.
const IDS: [fn(usize) -> String; 6] = [
    |row| format!("photo-{row:06}.jpg"),
    |row| row.to_string(),
    |row| format!("{:x}", (row as u64 + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
    |row| format!("a-rather-long-identifier/{row}/x"),
    |row| format!("{row:03}"),
    |row| format!("사진{}", row * 1000),
];

/// A small deterministic stream of numbers in [0, 1).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

struct Case {
    task: Task,
    solution: String,
    /// Header, then rows.
    submission: Vec<String>,
}

fn task(kind: Kind, metrics: &[&str]) -> Task {
    let metrics: Vec<Metric> = metrics.iter().map(|name| name.parse().unwrap()).collect();
    Task { show: metrics[1..].to_vec(), ..Task::new(kind, metrics[0].clone()) }
}

fn case(kind: Kind, id: fn(usize) -> String, rows: usize, split: bool, seed: u64) -> Case {
    let mut noise = Noise(seed);
    let mut solution = if split { "id,label,Usage\n".to_owned() } else { "id,label\n".to_owned() };
    let classes = ["ant", "bee", "a somewhat long", "dove"];
    let mut submission = vec![match kind {
        Kind::Probabilities => "id,bee,ant,dove,a somewhat long".to_owned(),
        _ => "id,label".to_owned(),
    }];
    for row in 0..rows {
        let id = id(row);
        let class = (noise.next() * 4.0) as usize;
        let usage = if !split { "" } else { [",Public", ",Private", ",Ignored"][(noise.next() * 3.0) as usize] };
        let label = if kind == Kind::Probability { (class % 2).to_string() } else { classes[class].to_owned() };
        solution += &format!("{id},{label}{usage}\n");
        let answer = match kind {
            Kind::Labels => classes[if noise.next() < 0.6 { class } else { (noise.next() * 4.0) as usize }].to_owned(),
            Kind::Probability => {
                let value = noise.next();
                match row % 5 {
                    0 => format!("{value:.1}"),
                    1 => (value as f32).to_string(),
                    2 => format!("{:e}", value * 1e-5),
                    _ => value.to_string(),
                }
            }
            _ => {
                let raw: Vec<f64> = (0..4).map(|_| noise.next() + 1e-4).collect();
                let sum: f64 = raw.iter().sum();
                raw.iter().map(|value| (value / sum).to_string()).collect::<Vec<_>>().join(",")
            }
        };
        submission.push(format!("{id},{answer}"));
    }
    let task = match kind {
        Kind::Labels => task(kind, &["f1_macro", "accuracy", "mcc", "kappa_quadratic", "balanced_accuracy"]),
        Kind::Probability => task(kind, &["roc_auc", "average_precision", "log_loss", "brier"]),
        _ => task(kind, &["log_loss"]),
    };
    Case { task, solution, submission }
}

impl Case {
    fn solution(&self) -> Solution {
        Solution::from_reader(self.solution.as_bytes(), &self.task, None).unwrap()
    }
}

/// Both paths on a file. `None` where the fast path leaves it to the exact one.
fn both(solution: &Solution, index: &Index, file: &[u8]) -> Option<()> {
    let limits = Limits::default();
    let checked = index.check(&mut Cursor::new(file), &limits).unwrap();
    let fast = index.score(&mut Cursor::new(file), &limits).unwrap();
    assert_eq!(checked.is_some(), fast.is_some());
    let (checked, fast) = (checked?, fast?);
    let exact = Submission::from_reader(file, solution.expected(), &limits);
    let exact = exact.unwrap_or_else(|refusal| panic!("accepted: {refusal:?}"));
    assert_eq!(checked, Checked::from(exact.clone()));
    let exact = report::score_read(exact, solution);
    assert_eq!(format!("{:?}", fast.reveal()), format!("{:?}", exact.reveal()));
    Some(())
}

fn shuffled(case: &Case, seed: u64) -> Vec<u8> {
    let mut noise = Noise(seed);
    let mut rows = case.submission[1..].to_vec();
    for last in (1..rows.len()).rev() {
        rows.swap(last, (noise.next() * (last + 1) as f64) as usize);
    }
    let mut file = case.submission[0].clone();
    for row in rows {
        file.push('\n');
        file += &row;
    }
    file.into_bytes()
}

const KINDS: [Kind; 3] = [Kind::Labels, Kind::Probability, Kind::Probabilities];

#[test]
fn plain_files_are_scored_on_the_fast_path_in_any_order() {
    for kind in KINDS {
        for id in IDS {
            for (rows, split) in [(1, false), (40, true), (3_000, true), (5_000, false)] {
                let case = case(kind, id, rows, split, 5);
                let solution = case.solution();
                let index = Index::new(&solution).unwrap();
                let in_order = case.submission.join("\n") + "\n";
                let context = format!("{kind} {} {rows}", id(1));
                both(&solution, &index, in_order.as_bytes()).expect(&context);
                both(&solution, &index, &shuffled(&case, 9)).expect(&context);
                // In order for long enough that the order is believed, then not.
                let mut late = case.submission.clone();
                let last = late.len() - 1;
                late.swap(last, last.div_ceil(2));
                both(&solution, &index, late.join("\n").as_bytes()).expect(&context);
            }
        }
    }
}

#[test]
fn an_index_from_the_file_is_as_good_as_one_from_the_solution() {
    for kind in KINDS {
        for (id, plain) in IDS.into_iter().zip([true, true, true, true, true, false]) {
            for (rows, split) in [(1, false), (40, true), (3_000, true), (3_000, false)] {
                let mut case = case(kind, id, rows, split, 5);
                // Blanks within a label are for the exact reader.
                case.solution = case.solution.replace("a somewhat long", "cat");
                case.submission = case.submission.iter().map(|row| row.replace("a somewhat long", "cat")).collect();
                let solution = case.solution();
                let index = Index::from_file(&mut Cursor::new(&case.solution), &case.task, None).unwrap();
                assert_eq!(index.is_some(), plain, "{kind} {}", id(1));
                let Some(index) = index else { continue };
                both(&solution, &index, &shuffled(&case, 9)).unwrap();
                both(&solution, &index, case.submission.join("\n").as_bytes()).unwrap();
            }
        }
    }
}

#[test]
fn solutions_that_the_exact_reader_would_refuse_or_tidy_have_no_index_from_the_file() {
    let labels = task(Kind::Labels, &["accuracy"]);
    let binary = task(Kind::Probability, &["roc_auc"]);
    let closed = Task { classes: Some(vec!["0".to_owned(), "1".to_owned()]), ..labels.clone() };
    let index = |text: &str, task: &Task| Index::from_file(&mut Cursor::new(text), task, None).unwrap();
    assert!(index("id,label\na,0\nb,1\n", &closed).is_some());
    assert!(index("id,label\na,0\nb,1", &binary).is_some());
    for text in [
        "id,label\na,0\na,1\n",
        "id,label\na,0\nb,\n",
        "id,label\na,0\n,1\n",
        "id,label\na,0\nb,nan\n",
        "id,label\na,0\nb,1,2\n",
        "id,label\na,0\nb\n",
        "id,label\na,0\n b,1\n",
        "id,label\na,0\n\"b\",1\n",
        "id,label\na,0\r\nb,1\r\n",
        "id,label\na,0\n\nb,1\n",
        "id,label\n",
        "id\na\n",
        "id,label,weight\na,0,1\nb,1,2\n",
        "id,label,Usage\na,0,Public\nb,1,secret\n",
        "id,label,Usage\na,0,Public\nb,1,\n",
        "Usage,id,label\nPublic,a,0\nPublic,b,1\n",
    ] {
        assert!(index(text, &labels).is_none(), "{text}");
    }
    assert!(index("id,label\na,0\nb,2\n", &closed).is_none());
    assert!(index("id,label\na,0\nb,2\n", &binary).is_none());
}

#[test]
fn numbers_that_are_written_in_two_ways_are_one_class() {
    let task = task(Kind::Labels, &["accuracy"]);
    let solution = "id,label\na,0\nb,1\nc,01\nd,1.0\n";
    let index = Index::from_file(&mut Cursor::new(solution), &task, None).unwrap().unwrap();
    let exact = Solution::from_reader(solution.as_bytes(), &task, None).unwrap();
    both(&exact, &index, b"id,label\na,0\nb,1\nc,1\nd,0\n").unwrap();
}

#[test]
fn a_split_by_rule_is_made_by_the_exact_reader() {
    let task = task(Kind::Labels, &["accuracy"]);
    let rule = SplitRule { public: 0.3, group: None, key: SplitKey::new([1; 32]) };
    let index = |text: &str| Index::from_file(&mut Cursor::new(text), &task, Some(&rule)).unwrap();
    assert!(index("id,label\na,0\nb,1\n").is_none());
    assert!(index("id,label,Usage\na,0,Public\nb,1,Private\n").is_some());
}

#[test]
fn wrong_files_are_left_to_the_exact_reader() {
    for kind in KINDS {
        for id in IDS {
            let case = case(kind, id, 2_500, true, 6);
            let solution = case.solution();
            let index = Index::new(&solution).unwrap();
            let declined = |lines: Vec<String>| {
                assert_eq!(both(&solution, &index, (lines.join("\n") + "\n").as_bytes()), None, "{kind} {}", id(1));
            };
            let change = |place: usize, row: String| {
                let mut lines = case.submission.clone();
                lines[place] = row;
                lines
            };
            let answer = |place: usize| case.submission[place].split_once(',').unwrap().1;
            // Twice the same row, at once or instead of another; a row less, a row more; unknown ids.
            for (a, b) in [(3, 4), (4, 3), (10, 2_400), (2_400, 10)] {
                declined(change(a, case.submission[b].clone()));
            }
            declined(case.submission[..2_500].to_vec());
            declined([case.submission.clone(), vec![case.submission[7].clone()]].concat());
            declined([case.submission.clone(), vec![format!("zzz,{}", answer(1))]].concat());
            for other in ["zzz", "", "1e3", "9999999", &format!("{} ", id(6)), &format!("0{}", id(6))] {
                declined(change(7, format!("{other},{}", answer(7))));
            }
            // Values that do not belong there.
            for value in ["", "eel", "-0.5", "nan", "2", "0.5,0.5", "inf", "0x1"] {
                declined(change(7, format!("{},{value}", id(6))));
            }
            declined(change(7, case.submission[7].replace(',', ", ") + "x"));
            declined(change(7, String::new() + "\u{feff}" + &case.submission[7] + "\r\r"));
        }
    }
}

/// The file as other programs write it.
fn dressed(plain: &str, quotes: bool, crlf: bool, mark: bool) -> String {
    let quoted = |line: &str| line.split(',').map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(",");
    let lines: Vec<String> = plain.lines().map(|line| if quotes { quoted(line) } else { line.to_owned() }).collect();
    let line_end = if crlf { "\r\n" } else { "\n" };
    format!("{}{}{line_end}", if mark { "\u{feff}" } else { "" }, lines.join(line_end))
}

#[test]
fn files_as_excel_and_r_write_them_are_scored_on_the_fast_path() {
    for kind in KINDS {
        for id in IDS {
            let case = case(kind, id, 3_000, true, 7);
            let solution = case.solution();
            let index = Index::new(&solution).unwrap();
            let plain = String::from_utf8(shuffled(&case, 3)).unwrap();
            for dress in 1..8 {
                let file = dressed(&plain, dress & 1 > 0, dress & 2 > 0, dress & 4 > 0);
                assert!(both(&solution, &index, file.as_bytes()).is_some(), "{kind} {} {dress}", id(1));
                assert!(both(&solution, &index, file.trim_end().as_bytes()).is_some(), "{kind} {} {dress}", id(1));
            }
        }
    }
}

#[test]
fn files_that_need_tidying_are_left_to_the_exact_reader() {
    for kind in KINDS {
        let case = case(kind, IDS[2], 100, true, 7);
        let solution = case.solution();
        let index = Index::new(&solution).unwrap();
        let plain = case.submission.join("\n") + "\n";
        let row = case.submission[5].as_str();
        let one = |row: &str, other: String| plain.replacen(row, &other, 1);
        let crlf = dressed(&plain, false, true, false);
        let quoted = dressed(&plain, true, false, false);
        for file in [
            one(row, format!("\"{}\"", row.replacen(',', "\",", 1))),
            one(row, format!(" {row}")),
            one(row, format!("\n{row}")),
            one(row, format!("{row}\r")),
            crlf.replacen(row, &format!("{row}\n"), 1),
            crlf.replacen(&format!("{row}\r"), row, 1),
            crlf.replacen(row, &format!("{row}\r"), 1),
            quoted.replacen("\n\"", "\n\" ", 1),
            quoted.replacen("\n\"", "\n \"", 1),
            quoted.replacen("\n\"", "\n\"\"\"", 1),
            quoted.replacen("\n\"", "\n", 2),
        ] {
            assert_eq!(both(&solution, &index, file.as_bytes()), None, "{file}");
        }
        assert!(both(&solution, &index, plain.trim_end().as_bytes()).is_some());
    }
}

#[test]
fn a_nul_byte_after_an_id_or_a_label_is_left_to_the_exact_reader() {
    for kind in KINDS {
        for id in IDS {
            let case = case(kind, id, 100, false, 7);
            let solution = case.solution();
            let index = Index::new(&solution).unwrap();
            let plain = case.submission.join("\n") + "\n";
            let rows: [&str; 2] = std::array::from_fn(|row| case.submission[row + 1].as_str());
            for (row, nuls) in rows.into_iter().zip(["\0", "\0\0\0"]) {
                for damaged in [row.replacen(',', &format!("{nuls},"), 1), format!("{row}{nuls}")] {
                    let file = plain.replacen(row, &damaged, 1);
                    assert_eq!(both(&solution, &index, file.as_bytes()), None, "{damaged:?}");
                    let file = shuffled(&case, 3);
                    let file = String::from_utf8(file).unwrap().replacen(row, &damaged, 1);
                    assert_eq!(both(&solution, &index, file.as_bytes()), None, "{damaged:?}");
                }
            }
        }
    }
}

#[test]
fn sums_near_the_bound_are_judged_as_by_the_exact_reader() {
    let header = "id,ant,bee,dove";
    let solution = "id,label\na,ant\nb,bee\nc,dove\n";
    let solution = Solution::from_reader(solution.as_bytes(), &task(Kind::Probabilities, &["log_loss"]), None).unwrap();
    let index = Index::new(&solution).unwrap();
    let mut taken = 0;
    for off in [0.0, 1e-9, 2e-8, 0.5e-6, 0.99e-6, 0.9985e-6, 0.9995e-6, 1e-6, 1.01e-6, 1e-5, 0.01, 0.011] {
        for (sign, digits) in [(1.0, 12), (-1.0, 12), (1.0, 8), (-1.0, 7), (1.0, 19)] {
            let row = |id: &str| format!("{id},{:.*},0.25,{:.*}", digits, 0.3 + sign * off, digits.min(9), 0.45);
            let file = format!("{header}\n{}\n{}\n{}", row("a"), row("b"), row("c"));
            let limits = Limits::default();
            if let Some(fast) = index.score(&mut Cursor::new(&file), &limits).unwrap() {
                let exact = report::score(file.as_bytes(), &solution, &limits).unwrap();
                assert_eq!(format!("{:?}", fast.reveal()), format!("{:?}", exact.reveal()), "{file}");
                taken += 1;
            }
        }
    }
    assert!(taken >= 25, "{taken}");
}

#[test]
fn a_header_in_other_words_gives_the_same_notices() {
    let case = case(Kind::Labels, IDS[0], 100, true, 7);
    let solution = case.solution();
    let index = Index::new(&solution).unwrap();
    let file = case.submission.join("\n").replacen("id,label", "ID,Label", 1);
    both(&solution, &index, file.as_bytes()).unwrap();
    let report = index.score(&mut Cursor::new(file), &Limits::default()).unwrap().unwrap();
    assert_eq!(report.notices.len(), 1);
}

#[test]
fn a_file_beyond_the_limit_is_left_to_the_exact_reader() {
    let case = case(Kind::Labels, IDS[1], 100, false, 7);
    let solution = case.solution();
    let index = Index::new(&solution).unwrap();
    let file = case.submission.join("\n");
    let limits = Limits { file_bytes: file.len() as u64 - 1, ..Limits::default() };
    assert!(index.score(&mut Cursor::new(&file), &limits).unwrap().is_none());
    let limits = Limits { file_bytes: file.len() as u64, ..Limits::default() };
    assert!(index.score(&mut Cursor::new(&file), &limits).unwrap().is_some());
}

#[test]
fn a_file_may_come_in_any_pieces() {
    struct Trickle<'a>(Cursor<&'a [u8]>, usize);
    impl std::io::Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let most = buffer.len().min(self.1);
            self.0.read(&mut buffer[..most])
        }
    }
    impl std::io::Seek for Trickle<'_> {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let case = case(Kind::Probabilities, IDS[3], 200, true, 8);
    let solution = case.solution();
    let index = Index::new(&solution).unwrap();
    let file = shuffled(&case, 1);
    let whole = index.score(&mut Cursor::new(&file), &Limits::default()).unwrap().unwrap();
    for piece in [1, 7, 64, 1_000] {
        let mut trickle = Trickle(Cursor::new(&file), piece);
        let report = index.score(&mut trickle, &Limits::default()).unwrap().unwrap();
        assert_eq!(format!("{:?}", report.metrics), format!("{:?}", whole.metrics));
    }
}

#[test]
fn debug_of_an_index_shows_the_count_only() {
    let index = Index::new(&case(Kind::Labels, IDS[0], 3, true, 1).solution()).unwrap();
    assert_eq!(format!("{index:?}"), "Index(3 rows)");
}

#[test]
fn ids_that_need_quotes_have_no_index() {
    let task = task(Kind::Labels, &["accuracy"]);
    let solution = Solution::from_reader("id,label\n\"a,b\",0\nc,1\n".as_bytes(), &task, None).unwrap();
    assert!(Index::new(&solution).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_change_of_a_file_has_the_same_verdict_and_score_on_both_paths(
        kind in prop::sample::select(KINDS.to_vec()),
        id in 0..IDS.len(),
        rows in 1_usize..60,
        split in any::<bool>(),
        seed in any::<u64>(),
        shuffle in any::<bool>(),
        dress in 0_u8..16,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..4, prop::sample::select(b"0123456789.,-+eE\n\r \"ab\xff\0".to_vec())), 0..3),
    ) {
        let case = case(kind, IDS[id], rows, split, seed);
        let solution = case.solution();
        let index = Index::new(&solution).unwrap();
        let mut file = if shuffle { shuffled(&case, seed) } else { case.submission.join("\n").into_bytes() };
        if dress & 8 > 0 {
            let plain = String::from_utf8(file).unwrap();
            file = dressed(&plain, dress & 1 > 0, dress & 2 > 0, dress & 4 > 0).into_bytes();
        }
        for (place, how, byte) in edits {
            let place = place.index(file.len());
            match how {
                0 => file[place] = byte,
                1 => file.insert(place, byte),
                2 => { file.remove(place); }
                _ => { let row: Vec<u8> = file[place..].to_vec(); file.extend(row); }
            }
        }
        both(&solution, &index, &file);
    }

    #[test]
    fn any_change_of_a_solution_has_the_same_verdict_on_both_paths(
        kind in prop::sample::select(KINDS.to_vec()),
        id in 0..IDS.len(),
        rows in 1_usize..40,
        split in any::<bool>(),
        seed in any::<u64>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..3, prop::sample::select(b"0123456789.,\n\r \"ab\xff\0".to_vec())), 0..3),
    ) {
        let case = case(kind, IDS[id], rows, split, seed);
        let mut text = case.solution.replace("a somewhat long", "cat").into_bytes();
        for (place, how, byte) in edits {
            let place = place.index(text.len());
            match how {
                0 => text[place] = byte,
                1 => text.insert(place, byte),
                _ => { text.remove(place); }
            }
        }
        if let Some(index) = Index::from_file(&mut Cursor::new(&text), &case.task, None).unwrap() {
            let solution = Solution::from_reader(text.as_slice(), &case.task, None);
            prop_assert!(solution.is_ok(), "{solution:?}");
            let solution = solution.unwrap();
            let sample: Vec<String> = solution.ids().iter().map(|id| format!("{id},0")).collect();
            let header = solution.expected().header().join(",");
            both(&solution, &index, format!("{header}\n{}\n", sample.join("\n")).as_bytes());
            both(&solution, &index, case.submission.join("\n").as_bytes());
        }
    }
}
