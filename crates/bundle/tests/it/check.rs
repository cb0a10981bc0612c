//! Each fault of a folder is found, named, placed, and says what to do.

use std::fs;

use podium_bundle::check::{Options, check};
use podium_bundle::finding::{Code, Severity};

use crate::sets::{CLASSES, Folder, Random, Row, csv, is_error, now};

#[track_caller]
fn says(finding: &podium_bundle::finding::Finding, words: &str) {
    assert!(finding.message.en.contains(words), "{finding}");
}

#[test]
fn a_clean_folder_has_no_finding() {
    let folder = Folder::clean(1);
    let report = folder.check();
    assert_eq!(report.findings, []);
    assert!(report.is_publishable());
    let summary = report.summary;
    let public: usize = CLASSES
        .iter()
        .map(|class| (3 * folder.test.iter().filter(|row| row.label == *class).count()).div_ceil(10))
        .sum();
    assert_eq!((summary.files, summary.rows, summary.public_rows), (2, Some(1200), Some(public as u64)));
    let half_width = summary.public_half_width.unwrap();
    assert!((half_width - 1.96 * (0.16 / public as f64).sqrt()).abs() < 1e-12, "{half_width}");
    let sample = summary.sample_score.unwrap();
    assert!((0.28..0.39).contains(&sample), "{sample}");
}

#[test]
fn twenty_clean_sets_have_at_most_one_warning() {
    let findings: Vec<_> = (100..120).flat_map(|seed| Folder::clean(seed).check().findings).collect();
    assert!(findings.len() <= 1, "{findings:#?}");
}

#[test]
fn the_same_folder_gives_the_same_findings() {
    let folder = Folder::clean(2);
    folder.edit("competition.toml", "accuracy", "acuracy");
    folder.edit("data/train.csv", "cat", "cta");
    assert_eq!(folder.check().findings, folder.check().findings);
}

#[test]
fn all_faults_are_said_at_once() {
    let folder = Folder::clean(3);
    folder.edit("competition.toml", "end = 2026-12-21", "end = 2026-10-21");
    folder.edit("data/test.csv", "id,size", "image_id,size");
    folder.remove("rules.md");
    folder.edit("competition.toml", "classes = [\"cat\", \"dog\", \"owl\"]", "classes = [\"cat\", \"dog\"]");
    let report = folder.check();
    let codes: Vec<Code> =
        report.findings.iter().filter(|finding| is_error(finding)).map(|finding| finding.code).collect();
    for code in [Code::BadDate, Code::IdsDiffer, Code::MissingPage, Code::BadSolution, Code::ClassesDiffer] {
        assert!(codes.contains(&code), "{code:?} is missing in {:#?}", report.findings);
    }
    assert!(!report.is_publishable());
}

#[test]
fn a_folder_that_is_not_there_says_how_to_make_one() {
    let report = check("nowhere".as_ref(), Options { now: now(), is_published: false });
    says(&report.findings[0], "podium new DIR");
}

#[test]
fn a_missing_manifest_is_an_error() {
    let folder = Folder::clean(4);
    folder.remove("competition.toml");
    let finding = folder.one(Code::Unreadable);
    assert_eq!(finding.file, "competition.toml");
    says(&finding, "podium new DIR");
}

#[test]
fn an_end_in_the_past_is_an_error_and_a_start_in_the_past_a_warning() {
    let folder = Folder::clean(5);
    folder.edit("competition.toml", "start = 2026-12-01", "start = 2026-11-01");
    let start = folder.only();
    assert_eq!((start.severity, start.line, start.column), (Severity::Warning, Some(8), Some(9)));
    says(&start, "write a later date");
    folder.edit("competition.toml", "end = 2026-12-21", "end = 2026-11-21");
    let report = folder.check();
    let end = report.findings.iter().find(|finding| is_error(finding)).unwrap();
    assert_eq!((end.code, end.line), (Code::BadDate, Some(9)));
    says(end, "is in the past; write a date in the future");
}

#[test]
fn a_published_competition_may_lie_in_the_past() {
    let folder = Folder::clean(6);
    folder.edit("competition.toml", "start = 2026-12-01", "start = 2026-11-01");
    folder.edit("competition.toml", "end = 2026-12-21", "end = 2026-11-21");
    let report = check(&folder.dir, Options { now: now(), is_published: true });
    assert_eq!(report.findings, []);
}

#[test]
fn dates_in_the_wrong_order_are_an_error() {
    let folder = Folder::clean(7);
    folder.edit("competition.toml", "end = 2026-12-21", "end = 2026-11-29");
    says(&folder.only(), "is not after the start");
}

