//! What the server says when it says no: `application/problem+json` (RFC 9457).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A refused request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Stable name of the kind of problem: `quota_used`, `submission_invalid`, …
    pub code: String,
    /// The kind of problem in words.
    #[serde(default)]
    pub title: String,
    /// This problem in words.
    #[serde(default)]
    pub detail: Option<String>,
    /// Names the request in the server's log.
    #[serde(default)]
    pub request_id: Option<String>,
    /// Single faults, for example of the lines of a file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Whatever else belongs to this kind of problem: `resets_at`, `duplicate_of`, …
    #[serde(flatten)]
    pub extras: serde_json::Map<String, serde_json::Value>,
}

/// One fault among several.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldError {
    /// Stable name of the kind of fault.
    #[serde(default)]
    pub code: String,
    /// Line of the file, from 1.
    #[serde(default)]
    pub line: Option<u64>,
    /// Column, from 1.
    #[serde(default)]
    pub column: Option<u64>,
    /// Column or setting by name.
    #[serde(default)]
    pub name: Option<String>,
    /// What stands there.
    #[serde(default)]
    pub value: Option<String>,
    /// A sentence that says what to do.
    #[serde(default)]
    pub message: String,
    /// The same in Korean, of faults of a competition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_ko: Option<String>,
    /// How many faults of this kind there are.
    #[serde(default)]
    pub count: Option<u64>,
}

impl Problem {
    /// A text among the extras.
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extras.get(name).and_then(serde_json::Value::as_str)
    }
}

/// The detail, else the title; then each fault on a line of its own.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.detail.as_deref().filter(|detail| !detail.is_empty()).unwrap_or(&self.title);
        f.write_str(if words.is_empty() { &self.code } else { words })?;
        for error in &self.errors {
            write!(f, "\n  {error}")?;
        }
        Ok(())
    }
}

/// `line 7, column 2: … (12 times)`
impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}: ")?,
            (Some(line), None) => write!(f, "line {line}: ")?,
            (None, _) => {}
        }
        f.write_str(&self.message)?;
        match self.count {
            Some(count) if count > 1 => write!(f, " ({count} times)"),
            _ => Ok(()),
        }
    }
}
