//! The whole database as text: what a backup holds, and the way from one database to the other.
//!
//! JSON lines: a [`Head`] first, then for each table in the order of its name a line with its columns, followed by a line
//! for each row in the order of its key. Both databases write the same bytes for the same content, so the SHA-256 of the
//! text, the *export hash*, tells whether two of them hold the same. Nothing is left out, passwords' hashes included:
//! whoever can read a dump must be whoever may read the database.
//!
//! Tables and columns are read from the database itself, so a migration needs no line here.

mod catalogue;
mod cell;

use std::io::{self, BufRead, Write};

use diesel::connection::{DefaultLoadingMode, LoadConnection, SimpleConnection};
use diesel::deserialize::FromSql;
use diesel::expression::QueryMetadata;
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::row::{Field as _, Row as _};
use diesel::sql_types::{BigInt, Binary, Bool, Double, Nullable, Text, Timestamp, Untyped};
use diesel::sqlite::Sqlite;
use diesel::{Connection, PgConnection, RunQueryDsl as _, SqliteConnection};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use self::catalogue::{Kind, Table};
use self::cell::Cell;
use crate::types::Sha256;
use crate::{Conn, StoreError};

/// Version of the text's form.
const FORMAT: u32 = 1;
/// Values bound by one INSERT; SQLite takes at most 32,766.
const BOUND: usize = 8_192;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of the text's form.
    pub format: u32,
    /// The migrations that made the tables, oldest first.
    pub migrations: Vec<String>,
}

/// The line before the rows of a table.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableHead {
    table: String,
    columns: Vec<String>,
    /// The last number that was given to a row, whether or not the row is still there: numbers are not given twice.
    /// PostgreSQL tells the newest one, which may be later than the moment of the dump.
    last_id: Option<i64>,
}

/// What was written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dumped {
    /// SHA-256 of the text.
    pub sha256: Sha256,
    /// Tables.
    pub tables: u64,
    /// Rows of all tables.
    pub rows: u64,
}

/// Why a dump was not written or not read.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file failed.
    #[error("the dump could not be read or written: {0}")]
    Io(#[from] io::Error),
    /// The text is not a dump, or a damaged one.
    #[error("the dump is damaged, line {line}: {message}")]
    Damaged {
        /// From 1; 0 where no single line is at fault.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// It was made by a program that knows more.
    #[error("the dump is from a newer Podium (it has {0}); install that version, or a later one")]
    Newer(String),
    /// A dump is loaded into nothing else.
    #[error("the database is not empty; a dump is loaded into an empty one only, nothing was changed")]
    NotEmpty,
    /// A value that no column of ours can hold.
    #[error("{table}.{column} holds a value that cannot be dumped: {message}")]
    Value {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What is wrong.
        message: String,
    },
}
crate::error::from_diesel!(DumpError);

/// Writes everything, as of one moment, and whoever writes meanwhile goes on.
pub(crate) fn write(conn: &mut Conn, migrations: Vec<String>, out: &mut dyn Write) -> Result<Dumped, DumpError> {
    let mut out = Hashing { out, hash: sha2::Sha256::new() };
    let (mut tables, mut rows) = (0, 0);
    let head = Head { format: FORMAT, migrations };
    // The snapshot begins with the first statement that reads.
    conn.batch_execute(match conn {
        Conn::Sqlite(_) => "BEGIN",
        Conn::Postgresql(_) => "SET statement_timeout = 0; BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    })?;
    let mut all = || {
        out.line(&head)?;
        for table in catalogue::tables(conn)? {
            let columns = table.columns.iter().map(|column| column.name.clone()).collect();
            let last_id = catalogue::last_id(conn, &table)?;
            out.line(&TableHead { table: table.name.clone(), columns, last_id })?;
            rows += match conn {
                Conn::Sqlite(conn) => write_rows::<_, DefaultLoadingMode>(conn, &table, &mut out)?,
                Conn::Postgresql(conn) => write_rows::<_, PgRowByRowLoadingMode>(conn, &table, &mut out)?,
            };
            tables += 1;
        }
        Ok::<_, DumpError>(())
    };
    let written = all();
    conn.batch_execute("COMMIT")?;
    written?;
    out.out.flush()?;
    Ok(Dumped { sha256: Sha256(out.hash.finalize().into()), tables, rows })
}

/// Passes bytes on and hashes them.
struct Hashing<'a> {
    out: &'a mut dyn Write,
    hash: sha2::Sha256,
}

impl Hashing<'_> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), DumpError> {
        let mut text = serde_json::to_vec(line).map_err(io::Error::other)?;
        text.push(b'\n');
        self.hash.update(&text);
        Ok(self.out.write_all(&text)?)
    }
}

