//! Discussion: threads of a competition and their posts. Deleting hides the text and keeps the place, so that answers
//! still have something to stand under.

use diesel::prelude::*;
use serde_json::json;

use crate::error::from_diesel;
use crate::events::{self, Audience, EventKind};
use crate::notifications::{self, About, NotificationKind, To};
use crate::schema::{post_versions, post_votes, posts, submissions, threads, users};
use crate::types::{
    CompetitionId, PostId, SubmissionId, SubmissionState, TeamId, Text, ThreadId, UserId, UtcTime, words,
};
use crate::{Conn, StoreError, mentions, search};

/// Seconds by which ten times as many votes and posts keep a thread up longer in the order "hot".
const HOT_SECS_PER_DECADE: f64 = 43_200.0;

words! {
    /// What a thread is for.
    ThreadKind {
        /// Anything.
        Discussion = "discussion",
        /// A question; its author, or a host, accepts an answer.
        Question = "question",
        /// Something learned or made, for the others to use.
        Sharing = "sharing",
        /// How an entry was made.
        WriteUp = "write_up",
        /// Somebody looks for a team, or a team for somebody.
        TeamWanted = "team_wanted",
        /// From the hosts; all participants are told.
        Announcement = "announcement",
    }
}

words! {
    /// In which order threads are listed; pinned ones come first in each.
    Sort {
        /// By newest post.
        Active = "active",
        /// By when they were opened.
        New = "new",
        /// By votes and posts, the newer the higher.
        Hot = "hot",
        /// By votes.
        Top = "top",
    }
}

/// A thread.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Thread {
    /// Its number.
    pub id: ThreadId,
    /// Where.
    pub competition_id: CompetitionId,
    /// Who opened it.
    pub author_id: UserId,
    /// Its title.
    pub title: Text,
    /// Shown above the others.
    pub is_pinned: bool,
    /// Takes no new posts.
    pub is_locked: bool,
    /// How many posts it has, deleted ones not counted.
    pub posts: i64,
    /// When it was opened.
    pub created_at: UtcTime,
    /// Its newest post.
    pub last_post_at: UtcTime,
    /// What it is for.
    pub kind: ThreadKind,
    /// The answer that was accepted.
    pub accepted_post_id: Option<PostId>,
    /// The entry that a write-up is about.
    pub submission_id: Option<SubmissionId>,
    /// Votes for its first post.
    pub votes: i64,
    /// Its place in the order "hot".
    pub hot: i64,
}

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Post {
    /// Its number.
    pub id: PostId,
    /// In which thread.
    pub thread_id: ThreadId,
    /// Who wrote it.
    pub author_id: UserId,
    /// The post it answers.
    pub parent_id: Option<PostId>,
    /// The source; empty when it was deleted.
    pub markdown: Text,
    /// When it was written.
    pub created_at: UtcTime,
    /// Its last edit.
    pub edited_at: Option<UtcTime>,
    /// When it was deleted.
    pub deleted_at: Option<UtcTime>,
    /// How many people voted for it.
    pub votes: i64,
    /// When a host hid it.
    pub hidden_at: Option<UtcTime>,
}

/// A place in a list of threads, to go on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadKey {
    /// Whether the last thread was pinned.
    pub is_pinned: bool,
    /// What it is ordered by: microseconds, or a number of votes.
    pub value: i64,
    /// Its number.
    pub id: ThreadId,
}

impl Thread {
    /// Its place in the list.
    #[must_use]
    pub fn key(&self, sort: Sort) -> ThreadKey {
        let value = match sort {
            Sort::Active => self.last_post_at.micros(),
            Sort::New => self.id.0,
            Sort::Hot => self.hot,
            Sort::Top => self.votes,
        };
        ThreadKey { is_pinned: self.is_pinned, value, id: self.id }
    }
}

