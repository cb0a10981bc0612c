//! The types of columns: ids, instants, zones, hashes, words, text. Whatever has such a type may be stored.

mod finite;
mod hash;
mod id;
mod text;
mod time;
mod word;

pub use finite::{Finite, NotFinite};
pub use hash::{Sha256, WrongHash};
pub use id::*;
pub use text::{Json, Slug, SlugError, Text, TextError, fold_name};
pub use time::{Day, TimeError, UnknownZone, UtcTime, Zone};
pub(crate) use word::words;
pub use word::{
    Admission, CompetitionRole, Language, MemberRole, SubmissionState, UnknownWord, UserRole, UserState, Visibility,
};

#[cfg(test)]
mod tests;
