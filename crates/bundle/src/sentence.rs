//! What Podium says to hosts, in both languages of the site. Whoever writes a sentence writes both beside each other;
//! what others say (the TOML parser, the operating system) stands in both as it is.

use std::fmt;

use serde::Serialize;

/// A language of the site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

/// A sentence that says what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sentence {
    /// In English: begins in lower case and ends without a stop, for it often stands after a place.
    pub en: String,
    /// In Korean: whole sentences. Values stand where no particle has to agree with them.
    pub ko: String,
}

impl Sentence {
    /// The sentence in both languages.
    pub fn new(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self { en: en.into(), ko: ko.into() }
    }

    /// The same where it stands alone: the English one gets its stop.
    #[must_use]
    pub fn with_stop(self) -> Self {
        Self { en: self.en + ".", ..self }
    }

    /// The sentence in one of them.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Ko => &self.ko,
        }
    }
}

/// In English, as logs are.
impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// Why something cannot be read, in the words of the operating system.
pub(crate) fn unreadable(error: &std::io::Error) -> Sentence {
    Sentence::new(format!("cannot be read: {error}"), format!("읽을 수 없습니다: {error}."))
}

/// `; did you mean 'mask'?` and its Korean, both empty where no name is near.
pub(crate) fn did_you_mean(near: Option<&str>) -> Sentence {
    near.map_or_else(
        || Sentence::new("", ""),
        |near| Sentence::new(format!("; did you mean '{near}'?"), format!(" 혹시 ‘{near}’입니까?")),
    )
}
