//! From a host's files to a folder that is ready but for the questions.

use std::fs;
use std::path::PathBuf;

use chrono::NaiveDate;
use podium_bundle::check::QUESTION_MARKS;
use podium_bundle::document::QUESTION;
use podium_bundle::finding::{Code, Severity};
use podium_bundle::scaffold::{Created, NewError, Sources, create};
use podium_scoring::columns::Kind;
use tempfile::TempDir;

use crate::sentences::says_both;
use crate::sets::{Random, Row, check_dir, csv, rows};

struct Host {
    holder: TempDir,
    sources: Sources,
}

impl Host {
    fn new() -> Self {
        Self { holder: tempfile::tempdir().unwrap(), sources: Sources::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.holder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> Option<PathBuf> {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        Some(path)
    }

    fn dir(&self) -> PathBuf {
        self.path("wild-animals")
    }

    fn create(&self) -> Result<Created, NewError> {
        create(&self.dir(), &self.sources, NaiveDate::from_ymd_opt(2026, 11, 30).unwrap())
    }

    fn refusal(&self) -> String {
        let sentence = self.create().unwrap_err().sentence();
        says_both(&sentence);
        assert!(!self.dir().exists(), "something was left behind");
        let left: Vec<_> = fs::read_dir(self.holder.path())
            .unwrap()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        assert!(left.iter().all(|name| name.ends_with(".csv")), "{left:?}");
        sentence.en
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir().join(name)).unwrap()
    }

    fn manifest(&self) -> podium_bundle::Manifest {
        toml::from_str(&self.read("competition.toml")).unwrap()
    }

    /// Answers every question as a host would, by replacing it.
    fn answer(&self) {
        for page in ["overview", "data", "rules"] {
            for name in [format!("{page}.md"), format!("{page}.ko.md")] {
                let text = self.read(&name);
                let answered: Vec<&str> = text
                    .lines()
                    .map(
                        |line| {
                            if QUESTION_MARKS.iter().any(|mark| line.starts_with(mark)) { "An answer." } else { line }
                        },
                    )
                    .collect();
                fs::write(self.dir().join(name), answered.join("\n")).unwrap();
            }
        }
        let text = self.read("competition.toml").replace(QUESTION, "Answered:");
        fs::write(self.dir().join("competition.toml"), text).unwrap();
    }
}

/// The three files of a host: train, test with labels, sample submission.
fn three_files(seed: u64) -> (Host, Vec<Row>) {
    let mut random = Random::new(seed);
    let mut host = Host::new();
    let (train, test) = (rows(&mut random, 300), rows(&mut random, 1000));
    let labelled = |rows: &[Row]| {
        csv("id,size,colour,label", rows, |row| format!("{},{:.2},{},{}", row.id, row.size, row.colour, row.label))
    };
    host.sources.train = host.file("train.csv", &labelled(&train));
    host.sources.test = host.file("test.csv", &labelled(&test));
    host.sources.sample = host.file("sample.csv", &csv("id,label", &test, |row| format!("{},cat", row.id)));
    (host, test)
}

#[test]
fn three_files_become_a_folder_whose_only_faults_are_questions() {
    let (host, test) = three_files(1);
    let created = host.create().unwrap();
    assert_eq!(created.files[0], "competition.toml");
    assert!(
        created.decisions.iter().any(|decision| decision.contains("1000 answers went to solution.csv")),
        "{created:?}"
    );

    let manifest = host.manifest();
    assert_eq!((manifest.slug.as_str(), manifest.title.en.as_str()), ("wild-animals", "Wild animals"));
    assert_eq!(manifest.task.kind, Kind::Labels);
    assert_eq!(manifest.task.id.as_deref(), Some("id"));
    assert_eq!(manifest.task.classes.unwrap(), ["cat", "dog", "owl"]);
    assert_eq!(manifest.task.metric.to_string(), "accuracy");
    assert_eq!(manifest.dates.start.to_string(), "2026-12-01T09:00:00");
    assert_eq!(manifest.columns.len(), 7);

    assert_eq!(host.read("data/test.csv").lines().next(), Some("id,size,colour"));
    assert_eq!(host.read("solution.csv"), csv("id,label", &test, |row| format!("{},{}", row.id, row.label)));
    assert_eq!(host.read("data/train.csv"), fs::read_to_string(host.path("train.csv")).unwrap());

    let report = check_dir(&host.dir());
    let errors: Vec<_> = report.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.iter().all(|finding| finding.code == Code::UnansweredQuestion), "{errors:#?}");
    assert_eq!(errors.len(), 5 + 2 + 2, "{errors:#?}");
}

