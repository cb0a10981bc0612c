//! What administrators see of every competition: how much there is of everything, and when something last happened.

use diesel::dsl::{count_star, max, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::competitions::Host;
use crate::jobs::JobState;
use crate::schema::{
    audit, competition_hosts, data_files, jobs, post_images, submissions, team_members, threads, users,
};
use crate::types::{CompetitionId, SubmissionState, UtcTime};
use crate::{Conn, StoreError};

/// A competition in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Which.
    pub competition: CompetitionId,
    /// Who has a role in it, by their numbers.
    pub hosts: Vec<Host>,
    /// People in its teams.
    pub participants: i64,
    /// Files that were sent and not refused.
    pub entries: i64,
    /// Bytes of its data files, entries and pictures, each as if nothing were kept twice. The solution is not among them.
    pub bytes: i64,
    /// When somebody last sent an entry, wrote in the discussion, or ran it; `None` when nobody ever did.
    pub last_activity: Option<UtcTime>,
    /// Jobs that wait or run.
    pub waiting: i64,
}

/// The figures of these competitions, in their order: one query for each figure, however many there are.
///
/// # Errors
/// Those of the database.
pub fn figures(conn: &mut Conn, of: &[CompetitionId]) -> Result<Vec<Figures>, StoreError> {
    let of: Vec<CompetitionId> = of.to_vec();
    let hosts = competition_hosts::table
        .inner_join(users::table)
        .filter(competition_hosts::competition_id.eq_any(&of))
        .order((competition_hosts::competition_id, competition_hosts::user_id))
        .select((competition_hosts::competition_id, (users::id, users::name, competition_hosts::role)))
        .load::<(CompetitionId, Host)>(conn)?;
    let participants: Vec<(CompetitionId, i64)> = team_members::table
        .filter(team_members::competition_id.eq_any(&of))
        .group_by(team_members::competition_id)
        .select((team_members::competition_id, count_star()))
        .load(conn)?;
    let sent: Vec<(CompetitionId, i64, i64, Option<UtcTime>)> = submissions::table
        .filter(submissions::competition_id.eq_any(&of))
        .filter(submissions::state.ne(SubmissionState::Invalid))
        .group_by(submissions::competition_id)
        .select((
            submissions::competition_id,
            count_star(),
            sql::<BigInt>("CAST(sum(submissions.bytes) AS BIGINT)"),
            max(submissions::accepted_at),
        ))
        .load(conn)?;
    let data: Vec<(CompetitionId, i64)> = data_files::table
        .filter(data_files::competition_id.eq_any(&of))
        .group_by(data_files::competition_id)
        .select((data_files::competition_id, sql::<BigInt>("CAST(sum(data_files.bytes) AS BIGINT)")))
        .load(conn)?;
    let pictures: Vec<(CompetitionId, i64)> = post_images::table
        .filter(post_images::competition_id.eq_any(&of))
        .group_by(post_images::competition_id)
        .select((post_images::competition_id, sql::<BigInt>("CAST(sum(post_images.bytes) AS BIGINT)")))
        .load(conn)?;
    let written: Vec<(CompetitionId, Option<UtcTime>)> = threads::table
        .filter(threads::competition_id.eq_any(&of))
        .group_by(threads::competition_id)
        .select((threads::competition_id, max(threads::last_post_at)))
        .load(conn)?;
    let ran: Vec<(Option<CompetitionId>, Option<UtcTime>)> = audit::table
        .filter(audit::competition_id.eq_any(of.iter().copied().map(Some)))
        .group_by(audit::competition_id)
        .select((audit::competition_id, max(audit::at)))
        .load(conn)?;
    let waiting: Vec<(Option<CompetitionId>, i64)> = jobs::table
        .filter(jobs::competition_id.eq_any(of.iter().copied().map(Some)))
        .filter(jobs::state.eq_any([JobState::Queued, JobState::Running]))
        .group_by(jobs::competition_id)
        .select((jobs::competition_id, count_star()))
        .load(conn)?;
    let figure = |figures: &[(CompetitionId, i64)], id| figures.iter().find(|(of, _)| *of == id).map_or(0, |(_, n)| *n);
    Ok(of
        .into_iter()
        .map(|id| {
            let (entries, sent_bytes, sent_at) =
                sent.iter().find(|(of, ..)| *of == id).map_or((0, 0, None), |(_, n, bytes, at)| (*n, *bytes, *at));
            let written_at = written.iter().find(|(of, _)| *of == id).and_then(|(_, at)| *at);
            let ran_at = ran.iter().find(|(of, _)| *of == Some(id)).and_then(|(_, at)| *at);
            Figures {
                competition: id,
                hosts: hosts.iter().filter(|(of, _)| *of == id).map(|(_, host)| host.clone()).collect(),
                participants: figure(&participants, id),
                entries,
                bytes: sent_bytes + figure(&data, id) + figure(&pictures, id),
                last_activity: [sent_at, written_at, ran_at].into_iter().flatten().max(),
                waiting: waiting.iter().find(|(of, _)| *of == Some(id)).map_or(0, |(_, n)| *n),
            }
        })
        .collect())
}
