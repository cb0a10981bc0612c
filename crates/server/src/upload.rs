//! Bodies that are too long to hold in memory: received with limits on size and pace, written as they come.
//!
//! Owns how a stream of bytes becomes a blob or a blocking reader. actix has no timer for bodies, so the limits are
//! here: a client may pause for `idle`, must keep an average rate after its first minute, and must finish in `total`.

use std::io::{self, Read, Write};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::blobs::Writer;
use crate::problem::{ApiError, Code};

#[cfg(test)]
mod tests;

/// Bytes handed to the disk at once: fewer switches between threads, and SHA-256 runs beside the receiving.
const STEP: usize = 1 << 20;
/// A slow start is no offence.
const GRACE: Duration = Duration::from_secs(60);
/// Chunks that wait between the network and a blocking reader.
const WAITING: usize = 16;

/// How much and how slowly a client may send.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most bytes.
    pub bytes: u64,
    /// Longest pause between two chunks.
    pub idle: Duration,
    /// Longest time in all.
    pub total: Duration,
    /// Least average rate after the first minute, bytes a second.
    pub rate: u64,
}

/// Why a body was not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// More bytes than `limit`.
    #[error("the upload is larger than {limit} bytes")]
    TooLarge {
        /// The limit that was passed.
        limit: u64,
    },
    /// Paused too long, too slow, or not done in time.
    #[error("the upload came too slowly")]
    TooSlow,
    /// The connection ended, or the body is not what its headers say.
    #[error("the upload broke off: {0}")]
    Broken(String),
    /// The disk failed.
    #[error("the upload could not be written: {0}")]
    Disk(#[from] io::Error),
}

/// A body's chunks under limits.
#[derive(Debug)]
pub struct Paced<S> {
    stream: S,
    limits: Limits,
    start: Instant,
    received: u64,
}

impl<S, E> Paced<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    /// Starts the clock.
    pub fn new(stream: S, limits: Limits) -> Self {
        Self { stream, limits, start: Instant::now(), received: 0 }
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// All of [`UploadError`] but `Disk`.
    pub async fn next(&mut self) -> Result<Option<Bytes>, UploadError> {
        let left = self.limits.total.saturating_sub(self.start.elapsed());
        let next = timeout(self.limits.idle.min(left), self.stream.next());
        let Some(chunk) = next.await.map_err(|_| UploadError::TooSlow)? else { return Ok(None) };
        let chunk = chunk.map_err(|error| UploadError::Broken(error.to_string()))?;
        self.received += chunk.len() as u64;
        if self.received > self.limits.bytes {
            return Err(UploadError::TooLarge { limit: self.limits.bytes });
        }
        let took = self.start.elapsed();
        if took > GRACE && self.received < self.limits.rate.saturating_mul(took.as_secs()) {
            return Err(UploadError::TooSlow);
        }
        Ok(Some(chunk))
    }
}

/// Receives a body into a blob's temp file. When it fails, or its future is dropped, the temp file is gone.
///
/// # Errors
/// See [`UploadError`].
pub async fn receive<S, E>(stream: S, writer: Writer, limits: Limits) -> Result<Writer, UploadError>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    let mut body = Paced::new(stream, limits);
    let mut buffer = BytesMut::new();
    let mut disk = Disk::Ready(writer);
    loop {
        match body.next().await {
            Ok(Some(chunk)) => {
                buffer.extend_from_slice(&chunk);
                if buffer.len() >= STEP {
                    disk = disk.write(buffer.split().freeze()).await?;
                }
            }
            Ok(None) => return disk.write(buffer.freeze()).await?.finish().await,
            Err(error) => {
                // The thread that still writes has the temp file: the refusal goes out when it is gone.
                drop(disk.finish().await);
                return Err(error);
            }
        }
    }
}

/// The temp file, here or with the thread that writes to it.
enum Disk {
    Ready(Writer),
    Writing(JoinHandle<io::Result<Writer>>),
}

impl Disk {
    /// Waits for the step before and begins the next.
    async fn write(self, bytes: Bytes) -> Result<Disk, UploadError> {
        let mut writer = self.finish().await?;
        Ok(Disk::Writing(tokio::task::spawn_blocking(move || {
            writer.write_all(&bytes)?;
            Ok(writer)
        })))
    }

    async fn finish(self) -> Result<Writer, UploadError> {
        match self {
            Disk::Ready(writer) => Ok(writer),
            Disk::Writing(task) => Ok(task.await.map_err(io::Error::other)??),
        }
    }
}

/// A body as a blocking reader: one end receives under the limits, the other is for a thread that may block.
#[must_use]
pub fn pipe() -> (PipeWriter, PipeReader) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (PipeWriter(sender), PipeReader { receiver, chunk: Bytes::new(), failed: false })
}

/// The receiving end of [`pipe`].
#[derive(Debug)]
pub struct PipeWriter(mpsc::Sender<Result<Bytes, UploadError>>);

impl PipeWriter {
    /// Receives the whole body. A failure reaches the reader as an error, so that it never takes a part for the whole.
    pub async fn receive<S, E>(self, stream: S, limits: Limits)
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        let mut body = Paced::new(stream, limits);
        while let Some(chunk) = body.next().await.transpose() {
            let failed = chunk.is_err();
            // The reader may have had enough (an archive's end mark, a fault). The rest is read all the same: a client
            // that is still sending would find its connection broken instead of the answer.
            drop(self.0.send(chunk).await);
            if failed {
                return;
            }
        }
    }
}

/// The blocking end of [`pipe`].
#[derive(Debug)]
pub struct PipeReader {
    receiver: mpsc::Receiver<Result<Bytes, UploadError>>,
    chunk: Bytes,
    failed: bool,
}

impl Read for PipeReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.chunk.has_remaining() {
            if self.failed {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            match self.receiver.blocking_recv() {
                Some(Ok(chunk)) => self.chunk = chunk,
                Some(Err(error)) => {
                    self.failed = true;
                    return Err(io::Error::other(error));
                }
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.chunk.len());
        self.chunk.split_to(length).copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

/// The [`UploadError`] that a reader of a pipe met, if that is why it failed.
#[must_use]
pub fn cause(error: &io::Error) -> Option<&UploadError> {
    error.get_ref()?.downcast_ref()
}

impl From<UploadError> for ApiError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooLarge { limit } => {
                ApiError::new(Code::PayloadTooLarge, format!("The body is larger than {limit} bytes."))
                    .with("limit_bytes", limit)
            }
            UploadError::TooSlow => Code::RequestTimeout.into(),
            UploadError::Broken(_) => ApiError::from(Code::UploadBroken).caused_by(error),
            UploadError::Disk(error) => disk_error(error),
        }
    }
}

/// A failing disk: full is a state that passes, everything else is ours.
#[must_use]
pub fn disk_error(error: io::Error) -> ApiError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::ReadOnlyFilesystem => {
            ApiError::from(Code::StorageFull).retry_after_secs(60).caused_by(error)
        }
        _ => ApiError::internal(error),
    }
}
