//! The front end, embedded in the program. A build without one serves the API alone.
//!
//! Files of `assets/` have a hash in their name and may be kept for ever; `index.html` is asked for again each time and
//! is what every address of the site gets that is not a file, so that the front end can show its own pages there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::OnceLock;

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use rust_embed::RustEmbed;
use sha2::Digest as _;

use crate::problem::{ApiResult, Code};

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
#[allow_missing = true]
struct Dist;

/// Answers whatever no route of the API or of health answers.
pub fn serve(request: &HttpRequest, base_path: &str) -> ApiResult<HttpResponse> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Err(Code::MethodNotAllowed.into());
    }
    let path = request.path().trim_start_matches('/');
    if path == "docs/errors" {
        let page = HttpResponse::Ok().content_type("text/html; charset=utf-8").body(crate::problem::html());
        return Ok(page);
    }
    // Vite's own notes lie in `.vite`.
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    match Dist::get(path).filter(|_| !is_hidden && path != "index.html") {
        Some(file) => Ok(asset(request, path, file.data)),
        None if is_hidden || path.starts_with("assets/") => Err(Code::NotFound.into()),
        None => Ok(index(request, base_path)),
    }
}

fn asset(request: &HttpRequest, path: &str, data: Cow<'static, [u8]>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type(mime_guess::from_path(path).first_or_octet_stream().to_string());
    let is_hashed = path.starts_with("assets/");
    response.insert_header((
        header::CACHE_CONTROL,
        if is_hashed { "public, max-age=31536000, immutable" } else { "public, max-age=3600" },
    ));
    let packed = COMPRESSED.get().and_then(|all| all.get(path));
    if packed.is_some() {
        response.insert_header((header::VARY, "Accept-Encoding"));
    }
    match packed.filter(|_| accepts_brotli(request)) {
        Some(packed) => response.insert_header((header::CONTENT_ENCODING, "br")).body(packed.clone()),
        None => response.body(match data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        }),
    }
}

/// Files that get smaller, compressed. Filled by [`compress`] soon after the start.
static COMPRESSED: OnceLock<HashMap<String, Bytes>> = OnceLock::new();

/// Compresses the front end's texts; for a thread of its own. Until it is done they are sent as they are.
///
/// Quality 9: the whole front end in 0.2 s; the best quality takes 2 s for 5 % less.
pub fn compress() {
    let texts = Dist::iter().filter(|path| [".js", ".css", ".svg"].iter().any(|end| path.ends_with(end)));
    let packed = texts.filter_map(|path| {
        let data = Dist::get(&path)?.data;
        let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 20);
        writer.write_all(&data).ok()?;
        let bytes = Bytes::from(writer.into_inner());
        (bytes.len() < data.len()).then(|| (path.into_owned(), bytes))
    });
    // A second call would find the same.
    let _ = COMPRESSED.set(packed.collect());
}

fn accepts_brotli(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|value| {
        value.split(',').any(|part| {
            let mut parts = part.split(';').map(str::trim);
            parts.next() == Some("br") && !parts.any(|q| matches!(q, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    })
}

/// The front end's one page, in the visitor's language and theme, so that nothing flashes while it loads.
fn index(request: &HttpRequest, base_path: &str) -> HttpResponse {
    let Some(file) = Dist::get("index.html") else {
        let text = "This program was built without the front end. The API is at /api/v1.\n";
        return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(text);
    };
    let html = String::from_utf8_lossy(&file.data);
    let html = html.replacen("<html lang=\"en\"", &opening_tag(request), 1);
    let html = below(&html, base_path);
    let digest = hex::encode(sha2::Sha256::digest(&html));
    let tag = format!("\"{}\"", digest.get(..32).unwrap_or_default());
    let is_known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::VARY, HeaderValue::from_static("Cookie, Accept-Language")))
        .insert_header((header::ETAG, tag));
    if is_known { response.finish() } else { response.content_type("text/html; charset=utf-8").body(html) }
}

/// The page with its own files' addresses, which are built relative, below the site's path, and with that path for its
/// scripts. Not by `<base>`, which the policy forbids.
fn below(html: &str, base_path: &str) -> String {
    html.replace("=\"./", &format!("=\"{base_path}/")).replacen(
        "name=\"base-path\" content=\"\"",
        &format!("name=\"base-path\" content=\"{base_path}\""),
        1,
    )
}

fn opening_tag(request: &HttpRequest) -> String {
    let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
    let language = match cookie("lang").as_deref() {
        Some("ko") => "ko",
        Some("en") => "en",
        _ => preferred_language(request),
    };
    match cookie("theme").as_deref() {
        Some(theme @ ("light" | "dark")) => format!("<html lang=\"{language}\" data-theme=\"{theme}\""),
        _ => format!("<html lang=\"{language}\""),
    }
}

/// The first of our languages that the browser names.
fn preferred_language(request: &HttpRequest) -> &'static str {
    let named = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let ours = named.split(',').filter_map(|part| match part.trim().get(..2) {
        Some("ko") => Some("ko"),
        Some("en") => Some("en"),
        _ => None,
    });
    ours.into_iter().next().unwrap_or("en")
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn the_page_names_its_files_and_its_path_below_the_base() {
        let page = r#"<meta name="base-path" content=""><script src="./assets/a.js"></script><link href="./x.svg">"#;
        assert_eq!(
            below(page, "/podium"),
            r#"<meta name="base-path" content="/podium"><script src="/podium/assets/a.js"></script><link href="/podium/x.svg">"#
        );
        assert_eq!(
            below(page, ""),
            r#"<meta name="base-path" content=""><script src="/assets/a.js"></script><link href="/x.svg">"#
        );
    }
}
