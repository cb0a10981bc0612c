//! Setting a password without the old one: by a link in a mail, or by one that an administrator hands over.

use actix_web::{HttpRequest, HttpResponse, post, web};
use podium_store::audit::{self, Action, Entry};
use podium_store::limits::{self, LimitError};
use podium_store::mails::{self, Letter};
use podium_store::notifications::{self, About, NotificationKind, To};
use podium_store::one_time_links::{self, LinkError, Purpose};
use podium_store::types::{Text, UserId, UserState, UtcTime, fold_name};
use podium_store::users;
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::check_password;
use crate::app::AppState;
use crate::auth::extract::Admin;
use crate::auth::{origin, throttle};
use crate::mail::links;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Whose password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetRequest {
    /// Name or e-mail address.
    login: String,
}

/// Asks for a mail with which the password can be set
///
/// The answer is the same whether or not there is such an account. Mail goes to the account's own, confirmed address.
#[utoipa::path(tag = "accounts", request_body = PasswordResetRequest, responses((status = 202), Problem))]
#[post("/password-resets")]
pub(crate) async fn request_password_reset(
    state: web::Data<AppState>,
    request: HttpRequest,
    body: web::Json<PasswordResetRequest>,
) -> ApiResult<HttpResponse> {
    if state.mailer.is_none() {
        return Err(Code::MailOff.into());
    }
    let mut login = fold_name(&body.login);
    login.truncate(login.floor_char_boundary(254));
    let now = state.clock.now();
    let places = throttle::password_reset(&login, origin::client_address(&request, &state.config));
    // One write, whoever it is for: neither the answer nor its time says whether the account exists.
    let ask = move |conn: &mut Conn| {
        limits::take(conn, &places, now)?;
        let found = users::find_credential(conn, &login)?.map(|found| found.user);
        let user = found.filter(|user| user.state == UserState::Active && user.email_verified_at.is_some());
        if let Some(user) = user
            && let Some(email) = &user.email
        {
            mails::enqueue(conn, Some(user.id), email, &Letter::PasswordReset, now)?;
        }
        Ok(())
    };
    state.db.write::<_, LimitError, _>(ask).await.map_err(|error| throttle::refusal(error, now))?;
    Ok(HttpResponse::Accepted().finish())
}

/// A new password, with the secret of the link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemResetRequest {
    /// What the link has after `#token=`.
    token: String,
    /// The new password: 10 to 256 characters, not among the first that are tried.
    password: String,
}

/// Sets a password with a link
///
/// All sessions end; nobody is signed in, and a second factor stays as it is. A link works once.
#[utoipa::path(tag = "accounts", request_body = RedeemResetRequest, responses((status = 204), Problem))]
#[post("/password-resets/redeem")]
pub(crate) async fn redeem_password_reset(
    state: web::Data<AppState>,
    request: HttpRequest,
    body: web::Json<RedeemResetRequest>,
) -> ApiResult<HttpResponse> {
    let RedeemResetRequest { token, password } = body.into_inner();
    let now = state.clock.now();
    let places = throttle::redeem(origin::client_address(&request, &state.config));
    let attempt = throttle::attempt(&state.db, places, now).await?;
    let secret = links::hash(&token);
    let look = move |conn: &mut Conn| {
        let user = one_time_links::check(conn, Purpose::PasswordReset, secret, now)?;
        Ok::<_, ApiError>(users::find(conn, user)?)
    };
    let user = state.db.read(look).await?.ok_or(Code::LinkInvalid)?;
    attempt.succeeded(&state.db).await?;
    let words = vec![user.name.as_str().to_owned(), state.site().await?.name.into_string()];
    let (password, verdict) = check_password(password, words).await?;
    verdict.map_err(|message| ApiError::invalid("password", message))?;
    let hash = Text::lossy(state.hasher.hash(password).await?);
    let reset = move |conn: &mut Conn| {
        let user = one_time_links::reset_password(conn, secret, &hash, now)?;
        let about = About::default();
        notifications::notify(conn, &To::User(user), NotificationKind::PasswordChanged, &about, now)?;
        Ok(user)
    };
    let id = state.db.write::<_, LinkError, _>(reset).await?;
    state.live.wake();
    state.live.disconnect(id);
    tracing::info!(user = id.0, "set the password with a link");
    Ok(HttpResponse::NoContent().finish())
}

/// A link to hand over; shown once.
#[derive(Serialize, ToSchema)]
pub struct ResetLinkView {
    /// From the site's root: `/reset-password#token=…`.
    path: String,
    /// Until when it can be used.
    #[schema(value_type = String, format = DateTime)]
    expires_at: UtcTime,
}

/// Makes a link with which somebody can set their password, to be handed to them
#[utoipa::path(
    tag = "admin",
    params(("id" = i64, Path)),
    responses((status = 201, body = ResetLinkView), Problem),
)]
#[post("/admin/users/{id}/password-reset")]
pub(crate) async fn issue_password_reset(
    state: web::Data<AppState>,
    admin: Admin,
    path: web::Path<UserId>,
) -> ApiResult<HttpResponse> {
    let (user, now) = (path.into_inner(), state.clock.now());
    admin.0.require_fresh(now)?;
    let (secret, hash) = links::secret()?;
    let entry = Entry::new(admin.0.actor(), Action::PasswordResetIssued, format!("user {user}"));
    let valid = one_time_links::HANDED_RESET_VALID;
    let issue = move |conn: &mut Conn| {
        if users::find(conn, user)?.is_none_or(|user| user.deleted_at.is_some()) {
            return Ok(false);
        }
        one_time_links::issue(conn, user, Purpose::PasswordReset, hash, None, valid, now)?;
        notifications::notify(conn, &To::User(user), NotificationKind::ResetIssued, &About::default(), now)?;
        audit::record(conn, &entry, now)?;
        Ok(true)
    };
    if !state.db.write::<_, StoreError, _>(issue).await? {
        return Err(Code::NotFound.into());
    }
    state.live.wake();
    let view = ResetLinkView { path: format!("/reset-password#token={secret}"), expires_at: now.plus(valid) };
    Ok(HttpResponse::Created().json(view))
}

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Invalid => Code::LinkInvalid.into(),
            LinkError::Taken => Code::EmailTaken.into(),
            LinkError::Store(error) => error.into(),
        }
    }
}
