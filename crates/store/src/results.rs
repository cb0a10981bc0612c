//! The life of a scoring job: a worker takes it, and ends it with scores, with errors of the file, or with a failure of
//! ours. Each step moves the job, the submission, the standings and the events in one write.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::competitions::Dates;
use crate::jobs::{self, Claim, FinishError, Job, Next};
use crate::mails::{self, Topic};
use crate::notifications::{About, NotificationKind, To, notify};
use crate::schema::{competitions, scores, solutions as solutions_table, submissions};
use crate::sealed::{self, PrivateScore};
use crate::standings::{self, Entry};
use crate::submissions::{Refusal, Submission, change_state};
use crate::types::{CompetitionId, Finite, JobId, SolutionId, SubmissionId, SubmissionState, Text, UtcTime};
use crate::{Conn, StoreError, rescores, solutions};

/// A score on the public rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicScore {
    /// The value.
    pub value: Finite,
    /// Its standard error, where there is one.
    pub standard_error: Option<Finite>,
}

/// Why a metric has no value on the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undefined {
    /// For programs.
    pub code: Text,
    /// For people.
    pub message: Text,
}

/// A metric that is shown beside the one that ranks.
#[derive(Debug, Clone)]
pub struct AlsoScore {
    /// Its name.
    pub metric: Text,
    /// On the public rows.
    pub public: Result<PublicScore, Undefined>,
    /// On the private rows.
    pub private: PrivateScore,
}

/// What scoring a file gave. The metric that ranks is defined; where it is not, the file is invalid.
#[derive(Debug, Clone)]
pub struct Scored {
    /// The labels it was scored against.
    pub solution: SolutionId,
    /// The metric that ranks.
    pub metric: Text,
    /// Its value on the public rows.
    pub public: PublicScore,
    /// Its value on the private rows.
    pub private: PrivateScore,
    /// The other metrics.
    pub also: Vec<AlsoScore>,
    /// What the reader put right, as a JSON list.
    pub notices: Text,
}

/// What recording a result did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The submission as it is now.
    pub submission: Submission,
    /// Whether it is its team's best now. Late entries never are.
    pub is_best: bool,
}

/// Takes the submission that waits longest, after taking back those whose workers vanished. To be run in a write
/// (soft is enough: a lost claim is made again).
///
/// # Errors
/// Those of the database.
pub fn claim(conn: &mut Conn, now: UtcTime, lease: TimeDelta) -> Result<Option<Claim>, StoreError> {
    for job in jobs::reap(conn, now)? {
        if let Job::ScoreSubmission { submission } = job {
            give_up(conn, submission, now)?;
        }
    }
    loop {
        let Some(claim) = jobs::claim(conn, now, lease)? else { return Ok(None) };
        let waiting = [SubmissionState::Queued, SubmissionState::Scoring];
        let Job::ScoreSubmission { submission } = claim.job else { return Ok(Some(claim)) };
        if change_state(conn, submission, &waiting, SubmissionState::Scoring, None, now)?.is_some() {
            return Ok(Some(claim));
        }
        // Withdrawn between two attempts.
        match jobs::finish(conn, &claim, now) {
            Ok(()) | Err(FinishError::Stale) => {}
            Err(FinishError::Store(error)) => return Err(error),
        }
    }
}

