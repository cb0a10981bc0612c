//! The API as its callers meet it: whole requests against the whole application, on a database of each test's own.

#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]
#![expect(unreachable_pub, reason = "a test binary has no outside")]

mod contest;
mod harness;

mod accounts;
mod data_files;
mod docs;
mod events;
mod leaderboard;
mod publish;
mod score;
mod site;
mod submissions;
mod thorough;
mod tokens;
