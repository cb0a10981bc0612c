//! The host's list of participants: who asked, who takes part, what they answered; decisions about them; invitations by
//! link and list; a roster that makes accounts for people without mail.

pub mod export;
pub mod roster;

use std::collections::BTreeMap;

use actix_web::{HttpResponse, delete, get, post, web};
use podium_bundle::Sentence;
use podium_store::audit::{self, Action, Entry};
use podium_store::invites::{self, For, Into as Goal, InviteError, InviteKind, NewInvite};
use podium_store::participants::{self, Filter, Listed, ParticipantError, ParticipantState};
use podium_store::types::{InviteId, Text, UserId, UtcTime};
use podium_store::{Conn, mails, users};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::invites::{InviteView, NewInviteView, expiry};
use super::teams::merges::TeamNameView;
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::mail::links;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Participants of a page.
const PAGE: usize = 100;
/// Names and addresses that are invited at once.
const MOST_INVITED: usize = 500;

/// A participant, as hosts see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipantView {
    /// Their number.
    #[schema(value_type = i64)]
    id: UserId,
    /// Their name.
    #[schema(value_type = String)]
    name: Text,
    /// `invited`, `asked`, `joined`, `declined`, `left` or `removed`.
    #[schema(value_type = String, example = "asked")]
    state: ParticipantState,
    /// Their team.
    team: Option<TeamNameView>,
    /// Their answers to the sign-up fields, by name.
    answers: BTreeMap<String, String>,
    /// The bracket that the answers say.
    #[schema(value_type = Option<String>)]
    bracket: Option<Text>,
    /// Why they were declined or removed.
    #[schema(value_type = String)]
    reason: Text,
    /// When they asked, were invited or joined first.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When the state last changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<UtcTime>,
}

impl TryFrom<Listed> for ParticipantView {
    type Error = ApiError;
    fn try_from(listed: Listed) -> ApiResult<Self> {
        let Listed { participant, name, team } = listed;
        Ok(Self {
            id: participant.user_id,
            name,
            state: participant.state,
            team: team.map(|(id, name)| TeamNameView { id, name }),
            answers: serde_json::from_str(participant.answers.as_str()).map_err(ApiError::internal)?,
            bracket: participant.bracket,
            reason: participant.reason,
            created_at: participant.created_at,
            decided_at: participant.decided_at,
        })
    }
}

/// A page of participants.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipantList {
    /// In the order of their accounts.
    items: Vec<ParticipantView>,
    /// `cursor` of the next page.
    next: Option<String>,
}

/// Which participants to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ParticipantQuery {
    /// Only those in this state.
    #[param(value_type = Option<String>)]
    state: Option<ParticipantState>,
    /// A part of the name.
    #[serde(default)]
    q: String,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists everybody who asked, was invited or takes part, with their answers; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ParticipantQuery),
    responses((status = 200, body = ParticipantList), Problem),
)]
#[get("/competitions/{slug}/participants")]
pub(crate) async fn list_participants(
    state: web::Data<AppState>,
    host: Host,
    query: web::Query<ParticipantQuery>,
) -> ApiResult<web::Json<ParticipantList>> {
    let ParticipantQuery { state: wanted, q, cursor } = query.into_inner();
    let after = cursor.map(|cursor| cursor.parse()).transpose();
    let after = after.map_err(|_| ApiError::new(Code::InvalidRequest, "There is no such page."))?;
    let filter = Filter { states: wanted.into_iter().collect(), name: q, after };
    let id = host.competition.id;
    let look = move |conn: &mut Conn| {
        let mut rows = participants::list(conn, id, &filter, PAGE as i64 + 1)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| more).map(|last| last.participant.user_id.to_string());
        let items = rows.into_iter().map(TryInto::try_into).collect::<ApiResult<_>>()?;
        Ok::<_, ApiError>(ParticipantList { items, next })
    };
    state.db.read(look).await.map(web::Json)
}

