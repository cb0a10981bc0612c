//! Which rows are public: the solution's `Usage` column, or a keyed hash that depends on nothing but the row's own id
//! and stratum, so that it is the same for every order of the rows.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a row of the solution is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Usage {
    /// The leaderboard that is seen while the competition runs.
    Public,
    /// The leaderboard that decides.
    Private,
    /// Nothing: such rows must be sent but are not scored.
    Ignored,
}

/// The secret of a split. Who knows it and the ids knows which rows are public, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SplitKey([u8; 32]);

impl SplitKey {
    /// A key from random bytes. Keep it with the solution: another key is another split.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for storage beside the solution.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash that rows are sorted by.
    fn hash(&self, id: &str) -> [u8; 32] {
        // HMAC takes keys of every length, so the fallback is never used.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        mac.update(id.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SplitKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SplitKey")
    }
}

/// How a solution without a `Usage` column is split.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitRule {
    /// Share of each class that is public; above 0 and below 1, best at most 0.3.
    pub public: f64,
    /// Column of the solution whose rows stay together on one side.
    pub group: Option<String>,
    /// The secret.
    pub key: SplitKey,
}

impl SplitRule {
    /// Splits rows. Each class has its first ⌈public · n⌉ rows, sorted by HMAC-SHA256 of the id, in public.
    ///
    /// With groups, a group is what a row is otherwise: it is sorted by the hash of its name and belongs to the class
    /// that is most frequent in it, so the shares are of groups, not of rows.
    pub(crate) fn split<'a>(
        &self,
        ids: impl ExactSizeIterator<Item = &'a str>,
        strata: Option<&[u32]>,
        groups: Option<&[u32]>,
        group_names: &[String],
    ) -> Vec<Usage> {
        let stratum_of = |row: usize| strata.and_then(|strata| strata.get(row)).copied().unwrap_or(0);
        match groups {
            None => {
                let rows = ids.enumerate().map(|(row, id)| (stratum_of(row), self.key.hash(id))).collect();
                self.choose(rows)
            }
            Some(groups) => {
                let mut votes: Vec<Vec<u32>> = vec![Vec::new(); group_names.len()];
                for (row, &group) in groups.iter().enumerate() {
                    votes[group as usize].push(stratum_of(row));
                }
                let units =
                    votes.iter_mut().zip(group_names).map(|(votes, name)| (most_frequent(votes), self.key.hash(name)));
                let of_group = self.choose(units.collect());
                groups.iter().map(|&group| of_group[group as usize]).collect()
            }
        }
    }

    fn choose(&self, units: Vec<(u32, [u8; 32])>) -> Vec<Usage> {
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_unstable_by_key(|&unit| units[unit]);
        let mut usage = vec![Usage::Private; units.len()];
        for stratum in order.chunk_by(|&a, &b| units[a].0 == units[b].0) {
            for &unit in &stratum[..public_count(self.public, stratum.len())] {
                usage[unit] = Usage::Public;
            }
        }
        usage
    }
}

/// ⌈share · n⌉, where a product that is off by a rounding error does not count as more: 0.3 · 10 is 3.
fn public_count(share: f64, count: usize) -> usize {
    let exact = share * count as f64;
    ((exact - exact * f64::EPSILON * 4.0).ceil().max(0.0) as usize).min(count)
}

/// The smallest of the most frequent values.
fn most_frequent(values: &mut [u32]) -> u32 {
    values.sort_unstable();
    let mut best = (0, 0);
    for run in values.chunk_by(|a, b| a == b) {
        if run.len() > best.0 {
            best = (run.len(), run[0]);
        }
    }
    best.1
}

#[cfg(test)]
mod tests;
