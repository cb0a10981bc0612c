//! A new solution or metric for a competition that has entries: every entry is scored with it beside the scores that
//! count, hosts look which ranks would change, and then it is published or dropped in one write. Old scores stay.

use std::collections::BTreeMap;

use diesel::prelude::*;
use sha2::Digest as _;

use crate::competitions::{self, Competition, Released};
use crate::error::from_diesel;
use crate::jobs::{self, Claim, FinishError, Job};
use crate::notifications::{self, About, NotificationKind, To};
use crate::ranking;
use crate::results::{self, Scored};
use crate::schema::{
    competitions as competitions_table, rescores, scores, solutions as solutions_table, submissions, teams,
};
use crate::sealed;
use crate::solutions::{self, NewSolution};
use crate::submissions::Refusal;
use crate::types::{
    CompetitionId, Finite, RescoreId, Sha256, SolutionId, SubmissionId, SubmissionState, TeamId, Text, UserId, UtcTime,
    words,
};
use crate::{Conn, StoreError, standings};

words! {
    /// Where a rescoring stands.
    RescoreState {
        /// Entries are being scored, or hosts look at the result.
        Open = "open",
        /// Its scores are those that count, until a later one.
        Published = "published",
        /// It came to nothing.
        Dropped = "dropped",
    }
}

/// A rescoring.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = rescores)]
pub struct Rescore {
    /// Its number.
    pub id: RescoreId,
    /// Where.
    pub competition_id: CompetitionId,
    /// The labels it scores with.
    pub solution_id: SolutionId,
    /// The whole manifest with the metric it scores by.
    pub manifest: Text,
    /// That metric.
    pub metric: Text,
    /// Whether more of it is better.
    pub higher_is_better: bool,
    /// Where it stands.
    pub state: RescoreState,
    /// Why, in the hosts' words; participants read it.
    pub reason: Text,
    /// Who began it.
    pub created_by: UserId,
    /// When.
    pub created_at: UtcTime,
    /// When it was published or dropped.
    pub decided_at: Option<UtcTime>,
    /// Entries it scored, once published.
    pub entries: Option<i64>,
    /// Teams whose public rank it changed, once published.
    pub moved: Option<i64>,
}

/// A rescoring to begin.
#[derive(Debug, Clone)]
pub struct NewRescore {
    /// Where.
    pub competition: CompetitionId,
    /// New labels; those in use where only the metric changes.
    pub solution: Option<NewSolution>,
    /// The whole manifest.
    pub manifest: Text,
    /// The metric that ranks.
    pub metric: Text,
    /// Whether more of it is better.
    pub higher_is_better: bool,
    /// Why.
    pub reason: Text,
    /// Who.
    pub by: UserId,
}

/// Why a rescoring cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RescoreError {
    /// There is no such rescoring.
    #[error("there is no such rescoring")]
    Missing,
    /// One at a time.
    #[error("rescoring {0} is open; publish or drop it first")]
    AnotherOpen(RescoreId),
    /// It is over.
    #[error("the rescoring is {0}")]
    Decided(RescoreState),
    /// There are no labels to score with.
    #[error("the competition has no solution")]
    NoSolution,
    /// The manifest was changed by hosts since it began.
    #[error("the settings changed since this rescoring began; drop it and begin another")]
    Overtaken,
    /// Entries still wait.
    #[error("{left} entries are not scored yet")]
    Incomplete {
        /// How many.
        left: i64,
    },
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(RescoreError);

/// Begins a rescoring: adds the labels and puts every scored entry into the queue, behind entries that wait.
///
/// # Errors
/// [`RescoreError`].
pub fn begin(conn: &mut Conn, new: &NewRescore, now: UtcTime) -> Result<Rescore, RescoreError> {
    if let Some(open) = open(conn, new.competition)? {
        return Err(RescoreError::AnotherOpen(open.id));
    }
    let solution = match &new.solution {
        Some(solution) => solutions::add_candidate(conn, new.competition, solution, now)?,
        None => solutions::in_use(conn, new.competition)?.ok_or(RescoreError::NoSolution)?,
    };
    // A clock that was set back must not make the last change look like one that came after this.
    let changed = competitions::get(conn, new.competition)?.updated_at;
    let id: RescoreId = diesel::insert_into(rescores::table)
        .values((
            rescores::competition_id.eq(new.competition),
            rescores::solution_id.eq(solution.id),
            rescores::manifest.eq(&new.manifest),
            rescores::metric.eq(&new.metric),
            rescores::higher_is_better.eq(new.higher_is_better),
            rescores::state.eq(RescoreState::Open),
            rescores::reason.eq(&new.reason),
            rescores::created_by.eq(new.by),
            rescores::created_at.eq(now.max(changed)),
        ))
        .returning(rescores::id)
        .get_result(conn)?;
    for submission in scored(conn, new.competition)? {
        enqueue(conn, id, submission, now)?;
    }
    find(conn, id)?.ok_or(RescoreError::Missing)
}