fn write_rows<C, Mode>(conn: &mut C, table: &Table, out: &mut Hashing<'_>) -> Result<u64, DumpError>
where
    C: Connection + LoadConnection<Mode>,
    C::Backend: QueryMetadata<Untyped>,
    diesel::query_builder::SqlQuery: QueryFragment<C::Backend> + QueryId,
    i64: FromSql<BigInt, C::Backend>,
    f64: FromSql<Double, C::Backend>,
    bool: FromSql<Bool, C::Backend>,
    String: FromSql<Text, C::Backend>,
    Vec<u8>: FromSql<Binary, C::Backend>,
    chrono::NaiveDateTime: FromSql<Timestamp, C::Backend>,
{
    let mut rows = 0;
    for row in conn.load(diesel::sql_query(table.select()))? {
        let row = row?;
        let mut cells = Vec::with_capacity(table.columns.len());
        for (index, column) in table.columns.iter().enumerate() {
            let faulty =
                |message: String| DumpError::Value { table: table.name.clone(), column: column.name.clone(), message };
            let field = row.get(index).ok_or_else(|| faulty("the column is missing".to_owned()))?;
            let cell = match field.value() {
                None => Cell::Null,
                Some(value) => Cell::from_sql::<C::Backend>(column.kind, value).map_err(|e| faulty(e.to_string()))?,
            };
            cells.push(cell.to_json().map_err(faulty)?);
        }
        out.line(&cells)?;
        rows += 1;
    }
    Ok(rows)
}

/// Reads the first line of a dump.
pub(crate) fn read_head(input: &mut dyn BufRead) -> Result<Head, DumpError> {
    let mut line = String::new();
    // A file that is no dump may be one line without an end.
    io::Read::take(&mut *input, 1 << 20).read_line(&mut line)?;
    let head: Head = serde_json::from_str(&line)
        .map_err(|_| DumpError::Damaged { line: 1, message: "this is not a dump of Podium".to_owned() })?;
    if head.format > FORMAT {
        return Err(DumpError::Newer(format!("format {}", head.format)));
    }
    Ok(head)
}

/// Reads the rest into tables that are as the head says, all of it or nothing.
pub(crate) fn load(conn: &mut Conn, head: &Head, input: &mut dyn BufRead) -> Result<Dumped, DumpError> {
    let tables = catalogue::tables(conn)?;
    let mut hash = sha2::Sha256::new();
    let mut first = serde_json::to_string(head).map_err(io::Error::other)?;
    first.push('\n');
    hash.update(&first);
    catalogue::defer_foreign_keys(conn)?;
    for table in &tables {
        // Migrations put some rows in. Tables that refuse changes of rows have none.
        if catalogue::has_rows(conn, table)? {
            conn.batch_execute(&table.delete())?;
        }
    }
    let mut loader = Loader { tables, hash, table: None, batch: Vec::new(), line: 1, dumped_tables: 0, rows: 0 };
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        loader.line += 1;
        loader.hash.update(&line);
        loader.take(conn, &line)?;
        line.clear();
    }
    loader.finish_table(conn)?;
    if loader.dumped_tables != loader.tables.len() as u64 {
        return Err(loader.damaged("the dump ends too early"));
    }
    catalogue::check_foreign_keys(conn)?;
    Ok(Dumped { sha256: Sha256(loader.hash.finalize().into()), tables: loader.dumped_tables, rows: loader.rows })
}

struct Loader {
    tables: Vec<Table>,
    hash: sha2::Sha256,
    table: Option<(Table, Option<i64>)>,
    batch: Vec<Vec<Cell>>,
    line: u64,
    dumped_tables: u64,
    rows: u64,
}

impl Loader {
    fn damaged(&self, message: impl Into<String>) -> DumpError {
        DumpError::Damaged { line: self.line, message: message.into() }
    }

