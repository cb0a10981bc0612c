//! Who runs a competition, and in which role.

use diesel::prelude::*;

use crate::schema::{competition_hosts, users};
use crate::types::{CompetitionId, CompetitionRole, Text, UserId};
use crate::{Conn, StoreError};

/// A person who runs the competition.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Host {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: Text,
    /// What they may do.
    pub role: CompetitionRole,
}

/// The people who run the competition, the owner first.
///
/// # Errors
/// Those of the database.
pub fn hosts(conn: &mut Conn, id: CompetitionId) -> Result<Vec<Host>, StoreError> {
    let mut hosts: Vec<Host> = competition_hosts::table
        .inner_join(users::table)
        .filter(competition_hosts::competition_id.eq(id))
        .select((users::id, users::name, competition_hosts::role))
        .order(users::id)
        .load(conn)?;
    hosts.sort_by_key(|host| host.role != CompetitionRole::Owner);
    Ok(hosts)
}

/// What `user` may do in the competition beyond taking part.
///
/// # Errors
/// Those of the database.
pub fn role_of(conn: &mut Conn, id: CompetitionId, user: UserId) -> Result<Option<CompetitionRole>, StoreError> {
    let row = competition_hosts::table.find((id, user)).select(competition_hosts::role);
    Ok(row.first(conn).optional()?)
}

/// Whether `user` runs the competition. A moderator does not.
///
/// # Errors
/// Those of the database.
pub fn is_host(conn: &mut Conn, id: CompetitionId, user: UserId) -> Result<bool, StoreError> {
    Ok(role_of(conn, id, user)?.is_some_and(CompetitionRole::runs))
}

/// Gives `user` a role, in place of one they have; an owner stays owner.
///
/// # Errors
/// Those of the database.
pub fn add_host(conn: &mut Conn, id: CompetitionId, user: UserId, role: CompetitionRole) -> Result<(), StoreError> {
    match role_of(conn, id, user)? {
        Some(CompetitionRole::Owner) => {}
        Some(_) => {
            diesel::update(competition_hosts::table.find((id, user)))
                .set(competition_hosts::role.eq(role))
                .execute(conn)?;
        }
        None => {
            diesel::insert_into(competition_hosts::table)
                .values((
                    competition_hosts::competition_id.eq(id),
                    competition_hosts::user_id.eq(user),
                    competition_hosts::role.eq(role),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Makes `to` the owner, and the owner so far a host. Whether `to` had a role to begin with.
///
/// # Errors
/// Those of the database.
pub fn hand_over(conn: &mut Conn, id: CompetitionId, to: UserId) -> Result<bool, StoreError> {
    if role_of(conn, id, to)?.is_none() {
        return Ok(false);
    }
    let owners = competition_hosts::table
        .filter(competition_hosts::competition_id.eq(id))
        .filter(competition_hosts::role.eq(CompetitionRole::Owner));
    diesel::update(owners).set(competition_hosts::role.eq(CompetitionRole::Host)).execute(conn)?;
    diesel::update(competition_hosts::table.find((id, to)))
        .set(competition_hosts::role.eq(CompetitionRole::Owner))
        .execute(conn)?;
    Ok(true)
}

/// Ends `user`'s role, unless they own the competition. Whether they had one.
///
/// # Errors
/// Those of the database.
pub fn remove_host(conn: &mut Conn, id: CompetitionId, user: UserId) -> Result<bool, StoreError> {
    let row = competition_hosts::table.find((id, user)).filter(competition_hosts::role.ne(CompetitionRole::Owner));
    Ok(diesel::delete(row).execute(conn)? > 0)
}
