//! The order of a leaderboard as one comparable key, and its text form for page cursors.

/// A row's place in the order: the score first, the earlier time next, the team last. Smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    inverted: u64,
    best_at: i64,
    team: i64,
}

impl Key {
    /// A key from a finite `sort_key` (larger is better), microseconds since 1970 and the team's id.
    #[must_use]
    pub fn new(sort_key: f64, best_at: i64, team: i64) -> Key {
        // Adding zero turns -0.0 into 0.0, so that the two tie.
        let bits = (sort_key + 0.0).to_bits();
        // Order-preserving map of floats to integers, then inverted: the largest score gets the smallest number.
        let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
        Key { inverted: !ordered, best_at, team }
    }

    /// The place before every row of the same score.
    #[must_use]
    pub fn first_of_score(self) -> Key {
        Key { best_at: i64::MIN, team: i64::MIN, ..self }
    }

    /// Whether both rows have the same score.
    #[must_use]
    pub fn ties_with(self, other: Key) -> bool {
        self.inverted == other.inverted
    }

    /// The team's id.
    #[must_use]
    pub fn team(self) -> i64 {
        self.team
    }

    /// Text for a cursor: opaque to clients, stable while other rows move.
    #[must_use]
    pub fn to_cursor(self) -> String {
        format!("{:016x}{:016x}{:016x}", self.inverted, self.best_at, self.team)
    }

    /// Reads a cursor made by [`Key::to_cursor`]; `None` for anything else.
    #[must_use]
    pub fn from_cursor(text: &str) -> Option<Key> {
        if text.len() != 48 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize| u64::from_str_radix(&text[from..from + 16], 16).ok();
        Some(Key { inverted: part(0)?, best_at: part(16)?.cast_signed(), team: part(32)?.cast_signed() })
    }
}
