//! Metrics of the probability of the positive class. Curves need only the order of the scores: they work on
//! integer keys, and without weights on exact counts.

use super::order::{Keys, Ranks, Rows, order_key, sorted};
use super::row_means::mean;
use super::{Estimate, Metric, Undefined};
use crate::exact_sum::ExactSum;
use crate::uncertainty;

pub(super) fn evaluate(
    metric: &Metric,
    truth: &[bool],
    scores: &[f64],
    weights: Option<&[f64]>,
    rows: &[u32],
    with_error: bool,
) -> Result<Estimate, Undefined> {
    match metric {
        Metric::LogLoss => mean(rows, weights, |row| log_loss(truth[row], scores[row])),
        Metric::Brier => mean(rows, weights, |row| brier(truth[row], scores[row])),
        Metric::RocAuc | Metric::AveragePrecision if weights.is_none() => {
            let (score, is_positive) = (|row: usize| scores[row], |row: usize| truth[row]);
            let [positive, negative] = Rows::sides(rows, &score, &is_positive);
            curve(metric, &positive, &negative, with_error)
        }
        Metric::RocAuc => {
            let ordered = Ordered::new(rows, |row| scores[row], |row| truth[row], weights);
            let mut influences = vec![0.0; if with_error { rows.len() } else { 0 }];
            let value = ordered.roc_auc(1.0, &mut influences).ok_or_else(|| Undefined::OneClass(metric.to_string()))?;
            let standard_error = if with_error { uncertainty::from_influences(influences) } else { None };
            Ok(Estimate { value, standard_error })
        }
        Metric::AveragePrecision => {
            Ok(Ordered::new(rows, |row| scores[row], |row| truth[row], weights).average_precision())
        }
        _ => Err(Undefined::WrongKind(metric.to_string())),
    }
}

/// Minus the logarithm of the probability given to what is true, clipped to [eps, 1 - eps] of a 64-bit float as
/// scikit-learn does.
#[inline]
pub(crate) fn log_loss(positive: bool, score: f64) -> f64 {
    negative_log(if positive { score } else { 1.0 - score })
}

/// `-ln(p)` with `p` clipped to [eps, 1 - eps].
#[inline]
pub(crate) fn negative_log(probability: f64) -> f64 {
    -probability.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln()
}

/// Squared distance to the truth.
#[inline]
pub(crate) fn brier(positive: bool, score: f64) -> f64 {
    let error = f64::from(u8::from(positive)) - score;
    error * error
}

/// A metric that needs only the order of the scores of each side: no weights.
pub(crate) fn curve(
    metric: &Metric,
    positive: &(impl Keys + ?Sized),
    negative: &(impl Keys + ?Sized),
    with_error: bool,
) -> Result<Estimate, Undefined> {
    match metric {
        Metric::AveragePrecision => Ok(by_groups(&sorted(&positive.all()), &sorted(&negative.all()))),
        _ => roc_auc(metric, positive, negative, with_error),
    }
}

/// Area under the ROC curve with DeLong's standard error, both from exact counts.
pub(super) fn roc_auc(
    metric: &Metric,
    positive: &(impl Keys + ?Sized),
    negative: &(impl Keys + ?Sized),
    with_error: bool,
) -> Result<Estimate, Undefined> {
    let (positives, negatives) = (positive.len() as u128, negative.len() as u128);
    if positives == 0 || negatives == 0 {
        return Err(Undefined::OneClass(metric.to_string()));
    }
    let (below, above) = match (with_error, positives <= negatives) {
        (true, true) => Placements::of_both::<true>(positive, negative),
        (true, false) => swap(Placements::of_both::<true>(negative, positive)),
        (false, true) => Placements::of_both::<false>(positive, negative),
        (false, false) => swap(Placements::of_both::<false>(negative, positive)),
    };
    let value = below.sum as f64 / (2 * positives * negatives) as f64;
    let standard_error = (with_error && positives > 1 && negatives > 1)
        .then(|| {
            let variance = below.variance(positives, negatives) / positives as f64
                + above.variance(negatives, positives) / negatives as f64;
            variance.sqrt()
        })
        .filter(|error| error.is_finite());
    Ok(Estimate { value, standard_error })
}

