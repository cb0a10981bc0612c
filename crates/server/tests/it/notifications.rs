//! What people are told, and what they may still see of it.

use actix_web::body::MessageBody as _;
use actix_web::http::Method;
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use podium_server::chores;
use podium_store::notifications::{About, NotificationKind, To, notify};
use podium_store::types::{CompetitionId, CompetitionRole, Slug, TeamId, ThreadId, UserId};
use podium_store::{Conn, StoreError, competitions};
use serde_json::{Value, json};

use crate::contest::{self, SLUG, member, published, settle};
use crate::harness::{Client, TestApp};

async fn tell(app: &TestApp, to: To, kind: NotificationKind, about: About) {
    let now = app.now();
    app.state.db.write::<_, StoreError, _>(move |conn| notify(conn, &to, kind, &about, now)).await.unwrap();
}

async fn competition(app: &TestApp) -> CompetitionId {
    let look = |conn: &mut Conn| competitions::find(conn, &SLUG.parse::<Slug>().unwrap());
    app.state.db.read::<_, StoreError, _>(look).await.unwrap().unwrap().id
}

async fn told(user: &Client<'_>) -> Value {
    user.get("/me/notifications").await.expect(200)
}

#[actix_web::test]
async fn a_notification_names_what_it_is_about() {
    let app = &TestApp::new().await;
    published(app).await;
    let (ann, bob) = (member(app, "Ann").await, member(app, "Bob").await);
    let thread = bob.post(&format!("/competitions/{SLUG}/threads"), &json!({"title": "Why?", "markdown": "x"})).await;
    let thread = thread.expect(201);
    let team =
        ann.get(&format!("/competitions/{SLUG}")).await.expect(200)["membership"]["team"]["id"].as_i64().unwrap();
    let bob_id = bob.user.as_ref().unwrap().id;
    let about = About {
        thread: Some(ThreadId(thread["id"].as_i64().unwrap())),
        team: Some(TeamId(team)),
        actor: Some(bob_id),
        ..About::competition(competition(app).await)
    };
    let ann_id = ann.user.as_ref().unwrap().id;
    tell(app, To::User(ann_id), NotificationKind::Mention, about).await;
    let list = told(&ann).await;
    assert_eq!(list["unread"], 1);
    let item = &list["items"][0];
    assert_eq!(item["kind"], "mention");
    assert_eq!(item["competition"], json!({"slug": SLUG, "title": {"en": "Cells", "ko": "셀"}}));
    assert_eq!(item["thread"], json!({"id": thread["id"], "title": "Why?"}));
    assert_eq!(item["team"]["name"], "Ann");
    assert_eq!(item["actor"]["name"], "Bob");
    assert_eq!(item["is_read"], false);
    let left = ann.post("/me/notifications/read", &json!({"id": item["id"]})).await.expect(200);
    assert_eq!(left["unread"], 0);
    assert_eq!(told(&ann).await["items"][0]["is_read"], true);
    ann.post("/me/notifications/read", &json!({})).await.problem(422, "invalid_input");
}

#[actix_web::test]
async fn no_title_is_shown_after_the_right_to_see_it_was_lost() {
    let app = &TestApp::new().await;
    let host = contest::draft(app).await;
    let co_host = app.host("Carol").await;
    let (id, carol) = (competition(app).await, co_host.user.as_ref().unwrap().id);
    let change = move |conn: &mut Conn| competitions::add_host(conn, id, carol, CompetitionRole::Host);
    app.state.db.write::<_, StoreError, _>(change).await.unwrap();
    let body = json!({"title": "Secret plan", "markdown": "x"});
    let thread = host.post(&format!("/competitions/{SLUG}/threads"), &body).await.expect(201);
    let about = About { thread: Some(ThreadId(thread["id"].as_i64().unwrap())), ..About::competition(id) };
    tell(app, To::User(carol), NotificationKind::Announcement, about).await;
    assert_eq!(told(&co_host).await["items"][0]["thread"]["title"], "Secret plan");

    let change = move |conn: &mut Conn| competitions::remove_host(conn, id, carol);
    app.state.db.write::<_, StoreError, _>(change).await.unwrap();
    let list = told(&co_host).await;
    let item = &list["items"][0];
    assert_eq!((&item["competition"], &item["thread"], &item["actor"]), (&Value::Null, &Value::Null, &Value::Null));
    assert!(!list.to_string().contains("Secret") && !list.to_string().contains(SLUG), "{list}");

    // A deleted thread is gone from the hosts' notifications, too.
    let host_id = host.user.as_ref().unwrap().id;
    tell(app, To::User(host_id), NotificationKind::Announcement, about).await;
    host.delete(&format!("/threads/{}", thread["id"])).await.expect(204);
    assert_eq!(told(&host).await["items"][0]["thread"], Value::Null);
}

/// An open stream; what has come so far.
async fn listen(user: &Client<'_>, path: &str) -> impl FnMut() -> String + use<> {
    let response = user.open(user.request(Method::GET, &format!("/api/v1{path}")).to_request()).await;
    assert_eq!(response.status(), 200);
    let mut body = Box::pin(response.into_body());
    let mut frames = Box::pin(stream::poll_fn(move |cx| {
        body.as_mut().poll_next(cx).map(|frame| frame.map(|bytes| bytes.unwrap_or_else(|e| panic!("{e}"))))
    }));
    move || {
        let mut heard: Vec<Bytes> = vec![];
        while let Some(Some(frame)) = frames.next().now_or_never() {
            heard.push(frame);
        }
        String::from_utf8(heard.concat()).unwrap()
    }
}

