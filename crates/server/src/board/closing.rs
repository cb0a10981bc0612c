//! The private leaderboard: made from the final standings, which ask for the proof that they are out, and kept as it is.
//!
//! Owns its wire form. Must not be made for anybody before the release, except for hosts who rehearse it.

use std::collections::HashMap;

use podium_store::competitions::Released;
use podium_store::types::{CompetitionId, SubmissionId, TeamId, UtcTime};
use podium_store::{Conn, StoreError, ranking, sealed, standings, submissions, teams};
use serde::Serialize;
use utoipa::ToSchema;

use super::registry::{BoardError, LiveBoard};
use crate::score_text::ScoreText;

/// The private board, best first.
#[derive(Debug)]
pub struct ClosingBoard {
    /// Every team that has an entry that counts, and the benchmarks.
    pub rows: Vec<ClosingRow>,
    /// Whether the competition has brackets.
    pub has_brackets: bool,
}

/// A team's row on the private leaderboard.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClosingRow {
    /// Place among the teams, from 1; none for a benchmark.
    pub rank: Option<usize>,
    /// Its place on the public leaderboard.
    pub public_rank: Option<usize>,
    /// Places won (positive) or lost against the public leaderboard.
    pub moved: Option<i64>,
    /// Identity of the team.
    pub team_id: i64,
    /// Its name.
    pub team: String,
    /// Names of its members, the leader first.
    pub members: Vec<String>,
    /// Its bracket, by the name that the manifest gives it.
    pub bracket: Option<String>,
    /// Score on the private rows of the entry that decides; none where the metric is not defined on them.
    pub score: Option<ScoreText>,
    /// Its standard error.
    pub standard_error: Option<ScoreText>,
    /// Score of the same entry on the public rows.
    pub public_score: ScoreText,
    /// The entry that decides.
    pub submission_id: i64,
    /// Its number in the team.
    pub number: Option<i32>,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    pub accepted_at: UtcTime,
    /// Scored entries of the team that are not late.
    pub entries: i64,
    /// A reference entry of the host, which has no rank.
    pub is_benchmark: bool,
}

impl ClosingBoard {
    /// The board from entries accepted before `before`, or from all; the places moved are against `public`.
    ///
    /// # Errors
    /// The database failed.
    pub fn load(
        conn: &mut Conn,
        competition: CompetitionId,
        released: &Released,
        before: Option<UtcTime>,
        public: &LiveBoard,
    ) -> Result<Self, BoardError> {
        let found: HashMap<TeamId, teams::Team> =
            teams::all(conn, competition)?.into_iter().map(|team| (team.id, team)).collect();
        let mut members: HashMap<TeamId, Vec<String>> = HashMap::new();
        for (team, member) in teams::all_members(conn, competition)? {
            members.entry(team).or_default().push(member.name.into_string());
        }
        let standings = sealed::final_standings_before(conn, released, before)?;
        let mut rows = Vec::with_capacity(standings.len());
        for standing in standings {
            let team = found.get(&standing.team);
            rows.push(ClosingRow {
                rank: standing.rank,
                public_rank: None,
                moved: None,
                team_id: standing.team.0,
                team: team.map(|team| team.name.as_str().to_owned()).unwrap_or_default(),
                bracket: team.and_then(|team| team.bracket.as_ref()).map(|bracket| bracket.as_str().to_owned()),
                members: members.remove(&standing.team).unwrap_or_default(),
                score: standing.score.map(|score| ScoreText(score.get())),
                standard_error: standing.standard_error.map(|error| ScoreText(error.get())),
                public_score: ScoreText(standing.public_score.get()),
                submission_id: standing.submission.0,
                number: number(conn, standing.submission)?,
                accepted_at: standing.accepted_at,
                entries: standings::find(conn, competition, standing.team)?.map_or(0, |row| row.entries),
                is_benchmark: standing.is_benchmark,
            });
        }
        let state = public.read();
        for row in &mut rows {
            row.bracket = row.bracket.take().filter(|bracket| state.heading.bracket(bracket).is_some());
            row.place(state.board.all().rank(row.team_id));
        }
        Ok(Self { rows, has_brackets: !state.heading.brackets.is_empty() })
    }

    /// The board of the teams of a bracket, or of all: ranks, places moved and all are those within it.
    #[must_use]
    pub fn of(&self, bracket: Option<u16>, public: &LiveBoard) -> Self {
        let state = public.read();
        let name = state.heading.bracket_name(bracket);
        let is_in = |row: &&ClosingRow| bracket.is_none() || row.is_benchmark || row.bracket.as_deref() == name;
        let mut rows: Vec<ClosingRow> = self.rows.iter().filter(is_in).cloned().collect();
        let scores = rows.iter().map(|row| (row.score.as_ref().map(|score| score.0), !row.is_benchmark));
        let ranks = ranking::ranks(state.heading.rules.ties, scores);
        let public = state.board.of(bracket);
        for (row, rank) in rows.iter_mut().zip(ranks) {
            row.rank = rank;
            row.place(public.rank(row.team_id));
        }
        Self { rows, has_brackets: self.has_brackets }
    }

    /// A team's row.
    #[must_use]
    pub fn row(&self, team: TeamId) -> Option<&ClosingRow> {
        self.rows.iter().find(|row| row.team_id == team.0)
    }

    /// Mean places moved over the number of teams: how much the private rows shook the board, from 0 to about a third.
    #[must_use]
    pub fn shake_up(&self) -> Option<f64> {
        let moved: Vec<i64> = self.rows.iter().filter_map(|row| row.moved).collect();
        let teams = moved.len();
        if teams == 0 {
            return None;
        }
        let total: i64 = moved.iter().map(|places| places.abs()).sum();
        #[expect(clippy::cast_precision_loss, reason = "places of teams are far below 2^53")]
        Some(total as f64 / (teams * teams) as f64)
    }
}

impl ClosingRow {
    /// Notes the place on the public board.
    fn place(&mut self, public_rank: Option<usize>) {
        self.public_rank = public_rank;
        self.moved = public_rank.zip(self.rank).map(|(public, private)| place(public) - place(private));
    }
}

fn place(rank: usize) -> i64 {
    i64::try_from(rank).unwrap_or(i64::MAX)
}

fn number(conn: &mut Conn, id: SubmissionId) -> Result<Option<i32>, StoreError> {
    Ok(submissions::find(conn, id)?.map(|submission| submission.number))
}
