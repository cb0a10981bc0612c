//! The finals of one's team: which entries decide in the end, and what would count right now. And the versions of an
//! entry's scores.

use actix_web::{delete, get, put, web};
use podium_store::finals::{self, ChooseError, Reason};
use podium_store::types::{SubmissionId, UtcTime};
use podium_store::{Conn, results};
use serde::Serialize;
use utoipa::ToSchema;

use super::submissions::{ScoreView, own, own_by_team};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Member, Submitter};
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::score_text::ScoreText;

/// A team's finals.
#[derive(Debug, Serialize, ToSchema)]
pub struct FinalsView {
    /// Entries of a team that count in the end: the best private score among them.
    slots: i32,
    /// Entries that the team chose, those that wait for their score among them.
    #[schema(value_type = Vec<i64>)]
    chosen: Vec<SubmissionId>,
    /// What would count if the competition ended now.
    counting: Vec<FinalView>,
    /// Choices are made strictly before this.
    #[schema(value_type = String, format = DateTime)]
    ends_at: UtcTime,
    /// Whether choices can be made now.
    is_open: bool,
}

/// An entry that would count.
#[derive(Debug, Serialize, ToSchema)]
pub struct FinalView {
    /// Which.
    #[schema(value_type = i64)]
    id: SubmissionId,
    /// Its number in the team.
    number: i32,
    /// Its public score.
    score: ScoreText,
    /// `chosen` by the team, or filled in as `best_public`.
    #[schema(value_type = String, example = "best_public")]
    reason: Reason,
}

/// Shows one's team's finals, and what would count right now
#[utoipa::path(
    tag = "submissions",
    params(("slug" = String, Path)),
    responses((status = 200, body = FinalsView), Problem)
)]
#[get("/competitions/{slug}/finals")]
pub(crate) async fn find_finals(state: web::Data<AppState>, member: Member) -> ApiResult<web::Json<FinalsView>> {
    let now = state.clock.now();
    let Member { competition, membership, .. } = member;
    let read = move |conn: &mut Conn| {
        let finals = finals::of_team(conn, &competition, membership.team.id)?;
        let view = |entry: finals::Final| FinalView {
            id: entry.submission,
            number: entry.number,
            score: ScoreText(entry.score.get()),
            reason: entry.reason,
        };
        Ok::<_, ApiError>(FinalsView {
            slots: finals.slots,
            chosen: finals.chosen,
            counting: finals.counting.into_iter().map(view).collect(),
            ends_at: competition.dates.ends_at,
            is_open: competition.state(now) == podium_store::competitions::CompetitionState::Running,
        })
    };
    Ok(web::Json(state.db.read(read).await?))
}

/// Chooses an entry as one of the finals
#[utoipa::path(
    tag = "submissions",
    params(("id" = i64, Path)),
    responses((status = 200, body = super::submissions::SubmissionView), Problem)
)]
#[put("/submissions/{id}/final")]
pub(crate) async fn choose_final(
    state: web::Data<AppState>,
    user: Submitter,
    id: web::Path<SubmissionId>,
) -> ApiResult<web::Json<super::submissions::SubmissionView>> {
    change(&state, user, id.into_inner(), finals::choose).await
}

/// Takes the choice of an entry back
#[utoipa::path(
    tag = "submissions",
    params(("id" = i64, Path)),
    responses((status = 200, body = super::submissions::SubmissionView), Problem)
)]
#[delete("/submissions/{id}/final")]
pub(crate) async fn unchoose_final(
    state: web::Data<AppState>,
    user: Submitter,
    id: web::Path<SubmissionId>,
) -> ApiResult<web::Json<super::submissions::SubmissionView>> {
    change(&state, user, id.into_inner(), finals::unchoose).await
}

type Change = fn(&mut Conn, SubmissionId, UtcTime) -> Result<podium_store::submissions::Submission, ChooseError>;

async fn change(
    state: &AppState,
    user: Submitter,
    id: SubmissionId,
    change: Change,
) -> ApiResult<web::Json<super::submissions::SubmissionView>> {
    let team = own_by_team(state, user.0, id).await?.team_id;
    let clock = state.clock.clone();
    let changed = state.db.write::<_, ChooseError, _>(move |conn| change(conn, id, clock.now())).await?;
    state.live.wake();
    Ok(web::Json(super::submissions::view_of(state, changed, team).await?))
}

impl From<ChooseError> for ApiError {
    fn from(error: ChooseError) -> Self {
        match error {
            ChooseError::Missing => Code::NotFound.into(),
            ChooseError::NotRunning(state) => {
                let detail = format!("The competition is {state}; finals are chosen while it runs.");
                ApiError::new(Code::CompetitionNotRunning, detail).with("state", state.as_str())
            }
            ChooseError::NotCounting(state) => {
                ApiError::new(Code::NotAFinal, format!("The entry is {state} and cannot count."))
            }
            ChooseError::Full { slots, chosen } => {
                let numbers = chosen.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let detail =
                    format!("Your team has chosen {slots} of {slots}: number {numbers}. Take one of these back first.");
                ApiError::new(Code::FinalsFull, detail).with("chosen", chosen)
            }
            ChooseError::Store(error) => error.into(),
        }
    }
}

/// A score that an entry has or had.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreVersionView {
    /// The score with its version of the solution.
    #[serde(flatten)]
    score: ScoreView,
    /// Whether it is the one that counts.
    is_current: bool,
}

/// The scores of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreHistory {
    /// The oldest first. Public rows only.
    items: Vec<ScoreVersionView>,
}

/// Lists every public score an entry ever had: what rescoring changed
#[utoipa::path(tag = "submissions", params(("id" = i64, Path)), responses((status = 200, body = ScoreHistory), Problem))]
#[get("/submissions/{id}/scores")]
pub(crate) async fn list_scores(
    state: web::Data<AppState>,
    user: CurrentUser,
    id: web::Path<SubmissionId>,
) -> ApiResult<web::Json<ScoreHistory>> {
    let (submission, _) = own(&state, user, id.into_inner()).await?;
    let rows = state.db.read::<_, ApiError, _>(move |conn| Ok(results::history(conn, submission.id)?)).await?;
    let items = rows.into_iter().map(|(score, version, is_current)| ScoreVersionView {
        score: ScoreView::public(score, Some(version)),
        is_current,
    });
    Ok(web::Json(ScoreHistory { items: items.collect() }))
}
