//! What a page needs to know before anybody is signed in.

use std::sync::LazyLock;

use actix_web::{HttpResponse, get, web};
use bytes::Bytes;
use podium_store::types::Language;
use podium_store::users;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::problem::{ApiError, ApiResult, Problem};

/// The site.
#[derive(Serialize, ToSchema)]
pub struct SiteView {
    /// Its name.
    name: String,
    /// Whether sessions go over plain http; pages show a banner then.
    insecure_http: bool,
    /// Whether people may make accounts themselves.
    sign_up_open: bool,
    /// Whether the first administrator has yet to be made.
    setup_required: bool,
    /// Whether the site sends mail: forgotten passwords can be set by a link in a mail then.
    mail_enabled: bool,
    /// Languages of the interface.
    #[schema(value_type = Vec<String>, example = json!(["en", "ko"]))]
    languages: &'static [Language],
}

/// What the site is and what it allows
#[utoipa::path(tag = "site", responses((status = 200, body = SiteView), Problem))]
#[get("/site")]
pub(crate) async fn find_site(state: web::Data<AppState>) -> ApiResult<web::Json<SiteView>> {
    let setup_required = !state.db.read::<_, ApiError, _>(|conn| Ok(users::exist(conn)?)).await?;
    Ok(web::Json(SiteView {
        name: state.config.name.clone(),
        insecure_http: state.config.insecure_http,
        sign_up_open: state.config.sign_up,
        setup_required,
        mail_enabled: state.mailer.is_some(),
        languages: Language::ALL,
    }))
}

/// The OpenAPI document
#[utoipa::path(tag = "site", responses((status = 200, body = Object), Problem))]
#[get("/openapi.json")]
pub(crate) async fn find_openapi() -> HttpResponse {
    static DOCUMENT: LazyLock<Bytes> =
        LazyLock::new(|| Bytes::from(crate::app::openapi().to_json().unwrap_or_default()));
    HttpResponse::Ok().content_type("application/json").body(DOCUMENT.clone())
}
