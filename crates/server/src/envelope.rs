//! What surrounds every request: its id, the check against other sites, panics, security headers, the log line, metrics.
//!
//! Everything with a status of 400 and above leaves here as a problem with the request id, whoever made it: a handler, an
//! extractor, actix itself or a panic. 5xx causes are logged here and nowhere else.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use futures_util::FutureExt;
use tracing::Instrument;

use crate::app::AppState;
use crate::auth::{origin, session};
use crate::base_path;
use crate::config::Config;
use crate::problem::{ApiError, Code};

/// The id of a request, in its extensions, its log lines, `X-Request-Id` and its problem.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The middleware; outermost.
pub async fn envelope(
    state: web::Data<AppState>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = format!("{:016x}", rand::random::<u64>());
    let mut request = request;
    let is_ours = base_path::enter(&mut request, &state.config.base_path);
    let is_api = request.path().starts_with("/api/");
    let had_cookie = request.cookie(session::cookie_name(&state.config)).is_some();
    let method = request.method().clone();
    // HEAD of the API is GET without the body (RFC 9110, 9.3.2): the same handler, the same rules.
    let is_head = is_api && method == Method::HEAD;
    if is_head {
        request.head_mut().method = Method::GET;
    }
    // The path only: a query string may hold what somebody pasted by mistake.
    let span = tracing::info_span!("request", id, %method, path = request.path());
    request.extensions_mut().insert(RequestId(id.clone()));

    async move {
        let about = About { id: &id, method: &method, is_api, had_cookie, state: &state, began };
        if !is_ours {
            let response = about.problem(&base_path::elsewhere(&state.config.base_path));
            about.done(response.status(), None);
            return Ok(request.into_response(response));
        }
        if let Err(error) = origin::check_same_origin(request.request(), &state.config) {
            let response = about.problem(&error);
            about.done(response.status(), None);
            return Ok(request.into_response(response));
        }
        let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
        let response = match outcome {
            Ok(Ok(response)) => {
                let pattern = response.request().match_pattern();
                let response = about.finish(response.map_into_boxed_body());
                let response = if is_head { response.map_body(|_, body| without_content(&body)) } else { response };
                about.done(response.status(), pattern.as_deref());
                return Ok(response);
            }
            Ok(Err(error)) => about.failure(&error),
            Err(panic) => about.problem(&ApiError::internal(format!("panic: {}", panic_text(&*panic)))),
        };
        about.done(response.status(), None);
        // The request is gone with the failure: only an error can carry the response from here.
        Err(InternalError::from_response("", response).into())
    }
    .instrument(span)
    .await
}

/// A body of the same length of which nothing is sent.
struct NoContent(BodySize);

impl MessageBody for NoContent {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<web::Bytes, Self::Error>>> {
        std::task::Poll::Ready(None)
    }
}

fn without_content(body: &BoxBody) -> BoxBody {
    BoxBody::new(NoContent(body.size()))
}

/// What is known of a request once it has been handed on.
struct About<'a> {
    id: &'a str,
    method: &'a Method,
    is_api: bool,
    had_cookie: bool,
    state: &'a AppState,
    began: Instant,
}

impl About<'_> {
    fn finish(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let status = response.status();
        let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM);
        let problem = match response.response().error() {
            Some(error) => Some(self.failure(error)),
            // A handler answered by itself with a bare status.
            None if self.is_api && status.is_client_error() && !is_problem => {
                code_of(status).map(|code| self.problem(&code.into()))
            }
            None => None,
        };
        if let Some(problem) = problem {
            return ServiceResponse::new(response.into_parts().0, problem);
        }
        let mut response = response;
        self.headers(response.headers_mut());
        response
    }

    /// Whatever failed, as one of our problems.
    fn failure(&self, error: &Error) -> HttpResponse {
        if let Some(ours) = error.as_error::<ApiError>() {
            return self.problem(ours);
        }
        match code_of(error.as_response_error().status_code()) {
            Some(code) => self.problem(&code.into()),
            None => self.problem(&ApiError::internal(error.to_string())),
        }
    }

    fn problem(&self, error: &ApiError) -> HttpResponse {
        if error.code().status().is_server_error() {
            tracing::error!(code = error.code().as_str(), cause = error.cause(), "{error}");
        }
        let mut response = error.to_response(self.id, &self.state.config.base_path);
        if error.code() == Code::InvalidCredential && self.had_cookie {
            let gone = session::cookie(String::new(), 0, &self.state.config);
            let _ = response.add_cookie(&gone);
        }
        self.headers(response.headers_mut());
        response
    }

    fn headers(&self, headers: &mut HeaderMap) {
        if let Ok(id) = HeaderValue::from_str(self.id) {
            headers.insert(HeaderName::from_static("x-request-id"), id);
        }
        security_headers(headers, &self.state.config);
        base_path::leave(headers, &self.state.config.base_path);
        if self.is_api && !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }

    fn done(&self, status: StatusCode, pattern: Option<&str>) {
        let took = self.began.elapsed();
        self.state.metrics.request(self.method, pattern.unwrap_or("none"), status, took);
        tracing::debug!(status = status.as_u16(), ms = took.as_millis(), "done");
    }
}

const PROBLEM: &str = "application/problem+json";

fn code_of(status: StatusCode) -> Option<Code> {
    Some(match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        StatusCode::RANGE_NOT_SATISFIABLE => Code::RangeNotSatisfiable,
        status if status.is_client_error() => Code::InvalidRequest,
        _ => return None,
    })
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown")
}

/// The policy of every page: own files only, no inline script or style, no frames around us.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types podium";

const SECURITY_HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"),
];

/// Adds the security headers that a response does not have; a user's file brings a stricter policy of its own.
fn security_headers(headers: &mut HeaderMap, config: &Config) {
    // Below a path the host is not ours alone: its other sites may have subdomains without TLS.
    let hsts = if config.base_path.is_empty() { "max-age=31536000; includeSubDomains" } else { "max-age=31536000" };
    let hsts = config.is_https().then_some(("strict-transport-security", hsts));
    for (name, value) in SECURITY_HEADERS.into_iter().chain(hsts) {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