/// A host's decision about a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Lets somebody in who asked: they have a team of one at once.
    Approve,
    /// Does not let somebody in who asked, or takes an invitation back.
    Decline,
    /// Takes somebody out for good. Entries stay with the team.
    Remove,
    /// Lets somebody join again who was declined or removed.
    Readmit,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    /// At most 1,000 characters; needed for removing and disqualifying. The people concerned read it.
    #[serde(default)]
    reason: String,
}

impl From<String> for ReasonRequest {
    fn from(reason: String) -> Self {
        Self { reason }
    }
}

impl ReasonRequest {
    pub(super) fn text(self) -> ApiResult<Text> {
        let reason = self.reason.trim();
        if reason.chars().count() > 1_000 {
            let sentence = Sentence::new("Use at most 1,000 characters.", "1,000자 이하로 적어 주십시오.");
            return Err(ApiError::told("reason", sentence));
        }
        Text::new(reason).map_err(|fault| {
            let ko = "쓸 수 없는 문자(NUL)가 들어 있습니다. 지워 주십시오.";
            ApiError::told("reason", Sentence::new(format!("{fault}."), ko))
        })
    }
}

/// Decides about a participant: `approve`, `decline`, `remove` or `readmit`; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path), ("decision" = inline(Decision), Path)),
    request_body = ReasonRequest,
    responses((status = 204), Problem),
)]
#[post("/competitions/{slug}/participants/{id}/{decision}")]
pub(crate) async fn decide_participant(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, UserId, Decision)>,
    body: web::Json<ReasonRequest>,
) -> ApiResult<HttpResponse> {
    let (_, person, decision) = path.into_inner();
    let reason = body.into_inner().text()?;
    let (id, by, now, actor) = (host.competition.id, host.user.user.id, state.clock.now(), host.user.actor());
    let decide = move |conn: &mut Conn| {
        let action = match decision {
            Decision::Approve => {
                participants::approve(conn, id, person, by, now)?;
                Action::ParticipantApproved
            }
            Decision::Decline => {
                participants::decline(conn, (id, person), by, &reason, now)?;
                Action::ParticipantDeclined
            }
            Decision::Remove => {
                participants::remove(conn, (id, person), by, &reason, now)?;
                Action::ParticipantRemoved
            }
            Decision::Readmit => {
                participants::readmit(conn, id, person, by, now)?;
                Action::ParticipantReadmitted
            }
        };
        let entry = Entry::new(actor, action, format!("user {person}")).of(id).with("reason", reason.as_str());
        audit::record(conn, &entry, now)?;
        Ok(())
    };
    state.db.write::<_, ParticipantError, _>(decide).await?;
    state.live.wake();
    state.live.disconnect(person);
    Ok(HttpResponse::NoContent().finish())
}

impl From<ParticipantError> for ApiError {
    fn from(error: ParticipantError) -> Self {
        match error {
            ParticipantError::Missing => Code::NotFound.into(),
            ParticipantError::WrongState(state) => {
                let detail = format!("This person is '{state}'; the decision does not fit that.");
                Self::new(Code::NothingToDo, detail).with("state", state.as_str())
            }
            ParticipantError::IsHost => Code::BothSides.into(),
            ParticipantError::LastOfTeam => Code::LastOfTeam.into(),
            ParticipantError::NoReason => {
                let ko = "이유를 적어 주십시오. 당사자가 읽습니다.";
                Self::told("reason", Sentence::new("Say why; the people concerned read it.", ko))
            }
            ParticipantError::Join(error) => error.into(),
            ParticipantError::Store(error) => error.into(),
        }
    }
}

/// Whom to invite to the competition.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitePeopleRequest {
    /// Names of accounts: they may join at once and are told.
    #[serde(default)]
    names: Vec<String>,
    /// E-mail addresses: each gets a link of its own, for one person, by mail where the site sends mail.
    #[serde(default)]
    emails: Vec<String>,
    /// For how many days the links are good, 1 to 180; 14 unless said.
    expires_in_days: Option<u32>,
}

