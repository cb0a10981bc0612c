//! One's own account.

use actix_web::{HttpResponse, get, patch, post, web};
use podium_store::StoreError;
use podium_store::types::{Language, Text};
use podium_store::users::{self, AccountError, UserPatch};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::accounts::{SignedInView, UserView, check_password, email_patch};
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Via, Visitor};
use crate::auth::throttle::Key;
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
    let patch = UserPatch { language, email: email.map(email_patch).transpose()? };
    let id = me.user.id;
    let user = state.db.write::<_, AccountError, _>(move |conn| users::update(conn, id, &patch)).await?;
    Ok(web::Json(SignedInView { user: user.into() }))
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
    let key = Key::Account(podium_store::types::fold_name(me.user.name.as_str()));
    let attempt = state.sign_ins.attempt(vec![key], state.clock.now())?;
    let hash = state.db.read::<_, ApiError, _>(move |conn| Ok(users::password_hash(conn, id)?)).await?;
    if !state.hasher.verify(current, hash).await? {
        return Err(Code::WrongPassword.into());
    }
    attempt.succeeded();
    let words = vec![me.user.name.as_str().to_owned(), state.config.name.clone()];
    let (new, verdict) = check_password(new, words).await?;
    verdict.map_err(|message| ApiError::invalid("new", message))?;
    let hash = Text::lossy(state.hasher.hash(new).await?);
    let kept = match me.via {
        Via::Session(id) => Some(id),
        Via::Token(_) => None,
    };
    let now = state.clock.now();
    state.db.write::<_, StoreError, _>(move |conn| users::set_password(conn, id, &hash, kept, now)).await?;
    tracing::info!(user = id.0, "changed the password");
    Ok(HttpResponse::NoContent().finish())
}