/// Why something cannot be written here.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// There is no such thread or post, or it was deleted.
    #[error("there is no such thread or post")]
    Missing,
    /// The thread takes no new posts.
    #[error("the thread is locked")]
    Locked,
    /// Only questions have an accepted answer, and it is not the question itself.
    #[error("only an answer to a question can be accepted")]
    NotAnAnswer,
    /// Nobody votes for their own post.
    #[error("this is your own post")]
    OwnPost,
    /// A write-up is about a scored entry of its author's team.
    #[error("this is not a scored entry of the author's team")]
    NotOwnEntry,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(PostError);

/// A thread to open, with its first post.
#[derive(Debug, Clone)]
pub struct NewThread {
    /// Where.
    pub competition: CompetitionId,
    /// Who.
    pub author: UserId,
    /// Its title.
    pub title: Text,
    /// The first post.
    pub markdown: Text,
    /// What it is for.
    pub kind: ThreadKind,
    /// The entry that a write-up is about.
    pub submission: Option<SubmissionId>,
}

/// Opens a thread.
///
/// # Errors
/// [`PostError::NotOwnEntry`].
pub fn open(conn: &mut Conn, new: &NewThread, now: UtcTime) -> Result<Thread, PostError> {
    if let Some(submission) = new.submission {
        let own = crate::teams::find_membership(conn, new.competition, new.author)?;
        let scored = submissions::table
            .find(submission)
            .filter(submissions::competition_id.eq(new.competition))
            .filter(submissions::state.eq(SubmissionState::Scored))
            .select(submissions::team_id);
        let team = scored.first::<TeamId>(conn).optional()?;
        if new.kind != ThreadKind::WriteUp || team.is_none() || team != own.map(|membership| membership.team.id) {
            return Err(PostError::NotOwnEntry);
        }
    }
    let id: ThreadId = diesel::insert_into(threads::table)
        .values((
            threads::competition_id.eq(new.competition),
            threads::author_id.eq(new.author),
            threads::title.eq(&new.title),
            threads::is_pinned.eq(false),
            threads::is_locked.eq(false),
            threads::posts.eq(0),
            threads::created_at.eq(now),
            threads::last_post_at.eq(now),
            threads::kind.eq(new.kind),
            threads::submission_id.eq(new.submission),
        ))
        .returning(threads::id)
        .get_result(conn)?;
    let post = insert_post(conn, id, new.author, None, &new.markdown, now)?;
    search::index(conn, new.competition, post, Some(&new.title), &new.markdown)?;
    let about =
        About { thread: Some(id), post: Some(post), actor: Some(new.author), ..About::competition(new.competition) };
    if new.kind == ThreadKind::Announcement {
        notifications::notify(conn, &To::Participants(new.competition), NotificationKind::Announcement, &about, now)?;
    } else {
        tell_mentioned(conn, &new.markdown, &about, &[], now)?;
    }
    let payload = json!({ "id": id });
    events::append(conn, Audience::Everybody(new.competition), EventKind::ThreadCreated, &payload, now)?;
    Ok(threads::table.find(id).select(Thread::as_select()).first(conn)?)
}

/// Which threads to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this kind.
    pub kind: Option<ThreadKind>,
    /// Only questions without an accepted answer.
    pub is_open: bool,
}

/// Threads after `after`, with the names of those who opened them: pinned ones first, then in the order `sort`.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    competition: CompetitionId,
    sort: Sort,
    filter: Filter,
    after: Option<ThreadKey>,
    limit: i64,
) -> Result<Vec<(Thread, Text)>, StoreError> {
    let mut query = threads::table
        .inner_join(users::table)
        .filter(threads::competition_id.eq(competition).and(threads::deleted_at.is_null()))
        .select((Thread::as_select(), users::name))
        .limit(limit)
        .into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(threads::kind.eq(kind));
    }
    if filter.is_open {
        query = query.filter(threads::kind.eq(ThreadKind::Question).and(threads::accepted_post_id.is_null()));
    }
    let (pinned, id) = (threads::is_pinned.desc(), threads::id.desc());
    query = match sort {
        Sort::Active => query.order((pinned, threads::last_post_at.desc(), id)),
        Sort::New => query.order((pinned, id)),
        Sort::Hot => query.order((pinned, threads::hot.desc(), id)),
        Sort::Top => query.order((pinned, threads::votes.desc(), id)),
    };
    let Some(key) = after else { return Ok(query.load(conn)?) };
    // The rest of the group, and after the pinned ones all others.
    let rest = threads::is_pinned.eq(false).and(key.is_pinned.into_sql::<diesel::sql_types::Bool>());
    let here = threads::is_pinned.eq(key.is_pinned);
    let older = threads::id.lt(key.id);
    let query = match sort {
        Sort::Active => {
            let at = UtcTime::from_micros(key.value).unwrap_or(UtcTime::EPOCH);
            let tied = threads::last_post_at.eq(at).and(older);
            query.filter(rest.or(here.and(threads::last_post_at.lt(at).or(tied))))
        }
        Sort::New => query.filter(rest.or(here.and(older))),
        Sort::Hot => {
            query.filter(rest.or(here.and(threads::hot.lt(key.value).or(threads::hot.eq(key.value).and(older)))))
        }
        Sort::Top => {
            query.filter(rest.or(here.and(threads::votes.lt(key.value).or(threads::votes.eq(key.value).and(older)))))
        }
    };
    Ok(query.load(conn)?)
}