/// Rescoring jobs stand behind every entry that waits for its first score: a job that was never tried is due whatever
/// its time says (see [`jobs`]), and the queue is in the order of these times.
fn enqueue(conn: &mut Conn, id: RescoreId, submission: SubmissionId, now: UtcTime) -> Result<(), StoreError> {
    let behind = now.plus(chrono::TimeDelta::days(365));
    jobs::enqueue(conn, Job::Rescore { rescore: id, submission }, behind).map(drop)
}

/// Puts an entry that was just scored into the open rescoring, if there is one.
pub(crate) fn follow(
    conn: &mut Conn,
    competition: CompetitionId,
    submission: SubmissionId,
    now: UtcTime,
) -> Result<(), StoreError> {
    match open(conn, competition)? {
        Some(open) => enqueue(conn, open.id, submission, now),
        None => Ok(()),
    }
}

fn scored(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<SubmissionId>, StoreError> {
    let rows = submissions::table
        .filter(submissions::competition_id.eq(competition))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .order(submissions::id)
        .select(submissions::id);
    Ok(rows.load(conn)?)
}

/// The rescoring with this number.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: RescoreId) -> Result<Option<Rescore>, StoreError> {
    Ok(rescores::table.find(id).select(Rescore::as_select()).first(conn).optional()?)
}

/// The rescoring of a competition that is neither published nor dropped.
///
/// # Errors
/// Those of the database.
pub fn open(conn: &mut Conn, competition: CompetitionId) -> Result<Option<Rescore>, StoreError> {
    let open = rescores::table
        .filter(rescores::competition_id.eq(competition))
        .filter(rescores::state.eq(RescoreState::Open))
        .select(Rescore::as_select());
    Ok(open.first(conn).optional()?)
}

/// Every rescoring of a competition, newest first.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<Rescore>, StoreError> {
    let rows = rescores::table.filter(rescores::competition_id.eq(competition)).order(rescores::id.desc());
    Ok(rows.select(Rescore::as_select()).load(conn)?)
}

/// Records what an entry is worth by an open rescoring, beside the score that counts, and ends the job.
///
/// # Errors
/// [`FinishError::Stale`]: somebody else has the job; nothing was changed.
pub fn record(
    conn: &mut Conn,
    claim: &Claim,
    outcome: Result<&Scored, &Refusal>,
    now: UtcTime,
) -> Result<(), FinishError> {
    jobs::finish(conn, claim, now)?;
    let Job::Rescore { rescore, submission } = claim.job else { return Ok(()) };
    let Some(rescore) = find(conn, rescore)?.filter(|rescore| rescore.state == RescoreState::Open) else {
        return Ok(());
    };
    match outcome {
        Ok(scored) => results::insert_tried(conn, submission, scored)?,
        Err(refusal) => results::insert_undefined(conn, submission, rescore.solution_id, &rescore.metric, refusal)?,
    }
    Ok(())
}

/// Entries of a rescoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entries to score.
    pub entries: i64,
    /// Entries that have their new score.
    pub done: i64,
}

/// How far a rescoring is.
///
/// # Errors
/// Those of the database.
pub fn progress(conn: &mut Conn, rescore: &Rescore) -> Result<Progress, StoreError> {
    let entries = scored(conn, rescore.competition_id)?.len();
    let done: i64 = scores::table
        .inner_join(submissions::table)
        .filter(submissions::competition_id.eq(rescore.competition_id))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .filter(scores::solution_id.eq(rescore.solution_id))
        .filter(scores::metric.eq(&rescore.metric))
        .count()
        .get_result(conn)?;
    Ok(Progress { entries: i64::try_from(entries).unwrap_or(i64::MAX), done })
}

