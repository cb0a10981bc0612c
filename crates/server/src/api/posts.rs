//! Posts of a thread: writing, voting, reporting, and what hosts do about reports. A post that a host hid is shown to
//! hosts only; one that was deleted to nobody. Both keep their place.

use std::collections::HashSet;

use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use podium_store::moderation::{self, Decision, Report, ReportError};
use podium_store::threads::{self, NewPost, Post, PostError};
use podium_store::types::{PostId, PostReportId, Text, ThreadId, UtcTime};
use podium_store::{Conn, audit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pages::{rendered, stored_text};
use super::threads::{AuthorView, CursorQuery, PAGE, Reader, check_post, find_reader, limit, limit_posts};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Host, Seen, Visitor};
use crate::auth::throttle;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Longest reason of a report, in characters.
const REASON_CHARS: usize = 500;

/// A post.
#[derive(Serialize, ToSchema)]
pub struct PostView {
    /// Its number.
    #[schema(value_type = i64)]
    id: PostId,
    /// The post it answers.
    #[schema(value_type = Option<i64>)]
    parent_id: Option<PostId>,
    /// Who wrote it.
    author: AuthorView,
    /// Safe HTML; empty when it was deleted or is hidden from the caller.
    html: String,
    /// The source, for those who may edit it.
    #[schema(value_type = Option<String>)]
    markdown: Option<Text>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// Its last edit.
    #[schema(value_type = Option<String>, format = DateTime)]
    edited_at: Option<UtcTime>,
    /// Whether it was deleted.
    is_deleted: bool,
    /// Whether a host hid it.
    is_hidden: bool,
    /// How many people voted for it.
    votes: i64,
    /// Whether the caller did.
    voted: bool,
    /// Whether the caller may edit or delete it.
    can_edit: bool,
}

/// Posts of a thread.
#[derive(Serialize, ToSchema)]
pub struct PostList {
    /// Oldest first.
    items: Vec<PostView>,
    /// `cursor` of the next page.
    next: Option<String>,
}

impl Reader {
    async fn post(&self, (post, author): (Post, Text), voted: bool) -> ApiResult<PostView> {
        let (is_deleted, is_hidden) = (post.deleted_at.is_some(), post.hidden_at.is_some());
        let can_edit = !is_deleted && self.may_change(post.author_id) && (!is_hidden || self.is_host);
        let source = if is_hidden && !self.is_host { Text::lossy("") } else { post.markdown };
        let html = rendered(source.as_str().to_owned(), Some(self.slug.clone())).await?;
        Ok(PostView {
            id: post.id,
            parent_id: post.parent_id,
            author: self.author(post.author_id, author),
            html,
            markdown: can_edit.then_some(source),
            created_at: post.created_at,
            edited_at: post.edited_at,
            is_deleted,
            is_hidden,
            votes: post.votes,
            voted,
            can_edit,
        })
    }
}

/// Lists the posts of a thread
#[utoipa::path(
    tag = "discussion",
    params(("id" = i64, Path), CursorQuery),
    responses((status = 200, body = PostList), Problem),
)]
#[get("/threads/{id}/posts")]
pub(crate) async fn list_posts(
    state: web::Data<AppState>,
    visitor: Visitor,
    path: web::Path<ThreadId>,
    query: web::Query<CursorQuery>,
) -> ApiResult<web::Json<PostList>> {
    let fault = || ApiError::new(Code::InvalidRequest, "The cursor is not one of this list.");
    let after = query.cursor().map(|text| text.parse::<PostId>().map_err(|_| fault())).transpose()?;
    let id = path.into_inner();
    let (reader, _) = find_reader(&state, visitor.0, id).await?;
    let reads_as = reader.user;
    let look = move |conn: &mut Conn| {
        let rows = threads::posts(conn, id, after, limit())?;
        let ids: Vec<PostId> = rows.iter().map(|(post, _)| post.id).collect();
        let voted = reads_as.map(|user| threads::voted(conn, user, &ids)).transpose()?.unwrap_or_default();
        Ok::<_, ApiError>((rows, voted.into_iter().map(|id| id.0).collect::<HashSet<i64>>()))
    };
    let (mut rows, voted) = state.db.read(look).await?;
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|(post, _)| post.id.to_string())).flatten();
    rows.truncate(PAGE);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let voted = voted.contains(&row.0.id.0);
        items.push(reader.post(row, voted).await?);
    }
    Ok(web::Json(PostList { items, next }))
}

