//! Lists of submissions: a team's, all of a competition for its hosts, and those that made a team better.

use diesel::prelude::*;

use super::Submission;
use crate::competitions::Competition;
use crate::schema::{scores, submissions};
use crate::types::{CompetitionId, Finite, SubmissionId, SubmissionState, TeamId, UtcTime};
use crate::{Conn, StoreError};

/// The next `limit` submissions of the team before its number `before`, newest first.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, team: TeamId, before: Option<i32>, limit: i64) -> Result<Vec<Submission>, StoreError> {
    let rows = submissions::table
        .filter(submissions::team_id.eq(team))
        .filter(submissions::number.lt(before.unwrap_or(i32::MAX)))
        .order(submissions::number.desc())
        .limit(limit);
    Ok(rows.select(Submission::as_select()).load(conn)?)
}

/// Which submissions of a competition to list.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// Only of this team.
    pub team: Option<TeamId>,
    /// Only in this state.
    pub state: Option<SubmissionState>,
    /// Only late ones, or only others.
    pub is_late: Option<bool>,
    /// With a number on the site below this one.
    pub before: Option<SubmissionId>,
}

/// The next `limit` submissions of all teams, newest first: for hosts.
///
/// # Errors
/// Those of the database.
pub fn list_all(
    conn: &mut Conn,
    competition: CompetitionId,
    filter: &EntryFilter,
    limit: i64,
) -> Result<Vec<Submission>, StoreError> {
    let mut rows = submissions::table
        .filter(submissions::competition_id.eq(competition))
        .order(submissions::id.desc())
        .limit(limit)
        .select(Submission::as_select())
        .into_boxed();
    if let Some(team) = filter.team {
        rows = rows.filter(submissions::team_id.eq(team));
    }
    if let Some(state) = filter.state {
        rows = rows.filter(submissions::state.eq(state));
    }
    if let Some(is_late) = filter.is_late {
        rows = rows.filter(submissions::is_late.eq(is_late));
    }
    if let Some(before) = filter.before {
        rows = rows.filter(submissions::id.lt(before));
    }
    Ok(rows.load(conn)?)
}

/// How a team's public score got better: each entry that was its best when it was accepted, the oldest first. What came
/// since the board stands still is left out, as it is on the board.
///
/// # Errors
/// Those of the database.
pub fn improvements(
    conn: &mut Conn,
    competition: &Competition,
    team: TeamId,
    now: UtcTime,
) -> Result<Vec<(UtcTime, Finite)>, StoreError> {
    let rows: Vec<(UtcTime, Option<Finite>)> = submissions::table
        .inner_join(scores::table)
        .filter(submissions::competition_id.eq(competition.id))
        .filter(submissions::team_id.eq(team))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .filter(submissions::is_late.eq(false))
        .filter(scores::metric.eq(&competition.metric))
        .filter(scores::is_current)
        .order(submissions::accepted_at)
        .select((submissions::accepted_at, scores::value))
        .load(conn)?;
    let mut best = None;
    let mut improvements = Vec::new();
    for (at, score) in rows {
        let Some(score) = score.filter(|_| !competition.dates.is_frozen_out(at, now)) else { continue };
        let key = if competition.higher_is_better { score } else { score.negated() };
        if best.is_none_or(|best| key > best) {
            best = Some(key);
            improvements.push((at, score));
        }
    }
    Ok(improvements)
}
