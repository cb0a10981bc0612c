use super::*;
use crate::ensemble::score;
use crate::ensemble::tests::model;

const MACRO: Metric = Metric::F1(Average::Macro);

#[test]
fn multipliers_raise_macro_f1_on_the_rows_they_were_fitted_on() {
    let predictions = model(1, 1_000, 0.8);
    let multipliers = fit(&predictions, Goal::Macro);
    let (before, after) =
        (score(&MACRO, &predictions).unwrap().value, score(&MACRO, &apply(&predictions, &multipliers)).unwrap().value);
    assert!(after > before + 0.005, "{before} {after}");
}

#[test]
fn the_sweep_finds_the_best_threshold_of_two_classes() {
    let scores = [0.9, 0.8, 0.35, 0.3, 0.2, 0.1, 0.05];
    let predictions = Predictions {
        ids: (0..7).map(|row| row.to_string()).collect(),
        classes: ["0", "1"].map(str::to_owned).into(),
        labels: Some(vec![1, 1, 1, 0, 0, 0, 0]),
        probabilities: scores.iter().flat_map(|&score| [1.0 - score, score]).collect(),
    };
    let goal = Goal::of(&Metric::F1(Average::Binary), &predictions.classes).unwrap();
    let tuned = apply(&predictions, &fit(&predictions, goal));
    assert_eq!(tuned.most_probable(), [1, 1, 1, 0, 0, 0, 0]);
    assert_eq!(score(&Metric::F1(Average::Binary), &tuned).unwrap().value, 1.0);
}

#[test]
fn the_counted_f1_is_that_of_the_server() {
    let predictions = model(5, 300, 0.5);
    let labels = predictions.labels.as_ref().unwrap();
    let mut counts = Counts::new(4, labels);
    for (&label, class) in labels.iter().zip(predictions.most_probable()) {
        counts.predict(label, class);
    }
    assert!((counts.f1(Goal::Macro) - score(&MACRO, &predictions).unwrap().value).abs() < 1e-12);
}

#[test]
fn a_perfect_model_keeps_its_multipliers() {
    let mut predictions = model(1, 50, 1.0);
    let labels = predictions.labels.clone().unwrap();
    predictions.probabilities =
        labels.iter().flat_map(|&label| (0..4).map(move |class| if class == label { 0.97 } else { 0.01 })).collect();
    assert_eq!(fit(&predictions, Goal::Macro), [1.0; 4]);
}

#[test]
fn accuracy_needs_no_thresholds() {
    assert_eq!(Goal::of(&Metric::Accuracy, &["a".to_owned(), "b".to_owned()]), None);
}
