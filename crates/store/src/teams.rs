//! Teams, who is in them, and what they agreed to. Somebody who joins is a team of one.

use diesel::prelude::*;

use crate::competitions::{self, CompetitionState, Dates};
use crate::error::from_diesel;
use crate::schema::{competitions as competitions_table, consents, team_members, teams, users};
use crate::types::{CompetitionId, MemberRole, Sha256, TeamId, Text, UserId, UtcTime, fold_name};
use crate::{Conn, StoreError};

/// A team of a competition.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = teams)]
pub struct Team {
    /// Its number.
    pub id: TeamId,
    /// Where.
    pub competition_id: CompetitionId,
    /// The name on the board.
    pub name: Text,
    /// A host's reference entry: shown on the board, never ranked.
    pub is_benchmark: bool,
    /// When it was made.
    pub created_at: UtcTime,
}

/// A person in a team.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: Text,
    /// Leader or member.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: UtcTime,
}

/// A person's place in a competition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Their team.
    pub team: Team,
    /// Everybody in it, the leader first.
    pub members: Vec<Member>,
    /// Their own role.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: UtcTime,
}

/// A wish to take part.
#[derive(Debug, Clone)]
pub struct Join {
    /// In which competition.
    pub competition: CompetitionId,
    /// Who.
    pub user: UserId,
    /// Name of the new team; else the person's own, with a number if that is taken.
    pub team_name: Option<Text>,
    /// Digest of the rules that were shown and accepted.
    pub rules_sha256: Sha256,
}

/// Why somebody cannot join.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// There is no such competition, or it is a draft.
    #[error("there is no such competition")]
    Missing,
    /// It is over.
    #[error("the competition is {0}: nobody can join any more")]
    Over(CompetitionState),
    /// The entry deadline has passed.
    #[error("people could join until {0}")]
    TooLate(UtcTime),
    /// They are in a team already.
    #[error("already in the team '{}'", .0.name)]
    AlreadyMember(Team),
    /// Another team has the name, or one that folds to the same.
    #[error("the team name is taken")]
    NameTaken,
    /// There is nothing to see in the name.
    #[error("the team name is empty")]
    NameEmpty,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(JoinError);

/// Makes a team of one and notes the consent. A host's team is a benchmark.
///
/// # Errors
/// [`JoinError`].
pub fn join(conn: &mut Conn, join: &Join, now: UtcTime) -> Result<Membership, JoinError> {
    let dates: Dates = competitions_table::table
        .find(join.competition)
        .select(Dates::as_select())
        .first(conn)
        .optional()?
        .ok_or(JoinError::Missing)?;
    let is_host = competitions::is_host(conn, join.competition, join.user)?;
    match dates.state(now) {
        CompetitionState::Scheduled | CompetitionState::Running => {}
        CompetitionState::Draft if is_host => {}
        CompetitionState::Draft => return Err(JoinError::Missing),
        over => return Err(JoinError::Over(over)),
    }
    if !is_host && dates.joins_until() <= now {
        return Err(JoinError::TooLate(dates.joins_until()));
    }
    if let Some(membership) = find_membership(conn, join.competition, join.user)? {
        return Err(JoinError::AlreadyMember(membership.team));
    }
    let name = match &join.team_name {
        Some(name) if fold_name(name.as_str()).is_empty() => return Err(JoinError::NameEmpty),
        Some(name) if is_taken(conn, join.competition, name)? => return Err(JoinError::NameTaken),
        Some(name) => name.clone(),
        None => {
            let own: Text = users::table.find(join.user).select(users::name).first(conn)?;
            free_name(conn, join.competition, own)?
        }
    };
    let team: TeamId = diesel::insert_into(teams::table)
        .values((
            teams::competition_id.eq(join.competition),
            teams::name_key.eq(fold_name(name.as_str())),
            teams::name.eq(&name),
            teams::is_benchmark.eq(is_host),
            teams::created_at.eq(now),
        ))
        .returning(teams::id)
        .get_result(conn)?;
    diesel::insert_into(team_members::table)
        .values((
            team_members::competition_id.eq(join.competition),
            team_members::user_id.eq(join.user),
            team_members::team_id.eq(team),
            team_members::role.eq(MemberRole::Leader),
            team_members::joined_at.eq(now),
        ))
        .execute(conn)?;
    diesel::insert_into(consents::table)
        .values((
            consents::user_id.eq(join.user),
            consents::competition_id.eq(join.competition),
            consents::rules_sha256.eq(join.rules_sha256),
            consents::accepted_at.eq(now),
        ))
        .execute(conn)?;
    find_membership(conn, join.competition, join.user)?.ok_or(JoinError::Missing)
}

