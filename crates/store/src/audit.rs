//! The audit log: what people did with rights that others lack. Append-only and hash-chained, so that a row that was
//! changed, removed or moved behind Podium's back is found by [`verify`] (`podium audit verify`).
//!
//! Whoever adds an operation of hosts, administrators or the command line adds a word to [`Action`] and one line to the
//! write closure of the operation, so that the entry stands exactly if the change does:
//!
//! ```ignore
//! let entry = Entry::new(user.actor(), Action::TeamDisqualified, team.name.as_str())
//!     .of(competition).with("team", team.id.0).with("reason", reason);
//! db.write(move |conn| { teams::disqualify(conn, team, now)?; audit::record(conn, &entry, now)?; Ok(()) })
//! ```
//!
//! A subject names what was acted upon, as people call it; `detail` holds what is needed to understand the change later:
//! ids, values before and after, a reason. Never a secret: no password, token, hidden label or private score. Hosts read
//! the entries of their competition, administrators all of them. People are kept by number, so an account that becomes a
//! pseudonym does so here too and the chain stands.

use diesel::prelude::*;
use sha2::Digest as _;

use crate::schema::{audit, audit_head, users};
use crate::types::{AuditId, CompetitionId, Sha256, Text, UserId, UtcTime, words};
use crate::{Conn, StoreError};

/// The row of `audit_head`.
const HEAD: i64 = 1;
/// What the first entry has for a previous hash.
const ORIGIN: Sha256 = Sha256([0; 32]);
/// Broken entries that [`verify`] lists; it counts all.
const LISTED: usize = 20;

words! {
    /// How somebody acted.
    ActorKind {
        /// In the browser.
        User = "user",
        /// By a program with their API token.
        Token = "token",
        /// On the command line of the server's machine.
        Operator = "operator",
        /// Podium itself, at a time that was set before.
        System = "system",
    }
}

words! {
    /// What was done. A closed set, stored as text without a check in the database, so that a new word is no migration.
    Action {
        /// A draft was made.
        CompetitionCreated = "competition.created",
        /// The manifest changed; what of it affects participants is in a `competition.rules_changed` beside it.
        CompetitionSaved = "competition.saved",
        /// Dates, limits or the way of ranking changed. Detail: `reason`, `changes: [{key, before, after}]`. Shown to all.
        RulesChanged = "competition.rules_changed",
        /// It became visible to all.
        CompetitionPublished = "competition.published",
        /// The private scores were let out.
        ScoresReleased = "competition.released",
        /// The private scores were held back for verification, past their date.
        ScoresHeld = "competition.held",
        /// It was put away for reading.
        CompetitionArchived = "competition.archived",
        /// Made from another competition.
        CompetitionCloned = "competition.cloned",
        /// A host looked at another instant; once a minute. Detail: `as_of`, `what`: the competition with its public board, or
        /// the private board.
        Rehearsed = "competition.rehearsed",
        /// A page was written.
        PageSaved = "page.saved",
        /// Data files were uploaded. Detail: `stored`.
        FilesUploaded = "files.uploaded",
        /// A data file was removed.
        FileDeleted = "file.deleted",
        /// A solution was uploaded. Detail: `version`, `rows`.
        SolutionSaved = "solution.saved",
        /// A new solution or metric was tried on all entries. Detail: `version`.
        RescorePreviewed = "rescore.previewed",
        /// Its scores became those that count. Detail: `entries`, `moved`.
        RescorePublished = "rescore.published",
        /// The closing archive was downloaded.
        ArchiveDownloaded = "archive.downloaded",
        /// Somebody became a host.
        HostAdded = "host.added",
        /// Somebody is a host no more.
        HostRemoved = "host.removed",
        /// A participant was let in.
        ParticipantApproved = "participant.approved",
        /// People were invited. Detail: `count`.
        ParticipantsInvited = "participant.invited",
        /// A participant was removed.
        ParticipantRemoved = "participant.removed",
        /// Two teams became one.
        TeamsMerged = "team.merged",
        /// A team was given another name by a host.
        TeamRenamed = "team.renamed",
        /// A team was disqualified. Detail: `reason`.
        TeamDisqualified = "team.disqualified",
        /// A disqualification was undone. Detail: `reason`.
        TeamReinstated = "team.reinstated",
        /// A request to take part was declined. Detail: `reason`.
        ParticipantDeclined = "participant.declined",
        /// Somebody who was removed or declined may join again.
        ParticipantReadmitted = "participant.readmitted",
        /// A team got entries or time beyond the rules. Detail: `entries`, `day`, `until`, `reason`.
        TeamGranted = "team.granted",
        /// What a team got beyond the rules was taken back.
        GrantRevoked = "team.grant_revoked",
        /// A team was put into another bracket by a host.
        BracketSet = "team.bracket_set",
        /// Entries, participants or other rows were exported. Detail: `what`.
        Exported = "export.downloaded",
        /// An announcement was sent.
        Announced = "announcement.sent",
        /// A post or thread was hidden, locked or removed by a moderator.
        PostModerated = "post.moderated",
        /// An account's role changed. Detail: `before`, `after`.
        RoleChanged = "user.role_changed",
        /// An account was suspended or let in again. Detail: `before`, `after`.
        UserStateChanged = "user.state_changed",
        /// An account was made by an administrator or on the command line.
        UserCreated = "user.created",
        /// An account became a pseudonym.
        UserDeleted = "user.deleted",
        /// A second factor was reset by an administrator.
        SecondFactorReset = "user.second_factor_reset",
        /// A link to set a new password was issued by an administrator.
        PasswordResetIssued = "user.password_reset_issued",
        /// A job was put back into the queue.
        JobRetried = "job.retried",
        /// A job was cancelled.
        JobCancelled = "job.cancelled",
        /// A setting of the site changed. Detail: `before`, `after`.
        SettingChanged = "setting.changed",
        /// A backup was taken.
        BackupTaken = "backup.taken",
        /// The site was restored from a backup.
        BackupRestored = "backup.restored",
    }
}

