//! Words that people read, in the languages of the site.

use std::fmt;

use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

/// One text in English and, if somebody translated it, in Korean.
///
/// In a file either `title = "…"` or `title = { en = "…", ko = "…" }`; always written as the second.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Text {
    /// English; shown to readers of languages that have no text of their own.
    pub en: String,
    /// Korean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ko: Option<String>,
}

impl Text {
    /// A text in English alone.
    pub fn new(en: impl Into<String>) -> Self {
        Self { en: en.into(), ko: None }
    }

    /// The Korean text, else the English one.
    pub fn ko_or_en(&self) -> &str {
        self.ko.as_deref().unwrap_or(&self.en)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Languages {
    en: String,
    #[serde(default)]
    ko: Option<String>,
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a table { en = \"…\", ko = \"…\" }")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text::new(text))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
                let Languages { en, ko } = Languages::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Text { en, ko })
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}
