//! The entries of a team that decide in the end: choosing them while the competition runs, and what would count right now.
//! Which ones do is [`crate::ranking::finals`]; this module feeds it.

use diesel::prelude::*;

use crate::competitions::{Competition, CompetitionState, Dates};
use crate::error::from_diesel;
use crate::events::{self, Audience, EventKind};
use crate::ranking::{self, Candidate};
use crate::schema::{competitions, scores, submissions};
use crate::submissions::{self as rows, Submission};
use crate::types::{Finite, SubmissionId, SubmissionState, TeamId, UtcTime, words};
use crate::{Conn, StoreError};

words! {
    /// Why an entry is one of the finals.
    Reason {
        /// The team chose it.
        Chosen = "chosen",
        /// A slot was empty and it has the best public score of the rest.
        BestPublic = "best_public",
    }
}

/// An entry that counts in the end, as things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Final {
    /// Which.
    pub submission: SubmissionId,
    /// Its number within the team.
    pub number: i32,
    /// Its public score.
    pub score: Finite,
    /// When it was accepted.
    pub accepted_at: UtcTime,
    /// Why it counts.
    pub reason: Reason,
}

/// A team's finals as things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finals {
    /// How many entries of a team count.
    pub slots: i32,
    /// Entries that the team chose, those that are still waiting for their score among them.
    pub chosen: Vec<SubmissionId>,
    /// What would count if the competition ended now: the chosen ones with a score, then the best by the public score.
    pub counting: Vec<Final>,
}

/// Why a choice cannot be made or taken back.
#[derive(Debug, thiserror::Error)]
pub enum ChooseError {
    /// There is no such submission.
    #[error("there is no such submission")]
    Missing,
    /// Choices are made before the end.
    #[error("the competition is {0}")]
    NotRunning(CompetitionState),
    /// It can never count.
    #[error("the submission is {0}")]
    NotCounting(SubmissionState),
    /// The team has chosen as many as count.
    #[error("{slots} entries are chosen already: {}", numbers(.chosen))]
    Full {
        /// How many entries of a team count.
        slots: i32,
        /// The numbers of the chosen ones.
        chosen: Vec<i32>,
    },
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(ChooseError);

fn numbers(numbers: &[i32]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Chooses an entry as one of the team's finals; one that waits for its score may be chosen too. Choosing it again does
/// nothing.
///
/// # Errors
/// [`ChooseError`].
pub fn choose(conn: &mut Conn, id: SubmissionId, now: UtcTime) -> Result<Submission, ChooseError> {
    let (submission, slots) = open(conn, id, now)?;
    if !submission.state.counts() {
        return Err(ChooseError::NotCounting(submission.state));
    }
    if submission.chosen_at.is_some() {
        return Ok(submission);
    }
    let chosen = chosen(conn, submission.team_id)?;
    if chosen.len() >= usize::try_from(slots).unwrap_or(0) {
        return Err(ChooseError::Full { slots, chosen: chosen.into_iter().map(|(_, number)| number).collect() });
    }
    set(conn, submission, Some(now), now)
}

/// Takes a choice back; does nothing when there is none.
///
/// # Errors
/// [`ChooseError`].
pub fn unchoose(conn: &mut Conn, id: SubmissionId, now: UtcTime) -> Result<Submission, ChooseError> {
    let (submission, _) = open(conn, id, now)?;
    match submission.chosen_at {
        Some(_) => set(conn, submission, None, now),
        None => Ok(submission),
    }
}

/// The submission and the number of slots, while choices can be made.
fn open(conn: &mut Conn, id: SubmissionId, now: UtcTime) -> Result<(Submission, i32), ChooseError> {
    let submission = rows::find(conn, id)?.ok_or(ChooseError::Missing)?;
    let (dates, slots): (Dates, i32) = competitions::table
        .find(submission.competition_id)
        .select((Dates::as_select(), competitions::finals))
        .first(conn)?;
    match dates.state(now) {
        CompetitionState::Running => Ok((submission, slots)),
        state => Err(ChooseError::NotRunning(state)),
    }
}

fn set(
    conn: &mut Conn,
    mut submission: Submission,
    chosen_at: Option<UtcTime>,
    now: UtcTime,
) -> Result<Submission, ChooseError> {
    submission.chosen_at = chosen_at;
    diesel::update(submissions::table.find(submission.id)).set(submissions::chosen_at.eq(chosen_at)).execute(conn)?;
    let audience = Audience::Team(submission.competition_id, submission.team_id);
    let payload = serde_json::json!({ "id": submission.id, "state": submission.state });
    events::append(conn, audience, EventKind::SubmissionChanged, &payload, now)?;
    Ok(submission)
}

/// The entries that a team chose and that can still count.
fn chosen(conn: &mut Conn, team: TeamId) -> Result<Vec<(SubmissionId, i32)>, StoreError> {
    let counting = SubmissionState::ALL.iter().copied().filter(|state| state.counts());
    let chosen = submissions::table
        .filter(submissions::team_id.eq(team))
        .filter(submissions::chosen_at.is_not_null())
        .filter(submissions::state.eq_any(counting))
        .order(submissions::number)
        .select((submissions::id, submissions::number));
    Ok(chosen.load(conn)?)
}

/// What of a team's entries would count if the competition ended now. Uses public scores only.
///
/// # Errors
/// Those of the database.
pub fn of_team(conn: &mut Conn, competition: &Competition, team: TeamId) -> Result<Finals, StoreError> {
    type Row = (SubmissionId, i32, UtcTime, Option<UtcTime>, Option<Finite>);
    let rows: Vec<Row> = submissions::table
        .inner_join(scores::table)
        .filter(submissions::team_id.eq(team))
        .filter(submissions::state.eq(SubmissionState::Scored))
        .filter(submissions::is_late.eq(false))
        .filter(scores::metric.eq(&competition.metric))
        .filter(scores::is_current)
        .select((submissions::id, submissions::number, submissions::accepted_at, submissions::chosen_at, scores::value))
        .load(conn)?;
    let scored: Vec<Final> = rows
        .into_iter()
        .filter_map(|(submission, number, accepted_at, chosen_at, score)| {
            let reason = if chosen_at.is_some() { Reason::Chosen } else { Reason::BestPublic };
            score.map(|score| Final { submission, number, score, accepted_at, reason })
        })
        .collect();
    let candidates: Vec<Candidate> = scored
        .iter()
        .map(|entry| Candidate {
            is_chosen: entry.reason == Reason::Chosen,
            sort_key: if competition.higher_is_better { entry.score } else { entry.score.negated() },
            accepted_at: entry.accepted_at,
        })
        .collect();
    let slots = usize::try_from(competition.finals).unwrap_or(0);
    Ok(Finals {
        slots: competition.finals,
        chosen: chosen(conn, team)?.into_iter().map(|(id, _)| id).collect(),
        counting: ranking::finals(&candidates, slots).into_iter().map(|place| scored[place]).collect(),
    })
}
