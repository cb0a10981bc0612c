//! The files that participants get. The bytes lie in the blob store, named by their digest; here is which path means
//! which bytes.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::schema::data_files;
use crate::types::{CompetitionId, DataFileId, Sha256, Text, UtcTime};
use crate::{Conn, StoreError};

/// A file of a competition.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = data_files)]
pub struct DataFile {
    /// Its number.
    pub id: DataFileId,
    /// Relative, parted by `/`.
    pub path: Text,
    /// Size.
    pub bytes: i64,
    /// Digest of the content, and its name in the blob store.
    pub sha256: Sha256,
    /// Hosts only before this instant.
    pub visible_from: Option<UtcTime>,
    /// When this content came.
    pub created_at: UtcTime,
}

impl DataFile {
    /// Whether others than hosts may see it.
    #[must_use]
    pub fn is_visible(&self, now: UtcTime) -> bool {
        self.visible_from.is_none_or(|from| from <= now)
    }
}

/// A file to be put in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDataFile {
    /// Relative, parted by `/`; checked by the caller.
    pub path: Text,
    /// Size.
    pub bytes: i64,
    /// Digest of the content.
    pub sha256: Sha256,
    /// Hosts only before this instant.
    pub visible_from: Option<UtcTime>,
}

/// Puts a file in place of what was there. `false` when the same bytes were there, with the same visibility.
///
/// # Errors
/// Those of the database.
pub fn put(conn: &mut Conn, competition: CompetitionId, new: &NewDataFile, now: UtcTime) -> Result<bool, StoreError> {
    let old = find(conn, competition, &new.path)?;
    if old.as_ref().is_some_and(|old| (old.sha256, old.visible_from) == (new.sha256, new.visible_from)) {
        return Ok(false);
    }
    let content = (
        data_files::bytes.eq(new.bytes),
        data_files::sha256.eq(new.sha256),
        data_files::visible_from.eq(new.visible_from),
        data_files::created_at.eq(now),
    );
    match old {
        Some(old) => diesel::update(data_files::table.find(old.id)).set(content).execute(conn)?,
        None => diesel::insert_into(data_files::table)
            .values((data_files::competition_id.eq(competition), data_files::path.eq(&new.path), content))
            .execute(conn)?,
    };
    Ok(true)
}

/// Takes a file away; its bytes stay in the blob store. What it was.
///
/// # Errors
/// Those of the database.
pub fn delete(conn: &mut Conn, competition: CompetitionId, path: &Text) -> Result<Option<DataFile>, StoreError> {
    let old = find(conn, competition, path)?;
    if let Some(old) = &old {
        diesel::delete(data_files::table.find(old.id)).execute(conn)?;
    }
    Ok(old)
}

/// The file at this path.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, competition: CompetitionId, path: &Text) -> Result<Option<DataFile>, StoreError> {
    let file = data_files::table
        .filter(data_files::competition_id.eq(competition))
        .filter(data_files::path.eq(path))
        .select(DataFile::as_select());
    Ok(file.first(conn).optional()?)
}

/// Every file, by path (in the order of its bytes).
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<DataFile>, StoreError> {
    let files = data_files::table.filter(data_files::competition_id.eq(competition)).order(data_files::path);
    Ok(files.select(DataFile::as_select()).load(conn)?)
}

/// How many files, and how many bytes in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, QueryableByName)]
pub struct Total {
    /// Number of files.
    #[diesel(sql_type = BigInt)]
    pub files: i64,
    /// Their sizes added up.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
}

/// What is visible at `now` (or everything, for hosts), added up.
///
/// # Errors
/// Those of the database.
pub fn total(conn: &mut Conn, competition: CompetitionId, visible_at: Option<UtcTime>) -> Result<Total, StoreError> {
    const SUMS: &str = "CAST(count(*) AS BIGINT) AS files, CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes";
    let total = match visible_at {
        None => diesel::sql_query(format!("SELECT {SUMS} FROM data_files WHERE competition_id = $1"))
            .bind::<BigInt, _>(competition)
            .get_result(conn)?,
        Some(now) => diesel::sql_query(format!(
            "SELECT {SUMS} FROM data_files WHERE competition_id = $1 AND (visible_from IS NULL OR visible_from <= $2)"
        ))
        .bind::<BigInt, _>(competition)
        .bind::<diesel::sql_types::Timestamp, _>(now)
        .get_result(conn)?,
    };
    Ok(total)
}

