//! A stored file as a response: whole or in part, with an ETag, always as an attachment that cannot run.
//!
//! Owns the headers of user files. They are never shown as pages of this site: `attachment`, `nosniff` and a sandbox
//! without any source make a hostile HTML file as harmless as a text.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentRangeSpec, EntityTag, Header, IfNoneMatch, IfRange, Range};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::Stream;

use crate::blobs::{PublicBlobs, Stored};
use crate::file_name;
use crate::problem::{ApiError, ApiResult, Code};

#[cfg(test)]
mod tests;

/// Bytes read and sent at once.
const CHUNK: u64 = 256 << 10;

/// The type by which a file is sent: a few that browsers show in `<img>` and tables, else plain bytes. Never HTML or
/// SVG, whatever the name says.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("csv") => "text/csv; charset=utf-8",
        Some("tsv") => "text/tab-separated-values; charset=utf-8",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

/// Whether the client has these bytes already.
#[must_use]
pub fn is_fresh(request: &HttpRequest, etag: &EntityTag) -> bool {
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(etag)),
        None => false,
    }
}

/// Answers with a blob under a name, honouring `Range`, `If-Range` and `If-None-Match`.
///
/// # Errors
/// [`Code::RangeNotSatisfiable`] for a range outside the file; internal when the blob is gone.
pub async fn respond(request: &HttpRequest, blobs: &PublicBlobs, blob: Stored, name: &str) -> ApiResult<HttpResponse> {
    let etag = EntityTag::new_strong(blob.sha256.to_string());
    let mut response = HttpResponse::Ok();
    response
        .insert_header(header::ETag(etag.clone()))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::ACCEPT_RANGES, "bytes"));
    if is_fresh(request, &etag) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    response
        .insert_header((header::CONTENT_TYPE, media_type(name)))
        .insert_header((header::CONTENT_DISPOSITION, file_name::attachment(name)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));

    let (from, length) = match wanted(request, &etag, blob.bytes) {
        Wanted::Whole => (0, blob.bytes),
        Wanted::Part(first, last) => {
            let range = ContentRangeSpec::Bytes { range: Some((first, last)), instance_length: Some(blob.bytes) };
            response.status(StatusCode::PARTIAL_CONTENT).insert_header(header::ContentRange(range));
            (first, last - first + 1)
        }
        Wanted::Nothing => return Err(ApiError::from(Code::RangeNotSatisfiable).with("bytes", blob.bytes)),
    };
    let blobs = blobs.clone();
    let opened = tokio::task::spawn_blocking(move || {
        let mut file = blobs.read(&blob.sha256)?;
        file.seek(SeekFrom::Start(from))?;
        Ok::<_, io::Error>(file)
    });
    let file = opened.await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    Ok(response.body(SizedStream::new(length, Box::pin(chunks(file, length)))))
}

enum Wanted {
    Whole,
    Part(u64, u64),
    Nothing,
}

/// What the `Range` header asks for. Several ranges at once are answered with the whole file, as RFC 9110 allows.
fn wanted(request: &HttpRequest, etag: &EntityTag, bytes: u64) -> Wanted {
    let Ok(Range::Bytes(ranges)) = Range::parse(request) else { return Wanted::Whole };
    match request.get_header::<IfRange>() {
        Some(IfRange::EntityTag(tag)) if !tag.strong_eq(etag) => return Wanted::Whole,
        Some(IfRange::Date(_)) => return Wanted::Whole,
        Some(IfRange::EntityTag(_)) | None => {}
    }
    match ranges.as_slice() {
        [range] => match range.to_satisfiable_range(bytes) {
            Some((first, last)) => Wanted::Part(first, last),
            None => Wanted::Nothing,
        },
        _ => Wanted::Whole,
    }
}

fn chunks(file: File, length: u64) -> impl Stream<Item = io::Result<Bytes>> {
    futures_util::stream::try_unfold((file, length), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let read = tokio::task::spawn_blocking(move || {
            let mut chunk = vec![0; left.min(CHUNK) as usize];
            file.read_exact(&mut chunk)?;
            Ok::<_, io::Error>((chunk, file))
        });
        let (chunk, file) = read.await.map_err(io::Error::other)??;
        let left = left - chunk.len() as u64;
        Ok(Some((Bytes::from(chunk), (file, left))))
    })
}
