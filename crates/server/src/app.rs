//! The application: its state, and [`build`], the one place where routes are put together.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, web};
use chrono::TimeDelta;
use podium_store::{Db, StoreError};
use thiserror::Error;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::keys::KeyError;
use crate::auth::password::Hasher;
use crate::auth::session::SessionKeys;
use crate::auth::totp::FactorKey;
use crate::blobs::{self, PublicBlobs, SealedBlobs};
use crate::board::registry::Boards;
use crate::clock::Clock;
use crate::config::Config;
use crate::envelope::envelope;
use crate::fallback::fallback;
use crate::live::Live;
use crate::mail::links::MailKey;
use crate::mail::{MailError, Mailer};
use crate::metrics::Metrics;
use crate::problem::{self, ApiError, ApiResult, Code};
use crate::receipt::ReceiptKey;
use crate::solutions::Solutions;
use crate::worker::Worker;
use crate::{api, health, solutions, upload};

/// Each decodes a picture of up to 200 MB or reads a whole table.
const PREVIEWS: usize = 2;

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
    /// Derives the secrets of second factors.
    pub factor_key: FactorKey,
    /// Sends mail; none when no mail server is set.
    pub mailer: Option<Mailer>,
    /// Signs the links that switch mail off.
    pub mail_key: MailKey,
    /// Signs what is promised about an accepted file.
    pub receipt_key: ReceiptKey,
    /// Events for open pages.
    pub live: Live,
    /// The leaderboards in memory.
    pub boards: Boards,
    /// The solutions in memory.
    pub solutions: Solutions,
    /// Previews and thumbnails that may be made at the same time.
    pub previews: Semaphore,
    /// Rung when there is a new job.
    pub queue: Arc<Notify>,
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
    /// The mail server's settings.
    #[error(transparent)]
    Mail(#[from] MailError),
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
        let shutdown = CancellationToken::new();
        Ok(Self {
            live: Live::new(shutdown.clone()),
            boards: Boards::new(db.clone()),
            solutions: Solutions::new(db.clone(), sealed.clone(), solutions::CAPACITY),
            previews: Semaphore::new(PREVIEWS),
            queue: Arc::new(Notify::new()),
            session_keys: SessionKeys::open(&config.data.join("keys"))?,
            hasher: Hasher::new(config.hash_threads, config.hash_queue)?,
            factor_key: FactorKey::open(&config.data.join("keys"))?,
            mailer: Mailer::new(&config)?,
            mail_key: MailKey::open(&config.data.join("keys"))?,
            receipt_key: ReceiptKey::open(&config.data.join("keys"))?,
            setup: api::setup::SetupCode::new()?,
            shutdown,
            metrics: Metrics::default(),
            blobs,
            sealed,
            db,
            clock,
            config,
        })
    }

    /// A worker on this state.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker {
            db: self.db.clone(),
            blobs: self.blobs.clone(),
            solutions: self.solutions.clone(),
            boards: self.boards.clone(),
            live: self.live.clone(),
            clock: self.clock.clone(),
            metrics: self.metrics.clone(),
            queue: Arc::clone(&self.queue),
            lease: TimeDelta::seconds(i64::try_from(self.config.job_lease_secs).unwrap_or(i64::MAX / 1_000)),
        }
    }

    /// Refuses uploads before the disk is full, so that the database can still be written.
    pub fn check_space(&self) -> ApiResult<()> {
        let free = self.blobs.free_bytes().map_err(upload::disk_error)?;
        if free < self.config.free_space_bytes {
            tracing::error!(free, least = self.config.free_space_bytes, "the disk is nearly full; uploads are refused");
            return Err(ApiError::from(Code::StorageFull).retry_after_secs(60));
        }
        Ok(())
    }

    /// The limits of an upload of at most so many bytes.
    #[must_use]
    pub fn upload_limits(&self, bytes: u64) -> upload::Limits {
        upload::Limits {
            bytes,
            idle: Duration::from_secs(self.config.upload_idle_secs),
            total: Duration::from_secs(self.config.upload_total_secs),
            rate: self.config.upload_bytes_per_sec,
        }
    }
}

/// The whole application, for the program and for tests.
pub fn build(
    state: web::Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(state)
        .app_data(problem::json_config())
        .app_data(problem::path_config())
        .app_data(problem::query_config())
        .into_utoipa_app()
        .configure(routes)
        .into_app()
        .wrap(from_fn(envelope))
}

fn routes(app: &mut ServiceConfig<'_>) {
    app.map(|app| app.service(health::healthz).service(health::readyz))
        .service(utoipa_actix_web::scope("/api/v1").configure(api::routes))
        .default_service(web::to(fallback));
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
    App::new().into_utoipa_app().openapi(Podium::openapi()).configure(routes).split_for_parts().1
}
