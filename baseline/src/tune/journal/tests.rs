use std::collections::BTreeMap;

use super::*;
use crate::tune::study::Trial;

fn space() -> BTreeMap<String, Parameter> {
    BTreeMap::from([("x".to_owned(), Parameter::Float { low: 0.0, high: 1.0, log: false, step: None })])
}

fn point(x: f64) -> BTreeMap<String, f64> {
    BTreeMap::from([("x".to_owned(), x)])
}

#[test]
fn what_is_written_is_read_by_another_process() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("study.log");
    let journal = Journal::open(&path, "solar", Direction::Maximize).unwrap();
    let (trial, number) = journal.begin(&space(), |study| point(study.trials.len() as f64 / 2.0)).unwrap();
    journal.report(trial, 1, 0.4).unwrap();
    journal.reach(trial, 0, 0.4).unwrap();
    journal.end(trial, State::Complete, Some(0.5), Some("a note")).unwrap();
    let other = Journal::open(&path, "solar", Direction::Maximize).unwrap();
    let (second, second_number) = other.begin(&space(), |study| point(study.trials.len() as f64 / 2.0)).unwrap();
    assert_eq!((trial, number, second, second_number), (0, 0, 1, 1));
    let study = journal.study().unwrap();
    let first = Trial {
        id: 0,
        state: State::Complete,
        parameters: point(0.0),
        intermediate: BTreeMap::from([(1, 0.4)]),
        value: Some(0.5),
        rungs: BTreeMap::from([(0, 0.4)]),
        process: Some(u64::from(std::process::id())),
    };
    assert_eq!(study.trials[0], first);
    assert_eq!((study.trials[1].state, &study.trials[1].parameters), (State::Running, &point(0.5)));
}

#[test]
fn a_study_is_not_continued_the_other_way() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("study.log");
    Journal::open(&path, "solar", Direction::Maximize).unwrap();
    assert!(matches!(Journal::open(&path, "solar", Direction::Minimize), Err(JournalError::Direction(_))));
    let other = Journal::open(&path, "other", Direction::Minimize).unwrap();
    assert!(other.study().unwrap().trials.is_empty());
}

#[test]
fn a_line_torn_by_a_crash_is_cut_off_before_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("study.log");
    let journal = Journal::open(&path, "solar", Direction::Maximize).unwrap();
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"op_code\": 4, \"stu").unwrap();
    assert!(journal.study().unwrap().trials.is_empty());
    journal.begin(&space(), |_| point(0.1)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.ends_with('\n'));
    assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
    assert_eq!(journal.study().unwrap().trials.len(), 1);
}

#[test]
fn processes_that_write_together_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("study.log");
    Journal::open(&path, "solar", Direction::Maximize).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let journal = Journal::open(&path, "solar", Direction::Maximize).unwrap();
                for _ in 0..10 {
                    let (trial, _) = journal.begin(&space(), |_| point(0.5)).unwrap();
                    journal.end(trial, State::Complete, Some(trial as f64), None).unwrap();
                }
            });
        }
    });
    let study = Journal::open(&path, "solar", Direction::Maximize).unwrap().study().unwrap();
    assert_eq!(study.trials.len(), 40);
    assert!(study.trials.iter().all(|trial| trial.value == Some(trial.id as f64)));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no lock is left");
}

#[test]
fn a_file_that_is_no_journal_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("train.csv");
    fs::write(&path, "id,label\n").unwrap();
    let error = Journal::open(&path, "solar", Direction::Maximize).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("line 1 is not JSON"), "{error}");
}
