//! Who runs a competition: the owner, hosts, and moderators who keep order in the discussion. Owners name the others.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use podium_bundle::Sentence;
use podium_store::audit::{self, Action, Entry};
use podium_store::competitions;
use podium_store::invites::{self, For, Into as Goal, InviteError, NewInvite};
use podium_store::notifications::{About, NotificationKind, To, notify};
use podium_store::types::{CompetitionRole, Text, UserId};
use podium_store::{Conn, StoreError, users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::invites::{InviteView, NewInviteView, expiry, nobody};
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::mail::links;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Somebody with a role in a competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostView {
    /// Their number.
    #[schema(value_type = i64)]
    id: UserId,
    /// Their name.
    #[schema(value_type = String)]
    name: Text,
    /// `owner`, `host` or `moderator`.
    #[schema(value_type = String, example = "host")]
    role: CompetitionRole,
}

impl HostView {
    pub(super) fn new(id: UserId, name: Text, role: CompetitionRole) -> Self {
        Self { id, name, role }
    }
}

/// Who has a role in a competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostList {
    /// The owner first.
    items: Vec<HostView>,
    /// Whether the caller may change the list.
    may_change: bool,
}

async fn is_owner(state: &AppState, host: &Host) -> ApiResult<bool> {
    let (id, user) = (host.competition.id, host.user.user.id);
    let role = state.db.read::<_, StoreError, _>(move |conn| competitions::role_of(conn, id, user)).await?;
    Ok(host.user.is_admin() || role == Some(CompetitionRole::Owner))
}

async fn require_owner(state: &AppState, host: &Host) -> ApiResult<()> {
    if is_owner(state, host).await? { Ok(()) } else { Err(Code::OwnerOnly.into()) }
}

/// Lists who runs the competition; for hosts
#[utoipa::path(tag = "hosting", params(("slug" = String, Path)), responses((status = 200, body = HostList), Problem))]
#[get("/competitions/{slug}/hosts")]
pub(crate) async fn list_hosts(state: web::Data<AppState>, host: Host) -> ApiResult<web::Json<HostList>> {
    let may_change = is_owner(&state, &host).await?;
    let id = host.competition.id;
    let rows = state.db.read::<_, StoreError, _>(move |conn| competitions::hosts(conn, id)).await?;
    let items = rows.into_iter().map(|row| HostView::new(row.user, row.name, row.role));
    Ok(web::Json(HostList { items: items.collect(), may_change }))
}

/// Whom to invite among the hosts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHostRequest {
    /// The name of an account, which is told and decides; without it a link for one person is made.
    name: Option<String>,
    /// `host` or `moderator`.
    #[schema(value_type = String, example = "host")]
    role: CompetitionRole,
    /// For how many days the invitation is good, 1 to 180; 14 unless said.
    expires_in_days: Option<u32>,
}

/// Invites somebody among the hosts; for the owner
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    request_body = NewHostRequest,
    responses((status = 201, body = NewInviteView), Problem),
)]
#[post("/competitions/{slug}/hosts")]
pub(crate) async fn invite_host(
    state: web::Data<AppState>,
    host: Host,
    body: web::Json<NewHostRequest>,
) -> ApiResult<HttpResponse> {
    require_owner(&state, &host).await?;
    let NewHostRequest { name, role, expires_in_days } = body.into_inner();
    if role == CompetitionRole::Owner {
        let sentence = Sentence::new(
            "Choose 'host' or 'moderator'; a host can be made the owner later.",
            "주최자나 진행자로 초대해 주십시오. 소유자는 나중에 주최자 중에서 정할 수 있습니다.",
        );
        return Err(ApiError::told("role", sentence));
    }
    let now = state.clock.now();
    let expires_at = expiry(expires_in_days, now)?;
    let secret = if name.is_none() { Some(links::secret()?) } else { None };
    let hash = secret.as_ref().map(|(_, hash)| *hash);
    let (competition, by) = (host.competition.id, host.user.user.id);
    let create = move |conn: &mut Conn| {
        let whom = match (&name, hash) {
            (Some(name), _) => For::User(users::find_by_name(conn, name)?.ok_or(InviteError::Missing)?),
            (None, Some(hash)) => For::Link(hash, 1),
            (None, None) => return Err(InviteError::Missing),
        };
        let new = NewInvite { competition, into: Goal::Hosts(role), whom, label: Text::lossy(""), by, expires_at };
        let invite = invites::create(conn, &new, now)?;
        Ok(InviteView::new(conn, invite)?)
    };
    let invite = state.db.write::<_, InviteError, _>(create).await.map_err(|error| match error {
        InviteError::Missing => nobody(),
        other => other.into(),
    })?;
    state.live.wake();
    Ok(HttpResponse::Created().json(NewInviteView { invite, token: secret.map(|(text, _)| text) }))
}

