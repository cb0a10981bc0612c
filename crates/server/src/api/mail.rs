//! One's mail: proving the address, choosing what is sent, and switching it off from a mail without signing in.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use podium_store::mails::{self, Letter, Topic};
use podium_store::one_time_links::{self, LinkError};
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::extract::CurrentUser;
use crate::auth::{origin, throttle};
use crate::mail::links;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Asks for a mail that proves one's address
#[utoipa::path(tag = "accounts", responses((status = 202), Problem))]
#[post("/me/email/verification")]
pub(crate) async fn request_verification(state: web::Data<AppState>, me: CurrentUser) -> ApiResult<HttpResponse> {
    if state.mailer.is_none() {
        return Err(Code::MailOff.into());
    }
    let Some(email) = me.user.email.clone().filter(|_| me.user.email_verified_at.is_none()) else {
        return Err(ApiError::invalid("email", "There is no address to confirm."));
    };
    let (user, now) = (me.user.id, state.clock.now());
    let _counted = throttle::attempt(&state.db, throttle::verify_email(user), now).await?;
    let ask = move |conn: &mut Conn| mails::enqueue(conn, Some(user), &email, &Letter::VerifyEmail, now);
    state.db.write::<_, StoreError, _>(ask).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// The secret of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// What the link has after `#token=`.
    token: String,
}

/// Proves an address with a link; nobody need be signed in
#[utoipa::path(tag = "accounts", request_body = TokenRequest, responses((status = 204), Problem))]
#[post("/email-verifications")]
pub(crate) async fn verify_email(
    state: web::Data<AppState>,
    request: HttpRequest,
    body: web::Json<TokenRequest>,
) -> ApiResult<HttpResponse> {
    let now = state.clock.now();
    let places = throttle::redeem(origin::client_address(&request, &state.config));
    let attempt = throttle::attempt(&state.db, places, now).await?;
    let secret = links::hash(&body.token);
    let verify = move |conn: &mut Conn| one_time_links::verify_email(conn, secret, now);
    let user = state.db.write::<_, LinkError, _>(verify).await?;
    attempt.succeeded(&state.db).await?;
    tracing::info!(user = user.0, "confirmed the e-mail address");
    Ok(HttpResponse::NoContent().finish())
}

/// Whether a topic is sent by mail.
#[derive(Serialize, ToSchema)]
pub struct MailSettingView {
    /// `entries`, `announcements`, `discussion`, `teams`, `deadlines`, `hosting`, `security`.
    #[schema(value_type = String, example = "discussion")]
    topic: Topic,
    /// Whether it is sent.
    is_on: bool,
    /// Whether one may choose.
    is_optional: bool,
}

/// What is sent by mail.
#[derive(Serialize, ToSchema)]
pub struct MailSettingsView {
    /// Every topic.
    items: Vec<MailSettingView>,
}

async fn settings(state: &AppState, me: &CurrentUser) -> ApiResult<web::Json<MailSettingsView>> {
    let user = me.user.id;
    let rows = state.db.read::<_, ApiError, _>(move |conn| Ok(mails::settings(conn, user)?)).await?;
    let view = |(topic, is_on): (Topic, bool)| MailSettingView { topic, is_on, is_optional: topic.is_optional() };
    Ok(web::Json(MailSettingsView { items: rows.into_iter().map(view).collect() }))
}

/// What is sent to one by mail
#[utoipa::path(tag = "accounts", responses((status = 200, body = MailSettingsView), Problem))]
#[get("/me/mail-settings")]
pub(crate) async fn list_mail_settings(
    state: web::Data<AppState>,
    me: CurrentUser,
) -> ApiResult<web::Json<MailSettingsView>> {
    settings(&state, &me).await
}

/// A choice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailSettingRequest {
    /// Which topic.
    #[schema(value_type = String, example = "discussion")]
    topic: Topic,
    /// Whether it is sent.
    is_on: bool,
}

/// Chooses what is sent to one by mail
#[utoipa::path(
    tag = "accounts",
    request_body = MailSettingRequest,
    responses((status = 200, body = MailSettingsView), Problem),
)]
#[patch("/me/mail-settings")]
pub(crate) async fn update_mail_settings(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<MailSettingRequest>,
) -> ApiResult<web::Json<MailSettingsView>> {
    let MailSettingRequest { topic, is_on } = body.into_inner();
    if !topic.is_optional() && !is_on {
        return Err(ApiError::invalid("topic", "Notices about the account cannot be switched off."));
    }
    let user = me.user.id;
    state.db.write::<_, StoreError, _>(move |conn| mails::choose(conn, user, topic, is_on)).await?;
    settings(&state, &me).await
}

/// The signature of a mail's link.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnsubscribeQuery {
    /// What the link carries.
    token: String,
}

/// What was switched off.
#[derive(Serialize, ToSchema)]
pub struct UnsubscribedView {
    /// Which topic.
    #[schema(value_type = String, example = "discussion")]
    topic: Topic,
}

/// Switches off the kind of mail that carries this link
///
/// Also what mail programs call for "unsubscribe" (RFC 8058): the body is not looked at, nobody need be signed in. The
/// token can do nothing else.
#[utoipa::path(tag = "accounts", params(UnsubscribeQuery), responses((status = 200, body = UnsubscribedView), Problem))]
#[post("/mail/unsubscribe")]
pub(crate) async fn unsubscribe(
    state: web::Data<AppState>,
    query: web::Query<UnsubscribeQuery>,
) -> ApiResult<web::Json<UnsubscribedView>> {
    let (user, topic) = state.mail_key.check(&query.token).ok_or(Code::LinkInvalid)?;
    state.db.write::<_, StoreError, _>(move |conn| mails::choose(conn, user, topic, false)).await?;
    Ok(web::Json(UnsubscribedView { topic }))
}
