//! When a competition begins and ends: local times in its zone, and the instants they mean.
//!
//! A local time that its zone skips or repeats (clocks go forward or back) is refused with what to write instead,
//! because choosing one silently would move a deadline by an hour.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::sentence::{Sentence, did_you_mean};
use crate::spelling;

/// A time on the clocks of the competition's zone: `2026-12-01T09:00:00`, whole seconds, without an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(pub NaiveDateTime);

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S"))
    }
}

impl FromStr for LocalTime {
    type Err = Sentence;

    fn from_str(text: &str) -> Result<Self, Sentence> {
        let normal = text.trim().replacen(' ', "T", 1);
        for format in ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"] {
            if let Ok(time) = NaiveDateTime::parse_from_str(&normal, format) {
                return Ok(Self(time));
            }
        }
        if chrono::NaiveDate::parse_from_str(&normal, "%Y-%m-%d").is_ok() {
            return Err(Sentence::new(
                format!("'{text}' has no time of day; write {normal}T09:00:00"),
                format!("‘{text}’에 시각이 없습니다. {normal}T09:00:00처럼 적어 주십시오."),
            ));
        }
        if DateTime::parse_from_rfc3339(&normal).is_ok() {
            let local = normal.get(..19).unwrap_or(&normal);
            return Err(Sentence::new(
                format!("'{text}' carries an offset; dates are local to the zone of [dates], so write {local}"),
                format!(
                    "‘{text}’에 시차가 붙어 있습니다. 날짜는 [dates]에 정한 시간대의 시각이므로 {local}처럼 적어 주십시오."
                ),
            ));
        }
        Err(Sentence::new(
            format!("'{text}' is not a date with a time; write it like 2026-12-01T09:00:00"),
            format!("‘{text}’: 날짜와 시각이 아닙니다. 2026-12-01T09:00:00처럼 적어 주십시오."),
        ))
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LocalTimeVisitor;
        impl<'de> Visitor<'de> for LocalTimeVisitor {
            type Value = LocalTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a local date with a time, like 2026-12-01T09:00:00")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<LocalTime, E> {
                text.parse().map_err(E::custom)
            }

            // TOML hands its own date type over as a map.
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LocalTime, A::Error> {
                let date = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
                date.to_string().parse().map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_any(LocalTimeVisitor)
    }
}

/// When the private leaderboard is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrivateRelease {
    /// When a host says so, after the end: `"host"`.
    #[default]
    Host,
    /// At a local time.
    At(LocalTime),
    /// So many hours after the end; 0 is at the end.
    HoursAfterEnd(u32),
}

impl Serialize for PrivateRelease {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Host => serializer.serialize_str("host"),
            Self::At(time) => time.serialize(serializer),
            Self::HoursAfterEnd(hours) => serializer.serialize_u32(*hours),
        }
    }
}

impl<'de> Deserialize<'de> for PrivateRelease {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReleaseVisitor;
        impl<'de> Visitor<'de> for ReleaseVisitor {
            type Value = PrivateRelease;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"host\", a local date with a time, or a number of hours after the end")
            }

            fn visit_i64<E: de::Error>(self, hours: i64) -> Result<PrivateRelease, E> {
                u32::try_from(hours)
                    .map(PrivateRelease::HoursAfterEnd)
                    .map_err(|_| E::custom(format!("{hours} is not a number of hours after the end; write 0 or more")))
            }

            fn visit_u64<E: de::Error>(self, hours: u64) -> Result<PrivateRelease, E> {
                self.visit_i64(i64::try_from(hours).unwrap_or(i64::MAX))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<PrivateRelease, E> {
                if text == "host" {
                    return Ok(PrivateRelease::Host);
                }
                if let Ok(hours) = text.parse() {
                    return Ok(PrivateRelease::HoursAfterEnd(hours));
                }
                text.parse().map(PrivateRelease::At).map_err(|_| {
                    E::custom(format!(
                        "'{text}' is neither \"host\", nor a date like 2026-12-22T09:00:00, nor a number of hours"
                    ))
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PrivateRelease, A::Error> {
                LocalTime::deserialize(MapAccessDeserializer::new(map)).map(PrivateRelease::At)
            }
        }
        deserializer.deserialize_any(ReleaseVisitor)
    }
}

/// From when on the public leaderboard stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freeze {
    /// From a local time on.
    At(LocalTime),
    /// From so many hours before the end on.
    HoursBeforeEnd(u32),
}

