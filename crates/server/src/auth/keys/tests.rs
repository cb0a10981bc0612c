use super::*;

#[test]
fn a_key_is_made_once_and_is_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let first = load_or_create(&keys, "session.key").unwrap();
    assert_eq!(load_or_create(&keys, "session.key").unwrap(), first);
    let mode = fs::metadata(keys.join("session.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_ne!(load_or_create(&keys, "other.key").unwrap(), first);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    load_or_create(folder.path(), "session.key").unwrap();
    fs::set_permissions(folder.path().join("session.key"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(load_or_create(folder.path(), "session.key"), Err(KeyError::Readable { .. })));
}

#[test]
fn a_short_or_zero_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["", "00", &"0".repeat(64), &"g".repeat(64)] {
        let path = folder.path().join("session.key");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(load_or_create(folder.path(), "session.key"), Err(KeyError::Shape { .. })), "{text}");
    }
}
