//! The files that participants get: list, download, preview, pictures, the whole as ZIP; and the host's upload.
//!
//! The list is visible like the competition. Contents are for members and hosts, and before a file's `visible_from` for
//! hosts only: to others it is not there.

mod upload;
mod views;

use std::io;
use std::path::PathBuf;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, EntityTag};
use actix_web::{HttpRequest, HttpResponse, delete, get, web};
use podium_bundle::manifest::Manifest;
use podium_store::audit::{self, Action};
use podium_store::competitions::Competition;
use podium_store::data_files::{self, DataFile};
use podium_store::types::{CompetitionId, Sha256, Text, UserId, UtcTime};
use podium_store::{Conn, StoreError, downloads};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub(crate) use self::upload::{apply_visibility, upload_files};
use self::views::FileKind;
pub use self::views::{FilePage, FileView};
use super::privacy::require_data_agreement;
use crate::app::AppState;
use crate::archive::{self, Entry};
use crate::auth::extract::{Host, Seen};
use crate::blobs::{PublicBlobs, Stored};
use crate::download::{self, is_fresh};
use crate::preview::{self, Meaning, Preview, PreviewError};
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::thumbnails::{self, ThumbnailError};

/// Files and folders on a page.
const PAGE: usize = 200;

/// Which folder
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FolderQuery {
    /// The folder; the root when left out.
    folder: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Lists a folder of the data
#[utoipa::path(
    tag = "data",
    params(("slug" = String, Path), FolderQuery),
    responses((status = 200, body = FilePage), Problem)
)]
#[get("/competitions/{slug}/files")]
pub(crate) async fn list_files(
    state: web::Data<AppState>,
    seen: Seen,
    query: web::Query<FolderQuery>,
) -> ApiResult<web::Json<FilePage>> {
    let FolderQuery { folder, cursor } = query.into_inner();
    let visible_at = (!seen.is_host).then(|| state.clock.now());
    let competition = seen.competition.id;
    let read = move |conn: &mut Conn| {
        let folder = folder.unwrap_or_default();
        let mut items = data_files::list(conn, competition, &folder, cursor.as_deref(), PAGE + 1, visible_at)?;
        let more = items.len() > PAGE;
        items.truncate(PAGE);
        let next = items.last().filter(|_| more).map(data_files::FolderItem::cursor);
        let total = data_files::total(conn, competition, visible_at)?;
        Ok::<_, ApiError>(FilePage {
            items: items.into_iter().map(FileView::new).collect(),
            next,
            total_files: total.files,
            total_bytes: total.bytes,
        })
    };
    Ok(web::Json(state.db.read(read).await?))
}

/// A file as `podium publish` compares it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileDigest {
    /// Path inside the data folder.
    #[schema(value_type = String)]
    path: Text,
    /// Size.
    bytes: i64,
    /// SHA-256 of the content.
    #[schema(value_type = String)]
    sha256: Sha256,
}

/// Every file of a competition.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileDigests {
    /// By path.
    items: Vec<FileDigest>,
    /// Always none: all come at once.
    next: Option<String>,
}

/// Lists every file with its digest, for hosts
#[utoipa::path(tag = "hosting", params(("slug" = String, Path)), responses((status = 200, body = FileDigests), Problem))]
#[get("/competitions/{slug}/files/all")]
pub(crate) async fn list_all_files(state: web::Data<AppState>, host: Host) -> ApiResult<web::Json<FileDigests>> {
    let competition = host.competition.id;
    let files = state.db.read::<_, StoreError, _>(move |conn| data_files::all(conn, competition)).await?;
    let digest = |file: DataFile| FileDigest { path: file.path, bytes: file.bytes, sha256: file.sha256 };
    Ok(web::Json(FileDigests { items: files.into_iter().map(digest).collect(), next: None }))
}

/// Takes a file away
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path), ("path" = String, Path)),
    responses((status = 204, description = "Gone"), Problem)
)]
#[delete("/competitions/{slug}/files/{path:.*}")]
pub(crate) async fn delete_file(
    state: web::Data<AppState>,
    host: Host,
    path: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    let competition = host.competition.id;
    let path = Text::new(path.into_inner().1).map_err(|_| Code::NotFound)?;
    let now = state.clock.now();
    let entry = audit::Entry::new(host.user.actor(), Action::FileDeleted, path.as_str()).of(competition);
    let gone = state.db.write::<_, StoreError, _>(move |conn| {
        let gone = data_files::delete(conn, competition, &path)?;
        if gone.is_some() {
            audit::record(conn, &entry, now)?;
        }
        Ok(gone)
    });
    match gone.await? {
        Some(_) => Ok(HttpResponse::NoContent().finish()),
        None => Err(Code::NotFound.into()),
    }
}

