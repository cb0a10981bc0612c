//! Scores on private rows, and on all rows, from which the private ones follow. The table is private to this module:
//! one function writes it, and whatever reads it asks for a proof that the scores are out.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use diesel::prelude::*;

use crate::competitions::Released;
use crate::ranking::{self, Candidate};
use crate::schema::{scores, submissions, teams};
use crate::types::{Finite, SolutionId, SubmissionId, SubmissionState, TeamId, Text, UtcTime};
use crate::{Conn, StoreError};

mod table {
    diesel::table! {
        sealed_scores (id) {
            id -> BigInt,
            submission_id -> BigInt,
            solution_id -> BigInt,
            metric -> Text,
            private_value -> Nullable<Double>,
            private_error -> Nullable<Double>,
            all_value -> Nullable<Double>,
        }
    }
}
use table::sealed_scores;
diesel::allow_tables_to_appear_in_same_query!(sealed_scores, submissions);
diesel::allow_tables_to_appear_in_same_query!(sealed_scores, scores);
diesel::allow_tables_to_appear_in_same_query!(sealed_scores, teams);

/// A score on its way into the sealed table. Cannot be shown, compared or read.
#[derive(Clone)]
pub struct PrivateScore {
    private: Option<Finite>,
    private_error: Option<Finite>,
    all: Option<Finite>,
}

impl PrivateScore {
    /// The score on the private rows with its standard error, and the score on all rows; `None` where undefined.
    #[must_use]
    pub fn new(private: Option<Finite>, private_error: Option<Finite>, all: Option<Finite>) -> Self {
        Self { private, private_error, all }
    }
}

impl fmt::Debug for PrivateScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateScore(sealed)")
    }
}

pub(crate) fn insert(
    conn: &mut Conn,
    submission: SubmissionId,
    solution: SolutionId,
    metric: &Text,
    score: &PrivateScore,
) -> Result<(), StoreError> {
    diesel::insert_into(sealed_scores::table)
        .values((
            sealed_scores::submission_id.eq(submission),
            sealed_scores::solution_id.eq(solution),
            sealed_scores::metric.eq(metric),
            sealed_scores::private_value.eq(score.private),
            sealed_scores::private_error.eq(score.private_error),
            sealed_scores::all_value.eq(score.all),
        ))
        .execute(conn)?;
    Ok(())
}

/// A team's place on the private board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FinalStanding {
    /// From 1; `None` for a benchmark.
    pub rank: Option<usize>,
    /// A host's reference entry.
    pub is_benchmark: bool,
    /// Whose.
    pub team: TeamId,
    /// The entry that decided.
    pub submission: SubmissionId,
    /// When it was accepted.
    pub accepted_at: UtcTime,
    /// Its score on the private rows; `None` (and last) where the metric is undefined on them.
    pub score: Option<Finite>,
    /// Its standard error.
    pub standard_error: Option<Finite>,
    /// Its score on the public rows.
    pub public_score: Finite,
}

/// An entry that may decide.
struct Entry {
    team: TeamId,
    is_benchmark: bool,
    submission: SubmissionId,
    is_chosen: bool,
    accepted_at: UtcTime,
    public: Finite,
    private: Option<Finite>,
    private_error: Option<Finite>,
}

/// The private board: of each team's finals (see [`ranking::finals`]) the best private one counts. Equal scores stand in
/// the order of their entries and rank as the competition's rule for ties says.
///
/// # Errors
/// Those of the database.
pub fn final_standings(conn: &mut Conn, released: &Released) -> Result<Vec<FinalStanding>, StoreError> {
    final_standings_before(conn, released, None)
}

/// The private board by the labels of a rescoring that is not published; the metric is that of `released`.
pub(crate) fn final_standings_with(
    conn: &mut Conn,
    released: &Released,
    solution: SolutionId,
) -> Result<Vec<FinalStanding>, StoreError> {
    let entries = load(conn, released, Some(solution))?;
    Ok(board(released, entries))
}

/// The private board from entries accepted before `before` only: as it would have been then. For a rehearsal.
///
/// # Errors
/// Those of the database.
pub fn final_standings_before(
    conn: &mut Conn,
    released: &Released,
    before: Option<UtcTime>,
) -> Result<Vec<FinalStanding>, StoreError> {
    let mut entries = load(conn, released, None)?;
    entries.retain(|entry| before.is_none_or(|before| entry.accepted_at < before));
    Ok(board(released, entries))
}

