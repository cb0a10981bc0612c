//! Limits on what can be tried: counted in the database, so that they hold over a restart and over several servers.
//!
//! An attempt takes its place before it is made and gives it back when it was right; many at the same time get no further
//! than one after another. What is counted under is kept as a hash: no name that was tried and no address is in the
//! database. Limits are soft: they end by themselves.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::error::from_diesel;
use crate::schema::attempts;
use crate::types::{AttemptId, Sha256, UtcTime, words};
use crate::{Conn, StoreError};

/// Attempts are forgotten after this time; no window is longer.
pub const LONGEST_WINDOW: TimeDelta = TimeDelta::days(1);

words! {
    /// What is tried.
    Action {
        /// Giving a name and a password.
        SignIn = "sign_in",
        /// Making an account, or giving the setup code.
        SignUp = "sign_up",
        /// Giving a code of the second factor.
        SecondFactor = "second_factor",
        /// Asking for a link with which the password can be set.
        PasswordReset = "password_reset",
        /// Giving the secret of such a link, or of one that proves an address.
        Redeem = "redeem",
        /// Asking for a link that proves an address.
        VerifyEmail = "verify_email",
        /// Changing the address.
        ChangeEmail = "change_email",
        /// Writing threads and posts.
        Post = "post",
        /// Reporting posts.
        Report = "report",
        /// Uploading pictures.
        Image = "image",
        /// Exporting one's own data.
        Export = "export",
    }
}

/// So many attempts within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many.
    pub most: i64,
    /// Within which time, at most [`LONGEST_WINDOW`].
    pub within: TimeDelta,
}

/// Whose attempts are counted together, and how many there may be.
#[derive(Debug, Clone)]
pub struct Place {
    /// At what.
    pub action: Action,
    /// SHA-256 of whose.
    pub key: Sha256,
    /// All of them hold.
    pub windows: Vec<Window>,
}

/// Why an attempt cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    /// There were too many.
    #[error("too many attempts; the next one may be made at {retry_at}")]
    TooMany {
        /// When there is a place again.
        retry_at: UtcTime,
    },
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(LimitError);

/// Takes a place under each key, or none.
///
/// # Errors
/// [`LimitError::TooMany`].
pub fn take(conn: &mut Conn, places: &[Place], now: UtcTime) -> Result<Vec<AttemptId>, LimitError> {
    for place in places {
        for window in &place.windows {
            let begin = now.plus(-window.within);
            // The attempt that must leave the window before another can be made.
            let blocking = attempts::table
                .filter(attempts::action.eq(place.action).and(attempts::key_hash.eq(place.key)))
                .filter(attempts::at.gt(begin))
                .order((attempts::at.desc(), attempts::id.desc()))
                .offset(window.most - 1)
                .limit(1)
                .select(attempts::at)
                .first::<UtcTime>(conn)
                .optional()?;
            if let Some(at) = blocking {
                return Err(LimitError::TooMany { retry_at: at.plus(window.within) });
            }
        }
    }
    let mut taken = Vec::with_capacity(places.len());
    for place in places {
        let id = diesel::insert_into(attempts::table)
            .values((attempts::action.eq(place.action), attempts::key_hash.eq(place.key), attempts::at.eq(now)))
            .returning(attempts::id)
            .get_result(conn)?;
        taken.push(id);
    }
    Ok(taken)
}

/// Gives places back: the attempt was right, earlier ones stay counted.
///
/// # Errors
/// Those of the database.
pub fn give_back(conn: &mut Conn, taken: &[AttemptId]) -> Result<(), StoreError> {
    diesel::delete(attempts::table.filter(attempts::id.eq_any(taken.iter().copied()))).execute(conn)?;
    Ok(())
}

/// Forgets attempts that no window reaches any more. How many.
///
/// # Errors
/// Those of the database.
pub fn forget(conn: &mut Conn, now: UtcTime) -> Result<usize, StoreError> {
    Ok(diesel::delete(attempts::table.filter(attempts::at.lt(now.plus(-LONGEST_WINDOW)))).execute(conn)?)
}