/// Records the scores, moves the standings and ends the job. `None` when the submission was withdrawn meanwhile, or when
/// it was scored with labels or a metric that are not in use any more; then it waits to be scored again.
///
/// # Errors
/// [`FinishError::Stale`]: somebody else has the job; nothing was changed.
pub fn record_scores(
    conn: &mut Conn,
    claim: &Claim,
    scored: &Scored,
    now: UtcTime,
) -> Result<Option<Recorded>, FinishError> {
    let Job::ScoreSubmission { submission } = claim.job else { return Err(FinishError::Stale) };
    let (metric, higher_is_better, dates, in_use) = rules(conn, submission)?;
    if metric != scored.metric || in_use != Some(scored.solution) {
        give_back(conn, claim, now)?;
        return Ok(None);
    }
    jobs::finish(conn, claim, now)?;
    let scoring = [SubmissionState::Scoring];
    let changed = change_state(conn, submission, &scoring, SubmissionState::Scored, Some(now), now)?;
    let Some(mut submission) = changed else { return Ok(None) };
    diesel::update(submissions::table.find(submission.id))
        .set(submissions::notices.eq(&scored.notices))
        .execute(conn)?;
    submission.notices = scored.notices.clone();

    insert(conn, submission.id, scored.solution, &metric, &Ok(scored.public))?;
    sealed::insert(conn, submission.id, scored.solution, &metric, &scored.private)?;
    for also in &scored.also {
        insert(conn, submission.id, scored.solution, &also.metric, &also.public)?;
        sealed::insert(conn, submission.id, scored.solution, &also.metric, &also.private)?;
    }
    rescores::follow(conn, submission.competition_id, submission.id, now)?;
    let is_shown = !submission.is_late && !dates.is_frozen_out(submission.accepted_at, now);
    let is_best = is_shown && {
        let entry = Entry {
            competition: submission.competition_id,
            team: submission.team_id,
            submission: submission.id,
            accepted_at: submission.accepted_at,
            score: scored.public.value,
            standard_error: scored.public.standard_error,
        };
        standings::count(conn, &entry, higher_is_better, now)?
    };
    // A score is news to those only who asked for it: it is on the page that they look at anyway.
    for person in mails::choosers(conn, submission.team_id, Topic::Entries)? {
        notify(conn, &To::User(person), NotificationKind::EntryScored, &about(&submission), now)?;
    }
    Ok(Some(Recorded { submission, is_best }))
}

fn about(submission: &Submission) -> About {
    About { submission: Some(submission.id), ..About::team(submission.competition_id, submission.team_id) }
}

/// Scores of a rescoring that is not published, beside those that count. A score of the same labels and metric that is
/// there already is the same score.
pub(crate) fn insert_tried(conn: &mut Conn, submission: SubmissionId, scored: &Scored) -> Result<(), StoreError> {
    let main = AlsoScore { metric: scored.metric.clone(), public: Ok(scored.public), private: scored.private.clone() };
    for score in std::iter::once(&main).chain(&scored.also) {
        if !is_there(conn, submission, scored.solution, &score.metric)? {
            insert(conn, submission, scored.solution, &score.metric, &score.public)?;
            sealed::insert(conn, submission, scored.solution, &score.metric, &score.private)?;
            try_out(conn, submission, scored.solution, &score.metric)?;
        }
    }
    Ok(())
}

/// An entry that has no score by a rescoring.
pub(crate) fn insert_undefined(
    conn: &mut Conn,
    submission: SubmissionId,
    solution: SolutionId,
    metric: &Text,
    refusal: &Refusal,
) -> Result<(), StoreError> {
    if is_there(conn, submission, solution, metric)? {
        return Ok(());
    }
    let undefined = Undefined { code: Text::lossy("refused"), message: refusal.errors.clone() };
    insert(conn, submission, solution, metric, &Err(undefined))?;
    try_out(conn, submission, solution, metric)
}

fn is_there(
    conn: &mut Conn,
    submission: SubmissionId,
    solution: SolutionId,
    metric: &Text,
) -> Result<bool, StoreError> {
    let same = scores::table
        .filter(scores::submission_id.eq(submission))
        .filter(scores::solution_id.eq(solution))
        .filter(scores::metric.eq(metric))
        .count()
        .get_result::<i64>(conn)?;
    Ok(same > 0)
}

/// Marks a score as one that does not count yet.
fn try_out(conn: &mut Conn, submission: SubmissionId, solution: SolutionId, metric: &Text) -> Result<(), StoreError> {
    let row = scores::table
        .filter(scores::submission_id.eq(submission))
        .filter(scores::solution_id.eq(solution))
        .filter(scores::metric.eq(metric));
    diesel::update(row).set(scores::is_current.eq(false)).execute(conn)?;
    Ok(())
}

/// What a result must fit to: the metric that ranks, whether more of it is better, the dates, the solution in use.
fn rules(conn: &mut Conn, submission: SubmissionId) -> Result<(Text, bool, Dates, Option<SolutionId>), StoreError> {
    let (competition, metric, higher_is_better, dates): (CompetitionId, Text, bool, Dates) = submissions::table
        .inner_join(competitions::table)
        .filter(submissions::id.eq(submission))
        .select((competitions::id, competitions::metric, competitions::higher_is_better, Dates::as_select()))
        .first(conn)?;
    let in_use = solutions::in_use(conn, competition)?.map(|solution| solution.id);
    Ok((metric, higher_is_better, dates, in_use))
}

