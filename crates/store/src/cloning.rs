//! Competitions made from others: a copy to begin with, or the next round with the teams that qualified.

use diesel::prelude::*;
use sha2::Digest as _;

use crate::competitions::{self, Competition, SaveError, Saved, Settings};
use crate::data_files::{self, NewDataFile};
use crate::error::from_diesel;
use crate::notifications::{self, About, NotificationKind, To};
use crate::participants::{self, ParticipantState};
use crate::schema::{rounds, team_members, teams as teams_table};
use crate::solutions::{self, NewSolution, SolutionError};
use crate::types::{CompetitionId, MemberRole, Sha256, TeamId, Text, UserId, UtcTime, fold_name};
use crate::{Conn, StoreError, agreements, pages, teams};

/// Why a competition cannot be made from another.
#[derive(Debug, thiserror::Error)]
pub enum CloneError {
    /// The name in addresses is taken.
    #[error("there is a competition of this name already")]
    SlugTaken,
    /// Its settings break a rule.
    #[error(transparent)]
    Settings(SaveError),
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(CloneError);

/// Makes a draft with these settings and the pages, data files and solution of `from`; `by` owns it. Nothing of the people
/// is copied.
///
/// # Errors
/// [`CloneError`].
pub fn copy(
    conn: &mut Conn,
    from: &Competition,
    settings: &Settings,
    by: UserId,
    now: UtcTime,
) -> Result<Competition, CloneError> {
    if competitions::find(conn, &settings.slug)?.is_some() {
        return Err(CloneError::SlugTaken);
    }
    let saved = competitions::save(conn, settings, by, now).map_err(|error| match error {
        SaveError::Store(error) => CloneError::Store(error),
        rule => CloneError::Settings(rule),
    })?;
    let copy = match saved {
        Saved::Created(copy) | Saved::Updated(copy, _) | Saved::Unchanged(copy) => copy,
    };
    for page in pages::list(conn, from.id)? {
        pages::save(conn, copy.id, (&page.name, page.language), &page.markdown, None, Some(by), now)?;
    }
    for file in data_files::all(conn, from.id)? {
        let new = NewDataFile { path: file.path, bytes: file.bytes, sha256: file.sha256, visible_from: None };
        data_files::put(conn, copy.id, &new, now)?;
    }
    if let Some(solution) = solutions::in_use(conn, from.id)? {
        let new = NewSolution {
            report: solution.report().map_err(|e| StoreError::Unavailable(e.to_string()))?,
            sha256: solution.sha256,
            split_key: solution.split_key,
            rows_all: solution.rows_all,
            rows_public: solution.rows_public,
            rows_private: solution.rows_private,
        };
        solutions::add(conn, copy.id, &new, now).map_err(|error| match error {
            SolutionError::Store(error) => error,
            // A draft that was made a moment ago has no entries.
            SolutionError::InUse { .. } => StoreError::Unavailable(error.to_string()),
        })?;
    }
    Ok(copy)
}

/// Makes `next` the next round of `from` and takes these teams into it, with their members and names. What they agreed to
/// goes along where the rules are the same text.
///
/// # Errors
/// Those of the database.
pub fn qualify(
    conn: &mut Conn,
    from: CompetitionId,
    next: CompetitionId,
    qualified: &[TeamId],
    now: UtcTime,
) -> Result<(), StoreError> {
    diesel::insert_into(rounds::table)
        .values((rounds::competition_id.eq(next), rounds::previous_id.eq(from), rounds::created_at.eq(now)))
        .execute(conn)?;
    let rules: Vec<Sha256> = pages::list(conn, next)?
        .iter()
        .filter(|page| page.name.as_str() == "rules")
        .map(|page| Sha256(sha2::Sha256::digest(page.markdown.as_str()).into()))
        .collect();
    for team in qualified {
        let Some(team) = teams::find(conn, *team)?.filter(|team| team.competition_id == from) else { continue };
        let id: TeamId = diesel::insert_into(teams_table::table)
            .values((
                teams_table::competition_id.eq(next),
                teams_table::name_key.eq(fold_name(team.name.as_str())),
                teams_table::name.eq(&team.name),
                teams_table::is_benchmark.eq(team.is_benchmark),
                teams_table::bracket.eq(&team.bracket),
                teams_table::created_at.eq(now),
            ))
            .returning(teams_table::id)
            .get_result(conn)?;
        for member in teams::members(conn, team.id)? {
            let role: MemberRole = member.role;
            diesel::insert_into(team_members::table)
                .values((
                    team_members::competition_id.eq(next),
                    team_members::user_id.eq(member.user),
                    team_members::team_id.eq(id),
                    team_members::role.eq(role),
                    team_members::joined_at.eq(now),
                ))
                .execute(conn)?;
            let joined = (None, &Text::lossy(""));
            participants::set_state(conn, (next, member.user), ParticipantState::Joined, joined, now)?;
            let agreed = agreements::rules_agreed_to(conn, member.user, from)?;
            if let Some(agreed) = agreed.filter(|agreed| rules.contains(agreed)) {
                agreements::consent(conn, member.user, next, agreed, now)?;
            }
            let about = About::competition(next);
            notifications::notify(conn, &To::User(member.user), NotificationKind::NextRound, &about, now)?;
        }
    }
    Ok(())
}

/// The competition that this one goes on from.
///
/// # Errors
/// Those of the database.
pub fn previous(conn: &mut Conn, of: CompetitionId) -> Result<Option<CompetitionId>, StoreError> {
    Ok(rounds::table.find(of).select(rounds::previous_id).first(conn).optional()?)
}

/// The rounds that go on from this competition.
///
/// # Errors
/// Those of the database.
pub fn next(conn: &mut Conn, of: CompetitionId) -> Result<Vec<CompetitionId>, StoreError> {
    let next = rounds::table.filter(rounds::previous_id.eq(of)).order(rounds::competition_id);
    Ok(next.select(rounds::competition_id).load(conn)?)
}
