//! Text from people. PostgreSQL refuses NUL and SQLite keeps it, so it stops here.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types;
use unicode_normalization::UnicodeNormalization;

/// Why a text cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Contains U+0000.
    #[error("the text contains a NUL character")]
    Nul,
}

/// Any text without NUL. Limits of length belong to the rules of each field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow, serde::Serialize)]
#[diesel(sql_type = sql_types::Text)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// # Errors
    /// [`TextError::Nul`] when there is a NUL in it.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.contains('\0') { Err(TextError::Nul) } else { Ok(Self(text)) }
    }

    /// For text whose writer cannot tell anybody about a NUL, such as a header: NUL becomes U+FFFD.
    #[must_use]
    pub fn lossy(text: impl Into<String>) -> Self {
        let text = text.into();
        Self(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// What two names are compared by: Unicode compatibility forms, case and runs of blanks do not make a difference
/// ("Ａda " = "ada"). Folded here and not in SQL, because the databases fold differently.
#[must_use]
pub fn fold_name(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).nfkc().filter(|c| *c != '\0').collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A competition's name in addresses: 2 to 64 of a-z, 0-9 and inner hyphens.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow, serde::Serialize, serde::Deserialize,
)]
#[diesel(sql_type = sql_types::Text)]
#[serde(try_from = "String")]
pub struct Slug(String);

/// Not a [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' must be 2 to 64 lower-case letters, digits and hyphens, and start and end with a letter or digit")]
pub struct SlugError(pub String);

impl Slug {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;
    fn from_str(text: &str) -> Result<Self, SlugError> {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = text.as_bytes();
        let fits = (2..=64).contains(&bytes.len())
            && bytes.iter().all(|b| inner(*b) || *b == b'-')
            && [bytes.first(), bytes.last()].iter().all(|b| b.is_some_and(|b| inner(*b)));
        if fits { Ok(Self(text.to_owned())) } else { Err(SlugError(text.to_owned())) }
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;
    fn try_from(text: String) -> Result<Self, SlugError> {
        text.parse()
    }
}

/// A value kept as one JSON document, which no query looks into.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub struct Json<T> {
    text: String,
    value: PhantomData<fn() -> T>,
}

impl<T: serde::Serialize + serde::de::DeserializeOwned> Json<T> {
    /// Writes the document.
    ///
    /// # Errors
    /// Those of the value's `Serialize`.
    pub fn new(value: &T) -> Result<Self, serde_json::Error> {
        // serde_json escapes NUL, so the text has none.
        Ok(Self { text: serde_json::to_string(value)?, value: PhantomData })
    }

    /// Reads the document.
    ///
    /// # Errors
    /// When the document was written by a program whose `T` was another one.
    pub fn read(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.text)
    }
}

impl<T> Json<T> {
    /// The document's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<T> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T: fmt::Debug, DB: Backend> ToSql<sql_types::Text, DB> for Json<T>
where
    str: ToSql<sql_types::Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.text.as_str().to_sql(out)
    }
}

impl<T, DB: Backend> FromSql<sql_types::Text, DB> for Json<T>
where
    String: FromSql<sql_types::Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self { text: String::from_sql(bytes)?, value: PhantomData })
    }
}

macro_rules! stored_as_text {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<DB: Backend> ToSql<sql_types::Text, DB> for $name
        where
            str: ToSql<sql_types::Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.as_str().to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<sql_types::Text, DB> for $name
        where
            String: FromSql<sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(String::from_sql(bytes)?))
            }
        }
    )+};
}
stored_as_text!(Text, Slug);