/// A post to write.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPostRequest {
    /// At most 64 KiB.
    markdown: String,
    /// The post it answers.
    #[schema(value_type = Option<i64>)]
    parent_id: Option<PostId>,
}

/// Writes a post
#[utoipa::path(
    tag = "discussion",
    params(("id" = i64, Path)),
    request_body = NewPostRequest,
    responses((status = 201, body = PostView), Problem),
)]
#[post("/threads/{id}/posts")]
pub(crate) async fn create_post(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<ThreadId>,
    body: web::Json<NewPostRequest>,
) -> ApiResult<HttpResponse> {
    let NewPostRequest { markdown, parent_id } = body.into_inner();
    let (thread, now) = (path.into_inner(), state.clock.now());
    let (author, name) = (user.user.id, user.user.name.clone());
    let (reader, _) = find_reader(&state, Some(user.clone()), thread).await?;
    let markdown = check_post(markdown, &reader.slug).await?;
    let new = NewPost { thread, author, parent: parent_id, markdown, ignore_lock: reader.is_host };
    limit_posts(&state, &user, reader.competition, reader.is_host).await?;
    let post = state.db.write::<_, PostError, _>(move |conn| threads::reply(conn, &new, now)).await?;
    state.live.wake();
    Ok(HttpResponse::Created().json(reader.post((post, name), false).await?))
}

/// The post of the path, if the caller may change it.
async fn own_post(state: &AppState, user: CurrentUser, id: PostId) -> ApiResult<(Reader, Post)> {
    let now = state.clock.now();
    let look = move |conn: &mut Conn| {
        let (post, thread) = threads::find_post(conn, id)?.ok_or(Code::NotFound)?;
        let seen = Seen::find(conn, thread.competition_id, Some(user), now)?;
        Ok::<_, ApiError>((Reader::new(conn, seen)?, post))
    };
    let (reader, post) = state.db.read(look).await?;
    // What a host hid is not its author's to change any more.
    let may = reader.is_host || (reader.may_change(post.author_id) && post.hidden_at.is_none());
    if may { Ok((reader, post)) } else { Err(Code::NotTheAuthor.into()) }
}

/// A new text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdatePostRequest {
    /// At most 64 KiB.
    markdown: String,
}

/// Changes a post
#[utoipa::path(
    tag = "discussion",
    params(("id" = i64, Path)),
    request_body = UpdatePostRequest,
    responses((status = 200, body = PostView), Problem),
)]
#[patch("/posts/{id}")]
pub(crate) async fn update_post(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<PostId>,
    body: web::Json<UpdatePostRequest>,
) -> ApiResult<web::Json<PostView>> {
    let (id, editor, now) = (path.into_inner(), user.user.id, state.clock.now());
    let (reader, _) = own_post(&state, user, id).await?;
    let markdown = check_post(body.into_inner().markdown, &reader.slug).await?;
    let post = state.db.write::<_, PostError, _>(move |conn| threads::edit(conn, id, &markdown, editor, now)).await?;
    let author = post.author_id;
    let author = state.db.read::<_, ApiError, _>(move |conn| Ok(podium_store::users::find(conn, author)?)).await?;
    let name = author.ok_or(Code::NotFound)?.name;
    reader.post((post, name), false).await.map(web::Json)
}

/// Deletes a post; its place stays
#[utoipa::path(tag = "discussion", params(("id" = i64, Path)), responses((status = 204), Problem))]
#[delete("/posts/{id}")]
pub(crate) async fn delete_post(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<PostId>,
) -> ApiResult<HttpResponse> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let (reader, post) = own_post(&state, user.clone(), id).await?;
    let entry = (post.author_id != user.user.id).then(|| moderated(&user, &reader, id, "deleted"));
    let delete = move |conn: &mut Conn| {
        threads::delete_post(conn, id, now)?;
        Ok::<_, PostError>(entry.as_ref().map(|entry| audit::record(conn, entry, now)).transpose().map(drop)?)
    };
    state.db.write::<_, PostError, _>(delete).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn moderated(user: &CurrentUser, reader: &Reader, post: PostId, what: &str) -> audit::Entry {
    audit::Entry::new(user.actor(), audit::Action::PostModerated, format!("post {post}"))
        .of(reader.competition)
        .with("what", what)
}

/// How many votes a post has.
#[derive(Serialize, ToSchema)]
pub struct VotesView {
    /// How many people voted for it.
    votes: i64,
    /// Whether the caller did.
    voted: bool,
}

