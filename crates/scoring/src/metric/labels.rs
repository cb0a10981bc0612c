//! Metrics of class labels: all are functions of the counts of truth x prediction.

use super::row_means::sums_by_key;
use super::{Average, Distance, Estimate, Metric, Undefined};
use crate::columns::class_order;
use crate::uncertainty;

/// Weight of the rows with one true and one predicted class.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cell {
    truth: u32,
    predicted: u32,
    /// Sum of the rows' weights.
    weight: f64,
    /// Sum of their squares.
    squares: f64,
}

/// The counts of truth x prediction, over the classes that occur in either, in class order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Confusion {
    classes: Vec<String>,
    cells: Vec<Cell>,
    rows: u64,
}

/// Above this many cells a full table costs more than sorting the pairs.
const DENSE_CELLS: usize = 1 << 20;

impl Confusion {
    /// Counts the given rows of two class columns; classes from `names.len()` on are `extra`.
    pub(crate) fn count(
        truth: &[u32],
        names: &[String],
        predicted: &[u32],
        extra: &[String],
        weights: Option<&[f64]>,
        rows: &[u32],
    ) -> Self {
        let classes = names.len() + extra.len();
        let pair = |row: u32| (truth[row as usize], predicted[row as usize]);
        if weights.is_none() && classes * classes <= DENSE_CELLS {
            let mut counts = vec![0_u64; classes * classes];
            for &row in rows {
                let (truth, predicted) = pair(row);
                counts[truth as usize * classes + predicted as usize] += 1;
            }
            return Self::from_table(&counts, names, extra);
        }
        let weight = |row: u32| weights.map_or(1.0, |weights| weights[row as usize]);
        let sums = sums_by_key(rows.iter().map(|&row| (pair(row), weight(row))).collect());
        let squares = sums_by_key(rows.iter().map(|&row| (pair(row), weight(row) * weight(row))).collect());
        let cells = sums.into_iter().zip(squares);
        let cells =
            cells.map(|(((truth, predicted), weight), (_, squares))| Cell { truth, predicted, weight, squares });
        Self::over_present(cells.collect(), names, extra, rows.len() as u64)
    }

