//! The solutions in memory: read once a version, shared by every check and scoring.
//!
//! Owns which parsed solutions stay, least recently used first out, by the bytes of their files. The only reader of
//! sealed blobs beside the host's own upload; what it gives out ([`Solution`]) cannot be serialised or shown.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use podium_bundle::Manifest;
use podium_scoring::rejection::Refusal;
use podium_scoring::solution::Solution;
use podium_scoring::split::{SplitKey, SplitRule};
use podium_store::solutions as rows;
use podium_store::types::{CompetitionId, SolutionId};
use podium_store::{Db, StoreError, competitions};
use tokio::sync::OnceCell;

use crate::blobs::SealedBlobs;

#[cfg(test)]
mod tests;

/// Bytes of solution files whose contents stay in memory.
pub const CAPACITY: u64 = 512 << 20;

/// Why a solution cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SolutionError {
    /// The host has not sent one yet.
    #[error("the competition has no solution yet")]
    Missing,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sealed file cannot be read, or not as a solution any more. The text names no content.
    #[error("the stored solution cannot be used: {0}")]
    Unusable(String),
}

/// A solution to score with.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Which version.
    pub id: SolutionId,
    /// The labels with their index.
    pub solution: Arc<Solution>,
}

/// The cache. Clones share it.
#[derive(Clone)]
pub struct Solutions {
    db: Db,
    sealed: SealedBlobs,
    capacity: u64,
    slots: Arc<Mutex<Slots>>,
}

/// A version read for a task: another metric or class list is another reading of the same file.
type Key = (SolutionId, String);

#[derive(Default)]
struct Slots {
    clock: u64,
    slots: HashMap<Key, Slot>,
}

#[derive(Clone, Default)]
struct Slot {
    cell: Arc<OnceCell<(Arc<Solution>, u64)>>,
    used: u64,
}

impl std::fmt::Debug for Solutions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Solutions")
    }
}

/// How a manifest splits a solution that has no `Usage` column.
#[must_use]
pub fn split_rule(manifest: &Manifest, key: SplitKey) -> SplitRule {
    SplitRule { public: manifest.split.public, group: manifest.split.group.clone(), key }
}

impl Solutions {
    /// Nothing in memory yet.
    #[must_use]
    pub fn new(db: Db, sealed: SealedBlobs, capacity: u64) -> Self {
        Self { db, sealed, capacity, slots: Arc::default() }
    }

    /// The solution in use, from memory or from its sealed blob. Those who ask at once wait for one reading.
    ///
    /// # Errors
    /// See [`SolutionError`].
    pub async fn get(&self, competition: CompetitionId) -> Result<Loaded, SolutionError> {
        let read = self.db.read::<_, StoreError, _>(move |conn| {
            Ok((competitions::get(conn, competition)?, rows::latest(conn, competition)?))
        });
        let (competition, row) = read.await?;
        let row = row.ok_or(SolutionError::Missing)?;
        let unusable = |error: serde_json::Error| SolutionError::Unusable(error.to_string());
        let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(unusable)?;
        let reading = serde_json::to_string(&(&manifest.task, &manifest.split)).map_err(unusable)?;

        let key = (row.id, reading);
        let cell = self.slot(&key);
        let sealed = self.sealed.clone();
        let id = row.id;
        let load = || async move {
            let parse = tokio::task::spawn_blocking(move || parse(&sealed, &row, &manifest));
            parse.await.map_err(|error| SolutionError::Unusable(error.to_string()))?
        };
        let loaded = cell.get_or_try_init(load).await.map(|(solution, _)| Arc::clone(solution));
        self.evict(&key);
        Ok(Loaded { id, solution: loaded? })
    }

    fn slot(&self, key: &Key) -> Arc<OnceCell<(Arc<Solution>, u64)>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.clock += 1;
        let used = slots.clock;
        let slot = slots.slots.entry(key.clone()).or_default();
        slot.used = used;
        Arc::clone(&slot.cell)
    }

    /// Drops those used longest ago until the rest fits; the one just asked for stays, whatever its size.
    fn evict(&self, keep: &Key) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let size = |slot: &Slot| slot.cell.get().map_or(0, |(_, bytes)| *bytes);
            let total: u64 = slots.slots.values().map(size).sum();
            // A slot that is still being read, or whose reading failed, has no size and does not help.
            let candidates = slots.slots.iter().filter(|(key, slot)| *key != keep && size(slot) > 0);
            let oldest = candidates.min_by_key(|(_, slot)| slot.used).map(|(key, _)| key.clone());
            match oldest {
                Some(oldest) if total > self.capacity => slots.slots.remove(&oldest),
                _ => return,
            };
        }
    }
}

fn parse(
    sealed: &SealedBlobs,
    row: &rows::Solution,
    manifest: &Manifest,
) -> Result<(Arc<Solution>, u64), SolutionError> {
    let unusable = |text: &str| SolutionError::Unusable(text.to_owned());
    let key = <[u8; 32]>::try_from(row.split_key.0.as_slice()).map_err(|_| unusable("its split key is damaged"))?;
    let rule = split_rule(manifest, SplitKey::new(key));
    let read = sealed.with_reader(&row.sha256, |reader| {
        let mut counted = Counted { reader, bytes: 0 };
        let solution =
            Solution::from_reader(io::BufReader::with_capacity(256 << 10, &mut counted), &manifest.task, Some(&rule));
        solution.map(|solution| (Arc::new(solution), counted.bytes))
    });
    match read {
        Ok(Ok(loaded)) => Ok(loaded),
        // The faults quote values of the file.
        Ok(Err(Refusal::Rejected(_))) => Err(unusable("it does not fit the task of the competition any more")),
        Ok(Err(Refusal::Io(error))) | Err(error) => Err(SolutionError::Unusable(error.to_string())),
    }
}

struct Counted<R> {
    reader: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