/// Downloads a file, whole or in part
#[utoipa::path(
    tag = "data",
    params(
        ("slug" = String, Path),
        ("path" = String, Path),
        ("range" = Option<String>, Header, description = "`bytes=FROM-TO`"),
    ),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 206, description = "The part", content_type = "application/octet-stream"),
        (status = 304, description = "Not changed"),
        Problem
    )
)]
#[get("/competitions/{slug}/files/{path:.*}")]
pub(crate) async fn download_file(
    state: web::Data<AppState>,
    seen: Seen,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let reader = seen.user.as_ref().map(|user| user.user.id);
    let (file, competition) = content(&state, seen, path.into_inner().1).await?;
    let response = download::respond(&request, &state.blobs, stored(&file), file_name(&file)).await?;
    // Who has the file already, or asks for what is not in it, gets nothing.
    if let Some(reader) = reader.filter(|_| response.status().is_success()) {
        log_download(&state, (competition.id, reader), (file.path.clone(), file.bytes), &request).await?;
    }
    Ok(response)
}

/// Describes a CSV file: its first rows, and statistics of each column
#[utoipa::path(
    tag = "data",
    params(("slug" = String, Path), ("path" = String, Path)),
    responses((status = 200, body = Preview), Problem)
)]
#[get("/competitions/{slug}/preview/{path:.*}")]
pub(crate) async fn preview_file(
    state: web::Data<AppState>,
    seen: Seen,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (file, competition) = content(&state, seen, path.into_inner().1).await?;
    if FileKind::of(file.path.as_str()) != FileKind::Csv {
        return Err(Code::NoPreview.into());
    }
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    let mut described = described(&state, &file).await?;
    for column in &mut described.columns {
        let entry = manifest.columns.iter().find(|entry| entry.file == file.path.as_str() && entry.name == column.name);
        column.meaning =
            entry.map(|entry| Meaning { en: entry.meaning.en.clone(), ko: entry.meaning.ko_or_en().to_owned() });
    }
    let json = serde_json::to_vec(&described).map_err(ApiError::internal)?;
    Ok(cached(&request, &json).content_type("application/json").body(json))
}

/// Shows a small picture of a photograph, at most 256 pixels a side
#[utoipa::path(
    tag = "data",
    params(("slug" = String, Path), ("path" = String, Path)),
    responses(
        (status = 200, description = "JPEG, or PNG where the picture is transparent", content_type = "image/jpeg"),
        (status = 304, description = "Not changed"),
        Problem
    )
)]
#[get("/competitions/{slug}/thumbnails/{path:.*}")]
pub(crate) async fn find_thumbnail(
    state: web::Data<AppState>,
    seen: Seen,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (file, _) = content(&state, seen, path.into_inner().1).await?;
    let etag = EntityTag::new_strong(format!("thumbnail-{}", file.sha256));
    let mut response = HttpResponse::Ok();
    response
        .insert_header(header::ETag(etag.clone()))
        .insert_header((header::CACHE_CONTROL, "private, max-age=3600"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if is_fresh(&request, &etag) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    let _turn = state.previews.acquire().await.map_err(ApiError::internal)?;
    let blobs = state.blobs.clone();
    let made = tokio::task::spawn_blocking(move || small_picture(&blobs, &file.sha256));
    let thumbnail = made.await.map_err(ApiError::internal)?.map_err(|error| match error {
        ThumbnailError::Io(error) => ApiError::internal(error),
        refused => ApiError::new(Code::NoPreview, format!("No preview: {refused}.")),
    })?;
    Ok(response.content_type(thumbnail.media_type).body(thumbnail.bytes))
}

/// Downloads all files as one ZIP
#[utoipa::path(
    tag = "data",
    params(("slug" = String, Path)),
    responses((status = 200, description = "The archive", content_type = "application/zip"), Problem)
)]
#[get("/competitions/{slug}/archive.zip")]
pub(crate) async fn download_archive(
    state: web::Data<AppState>,
    seen: Seen,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let visible_at = readable(&seen, state.clock.now())?;
    require_data_agreement(&state, &seen).await?;
    let competition = seen.competition.id;
    let files = state.db.read::<_, StoreError, _>(move |conn| data_files::all(conn, competition)).await?;
    let entries = files
        .into_iter()
        .filter(|file| visible_at.is_none_or(|now| file.is_visible(now)))
        .map(|file| Entry { sha256: file.sha256, bytes: stored(&file).bytes, path: file.path.into_string() })
        .collect::<Vec<_>>();
    if let Some(reader) = seen.user.as_ref().map(|user| user.user.id) {
        let bytes = entries.iter().map(|entry| i64::try_from(entry.bytes).unwrap_or(0)).sum();
        log_download(&state, (competition, reader), (Text::lossy("*"), bytes), &request).await?;
    }
    let name = format!("{}.zip", seen.competition.slug);
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, crate::file_name::attachment(&name)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(archive::stream(state.blobs.clone(), entries)))
}

/// Notes who fetched what, for the competition's hosts. An archive has no parts: who asks for one because a download broke
/// off gets it whole, and goes on with the same download.
async fn log_download(
    state: &AppState,
    person: (CompetitionId, UserId),
    (path, bytes): (Text, i64),
    request: &HttpRequest,
) -> ApiResult<()> {
    let (now, is_part) = (state.clock.now(), request.headers().contains_key(header::RANGE));
    let note = move |conn: &mut Conn| downloads::record(conn, person, (&path, bytes), is_part, now);
    Ok(state.db.write_soft::<_, StoreError, _>(note).await?)
}

