//! The public board: the best entry of each team, kept in the write that scores an entry, read by keyset.
//!
//! Order: better score first, then the earlier entry, then the smaller team number. Benchmarks stand between the teams
//! and take no rank.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::competitions::{Competition, Dates};
use crate::events::{self, Audience, EventKind};
use crate::ranking::Ties;
use crate::schema::{competitions, scores, standings, submissions, teams};
use crate::types::{CompetitionId, Finite, SubmissionId, SubmissionState, TeamId, Text, UtcTime};
use crate::{Conn, StoreError};

/// A team's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = standings)]
pub struct Standing {
    /// Whose.
    pub team_id: TeamId,
    /// Public score of the best entry.
    pub score: Finite,
    /// Higher is better, whatever the metric's direction.
    pub sort_key: Finite,
    /// Standard error of the score on the public rows.
    pub standard_error: Option<Finite>,
    /// The best entry.
    pub submission_id: SubmissionId,
    /// When the best entry was accepted.
    pub best_at: UtcTime,
    /// Scored entries.
    pub entries: i64,
    /// When the newest scored entry was accepted.
    pub last_at: UtcTime,
}

/// A place in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Higher is better.
    pub sort_key: Finite,
    /// Earlier is better.
    pub best_at: UtcTime,
    /// Smaller is first; only for a total order, since two entries are never accepted at the same instant.
    pub team: TeamId,
}

impl Key {
    /// Whether a row here stands before one there.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        let order = |key: &Self| (std::cmp::Reverse(key.sort_key), key.best_at, key.team);
        order(self) < order(other)
    }
}

impl Standing {
    /// The row's place.
    #[must_use]
    pub fn key(&self) -> Key {
        Key { sort_key: self.sort_key, best_at: self.best_at, team: self.team_id }
    }
}

/// An entry that has just been scored.
pub(crate) struct Entry {
    pub(crate) competition: CompetitionId,
    pub(crate) team: TeamId,
    pub(crate) submission: SubmissionId,
    pub(crate) accepted_at: UtcTime,
    pub(crate) score: Finite,
    pub(crate) standard_error: Option<Finite>,
}

/// Counts a scored entry and announces the change. Whether it is the team's best now.
pub(crate) fn count(conn: &mut Conn, entry: &Entry, higher_is_better: bool, now: UtcTime) -> Result<bool, StoreError> {
    let sort_key = if higher_is_better { entry.score } else { entry.score.negated() };
    let best = (
        standings::score.eq(entry.score),
        standings::sort_key.eq(sort_key),
        standings::standard_error.eq(entry.standard_error),
        standings::submission_id.eq(entry.submission),
        standings::best_at.eq(entry.accepted_at),
    );
    if !counts(conn, entry.team)? {
        return Ok(false);
    }
    let row = standings::table.find((entry.competition, entry.team));
    let old: Option<Standing> = row.select(Standing::as_select()).first(conn).optional()?;
    let is_best = match &old {
        // Jobs may end in another order than entries came in.
        Some(old) => sort_key > old.sort_key || (sort_key == old.sort_key && entry.accepted_at < old.best_at),
        None => true,
    };
    match old {
        None => {
            diesel::insert_into(standings::table)
                .values((
                    standings::competition_id.eq(entry.competition),
                    standings::team_id.eq(entry.team),
                    best,
                    standings::entries.eq(1_i64),
                    standings::last_at.eq(entry.accepted_at),
                ))
                .execute(conn)?;
        }
        Some(old) => {
            let counted =
                (standings::entries.eq(old.entries + 1), standings::last_at.eq(old.last_at.max(entry.accepted_at)));
            if is_best {
                diesel::update(row).set((best, counted)).execute(conn)?;
            } else {
                diesel::update(row).set(counted).execute(conn)?;
            }
        }
    }
    announce(conn, entry.competition, entry.team, now)?;
    Ok(is_best)
}

/// Makes the rows of all teams anew, as after a rescoring or when the freeze was moved.
///
/// # Errors
/// Those of the database.
pub(crate) fn recompute_all(conn: &mut Conn, competition: CompetitionId, now: UtcTime) -> Result<(), StoreError> {
    let teams: Vec<TeamId> = submissions::table
        .filter(submissions::competition_id.eq(competition))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .select(submissions::team_id)
        .distinct()
        .load(conn)?;
    teams.into_iter().try_for_each(|team| recompute(conn, competition, team, now))
}

