//! What one was told. Names and titles are looked up when they are shown, and only where the reader may still see them.

use std::collections::HashMap;

use actix_web::{get, post, web};
use podium_store::notifications::{self, About, Notification, NotificationKind, Which};
use podium_store::types::{NotificationId, PostId, Slug, SubmissionId, TeamId, Text, ThreadId, UserId, UtcTime};
use podium_store::{Conn, StoreError, submissions, teams, threads, users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::competitions::TextView;
use super::threads::CursorQuery;
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Notifications of a page.
const PAGE: usize = 30;

/// The competition that a notification is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AboutCompetition {
    /// Its name in addresses.
    #[schema(value_type = String)]
    pub slug: Slug,
    /// Its title.
    pub title: TextView,
}

/// The thread that a notification is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AboutThread {
    /// Its number.
    #[schema(value_type = i64)]
    pub id: ThreadId,
    /// Its title.
    #[schema(value_type = String)]
    pub title: Text,
}

/// The team that a notification is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AboutTeam {
    /// Its number.
    #[schema(value_type = i64)]
    pub id: TeamId,
    /// Its name.
    #[schema(value_type = String)]
    pub name: Text,
}

/// The entry that a notification is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AboutSubmission {
    /// Its number.
    #[schema(value_type = i64)]
    pub id: SubmissionId,
    /// Its number within the team.
    pub number: i32,
}

/// Who did what a notification is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AboutActor {
    /// Their number.
    #[schema(value_type = i64)]
    pub id: UserId,
    /// Their name.
    #[schema(value_type = String)]
    pub name: Text,
}

/// Something one was told. Each thing that it is about is null where the kind has none, and where the reader may not see
/// it (any more).
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationView {
    /// Its number; newer ones have larger ones.
    #[schema(value_type = i64)]
    pub id: NotificationId,
    /// What happened, such as `reply` or `team_invited`.
    #[schema(value_type = String, example = "reply")]
    pub kind: NotificationKind,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// Whether it was seen.
    pub is_read: bool,
    /// In which competition.
    pub competition: Option<AboutCompetition>,
    /// Which thread.
    pub thread: Option<AboutThread>,
    /// Which post of it.
    #[schema(value_type = Option<i64>)]
    pub post_id: Option<PostId>,
    /// Which team.
    pub team: Option<AboutTeam>,
    /// Which entry.
    pub submission: Option<AboutSubmission>,
    /// Who did it.
    pub actor: Option<AboutActor>,
}

/// What one was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationList {
    /// Newest first.
    pub items: Vec<NotificationView>,
    /// `cursor` of the next page.
    pub next: Option<String>,
    /// How many are not seen, of all.
    pub unread: i64,
}

/// Looks up what notifications are about, as one reader sees it now.
pub(crate) struct Resolver<'a> {
    reader: &'a CurrentUser,
    now: UtcTime,
    seen: HashMap<i64, Option<Seen>>,
}

impl<'a> Resolver<'a> {
    /// For `reader` at `now`.
    pub(crate) fn new(reader: &'a CurrentUser, now: UtcTime) -> Self {
        Self { reader, now, seen: HashMap::new() }
    }

