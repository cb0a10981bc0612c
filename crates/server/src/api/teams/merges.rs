//! Two teams become one: ask, look, confirm or refuse. The team that asks takes the other one in.

use actix_web::{HttpResponse, get, post, web};
use podium_store::Conn;
use podium_store::audit::{self, Action, Entry};
use podium_store::teams::changes::{self, TeamError};
use podium_store::teams::merging::{self, Merge, Merged};
use podium_store::teams::{self, Team, outlook};
use podium_store::types::{MergeId, TeamId, Text, UtcTime};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{OutlookView, own_team};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// A team by its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamNameView {
    /// Its number.
    #[schema(value_type = i64)]
    pub id: TeamId,
    /// Its name.
    #[schema(value_type = String)]
    pub name: Text,
}

impl From<Team> for TeamNameView {
    fn from(team: Team) -> Self {
        Self { id: team.id, name: team.name }
    }
}

/// An open request to merge.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeView {
    /// Its number.
    #[schema(value_type = i64)]
    id: MergeId,
    /// The team that asks and would take the other one in: its name, number and leader stay.
    team: TeamNameView,
    /// The team that is asked.
    other: TeamNameView,
    /// Whether the caller's team asks; then it can only take the request back.
    is_ours: bool,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    asked_at: UtcTime,
    /// What it would mean now.
    outlook: OutlookView,
}

/// The open requests of a team and to it, for its members.
pub(super) fn open(conn: &mut Conn, own: &Team, now: UtcTime) -> ApiResult<Vec<MergeView>> {
    merging::open(conn, own.id)?.into_iter().map(|merge| view(conn, merge, own, now)).collect()
}

fn view(conn: &mut Conn, merge: Merge, own: &Team, now: UtcTime) -> ApiResult<MergeView> {
    let team = teams::find(conn, merge.team_id)?.ok_or(Code::NotFound)?;
    let other = teams::find(conn, merge.other_id)?.ok_or(Code::NotFound)?;
    let outlook = outlook::of_merging(conn, &team, &other, now)?.into();
    let is_ours = merge.team_id == own.id;
    Ok(MergeView { id: merge.id, team: team.into(), other: other.into(), is_ours, asked_at: merge.asked_at, outlook })
}

/// Which team.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OtherTeamQuery {
    /// The name of the other team.
    team: String,
}

/// Says what it would mean to take another team in, before asking it
#[utoipa::path(
    tag = "teams",
    params(("slug" = String, Path), OtherTeamQuery),
    responses((status = 200, body = OutlookView), Problem),
)]
#[get("/competitions/{slug}/team/merges/preview")]
pub(crate) async fn preview_merge(
    state: web::Data<AppState>,
    _user: CurrentUser,
    seen: Seen,
    query: web::Query<OtherTeamQuery>,
) -> ApiResult<web::Json<OutlookView>> {
    let (competition, membership) = own_team(seen)?;
    let (name, now) = (Text::lossy(query.into_inner().team), state.clock.now());
    let look = move |conn: &mut Conn| {
        let other = changes::find_named(conn, competition.id, &name)?.ok_or_else(no_such_team)?;
        Ok::<_, ApiError>(OutlookView::from(outlook::of_merging(conn, &membership.team, &other, now)?))
    };
    state.db.read(look).await.map(web::Json)
}

fn no_such_team() -> ApiError {
    ApiError::new(Code::NotFound, "There is no team of this name in the competition.")
}

/// Whom to ask.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMergeRequest {
    /// The name of the other team.
    team: String,
}

/// Asks another team to merge; for leaders
///
/// The caller's team would take the other one in. Nothing changes until the other leader confirms.
#[utoipa::path(
    tag = "teams",
    params(("slug" = String, Path)),
    request_body = NewMergeRequest,
    responses((status = 201, body = MergeView), Problem),
)]
#[post("/competitions/{slug}/team/merges")]
pub(crate) async fn create_merge(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    body: web::Json<NewMergeRequest>,
) -> ApiResult<HttpResponse> {
    let (competition, membership) = own_team(seen)?;
    let (me, id, now) = (user.user.id, competition.id, state.clock.now());
    let other = Text::lossy(body.into_inner().team);
    let asked = state.db.write::<_, TeamError, _>(move |conn| merging::ask(conn, id, me, &other, now)).await;
    let merge = asked.map_err(|error| match error {
        TeamError::Missing => no_such_team(),
        other => other.into(),
    })?;
    state.live.wake();
    let view = state.db.read::<_, ApiError, _>(move |conn| view(conn, merge, &membership.team, now)).await?;
    Ok(HttpResponse::Created().json(view))
}

/// Confirms a request to merge: the teams are one at once; for the leader who was asked
///
/// The caller's team ends. Its entries keep a note of their numbers, and the quota is that of one team.
#[utoipa::path(
    tag = "teams",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 200, body = TeamNameView), Problem),
)]
#[post("/competitions/{slug}/team/merges/{id}/accept")]
pub(crate) async fn accept_merge(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    path: web::Path<(String, MergeId)>,
) -> ApiResult<web::Json<TeamNameView>> {
    let (competition, _) = own_team(seen)?;
    let (me, id, merge, now) = (user.user.id, competition.id, path.into_inner().1, state.clock.now());
    let actor = user.actor();
    let accept = move |conn: &mut Conn| {
        let merged = merging::accept(conn, id, me, merge, now)?;
        let entry = Entry::new(actor, Action::TeamsMerged, merged.team.name.as_str())
            .of(id)
            .with("team", merged.team.id.0)
            .with("other", merged.other.id.0)
            .with("other_name", merged.other.name.as_str())
            .with("entries", merged.renumbered);
        audit::record(conn, &entry, now)?;
        Ok(merged)
    };
    let Merged { team, other, moved, .. } = state.db.write::<_, TeamError, _>(accept).await?;
    state.live.wake();
    // Their open pages listen anew, as members of the other team.
    for user in moved {
        state.live.disconnect(user);
    }
    tracing::info!(user = me.0, competition = id.0, team = team.id.0, other = other.id.0, "merged two teams");
    Ok(web::Json(team.into()))
}

/// Ends a request to merge: declines one that was got, takes back one that was made; for leaders
#[utoipa::path(
    tag = "teams",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 204), Problem),
)]
#[post("/competitions/{slug}/team/merges/{id}/refuse")]
pub(crate) async fn refuse_merge(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    path: web::Path<(String, MergeId)>,
) -> ApiResult<HttpResponse> {
    let (competition, _) = own_team(seen)?;
    let (me, id, merge, now) = (user.user.id, competition.id, path.into_inner().1, state.clock.now());
    state.db.write::<_, TeamError, _>(move |conn| merging::refuse(conn, id, me, merge, now)).await?;
    state.live.wake();
    Ok(HttpResponse::NoContent().finish())
}
