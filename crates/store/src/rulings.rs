//! What hosts decide about one team: its bracket, whether it counts, and what it gets beyond the rules. Each decision
//! needs a reason where it is for or against somebody, and can be undone.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::competitions::{CompetitionState, Dates};
use crate::error::from_diesel;
use crate::notifications::{About, NotificationKind, To, notify};
use crate::schema::{competitions, grants, teams};
use crate::teams::Team;
use crate::types::{CompetitionId, Day, GrantId, TeamId, Text, UserId, UtcTime, Zone};
use crate::{Conn, StoreError, standings};

/// Most entries that one grant gives.
const MOST_ENTRIES: i32 = 1_000;

/// Why a decision cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum RulingError {
    /// There is no such team or grant in this competition.
    #[error("there is no such team or grant")]
    Missing,
    /// The people it concerns are told why.
    #[error("a reason is needed")]
    NoReason,
    /// It is so already.
    #[error("this is so already")]
    NothingToDo,
    /// Not 1 to 1,000.
    #[error("a grant is 1 to {MOST_ENTRIES} entries")]
    WrongNumber,
    /// Not a day, or one before today.
    #[error("the day must be today or later")]
    WrongDay,
    /// Time is given after the end and before the private scores are out.
    #[error("an extension lies after {after}{}", .before.map(|b| format!(" and not after {b}")).unwrap_or_default())]
    WrongTime {
        /// The end of the competition, or now.
        after: UtcTime,
        /// When the private scores come out.
        before: Option<UtcTime>,
    },
    /// The private scores are out, or the competition is put away.
    #[error("the competition is {0}")]
    NotNow(CompetitionState),
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(RulingError);

/// What a team gets beyond the rules.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = grants)]
pub struct Grant {
    /// Its number.
    pub id: GrantId,
    /// Where.
    pub competition_id: CompetitionId,
    /// Which team.
    pub team_id: TeamId,
    /// Entries on `day`.
    pub entries: Option<i32>,
    /// The day of the competition's zone.
    pub day: Option<Day>,
    /// Entries count strictly before, though the competition has ended.
    pub until: Option<UtcTime>,
    /// Why.
    pub reason: Text,
    /// Which host gave it.
    pub granted_by: UserId,
    /// When.
    pub granted_at: UtcTime,
    /// When it was taken back.
    pub revoked_at: Option<UtcTime>,
}

/// What to give.
#[derive(Debug, Clone)]
pub enum Gift {
    /// Entries on a day of the zone, written `2026-12-05`; today when left out.
    Entries(i32, Option<Text>),
    /// Time after the end.
    Until(UtcTime),
}

fn team_in(conn: &mut Conn, competition: CompetitionId, team: TeamId) -> Result<Team, RulingError> {
    let row = teams::table.find(team).filter(teams::competition_id.eq(competition)).filter(teams::closed_at.is_null());
    row.select(Team::as_select()).first(conn).optional()?.ok_or(RulingError::Missing)
}

fn reasoned(reason: &Text) -> Result<(), RulingError> {
    if reason.as_str().trim().is_empty() { Err(RulingError::NoReason) } else { Ok(()) }
}

/// Takes a team off the boards: its rows go, and the next ranks move up, in the same write. Its entries stay in the
/// history and it sends no more.
///
/// # Errors
/// [`RulingError`].
pub fn disqualify(
    conn: &mut Conn,
    competition: CompetitionId,
    team: TeamId,
    reason: &Text,
    now: UtcTime,
) -> Result<Team, RulingError> {
    reasoned(reason)?;
    if team_in(conn, competition, team)?.disqualified_at.is_some() {
        return Err(RulingError::NothingToDo);
    }
    diesel::update(teams::table.find(team))
        .set((teams::disqualified_at.eq(now), teams::disqualified_for.eq(reason), teams::is_looking.eq(false)))
        .execute(conn)?;
    standings::recompute(conn, competition, team, now)?;
    notify(conn, &To::Team(team), NotificationKind::Disqualified, &About::team(competition, team), now)?;
    team_in(conn, competition, team)
}

/// Undoes a disqualification: the team's best entry is on the boards again.
///
/// # Errors
/// [`RulingError`].
pub fn reinstate(conn: &mut Conn, competition: CompetitionId, team: TeamId, now: UtcTime) -> Result<Team, RulingError> {
    if team_in(conn, competition, team)?.disqualified_at.is_none() {
        return Err(RulingError::NothingToDo);
    }
    diesel::update(teams::table.find(team))
        .set((teams::disqualified_at.eq(None::<UtcTime>), teams::disqualified_for.eq(None::<Text>)))
        .execute(conn)?;
    standings::recompute(conn, competition, team, now)?;
    notify(conn, &To::Team(team), NotificationKind::Requalified, &About::team(competition, team), now)?;
    team_in(conn, competition, team)
}

