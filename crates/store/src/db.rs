//! Connections to SQLite or PostgreSQL, and the two ways to use them: [`Db::read`] and [`Db::write`].
//!
//! Reads run side by side on a pool. Writes go through one lane (`lane`), one transaction at a time, on both databases:
//! "is today's quota left? then insert" needs no lock in application code, event ids are committed in order, and what
//! waits while a commit is being made durable shares the next one.

mod conn;
mod connect;
mod lane;
mod migrate;

use std::io::{BufRead, Write};
use std::sync::Arc;
use std::time::Duration;

use diesel::Connection as _;
use diesel::r2d2::Pool;

pub use self::conn::{Conn, MultiBackend};
use self::connect::{Access, Connector, Url};
pub use self::lane::Durability;
use self::lane::Lane;
use crate::StoreError;
use crate::dump::{self, DumpError, Dumped};

/// How many connections, and how long anybody waits for one.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections for reading.
    pub readers: u32,
    /// Longest wait for a reader, for a write to begin, and for the lock of another process; then
    /// [`StoreError::Unavailable`].
    pub wait: Duration,
    /// Writes that may queue before more are refused.
    pub queue: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 8, wait: Duration::from_secs(5), queue: 4096 }
    }
}

/// A database. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Db {
    connector: Connector,
    readers: Pool<Connector>,
    lane: Arc<Lane>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.connector)
    }
}

impl Db {
    /// Connects to `sqlite:PATH` (made if it is not there) or `postgres://…`. Other schemes are refused, so that a
    /// misspelt address does not leave a stray file. Migrations are not run.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the reason: unknown scheme, no answer, SQLite older than 3.51.3.
    pub fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let url = Url::parse(url)?;
        connect::check_sqlite_version()?;
        let writer = Connector { url: url.clone(), access: Access::Write, wait: options.wait };
        // The first connection tells at once whether the address is right.
        let first = writer.open()?;
        let lane = Lane::start(writer.clone(), first, options);
        let readers = Pool::builder()
            .max_size(options.readers)
            .min_idle(Some(1))
            .connection_timeout(options.wait)
            .test_on_check_out(true)
            .build_unchecked(Connector { url, access: Access::Read, wait: options.wait });
        Ok(Self { connector: writer, readers, lane: Arc::new(lane) })
    }

    /// Looks something up on a blocking thread. The connection refuses changes. Statements see the newest committed
    /// state each; wrap them in `conn.transaction(…)` where they must see the same one.
    ///
    /// # Errors
    /// Those of `look`, or [`StoreError::Unavailable`] when no connection came free in time.
    pub async fn read<T, E, F>(&self, look: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let db = self.clone();
        match tokio::task::spawn_blocking(move || db.read_blocking(look)).await {
            Ok(result) => result,
            Err(gone) => match gone.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(cancelled) => Err(StoreError::Unavailable(cancelled.to_string()).into()),
            },
        }
    }

    /// [`Db::read`] for a thread that may block.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<T, E>(&self, look: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut conn = self.readers.get().map_err(|e| StoreError::Unavailable(e.to_string()))?;
        look(&mut conn)
    }

    /// Changes something in one transaction that sees no other. When this returns `Ok` the change survives a power
    /// cut; when it returns an error nothing of it is left. `change` may run more than once, so it must touch nothing
    /// but the database.
    ///
    /// # Errors
    /// Those of `change`, or [`StoreError::Unavailable`] when it could not begin in time or could not be committed.
    pub async fn write<T, E, F>(&self, change: F) -> Result<T, E>
    where
        F: FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: std::error::Error + From<StoreError> + Send + 'static,
    {
        self.lane.submit(Durability::Full, change)?.wait().await
    }

    /// [`Db::write`] for what may be lost in a power cut, though never in a crash of the process: claims, heartbeats,
    /// "last seen".
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_soft<T, E, F>(&self, change: F) -> Result<T, E>
    where
        F: FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: std::error::Error + From<StoreError> + Send + 'static,
    {
        self.lane.submit(Durability::Soft, change)?.wait().await
    }

    /// [`Db::write`] or [`Db::write_soft`] for a thread that may block.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, E, F>(&self, durability: Durability, change: F) -> Result<T, E>
    where
        F: FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: std::error::Error + From<StoreError> + Send + 'static,
    {
        self.lane.submit(durability, change)?.wait_blocking()
    }

    /// Brings the schema up to date and returns the names of the migrations that ran.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the migration's own message, or when a newer Podium made the database.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        let mut conn = self.connector.open()?;
        if let Some(version) = migrate::unknown(&migrate::applied(&mut conn)?)? {
            return Err(StoreError::Unavailable(format!(
                "the database was changed by a newer Podium (migration {version}); install that version, or restore \
                 the backup that was made before the upgrade"
            )));
        }
        migrate::up(&mut conn)
    }

    /// The migrations that made the database what it is, oldest first; none when it is empty.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub fn migrations(&self) -> Result<Vec<String>, StoreError> {
        migrate::applied(&mut self.connector.open()?)
    }

    /// Writes the whole database as text, as of one moment. Others may go on writing meanwhile.
    ///
    /// # Errors
    /// See [`DumpError`].
    pub fn dump(&self, out: &mut dyn Write) -> Result<Dumped, DumpError> {
        let migrations = self.migrations()?;
        let mut conn = Connector { access: Access::Read, ..self.connector.clone() }.open()?;
        dump::write(&mut conn, migrations, out)
    }

    /// Loads what [`Db::dump`] wrote into an empty database, all of it or nothing, and brings the schema up to date. The
    /// text may come from the other database, and from an older program.
    ///
    /// # Errors
    /// See [`DumpError`].
    pub fn load(&self, input: &mut dyn BufRead) -> Result<Dumped, DumpError> {
        let head = dump::read_head(input)?;
        if let Some(version) = migrate::unknown(&head.migrations)? {
            return Err(DumpError::Newer(format!("migration {version}")));
        }
        let mut conn = self.connector.open()?;
        if !migrate::applied(&mut conn)?.is_empty() {
            return Err(DumpError::NotEmpty);
        }
        migrate::up_to(&mut conn, &head.migrations)?;
        let loaded = conn.transaction(|conn| dump::load(conn, &head, input));
        if loaded.is_err() {
            // Back to empty, so that the next attempt finds it so.
            migrate::down(&mut conn)?;
        }
        let loaded = loaded?;
        migrate::up(&mut conn)?;
        Ok(loaded)
    }

    /// Undoes every migration, newest first: all data is lost.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the migration's own message.
    pub fn revert_all(&self) -> Result<Vec<String>, StoreError> {
        migrate::down(&mut self.connector.open()?)
    }

    /// Whether the schema lacks a migration that this program knows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    pub fn needs_migration(&self) -> Result<bool, StoreError> {
        migrate::is_pending(&mut self.connector.open()?)
    }
}
