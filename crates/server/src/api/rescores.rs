//! A new solution or metric while there are entries: begin, look which ranks change, publish or drop.
//!
//! The labels come as a solution does and lie among the sealed blobs; the preview shows scores to hosts only.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use podium_bundle::Sentence;
use podium_bundle::manifest::Manifest;
use podium_scoring::metric::Direction;
use podium_store::audit::{self, Action, Entry};
use podium_store::rescores::{self, Move, NewRescore, Rescore, RescoreError, RescoreState};
use podium_store::types::{RescoreId, TeamId, Text, UtcTime};
use podium_store::{Conn, StoreError, solutions, teams};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::publication::manifest as read_manifest;
use super::solutions::take;
use super::submissions::receive::refuse_encoding;
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};
use crate::score_text::ScoreText;
use crate::upload::{self, disk_error};

/// Longest reason, in characters.
const MAX_REASON: usize = 500;

/// What to score by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RescoreQuery {
    /// What participants read about it when it is published.
    reason: String,
    /// The metric that is to rank; the present one when left out.
    metric: Option<String>,
}

/// A rescoring.
#[derive(Debug, Serialize, ToSchema)]
pub struct RescoreView {
    /// Its number.
    #[schema(value_type = i64)]
    id: RescoreId,
    /// `open`, `published` or `dropped`.
    #[schema(value_type = String, example = "open")]
    state: RescoreState,
    /// Version of the solution that it scores with.
    version: i32,
    /// The metric that ranks.
    #[schema(value_type = String)]
    metric: Text,
    /// Why.
    #[schema(value_type = String)]
    reason: Text,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When it was published or dropped.
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<UtcTime>,
    /// Entries to score.
    entries: i64,
    /// Entries that have their new score.
    done: i64,
    /// Teams whose public rank it changed, once published.
    moved: Option<i64>,
}

fn view(conn: &mut Conn, rescore: Rescore) -> Result<RescoreView, StoreError> {
    let progress = rescores::progress(conn, &rescore)?;
    let version = solutions::get(conn, rescore.solution_id)?.version;
    Ok(RescoreView {
        id: rescore.id,
        state: rescore.state,
        version,
        metric: rescore.metric,
        reason: rescore.reason,
        created_at: rescore.created_at,
        decided_at: rescore.decided_at,
        entries: rescore.entries.unwrap_or(progress.entries),
        done: progress.done,
        moved: rescore.moved,
    })
}

/// The rescorings of a competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct RescoreList {
    /// Newest first.
    items: Vec<RescoreView>,
}

/// A team's place before and after.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoveView {
    /// Its number.
    #[schema(value_type = i64)]
    team_id: TeamId,
    /// Its name.
    team: String,
    /// Rank as things stand.
    before: Option<usize>,
    /// Rank by the rescoring.
    after: Option<usize>,
    /// Best score as things stand.
    score_before: Option<ScoreText>,
    /// Best score by the rescoring; none where the metric is not defined.
    score_after: Option<ScoreText>,
}

/// What publishing would change.
#[derive(Debug, Serialize, ToSchema)]
pub struct RescorePreview {
    /// How far it is; the preview is whole when `done` is `entries`.
    rescore: RescoreView,
    /// Teams whose public rank changes.
    moved: usize,
    /// The public leaderboard, in the order after.
    public: Vec<MoveView>,
    /// The private leaderboard, once the competition is over.
    private: Option<Vec<MoveView>>,
}