/// The write-up of each team that has one, the newest where there are several.
///
/// # Errors
/// Those of the database.
pub fn write_ups(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<(TeamId, Thread)>, StoreError> {
    let rows: Vec<(TeamId, Thread)> = threads::table
        .inner_join(submissions::table.on(threads::submission_id.eq(submissions::id.nullable())))
        .filter(threads::competition_id.eq(competition).and(threads::deleted_at.is_null()))
        .filter(threads::kind.eq(ThreadKind::WriteUp))
        .order(threads::id)
        .select((submissions::team_id, Thread::as_select()))
        .load(conn)?;
    let newest: std::collections::BTreeMap<i64, (TeamId, Thread)> =
        rows.into_iter().map(|row| (row.0.0, row)).collect();
    Ok(newest.into_values().collect())
}

/// Accepts an answer, or takes that back.
///
/// # Errors
/// [`PostError::Missing`], [`PostError::NotAnAnswer`].
pub fn accept(
    conn: &mut Conn,
    id: ThreadId,
    answer: Option<PostId>,
    actor: UserId,
    now: UtcTime,
) -> Result<Thread, PostError> {
    let (thread, _) = find(conn, id)?.ok_or(PostError::Missing)?;
    if thread.kind != ThreadKind::Question {
        return Err(PostError::NotAnAnswer);
    }
    if let Some(answer) = answer {
        let (post, of) = find_post(conn, answer)?.ok_or(PostError::Missing)?;
        if of.id != id || first_post(conn, id)? == Some(answer) {
            return Err(PostError::NotAnAnswer);
        }
        let about = About {
            thread: Some(id),
            post: Some(answer),
            actor: Some(actor),
            ..About::competition(thread.competition_id)
        };
        notifications::notify(conn, &To::User(post.author_id), NotificationKind::AnswerAccepted, &about, now)?;
    }
    diesel::update(threads::table.find(id)).set(threads::accepted_post_id.eq(answer)).execute(conn)?;
    Ok(Thread { accepted_post_id: answer, ..thread })
}

/// The post that a thread begins with.
///
/// # Errors
/// Those of the database.
pub fn first_post(conn: &mut Conn, thread: ThreadId) -> Result<Option<PostId>, StoreError> {
    let of_thread = posts::table.filter(posts::thread_id.eq(thread));
    Ok(of_thread.select(diesel::dsl::min(posts::id)).first(conn)?)
}

/// Votes for a post, or takes the vote back; twice is once. How many votes it has.
///
/// # Errors
/// [`PostError::Missing`], [`PostError::OwnPost`].
pub fn vote(conn: &mut Conn, id: PostId, user: UserId, is_for: bool, now: UtcTime) -> Result<i64, PostError> {
    let (post, thread) = find_post(conn, id)?.ok_or(PostError::Missing)?;
    if post.author_id == user {
        return Err(PostError::OwnPost);
    }
    let own = post_votes::table.find((id, user));
    diesel::delete(own).execute(conn)?;
    if is_for {
        diesel::insert_into(post_votes::table)
            .values((post_votes::post_id.eq(id), post_votes::user_id.eq(user), post_votes::created_at.eq(now)))
            .execute(conn)?;
    }
    let votes: i64 = post_votes::table.filter(post_votes::post_id.eq(id)).count().get_result(conn)?;
    diesel::update(posts::table.find(id)).set(posts::votes.eq(votes)).execute(conn)?;
    if first_post(conn, thread.id)? == Some(id) {
        diesel::update(threads::table.find(thread.id)).set(threads::votes.eq(votes)).execute(conn)?;
        warm(conn, thread.id)?;
    }
    Ok(votes)
}

/// For which of these posts `user` voted.
///
/// # Errors
/// Those of the database.
pub fn voted(conn: &mut Conn, user: UserId, of: &[PostId]) -> Result<Vec<PostId>, StoreError> {
    let own = post_votes::table.filter(post_votes::user_id.eq(user));
    Ok(own.filter(post_votes::post_id.eq_any(of.iter().copied())).select(post_votes::post_id).load(conn)?)
}

/// Places a thread anew in the order "hot": seconds of when it was opened, and half a day for every tenfold of votes and
/// posts. It never falls by itself, so that it needs no clock.
fn warm(conn: &mut Conn, id: ThreadId) -> Result<(), StoreError> {
    let (votes, posts, created_at): (i64, i64, UtcTime) =
        threads::table.find(id).select((threads::votes, threads::posts, threads::created_at)).first(conn)?;
    #[expect(clippy::cast_precision_loss, reason = "no thread has 2^52 votes")]
    let weight = (votes + posts).max(1) as f64;
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm of an i64 is below 19")]
    let bonus = (weight.log10() * HOT_SECS_PER_DECADE) as i64;
    let hot = created_at.micros() / 1_000_000 + bonus;
    diesel::update(threads::table.find(id)).set(threads::hot.eq(hot)).execute(conn)?;
    Ok(())
}

/// Tells those who are named in `markdown`, except `told`, who hear of it in another way.
fn tell_mentioned(
    conn: &mut Conn,
    markdown: &Text,
    about: &About,
    told: &[UserId],
    now: UtcTime,
) -> Result<(), StoreError> {
    for user in mentions::find(conn, markdown.as_str())? {
        if !told.contains(&user) {
            notifications::notify(conn, &To::User(user), NotificationKind::Mention, about, now)?;
        }
    }
    Ok(())
}

/// A thread that was not deleted, with the name of whoever opened it.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: ThreadId) -> Result<Option<(Thread, Text)>, StoreError> {
    let found = threads::table
        .inner_join(users::table)
        .filter(threads::id.eq(id).and(threads::deleted_at.is_null()))
        .select((Thread::as_select(), users::name));
    Ok(found.first(conn).optional()?)
}

