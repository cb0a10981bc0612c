//! Metrics of numbers. With several targets a score is the mean of the columns' scores.

use super::row_means::mean;
use super::{Estimate, Metric, Undefined};
use crate::exact_sum::ExactSum;
use crate::uncertainty;

pub(super) fn evaluate(
    metric: &Metric,
    columns: usize,
    truth: &[f64],
    predicted: &[f64],
    weights: Option<&[f64]>,
    rows: &[u32],
) -> Result<Estimate, Undefined> {
    let table = Table { columns, truth, predicted, weights, rows };
    match metric {
        Metric::Mae => table.mean_loss(|y, p| (y - p).abs()),
        Metric::Mse => table.mean_loss(squared),
        Metric::Mape => table.mean_loss(|y, p| (y - p).abs() / y.abs().max(f64::EPSILON)),
        Metric::Smape => table.mean_loss(|y, p| {
            let size = y.abs() + p.abs();
            // Halved before adding where the sum would overflow.
            if size.is_infinite() {
                2.0 * ((y / 2.0 - p / 2.0).abs() / (y.abs() / 2.0 + p.abs() / 2.0))
            } else if size > 0.0 {
                2.0 * ((y - p).abs() / size)
            } else {
                0.0
            }
        }),
        Metric::Pinball(quantile) => table.mean_loss(|y, p| {
            let error = y - p;
            if error >= 0.0 { quantile * error } else { (quantile - 1.0) * error }
        }),
        Metric::Rmse => table.root_mean(squared),
        Metric::Rmsle => {
            if table.any(|value| value <= -1.0) {
                return Err(Undefined::AtOrBelowMinusOne);
            }
            table.root_mean(|y, p| squared(y.ln_1p(), p.ln_1p()))
        }
        Metric::MedianAe => table.median_error(),
        Metric::R2 => table.r2(),
        _ => Err(Undefined::WrongKind(metric.to_string())),
    }
}

fn squared(y: f64, p: f64) -> f64 {
    (y - p) * (y - p)
}

struct Table<'a> {
    columns: usize,
    truth: &'a [f64],
    predicted: &'a [f64],
    weights: Option<&'a [f64]>,
    rows: &'a [u32],
}

