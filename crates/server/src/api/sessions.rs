//! Signing in and out, and the list of one's own sessions.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::TimeDelta;
use podium_store::notifications::{self, About, NotificationKind, To};
use podium_store::sessions::{self, NewSession};
use podium_store::types::{SessionId, Text, UserState, UtcTime, fold_name};
use podium_store::users::{self, User};
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::SignedInView;
use super::invites::AcceptedView;
use super::second_factor;
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Via, Visitor};
use crate::auth::password::{self, Hasher};
use crate::auth::{origin, session, throttle};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// What a person types to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSessionRequest {
    /// Name or e-mail address.
    login: String,
    /// The password.
    password: String,
    /// A code of the second factor, or a recovery code; needed when the answer without it is `second_factor_required`.
    code: Option<String>,
}

/// Signs in
///
/// An unknown name, a wrong password and a suspended account get the same answer in about the same time.
#[utoipa::path(tag = "accounts", request_body = NewSessionRequest, responses((status = 200, body = SignedInView), Problem))]
#[post("/sessions")]
pub(crate) async fn create_session(
    state: web::Data<AppState>,
    request: HttpRequest,
    body: web::Json<NewSessionRequest>,
) -> ApiResult<HttpResponse> {
    let NewSessionRequest { login, password, code } = body.into_inner();
    let now = state.clock.now();
    let address = origin::client_address(&request, &state.config);
    let mut account = fold_name(&login);
    account.truncate(account.floor_char_boundary(254));
    let attempt = throttle::attempt(&state.db, throttle::sign_in(&state.config, &account, address), now).await?;

    let found = state.db.read::<_, ApiError, _>(move |conn| Ok(users::find_credential(conn, &account)?)).await?;
    let hash = found.as_ref().and_then(|found| found.password_hash.clone());
    let is_outdated = hash.as_deref().is_some_and(Hasher::is_outdated);
    // No account has a password this long; hashing megabytes would be work for nothing.
    let fits = password.chars().count() <= password::LONGEST;
    let tried = if fits { password.clone() } else { String::new() };
    let is_right = state.hasher.verify(tried, hash).await? && fits;
    let user = found.map(|found| found.user).filter(|user| is_right && user.state == UserState::Active);
    let Some(user) = user else {
        state.metrics.sign_in_failed();
        tracing::info!(%address, "a sign-in failed");
        return Err(Code::SignInFailed.into());
    };
    attempt.succeeded(&state.db).await?;
    second_factor::require(&state, &user, code).await?;
    if is_outdated {
        let hash = Text::lossy(state.hasher.hash(password).await?);
        let id = user.id;
        state.db.write::<_, StoreError, _>(move |conn| users::replace_hash(conn, id, &hash)).await?;
    }
    signed_in(&state, &request, user, None, StatusCode::OK).await
}

/// Begins a session for `user` and answers with its cookie, and with the invitation that came with a sign-up.
pub(super) async fn signed_in(
    state: &AppState,
    request: &HttpRequest,
    user: User,
    accepted: Option<AcceptedView>,
    status: StatusCode,
) -> ApiResult<HttpResponse> {
    let now = state.clock.now();
    let lifetime = TimeDelta::days(state.config.session_days.into());
    let expires_at = now.plus(lifetime);
    let token = state.session_keys.issue(user.id, now, expires_at)?;
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let new = NewSession {
        key_hash: token.key_hash,
        user_id: user.id,
        user_agent: Text::lossy(agent.chars().take(200).collect::<String>()),
        created_at: now,
        expires_at,
    };
    let start = move |conn: &mut Conn| {
        if sessions::is_new_browser(conn, new.user_id, &new.user_agent)? {
            let (to, about) = (To::User(new.user_id), About::default());
            notifications::notify(conn, &to, NotificationKind::NewSignIn, &about, now)?;
        }
        sessions::start(conn, &new)
    };
    let id = state.db.write::<_, StoreError, _>(start).await?;
    state.live.wake();
    tracing::info!(user = user.id.0, session = id.0, "signed in");
    let cookie = session::cookie(token.token, lifetime.num_seconds(), &state.config);
    Ok(HttpResponse::build(status).cookie(cookie).json(SignedInView { user: user.into(), accepted }))
}

/// Signs out
///
/// Access ends with this request, in every tab. Also answers 204 when nobody is signed in.
#[utoipa::path(tag = "accounts", responses((status = 204), Problem))]
#[delete("/sessions/current")]
pub(crate) async fn end_current_session(state: web::Data<AppState>, visitor: Visitor) -> ApiResult<HttpResponse> {
    if let Some(CurrentUser { user, via: Via::Session(id), .. }) = visitor.0 {
        let (owner, now) = (user.id, state.clock.now());
        state.db.write::<_, StoreError, _>(move |conn| sessions::end(conn, owner, id, now)).await?;
        state.live.disconnect(owner);
        tracing::info!(user = owner.0, session = id.0, "signed out");
    }
    let gone = session::cookie(String::new(), 0, &state.config);
    // What the browser keeps of the signed-in pages goes too.
    let clear = (header::CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    Ok(HttpResponse::NoContent().cookie(gone).insert_header(clear).finish())
}

/// A browser that is signed in.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    /// Its number.
    #[schema(value_type = i64)]
    id: SessionId,
    /// What the browser calls itself.
    #[schema(value_type = String)]
    user_agent: Text,
    /// When the person signed in.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// Its last request, to within five minutes.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: UtcTime,
    /// Whether it is the one that asks.
    is_current: bool,
}

/// One's sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    /// Newest first.
    items: Vec<SessionView>,
}

/// Lists one's sessions
#[utoipa::path(tag = "accounts", responses((status = 200, body = SessionList), Problem))]
#[get("/me/sessions")]
pub(crate) async fn list_sessions(state: web::Data<AppState>, me: CurrentUser) -> ApiResult<web::Json<SessionList>> {
    let (user, now, via) = (me.user.id, state.clock.now(), me.via);
    let rows = state.db.read::<_, ApiError, _>(move |conn| Ok(sessions::list(conn, user, now)?)).await?;
    let view = |row: sessions::Session| SessionView {
        is_current: via == Via::Session(row.id),
        id: row.id,
        user_agent: row.user_agent,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    };
    Ok(web::Json(SessionList { items: rows.into_iter().map(view).collect() }))
}

/// Ends one of one's sessions
#[utoipa::path(tag = "accounts", params(("id" = i64, Path)), responses((status = 204), Problem))]
#[delete("/me/sessions/{id}")]
pub(crate) async fn end_session(
    state: web::Data<AppState>,
    me: CurrentUser,
    path: web::Path<SessionId>,
) -> ApiResult<HttpResponse> {
    let (user, id, now) = (me.user.id, path.into_inner(), state.clock.now());
    me.require_fresh(now)?;
    let ended = state.db.write::<_, StoreError, _>(move |conn| sessions::end(conn, user, id, now)).await?;
    state.live.disconnect(user);
    if ended { Ok(HttpResponse::NoContent().finish()) } else { Err(Code::NotFound.into()) }
}
