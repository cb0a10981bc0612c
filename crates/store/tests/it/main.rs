//! The rules of the store, each tested on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod audit;
mod board;
mod competitions;
mod contest;
mod dump;
mod files;
mod finals;
mod integrity;
mod invites;
mod jobs;
mod lane;
mod limits;
mod model;
mod notifications;
mod participants;
mod quota;
mod receipts;
mod rulings;
mod schema;
mod search;
mod secrecy;
mod submissions;
mod team_changes;
mod teams;
mod upkeep;
