//! Participants: everybody who was ever invited to, asked for or took part in a competition, and what hosts decided about
//! them. Being in a team is the matter of `teams`; this module says who may be in one.

use diesel::prelude::*;

use crate::competitions::{self, CompetitionState};
use crate::error::from_diesel;
use crate::notifications::{About, NotificationKind, To, notify};
use crate::schema::{participants, submissions, team_members, teams as teams_table, users};
use crate::teams::{self, Join, JoinError, Membership};
use crate::types::{CompetitionId, MemberRole, SubmissionState, TeamId, Text, UserId, UtcTime, fold_name, words};
use crate::{Conn, StoreError, agreements};

words! {
    /// Where a person stands in a competition.
    ParticipantState {
        /// May join; has not yet.
        Invited = "invited",
        /// Asked to take part; a host has to decide.
        Asked = "asked",
        /// Takes part, in a team.
        Joined = "joined",
        /// Asked, and was not let in.
        Declined = "declined",
        /// Left of their own accord; may join again.
        Left = "left",
        /// Removed by a host; cannot join again.
        Removed = "removed",
    }
}

impl ParticipantState {
    /// Whether hosts have let this person in: they see a private competition.
    #[must_use]
    pub const fn is_admitted(self) -> bool {
        match self {
            Self::Invited | Self::Joined | Self::Left => true,
            Self::Asked | Self::Declined | Self::Removed => false,
        }
    }
}

/// A person's row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = participants)]
pub struct Participant {
    /// In which competition.
    pub competition_id: CompetitionId,
    /// Who.
    pub user_id: UserId,
    /// Where they stand.
    pub state: ParticipantState,
    /// Their answers to the sign-up fields, a JSON object. For hosts only.
    pub answers: Text,
    /// The bracket that the answers say.
    pub bracket: Option<Text>,
    /// The team name they asked for.
    pub team_name: Option<Text>,
    /// Why a host declined or removed them.
    pub reason: Text,
    /// When they asked, were invited or joined first.
    pub created_at: UtcTime,
    /// When the state last changed.
    pub decided_at: Option<UtcTime>,
    /// Which host decided, if one did.
    pub decided_by: Option<UserId>,
    /// The team that a host's roster puts them into.
    pub planned_team: Option<Text>,
}

/// Why a host's decision cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ParticipantError {
    /// There is no such participant.
    #[error("there is no such participant")]
    Missing,
    /// The decision does not fit the state.
    #[error("the participant is '{0}'")]
    WrongState(ParticipantState),
    /// Hosts are not participants.
    #[error("this person runs the competition")]
    IsHost,
    /// Their team's entries would belong to nobody.
    #[error("the last member of a team with entries")]
    LastOfTeam,
    /// A decision against somebody needs a reason.
    #[error("a reason is needed")]
    NoReason,
    /// They cannot join.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(ParticipantError);

/// The person's row.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, competition: CompetitionId, user: UserId) -> Result<Option<Participant>, StoreError> {
    let row = participants::table.find((competition, user)).select(Participant::as_select());
    Ok(row.first(conn).optional()?)
}

/// Competitions that hosts have let this person into.
///
/// # Errors
/// Those of the database.
pub fn admitted(conn: &mut Conn, user: UserId) -> Result<Vec<CompetitionId>, StoreError> {
    let states = ParticipantState::ALL.iter().copied().filter(|state| state.is_admitted());
    let rows = participants::table.filter(participants::user_id.eq(user)).filter(participants::state.eq_any(states));
    Ok(rows.select(participants::competition_id).load(conn)?)
}

/// A person as hosts see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Their row.
    pub participant: Participant,
    /// Their name.
    pub name: Text,
    /// Their team.
    pub team: Option<(TeamId, Text)>,
}

/// Which participants to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In one of these states; empty for all.
    pub states: Vec<ParticipantState>,
    /// A part of the name; folded here.
    pub name: String,
    /// With an account number above this one.
    pub after: Option<UserId>,
}

