//! Work to be done outside of requests: a queue with leases.
//!
//! A worker claims a job for the time of its lease and prolongs it while it works. A worker that is late finds that the
//! attempt number has moved on, and its result is dropped (fencing): a job may run twice and counts once. The result
//! is written in the same write as [`finish`]. A job whose worker vanished twice is parked, so that a file that kills
//! the process cannot stop the queue.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text as SqlText, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::from_diesel;
use crate::schema::{jobs, submissions};
use crate::types::{CompetitionId, JobId, RescoreId, SubmissionId, Text, UtcTime, words};
use crate::{Conn, StoreError};

/// Attempts before a job counts as failed.
const MAX_ATTEMPTS: i32 = 3;
/// Vanished workers before a job is parked.
const MAX_DEATHS: i32 = 2;
/// Longest wait before a job is tried again, in minutes.
const LONGEST_BACKOFF_MINUTES: i64 = 60;

words! {
    /// Where a job stands.
    JobState {
        /// Waits for a worker.
        Queued = "queued",
        /// A worker has it.
        Running = "running",
        /// Done.
        Done = "done",
        /// Its last attempt failed.
        Failed = "failed",
        /// Its workers vanished.
        Parked = "parked",
    }
}

/// The kinds of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Scores a submission.
    ScoreSubmission {
        /// Which.
        submission: SubmissionId,
    },
    /// Scores a submission with a solution or metric that is not published yet.
    Rescore {
        /// Which rescoring.
        rescore: RescoreId,
        /// Which submission.
        submission: SubmissionId,
    },
}

impl Job {
    /// The kind of the jobs that give entries their scores.
    const SCORE_SUBMISSION: &'static str = "score_submission";

    /// What kind of work it is.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::ScoreSubmission { .. } => Self::SCORE_SUBMISSION,
            Self::Rescore { .. } => "rescore",
        }
    }

    /// For which competition it works.
    fn competition(self, conn: &mut Conn) -> Result<Option<CompetitionId>, StoreError> {
        let (Self::ScoreSubmission { submission } | Self::Rescore { submission, .. }) = self;
        Ok(submissions::table.find(submission).select(submissions::competition_id).first(conn).optional()?)
    }

    /// What makes a second one of the same job superfluous.
    pub(crate) fn dedupe_key(self) -> String {
        let kind = self.kind();
        match self {
            Self::ScoreSubmission { submission } => format!("{kind}:{submission}"),
            Self::Rescore { rescore, submission } => format!("{kind}:{rescore}:{submission}"),
        }
    }
}

/// One attempt at a job, as a worker holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Which job.
    pub id: JobId,
    /// What to do.
    pub job: Job,
    /// Which attempt: 1, 2, …
    pub attempt: i32,
}

/// Why an attempt cannot be ended.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// The lease ran out and somebody else took over: drop the result.
    #[error("the job is not this worker's any more")]
    Stale,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(FinishError);

/// Puts a job in the queue, on the connection of the write that needs it done.
///
/// # Errors
/// Those of the database.
pub fn enqueue(conn: &mut Conn, job: Job, now: UtcTime) -> Result<JobId, StoreError> {
    let payload = serde_json::to_string(&job)
        .map_err(|e| StoreError::Query(diesel::result::Error::SerializationError(e.into())))?;
    Ok(diesel::insert_into(jobs::table)
        .values((
            jobs::kind.eq(job.kind()),
            jobs::competition_id.eq(job.competition(conn)?),
            jobs::payload.eq(payload),
            jobs::dedupe_key.eq(job.dedupe_key()),
            jobs::state.eq(JobState::Queued),
            jobs::attempts.eq(0),
            jobs::max_attempts.eq(MAX_ATTEMPTS),
            jobs::deaths.eq(0),
            jobs::run_at.eq(now),
            jobs::created_at.eq(now),
        ))
        .returning(jobs::id)
        .get_result(conn)?)
}

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = BigInt)]
    id: JobId,
    #[diesel(sql_type = SqlText)]
    payload: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

