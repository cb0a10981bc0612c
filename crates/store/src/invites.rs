//! Invitations: into a team, into a competition, among its hosts. Either for one account, which accepts or declines it, or
//! as a link for whoever has it. Every one expires and can be revoked; of a link only the digest of its token is kept.

use diesel::prelude::*;

use crate::competitions::{self, CompetitionState, Dates};
use crate::error::from_diesel;
use crate::notifications::{About, NotificationKind, To, notify};
use crate::participants::{self, ParticipantError, ParticipantState};
use crate::schema::{competitions as competitions_table, invites, teams, users};
use crate::teams::changes::{self, TeamError, TeamRules};
use crate::teams::{self as team_rows, Team, outlook};
use crate::types::{CompetitionId, CompetitionRole, InviteId, Sha256, TeamId, Text, UserId, UtcTime, words};
use crate::{Conn, StoreError};

/// Open invitations that a team may have at once.
pub const OPEN_PER_TEAM: i64 = 20;
/// Most people that one link lets in.
pub const MOST_USES: i32 = 10_000;

words! {
    /// Into what.
    InviteKind {
        /// A team.
        Team = "team",
        /// The competition.
        Participant = "participant",
        /// Its hosts.
        Host = "host",
    }
}

words! {
    /// How an invitation ended.
    InviteEnd {
        /// Everybody it was for has accepted.
        Accepted = "accepted",
        /// The person did not want to.
        Declined = "declined",
        /// Taken back.
        Revoked = "revoked",
    }
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = invites)]
pub struct Invite {
    /// Its number.
    pub id: InviteId,
    /// Where.
    pub competition_id: CompetitionId,
    /// Into what.
    pub kind: InviteKind,
    /// Into which team.
    pub team_id: Option<TeamId>,
    /// As what, among the hosts.
    pub role: Option<CompetitionRole>,
    /// For whom; `None` for a link.
    pub user_id: Option<UserId>,
    /// What its maker calls it, often an address. Never shown to whoever is invited.
    pub label: Text,
    /// How many more may accept.
    pub uses_left: i32,
    /// By whom.
    pub created_by: UserId,
    /// When.
    pub created_at: UtcTime,
    /// Accepted strictly before.
    pub expires_at: UtcTime,
    /// When it ended.
    pub ended_at: Option<UtcTime>,
    /// How.
    pub ended_as: Option<InviteEnd>,
}

/// Into what somebody is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Into {
    /// A team.
    Team(TeamId),
    /// The competition.
    Competition,
    /// Its hosts, as this.
    Hosts(CompetitionRole),
}

/// For whom an invitation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum For {
    /// One account.
    User(UserId),
    /// Whoever has the token with this digest, so many people.
    Link(Sha256, i32),
}

/// A new invitation. Who may make it is checked by the caller.
#[derive(Debug, Clone)]
pub struct NewInvite {
    /// Where.
    pub competition: CompetitionId,
    /// Into what.
    pub into: Into,
    /// For whom.
    pub whom: For,
    /// A note for its maker.
    pub label: Text,
    /// By whom.
    pub by: UserId,
    /// Until when.
    pub expires_at: UtcTime,
}

