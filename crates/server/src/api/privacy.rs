//! One's own data: what one agreed to, a copy of everything, and leaving.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, delete, get, post, web};
use podium_store::agreements::{self, Agreement, Document};
use podium_store::audit::{self, Action, Entry};
use podium_store::types::{CompetitionId, Sha256, Slug, UtcTime};
use podium_store::users::{self, AccountError};
use podium_store::{Conn, StoreError, competitions, own_data, pages};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::membership::digest;
use super::second_factor;
use super::teams::own_team;
use crate::app::AppState;
use crate::archive;
use crate::auth::extract::{CurrentUser, Seen};
use crate::auth::{session, throttle};
use crate::file_name;
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// Name of a competition's page that is its data agreement.
const DATA_AGREEMENT: &str = "data-agreement";
/// Name of a competition's page with its rules.
pub(super) const RULES: &str = "rules";

/// The site's privacy notice.
#[derive(Serialize, ToSchema)]
pub struct PrivacyNoticeView {
    /// The text, as safe HTML; null when the operator has set none.
    html: Option<String>,
    /// Names the version.
    #[schema(value_type = Option<String>)]
    sha256: Option<Sha256>,
}

/// The operator's privacy notice, read anew each time, so that a new version needs no restart.
fn notice(state: &AppState) -> ApiResult<Option<(String, Sha256)>> {
    let Some(path) = &state.config.privacy_file else { return Ok(None) };
    let text = std::fs::read_to_string(path).map_err(ApiError::internal)?;
    let sha256 = digest(&podium_store::types::Text::lossy(text.as_str()));
    Ok(Some((text, sha256)))
}

/// What the site does with personal data
#[utoipa::path(tag = "privacy", responses((status = 200, body = PrivacyNoticeView), Problem))]
#[get("/privacy-notice")]
pub(crate) async fn find_privacy_notice(state: web::Data<AppState>) -> ApiResult<web::Json<PrivacyNoticeView>> {
    let Some((text, sha256)) = notice(&state)? else {
        return Ok(web::Json(PrivacyNoticeView { html: None, sha256: None }));
    };
    let html = super::pages::rendered(text, None).await?;
    Ok(web::Json(PrivacyNoticeView { html: Some(html), sha256: Some(sha256) }))
}

/// A consent.
#[derive(Serialize, ToSchema)]
pub struct AgreementView {
    /// `rules`, `privacy` or `data_agreement`.
    document: &'static str,
    /// Slug of the competition; null for the site's privacy notice.
    #[schema(value_type = Option<String>)]
    competition: Option<Slug>,
    /// Names the version.
    #[schema(value_type = String)]
    sha256: Sha256,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    agreed_at: UtcTime,
    /// Whether it is the version that is valid now.
    is_current: bool,
}

/// Consents.
#[derive(Serialize, ToSchema)]
pub struct AgreementList {
    /// Oldest first.
    items: Vec<AgreementView>,
}

/// Lists what one agreed to
#[utoipa::path(tag = "privacy", responses((status = 200, body = AgreementList), Problem))]
#[get("/me/agreements")]
pub(crate) async fn list_agreements(
    state: web::Data<AppState>,
    me: CurrentUser,
) -> ApiResult<web::Json<AgreementList>> {
    let user = me.user.id;
    let current = notice(&state)?.map(|(_, sha256)| sha256);
    let look = move |conn: &mut Conn| {
        let view = |conn: &mut Conn, row: Agreement| {
            let page = match row.document {
                None => Some(RULES),
                Some(Document::Privacy) => None,
                Some(Document::DataAgreement) => Some(DATA_AGREEMENT),
            };
            let is_current = match (page, row.competition) {
                (Some(page), Some(id)) => versions(conn, id, page)?.contains(&row.sha256),
                (Some(_), None) => false,
                (None, _) => current == Some(row.sha256),
            };
            Ok::<_, StoreError>(AgreementView {
                document: row.document.map_or("rules", |document| document.as_str()),
                competition: row.competition.map(|id| competitions::get(conn, id).map(|c| c.slug)).transpose()?,
                sha256: row.sha256,
                agreed_at: row.agreed_at,
                is_current,
            })
        };
        let rows = agreements::list(conn, user)?;
        rows.into_iter().map(|row| view(conn, row)).collect::<Result<Vec<_>, StoreError>>().map_err(ApiError::from)
    };
    Ok(web::Json(AgreementList { items: state.db.read(look).await? }))
}

