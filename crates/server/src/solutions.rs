//! The solutions in memory: read once a version, shared by every check and scoring.
//!
//! Owns which solutions stay, least recently used first out, and in which form: of a large one only the index of the
//! fast path, a third of the memory; the exact reader, which writes the messages about a file that is wrong, gets the
//! sealed file read again. The only reader of sealed blobs beside the host's own upload; what it gives out ([`Loaded`])
//! cannot be serialised or shown.

use std::collections::HashMap;
use std::io::{self, Read, Seek};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use podium_bundle::Manifest;
use podium_scoring::fast::Index;
use podium_scoring::rejection::{Refusal, Rejection};
use podium_scoring::report::{self, Report};
use podium_scoring::solution::Solution;
use podium_scoring::split::{SplitKey, SplitRule};
use podium_scoring::submission::{Checked, Submission};
use podium_scoring::table::Limits;
use podium_store::solutions as rows;
use podium_store::types::{CompetitionId, SolutionId};
use podium_store::{Db, StoreError, competitions};
use tokio::sync::OnceCell;

use crate::blobs::SealedBlobs;

#[cfg(test)]
mod tests;

/// Bytes that the solutions in memory may take together: the size of the file, or of the index where only that stays.
pub const CAPACITY: u64 = 512 << 20;
/// Bytes of a file from which only the index of its solution stays. Reading a smaller one again would save little.
const INDEX_FROM: u64 = 4 << 20;

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

/// Why a file has no verdict, or which one it has.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// It is refused, with every fault.
    #[error("the file is refused")]
    Refused(Vec<Rejection>),
    /// It cannot be read.
    #[error(transparent)]
    Disk(#[from] io::Error),
    /// The solution cannot be had any more.
    #[error(transparent)]
    Solution(#[from] SolutionError),
}

impl From<Refusal> for JudgeError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Rejected(rejections) => Self::Refused(rejections),
            Refusal::Io(error) => Self::Disk(error),
        }
    }
}

/// A solution to check and score with. Both read files, so they belong on a thread that may block.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Which version.
    pub id: SolutionId,
    kept: Arc<Kept>,
}

impl Loaded {
    /// Checks a file without scoring it: nothing that it answers depends on the labels.
    ///
    /// # Errors
    /// See [`JudgeError`].
    pub fn check(&self, mut file: impl Read + Seek, limits: &Limits) -> Result<Checked, JudgeError> {
        match &*self.kept {
            Kept::Whole(solution) => Ok(report::check_file(file, solution, limits)?),
            Kept::Index(kept) => match kept.index.check(&mut file, limits)? {
                Some(checked) => Ok(checked),
                None => {
                    file.rewind()?;
                    Ok(Submission::from_reader(file, kept.whole()?.expected(), limits)?.into())
                }
            },
        }
    }

    /// Scores a file.
    ///
    /// # Errors
    /// See [`JudgeError`].
    pub fn score(&self, mut file: impl Read + Seek, limits: &Limits) -> Result<Report, JudgeError> {
        match &*self.kept {
            Kept::Whole(solution) => Ok(report::score_file(file, solution, limits)?),
            Kept::Index(kept) => match kept.index.score(&mut file, limits)? {
                Some(report) => Ok(report),
                None => {
                    file.rewind()?;
                    Ok(report::score(file, &*kept.whole()?, limits)?)
                }
            },
        }
    }
}

/// What of a solution stays in memory.
enum Kept {
    Whole(Solution),
    Index(Indexed),
}

/// The index, and the way to the rest.
struct Indexed {
    index: Index,
    source: Source,
    /// Shared by those who need it at the same time.
    whole: Mutex<Weak<Solution>>,
}

impl Indexed {
    fn whole(&self) -> Result<Arc<Solution>, SolutionError> {
        // Held while it is read, so that those who come meanwhile wait for that reading instead of beginning another.
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(solution) = whole.upgrade() {
            return Ok(solution);
        }
        let solution = Arc::new(self.source.read()?.0);
        *whole = Arc::downgrade(&solution);
        Ok(solution)
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Whole(_) => "Whole",
            Self::Index(_) => "Index",
        })
    }
}

/// Where a solution is read from.
struct Source {
    sealed: SealedBlobs,
    row: rows::Solution,
    manifest: Manifest,
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
    cell: Arc<OnceCell<(Arc<Kept>, u64)>>,
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
            Ok((competitions::get(conn, competition)?, rows::in_use(conn, competition)?))
        });
        let (competition, row) = read.await?;
        self.read(row.ok_or(SolutionError::Missing)?, competition.manifest.as_str()).await
    }

    /// A version of a solution, read for the task of this manifest.
    ///
    /// # Errors
    /// See [`SolutionError`].
    pub async fn read(&self, row: rows::Solution, manifest: &str) -> Result<Loaded, SolutionError> {
        let unusable = |error: serde_json::Error| SolutionError::Unusable(error.to_string());
        let manifest: Manifest = serde_json::from_str(manifest).map_err(unusable)?;
        let reading = serde_json::to_string(&(&manifest.task, &manifest.split)).map_err(unusable)?;

        let key = (row.id, reading);
        let cell = self.slot(&key);
        let id = row.id;
        let source = Source { sealed: self.sealed.clone(), row, manifest };
        let load = || async move {
            let load = tokio::task::spawn_blocking(move || source.load());
            load.await.map_err(|error| SolutionError::Unusable(error.to_string()))?
        };
        let loaded = cell.get_or_try_init(load).await.map(|(kept, _)| Arc::clone(kept));
        self.evict(&key);
        Ok(Loaded { id, kept: loaded? })
    }

    fn slot(&self, key: &Key) -> Arc<OnceCell<(Arc<Kept>, u64)>> {
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

impl Source {
    /// What is to stay in memory, and its size.
    fn load(self) -> Result<(Arc<Kept>, u64), SolutionError> {
        let (solution, bytes) = self.read()?;
        let index = if bytes < INDEX_FROM { None } else { Index::new(&solution) };
        Ok(match index {
            None => (Arc::new(Kept::Whole(solution)), bytes),
            Some(index) => {
                let bytes = index.bytes() as u64;
                (Arc::new(Kept::Index(Indexed { index, source: self, whole: Mutex::default() })), bytes)
            }
        })
    }

    /// Reads the sealed file; with it, its size.
    fn read(&self) -> Result<(Solution, u64), SolutionError> {
        let Self { sealed, row, manifest } = self;
        let unusable = |text: &str| SolutionError::Unusable(text.to_owned());
        let key = <[u8; 32]>::try_from(row.split_key.0.as_slice()).map_err(|_| unusable("its split key is damaged"))?;
        let rule = split_rule(manifest, SplitKey::new(key));
        let read = sealed.with_reader(&row.sha256, |reader| {
            let mut counted = Counted { reader, bytes: 0 };
            let buffered = io::BufReader::with_capacity(256 << 10, &mut counted);
            let solution = Solution::from_reader(buffered, &manifest.task, Some(&rule));
            solution.map(|solution| (solution, counted.bytes))
        });
        match read {
            Ok(Ok(loaded)) => Ok(loaded),
            // The faults quote values of the file.
            Ok(Err(Refusal::Rejected(_))) => Err(unusable("it does not fit the task of the competition any more")),
            Ok(Err(Refusal::Io(error))) | Err(error) => Err(SolutionError::Unusable(error.to_string())),
        }
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
