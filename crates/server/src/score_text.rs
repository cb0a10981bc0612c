//! How scores are written for people: one number of digits, everywhere.
//!
//! Ranks come from the exact values; what is shown is not finer than it needs to be, because every further digit tells
//! a patient reader more about the hidden rows. Clients never round: they show this text.

use std::fmt;

use serde::{Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

#[cfg(test)]
mod tests;

/// Digits after the point.
pub const DIGITS: usize = 5;

/// A score as a decimal text: `0.81234`. In JSON a string.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreText(pub f64);

impl fmt::Display for ScoreText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A small negative value rounds to "-0.00000", which reads as if it were less than nothing.
        let half_step = 0.5 * 10_f64.powi(-(DIGITS as i32));
        let value = if self.0.abs() < half_step { 0.0 } else { self.0 };
        write!(f, "{value:.DIGITS$}")
    }
}

impl Serialize for ScoreText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for ScoreText {
    fn schema() -> RefOr<Schema> {
        String::schema()
    }
}

impl ToSchema for ScoreText {}
