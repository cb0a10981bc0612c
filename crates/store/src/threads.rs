//! Discussion: threads of a competition and their posts. Deleting hides the text and keeps the place, so that answers
//! still have something to stand under.

use diesel::prelude::*;
use serde_json::json;

use crate::error::from_diesel;
use crate::events::{self, Audience, EventKind};
use crate::schema::{posts, threads, users};
use crate::types::{CompetitionId, PostId, Text, ThreadId, UserId, UtcTime};
use crate::{Conn, StoreError};

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
}

/// A place in the list of threads, to go on from: pinned ones first, then by newest post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadKey {
    /// Whether the last thread was pinned.
    pub is_pinned: bool,
    /// Its newest post.
    pub last_post_at: UtcTime,
    /// Its number.
    pub id: ThreadId,
}

impl Thread {
    /// Its place in the list.
    #[must_use]
    pub fn key(&self) -> ThreadKey {
        ThreadKey { is_pinned: self.is_pinned, last_post_at: self.last_post_at, id: self.id }
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
}

/// Opens a thread.
///
/// # Errors
/// Those of the database.
pub fn open(conn: &mut Conn, new: &NewThread, now: UtcTime) -> Result<Thread, StoreError> {
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
        ))
        .returning(threads::id)
        .get_result(conn)?;
    insert_post(conn, id, new.author, None, &new.markdown, now)?;
    let payload = json!({ "id": id });
    events::append(conn, Audience::Everybody(new.competition), EventKind::ThreadCreated, &payload, now)?;
    Ok(threads::table.find(id).select(Thread::as_select()).first(conn)?)
}

/// Threads after `after`, with the names of those who opened them: pinned ones first, then by newest post.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    competition: CompetitionId,
    after: Option<ThreadKey>,
    limit: i64,
) -> Result<Vec<(Thread, Text)>, StoreError> {
    let mut query = threads::table
        .inner_join(users::table)
        .filter(threads::competition_id.eq(competition).and(threads::deleted_at.is_null()))
        .order((threads::is_pinned.desc(), threads::last_post_at.desc(), threads::id.desc()))
        .select((Thread::as_select(), users::name))
        .limit(limit)
        .into_boxed();
    if let Some(key) = after {
        let older = threads::last_post_at
            .lt(key.last_post_at)
            .or(threads::last_post_at.eq(key.last_post_at).and(threads::id.lt(key.id)));
        let in_group = threads::is_pinned.eq(key.is_pinned).and(older);
        query = if key.is_pinned {
            query.filter(in_group.or(threads::is_pinned.eq(false)))
        } else {
            query.filter(in_group)
        };
    }
    Ok(query.load(conn)?)
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
    if let Some(parent) = new.parent {
        let (parent, _) = find_post(conn, parent)?.ok_or(PostError::Missing)?;
        if parent.thread_id != new.thread {
            return Err(PostError::Missing);
        }
    }
    let id = insert_post(conn, new.thread, new.author, new.parent, &new.markdown, now)?;
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
    Ok(id)
}

/// Changes the text of a post.
///
/// # Errors
/// [`PostError::Missing`].
pub fn edit(conn: &mut Conn, id: PostId, markdown: &Text, now: UtcTime) -> Result<Post, PostError> {
    let live = posts::table.filter(posts::id.eq(id).and(posts::deleted_at.is_null()));
    let edited = diesel::update(live).set((posts::markdown.eq(markdown), posts::edited_at.eq(now))).execute(conn)?;
    if edited == 0 {
        return Err(PostError::Missing);
    }
    Ok(posts::table.find(id).select(Post::as_select()).first(conn)?)
}

/// Deletes a post: its text is gone, its place stays.
///
/// # Errors
/// [`PostError::Missing`].
pub fn delete_post(conn: &mut Conn, id: PostId, now: UtcTime) -> Result<(), PostError> {
    let live = posts::table.filter(posts::id.eq(id).and(posts::deleted_at.is_null()));
    let thread = live.select(posts::thread_id).first::<ThreadId>(conn).optional()?.ok_or(PostError::Missing)?;
    diesel::update(posts::table.find(id)).set((posts::markdown.eq(""), posts::deleted_at.eq(now))).execute(conn)?;
    diesel::update(threads::table.find(thread)).set(threads::posts.eq(threads::posts - 1)).execute(conn)?;
    Ok(())
}
