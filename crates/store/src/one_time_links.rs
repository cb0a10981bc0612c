//! Links that prove something once: that somebody may set an account's password, or that an address is theirs. Only the
//! SHA-256 of a link's secret is kept; a link is bound to the account's number, never to a name.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::error::from_diesel;
use crate::schema::{one_time_links, users};
use crate::types::{OneTimeLinkId, Sha256, Text, UserId, UserState, UtcTime, fold_name, words};
use crate::{Conn, StoreError, sessions};

/// How long a link to set a password can be used.
pub const RESET_VALID: TimeDelta = TimeDelta::minutes(30);
/// The same for one that an administrator hands over.
pub const HANDED_RESET_VALID: TimeDelta = TimeDelta::hours(24);
/// The same for one that proves an address.
pub const VERIFY_VALID: TimeDelta = TimeDelta::days(3);

words! {
    /// What a link proves.
    Purpose {
        /// That its holder may set the password.
        PasswordReset = "password_reset",
        /// That its holder receives mail at the address.
        VerifyEmail = "verify_email",
    }
}

/// Why a link does nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Never made, used, expired, replaced, or of another purpose: these are not told apart.
    #[error("the link is not valid")]
    Invalid,
    /// Another account has proved the address before. Only who reads its mail learns this.
    #[error("another account has proved this address")]
    Taken,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(LinkError);

/// Keeps a new link; earlier ones of the same account and purpose end. `address` is what a link of verification proves.
///
/// # Errors
/// Those of the database.
pub fn issue(
    conn: &mut Conn,
    user: UserId,
    purpose: Purpose,
    secret: Sha256,
    address: Option<&Text>,
    valid: TimeDelta,
    now: UtcTime,
) -> Result<(), StoreError> {
    end_all(conn, user, purpose, now)?;
    diesel::insert_into(one_time_links::table)
        .values((
            one_time_links::user_id.eq(user),
            one_time_links::purpose.eq(purpose),
            one_time_links::secret_hash.eq(secret),
            one_time_links::address.eq(address.map(|address| fold_name(address.as_str()))),
            one_time_links::created_at.eq(now),
            one_time_links::expires_at.eq(now.plus(valid)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends the unused links of an account.
///
/// # Errors
/// Those of the database.
pub fn end_all(conn: &mut Conn, user: UserId, purpose: Purpose, now: UtcTime) -> Result<(), StoreError> {
    let open = one_time_links::table
        .filter(one_time_links::user_id.eq(user).and(one_time_links::purpose.eq(purpose)))
        .filter(one_time_links::used_at.is_null());
    diesel::update(open).set(one_time_links::used_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Whose link this is, if it can be used.
///
/// # Errors
/// [`LinkError::Invalid`].
pub fn check(conn: &mut Conn, purpose: Purpose, secret: Sha256, now: UtcTime) -> Result<UserId, LinkError> {
    let (_, user, _) = find(conn, purpose, secret, now)?;
    Ok(user)
}

fn find(
    conn: &mut Conn,
    purpose: Purpose,
    secret: Sha256,
    now: UtcTime,
) -> Result<(OneTimeLinkId, UserId, Option<String>), LinkError> {
    one_time_links::table
        .inner_join(users::table)
        .filter(one_time_links::secret_hash.eq(secret).and(one_time_links::purpose.eq(purpose)))
        .filter(one_time_links::used_at.is_null().and(one_time_links::expires_at.gt(now)))
        .filter(users::state.eq(UserState::Active).and(users::deleted_at.is_null()))
        .select((one_time_links::id, one_time_links::user_id, one_time_links::address))
        .first(conn)
        .optional()?
        .ok_or(LinkError::Invalid)
}

/// Sets a password with a link, which is used up. All sessions end; a second factor stays.
///
/// # Errors
/// [`LinkError::Invalid`].
pub fn reset_password(conn: &mut Conn, secret: Sha256, hash: &Text, now: UtcTime) -> Result<UserId, LinkError> {
    let (_, user, _) = find(conn, Purpose::PasswordReset, secret, now)?;
    end_all(conn, user, Purpose::PasswordReset, now)?;
    diesel::update(users::table.find(user)).set(users::password_hash.eq(hash)).execute(conn)?;
    sessions::end_all(conn, user, None, now)?;
    Ok(user)
}

/// Notes that an address is its account's, if it still has that address and no other account has proved it. The link is
/// used up.
///
/// # Errors
/// [`LinkError::Invalid`], [`LinkError::Taken`].
pub fn verify_email(conn: &mut Conn, secret: Sha256, now: UtcTime) -> Result<UserId, LinkError> {
    let (_, user, address) = find(conn, Purpose::VerifyEmail, secret, now)?;
    end_all(conn, user, Purpose::VerifyEmail, now)?;
    let email: Option<String> = users::table.find(user).select(users::email).first(conn)?;
    let address = address.filter(|address| email.is_some_and(|email| fold_name(&email) == *address));
    let address = address.ok_or(LinkError::Invalid)?;
    if crate::users::find_by_address(conn, &address)?.is_some_and(|owner| owner.id != user) {
        return Err(LinkError::Taken);
    }
    diesel::update(users::table.find(user))
        .set((users::email_key.eq(address), users::email_verified_at.eq(now)))
        .execute(conn)?;
    Ok(user)
}

/// Forgets links that ended before `before`. How many.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, before: UtcTime) -> Result<usize, StoreError> {
    Ok(diesel::delete(one_time_links::table.filter(one_time_links::expires_at.lt(before))).execute(conn)?)
}
