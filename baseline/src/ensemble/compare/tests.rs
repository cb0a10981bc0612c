use podium_scoring::metric::Average;

use super::*;
use crate::ensemble::tests::model;
use crate::ensemble::{score, select};

const MACRO: Metric = Metric::F1(Average::Macro);

#[test]
fn a_file_gains_nothing_over_itself() {
    let predictions = model(1, 200, 1.0);
    let none = gain(&MACRO, &predictions, &predictions, 0).unwrap();
    assert_eq!(none, Gain { gain: 0.0, lower: 0.0, upper: 0.0, better: 0.0 });
}

#[test]
fn a_clearly_better_model_has_an_interval_above_0() {
    let (weak, strong) = (model(1, 300, 0.5), model(2, 300, 3.0));
    let found = gain(&MACRO, &weak, &strong, 0).unwrap();
    assert!(found.lower > 0.0 && found.lower < found.gain && found.gain < found.upper, "{found:?}");
    assert_eq!(found.better, 1.0);
}

#[test]
fn the_interval_of_equally_good_models_holds_0_about_19_times_in_20() {
    let holds = |pair: &u64| {
        let (first, second) = (model(2 * pair, 200, 1.0), model(2 * pair + 1, 200, 1.0));
        let found = gain(&MACRO, &first, &second, *pair).unwrap();
        found.lower <= 0.0 && found.upper >= 0.0
    };
    let held = (100..120).filter(holds).count();
    assert!((17..=20).contains(&held), "{held} of 20");
}

#[test]
fn a_gain_is_positive_also_where_less_is_better() {
    assert!(gain(&Metric::LogLoss, &model(1, 300, 0.5), &model(2, 300, 2.0), 0).unwrap().lower > 0.0);
}

#[test]
fn the_interval_of_a_mean_is_that_of_the_textbook() {
    // The difference of two accuracies is the mean of numbers in -1, 0, 1 of each row.
    let (first, second) = (model(1, 2_000, 1.0), model(2, 2_000, 1.1));
    let labels = first.labels.clone().unwrap();
    let right = |predictions: &Predictions| -> Vec<f64> {
        predictions
            .most_probable()
            .iter()
            .zip(&labels)
            .map(|(class, label)| f64::from(u8::from(class == label)))
            .collect()
    };
    let differences: Vec<f64> =
        right(&second).iter().zip(right(&first)).map(|(second, first)| second - first).collect();
    let mean = differences.iter().sum::<f64>() / 2_000.0;
    let variance = differences.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 1_999.0;
    let width = 2.0 * 1.96 * (variance / 2_000.0).sqrt();
    let found = gain(&Metric::Accuracy, &first, &second, 3).unwrap();
    assert!((found.gain - mean).abs() < 1e-12);
    assert!(((found.upper - found.lower) / width - 1.0).abs() < 0.12, "{found:?} {width}");
}

#[test]
fn the_order_of_the_second_file_does_not_matter() {
    let (first, second) = (model(1, 150, 1.0), model(2, 150, 1.5));
    let turned = select(&second, &(0..150).rev().collect::<Vec<_>>());
    assert_eq!(gain(&MACRO, &first, &second, 1).unwrap(), gain(&MACRO, &first, &turned, 1).unwrap());
}

/// The same model on other photographs: skill is what it knows, `seed` which photographs.
fn halves(seed: u64, rows: usize, own: f64, other: f64) -> Gain {
    gap(&MACRO, &model(seed, rows, own), &model(seed + 1, rows, other), 0).unwrap()
}

#[test]
fn a_gap_is_shown_only_where_there_are_enough_photographs_to_show_it() {
    let (few, many) = (halves(1, 25, 1.3, 1.0), halves(1, 4_000, 1.3, 1.0));
    assert!(few.lower < 0.0, "{few:?}");
    assert!(many.lower > 0.0 && many.lower < many.gain && many.gain < many.upper, "{many:?}");
    assert!(many.upper - many.lower < (few.upper - few.lower) / 8.0, "{few:?} {many:?}");
}

#[test]
fn the_interval_of_no_gap_holds_0_about_19_times_in_20() {
    let held =
        (100..120).map(|pair| halves(2 * pair, 200, 1.0, 1.0)).filter(|gap| gap.lower <= 0.0 && gap.upper >= 0.0);
    let held = held.count();
    assert!((17..=20).contains(&held), "{held} of 20");
}

#[test]
fn the_gap_of_two_means_has_the_variances_of_both() {
    let (own, other) = (model(1, 2_000, 1.5), model(2, 500, 1.0));
    let accuracy = |predictions: &Predictions| score(&Metric::Accuracy, predictions).unwrap().value;
    let variance = |predictions: &Predictions| {
        let value = accuracy(predictions);
        value * (1.0 - value) / predictions.ids.len() as f64
    };
    let width = 2.0 * 1.96 * (variance(&own) + variance(&other)).sqrt();
    let found = gap(&Metric::Accuracy, &own, &other, 3).unwrap();
    assert!((found.gain - (accuracy(&own) - accuracy(&other))).abs() < 1e-12);
    assert!(((found.upper - found.lower) / width - 1.0).abs() < 0.12, "{found:?} {width}");
}

#[test]
fn a_gap_is_positive_also_where_less_is_better() {
    assert!(gap(&Metric::LogLoss, &model(1, 2_000, 2.0), &model(2, 2_000, 0.5), 0).unwrap().lower > 0.0);
}
