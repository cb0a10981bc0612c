//! What the time alone brings about: entries that hang are ended and their slots come back, and boards that stood still
//! show everything once the private scores are out. Run every now and then; each run finds what is due by looking.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::competitions::Dates;
use crate::jobs::{Job, JobState};
use crate::schema::{competitions, jobs, submissions};
use crate::types::{CompetitionId, SubmissionId, SubmissionState, UtcTime};
use crate::{Conn, StoreError, results, standings};

/// No entry waits longer for its result: far beyond three attempts with their pauses, and beyond a night without workers.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::hours(24);

/// Waiting entries that one run looks at, the oldest first: each costs a query.
const LOOKED_AT: i64 = 500;

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Entries that were ended as `platform_error`.
    pub ended: usize,
    /// Competitions whose board goes on.
    pub thawed: usize,
}

/// Whether a run would do anything; only reads.
///
/// # Errors
/// Those of the database.
pub fn is_due(conn: &mut Conn, now: UtcTime) -> Result<bool, StoreError> {
    Ok(!hanging(conn, now)?.is_empty() || !frozen(conn, now)?.is_empty())
}

/// Does what is due.
///
/// # Errors
/// Those of the database.
pub fn run(conn: &mut Conn, now: UtcTime) -> Result<Done, StoreError> {
    let mut done = Done::default();
    for id in hanging(conn, now)? {
        done.ended += usize::from(results::give_up(conn, id, now)?);
        // Its job, if there is one, finds nothing to do.
        diesel::update(jobs::table.filter(jobs::dedupe_key.eq(Job::ScoreSubmission { submission: id }.dedupe_key())))
            .filter(jobs::state.eq(JobState::Queued))
            .set((jobs::state.eq(JobState::Failed), jobs::finished_at.eq(now)))
            .execute(conn)?;
    }
    for competition in frozen(conn, now)? {
        done.thawed += usize::from(standings::thaw(conn, competition, now)? > 0);
    }
    Ok(done)
}

/// Entries without a result that no job will bring: theirs is gone or has ended, or they have waited too long.
fn hanging(conn: &mut Conn, now: UtcTime) -> Result<Vec<SubmissionId>, StoreError> {
    let waiting: Vec<(SubmissionId, UtcTime)> = submissions::table
        .filter(submissions::state.eq_any([SubmissionState::Queued, SubmissionState::Scoring]))
        .order(submissions::id)
        .limit(LOOKED_AT)
        .select((submissions::id, submissions::accepted_at))
        .load(conn)?;
    let mut hanging = Vec::new();
    for (id, accepted_at) in waiting {
        let job: Option<JobState> = jobs::table
            .filter(jobs::dedupe_key.eq(Job::ScoreSubmission { submission: id }.dedupe_key()))
            .select(jobs::state)
            .first(conn)
            .optional()?;
        let is_open = matches!(job, Some(JobState::Queued | JobState::Running));
        if !is_open || accepted_at.plus(LONGEST_WAIT) <= now {
            hanging.push(id);
        }
    }
    Ok(hanging)
}

/// Competitions whose board stood still, whose private scores are out, and whose rows do not count every entry yet.
fn frozen(conn: &mut Conn, now: UtcTime) -> Result<Vec<CompetitionId>, StoreError> {
    let frozen: Vec<(CompetitionId, Dates)> = competitions::table
        .filter(competitions::freezes_at.is_not_null())
        .filter(competitions::archived_at.is_null())
        .select((competitions::id, Dates::as_select()))
        .load(conn)?;
    let mut due = Vec::new();
    for (id, dates) in frozen {
        let Some(freeze) = dates.freezes_at.filter(|_| dates.are_revealed(now)) else { continue };
        if standings::is_behind(conn, id, freeze)? {
            due.push(id);
        }
    }
    Ok(due)
}
