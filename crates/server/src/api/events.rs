//! Live changes of a competition as server-sent events.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use podium_store::Conn;
use podium_store::StoreError;
use podium_store::events::{self, Event, EventKind};
use podium_store::types::EventId;

use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen};
use crate::live::feed::leaderboard_frame;
use crate::live::frame;
use crate::metrics::Metrics;
use crate::problem::{ApiResult, Problem};

/// Events that are sent to a listener who comes back; whoever missed more loads the page anew.
const MOST_MISSED: i64 = 500;
/// Time after which a browser connects again.
const RETRY: Duration = Duration::from_secs(2);

/// Streams what happens in a competition
///
/// Server-sent events: `submission.changed {id, state}` (one's own team only), `leaderboard.changed {version}`,
/// `thread.created {id}`, `post.created {id, thread}`, `notification.created {}` (ask for what is unread). `Last-Event-ID` resumes; `stream.reset` says that too much was
/// missed and the page is to be loaded anew.
#[utoipa::path(
    tag = "leaderboard",
    params(
        ("slug" = String, Path),
        ("last-event-id" = Option<i64>, Header, description = "Resume after this event"),
    ),
    responses((status = 200, body = String, content_type = "text/event-stream"), Problem)
)]
#[get("/competitions/{slug}/events")]
pub(crate) async fn stream_events(
    state: web::Data<AppState>,
    seen: Seen,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let competition = seen.competition.id;
    let team = seen.membership.map(|membership| membership.team.id);
    let user = seen.user.map(|user| user.user.id);
    let last = request.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<EventId>().ok());

    // First listen, then look what was missed: what happens in between comes by both ways and is sent once.
    let listener = state.live.subscribe(competition, team, user);
    let missed = match last {
        None => Vec::new(),
        Some(last) => {
            let read = move |conn: &mut Conn| events::since_for(conn, competition, team, last, MOST_MISSED + 1);
            replay(state.db.read::<_, StoreError, _>(read).await?)
        }
    };
    Ok(answer(listener.frames(missed), &state))
}

/// Streams what is told to oneself
///
/// Server-sent events: `notification.created {}`. Pages of a competition hear the same on that competition's stream.
#[utoipa::path(tag = "notifications", responses((status = 200, body = String, content_type = "text/event-stream"), Problem))]
#[get("/me/events")]
pub(crate) async fn stream_my_events(state: web::Data<AppState>, me: CurrentUser) -> HttpResponse {
    answer(state.live.subscribe_user(me.user.id).frames(Vec::new()), &state)
}

fn answer(frames: impl Stream<Item = Bytes> + 'static, state: &AppState) -> HttpResponse {
    let greeting = Bytes::from(format!("retry: {}\n\n", RETRY.as_millis()));
    let frames = futures_util::stream::iter([greeting]).chain(frames);
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // nginx would collect the stream until its buffer is full.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(counted(frames, state.metrics.clone()))
}

/// The frames of missed events. Any number of board changes is one.
fn replay(missed: Vec<Event>) -> Vec<(EventId, Bytes)> {
    let Some(newest) = missed.last().map(|event| event.id) else { return Vec::new() };
    if missed.len() as i64 > MOST_MISSED {
        return vec![(newest, frame(newest, "stream.reset", "{}"))];
    }
    let board = missed.iter().any(|event| event.kind == EventKind::LeaderboardChanged);
    let others = missed.into_iter().filter(|event| event.kind != EventKind::LeaderboardChanged);
    let mut frames: Vec<(EventId, Bytes)> =
        others.map(|event| (event.id, frame(event.id, event.kind.as_str(), event.payload.as_str()))).collect();
    if board {
        frames.push((newest, leaderboard_frame(newest)));
    }
    frames
}

/// Counts the stream while it is open.
fn counted(frames: impl Stream<Item = Bytes>, metrics: Metrics) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    struct Open(Metrics);
    impl Drop for Open {
        fn drop(&mut self) {
            self.0.streams.dec();
        }
    }
    metrics.streams.inc();
    let open = Open(metrics);
    frames.map(move |frame| {
        let _ = &open;
        Ok(frame)
    })
}
