//! Requests, answers, retries. What is safe to send twice is sent again when the network or the server stumbles:
//! everything but a POST without an idempotency key.

use std::fmt;
use std::io::{self, Read};
use std::thread::sleep;
use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, ORIGIN, RETRY_AFTER, SET_COOKIE};
use ureq::http::{Method, Response};
use ureq::{Agent, Body, SendBody};

use crate::problem::Problem;

/// Waits before the second, third and fourth try.
const RETRY_WAITS: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(4)];
/// How long the server may think about a call before it answers.
const ANSWER_WAIT: Duration = Duration::from_secs(120);
/// The same where it reads all data of a competition first. A second call would only begin the same work again.
const PATIENT_WAIT: Duration = Duration::from_secs(30 * 60);
/// Longest wait that a server may ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(30);
/// Longest answer that is read into memory, bytes.
const ANSWER_BYTES_MAX: u64 = 64 << 20;
/// Largest file that is read into memory: a closing archive has a line of text for each entry.
const FILE_BYTES_MAX: u64 = 1 << 30;
const USER_AGENT: &str = concat!("podium/", env!("CARGO_PKG_VERSION"));

/// Why a request had no good answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server said no.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// The address is not one of a site.
    #[error("'{0}' is not the address of a site; write it like https://podium.example.org")]
    Address(String),
    /// A token or a password over plain HTTP to another machine could be read on the way.
    #[error("{0} is not encrypted, so no token or password is sent; use https, or allow it with --insecure-http")]
    Insecure(String),
    /// No answer.
    #[error("{url} does not answer: {error}")]
    Connection {
        /// The site.
        url: String,
        /// Why.
        error: ureq::Error,
    },
    /// An answer, but none that Podium gives.
    #[error("{url} answered with status {status}, but not as a Podium site does; is the address right?")]
    NotPodium {
        /// What was asked for.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// A local file cannot be read.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// The wait for a score ended before the score came.
    #[error("there is no score after {} seconds; the submission is safe, ask for it again later", .0.as_secs())]
    NoScoreYet(Duration),
}

impl ClientError {
    /// The code of the problem, if the server said no.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            _ => None,
        }
    }

    /// Whether trying the same again may help.
    fn is_passing(&self) -> bool {
        match self {
            Self::Connection { error, .. } => !matches!(error, ureq::Error::BadUri(_) | ureq::Error::Tls(_)),
            Self::Problem(problem) => matches!(problem.status, 502..=504),
            Self::NotPodium { status, .. } => matches!(status, 502..=504),
            _ => false,
        }
    }
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were handed to the network.
    pub sent: u64,
    /// All bytes.
    pub total: u64,
}

/// A site, and who speaks to it.
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
    allows_plain: bool,
    /// Cookie of a session, instead of a token.
    cookie: Option<String>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base).field("has_token", &self.token.is_some()).finish()
    }
}

/// A body that can be made again for each try.
pub(crate) enum Content<'a> {
    Nothing,
    Json(&'a serde_json::Value),
    /// Bytes of a known length and type; the function opens them anew.
    Stream {
        kind: String,
        bytes: Option<u64>,
        open: &'a mut dyn FnMut() -> io::Result<Box<dyn Read>>,
    },
}

pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) content: Content<'a>,
    pub(crate) idempotency_key: Option<&'a str>,
    /// A second arrival changes nothing.
    pub(crate) is_repeatable: bool,
    /// How long the answer may take to begin.
    pub(crate) wait: Duration,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: String) -> Self {
        Self::new(Method::GET, path, Content::Nothing)
    }

    pub(crate) fn new(method: Method, path: String, content: Content<'a>) -> Self {
        let is_repeatable = method != Method::POST;
        Self { method, path, content, idempotency_key: None, is_repeatable, wait: ANSWER_WAIT }
    }

    /// The same with a key by which the server knows a second arrival.
    pub(crate) fn with_key(self, key: &'a str) -> Self {
        Self { idempotency_key: Some(key), is_repeatable: true, ..self }
    }

    /// The same, where the server reads all data of a competition before it answers.
    pub(crate) fn patient(self) -> Self {
        Self { wait: PATIENT_WAIT, ..self }
    }

    /// The same, where a second arrival changes nothing.
    pub(crate) fn repeatable(self) -> Self {
        Self { is_repeatable: true, ..self }
    }
}

impl Client {
    /// A client of the site at `base`. Without a token only what anonymous visitors may do.
    ///
    /// # Errors
    /// [`ClientError::Address`] when `base` is no address.
    pub fn new(base: &str, token: Option<String>) -> Result<Self, ClientError> {
        let trimmed = base.trim().trim_end_matches('/').trim_end_matches("/api/v1").to_owned();
        let has_host = |rest: &str| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace);
        if !["http://", "https://"].iter().any(|scheme| trimmed.strip_prefix(scheme).is_some_and(has_host)) {
            return Err(ClientError::Address(base.to_owned()));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(USER_AGENT)
            .timeout_connect(Some(Duration::from_secs(10)))
            .tls_config(ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build())
            .build();
        Ok(Self { agent: config.new_agent(), base: trimmed, token, allows_plain: false, cookie: None })
    }

    /// Lets the token travel over plain HTTP, for a class in one room.
    #[must_use]
    pub fn allowing_plain_http(self) -> Self {
        Self { allows_plain: true, ..self }
    }

