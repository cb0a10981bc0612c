//! Discussion of a competition: threads and their posts. Whoever sees the competition reads; whoever is signed in
//! writes; authors change their own, hosts change all.

use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use podium_store::threads::{self, Filter, NewThread, PostError, Sort, Thread, ThreadKey, ThreadKind, ThreadPatch};
use podium_store::types::{CompetitionId, PostId, Slug, SubmissionId, TeamId, Text, ThreadId, UserId, UtcTime};
use podium_store::{StoreError, audit, competitions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pages::{rendered, stored_text};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen, Visitor};
use crate::auth::throttle;
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};
use crate::site;

/// Threads of a page, and posts of a page.
pub(super) const PAGE: usize = 50;
/// Longest title, in characters.
const TITLE_CHARS: usize = 150;

/// Who wrote something.
#[derive(Clone, Serialize, ToSchema)]
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
    /// What it is for.
    #[schema(value_type = String, example = "question")]
    kind: ThreadKind,
    /// The answer that was accepted, of a question.
    #[schema(value_type = Option<i64>)]
    accepted_post_id: Option<PostId>,
    /// The entry that a write-up is about, for its team and the hosts; others see that it is linked on the leaderboard.
    #[schema(value_type = Option<i64>)]
    submission_id: Option<SubmissionId>,
    /// Votes for its first post.
    votes: i64,
    /// Whether the caller may change its title or delete it.
    can_edit: bool,
}

/// Threads of a competition.
#[derive(Serialize, ToSchema)]
pub struct ThreadList {
    /// Pinned ones first, then in the order that was asked for.
    items: Vec<ThreadView>,
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

/// Which threads, and in which order.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ThreadQuery {
    /// `active` (by newest post; the default), `new`, `hot` or `top`.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    /// Only of this kind: `discussion`, `question`, `sharing`, `write_up`, `team_wanted`, `announcement`.
    #[param(value_type = Option<String>)]
    kind: Option<ThreadKind>,
    /// Only questions without an accepted answer.
    #[serde(default)]
    open: bool,
    /// `next` of the page before, in the same order.
    cursor: Option<String>,
}

/// What a reader is to a competition's discussion.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) competition: CompetitionId,
    pub(super) slug: Slug,
    pub(super) user: Option<UserId>,
    pub(super) is_host: bool,
    hosts: Vec<UserId>,
}

impl Reader {
    pub(super) fn new(conn: &mut podium_store::Conn, seen: Seen) -> Result<Self, StoreError> {
        let hosts = competitions::hosts(conn, seen.competition.id)?;
        Ok(Self {
            competition: seen.competition.id,
            slug: seen.competition.slug,
            user: seen.user.map(|user| user.user.id),
            is_host: seen.is_host || seen.role.is_some(),
            hosts: hosts.into_iter().map(|host| host.user).collect(),
        })
    }

    pub(super) fn author(&self, id: UserId, name: Text) -> AuthorView {
        AuthorView { id, name, is_host: self.hosts.contains(&id) }
    }

    pub(super) fn may_change(&self, author: UserId) -> bool {
        self.is_host || self.user == Some(author)
    }

    pub(super) fn thread(&self, (thread, author): (Thread, Text)) -> ThreadView {
        ThreadView {
            id: thread.id,
            title: thread.title,
            author: self.author(thread.author_id, author),
            is_pinned: thread.is_pinned,
            is_locked: thread.is_locked,
            posts: thread.posts,
            created_at: thread.created_at,
            last_post_at: thread.last_post_at,
            kind: thread.kind,
            accepted_post_id: thread.accepted_post_id,
            submission_id: thread.submission_id.filter(|_| self.may_change(thread.author_id)),
            votes: thread.votes,
            can_edit: self.may_change(thread.author_id),
        }
    }
}

/// The thread of the path and what the caller is to it.
pub(super) async fn find_reader(
    state: &AppState,
    user: Option<CurrentUser>,
    id: ThreadId,
) -> ApiResult<(Reader, (Thread, Text))> {
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
    params(("slug" = String, Path), ThreadQuery),
    responses((status = 200, body = ThreadList), Problem),
)]
#[get("/competitions/{slug}/threads")]
pub(crate) async fn list_threads(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<ThreadQuery>,
) -> ApiResult<web::Json<ThreadList>> {
    let ThreadQuery { sort, kind, open, cursor: after } = query.into_inner();
    let (sort, filter) = (sort.unwrap_or(Sort::Active), Filter { kind, is_open: open });
    let after = after.as_deref().map(parse_cursor).transpose()?;
    let look = move |conn: &mut podium_store::Conn| {
        let reader = Reader::new(conn, seen)?;
        let rows = threads::list(conn, reader.competition, sort, filter, after, limit())?;
        Ok::<_, ApiError>((reader, rows))
    };
    let (reader, mut rows) = state.db.read(look).await?;
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|(thread, _)| cursor(thread.key(sort)))).flatten();
    rows.truncate(PAGE);
    Ok(web::Json(ThreadList { items: rows.into_iter().map(|row| reader.thread(row)).collect(), next }))
}

/// One more than a page, to see whether there is a next one.
pub(super) fn limit() -> i64 {
    i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
}

fn cursor(key: ThreadKey) -> String {
    format!("{}.{}.{}", u8::from(key.is_pinned), key.value, key.id)
}

