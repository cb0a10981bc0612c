//! Receiver-operating and precision-recall curves as points for plots, one class against the rest. The areas under them
//! are scores, and scores are `scoring`'s business: [`roc_auc`] and [`average_precision`] only hand the rows over.

use podium_scoring::columns::{Predictions, Targets, Truth};
use podium_scoring::metric::{self, Metric, Undefined};

/// One threshold's place on a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// False positive rate, or recall.
    pub x: f64,
    /// True positive rate, or precision.
    pub y: f64,
    /// Rows with at least this score are called positive.
    pub threshold: f64,
}

/// The receiver-operating curve from (0, 0) to (1, 1), one point for each distinct score. Empty where the rows are all
/// positive or all negative, because one of the two rates has no meaning then.
pub fn roc(scores: &[f64], positive: &[bool]) -> Vec<Point> {
    let positives = positive.iter().filter(|&&positive| positive).count() as f64;
    let negatives = positive.len() as f64 - positives;
    if positives == 0.0 || negatives == 0.0 {
        return Vec::new();
    }
    let start = Point { x: 0.0, y: 0.0, threshold: f64::INFINITY };
    let rates = counts(scores, positive).into_iter().map(|count| Point {
        x: count.false_positives / negatives,
        y: count.true_positives / positives,
        threshold: count.threshold,
    });
    std::iter::once(start).chain(rates).collect()
}

/// The precision-recall curve by rising recall, one point for each distinct score, after the customary (0, 1). Empty
/// without a positive row.
pub fn precision_recall(scores: &[f64], positive: &[bool]) -> Vec<Point> {
    let positives = positive.iter().filter(|&&positive| positive).count() as f64;
    if positives == 0.0 {
        return Vec::new();
    }
    let start = Point { x: 0.0, y: 1.0, threshold: f64::INFINITY };
    let rates = counts(scores, positive).into_iter().map(|count| Point {
        x: count.true_positives / positives,
        y: count.true_positives / (count.true_positives + count.false_positives),
        threshold: count.threshold,
    });
    std::iter::once(start).chain(rates).collect()
}

/// The area under the receiver-operating curve.
///
/// # Errors
/// [`Undefined`] where the rows are of one kind only.
pub fn roc_auc(scores: &[f64], positive: &[bool]) -> Result<f64, Undefined> {
    area(&Metric::RocAuc, scores, positive)
}

/// The area under the precision-recall curve, in steps.
///
/// # Errors
/// [`Undefined`] without a positive row.
pub fn average_precision(scores: &[f64], positive: &[bool]) -> Result<f64, Undefined> {
    area(&Metric::AveragePrecision, scores, positive)
}

fn area(metric: &Metric, scores: &[f64], positive: &[bool]) -> Result<f64, Undefined> {
    let truth = Truth::new(Targets::Binary(positive.to_vec()));
    let rows: Vec<u32> = (0..).take(positive.len()).collect();
    metric::value(metric, &truth, &Predictions::Scores(scores.to_vec()), &rows)
}

struct Count {
    true_positives: f64,
    false_positives: f64,
    threshold: f64,
}

/// How many rows are called positive, rightly and wrongly, at each distinct score from the highest down.
fn counts(scores: &[f64], positive: &[bool]) -> Vec<Count> {
    let mut order: Vec<usize> = (0..scores.len().min(positive.len())).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let mut counts: Vec<Count> = Vec::new();
    let (mut true_positives, mut false_positives) = (0.0, 0.0);
    for row in order {
        if positive[row] {
            true_positives += 1.0;
        } else {
            false_positives += 1.0;
        }
        match counts.last_mut() {
            Some(count) if count.threshold == scores[row] => {
                *count = Count { true_positives, false_positives, ..*count };
            }
            _ => counts.push(Count { true_positives, false_positives, threshold: scores[row] }),
        }
    }
    counts
}

#[cfg(test)]
mod tests;
