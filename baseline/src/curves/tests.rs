use super::*;
use crate::random::Random;

/// Scores with many ties that know a little about the truth.
fn rows() -> (Vec<f64>, Vec<bool>) {
    let mut random = Random::new(&[7]);
    (0..500)
        .map(|_| {
            let positive = random.unit() < 0.3;
            let score = (10.0 * (random.unit() + if positive { 0.4 } else { 0.0 })).floor() / 10.0;
            (score, positive)
        })
        .unzip()
}

#[test]
fn the_area_under_the_drawn_roc_curve_is_the_score() {
    let (scores, positive) = rows();
    let curve = roc(&scores, &positive);
    let drawn: f64 = curve.windows(2).map(|two| (two[1].x - two[0].x) * (two[0].y + two[1].y) / 2.0).sum();
    assert!((drawn - roc_auc(&scores, &positive).unwrap()).abs() < 1e-12);
    assert!(drawn > 0.7);
}

#[test]
fn the_steps_under_the_drawn_precision_recall_curve_are_the_average_precision() {
    let (scores, positive) = rows();
    let curve = precision_recall(&scores, &positive);
    let drawn: f64 = curve.windows(2).map(|two| (two[1].x - two[0].x) * two[1].y).sum();
    assert!((drawn - average_precision(&scores, &positive).unwrap()).abs() < 1e-12);
}

#[test]
fn equal_scores_are_one_point_because_no_threshold_parts_them() {
    let curve = roc(&[0.5, 0.5, 0.9], &[true, false, true]);
    let places: Vec<(f64, f64)> = curve.iter().map(|point| (point.x, point.y)).collect();
    assert_eq!(places, [(0.0, 0.0), (0.0, 0.5), (1.0, 1.0)]);
}

#[test]
fn a_curve_of_one_kind_of_rows_is_empty() {
    assert!(roc(&[0.1, 0.2], &[true, true]).is_empty());
    assert!(precision_recall(&[0.1], &[false]).is_empty());
    assert!(roc(&[], &[]).is_empty());
}