/// A new role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HostRoleRequest {
    /// `owner`, `host` or `moderator`. A new owner takes the place of the present one, who becomes a host.
    #[schema(value_type = String, example = "moderator")]
    role: CompetitionRole,
}

/// Gives a host another role, or makes them the owner; for the owner
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    request_body = HostRoleRequest,
    responses((status = 204), Problem),
)]
#[patch("/competitions/{slug}/hosts/{id}")]
pub(crate) async fn update_host(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, UserId)>,
    body: web::Json<HostRoleRequest>,
) -> ApiResult<HttpResponse> {
    require_owner(&state, &host).await?;
    let (person, role) = (path.into_inner().1, body.into_inner().role);
    let (competition, now, actor) = (host.competition.id, state.clock.now(), host.user.actor());
    let change = move |conn: &mut Conn| {
        let Some(before) = competitions::role_of(conn, competition, person)? else { return Ok(Change::Missing) };
        if before == role {
            return Ok(Change::None);
        }
        match (before, role) {
            // A competition always has an owner.
            (CompetitionRole::Owner, _) => return Ok(Change::None),
            (_, CompetitionRole::Owner) => {
                competitions::hand_over(conn, competition, person)?;
            }
            _ => competitions::add_host(conn, competition, person, role)?,
        }
        let entry = Entry::new(actor, Action::HostAdded, format!("user {person}"))
            .of(competition)
            .with("before", before.as_str())
            .with("role", role.as_str());
        audit::record(conn, &entry, now)?;
        notify(conn, &To::User(person), NotificationKind::HostChanged, &About::competition(competition), now)?;
        Ok(Change::Done)
    };
    done(&state, person, state.db.write::<_, StoreError, _>(change).await?)
}

/// What became of a change.
enum Change {
    Missing,
    None,
    Done,
}

fn done(state: &AppState, person: UserId, change: Change) -> ApiResult<HttpResponse> {
    match change {
        Change::Missing => Err(Code::NotFound.into()),
        Change::None => Err(ApiError::new(
            Code::NothingToDo,
            "This is the person's role already, or they own the competition: make somebody else the owner first.",
        )),
        Change::Done => {
            state.live.wake();
            state.live.disconnect(person);
            Ok(HttpResponse::NoContent().finish())
        }
    }
}

/// Ends somebody's role; for the owner, and for oneself
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 204), Problem),
)]
#[delete("/competitions/{slug}/hosts/{id}")]
pub(crate) async fn remove_host(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, UserId)>,
) -> ApiResult<HttpResponse> {
    let person = path.into_inner().1;
    if person != host.user.user.id {
        require_owner(&state, &host).await?;
    }
    let (competition, now, actor) = (host.competition.id, state.clock.now(), host.user.actor());
    let remove = move |conn: &mut Conn| {
        let Some(role) = competitions::role_of(conn, competition, person)? else { return Ok(Change::Missing) };
        if !competitions::remove_host(conn, competition, person)? {
            return Ok(Change::None);
        }
        let entry = Entry::new(actor, Action::HostRemoved, format!("user {person}"))
            .of(competition)
            .with("role", role.as_str());
        audit::record(conn, &entry, now)?;
        notify(conn, &To::User(person), NotificationKind::HostChanged, &About::competition(competition), now)?;
        Ok(Change::Done)
    };
    done(&state, person, state.db.write::<_, StoreError, _>(remove).await?)
}