fn parse_cursor(text: &str) -> ApiResult<ThreadKey> {
    let mut parts = text.split('.');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    let key = (number(), number(), number());
    match key {
        (Some(pinned @ (0 | 1)), Some(value), Some(id)) => {
            Ok(ThreadKey { is_pinned: pinned == 1, value, id: ThreadId(id) })
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
    /// `discussion` when left out. Only hosts announce, which tells all participants.
    #[schema(value_type = Option<String>, example = "question")]
    kind: Option<ThreadKind>,
    /// The scored entry that a write-up is about.
    #[schema(value_type = Option<i64>)]
    submission_id: Option<SubmissionId>,
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
    let NewThreadRequest { title, markdown, kind, submission_id } = body.into_inner();
    let kind = kind.unwrap_or(ThreadKind::Discussion);
    if kind == ThreadKind::Announcement && !seen.is_host {
        return Err(Code::HostOnly.into());
    }
    let (now, name) = (state.clock.now(), user.user.name.clone());
    let new = NewThread {
        competition: seen.competition.id,
        author: user.user.id,
        title: check_title(&title)?,
        markdown: check_post(markdown, &seen.competition.slug).await?,
        kind,
        submission: submission_id,
    };
    limit_posts(&state, &user, seen.competition.id, seen.is_host).await?;
    let announced = (kind == ThreadKind::Announcement)
        .then(|| audit::Entry::new(user.actor(), audit::Action::Announced, new.title.as_str()).of(seen.competition.id));
    let open = move |conn: &mut podium_store::Conn| {
        let thread = threads::open(conn, &new, now)?;
        if let Some(entry) = &announced {
            audit::record(conn, entry, now)?;
        }
        Ok(thread)
    };
    let thread = state.db.write::<_, PostError, _>(open).await?;
    state.live.wake();
    let reader = state.db.read::<_, ApiError, _>(move |conn| Ok(Reader::new(conn, seen)?)).await?;
    Ok(HttpResponse::Created().json(reader.thread((thread, name))))
}

/// Holds people to a pace of posts, and where only people of certain domains sign up, to a proof of theirs; hosts speak
/// for the event.
pub(super) async fn limit_posts(
    state: &AppState,
    user: &CurrentUser,
    competition: CompetitionId,
    is_host: bool,
) -> ApiResult<()> {
    if !is_host {
        site::require_proved(state, &user.user, competition).await?;
        let places = throttle::post(&state.config, user.user.id);
        let _counted = throttle::attempt(&state.db, places, state.clock.now()).await?;
    }
    Ok(())
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
pub(super) async fn check_post(markdown: String, slug: &Slug) -> ApiResult<Text> {
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

/// The answer to accept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    /// A post of the thread; null takes the acceptance back.
    #[schema(value_type = Option<i64>)]
    post_id: Option<PostId>,
}

/// Accepts an answer to a question
#[utoipa::path(
    tag = "discussion",
    params(("id" = i64, Path)),
    request_body = AcceptRequest,
    responses((status = 200, body = ThreadView), Problem),
)]
#[put("/threads/{id}/accepted")]
pub(crate) async fn accept_answer(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<ThreadId>,
    body: web::Json<AcceptRequest>,
) -> ApiResult<web::Json<ThreadView>> {
    let (id, actor, now) = (path.into_inner(), user.user.id, state.clock.now());
    let (reader, (thread, author)) = find_reader(&state, Some(user), id).await?;
    if !reader.may_change(thread.author_id) {
        return Err(Code::NotTheAuthor.into());
    }
    let answer = body.post_id;
    let accept = move |conn: &mut podium_store::Conn| threads::accept(conn, id, answer, actor, now);
    let changed = state.db.write::<_, PostError, _>(accept).await?;
    state.live.wake();
    Ok(web::Json(reader.thread((changed, author))))
}

/// A team's write-up.
#[derive(Serialize, ToSchema)]
pub struct WriteUpView {
    /// Whose.
    #[schema(value_type = i64)]
    team_id: TeamId,
    /// The thread.
    #[schema(value_type = i64)]
    thread_id: ThreadId,
    /// Its title.
    #[schema(value_type = String)]
    title: Text,
    /// Votes for it.
    votes: i64,
}

/// Write-ups of a competition.
#[derive(Serialize, ToSchema)]
pub struct WriteUpList {
    /// One for each team that has one.
    items: Vec<WriteUpView>,
}

/// Lists the teams' write-ups, to be linked on the leaderboard
#[utoipa::path(
    tag = "discussion",
    params(("slug" = String, Path)),
    responses((status = 200, body = WriteUpList), Problem),
)]
#[get("/competitions/{slug}/write-ups")]
pub(crate) async fn list_write_ups(state: web::Data<AppState>, seen: Seen) -> ApiResult<web::Json<WriteUpList>> {
    let competition = seen.competition.id;
    let rows = state.db.read::<_, ApiError, _>(move |conn| Ok(threads::write_ups(conn, competition)?)).await?;
    let view = |(team_id, thread): (TeamId, Thread)| WriteUpView {
        team_id,
        thread_id: thread.id,
        title: thread.title,
        votes: thread.votes,
    };
    Ok(web::Json(WriteUpList { items: rows.into_iter().map(view).collect() }))
}

impl From<PostError> for ApiError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Missing => Code::NotFound.into(),
            PostError::Locked => Code::ThreadLocked.into(),
            PostError::NotAnAnswer => Self::invalid("post_id", "Only an answer to a question can be accepted."),
            PostError::OwnPost => Code::OwnPost.into(),
            PostError::NotOwnEntry => {
                Self::invalid("submission_id", "A write-up is about a scored entry of your own team.")
            }
            PostError::Store(error) => error.into(),
        }
    }
}
