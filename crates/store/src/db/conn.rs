//! One type for the connections of both databases.
#![expect(missing_docs, reason = "the derive writes public items without docs")]

use diesel::{PgConnection, SqliteConnection};

/// A connection to either database; queries are written once.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// libpq.
    Postgresql(PgConnection),
    /// The bundled SQLite.
    Sqlite(SqliteConnection),
}
