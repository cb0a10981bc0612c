//! Entries: sending a file, what became of it, taking it back.

pub(crate) mod receive;
pub mod status;

use std::collections::HashMap;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use podium_scoring::rejection::Rejection;
use podium_scoring::submission::Checked;
use podium_scoring::table::Limits;
use podium_store::jobs::{self, Job};
use podium_store::results::{self, Score};
use podium_store::sealed::{self, RevealedScore};
use podium_store::submissions::{self, NewSubmission, Receipt, Submission, SubmitError, WithdrawError};
use podium_store::types::{Sha256, SolutionId, SubmissionId, SubmissionState, TeamId, Text, UserId, UtcTime};
use podium_store::{Conn, StoreError, competitions, receipts, solutions, standings, teams, users};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use self::receive::Received;
use self::status::StatusView;
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Member, Seen, Submitter};
use crate::blobs::{Stored, Writer};
use crate::clock::Clock;
use crate::download;
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};
use crate::receipt::SignedReceipt;
use crate::score_text::ScoreText;
use crate::solutions::{JudgeError, Loaded, SolutionError};
use crate::upload::disk_error;
use crate::verdict::{self, NoticeView};

/// Entries on a page.
const PAGE: usize = 50;
/// Longest `Idempotency-Key`.
const MAX_KEY: usize = 200;

/// A file that a team sent, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionView {
    /// Its number on the site.
    #[schema(value_type = i64)]
    id: SubmissionId,
    /// Its number in the team, from 1.
    number: i32,
    /// How it was sent, where its team merged into this one since.
    sent_as: Option<SentAs>,
    /// The name of the file.
    #[schema(value_type = String)]
    file_name: Text,
    /// Its size.
    bytes: i64,
    /// SHA-256 of the file.
    #[schema(value_type = String)]
    sha256: Sha256,
    /// The team's own words.
    #[schema(value_type = String)]
    note: Text,
    /// Where it stands.
    #[schema(value_type = String, example = "scored")]
    state: SubmissionState,
    /// The same in one sentence, and what to do next.
    status: StatusView,
    /// Whether the team chose it as one of its finals.
    is_chosen: bool,
    /// Came after the end: scored, never ranked.
    is_late: bool,
    /// The name of the member who sent it.
    submitted_by: String,
    /// The instant that counts.
    #[schema(value_type = String, format = DateTime)]
    accepted_at: UtcTime,
    /// When it got its result.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<UtcTime>,
    /// Scores on the public rows, the ranking metric first.
    scores: Vec<ScoreView>,
    /// Scores on the private rows, once they are out.
    private_scores: Vec<ScoreView>,
    /// The team's public rank with it, when it was scored.
    rank: Option<i32>,
    /// The team's public rank before it.
    rank_before: Option<i32>,
    /// Whether it is the team's best now.
    is_best: bool,
    /// Entries of all teams before it in the queue; none when it does not wait.
    queue_position: Option<i64>,
    /// Why it is invalid; at most 20.
    errors: Vec<Fault>,
    /// How many errors there are.
    error_count: i64,
    /// What was tidied up.
    notices: Vec<NoticeView>,
    /// The signed promise that the file was accepted, where one entry is asked for; none in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<SignedReceipt>,
}

/// The team and number under which an entry was sent before teams merged.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentAs {
    /// The team's name then.
    #[schema(value_type = String)]
    team: Text,
    /// Its number in that team.
    number: i32,
}

/// One metric of an entry on the public rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreView {
    /// Name of the metric.
    #[schema(value_type = String)]
    metric: Text,
    /// Version of the solution it was computed with.
    version: Option<i32>,
    /// The score.
    score: Option<ScoreText>,
    /// Its standard error.
    standard_error: Option<ScoreText>,
    /// Why there is no score.
    error: Option<ScoreFault>,
}

/// Why a metric has no value.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreFault {
    /// Stable name.
    #[schema(value_type = String)]
    code: Text,
    /// In words.
    #[schema(value_type = String)]
    message: Text,
}

impl ScoreView {
    pub(super) fn public(score: Score, version: Option<i32>) -> Self {
        let error = score.error_code.zip(score.error_message);
        Self {
            metric: score.metric,
            version,
            score: score.value.map(|value| ScoreText(value.get())),
            standard_error: score.standard_error.map(|value| ScoreText(value.get())),
            error: error.map(|(code, message)| ScoreFault { code, message }),
        }
    }
}

impl From<RevealedScore> for ScoreView {
    fn from(score: RevealedScore) -> Self {
        Self {
            metric: score.metric,
            version: None,
            score: score.value.map(|value| ScoreText(value.get())),
            standard_error: score.standard_error.map(|value| ScoreText(value.get())),
            error: None,
        }
    }
}

