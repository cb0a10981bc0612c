//! The first administrator, by a code that the server printed at its start. There is no default account.

use std::sync::{Mutex, PoisonError};

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, post, web};
use podium_store::types::{Language, UserRole};
use podium_store::users::{self, AccountError};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use super::accounts::{SignedInView, new_user};
use super::sessions::signed_in;
use crate::app::AppState;
use crate::auth::{self, origin, throttle};
use crate::problem::{ApiResult, Code, Problem};

/// The code of this start, until it is used.
pub struct SetupCode(Mutex<Option<String>>);

impl SetupCode {
    /// A new code.
    pub fn new() -> ApiResult<Self> {
        Ok(Self(Mutex::new(Some(hex::encode(auth::random::<16>()?)))))
    }

    /// The code, to be printed once.
    pub fn text(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fits(&self, code: &str) -> bool {
        self.text().is_some_and(|expected| bool::from(expected.as_bytes().ct_eq(code.as_bytes())))
    }

    fn used(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// The first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// The code from the link that the server printed at its start.
    code: String,
    /// The name others see.
    name: String,
    /// 10 to 256 characters, not among the first that are tried.
    password: String,
    /// Language of the interface.
    #[schema(value_type = Option<String>, example = "en")]
    language: Option<Language>,
}

/// Makes the first administrator and signs in
#[utoipa::path(tag = "site", request_body = SetupRequest, responses((status = 201, body = SignedInView), Problem))]
#[post("/setup")]
pub(crate) async fn set_up_site(
    state: web::Data<AppState>,
    request: HttpRequest,
    body: web::Json<SetupRequest>,
) -> ApiResult<HttpResponse> {
    let places = throttle::sign_up(&state.config, origin::client_address(&request, &state.config));
    let attempt = throttle::attempt(&state.db, places, state.clock.now()).await?;
    let body = body.into_inner();
    if !state.setup.fits(&body.code) {
        return Err(Code::SetupCode.into());
    }
    attempt.succeeded(&state.db).await?;
    let language = body.language.unwrap_or(Language::En);
    let new = new_user(&state, body.name, None, body.password, UserRole::Admin, language).await?;
    let user = state.db.write::<_, AccountError, _>(move |conn| users::create_first(conn, &new)).await?;
    state.setup.used();
    tracing::info!(user = user.id.0, "the first administrator was made by the setup link");
    signed_in(&state, &request, user, None, StatusCode::CREATED).await
}
