//! The written pages of a competition: overview, data, rules, whatever a host adds, each in English and Korean.

use diesel::prelude::*;

use crate::schema::pages;
use crate::types::{CompetitionId, Language, Text, UtcTime};
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

/// Writes a page, new or old.
///
/// # Errors
/// Those of the database.
pub fn save(
    conn: &mut Conn,
    competition: CompetitionId,
    (name, language): (&Text, Language),
    markdown: &Text,
    visible_from: Option<UtcTime>,
    now: UtcTime,
) -> Result<(), StoreError> {
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
