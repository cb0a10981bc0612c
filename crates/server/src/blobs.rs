//! Files on disk, named by the SHA-256 of their bytes.
//!
//! Owns the folders `blobs/public` (data files, submissions: what some response may carry) and `blobs/sealed`
//! (solutions: what none may). They are different types, and the sealed one hands its bytes only to a closure that
//! reads them, so no handler can stream them out by mistake. Must not know HTTP, SQL or what is in a file.
//!
//! Order of a write: temp file -> fsync the file -> rename to its hash -> fsync the folder. Only then may a row name the
//! hash: without either fsync a power cut loses files that rows promise. A temp file is locked while it is written, so
//! the sweep at start can tell an abandoned one from another process' upload.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use podium_store::types::Sha256;
use sha2::Digest;

#[cfg(test)]
mod tests;

/// Threads that fsync a batch. Journalling file systems write the queued fsyncs of many threads with one commit, so
/// 3,000 files take seconds where one thread takes most of a minute.
const SYNC_THREADS: usize = 16;

/// A stored blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the bytes, the blob's name.
    pub sha256: Sha256,
    /// How many bytes.
    pub bytes: u64,
}

/// Blobs that responses may carry: data files and submissions. Clones share the folder.
#[derive(Debug, Clone)]
pub struct PublicBlobs(Arc<Root>);

/// Blobs that no response carries: solutions with hidden labels. Clones share the folder.
#[derive(Clone)]
pub struct SealedBlobs(Arc<Root>);

impl std::fmt::Debug for SealedBlobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedBlobs")
    }
}

/// What is wrong with a stored blob; reads on after "its file".
#[derive(Debug, thiserror::Error)]
pub enum BlobFault {
    /// There is none.
    #[error("is missing")]
    Missing,
    /// Its bytes are not those that it is named by.
    #[error("is damaged: it has other bytes than its name says")]
    Damaged,
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
}

/// Opens both roots below a data folder, creating what is missing and removing abandoned temp files.
///
/// # Errors
/// The folder cannot be created or written.
pub fn open(data_dir: &Path) -> io::Result<(PublicBlobs, SealedBlobs)> {
    let blobs = data_dir.join("blobs");
    let public = Root::open(blobs.join("public"))?;
    let sealed = Root::open(blobs.join("sealed"))?;
    sync_dir(&blobs)?;
    sync_dir(data_dir)?;
    Ok((PublicBlobs(Arc::new(public)), SealedBlobs(Arc::new(sealed))))
}

impl PublicBlobs {
    /// Starts a new blob.
    ///
    /// # Errors
    /// The temp file cannot be created.
    pub fn create(&self) -> io::Result<Writer> {
        Root::create(&self.0)
    }

    /// Opens a blob for reading.
    ///
    /// # Errors
    /// `NotFound` when there is no such blob, else what the disk says.
    pub fn read(&self, sha256: &Sha256) -> io::Result<File> {
        File::open(self.0.path(sha256))
    }

    /// Gives a blob a second name, for work that reads files by their names and never writes them.
    ///
    /// # Errors
    /// `NotFound` when there is no such blob, else what the disk says.
    pub fn link(&self, sha256: &Sha256, to: &Path) -> io::Result<()> {
        let from = self.0.path(sha256);
        // File systems without hard links copy.
        std::fs::hard_link(&from, to).or_else(|_| std::fs::copy(&from, to).map(|_| ()))
    }

    /// Reads a blob whole and says its size if its bytes are those that it is named by.
    ///
    /// # Errors
    /// See [`BlobFault`].
    pub fn check(&self, sha256: &Sha256) -> Result<u64, BlobFault> {
        self.0.check(sha256)
    }

    /// Bytes that the file system has left for this process.
    ///
    /// # Errors
    /// The file system does not say.
    pub fn free_bytes(&self) -> io::Result<u64> {
        let about = rustix::fs::statvfs(&self.0.dir)?;
        Ok(about.f_bavail.saturating_mul(about.f_frsize))
    }

