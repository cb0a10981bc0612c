//! Scores that are means of row values: the value, its exact standard error, and the weighted form of both.

use super::{Estimate, Undefined};
use crate::exact_sum::ExactSum;
use crate::uncertainty::Moments;

/// Mean of `value(row)` over `rows`, weighted where weights are given.
pub(super) fn mean(
    rows: &[u32],
    weights: Option<&[f64]>,
    mut value: impl FnMut(usize) -> f64,
) -> Result<Estimate, Undefined> {
    let Some(weights) = weights else {
        let mut moments = Moments::new();
        rows.iter().for_each(|&row| moments.add(value(row as usize)));
        return Ok(Estimate { value: moments.mean(), standard_error: moments.standard_error() });
    };
    let values: Vec<(f64, f64)> = rows.iter().map(|&row| (value(row as usize), weights[row as usize])).collect();
    let total: ExactSum = values.iter().map(|(_, weight)| *weight).collect();
    let total = total.total();
    if total <= 0.0 {
        return Err(Undefined::NoWeight);
    }
    let sum: ExactSum = values.iter().map(|(value, weight)| value * weight).collect();
    let mean = sum.total() / total;
    let influences = values.iter().map(|(value, weight)| weight * (value - mean) / total);
    Ok(Estimate { value: mean, standard_error: crate::uncertainty::from_influences(influences) })
}

/// Sums of weights by key, in ascending key order. Equal whatever the order of `terms`: counts are exact, and weights
/// are added in sorted order.
pub(super) fn sums_by_key<K: Copy + Ord>(mut terms: Vec<(K, f64)>) -> Vec<(K, f64)> {
    terms.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut sums: Vec<(K, f64)> = Vec::new();
    for (key, weight) in terms {
        match sums.last_mut() {
            Some((last, sum)) if *last == key => *sum += weight,
            _ => sums.push((key, weight)),
        }
    }
    sums
}
