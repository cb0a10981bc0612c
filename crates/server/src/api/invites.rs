//! Invitations: leaders' into their team; and what the person who is invited sees, accepts and declines.
//!
//! A link's token is shown once, to whoever makes it. It travels in request bodies, never in an address of the API.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::TimeDelta;
use podium_bundle::Sentence;
use podium_store::audit::{self, Action, Actor, Entry};
use podium_store::competitions;
use podium_store::invites::{self, Accepted, For, Into as Goal, Invite, InviteError, InviteKind, NewInvite};
use podium_store::teams::{self, outlook};
use podium_store::types::{CompetitionRole, InviteId, MemberRole, Sha256, Slug, Text, UserId, UtcTime};
use podium_store::users;
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::competitions::{PersonView, TextView};
use super::teams::merges::TeamNameView;
use super::teams::{OutlookView, own_team};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen};
use crate::mail::links;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// How long an invitation is good unless said, in days.
pub(super) const DAYS: u32 = 14;
/// How long it may be good, in days.
const MOST_DAYS: u32 = 180;

/// An open invitation, as its makers see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteView {
    /// Its number.
    #[schema(value_type = i64)]
    id: InviteId,
    /// `team`, `participant` or `host`.
    #[schema(value_type = String, example = "team")]
    kind: InviteKind,
    /// The role among the hosts, for kind `host`.
    #[schema(value_type = Option<String>, example = "moderator")]
    role: Option<CompetitionRole>,
    /// For whom; null for a link.
    person: Option<PersonView>,
    /// What its maker calls it, often an address.
    #[schema(value_type = String)]
    label: Text,
    /// How many more people may accept it.
    uses_left: i32,
    /// Who made it.
    created_by: Option<PersonView>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// Accepted strictly before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: UtcTime,
}

impl InviteView {
    pub(super) fn new(conn: &mut Conn, invite: Invite) -> Result<Self, StoreError> {
        let mut person =
            |id: UserId| Ok::<_, StoreError>(invites::name_of(conn, id)?.map(|name| PersonView { id, name }));
        Ok(Self {
            person: invite.user_id.map(&mut person).transpose()?.flatten(),
            created_by: person(invite.created_by)?,
            id: invite.id,
            kind: invite.kind,
            role: invite.role,
            label: invite.label,
            uses_left: invite.uses_left,
            created_at: invite.created_at,
            expires_at: invite.expires_at,
        })
    }
}

/// An invitation that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewInviteView {
    /// The invitation.
    pub(super) invite: InviteView,
    /// The token of the link `/invite#TOKEN`; null where it is for one account. Shown once.
    pub(super) token: Option<String>,
}

/// Whom to invite into one's team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTeamInviteRequest {
    /// The name of somebody who takes part; without it a link is made.
    name: Option<String>,
    /// How many people may use the link; 1 unless said.
    uses: Option<i32>,
    /// For how many days it is good, 1 to 180; 14 unless said.
    expires_in_days: Option<u32>,
}

/// Nobody has the name that is to be invited.
pub(super) fn nobody() -> ApiError {
    ApiError::told("name", Sentence::new("There is nobody of this name.", "이 이름의 계정이 없습니다."))
}

/// When an invitation that is made now expires.
pub(super) fn expiry(days: Option<u32>, now: UtcTime) -> ApiResult<UtcTime> {
    let days = days.unwrap_or(DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        let sentence = Sentence::new(
            format!("Choose 1 to {MOST_DAYS} days."),
            format!("1일 이상 {MOST_DAYS}일 이하로 정해 주십시오."),
        );
        return Err(ApiError::told("expires_in_days", sentence));
    }
    Ok(now.plus(TimeDelta::days(days.into())))
}