/// A link that was made for an address.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedAddressView {
    /// The address.
    email: String,
    /// Where the link leads, from the site's root: `/invite#TOKEN`. Shown once.
    path: String,
}

/// What inviting did.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedView {
    /// Names that may join now.
    invited: Vec<String>,
    /// Names that nobody has, or who run the competition.
    missing: Vec<String>,
    /// The links, in the order of the addresses. Shown once.
    links: Vec<InvitedAddressView>,
    /// Whether the links were sent by mail as well.
    is_mailed: bool,
}

/// Invites people to the competition, by names and by e-mail addresses; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    request_body = InvitePeopleRequest,
    responses((status = 200, body = InvitedView), Problem),
)]
#[post("/competitions/{slug}/participants/invites")]
pub(crate) async fn invite_people(
    state: web::Data<AppState>,
    host: Host,
    body: web::Json<InvitePeopleRequest>,
) -> ApiResult<web::Json<InvitedView>> {
    let InvitePeopleRequest { names, emails, expires_in_days } = body.into_inner();
    if names.len() + emails.len() > MOST_INVITED {
        let sentence = Sentence::new(
            format!("Invite at most {MOST_INVITED} people at once."),
            format!("한 번에 {MOST_INVITED}명까지 초대해 주십시오."),
        );
        return Err(ApiError::told("emails", sentence));
    }
    let now = state.clock.now();
    let expires_at = expiry(expires_in_days, now)?;
    let emails: Vec<Text> = emails
        .iter()
        .map(|email| super::accounts::check_email(email.trim()))
        .collect::<Result<_, _>>()
        .map_err(|en| ApiError::told("emails", Sentence::new(en, "이메일 주소의 형식이 맞지 않습니다.")))?;
    let secrets = emails.iter().map(|_| links::secret()).collect::<ApiResult<Vec<_>>>()?;
    let is_mailed = state.config.smtp_url.is_some() && !emails.is_empty();
    let (id, by, actor) = (host.competition.id, host.user.user.id, host.user.actor());
    let language = host.user.user.language;
    let subject = host.competition.slug.as_str().to_owned();
    let (people, addresses, tokens) = (names.clone(), emails.clone(), secrets.clone());
    let invite = move |conn: &mut Conn| {
        let mut invited = Vec::new();
        for name in &people {
            let Some(user) = users::find_by_name(conn, name)? else { continue };
            match participants::invite(conn, id, user, by, now) {
                Ok(()) => invited.push(name.clone()),
                Err(ParticipantError::IsHost) => {}
                Err(error) => return Err(error.into()),
            }
        }
        for (address, (secret, hash)) in addresses.iter().zip(&tokens) {
            let (into, whom) = (Goal::Competition, For::Link(*hash, 1));
            let new = NewInvite { competition: id, into, whom, label: address.clone(), by, expires_at };
            invites::create(conn, &new, now)?;
            if is_mailed {
                mails::invite(conn, address, id, &format!("/invite#{secret}"), language, now)?;
            }
        }
        let count = invited.len() + addresses.len();
        let entry = Entry::new(actor, Action::ParticipantsInvited, subject.as_str()).of(id).with("count", count);
        audit::record(conn, &entry, now)?;
        Ok(invited)
    };
    let invited = state.db.write::<_, InviteError, _>(invite).await?;
    state.live.wake();
    let missing = names.into_iter().filter(|name| !invited.contains(name)).collect();
    let links = emails.into_iter().zip(secrets).map(|(email, (secret, _))| InvitedAddressView {
        email: email.into_string(),
        path: format!("/invite#{secret}"),
    });
    Ok(web::Json(InvitedView { invited, missing, links: links.collect(), is_mailed }))
}