    /// The notification with what the reader may see of it.
    pub(crate) fn view(&mut self, conn: &mut Conn, row: Notification) -> ApiResult<NotificationView> {
        let about = row.about.read().map_err(ApiError::internal)?;
        let mut view = NotificationView {
            id: row.id,
            kind: row.kind,
            created_at: row.created_at,
            is_read: row.read_at.is_some(),
            competition: None,
            thread: None,
            post_id: None,
            team: None,
            submission: None,
            actor: None,
        };
        let Some(id) = about.competition else {
            view.actor = actor(conn, &about)?;
            return Ok(view);
        };
        if !self.seen.contains_key(&id.0) {
            let seen = match Seen::find(conn, id, Some(self.reader.clone()), self.now) {
                Ok(seen) => Some(seen),
                Err(error) if error.code() == Code::NotFound => None,
                Err(error) => return Err(error),
            };
            self.seen.insert(id.0, seen);
        }
        let Some(Some(seen)) = self.seen.get(&id.0) else { return Ok(view) };
        let competition = &seen.competition;
        view.competition = Some(AboutCompetition {
            slug: competition.slug.clone(),
            title: TextView {
                en: competition.title_en.as_str().to_owned(),
                ko: competition.title_ko.as_str().to_owned(),
            },
        });
        view.actor = actor(conn, &about)?;
        if let Some(id) = about.thread
            && let Some((thread, _)) = threads::find(conn, id)?
            && thread.competition_id == competition.id
        {
            view.thread = Some(AboutThread { id: thread.id, title: thread.title });
            view.post_id = about.post;
        }
        if let Some(id) = about.team {
            let team = teams::find(conn, id)?.filter(|team| team.competition_id == competition.id);
            view.team = team.map(|team| AboutTeam { id: team.id, name: team.name });
        }
        let own = seen.membership.as_ref().map(|membership| membership.team.id);
        if let Some(id) = about.submission {
            let submission = submissions::find(conn, id)?
                .filter(|entry| entry.competition_id == competition.id && (seen.is_host || Some(entry.team_id) == own));
            view.submission = submission.map(|entry| AboutSubmission { id: entry.id, number: entry.number });
        }
        Ok(view)
    }
}

fn actor(conn: &mut Conn, about: &About) -> Result<Option<AboutActor>, StoreError> {
    let Some(id) = about.actor else { return Ok(None) };
    Ok(users::find(conn, id)?.map(|user| AboutActor { id: user.id, name: user.name }))
}

/// Lists what one was told
#[utoipa::path(tag = "notifications", params(CursorQuery), responses((status = 200, body = NotificationList), Problem))]
#[get("/me/notifications")]
pub(crate) async fn list_notifications(
    state: web::Data<AppState>,
    me: CurrentUser,
    query: web::Query<CursorQuery>,
) -> ApiResult<web::Json<NotificationList>> {
    let fault = || ApiError::new(Code::InvalidRequest, "The cursor is not one of this list.");
    let before = query.cursor().map(|text| text.parse::<NotificationId>().map_err(|_| fault())).transpose()?;
    let now = state.clock.now();
    let look = move |conn: &mut Conn| {
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut rows = notifications::list(conn, me.user.id, before, limit)?;
        let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|row| row.id.to_string())).flatten();
        rows.truncate(PAGE);
        let unread = notifications::unread(conn, me.user.id)?;
        let mut resolver = Resolver::new(&me, now);
        let items = rows.into_iter().map(|row| resolver.view(conn, row)).collect::<ApiResult<_>>()?;
        Ok::<_, ApiError>(NotificationList { items, next, unread })
    };
    Ok(web::Json(state.db.read(look).await?))
}

/// What was seen: one notification, or all up to one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkReadRequest {
    /// This one only.
    #[schema(value_type = Option<i64>)]
    id: Option<NotificationId>,
    /// This one and all older ones.
    #[schema(value_type = Option<i64>)]
    up_to: Option<NotificationId>,
}

/// How many are left.
#[derive(Serialize, ToSchema)]
pub struct UnreadView {
    /// How many are not seen.
    unread: i64,
}

/// Marks what one was told as seen
#[utoipa::path(
    tag = "notifications",
    request_body = MarkReadRequest,
    responses((status = 200, body = UnreadView), Problem),
)]
#[post("/me/notifications/read")]
pub(crate) async fn mark_notifications_read(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<MarkReadRequest>,
) -> ApiResult<web::Json<UnreadView>> {
    let which = match body.into_inner() {
        MarkReadRequest { id: Some(id), up_to: None } => Which::One(id),
        MarkReadRequest { id: None, up_to: Some(id) } => Which::UpTo(id),
        _ => return Err(ApiError::invalid("id", "Send either 'id' or 'up_to'.")),
    };
    let (user, now) = (me.user.id, state.clock.now());
    let mark = move |conn: &mut Conn| {
        notifications::mark_read(conn, user, which, now)?;
        notifications::unread(conn, user)
    };
    let unread = state.db.write_soft::<_, StoreError, _>(mark).await?;
    Ok(web::Json(UnreadView { unread }))
}