#[test]
fn an_unknown_metric_names_the_nearest() {
    let folder = Folder::clean(8);
    folder.edit("competition.toml", "\"accuracy\"", "\"acuracy\"");
    let finding = folder.one(Code::BadMetric);
    assert_eq!((finding.line, finding.column), (Some(16), Some(10)));
    says(&finding, "did you mean 'accuracy'?");
}

#[test]
fn a_metric_of_another_kind_lists_those_that_fit() {
    let folder = Folder::clean(9);
    folder.edit("competition.toml", "\"accuracy\"", "\"rmse\"");
    let finding = folder.one(Code::BadMetric);
    assert_eq!(finding.line, Some(16));
    says(&finding, "write one of accuracy, balanced_accuracy");
}

#[test]
fn ids_of_the_test_file_must_be_those_of_the_solution() {
    let folder = Folder::clean(10);
    let last = folder.test.last().unwrap().id.clone();
    folder.edit("data/test.csv", &last, "ffffffffffff");
    let report = folder.check();
    let messages: Vec<&str> = report.findings.iter().map(|finding| finding.message.en.as_str()).collect();
    assert!(messages.iter().any(|message| message.contains("'ffffffffffff' is not in solution.csv")), "{messages:?}");
    assert!(
        messages.iter().any(|message| message.contains("1 of the 1200 ids of solution.csv are not here")),
        "{messages:?}"
    );
    assert!(report.findings.iter().all(|finding| finding.code == Code::IdsDiffer && is_error(finding)));
}

#[test]
fn a_wrong_id_column_says_which_to_rename() {
    let folder = Folder::clean(11);
    folder.edit("data/test.csv", "id,size", "image_id,size");
    let finding = folder.one(Code::IdsDiffer);
    assert_eq!((finding.file.as_str(), finding.line), ("data/test.csv", Some(1)));
    says(&finding, "rename 'image_id' to 'id'");
}

#[test]
fn ids_of_the_sample_must_be_those_of_the_solution() {
    let folder = Folder::clean(12);
    let first = folder.test[0].id.clone();
    folder.edit("sample_submission.csv", &first, "nobody");
    let report = folder.check();
    assert!(report.findings.iter().all(|finding| finding.code == Code::BadSample && is_error(finding)), "{report:?}");
    assert!(
        report.findings.iter().any(|finding| finding.line == Some(2) && finding.message.en.contains("nobody")),
        "{report:?}"
    );
}

#[test]
fn a_label_outside_the_classes_names_its_line_and_the_nearest_class() {
    let folder = Folder::clean(13);
    let row = &folder.test[4];
    folder.edit("solution.csv", &format!("{},{}", row.id, row.label), &format!("{},caat", row.id));
    let finding = folder.one(Code::BadSolution);
    assert_eq!((finding.file.as_str(), finding.line), ("solution.csv", Some(6)));
    says(&finding, "cat");
}

#[test]
fn a_class_that_is_missing_in_the_manifest_is_an_error() {
    let folder = Folder::clean(14);
    folder.edit("competition.toml", "[\"cat\", \"dog\", \"owl\"]", "[\"cat\", \"dog\"]");
    let report = folder.check();
    let train = report.findings.iter().find(|finding| finding.code == Code::ClassesDiffer).unwrap();
    assert_eq!(train.file, "data/train.csv");
    says(train, "'owl' is not one of the 2 classes");
    assert!(report.findings.iter().any(|finding| finding.code == Code::BadSolution));
}

#[test]
fn a_class_that_nobody_has_is_a_warning() {
    let folder = Folder::clean(15);
    folder.edit("competition.toml", "[\"cat\", \"dog\", \"owl\"]", "[\"cat\", \"dog\", \"owl\", \"yak\"]");
    let report = folder.check();
    let messages: Vec<&str> = report.findings.iter().map(|finding| finding.message.en.as_str()).collect();
    assert!(
        messages.iter().any(|message| message.contains("no row of solution.csv has the class 'yak'")),
        "{messages:?}"
    );
    assert!(
        messages.iter().any(|message| message.contains("no row of the training data has the class 'yak'")),
        "{messages:?}"
    );
    assert!(report.is_publishable());
}

#[test]
fn a_sample_that_does_not_score_is_an_error() {
    let folder = Folder::clean(16);
    folder.write("sample_submission.csv", csv("id,answer", &folder.test, |row| format!("{},cat", row.id)));
    let report = folder.check();
    assert!(report.findings.iter().any(|finding| finding.code == Code::BadSample && is_error(finding)), "{report:?}");
}