#[actix_web::test]
async fn open_pages_of_the_person_and_of_nobody_else_hear_of_it() {
    let app = &TestApp::new().await;
    published(app).await;
    let (ann, bob) = (member(app, "Ann").await, member(app, "Bob").await);
    let mut own = listen(&ann, "/me/events").await;
    let mut page = listen(&ann, &format!("/competitions/{SLUG}/events")).await;
    let mut other = listen(&bob, "/me/events").await;
    let mut guest = listen(&app.anonymous(), &format!("/competitions/{SLUG}/events")).await;
    let ann_id: UserId = ann.user.as_ref().unwrap().id;
    tell(app, To::User(ann_id), NotificationKind::TokenCreated, About::default()).await;
    settle(app).await;
    assert!(own().contains("notification.created"));
    assert!(page().contains("notification.created"));
    assert!(!other().contains("notification.created"));
    assert!(!guest().contains("notification.created"));
    // Signing out closes both of Ann's streams.
    ann.delete("/sessions/current").await.expect(204);
    app.anonymous().get("/me/events").await.problem(401, "sign_in_required");
}

async fn kinds(user: &Client<'_>) -> Vec<String> {
    let list = told(user).await;
    list["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn participants_are_told_when_dates_or_the_text_of_the_rules_change() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let ann = member(app, "Ann").await;
    let rules = format!("/competitions/{SLUG}/pages/rules/en");
    host.put(&rules, &json!({"markdown": "# Text"})).await.expect(200);
    host.put(&format!("/competitions/{SLUG}/pages/overview/en"), &json!({"markdown": "# New"})).await.expect(200);
    assert!(kinds(&ann).await.is_empty(), "the same rules again, and another page");
    host.put(&rules, &json!({"markdown": "# Other rules"})).await.expect(200);
    assert_eq!(kinds(&ann).await, ["rules_changed"]);
    let change = json!({"reason": "A holiday.", "dates": {"end": "2026-12-22T18:00:00"}});
    host.patch(&format!("/competitions/{SLUG}/rules"), &change).await.expect(200);
    assert_eq!(kinds(&ann).await, ["rules_changed", "rules_changed"]);
    assert!(kinds(&host).await.is_empty(), "who did it knows");
}

#[actix_web::test]
async fn participants_are_told_once_that_the_results_are_out() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let ann = member(app, "Ann").await;
    app.at("2026-12-21T09:00:00Z");
    chores::remind(&app.state).await.unwrap();
    let (host, ann) = (contest::again(app, &host).await, contest::again(app, &ann).await);
    assert!(kinds(&ann).await.is_empty(), "the host lets them out");
    for _ in 0..2 {
        host.post(&format!("/competitions/{SLUG}/release"), &Value::Null).await.expect(200);
        chores::remind(&app.state).await.unwrap();
    }
    assert_eq!(kinds(&ann).await, ["scores_released"]);
}

#[actix_web::test]
async fn participants_are_told_of_results_that_come_out_at_their_date() {
    let app = &TestApp::new().await;
    let host = app.host("Hana").await;
    let mut manifest = contest::manifest();
    manifest["dates"]["private_release"] = json!(24);
    contest::make(&host, &manifest).await;
    host.post(&format!("/competitions/{SLUG}/publish"), &Value::Null).await.expect(200);
    let ann = member(app, "Ann").await;
    app.at("2026-12-22T08:59:59Z");
    chores::remind(&app.state).await.unwrap();
    assert!(kinds(&contest::again(app, &ann).await).await.is_empty());
    app.at("2026-12-22T09:00:00Z");
    for _ in 0..2 {
        chores::remind(&app.state).await.unwrap();
    }
    assert_eq!(kinds(&contest::again(app, &ann).await).await, ["scores_released"]);
}

#[actix_web::test]
async fn a_score_is_told_to_those_who_asked_for_it_and_a_failure_to_the_whole_team() {
    let app = &TestApp::new().await;
    published(app).await;
    let (ann, admin) = (member(app, "Ann").await, app.admin("root").await);
    contest::accepted(contest::send(&ann, contest::entry(1), contest::Sending::default()).await);
    contest::score(app).await;
    assert!(kinds(&ann).await.is_empty(), "nobody asked");
    ann.patch("/me/mail-settings", &json!({"topic": "entries", "is_on": true})).await.expect(200);
    let second = contest::accepted(contest::send(&ann, contest::entry(2), contest::Sending::default()).await);
    contest::score(app).await;
    assert_eq!(told(&ann).await["items"][0]["submission"]["id"], second["id"]);
    assert_eq!(kinds(&ann).await, ["entry_scored"]);
    ann.patch("/me/mail-settings", &json!({"topic": "entries", "is_on": false})).await.expect(200);
    contest::accepted(contest::send(&ann, contest::entry(3), contest::Sending::default()).await);
    let job = admin.get("/admin/jobs").await.expect(200)["items"][0]["id"].clone();
    admin.post(&format!("/admin/jobs/{job}/cancel"), &Value::Null).await.expect(204);
    assert_eq!(kinds(&ann).await, ["entry_failed", "entry_scored"]);
}

#[actix_web::test]
async fn a_person_is_told_that_their_account_has_another_role() {
    let app = &TestApp::new().await;
    let (ann, admin) = (app.user("Ann").await, app.admin("root").await);
    let path = format!("/admin/users/{}", ann.user.as_ref().unwrap().id);
    admin.patch(&path, &json!({"role": "host"})).await.expect(200);
    admin.patch(&path, &json!({"role": "host"})).await.expect(200);
    assert_eq!(kinds(&ann).await, ["role_changed"]);
    assert_eq!(told(&ann).await["items"][0]["actor"]["name"], "root");
}
