//! The public leaderboard of one competition, kept in order in memory.
//!
//! Owns the order (higher `sort_key` first, then the earlier time, then the smaller team id), ranks, and the
//! slices that pages are made of. Knows no SQL, no HTTP and no JSON: `registry` feeds it from the store, `page` turns
//! its slices into bytes. It never sees a private score.
//!
//! An update and a rank stay below a microsecond at 100,000 teams (one sorted vector needs 7.5 µs for an update in the
//! middle; see [`order`]). Each bracket has an order of its own over the same rows, kept current by the same updates.
//! Benchmark entries are shown between the teams but have no rank, so they are kept apart.

pub mod closing;
mod key;
pub mod order;
pub mod page;
pub mod registry;
mod row;

use std::collections::HashMap;

pub use key::Key;
use order::Order;
use podium_store::types::fold_name;
pub use row::{NewRow, Row};

#[cfg(test)]
mod tests;

/// A row and its place: `rank` is 1 for the best team, `None` for a benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed<'a> {
    /// Place among the teams, from 1.
    pub rank: Option<usize>,
    /// The row.
    pub row: &'a Row,
}

/// The order of a bracket that no team is in yet.
static NOBODY: Order = Order::empty();

/// The ordered board.
#[derive(Debug, Default)]
pub struct Board {
    rows: HashMap<i64, Row>,
    everybody: Order,
    /// The teams of each bracket, by its place among the competition's brackets.
    brackets: Vec<Order>,
    benchmarks: Vec<Key>,
    /// Equal scores share a rank: 1, 2, 2, 4.
    shares_ranks: bool,
}

impl Board {
    /// Builds the board from rows in any order; of two rows of one team the last counts.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = Row>) -> Board {
        let rows: HashMap<i64, Row> = rows.into_iter().map(|row| (row.team, row)).collect();
        let (mut everybody, mut benchmarks): (Vec<Key>, Vec<Key>) = Default::default();
        let mut brackets: Vec<Vec<Key>> = Vec::new();
        for row in rows.values() {
            if row.is_benchmark {
                benchmarks.push(row.key());
                continue;
            }
            everybody.push(row.key());
            if let Some(bracket) = row.bracket.map(usize::from) {
                if brackets.len() <= bracket {
                    brackets.resize_with(bracket + 1, Vec::new);
                }
                brackets[bracket].push(row.key());
            }
        }
        benchmarks.sort_unstable();
        Board {
            everybody: Order::new(everybody),
            brackets: brackets.into_iter().map(Order::new).collect(),
            benchmarks,
            rows,
            shares_ranks: false,
        }
    }

    /// The same board with equal scores sharing a rank (1, 2, 2, 4), or not.
    #[must_use]
    pub fn sharing_ranks(self, shares_ranks: bool) -> Board {
        Board { shares_ranks, ..self }
    }

    /// The ranking of all teams.
    #[must_use]
    pub fn all(&self) -> Ranking<'_> {
        self.of(None)
    }

    /// The ranking of the teams of one bracket, or of all.
    #[must_use]
    pub fn of(&self, bracket: Option<u16>) -> Ranking<'_> {
        let order = match bracket {
            None => &self.everybody,
            Some(bracket) => self.brackets.get(usize::from(bracket)).unwrap_or(&NOBODY),
        };
        Ranking { board: self, bracket, order }
    }

    /// The row of a team.
    #[must_use]
    pub fn row(&self, team: i64) -> Option<&Row> {
        self.rows.get(&team)
    }

    /// The rank among all that a team would have with another best score: what a participant reads as "rank before -> after".
    #[must_use]
    pub fn rank_with(&self, team: i64, sort_key: f64, best_at: i64) -> usize {
        let key = Key::new(sort_key, best_at, team);
        let key = if self.shares_ranks { key.first_of_score() } else { key };
        let own = self.rows.get(&team).is_some_and(|row| !row.is_benchmark && row.key() < key);
        self.everybody.before(key) - usize::from(own) + 1
    }

    /// Puts a team's row in its place; replaces the row it had.
    pub fn put(&mut self, row: Row) {
        let (key, is_benchmark, bracket) = (row.key(), row.is_benchmark, row.bracket);
        if let Some(old) = self.rows.insert(row.team, row) {
            if old.is_benchmark == is_benchmark && old.bracket == bracket && old.key() == key {
                return;
            }
            self.take_out(&old);
        }
        if is_benchmark {
            let at = self.benchmarks.partition_point(|other| *other < key);
            self.benchmarks.insert(at, key);
            return;
        }
        self.everybody.insert(key);
        if let Some(bracket) = bracket.map(usize::from) {
            if self.brackets.len() <= bracket {
                self.brackets.resize_with(bracket + 1, Order::default);
            }
            self.brackets[bracket].insert(key);
        }
    }

    /// Takes a team off the board, as when its only scored entry was withdrawn.
    pub fn remove(&mut self, team: i64) {
        if let Some(old) = self.rows.remove(&team) {
            self.take_out(&old);
        }
    }

    fn take_out(&mut self, row: &Row) {
        let key = row.key();
        if row.is_benchmark {
            self.benchmarks.retain(|other| *other != key);
            return;
        }
        self.everybody.remove(key);
        if let Some(order) = row.bracket.and_then(|bracket| self.brackets.get_mut(usize::from(bracket))) {
            order.remove(key);
        }
    }
}

