//! What a check says: one sentence per fault, with where it is and what to do.

use std::fmt;

use serde::Serialize;

use crate::sentence::{Language, Sentence};

/// Whether a finding keeps a competition from being published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Severity {
    /// Must be repaired first.
    Error,
    /// Should be looked at; publishing goes on.
    Warning,
}

/// What kind of fault it is. The names are stable: scripts may rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The folder or a file of it cannot be read.
    Unreadable,
    /// `competition.toml` is not TOML.
    BadToml,
    /// A key that means nothing.
    UnknownKey,
    /// A key that must be there.
    MissingKey,
    /// A value of the wrong type or outside what the key allows.
    BadValue,
    /// A date that cannot be, is past, or is in the wrong order.
    BadDate,
    /// A metric that is unknown or not of the task's kind.
    BadMetric,
    /// A page that must be there, or is empty.
    MissingPage,
    /// A page or a text without its Korean version.
    MissingTranslation,
    /// A question of the template that nobody answered.
    UnansweredQuestion,
    /// A file that must be there.
    MissingFile,
    /// A file that participants cannot use, or too many bytes.
    FileSize,
    /// A CSV file that cannot be read.
    BadCsv,
    /// The solution cannot be used.
    BadSolution,
    /// Ids of solution, test file and sample do not agree.
    IdsDiffer,
    /// The classes of the files and of `[task]` do not agree.
    ClassesDiffer,
    /// The sample submission would be refused or has no score.
    BadSample,
    /// Hidden labels stand in the public data.
    LabelsInData,
    /// The same file is in train and test.
    SameFile,
    /// A label can be guessed from something that should not tell.
    Leak,
    /// The public part of the split is too small.
    SmallSplit,
    /// The data dictionary and the files do not agree.
    Dictionary,
}

impl Code {
    /// Whether hidden labels may be known from what participants get.
    #[must_use]
    pub fn is_leak(self) -> bool {
        matches!(self, Self::LabelsInData | Self::SameFile | Self::Leak)
    }

    /// Every code, for the documentation.
    pub const ALL: [Self; 22] = [
        Self::Unreadable,
        Self::BadToml,
        Self::UnknownKey,
        Self::MissingKey,
        Self::BadValue,
        Self::BadDate,
        Self::BadMetric,
        Self::MissingPage,
        Self::MissingTranslation,
        Self::UnansweredQuestion,
        Self::MissingFile,
        Self::FileSize,
        Self::BadCsv,
        Self::BadSolution,
        Self::IdsDiffer,
        Self::ClassesDiffer,
        Self::BadSample,
        Self::LabelsInData,
        Self::SameFile,
        Self::Leak,
        Self::SmallSplit,
        Self::Dictionary,
    ];
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// Whether it keeps the competition from being published.
    pub severity: Severity,
    /// Path in the folder, with `/`.
    pub file: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column in characters (of a CSV file: the number of the value), from 1.
    pub column: Option<u64>,
    /// What kind of fault.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "unanswered_question"))]
    pub code: Code,
    /// A sentence that says what is wrong and what to do.
    pub message: Sentence,
    /// Of a question of the template that is not answered: the question, in the language of its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

impl Finding {
    /// An error about a whole file.
    pub fn error(code: Code, file: impl Into<String>, message: Sentence) -> Self {
        Self { severity: Severity::Error, file: file.into(), line: None, column: None, code, message, question: None }
    }

    /// A warning about a whole file.
    pub fn warning(code: Code, file: impl Into<String>, message: Sentence) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, file, message) }
    }

    /// The same at a place in the file.
    #[must_use]
    pub fn at(self, line: u64, column: u64) -> Self {
        Self { line: Some(line), column: Some(column), ..self }
    }

    /// The same on a line of the file.
    #[must_use]
    pub fn on_line(self, line: u64) -> Self {
        Self { line: Some(line), ..self }
    }

    /// `error: competition.toml, line 7, column 2: …`, in a language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        let (severity, line, column) = match (language, self.severity) {
            (Language::En, Severity::Error) => ("error", "line ", "column "),
            (Language::En, Severity::Warning) => ("warning", "line ", "column "),
            (Language::Ko, Severity::Error) => ("오류", "줄 ", "열 "),
            (Language::Ko, Severity::Warning) => ("주의", "줄 ", "열 "),
        };
        let mut text = format!("{severity}: {}", self.file);
        for (name, place) in [(line, self.line), (column, self.column)] {
            if let Some(place) = place {
                text += &format!(", {name}{place}");
            }
        }
        text + ": " + self.message.in_language(language)
    }
}

/// In English.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::En))
    }
}
