//! The versions of a competition's hidden labels. The file itself lies in the sealed blob store.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;

use crate::error::from_diesel;
use crate::schema::solutions;
use crate::types::{CompetitionId, Json, Sha256, SolutionId, UtcTime};
use crate::{Conn, StoreError, competitions};

/// The key that splits rows into public and private. Whoever has it knows the split, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct SplitKey(pub Vec<u8>);

impl fmt::Debug for SplitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SplitKey(sealed)")
    }
}

impl<DB: Backend> ToSql<Binary, DB> for SplitKey
where
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.as_slice().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Binary, DB> for SplitKey
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Vec::from_sql(bytes).map(Self)
    }
}

/// A version of the hidden labels.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = solutions)]
pub struct Solution {
    /// Its number.
    pub id: SolutionId,
    /// Whose.
    pub competition_id: CompetitionId,
    /// 1, 2, … within the competition.
    pub version: i32,
    /// Digest of the file, and its name in the sealed blob store.
    pub sha256: Sha256,
    /// Key of the split.
    pub split_key: SplitKey,
    /// Rows that count.
    pub rows_all: i64,
    /// Rows of the public split.
    pub rows_public: i64,
    /// Rows of the private split.
    pub rows_private: i64,
    /// When it came.
    pub created_at: UtcTime,
    /// From when on entries count by it; `None` while it is only tried.
    pub activated_at: Option<UtcTime>,
    /// Rows that are not scored; `None` for a version from before they were counted.
    pub rows_ignored: Option<i64>,
    /// Each class with its rows; `None` for a version from before they were counted.
    pub classes: Option<Json<Classes>>,
}

/// Each class with its rows.
pub type Classes = Vec<(String, i64)>;

/// What of a solution its hosts read again: counts, no label of any row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Rows that are not scored.
    pub ignored: i64,
    /// Each class with its rows, for the kinds that have classes.
    pub classes: Classes,
}

impl Solution {
    /// The counts; `None` for a version from before they were kept.
    ///
    /// # Errors
    /// The stored document is not what this program writes.
    pub fn report(&self) -> Result<Option<Report>, serde_json::Error> {
        let Some((ignored, classes)) = self.rows_ignored.zip(self.classes.as_ref()) else { return Ok(None) };
        Ok(Some(Report { ignored, classes: classes.read()? }))
    }
}

/// A version to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of Solution")]
pub struct NewSolution {
    pub sha256: Sha256,
    pub split_key: SplitKey,
    pub rows_all: i64,
    pub rows_public: i64,
    pub rows_private: i64,
    pub report: Option<Report>,
}

/// Why a solution cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum SolutionError {
    /// Entries were scored, or wait to be scored, with another one.
    #[error("the solution cannot change any more: {entries} entries use version {version}")]
    InUse {
        /// The version they use.
        version: i32,
        /// How many.
        entries: i64,
    },
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(SolutionError);

/// Adds a version. The same bytes and rows again are the same version: its split key stays, and `false` comes back.
///
/// # Errors
/// [`SolutionError::InUse`] when entries use another one.
pub fn add(
    conn: &mut Conn,
    competition: CompetitionId,
    new: &NewSolution,
    now: UtcTime,
) -> Result<(Solution, bool), SolutionError> {
    let used = in_use(conn, competition)?;
    if let Some(latest) = &used {
        let same_rows = (latest.rows_all, latest.rows_public, latest.rows_private)
            == (new.rows_all, new.rows_public, new.rows_private);
        if latest.sha256 == new.sha256 && same_rows {
            // Other classes of the manifest count the same rows otherwise.
            if let Some(report) = &new.report {
                diesel::update(solutions::table.find(latest.id))
                    .set((
                        solutions::rows_ignored.eq(report.ignored),
                        solutions::classes.eq(document(&report.classes)?),
                    ))
                    .execute(conn)?;
            }
            return Ok((get(conn, latest.id)?, false));
        }
        let entries = competitions::scored_entries(conn, competition)?;
        if entries > 0 {
            return Err(SolutionError::InUse { version: latest.version, entries });
        }
    }
    Ok((insert(conn, competition, new, Some(now), now)?, true))
}

/// Adds a version that entries do not count by yet; see [`crate::rescores`].
///
/// # Errors
/// Those of the database.
pub(crate) fn add_candidate(
    conn: &mut Conn,
    competition: CompetitionId,
    new: &NewSolution,
    now: UtcTime,
) -> Result<Solution, StoreError> {
    insert(conn, competition, new, None, now)
}

fn insert(
    conn: &mut Conn,
    competition: CompetitionId,
    new: &NewSolution,
    activated_at: Option<UtcTime>,
    now: UtcTime,
) -> Result<Solution, StoreError> {
    let last: Option<i32> = solutions::table
        .filter(solutions::competition_id.eq(competition))
        .select(diesel::dsl::max(solutions::version))
        .first(conn)?;
    let id: SolutionId = diesel::insert_into(solutions::table)
        .values((
            solutions::competition_id.eq(competition),
            solutions::version.eq(last.unwrap_or(0) + 1),
            solutions::sha256.eq(new.sha256),
            solutions::split_key.eq(&new.split_key),
            solutions::rows_all.eq(new.rows_all),
            solutions::rows_public.eq(new.rows_public),
            solutions::rows_private.eq(new.rows_private),
            solutions::created_at.eq(now),
            solutions::activated_at.eq(activated_at),
            solutions::rows_ignored.eq(new.report.as_ref().map(|report| report.ignored)),
            solutions::classes.eq(new.report.as_ref().map(|report| document(&report.classes)).transpose()?),
        ))
        .returning(solutions::id)
        .get_result(conn)?;
    get(conn, id)
}

fn document(classes: &Classes) -> Result<Json<Classes>, diesel::result::Error> {
    Json::new(classes).map_err(|error| diesel::result::Error::SerializationError(error.into()))
}

/// The version with this number, which must exist.
///
/// # Errors
/// Those of the database, [`diesel::NotFound`] among them.
pub fn get(conn: &mut Conn, id: SolutionId) -> Result<Solution, StoreError> {
    Ok(solutions::table.find(id).select(Solution::as_select()).first(conn)?)
}

/// Every version there is, the first first.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<Solution>, StoreError> {
    let versions = solutions::table.filter(solutions::competition_id.eq(competition)).order(solutions::version);
    Ok(versions.select(Solution::as_select()).load(conn)?)
}

/// The version that entries count by.
///
/// # Errors
/// Those of the database.
pub fn in_use(conn: &mut Conn, competition: CompetitionId) -> Result<Option<Solution>, StoreError> {
    let solution = solutions::table
        .filter(solutions::competition_id.eq(competition))
        .filter(solutions::activated_at.is_not_null())
        .order((solutions::activated_at.desc(), solutions::version.desc()))
        .select(Solution::as_select());
    Ok(solution.first(conn).optional()?)
}
