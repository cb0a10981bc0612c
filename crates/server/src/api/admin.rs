//! What administrators of the site see and do: accounts and jobs.

use actix_web::{HttpResponse, get, patch, post, web};
use podium_store::StoreError;
use podium_store::audit::{self, Action, Entry};
use podium_store::competitions::{self, Competition, Viewer};
use podium_store::jobs::{self, Job, JobRow, JobState};
use podium_store::notifications::{About, NotificationKind, To, notify};
use podium_store::results;
use podium_store::types::{CompetitionId, JobId, Slug, SubmissionId, Text, UserId, UserRole, UserState, UtcTime};
use podium_store::users::{self, AccountError, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::UserView;
use crate::app::AppState;
use crate::auth::extract::Admin;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Accounts and jobs of a page.
const PAGE: usize = 50;

/// An account, as administrators see it.
#[derive(Serialize, ToSchema)]
pub struct AdminUserView {
    /// What the owner sees.
    #[serde(flatten)]
    user: UserView,
    /// `active` or `suspended`.
    #[schema(value_type = String, example = "active")]
    state: UserState,
}

impl From<User> for AdminUserView {
    fn from(user: User) -> Self {
        Self { state: user.state, user: user.into() }
    }
}

/// Accounts.
#[derive(Serialize, ToSchema)]
pub struct AdminUserList {
    /// In the order they were made.
    items: Vec<AdminUserView>,
    /// `cursor` of the next page.
    next: Option<String>,
}

/// Which accounts to list.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// A part of the name or address.
    #[serde(default)]
    q: String,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists accounts
#[utoipa::path(tag = "admin", params(UserQuery), responses((status = 200, body = AdminUserList), Problem))]
#[get("/admin/users")]
pub(crate) async fn list_users(
    state: web::Data<AppState>,
    _admin: Admin,
    query: web::Query<UserQuery>,
) -> ApiResult<web::Json<AdminUserList>> {
    let UserQuery { q, cursor } = query.into_inner();
    let after = cursor.as_deref().map(parse_cursor).transpose()?.map(UserId);
    let mut rows = state.db.read::<_, ApiError, _>(move |conn| Ok(users::list(conn, &q, after, limit())?)).await?;
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|user| user.id.to_string())).flatten();
    rows.truncate(PAGE);
    Ok(web::Json(AdminUserList { items: rows.into_iter().map(Into::into).collect(), next }))
}

fn limit() -> i64 {
    i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
}

fn parse_cursor(text: &str) -> ApiResult<i64> {
    text.parse().map_err(|_| ApiError::new(Code::InvalidRequest, "The cursor is not one of this list."))
}

/// What to change of an account; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUserRequest {
    /// `participant`, `host` or `admin`.
    #[schema(value_type = Option<String>, example = "host")]
    role: Option<UserRole>,
    /// `active` or `suspended`; suspending ends the account's sessions and tokens at once.
    #[schema(value_type = Option<String>, example = "suspended")]
    state: Option<UserState>,
}

/// Changes what an account may do
#[utoipa::path(
    tag = "admin",
    params(("id" = i64, Path)),
    request_body = UpdateUserRequest,
    responses((status = 200, body = AdminUserView), Problem),
)]
#[patch("/admin/users/{id}")]
pub(crate) async fn update_user(
    app: web::Data<AppState>,
    admin: Admin,
    path: web::Path<UserId>,
    body: web::Json<UpdateUserRequest>,
) -> ApiResult<web::Json<AdminUserView>> {
    let UpdateUserRequest { role, state } = body.into_inner();
    let (id, now) = (path.into_inner(), app.clock.now());
    let (actor, by) = (admin.0.actor(), admin.0.user.id);
    let change = move |conn: &mut podium_store::Conn| {
        let before = users::find(conn, id)?.ok_or(AccountError::Missing)?;
        let user = users::administer(conn, id, role, state, now)?;
        let changes = [
            (Action::RoleChanged, before.role.as_str(), user.role.as_str()),
            (Action::UserStateChanged, before.state.as_str(), user.state.as_str()),
        ];
        for (action, before, after) in changes.into_iter().filter(|(_, before, after)| before != after) {
            let entry = Entry::new(actor, action, user.name.as_str()).with("user", id.0);
            audit::record(conn, &entry.with("before", before).with("after", after), now)?;
        }
        if before.role != user.role {
            notify(conn, &To::User(id), NotificationKind::RoleChanged, &About::default().by(by), now)?;
        }
        Ok(user)
    };
    let user = app.db.write::<_, AccountError, _>(change).await?;
    app.live.wake();
    app.live.disconnect(id);
    let (role, state) = (user.role.as_str(), user.state.as_str());
    tracing::info!(admin = admin.0.user.id.0, user = id.0, role, state, "changed an account");
    Ok(web::Json(user.into()))
}

/// A job.
#[derive(Serialize, ToSchema)]
pub struct JobView {
    /// Its number.
    #[schema(value_type = i64)]
    id: JobId,
    /// What kind of work.
    #[schema(value_type = String, example = "score_submission")]
    kind: Text,
    /// `queued`, `running`, `done`, `failed`, or `parked` when it took its workers with it.
    #[schema(value_type = String, example = "failed")]
    state: JobState,
    /// Attempts so far.
    attempts: i32,
    /// Workers that vanished with it.
    deaths: i32,
    /// When it may run.
    #[schema(value_type = String, format = DateTime)]
    run_at: UtcTime,
    /// Why the last attempt failed.
    #[schema(value_type = Option<String>)]
    last_error: Option<Text>,
    /// When it was put in the queue.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<UtcTime>,
    /// For which competition: its name in addresses.
    #[schema(value_type = Option<String>)]
    competition: Option<Slug>,
    /// Which entry it scores.
    #[schema(value_type = Option<i64>)]
    submission_id: Option<SubmissionId>,
}

