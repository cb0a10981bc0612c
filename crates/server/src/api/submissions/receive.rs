//! The body of an upload: multipart form data with one file and a few words, read once, never held in memory.

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::http::header::{self, DispositionParam};
use actix_web::web::Payload;
use futures_util::TryStreamExt;
use podium_store::types::Sha256;

use crate::app::AppState;
use crate::blobs::Writer;
use crate::file_name;
use crate::problem::{ApiError, ApiResult, Code};
use crate::upload::{self, UploadError};

/// Longest note in characters.
pub(crate) const MAX_NOTE: usize = 1_000;
/// Room for the boundary, the headers of the parts and the note beside the file.
const ENVELOPE_BYTES: u64 = 64 << 10;

/// A file in its temp place, and what came with it.
pub(super) struct Received {
    pub(super) file: Writer,
    pub(super) name: String,
    pub(super) note: String,
}

/// Receives the form of a submission with a file of at most `limit` bytes.
pub(super) async fn receive(
    state: &AppState,
    request: &HttpRequest,
    payload: Payload,
    limit: u64,
) -> ApiResult<Received> {
    check_head(request, limit)?;
    state.check_space()?;
    let mut form = Multipart::new(request.headers(), payload);
    let (mut file, mut note, mut announced) = (None, None, None);
    while let Some(mut field) = form.try_next().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("file") if file.is_none() => {
                let name = file_name::clean(&given_name(&field), "submission.csv");
                let writer = state.blobs.create().map_err(|error| disk(error.into()))?;
                let limits = state.upload_limits(limit);
                let written =
                    upload::receive(&mut field, writer, limits).await.map_err(|error| refused(error, limit))?;
                file = Some((written, name));
            }
            Some("note") if note.is_none() => note = Some(text(&mut field, MAX_NOTE * 4).await?),
            Some("sha256") if announced.is_none() => announced = Some(text(&mut field, 64).await?),
            name => {
                let name = file_name::clean(name.unwrap_or_default(), "");
                return Err(bad_form(format!(
                    "The form has the part '{name}', or has it twice; it takes one 'file', and 'note' and 'sha256' if you like."
                )));
            }
        }
    }
    let (file, name) = file.ok_or_else(|| bad_form("The form has no part 'file'."))?;
    let note = note.unwrap_or_default().trim().to_owned();
    if note.chars().count() > MAX_NOTE || note.contains('\0') {
        return Err(bad_form(format!("The note must be a text of at most {MAX_NOTE} characters.")));
    }
    if let Some(announced) = announced {
        let expected: Sha256 = announced.trim().parse().map_err(|_| bad_form("'sha256' must be 64 hex digits."))?;
        if expected != file.sha256() {
            let detail =
                format!("The file arrived damaged (expected {expected}, got {}); send it again.", file.sha256());
            return Err(ApiError::new(Code::UploadDamaged, detail));
        }
    }
    Ok(Received { file, name, note })
}

/// What can be refused before a byte of the body is read.
fn check_head(request: &HttpRequest, limit: u64) -> ApiResult<()> {
    refuse_encoding(request)?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        let detail = "Send the file as multipart/form-data, in a part called 'file'.";
        return Err(ApiError::new(Code::UnsupportedMediaType, detail));
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        Some(length) if u64::saturating_sub(length, ENVELOPE_BYTES) > limit => Err(too_large(limit)),
        _ => Ok(()),
    }
}

/// Refuses compressed requests: a few kilobytes could unpack to any size.
pub(crate) fn refuse_encoding(request: &HttpRequest) -> ApiResult<()> {
    match request.headers().get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            Err(ApiError::new(Code::UnsupportedMediaType, "Send the file as it is, without 'Content-Encoding'."))
        }
        _ => Ok(()),
    }
}

/// The name of the file as the browser or program gave it, in either of the two ways there are.
fn given_name(field: &Field) -> String {
    let Some(disposition) = field.content_disposition() else { return String::new() };
    let extended = disposition.parameters.iter().find_map(|parameter| match parameter {
        DispositionParam::FilenameExt(name) => Some(String::from_utf8_lossy(&name.value).into_owned()),
        _ => None,
    });
    extended.or_else(|| disposition.get_filename().map(str::to_owned)).unwrap_or_default()
}

pub(crate) async fn text(field: &mut Field, limit: usize) -> ApiResult<String> {
    match field.bytes(limit).await {
        Ok(Ok(bytes)) => {
            String::from_utf8(bytes.to_vec()).map_err(|_| bad_form("A part of the form is not UTF-8 text."))
        }
        Ok(Err(error)) => Err(broken(&error)),
        Err(_) => Err(bad_form(format!("A part of the form is longer than {limit} bytes."))),
    }
}

pub(crate) fn bad_form(detail: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    ApiError::new(Code::InvalidRequest, detail)
}

pub(crate) fn broken(error: &actix_multipart::MultipartError) -> ApiError {
    ApiError::new(Code::UploadBroken, format!("The form could not be read: {error}."))
}

fn too_large(limit: u64) -> ApiError {
    let detail = format!("The file is larger than the {limit} bytes that this competition takes.");
    ApiError::new(Code::PayloadTooLarge, detail).with("limit_bytes", limit)
}

fn disk(error: UploadError) -> ApiError {
    refused(error, 0)
}

fn refused(error: UploadError, limit: u64) -> ApiError {
    match error {
        UploadError::TooLarge { .. } => too_large(limit),
        other => other.into(),
    }
}
