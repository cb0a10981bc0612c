//! Deadlines that are near, and results that come out by themselves: participants are told once, whichever server looks
//! first.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::competitions::Dates;
use crate::notifications::{self, About, NotificationKind, To};
use crate::schema::{competitions, reminders};
use crate::types::{CompetitionId, UtcTime};
use crate::{Conn, StoreError};

/// How long before a deadline people are told.
pub const AHEAD: TimeDelta = TimeDelta::hours(24);
/// How long results are news.
const NEWS: TimeDelta = TimeDelta::days(2);

/// Tells the participants of competitions that end within 24 hours. A deadline that was moved is told of again. How many
/// competitions.
///
/// # Errors
/// Those of the database.
pub fn remind(conn: &mut Conn, now: UtcTime) -> Result<usize, StoreError> {
    let ending: Vec<(CompetitionId, UtcTime)> = competitions::table
        .filter(competitions::published_at.le(now).and(competitions::starts_at.le(now)))
        .filter(competitions::ends_at.gt(now).and(competitions::ends_at.le(now.plus(AHEAD))))
        .select((competitions::id, competitions::ends_at))
        .load(conn)?;
    let mut told = 0;
    for (competition, ends_at) in ending {
        told += usize::from(tell(conn, competition, &format!("end {ends_at}"), NotificationKind::DeadlineSoon, now)?);
    }
    Ok(told)
}

/// Tells the participants of competitions whose private leaderboard came out by its date. How many competitions.
///
/// # Errors
/// Those of the database.
pub fn announce_results(conn: &mut Conn, now: UtcTime) -> Result<usize, StoreError> {
    let ended: Vec<(CompetitionId, Dates)> = competitions::table
        .filter(competitions::published_at.le(now).and(competitions::ends_at.le(now)))
        .filter(competitions::archived_at.is_null())
        .select((competitions::id, Dates::as_select()))
        .load(conn)?;
    let mut told = 0;
    for (competition, dates) in ended {
        // Old results are no news, also where nobody looked for days.
        let is_news = dates.reveals_at().is_some_and(|at| now.plus(-NEWS) < at);
        if is_news && dates.are_revealed(now) {
            told += usize::from(tell_of_results(conn, competition, now)?);
        }
    }
    Ok(told)
}

/// Tells the participants that the private leaderboard is out, unless they know. Whether they were told.
///
/// # Errors
/// Those of the database.
pub fn tell_of_results(conn: &mut Conn, competition: CompetitionId, now: UtcTime) -> Result<bool, StoreError> {
    tell(conn, competition, "results", NotificationKind::ScoresReleased, now)
}

/// Tells the participants something once.
fn tell(
    conn: &mut Conn,
    competition: CompetitionId,
    deadline: &str,
    kind: NotificationKind,
    now: UtcTime,
) -> Result<bool, StoreError> {
    let known = reminders::table.find((competition, deadline)).select(reminders::at);
    if known.first::<UtcTime>(conn).optional()?.is_some() {
        return Ok(false);
    }
    diesel::insert_into(reminders::table)
        .values((reminders::competition_id.eq(competition), reminders::deadline.eq(deadline), reminders::at.eq(now)))
        .execute(conn)?;
    notifications::notify(conn, &To::Participants(competition), kind, &About::competition(competition), now)?;
    Ok(true)
}
