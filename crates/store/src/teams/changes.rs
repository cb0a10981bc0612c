//! What a team does with itself: a new name or leader, a member who leaves, the search for people; and the rules that all
//! changes of teams share.

use diesel::prelude::*;

use super::{Membership, Team, check_name, find, find_membership};
use crate::competitions::{CompetitionState, Dates};
use crate::error::from_diesel;
use crate::notifications::{About, NotificationKind, To, notify};
use crate::participants::{self, ParticipantState};
use crate::schema::{competitions, team_members, teams};
use crate::types::{CompetitionId, MemberRole, TeamId, Text, UserId, UtcTime, fold_name};
use crate::{Conn, StoreError, standings};

/// Why a team cannot change so.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// There is no such team, invitation, request or person, or it is not the caller's.
    #[error("there is no such thing")]
    Missing,
    /// The caller is in no team.
    #[error("not a member of a team in this competition")]
    NotMember,
    /// Only the leader may.
    #[error("only the leader of '{0}' may do this")]
    NotLeader(Text),
    /// Teams do not change any more.
    #[error("teams changed until {0}")]
    TooLate(UtcTime),
    /// The competition is a draft or archived.
    #[error("the competition is {0}")]
    NotNow(CompetitionState),
    /// Nobody leaves a team that has sent an entry.
    #[error("'{0}' has sent entries")]
    HasEntries(Text),
    /// The team is as large as teams may be.
    #[error("the team would have {people} members, and {limit} are allowed")]
    TooLarge {
        /// Members it would have.
        people: i64,
        /// Members it may have.
        limit: i64,
    },
    /// Together they have sent more than one team could have.
    #[error("together {entries} entries were sent, and one team could have sent {allowed}")]
    TooManyEntries {
        /// Entries of both.
        entries: i64,
        /// Entries that one team could have sent so far.
        allowed: i64,
    },
    /// A host's reference entries are no team.
    #[error("'{0}' holds a host's reference entries")]
    Benchmark(Text),
    /// A disqualified team does not change.
    #[error("'{0}' is disqualified")]
    Disqualified(Text),
    /// The person is in this team already.
    #[error("already in the team '{0}'")]
    SameTeam(Text),
    /// There is an open invitation or request of the same kind.
    #[error("this was asked already and is not decided yet")]
    AskedAlready,
    /// Another team has the name.
    #[error("the team name is taken")]
    NameTaken,
    /// There is nothing to see in the name.
    #[error("the team name is empty")]
    NameEmpty,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(TeamError);

impl From<super::JoinError> for TeamError {
    fn from(error: super::JoinError) -> Self {
        match error {
            super::JoinError::NameTaken => Self::NameTaken,
            super::JoinError::NameEmpty => Self::NameEmpty,
            super::JoinError::Store(error) => Self::Store(error),
            _ => Self::Missing,
        }
    }
}

/// The instants and sizes that changes of teams look at.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = competitions)]
pub(crate) struct TeamRules {
    #[diesel(embed)]
    pub(crate) dates: Dates,
    pub(crate) zone: crate::types::Zone,
    pub(crate) entries_per_day: i32,
    pub(crate) team_size: i32,
}

impl TeamRules {
    pub(crate) fn of(conn: &mut Conn, competition: CompetitionId) -> Result<Self, TeamError> {
        let row = competitions::table.find(competition).select(Self::as_select());
        row.first(conn).optional()?.ok_or(TeamError::Missing)
    }

    /// Whether teams may change now: published, and before the earlier of merge deadline and end.
    pub(crate) fn check_open(&self, now: UtcTime) -> Result<(), TeamError> {
        match self.dates.state(now) {
            CompetitionState::Scheduled | CompetitionState::Running if now < self.dates.teams_until() => Ok(()),
            state @ (CompetitionState::Draft | CompetitionState::Archived) => Err(TeamError::NotNow(state)),
            _ => Err(TeamError::TooLate(self.dates.teams_until())),
        }
    }
}

/// The caller's membership.
pub(crate) fn own(conn: &mut Conn, competition: CompetitionId, user: UserId) -> Result<Membership, TeamError> {
    find_membership(conn, competition, user)?.ok_or(TeamError::NotMember)
}

