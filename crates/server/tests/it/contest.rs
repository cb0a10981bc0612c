//! A small competition with known scores, made through the API, and what its people do.
//!
//! Ten rows, three classes; a001-a006 are public, the rest private. The truth is the id's number modulo 3.

use actix_web::http::Method;
use podium_server::live::feed::Feed;
use podium_store::types::{EventId, UserRole};
use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};

pub const SLUG: &str = "cells";

/// The manifest, running from 1 to 21 December 2026 in Seoul.
pub fn manifest() -> Value {
    json!({
        "slug": SLUG,
        "title": {"en": "Cells", "ko": "셀"},
        "summary": {"en": "Three classes.", "ko": "세 가지."},
        "licence": "CC0-1.0",
        "dates": {"zone": "Asia/Seoul", "start": "2026-12-01T09:00:00", "end": "2026-12-21T18:00:00", "private_release": "host"},
        "task": {
            "kind": "labels", "id": "id", "target": "label", "classes": ["0", "1", "2"],
            "metric": "accuracy", "show": ["f1_macro"],
        },
        "limits": {"entries_per_day": 5, "finals": 2, "team_size": 5, "file_bytes": 10_000},
        "columns": [{"file": "train.csv", "name": "label", "meaning": {"en": "the class", "ko": "분류"}}],
    })
}

/// The hidden labels, as the host uploads them.
pub fn solution() -> String {
    let rows = (1..=10).map(|n| {
        let usage = if n <= 6 { "Public" } else { "Private" };
        format!("a{n:03},{},{usage}\n", n % 3)
    });
    format!("id,label,Usage\n{}", rows.collect::<String>())
}

/// A submission that is right on `public` of the six public rows and on all private ones.
pub fn entry(public: usize) -> String {
    let rows = (1..=10).map(|n| {
        let label = if n <= 6 && n > public { (n + 1) % 3 } else { n % 3 };
        format!("a{n:03},{label}\n")
    });
    format!("id,label\n{}", rows.collect::<String>())
}

/// A tar archive.
pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A published competition with its host.
pub async fn published(app: &TestApp) -> Client<'_> {
    let host = draft(app).await;
    host.post(&format!("/competitions/{SLUG}/publish"), &Value::Null).await.expect(200);
    host
}

/// A complete competition that is not published yet.
pub async fn draft(app: &TestApp) -> Client<'_> {
    let host = app.host("Hana").await;
    make(&host, &manifest()).await;
    host
}

pub async fn make(host: &Client<'_>, manifest: &Value) {
    make_with(host, manifest, &entry(0), &solution()).await;
}

/// A complete draft with this sample and these hidden labels.
pub async fn make_with(host: &Client<'_>, manifest: &Value, sample: &str, solution: &str) {
    let slug = manifest["slug"].as_str().unwrap();
    host.put(&format!("/competitions/{slug}"), manifest).await.expect(201);
    for page in ["overview", "data", "rules"] {
        let page = format!("/competitions/{slug}/pages/{page}/en");
        let saved = host.put(&page, &json!({"markdown": "# Text"})).await;
        assert!(saved.status.is_success(), "{}", saved.text());
    }
    let files = tar(&[
        ("train.csv", b"id,label\nb001,0\nb002,1\nb003,2\n"),
        ("sample_submission.csv", sample.as_bytes()),
        ("notes/readme.txt", b"hello"),
    ]);
    upload(host, slug, files).await.expect(200);
    put_solution(host, slug, solution).await.expect(201);
}

pub async fn upload(host: &Client<'_>, slug: &str, tar: Vec<u8>) -> Answer {
    let request = host.request(Method::POST, &format!("/api/v1/competitions/{slug}/files"));
    host.send(request.insert_header(("content-type", "application/x-tar")).set_payload(tar)).await
}

pub async fn put_solution(host: &Client<'_>, slug: &str, csv: &str) -> Answer {
    let request = host.request(Method::PUT, &format!("/api/v1/competitions/{slug}/solution"));
    host.send(request.insert_header(("content-type", "text/csv")).set_payload(csv.to_owned())).await
}

/// Somebody who has joined, as a team of their name.
pub async fn member<'a>(app: &'a TestApp, name: &str) -> Client<'a> {
    let user = app.user(name).await;
    join(&user).await;
    user
}