    fn take(&mut self, conn: &mut Conn, line: &str) -> Result<(), DumpError> {
        if !line.ends_with('\n') {
            return Err(self.damaged("the line is cut off"));
        }
        if line.starts_with('{') {
            self.finish_table(conn)?;
            let head: TableHead = serde_json::from_str(line).map_err(|e| self.damaged(e.to_string()))?;
            let table = self.tables.iter().find(|table| table.name == head.table);
            let Some(table) = table.filter(|table| table.columns.iter().map(|c| &c.name).eq(&head.columns)) else {
                return Err(self.damaged(format!("table '{}' is not as its migrations make it", head.table)));
            };
            self.table = Some((table.clone(), head.last_id));
            self.dumped_tables += 1;
            return Ok(());
        }
        let values: Vec<serde_json::Value> = serde_json::from_str(line).map_err(|e| self.damaged(e.to_string()))?;
        let Some((table, _)) = &self.table else { return Err(self.damaged("a row stands before its table")) };
        if values.len() != table.columns.len() {
            return Err(self.damaged("the row has another number of values than its table has columns"));
        }
        let width = values.len();
        let cells = values.into_iter().zip(&table.columns).map(|(value, column)| Cell::from_json(column.kind, value));
        let cells = cells.collect::<Result<Vec<_>, _>>().map_err(|message| self.damaged(message))?;
        self.batch.push(cells);
        self.rows += 1;
        if (self.batch.len() + 1) * width > BOUND { self.insert(conn) } else { Ok(()) }
    }

    fn finish_table(&mut self, conn: &mut Conn) -> Result<(), DumpError> {
        self.insert(conn)?;
        if let Some((table, Some(last_id))) = self.table.take() {
            catalogue::set_last_id(conn, &table, last_id)?;
        }
        Ok(())
    }

    fn insert(&mut self, conn: &mut Conn) -> Result<(), DumpError> {
        let batch = std::mem::take(&mut self.batch);
        let (Some((table, _)), false) = (&self.table, batch.is_empty()) else { return Ok(()) };
        let inserted = match conn {
            Conn::Sqlite(conn) => insert_sqlite(conn, table, batch, |_| "?".to_owned()),
            Conn::Postgresql(conn) => insert_postgres(conn, table, batch, |n| format!("${n}")),
        };
        inserted.map_err(|error| self.damaged(format!("the database refuses a row: {error}")))
    }
}

/// One INSERT of many rows. diesel's binds cannot be named for any backend outside diesel, so both are written out.
macro_rules! insert_rows {
    ($name:ident, $connection:ty, $backend:ty) => {
        fn $name(
            conn: &mut $connection,
            table: &Table,
            rows: Vec<Vec<Cell>>,
            place: impl Fn(usize) -> String,
        ) -> diesel::QueryResult<()> {
            let mut bound = 0;
            let groups = rows.iter().map(|row| {
                let places = row.iter().map(|_| {
                    bound += 1;
                    place(bound)
                });
                format!("({})", places.collect::<Vec<_>>().join(", "))
            });
            let sql = format!("{} VALUES {}", table.insert(), groups.collect::<Vec<_>>().join(", "));
            let mut query = diesel::sql_query(sql).into_boxed::<$backend>();
            for row in rows {
                for (cell, column) in row.into_iter().zip(&table.columns) {
                    query = match (column.kind, cell) {
                        (Kind::Integer, Cell::Integer(value)) => query.bind::<Nullable<BigInt>, _>(Some(value)),
                        (Kind::Integer, _) => query.bind::<Nullable<BigInt>, _>(None::<i64>),
                        (Kind::Double, Cell::Double(value)) => query.bind::<Nullable<Double>, _>(Some(value)),
                        (Kind::Double, _) => query.bind::<Nullable<Double>, _>(None::<f64>),
                        (Kind::Bool, Cell::Bool(value)) => query.bind::<Nullable<Bool>, _>(Some(value)),
                        (Kind::Bool, _) => query.bind::<Nullable<Bool>, _>(None::<bool>),
                        (Kind::Text, Cell::Text(value)) => query.bind::<Nullable<Text>, _>(Some(value)),
                        (Kind::Text, _) => query.bind::<Nullable<Text>, _>(None::<String>),
                        (Kind::Bytes, Cell::Bytes(value)) => query.bind::<Nullable<Binary>, _>(Some(value)),
                        (Kind::Bytes, _) => query.bind::<Nullable<Binary>, _>(None::<Vec<u8>>),
                        (Kind::Time, Cell::Time(value)) => query.bind::<Nullable<Timestamp>, _>(Some(value)),
                        (Kind::Time, _) => query.bind::<Nullable<Timestamp>, _>(None::<chrono::NaiveDateTime>),
                    };
                }
            }
            query.execute(conn).map(drop)
        }
    };
}
insert_rows!(insert_sqlite, SqliteConnection, Sqlite);
insert_rows!(insert_postgres, PgConnection, Pg);