#[test]
fn the_target_column_in_the_test_file_is_an_error() {
    let folder = Folder::clean(17);
    folder.write(
        "data/test.csv",
        csv("id,size,colour,label", &folder.test, |row| {
            format!("{},{:.3},{},{}", row.id, row.size, row.colour, row.label)
        }),
    );
    let finding = folder.one(Code::LabelsInData);
    assert_eq!((finding.file.as_str(), finding.line, finding.column), ("data/test.csv", Some(1), Some(4)));
    assert!(is_error(&finding));
    says(&finding, "remove the column");
}

#[test]
fn hidden_labels_under_another_name_in_another_file_are_an_error() {
    let folder = Folder::clean(18);
    let mut shuffled: Vec<&Row> = folder.test.iter().collect();
    shuffled.sort_by(|a, b| a.id.cmp(&b.id));
    let mut text = "id,kind\n".to_owned();
    shuffled.iter().for_each(|row| text += &format!("{},{}\n", row.id, row.label));
    folder.write("data/extra/meta.csv", text);
    let finding = folder.one(Code::LabelsInData);
    assert_eq!((finding.file.as_str(), finding.column), ("data/extra/meta.csv", Some(2)));
    assert!(is_error(&finding));
}

#[test]
fn the_solution_among_the_data_is_an_error() {
    let folder = Folder::clean(19);
    folder.write("data/answers.csv", folder.read("solution.csv"));
    let report = folder.check();
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.file == "data/answers.csv" && finding.message.en.starts_with("this is solution.csv")),
        "{report:?}"
    );
    assert!(!report.is_publishable());
}

#[test]
fn a_sample_with_the_hidden_labels_is_an_error() {
    let folder = Folder::clean(20);
    folder.write("sample_submission.csv", folder.read("solution.csv"));
    let report = folder.check();
    let found = report.findings.iter().filter(|finding| finding.code == Code::LabelsInData);
    assert!(found.clone().count() >= 1 && found.clone().all(is_error), "{report:?}");
}

#[test]
fn test_rows_in_the_training_file_are_an_error() {
    let folder = Folder::clean(21);
    let row = &folder.test[0];
    let text = folder.read("data/train.csv") + &format!("{},1.000,red,{}\n", row.id, row.label);
    folder.write("data/train.csv", text);
    says(&folder.one(Code::LabelsInData), "1 of the 1200 ids of solution.csv are in this training file");
}

/// Pictures of the test rows, with random bytes and sizes.
fn add_pictures(folder: &Folder, seed: u64) {
    let mut random = Random::new(seed);
    for row in folder.test.iter().take(600) {
        let bytes: Vec<u8> = (0..200 + random.below(100)).map(|_| random.next() as u8).collect();
        folder.write(&format!("data/test/{}.png", row.id), bytes);
    }
    for row in &folder.train {
        let bytes: Vec<u8> = (0..200 + random.below(100)).map(|_| random.next() as u8).collect();
        folder.write(&format!("data/train/{}.png", row.id), bytes);
    }
}

#[test]
fn the_same_picture_in_train_and_test_is_found_by_its_bytes() {
    let folder = Folder::clean(22);
    add_pictures(&folder, 22);
    let copy = fs::read(folder.dir.join(format!("data/train/{}.png", folder.train[7].id))).unwrap();
    folder.write(&format!("data/test/{}.png", folder.test[3].id), copy.clone());
    let finding = folder.only();
    assert_eq!((finding.code, finding.severity), (Code::SameFile, Severity::Warning));
    says(&finding, &format!("data/train/{}.png (1 such", folder.train[7].id));
    for row in folder.test.iter().skip(10).take(20) {
        folder.write(&format!("data/test/{}.png", row.id), copy.clone());
    }
    assert!(is_error(&folder.one(Code::SameFile)));
}

#[test]
fn a_file_size_that_tells_the_label_is_a_warning() {
    let folder = Folder::clean(23);
    let mut random = Random::new(23);
    for row in folder.test.iter().take(600) {
        let length = 200 + random.below(100) + if row.label == "owl" { 40 } else { 0 };
        let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
        folder.write(&format!("data/test/{}.png", row.id), bytes);
    }
    let finding = folder.only();
    assert_eq!((finding.code, finding.severity, finding.file.as_str()), (Code::Leak, Severity::Warning, "data/test/"));
    says(&finding, "the size of a file tells the label: class 'owl'");
}