fn is_taken(conn: &mut Conn, competition: CompetitionId, name: &Text) -> Result<bool, StoreError> {
    let same = teams::table
        .filter(teams::competition_id.eq(competition))
        .filter(teams::name_key.eq(fold_name(name.as_str())))
        .select(teams::id);
    Ok(same.first::<TeamId>(conn).optional()?.is_some())
}

/// `name`, or `name 2`, `name 3`, … whichever is free first.
fn free_name(conn: &mut Conn, competition: CompetitionId, name: Text) -> Result<Text, StoreError> {
    let mut free = name.clone();
    let mut number = 1;
    while is_taken(conn, competition, &free)? {
        number += 1;
        free = Text::lossy(format!("{name} {number}"));
    }
    Ok(free)
}

/// The person's place in the competition.
///
/// # Errors
/// Those of the database.
pub fn find_membership(
    conn: &mut Conn,
    competition: CompetitionId,
    user: UserId,
) -> Result<Option<Membership>, StoreError> {
    let found = team_members::table
        .inner_join(teams::table)
        .filter(team_members::competition_id.eq(competition))
        .filter(team_members::user_id.eq(user))
        .select((Team::as_select(), team_members::role, team_members::joined_at))
        .first::<(Team, MemberRole, UtcTime)>(conn)
        .optional()?;
    let Some((team, role, joined_at)) = found else { return Ok(None) };
    let members = members(conn, team.id)?;
    Ok(Some(Membership { team, members, role, joined_at }))
}

/// The team with this number.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, team: TeamId) -> Result<Option<Team>, StoreError> {
    Ok(teams::table.find(team).select(Team::as_select()).first(conn).optional()?)
}

/// Everybody in the team, the leader first, then by when they came.
///
/// # Errors
/// Those of the database.
pub fn members(conn: &mut Conn, team: TeamId) -> Result<Vec<Member>, StoreError> {
    let mut members: Vec<Member> = team_members::table
        .inner_join(users::table)
        .filter(team_members::team_id.eq(team))
        .select((users::id, users::name, team_members::role, team_members::joined_at))
        .load(conn)?;
    members.sort_by_key(|m| (m.role != MemberRole::Leader, m.joined_at, m.user));
    Ok(members)
}

/// Everybody in every team of the competition, in the order of [`members`] within a team.
///
/// # Errors
/// Those of the database.
pub fn all_members(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<(TeamId, Member)>, StoreError> {
    let mut members: Vec<(TeamId, Member)> = team_members::table
        .inner_join(users::table)
        .filter(team_members::competition_id.eq(competition))
        .select((team_members::team_id, (users::id, users::name, team_members::role, team_members::joined_at)))
        .load(conn)?;
    members.sort_by_key(|(team, m)| (*team, m.role != MemberRole::Leader, m.joined_at, m.user));
    Ok(members)
}

/// Every team of the competition, by number.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<Team>, StoreError> {
    let teams = teams::table.filter(teams::competition_id.eq(competition)).order(teams::id);
    Ok(teams.select(Team::as_select()).load(conn)?)
}
