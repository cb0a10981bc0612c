//! Entries a day: what a team may send today, and what one team could have sent so far. The quota belongs to the team,
//! and a day is a calendar day of the competition's zone.
//!
//! A team that took another one in may have more entries on its past days than one team could have sent on them. From
//! then on its days are cut so that its entries never exceed the days that the competition has run x entries a day.

use diesel::prelude::*;

use crate::schema::{submissions, teams};
use crate::types::{Day, SubmissionState, TeamId, UtcTime, Zone};
use crate::{Conn, StoreError, rulings};

/// The day's entries of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What today allows, with what hosts granted.
    pub per_day: i64,
    /// What was spent today.
    pub used: i64,
    /// The next midnight of the competition's zone.
    pub resets_at: UtcTime,
}

impl Quota {
    /// What may be spent today.
    #[must_use]
    pub fn left(&self) -> i64 {
        // The limit may have been lowered after it was used.
        (self.per_day - self.used).max(0)
    }
}

/// What the quota follows from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) zone: Zone,
    pub(crate) starts_at: UtcTime,
    pub(crate) entries_per_day: i32,
}

/// The entries of a team, or of two that would be one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Sent so far, late ones left out.
    pub(crate) entries: i64,
    /// What one team could have sent so far, with what hosts granted.
    pub(crate) allowed: i64,
    /// Calendar days that the competition has run, today counted.
    pub(crate) days: i64,
    /// Today.
    pub(crate) quota: Quota,
}

/// The figures of `of`, taken together as one team.
pub(crate) fn figures(conn: &mut Conn, of: &[TeamId], rules: Rules, now: UtcTime) -> Result<Figures, StoreError> {
    let spending = SubmissionState::ALL.iter().copied().filter(|state| state.spends());
    let sent: i64 = submissions::table
        .filter(submissions::team_id.eq_any(of.iter().copied()))
        .filter(submissions::state.eq_any(spending))
        .filter(submissions::is_late.eq(false))
        .count()
        .get_result(conn)?;
    let today = rules.zone.day_of(now);
    let (mut quota, mut granted) = (of_day(conn, of, rules, now)?, 0);
    for team in of {
        granted += rulings::granted_entries(conn, *team, |day| *day <= today)?;
    }
    let days = rules.zone.days_between(rules.starts_at, now);
    let allowed = i64::from(rules.entries_per_day) * days + granted;
    quota.per_day = quota.per_day.min(quota.used + (allowed - sent).max(0));
    Ok(Figures { entries: sent, allowed, days, quota })
}

/// The team's quota at `now`.
pub(crate) fn of_team(conn: &mut Conn, team: TeamId, rules: Rules, now: UtcTime) -> Result<Quota, StoreError> {
    let taken_in = teams::table.filter(teams::merged_into.eq(team)).select(teams::id);
    // Where no teams merged the days alone decide, also after a host has lowered the limit.
    if diesel::select(diesel::dsl::exists(taken_in)).get_result(conn)? && rules.starts_at <= now {
        return Ok(figures(conn, &[team], rules, now)?.quota);
    }
    of_day(conn, &[team], rules, now)
}

fn of_day(conn: &mut Conn, of: &[TeamId], rules: Rules, now: UtcTime) -> Result<Quota, StoreError> {
    let today = rules.zone.day_of(now);
    let mut per_day = i64::from(rules.entries_per_day);
    let mut used = 0;
    for team in of {
        per_day += rulings::granted_entries(conn, *team, |day| *day == today)?;
        used += count(&states_of_day(conn, *team, &today)?, SubmissionState::spends);
    }
    Ok(Quota { per_day, used, resets_at: rules.zone.next_day(now) })
}

/// The team's submissions of a day, by state.
pub(crate) fn states_of_day(conn: &mut Conn, team: TeamId, day: &Day) -> Result<Vec<SubmissionState>, StoreError> {
    let rows = submissions::table.filter(submissions::team_id.eq(team)).filter(submissions::quota_day.eq(day));
    Ok(rows.select(submissions::state).load(conn)?)
}

pub(crate) fn count(states: &[SubmissionState], which: impl Fn(SubmissionState) -> bool) -> i64 {
    states.iter().filter(|state| which(**state)).map(|_| 1).sum()
}
