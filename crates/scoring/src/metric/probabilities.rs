//! Metrics of a probability for each class.

use super::order::Rows;
use super::probability::{Ordered, negative_log, roc_auc, roc_auc_with_influences};
use super::row_means::mean;
use super::{Average, Estimate, Metric, Undefined};
use crate::columns::class_order;
use crate::uncertainty;

/// Probabilities, a row beside a row, one column a class.
pub(crate) struct Matrix<'a> {
    values: &'a [f64],
    /// Place of each class in class order.
    places: Vec<u32>,
}

impl<'a> Matrix<'a> {
    pub(crate) fn new(values: &'a [f64], names: &[String], extra: &[String]) -> Self {
        let names: Vec<&String> = names.iter().chain(extra).collect();
        let mut places = vec![0; names.len()];
        for (place, class) in class_order(&names).into_iter().enumerate() {
            places[class as usize] = place as u32;
        }
        Self { values, places }
    }

    fn classes(&self) -> usize {
        self.places.len()
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.classes()..(row + 1) * self.classes()]
    }
}

pub(super) fn evaluate(
    metric: &Metric,
    truth: &[u32],
    matrix: &Matrix<'_>,
    weights: Option<&[f64]>,
    rows: &[u32],
    with_error: bool,
) -> Result<Estimate, Undefined> {
    match metric {
        Metric::LogLoss => mean(rows, weights, |row| negative_log(matrix.row(row)[truth[row] as usize])),
        Metric::TopKAccuracy(k) => {
            mean(rows, weights, |row| f64::from(u8::from(is_top(matrix, row, truth[row] as usize, *k))))
        }
        Metric::RocAucOvr(average) => one_vs_rest(metric, *average, truth, matrix, weights, rows, with_error),
        Metric::RocAucOvo => one_vs_one(metric, truth, matrix, rows, with_error),
        _ => Err(Undefined::WrongKind(metric.to_string())),
    }
}

/// Whether fewer than `k` classes come before the true one; of equal probabilities the later class comes first, as in
/// scikit-learn's reversed stable sort.
fn is_top(matrix: &Matrix<'_>, row: usize, truth: usize, k: u32) -> bool {
    let (row, places) = (matrix.row(row), &matrix.places);
    let before =
        |(class, &value): (usize, &f64)| value > row[truth] || (value == row[truth] && places[class] > places[truth]);
    row.iter().enumerate().filter(|entry| before(*entry)).count() < k as usize
}

fn one_vs_rest(
    metric: &Metric,
    average: Average,
    truth: &[u32],
    matrix: &Matrix<'_>,
    weights: Option<&[f64]>,
    rows: &[u32],
    with_error: bool,
) -> Result<Estimate, Undefined> {
    let mut shares = vec![0.0; matrix.classes()];
    if average == Average::Weighted {
        let weight = |row: u32| weights.map_or(1.0, |weights| weights[row as usize]);
        let terms = rows.iter().map(|&row| (truth[row as usize], weight(row))).collect();
        for (class, weight) in super::row_means::sums_by_key(terms) {
            shares[class as usize] = weight;
        }
    } else {
        shares.fill(1.0);
    }
    // Sum in class order, which does not depend on how the classes were first numbered.
    let mut order: Vec<usize> = (0..matrix.classes()).collect();
    order.sort_unstable_by_key(|&class| matrix.places[class]);
    let total: f64 = order.iter().map(|&class| shares[class]).sum();
    let mut influences = vec![0.0; if with_error { rows.len() } else { 0 }];
    let mut value = 0.0;
    for class in order.into_iter().filter(|&class| shares[class] > 0.0) {
        let share = shares[class] / total;
        let score = |row: usize| matrix.row(row)[class];
        let positive = |row: usize| truth[row] as usize == class;
        let area = match (weights, with_error) {
            (None, false) => {
                let [positive, negative] = Rows::sides(rows, &score, &positive);
                roc_auc(metric, &positive, &negative, false).ok().map(|estimate| estimate.value)
            }
            (None, true) => roc_auc_with_influences(rows, score, positive, share, &mut influences),
            (Some(_), _) => Ordered::new(rows, score, positive, weights).roc_auc(share, &mut influences),
        };
        value += share * area.ok_or_else(|| Undefined::MissingClass(metric.to_string()))?;
    }
    let standard_error = if with_error { uncertainty::from_influences(influences) } else { None };
    Ok(Estimate { value, standard_error })
}

/// Mean over all pairs of present classes, each taken as the positive one in turn (Hand and Till 2001).
fn one_vs_one(
    metric: &Metric,
    truth: &[u32],
    matrix: &Matrix<'_>,
    rows: &[u32],
    with_error: bool,
) -> Result<Estimate, Undefined> {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); matrix.classes()];
    for (place, &row) in rows.iter().enumerate() {
        members[truth[row as usize] as usize].push(place as u32);
    }
    let mut present: Vec<usize> = (0..matrix.classes()).filter(|&class| !members[class].is_empty()).collect();
    present.sort_unstable_by_key(|&class| matrix.places[class]);
    if present.len() < 2 {
        return Err(Undefined::OneClass(metric.to_string()));
    }
    let pairs = (present.len() * (present.len() - 1)) as f64;
    let mut influences = vec![0.0; rows.len()];
    let mut value = 0.0;
    for &class in &present {
        for &other in present.iter().filter(|&&other| other != class) {
            let both: Vec<u32> = members[class].iter().chain(&members[other]).copied().collect();
            let row = |place: usize| rows[place] as usize;
            let score = |place: usize| matrix.row(row(place))[class];
            let positive = |place: usize| truth[row(place)] as usize == class;
            let area = if with_error {
                let mut part = vec![0.0; both.len()];
                let area = roc_auc_with_influences(&both, score, positive, 1.0 / pairs, &mut part);
                both.iter().zip(part).for_each(|(&place, influence)| influences[place as usize] += influence);
                area
            } else {
                let [positive, negative] = Rows::sides(&both, &score, &positive);
                roc_auc(metric, &positive, &negative, false).ok().map(|estimate| estimate.value)
            };
            value += area.ok_or_else(|| Undefined::OneClass(metric.to_string()))?;
        }
    }
    let standard_error = if with_error { uncertainty::from_influences(influences) } else { None };
    Ok(Estimate { value: value / pairs, standard_error })
}
