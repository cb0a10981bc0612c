//! Competitions: their settings, and how they go from draft to archive. Their dates and the states that follow from them
//! are in `dates`, who runs them in `hosts`, the list of them in `listing`.

use diesel::prelude::*;

use crate::error::from_diesel;
use crate::ranking::{BoardRules, Ties};
use crate::schema::{competitions, submissions};
use crate::types::{
    Admission, CompetitionId, CompetitionRole, Json, Sha256, Slug, SubmissionState, Text, UserId, UtcTime, Visibility,
    Zone,
};
use crate::{Conn, StoreError};

mod changes;
mod dates;
mod hosts;
mod listing;
pub use changes::Change;
pub use dates::{CompetitionState, Dates, PrivateRelease, PrivateReleaseError};
pub use hosts::{Host, add_host, hand_over, hosts, is_host, remove_host, role_of};
pub use listing::{Listed, Viewer, list};

/// A competition with all its settings.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = competitions)]
pub struct Competition {
    /// Its number.
    pub id: CompetitionId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Title in English.
    pub title_en: Text,
    /// Title in Korean.
    pub title_ko: Text,
    /// One sentence in English.
    pub summary_en: Text,
    /// One sentence in Korean.
    pub summary_ko: Text,
    /// Licence of the data.
    pub licence: Text,
    /// The quota day is a calendar day of this zone.
    pub zone: Zone,
    /// Its instants.
    #[diesel(embed)]
    pub dates: Dates,
    /// The manifest as a JSON document, which the store does not look into.
    pub manifest: Text,
    /// Digest of the manifest.
    pub manifest_sha256: Sha256,
    /// The metric that ranks.
    pub metric: Text,
    /// Whether more of it is better.
    pub higher_is_better: bool,
    /// Entries a team may spend on a day.
    pub entries_per_day: i32,
    /// Entries of a team that may count in the end.
    pub finals: i32,
    /// Members a team may have.
    pub team_size: i32,
    /// Largest submission, in bytes.
    pub file_limit_bytes: i64,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: UtcTime,
    /// When its settings last changed.
    pub updated_at: UtcTime,
    /// How the board ranks and names.
    pub board: Json<BoardRules>,
    /// Who finds it.
    pub visibility: Visibility,
    /// Who may join without being let in.
    pub admission: Admission,
    /// Only accounts with an address of one of these domains may join; empty for all. Invited people may anyway.
    pub domains: Json<Vec<String>>,
}

/// Proof that the private scores of a competition may be read: they are out ([`Competition::released`]), or it is over and
/// its hosts look ahead ([`Competition::released_in_rehearsal`]). Made by these two only.
#[derive(Debug)]
pub struct Released {
    pub(crate) competition: CompetitionId,
    pub(crate) metric: Text,
    pub(crate) higher_is_better: bool,
    pub(crate) finals: usize,
    pub(crate) ties: Ties,
}

impl Competition {
    /// The state at `now`.
    #[must_use]
    pub fn state(&self, now: UtcTime) -> CompetitionState {
        self.dates.state(now)
    }

    /// The proof that private scores are out, once they are.
    #[must_use]
    pub fn released(&self, now: UtcTime) -> Option<Released> {
        // Archiving a competition that was never revealed does not reveal it; nor does planning one that stays a draft.
        self.dates.are_revealed(now).then(|| self.proof())
    }

    /// The proof as of an instant that may lie ahead, for a host who rehearses the ending: hosts have the solution, so
    /// nothing is told that they could not compute. Never for anybody else. `None` before the end.
    #[must_use]
    pub fn released_in_rehearsal(&self, as_of: UtcTime) -> Option<Released> {
        (self.dates.ends_at <= as_of).then(|| self.proof())
    }

    fn proof(&self) -> Released {
        Released {
            competition: self.id,
            metric: self.metric.clone(),
            higher_is_better: self.higher_is_better,
            finals: usize::try_from(self.finals).unwrap_or(1),
            ties: self.board_rules().ties,
        }
    }

    /// How the board ranks and names. A document that cannot be read is one of an older program: the defaults.
    #[must_use]
    pub fn board_rules(&self) -> BoardRules {
        self.board.read().unwrap_or_default()
    }
}

