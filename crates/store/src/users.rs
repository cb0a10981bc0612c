//! Accounts: who they are and what they may do. Names are unique in their folded form, so that nobody can look like
//! somebody else. An address belongs to the account that proved it, and to no other; until then it is only written down,
//! so that nobody learns by writing one down whether somebody has it.

use diesel::prelude::*;

use crate::error::{from_diesel, is_unique_violation};
use crate::schema::users;
use crate::types::{Language, SessionId, Text, UserId, UserRole, UserState, UtcTime, fold_name};
use crate::{Conn, StoreError};

/// An account, without its password hash.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// The name others see.
    pub name: Text,
    /// Seen by the person and by administrators only.
    pub email: Option<Text>,
    /// What the account may do on the whole site.
    pub role: UserRole,
    /// Language of the interface.
    pub language: Language,
    /// Whether it may be used.
    pub state: UserState,
    /// When it was made.
    pub created_at: UtcTime,
    /// When the person proved that the address is theirs.
    pub email_verified_at: Option<UtcTime>,
    /// Since when signing in takes a second factor.
    pub second_factor_at: Option<UtcTime>,
    /// When the account was deleted: a pseudonym is left.
    pub deleted_at: Option<UtcTime>,
}

/// An account to be made.
#[derive(Clone)]
pub struct NewUser {
    /// The name others see.
    pub name: Text,
    /// The address, if there is one.
    pub email: Option<Text>,
    /// argon2id in PHC form; without one the account cannot sign in with a password.
    pub password_hash: Option<Text>,
    /// What the account may do.
    pub role: UserRole,
    /// Language of the interface.
    pub language: Language,
    /// Now.
    pub created_at: UtcTime,
}

/// Why an account cannot be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another account has the name, or one that folds to the same.
    #[error("the name is taken")]
    NameTaken,
    /// The site has accounts already, so there is no first one to make.
    #[error("there are accounts already")]
    NotTheFirst,
    /// There is no such account.
    #[error("there is no such account")]
    Missing,
    /// The site would be left without an active administrator.
    #[error("this is the last active administrator")]
    LastAdmin,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(AccountError);

/// What signing in needs to know. No `Debug`: the hash belongs in no log.
pub struct Credential {
    /// Whose it is.
    pub user: User,
    /// argon2id in PHC form.
    pub password_hash: Option<String>,
}

/// Makes an account.
///
/// # Errors
/// [`AccountError::NameTaken`].
pub fn create(conn: &mut Conn, new: &NewUser) -> Result<User, AccountError> {
    let name_key = fold_name(new.name.as_str());
    let taken = |key: &str, conn: &mut Conn| {
        diesel::select(diesel::dsl::exists(users::table.filter(users::name_key.eq(key)))).get_result::<bool>(conn)
    };
    if taken(&name_key, conn)? {
        return Err(AccountError::NameTaken);
    }
    let id = diesel::insert_into(users::table)
        .values((
            users::name.eq(&new.name),
            users::name_key.eq(&name_key),
            users::email.eq(&new.email),
            users::password_hash.eq(&new.password_hash),
            users::role.eq(new.role),
            users::language.eq(new.language),
            users::state.eq(UserState::Active),
            users::created_at.eq(new.created_at),
        ))
        .returning(users::id)
        .get_result::<UserId>(conn)
        // The key was looked up in this transaction; only another server can have come between.
        .map_err(|e| if is_unique_violation(&e) { AccountError::NameTaken } else { e.into() })?;
    find(conn, id)?.ok_or(AccountError::Missing)
}

/// Makes the first account of the site.
///
/// # Errors
/// [`AccountError::NotTheFirst`] when there is one already.
pub fn create_first(conn: &mut Conn, new: &NewUser) -> Result<User, AccountError> {
    if exist(conn)? { Err(AccountError::NotTheFirst) } else { create(conn, new) }
}

/// Whether there is any account.
///
/// # Errors
/// Those of the database.
pub fn exist(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(users::table.select(users::id))).get_result(conn)?)
}

/// The account with this number.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, id: UserId) -> Result<Option<User>, StoreError> {
    Ok(users::table.find(id).select(User::as_select()).first(conn).optional()?)
}

/// The active account with this name, folded as names are. An address does not find anybody.
///
/// # Errors
/// Those of the database.
pub fn find_by_name(conn: &mut Conn, name: &str) -> Result<Option<UserId>, StoreError> {
    let row = users::table.filter(users::name_key.eq(fold_name(name))).filter(users::state.eq(UserState::Active));
    Ok(row.select(users::id).first(conn).optional()?)
}

/// The account with this name or proved address, as a person types it, with its password hash.
///
/// # Errors
/// Those of the database.
pub fn find_credential(conn: &mut Conn, login: &str) -> Result<Option<Credential>, StoreError> {
    let key = fold_name(login);
    let found = users::table
        .filter(users::name_key.eq(&key).or(users::email_key.eq(&key)))
        .select((User::as_select(), users::password_hash))
        .first::<(User, Option<String>)>(conn)
        .optional()?;
    Ok(found.map(|(user, password_hash)| Credential { user, password_hash }))
}

