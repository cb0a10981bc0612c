//! The public leaderboard of one competition, kept in order in memory.
//!
//! Owns the order (higher `sort_key` first, then the earlier time, then the smaller team id), ranks, and the
//! slices that pages are made of. Knows no SQL, no HTTP and no JSON: `registry` feeds it from the store, `page` turns
//! its slices into bytes. It never sees a private score.
//!
//! Keys lie in blocks of at most [`BLOCK`]: an update moves at most one block's keys and a rank is a binary search
//! plus a sum over block lengths, so both stay below a microsecond at 100,000 teams (one sorted vector needs 7.5 µs
//! for an update in the middle). Benchmark entries are shown between the teams but have no rank, so they are kept
//! apart.

pub mod closing;
mod key;
pub mod page;
pub mod registry;

use std::collections::HashMap;

pub use key::Key;
use podium_store::types::fold_name;

#[cfg(test)]
mod tests;

/// Most keys a block holds before it is split in two.
pub const BLOCK: usize = 512;

/// One team's row on the board: its best public score and what is shown beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Identity of the team in the store.
    pub team: i64,
    /// The team's name and its members' names, parted by NUL (a byte that names cannot contain): one allocation a row.
    names: Box<str>,
    /// Named by the host as a reference entry: shown at its place, never ranked.
    pub is_benchmark: bool,
    /// The best public score, exact.
    pub score: f64,
    /// Larger is better, whatever the metric's direction.
    pub sort_key: f64,
    /// Standard error of `score` on the public rows.
    pub standard_error: Option<f64>,
    /// The other shown metrics of that entry, in the competition's order.
    pub also: Box<[Option<f64>]>,
    /// Accepted entries of the team.
    pub entries: u32,
    /// When the best entry was accepted, microseconds since 1970; breaks ties.
    pub best_at: i64,
    /// When the last entry was accepted, microseconds since 1970.
    pub last_at: i64,
}

impl Row {
    /// Joins the names of a team and its members for a row.
    #[must_use]
    pub fn join_names<'a>(team: &str, members: impl IntoIterator<Item = &'a str>) -> Box<str> {
        let mut names = team.replace('\0', "");
        for member in members {
            names.push('\0');
            names.extend(member.chars().filter(|&c| c != '\0'));
        }
        names.into_boxed_str()
    }

    /// The team's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.split('\0').next().unwrap_or_default()
    }

    /// The members' names, the leader first.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.names.split('\0').skip(1)
    }

    fn key(&self) -> Key {
        Key::new(self.sort_key, self.best_at, self.team)
    }
}

/// What a row is made from; see the fields of [`Row`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is described at Row")]
pub struct NewRow<'a> {
    pub team: i64,
    pub name: &'a str,
    pub members: &'a [String],
    pub is_benchmark: bool,
    pub score: f64,
    pub sort_key: f64,
    pub standard_error: Option<f64>,
    pub also: Vec<Option<f64>>,
    pub entries: u32,
    pub best_at: i64,
    pub last_at: i64,
}

impl From<NewRow<'_>> for Row {
    fn from(new: NewRow<'_>) -> Row {
        Row {
            team: new.team,
            names: Row::join_names(new.name, new.members.iter().map(String::as_str)),
            is_benchmark: new.is_benchmark,
            score: new.score,
            sort_key: new.sort_key,
            standard_error: new.standard_error,
            also: new.also.into_boxed_slice(),
            entries: new.entries,
            best_at: new.best_at,
            last_at: new.last_at,
        }
    }
}

/// A row and its place: `rank` is 1 for the best team, `None` for a benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed<'a> {
    /// Place among the teams, from 1.
    pub rank: Option<usize>,
    /// The row.
    pub row: &'a Row,
}

/// The ordered board.
#[derive(Debug, Default)]
pub struct Board {
    blocks: Vec<Vec<Key>>,
    benchmarks: Vec<Key>,
    rows: HashMap<i64, Row>,
    /// Equal scores share a rank: 1, 2, 2, 4.
    shares_ranks: bool,
}

