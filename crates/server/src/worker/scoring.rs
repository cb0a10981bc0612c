//! Scoring one submission: file and solution in, public and sealed scores out.

use std::io::{Read, Seek};

use podium_scoring::metric::{Estimate, Undefined};
use podium_scoring::report::{MetricReport, Outcome as Estimated};
use podium_scoring::sealed::Sealed;
use podium_scoring::table::Limits;
use podium_store::competitions::Competition;
use podium_store::jobs::{Claim, Job};
use podium_store::results::{self, AlsoScore, PublicScore, Scored};
use podium_store::sealed::PrivateScore;
use podium_store::submissions::Submission;
use podium_store::types::{Finite, RescoreId, SubmissionId, Text};
use podium_store::{StoreError, competitions, rescores, solutions, submissions, teams};

use super::{JobError, Outcome, Worker};
use crate::solutions::{JudgeError, Loaded};
use crate::verdict;

/// Scores a submission on a thread that may block; a panic there ends there.
pub(super) async fn score(worker: &Worker, id: SubmissionId) -> Result<Outcome, JobError> {
    let read = worker.db.read::<_, StoreError, _>(move |conn| {
        let Some(submission) = submissions::find(conn, id)? else { return Ok(None) };
        let competition = competitions::get(conn, submission.competition_id)?;
        Ok(Some((submission, competition)))
    });
    let (submission, competition) = read.await?.ok_or(JobError::NoSubmission)?;
    let loaded = worker.solutions.get(competition.id).await?;
    work(worker, submission, loaded, &competition).await
}

/// Scores a submission by a rescoring that is not published.
pub(super) async fn rescore(worker: &Worker, id: RescoreId, of: SubmissionId) -> Result<Outcome, JobError> {
    let read = worker.db.read::<_, StoreError, _>(move |conn| {
        let Some(submission) = submissions::find(conn, of)? else { return Ok(None) };
        let Some(rescore) = rescores::find(conn, id)? else { return Ok(None) };
        let competition = competitions::get(conn, submission.competition_id)?;
        let solution = solutions::get(conn, rescore.solution_id)?;
        Ok(Some((submission, competition, solution, rescore.manifest)))
    });
    let (submission, competition, solution, manifest) = read.await?.ok_or(JobError::NoSubmission)?;
    let loaded = worker.solutions.read(solution, manifest.as_str()).await?;
    work(worker, submission, loaded, &competition).await
}

async fn work(
    worker: &Worker,
    submission: Submission,
    loaded: Loaded,
    competition: &Competition,
) -> Result<Outcome, JobError> {
    let limits = verdict::limits(competition);
    let blobs = worker.blobs.clone();
    let work = tokio::task::spawn_blocking(move || {
        let file = blobs.read(&submission.sha256).map_err(JobError::Blob)?;
        outcome(file, &loaded, &limits)
    });
    // The payload of a panic may quote anything, so it is dropped; the log has where it happened.
    work.await.map_err(|_| JobError::Panic)?
}

fn outcome(file: impl Read + Seek, solution: &Loaded, limits: &Limits) -> Result<Outcome, JobError> {
    let report = match solution.score(file, limits) {
        Ok(report) => report,
        Err(JudgeError::Refused(rejections)) => return Ok(Outcome::Refused(verdict::refusal(&rejections))),
        Err(JudgeError::Disk(error)) => return Err(JobError::Blob(error)),
        Err(JudgeError::Solution(error)) => return Err(JobError::Solution(error)),
    };
    let notices = verdict::text(&verdict::notices(&report.notices));
    let mut metrics = report.metrics.into_iter();
    let main = metrics.next().ok_or(JobError::NoMetric)?;
    let public = match public(&main) {
        Ok(estimate) => public_score(estimate)?,
        Err(reason) => return Ok(Outcome::Refused(verdict::undefined(&main.metric, &reason))),
    };
    let metric = Text::lossy(main.metric.to_string());
    let private = private(main)?;
    let also = metrics.map(also).collect::<Result<_, _>>()?;
    Ok(Outcome::Scored(Box::new(Scored { solution: solution.id, metric, public, private, also, notices })))
}

