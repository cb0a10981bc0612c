//! Deadlines that are near: participants are told once, whichever server looks first.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::notifications::{self, About, NotificationKind, To};
use crate::schema::{competitions, reminders};
use crate::types::{CompetitionId, UtcTime};
use crate::{Conn, StoreError};

/// How long before a deadline people are told.
pub const AHEAD: TimeDelta = TimeDelta::hours(24);

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
        let deadline = format!("end {ends_at}");
        let known = reminders::table.find((competition, &deadline)).select(reminders::at);
        if known.first::<UtcTime>(conn).optional()?.is_some() {
            continue;
        }
        diesel::insert_into(reminders::table)
            .values((
                reminders::competition_id.eq(competition),
                reminders::deadline.eq(&deadline),
                reminders::at.eq(now),
            ))
            .execute(conn)?;
        let to = To::Participants(competition);
        notifications::notify(conn, &to, NotificationKind::DeadlineSoon, &About::competition(competition), now)?;
        told += 1;
    }
    Ok(told)
}
