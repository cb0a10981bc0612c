//! A competition as a folder: read, check, scaffold. Depends on `podium-scoring` alone; knows no HTTP and no SQL.

pub mod check;
mod csv_file;
pub mod dates;
pub mod document;
pub mod finding;
pub mod folder;
pub mod manifest;
pub mod participation;
pub mod rules;
pub mod scaffold;
mod sentence;
mod spelling;
mod text;

pub use dates::{Dates, Instants, LocalTime, PrivateRelease, ReleaseAt};
pub use manifest::Manifest;
pub use sentence::{Language, Sentence};
pub use text::Text;
