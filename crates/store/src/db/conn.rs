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

/// Expands one expression for the connection of each database, for the few statements that diesel only offers on a
/// concrete one (inserting several rows at once, `on_conflict`).
macro_rules! on_each {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::Conn::Postgresql($inner) => $body,
            $crate::Conn::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use on_each;