/// One line of a folder's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderItem {
    /// A file in it.
    File(DataFile),
    /// A folder in it.
    Folder {
        /// From the root, without the last `/`.
        path: String,
        /// Files below, at any depth.
        files: i64,
    },
}

impl FolderItem {
    /// Where the list goes on after this item; folders end with `/`.
    #[must_use]
    pub fn cursor(&self) -> String {
        match self {
            Self::File(file) => file.path.to_string(),
            Self::Folder { path, .. } => format!("{path}/"),
        }
    }
}

/// The next `limit` items of `folder` (`""` for the root) after the item with the cursor `after`, by the bytes of their
/// paths. Costs one or two range queries an item, so that a folder of a million pictures opens as fast as a small one.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    competition: CompetitionId,
    folder: &str,
    after: Option<&str>,
    limit: usize,
    visible_at: Option<UtcTime>,
) -> Result<Vec<FolderItem>, StoreError> {
    let folder = folder.trim_end_matches('/');
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let end = (!folder.is_empty()).then(|| past(&prefix));
    let mut from = after.map_or_else(|| Bound::At(prefix.clone()), Bound::after);
    let mut items = Vec::new();
    while items.len() < limit {
        let Some(file) = next(conn, competition, &from, end.as_deref(), visible_at)? else { break };
        let Some(rest) = file.path.as_str().strip_prefix(&prefix) else { break };
        let item = match rest.split_once('/') {
            None => FolderItem::File(file),
            Some((name, _)) => {
                let path = format!("{prefix}{name}");
                let files = count_below(conn, competition, &path, visible_at)?;
                FolderItem::Folder { path, files }
            }
        };
        from = Bound::after(&item.cursor());
        items.push(item);
    }
    Ok(items)
}

/// The smallest text after everything that begins with `folder/`: '0' is the byte after '/'.
fn past(folder: &str) -> String {
    format!("{}0", folder.trim_end_matches('/'))
}

/// Where a search begins.
enum Bound {
    /// At this path or later.
    At(String),
    /// After this path.
    After(String),
}

impl Bound {
    fn after(cursor: &str) -> Self {
        if cursor.ends_with('/') { Self::At(past(cursor)) } else { Self::After(cursor.to_owned()) }
    }
}

fn next(
    conn: &mut Conn,
    competition: CompetitionId,
    from: &Bound,
    end: Option<&str>,
    visible_at: Option<UtcTime>,
) -> Result<Option<DataFile>, StoreError> {
    let mut files = data_files::table
        .filter(data_files::competition_id.eq(competition))
        .order(data_files::path)
        .select(DataFile::as_select())
        .into_boxed();
    if let Some(now) = visible_at {
        files = files.filter(data_files::visible_from.is_null().or(data_files::visible_from.le(now)));
    }
    if let Some(end) = end {
        files = files.filter(data_files::path.lt(end));
    }
    let files = match from {
        Bound::At(path) => files.filter(data_files::path.ge(path)),
        Bound::After(path) => files.filter(data_files::path.gt(path)),
    };
    Ok(files.first(conn).optional()?)
}

fn count_below(
    conn: &mut Conn,
    competition: CompetitionId,
    folder: &str,
    visible_at: Option<UtcTime>,
) -> Result<i64, StoreError> {
    let mut files = data_files::table
        .filter(data_files::competition_id.eq(competition))
        .filter(data_files::path.ge(format!("{folder}/")))
        .filter(data_files::path.lt(past(folder)))
        .into_boxed();
    if let Some(now) = visible_at {
        files = files.filter(data_files::visible_from.is_null().or(data_files::visible_from.le(now)));
    }
    Ok(files.count().get_result(conn)?)
}
