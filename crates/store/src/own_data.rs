//! What the site knows of one person: given to them as a whole, and taken away when they leave.
//!
//! A deleted account leaves a pseudonym: boards, receipts, the audit log and the threads of a discussion keep standing,
//! and nothing in them leads to the person any more. Whoever adds a table with personal data adds it to both functions.

use diesel::prelude::*;
use serde::Serialize;

use crate::agreements;
use crate::mails;
use crate::schema::{
    api_tokens, competitions, downloads, mail_settings, mails as mails_table, notifications, one_time_links,
    participants, post_reports, post_versions, post_votes, posts, scores, sessions, submissions, team_members, teams,
    threads, users,
};
use crate::types::{
    CompetitionId, Finite, PostId, Sha256, Slug, SubmissionId, SubmissionState, TeamId, Text, ThreadId, UserId,
    UserRole, UserState, UtcTime, fold_name,
};
use crate::users::{AccountError, User};
use crate::{Conn, StoreError, second_factors};

/// The account itself.
#[derive(Debug, Serialize)]
pub struct OwnAccount {
    /// Its number.
    pub id: UserId,
    /// The name others see.
    pub name: Text,
    /// The address.
    pub email: Option<Text>,
    /// When the address was proved.
    pub email_verified_at: Option<UtcTime>,
    /// `participant`, `host` or `admin`.
    pub role: UserRole,
    /// Language of the interface.
    pub language: &'static str,
    /// Since when there is a second factor.
    pub second_factor_at: Option<UtcTime>,
    /// When it was made.
    pub created_at: UtcTime,
}

/// A browser that was signed in.
#[derive(Debug, Serialize, Queryable)]
pub struct OwnSession {
    /// What it calls itself.
    pub user_agent: Text,
    /// When it signed in.
    pub created_at: UtcTime,
    /// Its last request.
    pub last_seen_at: UtcTime,
    /// When it was ended.
    pub ended_at: Option<UtcTime>,
}

/// An API token, without its secret.
#[derive(Debug, Serialize, Queryable)]
pub struct OwnToken {
    /// What the owner calls it.
    pub name: Text,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it ends.
    pub expires_at: UtcTime,
    /// When it was last used.
    pub last_used_at: Option<UtcTime>,
    /// When it was revoked.
    pub revoked_at: Option<UtcTime>,
}

/// A competition that was joined.
#[derive(Debug, Serialize, Queryable)]
pub struct OwnMembership {
    /// Which.
    pub competition: Slug,
    /// With which team.
    pub team: Text,
    /// When.
    pub joined_at: UtcTime,
}

/// A file that was sent.
#[derive(Debug, Serialize)]
pub struct OwnSubmission {
    /// Its number.
    pub id: SubmissionId,
    /// To which competition.
    pub competition: Slug,
    /// Its number within the team.
    pub number: i32,
    /// What it was called.
    pub file_name: Text,
    /// Its content.
    pub sha256: Sha256,
    /// Its size.
    pub bytes: i64,
    /// What was noted with it.
    pub note: Text,
    /// Where it stands.
    pub state: SubmissionState,
    /// When it was accepted.
    pub accepted_at: UtcTime,
    /// Its public scores: metric and value.
    pub public_scores: Vec<(Text, Option<f64>)>,
}

/// A post that was written.
#[derive(Debug, Serialize)]
pub struct OwnPost {
    /// Its number.
    pub id: PostId,
    /// In which competition.
    pub competition: Slug,
    /// In which thread.
    pub thread: ThreadId,
    /// The thread's title.
    pub thread_title: Text,
    /// The text.
    pub markdown: Text,
    /// When it was written.
    pub created_at: UtcTime,
    /// Its last edit.
    pub edited_at: Option<UtcTime>,
    /// Earlier texts, oldest first.
    pub earlier: Vec<Text>,
}

/// A post that was reported.
#[derive(Debug, Serialize, Queryable)]
pub struct OwnReport {
    /// Which post.
    pub post: PostId,
    /// Why.
    pub reason: Text,
    /// When.
    pub created_at: UtcTime,
}

/// A consent.
#[derive(Debug, Serialize)]
pub struct OwnAgreement {
    /// `rules`, `privacy` or `data_agreement`.
    pub document: &'static str,
    /// Of which competition.
    pub competition: Option<CompetitionId>,
    /// SHA-256 of the version.
    pub sha256: Sha256,
    /// When.
    pub agreed_at: UtcTime,
}