/// A page of a team's entries.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionPage {
    /// Newest first.
    items: Vec<SubmissionView>,
    /// Cursor of the next page.
    next: Option<String>,
}

/// A file that would be accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    /// Rows of the file.
    rows: u64,
    /// What would be tidied up.
    notices: Vec<NoticeView>,
}

/// How to take a file.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SubmitQuery {
    /// Only look whether the file would be accepted: nothing is spent or kept.
    check: bool,
    /// Accept the same bytes as an earlier entry.
    force: bool,
}

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for the OpenAPI document; `receive` reads it")]
pub struct SubmitForm {
    /// The predictions.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The team's own words, at most 1,000 characters.
    note: Option<String>,
    /// SHA-256 of the file; one that differs is refused as damaged on the way.
    sha256: Option<String>,
}

/// Enters a file, or only checks it
#[utoipa::path(
    tag = "submissions",
    params(
        ("slug" = String, Path), SubmitQuery,
        ("idempotency-key" = Option<String>, Header, description = "A repeated request with the same key gets the first answer"),
    ),
    request_body(content = SubmitForm, content_type = "multipart/form-data"),
    responses((status = 200, body = CheckView), (status = 202, body = SubmissionView), Problem)
)]
#[post("/competitions/{slug}/submissions")]
pub(crate) async fn create_submission(
    state: web::Data<AppState>,
    member: Member,
    query: web::Query<SubmitQuery>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let Member { competition, user, .. } = member;
    // Whoever begins before the end means an entry that counts; whoever begins afterwards knows that it is late.
    let is_over = competition.dates.ends_at <= state.clock.now();
    let key = idempotency_key(&request)?;
    let limits = verdict::limits(&competition);
    let received = receive::receive(&state, &request, payload, limits.file_bytes).await?;
    let loaded = state.solutions.get(competition.id).await.map_err(|error| match error {
        SolutionError::Missing => {
            ApiError::new(Code::CompetitionNotRunning, "The host has not uploaded the solution yet.")
        }
        other => ApiError::internal(other),
    })?;

    let Received { file, name, note } = received;
    let keep = !query.check;
    let clock = state.clock.clone();
    let judge = tokio::task::spawn_blocking(move || judge(file, &loaded, &limits, keep, &clock));
    let Judged { blob, durable_at, verdict } = judge.await.map_err(ApiError::internal)??;
    let notices = verdict.as_ref().map_or_else(|_| Vec::new(), |checked| verdict::notices(&checked.notices));
    let new = NewSubmission {
        competition: competition.id,
        user: user.user.id,
        file_name: Text::lossy(name),
        sha256: blob.sha256,
        bytes: i64::try_from(blob.bytes).unwrap_or(i64::MAX),
        note: Text::lossy(note),
        notices: verdict::text(&notices),
        idempotency_key: key,
        force: query.force,
        accept_late: is_over,
    };
    match verdict {
        Ok(checked) if query.check => Ok(HttpResponse::Ok().json(CheckView { rows: checked.rows, notices })),
        Ok(_) => accept(&state, new, durable_at).await,
        Err(rejections) if query.check => Err(refused(rejections.iter().map(verdict::fault).collect())),
        Err(rejections) => refuse(&state, new, verdict::refusal(&rejections)).await,
    }
}

/// What the reader said about a file that has arrived whole.
struct Judged {
    blob: Stored,
    /// When its last byte was durable: the instant that the deadline is held against.
    durable_at: UtcTime,
    verdict: Result<Checked, Vec<Rejection>>,
}

/// Checks a file and makes it durable if it is to be kept and fits. A refused file is kept as a line in the history, not
/// as bytes.
fn judge(file: Writer, solution: &Loaded, limits: &Limits, keep: bool, clock: &Clock) -> ApiResult<Judged> {
    let mut blob = Stored { sha256: file.sha256(), bytes: file.bytes() };
    let verdict = match solution.check(file.reader().map_err(disk_error)?, limits) {
        Ok(checked) => {
            if keep {
                blob = file.store().map_err(disk_error)?;
            }
            Ok(checked)
        }
        Err(JudgeError::Refused(rejections)) => Err(rejections),
        Err(JudgeError::Disk(error)) => return Err(disk_error(error)),
        Err(JudgeError::Solution(error)) => return Err(ApiError::internal(error)),
    };
    Ok(Judged { blob, durable_at: clock.now(), verdict })
}

