//! The second factor of one's account: setting it up, signing in with it, losing it; and proving anew who one is.

use actix_web::{HttpResponse, delete, get, post, web};
use podium_store::audit::{self, Action, Entry};
use podium_store::notifications::{self, About, NotificationKind, To};
use podium_store::second_factors::{self, FactorError, RECOVERY_CODES};
use podium_store::types::{Sha256, UserId, UserRole, UtcTime};
use podium_store::users::{self, User};
use podium_store::{Conn, StoreError, sessions};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::extract::{Admin, CurrentUser, Via};
use crate::auth::throttle;
use crate::auth::totp::{self, FactorKey};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Notes, in the write that makes it so, that the second factor changed.
fn tell(conn: &mut Conn, user: UserId, now: UtcTime) -> Result<(), StoreError> {
    notifications::notify(conn, &To::User(user), NotificationKind::SecondFactorChanged, &About::default(), now)
}

/// Holds a sign-in to the account's second factor, if it has one.
pub(super) async fn require(state: &AppState, user: &User, code: Option<String>) -> ApiResult<()> {
    if user.second_factor_at.is_none() {
        return Ok(());
    }
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
        return Err(Code::SecondFactorRequired.into());
    };
    use_code(state, user.id, &code).await
}

/// Uses a code of the app, or a recovery code.
async fn use_code(state: &AppState, user: UserId, code: &str) -> ApiResult<()> {
    let now = state.clock.now();
    let attempt = throttle::attempt(&state.db, throttle::second_factor(user), now).await?;
    let factor = state.db.read::<_, ApiError, _>(move |conn| Ok(second_factors::find(conn, user)?)).await?;
    let factor = factor.filter(|factor| factor.confirmed_at.is_some()).ok_or(Code::SecondFactorWrong)?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = state.factor_key.secret(user, &factor.nonce)?.step_of(&digits, now);
    let recovery = totp::hash_recovery_code(code);
    let used = move |conn: &mut Conn| match step {
        Some(step) => second_factors::use_step(conn, user, step),
        None => {
            second_factors::use_code(conn, user, recovery, now)?;
            Ok(tell(conn, user, now)?)
        }
    };
    match state.db.write::<_, FactorError, _>(used).await {
        Ok(()) => attempt.succeeded(&state.db).await,
        Err(FactorError::Store(error)) => Err(error.into()),
        Err(_) => {
            tracing::info!(user = user.0, "a code of the second factor was wrong");
            Err(Code::SecondFactorWrong.into())
        }
    }
}

/// One's second factor.
#[derive(Serialize, ToSchema)]
pub struct SecondFactorView {
    /// Whether signing in takes one.
    is_set_up: bool,
    /// Whether the site wants one of this account.
    is_required: bool,
    /// Recovery codes that were not used.
    recovery_codes_left: i64,
}

/// Whether one has a second factor
#[utoipa::path(tag = "accounts", responses((status = 200, body = SecondFactorView), Problem))]
#[get("/me/second-factor")]
pub(crate) async fn find_second_factor(
    state: web::Data<AppState>,
    me: CurrentUser,
) -> ApiResult<web::Json<SecondFactorView>> {
    let user = me.user.id;
    let left = state.db.read::<_, ApiError, _>(move |conn| Ok(second_factors::codes_left(conn, user)?)).await?;
    Ok(web::Json(SecondFactorView {
        is_set_up: me.user.second_factor_at.is_some(),
        is_required: me.user.role != UserRole::Participant && state.site().await?.second_factor_required,
        recovery_codes_left: left,
    }))
}

/// What an authenticator app needs; shown once.
#[derive(Serialize, ToSchema)]
pub struct NewSecondFactorView {
    /// For typing.
    secret: String,
    /// For a QR code, `otpauth://…`.
    uri: String,
}

/// Begins to set up a second factor; it counts once a code of it was confirmed
#[utoipa::path(tag = "accounts", responses((status = 201, body = NewSecondFactorView), Problem))]
#[post("/me/second-factor")]
pub(crate) async fn begin_second_factor(state: web::Data<AppState>, me: CurrentUser) -> ApiResult<HttpResponse> {
    let (user, now) = (me.user.id, state.clock.now());
    me.require_fresh(now)?;
    let nonce = FactorKey::nonce()?;
    let secret = state.factor_key.secret(user, &nonce)?;
    let begin = move |conn: &mut Conn| second_factors::begin(conn, user, &nonce, now);
    state.db.write::<_, FactorError, _>(begin).await?;
    let uri = secret.uri(state.site().await?.name.as_str(), me.user.name.as_str());
    Ok(HttpResponse::Created().json(NewSecondFactorView { secret: secret.base32(), uri }))
}

/// A code of the second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// Six digits.
    code: String,
}

/// Recovery codes; shown once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesView {
    /// Each signs in once in place of the app.
    recovery_codes: Vec<String>,
}

