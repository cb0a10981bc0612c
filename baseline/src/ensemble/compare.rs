//! Is one model really better than another? A paired bootstrap: rows are drawn with repetition, both files are scored on
//! the same draw, and the spread of the difference says what luck could do. Paired, because two models are mostly right
//! and wrong on the same rows; intervals of the two scores alone would be far too wide.

use podium_scoring::metric::{self, Metric};
use podium_scoring::uncertainty::replicate_weight;

use super::{Columns, EnsembleError, aligned};
use crate::predictions::Predictions;

/// How much better the second file is than the first.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Gain {
    /// Difference of the scores, positive where the second is better, whatever the metric's direction.
    pub gain: f64,
    /// Lower end of the interval that holds 95 % of the replicates.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
    /// Share of the replicates in which the second is strictly better.
    pub better: f64,
}

/// Replicates; the ends of the interval are then known to about a twentieth of its width.
pub const REPLICATES: u32 = 1_000;
/// Share of the replicates below the interval, and above it.
const TAIL: f64 = 0.025;

/// Compares two files on the rows of the first, whose true classes it must know. A row's weight in a replicate is
/// Poisson(1) from a hash of `seed`, the row and the replicate, as in the server's own bootstrap.
///
/// # Errors
/// Where the files do not fit together, or the metric is not defined on some replicate.
pub fn gain(metric: &Metric, first: &Predictions, second: &Predictions, seed: u64) -> Result<Gain, EnsembleError> {
    let pair = aligned(&[("the first file", first), ("the second file", second)])?;
    let labels = pair[0].labels.clone();
    let second = Predictions { labels, ..pair[1].clone() };
    let (mut first, mut second) = (Columns::new(metric, &pair[0])?, Columns::new(metric, &second)?);
    let rows: Vec<u32> = (0..).take(pair[0].ids.len()).collect();
    let sign = if metric.direction().better(1.0, 0.0) { 1.0 } else { -1.0 };
    let difference = |first: &Columns, second: &Columns, rows: &[u32]| -> Result<f64, EnsembleError> {
        let value = |columns: &Columns| metric::value(metric, &columns.truth, &columns.predicted, rows);
        Ok(sign * (value(second)? - value(first)?))
    };
    let gain = difference(&first, &second, &rows)?;
    if !metric.takes_weights() {
        return Err(EnsembleError::Metric(metric.to_string()));
    }
    let mut differences = Vec::with_capacity(REPLICATES as usize);
    for replicate in 0..REPLICATES {
        let weights: Vec<f64> = rows.iter().map(|&row| f64::from(replicate_weight(seed, row, replicate))).collect();
        // Rows that were not drawn are left out, since a row of weight 0 would still make its class count.
        let drawn: Vec<u32> = rows.iter().copied().filter(|&row| weights[row as usize] > 0.0).collect();
        first.truth.weights = Some(weights.clone());
        second.truth.weights = Some(weights);
        if !drawn.is_empty() {
            differences.push(difference(&first, &second, &drawn)?);
        }
    }
    differences.sort_by(f64::total_cmp);
    let better =
        differences.iter().filter(|&&difference| difference > 0.0).count() as f64 / differences.len().max(1) as f64;
    let at = |share: f64| differences.get(((differences.len() as f64 - 1.0) * share).round() as usize).copied();
    Ok(Gain { gain, lower: at(TAIL).unwrap_or(gain), upper: at(1.0 - TAIL).unwrap_or(gain), better })
}

#[cfg(test)]
mod tests;