/// The membership of a caller who leads an ordinary team.
pub(crate) fn led(conn: &mut Conn, competition: CompetitionId, user: UserId) -> Result<Membership, TeamError> {
    let membership = own(conn, competition, user)?;
    if membership.role != MemberRole::Leader {
        return Err(TeamError::NotLeader(membership.team.name));
    }
    check_ordinary(&membership.team)?;
    Ok(membership)
}

/// Refuses benchmarks, disqualified teams and those that have ended.
pub(crate) fn check_ordinary(team: &Team) -> Result<(), TeamError> {
    if team.closed_at.is_some() {
        return Err(TeamError::Missing);
    }
    if team.is_benchmark {
        return Err(TeamError::Benchmark(team.name.clone()));
    }
    if team.disqualified_at.is_some() {
        return Err(TeamError::Disqualified(team.name.clone()));
    }
    Ok(())
}

/// Leaves one's team, which is possible until it has sent an entry. The leader hands over to whoever came first; a team
/// that everybody has left ends. Whoever left may join the competition again.
///
/// # Errors
/// [`TeamError`].
pub fn leave(conn: &mut Conn, competition: CompetitionId, user: UserId, now: UtcTime) -> Result<Team, TeamError> {
    TeamRules::of(conn, competition)?.check_open(now)?;
    let membership = own(conn, competition, user)?;
    if participants::has_entries(conn, membership.team.id)? {
        return Err(TeamError::HasEntries(membership.team.name));
    }
    participants::take_out(conn, &membership, user, now)?;
    let nobody = (None, &Text::lossy(""));
    participants::set_state(conn, (competition, user), ParticipantState::Left, nobody, now)?;
    let about = About::team(competition, membership.team.id).by(user);
    notify(conn, &To::Team(membership.team.id), NotificationKind::TeamLeft, &about, now)?;
    Ok(membership.team)
}

/// Makes another member the leader.
///
/// # Errors
/// [`TeamError`]; [`TeamError::Missing`] when `to` is not in the team.
pub fn hand_over(
    conn: &mut Conn,
    competition: CompetitionId,
    leader: UserId,
    to: UserId,
    now: UtcTime,
) -> Result<Membership, TeamError> {
    let membership = led(conn, competition, leader)?;
    if !membership.members.iter().any(|member| member.user == to) {
        return Err(TeamError::Missing);
    }
    if to == leader {
        return Err(TeamError::SameTeam(membership.team.name));
    }
    for (user, role) in [(leader, MemberRole::Member), (to, MemberRole::Leader)] {
        diesel::update(team_members::table.find((competition, user))).set(team_members::role.eq(role)).execute(conn)?;
    }
    let team = membership.team.id;
    let about = About::team(competition, team).by(leader);
    notify(conn, &To::Team(team), NotificationKind::TeamChanged, &about, now)?;
    // The leader stands first on the board.
    standings::announce(conn, competition, team, now)?;
    own(conn, competition, leader)
}

/// Gives the team another name, until the competition ends.
///
/// # Errors
/// [`TeamError`].
pub fn rename(
    conn: &mut Conn,
    competition: CompetitionId,
    leader: UserId,
    name: &Text,
    now: UtcTime,
) -> Result<Team, TeamError> {
    let rules = TeamRules::of(conn, competition)?;
    let membership = own(conn, competition, leader)?;
    if membership.role != MemberRole::Leader {
        return Err(TeamError::NotLeader(membership.team.name));
    }
    match rules.dates.state(now) {
        CompetitionState::Scheduled | CompetitionState::Running => {}
        CompetitionState::Draft if membership.team.is_benchmark => {}
        CompetitionState::Closed | CompetitionState::Revealed => return Err(TeamError::TooLate(rules.dates.ends_at)),
        state => return Err(TeamError::NotNow(state)),
    }
    let team = set_name(conn, &membership.team, name, now)?;
    let about = About::team(competition, team.id).by(leader);
    notify(conn, &To::Team(team.id), NotificationKind::TeamChanged, &about, now)?;
    Ok(team)
}

/// Gives a team another name, where a host finds that the present one cannot stay. The team is told.
///
/// # Errors
/// [`TeamError`].
pub fn rename_by_host(
    conn: &mut Conn,
    competition: CompetitionId,
    team: TeamId,
    name: &Text,
    now: UtcTime,
) -> Result<Team, TeamError> {
    let team = find_in(conn, competition, team)?;
    if team.closed_at.is_some() {
        return Err(TeamError::Missing);
    }
    let team = set_name(conn, &team, name, now)?;
    notify(conn, &To::Team(team.id), NotificationKind::TeamChanged, &About::team(competition, team.id), now)?;
    Ok(team)
}

