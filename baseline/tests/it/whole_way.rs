//! From photographs to a scored submission, on the small example competition.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The example's folder. Its solution lies beside the data, and only the scoring here reads it.
pub(crate) fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/grocery-mini")
}

/// Runs the program and returns what it printed.
pub(crate) fn baseline(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_baseline")).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "baseline {arguments:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Share of the submission's rows that are right.
fn accuracy(submission: &Path) -> f64 {
    let read = |path: &Path| -> Vec<(String, String)> {
        let mut reader = csv::Reader::from_path(path).unwrap();
        reader.records().map(|row| row.unwrap()).map(|row| (row[0].to_owned(), row[1].to_owned())).collect()
    };
    let truth: std::collections::HashMap<_, _> = read(&example().join("solution.csv")).into_iter().collect();
    let rows = read(submission);
    assert_eq!(rows.len(), truth.len());
    rows.iter().filter(|(id, label)| truth[id] == *label).count() as f64 / rows.len() as f64
}

#[test]
fn the_fast_preset_beats_the_demos_simple_models() {
    /// The best of the demo's simple models here, 8 x 8 pixels and their neighbours, has 0.67.
    const SIMPLE: f64 = 0.67;
    let dir = tempfile::tempdir().unwrap();
    let (run, out) = (dir.path().join("run"), dir.path().join("submission.csv"));
    let (run, data) = (run.to_str().unwrap(), example());
    let printed = baseline(&["train", "--data", data.to_str().unwrap(), "--out", run]);
    assert!(printed.contains("fold 0: f1_macro"), "{printed}");
    let judged = baseline(&["evaluate", run]);
    assert!(judged.contains("accuracy") && judged.contains("gap"), "{judged}");
    baseline(&["predict", run, "--out", out.to_str().unwrap(), "--view", "flip-horizontal"]);
    let accuracy = accuracy(&out);
    assert!(accuracy > SIMPLE, "accuracy {accuracy}");
}

#[test]
fn a_frozen_body_learns_its_head_from_features_that_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let data = example();
    let train = |fold: &str| {
        let run = dir.path().join(format!("fold{fold}"));
        baseline(&[
            "train",
            "--config",
            "frozen",
            "--data",
            data.to_str().unwrap(),
            "--out",
            run.to_str().unwrap(),
            "--fold",
            fold,
            "--set",
            "model.weights=none",
            "--set",
            "train.epochs=2",
            "--set",
            "train.batch=16",
            "--set",
            "model.architecture={kind='mobilenet-v2',width=0.25,depth=0.5}",
            "--set",
            "transform.evaluate=[{kind='resize',size=[32,32],fit='stretch',filter='bilinear'}]",
        ])
    };
    train("0");
    let kept: Vec<_> = features(dir.path());
    train("1");
    assert_eq!(features(dir.path()), kept);
    assert_eq!(kept.len(), 1);
}

fn features(dir: &Path) -> Vec<String> {
    let names = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("features-")).collect()
}

#[test]
fn modules_shows_what_learns_and_its_gradients() {
    let shown =
        baseline(&["modules", "--config", "finetune", "--size", "32", "--frozen", "5", "--after-step", "--state"]);
    let line = |name: &str| shown.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(line("features.0.0.weight").contains(" no "), "{shown}");
    assert!(line("classifier.1.weight").contains(" yes "));
    assert!(line("classifier.1.weight").split_whitespace().last().unwrap().parse::<f64>().unwrap() > 0.0);
    assert!(shown.contains("features.18.1.running_var"));
}

#[test]
fn a_run_is_not_overwritten_by_accident() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("run");
    let data = example();
    let arguments =
        ["train", "--data", data.to_str().unwrap(), "--out", run.to_str().unwrap(), "--set", "train.epochs=1"];
    baseline(&arguments);
    let again = Command::new(env!("CARGO_BIN_EXE_baseline")).args(arguments).output().unwrap();
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("--resume"));
}
