//! A server of one test, with callers of every kind and a clock that stands still until it is set.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_http::Request;
use actix_web::dev::Service;
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service};
use actix_web::{HttpResponse, body, web};
use bytes::Bytes;
use chrono::TimeDelta;
use podium_server::app::{self, AppState};
use podium_server::auth::{api_token, session};
use podium_server::clock::Clock;
use podium_server::config::Config;
use podium_store::sessions::NewSession;
use podium_store::testing::{Kind, TestDb};
use podium_store::tokens::{NewApiToken, Scope};
use podium_store::types::{Json, Language, Text, UserRole, UtcTime};
use podium_store::users::{AccountError, NewUser, User};
use podium_store::{StoreError, sessions, tokens, users};
use serde_json::Value;

type Answering = Pin<Box<dyn Future<Output = HttpResponse>>>;

/// The application of one test. Nothing of it is shared with another test.
pub struct TestApp {
    pub state: web::Data<AppState>,
    service: Rc<dyn Fn(Request) -> Answering>,
    // Dropped after the state that uses them.
    _db: TestDb,
    _folder: tempfile::TempDir,
}

/// A response, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{} is not JSON ({e}): {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body of a response that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem of a response that must have this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"), "{problem}");
        problem
    }
}

impl TestApp {
    /// On SQLite, with the default settings, on 1 December 2026 at noon UTC.
    pub async fn new() -> Self {
        Self::with(Kind::Sqlite, |_| ()).await
    }

    /// On this database, with changed settings.
    pub async fn with(kind: Kind, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = TestDb::new(kind);
        let mut config = Config { data: folder.path().join("data"), ..Config::default() };
        change(&mut config);
        config.check().unwrap();
        let clock = Clock::manual("2026-12-01T12:00:00Z".parse().unwrap());
        let state = web::Data::new(AppState::new(config, clock, db.again()).unwrap());
        let service = Rc::new(init_service(app::build(state.clone())).await);
        let service = move |request: Request| -> Answering {
            let service = Rc::clone(&service);
            Box::pin(async move {
                match service.call(request).await {
                    Ok(response) => response.into_parts().1.map_into_boxed_body(),
                    Err(error) => error.error_response(),
                }
            })
        };
        Self { state, service: Rc::new(service), _db: db, _folder: folder }
    }

    pub fn now(&self) -> UtcTime {
        self.state.clock.now()
    }

    /// Moves the clock.
    pub fn pass(&self, time: TimeDelta) {
        self.state.clock.set(self.now().plus(time));
    }

    /// Moves the clock to this instant.
    pub fn at(&self, time: &str) {
        self.state.clock.set(time.parse().unwrap());
    }

    /// Nobody.
    pub fn anonymous(&self) -> Client<'_> {
        Client { app: self, user: None, credential: Credential::None }
    }

    /// A participant, signed in.
    pub async fn user(&self, name: &str) -> Client<'_> {
        self.account(name, UserRole::Participant).await
    }

    /// Someone who may create competitions, signed in.
    pub async fn host(&self, name: &str) -> Client<'_> {
        self.account(name, UserRole::Host).await
    }

    /// An administrator, signed in.
    pub async fn admin(&self, name: &str) -> Client<'_> {
        self.account(name, UserRole::Admin).await
    }

    async fn account(&self, name: &str, role: UserRole) -> Client<'_> {
        let new = NewUser {
            name: Text::new(name).unwrap(),
            email: None,
            password_hash: None,
            role,
            language: Language::En,
            created_at: self.now(),
        };
        let user = self.state.db.write::<_, AccountError, _>(move |conn| users::create(conn, &new)).await.unwrap();
        self.sign_in(user).await
    }

    /// A new session of `user`.
    pub async fn sign_in(&self, user: User) -> Client<'_> {
        let now = self.now();
        let end = now.plus(TimeDelta::days(self.state.config.session_days.into()));
        let token = self.state.session_keys.issue(user.id, now, end).unwrap();
        let new = NewSession {
            key_hash: token.key_hash,
            user_id: user.id,
            user_agent: Text::lossy("a test"),
            created_at: now,
            expires_at: end,
        };
        self.state.db.write::<_, StoreError, _>(move |conn| sessions::start(conn, &new)).await.unwrap();
        let name = session::cookie_name(&self.state.config);
        Client { app: self, user: Some(user), credential: Credential::Cookie(format!("{name}={}", token.token)) }
    }
}

#[derive(Clone)]
enum Credential {
    None,
    Cookie(String),
    Bearer(String),
}

/// A caller: a browser's page, or a program with a token.
#[derive(Clone)]
pub struct Client<'a> {
    pub app: &'a TestApp,
    pub user: Option<User>,
    credential: Credential,
}

impl<'a> Client<'a> {
    /// A program of the same person, with a token of these scopes.
    pub async fn token(&self, scopes: &[Scope]) -> Client<'a> {
        let user = self.user.clone().unwrap();
        let token = api_token::issue().unwrap();
        let now = self.app.now();
        let new = NewApiToken {
            user_id: user.id,
            name: Text::lossy("a test"),
            token_hash: token.hash,
            scopes: Json::new(&scopes.to_vec()).unwrap(),
            created_at: now,
            expires_at: now.plus(TimeDelta::days(90)),
            competition_id: None,
        };
        self.app.state.db.write::<_, StoreError, _>(move |conn| tokens::create(conn, &new)).await.unwrap();
        Client { app: self.app, user: Some(user), credential: Credential::Bearer(token.text) }
    }

    /// The same caller with another cookie header.
    pub fn with_cookie(&self, cookie: &str) -> Client<'a> {
        Client { credential: Credential::Cookie(cookie.to_owned()), ..self.clone() }
    }

    /// A program with this token, whatever it is.
    pub fn with_bearer(&self, token: &str) -> Client<'a> {
        Client { credential: Credential::Bearer(token.to_owned()), ..self.clone() }
    }

    /// A request as this caller sends it. Paths begin at the root.
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        let request = TestRequest::default().method(method).uri(path).insert_header((header::HOST, "podium.test"));
        match &self.credential {
            Credential::None => request.insert_header(("sec-fetch-site", "same-origin")),
            Credential::Cookie(cookie) => request
                .insert_header(("sec-fetch-site", "same-origin"))
                .insert_header((header::COOKIE, cookie.as_str())),
            Credential::Bearer(token) => request.insert_header((header::AUTHORIZATION, format!("Bearer {token}"))),
        }
    }

    pub async fn send(&self, request: TestRequest) -> Answer {
        self.send_built(request.to_request()).await
    }

    /// A request whose body is not one piece.
    pub async fn send_built(&self, request: Request) -> Answer {
        let (head, body) = self.open(request).await.into_parts();
        let body = body::to_bytes(body).await.unwrap_or_else(|e| panic!("the body broke off: {e}"));
        Answer { status: head.status(), headers: head.headers().clone(), body }
    }

    /// The response as it begins; its body may never end.
    pub async fn open(&self, request: Request) -> HttpResponse {
        (self.app.service)(request).await
    }

    /// `path` below `/api/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, &api(path))).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, &api(path))).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, &api(path)).set_json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, &api(path)).set_json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, &api(path)).set_json(body)).await
    }
}

fn api(path: &str) -> String {
    format!("/api/v1{path}")
}
