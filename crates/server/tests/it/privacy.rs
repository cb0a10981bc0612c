//! One's own data, leaving, consents, profiles, and what is forgotten by itself.

use std::io::{Cursor, Read as _};

use actix_web::http::Method;
use chrono::TimeDelta;
use podium_server::{chores, mail};
use podium_store::testing::Kind;
use podium_store::types::UserId;
use podium_store::{Conn, StoreError, audit, limits, mails};
use serde_json::{Value, json};

use crate::contest::{self, SLUG, Sending, accepted, entry, score, send, sha256};
use crate::harness::{Answer, Client, TestApp};

const PASSWORD: &str = "a heron stands in the reeds";

/// Signs up and joins.
async fn member<'a>(app: &'a TestApp, name: &str) -> (Client<'a>, UserId) {
    let body = json!({"name": name, "password": PASSWORD, "email": format!("{name}@example.org")});
    let answer: Answer = app.anonymous().post("/users", &body).await;
    let client = app.anonymous().with_cookie(answer.header("set-cookie").unwrap().split(';').next().unwrap());
    let id = UserId(answer.expect(201)["user"]["id"].as_i64().unwrap());
    contest::join(&client).await;
    (client, id)
}

fn unzipped(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let name = file.name().unwrap().into_owned();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect()
}

async fn post_thread(user: &Client<'_>, title: &str) -> Value {
    let body = json!({"title": title, "markdown": "words of mine"});
    user.post(&format!("/competitions/{SLUG}/threads"), &body).await.expect(201)
}

#[actix_web::test]
async fn an_export_holds_everything_of_oneself_and_nothing_of_others() {
    let app = &TestApp::new().await;
    contest::published(app).await;
    let (ann, _) = member(app, "ann").await;
    let (bob, _) = member(app, "bob").await;
    let sent = accepted(send(&ann, entry(3), Sending::default()).await);
    accepted(send(&bob, entry(2), Sending::default()).await);
    score(app).await;
    post_thread(&ann, "Mine").await;
    let other = post_thread(&bob, "Theirs").await;
    let post = ann.get(&format!("/threads/{}/posts", other["id"])).await.expect(200)["items"][0]["id"].clone();
    ann.put(&format!("/posts/{post}/vote"), &Value::Null).await.expect(200);

    let answer = ann.post("/me/export", &Value::Null).await;
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let files = unzipped(&answer.body);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["data.json", &format!("submissions/{SLUG}/{}-sub.csv", sent["id"])]);
    assert_eq!(files[1].1, entry(3));
    let data: Value = serde_json::from_str(&files[0].1).unwrap();
    assert_eq!(data["account"]["email"], "ann@example.org");
    assert_eq!(data["submissions"].as_array().unwrap().len(), 1);
    assert_eq!(data["submissions"][0]["public_scores"][0], json!(["accuracy", 0.5]));
    assert_eq!(data["posts"][0]["thread_title"], "Mine");
    assert_eq!(data["votes"], json!([post]));
    assert_eq!(data["agreements"][0]["document"], "rules");
    for secret in ["bob", "Theirs", "password_hash", "$argon2", "token_hash"] {
        assert!(!files[0].1.contains(secret), "{secret}");
    }
    // A copy of everything needs the password, and is made a few times a day.
    for _ in 0..4 {
        ann.post("/me/export", &Value::Null).await;
    }
    ann.post("/me/export", &Value::Null).await.problem(429, "too_many_attempts");
    app.pass(TimeDelta::days(1));
    ann.post("/me/export", &Value::Null).await.problem(403, "confirm_required");
}