#[test]
fn once_the_questions_are_answered_the_folder_is_ready_and_its_sample_scores() {
    let (host, _) = three_files(2);
    host.create().unwrap();
    host.answer();
    let report = check_dir(&host.dir());
    let others: Vec<_> = report.findings.iter().filter(|finding| finding.code != Code::MissingTranslation).collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!(report.is_publishable());
    let score = report.summary.sample_score.unwrap();
    assert!((0.25..0.42).contains(&score), "{score}");
}

#[test]
fn nothing_is_overwritten() {
    let (host, _) = three_files(3);
    fs::create_dir(host.dir()).unwrap();
    fs::write(host.dir().join("competition.toml"), "mine").unwrap();
    assert!(matches!(host.create(), Err(NewError::Exists(_))));
    assert_eq!(host.read("competition.toml"), "mine");
    fs::remove_file(host.dir().join("competition.toml")).unwrap();
    host.create().unwrap();
}

#[test]
fn from_nothing_there_is_a_template_that_says_what_is_missing() {
    let host = Host::new();
    host.create().unwrap();
    let report = check_dir(&host.dir());
    let missing: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.code == Code::MissingFile)
        .map(|finding| finding.file.as_str())
        .collect();
    assert_eq!(missing, ["data/", "sample_submission.csv", "solution.csv"]);
    assert!(
        report.findings.iter().all(|finding| matches!(
            finding.code,
            Code::MissingFile | Code::UnansweredQuestion | Code::MissingTranslation
        )),
        "{report:#?}"
    );
}

#[test]
fn a_test_file_without_labels_asks_for_the_solution() {
    let (mut host, test) = three_files(4);
    host.sources.test = host.file("test.csv", &csv("id,size", &test, |row| format!("{},{}", row.id, row.size)));
    let message = host.refusal();
    assert!(message.contains("test.csv has no column 'label'") && message.contains("--solution FILE"), "{message}");
    host.sources.solution =
        host.file("answers.csv", &csv("id,label", &test, |row| format!("{},{}", row.id, row.label)));
    host.create().unwrap();
    host.answer();
    assert!(check_dir(&host.dir()).is_publishable());
}

#[test]
fn a_sample_with_another_id_column_says_which_to_rename() {
    let (mut host, test) = three_files(5);
    host.sources.sample = host.file("sample.csv", &csv("image,label", &test, |row| format!("{},cat", row.id)));
    let message = host.refusal();
    assert!(message.ends_with("rename 'image' of sample.csv to 'id'"), "{message}");
}

#[test]
fn without_a_sample_one_is_made_of_the_most_frequent_training_class() {
    let (mut host, test) = three_files(6);
    host.sources.sample = None;
    host.create().unwrap();
    let sample = host.read("sample_submission.csv");
    assert_eq!(sample.lines().count(), test.len() + 1);
    let answers: std::collections::BTreeSet<&str> =
        sample.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(answers.len(), 1);
    host.answer();
    assert!(check_dir(&host.dir()).is_publishable());
}