/// Who acted, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody in the browser.
    User(UserId),
    /// Somebody's program.
    Token(UserId),
    /// Whoever has the server's machine.
    Operator,
    /// Podium itself.
    System,
}

impl Actor {
    fn parts(self) -> (ActorKind, Option<UserId>) {
        match self {
            Self::User(user) => (ActorKind::User, Some(user)),
            Self::Token(user) => (ActorKind::Token, Some(user)),
            Self::Operator => (ActorKind::Operator, None),
            Self::System => (ActorKind::System, None),
        }
    }
}

/// Something to write down.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    actor: Actor,
    competition: Option<CompetitionId>,
    action: Action,
    subject: Text,
    detail: serde_json::Map<String, serde_json::Value>,
}

impl Entry {
    /// An entry of the site; `subject` is what was acted upon, as people call it.
    #[must_use]
    pub fn new(actor: Actor, action: Action, subject: impl Into<String>) -> Self {
        Self { actor, competition: None, action, subject: Text::lossy(subject), detail: serde_json::Map::new() }
    }

    /// Makes it an entry of a competition, which its hosts may read.
    #[must_use]
    pub fn of(mut self, competition: CompetitionId) -> Self {
        self.competition = Some(competition);
        self
    }

    /// Adds a detail. Never a secret.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit)]
pub struct Logged {
    /// 1, 2, … without gaps.
    pub id: AuditId,
    /// When.
    pub at: UtcTime,
    /// How.
    pub actor_kind: ActorKind,
    /// Who, where it was a person with an account.
    pub actor: Option<UserId>,
    /// Where; `None` for the site.
    pub competition_id: Option<CompetitionId>,
    /// What.
    pub action: Action,
    /// To what.
    pub subject: Text,
    /// A JSON object.
    pub detail: Text,
    /// Hash of this entry and all before it.
    pub hash: Sha256,
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this competition only.
    pub competition: Option<CompetitionId>,
    /// These actions only; empty for all.
    pub actions: Vec<Action>,
    /// By this account only.
    pub actor: Option<UserId>,
}

/// The columns of a row as they lie in the database, whatever is in them.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit)]
struct Raw {
    id: i64,
    at: UtcTime,
    actor_kind: String,
    actor: Option<i64>,
    competition_id: Option<i64>,
    action: String,
    subject: String,
    detail: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl Raw {
    /// SHA-256 over the previous hash and every column, each preceded by its length.
    fn digest(&self) -> Sha256 {
        let mut hash = sha2::Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        let number = |n: Option<i64>| n.map_or_else(Vec::new, |n| n.to_be_bytes().to_vec());
        field(&self.previous);
        field(&self.id.to_be_bytes());
        field(&self.at.micros().to_be_bytes());
        field(self.actor_kind.as_bytes());
        field(&number(self.actor));
        field(&number(self.competition_id));
        field(self.action.as_bytes());
        field(self.subject.as_bytes());
        field(self.detail.as_bytes());
        Sha256(hash.finalize().into())
    }
}

/// How far the log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Entries there are.
    pub entries: i64,
    /// Hash of the last; zeros when there is none. Whoever writes it down can tell later that nothing before it changed.
    pub hash: Sha256,
}

/// Writes an entry; part of the write that does what it says.
///
/// # Errors
/// Those of the database.
pub fn record(conn: &mut Conn, entry: &Entry, now: UtcTime) -> Result<AuditId, StoreError> {
    let before = head(conn)?;
    let (actor_kind, actor) = entry.actor.parts();
    let mut row = Raw {
        id: before.entries + 1,
        at: now,
        actor_kind: actor_kind.as_str().to_owned(),
        actor: actor.map(|user| user.0),
        competition_id: entry.competition.map(|competition| competition.0),
        action: entry.action.as_str().to_owned(),
        subject: entry.subject.as_str().to_owned(),
        detail: serde_json::Value::Object(entry.detail.clone()).to_string(),
        previous: before.hash.0.to_vec(),
        hash: Vec::new(),
    };
    let hash = row.digest();
    row.hash = hash.0.to_vec();
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(row.id),
            audit::at.eq(row.at),
            audit::actor_kind.eq(&row.actor_kind),
            audit::actor.eq(row.actor),
            audit::competition_id.eq(row.competition_id),
            audit::action.eq(&row.action),
            audit::subject.eq(&row.subject),
            audit::detail.eq(&row.detail),
            audit::previous.eq(&row.previous),
            audit::hash.eq(&row.hash),
        ))
        .execute(conn)?;
    diesel::update(audit_head::table.find(HEAD))
        .set((audit_head::entries.eq(row.id), audit_head::hash.eq(hash)))
        .execute(conn)?;
    Ok(AuditId(row.id))
}

