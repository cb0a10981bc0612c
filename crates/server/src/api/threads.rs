//! Discussion of a competition: threads and their posts. Whoever sees the competition reads; whoever is signed in
//! writes; authors change their own, hosts change all.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use podium_store::StoreError;
use podium_store::competitions;
use podium_store::threads::{self, NewPost, NewThread, Post, PostError, Thread, ThreadKey, ThreadPatch};
use podium_store::types::{CompetitionId, PostId, Slug, Text, ThreadId, UserId, UtcTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pages::{rendered, stored_text};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen, Visitor};
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};

/// Threads of a page, and posts of a page.
const PAGE: usize = 50;
/// Longest title, in characters.
const TITLE_CHARS: usize = 150;

/// Who wrote something.
#[derive(Serialize, ToSchema)]
pub struct AuthorView {
    /// Their number.
    #[schema(value_type = i64)]
    id: UserId,
    /// Their name.
    #[schema(value_type = String)]
    name: Text,
    /// Whether they run the competition.
    is_host: bool,
}

/// A thread in the list.
#[derive(Serialize, ToSchema)]
pub struct ThreadView {
    /// Its number.
    #[schema(value_type = i64)]
    id: ThreadId,
    /// Its title.
    #[schema(value_type = String)]
    title: Text,
    /// Who opened it.
    author: AuthorView,
    /// Shown above the others.
    is_pinned: bool,
    /// Takes no new posts, except from hosts.
    is_locked: bool,
    /// How many posts it has.
    posts: i64,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// Its newest post.
    #[schema(value_type = String, format = DateTime)]
    last_post_at: UtcTime,
    /// Whether the caller may change its title or delete it.
    can_edit: bool,
}

/// Threads of a competition.
#[derive(Serialize, ToSchema)]
pub struct ThreadList {
    /// Pinned ones first, then by newest post.
    items: Vec<ThreadView>,
    /// `cursor` of the next page.
    next: Option<String>,
}

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
    /// Safe HTML; empty when it was deleted.
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

/// Where a list goes on.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CursorQuery {
    /// `next` of the page before.
    cursor: Option<String>,
}

impl CursorQuery {
    /// Where to go on.
    pub(super) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

/// What a reader is to a competition's discussion.
#[derive(Clone)]
struct Reader {
    competition: CompetitionId,
    slug: Slug,
    user: Option<UserId>,
    is_host: bool,
    hosts: Vec<UserId>,
}

impl Reader {
    fn new(conn: &mut podium_store::Conn, seen: Seen) -> Result<Self, StoreError> {
        let hosts = competitions::hosts(conn, seen.competition.id)?;
        Ok(Self {
            competition: seen.competition.id,
            slug: seen.competition.slug,
            user: seen.user.map(|user| user.user.id),
            is_host: seen.is_host,
            hosts: hosts.into_iter().map(|host| host.user).collect(),
        })
    }

    fn author(&self, id: UserId, name: Text) -> AuthorView {
        AuthorView { id, name, is_host: self.hosts.contains(&id) }
    }

    fn may_change(&self, author: UserId) -> bool {
        self.is_host || self.user == Some(author)
    }

    fn thread(&self, (thread, author): (Thread, Text)) -> ThreadView {
        ThreadView {
            id: thread.id,
            title: thread.title,
            author: self.author(thread.author_id, author),
            is_pinned: thread.is_pinned,
            is_locked: thread.is_locked,
            posts: thread.posts,
            created_at: thread.created_at,
            last_post_at: thread.last_post_at,
            can_edit: self.may_change(thread.author_id),
        }
    }

