//! The jobs: claim, work, finish, over and over, beside the requests.
//!
//! Owns the loop around a job: its lease and heartbeat, the boundary that a panic cannot pass, waking up, stopping. What
//! a job does is in `scoring`. A result is written together with the end of its job, and only by whoever still holds
//! it; a job that runs twice counts once.

mod scoring;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use podium_store::jobs::{self, Claim, FinishError, Job};
use podium_store::types::Text;
use podium_store::{Db, StoreError, rescores, results, upkeep};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::blobs::PublicBlobs;
use crate::board::registry::Boards;
use crate::clock::Clock;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::solutions::Solutions;

/// Longest wait between two looks into the queue: other processes do not ring, and retries come due.
const LOOK: Duration = Duration::from_secs(1);

/// Time between two looks at what the time alone brings about.
const UPKEEP: Duration = Duration::from_secs(30);

/// What workers share. Clones share it.
#[derive(Clone)]
pub struct Worker {
    /// The queue.
    pub db: Db,
    /// The submissions' files.
    pub blobs: PublicBlobs,
    /// What they are scored against.
    pub solutions: Solutions,
    /// For the ranks before and after.
    pub boards: Boards,
    /// To be told of results.
    pub live: Live,
    /// The time.
    pub clock: Clock,
    /// Counters.
    pub metrics: Metrics,
    /// Rung when there is a new job.
    pub queue: Arc<Notify>,
    /// How long a job may go without a heartbeat before others take it.
    pub lease: TimeDelta,
}

/// What became of a job.
enum Outcome {
    Scored(Box<results::Scored>),
    Refused(podium_store::submissions::Refusal),
}

/// Why a job could not be done, through no fault of the file. For the log and administrators; never a label or score.
#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Solution(#[from] crate::solutions::SolutionError),
    #[error("there is no such submission")]
    NoSubmission,
    #[error("the submitted file cannot be read: {0}")]
    Blob(std::io::Error),
    #[error("the scoring panicked")]
    Panic,
    #[error("a score is not finite")]
    NotFinite,
    #[error("the task has no metric")]
    NoMetric,
}

impl Worker {
    /// Runs jobs on `workers` tasks until `stop` is cancelled, then waits for those in progress until `limit` and gives
    /// the rest back.
    pub async fn run(self, workers: usize, stop: CancellationToken, limit: Duration) {
        let mut tasks = JoinSet::new();
        let give_up = CancellationToken::new();
        tasks.spawn(self.clone().keep_up(stop.clone()));
        for _ in 0..workers {
            tasks.spawn(self.clone().work(stop.clone(), give_up.clone()));
        }
        stop.cancelled().await;
        let all_done = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(limit, all_done).await.is_err() {
            give_up.cancel();
            while tasks.join_next().await.is_some() {}
        }
    }

    /// What the time alone brings about: entries that hang come to an end, and boards that stood still go on once the
    /// private scores are out.
    async fn look_after(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let due = self.db.read::<_, StoreError, _>(move |conn| upkeep::is_due(conn, now)).await?;
        if due {
            let done = self.db.write::<_, StoreError, _>(move |conn| upkeep::run(conn, now)).await?;
            if done.ended > 0 {
                tracing::error!(entries = done.ended, "entries that hung were ended; their slots came back");
            }
            if done.thawed > 0 {
                tracing::info!(competitions = done.thawed, "leaderboards that stood still go on");
            }
            self.live.wake();
        }
        Ok(())
    }

    /// Looks after things every now and then until `stop` is cancelled.
    async fn keep_up(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.look_after().await {
                tracing::warn!(%error, "cannot look after entries and boards; trying again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(UPKEEP) => {}
            }
        }
    }

