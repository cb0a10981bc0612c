//! One page of a leaderboard as bytes: written once a version, the same for everybody.
//!
//! Owns the wire form of the board ([`LeaderboardView`]) and its compressed copy. Must not know who is asking.

use std::sync::OnceLock;

use bytes::Bytes;
use podium_store::competitions::Dates;
use podium_store::ranking::{BoardRules, Names, Ties};
use podium_store::types::UtcTime;
use serde::Serialize;
use sha2::Digest;
use utoipa::ToSchema;

use super::{Board, Placed};
use crate::api::competitions::{DirectionView, TextView};
use crate::score_text::ScoreText;

#[cfg(test)]
mod tests;

/// Brotli's quality for a page: 75 µs once, 639 bytes instead of 6 KB.
const QUALITY: i32 = 5;
/// From this size on a lower quality, so that the first reader of a long page does not wait.
const LARGE: usize = 256 << 10;
const QUALITY_LARGE: i32 = 1;

/// What stands above the rows; the same for every page until the host changes the solution or the metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// The ranking metric.
    pub metric: String,
    /// Whether more is better.
    pub direction: DirectionView,
    /// Metrics shown beside it, in order.
    pub also: Vec<String>,
    /// Share of the rows that the public score is computed from, 0 to 1.
    pub public_share: Option<f64>,
    /// Number of those rows.
    pub public_rows: Option<u64>,
    /// Marked parts, best first.
    pub zones: Vec<ZoneView>,
    /// Names of the brackets, in the manifest's order; rows know theirs by its place here.
    pub brackets: Vec<String>,
    /// How ties rank and names are shown.
    pub rules: BoardRules,
    /// Decide when names and what was frozen out come on the board.
    pub dates: Dates,
}

impl Heading {
    /// The place of a bracket among the competition's.
    #[must_use]
    pub fn bracket(&self, name: &str) -> Option<u16> {
        self.brackets.iter().position(|bracket| bracket == name).and_then(|place| u16::try_from(place).ok())
    }

    /// The name of a row's bracket.
    #[must_use]
    pub fn bracket_name(&self, place: Option<u16>) -> Option<&str> {
        place.and_then(|place| self.brackets.get(usize::from(place))).map(String::as_str)
    }

    /// What of the board depends on the time.
    #[must_use]
    pub fn phase(&self, now: UtcTime) -> Phase {
        Phase { names: self.rules.names_at(self.dates.ends_at, now), frozen_since: self.dates.frozen_from(now) }
    }
}

/// What of the board depends on the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Phase {
    /// What is said about teams now.
    pub names: Names,
    /// Since when the board stands still.
    pub frozen_since: Option<UtcTime>,
}

/// Which rows of a board a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Part {
    /// Only the teams of this bracket, with ranks of their own.
    pub bracket: Option<u16>,
    /// How many ranked teams stand before it.
    pub from: usize,
    /// Most ranked teams on it.
    pub limit: usize,
}

impl Part {
    /// All teams of a bracket, or simply all.
    #[must_use]
    pub fn whole(bracket: Option<u16>) -> Part {
        Part { bracket, from: 0, limit: usize::MAX }
    }
}

/// A marked part of the leaderboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ZoneView {
    /// What it is called.
    pub name: TextView,
    /// The last rank that belongs to it; the first is the one after the zone before.
    pub through: u32,
}

/// A page of the public leaderboard.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaderboardView<'a> {
    /// Always `public`; the private board has an address of its own.
    #[schema(value_type = String)]
    board: &'static str,
    /// Grows with every change; equal versions are equal boards.
    version: i64,
    /// The ranking metric.
    metric: &'a str,
    /// Whether more is better.
    direction: DirectionView,
    /// Share of the test rows behind the public score, 0 to 1.
    public_share: Option<f64>,
    /// Number of those rows.
    public_rows: Option<u64>,
    /// The bracket whose teams stand here, with ranks of their own; none when all do.
    bracket: Option<&'a str>,
    /// Teams with a rank.
    teams: usize,
    /// Marked parts, best first, such as prizes.
    zones: &'a [ZoneView],
    /// `earlier_first` (1, 2, 3, 4) or `shared` (1, 2, 2, 4).
    #[schema(value_type = String, example = "earlier_first")]
    ties: Ties,
    /// `real`, `team` (no members), or `hidden` before the end: then `team` is empty and `team_id` a negative number that
    /// means nothing.
    #[schema(value_type = String, example = "real")]
    names: Names,
    /// Entries accepted from here on are not on this board until the private one comes out.
    #[schema(value_type = Option<String>, format = DateTime)]
    frozen_since: Option<UtcTime>,
    /// The rows, best first.
    items: Vec<StandingView<'a>>,
    /// Cursor of the page after this one.
    next: Option<String>,
    /// Cursor of the page before this one; `start` for the first page.
    previous: Option<String>,
}

