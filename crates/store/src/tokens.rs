//! API tokens: what programs show instead of a session. Only the SHA-256 of a token is kept.

use diesel::prelude::*;

use crate::schema::{api_tokens, users};
use crate::types::{ApiTokenId, CompetitionId, Json, Sha256, Text, UserId, UtcTime, words};
use crate::users::User;
use crate::{Conn, StoreError};

words! {
    /// What a token allows its holder to do in the name of its owner.
    Scope {
        /// Look at what the owner may look at. Every token may.
        Read = "read",
        /// Submit to competitions that the owner has joined.
        Submit = "submit",
        /// Create, change and publish the owner's competitions.
        Host = "host",
    }
}

/// A token's row.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    /// Its number.
    pub id: ApiTokenId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the owner calls it.
    pub name: Text,
    /// What it allows.
    pub scopes: Json<Vec<Scope>>,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it ends.
    pub expires_at: UtcTime,
    /// When it was last used, to within the interval at which that is written.
    pub last_used_at: Option<UtcTime>,
    /// When it was revoked.
    pub revoked_at: Option<UtcTime>,
    /// The only competition it is for.
    pub competition_id: Option<CompetitionId>,
}

/// A token to be made.
#[derive(Clone)]
pub struct NewApiToken {
    /// Whose it is.
    pub user_id: UserId,
    /// What the owner calls it.
    pub name: Text,
    /// SHA-256 of the token.
    pub token_hash: Sha256,
    /// What it allows.
    pub scopes: Json<Vec<Scope>>,
    /// Now.
    pub created_at: UtcTime,
    /// When it ends.
    pub expires_at: UtcTime,
    /// The only competition it is for.
    pub competition_id: Option<CompetitionId>,
}

/// Keeps a new token.
///
/// # Errors
/// Those of the database.
pub fn create(conn: &mut Conn, new: &NewApiToken) -> Result<ApiTokenId, StoreError> {
    Ok(diesel::insert_into(api_tokens::table)
        .values((
            api_tokens::user_id.eq(new.user_id),
            api_tokens::name.eq(&new.name),
            api_tokens::token_hash.eq(new.token_hash),
            api_tokens::scopes.eq(&new.scopes),
            api_tokens::created_at.eq(new.created_at),
            api_tokens::expires_at.eq(new.expires_at),
            api_tokens::competition_id.eq(new.competition_id),
        ))
        .returning(api_tokens::id)
        .get_result(conn)?)
}

/// The token with this hash that can be used at `now`, and whose it is.
///
/// # Errors
/// Those of the database.
pub fn find_live(conn: &mut Conn, hash: Sha256, now: UtcTime) -> Result<Option<(ApiToken, User)>, StoreError> {
    Ok(api_tokens::table
        .inner_join(users::table)
        .filter(
            api_tokens::token_hash.eq(hash).and(api_tokens::revoked_at.is_null()).and(api_tokens::expires_at.gt(now)),
        )
        .select((ApiToken::as_select(), User::as_select()))
        .first(conn)
        .optional()?)
}

/// Notes that the token was used.
///
/// # Errors
/// Those of the database.
pub fn touch(conn: &mut Conn, id: ApiTokenId, now: UtcTime) -> Result<(), StoreError> {
    diesel::update(api_tokens::table.find(id)).set(api_tokens::last_used_at.eq(now)).execute(conn)?;
    Ok(())
}

/// Tokens of `user` that are not revoked, newest first; expired ones too, so that one sees why a program stopped.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, user: UserId) -> Result<Vec<ApiToken>, StoreError> {
    Ok(api_tokens::table
        .filter(api_tokens::user_id.eq(user).and(api_tokens::revoked_at.is_null()))
        .order(api_tokens::id.desc())
        .select(ApiToken::as_select())
        .load(conn)?)
}

/// Revokes a token of `user`; says whether there was one to revoke.
///
/// # Errors
/// Those of the database.
pub fn revoke(conn: &mut Conn, user: UserId, id: ApiTokenId, now: UtcTime) -> Result<bool, StoreError> {
    let live = api_tokens::table.find(id).filter(api_tokens::user_id.eq(user).and(api_tokens::revoked_at.is_null()));
    Ok(diesel::update(live).set(api_tokens::revoked_at.eq(now)).execute(conn)? > 0)
}