    /// Where derived files (thumbnails, previews) may be kept; everything in it can be deleted at any time.
    #[must_use]
    pub fn cache_dir(&self) -> PathBuf {
        self.0.dir.join("cache")
    }

    /// Makes many finished writers durable together: one round of fsyncs in parallel, then the renames, then one fsync
    /// a folder.
    ///
    /// # Errors
    /// The first failure; what was not renamed by then is removed.
    pub fn store_all(&self, writers: Vec<Writer>) -> io::Result<Vec<Stored>> {
        let queue = Mutex::new(writers.iter());
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..SYNC_THREADS.min(writers.len()))
                .map(|_| {
                    scope.spawn(|| {
                        loop {
                            let Some(writer) = queue.lock().unwrap_or_else(PoisonError::into_inner).next() else {
                                return Ok(());
                            };
                            writer.file.sync_all()?;
                        }
                    })
                })
                .collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(result) => result,
                Err(_) => Err(io::Error::other("a thread that synced blobs panicked")),
            })
        })?;
        let mut folders = std::collections::BTreeSet::new();
        let mut stored = Vec::with_capacity(writers.len());
        for writer in writers {
            let (blob, folder) = writer.rename()?;
            folders.insert(folder);
            stored.push(blob);
        }
        folders.iter().try_for_each(|folder| sync_dir(folder))?;
        Ok(stored)
    }
}

impl SealedBlobs {
    /// Starts a new sealed blob.
    ///
    /// # Errors
    /// The temp file cannot be created.
    pub fn create(&self) -> io::Result<Writer> {
        Root::create(&self.0)
    }

    /// An empty folder for work with hidden labels, gone when it is dropped or, after a crash, at the next start.
    ///
    /// # Errors
    /// The folder cannot be created.
    pub fn workspace(&self) -> io::Result<Workspace> {
        let dir = tempfile::Builder::new().prefix("work-").tempdir_in(&self.0.temp)?;
        let lock = File::open(dir.path())?;
        lock.lock()?;
        Ok(Workspace { dir, _lock: lock })
    }

    /// [`PublicBlobs::check`] for a sealed blob.
    ///
    /// # Errors
    /// See [`BlobFault`].
    pub fn check(&self, sha256: &Sha256) -> Result<u64, BlobFault> {
        self.0.check(sha256)
    }

    /// Reads a sealed blob inside a closure. The reader cannot leave it, and the blob has no other way out.
    ///
    /// # Errors
    /// `NotFound` when there is no such blob, else what the disk says.
    pub fn with_reader<T>(&self, sha256: &Sha256, read: impl FnOnce(&mut dyn Read) -> T) -> io::Result<T> {
        let mut file = File::open(self.0.path(sha256))?;
        Ok(read(&mut file))
    }
}

/// A folder among the sealed blobs, for files that are worked on before they are stored. Locked like a temp file, so
/// that the sweep at start leaves it alone.
#[derive(Debug)]
pub struct Workspace {
    dir: tempfile::TempDir,
    _lock: File,
}

impl Workspace {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

/// A blob being written. Dropping it before [`Writer::store`] removes its temp file.
#[derive(Debug)]
pub struct Writer {
    root: Arc<Root>,
    file: File,
    temp: Option<PathBuf>,
    hash: sha2::Sha256,
    bytes: u64,
}

impl Writer {
    /// Bytes written so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The name that the bytes so far have.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        Sha256(self.hash.clone().finalize().into())
    }