/// Confirms a new second factor with a code of it; all other sessions end
#[utoipa::path(
    tag = "accounts",
    request_body = CodeRequest,
    responses((status = 200, body = RecoveryCodesView), Problem),
)]
#[post("/me/second-factor/confirm")]
pub(crate) async fn confirm_second_factor(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<CodeRequest>,
) -> ApiResult<web::Json<RecoveryCodesView>> {
    let (user, now) = (me.user.id, state.clock.now());
    me.require_fresh(now)?;
    let attempt = throttle::attempt(&state.db, throttle::second_factor(user), now).await?;
    let factor = state.db.read::<_, ApiError, _>(move |conn| Ok(second_factors::find(conn, user)?)).await?;
    let factor = factor.ok_or(FactorError::Missing)?;
    let step = state.factor_key.secret(user, &factor.nonce)?.step_of(body.code.trim(), now);
    let step = step.ok_or(Code::SecondFactorWrong)?;
    let (texts, hashes): (Vec<String>, Vec<Sha256>) = totp::recovery_codes(RECOVERY_CODES)?.into_iter().unzip();
    let kept = me.session();
    let confirm = move |conn: &mut Conn| {
        second_factors::confirm(conn, user, step, &hashes, now)?;
        // A session that was taken over before does not outlive the second factor.
        sessions::end_all(conn, user, kept, now)?;
        Ok(tell(conn, user, now)?)
    };
    state.db.write::<_, FactorError, _>(confirm).await?;
    attempt.succeeded(&state.db).await?;
    state.live.wake();
    state.live.disconnect(user);
    tracing::info!(user = user.0, "set up a second factor");
    Ok(web::Json(RecoveryCodesView { recovery_codes: texts }))
}

/// Makes new recovery codes; the old ones end
#[utoipa::path(tag = "accounts", responses((status = 200, body = RecoveryCodesView), Problem))]
#[post("/me/second-factor/recovery-codes")]
pub(crate) async fn renew_recovery_codes(
    state: web::Data<AppState>,
    me: CurrentUser,
) -> ApiResult<web::Json<RecoveryCodesView>> {
    let (user, now) = (me.user.id, state.clock.now());
    me.require_fresh(now)?;
    if me.user.second_factor_at.is_none() {
        return Err(FactorError::Missing.into());
    }
    let (texts, hashes): (Vec<String>, Vec<Sha256>) = totp::recovery_codes(RECOVERY_CODES)?.into_iter().unzip();
    let renew = move |conn: &mut Conn| {
        second_factors::replace_codes(conn, user, &hashes, now)?;
        tell(conn, user, now)
    };
    state.db.write::<_, StoreError, _>(renew).await?;
    state.live.wake();
    Ok(web::Json(RecoveryCodesView { recovery_codes: texts }))
}

/// Removes one's second factor
#[utoipa::path(tag = "accounts", responses((status = 204), Problem))]
#[delete("/me/second-factor")]
pub(crate) async fn remove_second_factor(state: web::Data<AppState>, me: CurrentUser) -> ApiResult<HttpResponse> {
    let (user, now) = (me.user.id, state.clock.now());
    me.require_fresh(now)?;
    let remove = move |conn: &mut Conn| {
        let removed = second_factors::remove(conn, user)?;
        if removed {
            tell(conn, user, now)?;
        }
        Ok(removed)
    };
    let removed = state.db.write::<_, StoreError, _>(remove).await?;
    state.live.wake();
    tracing::info!(user = user.0, removed, "removed the second factor");
    Ok(HttpResponse::NoContent().finish())
}

/// Removes the second factor of somebody who lost it
#[utoipa::path(tag = "admin", params(("id" = i64, Path)), responses((status = 204), Problem))]
#[delete("/admin/users/{id}/second-factor")]
pub(crate) async fn reset_second_factor(
    state: web::Data<AppState>,
    admin: Admin,
    path: web::Path<UserId>,
) -> ApiResult<HttpResponse> {
    let (user, now) = (path.into_inner(), state.clock.now());
    let entry = Entry::new(admin.0.actor(), Action::SecondFactorReset, format!("user {user}"));
    let remove = move |conn: &mut Conn| {
        if users::find(conn, user)?.is_none() {
            return Ok(false);
        }
        if second_factors::remove(conn, user)? {
            tell(conn, user, now)?;
            audit::record(conn, &entry, now)?;
        }
        Ok(true)
    };
    let is_there = state.db.write::<_, StoreError, _>(remove).await?;
    state.live.wake();
    if is_there { Ok(HttpResponse::NoContent().finish()) } else { Err(Code::NotFound.into()) }
}

/// Proof of who one is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// The password.
    password: String,
    /// A code of the second factor, if the account has one.
    code: Option<String>,
}

/// Proves anew who one is; for 15 minutes after it the account can be changed
#[utoipa::path(tag = "accounts", request_body = ConfirmRequest, responses((status = 204), Problem))]
#[post("/me/confirm")]
pub(crate) async fn confirm_me(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<ConfirmRequest>,
) -> ApiResult<HttpResponse> {
    let Via::Session(session) = me.via else { return Err(Code::SessionRequired.into()) };
    let (user, now) = (me.user.id, state.clock.now());
    let attempt = throttle::attempt(&state.db, throttle::confirm(&state.config, user), now).await?;
    let ConfirmRequest { password, code } = body.into_inner();
    let hash = state.db.read::<_, ApiError, _>(move |conn| Ok(users::password_hash(conn, user)?)).await?;
    if !state.hasher.verify(password, hash).await? {
        return Err(Code::WrongPassword.into());
    }
    attempt.succeeded(&state.db).await?;
    require(&state, &me.user, code).await?;
    state.db.write::<_, StoreError, _>(move |conn| sessions::confirm(conn, session, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl From<FactorError> for ApiError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::Missing => Code::NoSecondFactor.into(),
            FactorError::AlreadySetUp => Code::SecondFactorSetUp.into(),
            FactorError::Used => Code::SecondFactorWrong.into(),
            FactorError::Store(error) => error.into(),
        }
    }
}