fn board(released: &Released, loaded: Vec<Entry>) -> Vec<FinalStanding> {
    let better = |score: Finite| if released.higher_is_better { score } else { score.negated() };
    let mut entries: BTreeMap<TeamId, Vec<Entry>> = BTreeMap::new();
    for entry in loaded {
        entries.entry(entry.team).or_default().push(entry);
    }
    let mut board: Vec<Entry> = entries
        .into_values()
        .filter_map(|entries| {
            let candidates: Vec<Candidate> = entries
                .iter()
                .map(|e| Candidate { is_chosen: e.is_chosen, sort_key: better(e.public), accepted_at: e.accepted_at })
                .collect();
            let finals = ranking::finals(&candidates, released.finals);
            let decides = finals.into_iter().max_by_key(|&place| {
                let entry = &entries[place];
                (entry.private.map(better), Reverse(entry.accepted_at))
            })?;
            entries.into_iter().nth(decides)
        })
        .collect();
    board.sort_by_key(|e| (Reverse(e.private.map(better)), e.accepted_at, e.team));
    let ranks = ranking::ranks(released.ties, board.iter().map(|e| (e.private, !e.is_benchmark)));
    board
        .into_iter()
        .zip(ranks)
        .map(|(entry, rank)| FinalStanding {
            rank,
            is_benchmark: entry.is_benchmark,
            team: entry.team,
            submission: entry.submission,
            accepted_at: entry.accepted_at,
            score: entry.private,
            standard_error: entry.private_error,
            public_score: entry.public,
        })
        .collect()
}

fn load(conn: &mut Conn, released: &Released, tried: Option<SolutionId>) -> Result<Vec<Entry>, StoreError> {
    type Row = (TeamId, bool, (SubmissionId, UtcTime, Option<UtcTime>), Option<Finite>, Option<Finite>, Option<Finite>);
    let mut rows = submissions::table
        .inner_join(teams::table)
        .inner_join(scores::table)
        .inner_join(
            sealed_scores::table.on(sealed_scores::submission_id
                .eq(submissions::id)
                .and(sealed_scores::solution_id.eq(scores::solution_id))
                .and(sealed_scores::metric.eq(scores::metric))),
        )
        .filter(submissions::competition_id.eq(released.competition))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .filter(submissions::is_late.eq(false))
        .filter(teams::disqualified_at.is_null())
        .filter(scores::metric.eq(&released.metric))
        .select((
            submissions::team_id,
            teams::is_benchmark,
            (submissions::id, submissions::accepted_at, submissions::chosen_at),
            scores::value,
            sealed_scores::private_value,
            sealed_scores::private_error,
        ))
        .into_boxed();
    rows = match tried {
        Some(solution) => rows.filter(scores::solution_id.eq(solution)),
        None => rows.filter(scores::is_current),
    };
    let rows: Vec<Row> = rows.load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(team, is_benchmark, (submission, accepted_at, chosen_at), public, private, private_error)| {
            let is_chosen = chosen_at.is_some();
            public.map(|public| Entry {
                team,
                is_benchmark,
                submission,
                is_chosen,
                accepted_at,
                public,
                private,
                private_error,
            })
        })
        .collect())
}

/// A score on the private rows.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct RevealedScore {
    /// Of which submission.
    pub submission: SubmissionId,
    /// By which metric.
    pub metric: Text,
    /// The value; `None` where it is not defined on the rows.
    pub value: Option<Finite>,
    /// Its standard error.
    pub standard_error: Option<Finite>,
}

/// The private scores of these submissions that count, late ones among them: what a team sees of its entries once the
/// scores are out. Submissions of other competitions are left out.
///
/// # Errors
/// Those of the database.
pub fn revealed_scores(
    conn: &mut Conn,
    released: &Released,
    of: &[SubmissionId],
) -> Result<Vec<RevealedScore>, StoreError> {
    let rows = scores::table
        .inner_join(submissions::table)
        .inner_join(
            sealed_scores::table.on(sealed_scores::submission_id
                .eq(scores::submission_id)
                .and(sealed_scores::solution_id.eq(scores::solution_id))
                .and(sealed_scores::metric.eq(scores::metric))),
        )
        .filter(submissions::competition_id.eq(released.competition))
        .filter(scores::submission_id.eq_any(of.iter().copied()))
        .filter(scores::is_current)
        .order(scores::id)
        .select((scores::submission_id, scores::metric, sealed_scores::private_value, sealed_scores::private_error));
    Ok(rows.load(conn)?)
}
