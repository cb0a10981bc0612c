//! The ids of a competition's rows: one block of text, and a table of places that is built when it is first asked for.
//! Ids are not secret.

use std::hash::BuildHasher;
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Ids in the order of the solution, with their index. An id is its text in NFC without blanks around it.
#[derive(Clone, Default)]
pub struct Ids {
    text: String,
    ends: Vec<u32>,
    table: OnceLock<HashTable<u32>>,
    // Keyed at random, so that nobody can choose ids that collide.
    hasher: DefaultHashBuilder,
}

/// What stopped an id from being added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAdded {
    /// It is there already, at this place.
    Repeated(u32),
    /// The ids together have more than 4 GiB.
    TooMuch,
}

/// What [`Ids::find_together`] found, in the order of the ids asked for.
#[derive(Debug, Default)]
pub(crate) struct Together {
    places: [Option<u32>; Self::MOST],
    count: usize,
    next: usize,
}

impl Together {
    /// Ids looked up at a time.
    pub(crate) const MOST: usize = 32;

    /// Whether every place was taken.
    pub(crate) const fn is_used_up(&self) -> bool {
        self.next >= self.count
    }

    /// The place of the next id.
    pub(crate) fn next(&mut self) -> Option<u32> {
        self.next += 1;
        self.places[..self.count].get(self.next - 1).copied().flatten()
    }
}

impl Ids {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds an id at the end unless it is there already.
    pub(crate) fn add(&mut self, id: &str) -> Result<u32, NotAdded> {
        if let Some(place) = self.find(id) {
            return Err(NotAdded::Repeated(place));
        }
        let place = self.append(id)?;
        let Self { text, ends, table, hasher } = self;
        if let Some(table) = table.get_mut() {
            let hash_of = |place: &u32| hasher.hash_one(part(text, ends, *place as usize));
            table.insert_unique(hasher.hash_one(id), place, hash_of);
        }
        Ok(place)
    }

    /// Adds an id at the end without looking whether it is there; see [`repetitions`](Self::repetitions). Cheap, because
    /// it needs no table.
    pub(crate) fn push(&mut self, id: &str) -> Result<u32, NotAdded> {
        self.table.take();
        self.append(id)
    }

    fn append(&mut self, id: &str) -> Result<u32, NotAdded> {
        let place = u32::try_from(self.ends.len()).map_err(|_| NotAdded::TooMuch)?;
        let end = u32::try_from(self.text.len() + id.len()).map_err(|_| NotAdded::TooMuch)?;
        self.text.push_str(id);
        self.ends.push(end);
        Ok(place)
    }

    /// The places of ids that were there before, each with the first place of its id, in the order of the places. Sorts
    /// hashes instead of filling a table, which takes a third of the time.
    pub(crate) fn repetitions(&self) -> Vec<(u32, u32)> {
        let is_increasing = (1..self.len()).all(|place| self.get(place - 1) < self.get(place));
        if is_increasing {
            return Vec::new();
        }
        // The lower bits of a hash make room for the place.
        let mask = (self.len() as u64).next_power_of_two() - 1;
        let mut keys: Vec<u64> =
            (0..).zip(self.iter()).map(|(place, id): (u64, &str)| (self.hasher.hash_one(id) & !mask) | place).collect();
        keys.sort_unstable();
        let mut repetitions = Vec::new();
        for run in keys.chunk_by(|a, b| a & !mask == b & !mask).filter(|run| run.len() > 1) {
            let mut firsts: Vec<u32> = Vec::new();
            for place in run.iter().map(|key| (key & mask) as u32) {
                match firsts.iter().find(|&&first| self.get(first as usize) == self.get(place as usize)) {
                    Some(&first) => repetitions.push((first, place)),
                    None => firsts.push(place),
                }
            }
        }
        repetitions.sort_unstable_by_key(|&(_, place)| place);
        repetitions
    }

    /// The place of an id. The first call builds the table.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.table().find(self.hasher.hash_one(id), |&place| self.get(place as usize) == id).copied()
    }

    fn table(&self) -> &HashTable<u32> {
        self.table.get_or_init(|| {
            let hash_of = |place: &u32| self.hasher.hash_one(self.get(*place as usize));
            let mut table = HashTable::with_capacity(self.len());
            for place in (0..).take(self.len()) {
                table.insert_unique(hash_of(&place), place, hash_of);
            }
            table
        })
    }

    /// The places of several ids, as far as they are found at once; `None` says nothing. One look-up is a chain of four
    /// cache misses; step by step for all of them, the misses of one overlap with those of the others.
    pub(crate) fn find_together<'t>(&self, ids: impl IntoIterator<Item = &'t str>) -> Together {
        let table = self.table();
        let mut together = Together::default();
        let mut texts = [""; Together::MOST];
        for ((place, text), id) in together.places.iter_mut().zip(&mut texts).zip(ids) {
            *text = id;
            // The first one whose hash looks right.
            *place = table.find(self.hasher.hash_one(text), |_| true).copied();
            together.count += 1;
        }
        let found = &mut together.places[..together.count];
        let parts: [&str; Together::MOST] =
            std::array::from_fn(|nth| found.get(nth).copied().flatten().map_or("", |place| self.get(place as usize)));
        for (place, (part, text)) in found.iter_mut().zip(parts.iter().zip(&texts)) {
            *place = place.filter(|_| part == text);
        }
        together
    }

    /// The id at a place; empty when there is none.
    pub fn get(&self, place: usize) -> &str {
        part(&self.text, &self.ends, place)
    }

    /// Number of ids.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no id.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Every id, in the order of the solution.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.len()).map(|place| self.get(place))
    }
}

fn part<'a>(text: &'a str, ends: &[u32], place: usize) -> &'a str {
    let start = if place == 0 { Some(0) } else { ends.get(place - 1).copied() };
    match (start, ends.get(place)) {
        (Some(start), Some(&end)) => text.get(start as usize..end as usize).unwrap_or(""),
        _ => "",
    }
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Ids({})", self.len())
    }
}

#[cfg(test)]
mod tests;
