//! Live events: what a page hears, and what it does not.

use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::http::Method;
use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use podium_store::StoreError;
use podium_store::events::{self, Audience, EventKind};
use podium_store::types::CompetitionId;
use serde_json::{Value, json};

use crate::contest::{self, SLUG, Sending, accepted, entry, member, published, score, send, settle};
use crate::harness::{Client, TestApp};

/// An open stream of events.
struct Listener(Pin<Box<dyn Stream<Item = Bytes>>>);

#[derive(Debug, PartialEq)]
struct Event {
    id: i64,
    kind: String,
    data: Value,
}

async fn listen(user: &Client<'_>, last: Option<i64>) -> Listener {
    let mut request = user.request(Method::GET, &format!("/api/v1/competitions/{SLUG}/events"));
    if let Some(last) = last {
        request = request.insert_header(("last-event-id", last.to_string()));
    }
    let response = user.open(request.to_request()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().get("content-type").unwrap(), "text/event-stream");
    assert_eq!(response.headers().get("cache-control").unwrap(), "no-store");
    let mut body = Box::pin(response.into_body());
    let mut frames: Pin<Box<dyn Stream<Item = Bytes>>> = Box::pin(stream::poll_fn(move |cx| {
        body.as_mut().poll_next(cx).map(|frame| frame.map(|bytes| bytes.unwrap_or_else(|e| panic!("{e}"))))
    }));
    assert_eq!(frames.next().await.unwrap(), "retry: 2000\n\n");
    Listener(frames)
}

impl Listener {
    /// What has come so far.
    fn heard(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(Some(frame)) = self.0.next().now_or_never() {
            let text = String::from_utf8(frame.to_vec()).unwrap();
            let mut lines = text.lines();
            let mut field = |name: &str| lines.next().unwrap().strip_prefix(name).unwrap().to_owned();
            let (id, kind) = (field("id: ").parse().unwrap(), field("event: "));
            events.push(Event { id, kind, data: serde_json::from_str(&field("data: ")).unwrap() });
        }
        events
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.0.next().now_or_never(), Some(None))
    }
}

fn kinds(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.kind.as_str()).collect()
}

#[actix_web::test]
async fn a_score_moves_the_board_of_everybody_and_is_told_to_its_team_only() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let bob = member(app, "Bob").await;
    let (mut own, mut rival, mut guest) =
        (listen(&ann, None).await, listen(&bob, None).await, listen(&app.anonymous(), None).await);
    let sent = accepted(send(&ann, entry(3), Sending::default()).await);
    score(app).await;
    let heard = own.heard();
    assert_eq!(
        kinds(&heard),
        ["submission.changed", "submission.changed", "submission.changed", "leaderboard.changed"]
    );
    let states: Vec<&Value> = heard[..3].iter().map(|event| &event.data["state"]).collect();
    assert_eq!(states, ["queued", "scoring", "scored"]);
    assert_eq!(heard[0].data["id"], sent["id"]);
    for listener in [&mut rival, &mut guest] {
        assert_eq!(kinds(&listener.heard()), ["leaderboard.changed"]);
    }
    let board = ann.get(&format!("/competitions/{SLUG}/leaderboard")).await.expect(200);
    assert_eq!(heard[3].data, json!({"version": board["version"]}));
}

#[actix_web::test]
async fn a_listener_who_comes_back_hears_what_was_missed_once() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let bob = member(app, "Bob").await;
    let mut first = listen(&ann, None).await;
    accepted(send(&ann, entry(1), Sending::default()).await);
    score(app).await;
    let last = first.heard().last().unwrap().id;
    drop(first);
    // Several changes of the board come back as one.
    for right in [2, 3] {
        accepted(send(&ann, entry(right), Sending::default()).await);
        accepted(send(&bob, entry(right), Sending::default()).await);
        score(app).await;
    }
    let mut again = listen(&ann, Some(last)).await;
    let heard = again.heard();
    assert_eq!(heard.iter().filter(|event| event.kind == "submission.changed").count(), 6);
    assert_eq!(heard.iter().filter(|event| event.kind == "leaderboard.changed").count(), 1);
    assert!(heard.windows(2).all(|pair| pair[0].id <= pair[1].id));
    assert_eq!(again.heard(), []);
    let mut caught_up = listen(&ann, heard.last().map(|event| event.id)).await;
    assert_eq!(caught_up.heard(), []);
}

#[actix_web::test]
async fn whoever_was_away_too_long_is_told_to_load_anew() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let append = |conn: &mut podium_store::Conn| {
        let everybody = Audience::Everybody(CompetitionId(1));
        let now = "2026-12-01T12:00:00Z".parse().unwrap();
        for n in 0..501 {
            events::append(conn, everybody, EventKind::ThreadCreated, &json!({"id": n}), now)?;
        }
        Ok::<_, StoreError>(())
    };
    let start = app.state.db.read::<_, StoreError, _>(events::latest).await.unwrap().0;
    app.state.db.write(append).await.unwrap();
    assert_eq!(listen(&ann, Some(start + 1)).await.heard().len(), 500);
    let heard = listen(&ann, Some(start)).await.heard();
    assert_eq!(kinds(&heard), ["stream.reset"]);
    assert_eq!(heard[0].id, start + 501);
}

#[actix_web::test]
async fn streams_end_with_the_server_and_with_the_rights_of_their_account() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let bob = member(app, "Bob").await;
    let (mut own, mut other) = (listen(&ann, None).await, listen(&bob, None).await);
    ann.delete("/sessions/current").await.expect(204);
    assert!(own.has_ended());
    assert!(!other.has_ended());
    app.state.shutdown.cancel();
    assert!(other.has_ended());
}

#[actix_web::test]
async fn joining_opens_the_streams_of_a_page_anew() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = app.user("Ann").await;
    let mut before = listen(&ann, None).await;
    contest::join(&ann).await;
    assert!(before.has_ended());
    let mut after = listen(&ann, None).await;
    accepted(send(&ann, entry(3), Sending::default()).await);
    settle(app).await;
    assert_eq!(kinds(&after.heard()), ["submission.changed"]);
}

#[actix_web::test]
async fn a_draft_is_not_heard_by_others() {
    let app = &TestApp::new().await;
    contest::draft(app).await;
    app.anonymous().get(&format!("/competitions/{SLUG}/events")).await.problem(404, "not_found");
}