/// The write that makes an entry of a durable file.
async fn accept(state: &AppState, new: NewSubmission, durable_at: UtcTime) -> ApiResult<HttpResponse> {
    let receipt = state.db.write(move |conn| submissions::submit(conn, &new, durable_at)).await?;
    state.queue.notify_one();
    state.live.wake();
    answer(state, receipt).await
}

/// The write that keeps a refused file in the history.
async fn refuse(state: &AppState, new: NewSubmission, refusal: submissions::Refusal) -> ApiResult<HttpResponse> {
    let clock = state.clock.clone();
    let receipt = state.db.write(move |conn| submissions::refuse(conn, &new, &refusal, clock.now())).await?;
    state.live.wake();
    answer(state, receipt).await
}

/// 202 for an accepted file, 422 for a refused one; a repeated request gets what the first one got.
async fn answer(state: &AppState, receipt: Receipt) -> ApiResult<HttpResponse> {
    let Submission { id, team_id, number, .. } = receipt.submission;
    if receipt.submission.state == SubmissionState::Invalid && receipt.submission.finished_at.is_some() {
        let faults = verdict::list(&receipt.submission.errors).map_err(ApiError::internal)?;
        return Err(refused(faults).with("id", id.0).with("number", number));
    }
    let view = view_of(state, receipt.submission, team_id).await?;
    let location = (LOCATION, format!("/api/v1/submissions/{id}"));
    Ok(HttpResponse::Accepted().insert_header(location).json(view))
}

fn refused(faults: Vec<Fault>) -> ApiError {
    let count: u64 = faults.iter().map(|fault| fault.count).sum();
    let detail = match count {
        1 => "The file does not fit; one thing has to be repaired. Nothing was spent.".to_owned(),
        _ => format!("The file does not fit; {count} things have to be repaired. Nothing was spent."),
    };
    ApiError::new(Code::SubmissionInvalid, detail).with_errors(faults)
}

fn idempotency_key(request: &HttpRequest) -> ApiResult<Option<Text>> {
    let Some(key) = request.headers().get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if (1..=MAX_KEY).contains(&key.len()) => Ok(Some(Text::lossy(key))),
        _ => {
            let detail = format!("'Idempotency-Key' must be 1 to {MAX_KEY} printable ASCII characters.");
            Err(ApiError::new(Code::InvalidRequest, detail))
        }
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Missing => Code::NotFound.into(),
            SubmitError::NotRunning(state) => {
                let detail = format!("The competition is {state} and takes no entries now. Nothing was spent.");
                ApiError::new(Code::CompetitionNotRunning, detail).with("state", state.as_str())
            }
            SubmitError::NotMember => Code::NotAMember.into(),
            SubmitError::Disqualified => Code::TeamDisqualified.into(),
            SubmitError::QuotaUsed { resets_at } => {
                ApiError::from(Code::QuotaUsed).with("resets_at", resets_at.to_string())
            }
            SubmitError::TooManyRefused { resets_at } => {
                ApiError::from(Code::TooManyRefused).with("resets_at", resets_at.to_string())
            }
            SubmitError::Duplicate { of, number } => {
                let detail = format!(
                    "Your team has sent exactly this file as entry {number}. Nothing was spent; send with 'force=true' \
                     to enter it again."
                );
                ApiError::new(Code::DuplicateSubmission, detail).with("duplicate_of", of.0).with("number", number)
            }
            SubmitError::KeyReused { number } => {
                let detail = format!("This Idempotency-Key belongs to entry {number}, which is another file.");
                ApiError::new(Code::KeyReused, detail).with("number", number)
            }
            SubmitError::Store(error) => error.into(),
        }
    }
}

/// Where a list goes on
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CursorQuery {
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists the entries of one's team
#[utoipa::path(
    tag = "submissions",
    params(("slug" = String, Path), CursorQuery),
    responses((status = 200, body = SubmissionPage), Problem)
)]
#[get("/competitions/{slug}/submissions")]
pub(crate) async fn list_submissions(
    state: web::Data<AppState>,
    member: Member,
    query: web::Query<CursorQuery>,
) -> ApiResult<web::Json<SubmissionPage>> {
    let cursor = query.cursor.as_deref().map(str::parse).transpose();
    let before: Option<i32> = cursor.map_err(|_| ApiError::new(Code::InvalidRequest, "There is no such page."))?;
    let team = member.membership.team.id;
    let now = state.clock.now();
    let read = move |conn: &mut Conn| {
        // One more than a page tells whether there is another.
        let mut rows = submissions::list(conn, team, before, PAGE as i64 + 1)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| more).map(|last| last.number.to_string());
        Ok::<_, ApiError>(SubmissionPage { items: views(conn, rows, team, now)?, next })
    };
    Ok(web::Json(state.db.read(read).await?))
}

