//! Teams, who is in them, and what they agreed to. Somebody who joins is a team of one; teams then change (`changes`),
//! take people in (`invites`) and merge (`merging`), until the instant that the competition's dates say.

pub mod changes;
pub mod merging;
pub mod outlook;

use diesel::prelude::*;

use crate::competitions::{self, CompetitionState, Dates};
use crate::error::from_diesel;
use crate::participants::{self, ParticipantState};
use crate::schema::{
    competitions as competitions_table, participants as participants_table, team_members, teams, users,
};
use crate::types::{Admission, CompetitionId, Json, MemberRole, Sha256, TeamId, Text, UserId, UtcTime, fold_name};
use crate::{Conn, StoreError, agreements};

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
    /// Its bracket: a host's choice, else what all of its members are in.
    pub bracket: Option<Text>,
    /// Looks for people.
    pub is_looking: bool,
    /// What it says about whom it looks for.
    pub looking_note: Text,
    /// When it ended: everybody left, or it merged into another one.
    pub closed_at: Option<UtcTime>,
    /// The team that took it in.
    pub merged_into: Option<TeamId>,
    /// When a host took it off the board.
    pub disqualified_at: Option<UtcTime>,
    /// Why.
    pub disqualified_for: Option<Text>,
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

/// What somebody says about themselves when they join.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Answers to the sign-up fields, as a JSON object.
    pub document: Text,
    /// The bracket that they say, as the manifest maps them.
    pub bracket: Option<Text>,
}

impl Default for Answers {
    fn default() -> Self {
        Self { document: Text::lossy("{}"), bracket: None }
    }
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
    /// Answers to the sign-up fields.
    pub answers: Answers,
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
    AlreadyMember(Box<Team>),
    /// Hosts decide; see [`crate::participants::ask`].
    #[error("hosts decide who takes part")]
    NeedsApproval,
    /// Only invited people take part.
    #[error("only invited people can join")]
    InviteOnly,
    /// Only people with an address of certain domains take part.
    #[error("only people with an address of {} can join", .0.join(", "))]
    WrongDomain(Vec<String>),
    /// A host has removed them, or not let them in.
    #[error("a host has decided: {0}")]
    Refused(ParticipantState),
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
    check_join(conn, join, now)?;
    let person = (join.competition, join.user);
    let bracket = join.answers.bracket.as_ref();
    let membership = match participants::planned(conn, person)? {
        Some((name, team)) => enter_planned(conn, person, (&name, team), bracket, now)?,
        None => enter(conn, person, join.team_name.as_ref(), bracket, now)?,
    };
    participants::set_answers(conn, join)?;
    agreements::consent(conn, join.user, join.competition, join.rules_sha256, now)?;
    Ok(membership)
}

/// Whether somebody may join now. The one place where that is decided.
pub(crate) fn check_join(conn: &mut Conn, join: &Join, now: UtcTime) -> Result<(), JoinError> {
    type Access = (Dates, Admission, Json<Vec<String>>);
    let (dates, admission, domains): Access = competitions_table::table
        .find(join.competition)
        .select((Dates::as_select(), competitions_table::admission, competitions_table::domains))
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
        return Err(JoinError::AlreadyMember(Box::new(membership.team)));
    }
    if let Some(name) = &join.team_name {
        check_name(conn, join.competition, name)?;
    }
    let state = participants::find(conn, join.competition, join.user)?.map(|row| row.state);
    if is_host || state.is_some_and(ParticipantState::is_admitted) {
        return Ok(());
    }
    if let Some(refused @ (ParticipantState::Removed | ParticipantState::Declined)) = state {
        return Err(JoinError::Refused(refused));
    }
    let domains = domains.read().map_err(|e| diesel::result::Error::DeserializationError(e.into()))?;
    if !domains.is_empty() && !has_domain(conn, join.user, &domains)? {
        return Err(JoinError::WrongDomain(domains));
    }
    match admission {
        Admission::Open => Ok(()),
        Admission::Approval => Err(JoinError::NeedsApproval),
        Admission::Invite => Err(JoinError::InviteOnly),
    }
}

/// Whether the account has proved an address of one of these domains, or of a sub-domain of them.
fn has_domain(conn: &mut Conn, user: UserId, domains: &[String]) -> Result<bool, StoreError> {
    let proved = users::table.find(user).filter(users::email_verified_at.is_not_null());
    let email: Option<String> = proved.select(users::email).first(conn).optional()?.flatten();
    Ok(email.is_some_and(|email| crate::users::is_within(&email, domains)))
}

