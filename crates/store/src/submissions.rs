//! Submissions, and what can be done with one. The write that accepts one is in `accepting`, the lists in `listing`.

use diesel::prelude::*;

use crate::competitions::{CompetitionState, Dates};
use crate::error::from_diesel;
use crate::events::{self, Audience, EventKind};
use crate::jobs::{self, Job};
pub use crate::quota::Quota;
use crate::schema::{competitions, submissions};
use crate::types::{CompetitionId, Day, Sha256, SubmissionId, SubmissionState, TeamId, Text, UserId, UtcTime};
use crate::{Conn, StoreError, standings};

mod accepting;
mod listing;
pub use accepting::{NewSubmission, REFUSED_PER_DAY, Receipt, Refusal, SubmitError, quota, refuse, submit};
pub use listing::{EntryFilter, improvements, list, list_all};

/// A file that a team sent.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = submissions)]
pub struct Submission {
    /// Its number on the whole site.
    pub id: SubmissionId,
    /// Where.
    pub competition_id: CompetitionId,
    /// By which team.
    pub team_id: TeamId,
    /// By whom.
    pub user_id: UserId,
    /// 1, 2, … within the team.
    pub number: i32,
    /// What the file was called.
    pub file_name: Text,
    /// Digest of the file, and its name in the blob store.
    pub sha256: Sha256,
    /// Size.
    pub bytes: i64,
    /// The team's own words.
    pub note: Text,
    /// Where it stands.
    pub state: SubmissionState,
    /// The day it was accepted on, in the competition's zone.
    pub quota_day: Day,
    /// Came after the end: scored, never ranked.
    pub is_late: bool,
    /// Strictly increasing within the competition, whatever the clock does; decides ties and the deadline.
    pub accepted_at: UtcTime,
    /// When it got its result.
    pub finished_at: Option<UtcTime>,
    /// What the reader put right, as a JSON list.
    pub notices: Text,
    /// Why it is invalid, as a JSON list.
    pub errors: Text,
    /// How many errors there were; the list may be shorter.
    pub error_count: i64,
    /// The team's rank on the public board before this entry was scored.
    pub rank_before: Option<i32>,
    /// Its rank with it; see [`crate::results::record_ranks`].
    pub rank_after: Option<i32>,
    /// When the team chose it as one of its finals; see [`crate::finals`].
    pub chosen_at: Option<UtcTime>,
    /// The team that sent it, where that merged into `team_id` since.
    pub former_team_id: Option<TeamId>,
    /// Its number in that team.
    pub former_number: Option<i32>,
}

/// Why a submission cannot be taken back.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// There is no such submission.
    #[error("there is no such submission")]
    Missing,
    /// Only while the competition runs: afterwards the result stands.
    #[error("the competition is {0}")]
    NotRunning(CompetitionState),
    /// It does not count anyway.
    #[error("the submission is {0}")]
    NotCounting(SubmissionState),
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(WithdrawError);

/// Tells the team that a submission moved on.
fn announce(conn: &mut Conn, submission: &Submission, now: UtcTime) -> Result<(), StoreError> {
    let audience = Audience::Team(submission.competition_id, submission.team_id);
    let payload = serde_json::json!({ "id": submission.id, "state": submission.state });
    events::append(conn, audience, EventKind::SubmissionChanged, &payload, now)
}

/// The submission with this number.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: SubmissionId) -> Result<Option<Submission>, StoreError> {
    Ok(submissions::table.find(id).select(Submission::as_select()).first(conn).optional()?)
}

/// Takes a submission back: it counts no more, and the quota stays spent. A job that has begun ends without effect.
///
/// # Errors
/// [`WithdrawError`].
pub fn withdraw(conn: &mut Conn, id: SubmissionId, now: UtcTime) -> Result<Submission, WithdrawError> {
    let mut submission = find(conn, id)?.ok_or(WithdrawError::Missing)?;
    let dates: Dates = competitions::table.find(submission.competition_id).select(Dates::as_select()).first(conn)?;
    let state = dates.state(now);
    if matches!(state, CompetitionState::Closed | CompetitionState::Revealed | CompetitionState::Archived) {
        return Err(WithdrawError::NotRunning(state));
    }
    if !submission.state.counts() {
        return Err(WithdrawError::NotCounting(submission.state));
    }
    jobs::cancel(conn, Job::ScoreSubmission { submission: id }, now)?;
    submission.state = SubmissionState::Withdrawn;
    submission.finished_at = Some(now);
    diesel::update(submissions::table.find(id))
        .set((submissions::state.eq(submission.state), submissions::finished_at.eq(submission.finished_at)))
        .execute(conn)?;
    announce(conn, &submission, now)?;
    standings::recompute(conn, submission.competition_id, submission.team_id, now)?;
    Ok(submission)
}

/// Changes the team's own words about a submission; possible at any time, because nothing depends on them.
///
/// # Errors
/// Those of the database, [`diesel::NotFound`] among them.
pub fn set_note(conn: &mut Conn, id: SubmissionId, note: &Text) -> Result<Submission, StoreError> {
    diesel::update(submissions::table.find(id)).set(submissions::note.eq(note)).execute(conn)?;
    Ok(submissions::table.find(id).select(Submission::as_select()).first(conn)?)
}

/// Moves a submission on, if it is in one of the states `from`, and announces it. What it is then.
pub(crate) fn change_state(
    conn: &mut Conn,
    id: SubmissionId,
    from: &[SubmissionState],
    to: SubmissionState,
    finished_at: Option<UtcTime>,
    now: UtcTime,
) -> Result<Option<Submission>, StoreError> {
    let Some(mut submission) = find(conn, id)?.filter(|submission| from.contains(&submission.state)) else {
        return Ok(None);
    };
    submission.state = to;
    submission.finished_at = finished_at;
    diesel::update(submissions::table.find(id))
        .set((submissions::state.eq(to), submissions::finished_at.eq(finished_at)))
        .execute(conn)?;
    announce(conn, &submission, now)?;
    Ok(Some(submission))
}