/// Invites somebody into one's team, by name or by link; for leaders
///
/// Somebody named is told and decides. They take part already, and have not sent entries: otherwise the teams merge.
#[utoipa::path(
    tag = "teams",
    params(("slug" = String, Path)),
    request_body = NewTeamInviteRequest,
    responses((status = 201, body = NewInviteView), Problem),
)]
#[post("/competitions/{slug}/team/invites")]
pub(crate) async fn create_team_invite(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    body: web::Json<NewTeamInviteRequest>,
) -> ApiResult<HttpResponse> {
    let NewTeamInviteRequest { name, uses, expires_in_days } = body.into_inner();
    let (competition, membership) = own_team(seen)?;
    if membership.role != MemberRole::Leader {
        return Err(Code::NotTheLeader.into());
    }
    let now = state.clock.now();
    let token = if name.is_none() { Some(links::secret()?) } else { None };
    let hash = token.as_ref().map(|(_, hash)| *hash);
    let expires_at = expiry(expires_in_days, now)?;
    let (by, team) = (user.user.id, membership.team.id);
    let create = move |conn: &mut Conn| {
        let whom = match (&name, hash) {
            (_, Some(hash)) => For::Link(hash, uses.unwrap_or(1)),
            (Some(name), None) => For::User(users::find_by_name(conn, name)?.ok_or(InviteError::Missing)?),
            (None, None) => return Err(InviteError::Missing),
        };
        let (into, label) = (Goal::Team(team), Text::lossy(""));
        let new = NewInvite { competition: competition.id, into, whom, label, by, expires_at };
        let invite = invites::create(conn, &new, now)?;
        Ok(InviteView::new(conn, invite)?)
    };
    let invite = state.db.write::<_, InviteError, _>(create).await.map_err(|error| match error {
        InviteError::Missing => nobody(),
        other => other.into(),
    })?;
    state.live.wake();
    Ok(HttpResponse::Created().json(NewInviteView { invite, token: token.map(|(text, _)| text) }))
}

/// Takes an invitation into one's team back; for leaders
#[utoipa::path(
    tag = "teams",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 204), Problem),
)]
#[delete("/competitions/{slug}/team/invites/{id}")]
pub(crate) async fn revoke_team_invite(
    state: web::Data<AppState>,
    _user: CurrentUser,
    seen: Seen,
    path: web::Path<(String, InviteId)>,
) -> ApiResult<HttpResponse> {
    let (competition, membership) = own_team(seen)?;
    if membership.role != MemberRole::Leader {
        return Err(Code::NotTheLeader.into());
    }
    let (id, now) = (path.into_inner().1, state.clock.now());
    let revoke = move |conn: &mut Conn| {
        let invite = invites::find_in(conn, competition.id, id)?;
        if invite.team_id != Some(membership.team.id) {
            return Err(InviteError::Missing);
        }
        invites::revoke(conn, &invite, now)
    };
    state.db.write::<_, InviteError, _>(revoke).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// An invitation, as whoever is invited sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferView {
    /// Its number.
    #[schema(value_type = i64)]
    id: InviteId,
    /// `team`, `participant` or `host`.
    #[schema(value_type = String, example = "team")]
    kind: InviteKind,
    /// The role among the hosts, for kind `host`.
    #[schema(value_type = Option<String>, example = "moderator")]
    role: Option<CompetitionRole>,
    /// The competition's name in addresses.
    #[schema(value_type = String)]
    slug: Slug,
    /// Its title.
    title: TextView,
    /// The team, for kind `team`.
    team: Option<TeamNameView>,
    /// Who invites.
    invited_by: Option<PersonView>,
    /// Accepted strictly before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: UtcTime,
    /// Whether the person has to join the competition first, for kind `team`.
    needs_join: bool,
    /// What it would mean for the team, for kind `team`.
    outlook: Option<OutlookView>,
}

