//! Extractors: a handler's arguments say who may call it.
//!
//! | Argument | Who | Tokens may write with scope |
//! |---|---|---|
//! | [`Visitor`] | anybody | none |
//! | [`CurrentUser`] | who is signed in | none |
//! | [`Submitter`] | who is signed in | `submit` |
//! | [`Publisher`] | who is signed in | `host` |
//! | [`Admin`] | administrators of the site | none |
//! | [`Seen`] | who may see the competition `{slug}` | none |
//! | [`Member`] | who joined the competition `{slug}` | `submit` |
//! | [`Host`] | who runs the competition `{slug}`, and administrators | `host` |
//!
//! A competition that the caller may not see is answered like one that is not there.
//!
//! Every token may read. A credential that is not valid is an error everywhere, never an anonymous visitor: do not write
//! `Option<CurrentUser>`, in which actix turns that error into `None`; write [`Visitor`].

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::TimeDelta;
use podium_store::audit::Actor;
use podium_store::competitions::{self, Competition};
use podium_store::participants::{self, ParticipantState};
use podium_store::teams::{self, Membership};
use podium_store::tokens::Scope;
use podium_store::types::{CompetitionId, CompetitionRole, SessionId, Slug, UserRole, UserState, UtcTime, Visibility};
use podium_store::users::User;
use podium_store::{Conn, StoreError, sessions, tokens};

use super::{api_token, session};
use crate::app::AppState;
use crate::problem::{ApiError, ApiResult, Code};

/// How often "last seen" is written, so that reading pages costs no writes.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);
/// How long after giving the password an account can be changed.
const FRESH: TimeDelta = TimeDelta::minutes(15);
/// An administrator's session ends after this time without a request.
const ADMIN_IDLE: TimeDelta = TimeDelta::hours(12);

/// How a user proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A browser's session.
    Session(SessionId),
    /// An API token with these scopes.
    Token(Vec<Scope>),
}

/// Someone signed in. Writes with an API token are refused; see [`Submitter`] and [`Publisher`].
#[derive(Clone, Debug)]
pub struct CurrentUser {
    /// The account.
    pub user: User,
    /// The proof.
    pub via: Via,
    /// When they last gave their password, in a browser.
    pub proved_at: Option<UtcTime>,
    /// The only competition that their token is for.
    pub only: Option<CompetitionId>,
}

impl Deref for CurrentUser {
    type Target = User;
    fn deref(&self) -> &User {
        &self.user
    }
}

impl CurrentUser {
    /// Whether this is an administrator of the site.
    pub fn is_admin(&self) -> bool {
        self.user.role == UserRole::Admin
    }

    /// Who acts, for the audit log.
    pub fn actor(&self) -> Actor {
        match self.via {
            Via::Session(_) => Actor::User(self.user.id),
            Via::Token(_) => Actor::Token(self.user.id),
        }
    }

    /// Someone as the reader of what is written to them, without a request of theirs.
    pub fn reader(user: User) -> Self {
        Self { user, via: Via::Token(vec![Scope::Read]), proved_at: None, only: None }
    }

    /// Their session, if they came with one.
    pub fn session(&self) -> Option<SessionId> {
        match self.via {
            Via::Session(id) => Some(id),
            Via::Token(_) => None,
        }
    }

    /// Refuses changes of an account to a browser that was left open: the password was given within 15 minutes.
    pub fn require_fresh(&self, now: UtcTime) -> ApiResult<()> {
        match self.proved_at {
            Some(at) if now < at.plus(FRESH) => Ok(()),
            Some(_) => Err(Code::ConfirmRequired.into()),
            None => Err(Code::SessionRequired.into()),
        }
    }

    /// Refuses a token that is for another competition.
    fn require_here(&self, competition: CompetitionId) -> ApiResult<()> {
        match self.only {
            Some(only) if only != competition => {
                Err(ApiError::new(Code::TokenScope, "The token is for another competition."))
            }
            _ => Ok(()),
        }
    }

    /// Refuses hosts and administrators without a second factor, where the site wants one.
    async fn require_second_factor(&self, request: &HttpRequest) -> ApiResult<()> {
        if self.user.second_factor_at.is_none() && state_of(request)?.site().await?.second_factor_required {
            return Err(Code::SecondFactorNeeded.into());
        }
        Ok(())
    }

    fn require(&self, request: &HttpRequest, scope: Option<Scope>) -> ApiResult<()> {
        match &self.via {
            Via::Token(scopes) if !request.method().is_safe() => match scope {
                Some(scope) if scopes.contains(&scope) => Ok(()),
                Some(scope) => {
                    let detail = format!("The token lacks the scope '{scope}'. Make one that has it.");
                    Err(ApiError::new(Code::TokenScope, detail))
                }
                None => Err(Code::SessionRequired.into()),
            },
            Via::Token(_) | Via::Session(_) => Ok(()),
        }
    }
}

/// Anybody: someone signed in, or nobody.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<CurrentUser>);

/// Someone signed in, in the browser or with a token that may submit.
#[derive(Clone, Debug)]
pub struct Submitter(pub CurrentUser);

