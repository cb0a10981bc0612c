//! What a team was promised when its file was accepted. Each receipt holds the hash of the one before it in its
//! competition, so that an entry cannot be slipped in, left out or changed later without breaking those that teams keep.
//!
//! A receipt is a text ([`Receipt::text`]); signing it is the server's. It is written with the entry, in the same
//! transaction, and never changed: where teams merge, it goes on naming the team that sent the file.

use std::fmt;

use diesel::prelude::*;
use sha2::Digest as _;

use crate::schema::{competitions, receipts, submissions};
use crate::submissions::Submission;
use crate::types::{CompetitionId, Sha256, Slug, SubmissionId, SubmissionState, TeamId, UtcTime};
use crate::{Conn, StoreError};

/// What the first receipt of a competition has for a previous hash.
const ORIGIN: Sha256 = Sha256([0; 32]);
/// Faults that [`verify`] lists; it counts all.
const LISTED: usize = 20;

/// That a file was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The name of the competition in its address.
    pub competition: Slug,
    /// The entry's number on the site.
    pub entry: SubmissionId,
    /// The number of the team that sent it.
    pub team: TeamId,
    /// Of the file.
    pub sha256: Sha256,
    /// The size of the file.
    pub bytes: i64,
    /// The instant that counts.
    pub accepted_at: UtcTime,
    /// The hash of the receipt before it in the competition.
    pub previous: Sha256,
}

impl Receipt {
    /// What is signed: a line for each field, in this order, each value in its one form.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { competition, entry, team, sha256, bytes, accepted_at, previous } = self;
        format!(
            "podium receipt 1\ncompetition {competition}\nentry {entry}\nteam {team}\nsha256 {sha256}\nbytes {bytes}\n\
             accepted_at {accepted_at}\nprevious {previous}\n"
        )
    }

    /// SHA-256 of the text: what the next receipt holds.
    #[must_use]
    pub fn hash(&self) -> Sha256 {
        Sha256(sha2::Sha256::digest(self.text()).into())
    }
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = receipts)]
struct Row {
    submission_id: SubmissionId,
    competition_id: CompetitionId,
    team_id: TeamId,
    sha256: Sha256,
    bytes: i64,
    accepted_at: UtcTime,
    previous: Sha256,
}

impl Row {
    fn receipt(self, competition: Slug) -> Receipt {
        let Self { submission_id, team_id, sha256, bytes, accepted_at, previous, .. } = self;
        Receipt { competition, entry: submission_id, team: team_id, sha256, bytes, accepted_at, previous }
    }
}

/// Writes the receipt of an entry that was just accepted.
pub(crate) fn issue(conn: &mut Conn, entry: &Submission) -> Result<(), StoreError> {
    let last: Option<(Row, Slug)> = receipts::table
        .inner_join(competitions::table)
        .filter(receipts::competition_id.eq(entry.competition_id))
        .order(receipts::accepted_at.desc())
        .select((Row::as_select(), competitions::slug))
        .first(conn)
        .optional()?;
    let row = Row {
        submission_id: entry.id,
        competition_id: entry.competition_id,
        team_id: entry.team_id,
        sha256: entry.sha256,
        bytes: entry.bytes,
        accepted_at: entry.accepted_at,
        previous: last.map_or(ORIGIN, |(row, slug)| row.receipt(slug).hash()),
    };
    diesel::insert_into(receipts::table).values(row).execute(conn)?;
    Ok(())
}

/// The receipt of an entry; none where the file was refused, or accepted before there were receipts.
///
/// # Errors
/// Those of the database.
pub fn find(conn: &mut Conn, entry: SubmissionId) -> Result<Option<Receipt>, StoreError> {
    let found: Option<(Row, Slug)> = receipts::table
        .inner_join(competitions::table)
        .filter(receipts::submission_id.eq(entry))
        .select((Row::as_select(), competitions::slug))
        .first(conn)
        .optional()?;
    Ok(found.map(|(row, slug)| row.receipt(slug)))
}

/// What is wrong with the receipts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// It does not hold the hash of the one before it: that one was changed, removed or slipped in, or this one.
    NotNext(SubmissionId),
    /// The entry says something else than its receipt.
    Differs(SubmissionId),
    /// The receipt of an entry is gone.
    Missing(SubmissionId),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNext(id) => write!(f, "the receipt of entry {id} does not follow the one before it"),
            Self::Differs(id) => write!(f, "entry {id} is not what its receipt says"),
            Self::Missing(id) => write!(f, "entry {id} has no receipt"),
        }
    }
}

/// What following the receipts found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Receipts.
    pub receipts: u64,
    /// The first faults.
    pub faults: Vec<Broken>,
    /// How many there are.
    pub fault_count: usize,
}

impl Verified {
    fn add(&mut self, fault: Broken) {
        self.fault_count += 1;
        if self.faults.len() < LISTED {
            self.faults.push(fault);
        }
    }
}

/// Follows the receipts of every competition and holds them against the entries.
///
/// # Errors
/// Those of the database.
pub fn verify(conn: &mut Conn) -> Result<Verified, StoreError> {
    let mut verified = Verified::default();
    let all: Vec<(CompetitionId, Slug)> =
        competitions::table.order(competitions::id).select((competitions::id, competitions::slug)).load(conn)?;
    for (competition, slug) in all {
        let rows: Vec<Row> = receipts::table
            .filter(receipts::competition_id.eq(competition))
            .order(receipts::accepted_at)
            .select(Row::as_select())
            .load(conn)?;
        let Some(first) = rows.first().map(|row| row.accepted_at) else { continue };
        let entries: Vec<(SubmissionId, SubmissionState, Sha256, i64, UtcTime)> = submissions::table
            .filter(submissions::competition_id.eq(competition))
            .filter(submissions::accepted_at.ge(first))
            .order(submissions::accepted_at)
            .select((
                submissions::id,
                submissions::state,
                submissions::sha256,
                submissions::bytes,
                submissions::accepted_at,
            ))
            .load(conn)?;
        let mut entries = entries.into_iter().peekable();
        let mut previous = ORIGIN;
        for row in rows {
            verified.receipts += 1;
            // Entries before this receipt's: each should have had one. Files that were refused have none.
            while let Some((id, state, ..)) =
                entries.next_if(|(id, .., at)| *at < row.accepted_at && *id != row.submission_id)
            {
                if state != SubmissionState::Invalid {
                    verified.add(Broken::Missing(id));
                }
            }
            let said = (row.submission_id, row.sha256, row.bytes, row.accepted_at);
            let entry = entries.next_if(|(id, ..)| *id == row.submission_id);
            if entry.map(|(id, _, sha256, bytes, at)| (id, sha256, bytes, at)) != Some(said) {
                verified.add(Broken::Differs(row.submission_id));
            }
            if row.previous != previous {
                verified.add(Broken::NotNext(row.submission_id));
            }
            previous = row.receipt(slug.clone()).hash();
        }
        for (id, state, ..) in entries {
            if state != SubmissionState::Invalid {
                verified.add(Broken::Missing(id));
            }
        }
    }
    Ok(verified)
}
