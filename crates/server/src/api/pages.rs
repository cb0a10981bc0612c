//! The written pages of a competition, and the preview of Markdown.

use std::collections::BTreeMap;

use actix_web::{get, post, put, web};
use podium_bundle::Sentence;
use podium_bundle::manifest::Manifest;
use podium_bundle::participation::PageAudience;
use podium_store::StoreError;
use podium_store::audit::{self, Action, Entry};
use podium_store::competitions::CompetitionState;
use podium_store::notifications::{About, NotificationKind, To, notify};
use podium_store::pages::{self, Page};
use podium_store::types::{Language, PageVersionId, Sha256, Slug, Text, UtcTime};
use podium_store::users;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::competitions::PersonView;
use super::membership::digest;
use super::privacy::RULES;
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
    let seen_audiences: Manifest =
        serde_json::from_str(seen.competition.manifest.as_str()).map_err(ApiError::internal)?;
    let is_inside = seen.is_inside();
    let (id, slug, now) = (seen.competition.id, seen.competition.slug, state.clock.now());
    let mut all = state.db.read::<_, ApiError, _>(move |conn| Ok(pages::list(conn, id)?)).await?;
    all.retain(|page| seen.is_host || (page.is_visible(now) && reads(&seen_audiences, page, is_inside)));
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

/// Whether somebody who is no host reads the page, as the manifest says.
pub(super) fn reads(manifest: &Manifest, page: &Page, is_inside: bool) -> bool {
    let setting = manifest.pages.iter().find(|setting| setting.name == page.name.as_str());
    match setting.map(|setting| setting.audience).unwrap_or_default() {
        PageAudience::Everybody => true,
        PageAudience::Participants => is_inside,
        PageAudience::Hosts => false,
    }
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
    /// Hosts only before this instant; not for `rules`, which everybody agrees to.
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
    let by = host.user.user.id;
    let (id, slug, now) = (host.competition.id, host.competition.slug.clone(), state.clock.now());
    // Page names stand in addresses and in file names, as slugs do.
    let name: Text = name.parse::<Slug>().map(|name| Text::lossy(name.as_str())).map_err(|fault| {
        let ko = "페이지 이름으로 쓸 수 없습니다. 영문 소문자, 숫자, 하이픈으로 적어 주십시오.";
        ApiError::told("name", Sentence::new(fault.to_string(), ko))
    })?;
    if name.as_str() == RULES && visible_from.is_some() {
        let sentence = Sentence::new(
            "People agree to the rules when they join, and are told when they change; leave it out.",
            "규칙은 참가할 때 동의하는 페이지이며 바뀌면 알림을 보냅니다. 공개 시각을 비워 두십시오.",
        );
        return Err(ApiError::told("visible_from", sentence));
    }
    let markdown = stored_text(markdown)?;
    let page = Page { name, language, markdown, visible_from, updated_at: now };
    let row = page.clone();
    let subject = format!("{} ({language})", page.name.as_str());
    let entry = Entry::new(host.user.actor(), Action::PageSaved, subject).of(id);
    // Rendered first: what cannot be shown is not stored.
    let view = web::block(move || page_view(page, &slug)).await.map_err(ApiError::internal)??;
    let is_published = host.competition.dates.published_at.is_some();
    let save = move |conn: &mut podium_store::Conn| {
        let before = pages::find(conn, id, &row.name, row.language)?;
        pages::save(conn, id, (&row.name, row.language), &row.markdown, row.visible_from, Some(by), now)?;
        let is_new = before.is_none_or(|before| before.markdown != row.markdown);
        if is_published && is_new && row.name.as_str() == RULES {
            // Who takes part reads the new text, and agrees to it.
            let about = About::competition(id).by(by);
            notify(conn, &To::Participants(id), NotificationKind::RulesChanged, &about, now)?;
        }
        audit::record(conn, &entry, now)?;
        Ok(())
    };
    state.db.write::<_, StoreError, _>(save).await?;
    state.live.wake();
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

/// A text that a page had.
#[derive(Serialize, ToSchema)]
pub struct PageVersionView {
    /// Its number.
    #[schema(value_type = i64)]
    id: PageVersionId,
    /// Who wrote it, where that is known.
    saved_by: Option<PersonView>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    saved_at: UtcTime,
    /// SHA-256 of the source; consents to the rules name it.
    #[schema(value_type = String)]
    sha256: Sha256,
}

/// The texts that a page had.
#[derive(Serialize, ToSchema)]
pub struct PageVersionList {
    /// Newest first, at most 100.
    items: Vec<PageVersionView>,
}

/// Lists the texts that a page had; for hosts
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("name" = String, Path), ("language" = String, Path)),
    responses((status = 200, body = PageVersionList), Problem),
)]
#[get("/competitions/{slug}/pages/{name}/{language}/versions")]
pub(crate) async fn list_page_versions(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, String, Language)>,
) -> ApiResult<web::Json<PageVersionList>> {
    let (_, name, language) = path.into_inner();
    let (id, name) = (host.competition.id, Text::lossy(name));
    let look = move |conn: &mut podium_store::Conn| {
        let mut items = Vec::new();
        for version in pages::versions(conn, id, (&name, language), 100)? {
            let author = version.saved_by.map(|user| users::find(conn, user)).transpose()?.flatten();
            items.push(PageVersionView {
                id: version.id,
                saved_by: author.map(|user| PersonView { id: user.id, name: user.name }),
                saved_at: version.saved_at,
                sha256: digest(&version.markdown),
            });
        }
        Ok::<_, ApiError>(PageVersionList { items })
    };
    let list = state.db.read(look).await?;
    if list.items.is_empty() { Err(Code::NotFound.into()) } else { Ok(web::Json(list)) }
}

