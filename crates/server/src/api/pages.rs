//! The written pages of a competition, and the preview of Markdown.

use std::collections::BTreeMap;

use actix_web::{get, post, put, web};
use podium_store::StoreError;
use podium_store::audit::{self, Action, Entry};
use podium_store::competitions::CompetitionState;
use podium_store::pages::{self, Page};
use podium_store::types::{Language, Sha256, Slug, Text, UtcTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::membership::digest;
use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Host, Seen};
use crate::markdown::{self, Heading, MarkdownError};
use crate::problem::{ApiError, ApiResult, Code, Problem};

/// A page, rendered.
#[derive(Serialize, ToSchema)]
pub struct PageView {
    /// `overview`, `data`, `rules`, or the host's own.
    #[schema(value_type = String)]
    name: Text,
    /// Language of the text; another than the one asked for where nobody translated it.
    #[schema(value_type = String, example = "ko")]
    language: Language,
    /// Safe HTML.
    html: String,
    /// For a table of contents.
    headings: Vec<Heading>,
    /// SHA-256 of the source; joining sends that of the rules.
    #[schema(value_type = String)]
    sha256: Sha256,
    /// Last change.
    #[schema(value_type = String, format = DateTime)]
    updated_at: UtcTime,
}

/// The pages of a competition.
#[derive(Serialize, ToSchema)]
pub struct PageList {
    /// By name, overview first.
    items: Vec<PageView>,
}

/// Which language to show.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `en` or `ko`; `en` when left out.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

/// The pages of a competition, in one language where they are translated
#[utoipa::path(
    tag = "pages",
    params(("slug" = String, Path), PageQuery),
    responses((status = 200, body = PageList), Problem),
)]
#[get("/competitions/{slug}/pages")]
pub(crate) async fn list_pages(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<PageQuery>,
) -> ApiResult<web::Json<PageList>> {
    let wanted = query.language.unwrap_or(Language::En);
    let (id, slug, now) = (seen.competition.id, seen.competition.slug, state.clock.now());
    let mut all = state.db.read::<_, ApiError, _>(move |conn| Ok(pages::list(conn, id)?)).await?;
    all.retain(|page| seen.is_host || page.is_visible(now));
    let mut chosen: BTreeMap<(usize, String), Page> = BTreeMap::new();
    for page in all {
        let order = ["overview", "data", "rules"].iter().position(|name| *name == page.name.as_str()).unwrap_or(3);
        let place = chosen.entry((order, page.name.as_str().to_owned()));
        place
            .and_modify(|other| {
                if page.language == wanted {
                    *other = page.clone();
                }
            })
            .or_insert(page);
    }
    let items =
        web::block(move || chosen.into_values().map(|page| page_view(page, &slug)).collect::<ApiResult<Vec<_>>>());
    Ok(web::Json(PageList { items: items.await.map_err(ApiError::internal)?? }))
}

fn page_view(page: Page, slug: &Slug) -> ApiResult<PageView> {
    let rendered = markdown::render(page.markdown.as_str(), Some(slug.as_str()))?;
    Ok(PageView {
        sha256: digest(&page.markdown),
        name: page.name,
        language: page.language,
        html: rendered.html,
        headings: rendered.headings,
        updated_at: page.updated_at,
    })
}

/// A page to write.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavePageRequest {
    /// The source, at most 64 KiB.
    markdown: String,
    /// Hosts only before this instant.
    #[schema(value_type = Option<String>, format = DateTime)]
    visible_from: Option<UtcTime>,
}

