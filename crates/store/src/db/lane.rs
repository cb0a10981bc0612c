//! The write lane: one thread that runs queued changes, many in one transaction, and commits them together.
//!
//! One durable commit costs an fsync (3-4 ms on a shared disk), whoever shares it. On SQLite a second writer would only
//! wait for the file's lock; on PostgreSQL the lane first takes a table lock, so that other processes' lanes line up
//! behind it instead of failing each other's serializable transactions.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{Connection, QueryResult};
use tokio::sync::oneshot;

use super::connect::Connector;
use super::{Conn, Options};
use crate::StoreError;
use crate::error::is_serialization_failure;

/// Changes in one transaction. More would save little and keep the first one waiting.
const BATCH: usize = 128;
/// Runs of one batch before giving up on a database where others always commit first.
const ATTEMPTS: u32 = 10;

/// What a committed change survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// A crash of the process.
    Soft,
    /// A power cut, too (on a disk that keeps its word).
    Full,
}

/// What became of one run of a change.
enum Run {
    /// Keep it; the answer waits for the commit.
    Done,
    /// The change's own error: its part is undone, the others stay.
    Refused,
    /// The transaction is lost to another one; the batch must run again.
    Conflict,
    /// The change panicked, perhaps inside a transaction of its own: the connection's state is unknown.
    Panicked,
}

/// A queued change with the place for its answer.
trait Change: Send {
    fn run(&mut self, conn: &mut Conn) -> Run;
    /// Sends the answer of the last run.
    fn answer(self: Box<Self>);
    /// Answers that nothing happened, and why.
    fn fail(self: Box<Self>, reason: String);
}

type Answer<T, E> = Result<Result<T, E>, Box<dyn Any + Send>>;

struct Queued<T, E, F> {
    change: F,
    last: Option<Answer<T, E>>,
    reply: oneshot::Sender<Answer<T, E>>,
}

impl<T, E, F> Change for Queued<T, E, F>
where
    F: FnMut(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: std::error::Error + From<StoreError> + Send + 'static,
{
    fn run(&mut self, conn: &mut Conn) -> Run {
        // A panic belongs to the caller of `write`, not to the changes that share its transaction.
        let answer = catch_unwind(AssertUnwindSafe(|| (self.change)(conn)));
        let run = match &answer {
            Ok(Ok(_)) => Run::Done,
            Ok(Err(error)) if is_serialization_failure(error) => Run::Conflict,
            Ok(Err(_)) => Run::Refused,
            Err(_) => Run::Panicked,
        };
        self.last = Some(answer);
        run
    }

    fn answer(self: Box<Self>) {
        if let Some(answer) = self.last {
            // The caller may have gone away, for example with its connection: the change stands.
            let _ = self.reply.send(answer);
        }
    }

    fn fail(self: Box<Self>, reason: String) {
        let _ = self.reply.send(Ok(Err(StoreError::Unavailable(reason).into())));
    }
}

struct Entry {
    change: Box<dyn Change>,
    durability: Durability,
    begin_by: Instant,
}

/// The sending side.
pub(super) struct Lane {
    queue: SyncSender<Entry>,
    wait: Duration,
}

/// An answer that will come.
pub(super) struct Pending<T, E>(oneshot::Receiver<Answer<T, E>>);

impl<T, E: From<StoreError>> Pending<T, E> {
    fn unpack(answer: Result<Answer<T, E>, oneshot::error::RecvError>) -> Result<T, E> {
        match answer {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(StoreError::Unavailable("the write lane has stopped".to_owned()).into()),
        }
    }

    pub(super) async fn wait(self) -> Result<T, E> {
        Self::unpack(self.0.await)
    }

    pub(super) fn wait_blocking(self) -> Result<T, E> {
        Self::unpack(self.0.blocking_recv())
    }
}

impl Lane {
    /// Starts the thread; it ends when the lane is dropped and the queue is empty.
    pub(super) fn start(connector: Connector, first: Conn, options: &Options) -> Self {
        let (queue, entries) = sync_channel(options.queue);
        let lane = Self { queue, wait: options.wait };
        let thread = Thread { connector, conn: Some(first), relaxed: false };
        // Spawning fails only when the process is out of threads; then every write answers that the lane has stopped.
        let spawned = std::thread::Builder::new().name("write-lane".to_owned()).spawn(move || thread.run(&entries));
        if let Err(error) = spawned {
            tracing::error!(%error, "the write lane could not start");
        }
        lane
    }

    pub(super) fn submit<T, E, F>(&self, durability: Durability, change: F) -> Result<Pending<T, E>, StoreError>
    where
        F: FnMut(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: std::error::Error + From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let change = Box::new(Queued { change, last: None, reply });
        let entry = Entry { change, durability, begin_by: Instant::now() + self.wait };
        match self.queue.try_send(entry) {
            Ok(()) => Ok(Pending(answer)),
            Err(TrySendError::Full(_)) => Err(StoreError::Unavailable("too many writes are waiting".to_owned())),
            Err(TrySendError::Disconnected(_)) => Err(StoreError::Unavailable("the write lane has stopped".to_owned())),
        }
    }
}

/// The receiving side.
struct Thread {
    connector: Connector,
    conn: Option<Conn>,
    /// SQLite only: whether the connection is at `synchronous=NORMAL` at the moment.
    relaxed: bool,
}

/// Why a batch was not committed.
enum Failure {
    Conflict,
    /// The change at this place panicked.
    Panicked(usize),
    Broken(String),
}

impl From<DieselError> for Failure {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Conflict,
            other => Self::Broken(other.to_string()),
        }
    }
}

