//! What is told to single people: written inside the writes that make it happen, read under the bell.
//!
//! A notification holds ids, never a name or a title: what it is about is looked up when it is read, by whoever knows what
//! the reader may see at that moment. Must not decide who may see a competition.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text as SqlText, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::events::{self, Audience, EventKind};
use crate::schema::{competition_hosts, notifications, team_members};
use crate::types::{
    CompetitionId, Json, NotificationId, PostId, SubmissionId, TeamId, ThreadId, UserId, UtcTime, words,
};
use crate::{Conn, StoreError, mails};

words! {
    /// What happened, from the reader's point of view. What [`About`] names for each stands in brackets.
    NotificationKind {
        /// A host announced something (thread).
        Announcement = "announcement",
        /// Somebody answered the reader (thread, post, actor).
        Reply = "reply",
        /// Somebody named the reader (thread, post, actor).
        Mention = "mention",
        /// The reader's answer was accepted (thread, post, actor).
        AnswerAccepted = "answer_accepted",
        /// Something was reported to the hosts (thread, post).
        PostReported = "post_reported",
        /// A host hid or deleted what the reader wrote (thread, post).
        PostModerated = "post_moderated",
        /// An entry of the team has its score (submission).
        EntryScored = "entry_scored",
        /// An entry of the team turned out invalid (submission).
        EntryInvalid = "entry_invalid",
        /// The platform failed to score an entry of the team; the slot came back (submission).
        EntryFailed = "entry_failed",
        /// A team invites the reader (team, actor).
        TeamInvited = "team_invited",
        /// Somebody wants to join the reader's team (team, actor).
        TeamRequested = "team_requested",
        /// The reader, or somebody else, is in the team now (team, actor).
        TeamJoined = "team_joined",
        /// Somebody left the team, or was removed from it (team, actor).
        TeamLeft = "team_left",
        /// The team's leader or name changed (team, actor).
        TeamChanged = "team_changed",
        /// Another team asks to merge (team: the one that asks; actor).
        MergeRequested = "merge_requested",
        /// The merge was declined (team: the one that was asked).
        MergeDeclined = "merge_declined",
        /// Two teams are one now (team).
        TeamMerged = "team_merged",
        /// Hosts invite the reader to a competition.
        CompetitionInvited = "competition_invited",
        /// Somebody asks the hosts to let them take part (actor).
        ParticipationRequested = "participation_requested",
        /// The hosts let the reader take part.
        ParticipationApproved = "participation_approved",
        /// The hosts did not let the reader take part.
        ParticipationDeclined = "participation_declined",
        /// The hosts removed the reader from the competition.
        ParticipantRemoved = "participant_removed",
        /// The team does not count any more (team).
        Disqualified = "disqualified",
        /// The team counts again (team).
        Requalified = "requalified",
        /// A host gave the team entries or time, or took them back (team).
        Granted = "granted",
        /// The reader is a host now, or not any more.
        HostChanged = "host_changed",
        /// A deadline is near.
        DeadlineSoon = "deadline_soon",
        /// Dates, limits or rules changed.
        RulesChanged = "rules_changed",
        /// Entries were scored anew.
        Rescored = "rescored",
        /// The private leaderboard is out.
        ScoresReleased = "scores_released",
        /// The competition has a next round.
        NextRound = "next_round",
        /// The password changed.
        PasswordChanged = "password_changed",
        /// The e-mail address changed.
        EmailChanged = "email_changed",
        /// The second factor was set up or removed, or a recovery code used.
        SecondFactorChanged = "second_factor_changed",
        /// An API token was made.
        TokenCreated = "token_created",
        /// Somebody signed in with a browser that was not seen before.
        NewSignIn = "new_sign_in",
        /// The account's role changed.
        RoleChanged = "role_changed",
        /// An administrator made a link with which the password can be set anew.
        ResetIssued = "reset_issued",
    }
}

/// What a notification is about: ids only, so that no name or title can outlive the right to see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// In which competition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub competition: Option<CompetitionId>,
    /// Which team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    /// Which entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission: Option<SubmissionId>,
    /// Which thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    /// Which post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<PostId>,
    /// Who did it. They are not told themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<UserId>,
}

impl About {
    /// Something in this competition.
    #[must_use]
    pub fn competition(id: CompetitionId) -> Self {
        Self { competition: Some(id), ..Self::default() }
    }

    /// A team of a competition.
    #[must_use]
    pub fn team(competition: CompetitionId, team: TeamId) -> Self {
        Self { competition: Some(competition), team: Some(team), ..Self::default() }
    }

    /// With who did it.
    #[must_use]
    pub fn by(self, actor: UserId) -> Self {
        Self { actor: Some(actor), ..self }
    }
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// One person.
    User(UserId),
    /// Everybody in a team.
    Team(TeamId),
    /// Everybody who joined a competition.
    Participants(CompetitionId),
    /// Everybody who runs a competition.
    Hosts(CompetitionId),
}

/// A notification as it is kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = notifications)]
pub struct Notification {
    /// Its number; newer ones have larger ones.
    pub id: NotificationId,
    /// Who is told.
    pub user_id: UserId,
    /// In which competition.
    pub competition_id: Option<CompetitionId>,
    /// What happened.
    pub kind: NotificationKind,
    /// About what.
    pub about: Json<About>,
    /// When.
    pub created_at: UtcTime,
    /// When the person saw it.
    pub read_at: Option<UtcTime>,
}

