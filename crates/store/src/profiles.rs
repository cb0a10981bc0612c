//! What everybody may know of a person: where they took part and what they wrote, as far as it is public anyway.

use diesel::prelude::*;

use crate::schema::{competitions, posts, team_members, teams, threads};
use crate::types::{CompetitionId, PostId, TeamId, Text, ThreadId, UserId, UtcTime};
use crate::{Conn, StoreError};

/// A competition that somebody took part in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Participation {
    /// Which.
    pub competition: CompetitionId,
    /// With which team.
    pub team: TeamId,
    /// The team's name.
    pub team_name: Text,
    /// Whether it was a host's reference entry.
    pub is_benchmark: bool,
    /// Since when.
    pub joined_at: UtcTime,
}

/// Competitions that somebody took part in, newest first.
///
/// # Errors
/// Those of the database.
pub fn participations(conn: &mut Conn, user: UserId, limit: i64) -> Result<Vec<Participation>, StoreError> {
    Ok(team_members::table
        .inner_join(teams::table)
        .inner_join(competitions::table)
        .filter(team_members::user_id.eq(user).and(competitions::published_at.is_not_null()))
        .order((team_members::joined_at.desc(), team_members::team_id.desc()))
        .limit(limit)
        .select((
            team_members::competition_id,
            team_members::team_id,
            teams::name,
            teams::is_benchmark,
            team_members::joined_at,
        ))
        .load(conn)?)
}

/// A post that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Written {
    /// Which.
    pub post: PostId,
    /// In which thread.
    pub thread: ThreadId,
    /// The thread's title.
    pub title: Text,
    /// In which competition.
    pub competition: CompetitionId,
    /// Votes for it.
    pub votes: i64,
    /// When.
    pub created_at: UtcTime,
}

/// Posts of somebody that are neither deleted nor hidden, newest first.
///
/// # Errors
/// Those of the database.
pub fn posts(conn: &mut Conn, user: UserId, limit: i64) -> Result<Vec<Written>, StoreError> {
    Ok(posts::table
        .inner_join(threads::table)
        .filter(posts::author_id.eq(user))
        .filter(posts::deleted_at.is_null().and(posts::hidden_at.is_null()).and(threads::deleted_at.is_null()))
        .order(posts::id.desc())
        .limit(limit)
        .select((posts::id, threads::id, threads::title, threads::competition_id, posts::votes, posts::created_at))
        .load(conn)?)
}
