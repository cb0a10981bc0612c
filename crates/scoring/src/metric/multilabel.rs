//! Metrics of sets of labels. The labels of an average are those that occur in the truth or the predictions of the
//! scored rows.

use super::row_means::{mean, sums_by_key};
use super::{Average, Estimate, Metric, Undefined};
use crate::columns::Lists;
use crate::uncertainty;

pub(super) fn evaluate(
    metric: &Metric,
    truth: &Lists<u32>,
    predicted: &Lists<u32>,
    weights: Option<&[f64]>,
    rows: &[u32],
) -> Result<Estimate, Undefined> {
    let table = Table { truth, predicted, weights, rows };
    let overlap = |row: usize| table.overlap(row);
    match metric {
        Metric::MultilabelF1(Average::Samples) => mean(rows, weights, |row| {
            let (both, truth, predicted) = overlap(row);
            divide(2.0 * both, truth + predicted)
        }),
        Metric::JaccardSamples => mean(rows, weights, |row| {
            let (both, truth, predicted) = overlap(row);
            divide(both, truth + predicted - both)
        }),
        Metric::ExactMatch => mean(rows, weights, |row| {
            let (both, truth, predicted) = overlap(row);
            f64::from(u8::from(both == truth && both == predicted))
        }),
        Metric::HammingLoss => {
            let labels = table.counts()?.len() as f64;
            if labels == 0.0 {
                return Err(Undefined::NoLabels(metric.to_string()));
            }
            mean(rows, weights, |row| {
                let (both, truth, predicted) = overlap(row);
                (truth + predicted - 2.0 * both) / labels
            })
        }
        Metric::MultilabelF1(average) => table.f1(metric, *average),
        _ => Err(Undefined::WrongKind(metric.to_string())),
    }
}

fn divide(numerator: f64, denominator: f64) -> f64 {
    if denominator > 0.0 { numerator / denominator } else { 0.0 }
}

struct Table<'a> {
    truth: &'a Lists<u32>,
    predicted: &'a Lists<u32>,
    weights: Option<&'a [f64]>,
    rows: &'a [u32],
}

/// Weights of the rows where a label is hit, true and predicted.
#[derive(Clone, Copy, Default)]
struct Counts {
    label: u32,
    hits: f64,
    truth: f64,
    predicted: f64,
}

impl Counts {
    fn f1(&self) -> f64 {
        divide(2.0 * self.hits, self.truth + self.predicted)
    }

    /// Derivative of `f1` by the weight of a row.
    fn influence(&self, truth: bool, predicted: bool) -> f64 {
        let part = |flag: bool| f64::from(u8::from(flag));
        let (hit, either) = (part(truth && predicted), part(truth) + part(predicted));
        divide(2.0 * hit - self.f1() * either, self.truth + self.predicted)
    }
}

impl Table<'_> {
    fn weight(&self, row: u32) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row as usize])
    }

    /// Sizes of the intersection, the true set and the predicted set.
    fn overlap(&self, row: usize) -> (f64, f64, f64) {
        let (truth, predicted) = (self.truth.get(row), self.predicted.get(row));
        let both = predicted.iter().filter(|label| truth.contains(label)).count();
        (both as f64, truth.len() as f64, predicted.len() as f64)
    }

    /// The present labels with their counts, by label.
    fn counts(&self) -> Result<Vec<Counts>, Undefined> {
        let total = sums_by_key(self.rows.iter().map(|&row| ((), self.weight(row))).collect());
        if total.first().is_none_or(|(_, weight)| *weight <= 0.0) {
            return Err(Undefined::NoWeight);
        }
        let side = |lists: &Lists<u32>, keep: &dyn Fn(usize, u32) -> bool| {
            let labels = |row: &u32| {
                let labels = lists.get(*row as usize).iter().filter(|label| keep(*row as usize, **label));
                labels.map(|label| (*label, self.weight(*row))).collect::<Vec<_>>()
            };
            sums_by_key(self.rows.iter().flat_map(labels).collect())
        };
        let truth = side(self.truth, &|_, _| true);
        let predicted = side(self.predicted, &|_, _| true);
        let hits = side(self.truth, &|row, label| self.predicted.get(row).contains(&label));
        let mut labels: Vec<u32> = truth.iter().chain(&predicted).map(|(label, _)| *label).collect();
        labels.sort_unstable();
        labels.dedup();
        let of = |sums: &[(u32, f64)], label: u32| {
            sums.binary_search_by_key(&label, |(label, _)| *label).map_or(0.0, |found| sums[found].1)
        };
        let counts = labels.into_iter().map(|label| Counts {
            label,
            hits: of(&hits, label),
            truth: of(&truth, label),
            predicted: of(&predicted, label),
        });
        Ok(counts.collect())
    }

    fn f1(&self, metric: &Metric, average: Average) -> Result<Estimate, Undefined> {
        let counts = self.counts()?;
        if counts.is_empty() && average != Average::Micro {
            return Err(Undefined::NoLabels(metric.to_string()));
        }
        // Averages run over sorted summands: the numbering of the labels must not show in the last bit.
        let sum =
            |part: &dyn Fn(&Counts) -> f64| counts.iter().map(part).collect::<crate::exact_sum::ExactSum>().total();
        let truth = sum(&|label| label.truth);
        let all = Counts { label: 0, hits: sum(&|label| label.hits), truth, predicted: sum(&|label| label.predicted) };
        let labels = counts.len() as f64;
        let value = match average {
            Average::Micro => all.f1(),
            // Without any true label scikit-learn falls back to the plain mean, which is then 0.
            Average::Weighted => divide(sum(&|label| label.truth * label.f1()), truth),
            _ => sum(&Counts::f1) / labels,
        };
        let place = |label: u32| counts.binary_search_by_key(&label, |counts| counts.label);
        let influences = self.rows.iter().map(|&row| {
            let (truth_set, predicted_set) = (self.truth.get(row as usize), self.predicted.get(row as usize));
            let only_predicted = predicted_set.iter().filter(|label| !truth_set.contains(label));
            let touched = truth_set.iter().chain(only_predicted);
            let parts = touched.filter_map(|label| {
                let counts = &counts[place(*label).ok()?];
                let (is_true, is_predicted) = (truth_set.contains(label), predicted_set.contains(label));
                Some(match average {
                    Average::Micro => all.influence(is_true, is_predicted),
                    Average::Weighted => {
                        let own = if is_true { counts.f1() - value } else { 0.0 };
                        divide(own + counts.truth * counts.influence(is_true, is_predicted), truth)
                    }
                    _ => counts.influence(is_true, is_predicted) / labels,
                })
            });
            self.weight(row) * parts.collect::<crate::exact_sum::ExactSum>().total()
        });
        Ok(Estimate { value, standard_error: uncertainty::from_influences(influences) })
    }
}