/// Tells people something, except whoever did it, also by mail where they want that; part of the write that makes it
/// happen. Call `state.live.wake()` after the write.
///
/// # Errors
/// Those of the database.
pub fn notify(conn: &mut Conn, to: &To, kind: NotificationKind, about: &About, now: UtcTime) -> Result<(), StoreError> {
    let document =
        Json::new(about).map_err(|e| StoreError::Query(diesel::result::Error::SerializationError(e.into())))?;
    let actor = about.actor.unwrap_or(UserId(0));
    let newest: Option<NotificationId> =
        notifications::table.select(diesel::dsl::max(notifications::id)).first(conn)?;
    match *to {
        To::User(user) => {
            if user != actor {
                tell(conn, user, kind, about.competition, &document, now)?;
            }
        }
        To::Team(team) => {
            let members = team_members::table.filter(team_members::team_id.eq(team)).select(team_members::user_id);
            for user in members.load::<UserId>(conn)?.into_iter().filter(|user| *user != actor) {
                tell(conn, user, kind, about.competition, &document, now)?;
            }
        }
        To::Hosts(competition) => {
            let hosts = competition_hosts::table
                .filter(competition_hosts::competition_id.eq(competition))
                .select(competition_hosts::user_id);
            for user in hosts.load::<UserId>(conn)?.into_iter().filter(|user| *user != actor) {
                tell(conn, user, kind, about.competition, &document, now)?;
            }
        }
        To::Participants(competition) => {
            // One statement and one event, whether ten people are told or ten thousand.
            diesel::sql_query(
                "INSERT INTO notifications (kind, competition_id, about, created_at, user_id)
                 SELECT $1, $2, $3, $4, user_id FROM team_members WHERE competition_id = $5 AND user_id <> $6",
            )
            .bind::<SqlText, _>(kind.as_str())
            .bind::<BigInt, _>(competition)
            .bind::<SqlText, _>(document.as_str())
            .bind::<Timestamp, _>(now)
            .bind::<BigInt, _>(competition)
            .bind::<BigInt, _>(actor)
            .execute(conn)?;
            events::append(conn, Audience::Everybody(competition), EventKind::NotificationCreated, &json!({}), now)?;
        }
    }
    mails::enqueue_notifications(conn, newest.unwrap_or(NotificationId(0)), kind, now)
}

fn tell(
    conn: &mut Conn,
    user: UserId,
    kind: NotificationKind,
    competition: Option<CompetitionId>,
    about: &Json<About>,
    now: UtcTime,
) -> Result<(), StoreError> {
    diesel::insert_into(notifications::table)
        .values((
            notifications::user_id.eq(user),
            notifications::competition_id.eq(competition),
            notifications::kind.eq(kind),
            notifications::about.eq(about),
            notifications::created_at.eq(now),
        ))
        .execute(conn)?;
    events::append(conn, Audience::User(user), EventKind::NotificationCreated, &json!({}), now)
}

/// One notification.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: NotificationId) -> Result<Option<Notification>, StoreError> {
    Ok(notifications::table.find(id).select(Notification::as_select()).first(conn).optional()?)
}

/// Forgets what was told before `before`. How many.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, before: UtcTime) -> Result<usize, StoreError> {
    let old = notifications::table.filter(notifications::created_at.lt(before)).select(notifications::id);
    diesel::delete(crate::schema::mails::table.filter(crate::schema::mails::notification_id.eq_any(old.nullable())))
        .execute(conn)?;
    Ok(diesel::delete(notifications::table.filter(notifications::created_at.lt(before))).execute(conn)?)
}

/// What `user` was told before `before`, newest first.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    user: UserId,
    before: Option<NotificationId>,
    limit: i64,
) -> Result<Vec<Notification>, StoreError> {
    let mut rows = notifications::table
        .filter(notifications::user_id.eq(user))
        .order(notifications::id.desc())
        .limit(limit)
        .select(Notification::as_select())
        .into_boxed();
    if let Some(before) = before {
        rows = rows.filter(notifications::id.lt(before));
    }
    Ok(rows.load(conn)?)
}

/// How many `user` has not seen.
///
/// # Errors
/// Those of the database.
pub fn unread(conn: &mut Conn, user: UserId) -> Result<i64, StoreError> {
    let unread = notifications::table.filter(notifications::user_id.eq(user).and(notifications::read_at.is_null()));
    Ok(unread.count().get_result(conn)?)
}

/// Marks what `user` was told as seen: one, or everything up to `upto`. How many were not seen before.
///
/// # Errors
/// Those of the database.
pub fn mark_read(conn: &mut Conn, user: UserId, which: Which, now: UtcTime) -> Result<usize, StoreError> {
    let unread = notifications::table.filter(notifications::user_id.eq(user).and(notifications::read_at.is_null()));
    let read = notifications::read_at.eq(now);
    Ok(match which {
        Which::One(id) => diesel::update(unread.filter(notifications::id.eq(id))).set(read).execute(conn)?,
        Which::UpTo(id) => diesel::update(unread.filter(notifications::id.le(id))).set(read).execute(conn)?,
    })
}

/// Which notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(NotificationId),
    /// This one and all older ones.
    UpTo(NotificationId),
}