/// Some teams of a board in order, with ranks of their own: all, or those of a bracket.
#[derive(Debug, Clone, Copy)]
pub struct Ranking<'a> {
    board: &'a Board,
    bracket: Option<u16>,
    order: &'a Order,
}

impl<'a> Ranking<'a> {
    /// How many teams have a rank.
    #[must_use]
    pub fn teams(self) -> usize {
        self.order.len()
    }

    /// A team's rank from 1; `None` when it has no score yet, is a benchmark, or in another bracket.
    #[must_use]
    pub fn rank(self, team: i64) -> Option<usize> {
        let row = self.board.rows.get(&team)?;
        let is_in = self.bracket.is_none() || self.bracket == row.bracket;
        (is_in && !row.is_benchmark).then(|| self.rank_of(row.key()))
    }

    /// The rank of the place of a key.
    fn rank_of(self, key: Key) -> usize {
        self.teams_before(if self.board.shares_ranks { key.first_of_score() } else { key }) + 1
    }

    /// How many teams stand before this key.
    #[must_use]
    pub fn teams_before(self, key: Key) -> usize {
        self.order.before(key)
    }

    /// How many teams stand before this key or at it: where the page after a cursor begins.
    #[must_use]
    pub fn position_after(self, key: Key) -> usize {
        let before = self.teams_before(key);
        before + usize::from(self.key_at(before) == Some(key))
    }

    /// The key of the team at a position from 0.
    #[must_use]
    pub fn key_at(self, position: usize) -> Option<Key> {
        self.order.from(position).next()
    }

    /// Every row, best first.
    #[must_use]
    pub fn rows(self) -> Vec<Placed<'a>> {
        self.slice(0, usize::MAX)
    }

    /// The best `limit` rows of which a name, folded, holds `key`.
    #[must_use]
    pub fn search(self, key: &str, limit: usize) -> Vec<Placed<'a>> {
        let fits = |placed: &Placed<'_>| placed.row.names.split('\0').any(|name| fold_name(name).contains(key));
        self.rows().into_iter().filter(fits).take(limit).collect()
    }

    /// At most `limit` ranked teams from a position (0 is the best), with the benchmarks that stand between them.
    ///
    /// A benchmark belongs to the slice that holds the team after it, or to the last slice: reading slice after slice
    /// shows each exactly once.
    #[must_use]
    pub fn slice(self, from: usize, limit: usize) -> Vec<Placed<'a>> {
        let benchmarks = &self.board.benchmarks;
        let last = from.saturating_add(limit) >= self.teams();
        let mut keys = self.order.from(from).take(limit).peekable();
        let first_benchmark = match (from, from.checked_sub(1).and_then(|before| self.key_at(before))) {
            (0, _) => 0,
            (_, Some(before)) => benchmarks.partition_point(|key| *key < before),
            (_, None) => benchmarks.len(),
        };
        let mut benchmarks = benchmarks[first_benchmark..].iter().copied().peekable();
        let mut placed = Vec::with_capacity(limit.min(self.teams()) + 1);
        let mut position = from;
        let mut before: Option<(Key, usize)> = None;
        loop {
            let take_benchmark = match (benchmarks.peek(), keys.peek()) {
                (Some(benchmark), Some(key)) => benchmark < key,
                (Some(_), None) => last,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            let (rank, key) = if take_benchmark {
                (None, benchmarks.next())
            } else {
                let key = keys.next();
                position += 1;
                let rank = match (self.board.shares_ranks, key, before) {
                    (true, Some(key), Some((other, rank))) if key.ties_with(other) => rank,
                    (true, Some(key), None) => self.rank_of(key),
                    _ => position,
                };
                before = key.map(|key| (key, rank));
                (Some(rank), key)
            };
            let Some(row) = key.and_then(|key| self.board.rows.get(&key.team())) else { break };
            placed.push(Placed { rank, row });
        }
        placed
    }
}
