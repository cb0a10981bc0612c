//! What a change of a team would mean for its size and quota, computed before anybody agrees to it, and again in the
//! write that carries it out: one function for what is shown and for what is allowed.
//!
//! The quota belongs to the team. Teams that merge may together have sent no more than one team could have sent so far:
//! entries a day x days that the competition has run (calendar days of its zone, today counted), and what hosts granted.

use diesel::prelude::*;

use super::changes::{TeamError, TeamRules, check_ordinary};
use super::{Team, find_membership, members};
use crate::schema::submissions;
use crate::types::{CompetitionId, TeamId, UserId, UtcTime};
use crate::{Conn, StoreError, participants, quota};

/// A team as it would be after a change.
#[derive(Debug)]
pub struct Outlook {
    /// Members.
    pub people: i64,
    /// Members a team may have.
    pub team_size: i64,
    /// Entries sent that spent quota.
    pub entries: i64,
    /// Entries that one team could have sent so far.
    pub allowed: i64,
    /// Calendar days that the competition has run, today counted.
    pub days: i64,
    /// Entries that today allows.
    pub per_day: i64,
    /// Entries spent today.
    pub used_today: i64,
    /// When today ends.
    pub resets_at: UtcTime,
    /// Until when teams change.
    pub until: UtcTime,
    /// Entries that get another number, since the larger numbers of the team that takes in come first.
    pub renumbered: i64,
    /// What stands against the change, in the order of the rules; empty when it is possible.
    pub obstacles: Vec<TeamError>,
}

impl Outlook {
    /// Entries left today after the change.
    #[must_use]
    pub fn left_today(&self) -> i64 {
        (self.per_day - self.used_today).max(0)
    }

    /// The first obstacle as an error.
    pub(crate) fn check(self) -> Result<(), TeamError> {
        match self.obstacles.into_iter().next() {
            Some(obstacle) => Err(obstacle),
            None => Ok(()),
        }
    }
}

/// The figures of these teams taken together with `people` members, and what stands against any change of them.
fn together(
    conn: &mut Conn,
    competition: CompetitionId,
    teams: &[&Team],
    people: i64,
    now: UtcTime,
) -> Result<Outlook, TeamError> {
    let rules = TeamRules::of(conn, competition)?;
    let ids: Vec<TeamId> = teams.iter().map(|team| team.id).collect();
    let terms =
        quota::Rules { zone: rules.zone, starts_at: rules.dates.starts_at, entries_per_day: rules.entries_per_day };
    let quota::Figures { entries, allowed, days, quota } = quota::figures(conn, &ids, terms, now)?;
    let mut obstacles: Vec<TeamError> = teams.iter().filter_map(|team| check_ordinary(team).err()).collect();
    obstacles.extend(rules.check_open(now).err());
    if people > i64::from(rules.team_size) {
        obstacles.push(TeamError::TooLarge { people, limit: i64::from(rules.team_size) });
    }
    Ok(Outlook {
        people,
        team_size: i64::from(rules.team_size),
        entries,
        allowed,
        days,
        per_day: quota.per_day,
        used_today: quota.used,
        resets_at: quota.resets_at,
        until: rules.dates.teams_until(),
        renumbered: 0,
        obstacles,
    })
}

/// What it would mean that `user` enters `team`. They bring no entries: somebody whose team has sent entries does not
/// move alone, their team merges.
///
/// # Errors
/// Those of the database.
pub fn of_joining(conn: &mut Conn, team: &Team, user: UserId, now: UtcTime) -> Result<Outlook, TeamError> {
    let people = count(members(conn, team.id)?.len()) + 1;
    let mut outlook = together(conn, team.competition_id, &[team], people, now)?;
    match find_membership(conn, team.competition_id, user)? {
        None => {}
        Some(old) if old.team.id == team.id => outlook.obstacles.insert(0, TeamError::SameTeam(team.name.clone())),
        Some(old) if old.team.is_benchmark => outlook.obstacles.push(TeamError::Benchmark(old.team.name)),
        Some(old) if old.team.disqualified_at.is_some() => {
            outlook.obstacles.push(TeamError::Disqualified(old.team.name));
        }
        Some(old) if participants::has_entries(conn, old.team.id)? => {
            outlook.obstacles.push(TeamError::HasEntries(old.team.name));
        }
        Some(_) => {}
    }
    Ok(outlook)
}

/// What it would mean that `user` leaves `team`.
///
/// # Errors
/// Those of the database.
pub fn of_leaving(conn: &mut Conn, team: &Team, now: UtcTime) -> Result<Outlook, TeamError> {
    let people = count(members(conn, team.id)?.len()) - 1;
    let mut outlook = together(conn, team.competition_id, &[team], people, now)?;
    // A disqualified team, and one with reference entries, may be left like any other.
    outlook.obstacles.retain(|o| !matches!(o, TeamError::Disqualified(_) | TeamError::Benchmark(_)));
    if participants::has_entries(conn, team.id)? {
        outlook.obstacles.push(TeamError::HasEntries(team.name.clone()));
    }
    Ok(outlook)
}

/// What it would mean that `team` takes `other` in.
///
/// # Errors
/// Those of the database.
pub fn of_merging(conn: &mut Conn, team: &Team, other: &Team, now: UtcTime) -> Result<Outlook, TeamError> {
    if other.competition_id != team.competition_id {
        return Err(TeamError::Missing);
    }
    let people = count(members(conn, team.id)?.len()) + count(members(conn, other.id)?.len());
    let mut outlook = together(conn, team.competition_id, &[team, other], people, now)?;
    if team.id == other.id {
        outlook.obstacles.insert(0, TeamError::SameTeam(team.name.clone()));
    }
    if outlook.entries > outlook.allowed {
        let (entries, allowed) = (outlook.entries, outlook.allowed);
        outlook.obstacles.push(TeamError::TooManyEntries { entries, allowed });
    }
    outlook.renumbered = submissions::table
        .filter(submissions::team_id.eq(other.id))
        .count()
        .get_result(conn)
        .map_err(StoreError::from)?;
    Ok(outlook)
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