    /// The site's address, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Signs in with name and password: a client that speaks as that account, in a session of its own. Joining a
    /// competition and making tokens need one; a token cannot do that. End it with [`Client::sign_out`].
    ///
    /// # Errors
    /// [`ClientError`]; a wrong name or password is a problem with the status 401.
    pub fn sign_in(&self, login: &str, password: &str) -> Result<Self, ClientError> {
        let body = serde_json::json!({ "login": login, "password": password });
        let response = self.send(Call::new(Method::POST, "/sessions".to_owned(), Content::Json(&body)))?;
        let cookies = response.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let cookie = cookies.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ");
        Ok(Self {
            agent: self.agent.clone(),
            base: self.base.clone(),
            token: None,
            allows_plain: self.allows_plain,
            cookie: Some(cookie),
        })
    }

    /// Ends the session of [`Client::sign_in`].
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn sign_out(self) -> Result<(), ClientError> {
        self.done(Call::new(Method::DELETE, "/sessions/current".to_owned(), Content::Nothing))
    }

    /// Makes an API token of the account that is signed in; it ends after `days` days.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn create_token(&self, name: &str, scopes: &[&str], days: u32) -> Result<String, ClientError> {
        #[derive(serde::Deserialize)]
        struct Made {
            token: String,
        }
        let body = serde_json::json!({ "name": name, "scopes": scopes, "expires_in_days": days });
        let call = Call::new(Method::POST, "/me/tokens".to_owned(), Content::Json(&body));
        self.json::<Made>(call).map(|made| made.token)
    }

    /// Sends a call, again where that is safe, and reads the JSON answer.
    pub(crate) fn json<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, ClientError> {
        let path = call.path.clone();
        let mut response = self.send(call)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        let body = body.map_err(|error| ClientError::Connection { url: self.base.clone(), error })?;
        serde_json::from_slice(&body).map_err(|_| ClientError::NotPodium { url: self.url(&path), status })
    }

    /// Sends a call whose answer is a file.
    pub(crate) fn bytes(&self, call: Call<'_>) -> Result<Vec<u8>, ClientError> {
        let mut response = self.send(call)?;
        let body = response.body_mut().with_config().limit(FILE_BYTES_MAX).read_to_vec();
        body.map_err(|error| ClientError::Connection { url: self.base.clone(), error })
    }

    /// Sends a call and writes the file that is its answer as it comes; how many bytes.
    pub(crate) fn download(&self, call: Call<'_>, to: &mut dyn io::Write) -> Result<u64, ClientError> {
        let path = call.path.clone();
        let mut response = self.send(call)?;
        let copied = io::copy(&mut response.body_mut().as_reader(), to);
        copied.map_err(|error| ClientError::File { path: self.url(&path), error })
    }

    /// Sends a call whose answer has no body that matters.
    pub(crate) fn done(&self, call: Call<'_>) -> Result<(), ClientError> {
        self.send(call).map(drop)
    }

    fn send(&self, mut call: Call<'_>) -> Result<Response<Body>, ClientError> {
        let mut waits = RETRY_WAITS.into_iter();
        loop {
            let (error, asked) = match self.try_once(&mut call) {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            if !call.is_repeatable || !error.is_passing() {
                return Err(error);
            }
            let Some(wait) = waits.next() else { return Err(error) };
            sleep(asked.map_or(wait, |asked| asked.min(RETRY_AFTER_MAX)));
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.base)
    }

    /// Scheme and host, without the path of a site that lies below one.
    fn origin(&self) -> &str {
        let host = self.base.find("://").map_or(0, |at| at + 3);
        let end = self.base.get(host..).and_then(|rest| rest.find('/')).map_or(self.base.len(), |at| host + at);
        self.base.get(..end).unwrap_or(&self.base)
    }

    fn is_local(&self) -> bool {
        let rest = self.base.strip_prefix("http://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        ["localhost", "127.0.0.1", "[::1]"].contains(&name)
    }

    fn try_once(&self, call: &mut Call<'_>) -> Result<Response<Body>, (ClientError, Option<Duration>)> {
        let url = self.url(&call.path);
        let mut request = ureq::http::Request::builder().method(call.method.clone()).uri(&url);
        let is_secret = self.token.is_some() || self.cookie.is_some() || call.path == "/sessions";
        if is_secret && self.base.starts_with("http://") && !self.is_local() && !self.allows_plain {
            return Err((ClientError::Insecure(self.base.clone()), None));
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie).header(ORIGIN, self.origin());
        }
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = call.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let refused = |error: ureq::Error| (ClientError::Connection { url: self.base.clone(), error }, None);
        let body = match &mut call.content {
            Content::Nothing => SendBody::none(),
            Content::Json(value) => {
                request = request.header(CONTENT_TYPE, "application/json");
                SendBody::from_owned_reader(io::Cursor::new(value.to_string().into_bytes()))
            }
            Content::Stream { kind, bytes, open } => {
                request = request.header(CONTENT_TYPE, kind.as_str());
                if let Some(bytes) = bytes {
                    request = request.header(CONTENT_LENGTH, *bytes);
                }
                let reader = open().map_err(|error| (ClientError::File { path: kind.clone(), error }, None))?;
                SendBody::from_owned_reader(reader)
            }
        };
        let request = request.body(body).map_err(|error| refused(error.into()))?;
        let request = self.agent.configure_request(request).timeout_recv_response(Some(call.wait)).build();
        let mut response = self.agent.run(request).map_err(refused)?;
        let status = response.status().as_u16();
        if (200..300).contains(&status) {
            return Ok(response);
        }
        let asked = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.parse().ok())
            .map(Duration::from_secs);
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().unwrap_or_default();
        let error = match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => ClientError::Problem(Box::new(problem)),
            Err(_) => ClientError::NotPodium { url, status },
        };
        Err((error, asked))
    }
}

/// One part of a path: everything but letters, digits and `-._~` is escaped.
pub(crate) fn segment(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A path of several parts; the slashes stay.
pub(crate) fn segments(path: &str) -> String {
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}
