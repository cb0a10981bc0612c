//! Pictures in posts: which ones a competition has. Their bytes are blobs that this program encoded itself.

use diesel::prelude::*;

use crate::schema::post_images;
use crate::types::{CompetitionId, Sha256, Text, UserId, UtcTime};
use crate::{Conn, StoreError};

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Selectable)]
#[diesel(table_name = post_images)]
pub struct PostImage {
    /// Where it may be shown.
    pub competition_id: CompetitionId,
    /// Who uploaded it.
    pub user_id: UserId,
    /// Its blob.
    pub sha256: Sha256,
    /// `image/png` or `image/jpeg`.
    pub media_type: Text,
    /// Its size.
    pub bytes: i64,
    /// Its width in pixels.
    pub width: i32,
    /// Its height in pixels.
    pub height: i32,
    /// When it was uploaded.
    pub created_at: UtcTime,
}

/// Notes a picture whose blob is durable.
///
/// # Errors
/// Those of the database.
pub fn add(conn: &mut Conn, new: &PostImage) -> Result<(), StoreError> {
    if find(conn, new.competition_id, new.sha256)?.is_none() {
        diesel::insert_into(post_images::table).values(new).execute(conn)?;
    }
    Ok(())
}

/// The picture of a competition with this digest.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, competition: CompetitionId, sha256: Sha256) -> Result<Option<PostImage>, StoreError> {
    let found = post_images::table
        .filter(post_images::competition_id.eq(competition).and(post_images::sha256.eq(sha256)))
        .select(PostImage::as_select());
    Ok(found.first(conn).optional()?)
}
