use podium_scoring::metric::Average;

use super::*;
use crate::ensemble::tests::model;

fn log_loss(members: &[Predictions], weights: &[f64]) -> f64 {
    score(&Metric::LogLoss, &Vote::Soft.combine(members, weights).unwrap()).unwrap().value
}

#[test]
fn the_most_likely_mixture_beats_every_other_on_a_grid() {
    let members = [model(1, 400, 1.0), model(2, 400, 2.0), model(3, 400, 0.2)];
    let weights = by_likelihood(&members).unwrap();
    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    let best = log_loss(&members, &weights);
    for first in 0..=10 {
        for second in 0..=10 - first {
            let grid = [f64::from(first) / 10.0, f64::from(second) / 10.0, f64::from(10 - first - second) / 10.0];
            assert!(best <= log_loss(&members, &grid) + 1e-7, "{grid:?}");
        }
    }
    assert!(weights[1] > weights[0] && weights[0] > weights[2]);
}

#[test]
fn selection_never_scores_below_the_best_member() {
    let metric = Metric::F1(Average::Macro);
    let members = [model(1, 300, 1.0), model(2, 300, 1.2), model(3, 300, 0.1)];
    let weights = by_selection(&members, &metric).unwrap();
    let blended = score(&metric, &Vote::Soft.combine(&members, &weights).unwrap()).unwrap().value;
    for member in &members {
        assert!(blended >= score(&metric, member).unwrap().value);
    }
    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn selection_follows_metrics_where_less_is_better() {
    let members = [model(1, 300, 0.1), model(2, 300, 3.0)];
    let weights = by_selection(&members, &Metric::LogLoss).unwrap();
    assert!(weights[1] > 0.8, "{weights:?}");
}

#[test]
fn a_member_alone_has_all_the_weight() {
    let members = [model(1, 50, 1.0)];
    for weighting in [Weighting::Equal, Weighting::Likelihood, Weighting::Selection] {
        assert_eq!(weighting.find(&members, &Metric::Accuracy).unwrap(), [1.0]);
    }
}

#[test]
fn weights_are_not_found_without_truth() {
    let mut member = model(1, 50, 1.0);
    member.labels = None;
    assert!(matches!(by_likelihood(&[member]), Err(EnsembleError::NoLabels(_))));
}