impl Claimed {
    fn claim(self) -> Result<Claim, StoreError> {
        Ok(Claim { id: self.id, job: read(&self.payload)?, attempt: self.attempts })
    }
}

fn read(payload: &str) -> Result<Job, StoreError> {
    serde_json::from_str(payload).map_err(|e| StoreError::Query(diesel::result::Error::DeserializationError(e.into())))
}

/// Takes the job that waits longest. A job that was never tried is due whatever the clock says, so that a clock that
/// goes back holds nothing up.
///
/// # Errors
/// Those of the database.
pub(crate) fn claim(conn: &mut Conn, now: UtcTime, lease: TimeDelta) -> Result<Option<Claim>, StoreError> {
    diesel::sql_query(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = $1
         WHERE id = (SELECT id FROM jobs WHERE state = 'queued' AND (run_at <= $2 OR attempts = 0)
                     ORDER BY run_at, id LIMIT 1)
         RETURNING id, payload, attempts",
    )
    .bind::<Timestamp, _>(now.plus(lease))
    .bind::<Timestamp, _>(now)
    .get_result::<Claimed>(conn)
    .optional()?
    .map(Claimed::claim)
    .transpose()
}

/// Prolongs a lease.
///
/// # Errors
/// [`FinishError::Stale`]: stop working.
pub fn heartbeat(conn: &mut Conn, claim: &Claim, now: UtcTime, lease: TimeDelta) -> Result<(), FinishError> {
    let mine =
        jobs::table.find(claim.id).filter(jobs::state.eq(JobState::Running)).filter(jobs::attempts.eq(claim.attempt));
    match diesel::update(mine).set(jobs::lease_until.eq(now.plus(lease))).execute(conn)? {
        0 => Err(FinishError::Stale),
        _ => Ok(()),
    }
}

/// Ends a job. First statement of the write that holds its result.
///
/// # Errors
/// [`FinishError::Stale`]: drop the result.
pub(crate) fn finish(conn: &mut Conn, claim: &Claim, now: UtcTime) -> Result<(), FinishError> {
    let mine =
        jobs::table.find(claim.id).filter(jobs::state.eq(JobState::Running)).filter(jobs::attempts.eq(claim.attempt));
    let done = (jobs::state.eq(JobState::Done), jobs::lease_until.eq(None::<UtcTime>), jobs::finished_at.eq(now));
    match diesel::update(mine).set(done).execute(conn)? {
        0 => Err(FinishError::Stale),
        _ => Ok(()),
    }
}

/// What becomes of a job after an attempt that did not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It runs again at this instant.
    Retry(UtcTime),
    /// It was the last attempt.
    GivenUp,
}

/// Notes that an attempt failed through no fault of the file.
///
/// # Errors
/// [`FinishError::Stale`].
pub(crate) fn fail(conn: &mut Conn, claim: &Claim, error: &Text, now: UtcTime) -> Result<Next, FinishError> {
    let mine =
        jobs::table.find(claim.id).filter(jobs::state.eq(JobState::Running)).filter(jobs::attempts.eq(claim.attempt));
    let max_attempts: i32 = mine.select(jobs::max_attempts).first(conn).optional()?.ok_or(FinishError::Stale)?;
    let next = after(claim.attempt, max_attempts, now);
    end_attempt(conn, claim.id, next, error, now)?;
    Ok(next)
}

