//! The second factor of an account: a shared secret (of which only a nonce is kept here), the last time step that was
//! used, and recovery codes as hashes. Whether a code is right is computed elsewhere; that it counts once is decided here.

use diesel::prelude::*;

use crate::error::from_diesel;
use crate::schema::{recovery_codes, second_factors, users};
use crate::types::{Sha256, UserId, UtcTime};
use crate::{Conn, StoreError};

/// Recovery codes that are made at once.
pub const RECOVERY_CODES: usize = 10;

/// A second factor.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub struct SecondFactor {
    /// From which, with a key that is not in the database, the shared secret is derived.
    pub nonce: Vec<u8>,
    /// When it was set up with a first right code; before that it does nothing.
    pub confirmed_at: Option<UtcTime>,
    /// The newest time step whose code was used.
    pub last_step: i64,
}

/// Why a code does not count.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    /// There is no second factor to set up or use.
    #[error("there is no second factor")]
    Missing,
    /// It is set up already.
    #[error("the second factor is set up already")]
    AlreadySetUp,
    /// The code was used before.
    #[error("the code was used before")]
    Used,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(FactorError);

/// Begins to set up a second factor; one that was begun before and not confirmed is forgotten.
///
/// # Errors
/// [`FactorError::AlreadySetUp`].
pub fn begin(conn: &mut Conn, user: UserId, nonce: &[u8], now: UtcTime) -> Result<(), FactorError> {
    let own = second_factors::table.filter(second_factors::user_id.eq(user));
    if find(conn, user)?.is_some_and(|factor| factor.confirmed_at.is_some()) {
        return Err(FactorError::AlreadySetUp);
    }
    diesel::delete(own).execute(conn)?;
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::user_id.eq(user),
            second_factors::nonce.eq(nonce),
            second_factors::created_at.eq(now),
            second_factors::last_step.eq(0),
        ))
        .execute(conn)?;
    Ok(())
}

/// The second factor of an account, confirmed or not.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, user: UserId) -> Result<Option<SecondFactor>, StoreError> {
    let own = second_factors::table.filter(second_factors::user_id.eq(user));
    Ok(own.select(SecondFactor::as_select()).first(conn).optional()?)
}

/// Confirms a second factor with the step of its first right code, and replaces the recovery codes.
///
/// # Errors
/// [`FactorError::Missing`], [`FactorError::AlreadySetUp`].
pub fn confirm(conn: &mut Conn, user: UserId, step: i64, codes: &[Sha256], now: UtcTime) -> Result<(), FactorError> {
    let factor = find(conn, user)?.ok_or(FactorError::Missing)?;
    if factor.confirmed_at.is_some() {
        return Err(FactorError::AlreadySetUp);
    }
    diesel::update(second_factors::table.filter(second_factors::user_id.eq(user)))
        .set((second_factors::confirmed_at.eq(now), second_factors::last_step.eq(step)))
        .execute(conn)?;
    diesel::update(users::table.find(user)).set(users::second_factor_at.eq(now)).execute(conn)?;
    Ok(replace_codes(conn, user, codes, now)?)
}

/// Uses the code of a time step: each counts once, and none after a later one.
///
/// # Errors
/// [`FactorError::Missing`], [`FactorError::Used`].
pub fn use_step(conn: &mut Conn, user: UserId, step: i64) -> Result<(), FactorError> {
    let factor = find(conn, user)?.filter(|factor| factor.confirmed_at.is_some()).ok_or(FactorError::Missing)?;
    if step <= factor.last_step {
        return Err(FactorError::Used);
    }
    diesel::update(second_factors::table.filter(second_factors::user_id.eq(user)))
        .set(second_factors::last_step.eq(step))
        .execute(conn)?;
    Ok(())
}

/// Uses a recovery code. How many are left.
///
/// # Errors
/// [`FactorError::Missing`] when there is no such code, [`FactorError::Used`].
pub fn use_code(conn: &mut Conn, user: UserId, code: Sha256, now: UtcTime) -> Result<i64, FactorError> {
    let own = recovery_codes::table.filter(recovery_codes::user_id.eq(user).and(recovery_codes::code_hash.eq(code)));
    let used_at = own.select(recovery_codes::used_at).first::<Option<UtcTime>>(conn).optional()?;
    match used_at {
        None => return Err(FactorError::Missing),
        Some(Some(_)) => return Err(FactorError::Used),
        Some(None) => {}
    }
    diesel::update(own).set(recovery_codes::used_at.eq(now)).execute(conn)?;
    Ok(codes_left(conn, user)?)
}

/// How many recovery codes were not used.
///
/// # Errors
/// Those of the database.
pub fn codes_left(conn: &mut Conn, user: UserId) -> Result<i64, StoreError> {
    let left = recovery_codes::table.filter(recovery_codes::user_id.eq(user).and(recovery_codes::used_at.is_null()));
    Ok(left.count().get_result(conn)?)
}

/// Replaces all recovery codes.
///
/// # Errors
/// Those of the database.
pub fn replace_codes(conn: &mut Conn, user: UserId, codes: &[Sha256], now: UtcTime) -> Result<(), StoreError> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(conn)?;
    for code in codes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::user_id.eq(user),
                recovery_codes::code_hash.eq(*code),
                recovery_codes::created_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Removes the second factor with its recovery codes. Whether there was a confirmed one.
///
/// # Errors
/// Those of the database.
pub fn remove(conn: &mut Conn, user: UserId) -> Result<bool, StoreError> {
    let was_set_up = find(conn, user)?.is_some_and(|factor| factor.confirmed_at.is_some());
    diesel::delete(second_factors::table.filter(second_factors::user_id.eq(user))).execute(conn)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(conn)?;
    diesel::update(users::table.find(user)).set(users::second_factor_at.eq(None::<UtcTime>)).execute(conn)?;
    Ok(was_set_up)
}
