use super::*;

fn temp_files(data: &Path) -> usize {
    fs::read_dir(data.join("blobs/public/temp")).unwrap().count()
}

fn write(blobs: &PublicBlobs, bytes: &[u8]) -> Writer {
    let mut writer = blobs.create().unwrap();
    writer.write_all(bytes).unwrap();
    writer
}

#[test]
fn a_blob_is_found_by_the_hash_of_its_bytes() {
    let data = tempfile::tempdir().unwrap();
    let (public, _) = open(data.path()).unwrap();
    let stored = write(&public, b"id,label\n").store().unwrap();
    assert_eq!(stored.bytes, 9);
    assert_eq!(stored.sha256, Sha256(sha2::Sha256::digest(b"id,label\n").into()));
    let mut text = String::new();
    public.read(&stored.sha256).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "id,label\n");
    assert_eq!(temp_files(data.path()), 0);
}

#[test]
fn equal_bytes_are_stored_once() {
    let data = tempfile::tempdir().unwrap();
    let (public, _) = open(data.path()).unwrap();
    let first = write(&public, b"x").store().unwrap();
    assert_eq!(write(&public, b"x").store().unwrap(), first);
    let folder = data.path().join(format!("blobs/public/{:02x}", first.sha256.0[0]));
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
}

#[test]
fn a_dropped_upload_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let (public, _) = open(data.path()).unwrap();
    let writer = write(&public, b"half a fi");
    let name = writer.sha256();
    assert_eq!(temp_files(data.path()), 1);
    drop(writer);
    assert_eq!(temp_files(data.path()), 0);
    assert_eq!(public.read(&name).unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[test]
fn what_was_written_can_be_read_before_it_is_stored() {
    let data = tempfile::tempdir().unwrap();
    let (public, _) = open(data.path()).unwrap();
    let writer = write(&public, b"id,label\n1,0\n");
    let mut text = String::new();
    writer.reader().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "id,label\n1,0\n");
}

#[test]
fn the_start_removes_abandoned_temp_files_and_spares_uploads_in_progress() {
    let data = tempfile::tempdir().unwrap();
    let (public, _) = open(data.path()).unwrap();
    let in_progress = write(&public, b"still coming");
    // What a killed process leaves: a temp file that nobody locks.
    fs::write(data.path().join("blobs/public/temp/1-1-1"), b"half").unwrap();
    let (again, _) = open(data.path()).unwrap();
    assert_eq!(temp_files(data.path()), 1);
    let stored = in_progress.store().unwrap();
    assert!(again.read(&stored.sha256).is_ok());
}

#[test]
fn a_batch_stores_all_its_files() {
    let data = tempfile::tempdir().unwrap();
    let (public, _) = open(data.path()).unwrap();
    let writers = (0..300).map(|number| write(&public, format!("photo {number}").as_bytes())).collect();
    let stored = public.store_all(writers).unwrap();
    assert_eq!(stored.len(), 300);
    for (number, blob) in stored.iter().enumerate() {
        let mut text = String::new();
        public.read(&blob.sha256).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, format!("photo {number}"));
    }
    assert_eq!(temp_files(data.path()), 0);
}

#[test]
fn sealed_blobs_are_kept_apart_from_public_ones() {
    let data = tempfile::tempdir().unwrap();
    let (public, sealed) = open(data.path()).unwrap();
    let mut writer = sealed.create().unwrap();
    writer.write_all(b"id,label\n1,secret\n").unwrap();
    let stored = writer.store().unwrap();
    assert!(public.read(&stored.sha256).is_err());
    let text = sealed
        .with_reader(&stored.sha256, |reader| {
            let mut text = String::new();
            reader.read_to_string(&mut text).map(|_| text)
        })
        .unwrap()
        .unwrap();
    assert_eq!(text, "id,label\n1,secret\n");
    assert_eq!(format!("{sealed:?}"), "SealedBlobs");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_enter_the_blob_folders() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().unwrap();
    open(data.path()).unwrap();
    for root in ["blobs/public", "blobs/sealed"] {
        assert_eq!(fs::metadata(data.path().join(root)).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[test]
fn the_room_that_is_left_is_known() {
    let data = tempfile::tempdir().unwrap();
    assert!(open(data.path()).unwrap().0.free_bytes().unwrap() > 0);
}

#[test]
fn a_workspace_lives_while_it_is_used_and_an_abandoned_one_goes_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let (_, sealed) = open(data.path()).unwrap();
    let used = sealed.workspace().unwrap();
    fs::write(used.path().join("labels.csv"), "id,label\n").unwrap();
    let abandoned = data.path().join("blobs/sealed/temp/work-of-a-crash");
    fs::create_dir(&abandoned).unwrap();
    fs::write(abandoned.join("labels.csv"), "id,label\n").unwrap();
    open(data.path()).unwrap();
    assert!(used.path().join("labels.csv").exists() && !abandoned.exists());
    let path = used.path().to_owned();
    drop(used);
    assert!(!path.exists());
}
