//! What a client reads when something did not work: one table of codes, and `application/problem+json` (RFC 9457).
//!
//! A failure that nobody outside can act on (5xx) never carries its own text: the cause stays in [`ApiError`] for the
//! log, the response has the fixed sentence of its code and the request id under which the cause was logged.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use podium_bundle::Sentence;
use podium_store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

mod codes;
pub use codes::{Code, html, markdown};

/// One fault of a file, a form or a manifest; at most 20 are listed, `count` says how many there are of the kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// What kind of fault, stable: `unknown_class`, `missing_rows`, …
    pub code: String,
    /// Line of the file, from 1.
    pub line: Option<u64>,
    /// Column of the file, from 1.
    pub column: Option<u64>,
    /// Name of the column or field.
    pub name: Option<String>,
    /// The value as it was read.
    pub value: Option<String>,
    /// The sentence for the person, with the way to repair it.
    pub message: String,
    /// The same in Korean, of what hosts send: a competition and its parts, a roster. Faults of submissions and of
    /// accounts are told by their code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub message_ko: Option<String>,
    /// How many faults of this kind there are.
    pub count: u64,
}

impl Fault {
    /// A fault of one field of a request.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        Self { code: "invalid".into(), name: Some(name.into()), message: message.into(), count: 1, ..Self::default() }
    }

    /// The same where the sentence is there in both languages.
    pub fn told(name: &str, sentence: Sentence) -> Self {
        Self { message_ko: Some(sentence.ko), ..Self::field(name, sentence.en) }
    }
}

/// The body of every answer with a status of 400 and above.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Address of the explanation, `/docs/errors#code`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short name of the problem, the same for each occurrence.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// The code to switch on.
    pub code: Code,
    /// What happened this time and what to do.
    pub detail: String,
    /// Names this request in the server's log.
    pub request_id: String,
    /// The single faults, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<Fault>,
    /// Members that belong to the code, such as `resets_at`.
    #[serde(flatten)]
    pub extras: Map<String, Value>,
}

/// Any handler's `responses(…)` names this type to say: every other answer is a problem.
impl IntoResponses for Problem {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description("What went wrong; `code` says which problem it is.")
            .content("application/problem+json", content)
            .build();
        [("default".to_owned(), response.into())].into()
    }
}

/// The failure of a request: a code, a sentence for the person, and the cause for the log.
#[derive(Debug)]
pub struct ApiError {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<Fault>,
    extras: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What handlers return.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A problem with a sentence of its own. For codes of 500 and above the sentence goes to the log only.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), errors: vec![], extras: Map::new(), headers: vec![], cause: None }
    }

    /// A failure that nobody outside can act on; `cause` is logged with the request id and never shown.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..Code::Internal.into() }
    }

    /// One field of a request that is not accepted.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::from(Code::InvalidInput).with_errors(vec![Fault::field(field, message)])
    }

    /// The same where the sentence is there in both languages.
    pub fn told(field: &str, sentence: Sentence) -> Self {
        Self::from(Code::InvalidInput).with_errors(vec![Fault::told(field, sentence)])
    }

    /// Lists the single faults.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Fault>) -> Self {
        self.errors = errors;
        self
    }

    /// Adds a member that belongs to the code.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extras.insert(name.to_owned(), value.into());
        self
    }

    /// Sets `Retry-After`.
    #[must_use]
    pub fn retry_after_secs(self, secs: u64) -> Self {
        self.header(header::RETRY_AFTER, secs.into())
    }

    /// Sets a header of the response.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The code to switch on.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The sentence for the person.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The single faults.
    pub fn errors(&self) -> &[Fault] {
        &self.errors
    }

    /// The cause and its causes, for the log only.
    pub fn cause(&self) -> Option<String> {
        let first = std::error::Error::source(self)?;
        let causes = std::iter::successors(Some(first), |cause| cause.source());
        Some(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }

    /// The response, with the id under which the cause was logged, of a site below `base_path`.
    pub fn to_response(&self, request_id: &str, base_path: &str) -> HttpResponse {
        let detail = if self.code.status().is_server_error() { self.code.explanation() } else { &self.detail };
        let problem = Problem {
            kind: format!("{base_path}/docs/errors#{}", self.code.as_str()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            code: self.code,
            detail: detail.to_owned(),
            request_id: request_id.to_owned(),
            errors: self.errors.clone(),
            extras: self.extras.clone(),
        };
        let mut response = HttpResponseBuilder::new(self.code.status());
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        }
        // A problem is made of strings and numbers: writing it cannot fail.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        response.content_type("application/problem+json").body(body)
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self::new(code, code.explanation())
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

impl std::error::Error for ApiError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// Without a request id; `envelope` writes the response again with it.
    fn error_response(&self) -> HttpResponse {
        self.to_response("", "")
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unavailable { .. } => {
                Self::from(Code::DatabaseUnavailable).retry_after_secs(2).caused_by(error)
            }
            StoreError::Query { .. } => Self::internal(error),
        }
    }
}

/// Refuses bodies that are not the JSON an operation takes.
pub fn json_config() -> actix_web::web::JsonConfig {
    use actix_web::error::JsonPayloadError as E;
    actix_web::web::JsonConfig::default().limit(1 << 20).error_handler(|error, _| {
        match &error {
            E::OverflowKnownLength { .. } | E::Overflow { .. } => {
                ApiError::new(Code::PayloadTooLarge, "The body is larger than 1 MiB.")
            }
            E::ContentType => ApiError::new(
                Code::UnsupportedMediaType,
                "Send the body as JSON, with 'Content-Type: application/json'.",
            ),
            E::Deserialize(fault) => ApiError::new(Code::InvalidRequest, format!("The body does not fit: {fault}.")),
            _ => ApiError::new(Code::InvalidRequest, "The body could not be read as JSON."),
        }
        .into()
    })
}

/// Refuses paths whose parts do not parse: such a thing does not exist.
pub fn path_config() -> actix_web::web::PathConfig {
    actix_web::web::PathConfig::default().error_handler(|_, _| ApiError::from(Code::NotFound).into())
}

/// Refuses query strings that do not fit the operation.
pub fn query_config() -> actix_web::web::QueryConfig {
    actix_web::web::QueryConfig::default().error_handler(|error, _| {
        let detail = match &error {
            actix_web::error::QueryPayloadError::Deserialize(fault) => format!("The address does not fit: {fault}."),
            _ => "The part of the address after '?' could not be read.".to_owned(),
        };
        ApiError::new(Code::InvalidRequest, detail).into()
    })
}