/// The next `limit` participants, by account number.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    competition: CompetitionId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let mut rows = participants::table
        .inner_join(users::table.on(users::id.eq(participants::user_id)))
        .filter(participants::competition_id.eq(competition))
        .filter(participants::user_id.gt(filter.after.unwrap_or(UserId(0))))
        .order(participants::user_id)
        .limit(limit)
        .select((Participant::as_select(), users::name))
        .into_boxed();
    if !filter.states.is_empty() {
        rows = rows.filter(participants::state.eq_any(filter.states.clone()));
    }
    let key = fold_name(&filter.name);
    if !key.is_empty() {
        let pattern = key.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        rows = rows.filter(users::name_key.like(format!("%{pattern}%")).escape('\\'));
    }
    let rows: Vec<(Participant, Text)> = rows.load(conn)?;
    let of: Vec<UserId> = rows.iter().map(|(participant, _)| participant.user_id).collect();
    let in_teams: Vec<(UserId, TeamId, Text)> = team_members::table
        .inner_join(teams_table::table)
        .filter(team_members::competition_id.eq(competition))
        .filter(team_members::user_id.eq_any(of))
        .select((team_members::user_id, teams_table::id, teams_table::name))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(participant, name)| Listed {
            team: in_teams
                .iter()
                .find(|(user, ..)| *user == participant.user_id)
                .map(|(_, team, name)| (*team, name.clone())),
            participant,
            name,
        })
        .collect())
}

