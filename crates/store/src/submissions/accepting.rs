//! The write that accepts a file: may it come now, is quota left, did it come before; then the row, its job and its event.

use diesel::prelude::*;

use super::{Quota, Submission, announce};
use crate::competitions::{CompetitionState, Dates};
use crate::error::from_diesel;
use crate::jobs::{self, Job};
use crate::schema::{competitions, submissions, team_members, teams};
use crate::types::{CompetitionId, Sha256, SubmissionId, SubmissionState, TeamId, Text, UserId, UtcTime, Zone};
use crate::{Conn, StoreError, quota, receipts, rulings};

/// Refused files that a team may send in a day; they spend no quota, but reading them costs.
pub const REFUSED_PER_DAY: i64 = 50;

/// A file that has arrived whole and lies durably in the blob store.
#[derive(Debug, Clone)]
pub struct NewSubmission {
    /// Where.
    pub competition: CompetitionId,
    /// By whom.
    pub user: UserId,
    /// What the file was called.
    pub file_name: Text,
    /// Digest of the file.
    pub sha256: Sha256,
    /// Size.
    pub bytes: i64,
    /// The team's own words.
    pub note: Text,
    /// What the reader put right, as a JSON list.
    pub notices: Text,
    /// Unique per team; a retry with the same key gets the first answer.
    pub idempotency_key: Option<Text>,
    /// Accept bytes that the team has sent before.
    pub force: bool,
    /// After the end, score without ranking instead of refusing.
    pub accept_late: bool,
}

/// Why a file was refused by the reader.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The errors, as a JSON list.
    pub errors: Text,
    /// How many there were.
    pub count: i64,
}

/// An accepted (or, by [`refuse`], recorded) submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The row.
    pub submission: Submission,
    /// Whether this answers a retry: nothing was done now.
    pub is_replay: bool,
    /// The team's quota after it.
    pub quota: Quota,
}

/// Why a file is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// There is no such competition.
    #[error("there is no such competition")]
    Missing,
    /// Not begun, or over.
    #[error("the competition is {0}")]
    NotRunning(CompetitionState),
    /// Whoever sends it has not joined.
    #[error("not a member of a team in this competition")]
    NotMember,
    /// A host has disqualified the team.
    #[error("the team is disqualified")]
    Disqualified,
    /// The day's entries are spent.
    #[error("the quota is used up until {resets_at}")]
    QuotaUsed {
        /// The next midnight of the competition's zone.
        resets_at: UtcTime,
    },
    /// Too many refused files today.
    #[error("too many refused files until {resets_at}")]
    TooManyRefused {
        /// The next midnight of the competition's zone.
        resets_at: UtcTime,
    },
    /// The team has sent the same bytes before.
    #[error("the same file as entry {number}")]
    Duplicate {
        /// The earlier submission.
        of: SubmissionId,
        /// Its number within the team.
        number: i32,
    },
    /// The key belongs to another file.
    #[error("the idempotency key was used for entry {number}, which is another file")]
    KeyReused {
        /// The submission that the key belongs to.
        number: i32,
    },
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(SubmitError);

/// The settings that accepting looks at.
#[derive(Queryable, Selectable)]
#[diesel(table_name = competitions)]
struct Rules {
    zone: Zone,
    #[diesel(embed)]
    dates: Dates,
    entries_per_day: i32,
}

impl Rules {
    fn quota(&self) -> quota::Rules {
        quota::Rules { zone: self.zone, starts_at: self.dates.starts_at, entries_per_day: self.entries_per_day }
    }
}

/// Who sends, and under which rules.
struct Sender {
    rules: Rules,
    team: TeamId,
    is_benchmark: bool,
    /// Until when its entries count though the competition has ended.
    extended_until: Option<UtcTime>,
}