    async fn work(self, stop: CancellationToken, give_up: CancellationToken) {
        while !stop.is_cancelled() {
            // Before the look: a ring between the look and the wait is not missed.
            let rung = self.queue.notified();
            match self.run_one(&give_up).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "cannot look into the queue; trying again"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = rung => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Runs every job that is due now; for tests, which have no loop.
    ///
    /// # Errors
    /// The database failed.
    pub async fn run_due(&self) -> Result<(), StoreError> {
        self.look_after().await?;
        while self.run_one(&CancellationToken::new()).await? {}
        Ok(())
    }

    /// Runs the next job, if there is one.
    async fn run_one(&self, give_up: &CancellationToken) -> Result<bool, StoreError> {
        let (now, lease) = (self.clock.now(), self.lease);
        let claim = self.db.write_soft(move |conn| results::claim(conn, now, lease)).await?;
        let Some(claim) = claim else { return Ok(false) };
        let kind = claim.job.kind();
        // `scoring` is visible before the score is.
        self.live.wake();
        let began = Instant::now();
        let outcome = tokio::select! {
            biased;
            outcome = self.attempt(&claim) => Some(outcome),
            () = self.lose(&claim) => None,
            () = give_up.cancelled() => {
                self.give_back(claim).await;
                return Ok(false);
            }
        };
        let told = match outcome {
            Some(outcome) => self.record(claim, outcome).await,
            None => "lost",
        };
        self.live.wake();
        self.metrics.job(kind, told, began.elapsed());
        Ok(true)
    }

    async fn attempt(&self, claim: &Claim) -> Result<Outcome, JobError> {
        match claim.job {
            Job::ScoreSubmission { submission } => scoring::score(self, submission).await,
            Job::Rescore { rescore, submission } => scoring::rescore(self, rescore, submission).await,
        }
    }

    /// Keeps the lease; ends when the job is somebody else's.
    async fn lose(&self, claim: &Claim) {
        let every = self.lease.to_std().unwrap_or(LOOK) / 3;
        loop {
            tokio::time::sleep(every).await;
            let (claim, now, lease) = (*claim, self.clock.now(), self.lease);
            match self.db.write_soft(move |conn| jobs::heartbeat(conn, &claim, now, lease)).await {
                Ok(()) => {}
                Err(FinishError::Stale) => return,
                Err(FinishError::Store(error)) => tracing::warn!(%error, job = %claim.id, "no heartbeat"),
            }
        }
    }

    /// Writes what became of the job, as often as the database needs to take it: the work is done and its result should
    /// not be lost to a restart of the database. Whoever took the job over meanwhile makes this end.
    async fn record(&self, claim: Claim, outcome: Result<Outcome, JobError>) -> &'static str {
        let told = match &outcome {
            Ok(Outcome::Scored(_)) => "scored",
            Ok(Outcome::Refused(_)) => "invalid",
            Err(error) => {
                tracing::error!(%error, job = %claim.id, attempt = claim.attempt, "a job failed");
                "failed"
            }
        };
        let outcome = Arc::new(outcome);
        let ranks = scoring::Ranks::of(self, &outcome, claim).await;
        loop {
            let (now, outcome) = (self.clock.now(), Arc::clone(&outcome));
            let write = self.db.write(move |conn| match &*outcome {
                Ok(outcome) if matches!(claim.job, Job::Rescore { .. }) => {
                    let outcome = match outcome {
                        Outcome::Scored(scored) => Ok(&**scored),
                        Outcome::Refused(refusal) => Err(refusal),
                    };
                    rescores::record(conn, &claim, outcome, now)
                }
                Ok(Outcome::Scored(scored)) => {
                    if let Some(recorded) = results::record_scores(conn, &claim, scored, now)? {
                        results::record_ranks(conn, recorded.submission.id, ranks.before, ranks.after)?;
                    }
                    Ok(())
                }
                Ok(Outcome::Refused(refusal)) => results::record_invalid(conn, &claim, refusal, now).map(drop),
                Err(error) => results::record_failure(conn, &claim, &Text::lossy(error.to_string()), now).map(drop),
            });
            match write.await {
                Ok(()) => return told,
                Err(FinishError::Stale) => return "lost",
                Err(FinishError::Store(StoreError::Unavailable(error))) => {
                    tracing::warn!(error, job = %claim.id, "a result waits for the database");
                    tokio::time::sleep(LOOK).await;
                }
                Err(FinishError::Store(error)) => {
                    tracing::error!(%error, job = %claim.id, "a result cannot be written");
                    return "failed";
                }
            }
        }
    }

    async fn give_back(&self, claim: Claim) {
        let now = self.clock.now();
        if let Err(error) = self.db.write(move |conn| results::give_back(conn, &claim, now)).await {
            tracing::warn!(%error, job = %claim.id, "a job could not be given back; its lease runs out");
        }
    }
}
