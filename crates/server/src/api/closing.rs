//! The private leaderboard once it is out, the leaderboards as files, and how a team's score got better.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use podium_store::competitions::Competition;
use podium_store::ranking::Names;
use podium_store::types::{TeamId, UtcTime};
use podium_store::{Conn, StoreError, submissions, teams};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::leaderboard::{BracketQuery, CsvQuery, bracket_of, bracket_shown, harmless};
use crate::app::AppState;
use crate::auth::extract::Seen;
use crate::board::closing::{ClosingBoard, ClosingRow};
use crate::board::page::{Page, Part};
use crate::file_name;
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::score_text::ScoreText;

/// Rows on a page when nothing is said.
const PAGE: usize = 50;
/// Most rows on a page.
const MAX_PAGE: usize = 1_000;

/// Which part of the private leaderboard.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ClosingQuery {
    /// `next` of the page before.
    pub(super) cursor: Option<String>,
    /// Rows on a page, 1 to 1,000; 50 when left out.
    pub(super) limit: Option<usize>,
    /// Only the teams of this bracket, with ranks of their own.
    pub(super) bracket: Option<String>,
}

/// A page of the private leaderboard.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingView {
    /// Always `private`.
    #[schema(value_type = String)]
    board: &'static str,
    /// The ranking metric.
    metric: String,
    /// The bracket whose teams stand here, with ranks of their own; none when all do.
    bracket: Option<String>,
    /// Teams with a rank.
    teams: usize,
    /// Mean places moved against the public leaderboard, over the number of teams.
    shake_up: Option<f64>,
    /// The row of the caller's team.
    mine: Option<ClosingRow>,
    /// The rows, best first.
    items: Vec<ClosingRow>,
    /// Cursor of the next page.
    next: Option<String>,
}

/// The page that a query asks for.
pub(super) fn page(
    board: &ClosingBoard,
    metric: &str,
    mine: Option<TeamId>,
    query: &ClosingQuery,
) -> ApiResult<ClosingView> {
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(ApiError::new(Code::InvalidRequest, format!("'limit' must be 1 to {MAX_PAGE}.")));
    }
    let from: usize = query.cursor.as_deref().map(str::parse).transpose().map_err(|_| no_page())?.unwrap_or(0);
    let end = from.saturating_add(limit);
    Ok(ClosingView {
        board: "private",
        metric: metric.to_owned(),
        bracket: query.bracket.clone(),
        teams: board.rows.iter().filter(|row| !row.is_benchmark).count(),
        shake_up: board.shake_up(),
        mine: mine.and_then(|team| board.row(team)).cloned(),
        items: board.rows.iter().skip(from).take(limit).cloned().collect(),
        next: (end < board.rows.len()).then(|| end.to_string()),
    })
}

fn no_page() -> ApiError {
    ApiError::new(Code::InvalidRequest, "There is no such page.")
}

/// Shows a page of the private leaderboard, once it is out
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), ClosingQuery),
    responses((status = 200, body = ClosingView), Problem)
)]
#[get("/competitions/{slug}/leaderboard/private")]
pub(crate) async fn find_private_leaderboard(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<ClosingQuery>,
) -> ApiResult<web::Json<ClosingView>> {
    let mine = seen.membership.as_ref().map(|membership| membership.team.id);
    let metric = seen.competition.metric.clone();
    let board = released(&state, seen, query.bracket.as_deref()).await?;
    Ok(web::Json(page(&board, metric.as_str(), mine, &query)?))
}

/// The private board of all teams or of a bracket, if it is out.
async fn released(state: &AppState, seen: Seen, bracket: Option<&str>) -> ApiResult<Arc<ClosingBoard>> {
    let released = seen.competition.released(state.clock.now()).ok_or(Code::NotRevealed)?;
    let live = state.boards.get(seen.competition.id).await?;
    let bracket = bracket_of(&live.read().heading, bracket)?;
    Ok(state.boards.closing(seen.competition, released, bracket).await?)
}

/// Downloads the private leaderboard as CSV, once it is out
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), CsvQuery),
    responses((status = 200, body = String, content_type = "text/csv"), Problem)
)]
#[get("/competitions/{slug}/leaderboard/private.csv")]
pub(crate) async fn export_private_leaderboard(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<CsvQuery>,
) -> ApiResult<HttpResponse> {
    let name = format!("{}-private-leaderboard.csv", seen.competition.slug);
    let metric = seen.competition.metric.clone();
    let board = released(&state, seen, query.bracket.as_deref()).await?;
    let table = csv_of(&board, metric.as_str(), query.bom).map_err(ApiError::internal)?;
    Ok(file(&name, "text/csv; charset=utf-8", table))
}

fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::CONTENT_DISPOSITION, file_name::attachment(name)))
        .body(bytes)
}

/// The private board as a table that no spreadsheet takes for a formula.
pub(super) fn csv_of(board: &ClosingBoard, metric: &str, bom: bool) -> Result<Vec<u8>, csv::Error> {
    let mut table = if bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = csv::Writer::from_writer(&mut table);
    let private = format!("private_{metric}");
    let public = format!("public_{metric}");
    let columns = ["rank", "public_rank", "moved", "team", "members"].into_iter();
    let bracket = board.has_brackets.then_some("bracket");
    let scores = [private.as_str(), "standard_error", &public, "entry", "accepted_at", "entries"];
    writer.write_record(columns.chain(bracket).chain(scores))?;
    fn text<T: ToString>(value: Option<T>) -> String {
        value.map_or_else(String::new, |value| value.to_string())
    }
    for row in &board.rows {
        let (team, members) = (harmless(&row.team).into_owned(), harmless(&row.members.join(", ")).into_owned());
        let who = [text(row.rank), text(row.public_rank), text(row.moved), team, members].into_iter();
        let bracket = board.has_brackets.then(|| row.bracket.clone().unwrap_or_default());
        let scores = [
            text(row.score),
            text(row.standard_error),
            row.public_score.to_string(),
            text(row.number),
            row.accepted_at.to_string(),
            row.entries.to_string(),
        ];
        writer.write_record(who.chain(bracket).chain(scores))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(table)
}

/// Downloads the whole public leaderboard as JSON
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), BracketQuery),
    responses((status = 200, body = crate::board::page::LeaderboardView<'static>), Problem)
)]
#[get("/competitions/{slug}/leaderboard.json")]
pub(crate) async fn export_leaderboard_json(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<BracketQuery>,
) -> ApiResult<HttpResponse> {
    let live = state.boards.get(seen.competition.id).await?;
    let (name, now) = (format!("{}-leaderboard.json", seen.competition.slug), state.clock.now());
    let bracket = bracket_shown(&live.read().heading, query.bracket.as_deref(), now)?;
    let write = tokio::task::spawn_blocking(move || {
        let state = live.read();
        let phase = state.heading.phase(now);
        Page::write(&state.board, state.version.0, &state.heading, phase, Part::whole(bracket))
    });
    let page = write.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(file(&name, "application/json", page.json.to_vec()))
}

/// Whose history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The team's number, as on the leaderboard.
    team: i64,
}

/// How a team's public score got better.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryView {
    /// The team's number.
    team_id: i64,
    /// Its entries that were its best when they came, the oldest first.
    items: Vec<HistoryPoint>,
}

/// A best score of a team.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryPoint {
    /// When the entry was accepted.
    #[schema(value_type = String, format = DateTime)]
    at: UtcTime,
    /// Its public score.
    score: ScoreText,
}

/// Shows how a team's public score got better: what the leaderboard showed, over time
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), HistoryQuery),
    responses((status = 200, body = HistoryView), Problem)
)]
#[get("/competitions/{slug}/leaderboard/history")]
pub(crate) async fn find_history(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<HistoryQuery>,
) -> ApiResult<web::Json<HistoryView>> {
    let (team, now) = (TeamId(query.team), state.clock.now());
    if !shows_history(&seen, team, now) {
        return Err(ApiError::new(Code::NotFound, "Names are hidden until the end; each team sees its own history."));
    }
    let found = state.db.read(move |conn: &mut Conn| history(conn, &seen.competition, team, now)).await?;
    Ok(web::Json(found.ok_or(Code::NotFound)?))
}

/// Whether the caller may read a team's history: while names are hidden it would tell whose row is whose.
pub(super) fn shows_history(seen: &Seen, team: TeamId, now: UtcTime) -> bool {
    let is_own = seen.membership.as_ref().is_some_and(|membership| membership.team.id == team);
    let names = seen.competition.board_rules().names_at(seen.competition.dates.ends_at, now);
    names != Names::Hidden || is_own || seen.is_host
}

/// How the public score of a team got better; none where the competition has no such team.
pub(super) fn history(
    conn: &mut Conn,
    competition: &Competition,
    team: TeamId,
    now: UtcTime,
) -> Result<Option<HistoryView>, StoreError> {
    if teams::find(conn, team)?.is_none_or(|team| team.competition_id != competition.id) {
        return Ok(None);
    }
    let points = submissions::improvements(conn, competition, team, now)?;
    let items = points.into_iter().map(|(at, score)| HistoryPoint { at, score: ScoreText(score.get()) }).collect();
    Ok(Some(HistoryView { team_id: team.0, items }))
}