/// A team's place before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// Whose.
    pub team: TeamId,
    /// Rank as things stand; none for a benchmark or a team without a score.
    pub before: Option<usize>,
    /// Rank by the rescoring.
    pub after: Option<usize>,
    /// Best score as things stand.
    pub score_before: Option<Finite>,
    /// Best score by the rescoring.
    pub score_after: Option<Finite>,
}

/// What publishing would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The public board: every team that has a score before or after, in the order after.
    pub public: Vec<Move>,
    /// The private board, once the competition is over. For hosts only, as the whole preview.
    pub private: Option<Vec<Move>>,
}

/// What publishing a rescoring would change, as far as entries are scored.
///
/// # Errors
/// Those of the database.
pub fn preview(conn: &mut Conn, rescore: &Rescore, now: UtcTime) -> Result<Preview, StoreError> {
    let competition = competitions::get(conn, rescore.competition_id)?;
    let before = public_ranks(conn, &competition, None, now)?;
    let after = public_ranks(conn, &competition, Some(rescore), now)?;
    let private = match competition.released_in_rehearsal(now) {
        None => None,
        Some(current) => {
            let before = sealed::final_standings(conn, &current)?;
            let tried =
                Released { metric: rescore.metric.clone(), higher_is_better: rescore.higher_is_better, ..current };
            let after = sealed::final_standings_with(conn, &tried, rescore.solution_id)?;
            let place =
                |rows: Vec<sealed::FinalStanding>| rows.into_iter().map(|r| (r.team, (r.rank, r.score))).collect();
            Some(moves(place(before), place(after)))
        }
    };
    Ok(Preview { public: moves(before, after), private })
}

type Places = Vec<(TeamId, (Option<usize>, Option<Finite>))>;

fn moves(before: Places, after: Places) -> Vec<Move> {
    let mut old: BTreeMap<TeamId, (Option<usize>, Option<Finite>)> = before.into_iter().collect();
    let mut moves: Vec<Move> = after
        .into_iter()
        .map(|(team, (after, score_after))| {
            let (before, score_before) = old.remove(&team).unwrap_or((None, None));
            Move { team, before, after, score_before, score_after }
        })
        .collect();
    moves.extend(old.into_iter().map(|(team, (before, score_before))| Move {
        team,
        before,
        after: None,
        score_before,
        score_after: None,
    }));
    moves
}

/// The public board by the scores that count, or by those of a rescoring.
fn public_ranks(
    conn: &mut Conn,
    competition: &Competition,
    tried: Option<&Rescore>,
    now: UtcTime,
) -> Result<Places, StoreError> {
    let (metric, higher_is_better) = match tried {
        Some(rescore) => (&rescore.metric, rescore.higher_is_better),
        None => (&competition.metric, competition.higher_is_better),
    };
    let mut rows = scores::table
        .inner_join(submissions::table.inner_join(teams::table))
        .filter(submissions::competition_id.eq(competition.id))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .filter(submissions::is_late.eq(false))
        .filter(teams::closed_at.is_null())
        .filter(teams::disqualified_at.is_null())
        .filter(scores::metric.eq(metric))
        .select((submissions::team_id, teams::is_benchmark, submissions::accepted_at, scores::value))
        .into_boxed();
    rows = match tried {
        Some(rescore) => rows.filter(scores::solution_id.eq(rescore.solution_id)),
        None => rows.filter(scores::is_current),
    };
    let mut best: BTreeMap<TeamId, (Finite, UtcTime, bool)> = BTreeMap::new();
    for (team, is_benchmark, accepted_at, value) in rows.load::<(TeamId, bool, UtcTime, Option<Finite>)>(conn)? {
        let Some(value) = value.filter(|_| !competition.dates.is_frozen_out(accepted_at, now)) else { continue };
        let key = if higher_is_better { value } else { value.negated() };
        let is_better = best.get(&team).is_none_or(|(of, at, _)| key > *of || (key == *of && accepted_at < *at));
        if is_better {
            best.insert(team, (key, accepted_at, is_benchmark));
        }
    }
    let mut rows: Vec<(TeamId, (Finite, UtcTime, bool))> = best.into_iter().collect();
    rows.sort_by_key(|(team, (key, at, _))| (std::cmp::Reverse(*key), *at, *team));
    let ranks = ranking::ranks(
        competition.board_rules().ties,
        rows.iter().map(|(_, (key, _, is_benchmark))| (*key, !is_benchmark)),
    );
    let score = |key: Finite| if higher_is_better { key } else { key.negated() };
    Ok(rows.into_iter().zip(ranks).map(|((team, (key, ..)), rank)| (team, (rank, Some(score(key))))).collect())
}