/// What the person may see of an invitation. Teams invite inside a competition: who does not see it is shown nothing.
fn offer(conn: &mut Conn, invite: Invite, user: &CurrentUser, now: UtcTime) -> ApiResult<OfferView> {
    invite.check_open(now)?;
    let competition = match invite.kind {
        InviteKind::Team => Seen::find(conn, invite.competition_id, Some(user.clone()), now)?.competition,
        InviteKind::Participant | InviteKind::Host => competitions::get(conn, invite.competition_id)?,
    };
    let me = user.user.id;
    let (mut team, mut outlook) = (None, None);
    if let Some(id) = invite.team_id {
        let found = teams::find(conn, id)?.ok_or(Code::NotFound)?;
        outlook = Some(outlook::of_joining(conn, &found, me, now)?.into());
        team = Some(found.into());
    }
    let needs_join =
        invite.kind == InviteKind::Team && teams::find_membership(conn, invite.competition_id, me)?.is_none();
    let invited_by = invites::name_of(conn, invite.created_by)?.map(|name| PersonView { id: invite.created_by, name });
    Ok(OfferView {
        id: invite.id,
        kind: invite.kind,
        role: invite.role,
        slug: competition.slug,
        title: TextView { en: competition.title_en.into_string(), ko: competition.title_ko.into_string() },
        team,
        invited_by,
        expires_at: invite.expires_at,
        needs_join,
        outlook,
    })
}

/// One's own open invitations.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferList {
    /// Newest first.
    items: Vec<OfferView>,
}

/// Lists the open invitations for oneself
#[utoipa::path(tag = "invites", responses((status = 200, body = OfferList), Problem))]
#[get("/me/invites")]
pub(crate) async fn list_my_invites(state: web::Data<AppState>, user: CurrentUser) -> ApiResult<web::Json<OfferList>> {
    let now = state.clock.now();
    let look = move |conn: &mut Conn| {
        let mut items = Vec::new();
        for invite in invites::of_user(conn, user.user.id, now)? {
            match offer(conn, invite, &user, now) {
                Ok(offer) => items.push(offer),
                // An invitation into a team of a competition that the person does not see any more.
                Err(hidden) if hidden.code() == Code::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok::<_, ApiError>(OfferList { items })
    };
    state.db.read(look).await.map(web::Json)
}

/// What accepting did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedView {
    /// `team`: the person is in the team now. `participant`: they may join the competition now. `host`: they have the role.
    #[schema(value_type = String, example = "team")]
    kind: InviteKind,
    /// The competition's name in addresses.
    #[schema(value_type = String)]
    slug: Slug,
}

/// Accepts an invitation for oneself
#[utoipa::path(
    tag = "invites",
    params(("id" = i64, Path)),
    responses((status = 200, body = AcceptedView), Problem),
)]
#[post("/me/invites/{id}/accept")]
pub(crate) async fn accept_invite(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<InviteId>,
) -> ApiResult<web::Json<AcceptedView>> {
    accept(&state, user, Which::Own(path.into_inner())).await
}

