use std::path::Path;

use futures_util::stream;
use tokio::time::interval_at;

use super::*;
use crate::blobs;

const LIMITS: Limits =
    Limits { bytes: 4 << 20, idle: Duration::from_secs(30), total: Duration::from_secs(7_200), rate: 16 << 10 };

fn writer(data: &Path) -> Writer {
    blobs::open(data).unwrap().0.create().unwrap()
}

fn temp_files(data: &Path) -> usize {
    std::fs::read_dir(data.join("blobs/public/temp")).unwrap().count()
}

/// Chunks of a size, all there at once.
fn body(chunks: usize, size: usize) -> impl Stream<Item = Result<Bytes, String>> + Unpin {
    stream::iter(0..chunks).map(move |number| Ok(Bytes::from(vec![number as u8; size])))
}

/// The same, one at each tick of a clock, which must be a stopped one (`start_paused`).
fn ticking(chunks: usize, size: usize, tick: Duration) -> impl Stream<Item = Result<Bytes, String>> + Unpin {
    let clock = interval_at(Instant::now() + tick, tick);
    Box::pin(stream::unfold((body(chunks, size), clock), |(mut body, mut clock)| async {
        clock.tick().await;
        body.next().await.map(|chunk| (chunk, (body, clock)))
    }))
}

#[tokio::test]
async fn a_body_becomes_a_blob() {
    let data = tempfile::tempdir().unwrap();
    let writer = receive(body(50, 70_000), writer(data.path()), LIMITS).await.unwrap();
    assert_eq!(writer.bytes(), 3_500_000);
    let stored = writer.store().unwrap();
    assert_eq!(stored.bytes, 3_500_000);
}

#[tokio::test]
async fn the_limit_itself_is_taken_and_one_byte_more_is_not() {
    let data = tempfile::tempdir().unwrap();
    let limits = Limits { bytes: 1_000, ..LIMITS };
    assert!(receive(body(10, 100), writer(data.path()), limits).await.is_ok());
    let chunks = stream::iter([Ok::<_, String>(Bytes::from(vec![0; 1_000])), Ok(Bytes::from_static(b"x"))]);
    let error = receive(chunks, writer(data.path()), limits).await.unwrap_err();
    assert!(matches!(error, UploadError::TooLarge { limit: 1_000 }), "{error}");
    assert_eq!(temp_files(data.path()), 0);
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let chunks = stream::iter([Ok(Bytes::from(vec![0; 3 << 20])), Err("connection reset")]);
    let error = receive(chunks, writer(data.path()), LIMITS).await.unwrap_err();
    assert!(matches!(error, UploadError::Broken(_)), "{error}");
    assert_eq!(temp_files(data.path()), 0);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_29_seconds_is_borne_and_one_of_31_is_not() {
    let data = tempfile::tempdir().unwrap();
    let slow = |pause| receive(ticking(3, 2 << 19, Duration::from_secs(pause)), writer(data.path()), LIMITS);
    assert!(slow(29).await.is_ok());
    assert!(matches!(slow(31).await, Err(UploadError::TooSlow)));
    assert_eq!(temp_files(data.path()), 0);
}

#[tokio::test(start_paused = true)]
async fn after_a_minute_a_trickle_is_stopped() {
    let data = tempfile::tempdir().unwrap();
    let trickle = ticking(100_000, 10, Duration::from_secs(1));
    let error = receive(trickle, writer(data.path()), LIMITS).await.unwrap_err();
    assert!(matches!(error, UploadError::TooSlow), "{error}");
}

#[tokio::test(start_paused = true)]
async fn nothing_takes_longer_than_the_total_time() {
    let data = tempfile::tempdir().unwrap();
    let limits = Limits { total: Duration::from_secs(100), rate: 0, ..LIMITS };
    let start = Instant::now();
    let error = receive(ticking(1_000, 10, Duration::from_secs(29)), writer(data.path()), limits).await.unwrap_err();
    assert!(matches!(error, UploadError::TooSlow), "{error}");
    assert_eq!(start.elapsed().as_secs(), 100);
}

#[tokio::test]
async fn a_pipe_carries_the_body_to_a_blocking_reader() {
    let (sender, mut reader) = pipe();
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map(|_| bytes)
    });
    sender.receive(body(100, 1_000), LIMITS).await;
    assert_eq!(read.await.unwrap().unwrap().len(), 100_000);
}

#[tokio::test]
async fn a_broken_body_is_never_taken_for_a_whole_one() {
    let (sender, mut reader) = pipe();
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        let first = reader.read_to_end(&mut bytes).unwrap_err();
        (cause(&first).map(ToString::to_string), reader.read(&mut [0]).is_err())
    });
    sender.receive(stream::iter([Ok(Bytes::from_static(b"half")), Err("reset")]), LIMITS).await;
    assert_eq!(read.await.unwrap(), (Some("the upload broke off: reset".to_owned()), true));
}

#[tokio::test]
async fn a_body_is_received_to_its_end_though_the_reader_has_had_enough() {
    let (sender, reader) = pipe();
    drop(reader);
    let received = std::cell::Cell::new(0);
    let counted = body(100, 1_000).inspect(|_| received.set(received.get() + 1));
    sender.receive(counted, LIMITS).await;
    assert_eq!(received.get(), 100);
}
