//! Is one model really better than another? A paired bootstrap: rows are drawn with repetition, both files are scored on
//! the same draw, and the spread of the difference says what luck could do. Paired, because two models are mostly right
//! and wrong on the same rows; intervals of the two scores alone would be far too wide. And is one model better on its own
//! photographs than on others? The same, but for the pairs.

use podium_scoring::metric::{self, Metric};
use podium_scoring::uncertainty::replicate_weight;

use super::{Columns, EnsembleError, aligned};
use crate::predictions::Predictions;

/// How much better one side is than the other.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Gain {
    /// Difference of the scores, positive where the second file, or the model on its own photographs, is better, whatever
    /// the metric's direction.
    pub gain: f64,
    /// Lower end of the interval that holds 95 % of the replicates.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
    /// Share of the replicates in which that side is strictly better.
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
    let second = Predictions { labels: pair[0].labels.clone(), ..pair[1].clone() };
    // The same seed: a row is drawn for both or for neither.
    difference(metric, &mut Drawn::new(metric, &pair[0], seed)?, &mut Drawn::new(metric, &second, seed)?)
}

/// How much better a model is on the photographs of `own` than on those of `other`, which are different ones: each side is
/// drawn apart. This is the gap between training and validation, whose interval says whether there is one at all.
///
/// # Errors
/// Where true classes are not known, or the metric is not defined on some replicate.
pub fn gap(metric: &Metric, own: &Predictions, other: &Predictions, seed: u64) -> Result<Gain, EnsembleError> {
    let apart = seed.wrapping_add(1);
    difference(metric, &mut Drawn::new(metric, other, seed)?, &mut Drawn::new(metric, own, apart)?)
}

/// One side of a comparison.
struct Drawn {
    columns: Columns,
    rows: Vec<u32>,
    seed: u64,
}

impl Drawn {
    fn new(metric: &Metric, predictions: &Predictions, seed: u64) -> Result<Self, EnsembleError> {
        let rows = (0..).take(predictions.ids.len()).collect();
        Ok(Self { columns: Columns::new(metric, predictions)?, rows, seed })
    }

    fn value(&self, metric: &Metric, rows: &[u32]) -> Result<f64, EnsembleError> {
        Ok(metric::value(metric, &self.columns.truth, &self.columns.predicted, rows)?)
    }

    /// The value on a draw; none where no row was drawn.
    fn replicate(&mut self, metric: &Metric, replicate: u32) -> Result<Option<f64>, EnsembleError> {
        let weight = |&row: &u32| f64::from(replicate_weight(self.seed, row, replicate));
        let weights: Vec<f64> = self.rows.iter().map(weight).collect();
        // Rows that were not drawn are left out, since a row of weight 0 would still make its class count.
        let drawn: Vec<u32> = self.rows.iter().copied().filter(|&row| weights[row as usize] > 0.0).collect();
        self.columns.truth.weights = Some(weights);
        if drawn.is_empty() { Ok(None) } else { self.value(metric, &drawn).map(Some) }
    }
}

fn difference(metric: &Metric, first: &mut Drawn, second: &mut Drawn) -> Result<Gain, EnsembleError> {
    let sign = if metric.direction().better(1.0, 0.0) { 1.0 } else { -1.0 };
    let gain = sign * (second.value(metric, &second.rows)? - first.value(metric, &first.rows)?);
    if !metric.takes_weights() {
        return Err(EnsembleError::Metric(metric.to_string()));
    }
    let mut differences = Vec::with_capacity(REPLICATES as usize);
    for replicate in 0..REPLICATES {
        if let (Some(first), Some(second)) = (first.replicate(metric, replicate)?, second.replicate(metric, replicate)?)
        {
            differences.push(sign * (second - first));
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
