use super::*;
use crate::random::Random;

/// A model that knows the truth more or less: the logit of the true class is raised by `skill`, everything else is noise
/// of its own. Classes of unequal size, as in life.
pub(super) fn model(seed: u64, rows: usize, skill: f64) -> Predictions {
    let classes: Vec<String> = ["cracked", "dark", "good", "soldered"].map(str::to_owned).into();
    let (mut truth, mut noise) = (Random::new(&[99]), Random::new(&[seed]));
    let labels: Vec<usize> = (0..rows).map(|_| [0, 1, 1, 1, 1, 1, 2, 2, 2, 3][truth.below(10)]).collect();
    let probabilities = labels.iter().flat_map(|&label| {
        let logits: Vec<f64> = (0..4).map(|class| noise.normal() + if class == label { skill } else { 0.0 }).collect();
        let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
        logits.into_iter().map(move |logit| (logit.exp() / sum) as f32)
    });
    let probabilities = probabilities.collect();
    let ids = (0..rows).map(|row| format!("{row:04}")).collect();
    Predictions { ids, classes, labels: Some(labels), probabilities }
}

#[test]
fn scores_are_those_of_the_server() {
    let predictions = Predictions {
        ids: ["a", "b", "c"].map(str::to_owned).into(),
        // Not in the order in which `scoring` keeps classes.
        classes: ["good", "cracked"].map(str::to_owned).into(),
        labels: Some(vec![0, 1, 1]),
        probabilities: vec![0.9, 0.1, 0.2, 0.8, 0.7, 0.3],
    };
    let of = |metric: Metric| score(&metric, &predictions).unwrap().value;
    assert!((of(Metric::Accuracy) - 2.0 / 3.0).abs() < 1e-12);
    // Both classes have one error: 2 * 1 / (2 + 1).
    assert!((of(Metric::F1(metric::Average::Macro)) - 2.0 / 3.0).abs() < 1e-12);
    let log_loss = -(0.9_f32.ln() + 0.8_f32.ln() + 0.3_f32.ln()) / 3.0;
    assert!((of(Metric::LogLoss) - f64::from(log_loss)).abs() < 1e-6);
    // "good" is the later name, so it is positive: 0.9 against 0.2 and 0.7.
    assert!((of(Metric::RocAuc) - 1.0).abs() < 1e-12);
    assert!(matches!(score(&Metric::Mae, &predictions), Err(EnsembleError::Metric(_))));
    let unknown = Predictions { labels: None, ..predictions };
    assert!(matches!(score(&Metric::Accuracy, &unknown), Err(EnsembleError::NoLabels(_))));
}

#[test]
fn rows_are_matched_by_id_not_by_place() {
    let first = model(1, 20, 1.0);
    let second = model(2, 20, 1.0);
    let turned = select(&second, &(0..20).rev().collect::<Vec<_>>());
    let pair = aligned(&[("a", &first), ("b", &turned)]).unwrap();
    assert_eq!(pair, [first, second]);
}

#[test]
fn members_that_do_not_fit_are_named() {
    let first = model(1, 20, 1.0);
    let short = select(&first, &[0, 1]);
    let error = aligned(&[("a", &first), ("short", &short)]).unwrap_err();
    assert_eq!(error.to_string(), "'short' has no prediction for '0002', which others have");
    let twice = select(&first, &[0, 0]);
    assert!(matches!(aligned(&[("a", &short), ("b", &twice)]), Err(EnsembleError::Twice { .. })));
    let mut other = first.clone();
    other.classes.reverse();
    assert!(matches!(aligned(&[("a", &first), ("b", &other)]), Err(EnsembleError::Classes { .. })));
    let mut wrong = first.clone();
    wrong.labels.as_mut().unwrap()[3] = (first.labels.as_ref().unwrap()[3] + 1) % 4;
    assert!(matches!(aligned(&[("a", &first), ("b", &wrong)]), Err(EnsembleError::Labels { .. })));
    assert!(matches!(aligned(&[]), Err(EnsembleError::Empty)));
}
