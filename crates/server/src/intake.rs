//! A host's data files: from a tar stream to blobs.
//!
//! Owns what may be in such an archive (plain files with decent paths) and the batches in which they become durable.
//! Runs on a thread that may block; must not know HTTP or the store.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Write};

use podium_store::types::Sha256;

use crate::blobs::{PublicBlobs, Writer};
use crate::file_name::{self, PathError};

#[cfg(test)]
mod tests;

/// Files made durable together. Each holds a file handle meanwhile.
const BATCH: usize = 256;
/// Most entries of one archive.
const MAX_ENTRIES: usize = 100_000;

/// A file whose bytes are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Path inside the data folder.
    pub path: String,
    /// The blob.
    pub sha256: Sha256,
    /// Its size.
    pub bytes: u64,
}

/// What an archive brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brought {
    /// New and changed files.
    pub stored: u64,
    /// Files that were there with the same bytes.
    pub unchanged: u64,
}

/// Why an archive is not taken. What came before the fault stays: sending the rest again is enough.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Not a tar archive, or cut off.
    #[error("this is not a complete tar archive: {0}")]
    NotTar(String),
    /// A link, device or the like.
    #[error("'{0}' is a link or a special file; send plain files only")]
    Special(String),
    /// A path that cannot be.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The same path twice.
    #[error("'{0}' is in the archive twice")]
    Twice(String),
    /// Too many entries.
    #[error("the archive has more than {MAX_ENTRIES} entries; send it in parts")]
    TooMany,
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads a tar archive and stores its files. `known` are the files that are there; `keep` gets each batch of changed
/// files once its bytes are durable.
///
/// # Errors
/// See [`IntakeError`], and whatever `keep` says.
pub fn unpack<E: From<IntakeError>>(
    archive: impl Read,
    blobs: &PublicBlobs,
    known: &HashMap<String, Sha256>,
    mut keep: impl FnMut(Vec<NewFile>) -> Result<(), E>,
) -> Result<Brought, E> {
    let mut archive = tar::Archive::new(archive);
    let mut seen = HashSet::new();
    let mut brought = Brought::default();
    let mut batch = Batch::default();
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        if !kind.is_file() {
            return Err(IntakeError::Special(path).into());
        }
        let path = file_name::data_path(&path).map_err(IntakeError::from)?;
        if seen.len() == MAX_ENTRIES {
            return Err(IntakeError::TooMany.into());
        }
        if !seen.insert(path.clone()) {
            return Err(IntakeError::Twice(path).into());
        }
        let mut writer = blobs.create().map_err(IntakeError::from)?;
        copy(&mut entry, &mut writer)?;
        if known.get(&path) == Some(&writer.sha256()) {
            brought.unchanged += 1;
            continue;
        }
        brought.stored += 1;
        batch.paths.push(path);
        batch.writers.push(writer);
        if batch.paths.len() == BATCH {
            keep(std::mem::take(&mut batch).store(blobs)?)?;
        }
    }
    if !batch.paths.is_empty() {
        keep(batch.store(blobs)?)?;
    }
    Ok(brought)
}

#[derive(Default)]
struct Batch {
    paths: Vec<String>,
    writers: Vec<Writer>,
}

impl Batch {
    fn store(self, blobs: &PublicBlobs) -> Result<Vec<NewFile>, IntakeError> {
        let stored = blobs.store_all(self.writers)?;
        let files = self.paths.into_iter().zip(stored);
        Ok(files.map(|(path, blob)| NewFile { path, sha256: blob.sha256, bytes: blob.bytes }).collect())
    }
}

/// Copies one entry; what the archive does is its own fault, what the disk does is not.
fn copy(entry: &mut impl Read, writer: &mut Writer) -> Result<(), IntakeError> {
    let mut buffer = vec![0; 128 << 10];
    loop {
        let read = entry.read(&mut buffer).map_err(broken)?;
        if read == 0 {
            return Ok(());
        }
        writer.write_all(&buffer[..read])?;
    }
}

/// A failure below the archive (a limit was passed, the connection ended) goes through as it is.
fn broken(error: io::Error) -> IntakeError {
    if crate::upload::cause(&error).is_some() {
        return IntakeError::Io(error);
    }
    match std::error::Error::source(&error).and_then(|source| source.downcast_ref::<io::Error>()) {
        Some(inner) if crate::upload::cause(inner).is_some() => IntakeError::Io(error),
        _ => IntakeError::NotTar(error.to_string()),
    }
}