    /// What was written so far, from its first byte, before it is stored: a file is validated before it is accepted.
    ///
    /// # Errors
    /// The temp file cannot be opened a second time.
    pub fn reader(&self) -> io::Result<File> {
        match &self.temp {
            Some(temp) => File::open(temp),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Makes the blob durable and gives it its name. After this returns a row may name it.
    ///
    /// # Errors
    /// The disk refused; the temp file is removed.
    pub fn store(self) -> io::Result<Stored> {
        self.file.sync_all()?;
        let (stored, folder) = self.rename()?;
        sync_dir(&folder)?;
        Ok(stored)
    }

    /// Renames the synced temp file over the blob's name; equal bytes make it harmless when the blob is there already.
    fn rename(mut self) -> io::Result<(Stored, PathBuf)> {
        let stored = Stored { sha256: self.sha256(), bytes: self.bytes };
        let path = self.root.path(&stored.sha256);
        let folder = self.root.folder(&stored.sha256);
        match fs::create_dir(&folder) {
            Ok(()) => sync_dir(&self.root.dir)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        if let Some(temp) = &self.temp {
            fs::rename(temp, &path)?;
        }
        self.temp = None;
        Ok((stored, folder))
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(temp) = &self.temp
            && let Err(error) = fs::remove_file(temp)
        {
            tracing::warn!(%error, "could not remove a temp file; the next start removes it");
        }
    }
}

#[derive(Debug)]
struct Root {
    dir: PathBuf,
    temp: PathBuf,
    counter: AtomicU64,
}

impl Root {
    fn open(dir: PathBuf) -> io::Result<Root> {
        let temp = dir.join("temp");
        fs::create_dir_all(&temp)?;
        restrict(&dir)?;
        sweep(&temp)?;
        sync_dir(&dir)?;
        Ok(Root { dir, temp, counter: AtomicU64::new(0) })
    }

    fn create(root: &Arc<Root>) -> io::Result<Writer> {
        let number = root.counter.fetch_add(1, Ordering::Relaxed);
        // The time tells processes apart that share a number after a restart in another container.
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let temp = root.temp.join(format!("{}-{}-{number}", since.as_nanos(), std::process::id()));
        let file = File::options().write(true).create_new(true).open(&temp)?;
        file.lock()?;
        Ok(Writer { root: Arc::clone(root), file, temp: Some(temp), hash: sha2::Sha256::new(), bytes: 0 })
    }

    fn check(&self, sha256: &Sha256) -> Result<u64, BlobFault> {
        let mut file = File::open(self.path(sha256)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => BlobFault::Missing,
            _ => BlobFault::Unreadable(error),
        })?;
        let (found, bytes) = digest(&mut file).map_err(BlobFault::Unreadable)?;
        if found == *sha256 { Ok(bytes) } else { Err(BlobFault::Damaged) }
    }

    fn folder(&self, sha256: &Sha256) -> PathBuf {
        self.dir.join(format!("{:02x}", sha256.0[0]))
    }

    fn path(&self, sha256: &Sha256) -> PathBuf {
        self.folder(sha256).join(sha256.to_string())
    }
}

/// The digest of bytes, and how many they are.
pub(crate) fn digest(bytes: &mut dyn Read) -> io::Result<(Sha256, u64)> {
    let (mut hash, mut count) = (sha2::Sha256::new(), 0);
    let mut buffer = vec![0; 256 << 10];
    loop {
        match bytes.read(&mut buffer)? {
            0 => return Ok((Sha256(hash.finalize().into()), count)),
            read => {
                hash.update(&buffer[..read]);
                count += read as u64;
            }
        }
    }
}

/// Removes temp files that no living process holds a lock on.
fn sweep(temp: &Path) -> io::Result<()> {
    for entry in fs::read_dir(temp)? {
        let path = entry?.path();
        let abandoned = match File::open(&path) {
            Ok(file) => file.try_lock().is_ok(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        if abandoned {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match removed {
                Ok(()) => tracing::info!(path = %path.display(), "removed an abandoned upload"),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Writes a folder's entries to the disk, so that a rename in it survives a power cut.
fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Nobody but the server's own account reads blobs: they hold unreleased data and hidden labels.
#[cfg(unix)]
fn restrict(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict(_: &Path) -> io::Result<()> {
    Ok(())
}