/// Writes where a person stands, new or old.
pub(crate) fn set_state(
    conn: &mut Conn,
    (competition, user): (CompetitionId, UserId),
    state: ParticipantState,
    (by, reason): (Option<UserId>, &Text),
    now: UtcTime,
) -> Result<(), StoreError> {
    let decided = (
        participants::state.eq(state),
        participants::reason.eq(reason),
        participants::decided_at.eq(now),
        participants::decided_by.eq(by),
    );
    if diesel::update(participants::table.find((competition, user))).set(decided).execute(conn)? == 0 {
        diesel::insert_into(participants::table)
            .values((
                participants::competition_id.eq(competition),
                participants::user_id.eq(user),
                participants::answers.eq("{}"),
                participants::created_at.eq(now),
                decided,
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Keeps what somebody said when they joined or asked.
pub(crate) fn set_answers(conn: &mut Conn, join: &Join) -> Result<(), StoreError> {
    diesel::update(participants::table.find((join.competition, join.user)))
        .set((
            participants::answers.eq(&join.answers.document),
            participants::bracket.eq(&join.answers.bracket),
            participants::team_name.eq(&join.team_name),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes the wish to take part where hosts decide about it, with the consent to the rules. Asking again changes the
/// answers.
///
/// # Errors
/// [`JoinError`], as joining; never [`JoinError::NeedsApproval`].
pub fn ask(conn: &mut Conn, join: &Join, now: UtcTime) -> Result<(), JoinError> {
    match teams::check_join(conn, join, now) {
        Err(JoinError::NeedsApproval) => {}
        Err(other) => return Err(other),
        // Somebody who was let in meanwhile joins instead of asking.
        Ok(_) => return Err(JoinError::Missing),
    }
    set_state(conn, (join.competition, join.user), ParticipantState::Asked, (None, &Text::lossy("")), now)?;
    set_answers(conn, join)?;
    agreements::consent(conn, join.user, join.competition, join.rules_sha256, now)?;
    let about = About::competition(join.competition).by(join.user);
    notify(conn, &To::Hosts(join.competition), NotificationKind::ParticipationRequested, &about, now)?;
    Ok(())
}

/// Lets somebody join who has not asked, and tells them. Does nothing when they are let in already.
///
/// # Errors
/// [`ParticipantError::IsHost`].
pub fn invite(
    conn: &mut Conn,
    competition: CompetitionId,
    user: UserId,
    by: UserId,
    now: UtcTime,
) -> Result<(), ParticipantError> {
    let_in(conn, competition, user, by, now)?;
    let about = About::competition(competition).by(by);
    Ok(notify(conn, &To::User(user), NotificationKind::CompetitionInvited, &about, now)?)
}

/// [`invite`] without telling anybody.
pub(crate) fn let_in(
    conn: &mut Conn,
    competition: CompetitionId,
    user: UserId,
    by: UserId,
    now: UtcTime,
) -> Result<(), ParticipantError> {
    if competitions::role_of(conn, competition, user)?.is_some() {
        return Err(ParticipantError::IsHost);
    }
    if find(conn, competition, user)?.is_some_and(|row| row.state.is_admitted()) {
        return Ok(());
    }
    Ok(set_state(conn, (competition, user), ParticipantState::Invited, (Some(by), &Text::lossy("")), now)?)
}

/// Lets somebody in who asked: they are a team of one at once, since they have accepted the rules.
///
/// # Errors
/// [`ParticipantError`].
pub fn approve(
    conn: &mut Conn,
    competition: CompetitionId,
    user: UserId,
    by: UserId,
    now: UtcTime,
) -> Result<Membership, ParticipantError> {
    let row = find(conn, competition, user)?.ok_or(ParticipantError::Missing)?;
    if row.state != ParticipantState::Asked {
        return Err(ParticipantError::WrongState(row.state));
    }
    if let state @ (CompetitionState::Closed | CompetitionState::Revealed | CompetitionState::Archived) =
        competitions::get(conn, competition)?.state(now)
    {
        return Err(JoinError::Over(state).into());
    }
    set_state(conn, (competition, user), ParticipantState::Invited, (Some(by), &Text::lossy("")), now)?;
    let membership = teams::enter(conn, (competition, user), row.team_name.as_ref(), row.bracket.as_ref(), now)?;
    tell(conn, (competition, user), NotificationKind::ParticipationApproved, now)?;
    Ok(membership)
}

/// Does not let somebody in who asked, or takes an invitation back.
///
/// # Errors
/// [`ParticipantError`].
pub fn decline(
    conn: &mut Conn,
    (competition, user): (CompetitionId, UserId),
    by: UserId,
    reason: &Text,
    now: UtcTime,
) -> Result<(), ParticipantError> {
    let row = find(conn, competition, user)?.ok_or(ParticipantError::Missing)?;
    if !matches!(row.state, ParticipantState::Asked | ParticipantState::Invited) {
        return Err(ParticipantError::WrongState(row.state));
    }
    set_state(conn, (competition, user), ParticipantState::Declined, (Some(by), reason), now)?;
    Ok(tell(conn, (competition, user), NotificationKind::ParticipationDeclined, now)?)
}

fn tell(
    conn: &mut Conn,
    (competition, user): (CompetitionId, UserId),
    kind: NotificationKind,
    now: UtcTime,
) -> Result<(), StoreError> {
    notify(conn, &To::User(user), kind, &About::competition(competition), now)
}

/// Takes somebody out of the competition for good. Entries stay with the team; somebody whose team has entries and
/// nobody else is not removed but their team is disqualified, which can be undone.
///
/// # Errors
/// [`ParticipantError`].
pub fn remove(
    conn: &mut Conn,
    (competition, user): (CompetitionId, UserId),
    by: UserId,
    reason: &Text,
    now: UtcTime,
) -> Result<Option<TeamId>, ParticipantError> {
    let row = find(conn, competition, user)?.ok_or(ParticipantError::Missing)?;
    if row.state == ParticipantState::Removed {
        return Err(ParticipantError::WrongState(row.state));
    }
    if reason.as_str().trim().is_empty() {
        return Err(ParticipantError::NoReason);
    }
    let team = teams::find_membership(conn, competition, user)?;
    if let Some(membership) = &team {
        if membership.members.len() == 1 && has_entries(conn, membership.team.id)? {
            return Err(ParticipantError::LastOfTeam);
        }
        take_out(conn, membership, user, now)?;
    }
    set_state(conn, (competition, user), ParticipantState::Removed, (Some(by), reason), now)?;
    tell(conn, (competition, user), NotificationKind::ParticipantRemoved, now)?;
    Ok(team.map(|membership| membership.team.id))
}

/// Lets somebody join again who was removed or declined.
///
/// # Errors
/// [`ParticipantError`].
pub fn readmit(
    conn: &mut Conn,
    competition: CompetitionId,
    user: UserId,
    by: UserId,
    now: UtcTime,
) -> Result<(), ParticipantError> {
    let row = find(conn, competition, user)?.ok_or(ParticipantError::Missing)?;
    if !matches!(row.state, ParticipantState::Removed | ParticipantState::Declined) {
        return Err(ParticipantError::WrongState(row.state));
    }
    set_state(conn, (competition, user), ParticipantState::Invited, (Some(by), &Text::lossy("")), now)?;
    Ok(tell(conn, (competition, user), NotificationKind::CompetitionInvited, now)?)
}

/// Takes a person out of their own team: a leader hands over to whoever came first, an empty team is closed.
pub(crate) fn take_out(conn: &mut Conn, membership: &Membership, user: UserId, now: UtcTime) -> Result<(), StoreError> {
    let team = &membership.team;
    diesel::delete(team_members::table.find((team.competition_id, user))).execute(conn)?;
    let next = membership.members.iter().filter(|member| member.user != user).min_by_key(|m| (m.joined_at, m.user));
    match next {
        None => teams::close(conn, team.id, None, now)?,
        Some(next) if membership.role == MemberRole::Leader => {
            diesel::update(team_members::table.find((team.competition_id, next.user)))
                .set(team_members::role.eq(MemberRole::Leader))
                .execute(conn)?;
        }
        Some(_) => {}
    }
    teams::derive_bracket(conn, team.id)?;
    // The members stand on the board.
    crate::standings::recompute(conn, team.competition_id, team.id, now)
}

/// Whether the team has sent an entry, counted or not; refused files are none.
pub(crate) fn has_entries(conn: &mut Conn, team: TeamId) -> Result<bool, StoreError> {
    let entries = submissions::table
        .filter(submissions::team_id.eq(team))
        .filter(submissions::state.ne(SubmissionState::Invalid))
        .select(submissions::id);
    Ok(diesel::select(diesel::dsl::exists(entries)).get_result(conn)?)
}

/// Lets the owner of a new account join, with the answers and into the team that a host gave for them. People of one
/// planned team are together once they have joined, and a team that is there already takes more of them.
///
/// # Errors
/// [`ParticipantError`]; [`JoinError::NameTaken`] when others have the team's name.
pub fn enroll(
    conn: &mut Conn,
    (competition, user): (CompetitionId, UserId),
    answers: &teams::Answers,
    team: Option<&Text>,
    by: UserId,
    now: UtcTime,
) -> Result<(), ParticipantError> {
    let_in(conn, competition, user, by, now)?;
    // The name is taken rightly where the people of an earlier roster have made the team.
    if let Some(name) = team
        && planned_team(conn, competition, name)?.is_none()
    {
        teams::check_name(conn, competition, name)?;
    }
    diesel::update(participants::table.find((competition, user)))
        .set((
            participants::answers.eq(&answers.document),
            participants::bracket.eq(&answers.bracket),
            participants::planned_team.eq(team),
        ))
        .execute(conn)?;
    Ok(())
}

/// The team that a host planned for somebody who is about to join: its name, and the team where it is there.
pub(crate) fn planned(
    conn: &mut Conn,
    (competition, user): (CompetitionId, UserId),
) -> Result<Option<(Text, Option<TeamId>)>, StoreError> {
    // Who left it does as they like.
    let row = find(conn, competition, user)?.filter(|row| row.state == ParticipantState::Invited);
    let Some(name) = row.and_then(|row| row.planned_team) else { return Ok(None) };
    let team = planned_team(conn, competition, &name)?;
    Ok(Some((name, team)))
}

/// The team that people of a plan have made: one of them leads it, and it bears the planned name, or that with a number
/// where others had the name. A team that goes under another name or another leader, be it by a merge, is not the plan's
/// any more: who leads it asked none of its newcomers.
fn planned_team(conn: &mut Conn, competition: CompetitionId, name: &Text) -> Result<Option<TeamId>, StoreError> {
    let key = fold_name(name.as_str());
    let led: Vec<(Option<Text>, TeamId, String)> = participants::table
        .inner_join(
            team_members::table.on(team_members::competition_id
                .eq(participants::competition_id)
                .and(team_members::user_id.eq(participants::user_id))),
        )
        .inner_join(teams_table::table.on(teams_table::id.eq(team_members::team_id)))
        .filter(participants::competition_id.eq(competition).and(participants::planned_team.is_not_null()))
        .filter(team_members::role.eq(MemberRole::Leader))
        .order((team_members::joined_at, team_members::user_id))
        .select((participants::planned_team, team_members::team_id, teams_table::name_key))
        .load(conn)?;
    let is_planned = |plan: &Option<Text>| plan.as_ref().is_some_and(|plan| fold_name(plan.as_str()) == key);
    let bears_name = |of: &str| {
        let number = of.strip_prefix(&format!("{key} ")).filter(|number| !number.is_empty());
        of == key || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    Ok(led.into_iter().find(|(plan, _, of)| is_planned(plan) && bears_name(of)).map(|(_, team, _)| team))
}
