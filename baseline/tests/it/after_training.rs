//! What comes after training, by the commands: blends of folds, models and views, a search, an export, the run's pictures.

use std::fs;
use std::path::Path;

use crate::whole_way::{baseline, example};

/// Trains a small net for two epochs on two folds.
fn train(out: &Path, seed: &str) {
    let (out, data, seed) = (out.to_str().unwrap(), example(), format!("seed={seed}"));
    let mut arguments = vec!["train", "--data", data.to_str().unwrap(), "--out", out, "--folds", "all", "--set", &seed];
    for setting in ["split.folds=2", "train.epochs=2", "data.workers=1", "threads=1"] {
        arguments.extend(["--set", setting]);
    }
    baseline(&arguments);
}

#[test]
fn folds_models_and_views_become_one_submission_with_an_honest_score() {
    let dir = tempfile::tempdir().unwrap();
    let runs = ["a", "b"].map(|name| dir.path().join(name));
    for (run, seed) in runs.iter().zip(["1", "2"]) {
        train(run, seed);
        let run = run.to_str().unwrap();
        let submission = dir.path().join("one.csv");
        let views = ["--view", "flip-horizontal", "--each-view"];
        baseline(&[&["predict", run, "--out", submission.to_str().unwrap()], &views[..]].concat());
    }
    let out = dir.path().join("blend.csv");
    let [a, b] = runs.each_ref().map(|run| run.to_str().unwrap());
    let fitted = ["--weights", "selection", "--calibrate", "--thresholds"];
    let printed = baseline(&[&["blend", a, b, "--out", out.to_str().unwrap()], &fitted[..]].concat());
    assert!(printed.contains("gain over the best member") && printed.contains("calibration error"), "{printed}");
    let sample = fs::read_to_string(example().join("sample_submission.csv")).unwrap();
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), sample.lines().count());
    let recipe: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(out.with_extension("json")).unwrap()).unwrap();
    let weights: f64 = recipe["weights"].as_array().unwrap().iter().map(|weight| weight.as_f64().unwrap()).sum();
    assert!((weights - 1.0).abs() < 1e-9, "{recipe}");
    assert_eq!(recipe["multipliers"].as_array().unwrap().len(), 6);

    // As long as nothing out of fold is known about views, they count alike.
    let [plain, flipped] = ["identity", "flip-horizontal"].map(|view| format!("{a}@{view}"));
    let views = ["blend", &plain, &flipped, "--out", out.to_str().unwrap()];
    let printed = baseline(&[&views[..], &["--weights", "equal", "--vote", "hard"]].concat());
    assert!(printed.contains("no out-of-fold predictions"), "{printed}");
    baseline(&["predict", a, "--validation", "--view", "flip-horizontal", "--each-view"]);
    let printed = baseline(&views);
    assert!(printed.contains("@flip-horizontal") && printed.contains("gain over the best member"), "{printed}");

    let onnx = dir.path().join("model.onnx");
    baseline(&["export", a, "--out", onnx.to_str().unwrap()]);
    assert!(fs::metadata(&onnx).unwrap().len() > 100_000);

    let fold = runs[0].join("fold0");
    baseline(&["evaluate", fold.to_str().unwrap(), "--no-gap"]);
    for picture in ["curves.svg", "confusion.svg", "thresholds.svg", "mistakes.svg"] {
        assert!(fs::read_to_string(fold.join("report").join(picture)).unwrap().starts_with("<svg"), "{picture}");
    }
    assert_eq!(fs::read_dir(fold.join("tensorboard")).unwrap().count(), 1);
}

const PLAN: &str = r#"
study = "small"
experiment = "fast"
metric = "validation/f1_macro"
direction = "maximize"
trials = TRIALS
seed = 1
sampler = { kind = "tpe", startup = 2, candidates = 8 }
pruner = { kind = "asha", first = 1, reduction = 2 }

[space]
"train.epochs" = { kind = "int", low = 1, high = 2, log = false, step = 1 }
"optimizer.rule.rate" = { kind = "float", low = 0.05, high = 0.5, log = true }
"data.workers" = { kind = "choice", choices = [1, 2] }
"loss.class_weights" = { kind = "choice", choices = ["none", "nonsense"] }
"#;

#[test]
fn a_search_keeps_its_trials_and_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let (plan, out, data) = (dir.path().join("plan.toml"), dir.path().join("search"), example());
    let search = |trials: &str| {
        fs::write(&plan, PLAN.replace("TRIALS", trials)).unwrap();
        let arguments = [plan.to_str().unwrap(), "--data", data.to_str().unwrap(), "--out", out.to_str().unwrap()];
        baseline(&[&["tune"], &arguments[..]].concat())
    };
    let first = search("3");
    assert!(first.contains("3 trials") && first.contains("--set optimizer.rule.rate="), "{first}");
    // A process that died in the middle of a trial.
    let journal = out.join("study.log");
    let mut text = fs::read_to_string(&journal).unwrap();
    text.push_str(
        "{\"op_code\":4,\"study_id\":0,\"datetime_start\":\"2026-01-01T00:00:00+00:00\",\"worker_id\":\"x\"}\n",
    );
    text.push_str("{\"op_code\":8,\"trial_id\":3,\"user_attr\":{\"process\":4194305},\"worker_id\":\"x\"}\n{\"op_co");
    fs::write(&journal, text).unwrap();
    let second = search("5");
    assert!(
        second.contains("trial 3 was left") && second.contains("trial 4:") && second.contains("5 trials"),
        "{second}"
    );
    let text = fs::read_to_string(&journal).unwrap();
    assert!(text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    assert!(out.join("trial000").join("experiment.toml").is_file());
}
