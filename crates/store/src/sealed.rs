//! Scores on private rows, and on all rows, from which the private ones follow. The table is private to this module:
//! one function writes it and one reads it, and reading asks for a proof that the scores are out.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use diesel::prelude::*;

use crate::competitions::Released;
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
    /// 1, 2, …; `None` for a benchmark.
    pub rank: Option<usize>,
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
    accepted_at: UtcTime,
    public: Finite,
    private: Option<Finite>,
    private_error: Option<Finite>,
}

/// The private board: of each team's `finals` best public entries (the earlier first where equal) the best private one
/// counts; ties go to the earlier entry.
///
/// # Errors
/// Those of the database.
pub fn final_standings(conn: &mut Conn, released: &Released) -> Result<Vec<FinalStanding>, StoreError> {
    let better = |score: Finite| if released.higher_is_better { score } else { score.negated() };
    let mut entries: HashMap<TeamId, Vec<Entry>> = HashMap::new();
    for entry in load(conn, released)? {
        entries.entry(entry.team).or_default().push(entry);
    }
    let mut board: Vec<Entry> = entries
        .into_values()
        .filter_map(|mut entries| {
            entries.sort_by_key(|e| (Reverse(better(e.public)), e.accepted_at));
            entries.truncate(released.finals);
            entries.into_iter().max_by_key(|e| (e.private.map(better), Reverse(e.accepted_at)))
        })
        .collect();
    board.sort_by_key(|e| (Reverse(e.private.map(better)), e.accepted_at, e.team));
    let mut ranked = 0;
    Ok(board
        .into_iter()
        .map(|entry| {
            ranked += usize::from(!entry.is_benchmark);
            FinalStanding {
                rank: (!entry.is_benchmark).then_some(ranked),
                team: entry.team,
                submission: entry.submission,
                accepted_at: entry.accepted_at,
                score: entry.private,
                standard_error: entry.private_error,
                public_score: entry.public,
            }
        })
        .collect())
}

fn load(conn: &mut Conn, released: &Released) -> Result<Vec<Entry>, StoreError> {
    type Row = (TeamId, bool, SubmissionId, UtcTime, Option<Finite>, Option<Finite>, Option<Finite>);
    let rows: Vec<Row> = submissions::table
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
        .filter(scores::metric.eq(&released.metric))
        .select((
            submissions::team_id,
            teams::is_benchmark,
            submissions::id,
            submissions::accepted_at,
            scores::value,
            sealed_scores::private_value,
            sealed_scores::private_error,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(team, is_benchmark, submission, accepted_at, public, private, private_error)| {
            public.map(|public| Entry { team, is_benchmark, submission, accepted_at, public, private, private_error })
        })
        .collect())
}
