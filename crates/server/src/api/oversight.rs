//! What administrators see of every competition, and how the queue does for one of them, for its hosts.

use actix_web::{get, web};
use podium_store::competitions::{self, Competition, CompetitionState, Host as HostRow, Viewer};
use podium_store::jobs::{self, Health};
use podium_store::oversight::{self, Figures};
use podium_store::types::{CompetitionId, Slug, UtcTime, Visibility, fold_name};
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::competitions::TextView;
use super::hosts::HostView;
use crate::app::AppState;
use crate::auth::extract::{Admin, Host};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Competitions of a page.
const PAGE: usize = 50;

/// A competition, as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminCompetitionView {
    /// Its name in addresses.
    #[schema(value_type = String)]
    slug: Slug,
    /// Its title.
    title: TextView,
    /// `draft`, `scheduled`, `running`, `closed`, `revealed` or `archived`.
    #[schema(value_type = String, example = "running")]
    state: CompetitionState,
    /// `public` or `private`.
    #[schema(value_type = String, example = "public")]
    visibility: Visibility,
    /// Entries count from here on.
    #[schema(value_type = String, format = DateTime)]
    starts_at: UtcTime,
    /// Entries count strictly before.
    #[schema(value_type = String, format = DateTime)]
    ends_at: UtcTime,
    /// Who runs it.
    hosts: Vec<HostView>,
    /// People in its teams.
    participants: i64,
    /// Files that were sent and not refused.
    entries: i64,
    /// Bytes of its data files, entries and pictures; the solution is not among them.
    storage_bytes: i64,
    /// Scoring jobs that wait or run.
    waiting: i64,
    /// When somebody last sent an entry, wrote in the discussion, or ran it.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_activity_at: Option<UtcTime>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
}

impl AdminCompetitionView {
    fn new(competition: Competition, figures: Figures, now: UtcTime) -> Self {
        Self {
            state: competition.state(now),
            title: TextView { en: competition.title_en.into_string(), ko: competition.title_ko.into_string() },
            slug: competition.slug,
            visibility: competition.visibility,
            starts_at: competition.dates.starts_at,
            ends_at: competition.dates.ends_at,
            hosts: figures
                .hosts
                .into_iter()
                .map(|HostRow { user, name, role }| HostView::new(user, name, role))
                .collect(),
            participants: figures.participants,
            entries: figures.entries,
            storage_bytes: figures.bytes,
            waiting: figures.waiting,
            last_activity_at: figures.last_activity,
            created_at: competition.created_at,
        }
    }
}

/// A page of competitions.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminCompetitionList {
    /// Newest first.
    items: Vec<AdminCompetitionView>,
    /// `cursor` of the next page.
    next: Option<String>,
}

/// Which competitions to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdminCompetitionQuery {
    /// A part of the title, in any language, or of the slug.
    #[serde(default)]
    q: String,
    /// Only those in this state.
    #[param(value_type = Option<String>)]
    state: Option<CompetitionState>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists every competition, with figures; for administrators
#[utoipa::path(
    tag = "admin",
    params(AdminCompetitionQuery),
    responses((status = 200, body = AdminCompetitionList), Problem),
)]
#[get("/admin/competitions")]
pub(crate) async fn list_all_competitions(
    state: web::Data<AppState>,
    admin: Admin,
    query: web::Query<AdminCompetitionQuery>,
) -> ApiResult<web::Json<AdminCompetitionList>> {
    let AdminCompetitionQuery { q, state: wanted, cursor } = query.into_inner();
    let before = cursor.map(|cursor| cursor.parse().map(CompetitionId)).transpose();
    let before = before.map_err(|_| ApiError::new(Code::InvalidRequest, "The cursor is not one of this list."))?;
    let (now, viewer, key) = (state.clock.now(), Viewer::Admin(admin.0.user.id), fold_name(&q));
    let look = move |conn: &mut Conn| {
        let mut all: Vec<Competition> = competitions::list(conn, viewer, now)?
            .into_iter()
            .map(|listed| listed.competition)
            .filter(|of| before.is_none_or(|before| of.id < before))
            .filter(|of| wanted.is_none_or(|wanted| of.state(now) == wanted))
            .filter(|Competition { slug, title_en, title_ko, .. }| {
                [slug.as_str(), title_en.as_str(), title_ko.as_str()].iter().any(|t| fold_name(t).contains(&key))
            })
            .collect();
        all.sort_by_key(|competition| std::cmp::Reverse(competition.id));
        let more = all.len() > PAGE;
        all.truncate(PAGE);
        let next = all.last().filter(|_| more).map(|last| last.id.to_string());
        let ids: Vec<CompetitionId> = all.iter().map(|competition| competition.id).collect();
        let figures = oversight::figures(conn, &ids)?;
        let views = all.into_iter().zip(figures).map(|(of, figures)| AdminCompetitionView::new(of, figures, now));
        Ok::<_, StoreError>(AdminCompetitionList { items: views.collect(), next })
    };
    Ok(web::Json(state.db.read(look).await?))
}

/// How the queue does for a competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueView {
    /// Jobs that wait, for their turn or for another attempt.
    waiting: i64,
    /// Jobs that are being done.
    running: i64,
    /// Since when the oldest of those that wait does.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_waiting_since: Option<UtcTime>,
    /// Entries that were scored, or found invalid, in the last hour.
    scored_last_hour: usize,
    /// Seconds from acceptance to result that half of them took at most.
    median_secs: Option<f64>,
    /// Seconds that 95 of 100 of them took at most.
    p95_secs: Option<f64>,
    /// Jobs that were given up in the last 24 hours and not put back since; an administrator can.
    failures_last_day: i64,
}

impl From<Health> for QueueView {
    fn from(health: Health) -> Self {
        Self {
            waiting: health.waiting,
            running: health.running,
            oldest_waiting_since: health.oldest,
            scored_last_hour: health.scored,
            median_secs: health.median.map(|took| took.as_seconds_f64()),
            p95_secs: health.p95.map(|took| took.as_seconds_f64()),
            failures_last_day: health.failures,
        }
    }
}

/// How scoring does; for hosts
#[utoipa::path(tag = "hosting", params(("slug" = String, Path)), responses((status = 200, body = QueueView), Problem))]
#[get("/competitions/{slug}/queue")]
pub(crate) async fn find_queue(state: web::Data<AppState>, host: Host) -> ApiResult<web::Json<QueueView>> {
    let (id, now) = (host.competition.id, state.clock.now());
    let health = state.db.read::<_, StoreError, _>(move |conn| jobs::health(conn, id, now)).await?;
    Ok(web::Json(health.into()))
}