/// What to change of a thread. `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct ThreadPatch {
    /// Its title.
    pub title: Option<Text>,
    /// Whether it stands above the others.
    pub is_pinned: Option<bool>,
    /// Whether it takes no new posts.
    pub is_locked: Option<bool>,
}

/// Changes a thread.
///
/// # Errors
/// [`PostError::Missing`].
pub fn update(conn: &mut Conn, id: ThreadId, patch: &ThreadPatch) -> Result<Thread, PostError> {
    let (thread, _) = find(conn, id)?.ok_or(PostError::Missing)?;
    let changed = Thread {
        title: patch.title.clone().unwrap_or(thread.title),
        is_pinned: patch.is_pinned.unwrap_or(thread.is_pinned),
        is_locked: patch.is_locked.unwrap_or(thread.is_locked),
        ..thread
    };
    diesel::update(threads::table.find(id))
        .set((
            threads::title.eq(&changed.title),
            threads::is_pinned.eq(changed.is_pinned),
            threads::is_locked.eq(changed.is_locked),
        ))
        .execute(conn)?;
    if patch.title.is_some()
        && let Some(first) = first_post(conn, id)?
        && let Some((post, _)) = find_post(conn, first)?
        && post.hidden_at.is_none()
    {
        search::index(conn, changed.competition_id, first, Some(&changed.title), &post.markdown)?;
    }
    Ok(changed)
}