fn also(report: MetricReport) -> Result<AlsoScore, JobError> {
    let metric = Text::lossy(report.metric.to_string());
    let public = match public(&report) {
        Ok(estimate) => Ok(public_score(estimate)?),
        Err(reason) => Err(results::Undefined {
            code: Text::lossy(reason.code()),
            message: Text::lossy(format!("{metric} is not defined for this file: {reason}.")),
        }),
    };
    Ok(AlsoScore { metric, public, private: private(report)? })
}

/// What participants see. Without a split every row is public.
fn public(report: &MetricReport) -> Result<Estimate, Undefined> {
    match &report.public {
        Some(outcome) => outcome.clone(),
        None => report.all.clone().reveal(),
    }
}

fn public_score(estimate: Estimate) -> Result<PublicScore, JobError> {
    Ok(PublicScore { value: finite(estimate.value)?, standard_error: estimate.standard_error.map(finite).transpose()? })
}

/// What nobody sees before the end: from one seal into the other.
fn private(report: MetricReport) -> Result<PrivateScore, JobError> {
    let all = report.all.reveal();
    let private = report.private.map_or_else(|| all.clone(), Sealed::reveal);
    let value = |outcome: &Estimated| outcome.as_ref().ok().map(|estimate| finite(estimate.value)).transpose();
    let error = private.as_ref().ok().and_then(|estimate| estimate.standard_error).map(finite).transpose()?;
    Ok(PrivateScore::new(value(&private)?, error, value(&all)?))
}

fn finite(number: f64) -> Result<Finite, JobError> {
    Finite::try_from(number).map_err(|_| JobError::NotFinite)
}

/// A team's rank before and after an entry, as the board in memory says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ranks {
    pub(super) before: Option<i32>,
    pub(super) after: Option<i32>,
}

impl Ranks {
    /// Looks them up for an entry that was just scored. Ranks are a courtesy: without a board there are none.
    pub(super) async fn of(worker: &Worker, outcome: &Result<Outcome, JobError>, claim: Claim) -> Self {
        let Ok(Outcome::Scored(scored)) = outcome else { return Self::default() };
        let Job::ScoreSubmission { submission } = claim.job else { return Self::default() };
        let now = worker.clock.now();
        let read = move |conn: &mut podium_store::Conn| {
            let Some(submission) = submissions::find(conn, submission)? else { return Ok(None) };
            let competition = competitions::get(conn, submission.competition_id)?;
            let is_benchmark = teams::find(conn, submission.team_id)?.is_some_and(|team| team.is_benchmark);
            let is_frozen_out = competition.dates.is_frozen_out(submission.accepted_at, now);
            let is_ranked = !(submission.is_late || is_frozen_out || is_benchmark);
            Ok::<_, StoreError>(is_ranked.then_some((submission, competition.higher_is_better)))
        };
        let Ok(Some((submission, higher_is_better))) = worker.db.read(read).await else { return Self::default() };
        let Ok(board) = worker.boards.get(submission.competition_id).await else { return Self::default() };
        let score = scored.public.value;
        let sort_key = if higher_is_better { score } else { score.negated() }.get();
        let (team, at) = (submission.team_id.0, submission.accepted_at.micros());
        let state = board.read();
        let row = state.board.row(team);
        let before = state.board.all().rank(team);
        let improves = row.is_none_or(|row| sort_key > row.sort_key || (sort_key == row.sort_key && at < row.best_at));
        let after = if improves { Some(state.board.rank_with(team, sort_key, at)) } else { before };
        let column = |rank: Option<usize>| rank.and_then(|rank| i32::try_from(rank).ok());
        Self { before: column(before), after: column(after) }
    }
}