    async fn post(&self, (post, author): (Post, Text)) -> ApiResult<PostView> {
        let is_deleted = post.deleted_at.is_some();
        let can_edit = !is_deleted && self.may_change(post.author_id);
        let html = rendered(post.markdown.as_str().to_owned(), Some(self.slug.clone())).await?;
        Ok(PostView {
            id: post.id,
            parent_id: post.parent_id,
            author: self.author(post.author_id, author),
            html,
            markdown: can_edit.then_some(post.markdown),
            created_at: post.created_at,
            edited_at: post.edited_at,
            is_deleted,
            can_edit,
        })
    }
}

/// The thread of the path and what the caller is to it.
async fn find_reader(state: &AppState, user: Option<CurrentUser>, id: ThreadId) -> ApiResult<(Reader, (Thread, Text))> {
    let now = state.clock.now();
    let look = move |conn: &mut podium_store::Conn| {
        let (thread, author) = threads::find(conn, id)?.ok_or(Code::NotFound)?;
        let seen = Seen::find(conn, thread.competition_id, user, now)?;
        Ok::<_, ApiError>((Reader::new(conn, seen)?, (thread, author)))
    };
    state.db.read(look).await
}

/// Lists the threads of a competition
#[utoipa::path(
    tag = "discussion",
    params(("slug" = String, Path), CursorQuery),
    responses((status = 200, body = ThreadList), Problem),
)]
#[get("/competitions/{slug}/threads")]
pub(crate) async fn list_threads(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<CursorQuery>,
) -> ApiResult<web::Json<ThreadList>> {
    let after = query.cursor().map(parse_cursor).transpose()?;
    let look = move |conn: &mut podium_store::Conn| {
        let reader = Reader::new(conn, seen)?;
        let rows = threads::list(conn, reader.competition, after, limit())?;
        Ok::<_, ApiError>((reader, rows))
    };
    let (reader, mut rows) = state.db.read(look).await?;
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|(thread, _)| cursor(thread.key()))).flatten();
    rows.truncate(PAGE);
    Ok(web::Json(ThreadList { items: rows.into_iter().map(|row| reader.thread(row)).collect(), next }))
}

/// One more than a page, to see whether there is a next one.
fn limit() -> i64 {
    i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
}

fn cursor(key: ThreadKey) -> String {
    format!("{}.{}.{}", u8::from(key.is_pinned), key.last_post_at.micros(), key.id)
}

fn parse_cursor(text: &str) -> ApiResult<ThreadKey> {
    let mut parts = text.split('.');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    let key = (number(), number().map(UtcTime::from_micros), number());
    match key {
        (Some(pinned @ (0 | 1)), Some(Ok(last_post_at)), Some(id)) => {
            Ok(ThreadKey { is_pinned: pinned == 1, last_post_at, id: ThreadId(id) })
        }
        _ => Err(ApiError::new(Code::InvalidRequest, "The cursor is not one of this list.")),
    }
}

/// A thread to open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewThreadRequest {
    /// 1 to 150 characters.
    title: String,
    /// The first post, at most 64 KiB.
    markdown: String,
}

/// Opens a thread
#[utoipa::path(
    tag = "discussion",
    params(("slug" = String, Path)),
    request_body = NewThreadRequest,
    responses((status = 201, body = ThreadView), Problem),
)]
#[post("/competitions/{slug}/threads")]
pub(crate) async fn create_thread(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    body: web::Json<NewThreadRequest>,
) -> ApiResult<HttpResponse> {
    let NewThreadRequest { title, markdown } = body.into_inner();
    let (now, name) = (state.clock.now(), user.user.name.clone());
    let new = NewThread {
        competition: seen.competition.id,
        author: user.user.id,
        title: check_title(&title)?,
        markdown: check_post(markdown, &seen.competition.slug).await?,
    };
    let thread = state.db.write::<_, StoreError, _>(move |conn| threads::open(conn, &new, now)).await?;
    let reader = state.db.read::<_, ApiError, _>(move |conn| Ok(Reader::new(conn, seen)?)).await?;
    Ok(HttpResponse::Created().json(reader.thread((thread, name))))
}

fn check_title(title: &str) -> ApiResult<Text> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let refused =
        |message: String| ApiError::from(Code::InvalidInput).with_errors(vec![Fault::field("title", message)]);
    if !(1..=TITLE_CHARS).contains(&title.chars().count()) {
        return Err(refused(format!("Use 1 to {TITLE_CHARS} characters.")));
    }
    Text::new(title).map_err(|fault| refused(format!("{fault}.")))
}

/// A post that can be shown: it is rendered once before it is kept.
async fn check_post(markdown: String, slug: &Slug) -> ApiResult<Text> {
    if markdown.trim().is_empty() {
        return Err(ApiError::invalid("markdown", "Write something."));
    }
    rendered(markdown.clone(), Some(slug.clone())).await?;
    stored_text(markdown)
}

/// One thread
#[utoipa::path(tag = "discussion", params(("id" = i64, Path)), responses((status = 200, body = ThreadView), Problem))]
#[get("/threads/{id}")]
pub(crate) async fn find_thread(
    state: web::Data<AppState>,
    visitor: Visitor,
    path: web::Path<ThreadId>,
) -> ApiResult<web::Json<ThreadView>> {
    let (reader, thread) = find_reader(&state, visitor.0, path.into_inner()).await?;
    Ok(web::Json(reader.thread(thread)))
}