impl Sender {
    fn find(conn: &mut Conn, competition: CompetitionId, user: UserId) -> Result<Self, SubmitError> {
        let rules: Option<Rules> =
            competitions::table.find(competition).select(Rules::as_select()).first(conn).optional()?;
        let team: Option<(TeamId, bool, Option<UtcTime>)> = team_members::table
            .find((competition, user))
            .inner_join(teams::table)
            .select((teams::id, teams::is_benchmark, teams::disqualified_at))
            .first(conn)
            .optional()?;
        let (team, is_benchmark, disqualified_at) = team.ok_or(SubmitError::NotMember)?;
        if disqualified_at.is_some() {
            return Err(SubmitError::Disqualified);
        }
        let extended_until = rulings::extended_until(conn, team)?;
        Ok(Self { rules: rules.ok_or(SubmitError::Missing)?, team, is_benchmark, extended_until })
    }

    /// Whether an entry whose last byte was durable at this instant is late.
    fn check_running(&self, durable_at: UtcTime, accept_late: bool) -> Result<bool, SubmitError> {
        match self.rules.dates.state(durable_at) {
            CompetitionState::Running => Ok(false),
            // Hosts put their reference entries on the board before it opens.
            CompetitionState::Draft | CompetitionState::Scheduled if self.is_benchmark => Ok(false),
            CompetitionState::Closed if self.extended_until.is_some_and(|until| durable_at < until) => Ok(false),
            CompetitionState::Closed | CompetitionState::Revealed if accept_late => Ok(true),
            state => Err(SubmitError::NotRunning(state)),
        }
    }

    fn quota(&self, conn: &mut Conn, now: UtcTime) -> Result<Quota, StoreError> {
        quota::of_team(conn, self.team, self.rules.quota(), now)
    }
}

/// Accepts a file: the row, its job and the event of it, in one write that the caller makes durable. The day's quota
/// is spent. `now` is when the last byte was durable, which must be before the end. In the order of entries it stands at
/// the later of `now` and the microsecond after the competition's previous entry.
///
/// # Errors
/// [`SubmitError`]; then nothing was changed.
pub fn submit(conn: &mut Conn, new: &NewSubmission, now: UtcTime) -> Result<Receipt, SubmitError> {
    let sender = Sender::find(conn, new.competition, new.user)?;
    if let Some(first) = replay(conn, &sender, new)? {
        return Ok(Receipt { submission: first, is_replay: true, quota: sender.quota(conn, now)? });
    }
    let is_late = sender.check_running(now, new.accept_late)?;
    let accepted_at = next_instant(conn, new.competition, now)?;
    if !new.force {
        refuse_duplicate(conn, sender.team, new.sha256)?;
    }
    let mut quota = sender.quota(conn, accepted_at)?;
    if quota.left() == 0 {
        return Err(SubmitError::QuotaUsed { resets_at: quota.resets_at });
    }
    quota.used += 1;
    let submission = insert(conn, &sender, new, accepted_at, is_late, None)?;
    receipts::issue(conn, &submission)?;
    jobs::enqueue(conn, Job::ScoreSubmission { submission: submission.id }, now)?;
    announce(conn, &submission, now)?;
    Ok(Receipt { submission, is_replay: false, quota })
}

/// Keeps a refused file in the team's history, as `invalid`. Spends no quota, but there is a limit for a day.
///
/// # Errors
/// [`SubmitError`]; then nothing was changed.
pub fn refuse(conn: &mut Conn, new: &NewSubmission, refusal: &Refusal, now: UtcTime) -> Result<Receipt, SubmitError> {
    let sender = Sender::find(conn, new.competition, new.user)?;
    if let Some(first) = replay(conn, &sender, new)? {
        return Ok(Receipt { submission: first, is_replay: true, quota: sender.quota(conn, now)? });
    }
    let is_late = sender.check_running(now, new.accept_late)?;
    let accepted_at = next_instant(conn, new.competition, now)?;
    let quota = sender.quota(conn, accepted_at)?;
    let states = quota::states_of_day(conn, sender.team, &sender.rules.zone.day_of(accepted_at))?;
    if quota::count(&states, |state| state == SubmissionState::Invalid) >= REFUSED_PER_DAY {
        return Err(SubmitError::TooManyRefused { resets_at: quota.resets_at });
    }
    let submission = insert(conn, &sender, new, accepted_at, is_late, Some(refusal))?;
    announce(conn, &submission, now)?;
    Ok(Receipt { submission, is_replay: false, quota })
}

