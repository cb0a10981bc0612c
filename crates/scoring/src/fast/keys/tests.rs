use std::collections::HashSet;

use super::Hasher;
use crate::fast::words::PADDING;

fn read(hasher: &Hasher, row: &str) -> Option<(u64, u64, usize)> {
    let mut bytes = row.as_bytes().to_vec();
    bytes.resize(row.len() + PADDING, 0);
    hasher.read(&bytes, 0).map(|(key, next)| (key.hash, key.proof, next))
}

#[test]
fn an_id_ends_at_its_comma_whatever_its_length() {
    let hasher = Hasher::random();
    for length in [1, 2, 7, 8, 9, 14, 15, 16, 17, 31, 32, 33, 100, 500] {
        let id = "é1x-".repeat(length)[..].chars().take(length).collect::<String>();
        let (hash, proof, next) = read(&hasher, &format!("{id},0\nother,1\n")).unwrap();
        assert_eq!(next, id.len() + 1);
        let key = hasher.of(&id);
        assert_eq!((hash, proof), (key.hash, key.proof), "{id}");
        assert_eq!(read(&hasher, &format!("{id},,,,")).unwrap().0, hash);
    }
    assert_eq!(read(&hasher, "noComma"), None);
    assert_eq!(read(&hasher, &"x".repeat(5_000)), None);
}

#[test]
fn different_ids_have_different_hashes_and_proofs() {
    let hasher = Hasher::random();
    let ids = (0..20_000).flat_map(|k| [k.to_string(), format!("{k:08}"), format!("photograph-{k:012}.jpg")]);
    let keys: Vec<_> = ids.map(|id| hasher.of(&id)).collect();
    assert_eq!(keys.iter().map(|key| key.hash).collect::<HashSet<_>>().len(), 60_000);
    assert_eq!(keys.iter().map(|key| key.proof).collect::<HashSet<_>>().len(), 60_000);
}

#[test]
fn every_index_has_its_own_keys() {
    assert_ne!(Hasher::random().of("a").hash, Hasher::random().of("a").hash);
}