/// Gives a job back unharmed, when the worker is asked to stop.
///
/// # Errors
/// [`FinishError::Stale`].
pub(crate) fn give_back(conn: &mut Conn, claim: &Claim) -> Result<(), FinishError> {
    let mine =
        jobs::table.find(claim.id).filter(jobs::state.eq(JobState::Running)).filter(jobs::attempts.eq(claim.attempt));
    // The attempt stays counted, so that a late result of this worker is still refused; it gets one more instead.
    let back = (
        jobs::state.eq(JobState::Queued),
        jobs::lease_until.eq(None::<UtcTime>),
        jobs::max_attempts.eq(jobs::max_attempts + 1),
    );
    match diesel::update(mine).set(back).execute(conn)? {
        0 => Err(FinishError::Stale),
        _ => Ok(()),
    }
}

fn after(attempt: i32, max_attempts: i32, now: UtcTime) -> Next {
    if attempt >= max_attempts {
        return Next::GivenUp;
    }
    let minutes = 1_i64.checked_shl(attempt.unsigned_abs()).unwrap_or(i64::MAX).min(LONGEST_BACKOFF_MINUTES);
    Next::Retry(now.plus(TimeDelta::minutes(minutes)))
}

fn end_attempt(conn: &mut Conn, id: JobId, next: Next, error: &Text, now: UtcTime) -> Result<(), StoreError> {
    let lease = jobs::lease_until.eq(None::<UtcTime>);
    let error = jobs::last_error.eq(error);
    let job = diesel::update(jobs::table.find(id));
    match next {
        Next::Retry(at) => {
            job.set((jobs::state.eq(JobState::Queued), jobs::run_at.eq(at), lease, error)).execute(conn)?
        }
        Next::GivenUp => {
            job.set((jobs::state.eq(JobState::Failed), jobs::finished_at.eq(now), lease, error)).execute(conn)?
        }
    };
    Ok(())
}

/// Takes back the jobs whose lease has run out: their worker died, hangs or lost the database. They run again at once,
/// or are parked when it is the second time or was the last attempt. Returns those that will not run again.
///
/// # Errors
/// Those of the database.
pub(crate) fn reap(conn: &mut Conn, now: UtcTime) -> Result<Vec<Job>, StoreError> {
    let expired: Vec<(JobId, String, i32, i32, i32)> = jobs::table
        .filter(jobs::state.eq(JobState::Running))
        .filter(jobs::lease_until.lt(now))
        .order(jobs::id)
        .select((jobs::id, jobs::payload, jobs::attempts, jobs::max_attempts, jobs::deaths))
        .load(conn)?;
    let mut parked = Vec::new();
    for (id, payload, attempts, max_attempts, deaths) in expired {
        let deaths = deaths + 1;
        let job = diesel::update(jobs::table.find(id));
        let common = (
            jobs::deaths.eq(deaths),
            jobs::lease_until.eq(None::<UtcTime>),
            jobs::last_error.eq("the worker vanished while it had this job"),
        );
        if deaths >= MAX_DEATHS || attempts >= max_attempts {
            job.set((common, jobs::state.eq(JobState::Parked), jobs::finished_at.eq(now))).execute(conn)?;
            parked.push(read(&payload)?);
        } else {
            job.set((common, jobs::state.eq(JobState::Queued), jobs::run_at.eq(now))).execute(conn)?;
        }
    }
    Ok(parked)
}

/// Puts a job that failed or was parked back into the queue with all its attempts. `None` when there is no such job.
///
/// # Errors
/// Those of the database.
pub(crate) fn retry(conn: &mut Conn, id: JobId, now: UtcTime) -> Result<Option<Job>, StoreError> {
    let stopped = jobs::table.find(id).filter(jobs::state.eq_any([JobState::Failed, JobState::Parked]));
    let Some(payload) = stopped.select(jobs::payload).first::<String>(conn).optional()? else { return Ok(None) };
    diesel::update(jobs::table.find(id))
        .set((
            jobs::state.eq(JobState::Queued),
            // Attempts only ever grow: they are the fencing numbers.
            jobs::max_attempts.eq(jobs::attempts + MAX_ATTEMPTS),
            jobs::deaths.eq(0),
            jobs::run_at.eq(now),
            jobs::finished_at.eq(None::<UtcTime>),
        ))
        .execute(conn)?;
    read(&payload).map(Some)
}

