//! The rules of the store, each tested on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod audit;
mod board;
mod competitions;
mod contest;
mod dump;
mod files;
mod finals;
mod jobs;
mod lane;
mod limits;
mod model;
mod notifications;
mod quota;
mod schema;
mod search;
mod secrecy;
mod submissions;
mod teams;
