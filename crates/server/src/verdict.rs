//! What scoring says about a file, in the forms in which the store keeps it and the API shows it.
//!
//! Owns the JSON lists of errors and notices beside a submission. They are written once, when the file was read, and go
//! out as they were written.

use podium_scoring::metric::{Metric, Undefined};
use podium_scoring::rejection::{Notice, Rejection};
use podium_scoring::table::Limits;
use podium_store::competitions::Competition;
use podium_store::submissions::Refusal;
use podium_store::types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Fault;

/// What a competition's submissions may be at most.
#[must_use]
pub fn limits(competition: &Competition) -> Limits {
    Limits { file_bytes: u64::try_from(competition.file_limit_bytes).unwrap_or(0), ..Limits::default() }
}

/// Something that was tidied up in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeView {
    /// Stable name.
    pub code: String,
    /// In words.
    pub message: String,
}

/// One fault as the API lists it.
#[must_use]
pub fn fault(rejection: &Rejection) -> Fault {
    Fault {
        code: rejection.code.to_string(),
        line: rejection.line,
        column: rejection.column.map(u64::from),
        name: rejection.name.clone(),
        value: rejection.value.clone(),
        message: rejection.message.clone(),
        message_ko: None,
        count: rejection.count,
    }
}

/// The notices as the API lists them.
#[must_use]
pub fn notices(notices: &[Notice]) -> Vec<NoticeView> {
    notices.iter().map(|notice| NoticeView { code: notice.code.to_string(), message: notice.message.clone() }).collect()
}

/// A refused file as the store keeps it.
#[must_use]
pub fn refusal(rejections: &[Rejection]) -> Refusal {
    let faults: Vec<Fault> = rejections.iter().map(fault).collect();
    let count = rejections.iter().map(|rejection| rejection.count).sum::<u64>();
    Refusal { errors: text(&faults), count: i64::try_from(count).unwrap_or(i64::MAX) }
}

/// A file for which the ranking metric has no value.
#[must_use]
pub fn undefined(metric: &Metric, reason: &Undefined) -> Refusal {
    let fault = Fault {
        code: reason.code().to_owned(),
        message: format!("{metric} is not defined for this file: {reason}."),
        count: 1,
        ..Fault::default()
    };
    Refusal { errors: text(&[fault]), count: 1 }
}

/// A list as JSON text. serde_json writes NUL as an escape, so the text has none.
#[must_use]
pub fn text<T: Serialize>(list: &[T]) -> Text {
    // Lists of strings and numbers always serialise.
    Text::lossy(serde_json::to_string(list).unwrap_or_else(|_| "[]".to_owned()))
}

/// Reads a list back.
///
/// # Errors
/// When it was written by another program.
pub fn list<T: serde::de::DeserializeOwned>(text: &Text) -> Result<Vec<T>, serde_json::Error> {
    serde_json::from_str(text.as_str())
}