/// Ends a job that waits, as failed, because an administrator says so. `None` when no such job waits.
///
/// # Errors
/// Those of the database.
pub(crate) fn stop(conn: &mut Conn, id: JobId, now: UtcTime) -> Result<Option<Job>, StoreError> {
    let waiting = jobs::table.find(id).filter(jobs::state.eq(JobState::Queued));
    let Some(payload) = waiting.select(jobs::payload).first::<String>(conn).optional()? else { return Ok(None) };
    diesel::update(jobs::table.find(id))
        .set((
            jobs::state.eq(JobState::Failed),
            jobs::finished_at.eq(now),
            jobs::last_error.eq("cancelled by an administrator"),
        ))
        .execute(conn)?;
    read(&payload).map(Some)
}

/// Withdraws a job that nobody has begun. Whether there was one.
///
/// # Errors
/// Those of the database.
pub(crate) fn cancel(conn: &mut Conn, job: Job, now: UtcTime) -> Result<bool, StoreError> {
    let waiting = jobs::table.filter(jobs::dedupe_key.eq(job.dedupe_key())).filter(jobs::state.eq(JobState::Queued));
    let done = (jobs::state.eq(JobState::Done), jobs::finished_at.eq(now));
    Ok(diesel::update(waiting).set(done).execute(conn)? > 0)
}

/// How many jobs wait before this one; 0 for the next, `None` when it does not wait.
///
/// # Errors
/// Those of the database.
pub fn position(conn: &mut Conn, job: Job) -> Result<Option<i64>, StoreError> {
    let waiting = jobs::table.filter(jobs::dedupe_key.eq(job.dedupe_key())).filter(jobs::state.eq(JobState::Queued));
    let found = waiting.select((jobs::run_at, jobs::id)).first::<(UtcTime, JobId)>(conn).optional()?;
    let Some((run_at, id)) = found else { return Ok(None) };
    let before = jobs::table
        .filter(jobs::state.eq(JobState::Queued))
        .filter(jobs::run_at.lt(run_at).or(jobs::run_at.eq(run_at).and(jobs::id.lt(id))));
    Ok(Some(before.count().get_result(conn)?))
}

/// A job as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct JobRow {
    /// Its number.
    pub id: JobId,
    /// What kind of work.
    pub kind: Text,
    /// What exactly, as JSON.
    pub payload: Text,
    /// Where it stands.
    pub state: JobState,
    /// Attempts so far.
    pub attempts: i32,
    /// Workers that vanished with it.
    pub deaths: i32,
    /// When it may run.
    pub run_at: UtcTime,
    /// Until when its worker holds it.
    pub lease_until: Option<UtcTime>,
    /// Why the last attempt failed.
    pub last_error: Option<Text>,
    /// When it was put in the queue.
    pub created_at: UtcTime,
    /// When it ended.
    pub finished_at: Option<UtcTime>,
    /// For which competition.
    pub competition_id: Option<CompetitionId>,
}

impl JobRow {
    /// What is to be done.
    ///
    /// # Errors
    /// When a newer program put it in the queue.
    pub fn job(&self) -> Result<Job, StoreError> {
        read(self.payload.as_str())
    }
}

/// The next `limit` jobs before `before`, newest first, in one of `states`; of one competition or of all.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    of: Option<CompetitionId>,
    states: &[JobState],
    before: Option<JobId>,
    limit: i64,
) -> Result<Vec<JobRow>, StoreError> {
    let mut rows = jobs::table
        .filter(jobs::state.eq_any(states.iter().copied()))
        .order(jobs::id.desc())
        .limit(limit)
        .select(JobRow::as_select())
        .into_boxed();
    if let Some(competition) = of {
        rows = rows.filter(jobs::competition_id.eq(competition));
    }
    if let Some(before) = before {
        rows = rows.filter(jobs::id.lt(before));
    }
    Ok(rows.load(conn)?)
}