/// Everything the site knows of one person.
#[derive(Debug, Serialize)]
pub struct OwnData {
    /// The account itself.
    pub account: OwnAccount,
    /// Browsers.
    pub sessions: Vec<OwnSession>,
    /// API tokens.
    pub tokens: Vec<OwnToken>,
    /// Competitions.
    pub competitions: Vec<OwnMembership>,
    /// What was answered when signing up for competitions, as JSON: only their hosts see it.
    pub answers: Vec<(Slug, Text)>,
    /// Names of teams that were asked for.
    pub team_names: Vec<(Slug, Text)>,
    /// Names of teams that hosts planned for the person.
    pub planned_teams: Vec<(Slug, Text)>,
    /// Data files that were downloaded.
    pub downloads: Vec<(Slug, Text, UtcTime)>,
    /// Files that were sent.
    pub submissions: Vec<OwnSubmission>,
    /// What was written.
    pub posts: Vec<OwnPost>,
    /// Posts that were voted for.
    pub votes: Vec<PostId>,
    /// Posts that were reported.
    pub reports: Vec<OwnReport>,
    /// What the person was told: what and when.
    pub notifications: Vec<(Text, UtcTime)>,
    /// What the person agreed to.
    pub agreements: Vec<OwnAgreement>,
    /// What is sent by mail.
    pub mail: Vec<(&'static str, bool)>,
}

/// Gathers everything the site knows of `user`. Private scores are not in it.
///
/// # Errors
/// Those of the database.
pub fn collect(conn: &mut Conn, user: &User) -> Result<OwnData, StoreError> {
    let id = user.id;
    let own_sessions = sessions::table.filter(sessions::user_id.eq(id)).order(sessions::id);
    let own_tokens = api_tokens::table.filter(api_tokens::user_id.eq(id)).order(api_tokens::id);
    let memberships = team_members::table
        .inner_join(teams::table)
        .inner_join(competitions::table)
        .filter(team_members::user_id.eq(id))
        .order(team_members::joined_at)
        .select((competitions::slug, teams::name, team_members::joined_at));
    let agreed = agreements::list(conn, id)?.into_iter().map(|agreement| OwnAgreement {
        document: agreement.document.map_or("rules", |document| document.as_str()),
        competition: agreement.competition,
        sha256: agreement.sha256,
        agreed_at: agreement.agreed_at,
    });
    let participations = participants::table
        .inner_join(competitions::table)
        .filter(participants::user_id.eq(id))
        .order(participants::created_at);
    Ok(OwnData {
        account: OwnAccount {
            id,
            name: user.name.clone(),
            email: user.email.clone(),
            email_verified_at: user.email_verified_at,
            role: user.role,
            language: user.language.as_str(),
            second_factor_at: user.second_factor_at,
            created_at: user.created_at,
        },
        agreements: agreed.collect(),
        sessions: own_sessions
            .select((sessions::user_agent, sessions::created_at, sessions::last_seen_at, sessions::ended_at))
            .load(conn)?,
        tokens: own_tokens
            .select((
                api_tokens::name,
                api_tokens::created_at,
                api_tokens::expires_at,
                api_tokens::last_used_at,
                api_tokens::revoked_at,
            ))
            .load(conn)?,
        competitions: memberships.load(conn)?,
        answers: participations.select((competitions::slug, participants::answers)).load(conn)?,
        team_names: participations
            .filter(participants::team_name.is_not_null())
            .select((competitions::slug, participants::team_name.assume_not_null()))
            .load(conn)?,
        planned_teams: participations
            .filter(participants::planned_team.is_not_null())
            .select((competitions::slug, participants::planned_team.assume_not_null()))
            .load(conn)?,
        downloads: downloads::table
            .inner_join(competitions::table.on(competitions::id.eq(downloads::competition_id)))
            .filter(downloads::user_id.eq(id))
            .order(downloads::id)
            .select((competitions::slug, downloads::path, downloads::at))
            .load(conn)?,
        submissions: own_submissions(conn, id)?,
        posts: own_posts(conn, id)?,
        votes: post_votes::table
            .filter(post_votes::user_id.eq(id))
            .order(post_votes::created_at)
            .select(post_votes::post_id)
            .load(conn)?,
        reports: post_reports::table
            .filter(post_reports::user_id.eq(id))
            .order(post_reports::id)
            .select((post_reports::post_id, post_reports::reason, post_reports::created_at))
            .load(conn)?,
        notifications: notifications::table
            .filter(notifications::user_id.eq(id))
            .order(notifications::id)
            .select((notifications::kind, notifications::created_at))
            .load(conn)?,
        mail: mails::settings(conn, id)?.into_iter().map(|(topic, is_on)| (topic.as_str(), is_on)).collect(),
    })
}

fn own_submissions(conn: &mut Conn, user: UserId) -> Result<Vec<OwnSubmission>, StoreError> {
    type Row = (SubmissionId, Slug, i32, Text, Sha256, i64, Text, SubmissionState, UtcTime);
    let rows: Vec<Row> = submissions::table
        .inner_join(competitions::table)
        .filter(submissions::user_id.eq(user))
        .order(submissions::id)
        .select((
            submissions::id,
            competitions::slug,
            submissions::number,
            submissions::file_name,
            submissions::sha256,
            submissions::bytes,
            submissions::note,
            submissions::state,
            submissions::accepted_at,
        ))
        .load(conn)?;
    let mut own = Vec::with_capacity(rows.len());
    for (id, competition, number, file_name, sha256, bytes, note, state, accepted_at) in rows {
        let values: Vec<(Text, Option<Finite>)> = scores::table
            .filter(scores::submission_id.eq(id))
            .order(scores::id)
            .select((scores::metric, scores::value))
            .load(conn)?;
        let public_scores = values.into_iter().map(|(metric, value)| (metric, value.map(Finite::get))).collect();
        own.push(OwnSubmission {
            id,
            competition,
            number,
            file_name,
            sha256,
            bytes,
            note,
            state,
            accepted_at,
            public_scores,
        });
    }
    Ok(own)
}

fn own_posts(conn: &mut Conn, user: UserId) -> Result<Vec<OwnPost>, StoreError> {
    type Row = (PostId, Slug, ThreadId, Text, Text, UtcTime, Option<UtcTime>);
    let rows: Vec<Row> = posts::table
        .inner_join(threads::table.inner_join(competitions::table))
        .filter(posts::author_id.eq(user).and(posts::deleted_at.is_null()))
        .order(posts::id)
        .select((
            posts::id,
            competitions::slug,
            threads::id,
            threads::title,
            posts::markdown,
            posts::created_at,
            posts::edited_at,
        ))
        .load(conn)?;
    let mut own = Vec::with_capacity(rows.len());
    for (id, competition, thread, thread_title, markdown, created_at, edited_at) in rows {
        let versions = post_versions::table.filter(post_versions::post_id.eq(id)).order(post_versions::id);
        let earlier = versions.select(post_versions::markdown).load(conn)?;
        own.push(OwnPost { id, competition, thread, thread_title, markdown, created_at, edited_at, earlier });
    }
    Ok(own)
}

/// Makes an account a pseudonym. Returns the competitions whose boards show another name now.
///
/// # Errors
/// [`AccountError::LastAdmin`], [`AccountError::Missing`].
pub fn erase(conn: &mut Conn, id: UserId, now: UtcTime) -> Result<Vec<CompetitionId>, AccountError> {
    let user = crate::users::find(conn, id)?.filter(|user| user.deleted_at.is_none()).ok_or(AccountError::Missing)?;
    // Refuses the last administrator, and ends the sessions.
    crate::users::administer(conn, id, Some(UserRole::Participant), Some(UserState::Suspended), now)?;
    let pseudonym = Text::lossy(format!("Deleted account {id}"));
    diesel::update(users::table.find(id))
        .set((
            users::name.eq(&pseudonym),
            users::name_key.eq(fold_name(pseudonym.as_str())),
            users::email.eq(None::<Text>),
            users::email_key.eq(None::<String>),
            users::email_verified_at.eq(None::<UtcTime>),
            users::password_hash.eq(None::<Text>),
            users::deleted_at.eq(now),
        ))
        .execute(conn)?;
    second_factors::remove(conn, id)?;
    diesel::delete(sessions::table.filter(sessions::user_id.eq(id))).execute(conn)?;
    diesel::delete(api_tokens::table.filter(api_tokens::user_id.eq(id))).execute(conn)?;
    diesel::delete(one_time_links::table.filter(one_time_links::user_id.eq(id))).execute(conn)?;
    diesel::delete(mails_table::table.filter(mails_table::user_id.eq(id))).execute(conn)?;
    diesel::delete(mail_settings::table.filter(mail_settings::user_id.eq(id))).execute(conn)?;
    diesel::delete(notifications::table.filter(notifications::user_id.eq(id))).execute(conn)?;
    diesel::update(participants::table.filter(participants::user_id.eq(id)))
        .set((
            participants::answers.eq("{}"),
            participants::team_name.eq(None::<Text>),
            participants::planned_team.eq(None::<Text>),
        ))
        .execute(conn)?;
    rename_teams(conn, &user)
}

/// A team of one, and a team that bears the person's name, says who they were.
fn rename_teams(conn: &mut Conn, user: &User) -> Result<Vec<CompetitionId>, AccountError> {
    let own: Vec<(TeamId, CompetitionId, String)> = team_members::table
        .inner_join(teams::table)
        .filter(team_members::user_id.eq(user.id))
        .select((teams::id, teams::competition_id, teams::name_key))
        .load(conn)?;
    let name_key = fold_name(user.name.as_str());
    let mut changed = Vec::new();
    for (team, competition, key) in own {
        let members: i64 = team_members::table.filter(team_members::team_id.eq(team)).count().get_result(conn)?;
        if members == 1 || key.starts_with(&name_key) {
            let name = Text::lossy(format!("Deleted team {team}"));
            diesel::update(teams::table.find(team))
                .set((teams::name_key.eq(fold_name(name.as_str())), teams::name.eq(&name)))
                .execute(conn)?;
        }
        // Its members' names changed in any case.
        changed.push(competition);
    }
    Ok(changed)
}
