//! Pictures in posts. What is kept is a picture that this program decoded and wrote anew: a file that is something else at
//! once, and what the camera noted, stay outside. Seen by whoever sees the competition.

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};
use futures_util::StreamExt as _;
use podium_store::post_images::{self, PostImage};
use podium_store::types::{Sha256, Text};
use podium_store::{Conn, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::auth::extract::{CurrentUser, Seen};
use crate::auth::throttle;
use crate::pictures::{self, PictureError};
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::upload;

/// Largest file that is taken, in bytes.
const LIMIT_BYTES: usize = 8 << 20;

/// A picture that can be put into a post.
#[derive(Serialize, ToSchema)]
pub struct PostImageView {
    /// What to write: `![](post-images/…)`.
    markdown: String,
    /// Where it is shown.
    url: String,
    /// Its width in pixels.
    width: u32,
    /// Its height in pixels.
    height: u32,
}

/// Uploads a picture for a post
///
/// PNG, JPEG or WebP, at most 8 MiB and 4096 pixels a side. It is written anew, without what the camera noted.
#[utoipa::path(
    tag = "discussion",
    params(("slug" = String, Path)),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = PostImageView), Problem),
)]
#[post("/competitions/{slug}/post-images")]
pub(crate) async fn upload_post_image(
    state: web::Data<AppState>,
    user: CurrentUser,
    seen: Seen,
    mut body: web::Payload,
) -> ApiResult<HttpResponse> {
    let (uploader, competition, now) = (user.user.id, seen.competition.id, state.clock.now());
    state.check_space()?;
    let _counted = throttle::attempt(&state.db, throttle::image(uploader), now).await?;
    let mut bytes = web::BytesMut::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| Code::UploadBroken)?;
        if bytes.len() + piece.len() > LIMIT_BYTES {
            return Err(ApiError::new(Code::PayloadTooLarge, "The picture is larger than 8 MiB."));
        }
        bytes.extend_from_slice(&piece);
    }
    // Each decodes up to 64 MB.
    let _turn = state.previews.acquire().await.map_err(ApiError::internal)?;
    let blobs = state.blobs.clone();
    let work = tokio::task::spawn_blocking(move || {
        let picture = pictures::rewrite(&bytes)?;
        let mut writer = blobs.create()?;
        std::io::Write::write_all(&mut writer, &picture.bytes)?;
        let stored = writer.store()?;
        Ok::<_, PictureError>((picture, stored.sha256))
    });
    let (picture, sha256) = work.await.map_err(ApiError::internal)?.map_err(|error| match error {
        PictureError::Io(error) => upload::disk_error(error),
        refused => ApiError::invalid("picture", format!("The picture cannot be used: {refused}.")),
    })?;
    let row = PostImage {
        competition_id: competition,
        user_id: uploader,
        sha256,
        media_type: Text::lossy(picture.media_type),
        bytes: i64::try_from(picture.bytes.len()).map_err(ApiError::internal)?,
        width: i32::try_from(picture.width).map_err(ApiError::internal)?,
        height: i32::try_from(picture.height).map_err(ApiError::internal)?,
        created_at: now,
    };
    state.db.write::<_, StoreError, _>(move |conn| post_images::add(conn, &row)).await?;
    Ok(HttpResponse::Created().json(PostImageView {
        markdown: format!("![](post-images/{sha256})"),
        url: format!("/api/v1/competitions/{}/post-images/{sha256}", seen.competition.slug),
        width: picture.width,
        height: picture.height,
    }))
}

/// Shows a picture of a post
#[utoipa::path(
    tag = "discussion",
    params(("slug" = String, Path), ("sha256" = String, Path)),
    responses((status = 200, description = "The picture", content_type = "image/png"), Problem),
)]
#[get("/competitions/{slug}/post-images/{sha256}")]
pub(crate) async fn find_post_image(
    state: web::Data<AppState>,
    seen: Seen,
    path: web::Path<(String, String)>,
) -> ApiResult<HttpResponse> {
    let sha256: Sha256 = path.into_inner().1.parse().map_err(|_| Code::NotFound)?;
    let competition = seen.competition.id;
    let look = move |conn: &mut Conn| post_images::find(conn, competition, sha256);
    let found = state.db.read::<_, StoreError, _>(look).await?.ok_or(Code::NotFound)?;
    let blobs = state.blobs.clone();
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut blobs.read(&sha256)?, &mut bytes).map(|_| bytes)
    });
    let bytes = read.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type(found.media_type.as_str())
        .insert_header((header::CACHE_CONTROL, "private, max-age=3600"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bytes))
}
