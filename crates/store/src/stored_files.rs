//! Which files the rows promise: every blob that must be there, for whoever checks that they are.

use diesel::prelude::*;

use crate::schema::{data_files, post_images, solutions, submissions};
use crate::types::{Sha256, SubmissionState};
use crate::{Conn, StoreError};

/// Where a blob lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shelf {
    /// What some response may carry.
    Public,
    /// Hidden labels.
    Sealed,
}

/// A file that a row names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredFile {
    /// Where it lies.
    pub shelf: Shelf,
    /// Its content's digest, which is its name.
    pub sha256: Sha256,
    /// Its size, where the row says it.
    pub bytes: Option<i64>,
    /// The row, for a person: `submission 12`.
    pub named_by: String,
}

/// Every file that a row names, in no order; the same file once for each row.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn) -> Result<Vec<StoredFile>, StoreError> {
    let mut files = Vec::new();
    let mut add = |shelf, sha256, bytes, named_by| files.push(StoredFile { shelf, sha256, bytes, named_by });
    let of_hosts: Vec<(i64, Sha256, i64)> =
        data_files::table.select((data_files::id, data_files::sha256, data_files::bytes)).load(conn)?;
    for (id, sha256, bytes) in of_hosts {
        add(Shelf::Public, sha256, Some(bytes), format!("data file {id}"));
    }
    // A refused file is in the history, but its bytes were not kept.
    let of_teams: Vec<(i64, Sha256, i64)> = submissions::table
        .filter(submissions::state.ne(SubmissionState::Invalid))
        .select((submissions::id, submissions::sha256, submissions::bytes))
        .load(conn)?;
    for (id, sha256, bytes) in of_teams {
        add(Shelf::Public, sha256, Some(bytes), format!("submission {id}"));
    }
    let of_posts: Vec<(i64, Sha256, i64)> =
        post_images::table.select((post_images::id, post_images::sha256, post_images::bytes)).load(conn)?;
    for (id, sha256, bytes) in of_posts {
        add(Shelf::Public, sha256, Some(bytes), format!("picture {id}"));
    }
    let hidden: Vec<(i64, Sha256)> = solutions::table.select((solutions::id, solutions::sha256)).load(conn)?;
    for (id, sha256) in hidden {
        add(Shelf::Sealed, sha256, None, format!("solution {id}"));
    }
    Ok(files)
}
