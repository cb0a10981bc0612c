//! What holds for every file: what is written is read back, the way of writing changes no score, and a refusal tells
//! nothing about the labels.

use podium_scoring::columns::{Kind, Predictions};
use podium_scoring::rejection::Refusal;
use podium_scoring::report::score;
use podium_scoring::solution::Solution;
use podium_scoring::spec::Task;
use podium_scoring::submission::{Submission, Writer};
use podium_scoring::table::Limits;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::golden_csv;

fn task(kind: Kind, metric: &str) -> Task {
    Task::new(kind, metric.parse().unwrap())
}

fn solution(task: &Task, file: &[u8]) -> Solution {
    Solution::from_reader(file, task, None).unwrap()
}

fn read(file: &[u8], solution: &Solution) -> Submission {
    Submission::from_reader(file, solution.expected(), &Limits::default()).unwrap()
}

/// A name as people write them: any characters but line breaks and control characters, no blanks around.
fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9가-힣,\"'; é_./-]{1,12}"
        .prop_map(|name| name.trim().to_owned())
        .prop_filter("not empty", |name| !name.is_empty())
        .prop_filter("a value", |name| {
            !["nan", "na", "null", "none", "nil", "nat", "n/a"].contains(&name.to_lowercase().as_str())
        })
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(name(), 2..12).prop_map(|names| names.into_iter().collect())
}

fn written(header: &[&str], rows: &[(String, String)]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    rows.iter().for_each(|(id, label)| writer.label(id, label).unwrap());
    writer.finish().unwrap()
}

/// The same rows in another writing.
#[derive(Clone, Debug)]
struct Style {
    quoted: bool,
    swapped: bool,
    blanks: bool,
    upper: bool,
    end: &'static str,
    last_end: bool,
    mark: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let ends = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    (any::<[bool; 6]>(), ends).prop_map(|([quoted, swapped, blanks, upper, last_end, mark], end)| Style {
        quoted,
        swapped,
        blanks,
        upper,
        end,
        last_end,
        mark,
    })
}