/// Begins a rescoring with a new solution, a new metric, or both
///
/// The body is the new solution as CSV; empty where only the metric changes. Every entry is scored again beside the scores
/// that count, which stay until `publish`.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), RescoreQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 201, body = RescoreView), Problem)
)]
#[post("/competitions/{slug}/rescores")]
pub(crate) async fn begin_rescore(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<RescoreQuery>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    refuse_encoding(&request)?;
    state.check_space()?;
    let Host { competition, user } = host;
    let RescoreQuery { reason, metric } = query.into_inner();
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > MAX_REASON {
        let sentence = Sentence::new(
            format!("Say in 1 to {MAX_REASON} characters why."),
            format!("사유를 1자 이상 {MAX_REASON}자 이하로 적어 주십시오."),
        );
        return Err(ApiError::told("reason", sentence));
    }
    let manifest = manifest_with(competition.manifest.as_str(), metric.as_deref(), &competition.slug)?;

    let writer = state.sealed.create().map_err(disk_error)?;
    let file = upload::receive(payload, writer, state.upload_limits(state.config.data_limit_bytes)).await?;
    let solution = if file.bytes() == 0 {
        None
    } else {
        let id = competition.id;
        let used = state.db.read::<_, StoreError, _>(move |conn| solutions::in_use(conn, id)).await?;
        // The key stays, so that a row that is not changed stays on its side of the split.
        let key = match used.and_then(|used| <[u8; 32]>::try_from(used.split_key.0).ok()) {
            Some(key) => key,
            None => crate::auth::random()?,
        };
        let task = manifest.clone();
        let taken = tokio::task::spawn_blocking(move || take(file, &task, key));
        Some(taken.await.map_err(ApiError::internal)??)
    };
    let document = serde_json::to_string(&manifest).map_err(ApiError::internal)?;
    let new = NewRescore {
        competition: competition.id,
        solution,
        manifest: Text::lossy(document),
        metric: Text::lossy(manifest.task.metric.to_string()),
        higher_is_better: manifest.task.metric.direction() == Direction::Maximize,
        reason: Text::lossy(reason),
        by: user.user.id,
    };
    let (now, slug) = (state.clock.now(), competition.slug.clone());
    let entry = Entry::new(user.actor(), Action::RescorePreviewed, slug.as_str()).of(competition.id);
    let begun = state.db.write::<_, RescoreError, _>(move |conn| {
        let rescore = rescores::begin(conn, &new, now)?;
        let entry = entry.clone().with("rescore", rescore.id.0).with("reason", new.reason.as_str());
        audit::record(conn, &entry.with("metric", new.metric.as_str()), now)?;
        Ok(view(conn, rescore)?)
    });
    let begun = begun.await?;
    state.queue.notify_waiters();
    Ok(HttpResponse::Created().json(begun))
}

/// The manifest with another metric.
fn manifest_with(document: &str, metric: Option<&str>, slug: &podium_store::types::Slug) -> ApiResult<Manifest> {
    let mut document: Value = serde_json::from_str(document).map_err(ApiError::internal)?;
    if let Some(metric) = metric {
        document["task"]["metric"] = json!(metric);
        // What ranks is not shown beside itself.
        if let Some(show) = document["task"].get_mut("show").and_then(Value::as_array_mut) {
            show.retain(|shown| shown != metric);
        }
    }
    read_manifest(document, slug)
}

/// Lists the rescorings of a competition
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    responses((status = 200, body = RescoreList), Problem)
)]
#[get("/competitions/{slug}/rescores")]
pub(crate) async fn list_rescores(state: web::Data<AppState>, host: Host) -> ApiResult<web::Json<RescoreList>> {
    let id = host.competition.id;
    let read = move |conn: &mut Conn| {
        let rows = rescores::list(conn, id)?;
        rows.into_iter().map(|row| view(conn, row)).collect::<Result<Vec<_>, _>>()
    };
    Ok(web::Json(RescoreList { items: state.db.read::<_, StoreError, _>(read).await? }))
}

/// A rescoring of this competition.
fn of(conn: &mut Conn, host: &Host, id: RescoreId) -> ApiResult<Rescore> {
    let found = rescores::find(conn, id)?.filter(|rescore| rescore.competition_id == host.competition.id);
    found.ok_or_else(|| Code::NotFound.into())
}

/// Shows which ranks a rescoring would change
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 200, body = RescorePreview), Problem)
)]
#[get("/competitions/{slug}/rescores/{id}")]
pub(crate) async fn preview_rescore(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, RescoreId)>,
) -> ApiResult<web::Json<RescorePreview>> {
    let (id, now) = (path.into_inner().1, state.clock.now());
    let read = move |conn: &mut Conn| {
        let rescore = of(conn, &host, id)?;
        let preview = rescores::preview(conn, &rescore, now)?;
        let names: std::collections::HashMap<TeamId, String> =
            teams::all(conn, host.competition.id)?.into_iter().map(|team| (team.id, team.name.into_string())).collect();
        let moves = |moves: Vec<Move>| -> Vec<MoveView> {
            let view = |m: Move| MoveView {
                team_id: m.team,
                team: names.get(&m.team).cloned().unwrap_or_default(),
                before: m.before,
                after: m.after,
                score_before: m.score_before.map(|score| ScoreText(score.get())),
                score_after: m.score_after.map(|score| ScoreText(score.get())),
            };
            moves.into_iter().map(view).collect()
        };
        Ok::<_, ApiError>(RescorePreview {
            moved: preview.public.iter().filter(|m| m.before != m.after).count(),
            public: moves(preview.public),
            private: preview.private.map(moves),
            rescore: view(conn, rescore)?,
        })
    };
    Ok(web::Json(state.db.read(read).await?))
}

