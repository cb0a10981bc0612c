//! The list of competitions, as somebody sees it.

use diesel::prelude::*;

use super::Competition;
use crate::schema::{competition_hosts, competitions, standings, team_members, teams};
use crate::types::{CompetitionId, TeamId, UserId, UtcTime, Visibility};
use crate::{Conn, StoreError, participants};

/// Who looks at the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Sees what is published.
    Anonymous,
    /// Sees what is published and what they host.
    User(UserId),
    /// Sees everything.
    Admin(UserId),
}

/// A competition with the figures of its card.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The competition.
    pub competition: Competition,
    /// Teams that joined, benchmarks not counted.
    pub teams: i64,
    /// Scored entries.
    pub entries: i64,
    /// The viewer's team.
    pub team: Option<TeamId>,
    /// Whether the viewer has a role in it.
    pub is_host: bool,
}

/// What `viewer` may see, newest start first. There are few competitions, so they come all at once.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, viewer: Viewer, now: UtcTime) -> Result<Vec<Listed>, StoreError> {
    let (user, everything) = match viewer {
        Viewer::Anonymous => (None, false),
        Viewer::User(user) => (Some(user), false),
        Viewer::Admin(user) => (Some(user), true),
    };
    let hosted: Vec<CompetitionId> = competition_hosts::table
        .filter(competition_hosts::user_id.nullable().eq(user))
        .select(competition_hosts::competition_id)
        .load(conn)?;
    let joined: Vec<(CompetitionId, TeamId)> = team_members::table
        .filter(team_members::user_id.nullable().eq(user))
        .select((team_members::competition_id, team_members::team_id))
        .load(conn)?;
    let teams: Vec<(CompetitionId, i64)> = teams::table
        .filter(teams::is_benchmark.eq(false))
        .filter(teams::closed_at.is_null())
        .group_by(teams::competition_id)
        .select((teams::competition_id, diesel::dsl::count_star()))
        .load(conn)?;
    let entries: Vec<(CompetitionId, i64)> = standings::table
        .group_by(standings::competition_id)
        .select((
            standings::competition_id,
            diesel::dsl::sql::<diesel::sql_types::BigInt>("CAST(sum(standings.entries) AS BIGINT)"),
        ))
        .load(conn)?;
    let all: Vec<Competition> = competitions::table
        .order((competitions::starts_at.desc(), competitions::id.desc()))
        .select(Competition::as_select())
        .load(conn)?;
    let known = match user {
        Some(user) => participants::admitted(conn, user)?,
        None => Vec::new(),
    };
    let figure = |figures: &[(CompetitionId, i64)], id| figures.iter().find(|(of, _)| *of == id).map_or(0, |(_, n)| *n);
    Ok(all
        .into_iter()
        .map(|competition| Listed {
            teams: figure(&teams, competition.id),
            entries: figure(&entries, competition.id),
            team: joined.iter().find(|(of, _)| *of == competition.id).map(|(_, team)| *team),
            is_host: hosted.contains(&competition.id),
            competition,
        })
        .filter(|listed| {
            let Competition { id, dates, visibility, .. } = &listed.competition;
            let is_found = *visibility == Visibility::Public || known.contains(id);
            everything || listed.is_host || (is_found && dates.published_at.is_some_and(|p| p <= now))
        })
        .collect())
}
