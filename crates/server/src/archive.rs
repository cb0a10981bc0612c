//! All data files of a competition as one ZIP, written while it is sent.
//!
//! Owns the form of the archive: names in order and one constant time, so that the same files give the same bytes and
//! neither order nor time tells anything about the data. Must not know HTTP or the store.

use std::io::{self, Write};

use bytes::Bytes;
use futures_util::Stream;
use podium_store::types::Sha256;
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::blobs::PublicBlobs;

#[cfg(test)]
mod tests;

/// Bytes sent at once.
const CHUNK: usize = 128 << 10;
/// Chunks that wait for a slow reader before the writing thread does.
const WAITING: usize = 4;
/// Endings of files that are compressed already: packing them again costs time and saves nothing.
const PACKED: [&str; 12] = ["png", "jpg", "jpeg", "webp", "gif", "zip", "gz", "xz", "zst", "7z", "mp4", "parquet"];

/// One file of the archive.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Path inside the archive, parted by `/`.
    pub path: String,
    /// The blob.
    pub sha256: Sha256,
    /// Its size.
    pub bytes: u64,
}

/// Streams a ZIP of the entries. The stream ends with an error, so that the download fails visibly, when a blob cannot
/// be read; dropping it stops the writing.
pub fn stream(blobs: PublicBlobs, entries: Vec<Entry>) -> impl Stream<Item = io::Result<Bytes>> {
    stream_with(blobs, entries, Vec::new())
}

/// [`stream`] with small files that stand first, given by their bytes.
pub fn stream_with(
    blobs: PublicBlobs,
    mut entries: Vec<Entry>,
    first: Vec<(String, Vec<u8>)>,
) -> impl Stream<Item = io::Result<Bytes>> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let chunks = Chunks { sender, waiting: Vec::with_capacity(CHUNK) };
        if let Err((error, sender)) = write(&blobs, &first, &entries, chunks) {
            // Nobody listens any more when the client went away.
            let _ = sender.blocking_send(Err(error));
        }
    });
    futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    })
}

type Sender = mpsc::Sender<io::Result<Bytes>>;

fn write(
    blobs: &PublicBlobs,
    first: &[(String, Vec<u8>)],
    entries: &[Entry],
    chunks: Chunks,
) -> Result<(), (io::Error, Sender)> {
    let sender = chunks.sender.clone();
    write_zip(blobs, first, entries, chunks).map_err(|error| (error, sender))
}

fn write_zip(blobs: &PublicBlobs, first: &[(String, Vec<u8>)], entries: &[Entry], chunks: Chunks) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(chunks);
    for (path, bytes) in first {
        zip.start_file(path.as_str(), options(path, bytes.len() as u64))?;
        zip.write_all(bytes)?;
    }
    for entry in entries {
        zip.start_file(entry.path.as_str(), options(&entry.path, entry.bytes))?;
        let copied = io::copy(&mut blobs.read(&entry.sha256)?, &mut zip)?;
        if copied != entry.bytes {
            return Err(io::Error::other(format!("the blob {} has {copied} bytes, not {}", entry.sha256, entry.bytes)));
        }
    }
    zip.finish()?.into_inner().flush()
}

fn options(path: &str, bytes: u64) -> SimpleFileOptions {
    let packed = path.rsplit_once('.').is_some_and(|(_, ending)| PACKED.contains(&ending));
    let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    SimpleFileOptions::default()
        .compression_method(method)
        .compression_level((!packed).then_some(1))
        .last_modified_time(zip::DateTime::default())
        .large_file(bytes >= u64::from(u32::MAX))
        .unix_permissions(0o644)
}

/// Collects what is written into chunks and hands them to the response; fails when nobody reads it any more.
struct Chunks {
    sender: Sender,
    waiting: Vec<u8>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.waiting, Vec::with_capacity(CHUNK));
        self.sender.blocking_send(Ok(chunk.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
