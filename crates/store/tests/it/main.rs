//! The rules of the store, each tested on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod lane;
mod schema;
