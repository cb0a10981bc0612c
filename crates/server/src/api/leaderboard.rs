//! The public leaderboard: pages, one's own row, the whole as CSV. All come from the board in memory.
//!
//! A page of a published competition costs no query, no session and no serialisation: its bytes are the same for
//! everybody, so it is looked up by its address alone, and a credential that came along is not looked at.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, EntityTag, HeaderMap};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, get, web};
use podium_store::types::{CompetitionId, Slug, UtcTime, Visibility, fold_name};
use podium_store::{StoreError, competitions};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::AppState;
use crate::auth::extract::Seen;
use crate::board::page::{Heading, LeaderboardView, Part, StandingView};
use crate::board::registry::{BoardError, State};
use crate::board::{Key, Placed, Ranking};
use crate::download::is_fresh;
use crate::file_name;
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::score_text::ScoreText;
use podium_store::ranking::Names;

/// Rows on a page when nothing is said.
const PAGE: usize = 50;
/// Most rows on a page.
const MAX_PAGE: usize = 1_000;

/// Most teams that a search finds.
const FOUND: usize = 20;

/// Which part of the board.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeaderboardQuery {
    /// `next` or `previous` of another page.
    cursor: Option<String>,
    /// The page that holds this rank, instead of a cursor.
    around: Option<usize>,
    /// The page that holds this team, instead of a cursor; the first page where it has no rank.
    team: Option<i64>,
    /// Teams on a page, 1 to 1,000; 50 when left out.
    limit: Option<usize>,
    /// Only the teams of this bracket, with ranks of their own.
    bracket: Option<String>,
}

/// Which teams to rank.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct BracketQuery {
    /// Only the teams of this bracket, with ranks of their own.
    pub(super) bracket: Option<String>,
}

/// The bracket of this name, by its place among the competition's.
pub(super) fn bracket_of(heading: &Heading, name: Option<&str>) -> ApiResult<Option<u16>> {
    let Some(name) = name else { return Ok(None) };
    heading.bracket(name).map(Some).ok_or_else(|| {
        let message = match heading.brackets.as_slice() {
            [] => "This competition has no brackets; leave out 'bracket'.".to_owned(),
            names => format!("There is no bracket '{name}'; there are: {}.", names.join(", ")),
        };
        ApiError::new(Code::InvalidRequest, message)
    })
}

/// [`bracket_of`], unless names are hidden: the rows of a bracket of few teams would tell whose they are.
pub(super) fn bracket_shown(heading: &Heading, name: Option<&str>, now: UtcTime) -> ApiResult<Option<u16>> {
    let bracket = bracket_of(heading, name)?;
    if bracket.is_some() && heading.phase(now).names == Names::Hidden {
        let message = "Names are hidden until the end, and with them who is in which bracket; leave out 'bracket'.";
        return Err(ApiError::new(Code::NotFound, message));
    }
    Ok(bracket)
}

/// Shows a page of the public leaderboard
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), LeaderboardQuery),
    responses((status = 200, body = LeaderboardView<'static>), (status = 304, description = "Not changed"), Problem)
)]
#[get("/competitions/{slug}/leaderboard")]
pub(crate) async fn find_leaderboard(
    state: web::Data<AppState>,
    slug: web::Path<String>,
    query: web::Query<LeaderboardQuery>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(ApiError::new(Code::InvalidRequest, format!("'limit' must be 1 to {MAX_PAGE}.")));
    }
    let (competition, is_published) = visible(&state, &slug, &request).await?;
    let live = state.boards.get(competition).await?;
    let now = state.clock.now();
    let bracket = bracket_shown(&live.read().heading, query.bracket.as_deref(), now)?;
    // Pages that begin at multiples of the limit are the same bytes for all who look around near ranks.
    let page_of = |rank: usize, teams: usize| rank.clamp(1, teams.max(1)).saturating_sub(1) / limit * limit;
    let from = match (&query.cursor, query.around, query.team) {
        (None, None, None) => 0,
        (Some(cursor), None, None) => position(live.read().board.of(bracket), cursor)?,
        (None, Some(rank), None) => page_of(rank, live.read().board.of(bracket).teams()),
        (None, None, Some(team)) => {
            let state = live.read();
            let is_hidden = state.heading.phase(now).names == Names::Hidden;
            let ranking = state.board.of(bracket);
            page_of(if is_hidden { 1 } else { ranking.rank(team).unwrap_or(1) }, ranking.teams())
        }
        _ => return Err(ApiError::new(Code::InvalidRequest, "Give one of 'cursor', 'around' and 'team'.")),
    };
    let page = live.page(Part { bracket, from, limit }, now).map_err(ApiError::internal)?;

    let brotli = if accepts_brotli(request.headers()) { page.brotli() } else { None };
    let tag = if brotli.is_some() { &page.etag_brotli } else { &page.etag };
    let etag = EntityTag::new_strong(tag.clone());
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, if is_published { "public, no-cache" } else { "private, no-store" }))
        .insert_header((header::VARY, "accept-encoding"));
    if is_fresh(&request, &etag) {
        return Ok(response.insert_header(header::ETag(etag)).status(StatusCode::NOT_MODIFIED).finish());
    }
    response.insert_header(header::ETag(etag)).content_type("application/json");
    Ok(match brotli {
        Some(bytes) => response.insert_header((header::CONTENT_ENCODING, "br")).body(bytes),
        None => response.body(page.json.clone()),
    })
}