/// Shows an entry to its team and the competition's hosts
#[utoipa::path(tag = "submissions", params(("id" = i64, Path)), responses((status = 200, body = SubmissionView), Problem))]
#[get("/submissions/{id}")]
pub(crate) async fn find_submission(
    state: web::Data<AppState>,
    user: CurrentUser,
    id: web::Path<SubmissionId>,
) -> ApiResult<web::Json<SubmissionView>> {
    let (submission, _) = own(&state, user, id.into_inner()).await?;
    let team = submission.team_id;
    Ok(web::Json(view_of(&state, submission, team).await?))
}

/// Downloads the file of an entry
#[utoipa::path(
    tag = "submissions",
    params(("id" = i64, Path)),
    responses((status = 200, description = "The file as it was sent", content_type = "text/csv"), Problem)
)]
#[get("/submissions/{id}/file")]
pub(crate) async fn download_submission(
    state: web::Data<AppState>,
    user: CurrentUser,
    id: web::Path<SubmissionId>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (submission, _) = own(&state, user, id.into_inner()).await?;
    let blob = Stored { sha256: submission.sha256, bytes: u64::try_from(submission.bytes).unwrap_or(0) };
    if submission.state == SubmissionState::Invalid && state.blobs.read(&blob.sha256).is_err() {
        return Err(ApiError::new(Code::NotFound, "Refused files are not kept."));
    }
    download::respond(&request, &state.blobs, blob, submission.file_name.as_str()).await
}

/// What to change of an entry.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateSubmissionRequest {
    /// The team's own words, at most 1,000 characters.
    note: String,
}

/// Changes the note of an entry; possible at any time
#[utoipa::path(
    tag = "submissions",
    params(("id" = i64, Path)),
    request_body = UpdateSubmissionRequest,
    responses((status = 200, body = SubmissionView), Problem)
)]
#[patch("/submissions/{id}")]
pub(crate) async fn update_submission(
    state: web::Data<AppState>,
    user: Submitter,
    id: web::Path<SubmissionId>,
    body: web::Json<UpdateSubmissionRequest>,
) -> ApiResult<web::Json<SubmissionView>> {
    let submission = own_by_team(&state, user.0, id.into_inner()).await?;
    let note = body.into_inner().note.trim().to_owned();
    if note.chars().count() > receive::MAX_NOTE {
        let detail = format!("The note must be a text of at most {} characters.", receive::MAX_NOTE);
        return Err(ApiError::invalid("note", detail));
    }
    let note = Text::new(note).map_err(|fault| ApiError::invalid("note", fault.to_string()))?;
    let (id, team) = (submission.id, submission.team_id);
    let changed = state.db.write::<_, StoreError, _>(move |conn| submissions::set_note(conn, id, &note)).await?;
    Ok(web::Json(view_of(&state, changed, team).await?))
}

/// Takes an entry back: it counts no more, and the quota stays spent
#[utoipa::path(tag = "submissions", params(("id" = i64, Path)), responses((status = 200, body = SubmissionView), Problem))]
#[post("/submissions/{id}/withdraw")]
pub(crate) async fn withdraw_submission(
    state: web::Data<AppState>,
    user: Submitter,
    id: web::Path<SubmissionId>,
) -> ApiResult<web::Json<SubmissionView>> {
    let submission = own_by_team(&state, user.0, id.into_inner()).await?;
    let (id, team, now) = (submission.id, submission.team_id, state.clock.now());
    let withdrawn = state.db.write(move |conn| submissions::withdraw(conn, id, now)).await?;
    state.live.wake();
    Ok(web::Json(view_of(&state, withdrawn, team).await?))
}

impl From<WithdrawError> for ApiError {
    fn from(error: WithdrawError) -> Self {
        match error {
            WithdrawError::Missing => Code::NotFound.into(),
            WithdrawError::NotRunning(state) => {
                ApiError::new(Code::CompetitionNotRunning, format!("The competition is {state}: the results stand."))
                    .with("state", state.as_str())
            }
            WithdrawError::NotCounting(state) => {
                ApiError::new(Code::NotWithdrawable, format!("The entry is {state} and does not count anyway."))
            }
            WithdrawError::Store(error) => error.into(),
        }
    }
}

/// Why somebody may see an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Team,
    Host,
}

/// An entry of `user`'s team, for what only the team does.
pub(super) async fn own_by_team(state: &AppState, user: CurrentUser, id: SubmissionId) -> ApiResult<Submission> {
    match own(state, user, id).await? {
        (submission, Access::Team) => Ok(submission),
        (_, Access::Host) => {
            Err(ApiError::new(Code::NotAMember, "Only the team that sent an entry can change it or take it back."))
        }
    }
}

