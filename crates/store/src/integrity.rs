//! What must agree within the database, for `podium fsck`: the file's own structure, keys, the audit chain, the receipts, and the
//! standings with the scores they come from.

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

/// Looks at everything; an empty list is a sound database. Takes as long as reading it whole.
///
/// # Errors
/// Those of the database.
pub fn check(conn: &mut Conn, now: UtcTime) -> Result<Vec<Fault>, StoreError> {
    let mut faults = structure(conn)?;
    if !faults.is_empty() {
        // What a broken file says about its content cannot be believed.
        return Ok(faults);
    }
    let log = audit::verify(conn)?;
    faults.extend(log.faults.iter().map(|fault| format!("audit log: {fault}")));
    faults.extend(receipts::verify(conn)?.faults.iter().map(|fault| format!("receipts: {fault}")));
    let all: Vec<(CompetitionId, TeamId)> = teams::table
        .inner_join(competitions::table)
        .order((teams::competition_id, teams::id))
        .select((teams::competition_id, teams::id))
        .load(conn)?;
    for (competition, team) in all {
        if standings::find(conn, competition, team)? != standings::from_scores(conn, competition, team, now)? {
            faults.push(format!("the standing of team {team} in competition {competition} is not what its scores say"));
        }
    }
    Ok(faults)
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
