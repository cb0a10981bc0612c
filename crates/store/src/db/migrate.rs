//! The embedded migrations of both databases: the same folder names in `migrations/sqlite` and `migrations/postgres`.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use crate::StoreError;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

type Boxed = Box<dyn std::error::Error + Send + Sync>;

fn failed(error: &Boxed) -> StoreError {
    StoreError::Unavailable(format!("a migration failed: {error}"))
}

pub(super) fn up(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let ran = match conn {
        Conn::Postgresql(c) => c.run_pending_migrations(POSTGRES),
        Conn::Sqlite(c) => c.run_pending_migrations(SQLITE),
    };
    ran.map(|versions| versions.iter().map(ToString::to_string).collect()).map_err(|e| failed(&e))
}

pub(super) fn down(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let ran = match conn {
        Conn::Postgresql(c) => c.revert_all_migrations(POSTGRES),
        Conn::Sqlite(c) => c.revert_all_migrations(SQLITE),
    };
    ran.map(|versions| versions.iter().map(ToString::to_string).collect()).map_err(|e| failed(&e))
}

pub(super) fn is_pending(conn: &mut Conn) -> Result<bool, StoreError> {
    match conn {
        Conn::Postgresql(c) => c.has_pending_migration(POSTGRES),
        Conn::Sqlite(c) => c.has_pending_migration(SQLITE),
    }
    .map_err(|e| failed(&e))
}