/// The settings that a host writes.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields of Competition")]
pub struct Settings {
    pub slug: Slug,
    pub title_en: Text,
    pub title_ko: Text,
    pub summary_en: Text,
    pub summary_ko: Text,
    pub licence: Text,
    pub zone: Zone,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
    pub private_release: PrivateRelease,
    pub joins_until: Option<UtcTime>,
    pub merges_until: Option<UtcTime>,
    pub freezes_at: Option<UtcTime>,
    pub board: Json<BoardRules>,
    pub manifest: Text,
    pub manifest_sha256: Sha256,
    pub metric: Text,
    pub higher_is_better: bool,
    pub entries_per_day: i32,
    pub finals: i32,
    pub team_size: i32,
    pub file_limit_bytes: i64,
    pub visibility: Visibility,
    pub admission: Admission,
    pub domains: Json<Vec<String>>,
}

/// What [`save`] did.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    /// A new draft, owned by whoever saved it.
    Created(Competition),
    /// New settings, and what of them participants should know.
    Updated(Competition, Vec<Change>),
    /// The same manifest as before.
    Unchanged(Competition),
}

impl Saved {
    /// The competition, whatever was done.
    #[must_use]
    pub fn competition(self) -> Competition {
        match self {
            Self::Created(competition) | Self::Updated(competition, _) | Self::Unchanged(competition) => competition,
        }
    }
}

/// Why settings cannot be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The end must come after the start.
    #[error("the end must come after the start")]
    EndsBeforeStart,
    /// Once it has begun, its start is history.
    #[error("the competition has begun; its start cannot change any more")]
    Begun,
    /// Entries that were in time would be late.
    #[error("{entries} entries came after the new end; the end cannot be moved before them")]
    EndPassed {
        /// How many.
        entries: i64,
    },
    /// The private scores are out: more entries would be made with knowledge of them.
    #[error("the private scores are out; dates and limits cannot change any more")]
    Revealed,
    /// A limit must be at least 1.
    #[error("'{0}' must be at least 1")]
    LimitTooSmall(&'static str),
    /// The ranking metric cannot change while there are scored entries.
    #[error("the metric cannot change any more: {entries} entries were scored with '{metric}'")]
    MetricInUse {
        /// The metric that they were scored with.
        metric: Text,
        /// How many.
        entries: i64,
    },
    /// What everybody has seen cannot be taken back.
    #[error("the competition was published to everybody and cannot become private any more")]
    WasPublic,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the private scores cannot be let out.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// Not before the end.
    #[error("the competition has not ended")]
    NotEnded,
    /// There is no such competition.
    #[error("there is no such competition")]
    Missing,
    /// Below the rules.
    #[error(transparent)]
    Store(#[from] StoreError),
}
from_diesel!(SaveError, ReleaseError);

/// Makes a draft or changes the settings of the competition with this slug. Who may is the caller's business.
///
/// # Errors
/// [`SaveError`]; the first rule that is broken.
pub fn save(conn: &mut Conn, new: &Settings, by: UserId, now: UtcTime) -> Result<Saved, SaveError> {
    if new.starts_at >= new.ends_at {
        return Err(SaveError::EndsBeforeStart);
    }
    let limits = [
        ("entries_per_day", i64::from(new.entries_per_day)),
        ("finals", i64::from(new.finals)),
        ("team_size", i64::from(new.team_size)),
        ("file_bytes", new.file_limit_bytes),
    ];
    if let Some((name, _)) = limits.iter().find(|(_, limit)| *limit < 1) {
        return Err(SaveError::LimitTooSmall(name));
    }
    let values = (
        competitions::slug.eq(&new.slug),
        competitions::title_en.eq(&new.title_en),
        competitions::title_ko.eq(&new.title_ko),
        competitions::summary_en.eq(&new.summary_en),
        competitions::summary_ko.eq(&new.summary_ko),
        competitions::licence.eq(&new.licence),
        competitions::zone.eq(new.zone),
        competitions::starts_at.eq(new.starts_at),
        competitions::ends_at.eq(new.ends_at),
        competitions::private_release.eq(new.private_release.to_string()),
        competitions::joins_until.eq(new.joins_until),
        competitions::merges_until.eq(new.merges_until),
        competitions::freezes_at.eq(new.freezes_at),
        competitions::board.eq(&new.board),
        competitions::manifest.eq(&new.manifest),
        competitions::manifest_sha256.eq(new.manifest_sha256),
        competitions::metric.eq(&new.metric),
        competitions::higher_is_better.eq(new.higher_is_better),
        competitions::entries_per_day.eq(new.entries_per_day),
        competitions::finals.eq(new.finals),
        competitions::team_size.eq(new.team_size),
        competitions::file_limit_bytes.eq(new.file_limit_bytes),
        competitions::visibility.eq(new.visibility),
        competitions::admission.eq(new.admission),
        competitions::domains.eq(&new.domains),
        competitions::updated_at.eq(now),
    );
    let Some(old) = find(conn, &new.slug)? else {
        let id: CompetitionId = diesel::insert_into(competitions::table)
            .values((values, competitions::created_by.eq(by), competitions::created_at.eq(now)))
            .returning(competitions::id)
            .get_result(conn)?;
        add_host(conn, id, by, CompetitionRole::Owner)?;
        return Ok(Saved::Created(get(conn, id)?));
    };
    if old.manifest_sha256 == new.manifest_sha256 {
        return Ok(Saved::Unchanged(old));
    }
    if (&old.metric, old.higher_is_better) != (&new.metric, new.higher_is_better) {
        let entries = scored_entries(conn, old.id)?;
        if entries > 0 {
            return Err(SaveError::MetricInUse { metric: old.metric, entries });
        }
    }
    // The boards of public competitions are served without asking who looks, so this way is closed.
    if old.dates.published_at.is_some() && (old.visibility, new.visibility) == (Visibility::Public, Visibility::Private)
    {
        return Err(SaveError::WasPublic);
    }
    let changes = changes::between(&old, new);
    if old.dates.published_at.is_some_and(|p| p <= now) {
        changes::refuse_unfair(conn, &old, new, &changes, now)?;
    }
    diesel::update(competitions::table.find(old.id)).set(values).execute(conn)?;
    if old.dates.freezes_at != new.freezes_at {
        crate::standings::recompute_all(conn, old.id, now)?;
    }
    Ok(Saved::Updated(get(conn, old.id)?, changes))
}

/// The competition with this slug, in whatever state.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, slug: &Slug) -> Result<Option<Competition>, StoreError> {
    let found = competitions::table.filter(competitions::slug.eq(slug)).select(Competition::as_select());
    Ok(found.first(conn).optional()?)
}