    /// From a full table, `counts[truth * classes + predicted]` over all classes of `names` and `extra`.
    pub(crate) fn from_table(counts: &[u64], names: &[String], extra: &[String]) -> Self {
        let classes = names.len() + extra.len();
        let cells = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(place, &count)| Cell {
            truth: (place / classes) as u32,
            predicted: (place % classes) as u32,
            weight: count as f64,
            squares: count as f64,
        });
        Self::over_present(cells.collect(), names, extra, counts.iter().sum())
    }

    /// Renumbers the classes that occur, in class order, and sorts the cells: equal whatever the first numbering was.
    fn over_present(mut cells: Vec<Cell>, names: &[String], extra: &[String], rows: u64) -> Self {
        let mut present: Vec<u32> = cells.iter().flat_map(|cell| [cell.truth, cell.predicted]).collect();
        present.sort_unstable();
        present.dedup();
        let name = |class: u32| {
            let class = class as usize;
            names.get(class).or_else(|| extra.get(class - names.len())).cloned().unwrap_or_default()
        };
        let unordered: Vec<String> = present.iter().map(|&class| name(class)).collect();
        let order = class_order(&unordered);
        let mut place = vec![0; present.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old as usize] = new as u32;
        }
        let renumber = |class| present.binary_search(&class).map_or(0, |found| place[found]);
        for cell in &mut cells {
            (cell.truth, cell.predicted) = (renumber(cell.truth), renumber(cell.predicted));
        }
        cells.sort_unstable_by_key(|cell| (cell.truth, cell.predicted));
        let classes = order.iter().map(|&old| unordered[old as usize].clone()).collect();
        Self { classes, cells, rows }
    }

    /// Evaluates a metric of labels; `positive` names the class of the `_binary` averages.
    pub(crate) fn evaluate(&self, metric: &Metric, positive: &str, with_error: bool) -> Result<Estimate, Undefined> {
        if self.rows == 0 {
            return Err(Undefined::NoRows);
        }
        let weights: Vec<f64> = self.cells.iter().map(|cell| cell.weight).collect();
        if weights.iter().sum::<f64>() <= 0.0 {
            return Err(Undefined::NoWeight);
        }
        let one_class_a_row = matches!(
            metric,
            Metric::Accuracy
                | Metric::F1(Average::Micro)
                | Metric::Precision(Average::Micro)
                | Metric::Recall(Average::Micro)
        );
        if one_class_a_row {
            return Ok(self.accuracy());
        }
        let positive = self.positive(metric, positive)?;
        let statistic = |weights: &[f64], all_present: bool| {
            Margins::new(&self.cells, weights, self.classes.len(), all_present).value(metric, positive)
        };
        let value = statistic(&weights, true)?;
        let standard_error = if with_error && self.rows > 1 {
            let cells: Vec<(f64, f64)> = self.cells.iter().map(|cell| (cell.weight, cell.squares)).collect();
            uncertainty::by_resampling(&cells, |weights| statistic(weights, false).ok())
        } else {
            None
        };
        Ok(Estimate { value, standard_error })
    }

    /// The share of right rows, with its exact error.
    fn accuracy(&self) -> Estimate {
        let sum = |right: bool, part: fn(&Cell) -> f64| -> f64 {
            self.cells.iter().filter(|cell| (cell.truth == cell.predicted) == right).map(part).sum()
        };
        let hits = sum(true, |cell| cell.weight);
        let total = hits + sum(false, |cell| cell.weight);
        let value = hits / total;
        let spread =
            (1.0 - value).powi(2) * sum(true, |cell| cell.squares) + value.powi(2) * sum(false, |cell| cell.squares);
        let rows = self.rows as f64;
        let standard_error = (self.rows > 1).then(|| (spread * rows / (rows - 1.0)).sqrt() / total);
        Estimate { value, standard_error }
    }

    /// Where the positive class stands among the present ones; none when the metric does not ask or it is absent.
    fn positive(&self, metric: &Metric, positive: &str) -> Result<Option<usize>, Undefined> {
        let (Metric::F1(average) | Metric::Precision(average) | Metric::Recall(average) | Metric::Jaccard(average)) =
            metric
        else {
            return Ok(None);
        };
        if *average != Average::Binary {
            return Ok(None);
        }
        let place = self.classes.iter().position(|class| class == positive);
        if self.classes.len() > 2 || (self.classes.len() == 2 && place.is_none()) {
            return Err(Undefined::NotBinary(metric.to_string(), positive.to_owned()));
        }
        Ok(place)
    }
}

/// Sums of the cells by class.
struct Margins<'a> {
    cells: &'a [Cell],
    weights: &'a [f64],
    truth: Vec<f64>,
    predicted: Vec<f64>,
    hits: Vec<f64>,
    total: f64,
    /// Whether classes without weight still count in an average (rows of weight 0 do make a class present).
    all_present: bool,
}

impl<'a> Margins<'a> {
    fn new(cells: &'a [Cell], weights: &'a [f64], classes: usize, all_present: bool) -> Self {
        let (mut truth, mut predicted, mut hits) = (vec![0.0; classes], vec![0.0; classes], vec![0.0; classes]);
        for (cell, weight) in cells.iter().zip(weights) {
            truth[cell.truth as usize] += weight;
            predicted[cell.predicted as usize] += weight;
            if cell.truth == cell.predicted {
                hits[cell.truth as usize] += weight;
            }
        }
        let total = truth.iter().sum();
        Self { cells, weights, truth, predicted, hits, total, all_present }
    }

    fn value(&self, metric: &Metric, positive: Option<usize>) -> Result<f64, Undefined> {
        if self.total <= 0.0 {
            return Err(Undefined::NoWeight);
        }
        Ok(match metric {
            Metric::F1(average) => {
                self.average(*average, positive, |hits, truth, predicted| (2.0 * hits, truth + predicted))
            }
            Metric::Precision(average) => self.average(*average, positive, |hits, _, predicted| (hits, predicted)),
            Metric::Recall(average) => self.average(*average, positive, |hits, truth, _| (hits, truth)),
            Metric::Jaccard(average) => {
                self.average(*average, positive, |hits, truth, predicted| (hits, truth + predicted - hits))
            }
            Metric::BalancedAccuracy => {
                let recalls = self.truth.iter().zip(&self.hits).filter(|(truth, _)| **truth > 0.0);
                mean(recalls.map(|(truth, hits)| hits / truth))
            }
            Metric::Mcc => self.mcc(),
            Metric::Kappa(distance) => return self.kappa(*distance).ok_or(Undefined::NoVariation(metric.to_string())),
            _ => return Err(Undefined::WrongKind(metric.to_string())),
        })
    }