/// Puts a team into a bracket, or (`None`) leaves it to the answers of its members.
///
/// # Errors
/// [`RulingError`].
pub fn set_bracket(
    conn: &mut Conn,
    competition: CompetitionId,
    team: TeamId,
    bracket: Option<&Text>,
    now: UtcTime,
) -> Result<Team, RulingError> {
    team_in(conn, competition, team)?;
    diesel::update(teams::table.find(team))
        .set((teams::bracket.eq(bracket), teams::bracket_is_chosen.eq(bracket.is_some())))
        .execute(conn)?;
    if bracket.is_none() {
        crate::teams::derive_bracket(conn, team)?;
    }
    standings::announce(conn, competition, team, now)?;
    team_in(conn, competition, team)
}

/// Gives a team something beyond the rules.
///
/// # Errors
/// [`RulingError`].
pub fn grant(
    conn: &mut Conn,
    (competition, team): (CompetitionId, TeamId),
    gift: &Gift,
    (by, reason): (UserId, &Text),
    now: UtcTime,
) -> Result<Grant, RulingError> {
    reasoned(reason)?;
    team_in(conn, competition, team)?;
    let (dates, zone): (Dates, Zone) =
        competitions::table.find(competition).select((Dates::as_select(), competitions::zone)).first(conn)?;
    if let state @ (CompetitionState::Revealed | CompetitionState::Archived) = dates.state(now) {
        return Err(RulingError::NotNow(state));
    }
    let (entries, day, until) = match gift {
        Gift::Entries(entries, day) => {
            if !(1..=MOST_ENTRIES).contains(entries) {
                return Err(RulingError::WrongNumber);
            }
            let today = zone.day_of(now).to_string();
            let day = day.as_ref().map_or(today.as_str(), Text::as_str);
            // Written as `Day` writes it, so that the texts compare.
            let day = day.parse::<NaiveDate>().map_err(|_| RulingError::WrongDay)?.to_string();
            if day < today {
                return Err(RulingError::WrongDay);
            }
            (Some(*entries), Some(day), None)
        }
        Gift::Until(until) => {
            let (after, before) = (dates.ends_at.max(now), dates.reveals_at());
            if *until <= after || before.is_some_and(|before| *until > before) {
                return Err(RulingError::WrongTime { after, before });
            }
            (None, None, Some(*until))
        }
    };
    let id: GrantId = diesel::insert_into(grants::table)
        .values((
            grants::competition_id.eq(competition),
            grants::team_id.eq(team),
            grants::entries.eq(entries),
            grants::day.eq(day),
            grants::until.eq(until),
            grants::reason.eq(reason),
            grants::granted_by.eq(by),
            grants::granted_at.eq(now),
        ))
        .returning(grants::id)
        .get_result(conn)?;
    notify(conn, &To::Team(team), NotificationKind::Granted, &About::team(competition, team).by(by), now)?;
    Ok(grants::table.find(id).select(Grant::as_select()).first(conn)?)
}

/// Takes a grant back. Entries that were sent on it stay.
///
/// # Errors
/// [`RulingError`].
pub fn revoke_grant(
    conn: &mut Conn,
    (competition, team): (CompetitionId, TeamId),
    id: GrantId,
    now: UtcTime,
) -> Result<Grant, RulingError> {
    let row = grants::table
        .find(id)
        .filter(grants::competition_id.eq(competition))
        .filter(grants::team_id.eq(team))
        .select(Grant::as_select());
    let grant: Grant = row.first(conn).optional()?.ok_or(RulingError::Missing)?;
    if grant.revoked_at.is_some() {
        return Err(RulingError::NothingToDo);
    }
    diesel::update(grants::table.find(id)).set(grants::revoked_at.eq(now)).execute(conn)?;
    notify(conn, &To::Team(team), NotificationKind::Granted, &About::team(competition, team), now)?;
    Ok(Grant { revoked_at: Some(now), ..grant })
}

/// The grants of a competition, newest first.
///
/// # Errors
/// Those of the database.
pub fn list_grants(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<Grant>, StoreError> {
    let rows = grants::table.filter(grants::competition_id.eq(competition)).order(grants::id.desc());
    Ok(rows.select(Grant::as_select()).load(conn)?)
}

/// Entries that hosts gave a team on the days that `counts` says.
pub(crate) fn granted_entries(conn: &mut Conn, team: TeamId, counts: impl Fn(&Day) -> bool) -> Result<i64, StoreError> {
    let rows: Vec<(Option<i32>, Option<Day>)> = grants::table
        .filter(grants::team_id.eq(team))
        .filter(grants::revoked_at.is_null())
        .filter(grants::entries.is_not_null())
        .select((grants::entries, grants::day))
        .load(conn)?;
    let given = rows.into_iter().filter(|(_, day)| day.as_ref().is_some_and(&counts));
    Ok(given.filter_map(|(entries, _)| entries.map(i64::from)).sum())
}

/// Until when a team's entries count though the competition has ended.
///
/// # Errors
/// Those of the database.
pub fn extended_until(conn: &mut Conn, team: TeamId) -> Result<Option<UtcTime>, StoreError> {
    let rows = grants::table.filter(grants::team_id.eq(team)).filter(grants::revoked_at.is_null());
    Ok(rows.select(diesel::dsl::max(grants::until)).first(conn)?)
}
