//! What new settings change for participants, and which changes would be unfair to them.

use diesel::prelude::*;

use super::{Competition, SaveError, Settings};
use crate::Conn;
use crate::schema::submissions;
use crate::types::UtcTime;

/// A rule of the competition that changed, in the words of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    /// `dates.end`, `limits.finals`, …
    pub key: String,
    /// As it was; instants in UTC, `null` where there was none.
    pub before: Option<String>,
    /// As it is.
    pub after: Option<String>,
}

/// What participants should know of new settings.
pub(super) fn between(old: &Competition, new: &Settings) -> Vec<Change> {
    let time = |time: Option<UtcTime>| time.map(|time| time.to_string());
    let number = |number: i64| Some(number.to_string());
    let word = |word: &str| Some(word.to_owned());
    let (rules, new_rules) = (old.board_rules(), new.board.read().unwrap_or_default());
    let direction = |higher| word(if higher { "maximize" } else { "minimize" });
    let dates = &old.dates;
    let all = [
        ("dates.zone", Some(old.zone.to_string()), Some(new.zone.to_string())),
        ("dates.start", time(Some(dates.starts_at)), time(Some(new.starts_at))),
        ("dates.end", time(Some(dates.ends_at)), time(Some(new.ends_at))),
        ("dates.entry_deadline", time(dates.joins_until), time(new.joins_until)),
        ("dates.merge_deadline", time(dates.merges_until), time(new.merges_until)),
        ("dates.freeze", time(dates.freezes_at), time(new.freezes_at)),
        ("dates.private_release", Some(dates.private_release.to_string()), Some(new.private_release.to_string())),
        ("limits.entries_per_day", number(old.entries_per_day.into()), number(new.entries_per_day.into())),
        ("limits.finals", number(old.finals.into()), number(new.finals.into())),
        ("limits.team_size", number(old.team_size.into()), number(new.team_size.into())),
        ("limits.file_bytes", number(old.file_limit_bytes), number(new.file_limit_bytes)),
        ("board.ties", word(rules.ties.as_str()), word(new_rules.ties.as_str())),
        ("board.names", word(rules.names.as_str()), word(new_rules.names.as_str())),
        ("task.metric", word(old.metric.as_str()), word(new.metric.as_str())),
        ("task.direction", direction(old.higher_is_better), direction(new.higher_is_better)),
    ];
    let changed = all.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(key, before, after)| Change { key: key.to_owned(), before, after }).collect()
}

/// Refuses changes that would make what has happened already count otherwise.
pub(super) fn refuse_unfair(
    conn: &mut Conn,
    old: &Competition,
    new: &Settings,
    changes: &[Change],
    now: UtcTime,
) -> Result<(), SaveError> {
    if old.dates.are_revealed(now) && !changes.is_empty() {
        return Err(SaveError::Revealed);
    }
    if old.dates.starts_at <= now && old.dates.starts_at != new.starts_at {
        return Err(SaveError::Begun);
    }
    if new.ends_at < old.dates.ends_at && new.ends_at <= now {
        let entries: i64 = submissions::table
            .filter(submissions::competition_id.eq(old.id))
            .filter(submissions::is_late.eq(false))
            .filter(submissions::accepted_at.ge(new.ends_at))
            .count()
            .get_result(conn)?;
        if entries > 0 {
            return Err(SaveError::EndPassed { entries });
        }
    }
    Ok(())
}
