//! Databases for tests (feature `testing`): each test gets its own, empty and migrated, and loses it at the end.

mod cluster;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use tempfile::TempDir;

use crate::{Db, Options};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file in a temporary folder.
    Sqlite,
    /// A schema of its own in a cluster that lives as long as the test process, or in the database that
    /// `PODIUM_TEST_POSTGRES` names.
    Postgres,
}

/// A database of one test. Behaves as the [`Db`] that it holds.
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    kind: Kind,
    url: String,
    /// The schema to drop at the end, and where.
    schema: Option<(String, String)>,
    /// Removed at the end, after `db`.
    _folder: Option<TempDir>,
}

impl TestDb {
    /// Migrated.
    ///
    /// # Panics
    /// When it cannot be made, with one line that says why.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let db = Self::unmigrated(kind);
        db.migrate().unwrap_or_else(|e| panic!("{e}"));
        db
    }

    /// Without any table.
    ///
    /// # Panics
    /// As [`TestDb::new`].
    #[must_use]
    pub fn unmigrated(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir_in(room()).unwrap_or_else(|e| panic!("no temporary folder: {e}"));
                let url = format!("sqlite:{}", folder.path().join("podium.db").display());
                Self { db: open(&url), kind, url, schema: None, _folder: Some(folder) }
            }
            Kind::Postgres => {
                static NUMBER: AtomicU32 = AtomicU32::new(0);
                let schema = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
                let server = cluster::url();
                run_sql(&server, &format!("CREATE SCHEMA {schema}"));
                let separator = if server.contains('?') { '&' } else { '?' };
                let url = format!("{server}{separator}options=-csearch_path%3D{schema}");
                Self { db: open(&url), kind, url, schema: Some((server, schema)), _folder: None }
            }
        }
    }

    /// Which database this is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The address, for a program under test.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same database opened once more, as a second server would.
    ///
    /// # Panics
    /// As [`TestDb::new`].
    #[must_use]
    pub fn again(&self) -> Db {
        open(&self.url)
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.schema
            && !std::thread::panicking()
        {
            run_sql(server, &format!("SET client_min_messages = warning; DROP SCHEMA {schema} CASCADE"));
        }
    }
}

/// Where databases of tests lie: in memory where that has room, since each commit on a disk costs more than the rest of a
/// test (100 random plans on SQLite: 100 s on a shared disk, 28 s in memory). Nothing here asks what survives a power cut.
fn room() -> PathBuf {
    const NEEDED: u64 = 2 << 30;
    let memory = Path::new("/dev/shm");
    match rustix::fs::statvfs(memory) {
        Ok(about) if about.f_bavail * about.f_frsize >= NEEDED => memory.to_owned(),
        _ => std::env::temp_dir(),
    }
}

fn open(url: &str) -> Db {
    let options = Options { readers: 4, wait: Duration::from_secs(20), ..Options::default() };
    Db::open(url, &options).unwrap_or_else(|e| panic!("{e}"))
}

fn run_sql(url: &str, sql: &str) {
    let mut conn = PgConnection::establish(url).unwrap_or_else(|e| panic!("PostgreSQL at {url}: {e}"));
    conn.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// Makes a test for each database of every function in it:
/// `both! { fn rule_of_the_product(db) { … } }`, where `db` is a `&TestDb`.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* fn $name:ident($db:ident) $body:block)+) => {$(
        mod $name {
            #[expect(clippy::allow_attributes, reason = "not every module has something to import")]
            #[allow(unused_imports)]
            use super::*;

            $(#[$meta])*
            fn rule($db: &$crate::testing::TestDb) $body

            #[test]
            fn sqlite() {
                rule(&$crate::testing::TestDb::new($crate::testing::Kind::Sqlite));
            }

            #[test]
            fn postgres() {
                rule(&$crate::testing::TestDb::new($crate::testing::Kind::Postgres));
            }
        }
    )+};
}
