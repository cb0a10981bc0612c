//! The running summary of one column, and the histogram of the second pass.

use std::collections::HashMap;

use super::distinct::Distinct;
use super::{Bin, ColumnSummary, ColumnType, TopValue};

/// Numbers kept per file for the medians: 16 MB, shared by its columns.
const SAMPLED_NUMBERS: usize = 2_000_000;
/// Different values counted one by one per file, shared by its columns.
const COUNTED_VALUES: usize = 100_000;
/// Longest value that can be one of the most frequent.
const MAX_TOP_VALUE: usize = 100;
/// Frequent values shown.
const TOP: usize = 10;
/// Steps of a histogram.
const BINS: usize = 20;

/// What has been seen of a column.
pub(super) struct Column {
    empty: u64,
    /// `NA`, `NaN` and `null`: a gap among numbers, a value among words.
    marks: u64,
    integers: u64,
    decimals: u64,
    booleans: u64,
    texts: u64,
    min: f64,
    max: f64,
    mean: f64,
    distinct: Distinct,
    /// `None` once there were too many different values.
    values: Option<HashMap<Vec<u8>, u64>>,
    most_values: usize,
    sample: Sample,
}

impl Column {
    pub(super) fn new(number: usize, columns: usize) -> Column {
        let share = |of: usize, least: usize, most: usize| (of / columns.max(1)).clamp(least, most);
        Column {
            empty: 0,
            marks: 0,
            integers: 0,
            decimals: 0,
            booleans: 0,
            texts: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            mean: 0.0,
            distinct: Distinct::new(share(SAMPLED_NUMBERS, 4_096, 500_000)),
            values: Some(HashMap::new()),
            most_values: share(COUNTED_VALUES, 50, 1_000),
            sample: Sample::new(share(SAMPLED_NUMBERS, 2_000, 100_000), number as u64),
        }
    }

    pub(super) fn add(&mut self, cell: &[u8]) {
        let cell = cell.trim_ascii();
        if cell.is_empty() {
            self.empty += 1;
            return;
        }
        self.distinct.add(cell);
        if let Some(values) = &mut self.values {
            if let Some(count) = values.get_mut(cell) {
                *count += 1;
            } else if values.len() < self.most_values && cell.len() <= MAX_TOP_VALUE {
                values.insert(cell.to_vec(), 1);
            } else {
                self.values = None;
            }
        }
        if is_mark(cell) {
            self.marks += 1;
        } else if let Some(number) = number(cell) {
            if is_integer(cell) {
                self.integers += 1;
            } else {
                self.decimals += 1;
            }
            self.min = self.min.min(number);
            self.max = self.max.max(number);
            let seen = (self.integers + self.decimals) as f64;
            // Running mean: the sum of a column may overflow where its mean does not.
            self.mean += number / seen - self.mean / seen;
            self.sample.add(number);
        } else if cell.eq_ignore_ascii_case(b"true") || cell.eq_ignore_ascii_case(b"false") {
            self.booleans += 1;
        } else {
            self.texts += 1;
        }
    }

    fn kind(&self) -> ColumnType {
        let numbers = self.integers + self.decimals;
        match (numbers, self.booleans, self.texts) {
            (0, 0, 0) if self.marks == 0 => ColumnType::Empty,
            (1.., 0, 0) if self.decimals == 0 => ColumnType::Integer,
            (1.., 0, 0) => ColumnType::Number,
            (0, 1.., 0) if self.marks == 0 => ColumnType::Boolean,
            _ => ColumnType::Text,
        }
    }

    fn is_numeric(&self) -> bool {
        matches!(self.kind(), ColumnType::Integer | ColumnType::Number)
    }

    /// An empty histogram over the column's range, if it holds numbers.
    pub(super) fn histogram(&self) -> Option<Histogram> {
        if !self.is_numeric() || !(self.max - self.min).is_finite() {
            return None;
        }
        let whole = self.decimals == 0 && self.max - self.min < BINS as f64;
        let bins = if whole { (self.max - self.min) as usize + 1 } else { BINS };
        let width = if whole { 1.0 } else { (self.max - self.min) / BINS as f64 };
        Some(Histogram {
            min: self.min,
            max: self.max,
            width,
            whole,
            counts: vec![0; if width > 0.0 { bins } else { 1 }],
        })
    }

