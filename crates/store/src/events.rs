//! What happened, in the order of commits: written inside the writes that make it happen, read by whoever follows.
//! Ids never go back, because writes are committed one at a time (`db`); they may have gaps.

use diesel::prelude::*;

use crate::schema::events;
use crate::types::{CompetitionId, EventId, TeamId, Text, UserId, UtcTime, words};
use crate::{Conn, StoreError};

words! {
    /// What happened.
    EventKind {
        /// A submission moved to another state. Payload: `{"id", "state"}`. For its team only.
        SubmissionChanged = "submission.changed",
        /// A team's place on the public board may have changed. Payload: `{"team"}`.
        LeaderboardChanged = "leaderboard.changed",
        /// A thread was opened. Payload: `{"id"}`.
        ThreadCreated = "thread.created",
        /// A post was written. Payload: `{"id", "thread"}`.
        PostCreated = "post.created",
        /// Something was told to the listener. Payload: `{}`. Not kept for those who come back: they ask for what is
        /// unread.
        NotificationCreated = "notification.created",
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct Event {
    /// Grows in the order of commits.
    pub id: EventId,
    /// Where.
    pub competition_id: Option<CompetitionId>,
    /// Only this team may see it.
    pub team_id: Option<TeamId>,
    /// What.
    pub kind: EventKind,
    /// A JSON object.
    pub payload: Text,
    /// When.
    pub created_at: UtcTime,
    /// Only this person may see it.
    pub user_id: Option<UserId>,
}

/// Whom an event is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who may see the competition.
    Everybody(CompetitionId),
    /// One team.
    Team(CompetitionId, TeamId),
    /// One person, on whichever page they are.
    User(UserId),
}

/// Notes an event; part of the write that makes it happen.
///
/// # Errors
/// Those of the database.
pub fn append(
    conn: &mut Conn,
    audience: Audience,
    kind: EventKind,
    payload: &serde_json::Value,
    now: UtcTime,
) -> Result<(), StoreError> {
    let (competition, team, user) = match audience {
        Audience::Everybody(competition) => (Some(competition), None, None),
        Audience::Team(competition, team) => (Some(competition), Some(team), None),
        Audience::User(user) => (None, None, Some(user)),
    };
    diesel::insert_into(events::table)
        .values((
            events::competition_id.eq(competition),
            events::team_id.eq(team),
            events::user_id.eq(user),
            events::kind.eq(kind),
            events::payload.eq(payload.to_string()),
            events::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The next `limit` events after `after`, of the whole site: for the process that passes them on.
///
/// # Errors
/// Those of the database.
pub fn since(conn: &mut Conn, after: EventId, limit: i64) -> Result<Vec<Event>, StoreError> {
    let events = events::table.filter(events::id.gt(after)).order(events::id).limit(limit);
    Ok(events.select(Event::as_select()).load(conn)?)
}

/// The next `limit` events of one competition after `after` that `team` may see: for a listener who comes back.
///
/// # Errors
/// Those of the database.
pub fn since_for(
    conn: &mut Conn,
    competition: CompetitionId,
    team: Option<TeamId>,
    after: EventId,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let mut events = events::table
        .filter(events::competition_id.eq(competition))
        .filter(events::id.gt(after))
        .order(events::id)
        .limit(limit)
        .select(Event::as_select())
        .into_boxed();
    events = match team {
        Some(team) => events.filter(events::team_id.is_null().or(events::team_id.eq(team))),
        None => events.filter(events::team_id.is_null()),
    };
    Ok(events.load(conn)?)
}

/// The newest event, 0 when there was none.
///
/// # Errors
/// Those of the database.
pub fn latest(conn: &mut Conn) -> Result<EventId, StoreError> {
    let newest: Option<EventId> = events::table.select(diesel::dsl::max(events::id)).first(conn)?;
    Ok(newest.unwrap_or(EventId(0)))
}

/// Forgets events before `before`; listeners who were away for longer load the page anew. How many.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, before: UtcTime) -> Result<usize, StoreError> {
    // The newest stays, so that the ids of a SQLite table that was emptied are not given again.
    let newest = latest(conn)?;
    let old = events::table.filter(events::created_at.lt(before)).filter(events::id.lt(newest));
    Ok(diesel::delete(old).execute(conn)?)
}