impl Table<'_> {
    fn pair(&self, row: usize, column: usize) -> (f64, f64) {
        let place = row * self.columns + column;
        (self.truth[place], self.predicted[place])
    }

    fn weight(&self, row: u32) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row as usize])
    }

    fn total_weight(&self) -> Result<f64, Undefined> {
        let total: ExactSum = self.rows.iter().map(|&row| self.weight(row)).collect();
        let total = total.total();
        if total > 0.0 { Ok(total) } else { Err(Undefined::NoWeight) }
    }

    fn any(&self, wrong: impl Fn(f64) -> bool) -> bool {
        let columns = 0..self.columns;
        self.rows.iter().any(|&row| {
            columns.clone().any(|column| {
                let (y, p) = self.pair(row as usize, column);
                wrong(y) || wrong(p)
            })
        })
    }

    /// Mean over rows and columns of a loss.
    fn mean_loss(&self, loss: impl Fn(f64, f64) -> f64) -> Result<Estimate, Undefined> {
        mean(self.rows, self.weights, |row| {
            let columns = (0..self.columns).map(|column| self.pair(row, column));
            columns.map(|(y, p)| loss(y, p)).sum::<f64>() / self.columns as f64
        })
    }

    /// Mean over columns of the root of the mean loss.
    fn root_mean(&self, loss: impl Fn(f64, f64) -> f64) -> Result<Estimate, Undefined> {
        let total = self.total_weight()?;
        let mut influences = vec![0.0; self.rows.len()];
        let mut value = 0.0;
        for column in 0..self.columns {
            let loss_of = |row: usize| {
                let (y, p) = self.pair(row, column);
                loss(y, p)
            };
            let mean_loss = mean(self.rows, self.weights, loss_of)?.value;
            let root = mean_loss.sqrt();
            value += root;
            if root > 0.0 {
                for (influence, &row) in influences.iter_mut().zip(self.rows) {
                    let share = self.weight(row) / total / self.columns as f64;
                    *influence += share * (loss_of(row as usize) - mean_loss) / (2.0 * root);
                }
            }
        }
        let standard_error = uncertainty::from_influences(influences);
        Ok(Estimate { value: value / self.columns as f64, standard_error })
    }

    /// Mean over columns of the median absolute error. The error of a median is half the distance of the two
    /// quantiles one standard error from the middle (Woodruff 1952); over columns their mean, which is an upper bound.
    fn median_error(&self) -> Result<Estimate, Undefined> {
        let total = self.total_weight()?;
        let squares: ExactSum = self.rows.iter().map(|&row| self.weight(row) * self.weight(row)).collect();
        let step = 0.5 * squares.total().sqrt() / total;
        let (mut value, mut error) = (0.0, 0.0);
        for column in 0..self.columns {
            let mut errors: Vec<(f64, f64)> = self
                .rows
                .iter()
                .map(|&row| {
                    let (y, p) = self.pair(row as usize, column);
                    ((y - p).abs(), self.weight(row))
                })
                .filter(|(_, weight)| *weight > 0.0)
                .collect();
            errors.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            value += quantile(&errors, 0.5);
            error += (quantile(&errors, (0.5 + step).min(1.0)) - quantile(&errors, (0.5 - step).max(0.0))) / 2.0;
        }
        let columns = self.columns as f64;
        let standard_error = (self.rows.len() > 1).then_some(error / columns).filter(|error| error.is_finite());
        Ok(Estimate { value: value / columns, standard_error })
    }

    /// Mean over columns of 1 - squared error / spread of the truth. A perfect constant column counts 1, another
    /// error on a constant column 0, as scikit-learn's `force_finite` does.
    fn r2(&self) -> Result<Estimate, Undefined> {
        if self.rows.len() < 2 {
            return Err(Undefined::TooFewRows);
        }
        let mut influences = vec![0.0; self.rows.len()];
        let mut value = 0.0;
        for column in 0..self.columns {
            let pair = |row: u32| self.pair(row as usize, column);
            let centre = mean(self.rows, self.weights, |row| self.pair(row, column).0)?.value;
            let sum = |term: &dyn Fn(f64, f64) -> f64| -> f64 {
                let terms = self.rows.iter().map(|&row| self.weight(row) * term(pair(row).0, pair(row).1));
                terms.collect::<ExactSum>().total()
            };
            let error = sum(&squared);
            let spread = sum(&|y, _| squared(y, centre));
            let explained = match (error == 0.0, spread == 0.0) {
                (true, _) => 1.0,
                (false, true) => 0.0,
                (false, false) => 1.0 - error / spread,
            };
            value += explained;
            if spread > 0.0 {
                for (influence, &row) in influences.iter_mut().zip(self.rows) {
                    let (y, p) = pair(row);
                    let part = ((1.0 - explained) * squared(y, centre) - squared(y, p)) / spread;
                    *influence += self.weight(row) * part / self.columns as f64;
                }
            }
        }
        Ok(Estimate { value: value / self.columns as f64, standard_error: uncertainty::from_influences(influences) })
    }
}

/// The weighted quantile of sorted (value, weight): the mean of two neighbours where the share falls between them, as
/// scikit-learn's averaged inverted distribution function.
fn quantile(sorted: &[(f64, f64)], share: f64) -> f64 {
    let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let target = share * total;
    let mut below = 0.0;
    for (place, &(value, weight)) in sorted.iter().enumerate() {
        below += weight;
        if below >= target {
            let next = sorted.get(place + 1);
            return match next {
                Some(&(next, _)) if below - target <= f64::EPSILON => value / 2.0 + next / 2.0,
                _ => value,
            };
        }
    }
    sorted.last().map_or(0.0, |&(value, _)| value)
}