    pub(super) fn summary(self, name: String, histogram: Option<Histogram>) -> ColumnSummary {
        let kind = self.kind();
        let numeric = self.is_numeric();
        let mut top: Vec<TopValue> = match self.values {
            Some(values) if kind != ColumnType::Number => values
                .into_iter()
                .filter(|(value, _)| !(numeric && is_mark(value)))
                .map(|(value, count)| TopValue { value: String::from_utf8_lossy(&value).into_owned(), count })
                .collect(),
            _ => Vec::new(),
        };
        top.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        top.truncate(TOP);
        let (distinct, distinct_estimated) = self.distinct.count();
        ColumnSummary {
            name,
            kind,
            missing: self.empty + if numeric { self.marks } else { 0 },
            distinct,
            distinct_estimated,
            min: numeric.then_some(self.min),
            max: numeric.then_some(self.max),
            mean: numeric.then_some(self.mean),
            median: if numeric { self.sample.median() } else { None },
            histogram: histogram.map(Histogram::bins),
            top,
            meaning: None,
        }
    }
}

/// Counts of numbers in equal steps.
pub(super) struct Histogram {
    min: f64,
    max: f64,
    width: f64,
    /// One step per whole number.
    whole: bool,
    counts: Vec<u64>,
}

impl Histogram {
    pub(super) fn add(&mut self, cell: &[u8]) {
        if let Some(number) = number(cell.trim_ascii()) {
            let step = if self.width > 0.0 { ((number - self.min) / self.width) as usize } else { 0 };
            let last = self.counts.len() - 1;
            self.counts[step.min(last)] += 1;
        }
    }

    fn bins(self) -> Vec<Bin> {
        let last = self.counts.len() - 1;
        let edge = |step: usize| self.min + self.width * step as f64;
        self.counts
            .iter()
            .enumerate()
            .map(|(step, &count)| {
                let to = match (self.whole, step == last) {
                    (true, _) => edge(step),
                    (false, true) => self.max,
                    (false, false) => edge(step + 1),
                };
                Bin { from: edge(step), to, count }
            })
            .collect()
    }
}

/// A uniform sample of bounded size (reservoir); the same file gives the same sample.
struct Sample {
    numbers: Vec<f64>,
    most: usize,
    seen: u64,
    state: u64,
}

impl Sample {
    fn new(most: usize, seed: u64) -> Sample {
        Sample { numbers: Vec::new(), most, seen: 0, state: seed }
    }

    fn add(&mut self, number: f64) {
        self.seen += 1;
        if self.numbers.len() < self.most {
            self.numbers.push(number);
            return;
        }
        let at = ((u128::from(self.random()) * u128::from(self.seen)) >> 64) as usize;
        if let Some(slot) = self.numbers.get_mut(at) {
            *slot = number;
        }
    }

    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn median(mut self) -> Option<f64> {
        if self.numbers.is_empty() {
            return None;
        }
        let middle = self.numbers.len() / 2;
        let even = self.numbers.len().is_multiple_of(2);
        let (below, upper, _) = self.numbers.select_nth_unstable_by(middle, f64::total_cmp);
        let lower = if even { below.iter().copied().fold(f64::NEG_INFINITY, f64::max) } else { *upper };
        Some(lower / 2.0 + *upper / 2.0)
    }
}

fn is_mark(cell: &[u8]) -> bool {
    matches!(cell, b"NA" | b"N/A" | b"NaN" | b"nan" | b"null" | b"NULL" | b"None")
}

fn is_integer(cell: &[u8]) -> bool {
    cell.strip_prefix(b"-").unwrap_or(cell).iter().all(u8::is_ascii_digit)
}

/// A finite decimal number. `f64::from_str` also takes `inf`, `infinity` and `nan`, which are words here.
fn number(cell: &[u8]) -> Option<f64> {
    let plain = cell.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    if !plain || cell.len() > 64 {
        return None;
    }
    std::str::from_utf8(cell).ok()?.parse().ok().filter(|number: &f64| number.is_finite())
}