/// Deletes a thread with all its posts.
///
/// # Errors
/// [`PostError::Missing`].
pub fn delete(conn: &mut Conn, id: ThreadId, now: UtcTime) -> Result<(), PostError> {
    let live = threads::table.filter(threads::id.eq(id).and(threads::deleted_at.is_null()));
    let deleted = diesel::update(live).set(threads::deleted_at.eq(now)).execute(conn)?;
    if deleted == 0 { Err(PostError::Missing) } else { Ok(()) }
}

/// Posts of a thread after `after`, oldest first, with their authors' names; deleted ones without their text.
///
/// # Errors
/// Those of the database.
pub fn posts(
    conn: &mut Conn,
    thread: ThreadId,
    after: Option<PostId>,
    limit: i64,
) -> Result<Vec<(Post, Text)>, StoreError> {
    Ok(posts::table
        .inner_join(users::table)
        .filter(posts::thread_id.eq(thread).and(posts::id.gt(after.unwrap_or(PostId(0)))))
        .order(posts::id)
        .select((Post::as_select(), users::name))
        .limit(limit)
        .load(conn)?)
}

/// A post that was not deleted, of a thread that was not.
///
/// # Errors
/// Those of the database.
pub fn find_post(conn: &mut Conn, id: PostId) -> Result<Option<(Post, Thread)>, StoreError> {
    let live = posts::id.eq(id).and(posts::deleted_at.is_null()).and(threads::deleted_at.is_null());
    let found = posts::table.inner_join(threads::table).filter(live).select((Post::as_select(), Thread::as_select()));
    Ok(found.first(conn).optional()?)
}

/// A post to write.
#[derive(Debug, Clone)]
pub struct NewPost {
    /// In which thread.
    pub thread: ThreadId,
    /// Who.
    pub author: UserId,
    /// The post it answers.
    pub parent: Option<PostId>,
    /// The source.
    pub markdown: Text,
    /// Whether to write into a locked thread: hosts may.
    pub ignore_lock: bool,
}

/// Writes a post.
///
/// # Errors
/// [`PostError::Missing`] without the thread or the parent in it, [`PostError::Locked`].
pub fn reply(conn: &mut Conn, new: &NewPost, now: UtcTime) -> Result<Post, PostError> {
    let (thread, _) = find(conn, new.thread)?.ok_or(PostError::Missing)?;
    if thread.is_locked && !new.ignore_lock {
        return Err(PostError::Locked);
    }
    let parent = match new.parent {
        Some(parent) => {
            let (parent, _) = find_post(conn, parent)?.ok_or(PostError::Missing)?;
            if parent.thread_id != new.thread {
                return Err(PostError::Missing);
            }
            Some(parent)
        }
        None => None,
    };
    let id = insert_post(conn, new.thread, new.author, new.parent, &new.markdown, now)?;
    search::index(conn, thread.competition_id, id, None, &new.markdown)?;
    let answered = match parent {
        Some(post) => post.author_id,
        None => thread.author_id,
    };
    let about = About {
        thread: Some(thread.id),
        post: Some(id),
        actor: Some(new.author),
        ..About::competition(thread.competition_id)
    };
    notifications::notify(conn, &To::User(answered), NotificationKind::Reply, &about, now)?;
    tell_mentioned(conn, &new.markdown, &about, &[answered], now)?;
    let payload = json!({ "id": id, "thread": new.thread });
    events::append(conn, Audience::Everybody(thread.competition_id), EventKind::PostCreated, &payload, now)?;
    Ok(posts::table.find(id).select(Post::as_select()).first(conn)?)
}

fn insert_post(
    conn: &mut Conn,
    thread: ThreadId,
    author: UserId,
    parent: Option<PostId>,
    markdown: &Text,
    now: UtcTime,
) -> Result<PostId, StoreError> {
    let id = diesel::insert_into(posts::table)
        .values((
            posts::thread_id.eq(thread),
            posts::author_id.eq(author),
            posts::parent_id.eq(parent),
            posts::markdown.eq(markdown),
            posts::created_at.eq(now),
        ))
        .returning(posts::id)
        .get_result(conn)?;
    diesel::update(threads::table.find(thread))
        .set((threads::posts.eq(threads::posts + 1), threads::last_post_at.eq(now)))
        .execute(conn)?;
    warm(conn, thread)?;
    Ok(id)
}