/// The present versions of a competition's page, one for each language; none when it has no such page.
fn versions(conn: &mut Conn, competition: CompetitionId, page: &str) -> Result<Vec<Sha256>, StoreError> {
    let pages = pages::list(conn, competition)?;
    Ok(pages.iter().filter(|found| found.name.as_str() == page).map(|found| digest(&found.markdown)).collect())
}

/// Refuses, as `otherwise` says, a version of a competition's page that is not a present one in any language.
pub(super) async fn require_present(
    state: &AppState,
    competition: CompetitionId,
    page: &'static str,
    sha256: Sha256,
    otherwise: Code,
) -> ApiResult<()> {
    let present = state.db.read::<_, StoreError, _>(move |conn| versions(conn, competition, page)).await?;
    if present.contains(&sha256) { Ok(()) } else { Err(otherwise.into()) }
}

/// Which version one agrees to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeRequest {
    /// `sha256` of the text that was read.
    #[schema(value_type = String)]
    sha256: Sha256,
}

/// Agrees to the site's privacy notice
#[utoipa::path(tag = "privacy", request_body = AgreeRequest, responses((status = 204), Problem))]
#[post("/me/agreements/privacy")]
pub(crate) async fn agree_to_privacy_notice(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<AgreeRequest>,
) -> ApiResult<HttpResponse> {
    let (user, sha256, now) = (me.user.id, body.sha256, state.clock.now());
    if notice(&state)?.is_none_or(|(_, current)| current != sha256) {
        return Err(Code::DocumentChanged.into());
    }
    let agree = move |conn: &mut Conn| agreements::agree(conn, user, None, Document::Privacy, sha256, now);
    state.db.write::<_, StoreError, _>(agree).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Agrees to a competition's data agreement, its page `data-agreement`
#[utoipa::path(
    tag = "privacy",
    params(("slug" = String, Path)),
    request_body = AgreeRequest,
    responses((status = 204), Problem),
)]
#[post("/competitions/{slug}/data-agreement")]
pub(crate) async fn agree_to_data_agreement(
    state: web::Data<AppState>,
    me: CurrentUser,
    seen: Seen,
    body: web::Json<AgreeRequest>,
) -> ApiResult<HttpResponse> {
    let (user, sha256, now) = (me.user.id, body.sha256, state.clock.now());
    let competition = seen.competition.id;
    require_present(&state, competition, DATA_AGREEMENT, sha256, Code::DocumentChanged).await?;
    let agree =
        move |conn: &mut Conn| agreements::agree(conn, user, Some(competition), Document::DataAgreement, sha256, now);
    state.db.write::<_, StoreError, _>(agree).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Agrees to the present rules of a competition that one has joined, after they changed
///
/// Whoever joins agrees to the rules of that day. Taking part does not end when they change; this notes that the new ones
/// were read.
#[utoipa::path(
    tag = "privacy",
    params(("slug" = String, Path)),
    request_body = AgreeRequest,
    responses((status = 204), Problem),
)]
#[post("/competitions/{slug}/rules-agreement")]
pub(crate) async fn agree_to_rules(
    state: web::Data<AppState>,
    me: CurrentUser,
    seen: Seen,
    body: web::Json<AgreeRequest>,
) -> ApiResult<HttpResponse> {
    let (user, sha256, now) = (me.user.id, body.sha256, state.clock.now());
    let (competition, _) = own_team(seen)?;
    let id = competition.id;
    require_present(&state, id, RULES, sha256, Code::RulesChanged).await?;
    let agree = move |conn: &mut Conn| agreements::agree_to_rules(conn, user, id, sha256, now);
    state.db.write::<_, StoreError, _>(agree).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Refuses a competition's data to whoever has not agreed to its data agreement, where it has one. Hosts need not.
pub(super) async fn require_data_agreement(state: &AppState, seen: &Seen) -> ApiResult<()> {
    let (Some(user), false) = (&seen.user, seen.is_host) else { return Ok(()) };
    let (user, competition) = (user.user.id, seen.competition.id);
    let look = move |conn: &mut Conn| {
        let present = versions(conn, competition, DATA_AGREEMENT)?;
        for sha256 in &present {
            if agreements::has_agreed(conn, user, Some(competition), Document::DataAgreement, *sha256)? {
                return Ok(true);
            }
        }
        Ok(present.is_empty())
    };
    match state.db.read::<_, StoreError, _>(look).await? {
        true => Ok(()),
        false => Err(Code::AgreementRequired.into()),
    }
}

/// Downloads everything the site knows of oneself
///
/// A ZIP with `data.json` and the files that one sent. Needs the password within the last 15 minutes.
#[utoipa::path(
    tag = "privacy",
    responses((status = 200, description = "The archive", content_type = "application/zip"), Problem),
)]
#[post("/me/export")]
pub(crate) async fn export_own_data(state: web::Data<AppState>, me: CurrentUser) -> ApiResult<HttpResponse> {
    let now = state.clock.now();
    me.require_fresh(now)?;
    let _counted = throttle::attempt(&state.db, throttle::export(me.user.id), now).await?;
    let user = me.user.clone();
    let data = state.db.read::<_, StoreError, _>(move |conn| own_data::collect(conn, &user)).await?;
    let files = data.submissions.iter().map(|entry| archive::Entry {
        path: format!(
            "submissions/{}/{}-{}",
            entry.competition,
            entry.id,
            file_name::clean(entry.file_name.as_str(), "submission.csv")
        ),
        sha256: entry.sha256,
        bytes: u64::try_from(entry.bytes).unwrap_or(0),
    });
    let files = files.collect();
    let text = serde_json::to_vec_pretty(&data).map_err(ApiError::internal)?;
    tracing::info!(user = me.user.id.0, "exported their own data");
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, file_name::attachment("podium-data.zip")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(archive::stream_with(state.blobs.clone(), files, vec![("data.json".to_owned(), text)])))
}