/// The competition of the address, for whoever asks, and whether everybody may see it.
async fn visible(state: &AppState, slug: &str, request: &HttpRequest) -> ApiResult<(CompetitionId, bool)> {
    if let Some(competition) = state.boards.published(slug) {
        return Ok((competition, true));
    }
    let (name, now) = (slug.parse::<Slug>().map_err(|_| Code::NotFound)?, state.clock.now());
    let found = state.db.read::<_, StoreError, _>(move |conn| competitions::find(conn, &name)).await?;
    let found = found.ok_or(Code::NotFound)?;
    let is_published = found.dates.published_at.is_some_and(|published| published <= now);
    if is_published && found.visibility == Visibility::Public {
        state.boards.remember_published(slug, found.id);
        return Ok((found.id, true));
    }
    // A draft, or a private competition: those who see it may look.
    let seen = Seen::from_request(request, &mut dev::Payload::None).await.map_err(from_extractor)?;
    Ok((seen.competition.id, false))
}

/// Extractors wrap their problem for actix; this takes it out again.
fn from_extractor(error: actix_web::Error) -> ApiError {
    match error.as_error::<ApiError>() {
        Some(problem) => ApiError::from(problem.code()),
        None => ApiError::internal(error.to_string()),
    }
}

fn position(ranking: Ranking<'_>, cursor: &str) -> ApiResult<usize> {
    if cursor == "start" {
        return Ok(0);
    }
    if let Some(position) = cursor.strip_prefix("at").and_then(|number| number.parse().ok()) {
        return Ok(position);
    }
    let key = Key::from_cursor(cursor).ok_or_else(|| ApiError::new(Code::InvalidRequest, "There is no such page."))?;
    Ok(ranking.position_after(key))
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("br") && !matches!(parameters.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

/// What to look for on the board.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// A part of the name of a team or a member, whatever its case.
    q: String,
    /// Only the teams of this bracket, with ranks of their own.
    bracket: Option<String>,
}

/// Rows that were looked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundStandings<'a> {
    /// The best 20 of them, best first.
    items: Vec<StandingView<'a>>,
}

/// Finds teams of the public leaderboard by name
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), SearchQuery),
    responses((status = 200, body = FoundStandings<'static>), Problem)
)]
#[get("/competitions/{slug}/leaderboard/search")]
pub(crate) async fn search_leaderboard(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<SearchQuery>,
) -> ApiResult<HttpResponse> {
    let live = state.boards.get(seen.competition.id).await?;
    let key = fold_name(&query.q);
    let now = state.clock.now();
    let bracket = bracket_shown(&live.read().heading, query.bracket.as_deref(), now)?;
    // Folding the names of 100,000 teams takes about 20 ms.
    let search = tokio::task::spawn_blocking(move || {
        let state = live.read();
        let names = state.heading.phase(now).names;
        // A search would tell whose row is whose.
        let found = match names {
            Names::Real if !key.is_empty() => state.board.of(bracket).search(&key, FOUND),
            Names::Team if !key.is_empty() => {
                let mut found = state.board.of(bracket).search(&key, FOUND);
                found.retain(|placed| fold_name(placed.row.name()).contains(&key));
                found
            }
            _ => vec![],
        };
        let items = found.into_iter().map(|placed| StandingView::new(placed, &state.heading, names, 0)).collect();
        serde_json::to_vec(&FoundStandings { items })
    });
    let json = search.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok().content_type("application/json").body(json))
}

/// One's own row
#[derive(Debug, Serialize, ToSchema)]
pub struct MyStanding<'a> {
    /// The row of the caller's team, with its names; none before its first score, or in another bracket than was asked
    /// for.
    standing: Option<StandingView<'a>>,
    /// Teams with a rank.
    teams: usize,
    /// Share of the teams, in percent, that stand at this rank or better: 1 of 40 is the best 2.5.
    top_percent: Option<f64>,
}

