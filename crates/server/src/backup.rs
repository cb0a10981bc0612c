//! Backups: one file that holds everything a site is, and the way back.
//!
//! A backup is a tar archive: a head, the database as text (`podium_store::dump`), the keys, every blob, and an end that
//! counts them. It is taken while the site runs: the database is read as of one moment, and the blobs are listed after
//! that, so every file that a row of that moment names is there. It is read back and checked before it gets its name.
//! It holds hidden labels, passwords' hashes and keys, and is readable by its owner only.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use podium_store::Db;
use podium_store::dump::{DumpError, Dumped};
use podium_store::types::{Sha256, UtcTime};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

#[cfg(test)]
mod tests;

/// Version of the archive's form.
const FORMAT: u32 = 1;
const HEAD: &str = "podium-backup.json";
const DATABASE: &str = "database.jsonl";
const END: &str = "end.json";
/// The folders of the data directory that a backup holds.
const FOLDERS: [&str; 3] = ["keys", "blobs/public", "blobs/sealed"];

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Version of the archive's form.
    pub format: u32,
    /// The program that made it.
    pub podium: String,
    /// The moment that it shows.
    pub made_at: UtcTime,
    /// SHA-256 of the database as text: equal for equal content.
    pub export_sha256: Sha256,
    /// Rows of the database.
    pub rows: u64,
    /// Whether keys and blobs are in it, or the database alone.
    pub has_files: bool,
}

/// The last entry: what came before it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    files: u64,
    bytes: u64,
    /// SHA-256 over the name and the SHA-256 of each entry.
    sha256: Sha256,
}

/// Counts entries for [`End`].
#[derive(Default)]
struct Count {
    files: u64,
    bytes: u64,
    hash: sha2::Sha256,
}

impl Count {
    fn add(&mut self, name: &str, digest: Sha256) {
        self.hash.update(name);
        self.hash.update([0]);
        self.hash.update(digest.0);
    }

    fn end(self) -> End {
        End { files: self.files, bytes: self.bytes, sha256: Sha256(self.hash.finalize().into()) }
    }
}

/// A backup that was written or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What it says of itself.
    pub head: Head,
    /// Files beside the database.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// How much a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    Site,
    /// The database alone: before an upgrade, which leaves the files as they are.
    Database,
}

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file failed.
    #[error("{}: {error}", .path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The database, or its text.
    #[error(transparent)]
    Dump(#[from] DumpError),
    /// The name is taken.
    #[error("{} is there already; give another name, nothing was changed", .0.display())]
    Exists(PathBuf),
    /// Not a backup, or not all of it, or not what was written.
    #[error("{} is not a whole backup: {message}", .path.display())]
    Damaged {
        /// The archive.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Made by a program that knows more.
    #[error("{} was made by a newer Podium ({podium}); install that version, or a later one", .path.display())]
    Newer {
        /// The archive.
        path: PathBuf,
        /// The program that made it.
        podium: String,
    },
    /// There is a site in the way.
    #[error("{} is not empty; a backup is restored into an empty data directory, nothing was changed", .0.display())]
    NotEmpty(PathBuf),
    /// The database alone cannot make a site.
    #[error(
        "this backup holds the database alone, and {} has no files to go with it; restore a whole backup first, or give \
         the data directory that has them", .0.display()
    )]
    NoFiles(PathBuf),
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |error| BackupError::Io { path, error }
}

