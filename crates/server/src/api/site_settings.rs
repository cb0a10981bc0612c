//! What administrators choose for the whole site. What the operator's configuration says stands above it: such a setting is
//! shown here, named in `fixed`, and refused when it comes back with another value.

use actix_web::{get, put, web};
use podium_store::audit::{self, Action, Entry};
use podium_store::site_settings::{self, Creators, SignUp, SiteSettings};
use podium_store::types::{Text, UserId, UtcTime};
use podium_store::{Conn, StoreError, users};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::competitions::PersonView;
use crate::app::AppState;
use crate::auth::extract::Admin;
use crate::problem::{ApiError, ApiResult, Code, Fault, Problem};
use crate::site;

/// Most domains.
const MOST_DOMAINS: usize = 50;
/// Longest banner, in characters.
const LONGEST_BANNER: usize = 500;
/// Longest contact, in characters.
const LONGEST_CONTACT: usize = 200;

/// The settings of the site, as they hold.
#[derive(Serialize, ToSchema)]
pub struct SiteSettingsView {
    /// What holds.
    #[serde(flatten)]
    settings: SiteSettingsDocument,
    /// Settings that the server's configuration fixes: `name`, `sign_up`, `second_factor_required`. They cannot be changed
    /// here.
    fixed: Vec<&'static str>,
    /// When something was last changed here.
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<UtcTime>,
    /// By whom.
    updated_by: Option<PersonView>,
}

/// The settings of the site. All of them are sent to change one.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteSettingsDocument {
    /// Its name, 1 to 60 characters.
    name: String,
    /// Who may make an account: `open` (everybody), `domains` (who gives an address of `domains`, and proves it before
    /// taking part), `invite` (who has a link to a competition or among its hosts) or `closed` (nobody).
    #[schema(value_type = String, example = "open")]
    sign_up: SignUp,
    /// What may stand after the `@` of an address, for `domains`: `example.org` and all below it.
    domains: Vec<String>,
    /// Who may create competitions besides administrators: `everybody`, `hosts` (accounts with that role) or `admins`
    /// (nobody).
    #[schema(value_type = String, example = "hosts")]
    creators: Creators,
    /// Whether hosts and administrators need a second factor for what others may not do.
    second_factor_required: bool,
    /// Plain text above every page, at most 500 characters; empty for nothing. Without Korean the English stands for both.
    banner: BannerDocument,
    /// How to reach whoever runs the site: an address, a link or a sentence of at most 200 characters; empty for nothing.
    contact: String,
}

/// A banner in both languages.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BannerDocument {
    /// English.
    en: String,
    /// Korean.
    ko: String,
}

impl From<SiteSettings> for SiteSettingsDocument {
    fn from(settings: SiteSettings) -> Self {
        Self {
            name: settings.name.into_string(),
            sign_up: settings.sign_up,
            domains: settings.domains,
            creators: settings.creators,
            second_factor_required: settings.second_factor_required,
            banner: BannerDocument { en: settings.banner_en.into_string(), ko: settings.banner_ko.into_string() },
            contact: settings.contact.into_string(),
        }
    }
}

async fn view(state: &AppState) -> ApiResult<web::Json<SiteSettingsView>> {
    let look = |conn: &mut Conn| {
        let by = |conn: &mut Conn, id: UserId| users::find(conn, id).map(|user| user.map(|user| user.name));
        Ok::<_, StoreError>(match site_settings::changed(conn)? {
            Some((at, id)) => (Some(at), by(conn, id)?.map(|name| PersonView { id, name })),
            None => (None, None),
        })
    };
    let (updated_at, updated_by) = state.db.read(look).await?;
    let (settings, fixed) = (state.site().await?.into(), site::fixed(&state.config));
    Ok(web::Json(SiteSettingsView { settings, fixed, updated_at, updated_by }))
}

/// The settings of the site; for administrators
#[utoipa::path(tag = "admin", responses((status = 200, body = SiteSettingsView), Problem))]
#[get("/admin/settings")]
pub(crate) async fn find_settings(state: web::Data<AppState>, _admin: Admin) -> ApiResult<web::Json<SiteSettingsView>> {
    view(&state).await
}

