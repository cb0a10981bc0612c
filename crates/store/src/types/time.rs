//! Instants, zones and calendar days.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, TimeZone, Timelike, Utc,
};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Text, Timestamp};

/// An instant in UTC, in whole microseconds (what PostgreSQL keeps), in the years 1 to 9999 (so that SQLite's text form
/// sorts as time does).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct UtcTime(NaiveDateTime);

/// Why a value is not a [`UtcTime`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not RFC 3339 with an offset.
    #[error("'{0}' is not a time like 2026-12-01T09:00:00Z")]
    NotRfc3339(String),
    /// Before the year 1 or after 9999.
    #[error("the year must be between 1 and 9999")]
    OutOfRange,
}

impl UtcTime {
    /// Cuts to microseconds.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside the years 1 to 9999.
    pub fn new(time: DateTime<Utc>) -> Result<Self, TimeError> {
        let time = time.naive_utc();
        // chrono writes a leap second as nanoseconds above 10^9; it counts as the last microsecond of its second.
        let micros = (time.nanosecond() / 1000).min(999_999);
        match time.with_nanosecond(micros * 1000) {
            Some(cut) if (1..=9999).contains(&cut.year()) => Ok(Self(cut)),
            _ => Err(TimeError::OutOfRange),
        }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0.and_utc().timestamp_micros()
    }

    /// The inverse of [`UtcTime::micros`].
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, TimeError> {
        DateTime::from_timestamp_micros(micros).ok_or(TimeError::OutOfRange).and_then(Self::new)
    }

    /// This instant moved by `delta`; the last (or first) representable one where that would leave the range.
    #[must_use]
    pub fn plus(self, delta: TimeDelta) -> Self {
        let moved = self.0.and_utc().checked_add_signed(delta).ok_or(TimeError::OutOfRange).and_then(Self::new);
        moved.unwrap_or(if delta < TimeDelta::zero() { Self::FIRST } else { Self::LAST })
    }

    /// The next microsecond.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(TimeDelta::microseconds(1))
    }

    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(NaiveDateTime::new(day(1970, 1, 1), NaiveTime::MIN));

    const FIRST: Self = Self(NaiveDateTime::new(day(1, 1, 1), NaiveTime::MIN));
    const LAST: Self = Self(match NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999) {
        Some(time) => NaiveDateTime::new(day(9999, 12, 31), time),
        None => NaiveDateTime::MAX,
    });
}

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

impl From<UtcTime> for DateTime<Utc> {
    fn from(time: UtcTime) -> Self {
        time.0.and_utc()
    }
}

/// RFC 3339 with `Z` and no more digits than needed.
impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.and_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl FromStr for UtcTime {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| TimeError::NotRfc3339(text.to_owned()))?;
        Self::new(time.to_utc())
    }
}

impl serde::Serialize for UtcTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for UtcTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<DB: Backend> ToSql<Timestamp, DB> for UtcTime
where
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB: Backend> FromSql<Timestamp, DB> for UtcTime
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(NaiveDateTime::from_sql(bytes)?))
    }
}

/// A calendar day, written `2026-12-01`, in the zone that the column's table says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Day(String);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<DB: Backend> ToSql<Text, DB> for Day
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_str().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for Day
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(String::from_sql(bytes)?))
    }
}

/// An IANA time zone, such as `Asia/Seoul`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Zone(chrono_tz::Tz);

/// A name that is no IANA time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no time zone; zones look like 'Asia/Seoul' or 'UTC'")]
pub struct UnknownZone(pub String);

impl Zone {
    /// The calendar day that `time` falls on here.
    #[must_use]
    pub fn day_of(self, time: UtcTime) -> Day {
        Day(self.date_of(time).to_string())
    }

    /// The first instant of the next calendar day here. Where the clocks skip midnight it is the first minute that
    /// exists; where they repeat it, the earlier one.
    #[must_use]
    pub fn next_day(self, time: UtcTime) -> UtcTime {
        let Some(date) = self.date_of(time).checked_add_days(Days::new(1)) else { return UtcTime::LAST };
        // No zone ever skipped more than a day (Samoa, 2011-12-30); then the day after is the next one that exists.
        (0..=48 * 60)
            .find_map(|minute| {
                let local = date.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(minute))?;
                self.0.from_local_datetime(&local).earliest()
            })
            .and_then(|midnight| UtcTime::new(midnight.to_utc()).ok())
            .unwrap_or(UtcTime::LAST)
    }

    /// Calendar days here from the one of `from` to the one of `to`, both counted; 0 when `to` comes first.
    #[must_use]
    pub fn days_between(self, from: UtcTime, to: UtcTime) -> i64 {
        ((self.date_of(to) - self.date_of(from)).num_days() + 1).max(0)
    }

    fn date_of(self, time: UtcTime) -> NaiveDate {
        self.0.from_utc_datetime(&time.0).date_naive()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;
    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        name.parse().map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }
}

impl<DB: Backend> ToSql<Text, DB> for Zone
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.name().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for Zone
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(String::from_sql(bytes)?.parse::<Self>()?)
    }
}
