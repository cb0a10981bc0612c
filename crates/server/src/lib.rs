//! The HTTP server: routes, access rules, jobs and the embedded front end.
//!
//! [`app::build`] puts the routes together, for the program and for tests alike. A handler is an extractor that says who may
//! (`auth::extract`), a store operation that holds the rules, and a view. Whatever goes wrong becomes a
//! [`problem::ApiError`].

pub mod api;
pub mod app;
pub mod archive;
pub mod auth;
pub mod backup;
mod base_path;
pub mod blobs;
pub mod board;
pub mod chores;
pub mod cli;
pub mod clock;
pub mod config;
pub mod download;
pub mod envelope;
mod fallback;
pub mod file_name;
pub mod health;
pub mod intake;
pub mod keepsake;
pub mod live;
pub mod mail;
pub mod markdown;
pub mod metric_docs;
pub mod metrics;
pub mod pictures;
pub mod preview;
pub mod problem;
pub mod receipt;
pub mod score_text;
pub mod server;
pub mod site;
pub mod solutions;
pub mod telemetry;
pub mod thumbnails;
pub mod tls;
pub mod upload;
pub mod verdict;
pub mod web;
pub mod worker;