/// Takes somebody into the team that a host planned for them, or makes it where nobody of it is there, or where it is full
/// or fixed by now.
fn enter_planned(
    conn: &mut Conn,
    person: (CompetitionId, UserId),
    (name, team): (&Text, Option<TeamId>),
    bracket: Option<&Text>,
    now: UtcTime,
) -> Result<Membership, JoinError> {
    let team = team.map(|team| find(conn, team)).transpose()?.flatten();
    let Some(team) = team else { return enter(conn, person, Some(name), bracket, now) };
    let outlook = match outlook::of_joining(conn, &team, person.1, now) {
        Ok(outlook) => outlook,
        Err(changes::TeamError::Store(error)) => return Err(error.into()),
        Err(_) => return enter(conn, person, Some(name), bracket, now),
    };
    if outlook.check().is_err() {
        return enter(conn, person, Some(name), bracket, now);
    }
    // First, because the bracket of a team follows from its members'.
    diesel::update(participants_table::table.find(person))
        .set(participants_table::bracket.eq(bracket))
        .execute(conn)?;
    participants::set_state(conn, person, ParticipantState::Joined, (None, &Text::lossy("")), now)?;
    match changes::take_in(conn, &team, person.1, now) {
        Ok(()) => {}
        Err(changes::TeamError::Store(error)) => return Err(error.into()),
        Err(_) => return Err(JoinError::Missing),
    }
    find_membership(conn, person.0, person.1)?.ok_or(JoinError::Missing)
}

/// Makes the team of one of somebody who may join and has accepted the rules.
pub(crate) fn enter(
    conn: &mut Conn,
    (competition, user): (CompetitionId, UserId),
    team_name: Option<&Text>,
    bracket: Option<&Text>,
    now: UtcTime,
) -> Result<Membership, JoinError> {
    let is_host = competitions::is_host(conn, competition, user)?;
    let name = match team_name {
        Some(name) => free_name(conn, competition, name.clone())?,
        None => {
            let own: Text = users::table.find(user).select(users::name).first(conn)?;
            free_name(conn, competition, own)?
        }
    };
    let team: TeamId = diesel::insert_into(teams::table)
        .values((
            teams::competition_id.eq(competition),
            teams::name_key.eq(fold_name(name.as_str())),
            teams::name.eq(&name),
            teams::is_benchmark.eq(is_host),
            teams::bracket.eq(bracket),
            teams::created_at.eq(now),
        ))
        .returning(teams::id)
        .get_result(conn)?;
    diesel::insert_into(team_members::table)
        .values((
            team_members::competition_id.eq(competition),
            team_members::user_id.eq(user),
            team_members::team_id.eq(team),
            team_members::role.eq(MemberRole::Leader),
            team_members::joined_at.eq(now),
        ))
        .execute(conn)?;
    participants::set_state(conn, (competition, user), ParticipantState::Joined, (None, &Text::lossy("")), now)?;
    find_membership(conn, competition, user)?.ok_or(JoinError::Missing)
}

/// Whether a team may have this name.
pub(crate) fn check_name(conn: &mut Conn, competition: CompetitionId, name: &Text) -> Result<(), JoinError> {
    if fold_name(name.as_str()).is_empty() {
        return Err(JoinError::NameEmpty);
    }
    if is_taken(conn, competition, name)? { Err(JoinError::NameTaken) } else { Ok(()) }
}

/// Ends a team and lets its name go.
pub(crate) fn close(conn: &mut Conn, team: TeamId, into: Option<TeamId>, now: UtcTime) -> Result<(), StoreError> {
    diesel::update(teams::table.find(team))
        .set((
            teams::closed_at.eq(now),
            teams::merged_into.eq(into),
            teams::is_looking.eq(false),
            // Names cannot hold control characters, so that no team can take this key.
            teams::name_key.eq(format!("\u{1}{team}")),
        ))
        .execute(conn)?;
    Ok(())
}

/// Sets a team's bracket from those of its members, unless a host chose it: what all are in, else none.
pub(crate) fn derive_bracket(conn: &mut Conn, team: TeamId) -> Result<(), StoreError> {
    let brackets: Vec<Option<Text>> = team_members::table
        .inner_join(
            participants_table::table.on(participants_table::competition_id
                .eq(team_members::competition_id)
                .and(participants_table::user_id.eq(team_members::user_id))),
        )
        .filter(team_members::team_id.eq(team))
        .select(participants_table::bracket)
        .load(conn)?;
    let common = match brackets.split_first() {
        Some((first, others)) if others.iter().all(|other| other == first) => first.clone(),
        _ => None,
    };
    diesel::update(teams::table.find(team).filter(teams::bracket_is_chosen.eq(false)))
        .set(teams::bracket.eq(common))
        .execute(conn)?;
    Ok(())
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

/// Every team of the competition that has not ended, by number.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<Team>, StoreError> {
    let teams =
        teams::table.filter(teams::competition_id.eq(competition)).filter(teams::closed_at.is_null()).order(teams::id);
    Ok(teams.select(Team::as_select()).load(conn)?)
}