/// The password hash of an account, to check its present password.
///
/// # Errors
/// Those of the database.
pub fn password_hash(conn: &mut Conn, id: UserId) -> Result<Option<String>, StoreError> {
    Ok(users::table.find(id).select(users::password_hash).first::<Option<String>>(conn).optional()?.flatten())
}

/// Sets a new password and ends the account's sessions except `kept`.
///
/// # Errors
/// Those of the database.
pub fn set_password(
    conn: &mut Conn,
    id: UserId,
    hash: &Text,
    kept: Option<SessionId>,
    now: UtcTime,
) -> Result<(), StoreError> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(conn)?;
    crate::sessions::end_all(conn, id, kept, now)
}

/// Replaces a hash whose parameters are outdated; sessions go on.
///
/// # Errors
/// Those of the database.
pub fn replace_hash(conn: &mut Conn, id: UserId, hash: &Text) -> Result<(), StoreError> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(conn)?;
    Ok(())
}

/// What a person changes about themselves. `None` leaves a field as it is.
#[derive(Clone)]
pub struct UserPatch {
    /// Language of the interface.
    pub language: Option<Language>,
    /// A new address, or `Some(None)` for none.
    pub email: Option<Option<Text>>,
    /// Now: a new address ends the proof of the old one.
    pub now: UtcTime,
}

/// Changes an account.
///
/// # Errors
/// [`AccountError::Missing`].
pub fn update(conn: &mut Conn, id: UserId, patch: &UserPatch) -> Result<User, AccountError> {
    if let Some(language) = patch.language {
        diesel::update(users::table.find(id)).set(users::language.eq(language)).execute(conn)?;
    }
    if let Some(email) = &patch.email {
        crate::one_time_links::end_all(conn, id, crate::one_time_links::Purpose::VerifyEmail, patch.now)?;
        diesel::update(users::table.find(id))
            .set((
                users::email.eq(email),
                users::email_key.eq(None::<String>),
                users::email_verified_at.eq(None::<UtcTime>),
            ))
            .execute(conn)?;
    }
    find(conn, id)?.ok_or(AccountError::Missing)
}

/// The account that proved this address.
///
/// # Errors
/// Those of the database.
pub fn find_by_address(conn: &mut Conn, address: &str) -> Result<Option<User>, StoreError> {
    let row = users::table.filter(users::email_key.eq(fold_name(address)));
    Ok(row.select(User::as_select()).first(conn).optional()?)
}

/// Whether an address is of one of these domains, or of a sub-domain of them.
#[must_use]
pub fn is_within(email: &str, domains: &[String]) -> bool {
    let email = fold_name(email);
    let Some((_, host)) = email.rsplit_once('@') else { return false };
    domains.iter().any(|domain| {
        let domain = domain.to_lowercase();
        host == domain || host.strip_suffix(&domain).is_some_and(|before| before.ends_with('.'))
    })
}

/// Changes what an account may do. A suspended account loses its sessions at once.
///
/// # Errors
/// [`AccountError::LastAdmin`] when no active administrator would be left, [`AccountError::Missing`].
pub fn administer(
    conn: &mut Conn,
    id: UserId,
    role: Option<UserRole>,
    state: Option<UserState>,
    now: UtcTime,
) -> Result<User, AccountError> {
    let before = find(conn, id)?.ok_or(AccountError::Missing)?;
    let (role, state) = (role.unwrap_or(before.role), state.unwrap_or(before.state));
    let is_admin = |role, state| role == UserRole::Admin && state == UserState::Active;
    if is_admin(before.role, before.state) && !is_admin(role, state) {
        let others: i64 = users::table
            .filter(users::role.eq(UserRole::Admin).and(users::state.eq(UserState::Active)).and(users::id.ne(id)))
            .count()
            .get_result(conn)?;
        if others == 0 {
            return Err(AccountError::LastAdmin);
        }
    }
    diesel::update(users::table.find(id)).set((users::role.eq(role), users::state.eq(state))).execute(conn)?;
    if state == UserState::Suspended {
        crate::sessions::end_all(conn, id, None, now)?;
    }
    Ok(User { role, state, ..before })
}

diesel::define_sql_function! {
    /// Small letters; the databases agree about those of ASCII.
    fn lower(text: diesel::sql_types::Nullable<diesel::sql_types::Text>) -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}

/// Accounts after `after`, in the order they were made; `text` finds a part of the folded name or of the address.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, text: &str, after: Option<UserId>, limit: i64) -> Result<Vec<User>, StoreError> {
    let mut query = users::table.select(User::as_select()).order(users::id).limit(limit).into_boxed();
    if let Some(after) = after {
        query = query.filter(users::id.gt(after));
    }
    let key = fold_name(text);
    if !key.is_empty() {
        let escaped = key.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = format!("%{escaped}%");
        query = query.filter(
            users::name_key.like(pattern.clone()).escape('\\').or(lower(users::email).like(pattern).escape('\\')),
        );
    }
    Ok(query.load(conn)?)
}