impl Board {
    /// Builds the board from rows in any order; of two rows of one team the last counts.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = Row>) -> Board {
        let rows: HashMap<i64, Row> = rows.into_iter().map(|row| (row.team, row)).collect();
        let mut ranked: Vec<Key> = rows.values().filter(|row| !row.is_benchmark).map(Row::key).collect();
        ranked.sort_unstable();
        let mut benchmarks: Vec<Key> = rows.values().filter(|row| row.is_benchmark).map(Row::key).collect();
        benchmarks.sort_unstable();
        // Half-full blocks, so that the first updates split none.
        let blocks = ranked.chunks(BLOCK / 2).map(<[Key]>::to_vec).collect();
        Board { blocks, benchmarks, rows, shares_ranks: false }
    }

    /// The same board with equal scores sharing a rank (1, 2, 2, 4), or not.
    #[must_use]
    pub fn sharing_ranks(self, shares_ranks: bool) -> Board {
        Board { shares_ranks, ..self }
    }

    /// The board of the rows that fit, with ranks of its own.
    #[must_use]
    pub fn only(&self, fits: impl Fn(&Row) -> bool) -> Board {
        Board::new(self.rows.values().filter(|row| fits(row)).cloned()).sharing_ranks(self.shares_ranks)
    }

    /// The rank of the place of a key.
    fn rank_of(&self, key: Key) -> usize {
        self.teams_before(if self.shares_ranks { key.first_of_score() } else { key }) + 1
    }

    /// How many teams have a rank.
    #[must_use]
    pub fn teams(&self) -> usize {
        self.rows.len() - self.benchmarks.len()
    }

    /// The row of a team.
    #[must_use]
    pub fn row(&self, team: i64) -> Option<&Row> {
        self.rows.get(&team)
    }

    /// Puts a team's row in its place; replaces the row it had.
    pub fn put(&mut self, row: Row) {
        let key = row.key();
        let is_benchmark = row.is_benchmark;
        if let Some(old) = self.rows.insert(row.team, row) {
            if old.is_benchmark == is_benchmark && old.key() == key {
                return;
            }
            self.remove_key(&old);
        }
        if is_benchmark {
            let at = self.benchmarks.partition_point(|other| *other < key);
            self.benchmarks.insert(at, key);
        } else {
            self.insert_key(key);
        }
    }

    /// Takes a team off the board, as when its only scored entry was withdrawn.
    pub fn remove(&mut self, team: i64) {
        if let Some(old) = self.rows.remove(&team) {
            self.remove_key(&old);
        }
    }

    /// A team's rank from 1; `None` when it has no score yet or is a benchmark.
    #[must_use]
    pub fn rank(&self, team: i64) -> Option<usize> {
        let row = self.rows.get(&team)?;
        (!row.is_benchmark).then(|| self.rank_of(row.key()))
    }

    /// The rank that a team would have with another best score: what a participant reads as "rank before -> after".
    #[must_use]
    pub fn rank_with(&self, team: i64, sort_key: f64, best_at: i64) -> usize {
        let key = Key::new(sort_key, best_at, team);
        let key = if self.shares_ranks { key.first_of_score() } else { key };
        let own = self.rows.get(&team).is_some_and(|row| !row.is_benchmark && row.key() < key);
        self.teams_before(key) - usize::from(own) + 1
    }

    /// How many ranked teams stand before this key.
    #[must_use]
    pub fn teams_before(&self, key: Key) -> usize {
        let block = self.block_of(key);
        let before: usize = self.blocks[..block].iter().map(Vec::len).sum();
        before + self.blocks.get(block).map_or(0, |keys| keys.partition_point(|other| *other < key))
    }

    /// How many ranked teams stand before this key or at it: where the page after a cursor begins.
    #[must_use]
    pub fn position_after(&self, key: Key) -> usize {
        let before = self.teams_before(key);
        before + usize::from(self.key_at(before) == Some(key))
    }

    /// The key of the ranked team at a position from 0.
    #[must_use]
    pub fn key_at(&self, position: usize) -> Option<Key> {
        self.keys_from(position).next()
    }

    /// Every row, best first.
    pub fn rows(&self) -> Vec<Placed<'_>> {
        self.slice(0, usize::MAX)
    }

    /// The best `limit` rows of which a name, folded, holds `key`.
    #[must_use]
    pub fn search(&self, key: &str, limit: usize) -> Vec<Placed<'_>> {
        let fits = |placed: &Placed<'_>| placed.row.names.split('\0').any(|name| fold_name(name).contains(key));
        self.rows().into_iter().filter(fits).take(limit).collect()
    }

    /// At most `limit` ranked teams from a position (0 is the best), with the benchmarks that stand between them.
    ///
    /// A benchmark belongs to the slice that holds the team after it, or to the last slice: reading slice after slice
    /// shows each exactly once.
    #[must_use]
    pub fn slice(&self, from: usize, limit: usize) -> Vec<Placed<'_>> {
        let last = from.saturating_add(limit) >= self.teams();
        let mut keys = self.keys_from(from).take(limit).peekable();
        let first_benchmark = match (from, from.checked_sub(1).and_then(|before| self.key_at(before))) {
            (0, _) => 0,
            (_, Some(before)) => self.benchmarks.partition_point(|key| *key < before),
            (_, None) => self.benchmarks.len(),
        };
        let mut benchmarks = self.benchmarks[first_benchmark..].iter().copied().peekable();
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
                let rank = match (self.shares_ranks, key, before) {
                    (true, Some(key), Some((other, rank))) if key.ties_with(other) => rank,
                    (true, Some(key), None) => self.rank_of(key),
                    _ => position,
                };
                before = key.map(|key| (key, rank));
                (Some(rank), key)
            };
            let Some(row) = key.and_then(|key| self.rows.get(&key.team())) else { break };
            placed.push(Placed { rank, row });
        }
        placed
    }

    fn keys_from(&self, position: usize) -> impl Iterator<Item = Key> {
        let mut skip = position;
        let mut block = 0;
        while let Some(keys) = self.blocks.get(block) {
            if skip < keys.len() {
                break;
            }
            skip -= keys.len();
            block += 1;
        }
        self.blocks[block..].iter().flatten().skip(skip).copied()
    }

    /// The block that holds the key or would hold it.
    fn block_of(&self, key: Key) -> usize {
        let block = self.blocks.partition_point(|keys| keys.last().is_some_and(|last| *last < key));
        block.min(self.blocks.len().saturating_sub(1))
    }

    fn insert_key(&mut self, key: Key) {
        let block = self.block_of(key);
        let Some(keys) = self.blocks.get_mut(block) else {
            self.blocks.push(vec![key]);
            return;
        };
        let at = keys.partition_point(|other| *other < key);
        keys.insert(at, key);
        if keys.len() > BLOCK {
            let second = keys.split_off(BLOCK / 2);
            self.blocks.insert(block + 1, second);
        }
    }

    fn remove_key(&mut self, row: &Row) {
        let key = row.key();
        if row.is_benchmark {
            self.benchmarks.retain(|other| *other != key);
            return;
        }
        let block = self.block_of(key);
        if let Some(keys) = self.blocks.get_mut(block) {
            if let Ok(at) = keys.binary_search(&key) {
                keys.remove(at);
            }
            if keys.is_empty() {
                self.blocks.remove(block);
            }
        }
    }
}
