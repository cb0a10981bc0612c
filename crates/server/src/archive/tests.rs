use std::io::{Cursor, Read};
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt};

use super::*;
use crate::blobs;

fn stored(blobs: &PublicBlobs, path: &str, bytes: &[u8]) -> Entry {
    let mut writer = blobs.create().unwrap();
    writer.write_all(bytes).unwrap();
    let stored = writer.store().unwrap();
    Entry { path: path.to_owned(), sha256: stored.sha256, bytes: stored.bytes }
}

fn open(data: &Path) -> PublicBlobs {
    blobs::open(data).unwrap().0
}

async fn collected(blobs: &PublicBlobs, entries: Vec<Entry>) -> Vec<u8> {
    let chunks: Vec<Bytes> = stream(blobs.clone(), entries).try_collect().await.unwrap();
    chunks.concat()
}

#[tokio::test]
async fn the_archive_holds_every_file_in_the_order_of_names() {
    let data = tempfile::tempdir().unwrap();
    let blobs = open(data.path());
    let table = "id,label\n".repeat(100_000);
    let entries = vec![
        stored(&blobs, "train/사진.png", &[7; 300_000]),
        stored(&blobs, "train.csv", table.as_bytes()),
        stored(&blobs, "empty.txt", b""),
    ];
    let bytes = collected(&blobs, entries).await;
    assert!(bytes.len() < 400_000, "the table is compressed: {}", bytes.len());
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["empty.txt", "train.csv", "train/사진.png"]);
    let mut text = String::new();
    zip.by_name("train.csv").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, table);
    let photo = zip.by_name("train/사진.png").unwrap();
    assert_eq!(photo.compression(), CompressionMethod::Stored);
    assert_eq!(photo.last_modified(), Some(zip::DateTime::default()));
}

#[tokio::test]
async fn the_same_files_give_the_same_bytes() {
    let data = tempfile::tempdir().unwrap();
    let blobs = open(data.path());
    let entries = vec![stored(&blobs, "b", b"2"), stored(&blobs, "a", b"1")];
    let reversed = entries.iter().rev().cloned().collect();
    assert_eq!(collected(&blobs, entries).await, collected(&blobs, reversed).await);
}

#[tokio::test]
async fn a_missing_blob_breaks_the_download_visibly() {
    let data = tempfile::tempdir().unwrap();
    let blobs = open(data.path());
    let missing = Entry { path: "a".to_owned(), sha256: Sha256([0; 32]), bytes: 3 };
    let chunks: Vec<io::Result<Bytes>> = stream(blobs, vec![missing]).collect().await;
    assert!(chunks.last().unwrap().is_err());
}

#[tokio::test]
async fn the_writer_stops_when_the_client_goes_away() {
    let data = tempfile::tempdir().unwrap();
    let blobs = open(data.path());
    let entries = (0..40).map(|number| stored(&blobs, &format!("{number}.png"), &[number; 200_000])).collect();
    let mut body = Box::pin(stream(blobs, entries));
    assert!(body.next().await.unwrap().is_ok());
    drop(body);
    // The runtime's shutdown waits for blocking threads: a writer that went on would hang here.
}