/// Someone signed in, in the browser or with a token that may host.
#[derive(Clone, Debug)]
pub struct Publisher(pub CurrentUser);

/// An administrator of the site, in the browser.
#[derive(Clone, Debug)]
pub struct Admin(pub CurrentUser);

/// A competition that the caller may see: it is published, or they run it.
#[derive(Debug)]
pub struct Seen {
    /// The competition.
    pub competition: Competition,
    /// Who asks, if signed in.
    pub user: Option<CurrentUser>,
    /// Whether they run it. True for administrators.
    pub is_host: bool,
    /// Their role in it beyond taking part.
    pub role: Option<CompetitionRole>,
    /// Where they stand as a participant.
    pub participant: Option<ParticipantState>,
    /// Their team.
    pub membership: Option<Membership>,
}

/// Someone who joined a competition.
#[derive(Debug)]
pub struct Member {
    /// The competition.
    pub competition: Competition,
    /// Who.
    pub user: CurrentUser,
    /// Their team.
    pub membership: Membership,
    /// Whether they also run it. True for administrators.
    pub is_host: bool,
}

/// Someone who runs a competition, or an administrator.
#[derive(Debug)]
pub struct Host {
    /// The competition.
    pub competition: Competition,
    /// Who.
    pub user: CurrentUser,
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

/// Implements `FromRequest` by an async function of the request.
macro_rules! extract {
    ($($name:ty = $extract:path;)+) => {$(
        impl FromRequest for $name {
            type Error = actix_web::Error;
            type Future = Extracted<Self>;
            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move { $extract(&request).await.map_err(Into::into) })
            }
        }
    )+};
}

extract! {
    Visitor = visitor;
    CurrentUser = current_user;
    Submitter = submitter;
    Publisher = publisher;
    Admin = admin;
    Seen = seen;
    Member = member;
    Host = host;
}

async fn visitor(request: &HttpRequest) -> ApiResult<Visitor> {
    let found = identify(request).await?;
    if let Some(user) = &found {
        user.require(request, None)?;
    }
    Ok(Visitor(found))
}

async fn current_user(request: &HttpRequest) -> ApiResult<CurrentUser> {
    signed_in(request, None).await
}

async fn submitter(request: &HttpRequest) -> ApiResult<Submitter> {
    signed_in(request, Some(Scope::Submit)).await.map(Submitter)
}

async fn publisher(request: &HttpRequest) -> ApiResult<Publisher> {
    let user = signed_in(request, Some(Scope::Host)).await?;
    user.require_second_factor(request).await?;
    if user.only.is_some() {
        // What the path names must be what the token is for; it cannot create another one.
        let Seen { user, .. } = seen_by(request, Some(user)).await?;
        return user.map(Publisher).ok_or_else(|| Code::SignInRequired.into());
    }
    Ok(Publisher(user))
}

async fn admin(request: &HttpRequest) -> ApiResult<Admin> {
    let user = signed_in(request, None).await?;
    if !user.is_admin() {
        return Err(Code::AdminOnly.into());
    }
    user.require_second_factor(request).await?;
    if user.only.is_some() {
        return Err(ApiError::new(Code::TokenScope, "The token is for one competition."));
    }
    Ok(Admin(user))
}

async fn seen(request: &HttpRequest) -> ApiResult<Seen> {
    let Visitor(user) = visitor(request).await?;
    seen_by(request, user).await
}

async fn member(request: &HttpRequest) -> ApiResult<Member> {
    let user = signed_in(request, Some(Scope::Submit)).await?;
    let Seen { competition, user, is_host, membership, .. } = seen_by(request, Some(user)).await?;
    match (user, membership) {
        (Some(user), Some(membership)) => Ok(Member { competition, user, membership, is_host }),
        _ => Err(Code::NotAMember.into()),
    }
}

async fn host(request: &HttpRequest) -> ApiResult<Host> {
    let user = signed_in(request, Some(Scope::Host)).await?;
    let Seen { competition, user, is_host, .. } = seen_by(request, Some(user)).await?;
    match user {
        Some(user) if is_host => {
            user.require_second_factor(request).await?;
            Ok(Host { competition, user })
        }
        _ => Err(Code::HostOnly.into()),
    }
}

/// The competition of the path, as `user` sees it.
async fn seen_by(request: &HttpRequest, user: Option<CurrentUser>) -> ApiResult<Seen> {
    let slug: Slug = request.match_info().query("slug").parse().map_err(|_| Code::NotFound)?;
    let state = state_of(request)?;
    let now = state.clock.now();
    let found = state.db.read::<_, ApiError, _>(move |conn| {
        let competition = competitions::find(conn, &slug)?;
        Ok(competition.map(|competition| look(conn, competition, user)).transpose()?)
    });
    let seen = found.await?.filter(|seen| seen.is_visible(now)).ok_or(Code::NotFound)?;
    seen.user.as_ref().map_or(Ok(()), |user| user.require_here(seen.competition.id))?;
    Ok(seen)
}