#[test]
fn a_file_time_that_tells_the_label_is_a_warning() {
    let folder = Folder::clean(24);
    let mut random = Random::new(24);
    for row in folder.test.iter().take(300) {
        let path = format!("data/test/{}.png", row.id);
        let bytes: Vec<u8> = (0..200 + random.below(100)).map(|_| random.next() as u8).collect();
        folder.write(&path, bytes);
        let day = CLASSES.iter().position(|class| *class == row.label).unwrap() as u64;
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000 + day * 86_400);
        fs::File::options().write(true).open(folder.dir.join(path)).unwrap().set_modified(time).unwrap();
    }
    says(&folder.only(), "the time of a file tells the label");
}

#[test]
fn rows_sorted_by_label_are_a_warning() {
    let mut folder = Folder::clean(25);
    folder.test.sort_by_key(|row| row.label);
    folder.write_tables();
    let finding = folder.only();
    assert_eq!((finding.code, finding.file.as_str()), (Code::Leak, "data/test.csv"));
    says(&finding, "the order of the rows tells the label");
    says(&finding, "shuffle the rows");
}

#[test]
fn classes_in_turn_are_a_warning() {
    let mut folder = Folder::clean(26);
    let mut turns = Vec::new();
    let (mut by_class, mut rest): (Vec<Vec<Row>>, Vec<Row>) =
        ((0..3).map(|_| Vec::new()).collect(), std::mem::take(&mut folder.test));
    for row in rest.drain(..) {
        by_class[CLASSES.iter().position(|class| *class == row.label).unwrap()].push(row);
    }
    while by_class.iter().all(|class| !class.is_empty()) {
        by_class.iter_mut().for_each(|class| turns.push(class.pop().unwrap()));
    }
    folder.test = turns;
    folder.write_tables();
    says(&folder.only(), "classes alternate");
}

#[test]
fn an_odd_id_that_tells_the_label_is_a_warning() {
    let mut folder = Folder::clean(27);
    for (n, row) in folder.test.iter_mut().enumerate() {
        row.id = format!("{}", 100_000 + 2 * n + usize::from(row.label == "owl"));
    }
    folder.write_tables();
    let finding = folder.only();
    assert_eq!((finding.code, finding.file.as_str()), (Code::Leak, "solution.csv"));
    says(
        &finding,
        "whether the number in the id is odd tells the label: class 'owl' can be ranked by it with AUC 1.000",
    );
}

#[test]
fn an_id_that_begins_with_the_class_is_a_warning() {
    let mut folder = Folder::clean(28);
    folder.test.iter_mut().for_each(|row| row.id = format!("{}-{}", row.label, row.id));
    folder.write_tables();
    says(&folder.only(), "the beginning of the id tells the label");
}

#[test]
fn a_small_public_part_says_how_uncertain_its_scores_are() {
    let mut folder = Folder::clean(29);
    folder.test.truncate(300);
    folder.write_tables();
    let finding = folder.only();
    assert_eq!((finding.code, finding.severity, finding.line), (Code::SmallSplit, Severity::Warning, Some(18)));
    says(&finding, "has 92 rows, on which accuracy is uncertain by ±0.082 (95 %)");
}

#[test]
fn a_side_without_rows_is_an_error() {
    let folder = Folder::clean(30);
    folder
        .write("solution.csv", csv("id,label,Usage", &folder.test, |row| format!("{},{},Private", row.id, row.label)));
    let report = folder.check();
    let finding = report.findings.iter().find(|finding| finding.file == "solution.csv").unwrap();
    assert!(is_error(finding));
    says(finding, "no row is Public");
}

#[test]
fn the_dictionary_must_fit_the_files() {
    let folder = Folder::clean(31);
    folder.edit("competition.toml", "name = \"size\"", "name = \"sizes\"");
    let report = folder.check();
    let missing = report.findings.iter().find(|finding| is_error(finding)).unwrap();
    assert_eq!((missing.code, missing.line, missing.column), (Code::Dictionary, Some(29), Some(8)));
    says(missing, "train.csv has no column 'sizes'; did you mean 'size'?");
    let undescribed = report.findings.iter().find(|finding| !is_error(finding)).unwrap();
    says(undescribed, "does not describe size of train.csv");

    folder.edit("competition.toml", "name = \"sizes\"", "name = \"size\"");
    folder.edit("competition.toml", "file = \"test.csv\"", "file = \"tests.csv\"");
    says(folder.check().findings.iter().find(|finding| is_error(finding)).unwrap(), "did you mean 'test.csv'?");
}