/// Notes the team's public rank before and after an entry, as the board in memory said when it was scored: part of the
/// write that records the scores. What a participant reads as "rank 12 -> 7" stays true when the board moves on.
///
/// # Errors
/// Those of the database.
pub fn record_ranks(
    conn: &mut Conn,
    submission: SubmissionId,
    before: Option<i32>,
    after: Option<i32>,
) -> Result<(), StoreError> {
    diesel::update(submissions::table.find(submission))
        .set((submissions::rank_before.eq(before), submissions::rank_after.eq(after)))
        .execute(conn)?;
    Ok(())
}

fn insert(
    conn: &mut Conn,
    submission: SubmissionId,
    solution: SolutionId,
    metric: &Text,
    score: &Result<PublicScore, Undefined>,
) -> Result<(), StoreError> {
    let value = score.as_ref().ok();
    let undefined = score.as_ref().err();
    diesel::insert_into(scores::table)
        .values((
            scores::submission_id.eq(submission),
            scores::solution_id.eq(solution),
            scores::metric.eq(metric),
            scores::value.eq(value.map(|s| s.value)),
            scores::standard_error.eq(value.and_then(|s| s.standard_error)),
            scores::error_code.eq(undefined.map(|u| &u.code)),
            scores::error_message.eq(undefined.map(|u| &u.message)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Records that the file turned out invalid, which gives its quota back, and ends the job. `None` when the submission
/// was withdrawn meanwhile.
///
/// # Errors
/// [`FinishError::Stale`]: somebody else has the job; nothing was changed.
pub fn record_invalid(
    conn: &mut Conn,
    claim: &Claim,
    refusal: &Refusal,
    now: UtcTime,
) -> Result<Option<Submission>, FinishError> {
    let Job::ScoreSubmission { submission } = claim.job else { return Err(FinishError::Stale) };
    jobs::finish(conn, claim, now)?;
    diesel::update(submissions::table.find(submission))
        .set((submissions::errors.eq(&refusal.errors), submissions::error_count.eq(refusal.count)))
        .execute(conn)?;
    let scoring = [SubmissionState::Scoring];
    let invalid = change_state(conn, submission, &scoring, SubmissionState::Invalid, Some(now), now)?;
    if let Some(entry) = &invalid {
        notify(conn, &To::Team(entry.team_id), NotificationKind::EntryInvalid, &about(entry), now)?;
    }
    Ok(invalid)
}

/// Records a failure of ours. The submission waits for another attempt or, after the last one, becomes
/// `platform_error`, which gives its quota back.
///
/// # Errors
/// [`FinishError::Stale`]: somebody else has the job; nothing was changed.
pub fn record_failure(conn: &mut Conn, claim: &Claim, error: &Text, now: UtcTime) -> Result<Next, FinishError> {
    let next = jobs::fail(conn, claim, error, now)?;
    let Job::ScoreSubmission { submission } = claim.job else { return Ok(next) };
    match next {
        Next::Retry(_) => {
            change_state(conn, submission, &[SubmissionState::Scoring], SubmissionState::Queued, None, now)?;
        }
        Next::GivenUp => {
            give_up(conn, submission, now)?;
        }
    }
    Ok(next)
}

/// Gives a job back unharmed, when the worker is asked to stop.
///
/// # Errors
/// [`FinishError::Stale`]: somebody else has the job already.
pub fn give_back(conn: &mut Conn, claim: &Claim, now: UtcTime) -> Result<(), FinishError> {
    jobs::give_back(conn, claim)?;
    let Job::ScoreSubmission { submission } = claim.job else { return Ok(()) };
    change_state(conn, submission, &[SubmissionState::Scoring], SubmissionState::Queued, None, now)?;
    Ok(())
}

/// Puts a job that was given up back into the queue. Whether there was one.
///
/// # Errors
/// Those of the database.
pub fn retry(conn: &mut Conn, job: JobId, now: UtcTime) -> Result<bool, StoreError> {
    let Some(job) = jobs::retry(conn, job, now)? else { return Ok(false) };
    if let Job::ScoreSubmission { submission } = job {
        change_state(conn, submission, &[SubmissionState::PlatformError], SubmissionState::Queued, None, now)?;
    }
    Ok(true)
}

/// Cancels a job that waits. An entry that waited for its score becomes `platform_error`, which gives its quota back; it
/// can be retried like any other that stopped. Whether there was such a job.
///
/// # Errors
/// Those of the database.
pub fn cancel(conn: &mut Conn, job: JobId, now: UtcTime) -> Result<bool, StoreError> {
    let stopped = jobs::stop(conn, job, now)?;
    if let Some(Job::ScoreSubmission { submission }) = stopped {
        give_up(conn, submission, now)?;
    }
    Ok(stopped.is_some())
}

/// Ends an entry that waits as `platform_error`, and tells its team. Whether it waited.
pub(crate) fn give_up(conn: &mut Conn, submission: SubmissionId, now: UtcTime) -> Result<bool, StoreError> {
    let unfinished = [SubmissionState::Queued, SubmissionState::Scoring];
    let ended = change_state(conn, submission, &unfinished, SubmissionState::PlatformError, Some(now), now)?;
    if let Some(entry) = &ended {
        notify(conn, &To::Team(entry.team_id), NotificationKind::EntryFailed, &about(entry), now)?;
    }
    Ok(ended.is_some())
}

/// A public score as it is shown: one that counts, or one of its history.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = scores)]
pub struct Score {
    /// Of which submission.
    pub submission_id: SubmissionId,
    /// With which version of the solution.
    pub solution_id: SolutionId,
    /// By which metric.
    pub metric: Text,
    /// The value; else there is an error.
    pub value: Option<Finite>,
    /// Its standard error, where there is one.
    pub standard_error: Option<Finite>,
    /// Why there is no value, for programs.
    pub error_code: Option<Text>,
    /// Why there is no value, for people.
    pub error_message: Option<Text>,
}

/// The public scores of these submissions that count, the metric that ranks first.
///
/// # Errors
/// Those of the database.
pub fn scores(conn: &mut Conn, of: &[SubmissionId]) -> Result<Vec<Score>, StoreError> {
    let mut rows: Vec<(Score, Text)> = scores::table
        .inner_join(submissions::table.inner_join(competitions::table))
        .filter(scores::submission_id.eq_any(of.iter().copied()))
        .filter(scores::is_current)
        .order(scores::id)
        .select((Score::as_select(), competitions::metric))
        .load(conn)?;
    // After a change of the metric the one that ranks may have been recorded second.
    rows.sort_by_key(|(score, ranking)| (score.submission_id, score.metric != *ranking));
    Ok(rows.into_iter().map(|(score, _)| score).collect())
}

/// Every public score that a submission ever had, with the version of the solution, the oldest first: what a rescoring
/// changed. Scores of a rescoring that is not published are not among them.
///
/// # Errors
/// Those of the database.
pub fn history(conn: &mut Conn, of: SubmissionId) -> Result<Vec<(Score, i32, bool)>, StoreError> {
    let rows = scores::table
        .inner_join(solutions_table::table)
        .filter(scores::submission_id.eq(of))
        .filter(solutions_table::activated_at.is_not_null())
        .order(scores::id)
        .select((Score::as_select(), solutions_table::version, scores::is_current));
    Ok(rows.load(conn)?)
}

/// The public scores of the entries behind these rows, by submission: what the board shows beside the ranking score.
///
/// # Errors
/// Those of the database.
pub fn scores_of_best(conn: &mut Conn, standings: &[crate::standings::Standing]) -> Result<Vec<Score>, StoreError> {
    let mut found = Vec::new();
    // A statement takes only so many parameters.
    for part in standings.chunks(500) {
        let ids = part.iter().map(|standing| standing.submission_id);
        let rows = scores::table
            .filter(scores::submission_id.eq_any(ids))
            .filter(scores::is_current)
            .order((scores::submission_id, scores::id));
        found.extend(rows.select(Score::as_select()).load::<Score>(conn)?);
    }
    Ok(found)
}