/// Writes a page
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("name" = String, Path), ("language" = String, Path)),
    request_body = SavePageRequest,
    responses((status = 200, body = PageView), Problem),
)]
#[put("/competitions/{slug}/pages/{name}/{language}")]
pub(crate) async fn save_page(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, String, Language)>,
    body: web::Json<SavePageRequest>,
) -> ApiResult<web::Json<PageView>> {
    let (_, name, language) = path.into_inner();
    let SavePageRequest { markdown, visible_from } = body.into_inner();
    let (id, slug, now) = (host.competition.id, host.competition.slug.clone(), state.clock.now());
    // Page names stand in addresses and in file names, as slugs do.
    let name: Text = name
        .parse::<Slug>()
        .map(|name| Text::lossy(name.as_str()))
        .map_err(|fault| ApiError::invalid("name", fault.to_string()))?;
    let markdown = stored_text(markdown)?;
    let page = Page { name, language, markdown, visible_from, updated_at: now };
    let row = page.clone();
    let subject = format!("{} ({language})", page.name.as_str());
    let entry = Entry::new(host.user.actor(), Action::PageSaved, subject).of(id);
    // Rendered first: what cannot be shown is not stored.
    let view = web::block(move || page_view(page, &slug)).await.map_err(ApiError::internal)??;
    let save = move |conn: &mut podium_store::Conn| {
        pages::save(conn, id, (&row.name, row.language), &row.markdown, row.visible_from, now)?;
        audit::record(conn, &entry, now)
    };
    state.db.write::<_, StoreError, _>(save).await?;
    if host.competition.state(now) != CompetitionState::Draft {
        let (user, competition) = (host.user.user.id.0, host.competition.slug.as_str());
        tracing::info!(user, competition, page = view.name.as_str(), "changed a page");
    }
    Ok(web::Json(view))
}

/// The source of a page.
#[derive(Serialize, ToSchema)]
pub struct PageSource {
    /// Markdown.
    #[schema(value_type = String)]
    markdown: Text,
    /// Hosts only before this instant.
    #[schema(value_type = Option<String>, format = DateTime)]
    visible_from: Option<UtcTime>,
    /// Last change.
    #[schema(value_type = String, format = DateTime)]
    updated_at: UtcTime,
}

/// The source of a page
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("name" = String, Path), ("language" = String, Path)),
    responses((status = 200, body = PageSource), Problem),
)]
#[get("/competitions/{slug}/pages/{name}/{language}/source")]
pub(crate) async fn find_page_source(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, String, Language)>,
) -> ApiResult<web::Json<PageSource>> {
    let (_, name, language) = path.into_inner();
    let (id, name) = (host.competition.id, Text::lossy(name));
    let page = state.db.read::<_, ApiError, _>(move |conn| Ok(pages::find(conn, id, &name, language)?)).await?;
    let Page { markdown, visible_from, updated_at, .. } = page.ok_or(Code::NotFound)?;
    Ok(web::Json(PageSource { markdown, visible_from, updated_at }))
}

/// A text to look at before it is published.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The source, at most 64 KiB.
    markdown: String,
    /// The competition whose pictures it shows.
    #[schema(value_type = Option<String>)]
    competition: Option<String>,
}

/// A rendered text.
#[derive(Serialize, ToSchema)]
pub struct PreviewView {
    /// Safe HTML, the same as after publishing.
    html: String,
}

/// Renders Markdown as it will be published
#[utoipa::path(
    tag = "pages",
    request_body = PreviewRequest,
    responses((status = 200, body = PreviewView), Problem),
)]
#[post("/markdown")]
pub(crate) async fn preview_markdown(
    _user: CurrentUser,
    body: web::Json<PreviewRequest>,
) -> ApiResult<web::Json<PreviewView>> {
    let PreviewRequest { markdown, competition } = body.into_inner();
    let slug = competition.and_then(|slug| slug.parse::<Slug>().ok());
    let html = rendered(markdown, slug).await?;
    Ok(web::Json(PreviewView { html }))
}

/// [`markdown::render`] on a blocking thread.
pub(super) async fn rendered(markdown: String, slug: Option<Slug>) -> ApiResult<String> {
    let render = move || markdown::render(&markdown, slug.as_ref().map(Slug::as_str));
    Ok(web::block(render).await.map_err(ApiError::internal)??.html)
}

/// A text that can be stored.
pub(super) fn stored_text(text: String) -> ApiResult<Text> {
    Text::new(text).map_err(|fault| ApiError::invalid("markdown", format!("{fault}.")))
}

impl From<MarkdownError> for ApiError {
    fn from(error: MarkdownError) -> Self {
        Self::invalid("markdown", format!("{error}."))
    }
}
