//! The API as its callers meet it: whole requests against the whole application, on a database of each test's own.

#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]
#![expect(unreachable_pub, reason = "a test binary has no outside")]
#![expect(clippy::print_stderr, reason = "long tests say how far they are")]

mod contest;
mod crawl;
mod harness;

mod access;
mod accounts;
mod admin;
mod audit;
mod backup;
mod base_path;
mod board_charts;
mod closing;
mod competitions;
mod data_files;
mod discussion;
mod docs;
mod drafts;
mod events;
mod finals;
mod generated;
mod hosting;
mod leaderboard;
mod learning;
mod limits;
mod log;
mod mail;
mod notifications;
mod offline;
mod oversight;
mod privacy;
mod programs;
mod publish;
mod score;
mod second_factor;
mod secrecy;
mod site;
mod site_settings;
mod smtp;
mod submissions;
mod surface;
mod teams;
mod thorough;
mod tls;
mod tokens;
