//! The outbox: mail is written down in the write that causes it and sent afterwards, so that no request waits for a mail
//! server and nothing is announced that did not happen.
//!
//! A mail is leased while it is sent, as a job is: it is tried again after a failure, and counts as sent once. Its text is
//! made when it is sent, from what its reader may see then; what lies here are ids.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text as SqlText, Timestamp};
use serde::{Deserialize, Serialize};

use crate::notifications::NotificationKind;
use crate::schema::{mail_settings, mails, team_members};
use crate::types::{CompetitionId, Json, Language, MailId, NotificationId, TeamId, Text, UserId, UtcTime, words};
use crate::{Conn, StoreError};

/// Attempts before a mail is given up: over about 10 hours.
pub const MAX_ATTEMPTS: i32 = 15;
/// Longest wait between two attempts.
const LONGEST_BACKOFF_MINUTES: i64 = 60;

words! {
    /// Where a mail stands.
    MailState {
        /// Waits to be sent.
        Queued = "queued",
        /// Is being sent.
        Sending = "sending",
        /// The mail server took it.
        Sent = "sent",
        /// The mail server refuses it, or could not be reached for too long.
        Failed = "failed",
        /// Not sent: there was nothing to say any more.
        Dropped = "dropped",
    }
}

words! {
    /// What people choose to get by mail.
    Topic {
        /// Scores of one's own entries. Off unless switched on.
        Entries = "entries",
        /// What hosts announce; changes of rules; results.
        Announcements = "announcements",
        /// Replies and mentions.
        Discussion = "discussion",
        /// Invitations, merges and other changes of one's team.
        Teams = "teams",
        /// Deadlines that are near.
        Deadlines = "deadlines",
        /// What concerns hosts: reports, people who wait to be let in.
        Hosting = "hosting",
        /// Changes of one's account. Cannot be switched off.
        Security = "security",
    }
}

impl Topic {
    /// Whether it is sent to people who chose nothing.
    #[must_use]
    pub const fn is_on_by_default(self) -> bool {
        !matches!(self, Self::Entries)
    }

    /// Whether people may choose.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        !matches!(self, Self::Security)
    }
}

impl NotificationKind {
    /// Under which choice it is sent by mail.
    #[must_use]
    pub const fn topic(self) -> Topic {
        match self {
            Self::Reply | Self::Mention | Self::AnswerAccepted | Self::PostModerated => Topic::Discussion,
            Self::PostReported | Self::ParticipationRequested => Topic::Hosting,
            Self::EntryScored | Self::EntryInvalid | Self::EntryFailed => Topic::Entries,
            Self::TeamInvited
            | Self::TeamRequested
            | Self::TeamJoined
            | Self::TeamLeft
            | Self::TeamChanged
            | Self::MergeRequested
            | Self::MergeDeclined
            | Self::TeamMerged => Topic::Teams,
            Self::Announcement
            | Self::CompetitionInvited
            | Self::ParticipationApproved
            | Self::ParticipationDeclined
            | Self::ParticipantRemoved
            | Self::Disqualified
            | Self::Requalified
            | Self::Granted
            | Self::HostChanged
            | Self::RulesChanged
            | Self::Rescored
            | Self::ScoresReleased
            | Self::NextRound => Topic::Announcements,
            Self::DeadlineSoon => Topic::Deadlines,
            Self::PasswordChanged
            | Self::EmailChanged
            | Self::SecondFactorChanged
            | Self::TokenCreated
            | Self::NewSignIn
            | Self::RoleChanged
            | Self::ResetIssued => Topic::Security,
        }
    }
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// A link that proves the address; made when it is sent.
    VerifyEmail,
    /// A link with which the password can be set; made when it is sent.
    PasswordReset,
    /// What the notification beside it says.
    Notification,
    /// An invitation to a competition, to somebody who may not have an account.
    Invitation {
        /// To which.
        competition: CompetitionId,
        /// Where the link leads, from the site's root: `/join/…`.
        path: String,
        /// In which language, as nothing is known of the reader.
        language: Language,
    },
}

/// A mail that a sender holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its number.
    pub id: MailId,
    /// To whom, if they have an account.
    pub user: Option<UserId>,
    /// About what, for [`Letter::Notification`].
    pub notification: Option<NotificationId>,
    /// Where to.
    pub address: Text,
    /// What it says.
    pub letter: Letter,
    /// Which attempt: 1, 2, …
    pub attempt: i32,
}

