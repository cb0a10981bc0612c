//! Signed-in browsers. A row is the session's only truth: what is ended here ends with the next request.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::schema::{sessions, users};
use crate::types::{SessionId, Sha256, Text, UserId, UtcTime};
use crate::users::User;
use crate::{Conn, StoreError};

/// One signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the browser called itself at sign-in.
    pub user_agent: Text,
    /// When the person signed in.
    pub created_at: UtcTime,
    /// Its last request, to within the interval at which it is written.
    pub last_seen_at: UtcTime,
    /// When it ends in any case.
    pub expires_at: UtcTime,
    /// When it was ended.
    pub ended_at: Option<UtcTime>,
    /// When the person last proved who they are again.
    pub confirmed_at: Option<UtcTime>,
}

impl Session {
    /// Whether it can be used at `now`, if it ends after `idle` without a request.
    #[must_use]
    pub fn is_live(&self, now: UtcTime, idle: TimeDelta) -> bool {
        self.ended_at.is_none() && now < self.expires_at && now < self.last_seen_at.plus(idle)
    }

    /// When the person last proved who they are.
    #[must_use]
    pub fn proved_at(&self) -> UtcTime {
        self.confirmed_at.unwrap_or(self.created_at).max(self.created_at)
    }
}

/// A session to begin.
#[derive(Clone)]
pub struct NewSession {
    /// SHA-256 of the secret that the browser keeps.
    pub key_hash: Sha256,
    /// Whose it is.
    pub user_id: UserId,
    /// What the browser calls itself.
    pub user_agent: Text,
    /// Now.
    pub created_at: UtcTime,
    /// When it ends in any case.
    pub expires_at: UtcTime,
}

/// Begins a session. Those that are over are kept for some time ([`forget`]), so that a browser is known when it comes
/// back.
///
/// # Errors
/// Those of the database.
pub fn start(conn: &mut Conn, new: &NewSession) -> Result<SessionId, StoreError> {
    Ok(diesel::insert_into(sessions::table)
        .values((
            sessions::key_hash.eq(new.key_hash),
            sessions::user_id.eq(new.user_id),
            sessions::user_agent.eq(&new.user_agent),
            sessions::created_at.eq(new.created_at),
            sessions::last_seen_at.eq(new.created_at),
            sessions::expires_at.eq(new.expires_at),
        ))
        .returning(sessions::id)
        .get_result(conn)?)
}

/// The session with this key and whose it is, whether or not it can still be used.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, key_hash: Sha256) -> Result<Option<(Session, User)>, StoreError> {
    Ok(sessions::table
        .inner_join(users::table)
        .filter(sessions::key_hash.eq(key_hash))
        .select((Session::as_select(), User::as_select()))
        .first(conn)
        .optional()?)
}

/// Notes that the session was used.
///
/// # Errors
/// Those of the database.
pub fn touch(conn: &mut Conn, id: SessionId, now: UtcTime) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(id)).set(sessions::last_seen_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Notes that the person proved again who they are.
///
/// # Errors
/// Those of the database.
pub fn confirm(conn: &mut Conn, id: SessionId, now: UtcTime) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(id)).set(sessions::confirmed_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Whether `user` signed in before, as far as it is remembered, and never with this browser.
///
/// # Errors
/// Those of the database.
pub fn is_new_browser(conn: &mut Conn, user: UserId, user_agent: &Text) -> Result<bool, StoreError> {
    let own = sessions::table.filter(sessions::user_id.eq(user)).select(sessions::user_agent).distinct();
    let known: Vec<Text> = own.load(conn)?;
    Ok(!known.is_empty() && !known.contains(user_agent))
}

/// Forgets sessions that ended before `before`. How many.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, before: UtcTime) -> Result<usize, StoreError> {
    let over =
        sessions::table.filter(sessions::expires_at.lt(before).or(sessions::ended_at.lt(before).assume_not_null()));
    Ok(diesel::delete(over).execute(conn)?)
}

/// Ends one session of `user`; says whether there was one to end.
///
/// # Errors
/// Those of the database.
pub fn end(conn: &mut Conn, user: UserId, id: SessionId, now: UtcTime) -> Result<bool, StoreError> {
    let live = sessions::table.find(id).filter(sessions::user_id.eq(user).and(sessions::ended_at.is_null()));
    Ok(diesel::update(live).set(sessions::ended_at.eq(now)).execute(conn)? > 0)
}

/// Ends all sessions of `user` except `kept`.
///
/// # Errors
/// Those of the database.
pub fn end_all(conn: &mut Conn, user: UserId, kept: Option<SessionId>, now: UtcTime) -> Result<(), StoreError> {
    let live = sessions::table.filter(
        sessions::user_id.eq(user).and(sessions::ended_at.is_null()).and(sessions::id.ne(kept.unwrap_or(SessionId(0)))),
    );
    diesel::update(live).set(sessions::ended_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Sessions of `user` that are neither ended nor past their end, newest first.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, user: UserId, now: UtcTime) -> Result<Vec<Session>, StoreError> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(user).and(sessions::ended_at.is_null()).and(sessions::expires_at.gt(now)))
        .order(sessions::id.desc())
        .select(Session::as_select())
        .load(conn)?)
}