/// The area, or none with one side only; adds `scale` times each row's influence on it to `influences`, by the row's
/// place. The same floats as [`Ordered::roc_auc`] gives for weights of 1, in half the time.
pub(super) fn roc_auc_with_influences(
    rows: &[u32],
    score: impl Fn(usize) -> f64,
    positive: impl Fn(usize) -> bool,
    scale: f64,
    influences: &mut [f64],
) -> Option<f64> {
    let sides = Rows::sides(rows, &score, &positive);
    let [positives, negatives] = [sides[0].len(), sides[1].len()];
    if positives == 0 || negatives == 0 {
        return None;
    }
    let ranked_side = positives <= negatives;
    let ranked = &sides[usize::from(!ranked_side)];
    let Some(ranks) = Ranks::of(&ranked.all()) else {
        return Ordered::new(rows, score, positive, None).roc_auc(scale, influences);
    };
    // Placements of the ranked side by how much they grow from one key to the next, as in `Placements::by_rank`.
    let mut ranked_places = vec![0_u32; ranked.len() + 1];
    let mut sum = 0_u64;
    let find = |row: u32| ranks.find(order_key(score(row as usize)));
    let other = |row: &&u32| positive(**row as usize) != ranked_side;
    let places: Vec<u32> = rows
        .iter()
        .filter(other)
        .map(|&row| {
            let (less, up_to) = find(row);
            ranked_places[less] += 1;
            ranked_places[up_to] += 1;
            sum += (less + up_to) as u64;
            (less + up_to) as u32
        })
        .collect();
    let mut place = 0;
    for step in &mut ranked_places {
        place += *step;
        *step = place;
    }
    let pairs = positives as u64 * negatives as u64;
    let sum = if ranked_side { 2 * pairs - sum } else { sum };
    let (positives, negatives) = (positives as f64, negatives as f64);
    let value = sum as f64 / 2.0 / (positives * negatives);
    let mut places = places.into_iter();
    for (&row, influence) in rows.iter().zip(influences) {
        let is_positive = positive(row as usize);
        let place = if is_positive == ranked_side { Some(ranked_places[find(row).0]) } else { places.next() };
        let below = f64::from(place.unwrap_or(0)) / 2.0;
        *influence += scale
            * match is_positive {
                true => (below / negatives - value) / positives,
                false => ((positives - below) / positives - value) / negatives,
            };
    }
    Some(value)
}

fn swap((few, many): (Placements, Placements)) -> (Placements, Placements) {
    (many, few)
}

/// Average precision of sorted sides: the sum over thresholds of precision times the step in recall; 0 without
/// positives.
fn by_groups(positive: &[u64], negative: &[u64]) -> Estimate {
    let mut groups = Vec::new();
    let (mut p, mut n) = (positive.len(), negative.len());
    while p > 0 || n > 0 {
        let last = |keys: &[u64], end: usize| if end > 0 { keys[end - 1] } else { 0 };
        let top = last(positive, p).max(last(negative, n));
        let ties = |keys: &[u64], end: usize| keys[..end].iter().rev().take_while(|&&key| key == top).count();
        let hits = (ties(positive, p), ties(negative, n));
        (p, n) = (p - hits.0, n - hits.1);
        let count = |rows: usize| Side { weight: rows as f64, squares: rows as f64 };
        groups.push((count(hits.0), count(hits.1)));
    }
    average_precision(&groups, positive.len() + negative.len())
}

/// Sums over one side of the placements among the other side's keys, counted in halves: twice the keys below one plus
/// those that tie with it.
#[derive(Clone, Copy, Default)]
struct Placements {
    sum: u128,
    squares: u128,
}