impl Style {
    fn write(&self, rows: &[(String, String)]) -> Vec<u8> {
        let value = |text: &str| {
            let needs_quotes = text.contains([',', '"']);
            let quoted = if self.quoted || needs_quotes {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            };
            // A blank before a quote is refused, one after it is not.
            match (self.blanks, quoted.starts_with('"')) {
                (false, _) => quoted,
                (true, true) => format!("{quoted} "),
                (true, false) => format!("\t {quoted} "),
            }
        };
        let row = |(id, label): (&str, &str)| {
            if self.swapped {
                format!("{},{}", value(label), value(id))
            } else {
                format!("{},{}", value(id), value(label))
            }
        };
        let header = if self.upper { ("ID", "Label") } else { ("id", "label") };
        let mut lines = vec![row(header)];
        lines.extend(rows.iter().map(|(id, label)| row((id, label))));
        let mut text = lines.join(self.end);
        if self.last_end {
            text.push_str(self.end);
        }
        if self.mark {
            text.insert(0, '\u{feff}');
        }
        text.into_bytes()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_is_read_back(ids in names(), classes in names(), picks in prop::collection::vec(any::<Index>(), 12)) {
        let rows: Vec<(String, String)> =
            ids.into_iter().zip(&picks).map(|(id, pick)| (id, classes[pick.index(classes.len())].clone())).collect();
        let mut task = task(Kind::Labels, "accuracy");
        task.classes = Some(classes.clone());
        let file = written(&["id", "label"], &rows);
        let solution = solution(&task, &file);
        let submission = read(&file, &solution);
        prop_assert_eq!(&submission.notices, &[]);
        let Predictions::Classes { index, extra } = submission.predictions else { panic!("classes") };
        prop_assert!(extra.is_empty());
        let names = solution.expected().classes().unwrap().names();
        for ((_, label), class) in rows.iter().zip(index) {
            prop_assert_eq!(label, &names[class as usize]);
        }
    }

    #[test]
    fn every_float_is_read_back_to_the_bit(
        values in prop::collection::vec(any::<f64>().prop_filter("finite", |value| value.is_finite()), 1..20),
    ) {
        let mut writer = Writer::new(Vec::new(), &["id", "x"]).unwrap();
        for (row, value) in values.iter().enumerate() {
            writer.numbers(&row.to_string(), &[*value]).unwrap();
        }
        let file = writer.finish().unwrap();
        let submission = read(&file, &solution(&task(Kind::Numbers, "mae"), &file));
        let Predictions::Numbers(read) = submission.predictions else { panic!("numbers") };
        for (written, read) in values.iter().zip(read) {
            // Only the sign of zero is dropped.
            prop_assert_eq!((written + 0.0).to_bits(), read.to_bits());
        }
    }

    #[test]
    fn the_way_of_writing_changes_no_score(
        ids in names(),
        classes in names(),
        truth in prop::collection::vec(any::<Index>(), 12),
        guess in prop::collection::vec(any::<Index>(), 12),
        keys in prop::collection::vec(any::<u32>(), 12),
        style in style(),
    ) {
        let labelled = |picks: &[Index]| -> Vec<(String, String)> {
            ids.iter().zip(picks).map(|(id, pick)| (id.clone(), classes[pick.index(classes.len())].clone())).collect()
        };
        let mut task = task(Kind::Labels, "f1_macro");
        task.classes = Some(classes.clone());
        let solution = solution(&task, &written(&["id", "label"], &labelled(&truth)));
        let rows = labelled(&guess);
        let plain = score(written(&["id", "label"], &rows).as_slice(), &solution, &Limits::default()).unwrap().reveal();
        let mut shuffled: Vec<_> = rows.into_iter().zip(keys).collect();
        shuffled.sort_by_key(|(_, key)| *key);
        let shuffled: Vec<(String, String)> = shuffled.into_iter().map(|(row, _)| row).collect();
        let other = score(style.write(&shuffled).as_slice(), &solution, &Limits::default());
        let other = match other {
            Ok(report) => report.reveal(),
            Err(refusal) => panic!("{refusal}\n{}", String::from_utf8_lossy(&style.write(&shuffled))),
        };
        let bits = |metrics: &podium_scoring::report::Revealed| {
            metrics.metrics[0].all.as_ref().map(|estimate| estimate.value.to_bits()).ok()
        };
        prop_assert_eq!(bits(&plain), bits(&other));
    }

    /// The report on a refused file and its bytes are the same for every assignment of labels and split.
    #[test]
    fn a_refusal_tells_nothing_about_the_labels(
        case in any::<Index>(),
        labels in prop::collection::vec(0_u32..3, 10),
        other_labels in prop::collection::vec(0_u32..3, 10),
        usage in any::<[bool; 10]>(),
        edit in any::<(Index, u8)>(),
    ) {
        let cases = golden_csv::cases();
        let case = &cases[case.index(cases.len())];
        let mut content = case.content.clone();
        if !content.is_empty() && content.len() < 1_000 {
            let at = edit.0.index(content.len());
            content[at] = edit.1;
        }
        let (kind, metric, target) = match case.name.get(..2) {
            Some("p_") => (Kind::Probabilities, "log_loss", "label"),
            Some("n_") => (Kind::Numbers, "mae", "value"),
            _ => (Kind::Labels, "accuracy", "label"),
        };
        let mut task = task(kind, metric);
        task.classes = (kind != Kind::Numbers).then(|| ["0", "1", "2"].map(str::to_owned).to_vec());
        let refusal = |labels: &[u32], usage: [bool; 10]| {
            let rows: String = (0..10)
                .map(|row| format!("a{:03},{},{}\n", row + 1, labels[row], if usage[row] { "Public" } else { "Private" }))
                .collect();
            let solution = solution(&task, format!("id,{target},Usage\n{rows}").as_bytes());
            match score(content.as_slice(), &solution, &Limits::default()) {
                Ok(report) => serde_json::to_string(&report.notices).unwrap(),
                Err(Refusal::Rejected(rejections)) => serde_json::to_string(&rejections).unwrap(),
                Err(Refusal::Io(error)) => panic!("{error}"),
            }
        };
        prop_assert_eq!(refusal(&labels, usage), refusal(&other_labels, [true; 10]));
    }
}

#[test]
fn every_mutation_of_a_byte_is_refused_or_scores_by_whole_rows() {
    let solution = golden_csv::labels();
    let plain = golden_csv::cases()[0].content.clone();
    assert_eq!(plain.len(), 79);
    let limits = Limits::default();
    let mut scored = 0;
    for at in 0..plain.len() {
        for byte in 0..=255_u8 {
            let mut content = plain.clone();
            content[at] = byte;
            match score(content.as_slice(), &solution, &limits) {
                Ok(report) => {
                    let value = report.reveal().metrics[0].all.as_ref().unwrap().value;
                    let rows = value * 10.0;
                    assert!((rows - rows.round()).abs() < 1e-9 && value >= 0.9 - 1e-9, "{at} {byte}: {value}");
                    scored += 1;
                }
                Err(Refusal::Rejected(rejections)) => assert!(!rejections.is_empty()),
                Err(Refusal::Io(error)) => panic!("{error}"),
            }
        }
    }
    // Each byte as it is, the three classes of each row, and blanks, cases and line ends that mean the same.
    assert!((79 + 20..2_000).contains(&scored), "{scored}");
}