/// Makes the scores of a rescoring those that count, the boards with them, and tells participants: one write.
///
/// # Errors
/// [`RescoreError::Incomplete`] while entries wait.
pub fn publish(conn: &mut Conn, id: RescoreId, now: UtcTime) -> Result<Rescore, RescoreError> {
    let rescore = undecided(conn, id)?;
    if competitions::get(conn, rescore.competition_id)?.updated_at > rescore.created_at {
        return Err(RescoreError::Overtaken);
    }
    let Progress { entries, done } = progress(conn, &rescore)?;
    if done < entries {
        return Err(RescoreError::Incomplete { left: entries - done });
    }
    let moved = preview(conn, &rescore, now)?.public.iter().filter(|m| m.before != m.after).count();
    let of_competition =
        || submissions::table.filter(submissions::competition_id.eq(rescore.competition_id)).select(submissions::id);
    diesel::update(scores::table.filter(scores::submission_id.eq_any(of_competition())))
        .set(scores::is_current.eq(false))
        .execute(conn)?;
    diesel::update(
        scores::table
            .filter(scores::submission_id.eq_any(of_competition()))
            .filter(scores::solution_id.eq(rescore.solution_id)),
    )
    .set(scores::is_current.eq(true))
    .execute(conn)?;
    // After the one before it, also where the clock was set back: the latest is the one in use.
    let last: Option<UtcTime> = solutions_table::table
        .filter(solutions_table::competition_id.eq(rescore.competition_id))
        .select(diesel::dsl::max(solutions_table::activated_at))
        .first(conn)?;
    diesel::update(solutions_table::table.find(rescore.solution_id))
        .set(solutions_table::activated_at.eq(last.map_or(now, |last| last.next().max(now))))
        .execute(conn)?;
    diesel::update(competitions_table::table.find(rescore.competition_id))
        .set((
            competitions_table::manifest.eq(&rescore.manifest),
            competitions_table::manifest_sha256.eq(Sha256(sha2::Sha256::digest(rescore.manifest.as_str()).into())),
            competitions_table::metric.eq(&rescore.metric),
            competitions_table::higher_is_better.eq(rescore.higher_is_better),
            competitions_table::updated_at.eq(now),
        ))
        .execute(conn)?;
    standings::recompute_all(conn, rescore.competition_id, now)?;
    let moved = i64::try_from(moved).unwrap_or(i64::MAX);
    decide(conn, &rescore, RescoreState::Published, Some((entries, moved)), now)?;
    let about = About::competition(rescore.competition_id);
    let to = To::Participants(rescore.competition_id);
    notifications::notify(conn, &to, NotificationKind::Rescored, &about, now)?;
    find(conn, id)?.ok_or(RescoreError::Missing)
}

/// Ends a rescoring without any effect.
///
/// # Errors
/// [`RescoreError`].
pub fn drop_open(conn: &mut Conn, id: RescoreId, now: UtcTime) -> Result<Rescore, RescoreError> {
    let rescore = undecided(conn, id)?;
    for submission in scored(conn, rescore.competition_id)? {
        jobs::cancel(conn, Job::Rescore { rescore: id, submission }, now)?;
    }
    decide(conn, &rescore, RescoreState::Dropped, None, now)?;
    find(conn, id)?.ok_or(RescoreError::Missing)
}

fn undecided(conn: &mut Conn, id: RescoreId) -> Result<Rescore, RescoreError> {
    let rescore = find(conn, id)?.ok_or(RescoreError::Missing)?;
    match rescore.state {
        RescoreState::Open => Ok(rescore),
        decided => Err(RescoreError::Decided(decided)),
    }
}

fn decide(
    conn: &mut Conn,
    rescore: &Rescore,
    state: RescoreState,
    figures: Option<(i64, i64)>,
    now: UtcTime,
) -> Result<(), StoreError> {
    diesel::update(rescores::table.find(rescore.id))
        .set((
            rescores::state.eq(state),
            rescores::decided_at.eq(now),
            rescores::entries.eq(figures.map(|(entries, _)| entries)),
            rescores::moved.eq(figures.map(|(_, moved)| moved)),
        ))
        .execute(conn)?;
    Ok(())
}
