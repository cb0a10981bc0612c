//! One row of the board. Knows nothing of the other rows.

use super::Key;

/// One team's row on the board: its best public score and what is shown beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Identity of the team in the store.
    pub team: i64,
    /// The team's name and its members' names, parted by NUL (a byte that names cannot contain): one allocation a row.
    pub(super) names: Box<str>,
    /// The team's bracket, by its place among those of the heading.
    pub bracket: Option<u16>,
    /// Named by the host as a reference entry: shown at its place, never ranked.
    pub is_benchmark: bool,
    /// The best public score, exact.
    pub score: f64,
    /// Larger is better, whatever the metric's direction.
    pub sort_key: f64,
    /// Standard error of `score` on the public rows.
    pub standard_error: Option<f64>,
    /// The other shown metrics of that entry, in the competition's order.
    pub also: Box<[Option<f64>]>,
    /// Accepted entries of the team.
    pub entries: u32,
    /// When the best entry was accepted, microseconds since 1970; breaks ties.
    pub best_at: i64,
    /// When the last entry was accepted, microseconds since 1970.
    pub last_at: i64,
}

impl Row {
    /// Joins the names of a team and its members for a row.
    #[must_use]
    pub fn join_names<'a>(team: &str, members: impl IntoIterator<Item = &'a str>) -> Box<str> {
        let mut names = team.replace('\0', "");
        for member in members {
            names.push('\0');
            names.extend(member.chars().filter(|&c| c != '\0'));
        }
        names.into_boxed_str()
    }

    /// The team's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.split('\0').next().unwrap_or_default()
    }

    /// The members' names, the leader first.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.names.split('\0').skip(1)
    }

    /// Its place in the order.
    pub(super) fn key(&self) -> Key {
        Key::new(self.sort_key, self.best_at, self.team)
    }
}

/// What a row is made from; see the fields of [`Row`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each field is described at Row")]
pub struct NewRow<'a> {
    pub team: i64,
    pub name: &'a str,
    pub members: &'a [String],
    pub bracket: Option<u16>,
    pub is_benchmark: bool,
    pub score: f64,
    pub sort_key: f64,
    pub standard_error: Option<f64>,
    pub also: Vec<Option<f64>>,
    pub entries: u32,
    pub best_at: i64,
    pub last_at: i64,
}

impl From<NewRow<'_>> for Row {
    fn from(new: NewRow<'_>) -> Row {
        Row {
            team: new.team,
            names: Row::join_names(new.name, new.members.iter().map(String::as_str)),
            bracket: new.bracket,
            is_benchmark: new.is_benchmark,
            score: new.score,
            sort_key: new.sort_key,
            standard_error: new.standard_error,
            also: new.also.into_boxed_slice(),
            entries: new.entries,
            best_at: new.best_at,
            last_at: new.last_at,
        }
    }
}