pub async fn join(user: &Client<'_>) {
    let rules = sha256("# Text");
    let body = json!({"accept_rules": true, "rules_sha256": rules});
    user.post(&format!("/competitions/{SLUG}/join"), &body).await.expect(201);
}

pub fn sha256(text: impl AsRef<[u8]>) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How to send a file.
#[derive(Clone)]
pub struct Sending<'a> {
    pub query: &'a str,
    pub file_name: &'a str,
    pub note: Option<&'a str>,
    pub key: Option<&'a str>,
    pub extra: &'a str,
}

impl Default for Sending<'_> {
    fn default() -> Self {
        Self { query: "", file_name: "sub.csv", note: None, key: None, extra: "" }
    }
}

pub const BOUNDARY: &str = "podium-test-boundary";

/// The form of a file as browsers write it.
pub fn form(file: &[u8], sending: &Sending<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    if let Some(note) = sending.note {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n{note}\r\n").bytes());
    }
    body.extend(sending.extra.bytes());
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: text/csv\r\n\r\n",
        sending.file_name
    );
    body.extend(head.bytes());
    body.extend(file);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    body
}

/// A form of words and files as browsers write it.
pub fn parts(words: &[(&str, &str)], files: &[(&str, &str)]) -> Vec<u8> {
    let words = words.iter().map(|(name, word)| format!("name=\"{name}\"\r\n\r\n{word}"));
    let files = files.iter().map(|(name, text)| {
        format!("name=\"{name}\"; filename=\"{name}.csv\"\r\nContent-Type: text/csv\r\n\r\n{text}")
    });
    let part = |part: String| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {part}\r\n");
    let mut body: String = words.chain(files).map(part).collect();
    body += &format!("--{BOUNDARY}--\r\n");
    body.into_bytes()
}

/// Sends a file to the small competition.
pub async fn send(user: &Client<'_>, file: impl AsRef<[u8]>, sending: Sending<'_>) -> Answer {
    let path = format!("/api/v1/competitions/{SLUG}/submissions{}", sending.query);
    let mut request = user.request(Method::POST, &path);
    request = request.insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")));
    if let Some(key) = sending.key {
        request = request.insert_header(("idempotency-key", key));
    }
    user.send(request.set_payload(form(file.as_ref(), &sending))).await
}

/// Sends a file that must be accepted, and returns its view.
#[track_caller]
pub fn accepted(answer: Answer) -> Value {
    answer.expect(202)
}

/// Scores what waits, and brings the boards up to date, as the server's own tasks do.
pub async fn score(app: &TestApp) {
    app.state.worker().run_due().await.unwrap();
    settle(app).await;
}

/// Passes on every event so far.
pub async fn settle(app: &TestApp) {
    let state = &app.state;
    let mut feed = Feed::new(state.db.clone(), state.live.clone(), state.boards.clone(), Some(EventId(0)));
    while feed.catch_up().await.unwrap() {}
}

/// The same person after the clock moved on: sessions end when they are not used.
pub async fn again<'a>(app: &'a TestApp, user: &Client<'a>) -> Client<'a> {
    app.sign_in(user.user.clone().unwrap()).await
}

/// The view of a submission.
pub async fn view(user: &Client<'_>, submission: &Value) -> Value {
    user.get(&format!("/submissions/{}", submission["id"])).await.expect(200)
}

/// Files that wait in the blobs' temp folder.
pub fn temp_files(app: &TestApp) -> usize {
    std::fs::read_dir(app.state.config.data.join("blobs/public/temp")).unwrap().count()
}

/// A host's own team, whose entries are benchmarks.
pub async fn benchmark(host: &Client<'_>) {
    assert_ne!(host.user.as_ref().unwrap().role, UserRole::Participant);
    join(host).await;
}

/// Every fault of a problem has its sentence in English and in Korean.
#[track_caller]
pub fn says_both(problem: &Value) {
    for fault in problem["errors"].as_array().unwrap() {
        let is_korean = |text: &Value| text.as_str().unwrap().contains(|c| ('가'..='힣').contains(&c));
        assert!(is_korean(&fault["message_ko"]) && !is_korean(&fault["message"]), "{fault}");
    }
}