    /// An average of ratios by class; `ratio` makes numerator and denominator from (hits, truth, predicted).
    fn average(&self, average: Average, positive: Option<usize>, ratio: fn(f64, f64, f64) -> (f64, f64)) -> f64 {
        let divide = |(numerator, denominator)| if denominator > 0.0 { numerator / denominator } else { 0.0 };
        let class = |k: usize| divide(ratio(self.hits[k], self.truth[k], self.predicted[k]));
        let sum = |values: &[f64]| values.iter().sum::<f64>();
        let classes = 0..self.truth.len();
        match average {
            Average::Micro => divide(ratio(sum(&self.hits), sum(&self.truth), sum(&self.predicted))),
            Average::Binary => positive.map_or(0.0, class),
            Average::Weighted => classes.map(|k| self.truth[k] * class(k)).sum::<f64>() / self.total,
            Average::Macro | Average::Samples => {
                mean(classes.filter(|&k| self.all_present || self.truth[k] + self.predicted[k] > 0.0).map(class))
            }
        }
    }

    /// Matthews' correlation for any number of classes (Gorodkin 2004); 0 where either side is constant.
    fn mcc(&self) -> f64 {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let n = self.total;
        let covariance = self.hits.iter().sum::<f64>() * n - dot(&self.truth, &self.predicted);
        let spread = (n * n - dot(&self.truth, &self.truth)) * (n * n - dot(&self.predicted, &self.predicted));
        if spread > 0.0 { covariance / spread.sqrt() } else { 0.0 }
    }

    /// Cohen's kappa: 1 - observed / expected disagreement. Linear in classes: the distance of two classes is summed
    /// over the cuts between them.
    fn kappa(&self, distance: Distance) -> Option<f64> {
        let weigh = |cell: &Cell| {
            let steps = f64::from(cell.truth.abs_diff(cell.predicted));
            match distance {
                Distance::Unit => f64::from(u8::from(steps > 0.0)),
                Distance::Linear => steps,
                Distance::Quadratic => steps * steps,
            }
        };
        let observed: f64 = self.cells.iter().zip(self.weights).map(|(cell, weight)| weigh(cell) * weight).sum();
        let n = self.total;
        let expected = match distance {
            Distance::Unit => {
                self.truth.iter().zip(&self.predicted).map(|(truth, predicted)| truth * (n - predicted)).sum::<f64>()
            }
            Distance::Linear => {
                let cuts = self.cuts();
                cuts.map(|(truth, predicted)| truth * (n - predicted) + predicted * (n - truth)).sum()
            }
            Distance::Quadratic => {
                // The square of the number of cuts counts each of them once and each pair of them twice.
                let (mut sum, mut earlier_truth, mut earlier_predicted) = (0.0, 0.0, 0.0);
                for (truth, predicted) in self.cuts() {
                    sum += truth * (n - predicted) + predicted * (n - truth);
                    sum += 2.0 * (earlier_truth * (n - predicted) + earlier_predicted * (n - truth));
                    earlier_truth += truth;
                    earlier_predicted += predicted;
                }
                sum
            }
        };
        (expected > 0.0).then(|| 1.0 - observed / (expected / n))
    }

    /// For each cut between neighbouring classes: the weight of true and of predicted classes below it.
    fn cuts(&self) -> impl Iterator<Item = (f64, f64)> {
        let sides = self.truth.iter().zip(&self.predicted).take(self.truth.len().saturating_sub(1));
        sides.scan((0.0, 0.0), |below, (truth, predicted)| {
            *below = (below.0 + truth, below.1 + predicted);
            Some(*below)
        })
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}
