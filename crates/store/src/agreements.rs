//! What people agreed to, in which version, and when: the rules of competitions, by joining them (`teams`) and anew when
//! they have changed; the site's privacy notice; a competition's data agreement. Nothing is overwritten.

use diesel::prelude::*;

use crate::schema::{agreements, consents};
use crate::types::{CompetitionId, Sha256, UserId, UtcTime, words};
use crate::{Conn, StoreError};

words! {
    /// A document that can be agreed to.
    Document {
        /// What the site does with personal data.
        Privacy = "privacy",
        /// What may be done with a competition's data: its page `data-agreement`.
        DataAgreement = "data_agreement",
    }
}

/// That somebody agreed to one version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Of which competition; none for the site's documents.
    pub competition: Option<CompetitionId>,
    /// Which document; none for a competition's rules.
    pub document: Option<Document>,
    /// SHA-256 of the text that was shown.
    pub sha256: Sha256,
    /// When.
    pub agreed_at: UtcTime,
}

/// Notes that somebody agreed. The same version again changes nothing.
///
/// # Errors
/// Those of the database.
pub fn agree(
    conn: &mut Conn,
    user: UserId,
    competition: Option<CompetitionId>,
    document: Document,
    sha256: Sha256,
    now: UtcTime,
) -> Result<(), StoreError> {
    if has_agreed(conn, user, competition, document, sha256)? {
        return Ok(());
    }
    diesel::insert_into(agreements::table)
        .values((
            agreements::user_id.eq(user),
            agreements::competition_id.eq(competition),
            agreements::document.eq(document),
            agreements::sha256.eq(sha256),
            agreements::agreed_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that somebody who takes part agreed to the rules of their competition anew. The version they agreed to last
/// changes nothing.
///
/// # Errors
/// Those of the database.
pub fn agree_to_rules(
    conn: &mut Conn,
    user: UserId,
    competition: CompetitionId,
    sha256: Sha256,
    now: UtcTime,
) -> Result<(), StoreError> {
    if rules_agreed_to(conn, user, competition)? == Some(sha256) {
        return Ok(());
    }
    consent(conn, user, competition, sha256, now)
}

/// The version of a competition's rules that somebody agreed to last.
pub(crate) fn rules_agreed_to(
    conn: &mut Conn,
    user: UserId,
    competition: CompetitionId,
) -> Result<Option<Sha256>, StoreError> {
    let agreed = consents::table
        .filter(consents::user_id.eq(user).and(consents::competition_id.eq(competition)))
        .order(consents::id.desc())
        .select(consents::rules_sha256);
    Ok(agreed.first(conn).optional()?)
}

/// Notes that somebody agreed to a competition's rules.
pub(crate) fn consent(
    conn: &mut Conn,
    user: UserId,
    competition: CompetitionId,
    sha256: Sha256,
    now: UtcTime,
) -> Result<(), StoreError> {
    diesel::insert_into(consents::table)
        .values((
            consents::user_id.eq(user),
            consents::competition_id.eq(competition),
            consents::rules_sha256.eq(sha256),
            consents::accepted_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether somebody agreed to this version.
///
/// # Errors
/// Those of the database.
pub fn has_agreed(
    conn: &mut Conn,
    user: UserId,
    competition: Option<CompetitionId>,
    document: Document,
    sha256: Sha256,
) -> Result<bool, StoreError> {
    let mut rows = agreements::table
        .filter(agreements::user_id.eq(user).and(agreements::document.eq(document)))
        .filter(agreements::sha256.eq(sha256))
        .into_boxed();
    rows = match competition {
        Some(id) => rows.filter(agreements::competition_id.eq(id)),
        None => rows.filter(agreements::competition_id.is_null()),
    };
    Ok(rows.select(agreements::id).first::<i64>(conn).optional()?.is_some())
}

/// Everything somebody agreed to, the rules of competitions included, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut Conn, user: UserId) -> Result<Vec<Agreement>, StoreError> {
    let rules: Vec<(CompetitionId, Sha256, UtcTime)> = consents::table
        .filter(consents::user_id.eq(user))
        .select((consents::competition_id, consents::rules_sha256, consents::accepted_at))
        .load(conn)?;
    let others: Vec<(Option<CompetitionId>, Document, Sha256, UtcTime)> = agreements::table
        .filter(agreements::user_id.eq(user))
        .select((agreements::competition_id, agreements::document, agreements::sha256, agreements::agreed_at))
        .load(conn)?;
    let rules = rules.into_iter().map(|(competition, sha256, agreed_at)| Agreement {
        competition: Some(competition),
        document: None,
        sha256,
        agreed_at,
    });
    let others = others.into_iter().map(|(competition, document, sha256, agreed_at)| Agreement {
        competition,
        document: Some(document),
        sha256,
        agreed_at,
    });
    let mut all: Vec<Agreement> = rules.chain(others).collect();
    all.sort_by_key(|agreement| agreement.agreed_at);
    Ok(all)
}
