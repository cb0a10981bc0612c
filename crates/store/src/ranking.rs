//! Who stands where, and which entries of a team count in the end: the rules themselves, on plain values. The only place
//! where they are written; boards, the reveal, previews and rehearsals call it. Reads no database and no clock.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::types::{Finite, UtcTime, words};

#[cfg(test)]
mod tests;

words! {
    /// How teams with equal scores share ranks.
    Ties {
        /// The team whose entry came first stands higher: 1, 2, 3, 4.
        EarlierFirst = "earlier_first",
        /// Equal scores share a rank and the next one is left out: 1, 2, 2, 4.
        Shared = "shared",
    }
}

words! {
    /// What the board says about a team.
    Names {
        /// Its name and those of its members.
        Real = "real",
        /// Its name.
        Team = "team",
        /// Nothing before the end, then its name and those of its members.
        Hidden = "hidden",
    }
}

/// How a competition's board ranks and names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardRules {
    /// Equal scores.
    pub ties: Ties,
    /// Names.
    pub names: Names,
}

impl Default for BoardRules {
    fn default() -> Self {
        Self { ties: Ties::EarlierFirst, names: Names::Real }
    }
}

impl BoardRules {
    /// What the board says about a team at `now`, in a competition that ends at `ends_at`.
    #[must_use]
    pub fn names_at(&self, ends_at: UtcTime, now: UtcTime) -> Names {
        match self.names {
            Names::Hidden if ends_at <= now => Names::Real,
            names => names,
        }
    }
}

/// A scored entry of a team that may be one of its finals. Late, withdrawn and unscored entries are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Whether the team chose it.
    pub is_chosen: bool,
    /// Public score; higher is better, whatever the metric's direction.
    pub sort_key: Finite,
    /// When it was accepted.
    pub accepted_at: UtcTime,
}

/// The positions of a team's finals, at most `slots`: the entries it chose, then its best by the public score, the
/// earlier first where equal. Where more were chosen than count (two teams merged, or hosts lowered the number) the best
/// of the chosen ones do.
#[must_use]
pub fn finals(candidates: &[Candidate], slots: usize) -> Vec<usize> {
    let mut places: Vec<(usize, &Candidate)> = candidates.iter().enumerate().collect();
    places.sort_by_key(|(_, entry)| (Reverse(entry.is_chosen), Reverse(entry.sort_key), entry.accepted_at));
    places.into_iter().take(slots).map(|(place, _)| place).collect()
}

/// The ranks of rows that are in order, from 1; `None` for those without one (benchmarks). A row is a score and whether
/// it is ranked.
#[must_use]
pub fn ranks<K: PartialEq>(ties: Ties, rows: impl IntoIterator<Item = (K, bool)>) -> Vec<Option<usize>> {
    let mut before = 0;
    let mut last: Option<(K, usize)> = None;
    rows.into_iter()
        .map(|(score, is_ranked)| {
            if !is_ranked {
                return None;
            }
            before += 1;
            let rank = match &last {
                Some((of, rank)) if ties == Ties::Shared && *of == score => *rank,
                _ => before,
            };
            last = Some((score, rank));
            Some(rank)
        })
        .collect()
}
