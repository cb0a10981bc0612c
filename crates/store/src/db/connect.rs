//! From an address to a connection with the settings that our promises rest on.

use std::fmt;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{Error as ConnectError, ManageConnection, R2D2Connection};
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};

use super::Conn;
use crate::StoreError;

/// Oldest SQLite without the WAL-reset race, which could lose committed writes (sqlite.org/wal.html#walresetbug).
const OLDEST_SQLITE: i32 = 3_051_003;

/// A checked database address.
#[derive(Clone)]
pub(super) enum Url {
    /// Path of the database file.
    Sqlite(String),
    /// libpq's own address, credentials included: never logged.
    Postgresql(String),
}

impl Url {
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme {
            "sqlite" => {
                let path = url["sqlite:".len()..].trim_start_matches("//").to_owned();
                // `sqlite:///x` is the absolute path `/x`.
                let path =
                    if url.starts_with("sqlite:///") { format!("/{}", path.trim_start_matches('/')) } else { path };
                if path.is_empty() || path.starts_with(':') {
                    return Err(StoreError::Unavailable(
                        "the address sqlite:PATH must name a file (a database in memory is not kept)".to_owned(),
                    ));
                }
                Ok(Self::Sqlite(path))
            }
            "postgres" | "postgresql" => Ok(Self::Postgresql(url.to_owned())),
            _ => Err(StoreError::Unavailable(format!(
                "unknown database scheme '{scheme}': use sqlite:PATH or postgres://USER@HOST/NAME"
            ))),
        }
    }
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Opens connections of one kind.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) url: Url,
    pub(super) access: Access,
    /// Longest wait for a lock that somebody else has.
    pub(super) wait: Duration,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.url {
            Url::Sqlite(path) => write!(f, "sqlite:{path}"),
            Url::Postgresql(_) => f.write_str("postgres"),
        }
    }
}

impl Connector {
    pub(super) fn open(&self) -> Result<Conn, StoreError> {
        self.connect().map_err(|e| StoreError::Unavailable(format!("{self:?}: {e}")))
    }
}

impl ManageConnection for Connector {
    type Connection = Conn;
    type Error = ConnectError;

    fn connect(&self) -> Result<Conn, ConnectError> {
        let wait_ms = self.wait.as_millis();
        match &self.url {
            Url::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path)?;
                // journal_size_limit gives back the space of a log that a burst or a long read made grow.
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout = {wait_ms}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                     PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864;"
                ))?;
                if self.access == Access::Read {
                    conn.batch_execute("PRAGMA query_only = ON")?;
                }
                Ok(Conn::Sqlite(conn))
            }
            Url::Postgresql(url) => {
                let mut conn = PgConnection::establish(url)?;
                // A stopped process must not hold the write lane, nor a slow query a reader, for longer than people wait.
                conn.batch_execute(&format!(
                    "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET lock_timeout = {wait_ms};
                     SET idle_in_transaction_session_timeout = '10s';"
                ))?;
                if self.access == Access::Read {
                    conn.batch_execute("SET default_transaction_read_only = on; SET statement_timeout = '30s'")?;
                }
                Ok(Conn::Postgresql(conn))
            }
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), ConnectError> {
        match conn {
            Conn::Postgresql(conn) => conn.ping().map_err(ConnectError::QueryError),
            // A file does not hang up.
            Conn::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

#[derive(diesel::QueryableByName)]
struct Version {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

/// Refuses a linked SQLite that may lose committed writes.
pub(super) fn check_sqlite_version() -> Result<(), StoreError> {
    let unavailable = |e: &dyn fmt::Display| StoreError::Unavailable(e.to_string());
    let mut conn = SqliteConnection::establish(":memory:").map_err(|e| unavailable(&e))?;
    let Version { version } =
        diesel::sql_query("SELECT sqlite_version() AS version").get_result(&mut conn).map_err(|e| unavailable(&e))?;
    let parts: Vec<i32> = version.split('.').map(|part| part.parse().unwrap_or(0)).collect();
    let number = parts.iter().take(3).fold(0, |sum, part| sum * 1000 + part);
    if parts.len() < 3 || number < OLDEST_SQLITE {
        return Err(StoreError::Unavailable(format!(
            "SQLite {version} may lose committed writes; at least 3.51.3 is needed"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
