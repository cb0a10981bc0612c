//! What a page needs to know before anybody is signed in.

use std::sync::LazyLock;

use actix_web::{HttpResponse, get, web};
use bytes::Bytes;
use podium_store::site_settings::{Creators, SignUp, SiteSettings};
use podium_store::types::Language;
use podium_store::users;
use serde::Serialize;
use utoipa::ToSchema;

use super::competitions::TextView;
use crate::app::AppState;
use crate::problem::{ApiError, ApiResult, Problem};

/// The site.
#[derive(Serialize, ToSchema)]
pub struct SiteView {
    /// Its name.
    name: String,
    /// Whether sessions go over plain http; pages show a banner then.
    insecure_http: bool,
    /// Whether people may make accounts without an invitation.
    sign_up_open: bool,
    /// Who may make an account: `open` (everybody), `domains` (who gives an address of `sign_up_domains`), `invite` (who
    /// has a link to a competition) or `closed`.
    #[schema(value_type = String, example = "open")]
    sign_up: SignUp,
    /// Domains of addresses that may sign up, where that matters.
    sign_up_domains: Vec<String>,
    /// Who may create competitions besides administrators: `everybody`, `hosts` (accounts with that role) or `admins`.
    #[schema(value_type = String, example = "hosts")]
    creators: Creators,
    /// Plain text that stands above every page.
    banner: Option<TextView>,
    /// How to reach whoever runs the site: an address, a link or a sentence.
    contact: Option<String>,
    /// Whether the first administrator has yet to be made.
    setup_required: bool,
    /// Whether the site sends mail: forgotten passwords can be set by a link in a mail then.
    mail_enabled: bool,
    /// The public key that signs the receipts of accepted files: Ed25519, in hexadecimal.
    receipt_key: String,
    /// Languages of the interface.
    #[schema(value_type = Vec<String>, example = json!(["en", "ko"]))]
    languages: &'static [Language],
}

/// What the site is and what it allows
#[utoipa::path(tag = "site", responses((status = 200, body = SiteView), Problem))]
#[get("/site")]
pub(crate) async fn find_site(state: web::Data<AppState>) -> ApiResult<web::Json<SiteView>> {
    let setup_required = !state.db.read::<_, ApiError, _>(|conn| Ok(users::exist(conn)?)).await?;
    let SiteSettings { name, sign_up, domains, creators, banner_en, banner_ko, contact, .. } = state.site().await?;
    let banner = TextView {
        ko: if banner_ko.as_str().is_empty() { &banner_en } else { &banner_ko }.to_string(),
        en: banner_en.into_string(),
    };
    Ok(web::Json(SiteView {
        name: name.into_string(),
        insecure_http: state.config.insecure_http,
        sign_up_open: matches!(sign_up, SignUp::Open | SignUp::Domains),
        sign_up,
        sign_up_domains: if sign_up == SignUp::Domains { domains } else { vec![] },
        creators,
        banner: Some(banner).filter(|banner| !banner.en.is_empty()),
        contact: Some(contact.into_string()).filter(|contact| !contact.is_empty()),
        setup_required,
        mail_enabled: state.mailer.is_some(),
        receipt_key: state.receipt_key.public(),
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
