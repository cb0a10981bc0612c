//! The application: its state, and [`configure`], the one place where routes are put together.

use std::io;

use actix_web::web;
use podium_store::{Db, StoreError};
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::keys::KeyError;
use crate::auth::password::Hasher;
use crate::auth::session::SessionKeys;
use crate::auth::throttle::Throttle;
use crate::blobs::{self, PublicBlobs, SealedBlobs};
use crate::clock::Clock;
use crate::config::Config;
use crate::metrics::Metrics;
use crate::problem::{self, ApiError};
use crate::{api, health};

/// What handlers share. One for the process.
pub struct AppState {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Files that responses may carry.
    pub blobs: PublicBlobs,
    /// Files that none may.
    pub sealed: SealedBlobs,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Signs sessions.
    pub session_keys: SessionKeys,
    /// Counters for the operator.
    pub metrics: Metrics,
    /// Failed sign-ins.
    pub sign_ins: Throttle,
    /// Sign-ups, setup codes.
    pub sign_ups: Throttle,
    /// Cancelled when the server stops: streams end, workers claim no more.
    pub shutdown: CancellationToken,
    /// The code of the setup link, while the site has no account.
    pub setup: api::setup::SetupCode,
}

/// Why the server cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The data directory.
    #[error("data directory {path}: {source}")]
    Data {
        /// Which.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Something inside.
    #[error(transparent)]
    Internal(#[from] ApiError),
}

impl AppState {
    /// Puts the state together on a migrated database, making the data directory and the keys where they are missing.
    pub fn new(config: Config, clock: Clock, db: Db) -> Result<Self, StartError> {
        let fault = |source| StartError::Data { path: config.data.display().to_string(), source };
        std::fs::create_dir_all(&config.data).map_err(fault)?;
        let (blobs, sealed) = blobs::open(&config.data).map_err(fault)?;
        Ok(Self {
            session_keys: SessionKeys::open(&config.data.join("keys"))?,
            hasher: Hasher::new(config.hash_threads, config.hash_queue)?,
            sign_ins: Throttle::new(config.sign_in_failures),
            sign_ups: Throttle::new(config.sign_ups),
            setup: api::setup::SetupCode::new()?,
            shutdown: CancellationToken::new(),
            metrics: Metrics::default(),
            blobs,
            sealed,
            db,
            clock,
            config,
        })
    }
}

/// All routes and what they need, for the program and for tests.
pub fn configure(state: web::Data<AppState>) -> impl FnOnce(&mut ServiceConfig<'_>) {
    move |app| {
        app.app_data(state)
            .app_data(problem::json_config())
            .app_data(problem::path_config())
            .app_data(problem::query_config())
            .configure(routes);
    }
}

fn routes(app: &mut ServiceConfig<'_>) {
    app.map(|app| app.service(health::healthz).service(health::readyz))
        .service(utoipa_actix_web::scope("/api/v1").configure(api::routes));
}

/// The document of the API, made from the handlers.
pub fn openapi() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(
        info(
            title = "Podium",
            description = "Machine-learning competitions: data, submissions, leaderboards, discussion. \
                           Errors are application/problem+json. Sign in with the session cookie of the browser, or with \
                           an API token as `Authorization: Bearer pdm_…`.",
        ),
        components(schemas(problem::Problem, problem::Code, problem::Fault))
    )]
    struct Podium;
    actix_web::App::new().into_utoipa_app().openapi(Podium::openapi()).configure(routes).split_for_parts().1
}