#[test]
fn the_kind_and_the_metric_follow_the_values() {
    struct Case {
        solution: fn(&mut Random) -> String,
        sample: &'static str,
        header: &'static str,
        kind: Kind,
        metric: &'static str,
    }
    let cases = [
        Case {
            solution: |r| (if r.unit() < 0.2 { "1" } else { "0" }).to_owned(),
            sample: "0.5",
            header: "id,sick",
            kind: Kind::Probability,
            metric: "roc_auc",
        },
        Case {
            solution: |r| (if r.unit() < 0.2 { "1" } else { "0" }).to_owned(),
            sample: "0",
            header: "id,sick",
            kind: Kind::Labels,
            metric: "f1_macro",
        },
        Case {
            solution: |r| r.below(43).to_string(),
            sample: "0",
            header: "id,shop_item",
            kind: Kind::Labels,
            metric: "f1_macro",
        },
        Case {
            solution: |r| (18 + r.below(60)).to_string(),
            sample: "40",
            header: "id,age",
            kind: Kind::Numbers,
            metric: "rmse",
        },
        Case {
            solution: |r| format!("{:.2}", 20.0 + r.unit()),
            sample: "20",
            header: "id,degrees",
            kind: Kind::Numbers,
            metric: "rmse",
        },
        Case {
            solution: |r| format!("{:.2}", (12.0 * r.unit()).exp()),
            sample: "1",
            header: "id,price",
            kind: Kind::Numbers,
            metric: "rmsle",
        },
        Case {
            solution: |r| ["a", "b", "c", "a b", "b c", "a c", "a b c"][r.below(7) as usize].to_owned(),
            sample: "a",
            header: "id,tags",
            kind: Kind::Multilabel,
            metric: "multilabel_f1_macro",
        },
        Case {
            solution: |r| ["x", "y", "z"][r.below(3) as usize].to_owned(),
            sample: "0.3,0.3,0.4",
            header: "id,x,y,z",
            kind: Kind::Probabilities,
            metric: "log_loss",
        },
    ];
    for (seed, case) in cases.into_iter().enumerate() {
        let mut random = Random::new(seed as u64);
        let mut host = Host::new();
        let ids: Vec<String> = (0..900).map(|_| random.id()).collect();
        let target = if case.kind == Kind::Probabilities { "kind" } else { case.header.split(',').nth(1).unwrap() };
        let mut test = format!("id,feature,{target}\n");
        let mut sample = format!("{}\n", case.header);
        for id in &ids {
            test += &format!("{id},{:.3},{}\n", random.unit(), (case.solution)(&mut random));
            sample += &format!("{id},{}\n", case.sample);
        }
        host.sources.test = host.file("test.csv", &test);
        host.sources.sample = host.file("sample.csv", &sample);
        host.create().unwrap();
        let task = host.manifest().task;
        assert_eq!((task.kind, task.metric.to_string().as_str()), (case.kind, case.metric), "{}", case.header);
        host.answer();
        let report = check_dir(&host.dir());
        assert!(report.is_publishable(), "{}: {:#?}", case.header, report.findings);
    }
}

#[test]
fn relevances_of_items_become_a_ranking() {
    let mut random = Random::new(9);
    let mut host = Host::new();
    let mut solution = "query,item,relevance\n".to_owned();
    for query in 0..300 {
        let first = random.below(50);
        for item in 0..5 {
            solution += &format!("q{query},i{},{}\n", first + item, 1 + random.below(3));
        }
    }
    host.sources.solution = host.file("answers.csv", &solution);
    host.create().unwrap();
    assert_eq!(host.manifest().task.kind, Kind::Ranking);
    assert_eq!(host.read("sample_submission.csv").lines().next(), Some("query,items"));
    fs::write(host.dir().join("data/train.csv"), "query,item\nq1,i1\n").unwrap();
    host.answer();
    let report = check_dir(&host.dir());
    assert!(report.is_publishable(), "{:#?}", report.findings);
}

#[test]
fn a_usage_column_of_the_test_file_goes_to_the_solution() {
    let (mut host, test) = three_files(10);
    let text = csv("id,size,Usage,label", &test, |row| {
        format!("{},{},{},{}", row.id, row.size, if row.id.as_str() < "5" { "Public" } else { "Private" }, row.label)
    });
    host.sources.test = host.file("test.csv", &text);
    host.create().unwrap();
    assert_eq!(host.read("data/test.csv").lines().next(), Some("id,size"));
    assert_eq!(host.read("solution.csv").lines().next(), Some("id,label,Usage"));
}

#[test]
fn a_broken_file_names_its_line() {
    let (mut host, _) = three_files(11);
    host.sources.train = host.file("train.csv", "id,label\na,1\nb\n");
    assert_eq!(
        host.refusal(),
        "train.csv, line 3: the row has 1 values, the header has 2; correct the commas and quotes of this line"
    );
}