/// Declines an invitation for oneself
#[utoipa::path(tag = "invites", params(("id" = i64, Path)), responses((status = 204), Problem))]
#[post("/me/invites/{id}/decline")]
pub(crate) async fn decline_invite(
    state: web::Data<AppState>,
    user: CurrentUser,
    path: web::Path<InviteId>,
) -> ApiResult<HttpResponse> {
    let (id, me, now) = (path.into_inner(), user.user.id, state.clock.now());
    state.db.write::<_, InviteError, _>(move |conn| invites::decline(conn, id, me, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The token of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// What stands in the link after `#`.
    token: String,
}

/// Shows what a link invites to, without accepting
#[utoipa::path(tag = "invites", request_body = TokenRequest, responses((status = 200, body = OfferView), Problem))]
#[post("/invites/look")]
pub(crate) async fn look_at_invite(
    state: web::Data<AppState>,
    user: CurrentUser,
    body: web::Json<TokenRequest>,
) -> ApiResult<web::Json<OfferView>> {
    let (token, now) = (links::hash(&body.token), state.clock.now());
    let look = move |conn: &mut Conn| {
        let invite = invites::find_by_token(conn, token)?;
        offer(conn, invite, &user, now)
    };
    state.db.read::<_, ApiError, _>(look).await.map(web::Json)
}

/// Accepts what a link invites to
#[utoipa::path(tag = "invites", request_body = TokenRequest, responses((status = 200, body = AcceptedView), Problem))]
#[post("/invites/accept")]
pub(crate) async fn accept_invite_link(
    state: web::Data<AppState>,
    user: CurrentUser,
    body: web::Json<TokenRequest>,
) -> ApiResult<web::Json<AcceptedView>> {
    let token = links::hash(&body.token);
    accept(&state, user, Which::Token(token)).await
}

#[derive(Clone, Copy)]
enum Which {
    Own(InviteId),
    Token(Sha256),
}

async fn accept(state: &AppState, user: CurrentUser, which: Which) -> ApiResult<web::Json<AcceptedView>> {
    let (me, now, actor, name) = (user.user.id, state.clock.now(), user.actor(), user.user.name.clone());
    let look = move |conn: &mut Conn| {
        let invite = match which {
            Which::Own(id) => invites::find_own(conn, id, me)?,
            Which::Token(token) => invites::find_by_token(conn, token)?,
        };
        // The same look that the person had, so that nothing can be accepted that could not be seen.
        offer(conn, invite.clone(), &user, now)?;
        Ok::<_, ApiError>(invite)
    };
    let id = state.db.read(look).await?.id;
    let accept = move |conn: &mut Conn| {
        let invite = match which {
            Which::Own(_) => invites::find_own(conn, id, me)?,
            Which::Token(token) => invites::find_by_token(conn, token)?,
        };
        Ok((accept_as(conn, &invite, (me, &name), actor, now)?, invite))
    };
    let (view, invite) = state.db.write::<_, InviteError, _>(accept).await?;
    state.live.wake();
    state.live.disconnect(me);
    let (kind, competition) = (invite.kind.as_str(), invite.competition_id.0);
    tracing::info!(user = me.0, competition, kind, invite = id.0, "accepted an invitation");
    Ok(web::Json(view))
}

/// Accepts an invitation for this person, and writes down who became a host.
pub(super) fn accept_as(
    conn: &mut Conn,
    invite: &Invite,
    (person, name): (UserId, &Text),
    actor: Actor,
    now: UtcTime,
) -> Result<AcceptedView, InviteError> {
    let accepted = invites::accept(conn, invite, person, now)?;
    if let Accepted::Host(competition, role) = &accepted {
        let entry = Entry::new(actor, Action::HostAdded, name.as_str())
            .of(*competition)
            .with("role", role.as_str())
            .with("invited_by", invite.created_by.0);
        audit::record(conn, &entry, now)?;
    }
    let competition = competitions::get(conn, invite.competition_id)?;
    Ok(AcceptedView { kind: invite.kind, slug: competition.slug })
}

impl From<InviteError> for ApiError {
    fn from(error: InviteError) -> Self {
        let detail = format!("{error}.");
        match error {
            InviteError::Missing => Code::NotFound.into(),
            InviteError::Expired(_) => Code::InviteEnded.into(),
            InviteError::Ended(how) => Self::from(Code::InviteEnded).with("ended_as", how.as_str()),
            InviteError::AskedAlready => Code::AskedAlready.into(),
            InviteError::TooMany => Code::TooManyInvites.into(),
            InviteError::BothSides => Code::BothSides.into(),
            InviteError::NotParticipant => Self::new(
                Code::NotAMember,
                "Whoever enters a team joins the competition first, by accepting its rules.",
            ),
            InviteError::Refused(_) => Code::ParticipationRefused.into(),
            InviteError::NotNow(state) => Self::new(Code::CompetitionNotRunning, detail).with("state", state.as_str()),
            InviteError::Team(error) => error.into(),
            InviteError::Store(error) => error.into(),
        }
    }
}
