//! The ids of a competition's rows: one block of text, one table of places. Ids are not secret.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

/// Ids in the order of the solution, with their index. An id is its text in NFC without blanks around it.
#[derive(Clone, Default)]
pub struct Ids {
    text: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
    // Keyed at random, so that nobody can choose ids that collide.
    hasher: RandomState,
}

/// What stopped an id from being added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAdded {
    /// It is there already, at this place.
    Repeated(u32),
    /// The ids together have more than 4 GiB.
    TooMuch,
}

impl Ids {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds an id at the end.
    pub(crate) fn add(&mut self, id: &str) -> Result<u32, NotAdded> {
        let Self { text, ends, table, hasher } = self;
        let at = |place: u32| part(text, ends, place as usize);
        let hash = hasher.hash_one(id);
        if let Some(&place) = table.find(hash, |&place| at(place) == id) {
            return Err(NotAdded::Repeated(place));
        }
        let place = u32::try_from(ends.len()).map_err(|_| NotAdded::TooMuch)?;
        let end = u32::try_from(text.len() + id.len()).map_err(|_| NotAdded::TooMuch)?;
        table.insert_unique(hash, place, |&place| hasher.hash_one(at(place)));
        text.push_str(id);
        ends.push(end);
        Ok(place)
    }

    /// The place of an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.table.find(self.hasher.hash_one(id), |&place| part(&self.text, &self.ends, place as usize) == id).copied()
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
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
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