async fn a_deleted_account_leaves_a_pseudonym(kind: Kind) {
    let app = &TestApp::with(kind, |_| ()).await;
    contest::published(app).await;
    let admin = app.admin("root").await;
    let (ann, id) = member(app, "ann").await;
    member(app, "bob").await;
    accepted(send(&ann, entry(3), Sending::default()).await);
    score(app).await;
    let thread = post_thread(&ann, "Mine").await;
    let program = ann.post("/me/tokens", &json!({"name": "t", "scopes": ["read"]})).await.expect(201);
    let program = app.anonymous().with_bearer(program["token"].as_str().unwrap());
    let board = async || app.anonymous().get(&format!("/competitions/{SLUG}/leaderboard")).await.expect(200);
    let before = board().await;
    assert_eq!(before["items"][0]["team"], "ann");

    ann.delete("/me").await.problem(415, "unsupported_media_type");
    let leave = |password: &str| ann.request(Method::DELETE, "/api/v1/me").set_json(json!({"password": password}));
    ann.send(leave("wrong")).await.problem(403, "wrong_password");
    ann.send(leave(PASSWORD)).await.expect(204);

    // Nobody can be that person any more.
    ann.get("/me/sessions").await.problem(401, "invalid_credential");
    program.get("/me").await.problem(401, "invalid_credential");
    let login = json!({"login": "ann", "password": PASSWORD});
    app.anonymous().post("/sessions", &login).await.problem(401, "sign_in_failed");
    app.anonymous().get(&format!("/users/{id}")).await.problem(404, "not_found");
    // The board and the thread stand, under a name that leads to nobody.
    let after = board().await;
    assert_eq!((&after["items"][0]["score"], &after["items"][0]["rank"]), (&before["items"][0]["score"], &json!(1)));
    let posts = app.anonymous().get(&format!("/threads/{}/posts", thread["id"])).await.expect(200);
    assert!(posts.to_string().contains("words of mine") && posts.to_string().contains("Deleted account"), "{posts}");
    for shown in [after.to_string(), posts.to_string(), admin.get("/admin/users").await.text()] {
        assert!(!shown.contains("\"ann\"") && !shown.contains("ann@example.org"), "{shown}");
    }
    // The audit log is whole and says that it happened.
    assert!(admin.get("/admin/audit").await.text().contains("user.deleted"));
    let verify = |conn: &mut Conn| audit::verify(conn);
    let report = app.state.db.read::<_, StoreError, _>(verify).await.unwrap();
    assert_eq!(report.fault_count, 0, "{:?}", report.faults);
    // The name and the address are free again.
    member(app, "ann").await;
}

#[actix_web::test]
async fn a_deleted_account_leaves_a_pseudonym_on_sqlite() {
    a_deleted_account_leaves_a_pseudonym(Kind::Sqlite).await;
}

#[actix_web::test]
async fn a_deleted_account_leaves_a_pseudonym_on_postgres() {
    a_deleted_account_leaves_a_pseudonym(Kind::Postgres).await;
}

#[actix_web::test]
async fn data_with_an_agreement_is_for_those_who_agreed_to_its_present_version() {
    let app = &TestApp::new().await;
    let host = contest::published(app).await;
    let (ann, _) = member(app, "ann").await;
    let file = format!("/competitions/{SLUG}/files/train.csv");
    assert!(ann.get(&file).await.status.is_success());
    let page = async |text: &str| {
        let path = format!("/competitions/{SLUG}/pages/data-agreement/en");
        host.put(&path, &json!({"markdown": text})).await.expect(200);
    };
    page("Use it for this competition only.").await;
    for path in
        [file.clone(), format!("/competitions/{SLUG}/archive.zip"), format!("/competitions/{SLUG}/preview/train.csv")]
    {
        ann.get(&path).await.problem(403, "agreement_required");
    }
    assert!(host.get(&file).await.status.is_success());
    let agree = format!("/competitions/{SLUG}/data-agreement");
    ann.post(&agree, &json!({"sha256": sha256("Another text.")})).await.problem(409, "document_changed");
    ann.post(&agree, &json!({"sha256": sha256("Use it for this competition only.")})).await.expect(204);
    assert!(ann.get(&file).await.status.is_success());
    let listed = ann.get("/me/agreements").await.expect(200);
    let documents: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|row| row["document"].as_str().unwrap()).collect();
    assert_eq!(documents, ["rules", "data_agreement"]);
    assert_eq!(listed["items"][1]["is_current"], true);
    // A new version is agreed to anew; the old consent stays on record.
    page("Use it for teaching, too.").await;
    ann.get(&file).await.problem(403, "agreement_required");
    assert_eq!(ann.get("/me/agreements").await.expect(200)["items"][1]["is_current"], false);
}