/// Makes the scores of a rescoring those that count, all at once
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 200, body = RescoreView), Problem)
)]
#[post("/competitions/{slug}/rescores/{id}/publish")]
pub(crate) async fn publish_rescore(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, RescoreId)>,
) -> ApiResult<web::Json<RescoreView>> {
    let (id, now) = (path.into_inner().1, state.clock.now());
    let Host { competition, user } = host;
    let (of, slug, actor) = (competition.id, competition.slug, user.actor());
    let (before, metric) = (competition.manifest_sha256, competition.metric);
    let publish = state.db.write::<_, RescoreError, _>(move |conn| {
        let rescore = rescores::find(conn, id)?.filter(|rescore| rescore.competition_id == of);
        let rescore = rescore.ok_or(RescoreError::Missing)?;
        let old = solutions::in_use(conn, of)?.map(|solution| solution.version);
        let published = rescores::publish(conn, rescore.id, now)?;
        let version = solutions::get(conn, published.solution_id)?.version;
        let entry = Entry::new(actor, Action::RescorePublished, slug.as_str()).of(of).with("rescore", id.0);
        let entry = entry.with("entries", published.entries.unwrap_or(0)).with("moved", published.moved.unwrap_or(0));
        audit::record(conn, &entry.with("manifest_before", before.to_string()), now)?;
        let mut changes = Vec::new();
        if old != Some(version) {
            let old = old.map(|version| version.to_string());
            changes.push(json!({"key": "solution.version", "before": old, "after": version.to_string()}));
        }
        if metric != published.metric {
            changes.push(json!({"key": "task.metric", "before": metric.as_str(), "after": published.metric.as_str()}));
        }
        let entry = Entry::new(actor, Action::RulesChanged, slug.as_str()).of(of);
        audit::record(conn, &entry.with("reason", published.reason.as_str()).with("changes", changes), now)?;
        Ok(view(conn, published)?)
    });
    let published = publish.await?;
    state.boards.forget(of);
    state.live.wake();
    Ok(web::Json(published))
}

/// Drops a rescoring; the scores that count stay
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 200, body = RescoreView), Problem)
)]
#[delete("/competitions/{slug}/rescores/{id}")]
pub(crate) async fn drop_rescore(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, RescoreId)>,
) -> ApiResult<web::Json<RescoreView>> {
    let (id, now, of) = (path.into_inner().1, state.clock.now(), host.competition.id);
    let drop = state.db.write::<_, RescoreError, _>(move |conn| {
        let rescore = rescores::find(conn, id)?.filter(|rescore| rescore.competition_id == of);
        let dropped = rescores::drop_open(conn, rescore.ok_or(RescoreError::Missing)?.id, now)?;
        Ok(view(conn, dropped)?)
    });
    Ok(web::Json(drop.await?))
}

impl From<RescoreError> for ApiError {
    fn from(error: RescoreError) -> Self {
        let en = format!("{error}.");
        let left = if let RescoreError::Incomplete { left } = &error { Some(*left) } else { None };
        let ko = match error {
            RescoreError::Missing => return Code::NotFound.into(),
            RescoreError::Store(error) => return error.into(),
            RescoreError::Incomplete { left } => format!("아직 채점하지 않은 제출이 {left}건 있습니다."),
            RescoreError::AnotherOpen(_) => {
                "진행 중인 다시 채점이 있습니다. 먼저 적용하거나 취소해 주십시오.".to_owned()
            }
            RescoreError::Decided(RescoreState::Published) => "이미 적용한 다시 채점입니다.".to_owned(),
            RescoreError::Decided(RescoreState::Dropped) => "이미 취소한 다시 채점입니다.".to_owned(),
            RescoreError::Decided(RescoreState::Open) => "아직 진행 중인 다시 채점입니다.".to_owned(),
            RescoreError::NoSolution => "이 대회에는 정답이 없습니다. 정답을 먼저 올려 주십시오.".to_owned(),
            RescoreError::Overtaken => {
                "다시 채점을 시작한 뒤에 설정이 바뀌었습니다. 취소하고 새로 시작해 주십시오.".to_owned()
            }
        };
        let refused = Self::from(Code::RescoreRefused).with_errors(vec![Fault::told("rescore", Sentence::new(en, ko))]);
        match left {
            Some(left) => refused.with("left", left),
            None => refused,
        }
    }
}