/// An entry that `user` may see. Others' entries are not there.
pub(super) async fn own(state: &AppState, user: CurrentUser, id: SubmissionId) -> ApiResult<(Submission, Access)> {
    let now = state.clock.now();
    let read = move |conn: &mut Conn| {
        let submission = submissions::find(conn, id)?.ok_or(Code::NotFound)?;
        let seen = Seen::find(conn, submission.competition_id, Some(user), now)?;
        let access = match seen.membership {
            Some(membership) if membership.team.id == submission.team_id => Access::Team,
            _ if seen.is_host => Access::Host,
            _ => return Err(Code::NotFound.into()),
        };
        Ok::<_, ApiError>((submission, access))
    };
    state.db.read(read).await
}

pub(super) async fn view_of(state: &AppState, submission: Submission, team: TeamId) -> ApiResult<SubmissionView> {
    let (now, id) = (state.clock.now(), submission.id);
    let look = move |conn: &mut Conn| Ok((views(conn, vec![submission], team, now)?, receipts::find(conn, id)?));
    let (views, receipt) = state.db.read::<_, ApiError, _>(look).await?;
    let view = views.into_iter().next().ok_or_else(|| ApiError::internal("a submission without a view"))?;
    Ok(SubmissionView { receipt: receipt.map(|receipt| state.receipt_key.sign(receipt)), ..view })
}

/// The views of entries of one team.
pub(super) fn views(
    conn: &mut Conn,
    rows: Vec<Submission>,
    team: TeamId,
    now: UtcTime,
) -> ApiResult<Vec<SubmissionView>> {
    let Some(competition) = rows.first().map(|row| row.competition_id) else { return Ok(Vec::new()) };
    let settings = competitions::get(conn, competition)?;
    let versions: HashMap<SolutionId, i32> =
        solutions::all(conn, competition)?.into_iter().map(|solution| (solution.id, solution.version)).collect();
    let ids: Vec<SubmissionId> = rows.iter().map(|row| row.id).collect();
    let mut scores: HashMap<SubmissionId, Vec<ScoreView>> = HashMap::new();
    for score in results::scores(conn, &ids)? {
        let version = versions.get(&score.solution_id).copied();
        scores.entry(score.submission_id).or_default().push(ScoreView::public(score, version));
    }
    let mut private: HashMap<SubmissionId, Vec<ScoreView>> = HashMap::new();
    if let Some(released) = settings.released(now) {
        for score in sealed::revealed_scores(conn, &released, &ids)? {
            private.entry(score.submission).or_default().push(score.into());
        }
    }
    let best = standings::find(conn, competition, team)?.map(|standing| standing.submission_id);
    let mut names: HashMap<UserId, String> =
        teams::members(conn, team)?.into_iter().map(|member| (member.user, member.name.into_string())).collect();
    rows.into_iter()
        .map(|row| {
            let submitted_by = match names.get(&row.user_id) {
                Some(name) => name.clone(),
                None => {
                    // Somebody who has left the team.
                    let user = users::find(conn, row.user_id)?;
                    let name = user.map_or_else(String::new, |user| user.name.into_string());
                    names.entry(row.user_id).or_insert(name).clone()
                }
            };
            let queue_position = match row.state {
                SubmissionState::Queued => jobs::position(conn, Job::ScoreSubmission { submission: row.id })?,
                _ => None,
            };
            let sent_as = match row.former_team_id.zip(row.former_number) {
                Some((team, number)) => teams::find(conn, team)?.map(|team| SentAs { team: team.name, number }),
                None => None,
            };
            Ok(SubmissionView {
                status: StatusView::new(&row, queue_position, &settings, now),
                id: row.id,
                number: row.number,
                sent_as,
                file_name: row.file_name,
                bytes: row.bytes,
                sha256: row.sha256,
                note: row.note,
                state: row.state,
                is_chosen: row.chosen_at.is_some(),
                is_late: row.is_late,
                submitted_by,
                accepted_at: row.accepted_at,
                finished_at: row.finished_at,
                scores: scores.remove(&row.id).unwrap_or_default(),
                private_scores: private.remove(&row.id).unwrap_or_default(),
                rank: row.rank_after,
                rank_before: row.rank_before,
                is_best: best == Some(row.id),
                queue_position,
                errors: verdict::list(&row.errors).map_err(ApiError::internal)?,
                error_count: row.error_count,
                notices: verdict::list(&row.notices).map_err(ApiError::internal)?,
                receipt: None,
            })
        })
        .collect()
}