#[actix_web::test]
async fn changed_rules_are_agreed_to_anew_and_the_old_consent_stays() {
    let app = &TestApp::new().await;
    let host = contest::published(app).await;
    let (ann, _) = member(app, "ann").await;
    let agreements = async || ann.get("/me/agreements").await.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(agreements().await[0]["is_current"], true);
    host.put(&format!("/competitions/{SLUG}/pages/rules/en"), &json!({"markdown": "New rules."})).await.expect(200);
    assert_eq!(agreements().await[0]["is_current"], false);
    let agree = format!("/competitions/{SLUG}/rules-agreement");
    ann.post(&agree, &json!({"sha256": sha256("Other rules.")})).await.problem(409, "rules_changed");
    app.user("bob").await.post(&agree, &json!({"sha256": sha256("New rules.")})).await.problem(403, "not_a_member");
    for _ in 0..2 {
        ann.post(&agree, &json!({"sha256": sha256("New rules.")})).await.expect(204);
    }
    let listed = agreements().await;
    assert_eq!(listed.len(), 2, "the same version again changes nothing");
    assert_eq!((&listed[0]["is_current"], &listed[1]["is_current"]), (&json!(false), &json!(true)));
}

#[actix_web::test]
async fn the_privacy_notice_has_versions_and_consents_have_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("privacy.md");
    std::fs::write(&path, "# What we keep\n\nLittle.").unwrap();
    let app = TestApp::with(Kind::Sqlite, |config| config.privacy_file = Some(path.clone())).await;
    let ann = app.user("ann").await;
    let notice = app.anonymous().get("/privacy-notice").await.expect(200);
    assert!(notice["html"].as_str().unwrap().contains("Little."), "{notice}");
    ann.post("/me/agreements/privacy", &json!({"sha256": notice["sha256"]})).await.expect(204);
    let listed = ann.get("/me/agreements").await.expect(200);
    assert_eq!(listed["items"][0]["agreed_at"], "2026-12-01T12:00:00Z");
    assert_eq!(listed["items"][0]["is_current"], true);
    std::fs::write(&path, "# What we keep\n\nLess.").unwrap();
    ann.post("/me/agreements/privacy", &json!({"sha256": notice["sha256"]})).await.problem(409, "document_changed");
    assert_eq!(ann.get("/me/agreements").await.expect(200)["items"][0]["is_current"], false);
}

#[actix_web::test]
async fn a_profile_shows_what_is_public_and_ranks_once_the_results_are_out() {
    let app = &TestApp::new().await;
    let host = contest::published(app).await;
    let (ann, id) = member(app, "ann").await;
    let sent = accepted(send(&ann, entry(3), Sending::default()).await);
    score(app).await;
    let told = json!({"title": "How", "markdown": "x", "kind": "write_up", "submission_id": sent["id"]});
    ann.post(&format!("/competitions/{SLUG}/threads"), &told).await.expect(201);
    post_thread(&ann, "Mine").await;
    let profile = async || app.anonymous().get(&format!("/users/{id}")).await.expect(200);
    let shown = profile().await;
    assert_eq!((&shown["name"], &shown["posts"][0]["thread_title"]), (&json!("ann"), &json!("Mine")));
    assert_eq!(app.anonymous().get("/people/Ann").await.expect(200), shown);
    app.anonymous().get("/people/nobody").await.problem(404, "not_found");
    assert_eq!(shown["competitions"][0]["slug"], SLUG);
    for hidden in ["rank", "team", "team_id", "teams", "write_up"] {
        assert_eq!(shown["competitions"][0][hidden], Value::Null, "{hidden}");
    }
    assert!(!shown.to_string().contains("example.org"), "{shown}");
    app.at("2026-12-22T00:00:00Z");
    let host = contest::again(app, &host).await;
    host.post(&format!("/competitions/{SLUG}/release"), &Value::Null).await.expect(200);
    let shown = profile().await;
    assert_eq!(shown["competitions"][0]["rank"], 1);
    assert_eq!(shown["competitions"][0]["team"], "ann");
    assert_eq!(shown["competitions"][0]["teams"], 1);
    assert_eq!(shown["competitions"][0]["write_up"]["title"], "How");
}