/// Writes a team's name where it is free; a name that folds to the team's own is.
pub(crate) fn set_name(conn: &mut Conn, team: &Team, name: &Text, now: UtcTime) -> Result<Team, TeamError> {
    let key = fold_name(name.as_str());
    if key != fold_name(team.name.as_str()) {
        check_name(conn, team.competition_id, name)?;
    }
    diesel::update(teams::table.find(team.id)).set((teams::name.eq(name), teams::name_key.eq(key))).execute(conn)?;
    standings::announce(conn, team.competition_id, team.id, now)?;
    find(conn, team.id)?.ok_or(TeamError::Missing)
}

/// Says whether the team looks for people, and for whom.
///
/// # Errors
/// [`TeamError`].
pub fn look_for_people(
    conn: &mut Conn,
    competition: CompetitionId,
    leader: UserId,
    (is_looking, note): (bool, &Text),
    now: UtcTime,
) -> Result<Team, TeamError> {
    let membership = led(conn, competition, leader)?;
    if is_looking {
        TeamRules::of(conn, competition)?.check_open(now)?;
    }
    diesel::update(teams::table.find(membership.team.id))
        .set((teams::is_looking.eq(is_looking), teams::looking_note.eq(note)))
        .execute(conn)?;
    find(conn, membership.team.id)?.ok_or(TeamError::Missing)
}

/// A team that looks for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looking {
    /// The team.
    pub team: Team,
    /// Its members' names, the leader first.
    pub members: Vec<Text>,
}

/// The teams that look for people, the newest first. Empty once teams do not change any more.
///
/// # Errors
/// Those of the database.
pub fn looking(conn: &mut Conn, competition: CompetitionId, now: UtcTime) -> Result<Vec<Looking>, TeamError> {
    if TeamRules::of(conn, competition)?.check_open(now).is_err() {
        return Ok(Vec::new());
    }
    let found: Vec<Team> = teams::table
        .filter(teams::competition_id.eq(competition))
        .filter(teams::is_looking.eq(true))
        .filter(teams::closed_at.is_null())
        .filter(teams::disqualified_at.is_null())
        .order(teams::id.desc())
        .select(Team::as_select())
        .load(conn)?;
    found
        .into_iter()
        .map(|team| {
            let members = super::members(conn, team.id)?.into_iter().map(|member| member.name).collect();
            Ok(Looking { team, members })
        })
        .collect()
}

/// The team of this name in the competition, folded as names are.
///
/// # Errors
/// Those of the database.
pub fn find_named(conn: &mut Conn, competition: CompetitionId, name: &Text) -> Result<Option<Team>, StoreError> {
    let named = teams::table
        .filter(teams::competition_id.eq(competition))
        .filter(teams::name_key.eq(fold_name(name.as_str())))
        .filter(teams::closed_at.is_null());
    Ok(named.select(Team::as_select()).first(conn).optional()?)
}

/// Moves a person who is alone in a team without entries, or in none, into `team`. The rules that decide whether that is
/// possible are those of [`super::outlook::of_joining`].
pub(crate) fn take_in(conn: &mut Conn, team: &Team, user: UserId, now: UtcTime) -> Result<(), TeamError> {
    if let Some(old) = find_membership(conn, team.competition_id, user)? {
        participants::take_out(conn, &old, user, now)?;
    }
    diesel::insert_into(team_members::table)
        .values((
            team_members::competition_id.eq(team.competition_id),
            team_members::user_id.eq(user),
            team_members::team_id.eq(team.id),
            team_members::role.eq(MemberRole::Member),
            team_members::joined_at.eq(now),
        ))
        .execute(conn)?;
    super::derive_bracket(conn, team.id)?;
    standings::announce(conn, team.competition_id, team.id, now)?;
    let about = About::team(team.competition_id, team.id).by(user);
    notify(conn, &To::Team(team.id), NotificationKind::TeamJoined, &about, now)?;
    Ok(())
}

/// A team of a competition by number: one of another competition is not there.
///
/// # Errors
/// [`TeamError::Missing`].
pub fn find_in(conn: &mut Conn, competition: CompetitionId, team: TeamId) -> Result<Team, TeamError> {
    find(conn, team)?.filter(|team| team.competition_id == competition).ok_or(TeamError::Missing)
}