/// What became of some lines between two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineChange {
    /// In both.
    Same,
    /// In the old text only.
    Removed,
    /// In the present text only.
    Added,
}

/// A line of two texts.
#[derive(Serialize, ToSchema)]
pub struct DiffLine {
    /// What became of it.
    change: LineChange,
    /// The line, without its end.
    text: String,
}

/// A text that a page had, beside the present one.
#[derive(Serialize, ToSchema)]
pub struct PageVersionSource {
    /// The source.
    #[schema(value_type = String)]
    markdown: Text,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    saved_at: UtcTime,
    /// From this text to the present one, line by line.
    diff: Vec<DiffLine>,
}

/// Shows a text that a page had, and what changed since; for hosts
///
/// Writing the page with this source brings it back.
#[utoipa::path(
    tag = "hosting",
    params(
        ("slug" = String, Path), ("name" = String, Path), ("language" = String, Path), ("version" = i64, Path),
    ),
    responses((status = 200, body = PageVersionSource), Problem),
)]
#[get("/competitions/{slug}/pages/{name}/{language}/versions/{version}")]
pub(crate) async fn find_page_version(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, String, Language, PageVersionId)>,
) -> ApiResult<web::Json<PageVersionSource>> {
    let (_, name, language, version) = path.into_inner();
    let (id, name) = (host.competition.id, Text::lossy(name));
    let look = move |conn: &mut podium_store::Conn| {
        let old = pages::find_version(conn, id, (&name, language), version)?;
        Ok::<_, ApiError>((old, pages::find(conn, id, &name, language)?))
    };
    let (old, present) = state.db.read(look).await?;
    let old = old.ok_or(Code::NotFound)?;
    let present = present.map(|page| page.markdown.into_string()).unwrap_or_default();
    let (saved_at, source) = (old.saved_at, old.markdown.as_str().to_owned());
    let diff = web::block(move || diff(&source, &present)).await.map_err(ApiError::internal)?;
    Ok(web::Json(PageVersionSource { markdown: old.markdown, saved_at, diff }))
}

fn diff(old: &str, present: &str) -> Vec<DiffLine> {
    let changes = similar::TextDiff::from_lines(old, present);
    let line = |change: similar::Change<&str>| DiffLine {
        change: match change.tag() {
            similar::ChangeTag::Equal => LineChange::Same,
            similar::ChangeTag::Delete => LineChange::Removed,
            similar::ChangeTag::Insert => LineChange::Added,
        },
        text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
    };
    changes.iter_all_changes().map(line).collect()
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
    Text::new(text).map_err(|fault| {
        let ko = "쓸 수 없는 문자(NUL)가 들어 있습니다. 지워 주십시오.";
        ApiError::told("markdown", Sentence::new(format!("{fault}."), ko))
    })
}

impl From<MarkdownError> for ApiError {
    fn from(error: MarkdownError) -> Self {
        let ko = match error {
            MarkdownError::TooLong(bytes) => format!("글이 {bytes}바이트입니다. 65536바이트 이하로 줄여 주십시오."),
            MarkdownError::TooDeep => "글의 목록이나 인용이 64단계보다 깊습니다. 단계를 줄여 주십시오.".to_owned(),
        };
        Self::told("markdown", Sentence::new(format!("{error}."), ko))
    }
}