/// The queue in numbers, for health and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// Jobs that wait, for their turn or for another attempt.
    pub queued: i64,
    /// Jobs that workers have.
    pub running: i64,
    /// Jobs that will not run again by themselves.
    pub stopped: i64,
    /// Since when the oldest waiting job could have run.
    pub oldest: Option<UtcTime>,
}

/// The queue in numbers.
///
/// # Errors
/// Those of the database.
pub fn queue(conn: &mut Conn) -> Result<Queue, StoreError> {
    let count = |conn: &mut Conn, states: &[JobState]| {
        jobs::table.filter(jobs::state.eq_any(states.iter().copied())).count().get_result(conn)
    };
    Ok(Queue {
        queued: count(conn, &[JobState::Queued])?,
        running: count(conn, &[JobState::Running])?,
        stopped: count(conn, &[JobState::Failed, JobState::Parked])?,
        oldest: jobs::table
            .filter(jobs::state.eq(JobState::Queued))
            .select(diesel::dsl::min(jobs::run_at))
            .first(conn)?,
    })
}

/// How the queue does for one competition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Jobs that wait, for their turn or for another attempt.
    pub waiting: i64,
    /// Jobs that workers have.
    pub running: i64,
    /// When the job that waits longest was put in the queue.
    pub oldest: Option<UtcTime>,
    /// Entries that were scored, or found invalid, in the last hour.
    pub scored: usize,
    /// How long half of them took at most, from their acceptance to the result.
    pub median: Option<TimeDelta>,
    /// How long 95 of 100 of them took at most.
    pub p95: Option<TimeDelta>,
    /// Jobs that were given up in the last 24 hours and were not put back.
    pub failures: i64,
}

/// How the queue does for one competition.
///
/// # Errors
/// Those of the database.
pub fn health(conn: &mut Conn, competition: CompetitionId, now: UtcTime) -> Result<Health, StoreError> {
    let count = |conn: &mut Conn, state: JobState| {
        jobs::table.filter(jobs::competition_id.eq(competition)).filter(jobs::state.eq(state)).count().get_result(conn)
    };
    let scored: Vec<(UtcTime, Option<UtcTime>)> = jobs::table
        .filter(jobs::competition_id.eq(competition))
        .filter(jobs::state.eq(JobState::Done))
        .filter(jobs::kind.eq(Job::SCORE_SUBMISSION))
        .filter(jobs::finished_at.gt(now.plus(-TimeDelta::hours(1))))
        .select((jobs::created_at, jobs::finished_at))
        .load(conn)?;
    let mut took: Vec<i64> = scored.iter().filter_map(|(at, end)| Some(end.as_ref()?.micros() - at.micros())).collect();
    took.sort_unstable();
    Ok(Health {
        waiting: count(conn, JobState::Queued)?,
        running: count(conn, JobState::Running)?,
        oldest: jobs::table
            .filter(jobs::competition_id.eq(competition))
            .filter(jobs::state.eq(JobState::Queued))
            .select(diesel::dsl::min(jobs::created_at))
            .first(conn)?,
        scored: took.len(),
        median: share(&took, 50),
        p95: share(&took, 95),
        failures: jobs::table
            .filter(jobs::competition_id.eq(competition))
            .filter(jobs::state.eq_any([JobState::Failed, JobState::Parked]))
            .filter(jobs::finished_at.gt(now.plus(-TimeDelta::days(1))))
            .count()
            .get_result(conn)?,
    })
}

/// The least of `sorted` that is not below `percent` of 100 of them.
fn share(sorted: &[i64], percent: usize) -> Option<TimeDelta> {
    let place = (sorted.len() * percent).div_ceil(100);
    sorted.get(place.checked_sub(1)?).copied().map(TimeDelta::microseconds)
}
