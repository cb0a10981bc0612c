//! The written pages of a competition: overview, data, rules, whatever a host adds, each in English and Korean.

use diesel::prelude::*;

use crate::schema::{page_versions, pages};
use crate::types::{CompetitionId, Language, PageVersionId, Text, UserId, UtcTime};
use crate::{Conn, StoreError};

/// A page in one language.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = pages)]
pub struct Page {
    /// `overview`, `data`, `rules`, …
    pub name: Text,
    /// Language of the text.
    pub language: Language,
    /// The source.
    pub markdown: Text,
    /// Hosts only before this instant.
    pub visible_from: Option<UtcTime>,
    /// Last change.
    pub updated_at: UtcTime,
}

impl Page {
    /// Whether others than hosts may read it.
    #[must_use]
    pub fn is_visible(&self, now: UtcTime) -> bool {
        self.visible_from.is_none_or(|from| from <= now)
    }
}

/// A text that a page had.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = page_versions)]
pub struct PageVersion {
    /// Grows with time.
    pub id: PageVersionId,
    /// The source.
    pub markdown: Text,
    /// Who wrote it, where that is known.
    pub saved_by: Option<UserId>,
    /// When.
    pub saved_at: UtcTime,
}

/// Writes a page, new or old. A text that differs from the last one becomes a version.
///
/// # Errors
/// Those of the database.
pub fn save(
    conn: &mut Conn,
    competition: CompetitionId,
    (name, language): (&Text, Language),
    markdown: &Text,
    visible_from: Option<UtcTime>,
    by: Option<UserId>,
    now: UtcTime,
) -> Result<(), StoreError> {
    let last = versions(conn, competition, (name, language), 1)?;
    if last.first().is_none_or(|last| last.markdown != *markdown) {
        diesel::insert_into(page_versions::table)
            .values((
                page_versions::competition_id.eq(competition),
                page_versions::name.eq(name),
                page_versions::language.eq(language),
                page_versions::markdown.eq(markdown),
                page_versions::saved_by.eq(by),
                page_versions::saved_at.eq(now),
            ))
            .execute(conn)?;
    }
    let content = (pages::markdown.eq(markdown), pages::visible_from.eq(visible_from), pages::updated_at.eq(now));
    let page = pages::table
        .filter(pages::competition_id.eq(competition))
        .filter(pages::name.eq(name))
        .filter(pages::language.eq(language));
    if diesel::update(page).set(content).execute(conn)? == 0 {
        diesel::insert_into(pages::table)
            .values((
                pages::competition_id.eq(competition),
                pages::name.eq(name),
                pages::language.eq(language),
                content,
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// All pages in all languages, by name.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, competition: CompetitionId) -> Result<Vec<Page>, StoreError> {
    let mut pages: Vec<Page> =
        pages::table.filter(pages::competition_id.eq(competition)).select(Page::as_select()).load(conn)?;
    pages.sort_by(|a, b| (&a.name, a.language.as_str()).cmp(&(&b.name, b.language.as_str())));
    Ok(pages)
}

/// One page.
///
/// # Errors
/// Those of the database.
pub fn find(
    conn: &mut Conn,
    competition: CompetitionId,
    name: &Text,
    language: Language,
) -> Result<Option<Page>, StoreError> {
    let page = pages::table
        .filter(pages::competition_id.eq(competition))
        .filter(pages::name.eq(name))
        .filter(pages::language.eq(language))
        .select(Page::as_select());
    Ok(page.first(conn).optional()?)
}

/// The newest `limit` texts of a page, newest first.
///
/// # Errors
/// Those of the database.
pub fn versions(
    conn: &mut Conn,
    competition: CompetitionId,
    (name, language): (&Text, Language),
    limit: i64,
) -> Result<Vec<PageVersion>, StoreError> {
    let rows = page_versions::table
        .filter(page_versions::competition_id.eq(competition))
        .filter(page_versions::name.eq(name))
        .filter(page_versions::language.eq(language))
        .order(page_versions::id.desc())
        .limit(limit);
    Ok(rows.select(PageVersion::as_select()).load(conn)?)
}

/// One text of a page; a version of another page is not there.
///
/// # Errors
/// Those of the database.
pub fn find_version(
    conn: &mut Conn,
    competition: CompetitionId,
    (name, language): (&Text, Language),
    id: PageVersionId,
) -> Result<Option<PageVersion>, StoreError> {
    let row = page_versions::table
        .find(id)
        .filter(page_versions::competition_id.eq(competition))
        .filter(page_versions::name.eq(name))
        .filter(page_versions::language.eq(language));
    Ok(row.select(PageVersion::as_select()).first(conn).optional()?)
}