impl JobView {
    fn new(row: JobRow, competitions: &[Competition]) -> Self {
        // A job of a newer program is listed too.
        let submission_id = row.job().ok().map(|job| match job {
            Job::ScoreSubmission { submission } | Job::Rescore { submission, .. } => submission,
        });
        let of = |id: CompetitionId| competitions.iter().find(|competition| competition.id == id);
        Self {
            competition: row.competition_id.and_then(of).map(|competition| competition.slug.clone()),
            submission_id,
            id: row.id,
            kind: row.kind,
            state: row.state,
            attempts: row.attempts,
            deaths: row.deaths,
            run_at: row.run_at,
            last_error: row.last_error,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

/// Jobs, and the queue in numbers.
#[derive(Serialize, ToSchema)]
pub struct JobList {
    /// Newest first, finished ones left out.
    items: Vec<JobView>,
    /// `cursor` of the next page.
    next: Option<String>,
    /// Jobs that wait.
    queued: i64,
    /// Jobs that workers have.
    running: i64,
    /// Jobs that will not run again by themselves.
    stopped: i64,
    /// Since when the oldest waiting job could have run.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest: Option<UtcTime>,
}

/// Which jobs to list.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobQuery {
    /// Only those of this competition.
    competition: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the jobs that are not done; the numbers are those of the whole site
#[utoipa::path(tag = "admin", params(JobQuery), responses((status = 200, body = JobList), Problem))]
#[get("/admin/jobs")]
pub(crate) async fn list_jobs(
    state: web::Data<AppState>,
    admin: Admin,
    query: web::Query<JobQuery>,
) -> ApiResult<web::Json<JobList>> {
    let JobQuery { competition, cursor } = query.into_inner();
    let before = cursor.as_deref().map(parse_cursor).transpose()?.map(JobId);
    let (viewer, now) = (Viewer::Admin(admin.0.user.id), state.clock.now());
    let open = [JobState::Queued, JobState::Running, JobState::Failed, JobState::Parked];
    let look = move |conn: &mut podium_store::Conn| {
        let all: Vec<Competition> =
            competitions::list(conn, viewer, now)?.into_iter().map(|listed| listed.competition).collect();
        let of = match competition {
            Some(slug) => Some(all.iter().find(|of| of.slug.as_str() == slug).ok_or(Code::NotFound)?.id),
            None => None,
        };
        Ok::<_, ApiError>((jobs::list(conn, of, &open, before, limit())?, jobs::queue(conn)?, all))
    };
    let (mut rows, queue, all) = state.db.read(look).await?;
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|job| job.id.to_string())).flatten();
    rows.truncate(PAGE);
    let jobs::Queue { queued, running, stopped, oldest } = queue;
    let items = rows.into_iter().map(|row| JobView::new(row, &all)).collect();
    Ok(web::Json(JobList { items, next, queued, running, stopped, oldest }))
}

/// Puts a job that stopped back into the queue
#[utoipa::path(tag = "admin", params(("id" = i64, Path)), responses((status = 204), Problem))]
#[post("/admin/jobs/{id}/retry")]
pub(crate) async fn retry_job(
    state: web::Data<AppState>,
    admin: Admin,
    path: web::Path<JobId>,
) -> ApiResult<HttpResponse> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let entry = Entry::new(admin.0.actor(), Action::JobRetried, id.to_string());
    let retry = state.db.write::<_, StoreError, _>(move |conn| {
        let retried = results::retry(conn, id, now)?;
        if retried {
            audit::record(conn, &entry, now)?;
        }
        Ok(retried)
    });
    let retried = retry.await?;
    if !retried {
        return Err(Code::NotFound.into());
    }
    tracing::info!(admin = admin.0.user.id.0, job = id.0, "put a job back into the queue");
    Ok(HttpResponse::NoContent().finish())
}

/// Cancels a job that waits
///
/// An entry that waited for its score becomes `platform_error` and gives its slot back; it can be retried later.
#[utoipa::path(tag = "admin", params(("id" = i64, Path)), responses((status = 204), Problem))]
#[post("/admin/jobs/{id}/cancel")]
pub(crate) async fn cancel_job(
    state: web::Data<AppState>,
    admin: Admin,
    path: web::Path<JobId>,
) -> ApiResult<HttpResponse> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let entry = Entry::new(admin.0.actor(), Action::JobCancelled, id.to_string());
    let cancel = state.db.write::<_, StoreError, _>(move |conn| {
        let cancelled = results::cancel(conn, id, now)?;
        if cancelled {
            audit::record(conn, &entry, now)?;
        }
        Ok(cancelled)
    });
    if !cancel.await? {
        return Err(Code::NotFound.into());
    }
    state.live.wake();
    tracing::info!(admin = admin.0.user.id.0, job = id.0, "cancelled a job");
    Ok(HttpResponse::NoContent().finish())
}