/// What to change of a thread; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateThreadRequest {
    /// 1 to 150 characters. Authors and hosts.
    title: Option<String>,
    /// Show it above the others. Hosts.
    is_pinned: Option<bool>,
    /// Take no new posts. Hosts.
    is_locked: Option<bool>,
}

/// Changes a thread
#[utoipa::path(
    tag = "discussion",
    params(("id" = i64, Path)),
    request_body = UpdateThreadRequest,
    responses((status = 200, body = ThreadView), Problem),
)]
#[patch("/threads/{id}")]
pub(crate) async fn update_thread(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<ThreadId>,
    body: web::Json<UpdateThreadRequest>,
) -> ApiResult<web::Json<ThreadView>> {
    let UpdateThreadRequest { title, is_pinned, is_locked } = body.into_inner();
    let id = path.into_inner();
    let (reader, (thread, author)) = find_reader(&state, Some(user), id).await?;
    if !reader.may_change(thread.author_id) {
        return Err(Code::NotTheAuthor.into());
    }
    if !reader.is_host && (is_pinned.is_some() || is_locked.is_some()) {
        return Err(Code::HostOnly.into());
    }
    let patch = ThreadPatch { title: title.as_deref().map(check_title).transpose()?, is_pinned, is_locked };
    let changed = state.db.write::<_, PostError, _>(move |conn| threads::update(conn, id, &patch)).await?;
    Ok(web::Json(reader.thread((changed, author))))
}

/// Deletes a thread with its posts
#[utoipa::path(tag = "discussion", params(("id" = i64, Path)), responses((status = 204), Problem))]
#[delete("/threads/{id}")]
pub(crate) async fn delete_thread(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<ThreadId>,
) -> ApiResult<HttpResponse> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let (reader, (thread, _)) = find_reader(&state, Some(user), id).await?;
    // With answers in it, it is not the author's alone.
    let may = reader.is_host || (reader.may_change(thread.author_id) && thread.posts <= 1);
    if !may {
        return Err(Code::NotTheAuthor.into());
    }
    state.db.write::<_, PostError, _>(move |conn| threads::delete(conn, id, now)).await?;
    Ok(HttpResponse::NoContent().finish())
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
    let mut rows = state.db.read::<_, ApiError, _>(move |conn| Ok(threads::posts(conn, id, after, limit())?)).await?;
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|(post, _)| post.id.to_string())).flatten();
    rows.truncate(PAGE);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(reader.post(row).await?);
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
    let (reader, _) = find_reader(&state, Some(user), thread).await?;
    let markdown = check_post(markdown, &reader.slug).await?;
    let new = NewPost { thread, author, parent: parent_id, markdown, ignore_lock: reader.is_host };
    let post = state.db.write::<_, PostError, _>(move |conn| threads::reply(conn, &new, now)).await?;
    Ok(HttpResponse::Created().json(reader.post((post, name)).await?))
}

/// The post of the path, if the caller may change it.
async fn own_post(state: &AppState, user: CurrentUser, id: PostId) -> ApiResult<(Reader, Post)> {
    let now = state.clock.now();
    let look = move |conn: &mut podium_store::Conn| {
        let (post, thread) = threads::find_post(conn, id)?.ok_or(Code::NotFound)?;
        let seen = Seen::find(conn, thread.competition_id, Some(user), now)?;
        Ok::<_, ApiError>((Reader::new(conn, seen)?, post))
    };
    let (reader, post) = state.db.read(look).await?;
    if reader.may_change(post.author_id) { Ok((reader, post)) } else { Err(Code::NotTheAuthor.into()) }
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
    let (id, now) = (path.into_inner(), state.clock.now());
    let (reader, _) = own_post(&state, user, id).await?;
    let markdown = check_post(body.into_inner().markdown, &reader.slug).await?;
    let post = state.db.write::<_, PostError, _>(move |conn| threads::edit(conn, id, &markdown, now)).await?;
    let author = post.author_id;
    let author = state.db.read::<_, ApiError, _>(move |conn| Ok(podium_store::users::find(conn, author)?)).await?;
    let name = author.ok_or(Code::NotFound)?.name;
    reader.post((post, name)).await.map(web::Json)
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
    own_post(&state, user, id).await?;
    state.db.write::<_, PostError, _>(move |conn| threads::delete_post(conn, id, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl From<PostError> for ApiError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Missing => Code::NotFound.into(),
            PostError::Locked => Code::ThreadLocked.into(),
            PostError::Store(error) => error.into(),
        }
    }
}
