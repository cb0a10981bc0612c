use super::*;

#[tokio::test]
async fn a_hash_verifies_its_own_password_only() {
    let hasher = Hasher::new(1, 4).unwrap();
    let hash = hasher.hash("correct horse battery".into()).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert!(!Hasher::is_outdated(&hash));
    assert!(Hasher::is_outdated("$argon2id$v=19$m=4096,t=2,p=1$aaaa$bbbb"));
    assert!(hasher.verify("correct horse battery".into(), Some(hash.clone())).await.unwrap());
    assert!(!hasher.verify("correct horse battery ".into(), Some(hash)).await.unwrap());
    assert!(!hasher.verify("anything at all".into(), None).await.unwrap());
}

#[tokio::test]
async fn passwords_that_differ_after_72_bytes_or_a_nul_differ() {
    let hasher = Hasher::new(1, 4).unwrap();
    let long = "x".repeat(100);
    let hash = hasher.hash(format!("{long}a")).await.unwrap();
    assert!(!hasher.verify(format!("{long}b"), Some(hash)).await.unwrap());
    let hash = hasher.hash("before\0after".into()).await.unwrap();
    assert!(!hasher.verify("before\0other".into(), Some(hash)).await.unwrap());
}

#[tokio::test]
async fn beyond_the_queue_is_busy_and_memory_is_that_of_the_threads() {
    let hasher = Hasher::new(1, 2).unwrap();
    let all = futures_util::future::join_all((0..8).map(|_| hasher.hash("a password".into()))).await;
    let busy = all.iter().filter(|r| r.as_ref().is_err_and(|e| e.code() == Code::Busy)).count();
    assert_eq!((busy, all.iter().filter(|r| r.is_ok()).count()), (5, 3));
    assert_eq!(hasher.0.memory.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_client_who_hangs_up_does_not_make_room_before_the_work_is_done() {
    let hasher = Hasher::new(1, 0).unwrap();
    let mut hashing = Box::pin(hasher.hash("a password".into()));
    assert!(futures_util::poll!(&mut hashing).is_pending());
    drop(hashing);
    assert_eq!(hasher.hash("a password".into()).await.unwrap_err().code(), Code::Busy);
}

#[test]
fn length_is_counted_in_characters_from_10_to_256() {
    let strong = "Plutôt-quatre-mots-ëtranges-et-longs";
    assert!(check(strong, &[]).is_ok());
    assert!(check("zq7#Lw9!x", &[]).is_err());
    assert!(check("zq7#Lw9!xé", &[]).is_ok());
    let long: String = "vK9$mQ2zR!".chars().cycle().take(256).collect();
    assert!(check(&long, &[]).is_ok());
    assert!(check(&format!("{long}x"), &[]).is_err());
}

#[test]
fn common_passwords_and_their_disguises_are_refused() {
    for password in ["1234567890", "password123", "P4ssw0rd123", "qwertyuiop", "iloveyou12", "aaaaaaaaaaaa"] {
        assert!(check(password, &[]).is_err(), "{password}");
    }
    assert!(check("minji-minji-1", &["minji"]).is_err());
}