impl Serialize for Freeze {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(time) => time.serialize(serializer),
            Self::HoursBeforeEnd(hours) => serializer.serialize_u32(*hours),
        }
    }
}

impl<'de> Deserialize<'de> for Freeze {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match PrivateRelease::deserialize(deserializer)? {
            PrivateRelease::At(time) => Ok(Self::At(time)),
            PrivateRelease::HoursAfterEnd(hours @ 1..) => Ok(Self::HoursBeforeEnd(hours)),
            PrivateRelease::Host | PrivateRelease::HoursAfterEnd(0) => Err(de::Error::custom(
                "the freeze is a local date with a time, or a number of hours before the end, at least 1",
            )),
        }
    }
}

/// `[dates]` of `competition.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dates {
    /// IANA name of the zone the other dates are local to; the quota day is a calendar day of it.
    #[serde(default = "utc")]
    pub zone: String,
    /// When submissions open.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "2026-12-01T09:00:00"))]
    pub start: LocalTime,
    /// When submissions close: the first instant that is too late.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "2026-12-21T18:00:00"))]
    pub end: LocalTime,
    /// Until when people may join: the first instant that is too late. The end unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "2026-12-14T18:00:00"))]
    pub entry_deadline: Option<LocalTime>,
    /// Until when teams may change and merge: the first instant that is too late. The end unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "2026-12-14T18:00:00"))]
    pub merge_deadline: Option<LocalTime>,
    /// A local date, or hours before the end, from which on the public leaderboard stands still until the private one is
    /// shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "2026-12-20T18:00:00"))]
    pub freeze: Option<Freeze>,
    /// `"host"`, a local date, or hours after the end.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "host"))]
    pub private_release: PrivateRelease,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// [`PrivateRelease`] as an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseAt {
    /// When a host says so, after the end.
    Host,
    /// At this instant.
    At(DateTime<Utc>),
}

/// The instants that [`Dates`] mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instants {
    /// The competition's zone.
    pub zone: Tz,
    /// First instant at which a submission counts.
    pub starts_at: DateTime<Utc>,
    /// First instant at which it is too late.
    pub ends_at: DateTime<Utc>,
    /// When the private leaderboard is shown.
    pub release: ReleaseAt,
    /// First instant at which nobody may join any more, where it is not the end.
    pub joins_until: Option<DateTime<Utc>>,
    /// First instant at which teams may not change any more, where it is not the end.
    pub merges_until: Option<DateTime<Utc>>,
    /// First instant whose entries are kept off the public leaderboard.
    pub freezes_at: Option<DateTime<Utc>>,
}

/// Why [`Dates`] mean no instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// The zone is in no table of zones.
    UnknownZone {
        /// As written.
        zone: String,
        /// The nearest name.
        suggestion: Option<&'static str>,
    },
    /// Clocks go forward over this time.
    Absent {
        /// `start`, `end`, …
        key: &'static str,
        /// As written.
        local: LocalTime,
        /// The zone.
        zone: Tz,
        /// The first local time after the gap.
        next: LocalTime,
    },
    /// Clocks go back over this time.
    Ambiguous {
        /// `start`, `end`, …
        key: &'static str,
        /// As written.
        local: LocalTime,
        /// The zone.
        zone: Tz,
        /// Start of the repeated stretch.
        first: LocalTime,
        /// End of it.
        next: LocalTime,
    },
    /// The end is not after the start.
    EndNotAfterStart {
        /// As written.
        start: LocalTime,
        /// As written.
        end: LocalTime,
    },
    /// A deadline or the freeze lies outside the event.
    OutsideEvent {
        /// `entry_deadline`, `merge_deadline`, `freeze`
        key: &'static str,
        /// As written.
        start: LocalTime,
        /// As written.
        end: LocalTime,
    },
    /// The private board would be shown while submissions are open.
    ReleaseBeforeEnd {
        /// As written.
        release: LocalTime,
        /// As written.
        end: LocalTime,
    },
}

