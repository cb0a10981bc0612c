//! Metrics of the probability of the positive class. Curves need only the order of the scores: they work on sorted
//! integer keys, and without weights on exact counts.

use std::borrow::Cow;

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
            SortedKeys::split(rows, |row| scores[row], |row| truth[row]).evaluate(metric, with_error)
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

/// An integer that orders as the float does, both zeros being equal.
#[inline]
pub(crate) fn order_key(score: f64) -> u64 {
    let bits = (score + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// Rows from which dealing them into buckets pays.
const BUCKETS_FROM: usize = 4_096;
/// Largest bucket that a sort by insertion may meet.
const SMALL_BUCKET: u32 = 48;

/// Sorts keys: dealt into buckets by their score, which a multiplication finds, and sorted there, one or none a bucket
/// when the scores are spread evenly. However uneven they are, the result is the same.
pub(crate) fn sort(keys: &mut Vec<u64>) {
    let (Some(&least), Some(&most)) = (keys.iter().min(), keys.iter().max()) else { return };
    let (least, range) = (score_of(least), score_of(most) - score_of(least));
    // Half a key a bucket: of 1/4, 1 and 2 buckets a key, measured at a million keys, this was the fastest.
    let buckets = keys.len() * 2;
    let scale = buckets as f64 / range;
    if keys.len() < BUCKETS_FROM || !scale.is_finite() {
        keys.sort_unstable();
        return;
    }
    // Subtraction, multiplication and truncation never swap two scores, so no bucket overlaps another.
    let bucket = |key: u64| (((score_of(key) - least) * scale) as usize).min(buckets);
    let mut ends = vec![0_u32; buckets + 2];
    keys.iter().for_each(|&key| ends[bucket(key) + 1] += 1);
    let largest = ends.iter().copied().max().unwrap_or(0);
    let mut total = 0;
    for end in &mut ends {
        total += *end;
        *end = total;
    }
    let mut dealt = vec![0; keys.len()];
    for &key in keys.iter() {
        let place = &mut ends[bucket(key)];
        dealt[*place as usize] = key;
        *place += 1;
    }
    if largest <= SMALL_BUCKET {
        insert(&mut dealt);
    } else {
        let mut start = 0;
        for &end in &ends[..=buckets] {
            dealt[start..end as usize].sort_unstable();
            start = end as usize;
        }
    }
    *keys = dealt;
}

/// Sorts keys none of which is far from its place.
fn insert(keys: &mut [u64]) {
    for place in 1..keys.len() {
        let key = keys[place];
        let mut free = place;
        while free > 0 && keys[free - 1] > key {
            keys[free] = keys[free - 1];
            free -= 1;
        }
        keys[free] = key;
    }
}

/// The score of a key.
#[inline]
fn score_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// Scores of each side as sorted keys: all that an unweighted curve needs.
pub(crate) struct SortedKeys<'a> {
    positive: Cow<'a, [u64]>,
    negative: Cow<'a, [u64]>,
}

impl<'a> SortedKeys<'a> {
    /// Parts rows by the side they are on and sorts the keys of their scores.
    pub(crate) fn split(rows: &[u32], score: impl Fn(usize) -> f64, positive: impl Fn(usize) -> bool) -> Self {
        // Written to both sides and counted on one: a branch on the truth would be mispredicted on every other row.
        let mut sides = [vec![0; rows.len()], vec![0; rows.len()]];
        let mut counts = [0, 0];
        for &row in rows {
            let (key, side) = (order_key(score(row as usize)), usize::from(positive(row as usize)));
            sides[0][counts[0]] = key;
            sides[1][counts[1]] = key;
            counts[side] += 1;
        }
        for (side, count) in sides.iter_mut().zip(counts) {
            side.truncate(count);
            sort(side);
        }
        let [negative, positive] = sides;
        Self::of_sorted(positive, negative)
    }

    /// Keys that are in ascending order.
    pub(crate) fn of_sorted(positive: impl Into<Cow<'a, [u64]>>, negative: impl Into<Cow<'a, [u64]>>) -> Self {
        Self { positive: positive.into(), negative: negative.into() }
    }

    /// A metric that needs only the order of the scores.
    pub(crate) fn evaluate(&self, metric: &Metric, with_error: bool) -> Result<Estimate, Undefined> {
        match metric {
            Metric::AveragePrecision => Ok(self.average_precision()),
            _ => self.roc_auc(metric, with_error),
        }
    }

    /// Area under the ROC curve with DeLong's standard error, both from exact counts.
    pub(crate) fn roc_auc(&self, metric: &Metric, with_error: bool) -> Result<Estimate, Undefined> {
        let (positives, negatives) = (self.positive.len() as u128, self.negative.len() as u128);
        if positives == 0 || negatives == 0 {
            return Err(Undefined::OneClass(metric.to_string()));
        }
        // Placements counted in halves: twice the negatives below a positive plus those that tie with it.
        let below = match with_error {
            true => Placements::of::<true>(&self.positive, &self.negative),
            false => Placements::of::<false>(&self.positive, &self.negative),
        };
        let value = below.sum as f64 / (2 * positives * negatives) as f64;
        let standard_error = (with_error && positives > 1 && negatives > 1)
            .then(|| {
                let above = Placements::of::<true>(&self.negative, &self.positive);
                let variance = below.variance(positives, negatives) / positives as f64
                    + above.variance(negatives, positives) / negatives as f64;
                variance.sqrt()
            })
            .filter(|error| error.is_finite());
        Ok(Estimate { value, standard_error })
    }

    /// Average precision: the sum over thresholds of precision times the step in recall; 0 without positives.
    fn average_precision(&self) -> Estimate {
        let mut groups = Vec::new();
        let (mut p, mut n) = (self.positive.len(), self.negative.len());
        while p > 0 || n > 0 {
            let last = |keys: &[u64], end: usize| if end > 0 { keys[end - 1] } else { 0 };
            let top = last(&self.positive, p).max(last(&self.negative, n));
            let ties = |keys: &[u64], end: usize| keys[..end].iter().rev().take_while(|&&key| key == top).count();
            let (positive, negative) = (ties(&self.positive, p), ties(&self.negative, n));
            (p, n) = (p - positive, n - negative);
            let count = |rows: usize| Side { weight: rows as f64, squares: rows as f64 };
            groups.push((count(positive), count(negative)));
        }
        average_precision(&groups, self.positive.len() + self.negative.len())
    }
}

/// Sums over one side of the placements among the other side's keys.
struct Placements {
    sum: u128,
    squares: u128,
}

impl Placements {
    /// Of sorted keys; the squares, which only the standard error needs, on demand.
    fn of<const SQUARES: bool>(keys: &[u64], others: &[u64]) -> Self {
        // Rows are counted in 32 bits, so twice the product of two sides' rows is below 2^63.
        let (mut sum, mut squares) = (0_u64, 0_u128);
        let (mut key, mut below, mut ties) = (0, 0, false);
        // A merge in which both steps are additions of a comparison, not branches that would be mispredicted.
        while key < keys.len() && below < others.len() {
            let (this, other) = (keys[key], others[below]);
            let is_below = other < this;
            ties |= other == this;
            let place = if is_below { 0 } else { 2 * below as u64 };
            sum += place;
            if SQUARES {
                squares += u128::from(place) * u128::from(place);
            }
            below += usize::from(is_below);
            key += usize::from(!is_below);
        }
        if ties {
            return Self::with_ties(keys, others);
        }
        // What is left lies above all others.
        let (rest, place) = ((keys.len() - key) as u128, 2 * others.len() as u128);
        Self { sum: u128::from(sum) + rest * place, squares: squares + rest * place * place }
    }

    fn with_ties(keys: &[u64], others: &[u64]) -> Self {
        let mut placements = Self { sum: 0, squares: 0 };
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
            placements.squares += place * place;
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
