use podium_scoring::metric::Metric;

use super::*;
use crate::ensemble::score;
use crate::ensemble::tests::model;

#[test]
fn the_temperature_undoes_an_overconfident_model() {
    let honest = model(1, 3_000, 2.0);
    // What was fitted on the honest one is taken out first, so that its own temperature is 1.
    let honest = apply(&honest, fit(&honest));
    let overconfident = apply(&honest, 1.0 / 3.0);
    let temperature = fit(&overconfident);
    assert!((temperature - 3.0).abs() < 0.01, "{temperature}");
}

#[test]
fn no_other_temperature_gives_a_smaller_log_loss() {
    let predictions = apply(&model(4, 500, 1.5), 0.4);
    let temperature = fit(&predictions);
    let loss = |temperature: f64| score(&Metric::LogLoss, &apply(&predictions, temperature)).unwrap().value;
    let best = loss(temperature);
    for other in [0.5, 0.9, 0.99, 1.01, 1.1, 2.0] {
        assert!(best <= loss(temperature * other), "{other}");
    }
}

#[test]
fn the_chosen_class_stays() {
    let predictions = model(2, 500, 1.0);
    assert_eq!(apply(&predictions, 5.0).most_probable(), predictions.most_probable());
}

#[test]
fn calibration_lowers_the_calibration_error_of_an_overconfident_model() {
    let overconfident = apply(&model(3, 4_000, 2.0), 0.3);
    let before = calibration_error(&overconfident).unwrap();
    let after = calibration_error(&apply(&overconfident, fit(&overconfident))).unwrap();
    assert!(after < before / 3.0, "{before} {after}");
}

#[test]
fn certain_and_wrong_predictions_have_a_temperature_too() {
    let mut predictions = model(1, 2, 1.0);
    predictions.labels = Some(vec![0, 1]);
    predictions.probabilities = vec![0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    assert!(fit(&predictions).is_finite());
    predictions.labels = None;
    assert_eq!(fit(&predictions), 1.0);
    assert_eq!(calibration_error(&predictions), None);
}