impl DateFault {
    /// The key of `[dates]` that is at fault.
    pub fn key(&self) -> &'static str {
        match self {
            Self::UnknownZone { .. } => "zone",
            Self::Absent { key, .. } | Self::Ambiguous { key, .. } | Self::OutsideEvent { key, .. } => key,
            Self::EndNotAfterStart { .. } => "end",
            Self::ReleaseBeforeEnd { .. } => "private_release",
        }
    }

    /// What is wrong and to what to change it.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::UnknownZone { zone, suggestion } => {
                let near = did_you_mean(*suggestion);
                Sentence::new(
                    format!(
                        "'{zone}' is not a time zone of the IANA database{near}; write for example \"Asia/Seoul\" or \
                         \"UTC\""
                    ),
                    format!("‘{zone}’: IANA 시간대가 아닙니다.{} \"Asia/Seoul\", \"UTC\"처럼 적어 주십시오.", near.ko),
                )
            }
            Self::Absent { local, zone, next, .. } => Sentence::new(
                format!("{local} does not exist in {zone}: clocks go forward over it; write {next}"),
                format!(
                    "{zone} 시간대에서 {local} 시각은 서머타임이 시작되어 건너뜁니다. 대신 {next} 시각을 적어 주십시오."
                ),
            ),
            Self::Ambiguous { local, zone, first, next, .. } => Sentence::new(
                format!(
                    "{local} happens twice in {zone}: clocks go back over it; write a time before {first} or from \
                     {next} on"
                ),
                format!(
                    "{zone} 시간대에서 {local} 시각은 서머타임이 끝나면서 두 번 있습니다. {first} 이전이나 {next} 이후의 \
                     시각을 적어 주십시오."
                ),
            ),
            Self::EndNotAfterStart { start, end } => Sentence::new(
                format!("the end {end} is not after the start {start}; move one of them"),
                format!("마감({end})이 시작({start})보다 뒤가 아닙니다. 둘 중 하나를 옮겨 주십시오."),
            ),
            Self::OutsideEvent { key, start, end } => Sentence::new(
                format!(
                    "'{key}' must lie after the start {start} and not after the end {end}; write another date or leave \
                     it out"
                ),
                format!(
                    "{}: 시작({start})보다 뒤, 마감({end})보다 앞이거나 같아야 합니다. 다른 날짜를 적거나 비워 두십시오.",
                    word(key)
                ),
            ),
            Self::ReleaseBeforeEnd { release, end } => Sentence::new(
                format!(
                    "the private leaderboard would be shown at {release}, before the end {end}; write a later date, \
                     \"host\", or a number of hours after the end"
                ),
                format!(
                    "비공개 리더보드가 마감({end}) 전인 {release}에 공개됩니다. 더 늦은 날짜나 \"host\", 또는 마감 뒤 몇 \
                     시간인지 적어 주십시오."
                ),
            ),
        }
    }
}

/// In English, as logs are.
impl fmt::Display for DateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for DateFault {}

/// What a Korean page calls a date.
fn word(key: &str) -> &str {
    match key {
        "entry_deadline" => "참가 신청 기한",
        "merge_deadline" => "팀 변경 기한",
        "freeze" => "리더보드 고정 시각",
        key => key,
    }
}