/// Writes an entry, unless the same one was written since `since`: same actor, place, action, subject and detail. For what
/// a program asks several times although a person did it once.
///
/// # Errors
/// Those of the database.
pub fn record_once(conn: &mut Conn, entry: &Entry, since: UtcTime, now: UtcTime) -> Result<(), StoreError> {
    let (kind, actor) = entry.actor.parts();
    let detail = serde_json::Value::Object(entry.detail.clone()).to_string();
    let mut same = audit::table
        .filter(audit::at.gt(since))
        .filter(audit::actor_kind.eq(kind))
        .filter(audit::action.eq(entry.action))
        .filter(audit::subject.eq(&entry.subject))
        .filter(audit::detail.eq(detail))
        .select(audit::id)
        .into_boxed();
    same = match entry.competition {
        Some(competition) => same.filter(audit::competition_id.eq(competition)),
        None => same.filter(audit::competition_id.is_null()),
    };
    same = match actor {
        Some(user) => same.filter(audit::actor.eq(user)),
        None => same.filter(audit::actor.is_null()),
    };
    if same.first::<AuditId>(conn).optional()?.is_none() {
        record(conn, entry, now)?;
    }
    Ok(())
}

/// How far the log goes.
///
/// # Errors
/// Those of the database.
pub fn head(conn: &mut Conn) -> Result<Head, StoreError> {
    let head = audit_head::table.find(HEAD).select((audit_head::entries, audit_head::hash));
    let (entries, hash) = head.first(conn)?;
    Ok(Head { entries, hash })
}

