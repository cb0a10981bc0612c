//! What must agree within the database, for `podium fsck`: the file's own structure, keys, the audit chain, the
//! receipts, and the standings with the scores they come from.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::schema::{competitions, teams};
use crate::types::{CompetitionId, TeamId, UtcTime};
use crate::{Conn, StoreError, audit, receipts, standings};

/// A fault, as a sentence for the operator.
pub type Fault = String;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What a check found.
#[derive(Debug, Default)]
pub struct Found {
    /// What is wrong; of the audit log and of the receipts the first faults, and how many more there are.
    pub faults: Vec<Fault>,
    /// How many things are wrong.
    pub count: usize,
}

impl Found {
    /// Adds a fault.
    pub fn add(&mut self, fault: Fault) {
        self.faults.push(fault);
        self.count += 1;
    }

    fn add_chain(&mut self, what: &str, listed: &[impl std::fmt::Display], count: usize) {
        self.faults.extend(listed.iter().map(|fault| format!("{what}: {fault}")));
        if count > listed.len() {
            self.faults.push(format!("{what}: and {} more", count - listed.len()));
        }
        self.count += count;
    }
}

/// Looks at everything; where nothing is found the database is sound. Takes as long as reading it whole.
///
/// # Errors
/// Those of the database.
pub fn check(conn: &mut Conn, now: UtcTime) -> Result<Found, StoreError> {
    let mut found = Found::default();
    structure(conn)?.into_iter().for_each(|fault| found.add(fault));
    if found.count > 0 {
        // What a broken file says about its content cannot be believed.
        return Ok(found);
    }
    let log = audit::verify(conn)?;
    found.add_chain("audit log", &log.faults, log.fault_count);
    let promised = receipts::verify(conn)?;
    found.add_chain("receipts", &promised.faults, promised.fault_count);
    let all: Vec<(CompetitionId, TeamId)> = teams::table
        .inner_join(competitions::table)
        .order((teams::competition_id, teams::id))
        .select((teams::competition_id, teams::id))
        .load(conn)?;
    for (competition, team) in all {
        if standings::find(conn, competition, team)? != standings::from_scores(conn, competition, team, now)? {
            found.add(format!("the standing of team {team} in competition {competition} is not what its scores say"));
        }
    }
    Ok(found)
}

/// SQLite checks its file; PostgreSQL guards its own.
fn structure(conn: &mut Conn) -> Result<Vec<Fault>, StoreError> {
    let Conn::Sqlite(_) = conn else { return Ok(Vec::new()) };
    let lines: Vec<Line> = diesel::sql_query(
        "SELECT integrity_check AS line FROM pragma_integrity_check() WHERE integrity_check <> 'ok'
         UNION ALL SELECT 'a row of ' || \"table\" || ' names a row of ' || parent || ' that is not there'
         FROM pragma_foreign_key_check()",
    )
    .load(conn)?;
    Ok(lines.into_iter().map(|line| format!("database: {}", line.line)).collect())
}