/// Proof that the person themselves wants to leave.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteMeRequest {
    /// The password.
    password: String,
    /// A code of the second factor, if the account has one.
    code: Option<String>,
}

/// Deletes one's account
///
/// A pseudonym takes its place: entries stay on their boards and posts in their threads, under a name that leads to
/// nobody. It cannot be undone.
#[utoipa::path(tag = "privacy", request_body = DeleteMeRequest, responses((status = 204), Problem))]
#[delete("/me")]
pub(crate) async fn delete_me(
    state: web::Data<AppState>,
    me: CurrentUser,
    body: web::Json<DeleteMeRequest>,
) -> ApiResult<HttpResponse> {
    let (user, now) = (me.user.id, state.clock.now());
    let attempt = throttle::attempt(&state.db, throttle::confirm(&state.config, user), now).await?;
    let DeleteMeRequest { password, code } = body.into_inner();
    let hash = state.db.read::<_, ApiError, _>(move |conn| Ok(users::password_hash(conn, user)?)).await?;
    if !state.hasher.verify(password, hash).await? {
        return Err(Code::WrongPassword.into());
    }
    attempt.succeeded(&state.db).await?;
    second_factor::require(&state, &me.user, code).await?;
    let entry = Entry::new(me.actor(), Action::UserDeleted, format!("user {user}"));
    let erase = move |conn: &mut Conn| {
        let boards = own_data::erase(conn, user, now)?;
        audit::record(conn, &entry, now)?;
        Ok::<_, AccountError>(boards)
    };
    for competition in state.db.write(erase).await? {
        state.boards.forget(competition);
    }
    state.live.disconnect(user);
    tracing::info!(user = user.0, "deleted their account");
    let gone = session::cookie(String::new(), 0, &state.config);
    let clear = (header::CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
    Ok(HttpResponse::NoContent().cookie(gone).insert_header(clear).finish())
}
