//! One's own account.

use actix_web::{HttpResponse, get, patch, post, web};
use podium_store::mails::{self, Letter};
use podium_store::notifications::{self, About, NotificationKind, To};
use podium_store::types::{Language, Text};
use podium_store::users::{self, AccountError, UserPatch};
use podium_store::{Conn, StoreError};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::accounts::{SignedInView, UserView, check_password, email_patch};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Visitor};
use crate::auth::throttle;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Who is asking.
#[derive(Serialize, ToSchema)]
pub struct MeView {
    /// The account, or null when nobody is signed in.
    user: Option<UserView>,
}

/// Who is signed in
#[utoipa::path(tag = "accounts", responses((status = 200, body = MeView), Problem))]
#[get("/me")]
pub(crate) async fn find_me(visitor: Visitor) -> web::Json<MeView> {
    web::Json(MeView { user: visitor.0.map(|me| me.user.into()) })
}

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMeRequest {
    /// Language of the interface.
    #[schema(value_type = Option<String>, example = "ko")]
    language: Option<Language>,
    /// A new address; null removes it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
}

/// Tells a member that is null from one that is left out.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Changes one's account
#[utoipa::path(tag = "accounts", request_body = UpdateMeRequest, responses((status = 200, body = SignedInView), Problem))]
#[patch("/me")]
pub(crate) async fn update_me(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<UpdateMeRequest>,
) -> ApiResult<web::Json<SignedInView>> {
    let UpdateMeRequest { language, email } = body.into_inner();
    let (id, now) = (me.user.id, state.clock.now());
    let patch = UserPatch { language, email: email.map(email_patch).transpose()?, now };
    let is_new_address = patch.email.as_ref().is_some_and(|email| *email != me.user.email);
    if is_new_address {
        me.require_fresh(now)?;
        let _counted = throttle::attempt(&state.db, throttle::change_email(id), now).await?;
    }
    let patch = UserPatch { email: patch.email.filter(|_| is_new_address), ..patch };
    let update = move |conn: &mut Conn| {
        if is_new_address {
            // Before the change, so that mail about it goes to the old address.
            notifications::notify(conn, &To::User(id), NotificationKind::EmailChanged, &About::default(), now)?;
        }
        let user = users::update(conn, id, &patch)?;
        if let (true, Some(email)) = (is_new_address, &user.email) {
            mails::enqueue(conn, Some(id), email, &Letter::VerifyEmail, now)?;
        }
        Ok(user)
    };
    let user = state.db.write::<_, AccountError, _>(update).await?;
    state.live.wake();
    Ok(web::Json(SignedInView { user: user.into(), accepted: None }))
}

/// The old and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordRequest {
    /// The present password.
    current: String,
    /// The new one: 10 to 256 characters, not among the first that are tried.
    new: String,
}

/// Changes one's password; all other sessions end
#[utoipa::path(tag = "accounts", request_body = ChangePasswordRequest, responses((status = 204), Problem))]
#[post("/me/password")]
pub(crate) async fn change_password(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<ChangePasswordRequest>,
) -> ApiResult<HttpResponse> {
    let ChangePasswordRequest { current, new } = body.into_inner();
    let id = me.user.id;
    // A way to check a secret like any other: it has the limit of signing in.
    let attempt = throttle::attempt(&state.db, throttle::confirm(&state.config, id), state.clock.now()).await?;
    let hash = state.db.read::<_, ApiError, _>(move |conn| Ok(users::password_hash(conn, id)?)).await?;
    if !state.hasher.verify(current, hash).await? {
        return Err(Code::WrongPassword.into());
    }
    attempt.succeeded(&state.db).await?;
    let words = vec![me.user.name.as_str().to_owned(), state.site().await?.name.into_string()];
    let (new, verdict) = check_password(new, words).await?;
    verdict.map_err(|message| ApiError::invalid("new", message))?;
    let hash = Text::lossy(state.hasher.hash(new).await?);
    let (kept, now) = (me.session(), state.clock.now());
    let change = move |conn: &mut Conn| {
        users::set_password(conn, id, &hash, kept, now)?;
        notifications::notify(conn, &To::User(id), NotificationKind::PasswordChanged, &About::default(), now)
    };
    state.db.write::<_, StoreError, _>(change).await?;
    state.live.wake();
    tracing::info!(user = id.0, "changed the password");
    Ok(HttpResponse::NoContent().finish())
}