impl Dates {
    /// The zone, by its exact IANA name.
    ///
    /// # Errors
    /// [`DateFault::UnknownZone`] with the nearest name.
    pub fn zone(&self) -> Result<Tz, DateFault> {
        self.zone.parse().map_err(|_| DateFault::UnknownZone {
            zone: self.zone.clone(),
            suggestion: spelling::zone(&self.zone, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())),
        })
    }

    /// Every date as an instant.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn instants(&self) -> Result<Instants, Vec<DateFault>> {
        let zone = self.zone().map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        let mut take = |key, local| match instant(key, local, zone) {
            Ok(instant) => Some(instant),
            Err(fault) => {
                faults.push(fault);
                None
            }
        };
        let starts_at = take("start", self.start);
        let ends_at = take("end", self.end);
        let release = match self.private_release {
            PrivateRelease::Host => Some(ReleaseAt::Host),
            PrivateRelease::At(local) => take("private_release", local).map(ReleaseAt::At),
            PrivateRelease::HoursAfterEnd(hours) => {
                ends_at.map(|end| ReleaseAt::At(end + TimeDelta::hours(i64::from(hours))))
            }
        };
        let joins_until = self.entry_deadline.and_then(|local| take("entry_deadline", local));
        let merges_until = self.merge_deadline.and_then(|local| take("merge_deadline", local));
        let freezes_at = match self.freeze {
            None => None,
            Some(Freeze::At(local)) => take("freeze", local),
            Some(Freeze::HoursBeforeEnd(hours)) => ends_at.map(|end| end - TimeDelta::hours(i64::from(hours))),
        };
        let within = [("entry_deadline", joins_until), ("merge_deadline", merges_until), ("freeze", freezes_at)];
        if let (Some(start), Some(end)) = (starts_at, ends_at)
            && start < end
        {
            let outside = within.iter().filter(|(_, at)| at.is_some_and(|at| at <= start || end < at));
            faults.extend(outside.map(|(key, _)| DateFault::OutsideEvent { key, start: self.start, end: self.end }));
        }
        if let (Some(start), Some(end)) = (starts_at, ends_at)
            && end <= start
        {
            faults.push(DateFault::EndNotAfterStart { start: self.start, end: self.end });
        }
        if let (PrivateRelease::At(local), Some(ReleaseAt::At(release)), Some(end)) =
            (self.private_release, release, ends_at)
            && release < end
        {
            faults.push(DateFault::ReleaseBeforeEnd { release: local, end: self.end });
        }
        match (starts_at, ends_at, release) {
            (Some(starts_at), Some(ends_at), Some(release)) if faults.is_empty() => {
                Ok(Instants { zone, starts_at, ends_at, release, joins_until, merges_until, freezes_at })
            }
            _ => Err(faults),
        }
    }
}

/// The one instant that `local` means in `zone`.
///
/// # Errors
/// [`DateFault::Absent`] and [`DateFault::Ambiguous`], naming `key`.
pub fn instant(key: &'static str, local: LocalTime, zone: Tz) -> Result<DateTime<Utc>, DateFault> {
    use chrono::offset::LocalResult;
    let is_one = |time: &NaiveDateTime| matches!(zone.from_local_datetime(time), LocalResult::Single(_));
    // Transitions fall on whole minutes and no stretch is longer than a day (Samoa skipped one).
    let minutes = || 0..=2 * 24 * 60;
    let whole_minute = |time: NaiveDateTime| time - TimeDelta::seconds(time.and_utc().timestamp().rem_euclid(60));
    match zone.from_local_datetime(&local.0) {
        LocalResult::Single(time) => Ok(time.with_timezone(&Utc)),
        resolution => {
            let base = whole_minute(local.0);
            let next = minutes().map(|m| base + TimeDelta::minutes(m)).find(is_one).unwrap_or(base);
            Err(if matches!(resolution, LocalResult::None) {
                DateFault::Absent { key, local, zone, next: LocalTime(next) }
            } else {
                let before = minutes().map(|m| base - TimeDelta::minutes(m)).find(is_one).unwrap_or(base);
                let first = LocalTime(before + TimeDelta::minutes(1));
                DateFault::Ambiguous { key, local, zone, first, next: LocalTime(next) }
            })
        }
    }
}
