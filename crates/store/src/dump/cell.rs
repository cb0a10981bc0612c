//! One value: from the database, to JSON and back. Both databases give the same JSON for the same value.

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::sql_types::{BigInt, Binary, Bool, Double, Text, Timestamp};
use serde_json::Value;

use super::catalogue::Kind;

/// How instants are written: UTC, always with microseconds.
const TIME: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Double(f64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
    Time(NaiveDateTime),
}

impl Cell {
    /// Reads a value that is not NULL.
    pub(super) fn from_sql<DB>(kind: Kind, value: DB::RawValue<'_>) -> deserialize::Result<Self>
    where
        DB: Backend,
        i64: FromSql<BigInt, DB>,
        f64: FromSql<Double, DB>,
        bool: FromSql<Bool, DB>,
        String: FromSql<Text, DB>,
        Vec<u8>: FromSql<Binary, DB>,
        NaiveDateTime: FromSql<Timestamp, DB>,
    {
        Ok(match kind {
            Kind::Integer => Self::Integer(i64::from_sql(value)?),
            Kind::Double => Self::Double(f64::from_sql(value)?),
            Kind::Bool => Self::Bool(bool::from_sql(value)?),
            Kind::Text => Self::Text(String::from_sql(value)?),
            Kind::Bytes => Self::Bytes(Vec::from_sql(value)?),
            Kind::Time => Self::Time(NaiveDateTime::from_sql(value)?),
        })
    }

    /// Whole numbers, booleans and text as they are, bytes in hex, instants in RFC 3339. A double is a text of the
    /// shortest digits that read back as the same bits: JSON's own numbers may lose the last one.
    pub(super) fn to_json(&self) -> Result<Value, String> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Integer(value) => Value::from(*value),
            Self::Double(value) if value.is_finite() => Value::from(value.to_string()),
            Self::Double(value) => return Err(format!("{value} is not a finite number")),
            Self::Bool(value) => Value::from(*value),
            Self::Text(value) => Value::from(value.as_str()),
            Self::Bytes(value) => Value::from(hex(value)),
            Self::Time(value) => Value::from(value.format(TIME).to_string()),
        })
    }

    /// The inverse of [`Cell::to_json`] for a column of this kind.
    pub(super) fn from_json(kind: Kind, value: Value) -> Result<Self, String> {
        let wrong = |value: &Value| format!("{value} is not a value of a column of kind {kind:?}");
        let cell = match (kind, &value) {
            (_, Value::Null) => Some(Self::Null),
            (Kind::Integer, _) => value.as_i64().map(Self::Integer),
            (Kind::Double, Value::String(text)) => text.parse().ok().filter(|f: &f64| f.is_finite()).map(Self::Double),
            (Kind::Bool, _) => value.as_bool().map(Self::Bool),
            (Kind::Text, Value::String(text)) => Some(Self::Text(text.clone())),
            (Kind::Bytes, Value::String(text)) => unhex(text).map(Self::Bytes),
            (Kind::Time, Value::String(text)) => NaiveDateTime::parse_from_str(text, TIME).ok().map(Self::Time),
            _ => None,
        };
        cell.ok_or_else(|| wrong(&value))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
