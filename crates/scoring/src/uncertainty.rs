//! How far a score may be off by the luck of which rows were drawn: standard errors. Owns the statistics that metrics
//! share (moments, linearised errors, resampling, shared row weights); knows no metric and no file.
//!
//! Everything here is deterministic, and independent of the order of the rows.

use crate::exact_sum::ExactSum;

/// Sum and sum of squares of row values, free of rounding in the order of the rows.
#[derive(Clone, Debug, Default)]
pub struct Moments {
    rows: u64,
    sum: ExactSum,
    squares: ExactSum,
}

impl Moments {
    /// No row yet.
    pub const fn new() -> Self {
        Self { rows: 0, sum: ExactSum::new(), squares: ExactSum::new() }
    }

    /// Adds the value of one row.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.rows += 1;
        self.sum.add(value);
        self.squares.add(value * value);
    }

    /// Adds the rows that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
    }

    /// Number of rows.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The mean of the row values; NaN without rows.
    pub fn mean(&self) -> f64 {
        self.sum.total() / self.rows as f64
    }

    /// Standard deviation (n - 1) of the row values over the square root of their number. None below two rows.
    pub fn standard_error(&self) -> Option<f64> {
        if self.rows < 2 {
            return None;
        }
        // n·Σx² − (Σx)² cancels when the spread is small against the mean: carry 106 bits through it. What is left is
        // the rounding of each square: good to a thousandth while the mean is below a million deviations.
        let n = self.rows as f64;
        let (sum, sum_low) = self.sum.total_pair();
        let (squares, squares_low) = self.squares.total_pair();
        let (left, left_low) = two_product(n, squares);
        let (right, right_low) = two_product(sum, sum);
        let spread = (left - right) + (left_low - right_low + n * squares_low - 2.0 * sum * sum_low);
        finite((spread.max(0.0) / (n - 1.0)).sqrt() / n)
    }
}

/// Product and its rounding error (Dekker; a fused multiply-add would be a library call on the portable target).
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let split = |value: f64| {
        let scaled = value * 134_217_729.0;
        let high = scaled - (scaled - value);
        (high, value - high)
    };
    let product = a * b;
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    let error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, if error.is_finite() { error } else { 0.0 })
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Standard error of a smooth statistic from each row's first-order influence on it (the infinitesimal jackknife):
/// `influences` are the derivatives by the rows' weights times those weights; they add up to 0.
pub fn from_influences(influences: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut rows = 0_u64;
    let mut squares = ExactSum::new();
    for influence in influences {
        rows += 1;
        squares.add(influence * influence);
    }
    let n = rows as f64;
    if rows < 2 { None } else { finite((squares.total() * n / (n - 1.0)).sqrt()) }
}

/// Resamples behind the standard error of a statistic of counts; the error of that error is about 5 %.
pub const RESAMPLES: u32 = 200;

/// Standard error of `statistic` over cells of summed row weights, by resampling the cells as if every row were drawn
/// Poisson(1) times. `cells` are (sum of weights, sum of squared weights); without weights both are the count.
/// Resamples on which the statistic is undefined (`None`) are left out.
pub fn by_resampling(cells: &[(f64, f64)], mut statistic: impl FnMut(&[f64]) -> Option<f64>) -> Option<f64> {
    let mut random = SplitMix(0x706f_6469_756d);
    let draws: Vec<(f64, Poisson)> = cells
        .iter()
        .map(|&(weight, squares)| {
            // A Poisson count times this scale has the mean and the variance of the cell's sum of resampled weights.
            let scale = if weight > 0.0 { squares / weight } else { 0.0 };
            (scale, Poisson::new(if scale > 0.0 { weight / scale } else { 0.0 }))
        })
        .collect();
    let mut drawn = vec![0.0; cells.len()];
    let values: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| {
            for (cell, (scale, count)) in drawn.iter_mut().zip(&draws) {
                *cell = scale * count.draw(&mut random);
            }
            statistic(&drawn)
        })
        .filter(|value| value.is_finite())
        .collect();
    if values.len() < RESAMPLES as usize / 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    finite((values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}

/// Poisson counts with one mean: by inversion up to a mean of 32, above it the rounded normal, which is off by less than
/// the resampling noise.
enum Poisson {
    Small { mean: f64, none: f64 },
    Large { mean: f64, deviation: f64 },
}

impl Poisson {
    fn new(mean: f64) -> Self {
        if mean > 32.0 {
            Self::Large { mean, deviation: mean.sqrt() }
        } else {
            Self::Small { mean, none: (-mean).exp() }
        }
    }

    fn draw(&self, random: &mut SplitMix) -> f64 {
        match *self {
            Self::Large { mean, deviation } => {
                // Truncation of a non-negative number plus a half.
                (mean + deviation * random.normal() + 0.5).max(0.0) as u64 as f64
            }
            Self::Small { mean, none } => {
                let share = random.uniform();
                let (mut count, mut chance, mut below) = (0.0, none, none);
                while share > below && count < 200.0 {
                    count += 1.0;
                    chance *= mean / count;
                    below += chance;
                }
                count
            }
        }
    }
}

/// Weight of a row in a replicate of the shared bootstrap: Poisson(1) by a keyed hash, so that two entries scored with
/// the same seed are compared on the same resampled rows and a difference is paired.
pub fn replicate_weight(seed: u64, row: u32, replicate: u32) -> u32 {
    let place = u64::from(row) << 32 | u64::from(replicate);
    let uniform = SplitMix(SplitMix(seed).next() ^ place).next();
    // Poisson(1) by inversion: the share of u64 below k events or fewer.
    const CUMULATIVE: [f64; 12] = [
        0.367_879_441_171_442_3,
        0.735_758_882_342_884_6,
        0.919_698_602_928_605_8,
        0.981_011_843_123_846_2,
        0.996_340_153_172_656_3,
        0.999_405_815_182_418_3,
        0.999_916_758_850_712,
        0.999_989_750_803_325_3,
        0.999_998_874_797_402,
        0.999_999_888_574_521_7,
        0.999_999_989_952_233_6,
        0.999_999_999_168_388_6,
    ];
    let share = (uniform >> 11) as f64 / (1_u64 << 53) as f64;
    CUMULATIVE.iter().take_while(|&&bound| share >= bound).count() as u32
}

/// Steele, Lea and Flood's generator: a counter through a mixing function. Fixed here for ever, so that a standard
/// error does not move when a library changes its streams.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// In (0, 1).
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// Mean 0 and variance 1, from the sum of four 16-bit numbers: all that the error of a smooth statistic depends on.
    /// Integers only, so equal on every machine.
    fn normal(&mut self) -> f64 {
        let bits = self.next();
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        (sum as f64 - 131_070.0) / DEVIATION
    }
}

/// Deviation of the sum of four independent numbers below 2^16: the root of 4 · (2^32 − 1) / 12.
const DEVIATION: f64 = 37_837.227_9;

#[cfg(test)]
mod tests;