/// One team's row.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingView<'a> {
    /// Place among the teams, from 1; none for a benchmark.
    rank: Option<usize>,
    /// Identity of the team.
    team_id: i64,
    /// Its name.
    team: &'a str,
    /// Its members' names, the leader first.
    members: Vec<&'a str>,
    /// Its bracket, by the name that the manifest gives it; none while names are hidden.
    bracket: Option<&'a str>,
    /// Best public score.
    score: ScoreText,
    /// Standard error of the score on the public rows.
    standard_error: Option<ScoreText>,
    /// The other shown metrics of that entry.
    also: Vec<MetricScore<'a>>,
    /// Accepted entries.
    entries: u32,
    /// When the best entry was accepted.
    #[schema(value_type = String, format = DateTime)]
    best_at: Option<UtcTime>,
    /// When the last entry was accepted.
    #[schema(value_type = String, format = DateTime)]
    last_at: Option<UtcTime>,
    /// A reference entry of the host, which has no rank.
    is_benchmark: bool,
}

/// One more metric of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetricScore<'a> {
    /// Its name.
    metric: &'a str,
    /// Its value; none where it is not defined on the rows.
    score: Option<ScoreText>,
}

impl<'a> StandingView<'a> {
    /// The wire form of a row.
    #[must_use]
    pub fn new(placed: Placed<'a>, heading: &'a Heading, names: Names, position: usize) -> Self {
        let row = placed.row;
        // Reference entries are the hosts' own.
        let names = if row.is_benchmark { Names::Real } else { names };
        Self {
            rank: placed.rank,
            team_id: if names == Names::Hidden {
                -i64::try_from(position).unwrap_or(i64::MAX).saturating_add(1)
            } else {
                row.team
            },
            team: if names == Names::Hidden { "" } else { row.name() },
            members: if names == Names::Real { row.members().collect() } else { Vec::new() },
            // A bracket of few teams would tell whose row it is.
            bracket: heading.bracket_name(row.bracket.filter(|_| names != Names::Hidden)),
            score: ScoreText(row.score),
            standard_error: row.standard_error.map(ScoreText),
            also: heading
                .also
                .iter()
                .zip(&row.also)
                .map(|(metric, value)| MetricScore { metric, score: value.map(ScoreText) })
                .collect(),
            entries: row.entries,
            best_at: UtcTime::from_micros(row.best_at).ok(),
            last_at: UtcTime::from_micros(row.last_at).ok(),
            is_benchmark: row.is_benchmark,
        }
    }
}

/// The bytes of a page. Clones share them.
#[derive(Debug)]
pub struct Page {
    /// JSON.
    pub json: Bytes,
    /// Hash of the bytes: the ETag of the uncompressed form, without its quotes.
    pub etag: String,
    /// The ETag of the compressed form.
    pub etag_brotli: String,
    brotli: OnceLock<Option<Bytes>>,
}

impl Page {
    /// Writes a page.
    ///
    /// # Errors
    /// Never for rows with finite scores.
    pub fn write(
        board: &Board,
        version: i64,
        heading: &Heading,
        phase: Phase,
        Part { bracket, from, limit }: Part,
    ) -> Result<Page, serde_json::Error> {
        let ranking = board.of(bracket);
        // A row's key names its team.
        let cursor = |before: usize| match phase.names {
            Names::Hidden => Some(format!("at{}", before + 1)),
            Names::Real | Names::Team => ranking.key_at(before).map(super::Key::to_cursor),
        };
        let end = from.saturating_add(limit);
        let view = LeaderboardView {
            board: "public",
            version,
            metric: &heading.metric,
            direction: heading.direction,
            public_share: heading.public_share,
            public_rows: heading.public_rows,
            bracket: heading.bracket_name(bracket),
            teams: ranking.teams(),
            zones: &heading.zones,
            ties: heading.rules.ties,
            names: phase.names,
            frozen_since: phase.frozen_since,
            items: ranking
                .slice(from, limit)
                .into_iter()
                .enumerate()
                .map(|(row, placed)| StandingView::new(placed, heading, phase.names, from + row))
                .collect(),
            next: if end < ranking.teams() { cursor(end - 1) } else { None },
            previous: match from {
                0 => None,
                _ if from <= limit => Some("start".to_owned()),
                _ => cursor(from - limit - 1),
            },
        };
        let json = serde_json::to_vec(&view)?;
        let hash = sha2::Sha256::digest(&json);
        let name: String = hash[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Page { json: json.into(), etag_brotli: format!("{name}-br"), etag: name, brotli: OnceLock::new() })
    }

    /// The brotli form, made on the first call.
    pub fn brotli(&self) -> Option<Bytes> {
        self.brotli
            .get_or_init(|| {
                let quality = if self.json.len() < LARGE { QUALITY } else { QUALITY_LARGE };
                let parameters = brotli::enc::BrotliEncoderParams { quality, ..Default::default() };
                let mut compressed = Vec::new();
                brotli::BrotliCompress(&mut &self.json[..], &mut compressed, &parameters).ok()?;
                Some(compressed.into())
            })
            .clone()
    }
}