/// A link into the competition.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLinkRequest {
    /// What hosts call it, such as the name of a course.
    #[serde(default)]
    label: String,
    /// How many people may use it, at most 10,000.
    uses: i32,
    /// For how many days it is good, 1 to 180; 14 unless said.
    expires_in_days: Option<u32>,
}

/// Makes a link with which many people may join; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    request_body = NewLinkRequest,
    responses((status = 201, body = NewInviteView), Problem),
)]
#[post("/competitions/{slug}/invites")]
pub(crate) async fn create_competition_invite(
    state: web::Data<AppState>,
    host: Host,
    body: web::Json<NewLinkRequest>,
) -> ApiResult<HttpResponse> {
    let NewLinkRequest { label, uses, expires_in_days } = body.into_inner();
    if !(1..=invites::MOST_USES).contains(&uses) {
        let most = invites::MOST_USES;
        let sentence = Sentence::new(format!("Choose 1 to {most}."), format!("1~{most} 사이의 수를 적어 주십시오."));
        return Err(ApiError::told("uses", sentence));
    }
    if label.chars().count() > 100 {
        let sentence = Sentence::new("Use at most 100 characters.", "100자 이하로 적어 주십시오.");
        return Err(ApiError::told("label", sentence));
    }
    let now = state.clock.now();
    let expires_at = expiry(expires_in_days, now)?;
    let (secret, hash) = links::secret()?;
    let (id, by, actor) = (host.competition.id, host.user.user.id, host.user.actor());
    let (into, whom, label) = (Goal::Competition, For::Link(hash, uses), Text::lossy(label));
    let new = NewInvite { competition: id, into, whom, label, by, expires_at };
    let create = move |conn: &mut Conn| {
        let invite = invites::create(conn, &new, now)?;
        let entry = Entry::new(actor, Action::ParticipantsInvited, new.label.as_str())
            .of(id)
            .with("invite", invite.id.0)
            .with("count", uses);
        audit::record(conn, &entry, now)?;
        Ok(InviteView::new(conn, invite)?)
    };
    let invite = state.db.write::<_, InviteError, _>(create).await?;
    Ok(HttpResponse::Created().json(NewInviteView { invite, token: Some(secret) }))
}

/// Open invitations to a competition and among its hosts.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteList {
    /// Newest first.
    items: Vec<InviteView>,
}

/// Lists the open invitations to the competition and among its hosts; for hosts
#[utoipa::path(tag = "hosting", params(("slug" = String, Path)), responses((status = 200, body = InviteList), Problem))]
#[get("/competitions/{slug}/invites")]
pub(crate) async fn list_competition_invites(
    state: web::Data<AppState>,
    host: Host,
) -> ApiResult<web::Json<InviteList>> {
    let (id, now) = (host.competition.id, state.clock.now());
    let look = move |conn: &mut Conn| {
        let open = invites::of_competition(conn, id, &[InviteKind::Participant, InviteKind::Host], now)?;
        let items = open.into_iter().map(|invite| InviteView::new(conn, invite)).collect::<Result<_, _>>()?;
        Ok::<_, ApiError>(InviteList { items })
    };
    state.db.read(look).await.map(web::Json)
}

/// Takes an invitation to the competition or among its hosts back; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("id" = i64, Path)),
    responses((status = 204), Problem),
)]
#[delete("/competitions/{slug}/invites/{id}")]
pub(crate) async fn revoke_competition_invite(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, InviteId)>,
) -> ApiResult<HttpResponse> {
    let (id, competition, now) = (path.into_inner().1, host.competition.id, state.clock.now());
    let revoke = move |conn: &mut Conn| {
        let invite = invites::find_in(conn, competition, id)?;
        // Those into teams are their teams'.
        if invite.kind == InviteKind::Team {
            return Err(InviteError::Missing);
        }
        invites::revoke(conn, &invite, now)
    };
    state.db.write::<_, InviteError, _>(revoke).await?;
    Ok(HttpResponse::NoContent().finish())
}