impl Thread {
    fn run(mut self, entries: &Receiver<Entry>) {
        while let Ok(first) = entries.recv() {
            let mut batch = vec![first];
            batch.extend(entries.try_iter().take(BATCH - 1));
            let now = Instant::now();
            let (batch, late): (Vec<_>, Vec<_>) = batch.into_iter().partition(|entry| entry.begin_by >= now);
            for entry in late {
                entry.change.fail("the write waited too long to begin".to_owned());
            }
            if !batch.is_empty() {
                self.commit(batch);
            }
        }
    }

    /// Runs the batch until it is committed or must be given up, then answers everybody.
    fn commit(&mut self, mut batch: Vec<Entry>) {
        let mut attempt = 1;
        let reason = loop {
            match self.try_commit(&mut batch) {
                Ok(()) => {
                    batch.into_iter().for_each(|entry| entry.change.answer());
                    return;
                }
                Err(Failure::Conflict) if attempt < ATTEMPTS => {
                    // Unequal waits, so that two processes do not meet again in step.
                    let jitter = u64::from(std::process::id() % 7);
                    std::thread::sleep(Duration::from_millis(u64::from(attempt) + jitter));
                    attempt += 1;
                }
                Err(Failure::Panicked(place)) => batch.remove(place).change.answer(),
                Err(Failure::Conflict) => break "other processes always committed first".to_owned(),
                Err(Failure::Broken(reason)) => break reason,
            }
        };
        tracing::error!(%reason, changes = batch.len(), "a write failed");
        for entry in batch {
            entry.change.fail(reason.clone());
        }
    }

    fn try_commit(&mut self, batch: &mut [Entry]) -> Result<(), Failure> {
        let durability = batch.iter().map(|entry| entry.durability).max().unwrap_or(Durability::Full);
        let mut conn = self.begin(durability)?;
        for (place, entry) in batch.iter_mut().enumerate() {
            // A savepoint each, so that a refused change leaves the others alone.
            begin_nested(&mut conn)?;
            match entry.change.run(&mut conn) {
                Run::Done => commit_nested(&mut conn)?,
                Run::Refused => rollback(&mut conn)?,
                Run::Panicked => return Err(Failure::Panicked(place)),
                Run::Conflict => {
                    rollback(&mut conn)?;
                    rollback(&mut conn)?;
                    self.conn = Some(conn);
                    return Err(Failure::Conflict);
                }
            }
        }
        // On an error the connection is dropped, which rolls back; the next batch opens a new one.
        commit_nested(&mut conn)?;
        self.conn = Some(conn);
        Ok(())
    }

    /// An open transaction. A connection that does not answer any more is replaced once.
    fn begin(&mut self, durability: Durability) -> Result<Conn, Failure> {
        if let Some(mut conn) = self.conn.take() {
            match begin(&mut conn, durability, &mut self.relaxed) {
                Ok(()) => return Ok(conn),
                // Somebody else is writing: a new connection would wait for the same.
                Err(error) if is_lock_timeout(&error) => {
                    self.conn = None;
                    return Err(error.into());
                }
                Err(error) => tracing::warn!(%error, "connecting to the database again"),
            }
        }
        let mut conn = self.connector.open().map_err(|e| Failure::Broken(e.to_string()))?;
        self.relaxed = false;
        begin(&mut conn, durability, &mut self.relaxed)?;
        Ok(conn)
    }
}

fn is_lock_timeout(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::Unknown, info)
        if info.message().contains("database is locked") || info.message().contains("lock timeout"))
}

fn begin(conn: &mut Conn, durability: Durability, relaxed: &mut bool) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => {
            let soft = durability == Durability::Soft;
            if *relaxed != soft {
                c.batch_execute(if soft { "PRAGMA synchronous = NORMAL" } else { "PRAGMA synchronous = FULL" })?;
                *relaxed = soft;
            }
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")
        }
        Conn::Postgresql(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL SERIALIZABLE")?;
            // LOCK TABLE takes no snapshot: the transaction sees everything that was committed while it waited.
            // The table is one that every migrated database has, that nothing else writes, and that a migration does.
            c.batch_execute(match durability {
                Durability::Full => "LOCK TABLE __diesel_schema_migrations IN EXCLUSIVE MODE",
                Durability::Soft => {
                    "LOCK TABLE __diesel_schema_migrations IN EXCLUSIVE MODE; SET LOCAL synchronous_commit = off"
                }
            })
        }
    }
}

type Transactions = <Conn as Connection>::TransactionManager;

fn begin_nested(conn: &mut Conn) -> QueryResult<()> {
    Transactions::begin_transaction(conn)
}

fn commit_nested(conn: &mut Conn) -> QueryResult<()> {
    Transactions::commit_transaction(conn)
}

fn rollback(conn: &mut Conn) -> QueryResult<()> {
    Transactions::rollback_transaction(conn)
}