/// Writes a backup of the site in `data` to the new file `to`. When this returns, the file is durable and was checked.
///
/// # Errors
/// See [`BackupError`]; nothing is left behind then.
pub fn make(db: &Db, data: &Path, to: &Path, scope: Scope, now: UtcTime) -> Result<Summary, BackupError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Both are readable by their owner only, and gone if this does not end well.
    let archive = tempfile::Builder::new().prefix(".podium-backup-").tempfile_in(folder).map_err(failed(folder))?;
    let mut text = tempfile::tempfile_in(folder).map_err(failed(folder))?;
    let Dumped { sha256, rows, .. } = db.dump(&mut BufWriter::new(&mut text))?;
    let head = Head {
        format: FORMAT,
        podium: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        export_sha256: sha256,
        rows,
        has_files: scope == Scope::Site,
    };
    let mut write = || -> io::Result<()> {
        let mut tar = tar::Builder::new(BufWriter::with_capacity(1 << 20, archive.as_file()));
        let mut count = Count::default();
        count.add(HEAD, append(&mut tar, HEAD, &serde_json::to_vec_pretty(&head)?)?);
        text.seek(SeekFrom::Start(0))?;
        count.add(DATABASE, append_file(&mut tar, DATABASE, &mut text)?.0);
        let folders = if scope == Scope::Site { FOLDERS.as_slice() } else { &[] };
        for folder in folders {
            for path in files_below(data, folder)? {
                let mut file = match File::open(data.join(&path)) {
                    // What no row of the moment names may be taken away meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    opened => opened?,
                };
                let (digest, bytes) = append_file(&mut tar, &path, &mut file)?;
                count.add(&path, digest);
                count.files += 1;
                count.bytes += bytes;
            }
        }
        append(&mut tar, END, &serde_json::to_vec(&count.end())?)?;
        tar.into_inner()?.flush()?;
        archive.as_file().sync_all()
    };
    write().map_err(failed(to))?;
    let summary = read(archive.path(), |_, _| Ok(()))?;
    archive.persist_noclobber(to).map_err(|error| BackupError::Io { path: to.to_owned(), error: error.error })?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))?;
    Ok(summary)
}

/// The files below `data/folder`, two levels deep, as paths with `/`: blobs lie in folders of their first byte. Temp files
/// and what can be made again are left out.
fn files_below(data: &Path, folder: &str) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut names = |path: &str, is_inner: bool| -> io::Result<Vec<String>> {
        let mut inner = Vec::new();
        let entries = match fs::read_dir(data.join(path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(inner),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = format!("{path}/{name}");
            if entry.file_type()?.is_file() {
                found.push(path);
            } else if !is_inner && name.len() == 2 {
                inner.push(path);
            }
        }
        Ok(inner)
    };
    for inner in names(folder, false)? {
        names(&inner, true)?;
    }
    found.sort();
    Ok(found)
}

fn append<W: Write>(tar: &mut tar::Builder<W>, path: &str, bytes: &[u8]) -> io::Result<Sha256> {
    tar.append_data(&mut header(bytes.len() as u64), path, bytes)?;
    Ok(Sha256(sha2::Sha256::digest(bytes).into()))
}

/// Exactly as many bytes as the file has now; their digest and number.
fn append_file<W: Write>(tar: &mut tar::Builder<W>, path: &str, file: &mut File) -> io::Result<(Sha256, u64)> {
    let bytes = file.metadata()?.len();
    let mut hashing = Hashing { inner: file, hash: sha2::Sha256::new() };
    tar.append_data(&mut header(bytes), path, Read::take(&mut hashing, bytes))?;
    Ok((Sha256(hashing.hash.finalize().into()), bytes))
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header
}