/// Whether some entry has this hash: the log has only grown since that was its head.
///
/// # Errors
/// Those of the database.
pub fn contains(conn: &mut Conn, hash: Sha256) -> Result<bool, StoreError> {
    let found = audit::table.filter(audit::hash.eq(hash)).select(audit::id);
    Ok(hash == ORIGIN || found.first::<i64>(conn).optional()?.is_some())
}

/// The next `limit` entries before `before`, newest first, with the present names of those who acted.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut Conn,
    filter: &Filter,
    before: Option<AuditId>,
    limit: i64,
) -> Result<Vec<(Logged, Option<Text>)>, StoreError> {
    let mut rows = audit::table
        .left_join(users::table.on(audit::actor.eq(users::id.nullable())))
        .order(audit::id.desc())
        .limit(limit)
        .select((Logged::as_select(), users::name.nullable()))
        .into_boxed();
    if let Some(competition) = filter.competition {
        rows = rows.filter(audit::competition_id.eq(competition));
    }
    if !filter.actions.is_empty() {
        rows = rows.filter(audit::action.eq_any(filter.actions.clone()));
    }
    if let Some(actor) = filter.actor {
        rows = rows.filter(audit::actor.eq(actor));
    }
    if let Some(before) = before {
        rows = rows.filter(audit::id.lt(before));
    }
    Ok(rows.load(conn)?)
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How far the log goes, as it says itself.
    pub head: Head,
    /// What is wrong, the first 20.
    pub faults: Vec<Broken>,
    /// How many things are wrong.
    pub fault_count: usize,
}

/// A place where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The row's hash is not that of its columns.
    #[error("entry {0} was changed")]
    Changed(i64),
    /// The row does not follow the one before it.
    #[error("entry {id} does not follow entry {after}: something was removed, added or moved")]
    NotNext {
        /// Which.
        id: i64,
        /// What stands before it.
        after: i64,
    },
    /// A column holds what Podium never writes.
    #[error("the entry after entry {0} cannot be read")]
    Unreadable(i64),
    /// The last row is not the one that the log says is the last.
    #[error("the log ends with entry {found}, but should end with entry {wanted}")]
    End {
        /// The last row.
        found: i64,
        /// What should be the last row.
        wanted: i64,
    },
}

/// Follows the whole chain. Memory stays small however long the log is.
///
/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> Result<Verified, StoreError> {
    let head = head(conn)?;
    let mut verified = Verified { head, faults: Vec::new(), fault_count: 0 };
    let (mut id, mut hash) = (0, ORIGIN.0.to_vec());
    let rows = audit::table.order(audit::id).select(Raw::as_select());
    for row in rows.load_iter::<Raw, _>(conn)? {
        let row = match row {
            Ok(row) => row,
            Err(diesel::result::Error::DeserializationError(_)) => {
                verified.add(Broken::Unreadable(id));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if row.id != id + 1 || row.previous != hash {
            verified.add(Broken::NotNext { id: row.id, after: id });
        }
        if row.digest().0.as_slice() != row.hash {
            verified.add(Broken::Changed(row.id));
        }
        (id, hash) = (row.id, row.hash);
    }
    if (id, hash.as_slice()) != (head.entries, head.hash.0.as_slice()) {
        verified.add(Broken::End { found: id, wanted: head.entries });
    }
    Ok(verified)
}

impl Verified {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.fault_count == 0
    }

    fn add(&mut self, fault: Broken) {
        self.fault_count += 1;
        if self.faults.len() < LISTED {
            self.faults.push(fault);
        }
    }
}