#[test]
fn values_must_fit_the_dictionary() {
    for (from, to, words) in [
        ("range = [0, 10]", "range = [0, 2]", "is outside the range 0 to 2"),
        (
            "[\"red\", \"grey\", \"white\"]",
            "[\"red\", \"gray\", \"white\"]",
            "'grey' is not one of red, gray, white; did you mean 'gray'?",
        ),
        ("[0-9a-f]{12}", "[0-9]{12}", "does not match the pattern [0-9]{12}"),
    ] {
        let folder = Folder::clean(32);
        folder.edit("competition.toml", from, to);
        let finding = folder.only();
        assert_eq!((finding.code, finding.file.as_str()), (Code::Dictionary, "data/train.csv"));
        assert!(is_error(&finding) && finding.line.is_some() && finding.column.is_some());
        says(&finding, words);
    }
}

#[test]
fn an_unanswered_question_is_an_error_and_in_a_translation_a_warning() {
    let folder = Folder::clean(33);
    folder.write("overview.md", "# Animals\n\n> **Question:** Which problem is solved here?\n");
    let finding = folder.only();
    assert_eq!((finding.code, finding.line, finding.column), (Code::UnansweredQuestion, Some(3), Some(1)));
    assert!(is_error(&finding));
    says(&finding, "\"Which problem is solved here?\" Replace this line by the answer");
    folder.write("overview.md", "# Animals\n");
    folder.write("overview.ko.md", "> **질문:** 어떤 문제인가요?\n");
    assert_eq!(folder.only().severity, Severity::Warning);
}

#[test]
fn questions_in_the_manifest_must_be_answered() {
    let folder = Folder::clean(34);
    folder.edit("competition.toml", "licence = \"MIT\"", "licence = \"Question: what may people do?\"");
    assert!(is_error(&folder.only()));
    folder.edit("competition.toml", "licence = \"Question: what may people do?\"", "licence = \"MIT\"");
    folder.edit("competition.toml", "en = \"length\"", "en = \"Question: what is size?\"");
    let finding = folder.only();
    assert_eq!((finding.code, finding.severity), (Code::UnansweredQuestion, Severity::Warning));
}

#[test]
fn a_missing_page_is_an_error_and_a_missing_translation_a_warning() {
    let folder = Folder::clean(35);
    folder.remove("rules.ko.md");
    assert_eq!((folder.only().code, folder.only().severity), (Code::MissingTranslation, Severity::Warning));
    folder.remove("rules.md");
    let finding = folder.one(Code::MissingPage);
    assert!(is_error(&finding) && finding.file == "rules.md");
}

#[test]
fn missing_and_empty_files_are_errors() {
    let folder = Folder::clean(36);
    folder.remove("sample_submission.csv");
    assert_eq!(folder.only().code, Code::MissingFile);
    let folder = Folder::clean(36);
    folder.write("data/notes.txt", "");
    assert_eq!(folder.only().code, Code::FileSize);
    let folder = Folder::clean(36);
    fs::remove_dir_all(folder.dir.join("data")).unwrap();
    says(&folder.one(Code::MissingFile), "put into it what participants get");
}

#[test]
fn broken_csv_names_the_line() {
    let folder = Folder::clean(37);
    let id = folder.train[5].id.clone();
    folder.edit("data/train.csv", &format!("{id},"), &format!("{id},,"));
    let finding = folder.only();
    assert_eq!((finding.code, finding.line), (Code::BadCsv, Some(7)));
    says(&finding, "the row has 5 values, the header has 4");
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
    let folder = Folder::clean(38);
    let mut text = folder.read("data/train.csv");
    text += "\"";
    text += &"x,y\n".repeat(3_000_000);
    folder.write("data/train.csv", text);
    says(&folder.one(Code::BadCsv), "is a quote never closed?");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_data_is_an_error() {
    let folder = Folder::clean(39);
    std::os::unix::fs::symlink("../solution.csv", folder.dir.join("data/link.csv")).unwrap();
    let finding = folder.only();
    assert_eq!((finding.code, finding.file.as_str()), (Code::Unreadable, "data/link.csv"));
    assert!(is_error(&finding));
}

#[test]
fn a_file_that_appears_later_must_be_there() {
    let folder = Folder::clean(40);
    folder.write(
        "competition.toml",
        folder.read("competition.toml") + "\n[[files]]\npath = \"baseline.zip\"\nvisible_from = 2026-12-08T09:00:00\n",
    );
    let finding = folder.only();
    assert_eq!(finding.code, Code::MissingFile);
    says(&finding, "there is no file 'baseline.zip' in data/");
    folder.write("data/baseline.zip", "PK");
    assert_eq!(folder.check().findings, []);
}