/// Why an invitation cannot be made or accepted.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// There is no such invitation, or it is somebody else's.
    #[error("there is no such invitation")]
    Missing,
    /// Too late.
    #[error("the invitation was good until {0}")]
    Expired(UtcTime),
    /// It was used up, declined or revoked.
    #[error("the invitation was {0}")]
    Ended(InviteEnd),
    /// The person was asked already.
    #[error("there is an open invitation for this person")]
    AskedAlready,
    /// The team has too many open invitations.
    #[error("a team may have {OPEN_PER_TEAM} open invitations")]
    TooMany,
    /// Hosts are not participants, and participants with a team are not hosts.
    #[error("this person cannot be both host and participant")]
    BothSides,
    /// Team invitations are for people who take part.
    #[error("this person does not take part in the competition yet")]
    NotParticipant,
    /// A host has removed the person, or not let them in.
    #[error("a host has decided: {0}")]
    Refused(ParticipantState),
    /// The competition is over.
    #[error("the competition is {0}")]
    NotNow(CompetitionState),
    /// What stands against entering the team.
    #[error(transparent)]
    Team(#[from] TeamError),
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(InviteError);

impl From<ParticipantError> for InviteError {
    fn from(error: ParticipantError) -> Self {
        match error {
            ParticipantError::IsHost => Self::BothSides,
            ParticipantError::Store(error) => Self::Store(error),
            _ => Self::Missing,
        }
    }
}

/// Makes an invitation.
///
/// # Errors
/// [`InviteError`].
pub fn create(conn: &mut Conn, new: &NewInvite, now: UtcTime) -> Result<Invite, InviteError> {
    let (kind, team, role) = match new.into {
        Into::Team(team) => (InviteKind::Team, Some(team), None),
        Into::Competition => (InviteKind::Participant, None, None),
        Into::Hosts(role) => (InviteKind::Host, None, Some(role)),
    };
    if let Some(team) = team {
        check_team(conn, new, team, now)?;
    }
    let (user, token_hash, uses) = match new.whom {
        For::User(user) => {
            let same = open_ones(now)
                .filter(invites::competition_id.eq(new.competition))
                .filter(invites::kind.eq(kind))
                .filter(invites::user_id.eq(user))
                .select(invites::team_id);
            if same.load::<Option<TeamId>>(conn)?.contains(&team) {
                return Err(InviteError::AskedAlready);
            }
            let (kind, about) = match team {
                Some(team) => (NotificationKind::TeamInvited, About::team(new.competition, team)),
                None => (NotificationKind::CompetitionInvited, About::competition(new.competition)),
            };
            notify(conn, &To::User(user), kind, &about.by(new.by), now)?;
            (Some(user), None, 1)
        }
        For::Link(hash, uses) => (None, Some(hash), uses.clamp(1, MOST_USES)),
    };
    let id: InviteId = diesel::insert_into(invites::table)
        .values((
            invites::competition_id.eq(new.competition),
            invites::kind.eq(kind),
            invites::team_id.eq(team),
            invites::role.eq(role),
            invites::user_id.eq(user),
            invites::label.eq(&new.label),
            invites::token_hash.eq(token_hash),
            invites::uses_left.eq(uses),
            invites::created_by.eq(new.by),
            invites::created_at.eq(now),
            invites::expires_at.eq(new.expires_at),
        ))
        .returning(invites::id)
        .get_result(conn)?;
    Ok(invites::table.find(id).select(Invite::as_select()).first(conn)?)
}

/// Whether the team may invite now, and whom.
fn check_team(conn: &mut Conn, new: &NewInvite, team: TeamId, now: UtcTime) -> Result<(), InviteError> {
    TeamRules::of(conn, new.competition)?.check_open(now)?;
    let team = changes::find_in(conn, new.competition, team)?;
    changes::check_ordinary(&team)?;
    let open: i64 = open_ones(now).filter(invites::team_id.eq(team.id)).count().get_result(conn)?;
    if open >= OPEN_PER_TEAM {
        return Err(InviteError::TooMany);
    }
    if let For::User(user) = new.whom {
        let state = participants::find(conn, new.competition, user)?.map(|row| row.state);
        if state != Some(ParticipantState::Joined) {
            return Err(InviteError::NotParticipant);
        }
        outlook::of_joining(conn, &team, user, now)?.check()?;
    }
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn open_ones(now: UtcTime) -> _ {
    let is_good: diesel::dsl::Gt<invites::expires_at, UtcTime> = invites::expires_at.gt(now);
    invites::table.filter(invites::ended_at.is_null()).filter(is_good)
}

/// An invitation of this competition, open or not.
///
/// # Errors
/// [`InviteError::Missing`].
pub fn find_in(conn: &mut Conn, competition: CompetitionId, id: InviteId) -> Result<Invite, InviteError> {
    let row = invites::table.find(id).filter(invites::competition_id.eq(competition));
    row.select(Invite::as_select()).first(conn).optional()?.ok_or(InviteError::Missing)
}

/// The invitation that a token opens, whatever became of it.
///
/// # Errors
/// [`InviteError::Missing`].
pub fn find_by_token(conn: &mut Conn, token: Sha256) -> Result<Invite, InviteError> {
    let row = invites::table.filter(invites::token_hash.eq(token)).select(Invite::as_select());
    row.first(conn).optional()?.ok_or(InviteError::Missing)
}

/// The person's own invitation with this number, whatever became of it.
///
/// # Errors
/// [`InviteError::Missing`].
pub fn find_own(conn: &mut Conn, id: InviteId, user: UserId) -> Result<Invite, InviteError> {
    let row = invites::table.find(id).filter(invites::user_id.eq(user)).select(Invite::as_select());
    row.first(conn).optional()?.ok_or(InviteError::Missing)
}

/// The open invitations of one account, newest first.
///
/// # Errors
/// Those of the database.
pub fn of_user(conn: &mut Conn, user: UserId, now: UtcTime) -> Result<Vec<Invite>, StoreError> {
    let rows = open_ones(now).filter(invites::user_id.eq(user)).order(invites::id.desc());
    Ok(rows.select(Invite::as_select()).load(conn)?)
}

/// The open invitations into a team, newest first.
///
/// # Errors
/// Those of the database.
pub fn of_team(conn: &mut Conn, team: TeamId, now: UtcTime) -> Result<Vec<Invite>, StoreError> {
    let rows = open_ones(now).filter(invites::team_id.eq(team)).order(invites::id.desc());
    Ok(rows.select(Invite::as_select()).load(conn)?)
}

/// The open invitations into the competition and among its hosts, newest first. Those into teams are their teams'.
///
/// # Errors
/// Those of the database.
pub fn of_competition(
    conn: &mut Conn,
    competition: CompetitionId,
    kinds: &[InviteKind],
    now: UtcTime,
) -> Result<Vec<Invite>, StoreError> {
    let rows = open_ones(now)
        .filter(invites::competition_id.eq(competition))
        .filter(invites::kind.eq_any(kinds.iter().copied()))
        .order(invites::id.desc());
    Ok(rows.select(Invite::as_select()).load(conn)?)
}

/// The name of the account an invitation is for.
///
/// # Errors
/// Those of the database.
pub fn name_of(conn: &mut Conn, user: UserId) -> Result<Option<Text>, StoreError> {
    Ok(users::table.find(user).select(users::name).first(conn).optional()?)
}

impl Invite {
    /// Whether it can be accepted.
    ///
    /// # Errors
    /// [`InviteError::Ended`], [`InviteError::Expired`].
    pub fn check_open(&self, now: UtcTime) -> Result<(), InviteError> {
        match self.ended_as {
            Some(end) => Err(InviteError::Ended(end)),
            None if self.expires_at <= now => Err(InviteError::Expired(self.expires_at)),
            None => Ok(()),
        }
    }
}

fn end(conn: &mut Conn, id: InviteId, how: InviteEnd, now: UtcTime) -> Result<(), StoreError> {
    diesel::update(invites::table.find(id))
        .set((invites::ended_at.eq(now), invites::ended_as.eq(how)))
        .execute(conn)?;
    Ok(())
}

/// Takes an open invitation back. Who may is checked by the caller.
///
/// # Errors
/// [`InviteError::Ended`], [`InviteError::Expired`].
pub fn revoke(conn: &mut Conn, invite: &Invite, now: UtcTime) -> Result<(), InviteError> {
    invite.check_open(now)?;
    Ok(end(conn, invite.id, InviteEnd::Revoked, now)?)
}

/// Declines an invitation that is for one account.
///
/// # Errors
/// [`InviteError`].
pub fn decline(conn: &mut Conn, id: InviteId, user: UserId, now: UtcTime) -> Result<Invite, InviteError> {
    let invite = find_own(conn, id, user)?;
    invite.check_open(now)?;
    end(conn, id, InviteEnd::Declined, now)?;
    Ok(invite)
}

/// What accepting did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// The person is in this team now.
    Team(Team),
    /// The person may join the competition now.
    Competition(CompetitionId),
    /// The person has this role now.
    Host(CompetitionId, CompetitionRole),
}

/// Accepts an invitation, found by its token or the person's own.
///
/// # Errors
/// [`InviteError`]; then nothing was changed.
pub fn accept(conn: &mut Conn, invite: &Invite, user: UserId, now: UtcTime) -> Result<Accepted, InviteError> {
    invite.check_open(now)?;
    if invite.user_id.is_some_and(|whom| whom != user) {
        return Err(InviteError::Missing);
    }
    let competition = invite.competition_id;
    let accepted = match (invite.kind, invite.team_id, invite.role) {
        (InviteKind::Team, Some(team), _) => {
            let state = participants::find(conn, competition, user)?.map(|row| row.state);
            if state != Some(ParticipantState::Joined) && state != Some(ParticipantState::Left) {
                return Err(InviteError::NotParticipant);
            }
            let team: Team = teams::table.find(team).select(Team::as_select()).first(conn)?;
            outlook::of_joining(conn, &team, user, now)?.check()?;
            changes::take_in(conn, &team, user, now)?;
            if state == Some(ParticipantState::Left) {
                let nobody = (None, &Text::lossy(""));
                participants::set_state(conn, (competition, user), ParticipantState::Joined, nobody, now)?;
            }
            Accepted::Team(team_rows::find(conn, team.id)?.ok_or(InviteError::Missing)?)
        }
        (InviteKind::Participant, ..) => {
            let dates: Dates = competitions_table::table.find(competition).select(Dates::as_select()).first(conn)?;
            if let state @ (CompetitionState::Closed | CompetitionState::Revealed | CompetitionState::Archived) =
                dates.state(now)
            {
                return Err(InviteError::NotNow(state));
            }
            // A link does not undo what a host has decided about this person.
            if let Some(row) = participants::find(conn, competition, user)?
                && matches!(row.state, ParticipantState::Removed | ParticipantState::Declined)
            {
                return Err(InviteError::Refused(row.state));
            }
            participants::let_in(conn, competition, user, invite.created_by, now)?;
            Accepted::Competition(competition)
        }
        (InviteKind::Host, _, Some(role)) => {
            if team_rows::find_membership(conn, competition, user)?.is_some_and(|m| !m.team.is_benchmark) {
                return Err(InviteError::BothSides);
            }
            competitions::add_host(conn, competition, user, role)?;
            let about = About::competition(competition).by(user);
            notify(conn, &To::Hosts(competition), NotificationKind::HostChanged, &about, now)?;
            Accepted::Host(competition, role)
        }
        _ => return Err(InviteError::Missing),
    };
    if invite.uses_left <= 1 {
        end(conn, invite.id, InviteEnd::Accepted, now)?;
    }
    diesel::update(invites::table.find(invite.id)).set(invites::uses_left.eq(invite.uses_left - 1)).execute(conn)?;
    Ok(accepted)
}