fn replay(conn: &mut Conn, sender: &Sender, new: &NewSubmission) -> Result<Option<Submission>, SubmitError> {
    let Some(key) = &new.idempotency_key else { return Ok(None) };
    let first = submissions::table
        .filter(submissions::team_id.eq(sender.team))
        .filter(submissions::idempotency_key.eq(key))
        .select(Submission::as_select())
        .first(conn)
        .optional()?;
    match first {
        Some(first) if first.sha256 != new.sha256 => Err(SubmitError::KeyReused { number: first.number }),
        first => Ok(first),
    }
}

fn next_instant(conn: &mut Conn, competition: CompetitionId, now: UtcTime) -> Result<UtcTime, StoreError> {
    let last: Option<UtcTime> = submissions::table
        .filter(submissions::competition_id.eq(competition))
        .select(diesel::dsl::max(submissions::accepted_at))
        .first(conn)?;
    Ok(last.map_or(now, |last| last.next().max(now)))
}

fn refuse_duplicate(conn: &mut Conn, team: TeamId, sha256: Sha256) -> Result<(), SubmitError> {
    let same: Vec<(SubmissionId, i32, SubmissionState)> = submissions::table
        .filter(submissions::team_id.eq(team))
        .filter(submissions::sha256.eq(sha256))
        .order(submissions::number)
        .select((submissions::id, submissions::number, submissions::state))
        .load(conn)?;
    match same.into_iter().find(|(_, _, state)| state.counts()) {
        Some((of, number, _)) => Err(SubmitError::Duplicate { of, number }),
        None => Ok(()),
    }
}

fn insert(
    conn: &mut Conn,
    sender: &Sender,
    new: &NewSubmission,
    accepted_at: UtcTime,
    is_late: bool,
    refusal: Option<&Refusal>,
) -> Result<Submission, StoreError> {
    let last: Option<i32> = submissions::table
        .filter(submissions::team_id.eq(sender.team))
        .select(diesel::dsl::max(submissions::number))
        .first(conn)?;
    let mut submission = Submission {
        id: SubmissionId(0),
        competition_id: new.competition,
        team_id: sender.team,
        user_id: new.user,
        number: last.unwrap_or(0) + 1,
        file_name: new.file_name.clone(),
        sha256: new.sha256,
        bytes: new.bytes,
        note: new.note.clone(),
        state: if refusal.is_some() { SubmissionState::Invalid } else { SubmissionState::Queued },
        quota_day: sender.rules.zone.day_of(accepted_at),
        is_late,
        accepted_at,
        finished_at: refusal.map(|_| accepted_at),
        notices: new.notices.clone(),
        errors: refusal.map_or_else(|| Text::lossy("[]"), |r| r.errors.clone()),
        error_count: refusal.map_or(0, |r| r.count),
        rank_before: None,
        rank_after: None,
        chosen_at: None,
        former_team_id: None,
        former_number: None,
    };
    submission.id = diesel::insert_into(submissions::table)
        .values((
            submissions::competition_id.eq(submission.competition_id),
            submissions::team_id.eq(submission.team_id),
            submissions::user_id.eq(submission.user_id),
            submissions::number.eq(submission.number),
            submissions::file_name.eq(&submission.file_name),
            submissions::sha256.eq(submission.sha256),
            submissions::bytes.eq(submission.bytes),
            submissions::note.eq(&submission.note),
            submissions::state.eq(submission.state),
            submissions::quota_day.eq(&submission.quota_day),
            submissions::is_late.eq(submission.is_late),
            submissions::accepted_at.eq(submission.accepted_at),
            submissions::finished_at.eq(submission.finished_at),
            submissions::notices.eq(&submission.notices),
            submissions::errors.eq(&submission.errors),
            submissions::error_count.eq(submission.error_count),
            submissions::idempotency_key.eq(&new.idempotency_key),
        ))
        .returning(submissions::id)
        .get_result(conn)?;
    Ok(submission)
}

/// The team's quota at `now`.
///
/// # Errors
/// Those of the database.
pub fn quota(conn: &mut Conn, competition: CompetitionId, team: TeamId, now: UtcTime) -> Result<Quota, StoreError> {
    let rules: Rules = competitions::table.find(competition).select(Rules::as_select()).first(conn)?;
    quota::of_team(conn, team, rules.quota(), now)
}
