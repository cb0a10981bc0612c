//! Every SQL statement. Knows no HTTP, no JSON of the API and no file formats, and never reads a clock: `now` is a
//! parameter.
//!
//! One module per subject: rows, `New…` inserts, and operations that hold the rules. Operations take a [`Conn`], so that
//! the caller decides what belongs together: [`Db::read`] for looking, [`Db::write`] for one durable change.

pub mod agreements;
pub mod audit;
pub mod cloning;
pub mod competitions;
pub mod data_files;
mod db;
pub mod downloads;
pub mod dump;
mod error;
pub mod events;
pub mod finals;
pub mod integrity;
pub mod invites;
pub mod jobs;
pub mod limits;
pub mod mails;
mod mentions;
pub mod moderation;
pub mod notifications;
pub mod one_time_links;
pub mod oversight;
pub mod own_data;
pub mod pages;
pub mod participants;
pub mod post_images;
pub mod profiles;
mod quota;
pub mod ranking;
pub mod receipts;
pub mod reminders;
pub mod rescores;
pub mod results;
pub mod rulings;
mod schema;
pub mod sealed;
pub mod search;
pub mod second_factors;
pub mod sessions;
pub mod site_settings;
pub mod solutions;
pub mod standings;
pub mod stored_files;
pub mod submissions;
pub mod teams;
#[cfg(feature = "testing")]
pub mod testing;
pub mod threads;
pub mod tokens;
pub mod types;
pub mod upkeep;
pub mod users;

pub use db::{Conn, Db, Durability, MultiBackend, Options};
pub use error::StoreError;
