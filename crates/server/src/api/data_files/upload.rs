//! A host's upload: a tar archive of new and changed files, streamed.

use std::collections::HashMap;

use actix_web::{HttpRequest, post, web};
use podium_bundle::dates;
use podium_bundle::manifest::Manifest;
use podium_store::audit::{self, Action, Entry};
use podium_store::competitions::Competition;
use podium_store::data_files::{self, DataFile, NewDataFile};
use podium_store::types::{Sha256, Text, UtcTime};
use podium_store::{Conn, Durability, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::submissions::receive::refuse_encoding;
use crate::app::AppState;
use crate::auth::extract::Host;
use crate::intake::{self, Brought, IntakeError, NewFile};
use crate::problem::{ApiError, ApiResult, Code, Problem};
use crate::upload::{self, UploadError, disk_error};

/// What an upload changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadedView {
    /// New and changed files.
    stored: u64,
    /// Files that were there with the same bytes.
    unchanged: u64,
    /// Always 0: files are deleted one by one.
    deleted: u64,
}

/// Uploads new and changed files as a tar archive
///
/// Files that are not in the archive stay. What came before a fault stays too, so sending the rest is enough.
#[utoipa::path(
    tag = "hosting",
    params(("slug" = String, Path)),
    request_body(content = String, content_type = "application/x-tar", description = "Plain files with relative paths"),
    responses((status = 200, body = UploadedView), Problem)
)]
#[post("/competitions/{slug}/files")]
pub(crate) async fn upload_files(
    state: web::Data<AppState>,
    host: Host,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<web::Json<UploadedView>> {
    refuse_encoding(&request)?;
    state.check_space()?;
    let competition = host.competition;
    let id = competition.id;
    let files = state.db.read::<_, StoreError, _>(move |conn| data_files::all(conn, id)).await?;
    let known: HashMap<String, Sha256> = files.into_iter().map(|file| (file.path.into_string(), file.sha256)).collect();

    let (sender, reader) = upload::pipe();
    let (blobs, db, clock) = (state.blobs.clone(), state.db.clone(), state.clock.clone());
    let visible = visibility(&competition)?;
    let unpack = tokio::task::spawn_blocking(move || {
        intake::unpack(reader, &blobs, &known, |batch| {
            let new = rows(batch, &visible)?;
            let now = clock.now();
            let write =
                move |conn: &mut Conn| new.iter().try_for_each(|file| data_files::put(conn, id, file, now).map(drop));
            Ok::<_, ApiError>(db.write_blocking::<_, StoreError, _>(Durability::Full, write)?)
        })
    });
    sender.receive(payload, state.upload_limits(state.config.data_limit_bytes)).await;
    let Brought { stored, unchanged } = unpack.await.map_err(ApiError::internal)??;
    apply_visibility(&state, &competition).await?;
    if stored > 0 {
        let (now, slug) = (state.clock.now(), competition.slug.as_str());
        let entry = Entry::new(host.user.actor(), Action::FilesUploaded, slug).of(id).with("stored", stored);
        state.db.write::<_, StoreError, _>(move |conn| audit::record(conn, &entry, now)).await?;
    }
    tracing::info!(user = host.user.user.id.0, competition = id.0, stored, unchanged, "took data files");
    Ok(web::Json(UploadedView { stored, unchanged, deleted: 0 }))
}

fn rows(batch: Vec<NewFile>, visible: &HashMap<String, UtcTime>) -> ApiResult<Vec<NewDataFile>> {
    batch
        .into_iter()
        .map(|file| {
            Ok(NewDataFile {
                visible_from: visible.get(&file.path).copied(),
                path: Text::new(file.path).map_err(ApiError::internal)?,
                bytes: i64::try_from(file.bytes).map_err(ApiError::internal)?,
                sha256: file.sha256,
            })
        })
        .collect()
}

/// When files appear that the manifest holds back.
fn visibility(competition: &Competition) -> ApiResult<HashMap<String, UtcTime>> {
    let manifest: Manifest = serde_json::from_str(competition.manifest.as_str()).map_err(ApiError::internal)?;
    let zone = manifest.dates.zone().map_err(ApiError::internal)?;
    let instant = |local| dates::instant("visible_from", local, zone).map_err(ApiError::internal);
    let files = manifest.files.into_iter();
    files.map(|file| Ok((file.path, UtcTime::new(instant(file.visible_from)?).map_err(ApiError::internal)?))).collect()
}

/// Gives the files that are there the instants of the manifest, after it or the files changed.
pub(crate) async fn apply_visibility(state: &AppState, competition: &Competition) -> ApiResult<()> {
    let visible = visibility(competition)?;
    let (id, now) = (competition.id, state.clock.now());
    let files = state.db.read::<_, StoreError, _>(move |conn| data_files::all(conn, id)).await?;
    let changed: Vec<NewDataFile> = files
        .into_iter()
        .filter(|file| visible.get(file.path.as_str()).copied() != file.visible_from)
        .map(|DataFile { path, bytes, sha256, .. }| NewDataFile {
            visible_from: visible.get(path.as_str()).copied(),
            path,
            bytes,
            sha256,
        })
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let write =
        move |conn: &mut Conn| changed.iter().try_for_each(|file| data_files::put(conn, id, file, now).map(drop));
    Ok(state.db.write::<_, StoreError, _>(write).await?)
}

impl From<IntakeError> for ApiError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Io(error) => match error.downcast::<UploadError>() {
                Ok(broken) => broken.into(),
                Err(error) => disk_error(error),
            },
            refused => ApiError::new(Code::InvalidInput, format!("The archive is refused: {refused}.")),
        }
    }
}