/// Shows the row of one's own team
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), BracketQuery),
    responses((status = 200, body = MyStanding<'static>), Problem)
)]
#[get("/competitions/{slug}/leaderboard/mine")]
pub(crate) async fn find_my_standing(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<BracketQuery>,
) -> ApiResult<HttpResponse> {
    let Some(membership) = seen.membership else {
        return Ok(HttpResponse::Ok().json(MyStanding { standing: None, teams: 0, top_percent: None }));
    };
    let live = state.boards.get(seen.competition.id).await?;
    let state = live.read();
    let bracket = bracket_of(&state.heading, query.bracket.as_deref())?;
    let (ranking, team) = (state.board.of(bracket), membership.team.id.0);
    let (teams, rank) = (ranking.teams(), ranking.rank(team));
    let row = state.board.row(team).filter(|row| bracket.is_none() || row.bracket == bracket);
    let standing = row.map(|row| StandingView::new(Placed { rank, row }, &state.heading, Names::Real, 0));
    let top_percent = rank.map(|rank| top_percent(rank, teams));
    Ok(HttpResponse::Ok().json(MyStanding { standing, teams, top_percent }))
}

/// The share of `teams` at this rank or better, in percent with one decimal.
#[expect(clippy::cast_precision_loss, reason = "numbers of teams are far below 2^53")]
fn top_percent(rank: usize, teams: usize) -> f64 {
    (rank as f64 / teams.max(1) as f64 * 1_000.0).round() / 10.0
}

/// How to write the table.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct CsvQuery {
    /// Begin with a byte order mark, by which Excel knows UTF-8.
    pub(super) bom: bool,
    /// Only the teams of this bracket, with ranks of their own.
    pub(super) bracket: Option<String>,
}

/// Downloads the whole public leaderboard as CSV
#[utoipa::path(
    tag = "leaderboard",
    params(("slug" = String, Path), CsvQuery),
    responses((status = 200, body = String, content_type = "text/csv"), Problem)
)]
#[get("/competitions/{slug}/leaderboard.csv")]
pub(crate) async fn export_leaderboard(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<CsvQuery>,
) -> ApiResult<HttpResponse> {
    let live = state.boards.get(seen.competition.id).await?;
    let bom = query.bom;
    let now = state.clock.now();
    let bracket = bracket_shown(&live.read().heading, query.bracket.as_deref(), now)?;
    let table = tokio::task::spawn_blocking(move || csv_of(&live.read(), bracket, now, bom));
    let table = table.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let name = format!("{}-leaderboard.csv", seen.competition.slug);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::CONTENT_DISPOSITION, file_name::attachment(&name)))
        .body(table))
}

/// The board of all teams or of a bracket as a table; which bracket a team is in stands there where there are any.
pub(super) fn csv_of(state: &State, bracket: Option<u16>, now: UtcTime, bom: bool) -> Result<Vec<u8>, csv::Error> {
    let names = state.heading.phase(now).names;
    let mut table = if bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = csv::Writer::from_writer(&mut table);
    let heading = &state.heading;
    let has_brackets = !heading.brackets.is_empty();
    let columns = ["rank", "team", "members"].into_iter().chain(has_brackets.then_some("bracket"));
    let columns = columns.chain([heading.metric.as_str(), "standard_error"]);
    let columns = columns.chain(heading.also.iter().map(String::as_str)).chain(["entries", "best_at", "last_at"]);
    writer.write_record(columns)?;
    let text = |score: Option<f64>| score.map_or_else(String::new, |score| ScoreText(score).to_string());
    let time = |micros: i64| UtcTime::from_micros(micros).map_or_else(|_| String::new(), |time| time.to_string());
    for placed in state.board.of(bracket).rows() {
        let row = placed.row;
        let is_named = names != Names::Hidden || row.is_benchmark;
        let members: Vec<&str> = if names == Names::Real { row.members().collect() } else { Vec::new() };
        writer.write_field(placed.rank.map_or_else(String::new, |rank| rank.to_string()))?;
        writer.write_field(harmless(if is_named { row.name() } else { "" }).as_ref())?;
        writer.write_field(harmless(&members.join(", ")).as_ref())?;
        if has_brackets {
            writer.write_field(heading.bracket_name(row.bracket.filter(|_| is_named)).unwrap_or_default())?;
        }
        writer.write_field(text(Some(row.score)))?;
        writer.write_field(text(row.standard_error))?;
        for value in &row.also {
            writer.write_field(text(*value))?;
        }
        writer.write_field(row.entries.to_string())?;
        writer.write_field(time(row.best_at))?;
        writer.write_field(time(row.last_at))?;
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(table)
}

/// A name that no spreadsheet takes for a formula (OWASP ASVS 1.2.10).
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\0' | '＝' | '＋' | '－' | '＠') => format!("'{text}").into(),
        _ => text.into(),
    }
}

impl From<BoardError> for ApiError {
    fn from(error: BoardError) -> Self {
        match error {
            BoardError::Store(error) => error.into(),
            BoardError::Document(error) => ApiError::internal(error),
        }
    }
}
