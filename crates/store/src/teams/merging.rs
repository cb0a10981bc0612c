//! Two teams become one: one leader asks, the other one confirms. The team that asks takes the other one in: its entries,
//! its members and what hosts granted it. Nothing is undone afterwards.
//!
//! Entries that are taken in get the numbers after those that are there, in the order in which they were accepted, and
//! keep a note of the team and number under which they were sent.

use diesel::prelude::*;

use super::changes::{TeamError, find_named, led};
use super::{Team, close, derive_bracket, find, members, outlook};
use crate::notifications::{About, NotificationKind, To, notify};
use crate::schema::{competitions, grants, invites, merges, submissions, team_members};
use crate::types::{
    CompetitionId, MemberRole, MergeId, SubmissionId, SubmissionState, TeamId, Text, UserId, UtcTime, words,
};
use crate::{Conn, StoreError, standings};

words! {
    /// Where a request to merge stands.
    MergeState {
        /// The other leader has not decided.
        Open = "open",
        /// The teams are one.
        Accepted = "accepted",
        /// The other leader did not want to.
        Declined = "declined",
        /// The leader who asked took it back, or one of the teams ended.
        Cancelled = "cancelled",
    }
}

/// A request to merge.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = merges)]
pub struct Merge {
    /// Its number.
    pub id: MergeId,
    /// Where.
    pub competition_id: CompetitionId,
    /// The team that asks, and would take the other one in.
    pub team_id: TeamId,
    /// The team that is asked.
    pub other_id: TeamId,
    /// Where it stands.
    pub state: MergeState,
    /// The leader who asked.
    pub asked_by: UserId,
    /// When.
    pub asked_at: UtcTime,
}

/// Two teams that became one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The team there is.
    pub team: Team,
    /// The team that was taken in, as it was.
    pub other: Team,
    /// Everybody whose rights changed: those who came.
    pub moved: Vec<UserId>,
    /// Entries that got another number.
    pub renumbered: i64,
}

/// Asks another team, by its name, to merge.
///
/// # Errors
/// [`TeamError`]: what would stand against the merge now.
pub fn ask(
    conn: &mut Conn,
    competition: CompetitionId,
    leader: UserId,
    other: &Text,
    now: UtcTime,
) -> Result<Merge, TeamError> {
    let team = led(conn, competition, leader)?.team;
    let other = find_named(conn, competition, other)?.ok_or(TeamError::Missing)?;
    outlook::of_merging(conn, &team, &other, now)?.check()?;
    let between = |a: TeamId, b: TeamId| merges::team_id.eq(a).and(merges::other_id.eq(b));
    let open = merges::table
        .filter(merges::state.eq(MergeState::Open))
        .filter(between(team.id, other.id).or(between(other.id, team.id)));
    if diesel::select(diesel::dsl::exists(open.select(merges::id))).get_result(conn)? {
        return Err(TeamError::AskedAlready);
    }
    let id: MergeId = diesel::insert_into(merges::table)
        .values((
            merges::competition_id.eq(competition),
            merges::team_id.eq(team.id),
            merges::other_id.eq(other.id),
            merges::state.eq(MergeState::Open),
            merges::asked_by.eq(leader),
            merges::asked_at.eq(now),
        ))
        .returning(merges::id)
        .get_result(conn)?;
    let about = About::team(competition, team.id).by(leader);
    notify(conn, &To::Team(other.id), NotificationKind::MergeRequested, &about, now)?;
    Ok(merges::table.find(id).select(Merge::as_select()).first(conn)?)
}

/// The open requests that a team has made or got.
///
/// # Errors
/// Those of the database.
pub fn open(conn: &mut Conn, team: TeamId) -> Result<Vec<Merge>, StoreError> {
    let rows = merges::table
        .filter(merges::state.eq(MergeState::Open))
        .filter(merges::team_id.eq(team).or(merges::other_id.eq(team)))
        .order(merges::id);
    Ok(rows.select(Merge::as_select()).load(conn)?)
}

/// An open request of this competition that has to do with `team`.
///
/// # Errors
/// [`TeamError::Missing`].
pub fn find_open(conn: &mut Conn, competition: CompetitionId, id: MergeId, team: TeamId) -> Result<Merge, TeamError> {
    let row = merges::table
        .find(id)
        .filter(merges::competition_id.eq(competition))
        .filter(merges::state.eq(MergeState::Open))
        .filter(merges::team_id.eq(team).or(merges::other_id.eq(team)));
    row.select(Merge::as_select()).first(conn).optional()?.ok_or(TeamError::Missing)
}

/// Ends a request without a merge: the leader who was asked declines, the one who asked takes it back.
///
/// # Errors
/// [`TeamError`].
pub fn refuse(
    conn: &mut Conn,
    competition: CompetitionId,
    leader: UserId,
    id: MergeId,
    now: UtcTime,
) -> Result<Merge, TeamError> {
    let team = led(conn, competition, leader)?.team;
    let merge = find_open(conn, competition, id, team.id)?;
    let state = if merge.other_id == team.id { MergeState::Declined } else { MergeState::Cancelled };
    decide(conn, id, state, Some(leader), now)?;
    if state == MergeState::Declined {
        let about = About::team(competition, team.id).by(leader);
        notify(conn, &To::Team(merge.team_id), NotificationKind::MergeDeclined, &about, now)?;
    }
    Ok(Merge { state, ..merge })
}

