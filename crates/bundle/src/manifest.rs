//! `competition.toml` as types: the same manifest as TOML in a folder and as JSON in the API.
//!
//! Unknown keys are refused, so a misspelt one cannot be silently without effect. What needs more than the manifest
//! (pages, data, solution) is the matter of [`crate::check`].

use podium_scoring::spec::Task;
use serde::{Deserialize, Serialize};

use crate::dates::Dates;
use crate::participation::{Bracket, Field, PageAudience, Participants};
use crate::text::Text;

/// A competition's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manifest {
    /// Name in addresses: lower-case letters, digits and hyphens, 2 to 63 of them.
    pub slug: String,
    /// One line.
    pub title: Text,
    /// One sentence, for the list of competitions.
    pub summary: Text,
    /// Licence of the data, best as an SPDX name.
    pub licence: String,
    /// When it begins and ends.
    pub dates: Dates,
    /// What is predicted and how it is scored: kind, id, target, classes, positive, metric, show.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub task: Task,
    /// How the solution is parted into public and private rows.
    #[serde(default)]
    pub split: Split,
    /// Quotas and sizes.
    #[serde(default)]
    pub limits: Limits,
    /// How the leaderboard ranks and shows teams.
    #[serde(default, skip_serializing_if = "Board::is_default")]
    pub board: Board,
    /// Pages beyond Overview, Data and Rules, and pages that appear later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<PageSetting>,
    /// Data files that appear later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileSetting>,
    /// The data dictionary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// Who may take part.
    #[serde(default, skip_serializing_if = "Participants::is_default")]
    pub participants: Participants,
    /// Groups of teams with ranks of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brackets: Vec<Bracket>,
    /// What people are asked when they join.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// `[split]`. Without effect where the solution has a `Usage` column, which then says it row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Split {
    /// Share of the solution's rows, class by class, that the public leaderboard uses.
    #[serde(default = "Split::default_public")]
    pub public: f64,
    /// Column of the solution whose groups stay on one side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

impl Split {
    fn default_public() -> f64 {
        0.3
    }
}

impl Default for Split {
    fn default() -> Self {
        Self { public: Self::default_public(), group: None }
    }
}

/// `[limits]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Submissions of a team per calendar day of the zone that are scored.
    pub entries_per_day: u32,
    /// Submissions a team may choose for the private leaderboard.
    pub finals: u32,
    /// People in a team.
    pub team_size: u32,
    /// Largest submission file, bytes.
    pub file_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries_per_day: 5, finals: 2, team_size: 5, file_bytes: 20_000_000 }
    }
}

/// `[board]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    /// Teams with equal scores.
    pub ties: Ties,
    /// What is shown of a team.
    pub names: Names,
    /// Parts of the leaderboard that are marked, best first, like the prizes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Zone>,
}

impl Board {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// How teams with equal scores share ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Ties {
    /// The team whose entry came first stands higher: 1, 2, 3, 4.
    #[default]
    EarlierFirst,
    /// Equal scores share a rank and the next one is left out: 1, 2, 2, 4.
    Shared,
}

/// What the leaderboard shows of a team.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Names {
    /// Its name and those of its members.
    #[default]
    Real,
    /// Its name.
    Team,
    /// Nothing before the end, then its name and those of its members.
    Hidden,
}

/// A marked part of the leaderboard, from the rank after the zone before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Zone {
    /// What it is called, like "Prizes".
    pub name: Text,
    /// The last rank that belongs to it.
    pub through: u32,
}

/// `[[pages]]`: a page beyond the three standard ones, or one that appears later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageSetting {
    /// `overview`, `data`, `rules`, or the name of a further `NAME.md`.
    pub name: String,
    /// Hidden from participants before this local time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "2026-12-08T09:00:00"))]
    pub visible_from: Option<crate::dates::LocalTime>,
    /// Who reads it.
    #[serde(default, skip_serializing_if = "PageAudience::is_everybody")]
    pub audience: PageAudience,
}

/// `[[files]]`: a data file that appears later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileSetting {
    /// Path below `data/`, with `/`.
    pub path: String,
    /// Hidden from participants before this local time.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "2026-12-08T09:00:00"))]
    pub visible_from: crate::dates::LocalTime,
}

/// `[[columns]]`: one column of one data file, for the Data page and for the check of the files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Column {
    /// Path below `data/`, with `/`.
    pub file: String,
    /// The column's name in the header.
    pub name: String,
    /// What it is.
    pub meaning: Text,
    /// Its possible values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Values>,
    /// Unit of its numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Least and greatest number, both allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// Regular expression that every whole value matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

/// Possible values of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Values {
    /// `"classes"`: those of `[task]`.
    Classes(ClassesWord),
    /// A list of its own.
    List(Vec<String>),
}

/// The word `"classes"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ClassesWord {
    /// `"classes"`
    Classes,
}