async fn set_vote(state: &AppState, user: CurrentUser, id: PostId, is_for: bool) -> ApiResult<web::Json<VotesView>> {
    let (voter, now) = (user.user.id, state.clock.now());
    let look = move |conn: &mut Conn| {
        let (post, thread) = threads::find_post(conn, id)?.ok_or(Code::NotFound)?;
        let seen = Seen::find(conn, thread.competition_id, Some(user), now)?;
        if post.hidden_at.is_some() && !seen.is_host { Err(Code::NotFound.into()) } else { Ok::<_, ApiError>(()) }
    };
    state.db.read(look).await?;
    let vote = move |conn: &mut Conn| threads::vote(conn, id, voter, is_for, now);
    let votes = state.db.write::<_, PostError, _>(vote).await?;
    Ok(web::Json(VotesView { votes, voted: is_for }))
}

/// Votes for a post; twice is once
#[utoipa::path(tag = "discussion", params(("id" = i64, Path)), responses((status = 200, body = VotesView), Problem))]
#[put("/posts/{id}/vote")]
pub(crate) async fn vote_for_post(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<PostId>,
) -> ApiResult<web::Json<VotesView>> {
    set_vote(&state, user, path.into_inner(), true).await
}

/// Takes one's vote back
#[utoipa::path(tag = "discussion", params(("id" = i64, Path)), responses((status = 200, body = VotesView), Problem))]
#[delete("/posts/{id}/vote")]
pub(crate) async fn take_vote_back(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<PostId>,
) -> ApiResult<web::Json<VotesView>> {
    set_vote(&state, user, path.into_inner(), false).await
}

/// An earlier text of a post.
#[derive(Serialize, ToSchema)]
pub struct VersionView {
    /// Safe HTML.
    html: String,
    /// Who replaced it.
    #[schema(value_type = String)]
    editor: Text,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    replaced_at: UtcTime,
}

/// Earlier texts of a post.
#[derive(Serialize, ToSchema)]
pub struct VersionList {
    /// Newest first.
    items: Vec<VersionView>,
}

/// Shows what a post said before it was edited
#[utoipa::path(tag = "discussion", params(("id" = i64, Path)), responses((status = 200, body = VersionList), Problem))]
#[get("/posts/{id}/versions")]
pub(crate) async fn list_post_versions(
    state: web::Data<AppState>,
    visitor: Visitor,
    path: web::Path<PostId>,
) -> ApiResult<web::Json<VersionList>> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let look = move |conn: &mut Conn| {
        let (post, thread) = threads::find_post(conn, id)?.ok_or(Code::NotFound)?;
        let seen = Seen::find(conn, thread.competition_id, visitor.0, now)?;
        if post.hidden_at.is_some() && !seen.is_host {
            return Err(ApiError::from(Code::NotFound));
        }
        Ok((seen.competition.slug, threads::versions(conn, id)?))
    };
    let (slug, rows) = state.db.read(look).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let html = rendered(row.markdown.into_string(), Some(slug.clone())).await?;
        items.push(VersionView { html, editor: row.editor, replaced_at: row.replaced_at });
    }
    Ok(web::Json(VersionList { items }))
}

/// Why a post should be looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportRequest {
    /// 1 to 500 characters, for the hosts.
    reason: String,
}

/// Reports a post to the hosts
#[utoipa::path(
    tag = "discussion",
    params(("id" = i64, Path)),
    request_body = ReportRequest,
    responses((status = 204), Problem),
)]
#[post("/posts/{id}/reports")]
pub(crate) async fn report_post(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<PostId>,
    body: web::Json<ReportRequest>,
) -> ApiResult<HttpResponse> {
    let (id, reporter, now) = (path.into_inner(), user.user.id, state.clock.now());
    let look = move |conn: &mut Conn| {
        let (_, thread) = threads::find_post(conn, id)?.ok_or(Code::NotFound)?;
        Seen::find(conn, thread.competition_id, Some(user), now).map(drop)
    };
    state.db.read(look).await?;
    let reason = body.into_inner().reason;
    if !(1..=REASON_CHARS).contains(&reason.trim().chars().count()) {
        return Err(ApiError::invalid("reason", format!("Say in 1 to {REASON_CHARS} characters what is wrong.")));
    }
    let reason = stored_text(reason)?;
    let _counted = throttle::attempt(&state.db, throttle::report(reporter), now).await?;
    let report = move |conn: &mut Conn| moderation::report(conn, id, reporter, &reason, now);
    state.db.write::<_, ReportError, _>(report).await?;
    state.live.wake();
    Ok(HttpResponse::NoContent().finish())
}