impl Placements {
    /// The placements of each side among the other, of which the first has fewer keys. The squares, which only the
    /// standard error needs, on demand.
    fn of_both<const SQUARES: bool>(few: &(impl Keys + ?Sized), many: &(impl Keys + ?Sized)) -> (Self, Self) {
        let few = few.all();
        match Ranks::of(&few) {
            Some(ranks) => Self::by_rank::<SQUARES>(&ranks, few.len(), many),
            None => {
                let (few, many) = (sorted(&few), sorted(&many.all()));
                (Self::by_merge::<SQUARES>(&few, &many), Self::by_merge::<SQUARES>(&many, &few))
            }
        }
    }

    /// Of `count` ranked keys among `others`, and of those among the ranked ones: only the smaller side is sorted.
    fn by_rank<const SQUARES: bool>(ranks: &Ranks, count: usize, others: &(impl Keys + ?Sized)) -> (Self, Self) {
        // Rows are counted in 32 bits, so twice the product of two sides' rows is below 2^63.
        let (mut sum, mut squares) = (0_u64, 0_u128);
        // How much the placement grows from one ranked key to the next.
        let mut steps = vec![0_u32; if SQUARES { count + 1 } else { 0 }];
        others.each(|others| {
            for &other in others {
                let (less, up_to) = ranks.find(other);
                let place = (less + up_to) as u64;
                sum += place;
                if SQUARES {
                    squares += u128::from(place) * u128::from(place);
                    // It is below every key from `less` on, or level with it up to `up_to`.
                    steps[less] += 1;
                    steps[up_to] += 1;
                }
            }
        });
        let mut ranked = Self { sum: 2 * (count as u128 * others.len() as u128) - u128::from(sum), squares: 0 };
        let mut place = 0_u64;
        for &step in steps.iter().take(count) {
            place += u64::from(step);
            ranked.squares += u128::from(place) * u128::from(place);
        }
        (ranked, Self { sum: u128::from(sum), squares })
    }

    /// Of sorted keys among sorted others.
    fn by_merge<const SQUARES: bool>(keys: &[u64], others: &[u64]) -> Self {
        let mut placements = Self::default();
        let (mut below, mut up_to) = (0, 0);
        for &key in keys {
            while below < others.len() && others[below] < key {
                below += 1;
            }
            up_to = up_to.max(below);
            while up_to < others.len() && others[up_to] == key {
                up_to += 1;
            }
            let place = (below + up_to) as u128;
            placements.sum += place;
            if SQUARES {
                placements.squares += place * place;
            }
        }
        placements
    }

    /// Sample variance of the placements as shares of `others`.
    fn variance(&self, count: u128, others: u128) -> f64 {
        let spread = (count * self.squares).saturating_sub(self.sum * self.sum);
        spread as f64 / (count * (count - 1)) as f64 / (4 * others * others) as f64
    }
}

/// Rows of one side that tie at a threshold.
#[derive(Clone, Copy, Default)]
struct Side {
    weight: f64,
    squares: f64,
}

/// Average precision over groups of ties, best first, with its linearised error.
fn average_precision(groups: &[(Side, Side)], rows: usize) -> Estimate {
    let total: f64 = groups.iter().map(|(positive, _)| positive.weight).sum();
    if total <= 0.0 {
        return Estimate { value: 0.0, standard_error: None };
    }
    let mut sum = ExactSum::new();
    let mut curve = Vec::with_capacity(groups.len());
    let (mut hits, mut all) = (0.0, 0.0);
    for (positive, negative) in groups {
        hits += positive.weight;
        all += positive.weight + negative.weight;
        let precision = if all > 0.0 { hits / all } else { 0.0 };
        sum.add(positive.weight * precision);
        curve.push((precision, all));
    }
    let value = sum.total() / total;
    // Weight of a row at threshold h: raises recall's step at h, and hits and counts at every lower threshold.
    let (mut squares, mut later_counts, mut later_hits) = (ExactSum::new(), 0.0, 0.0);
    for ((positive, negative), (precision, all)) in groups.iter().zip(&curve).rev() {
        if *all > 0.0 {
            later_hits += positive.weight / all;
            later_counts += positive.weight * precision / all;
        }
        let of_positive = (precision + later_hits - later_counts - value) / total;
        let of_negative = -later_counts / total;
        squares.add(of_positive * of_positive * positive.squares);
        squares.add(of_negative * of_negative * negative.squares);
    }
    let n = rows as f64;
    let standard_error = (rows > 1).then(|| (squares.total() * n / (n - 1.0)).sqrt()).filter(|error| error.is_finite());
    Estimate { value, standard_error }
}

