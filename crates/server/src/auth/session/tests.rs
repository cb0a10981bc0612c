use serde_json::{Value, json};

use super::*;

fn at(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn keys() -> (tempfile::TempDir, SessionKeys) {
    let folder = tempfile::tempdir().unwrap();
    let keys = SessionKeys::open(folder.path()).unwrap();
    (folder, keys)
}

const NOW: &str = "2026-12-01T00:00:00Z";
const END: &str = "2026-12-02T00:00:00Z";

fn claims() -> Value {
    let (now, end) = (seconds(at(NOW)), seconds(at(END)));
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "7", "sid": "ab".repeat(32), "iat": now, "exp": end})
}

/// Signs any header and claims with the real key, as someone who stole nothing but knows the format could not.
fn signed(keys: &SessionKeys, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &keys.current.encode, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().chain([0, 0].iter()).take(3).fold(0usize, |n, b| n << 8 | usize::from(*b));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[number >> (18 - 6 * digit) & 63]));
        }
    }
    text
}

#[test]
fn a_token_lives_from_issue_to_its_end_and_no_second_longer() {
    let (_folder, keys) = keys();
    let new = keys.issue(UserId(7), at(NOW), at(END)).unwrap();
    let session = Session { user: UserId(7), key_hash: new.key_hash };
    assert_eq!(keys.check(&new.token, at(NOW)), Some(session));
    assert_eq!(keys.check(&new.token, at("2026-12-01T23:59:59Z")), Some(session));
    assert_eq!(keys.check(&new.token, at(END)), None);
}

#[test]
fn a_signed_token_of_our_own_format_is_accepted() {
    let (_folder, keys) = keys();
    let header = json!({"alg": "HS256", "typ": KIND, "kid": keys.current.id});
    assert!(keys.check(&signed(&keys, &header, &claims()), at(NOW)).is_some());
}

#[test]
fn every_claim_is_required_and_typed() {
    let (_folder, keys) = keys();
    let header = json!({"alg": "HS256", "typ": KIND, "kid": keys.current.id});
    for name in ["iss", "aud", "sub", "sid", "iat", "exp"] {
        let mut without = claims();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(keys.check(&signed(&keys, &header, &without), at(NOW)), None, "without {name}");
        for wrong in [json!(null), json!([]), json!({}), json!(true), json!(1e300), json!("x")] {
            let mut changed = claims();
            changed[name] = wrong.clone();
            assert_eq!(keys.check(&signed(&keys, &header, &changed), at(NOW)), None, "{name} = {wrong}");
        }
    }
    let mut more = claims();
    more["role"] = json!("admin");
    assert_eq!(keys.check(&signed(&keys, &header, &more), at(NOW)), None);
    for payload in [json!([]), json!("x"), json!(null), json!(1)] {
        assert_eq!(keys.check(&signed(&keys, &header, &payload), at(NOW)), None);
    }
}

#[test]
fn forged_headers_are_refused() {
    let (_folder, keys) = keys();
    let kid = keys.current.id.clone();
    let forged = [
        json!({"alg": "none", "typ": KIND, "kid": kid}),
        json!({"alg": "HS384", "typ": KIND, "kid": kid}),
        json!({"alg": "HS512", "typ": KIND, "kid": kid}),
        json!({"alg": "RS256", "typ": KIND, "kid": kid}),
        json!({"alg": "EdDSA", "typ": KIND, "kid": kid}),
        json!({"alg": "HS256", "typ": "JWT", "kid": kid}),
        json!({"alg": "HS256", "kid": kid}),
        json!({"alg": "HS256", "typ": KIND}),
        json!({"alg": "HS256", "typ": KIND, "kid": "../../dev/null"}),
        json!({"alg": "HS256", "typ": KIND, "kid": "' OR 1=1 --"}),
        json!({"alg": "HS256", "typ": KIND, "kid": kid, "jku": "https://evil.example/keys"}),
        json!({"alg": "HS256", "typ": KIND, "kid": kid, "x5u": "https://evil.example/cert"}),
        json!({"alg": "HS256", "typ": KIND, "kid": kid, "jwk": {"kty": "oct", "k": "AAAA"}}),
        json!({"alg": "HS256", "typ": KIND, "kid": kid, "crit": ["exp"]}),
        json!({"alg": "HS256", "typ": KIND, "kid": kid, "cty": "JWT"}),
    ];
    for header in &forged {
        assert_eq!(keys.check(&signed(&keys, header, &claims()), at(NOW)), None, "{header}");
    }
}

#[test]
fn other_keys_and_changed_tokens_are_refused() {
    let ((_a, ours), (_b, theirs)) = (keys(), keys());
    let token = theirs.issue(UserId(7), at(NOW), at(END)).unwrap().token;
    assert_eq!(ours.check(&token, at(NOW)), None);
    // The right kid with another key's signature.
    let header = json!({"alg": "HS256", "typ": KIND, "kid": ours.current.id});
    assert_eq!(ours.check(&signed(&theirs, &header, &claims()), at(NOW)), None);

    let token = ours.issue(UserId(7), at(NOW), at(END)).unwrap().token;
    let (message, _) = token.rsplit_once('.').unwrap();
    assert_eq!(ours.check(&format!("{message}."), at(NOW)), None);
    assert_eq!(ours.check(message, at(NOW)), None);
    let parts: Vec<_> = token.split('.').collect();
    let other = base64url(br#"{"sub":"1"}"#);
    assert_eq!(ours.check(&[parts[0], &other, parts[2]].join("."), at(NOW)), None);
    assert_eq!(ours.check("", at(NOW)), None);
    assert_eq!(ours.check(&"a".repeat(100_000), at(NOW)), None);
}

#[test]
fn the_previous_key_is_believed_while_its_file_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let old = SessionKeys::open(folder.path()).unwrap();
    let token = old.issue(UserId(7), at(NOW), at(END)).unwrap().token;
    std::fs::rename(folder.path().join("session.key"), folder.path().join("session.previous.key")).unwrap();
    let new = SessionKeys::open(folder.path()).unwrap();
    assert!(new.check(&token, at(NOW)).is_some());
    assert!(old.check(&new.issue(UserId(7), at(NOW), at(END)).unwrap().token, at(NOW)).is_none());
    std::fs::remove_file(folder.path().join("session.previous.key")).unwrap();
    assert!(SessionKeys::open(folder.path()).unwrap().check(&token, at(NOW)).is_none());
}

#[test]
fn the_cookie_is_for_this_host_and_not_for_scripts() {
    let mut config = Config::default();
    let text = cookie("T".into(), 60, &config).to_string();
    assert_eq!(text, "__Host-podium=T; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
    config.insecure_http = true;
    assert_eq!(cookie("T".into(), 60, &config).to_string(), "podium=T; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
}

#[test]
fn the_cookie_of_a_site_below_a_path_keeps_to_it() {
    let config = Config { base_path: "/podium".into(), ..Config::default() };
    let text = cookie("T".into(), 60, &config).to_string();
    assert_eq!(text, "__Secure-podium=T; HttpOnly; SameSite=Lax; Secure; Path=/podium; Max-Age=60");
}