/// Reads an archive from end to end and checks every byte of it; `each` gets the files beside the database.
fn read(
    path: &Path,
    mut each: impl FnMut(&str, &mut dyn Read) -> Result<(), BackupError>,
) -> Result<Summary, BackupError> {
    let damaged = |message: String| BackupError::Damaged { path: path.to_owned(), message };
    let broken = |error: io::Error| damaged(error.to_string());
    let file = File::open(path).map_err(failed(path))?;
    let mut tar = tar::Archive::new(BufReader::with_capacity(1 << 20, file));
    let (mut head, mut database, mut end) = (None, None, None);
    let mut count = Count::default();
    for entry in tar.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let size = entry.size();
        let mut hashing = Hashing { inner: &mut entry, hash: sha2::Sha256::new() };
        match name.as_str() {
            HEAD if head.is_none() => head = Some(read_head(path, &mut hashing)?),
            DATABASE if database.is_none() => {}
            END if end.is_none() => {
                let read = serde_json::from_reader::<_, End>(&mut hashing);
                end = Some(read.map_err(|error| damaged(error.to_string()))?);
                continue;
            }
            name if is_ours(name) && end.is_none() => {
                count.files += 1;
                count.bytes += size;
                each(name, &mut hashing)?;
            }
            name => return Err(damaged(format!("'{name}' has no place there"))),
        }
        io::copy(&mut hashing, &mut io::sink()).map_err(broken)?;
        let digest = Sha256(hashing.hash.finalize().into());
        let promised = name.rsplit('/').next().unwrap_or_default();
        if name.starts_with("blobs/") && digest.to_string() != promised {
            return Err(damaged(format!("'{name}' has other bytes than its name says")));
        }
        if name == DATABASE {
            database = Some(digest);
        }
        count.add(&name, digest);
    }
    let head = head.ok_or_else(|| damaged("it does not begin as one".to_owned()))?;
    if database != Some(head.export_sha256) {
        return Err(damaged("its database is not what its head says".to_owned()));
    }
    let (files, bytes) = (count.files, count.bytes);
    if end != Some(count.end()) {
        return Err(damaged("its end is missing, or not everything is as it was written".to_owned()));
    }
    Ok(Summary { head, files, bytes })
}

fn read_head(path: &Path, entry: &mut dyn Read) -> Result<Head, BackupError> {
    let damaged = |message: String| BackupError::Damaged { path: path.to_owned(), message };
    let value: serde_json::Value = serde_json::from_reader(entry).map_err(|error| damaged(error.to_string()))?;
    if value["format"].as_u64().is_some_and(|format| format > u64::from(FORMAT)) {
        let podium = value["podium"].as_str().unwrap_or("unknown").to_owned();
        return Err(BackupError::Newer { path: path.to_owned(), podium });
    }
    serde_json::from_value(value).map_err(|error| damaged(error.to_string()))
}

/// Whether a backup may hold a file of this path: below one of the folders, without a way out.
fn is_ours(name: &str) -> bool {
    let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    plain && FOLDERS.iter().any(|folder| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
}

struct Hashing<'a> {
    inner: &'a mut dyn Read,
    hash: sha2::Sha256,
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}

/// Checks a backup without restoring it.
///
/// # Errors
/// See [`BackupError`].
pub fn verify(path: &Path) -> Result<Summary, BackupError> {
    read(path, |_, _| Ok(()))
}

/// Makes a site from a backup: its files in the empty folder `data`, its rows in the empty database that `open` opens.
/// A backup of the database alone goes beside the files that are in `data`. The whole archive is checked before anything
/// is written.
///
/// # Errors
/// See [`BackupError`]. A failure midway leaves files in `data`; empty it and begin again.
pub fn restore(path: &Path, data: &Path, open: impl FnOnce() -> Result<Db, DumpError>) -> Result<Summary, BackupError> {
    let checked = verify(path)?;
    let has_entries = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if checked.head.has_files {
        if has_entries(data) {
            return Err(BackupError::NotEmpty(data.to_owned()));
        }
        read(path, |name, bytes| write_file(data, name, bytes))?;
        // One call instead of one for each of thousands of files.
        let folder = File::open(data).map_err(failed(data))?;
        rustix::fs::syncfs(&folder).map_err(|error| failed(data)(error.into()))?;
    } else if !has_entries(&data.join("blobs")) {
        return Err(BackupError::NoFiles(data.to_owned()));
    }
    let db = open()?;
    let file = File::open(path).map_err(failed(path))?;
    let mut tar = tar::Archive::new(BufReader::with_capacity(1 << 20, file));
    for entry in tar.entries().map_err(failed(path))? {
        let entry = entry.map_err(failed(path))?;
        if *entry.path_bytes() == *DATABASE.as_bytes() {
            db.load(&mut BufReader::with_capacity(1 << 20, entry))?;
            break;
        }
    }
    Ok(checked)
}

fn write_file(data: &Path, name: &str, bytes: &mut dyn Read) -> Result<(), BackupError> {
    let path = data.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(failed(&path))?;
    io::copy(bytes, &mut file).map_err(failed(&path))?;
    Ok(())
}
