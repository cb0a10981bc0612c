use super::*;
use crate::blobs;

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// An entry whose name the builder would refuse to write.
fn hostile(name: &[u8], kind: tar::EntryType) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(0);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend([0; 1024]);
    bytes
}

fn unpacked(archive: &[u8], known: &HashMap<String, Sha256>) -> Result<(Brought, Vec<NewFile>), IntakeError> {
    let data = tempfile::tempdir().unwrap();
    let (blobs, _) = blobs::open(data.path()).unwrap();
    let mut files = Vec::new();
    let brought = unpack(archive, &blobs, known, |batch| {
        for file in &batch {
            assert!(blobs.read(&file.sha256).is_ok(), "durable before it is named");
        }
        files.extend(batch);
        Ok::<_, IntakeError>(())
    });
    assert_eq!(std::fs::read_dir(data.path().join("blobs/public/temp")).unwrap().count(), 0);
    Ok((brought?, files))
}

#[test]
fn every_file_of_the_archive_is_stored() {
    let photos: Vec<(String, Vec<u8>)> =
        (0..600).map(|number| (format!("train/{number}.png"), vec![number as u8; number])).collect();
    let files: Vec<(&str, &[u8])> = photos.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let (brought, files) = unpacked(&tar_of(&files), &HashMap::new()).unwrap();
    assert_eq!(brought, Brought { stored: 600, unchanged: 0 });
    assert_eq!(files.len(), 600);
    assert!(
        files.iter().zip(&photos).all(|(file, (path, bytes))| file.path == *path && file.bytes == bytes.len() as u64)
    );
}

#[test]
fn files_that_are_there_already_are_not_stored_again() {
    let archive = tar_of(&[("a.csv", b"1"), ("b.csv", b"2")]);
    let (_, files) = unpacked(&archive, &HashMap::new()).unwrap();
    let known = [("a.csv".to_owned(), files[0].sha256), ("b.csv".to_owned(), files[0].sha256)].into();
    let (brought, files) = unpacked(&archive, &known).unwrap();
    assert_eq!(brought, Brought { stored: 1, unchanged: 1 });
    assert_eq!(files[0].path, "b.csv");
}

#[test]
fn long_and_korean_paths_come_through() {
    let long = format!("{}/사진.png", "a".repeat(200));
    let (_, files) = unpacked(&tar_of(&[(&long, b"x")]), &HashMap::new()).unwrap();
    assert_eq!(files[0].path, long);
}

#[test]
fn nothing_leaves_the_folder() {
    for name in [&b"../../etc/passwd"[..], b"/etc/passwd", b"a/../../b", b"C:\\x"] {
        let error = unpacked(&hostile(name, tar::EntryType::Regular), &HashMap::new()).unwrap_err();
        assert!(matches!(error, IntakeError::Path(_)), "{error}");
    }
}

#[test]
fn links_and_devices_are_refused() {
    for kind in [tar::EntryType::Symlink, tar::EntryType::Link, tar::EntryType::Char, tar::EntryType::Fifo] {
        let error = unpacked(&hostile(b"x", kind), &HashMap::new()).unwrap_err();
        assert!(matches!(error, IntakeError::Special(_)), "{error}");
    }
}

#[test]
fn the_same_path_twice_is_refused() {
    let error = unpacked(&tar_of(&[("a", b"1"), ("./a", b"2")]), &HashMap::new()).unwrap_err();
    assert!(matches!(error, IntakeError::Twice(_)), "{error}");
}

#[test]
fn a_cut_or_foreign_file_is_not_taken_for_an_archive() {
    let whole = tar_of(&[("a", &[1; 5_000])]);
    for bytes in [&whole[..3_000], &b"PK\x03\x04 this is a zip, not a tar, and long enough to be looked at".repeat(20)]
    {
        let error = unpacked(bytes, &HashMap::new()).unwrap_err();
        assert!(matches!(error, IntakeError::NotTar(_)), "{error:?}");
    }
}
