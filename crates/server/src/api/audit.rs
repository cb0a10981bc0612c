//! The audit log: hosts read what was done in their competition, administrators everything.

use actix_web::{get, web};
use podium_store::audit::{self, Action, ActorKind, Filter, Logged};
use podium_store::types::{AuditId, Sha256, Text, UserId, UtcTime};
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::AppState;
use crate::auth::extract::{Admin, Host};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Entries on a page.
const PAGE: usize = 50;

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// These actions only, parted by commas: `page.saved,file.deleted`.
    action: Option<String>,
    /// By the account with this number only.
    actor: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Something that somebody did with rights that others lack.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryView {
    /// 1, 2, … on the whole site, without gaps.
    #[schema(value_type = i64)]
    id: AuditId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: UtcTime,
    /// `user` (in the browser), `token` (a program), `operator` (on the server's command line) or `system`.
    #[schema(value_type = String, example = "user")]
    actor_kind: ActorKind,
    /// The account's number.
    #[schema(value_type = Option<i64>)]
    actor: Option<UserId>,
    /// The account's present name.
    #[schema(value_type = Option<String>)]
    actor_name: Option<Text>,
    /// What was done.
    #[schema(schema_with = actions)]
    action: Action,
    /// To what, as people call it.
    #[schema(value_type = String)]
    subject: Text,
    /// What is needed to understand it; depends on the action.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// SHA-256 over this entry and all before it.
    #[schema(value_type = String)]
    hash: Sha256,
}

/// Every action by its word, so that programs that tell actions apart know all of them.
fn actions() -> utoipa::openapi::schema::Object {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(Action::ALL.iter().map(|action| action.as_str())))
        .description(Some("What was done."))
        .build()
}

impl AuditEntryView {
    fn new((row, actor_name): (Logged, Option<Text>)) -> ApiResult<Self> {
        let Logged { id, at, actor_kind, actor, action, subject, detail, hash, .. } = row;
        let detail = serde_json::from_str(detail.as_str()).map_err(ApiError::internal)?;
        Ok(Self { id, at, actor_kind, actor, actor_name, action, subject, detail, hash })
    }
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// Newest first.
    items: Vec<AuditEntryView>,
    /// `cursor` of the next page.
    next: Option<String>,
    /// Entries of the whole site.
    entries: i64,
    /// Hash of the newest entry of the site. Whoever notes it can tell later that nothing before it was changed.
    #[schema(value_type = String)]
    head: Sha256,
}

/// Lists what was done in a competition by its hosts and administrators
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), AuditQuery),
    responses((status = 200, body = AuditPage), Problem)
)]
#[get("/competitions/{slug}/audit")]
pub(crate) async fn list_competition_audit(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<AuditQuery>,
) -> ApiResult<web::Json<AuditPage>> {
    page(&state, query.into_inner(), Filter { competition: Some(host.competition.id), ..Filter::default() }).await
}

/// Lists what was done on the whole site
#[utoipa::path(tag = "admin", params(AuditQuery), responses((status = 200, body = AuditPage), Problem))]
#[get("/admin/audit")]
pub(crate) async fn list_site_audit(
    state: web::Data<AppState>,
    _admin: Admin,
    query: web::Query<AuditQuery>,
) -> ApiResult<web::Json<AuditPage>> {
    page(&state, query.into_inner(), Filter::default()).await
}

async fn page(state: &AppState, query: AuditQuery, filter: Filter) -> ApiResult<web::Json<AuditPage>> {
    let words = query.action.as_deref().unwrap_or_default().split(',').filter(|word| !word.is_empty());
    let actions = words.map(str::parse).collect::<Result<_, _>>();
    let actions = actions.map_err(|unknown: podium_store::types::UnknownWord| {
        ApiError::new(Code::InvalidRequest, format!("'action': {unknown}."))
    })?;
    let cursor = query.cursor.as_deref().map(str::parse).transpose();
    let before = cursor.map_err(|_| ApiError::new(Code::InvalidRequest, "There is no such page."))?;
    let filter = Filter { actions, actor: query.actor.map(UserId), ..filter };
    let look = move |conn: &mut Conn| {
        let rows = audit::list(conn, &filter, before, i64::try_from(PAGE + 1).unwrap_or(i64::MAX))?;
        Ok::<_, StoreError>((rows, audit::head(conn)?))
    };
    let (mut rows, head) = state.db.read(look).await?;
    let next = (rows.len() > PAGE).then(|| rows.get(PAGE - 1).map(|(row, _)| row.id.to_string())).flatten();
    rows.truncate(PAGE);
    let items = rows.into_iter().map(AuditEntryView::new).collect::<ApiResult<_>>()?;
    Ok(web::Json(AuditPage { items, next, entries: head.entries, head: head.hash }))
}