/// Weighted rows in the order of their scores; rows of weight 0 are left out.
pub(super) struct Ordered {
    /// (key, positive, weight, place in `rows`), sorted.
    rows: Vec<(u64, bool, f64, u32)>,
    positive: f64,
    negative: f64,
}

impl Ordered {
    pub(super) fn new(
        rows: &[u32],
        score: impl Fn(usize) -> f64,
        positive: impl Fn(usize) -> bool,
        weights: Option<&[f64]>,
    ) -> Self {
        let entry = |(place, &row): (usize, &u32)| {
            let row = row as usize;
            let weight = weights.map_or(1.0, |weights| weights[row]);
            (weight > 0.0).then(|| (order_key(score(row)), positive(row), weight, place as u32))
        };
        let mut rows: Vec<_> = rows.iter().enumerate().filter_map(entry).collect();
        rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2)));
        let side = |wanted: bool| rows.iter().filter(|row| row.1 == wanted).map(|row| row.2).sum();
        let (positive, negative) = (side(true), side(false));
        Self { rows, positive, negative }
    }

    fn ties(&self) -> impl DoubleEndedIterator<Item = &[(u64, bool, f64, u32)]> {
        self.rows.chunk_by(|a, b| a.0 == b.0)
    }

    /// The area, or none with one side only. Adds `scale` times each row's influence on it to `influences`, by the
    /// row's place, unless that is empty.
    pub(super) fn roc_auc(&self, scale: f64, influences: &mut [f64]) -> Option<f64> {
        if self.positive <= 0.0 || self.negative <= 0.0 {
            return None;
        }
        let weight = |ties: &[(u64, bool, f64, u32)], wanted: bool| -> f64 {
            ties.iter().filter(|row| row.1 == wanted).map(|row| row.2).sum()
        };
        let mut area = ExactSum::new();
        let mut below = 0.0;
        for ties in self.ties() {
            let negative = weight(ties, false);
            area.add(weight(ties, true) * (below + negative / 2.0));
            below += negative;
        }
        // One division, as for unweighted counts: the same float.
        let value = area.total() / (self.positive * self.negative);
        if !influences.is_empty() {
            let (mut below, mut above) = (0.0, self.positive);
            for ties in self.ties() {
                let (positive, negative) = (weight(ties, true), weight(ties, false));
                above -= positive;
                let of_positive = ((below + negative / 2.0) / self.negative - value) / self.positive;
                let of_negative = ((above + positive / 2.0) / self.positive - value) / self.negative;
                for &(_, is_positive, weight, place) in ties {
                    influences[place as usize] += scale * weight * if is_positive { of_positive } else { of_negative };
                }
                below += negative;
            }
        }
        Some(value)
    }

    fn average_precision(&self) -> Estimate {
        let groups: Vec<(Side, Side)> = self
            .ties()
            .rev()
            .map(|ties| {
                let mut sides = (Side::default(), Side::default());
                for &(_, positive, weight, _) in ties {
                    let side = if positive { &mut sides.0 } else { &mut sides.1 };
                    side.weight += weight;
                    side.squares += weight * weight;
                }
                sides
            })
            .collect();
        average_precision(&groups, self.rows.len())
    }
}
