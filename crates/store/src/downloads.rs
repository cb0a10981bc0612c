//! Who fetched which file of a competition, and when. Written softly: a line lost in a crash is not worth a synced write
//! for each of two thousand pictures.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::schema::{downloads, users};
use crate::types::{CompetitionId, DownloadId, Text, UserId, UtcTime};
use crate::{Conn, StoreError};

/// Somebody fetched a file.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = downloads)]
pub struct Download {
    /// Grows with time.
    pub id: DownloadId,
    /// Who.
    pub user_id: UserId,
    /// Which file; `*` for all of them as one archive.
    pub path: Text,
    /// Its size.
    pub bytes: i64,
    /// When.
    pub at: UtcTime,
}

/// How long a download may be gone on with.
const RESUMED_WITHIN: TimeDelta = TimeDelta::days(1);

/// Notes that somebody fetched a file, or a part of it: a part of what they began to fetch within a day is no new
/// download, however many parts there are.
///
/// # Errors
/// Those of the database.
pub fn record(
    conn: &mut Conn,
    (competition, user): (CompetitionId, UserId),
    (path, bytes): (&Text, i64),
    is_part: bool,
    now: UtcTime,
) -> Result<(), StoreError> {
    if is_part {
        let begun = downloads::table
            .filter(downloads::competition_id.eq(competition).and(downloads::user_id.eq(user)))
            .filter(downloads::path.eq(path).and(downloads::at.gt(now.plus(-RESUMED_WITHIN))));
        if diesel::select(diesel::dsl::exists(begun)).get_result(conn)? {
            return Ok(());
        }
    }
    diesel::insert_into(downloads::table)
        .values((
            downloads::competition_id.eq(competition),
            downloads::user_id.eq(user),
            downloads::path.eq(path),
            downloads::bytes.eq(bytes),
            downloads::at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The next `limit` downloads before `before`, newest first, with the names of who fetched; of one person or of all.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    competition: CompetitionId,
    of: Option<UserId>,
    before: Option<DownloadId>,
    limit: i64,
) -> Result<Vec<(Download, Text)>, StoreError> {
    let mut rows = downloads::table
        .inner_join(users::table)
        .filter(downloads::competition_id.eq(competition))
        .order(downloads::id.desc())
        .limit(limit)
        .select((Download::as_select(), users::name))
        .into_boxed();
    if let Some(user) = of {
        rows = rows.filter(downloads::user_id.eq(user));
    }
    if let Some(before) = before {
        rows = rows.filter(downloads::id.lt(before));
    }
    Ok(rows.load(conn)?)
}
