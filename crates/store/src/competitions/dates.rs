//! The instants of a competition, and the states that follow from them. Pure: knows no database query and no clock.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;

use crate::schema::competitions;
use crate::types::{TimeError, UtcTime, words};

#[cfg(test)]
mod tests;

words! {
    /// Where a competition stands; never stored, always derived by [`Dates::state`].
    CompetitionState {
        /// Seen by its hosts only.
        Draft = "draft",
        /// Published, not begun.
        Scheduled = "scheduled",
        /// Takes entries.
        Running = "running",
        /// Over; the private scores are sealed.
        Closed = "closed",
        /// Over; the private scores are out.
        Revealed = "revealed",
        /// Kept for reading.
        Archived = "archived",
    }
}

/// When the private scores come out; never before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub enum PrivateRelease {
    /// When a host says so.
    ByHost,
    /// At this instant.
    At(UtcTime),
    /// This many hours after the end.
    HoursAfterEnd(u32),
}

/// Not a [`PrivateRelease`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' must be 'host', a time like 2026-12-24T09:00:00Z, or a number of hours after the end")]
pub struct PrivateReleaseError(pub String);

impl fmt::Display for PrivateRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByHost => f.write_str("host"),
            Self::At(time) => time.fmt(f),
            Self::HoursAfterEnd(hours) => hours.fmt(f),
        }
    }
}

impl FromStr for PrivateRelease {
    type Err = PrivateReleaseError;
    fn from_str(text: &str) -> Result<Self, PrivateReleaseError> {
        if text == "host" {
            return Ok(Self::ByHost);
        }
        if let Ok(hours) = text.parse() {
            return Ok(Self::HoursAfterEnd(hours));
        }
        text.parse().map(Self::At).map_err(|_: TimeError| PrivateReleaseError(text.to_owned()))
    }
}

impl<DB: Backend> FromSql<diesel::sql_types::Text, DB> for PrivateRelease
where
    String: FromSql<diesel::sql_types::Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(String::from_sql(bytes)?.parse::<Self>()?)
    }
}

/// The instants that decide what a competition allows. Every interval includes its beginning and excludes its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = competitions)]
pub struct Dates {
    /// Entries count from here on.
    pub starts_at: UtcTime,
    /// Entries count strictly before.
    pub ends_at: UtcTime,
    /// When the private scores come out.
    pub private_release: PrivateRelease,
    /// People join strictly before; `None` for the end.
    pub joins_until: Option<UtcTime>,
    /// Teams merge strictly before; `None` for the end.
    pub merges_until: Option<UtcTime>,
    /// The public board shows nothing that was accepted from here on, until the private scores are out.
    pub freezes_at: Option<UtcTime>,
    /// Everybody sees it from here on.
    pub published_at: Option<UtcTime>,
    /// When a host let the private scores out.
    pub released_at: Option<UtcTime>,
    /// When it was put away.
    pub archived_at: Option<UtcTime>,
}

impl Dates {
    /// The state at `now`. The only place where it is decided.
    #[must_use]
    pub fn state(&self, now: UtcTime) -> CompetitionState {
        let past = |instant: Option<UtcTime>| instant.is_some_and(|i| i <= now);
        if past(self.archived_at) {
            CompetitionState::Archived
        } else if !past(self.published_at) {
            CompetitionState::Draft
        } else if now < self.starts_at {
            CompetitionState::Scheduled
        } else if now < self.ends_at {
            CompetitionState::Running
        } else if past(self.reveals_at()) {
            CompetitionState::Revealed
        } else {
            CompetitionState::Closed
        }
    }

    /// When the private scores come out, if that is known.
    #[must_use]
    pub fn reveals_at(&self) -> Option<UtcTime> {
        let planned = match self.private_release {
            PrivateRelease::ByHost => self.released_at?,
            PrivateRelease::At(instant) => instant,
            PrivateRelease::HoursAfterEnd(hours) => self.ends_at.plus(TimeDelta::hours(i64::from(hours))),
        };
        Some(planned.max(self.ends_at))
    }

    /// Whether the private scores are out at `now`.
    #[must_use]
    pub fn are_revealed(&self, now: UtcTime) -> bool {
        self.published_at.is_some_and(|p| p <= now) && self.reveals_at().is_some_and(|r| r <= now)
    }

    /// People join strictly before this.
    #[must_use]
    pub fn joins_until(&self) -> UtcTime {
        self.joins_until.map_or(self.ends_at, |until| until.min(self.ends_at))
    }

    /// Teams change strictly before: people are invited, come and leave, teams merge.
    #[must_use]
    pub fn teams_until(&self) -> UtcTime {
        self.merges_until.map_or(self.ends_at, |until| until.min(self.ends_at))
    }

    /// From when on accepted entries are not on the public board at `now`, if the board stands still.
    #[must_use]
    pub fn frozen_from(&self, now: UtcTime) -> Option<UtcTime> {
        self.freezes_at.filter(|freeze| *freeze <= now && !self.are_revealed(now))
    }

    /// Whether an entry is kept off the public board at `now`, because it came when the board stood still.
    #[must_use]
    pub fn is_frozen_out(&self, accepted_at: UtcTime, now: UtcTime) -> bool {
        // Not `frozen_from`: the clock may have gone back since the entry came.
        self.freezes_at.is_some_and(|freeze| freeze <= accepted_at) && !self.are_revealed(now)
    }
}