fn document(letter: &Letter) -> Result<Json<Letter>, StoreError> {
    Json::new(letter).map_err(|e| StoreError::Query(diesel::result::Error::SerializationError(e.into())))
}

/// Puts a mail into the outbox; part of the write that causes it.
///
/// # Errors
/// Those of the database.
pub fn enqueue(
    conn: &mut Conn,
    user: Option<UserId>,
    address: &Text,
    letter: &Letter,
    now: UtcTime,
) -> Result<(), StoreError> {
    diesel::insert_into(mails::table)
        .values((
            mails::user_id.eq(user),
            mails::address.eq(address),
            mails::letter.eq(document(letter)?),
            mails::state.eq(MailState::Queued),
            mails::attempts.eq(0),
            mails::run_at.eq(now),
            mails::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Invites somebody by mail, with or without an account. `path` is where the link leads, from the site's root.
///
/// # Errors
/// Those of the database.
pub fn invite(
    conn: &mut Conn,
    address: &Text,
    competition: CompetitionId,
    path: &str,
    language: Language,
    now: UtcTime,
) -> Result<(), StoreError> {
    let letter = Letter::Invitation { competition, path: path.to_owned(), language };
    enqueue(conn, None, address, &letter, now)
}

/// Puts mail into the outbox for the notifications after `after`, all of the same kind, whose readers have proved their
/// address and want to hear of it.
pub(crate) fn enqueue_notifications(
    conn: &mut Conn,
    after: NotificationId,
    kind: NotificationKind,
    now: UtcTime,
) -> Result<(), StoreError> {
    let topic = kind.topic();
    let wanted = match (topic.is_optional(), topic.is_on_by_default()) {
        (false, _) => "",
        (true, true) => {
            "AND NOT EXISTS (SELECT 1 FROM mail_settings s WHERE s.user_id = u.id AND s.topic = $5 AND NOT s.is_on)"
        }
        (true, false) => {
            "AND EXISTS (SELECT 1 FROM mail_settings s WHERE s.user_id = u.id AND s.topic = $5 AND s.is_on)"
        }
    };
    let sql = format!(
        "INSERT INTO mails (letter, state, attempts, run_at, created_at, user_id, notification_id, address)
         SELECT $1, 'queued', 0, $2, $3, u.id, n.id, u.email
         FROM notifications n JOIN users u ON u.id = n.user_id
         WHERE n.id > $4 AND u.email IS NOT NULL AND u.email_verified_at IS NOT NULL AND u.state = 'active' {wanted}"
    );
    let letter = document(&Letter::Notification)?;
    let insert = diesel::sql_query(sql)
        .bind::<SqlText, _>(letter.as_str())
        .bind::<Timestamp, _>(now)
        .bind::<Timestamp, _>(now)
        .bind::<BigInt, _>(after);
    if topic.is_optional() {
        insert.bind::<SqlText, _>(topic.as_str()).execute(conn)?;
    } else {
        insert.execute(conn)?;
    }
    Ok(())
}

/// Takes the mail that waits longest, or one whose sender vanished. To be run in a write.
///
/// # Errors
/// Those of the database.
pub fn claim(conn: &mut Conn, now: UtcTime, lease: TimeDelta) -> Result<Option<Outgoing>, StoreError> {
    type Row = (MailId, Option<UserId>, Option<NotificationId>, Text, Json<Letter>, i32);
    let due = mails::state.eq(MailState::Queued).and(mails::run_at.le(now));
    let abandoned = mails::state.eq(MailState::Sending).and(mails::lease_until.lt(now));
    let row: Option<Row> = mails::table
        .filter(due.or(abandoned.assume_not_null()))
        .order((mails::run_at, mails::id))
        .select((mails::id, mails::user_id, mails::notification_id, mails::address, mails::letter, mails::attempts))
        .first(conn)
        .optional()?;
    let Some((id, user, notification, address, letter, attempts)) = row else { return Ok(None) };
    let attempt = attempts + 1;
    diesel::update(mails::table.find(id))
        .set((mails::state.eq(MailState::Sending), mails::attempts.eq(attempt), mails::lease_until.eq(now.plus(lease))))
        .execute(conn)?;
    let letter = letter.read().map_err(|e| StoreError::Query(diesel::result::Error::DeserializationError(e.into())))?;
    Ok(Some(Outgoing { id, user, notification, address, letter, attempt }))
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server took it.
    Sent,
    /// There is nothing to say any more.
    Dropped,
    /// It may work later.
    Later(Text),
    /// It never will.
    Never(Text),
}

/// Notes how an attempt ended, unless somebody else took the mail over meanwhile. Where it stands now.
///
/// # Errors
/// Those of the database.
pub fn finish(
    conn: &mut Conn,
    mail: MailId,
    attempt: i32,
    outcome: &Outcome,
    now: UtcTime,
) -> Result<Option<MailState>, StoreError> {
    let mine = mails::table.find(mail).filter(mails::state.eq(MailState::Sending)).filter(mails::attempts.eq(attempt));
    let (state, error, run_at) = match outcome {
        Outcome::Sent => (MailState::Sent, None, now),
        Outcome::Dropped => (MailState::Dropped, None, now),
        Outcome::Later(error) if attempt < MAX_ATTEMPTS => {
            let minutes =
                1_i64.checked_shl(attempt.unsigned_abs() - 1).unwrap_or(i64::MAX).min(LONGEST_BACKOFF_MINUTES);
            (MailState::Queued, Some(error), now.plus(TimeDelta::minutes(minutes)))
        }
        Outcome::Later(error) | Outcome::Never(error) => (MailState::Failed, Some(error), now),
    };
    let finished_at = (state != MailState::Queued).then_some(now);
    let changed = diesel::update(mine)
        .set((
            mails::state.eq(state),
            mails::last_error.eq(error),
            mails::run_at.eq(run_at),
            mails::lease_until.eq(None::<UtcTime>),
            mails::finished_at.eq(finished_at),
        ))
        .execute(conn)?;
    Ok((changed > 0).then_some(state))
}

/// The choices of an account, for every topic.
///
/// # Errors
/// Those of the database.
pub fn settings(conn: &mut Conn, user: UserId) -> Result<Vec<(Topic, bool)>, StoreError> {
    let chosen: Vec<(Topic, bool)> = mail_settings::table
        .filter(mail_settings::user_id.eq(user))
        .select((mail_settings::topic, mail_settings::is_on))
        .load(conn)?;
    let choice = |topic: Topic| chosen.iter().find(|(of, _)| *of == topic).map(|(_, is_on)| *is_on);
    let state = |topic: Topic| {
        let is_on = choice(topic).filter(|_| topic.is_optional()).unwrap_or(topic.is_on_by_default());
        (topic, is_on)
    };
    Ok(Topic::ALL.iter().copied().map(state).collect())
}

/// The members of a team who switched a topic on.
///
/// # Errors
/// Those of the database.
pub(crate) fn choosers(conn: &mut Conn, team: TeamId, topic: Topic) -> Result<Vec<UserId>, StoreError> {
    let chosen = team_members::table
        .inner_join(mail_settings::table.on(mail_settings::user_id.eq(team_members::user_id)))
        .filter(team_members::team_id.eq(team))
        .filter(mail_settings::topic.eq(topic).and(mail_settings::is_on))
        .order(team_members::user_id);
    Ok(chosen.select(team_members::user_id).load(conn)?)
}

/// Chooses whether a topic is sent by mail. Topics that are not optional stay on.
///
/// # Errors
/// Those of the database.
pub fn choose(conn: &mut Conn, user: UserId, topic: Topic, is_on: bool) -> Result<(), StoreError> {
    if !topic.is_optional() {
        return Ok(());
    }
    diesel::delete(mail_settings::table.find((user, topic))).execute(conn)?;
    diesel::insert_into(mail_settings::table)
        .values((mail_settings::user_id.eq(user), mail_settings::topic.eq(topic), mail_settings::is_on.eq(is_on)))
        .execute(conn)?;
    Ok(())
}

/// How many mails wait, for the metrics and for tests.
///
/// # Errors
/// Those of the database.
pub fn waiting(conn: &mut Conn) -> Result<i64, StoreError> {
    let waiting = mails::table.filter(mails::state.eq_any([MailState::Queued, MailState::Sending]));
    Ok(waiting.count().get_result(conn)?)
}

/// Drops what waits: a site without a mail server has nobody to send it. How many.
///
/// # Errors
/// Those of the database.
pub fn drop_waiting(conn: &mut Conn, now: UtcTime) -> Result<usize, StoreError> {
    let waiting = mails::table.filter(mails::state.eq(MailState::Queued));
    Ok(diesel::update(waiting).set((mails::state.eq(MailState::Dropped), mails::finished_at.eq(now))).execute(conn)?)
}

/// Forgets mails that ended before `before`. How many.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, before: UtcTime) -> Result<usize, StoreError> {
    Ok(diesel::delete(mails::table.filter(mails::finished_at.lt(before))).execute(conn)?)
}