/// Whether `seen` may read contents: `None` for hosts, who read everything, else the instant that decides.
fn readable(seen: &Seen, now: UtcTime) -> ApiResult<Option<UtcTime>> {
    match (seen.is_host, &seen.user, &seen.membership) {
        (true, ..) => Ok(None),
        (false, _, Some(_)) => Ok(Some(now)),
        (false, Some(_), None) => Err(Code::NotAMember.into()),
        (false, None, None) => Err(Code::SignInRequired.into()),
    }
}

/// A file whose content `seen` may read, and its competition.
async fn content(state: &AppState, seen: Seen, path: String) -> ApiResult<(DataFile, Competition)> {
    let visible_at = readable(&seen, state.clock.now())?;
    require_data_agreement(state, &seen).await?;
    let competition = seen.competition.id;
    let path = Text::new(path).map_err(|_| Code::NotFound)?;
    let find = state.db.read::<_, StoreError, _>(move |conn| data_files::find(conn, competition, &path));
    let file = find.await?.filter(|file| visible_at.is_none_or(|now| file.is_visible(now)));
    Ok((file.ok_or(Code::NotFound)?, seen.competition))
}

fn stored(file: &DataFile) -> Stored {
    Stored { sha256: file.sha256, bytes: u64::try_from(file.bytes).unwrap_or(0) }
}

fn file_name(file: &DataFile) -> &str {
    file.path.as_str().rsplit('/').next().unwrap_or_default()
}

/// A response of these bytes that the client may have already.
fn cached(request: &HttpRequest, bytes: &[u8]) -> actix_web::HttpResponseBuilder {
    use sha2::Digest as _;
    let digest = Sha256(sha2::Sha256::digest(bytes).into());
    let etag = EntityTag::new_strong(digest.to_string()[..24].to_owned());
    let mut response = HttpResponse::Ok();
    response.insert_header(header::ETag(etag.clone())).insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if is_fresh(request, &etag) {
        response.status(StatusCode::NOT_MODIFIED);
    }
    response
}

/// The description of a table: from the cache on disk, else made and kept. A new program makes it anew, since the form may
/// have changed.
async fn described(state: &AppState, file: &DataFile) -> ApiResult<Preview> {
    let delimiter = if file.path.as_str().to_ascii_lowercase().ends_with(".tsv") { b'\t' } else { b',' };
    let kept =
        cache_path(&state.blobs, "previews", &file.sha256, &format!("{}-{delimiter}.json", env!("CARGO_PKG_VERSION")));
    let _turn = state.previews.acquire().await.map_err(ApiError::internal)?;
    let (blobs, sha256) = (state.blobs.clone(), file.sha256);
    let make = tokio::task::spawn_blocking(move || {
        if let Some(kept) = std::fs::read(&kept).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(kept);
        }
        let described = preview::preview(&mut blobs.read(&sha256)?, delimiter)?;
        keep(&kept, &serde_json::to_vec(&described).map_err(io::Error::other)?);
        Ok(described)
    });
    make.await.map_err(ApiError::internal)?.map_err(|error| match error {
        PreviewError::Unreadable(_) => ApiError::new(Code::NoPreview, format!("No preview: {error}.")),
        PreviewError::Io(error) => ApiError::internal(error),
    })
}

/// A thumbnail: from the cache on disk, else made and kept.
fn small_picture(blobs: &PublicBlobs, sha256: &Sha256) -> Result<thumbnails::Thumbnail, ThumbnailError> {
    for (ending, media_type) in [("jpg", "image/jpeg"), ("png", "image/png")] {
        if let Ok(bytes) = std::fs::read(cache_path(blobs, "thumbnails", sha256, ending)) {
            return Ok(thumbnails::Thumbnail { bytes, media_type });
        }
    }
    let thumbnail = thumbnails::thumbnail(io::BufReader::new(blobs.read(sha256)?))?;
    let ending = if thumbnail.media_type == "image/png" { "png" } else { "jpg" };
    keep(&cache_path(blobs, "thumbnails", sha256, ending), &thumbnail.bytes);
    Ok(thumbnail)
}

fn cache_path(blobs: &PublicBlobs, what: &str, sha256: &Sha256, ending: &str) -> PathBuf {
    let name = sha256.to_string();
    blobs.cache_dir().join(what).join(&name[..2]).join(format!("{name}.{ending}"))
}

/// Keeps derived bytes. A failure costs time on the next request and nothing else.
fn keep(path: &std::path::Path, bytes: &[u8]) {
    let write = || -> io::Result<()> {
        let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
        std::fs::create_dir_all(folder)?;
        // A half-written file must not be found under its name.
        let temp = folder.join(format!(".{:016x}", rand::random::<u64>()));
        std::fs::write(&temp, bytes)?;
        std::fs::rename(&temp, path)
    };
    if let Err(error) = write() {
        tracing::warn!(%error, path = %path.display(), "a preview could not be kept");
    }
}
