//! What readers report, and what hosts decide about it. Hiding itself is in `threads`.

use diesel::prelude::*;

use crate::error::from_diesel;
use crate::notifications::{self, About, NotificationKind, To};
use crate::schema::{post_reports, posts, threads, users};
use crate::threads::{self as discussion, Post, PostError, Thread};
use crate::types::{CompetitionId, PostId, PostReportId, Text, UserId, UtcTime, words};
use crate::{Conn, StoreError};

words! {
    /// What hosts made of a report.
    Decision {
        /// The post was hidden.
        Hidden = "hidden",
        /// The post stays.
        Kept = "kept",
    }
}

/// Why a post cannot be reported.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such post.
    #[error("there is no such post")]
    Missing,
    /// The same person reported it before.
    #[error("reported before")]
    Twice,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(ReportError);

/// Reports a post to the hosts, who are told.
///
/// # Errors
/// [`ReportError`].
pub fn report(conn: &mut Conn, post: PostId, user: UserId, reason: &Text, now: UtcTime) -> Result<(), ReportError> {
    let (post, thread) = discussion::find_post(conn, post)?.ok_or(ReportError::Missing)?;
    let own = post_reports::table.filter(post_reports::post_id.eq(post.id).and(post_reports::user_id.eq(user)));
    if own.select(post_reports::id).first::<PostReportId>(conn).optional()?.is_some() {
        return Err(ReportError::Twice);
    }
    diesel::insert_into(post_reports::table)
        .values((
            post_reports::post_id.eq(post.id),
            post_reports::competition_id.eq(thread.competition_id),
            post_reports::user_id.eq(user),
            post_reports::reason.eq(reason),
            post_reports::created_at.eq(now),
        ))
        .execute(conn)?;
    let about = About { thread: Some(thread.id), post: Some(post.id), ..About::competition(thread.competition_id) };
    notifications::notify(conn, &To::Hosts(thread.competition_id), NotificationKind::PostReported, &about, now)?;
    Ok(())
}

/// A report, with what it is about.
#[derive(Debug, Clone, Queryable)]
pub struct Report {
    /// Its number.
    pub id: PostReportId,
    /// Who reported.
    pub reporter: Text,
    /// Why.
    pub reason: Text,
    /// When.
    pub created_at: UtcTime,
    /// What became of it.
    pub decision: Option<Decision>,
    /// The post.
    pub post: Post,
    /// Where it is.
    pub thread: Thread,
}

/// Reports of a competition before `before`, newest first: those that wait, or all.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    competition: CompetitionId,
    only_open: bool,
    before: Option<PostReportId>,
    limit: i64,
) -> Result<Vec<Report>, StoreError> {
    let mut rows = post_reports::table
        .inner_join(posts::table.inner_join(threads::table))
        .inner_join(users::table.on(users::id.eq(post_reports::user_id)))
        .filter(post_reports::competition_id.eq(competition))
        .order(post_reports::id.desc())
        .limit(limit)
        .select((
            post_reports::id,
            users::name,
            post_reports::reason,
            post_reports::created_at,
            post_reports::decision,
            Post::as_select(),
            Thread::as_select(),
        ))
        .into_boxed();
    if only_open {
        rows = rows.filter(post_reports::decision.is_null());
    }
    if let Some(before) = before {
        rows = rows.filter(post_reports::id.lt(before));
    }
    Ok(rows.load(conn)?)
}

/// Hides a post or shows it again, decides the reports of it that wait, and tells its author when it is hidden.
///
/// # Errors
/// [`PostError::Missing`].
pub fn decide(
    conn: &mut Conn,
    post: PostId,
    decision: Decision,
    host: UserId,
    now: UtcTime,
) -> Result<Post, PostError> {
    let was_hidden = discussion::find_post(conn, post)?.ok_or(PostError::Missing)?.0.hidden_at.is_some();
    let is_hidden = decision == Decision::Hidden;
    let changed = discussion::hide(conn, post, is_hidden, now)?;
    let waiting = post_reports::table.filter(post_reports::post_id.eq(post).and(post_reports::decision.is_null()));
    diesel::update(waiting)
        .set((post_reports::decision.eq(decision), post_reports::decided_by.eq(host), post_reports::decided_at.eq(now)))
        .execute(conn)?;
    if is_hidden && !was_hidden {
        let competition: CompetitionId =
            threads::table.find(changed.thread_id).select(threads::competition_id).first(conn)?;
        let about = About {
            thread: Some(changed.thread_id),
            post: Some(post),
            actor: Some(host),
            ..About::competition(competition)
        };
        notifications::notify(conn, &To::User(changed.author_id), NotificationKind::PostModerated, &about, now)?;
    }
    Ok(changed)
}