/// The competition with this number, which must exist.
///
/// # Errors
/// Those of the database, [`diesel::NotFound`] among them.
pub fn get(conn: &mut Conn, id: CompetitionId) -> Result<Competition, StoreError> {
    Ok(competitions::table.find(id).select(Competition::as_select()).first(conn)?)
}

/// Entries that a change of metric or solution would leave behind.
///
/// # Errors
/// Those of the database.
pub fn scored_entries(conn: &mut Conn, id: CompetitionId) -> Result<i64, StoreError> {
    let counting = SubmissionState::ALL.iter().copied().filter(|state| state.counts());
    let entries =
        submissions::table.filter(submissions::competition_id.eq(id)).filter(submissions::state.eq_any(counting));
    Ok(entries.count().get_result(conn)?)
}

/// Shows the competition to everybody from `now` on; does nothing when it is shown already.
///
/// # Errors
/// Those of the database.
pub fn publish(conn: &mut Conn, id: CompetitionId, now: UtcTime) -> Result<Competition, StoreError> {
    diesel::update(competitions::table.find(id).filter(competitions::published_at.is_null()))
        .set(competitions::published_at.eq(now))
        .execute(conn)?;
    get(conn, id)
}

/// Lets the private scores out, where that is the host's decision; does nothing when they are out.
///
/// # Errors
/// [`ReleaseError::NotEnded`].
pub fn release(conn: &mut Conn, id: CompetitionId, now: UtcTime) -> Result<Competition, ReleaseError> {
    let dates = competitions::table.find(id).select(Dates::as_select()).first(conn).optional()?;
    if now < dates.ok_or(ReleaseError::Missing)?.ends_at {
        return Err(ReleaseError::NotEnded);
    }
    diesel::update(competitions::table.find(id).filter(competitions::released_at.is_null()))
        .set(competitions::released_at.eq(now))
        .execute(conn)?;
    crate::standings::thaw(conn, id, now)?;
    Ok(get(conn, id)?)
}

/// Puts the competition away for reading only.
///
/// # Errors
/// Those of the database.
pub fn archive(conn: &mut Conn, id: CompetitionId, now: UtcTime) -> Result<Competition, StoreError> {
    diesel::update(competitions::table.find(id)).set(competitions::archived_at.eq(now)).execute(conn)?;
    get(conn, id)
}
