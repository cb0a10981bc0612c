use std::io::Write;

use podium_client::{Client, ClientError, State, SubmitOptions};

use crate::stumbling::{Act, serve};

const ENTRY: &str =
    r#"{"id":7,"number":1,"file_name":"s.csv","state":"queued","accepted_at":"2026-12-01T00:00:00Z","scores":[]}"#;
const BUSY: &str = r#"{"type":"x","title":"Busy","status":503,"code":"unavailable"}"#;

fn file() -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"id,label\na,1\n").unwrap();
    file
}

fn client(url: &str) -> Client {
    Client::new(url, Some("pdm_secret".to_owned())).unwrap()
}

#[test]
fn a_submission_is_sent_again_whole_and_with_the_same_key() {
    let (url, served) = serve(vec![Act::Drop, Act::Answer(503, BUSY), Act::Answer(202, ENTRY)]);
    let file = file();
    let options = SubmitOptions { note: "first".to_owned(), ..SubmitOptions::default() };
    let entry = client(&url).submit("a b", file.path(), &options, &mut |_| {}).unwrap();
    assert_eq!((entry.id, entry.state), (7, State::Queued));
    let seen = served.join().unwrap();
    assert_eq!(seen.len(), 3);
    let key = seen[0].header("idempotency-key").unwrap();
    assert_eq!(key.len(), 32);
    for request in &seen {
        assert_eq!(request.line, "POST /api/v1/competitions/a%20b/submissions HTTP/1.1");
        assert_eq!(request.header("idempotency-key"), Some(key));
        assert_eq!(request.header("authorization"), Some("Bearer pdm_secret"));
        assert_eq!(request.body, seen[0].body);
    }
    let body = String::from_utf8(seen[0].body.clone()).unwrap();
    assert!(
        body.contains("name=\"note\"\r\n\r\nfirst\r\n") && body.contains("\r\n\r\nid,label\na,1\n\r\n--"),
        "{body}"
    );
}

#[test]
fn two_submissions_have_two_keys() {
    let (url, served) = serve(vec![Act::Answer(202, ENTRY), Act::Answer(202, ENTRY)]);
    let file = file();
    for _ in 0..2 {
        client(&url).submit("a", file.path(), &SubmitOptions::default(), &mut |_| {}).unwrap();
    }
    let seen = served.join().unwrap();
    assert_ne!(seen[0].header("idempotency-key"), seen[1].header("idempotency-key"));
}

#[test]
fn a_post_that_may_not_be_repeated_is_sent_once() {
    let (url, served) = serve(vec![Act::Drop]);
    let error = client(&url).join_competition("a", "00", None).unwrap_err();
    assert!(matches!(error, ClientError::Connection { .. }), "{error:?}");
    assert_eq!(served.join().unwrap().len(), 1);
}

#[test]
fn a_refusal_is_typed_and_not_repeated() {
    let problem = r#"{"type":"x","title":"Refused","status":422,"code":"submission_invalid","detail":"Not accepted.",
        "errors":[{"code":"label_unknown","line":3,"column":2,"message":"'dgo' is no class.","count":4}]}"#;
    let (url, served) = serve(vec![Act::Answer(422, problem)]);
    let file = file();
    let error = client(&url).submit("a", file.path(), &SubmitOptions::default(), &mut |_| {}).unwrap_err();
    assert_eq!(error.code(), Some("submission_invalid"));
    assert_eq!(error.to_string(), "Not accepted.\n  line 3, column 2: 'dgo' is no class. (4 times)");
    assert_eq!(served.join().unwrap().len(), 1);
}

#[test]
fn an_answer_that_is_not_podiums_is_said_to_be_none() {
    let (url, served) = serve(vec![Act::Answer(200, "<html>sign in</html>")]);
    let error = client(&url).me().unwrap_err();
    assert!(matches!(error, ClientError::NotPodium { status: 200, .. }), "{error:?}");
    served.join().unwrap();
}

#[test]
fn a_token_is_shown_by_no_debug() {
    assert!(!format!("{:?}", client("https://podium.example.org")).contains("secret"));
}

#[test]
fn an_address_must_be_one() {
    for address in ["podium.example.org", "ftp://a", "http://", "https:///x", ""] {
        assert!(matches!(Client::new(address, None), Err(ClientError::Address(_))), "{address}");
    }
}