/// Whether some team has an entry accepted from `freeze` on that its row does not know of.
pub(crate) fn is_behind(conn: &mut Conn, competition: CompetitionId, freeze: UtcTime) -> Result<bool, StoreError> {
    let (metric,): (Text,) = competitions::table.find(competition).select((competitions::metric,)).first(conn)?;
    let newest: Vec<(TeamId, Option<UtcTime>)> = submissions::table
        .inner_join(scores::table)
        .inner_join(teams::table)
        .filter(teams::closed_at.is_null())
        .filter(teams::disqualified_at.is_null())
        .filter(submissions::competition_id.eq(competition))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .filter(submissions::is_late.eq(false))
        .filter(submissions::accepted_at.ge(freeze))
        .filter(scores::metric.eq(metric))
        .filter(scores::is_current)
        .filter(scores::value.is_not_null())
        .group_by(submissions::team_id)
        .select((submissions::team_id, diesel::dsl::max(submissions::accepted_at)))
        .load(conn)?;
    for (team, newest) in newest {
        let known = find(conn, competition, team)?.map(|standing| standing.last_at);
        if newest > known {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Puts on the board what was kept off it while it stood still, once the private scores are out; does nothing before, or
/// when it is there. How many teams had such entries.
///
/// # Errors
/// Those of the database.
pub fn thaw(conn: &mut Conn, competition: CompetitionId, now: UtcTime) -> Result<usize, StoreError> {
    let dates: Dates = competitions::table.find(competition).select(Dates::as_select()).first(conn)?;
    let Some(freeze) = dates.freezes_at.filter(|_| dates.are_revealed(now)) else { return Ok(0) };
    let kept: Vec<(TeamId, i64)> = submissions::table
        .filter(submissions::competition_id.eq(competition))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .filter(submissions::is_late.eq(false))
        .filter(submissions::accepted_at.ge(freeze))
        .group_by(submissions::team_id)
        .select((submissions::team_id, diesel::dsl::count_star()))
        .load(conn)?;
    let mut thawed = 0;
    for (team, _) in kept {
        if from_scores(conn, competition, team, now)? != find(conn, competition, team)? {
            recompute(conn, competition, team, now)?;
            thawed += 1;
        }
    }
    Ok(thawed)
}

/// Whether the team has a place on the boards: it has not ended and is not disqualified.
fn counts(conn: &mut Conn, team: TeamId) -> Result<bool, StoreError> {
    let off = teams::closed_at.is_not_null().or(teams::disqualified_at.is_not_null());
    let team = teams::table.find(team).filter(diesel::dsl::not(off)).select(teams::id);
    Ok(team.first::<TeamId>(conn).optional()?.is_some())
}

/// Says that a team's row, or what stands in it, may have changed.
pub(crate) fn announce(
    conn: &mut Conn,
    competition: CompetitionId,
    team: TeamId,
    now: UtcTime,
) -> Result<(), StoreError> {
    let payload = serde_json::json!({ "team": team });
    events::append(conn, Audience::Everybody(competition), EventKind::LeaderboardChanged, &payload, now)
}

/// Makes a team's row anew from its scored entries, after one was taken back.
pub(crate) fn recompute(
    conn: &mut Conn,
    competition: CompetitionId,
    team: TeamId,
    now: UtcTime,
) -> Result<(), StoreError> {
    let row = standings::table.find((competition, team));
    let removed = diesel::delete(row).execute(conn)?;
    let made = from_scores(conn, competition, team, now)?;
    if removed == 0 && made.is_none() {
        return Ok(());
    }
    if let Some(standing) = made {
        diesel::insert_into(standings::table)
            .values((
                standings::competition_id.eq(competition),
                standings::team_id.eq(team),
                standings::score.eq(standing.score),
                standings::sort_key.eq(standing.sort_key),
                standings::standard_error.eq(standing.standard_error),
                standings::submission_id.eq(standing.submission_id),
                standings::best_at.eq(standing.best_at),
                standings::entries.eq(standing.entries),
                standings::last_at.eq(standing.last_at),
            ))
            .execute(conn)?;
    }
    announce(conn, competition, team, now)
}

/// A team's row as its scored entries say, from the scores themselves. What came since the board stands still is left
/// out; none for a team that has no place on the boards.
///
/// # Errors
/// Those of the database.
pub fn from_scores(
    conn: &mut Conn,
    competition: CompetitionId,
    team: TeamId,
    now: UtcTime,
) -> Result<Option<Standing>, StoreError> {
    if !counts(conn, team)? {
        return Ok(None);
    }
    let (metric, higher_is_better, dates): (Text, bool, Dates) = competitions::table
        .find(competition)
        .select((competitions::metric, competitions::higher_is_better, Dates::as_select()))
        .first(conn)?;
    let entries: Vec<(SubmissionId, UtcTime, Option<Finite>, Option<Finite>)> = submissions::table
        .inner_join(scores::table)
        .filter(submissions::team_id.eq(team))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .filter(submissions::is_late.eq(false))
        .filter(scores::metric.eq(metric))
        .filter(scores::is_current)
        .select((submissions::id, submissions::accepted_at, scores::value, scores::standard_error))
        .load(conn)?;
    let scored: Vec<Standing> = entries
        .into_iter()
        .filter(|(_, accepted_at, ..)| !dates.is_frozen_out(*accepted_at, now))
        .filter_map(|(submission_id, accepted_at, score, standard_error)| {
            let score = score?;
            let sort_key = if higher_is_better { score } else { score.negated() };
            Some(Standing {
                team_id: team,
                score,
                sort_key,
                standard_error,
                submission_id,
                best_at: accepted_at,
                entries: 1,
                last_at: accepted_at,
            })
        })
        .collect();
    let entries = i64::try_from(scored.len()).unwrap_or(i64::MAX);
    let last_at = scored.iter().map(|s| s.last_at).max();
    let best = scored.into_iter().max_by_key(|s| (s.sort_key, std::cmp::Reverse(s.best_at)));
    Ok(best.zip(last_at).map(|(best, last_at)| Standing { entries, last_at, ..best }))
}

/// The public board as it was at an instant, or will be if nothing comes: from entries accepted before it, the scores that
/// count now, and the settings of now. What was withdrawn later stands on it. Best first.
///
/// # Errors
/// Those of the database.
pub fn as_of(conn: &mut Conn, competition: &Competition, as_of: UtcTime) -> Result<Vec<Standing>, StoreError> {
    type Row = (TeamId, SubmissionId, UtcTime, (SubmissionState, Option<UtcTime>), Option<Finite>, Option<Finite>);
    let rows: Vec<Row> = submissions::table
        .inner_join(scores::table)
        .inner_join(teams::table)
        .filter(teams::closed_at.is_null())
        .filter(teams::disqualified_at.is_null())
        .filter(submissions::competition_id.eq(competition.id))
        .filter(submissions::is_late.eq(false))
        .filter(submissions::accepted_at.lt(as_of))
        .filter(scores::metric.eq(&competition.metric))
        .filter(scores::is_current)
        .select((
            submissions::team_id,
            submissions::id,
            submissions::accepted_at,
            (submissions::state, submissions::finished_at),
            scores::value,
            scores::standard_error,
        ))
        .load(conn)?;
    let mut best: BTreeMap<TeamId, Standing> = BTreeMap::new();
    for (team, submission, accepted_at, (state, finished_at), score, standard_error) in rows {
        let stood = match state {
            SubmissionState::Scored => true,
            // Its end is when it was withdrawn.
            SubmissionState::Withdrawn => finished_at.is_some_and(|at| as_of <= at),
            _ => false,
        };
        let Some(score) = score.filter(|_| stood && !competition.dates.is_frozen_out(accepted_at, as_of)) else {
            continue;
        };
        let sort_key = if competition.higher_is_better { score } else { score.negated() };
        let entry = Standing {
            team_id: team,
            score,
            sort_key,
            standard_error,
            submission_id: submission,
            best_at: accepted_at,
            entries: 1,
            last_at: accepted_at,
        };
        let standing = best.entry(team).or_insert(Standing { entries: 0, ..entry });
        let (entries, last_at) = (standing.entries + 1, standing.last_at.max(accepted_at));
        if entry.key().is_before(&standing.key()) {
            *standing = entry;
        }
        (standing.entries, standing.last_at) = (entries, last_at);
    }
    let mut standings: Vec<Standing> = best.into_values().collect();
    standings.sort_by_key(|s| (std::cmp::Reverse(s.sort_key), s.best_at, s.team_id));
    Ok(standings)
}

/// The row of one team.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, competition: CompetitionId, team: TeamId) -> Result<Option<Standing>, StoreError> {
    Ok(standings::table.find((competition, team)).select(Standing::as_select()).first(conn).optional()?)
}

/// The `limit` rows after `after`, or the first ones. Two index ranges, wherever the page lies.
///
/// # Errors
/// Those of the database.
pub fn page(
    conn: &mut Conn,
    competition: CompetitionId,
    after: Option<Key>,
    limit: usize,
) -> Result<Vec<Standing>, StoreError> {
    let in_order = |wanted: usize| {
        standings::table
            .filter(standings::competition_id.eq(competition))
            .order((standings::sort_key.desc(), standings::best_at, standings::team_id))
            .limit(i64::try_from(wanted).unwrap_or(i64::MAX))
            .select(Standing::as_select())
    };
    let Some(after) = after else { return Ok(in_order(limit).load(conn)?) };
    // First the rest of the teams with the same score: a plain OR would make the database walk through all of them.
    let same_time = standings::best_at.eq(after.best_at).and(standings::team_id.le(after.team));
    let mut rows: Vec<Standing> = in_order(limit)
        .filter(standings::sort_key.eq(after.sort_key))
        .filter(standings::best_at.ge(after.best_at))
        .filter(diesel::dsl::not(same_time))
        .load(conn)?;
    if rows.len() < limit {
        let worse: Vec<Standing> =
            in_order(limit - rows.len()).filter(standings::sort_key.lt(after.sort_key)).load(conn)?;
        rows.extend(worse);
    }
    Ok(rows)
}

/// The `limit` rows before `before`, in the board's order.
///
/// # Errors
/// Those of the database.
pub fn page_before(
    conn: &mut Conn,
    competition: CompetitionId,
    before: Key,
    limit: usize,
) -> Result<Vec<Standing>, StoreError> {
    let backwards = |wanted: usize| {
        standings::table
            .filter(standings::competition_id.eq(competition))
            .order((standings::sort_key, standings::best_at.desc(), standings::team_id.desc()))
            .limit(i64::try_from(wanted).unwrap_or(i64::MAX))
            .select(Standing::as_select())
    };
    let same_time = standings::best_at.eq(before.best_at).and(standings::team_id.ge(before.team));
    let mut rows: Vec<Standing> = backwards(limit)
        .filter(standings::sort_key.eq(before.sort_key))
        .filter(standings::best_at.le(before.best_at))
        .filter(diesel::dsl::not(same_time))
        .load(conn)?;
    if rows.len() < limit {
        let better: Vec<Standing> =
            backwards(limit - rows.len()).filter(standings::sort_key.gt(before.sort_key)).load(conn)?;
        rows.extend(better);
    }
    rows.reverse();
    Ok(rows)
}

/// The rank of a place: 1 + the teams before it, or with a better score where ranks are shared; benchmarks not counted.
/// Counts them, so it costs what it counts; the
/// board in memory answers in less than a microsecond.
///
/// # Errors
/// Those of the database.
pub fn rank(conn: &mut Conn, competition: CompetitionId, key: Key, ties: Ties) -> Result<i64, StoreError> {
    let better: i64 = standings::table
        .filter(standings::competition_id.eq(competition))
        .filter(standings::sort_key.gt(key.sort_key))
        .count()
        .get_result(conn)?;
    if ties == Ties::Shared {
        let benchmarks: i64 = standings::table
            .inner_join(teams::table)
            .filter(standings::competition_id.eq(competition))
            .filter(teams::competition_id.eq(competition))
            .filter(teams::is_benchmark.eq(true))
            .filter(standings::sort_key.gt(key.sort_key))
            .count()
            .get_result(conn)?;
        return Ok(1 + better - benchmarks);
    }
    let earlier: i64 = standings::table
        .filter(standings::competition_id.eq(competition))
        .filter(standings::sort_key.eq(key.sort_key))
        .filter(
            standings::best_at
                .lt(key.best_at)
                .or(standings::best_at.eq(key.best_at).and(standings::team_id.lt(key.team))),
        )
        .count()
        .get_result(conn)?;
    let benchmarks: i64 = standings::table
        .inner_join(teams::table)
        .filter(standings::competition_id.eq(competition))
        .filter(teams::competition_id.eq(competition))
        .filter(teams::is_benchmark.eq(true))
        .filter(
            standings::sort_key.gt(key.sort_key).or(standings::sort_key.eq(key.sort_key).and(
                standings::best_at
                    .lt(key.best_at)
                    .or(standings::best_at.eq(key.best_at).and(standings::team_id.lt(key.team))),
            )),
        )
        .count()
        .get_result(conn)?;
    Ok(1 + better + earlier - benchmarks)
}

/// Hands every row, best first, to `each`, without holding more than one.
///
/// # Errors
/// Those of the database.
pub fn for_each(conn: &mut Conn, competition: CompetitionId, mut each: impl FnMut(Standing)) -> Result<(), StoreError> {
    let rows = standings::table
        .filter(standings::competition_id.eq(competition))
        .order((standings::sort_key.desc(), standings::best_at, standings::team_id))
        .select(Standing::as_select());
    for row in rows.load_iter::<Standing, _>(conn)? {
        each(row?);
    }
    Ok(())
}