/// Changes the settings of the site; for administrators
///
/// A setting that the server's configuration fixes must come as it is shown. Each changed setting is in the audit log.
#[utoipa::path(
    tag = "admin",
    request_body = SiteSettingsDocument,
    responses((status = 200, body = SiteSettingsView), Problem),
)]
#[put("/admin/settings")]
pub(crate) async fn save_settings(
    state: web::Data<AppState>,
    admin: Admin,
    body: web::Json<SiteSettingsDocument>,
) -> ApiResult<web::Json<SiteSettingsView>> {
    let new = read(body.into_inner())?;
    let before = state.site().await?;
    let mut faults = vec![];
    for name in site::fixed(&state.config) {
        let value = |settings: &SiteSettings| settings.words().into_iter().find(|(of, _)| *of == name);
        if value(&new) != value(&before) {
            let message = "The server's configuration says this; whoever runs the server changes it there.";
            faults.push(Fault::field(name, message));
        }
    }
    if new.sign_up == SignUp::Domains && state.mailer.is_none() {
        let message = "The site sends no mail, so nobody could prove an address. Choose 'invite', or set smtp_url.";
        faults.push(Fault::field("sign_up", message));
    }
    if new.second_factor_required && !before.second_factor_required && admin.0.user.second_factor_at.is_none() {
        let message = "Set up a second factor for your own account first, or you could not change this back.";
        faults.push(Fault::field("second_factor_required", message));
    }
    if !faults.is_empty() {
        return Err(ApiError::from(Code::InvalidInput).with_errors(faults));
    }
    let (by, actor, now) = (admin.0.user.id, admin.0.actor(), state.clock.now());
    let config = state.config.clone();
    let save = move |conn: &mut Conn| {
        let before = site_settings::find(conn)?;
        let new = site::chosen(&config, new.clone(), before.clone());
        let changes = before.words().into_iter().zip(new.words()).filter(|(before, after)| before != after);
        for ((name, before), (_, after)) in changes {
            let entry = Entry::new(actor, Action::SettingChanged, name).with("before", before).with("after", after);
            audit::record(conn, &entry, now)?;
        }
        site_settings::save(conn, &new, by, now)
    };
    state.db.write::<_, StoreError, _>(save).await?;
    tracing::info!(admin = by.0, "changed the settings of the site");
    view(&state).await
}

/// The document, checked; every fault at once.
fn read(document: SiteSettingsDocument) -> ApiResult<SiteSettings> {
    let SiteSettingsDocument { name, sign_up, domains, creators, second_factor_required, banner, contact } = document;
    let mut faults = vec![];
    let mut text = |field: &str, text: &str, lengths: std::ops::RangeInclusive<usize>| {
        let text = text.trim();
        if !lengths.contains(&text.chars().count()) {
            let message = match lengths.start() {
                0 => format!("Use at most {} characters.", lengths.end()),
                least => format!("Use {least} to {} characters.", lengths.end()),
            };
            faults.push(Fault::field(field, message));
        }
        Text::new(text).unwrap_or_else(|fault| {
            faults.push(Fault::field(field, format!("{fault}.")));
            Text::lossy("")
        })
    };
    let name = text("name", &name, 1..=60);
    let banner_en = text("banner.en", &banner.en, 0..=LONGEST_BANNER);
    let banner_ko = text("banner.ko", &banner.ko, 0..=LONGEST_BANNER);
    let contact = text("contact", &contact, 0..=LONGEST_CONTACT);
    if banner_en.as_str().is_empty() && !banner_ko.as_str().is_empty() {
        faults.push(Fault::field("banner.en", "Write the banner in English too; it stands where a text is missing."));
    }
    let domains: Vec<String> = domains.iter().map(|domain| domain.trim().to_lowercase()).collect();
    for domain in &domains {
        if !podium_bundle::participation::is_domain(domain) {
            let message = format!("'{domain}' is not a domain; write what stands after the @, like 'example.org'.");
            faults.push(Fault::field("domains", message));
        }
    }
    if domains.len() > MOST_DOMAINS {
        faults.push(Fault::field("domains", format!("Give at most {MOST_DOMAINS} domains.")));
    }
    if domains.is_empty() && sign_up == SignUp::Domains {
        faults.push(Fault::field("domains", "Name at least one domain, like 'example.org'."));
    }
    if !faults.is_empty() {
        return Err(ApiError::from(Code::InvalidInput).with_errors(faults));
    }
    Ok(SiteSettings { name, sign_up, domains, creators, second_factor_required, banner_en, banner_ko, contact })
}
