//! How many different values a column has: exact while they fit, then an estimate in bounded memory.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Smallest hashes kept for the estimate; its standard error is 1 / sqrt(K), 1.6 %.
const K: usize = 4_096;

/// Counts different values by their hashes. Two of a million values share one of 2^64 hashes with a chance below 1e-7.
pub(super) struct Distinct {
    most: usize,
    all: HashSet<u64>,
    /// The K smallest hashes, once `all` grew too large: the largest of them tells how dense the hashes lie.
    smallest: BTreeSet<u64>,
}

impl Distinct {
    /// Counts exactly up to `most` values.
    pub(super) fn new(most: usize) -> Distinct {
        Distinct { most: most.max(K), all: HashSet::new(), smallest: BTreeSet::new() }
    }

    pub(super) fn add(&mut self, value: &[u8]) {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        let hash = hasher.finish();
        if self.smallest.is_empty() {
            self.all.insert(hash);
            if self.all.len() > self.most {
                let mut hashes: Vec<u64> = std::mem::take(&mut self.all).into_iter().collect();
                hashes.sort_unstable();
                self.smallest.extend(hashes.into_iter().take(K));
            }
        } else if self.smallest.last().is_some_and(|last| hash < *last) && self.smallest.insert(hash) {
            self.smallest.pop_last();
        }
    }

    /// The number of different values, and whether it is an estimate.
    pub(super) fn count(&self) -> (u64, bool) {
        match self.smallest.last() {
            None => (self.all.len() as u64, false),
            Some(&last) => {
                let share = (last as f64 + 1.0) / 2_f64.powi(64);
                (((K as f64 - 1.0) / share).round() as u64, true)
            }
        }
    }
}
