//! Thresholds for F1, out of fold. The most probable class is the best answer for accuracy, not for F1 on classes of
//! unequal size. With two classes the remedy is a threshold other than one half; with several, a multiplier for each class
//! before the largest is taken, which for two classes is the same thing.
//!
//! Multipliers are found by coordinate ascent: for one class at a time the best multiplier is found exactly, by a sweep
//! over the places where a row changes sides. They overfit small classes easily, so judge them on rows they have not seen.

use podium_scoring::columns::class_order;
use podium_scoring::metric::{Average, Metric};

use crate::predictions::Predictions;

/// Which F1 is maximised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The mean over the classes that occur in truth or prediction.
    Macro,
    /// That of one class, by its column.
    Class(usize),
}

impl Goal {
    /// The goal that a competition's metric asks for; none where thresholds cannot help it.
    pub fn of(metric: &Metric, classes: &[String]) -> Option<Self> {
        match metric {
            Metric::F1(Average::Macro) => Some(Self::Macro),
            // The positive class is the second in `scoring`'s order, as in [`super::score`].
            Metric::F1(Average::Binary) if classes.len() == 2 => Some(Self::Class(class_order(classes)[1] as usize)),
            _ => None,
        }
    }
}

/// Sweeps over all classes; the gain is nearly always made in the first two.
const SWEEPS: usize = 10;
/// A gain below this is rounding.
const GAIN: f64 = 1e-9;

/// Finds a multiplier for each class; all 1 without true classes.
pub fn fit(predictions: &Predictions, goal: Goal) -> Vec<f64> {
    let mut multipliers = vec![1.0; predictions.classes.len()];
    let Some(labels) = &predictions.labels else { return multipliers };
    for _ in 0..SWEEPS {
        let mut moved = false;
        for class in 0..multipliers.len() {
            if let Some(better) = best_multiplier(predictions, labels, &multipliers, class, goal) {
                multipliers[class] = better;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    multipliers
}

/// Multiplies each class and makes rows sum to 1 again.
pub fn apply(predictions: &Predictions, multipliers: &[f64]) -> Predictions {
    let rows = 0..predictions.ids.len();
    let scale = |row| {
        let scaled: Vec<f64> =
            predictions.row(row).iter().zip(multipliers).map(|(&value, by)| f64::from(value) * by).collect();
        let sum: f64 = scaled.iter().sum();
        scaled.into_iter().map(move |value| (value / sum) as f32)
    };
    Predictions { probabilities: rows.flat_map(scale).collect(), ..predictions.clone() }
}

/// The multiplier of one class that is better than its present one, if any.
///
/// Row i goes to the class when its multiplier exceeds t_i, the best other class's product over the row's probability.
/// Begun at a multiplier of 0, where no row has the class, the rows join it in the order of t_i.
fn best_multiplier(
    predictions: &Predictions,
    labels: &[usize],
    multipliers: &[f64],
    class: usize,
    goal: Goal,
) -> Option<f64> {
    let mut counts = Counts::new(multipliers.len(), labels);
    let mut joins: Vec<(f64, usize, usize)> = Vec::with_capacity(labels.len());
    for (row, &label) in labels.iter().enumerate() {
        let products = predictions.row(row).iter().zip(multipliers).map(|(&value, by)| f64::from(value) * by);
        let others = products.enumerate().filter(|(other, _)| *other != class);
        let (rival, product) = others.fold((class, -1.0), |best, one| if one.1 > best.1 { one } else { best });
        counts.predict(label, rival);
        let own = f64::from(predictions.row(row)[class]);
        if own > 0.0 && rival != class {
            joins.push((product / own, row, rival));
        }
    }
    joins.sort_by(|a, b| a.0.total_cmp(&b.0));
    let present = multipliers[class];
    let (mut now, mut best) = (None, None::<(f64, f64)>);
    let mut consider = |low: f64, high: f64, value: f64| {
        if low < present && present <= high {
            now = Some(value);
        }
        if best.is_none_or(|(so_far, _)| value > so_far + GAIN) {
            best = Some((value, between(low, high)));
        }
    };
    consider(0.0, joins.first().map_or(f64::INFINITY, |join| join.0), counts.f1(goal));
    for (place, &(threshold, row, rival)) in joins.iter().enumerate() {
        counts.move_row(labels[row], rival, class);
        let next = joins.get(place + 1).map_or(f64::INFINITY, |join| join.0);
        if next > threshold {
            consider(threshold, next, counts.f1(goal));
        }
    }
    let (value, multiplier) = best?;
    let gains = now.is_none_or(|now| value > now + GAIN);
    (gains && multiplier.is_finite() && multiplier > 0.0).then_some(multiplier)
}

/// The middle of an interval of ratios; a little beyond its end where it is open.
fn between(low: f64, high: f64) -> f64 {
    if low <= 0.0 {
        high / 2.0
    } else if high.is_finite() {
        (low * high).sqrt()
    } else {
        low * 1.1
    }
}

/// True, predicted and right rows of each class.
struct Counts {
    truth: Vec<f64>,
    predicted: Vec<f64>,
    right: Vec<f64>,
}

impl Counts {
    fn new(classes: usize, labels: &[usize]) -> Self {
        let mut truth = vec![0.0; classes];
        labels.iter().for_each(|&label| truth[label] += 1.0);
        Self { truth, predicted: vec![0.0; classes], right: vec![0.0; classes] }
    }

    fn predict(&mut self, label: usize, class: usize) {
        self.predicted[class] += 1.0;
        self.right[class] += f64::from(u8::from(label == class));
    }

    fn move_row(&mut self, label: usize, from: usize, to: usize) {
        self.predicted[from] -= 1.0;
        self.right[from] -= f64::from(u8::from(label == from));
        self.predict(label, to);
    }

    fn f1(&self, goal: Goal) -> f64 {
        let of = |class: usize| {
            let sum = self.truth[class] + self.predicted[class];
            (sum > 0.0).then(|| 2.0 * self.right[class] / sum)
        };
        match goal {
            Goal::Class(class) => of(class).unwrap_or(0.0),
            Goal::Macro => {
                let (sum, present) =
                    (0..self.truth.len()).filter_map(of).fold((0.0, 0.0), |(sum, n), f1| (sum + f1, n + 1.0));
                if present > 0.0 { sum / present } else { 0.0 }
            }
        }
    }
}

#[cfg(test)]
mod tests;