/// Changes the text of a post; the old one is kept in its history.
///
/// # Errors
/// [`PostError::Missing`].
pub fn edit(conn: &mut Conn, id: PostId, markdown: &Text, editor: UserId, now: UtcTime) -> Result<Post, PostError> {
    let (post, thread) = find_post(conn, id)?.ok_or(PostError::Missing)?;
    if post.markdown == *markdown {
        return Ok(post);
    }
    diesel::insert_into(post_versions::table)
        .values((
            post_versions::post_id.eq(id),
            post_versions::editor_id.eq(editor),
            post_versions::markdown.eq(&post.markdown),
            post_versions::replaced_at.eq(now),
        ))
        .execute(conn)?;
    diesel::update(posts::table.find(id))
        .set((posts::markdown.eq(markdown), posts::edited_at.eq(now)))
        .execute(conn)?;
    if post.hidden_at.is_none() {
        let title = (first_post(conn, thread.id)? == Some(id)).then_some(&thread.title);
        search::index(conn, thread.competition_id, id, title, markdown)?;
    }
    Ok(Post { markdown: markdown.clone(), edited_at: Some(now), ..post })
}

/// An earlier text of a post.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Version {
    /// The source.
    pub markdown: Text,
    /// Who replaced it.
    pub editor: Text,
    /// When.
    pub replaced_at: UtcTime,
}

/// Earlier texts of a post, newest first.
///
/// # Errors
/// Those of the database.
pub fn versions(conn: &mut Conn, id: PostId) -> Result<Vec<Version>, StoreError> {
    Ok(post_versions::table
        .inner_join(users::table)
        .filter(post_versions::post_id.eq(id))
        .order(post_versions::id.desc())
        .select((post_versions::markdown, users::name, post_versions::replaced_at))
        .load(conn)?)
}

/// Hides a post from everybody but the hosts, or shows it again.
///
/// # Errors
/// [`PostError::Missing`].
pub fn hide(conn: &mut Conn, id: PostId, is_hidden: bool, now: UtcTime) -> Result<Post, PostError> {
    let (post, thread) = find_post(conn, id)?.ok_or(PostError::Missing)?;
    let hidden_at = is_hidden.then_some(now);
    diesel::update(posts::table.find(id)).set(posts::hidden_at.eq(hidden_at)).execute(conn)?;
    if is_hidden {
        search::forget(conn, id)?;
    } else {
        let title = (first_post(conn, thread.id)? == Some(id)).then_some(&thread.title);
        search::index(conn, thread.competition_id, id, title, &post.markdown)?;
    }
    Ok(Post { hidden_at, ..post })
}

/// Deletes a post: its text is gone, its place stays.
///
/// # Errors
/// [`PostError::Missing`].
pub fn delete_post(conn: &mut Conn, id: PostId, now: UtcTime) -> Result<(), PostError> {
    let live = posts::table.filter(posts::id.eq(id).and(posts::deleted_at.is_null()));
    let thread = live.select(posts::thread_id).first::<ThreadId>(conn).optional()?.ok_or(PostError::Missing)?;
    diesel::update(posts::table.find(id)).set((posts::markdown.eq(""), posts::deleted_at.eq(now))).execute(conn)?;
    // Its text is gone: from its history and from the search, too.
    diesel::delete(post_versions::table.filter(post_versions::post_id.eq(id))).execute(conn)?;
    search::forget(conn, id)?;
    let accepted = threads::table.find(thread).filter(threads::accepted_post_id.eq(id));
    diesel::update(accepted).set(threads::accepted_post_id.eq(None::<PostId>)).execute(conn)?;
    diesel::update(threads::table.find(thread)).set(threads::posts.eq(threads::posts - 1)).execute(conn)?;
    Ok(())
}
