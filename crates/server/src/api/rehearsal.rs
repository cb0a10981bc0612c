//! Rehearsal: a host sees the competition and its boards as of another instant, past or future, and changes nothing.
//!
//! Hosts only, every look is in the audit log, and nothing is cached. A look is a host, an instant, and what is looked at:
//! the competition with its public board, or its private board. A page asks for these at three addresses; each of them
//! writes the look down, and none does so within a minute of another that did. As of an instant after the end the private board is
//! shown as if it were out: hosts have the solution, so it tells them nothing that they could not compute.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use chrono::TimeDelta;
use podium_store::audit::{self, Action, Entry};
use podium_store::types::UtcTime;
use podium_store::{Conn, StoreError};
use serde::Deserialize;
use utoipa::IntoParams;

use super::closing::{ClosingQuery, ClosingView, page};
use super::competitions::{CompetitionView, view};
use super::leaderboard::{bracket_of, bracket_shown};
use crate::app::AppState;
use crate::auth::extract::{Host, Seen};
use crate::board::closing::ClosingBoard;
use crate::board::page::{LeaderboardView, Part};
use crate::board::registry::{BoardError, LiveBoard};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// What one sees of the competition and of its public board.
const COMPETITION: &str = "competition";
/// What one sees of its private board.
const PRIVATE_BOARD: &str = "private leaderboard";
/// How long the same look is written down once.
const LOOK: TimeDelta = TimeDelta::minutes(1);
/// Rows of a rehearsed public board; a host looks at the top and at the shape.
const ROWS: usize = 1_000;

/// The instant to look at.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RehearsalQuery {
    /// Any instant, `2026-12-21T09:00:00Z`.
    #[param(value_type = String, format = DateTime)]
    as_of: UtcTime,
}

/// The instant and the part of the board to look at.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BoardRehearsalQuery {
    /// Any instant, `2026-12-21T09:00:00Z`.
    #[param(value_type = String, format = DateTime)]
    as_of: UtcTime,
    /// Only the teams of this bracket, with ranks of their own.
    bracket: Option<String>,
}

fn not_kept(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").insert_header((header::CACHE_CONTROL, "no-store")).body(body)
}

/// Writes down that a host looked, once a minute.
async fn note(state: &AppState, host: &Host, as_of: UtcTime, what: &str) -> ApiResult<()> {
    let now = state.clock.now();
    let entry = Entry::new(host.user.actor(), Action::Rehearsed, host.competition.slug.as_str())
        .of(host.competition.id)
        .with("as_of", as_of.to_string())
        .with("what", what);
    state.db.write::<_, StoreError, _>(move |conn| audit::record_once(conn, &entry, now.plus(-LOOK), now)).await?;
    Ok(())
}

/// Shows the competition as of another instant, as its host
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), RehearsalQuery),
    responses((status = 200, body = CompetitionView), Problem)
)]
#[get("/competitions/{slug}/rehearsal")]
pub(crate) async fn rehearse_competition(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<RehearsalQuery>,
) -> ApiResult<HttpResponse> {
    let as_of = query.as_of;
    note(&state, &host, as_of, COMPETITION).await?;
    let Host { competition, user } = host;
    let now = state.clock.now();
    let read = move |conn: &mut Conn| {
        let seen = Seen::find(conn, competition.id, Some(user), now)?;
        view(conn, seen, as_of)
    };
    let view = state.db.read::<_, ApiError, _>(read).await?;
    Ok(not_kept(serde_json::to_vec(&view).map_err(ApiError::internal)?))
}

/// Shows the public leaderboard as of another instant
///
/// Made from entries accepted before the instant, with today's scores and settings: at most 1,000 rows.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), BoardRehearsalQuery),
    responses((status = 200, body = LeaderboardView<'static>), Problem)
)]
#[get("/competitions/{slug}/rehearsal/leaderboard")]
pub(crate) async fn rehearse_leaderboard(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<BoardRehearsalQuery>,
) -> ApiResult<HttpResponse> {
    let as_of = query.as_of;
    note(&state, &host, as_of, COMPETITION).await?;
    let read = move |conn: &mut Conn| LiveBoard::load_as_of(conn, &host.competition, as_of);
    let board = state.db.read::<_, BoardError, _>(read).await?;
    let bracket = bracket_shown(&board.read().heading, query.bracket.as_deref(), as_of)?;
    let page = board.page(Part { bracket, from: 0, limit: ROWS }, as_of).map_err(ApiError::internal)?;
    Ok(not_kept(page.json.to_vec()))
}

/// Shows the private leaderboard as of an instant after the end, as if it were out
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), BoardRehearsalQuery),
    responses((status = 200, body = ClosingView), Problem)
)]
#[get("/competitions/{slug}/rehearsal/leaderboard/private")]
pub(crate) async fn rehearse_private_leaderboard(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<BoardRehearsalQuery>,
) -> ApiResult<HttpResponse> {
    let as_of = query.as_of;
    let released = host.competition.released_in_rehearsal(as_of).ok_or_else(|| {
        ApiError::new(Code::NotRevealed, "There is no private leaderboard before the end; look at an instant after it.")
    })?;
    note(&state, &host, as_of, PRIVATE_BOARD).await?;
    let competition = host.competition;
    let metric = competition.metric.clone();
    let read = move |conn: &mut Conn| {
        // As after the reveal: nothing is frozen out any more.
        let mut open = competition;
        open.dates.freezes_at = None;
        let public = LiveBoard::load_as_of(conn, &open, as_of)?;
        let board = ClosingBoard::load(conn, open.id, &released, Some(as_of), &public)?;
        Ok((public, board))
    };
    let (public, board) = state.db.read::<_, BoardError, _>(read).await?;
    let bracket = bracket_of(&public.read().heading, query.bracket.as_deref())?;
    let board = board.of(bracket, &public);
    let view = page(&board, metric.as_str(), None, &ClosingQuery { limit: Some(ROWS), ..ClosingQuery::default() })?;
    Ok(not_kept(serde_json::to_vec(&view).map_err(ApiError::internal)?))
}