#[actix_web::test]
async fn people_are_reminded_once_a_day_before_the_end() {
    let app = &TestApp::new().await;
    contest::published(app).await;
    let (ann, _) = member(app, "ann").await;
    assert_eq!(chores::remind(&app.state).await.unwrap(), 0);
    app.at("2026-12-20T09:00:00Z");
    assert_eq!(chores::remind(&app.state).await.unwrap(), 1);
    assert_eq!(chores::remind(&app.state).await.unwrap(), 0);
    let body = json!({"login": "ann", "password": PASSWORD});
    let answer = app.anonymous().post("/sessions", &body).await;
    let ann = ann.with_cookie(answer.header("set-cookie").unwrap().split(';').next().unwrap());
    assert!(ann.get("/me/notifications").await.text().contains("deadline_soon"));
    app.at("2026-12-21T09:00:00Z");
    assert_eq!(chores::remind(&app.state).await.unwrap(), 0, "it is over");
}

#[actix_web::test]
async fn what_was_kept_long_enough_is_forgotten() {
    let app = &TestApp::new().await;
    contest::published(app).await;
    let (ann, _) = member(app, "ann").await;
    ann.post("/me/tokens", &json!({"name": "t", "scopes": ["read"]})).await.expect(201);
    mail::send_due(&app.state).await.unwrap();
    app.pass(TimeDelta::days(400));
    chores::forget(&app.state).await.unwrap();
    let body = json!({"login": "ann", "password": PASSWORD});
    let answer = app.anonymous().post("/sessions", &body).await;
    let ann = ann.with_cookie(answer.header("set-cookie").unwrap().split(';').next().unwrap());
    assert_eq!(ann.get("/me/notifications").await.expect(200)["items"], json!([]));
    let now = app.now();
    let left = move |conn: &mut Conn| Ok((mails::forget(conn, now)?, limits::forget(conn, now)?));
    assert_eq!(app.state.db.write::<_, StoreError, _>(left).await.unwrap(), (0, 0));
}

#[actix_web::test]
async fn head_answers_like_get_without_the_body() {
    let app = &TestApp::new().await;
    contest::published(app).await;
    let (ann, id) = member(app, "ann").await;
    for path in [
        "/site".to_owned(),
        "/me".to_owned(),
        format!("/users/{id}"),
        format!("/competitions/{SLUG}"),
        format!("/competitions/{SLUG}/leaderboard"),
        format!("/competitions/{SLUG}/files/train.csv"),
        format!("/competitions/{SLUG}/events"),
        "/admin/users".to_owned(),
        "/nothing".to_owned(),
    ] {
        let address = format!("/api/v1{path}");
        let get = ann.open(ann.request(Method::GET, &address).to_request()).await;
        let head = ann.send(ann.request(Method::HEAD, &address)).await;
        assert_eq!(head.status, get.status(), "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-type", "cache-control", "etag", "content-disposition"] {
            assert_eq!(head.headers.get(name), get.headers().get(name), "{path}: {name}");
        }
    }
    // It needs the same rights, and does nothing where there is nothing to get.
    assert_eq!(ann.send(ann.request(Method::HEAD, "/api/v1/me/export")).await.status, 405);
    let anonymous = app.anonymous();
    assert_eq!(anonymous.send(anonymous.request(Method::HEAD, "/api/v1/me/tokens")).await.status, 401);
}