/// A report.
#[derive(Serialize, ToSchema)]
pub struct ReportView {
    /// Its number.
    #[schema(value_type = i64)]
    id: PostReportId,
    /// Who reported.
    #[schema(value_type = String)]
    reporter: Text,
    /// Why.
    #[schema(value_type = String)]
    reason: Text,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// What became of it: `hidden`, `kept`, or null while it waits.
    #[schema(value_type = Option<String>, example = "hidden")]
    decision: Option<Decision>,
    /// The post.
    #[schema(value_type = i64)]
    post_id: PostId,
    /// Its text, as safe HTML.
    html: String,
    /// Whether it is hidden now.
    is_hidden: bool,
    /// Where it is.
    #[schema(value_type = i64)]
    thread_id: ThreadId,
    /// The thread's title.
    #[schema(value_type = String)]
    thread_title: Text,
}

/// Reports of a competition.
#[derive(Serialize, ToSchema)]
pub struct ReportList {
    /// Newest first.
    items: Vec<ReportView>,
    /// `cursor` of the next page.
    next: Option<String>,
}

/// Which reports.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// Also those that are decided.
    #[serde(default)]
    all: bool,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists what was reported in a competition
#[utoipa::path(
    tag = "discussion",
    params(("slug" = String, Path), ReportQuery),
    responses((status = 200, body = ReportList), Problem),
)]
#[get("/competitions/{slug}/reports")]
pub(crate) async fn list_reports(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<ReportQuery>,
) -> ApiResult<web::Json<ReportList>> {
    let ReportQuery { all, cursor } = query.into_inner();
    let fault = || ApiError::new(Code::InvalidRequest, "The cursor is not one of this list.");
    let before = cursor.map(|text| text.parse::<PostReportId>().map_err(|_| fault())).transpose()?;
    let competition = host.competition.id;
    let look = move |conn: &mut Conn| Ok::<_, ApiError>(moderation::list(conn, competition, !all, before, limit())?);
    let mut rows: Vec<Report> = state.db.read(look).await?;
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|row| row.id.to_string())).flatten();
    rows.truncate(PAGE);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let html = rendered(row.post.markdown.into_string(), Some(host.competition.slug.clone())).await?;
        items.push(ReportView {
            id: row.id,
            reporter: row.reporter,
            reason: row.reason,
            created_at: row.created_at,
            decision: row.decision,
            post_id: row.post.id,
            html,
            is_hidden: row.post.hidden_at.is_some(),
            thread_id: row.thread.id,
            thread_title: row.thread.title,
        });
    }
    Ok(web::Json(ReportList { items, next }))
}

/// What becomes of a post.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModerationRequest {
    /// Whether only hosts see it.
    is_hidden: bool,
}

/// Hides a post or shows it again, and so decides its reports
#[utoipa::path(
    tag = "discussion",
    params(("id" = i64, Path)),
    request_body = ModerationRequest,
    responses((status = 204), Problem),
)]
#[put("/posts/{id}/moderation")]
pub(crate) async fn moderate_post(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<PostId>,
    body: web::Json<ModerationRequest>,
) -> ApiResult<HttpResponse> {
    let (id, host, now) = (path.into_inner(), user.user.id, state.clock.now());
    let caller = user.clone();
    let look = move |conn: &mut Conn| {
        let (_, thread) = threads::find_post(conn, id)?.ok_or(Code::NotFound)?;
        let seen = Seen::find(conn, thread.competition_id, Some(caller), now)?;
        Ok::<_, ApiError>(Reader::new(conn, seen)?)
    };
    let reader = state.db.read(look).await?;
    if !reader.is_host {
        return Err(Code::HostOnly.into());
    }
    let decision = if body.is_hidden { Decision::Hidden } else { Decision::Kept };
    let entry = moderated(&user, &reader, id, decision.as_str());
    let decide = move |conn: &mut Conn| {
        moderation::decide(conn, id, decision, host, now)?;
        audit::record(conn, &entry, now)?;
        Ok(())
    };
    state.db.write::<_, PostError, _>(decide).await?;
    state.live.wake();
    Ok(HttpResponse::NoContent().finish())
}

impl From<ReportError> for ApiError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Missing => Code::NotFound.into(),
            ReportError::Twice => Code::ReportedBefore.into(),
            ReportError::Store(error) => error.into(),
        }
    }
}