fn decide(conn: &mut Conn, id: MergeId, state: MergeState, by: Option<UserId>, now: UtcTime) -> Result<(), StoreError> {
    diesel::update(merges::table.find(id))
        .set((merges::state.eq(state), merges::decided_by.eq(by), merges::decided_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Confirms a request: the teams are one, in one write with their standings. The rules are looked at once more, with the
/// entries and the days of this moment.
///
/// # Errors
/// [`TeamError`]; then nothing was changed.
pub fn accept(
    conn: &mut Conn,
    competition: CompetitionId,
    leader: UserId,
    id: MergeId,
    now: UtcTime,
) -> Result<Merged, TeamError> {
    let other = led(conn, competition, leader)?.team;
    let merge = find_open(conn, competition, id, other.id)?;
    if merge.other_id != other.id {
        // The leader who asked cannot confirm for the other one.
        return Err(TeamError::Missing);
    }
    let team = find(conn, merge.team_id)?.ok_or(TeamError::Missing)?;
    outlook::of_merging(conn, &team, &other, now)?.check()?;
    decide(conn, id, MergeState::Accepted, Some(leader), now)?;

    let moved: Vec<UserId> = members(conn, other.id)?.into_iter().map(|member| member.user).collect();
    fit_choices(conn, &team, &other)?;
    let renumbered = move_entries(conn, &team, &other)?;
    diesel::update(team_members::table.filter(team_members::team_id.eq(other.id)))
        .set((team_members::team_id.eq(team.id), team_members::role.eq(MemberRole::Member)))
        .execute(conn)?;
    diesel::update(grants::table.filter(grants::team_id.eq(other.id)))
        .set(grants::team_id.eq(team.id))
        .execute(conn)?;
    end_loose_ends(conn, other.id, now)?;
    close(conn, other.id, Some(team.id), now)?;
    derive_bracket(conn, team.id)?;
    standings::recompute(conn, competition, other.id, now)?;
    standings::recompute(conn, competition, team.id, now)?;
    let about = About::team(competition, team.id).by(leader);
    notify(conn, &To::Team(team.id), NotificationKind::TeamMerged, &about, now)?;
    let team = find(conn, team.id)?.ok_or(TeamError::Missing)?;
    Ok(Merged { team, other, moved, renumbered })
}

/// Where both together have chosen more finals than one team may, the choice of the team that takes in stands.
fn fit_choices(conn: &mut Conn, team: &Team, other: &Team) -> Result<(), StoreError> {
    let most: i32 = competitions::table.find(team.competition_id).select(competitions::finals).first(conn)?;
    // A choice that was withdrawn takes no slot.
    let counting = SubmissionState::ALL.iter().copied().filter(|state| state.counts());
    let chosen: i64 = submissions::table
        .filter(submissions::team_id.eq_any([team.id, other.id]))
        .filter(submissions::chosen_at.is_not_null())
        .filter(submissions::state.eq_any(counting))
        .count()
        .get_result(conn)?;
    if chosen > i64::from(most) {
        diesel::update(submissions::table.filter(submissions::team_id.eq(other.id)))
            .set(submissions::chosen_at.eq(None::<UtcTime>))
            .execute(conn)?;
    }
    Ok(())
}

/// Gives the entries of `other` to `team`. How many.
fn move_entries(conn: &mut Conn, team: &Team, other: &Team) -> Result<i64, StoreError> {
    let mut number = submissions::table
        .filter(submissions::team_id.eq(team.id))
        .select(diesel::dsl::max(submissions::number))
        .first::<Option<i32>>(conn)?
        .unwrap_or(0);
    let keys: Vec<Option<Text>> = submissions::table
        .filter(submissions::team_id.eq(team.id))
        .filter(submissions::idempotency_key.is_not_null())
        .select(submissions::idempotency_key)
        .load(conn)?;
    type Sent = (SubmissionId, i32, Option<TeamId>, Option<i32>, Option<Text>);
    let entries: Vec<Sent> = submissions::table
        .filter(submissions::team_id.eq(other.id))
        .order(submissions::accepted_at)
        .select((
            submissions::id,
            submissions::number,
            submissions::former_team_id,
            submissions::former_number,
            submissions::idempotency_key,
        ))
        .load(conn)?;
    let mut moved = 0;
    for (id, old_number, former_team, former_number, key) in entries {
        number += 1;
        moved += 1;
        diesel::update(submissions::table.find(id))
            .set((
                submissions::team_id.eq(team.id),
                submissions::number.eq(number),
                // After a second merge the note still says how the entry was sent.
                submissions::former_team_id.eq(former_team.unwrap_or(other.id)),
                submissions::former_number.eq(former_number.unwrap_or(old_number)),
                // A key is unique in a team; of two equal ones that of the team that is there stays.
                submissions::idempotency_key.eq(key.filter(|key| !keys.contains(&Some(key.clone())))),
            ))
            .execute(conn)?;
    }
    Ok(moved)
}

/// Ends what a team that is no more has asked for or been asked.
fn end_loose_ends(conn: &mut Conn, team: TeamId, now: UtcTime) -> Result<(), StoreError> {
    for merge in open(conn, team)? {
        decide(conn, merge.id, MergeState::Cancelled, None, now)?;
    }
    diesel::update(invites::table.filter(invites::team_id.eq(team)).filter(invites::ended_at.is_null()))
        .set((invites::ended_at.eq(now), invites::ended_as.eq("revoked")))
        .execute(conn)?;
    Ok(())
}
