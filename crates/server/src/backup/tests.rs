use podium_store::testing::{Kind, TestDb};

use super::*;
use crate::blobs;

fn now() -> UtcTime {
    "2026-12-01T12:00:00Z".parse().unwrap()
}

/// A data directory with two blobs, a key, and what a backup leaves out.
fn site() -> (TestDb, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let (public, sealed) = blobs::open(data.path()).unwrap();
    for (mut writer, bytes) in
        [(public.create().unwrap(), "id,label\n1,a\n"), (sealed.create().unwrap(), "id,label\n1,b\n")]
    {
        writer.write_all(bytes.as_bytes()).unwrap();
        writer.store().unwrap();
    }
    fs::create_dir(data.path().join("keys")).unwrap();
    fs::write(data.path().join("keys/session"), "secret").unwrap();
    fs::create_dir_all(data.path().join("blobs/public/cache/previews")).unwrap();
    fs::write(data.path().join("blobs/public/cache/previews/x.json"), "{}").unwrap();
    fs::write(data.path().join("blobs/public/temp/half"), "id").unwrap();
    (TestDb::new(Kind::Sqlite), data)
}

fn backup(scope: Scope) -> (TestDb, tempfile::TempDir, tempfile::TempDir, PathBuf) {
    let (db, data) = site();
    let shelf = tempfile::tempdir().unwrap();
    let file = shelf.path().join("monday.tar");
    make(&db, data.path(), &file, scope, now()).unwrap();
    (db, data, shelf, file)
}

/// A fresh data directory that does not exist yet.
fn fresh(shelf: &tempfile::TempDir) -> PathBuf {
    shelf.path().join("data")
}

fn open_in(data: &Path) -> Result<Db, DumpError> {
    Ok(Db::open(&format!("sqlite:{}", data.join("podium.db").display()), &podium_store::Options::default())?)
}

#[test]
fn a_backup_holds_rows_blobs_and_keys_and_nothing_that_can_be_made_again() {
    let (db, _data, shelf, file) = backup(Scope::Site);
    let made = verify(&file).unwrap();
    assert_eq!((made.files, made.head.made_at), (3, now()));
    let restored = fresh(&shelf);
    assert_eq!(restore(&file, &restored, || open_in(&restored)).unwrap(), made);
    let mut found = FOLDERS.iter().flat_map(|folder| files_below(&restored, folder).unwrap()).collect::<Vec<_>>();
    found.retain(|path| path.starts_with("keys"));
    assert_eq!(found, ["keys/session"]);
    assert_eq!(fs::read_to_string(restored.join("keys/session")).unwrap(), "secret");
    assert!(!restored.join("blobs/public/temp/half").exists() && !restored.join("blobs/public/cache").exists());
    let again = open_in(&restored).unwrap().dump(&mut Vec::new()).unwrap();
    assert_eq!(again, db.dump(&mut Vec::new()).unwrap());
}

#[cfg(unix)]
#[test]
fn a_backup_is_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_db, _data, shelf, file) = backup(Scope::Site);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let restored = fresh(&shelf);
    restore(&file, &restored, || open_in(&restored)).unwrap();
    assert_eq!(fs::metadata(restored.join("keys/session")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn nothing_is_overwritten() {
    let (db, data, shelf, file) = backup(Scope::Site);
    let again = make(&db, data.path(), &file, Scope::Site, now()).unwrap_err();
    assert!(matches!(again, BackupError::Exists(_)), "{again}");
    let error = restore(&file, data.path(), || unreachable!()).unwrap_err();
    assert!(matches!(error, BackupError::NotEmpty(_)), "{error}");
    assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 1, "no temp file is left");
}

#[test]
fn a_blob_that_rotted_is_found_before_the_backup_gets_its_name() {
    let (db, data) = site();
    let blob = files_below(data.path(), "blobs/public").unwrap().remove(0);
    fs::write(data.path().join(&blob), "id,label\n1,x\n").unwrap();
    let shelf = tempfile::tempdir().unwrap();
    let error = make(&db, data.path(), &shelf.path().join("monday.tar"), Scope::Site, now()).unwrap_err();
    assert!(error.to_string().contains(&blob), "{error}");
    assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 0);
}

#[test]
fn whatever_byte_of_a_backup_is_changed_or_cut_off_nothing_is_restored_from_it() {
    let (_db, _data, shelf, file) = backup(Scope::Site);
    let whole = fs::read(&file).unwrap();
    let other = shelf.path().join("other.tar");
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&other, bytes).unwrap();
        let to = fresh(&shelf);
        assert!(restore(&other, &to, || unreachable!("{what}")).is_err(), "{what}");
        assert!(!to.exists(), "{what}");
    };
    for length in (0..whole.len() - 1024).step_by(509) {
        refused(&whole[..length], &format!("cut at {length}"));
    }
    // Every header and content; what is between a content and the next header is padding.
    let mut at = 0;
    for entry in tar::Archive::new(&whole[..]).entries().unwrap().raw(true) {
        let entry = entry.unwrap();
        let size = usize::try_from(entry.size()).unwrap();
        for changed in [at + 3, at + 512, at + 512 + size / 2, at + 511 + size] {
            let mut bytes = whole.clone();
            bytes[changed] ^= 1;
            refused(&bytes, &format!("{} changed at {changed}", String::from_utf8_lossy(&entry.path_bytes())));
        }
        at += 512 + size.next_multiple_of(512);
    }
}

#[test]
fn a_path_out_of_the_data_directory_is_no_part_of_a_backup() {
    for name in ["blobs/public/../../x", "/etc/passwd", "podium.db", "keys", "blobs/publicity/x", "keys/../../x"] {
        assert!(!is_ours(name), "{name}");
    }
    assert!(is_ours("keys/session") && is_ours("blobs/sealed/ab/abcd"));
}

#[test]
fn the_database_alone_goes_beside_the_files_that_are_there() {
    let (db, data, shelf, file) = backup(Scope::Database);
    assert_eq!(verify(&file).unwrap().files, 0);
    let to = fresh(&shelf);
    let error = restore(&file, &to, || unreachable!()).unwrap_err();
    assert!(matches!(error, BackupError::NoFiles(_)), "{error}");
    restore(&file, data.path(), || open_in(data.path())).unwrap();
    let again = open_in(data.path()).unwrap().dump(&mut Vec::new()).unwrap();
    assert_eq!(again, db.dump(&mut Vec::new()).unwrap());
}

#[test]
fn a_backup_of_a_newer_program_says_so() {
    let (_db, _data, shelf, _file) = backup(Scope::Site);
    let newer = shelf.path().join("newer.tar");
    let mut tar = tar::Builder::new(File::create(&newer).unwrap());
    append(&mut tar, HEAD, br#"{"format":99,"podium":"7.0.0","shape":"new"}"#).unwrap();
    tar.into_inner().unwrap();
    let error = verify(&newer).unwrap_err();
    assert!(error.to_string().contains("7.0.0"), "{error}");
}