impl Seen {
    /// The competition with this number as `user` sees it, for paths that name something inside a competition.
    pub fn find(conn: &mut Conn, id: CompetitionId, user: Option<CurrentUser>, now: UtcTime) -> ApiResult<Self> {
        let competition = competitions::get(conn, id)?;
        let seen = look(conn, competition, user)?;
        if !seen.is_visible(now) {
            return Err(Code::NotFound.into());
        }
        seen.user.as_ref().map_or(Ok(()), |user| user.require_here(id))?;
        Ok(seen)
    }

    /// The one place that decides who sees a competition, apart from the list of them.
    fn is_visible(&self, now: UtcTime) -> bool {
        let is_published = self.competition.dates.published_at.is_some_and(|published| published <= now);
        let is_found = match self.competition.visibility {
            Visibility::Public => true,
            Visibility::Private => self.participant.is_some_and(ParticipantState::is_admitted),
        };
        self.is_host || self.role.is_some() || (is_published && is_found)
    }

    /// Whether they keep order in the discussion: who runs the competition, and its moderators.
    #[must_use]
    pub fn moderates(&self) -> bool {
        self.is_host || self.role.is_some()
    }

    /// Whether they take part or have a role: who reads what is for participants.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.moderates() || self.membership.is_some()
    }
}

fn look(conn: &mut Conn, competition: Competition, user: Option<CurrentUser>) -> Result<Seen, StoreError> {
    let mut seen = Seen { competition, user, is_host: false, role: None, participant: None, membership: None };
    if let Some(user) = &seen.user {
        let id = seen.competition.id;
        seen.role = competitions::role_of(conn, id, user.id)?;
        seen.is_host = user.is_admin() || seen.role.is_some_and(CompetitionRole::runs);
        seen.participant = participants::find(conn, id, user.id)?.map(|row| row.state);
        seen.membership = teams::find_membership(conn, id, user.id)?;
    }
    Ok(seen)
}

async fn signed_in(request: &HttpRequest, scope: Option<Scope>) -> ApiResult<CurrentUser> {
    let user = identify(request).await?.ok_or(Code::SignInRequired)?;
    user.require(request, scope)?;
    Ok(user)
}

/// Who sent the request; looked up once, however many extractors ask.
async fn identify(request: &HttpRequest) -> ApiResult<Option<CurrentUser>> {
    if let Some(Visitor(known)) = request.extensions().get::<Visitor>() {
        return Ok(known.clone());
    }
    let state = state_of(request)?;
    let found = look_up(request, state).await?;
    request.extensions_mut().insert(Visitor(found.clone()));
    Ok(found)
}

pub(super) fn state_of(request: &HttpRequest) -> ApiResult<&AppState> {
    request
        .app_data::<web::Data<AppState>>()
        .map(|state| state.get_ref())
        .ok_or_else(|| ApiError::internal("the app has no state"))
}

async fn look_up(request: &HttpRequest, state: &AppState) -> ApiResult<Option<CurrentUser>> {
    let now = state.clock.now();
    if let Some(value) = request.headers().get(header::AUTHORIZATION) {
        let hash = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).and_then(api_token::parse);
        let hash = hash.ok_or(Code::InvalidCredential)?;
        return by_token(state, hash, now).await.map(Some);
    }
    let name = session::cookie_name(&state.config);
    let Some(cookie) = request.cookie(name).filter(|cookie| !cookie.value().is_empty()) else { return Ok(None) };
    let token = state.session_keys.check(cookie.value(), now).ok_or(Code::InvalidCredential)?;
    let found = state.db.read::<_, ApiError, _>(move |conn| Ok(sessions::find(conn, token.key_hash)?)).await?;
    let (row, user) = found.filter(|(row, _)| row.user_id == token.user).ok_or(Code::InvalidCredential)?;
    let idle = TimeDelta::days(state.config.session_idle_days.into());
    let idle = if user.role == UserRole::Admin { idle.min(ADMIN_IDLE) } else { idle };
    if !row.is_live(now, idle) || user.state != UserState::Active {
        return Err(Code::InvalidCredential.into());
    }
    if row.last_seen_at.plus(SEEN_EVERY) <= now {
        state.db.write_soft::<_, StoreError, _>(move |conn| sessions::touch(conn, row.id, now)).await?;
    }
    Ok(Some(CurrentUser { user, via: Via::Session(row.id), proved_at: Some(row.proved_at()), only: None }))
}

async fn by_token(state: &AppState, hash: podium_store::types::Sha256, now: UtcTime) -> ApiResult<CurrentUser> {
    let found = state.db.read::<_, ApiError, _>(move |conn| Ok(tokens::find_live(conn, hash, now)?)).await?;
    let (row, user) = found.filter(|(_, user)| user.state == UserState::Active).ok_or(Code::InvalidCredential)?;
    if row.last_used_at.is_none_or(|used| used.plus(SEEN_EVERY) <= now) {
        state.db.write_soft::<_, StoreError, _>(move |conn| tokens::touch(conn, row.id, now)).await?;
    }
    let scopes = row.scopes.read().map_err(ApiError::internal)?;
    Ok(CurrentUser { user, via: Via::Token(scopes), proved_at: None, only: row.competition_id })
}
