//! The embedded migrations of both databases: the same folder names in `migrations/sqlite` and `migrations/postgres`.

use diesel::migration::{Migration as _, MigrationSource};
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

/// Runs the pending migrations among `versions` only.
pub(super) fn up_to(conn: &mut Conn, versions: &[String]) -> Result<(), StoreError> {
    macro_rules! run {
        ($conn:expr, $source:expr) => {
            for migration in $conn.pending_migrations($source).map_err(|e| failed(&e))? {
                if versions.contains(&migration.name().version().to_string()) {
                    $conn.run_migration(&*migration).map_err(|e| failed(&e))?;
                }
            }
        };
    }
    match conn {
        Conn::Postgresql(c) => run!(c, POSTGRES),
        Conn::Sqlite(c) => run!(c, SQLITE),
    }
    Ok(())
}

/// The migrations that made the database what it is, oldest first.
pub(super) fn applied(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let applied = match conn {
        Conn::Postgresql(c) => c.applied_migrations(),
        Conn::Sqlite(c) => c.applied_migrations(),
    };
    let mut versions: Vec<String> = applied.map_err(|e| failed(&e))?.iter().map(ToString::to_string).collect();
    versions.sort();
    Ok(versions)
}

/// The first of `versions` that this program does not know.
pub(super) fn unknown(versions: &[String]) -> Result<Option<String>, StoreError> {
    let known = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE).map_err(|e| failed(&e))?;
    let known: Vec<String> = known.iter().map(|migration| migration.name().version().to_string()).collect();
    Ok(versions.iter().find(|version| !known.contains(version)).cloned())
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
