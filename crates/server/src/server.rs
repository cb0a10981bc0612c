//! Starting and stopping: the listeners, the workers, and the order in which they end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use anyhow::Context;
use podium_store::{Db, Options};
use tokio::signal::unix;

use crate::app::{self, AppState};
use crate::backup::{self, Scope};
use crate::chores;
use crate::clock::Clock;
use crate::config::Config;
use crate::live::feed;
use crate::mail;
use crate::metrics::Metrics;
use crate::problem::{ApiError, Code};
use crate::tls::{self, Certificate};

/// Opens the database of these settings.
pub fn open_db(config: &Config) -> anyhow::Result<Db> {
    std::fs::create_dir_all(&config.data).with_context(|| format!("data directory {}", config.data.display()))?;
    let options = Options { readers: config.database_connections, ..Options::default() };
    Ok(Db::open(&config.database_url(), &options)?)
}

/// Opens the database of a site that must be there already: a misspelt directory is not made.
pub fn open_existing_db(config: &Config) -> anyhow::Result<Db> {
    anyhow::ensure!(config.data.is_dir(), "there is no data directory {}; name it with --data", config.data.display());
    if config.database_url.is_none() {
        let file = config.data.join("podium.db");
        anyhow::ensure!(file.is_file(), "{} is not there: this is not the data directory of a site", file.display());
    }
    open_db(config)
}

/// Serves until SIGINT or SIGTERM, then stops in order.
pub fn serve(config: Config) -> anyhow::Result<()> {
    actix_web::rt::System::new().block_on(run(config))
}

/// Runs jobs without serving, beside a `serve --no-worker` on the same PostgreSQL and the same files, until a signal.
pub fn work(mut config: Config) -> anyhow::Result<()> {
    config.worker = true;
    actix_web::rt::System::new().block_on(async {
        let db = open_db(&config)?;
        anyhow::ensure!(!db.needs_migration()?, "the database is older than this program; run 'podium migrate'");
        let state = web::Data::new(AppState::new(config, Clock::System, db)?);
        tracing::info!("working; requests are served elsewhere");
        let jobs = actix_web::rt::spawn(background(state.clone()));
        signal(&state).await;
        state.shutdown.cancel();
        jobs.await?;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Brings the database of an older program up to date, after a backup of it.
fn upgrade(config: &Config, db: &Db) -> anyhow::Result<()> {
    if db.needs_migration()? && !db.migrations()?.is_empty() {
        let now = Clock::System.now();
        let folder = config.data.join("backups");
        std::fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
        let to = folder.join(crate::cli::backup::backup_name(&now.to_string()));
        backup::make(db, &config.data, &to, Scope::Database, now)?;
        tracing::info!(file = %to.display(), "backed up the database before the upgrade");
    }
    for name in db.migrate()? {
        tracing::info!(name, "migrated");
    }
    Ok(())
}

async fn run(config: Config) -> anyhow::Result<()> {
    let db = open_db(&config)?;
    upgrade(&config, &db)?;
    let state = web::Data::new(AppState::new(config, Clock::System, db)?);
    let config = &state.config;
    let threads = match config.http_threads {
        0 => std::thread::available_parallelism().map_or(1, Into::into),
        threads => threads,
    };
    let certificate = Certificate::of(config)?;
    // Before anybody can know that the server is there: until then SIGHUP ends the program.
    let hangups = unix::signal(unix::SignalKind::hangup()).context("SIGHUP cannot be followed")?;
    let shared = state.clone();
    let server = HttpServer::new(move || app::build(shared.clone()))
        .workers(threads)
        .max_connections(config.connections)
        .shutdown_timeout(config.shutdown_secs)
        .disable_signals();
    let server = match &certificate {
        Some(certificate) => server.bind_rustls_0_23(config.listen, certificate.protocol()?),
        None => server.bind(config.listen),
    };
    let server = server.with_context(|| format!("cannot listen on {}", config.listen))?;
    for address in server.addrs() {
        tracing::info!("listening on {}", address_to_open(config, &address));
    }
    print_setup_link(&state, server.addrs().first().copied()).await?;
    // Debug builds read the front end from disk at each request, and compress fifty times slower.
    if !cfg!(debug_assertions) {
        std::thread::spawn(crate::web::compress);
    }
    let jobs = actix_web::rt::spawn(background(state.clone()));
    let server = server.run();
    let metrics = config.metrics_listen.map(|address| serve_metrics(address, state.metrics.clone())).transpose()?;
    let redirect = match (config.redirect_listen, config.public_url.clone()) {
        (Some(address), Some(site)) => Some(serve_redirect(address, site, &config.base_path)?),
        _ => None,
    };
    let hangups = actix_web::rt::spawn(follow_certificate(certificate, hangups));
    let handle = server.handle();
    let stopper = actix_web::rt::spawn(stop_at_signal(state.clone(), handle));
    server.await?;
    stopper.abort();
    hangups.abort();
    // Without a signal the server ended by itself; the rest follows.
    state.shutdown.cancel();
    jobs.await?;
    for other in [metrics, redirect].into_iter().flatten() {
        other.stop(false).await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// What runs beside the requests until shutdown: the feed of events and, if they are to run here, the jobs.
async fn background(state: web::Data<AppState>) {
    let feed = feed::run(state.db.clone(), state.live.clone(), state.boards.clone());
    let limit = Duration::from_secs(state.config.shutdown_secs);
    let jobs = async {
        if state.config.worker {
            state.worker().run(state.config.worker_threads, state.shutdown.clone(), limit).await;
        }
    };
    let mail = async {
        if state.config.worker {
            mail::run(&state, state.shutdown.clone()).await;
        }
    };
    tokio::join!(feed, jobs, mail, chores::run(&state));
}

/// Says first that this server takes no more work, then ends streams, then waits for requests and jobs.
async fn stop_at_signal(state: web::Data<AppState>, server: ServerHandle) {
    signal(&state).await;
    state.shutdown.cancel();
    server.stop(true).await;
}

/// Waits for SIGINT or SIGTERM.
async fn signal(state: &AppState) {
    let terminated = async {
        match unix::signal(unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await.map_or((), |()| ()),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    tracing::info!("stopping; requests and jobs in progress get {} s", state.config.shutdown_secs);
}

/// Reads the certificate again at SIGHUP and when its files change. Without a certificate SIGHUP does nothing; it would
/// end the program.
async fn follow_certificate(certificate: Option<Arc<Certificate>>, mut hangups: unix::Signal) {
    let Some(certificate) = certificate else {
        while hangups.recv().await.is_some() {}
        return;
    };
    loop {
        tokio::select! {
            _ = hangups.recv() => certificate.reload(),
            () = tokio::time::sleep(tls::LOOK) => certificate.reload_if_changed(),
        }
    }
}

fn address_to_open(config: &Config, address: &SocketAddr) -> String {
    let scheme = if config.serves_tls() { "https" } else { "http" };
    config.site_url().unwrap_or_else(|| match address.ip().is_loopback() || address.ip().is_unspecified() {
        true => format!("{scheme}://localhost:{}{}", address.port(), config.base_path),
        false => format!("{scheme}://{address}{}", config.base_path),
    })
}

/// While there is no account: the link with which the first administrator is made.
async fn print_setup_link(state: &AppState, address: Option<SocketAddr>) -> anyhow::Result<()> {
    let none = !state.db.read::<_, podium_store::StoreError, _>(podium_store::users::exist).await?;
    if let (true, Some(code), Some(address)) = (none, state.setup.text(), address) {
        let site = address_to_open(&state.config, &address);
        tracing::info!("no account yet; make the first administrator: {site}/setup?code={code}");
    }
    Ok(())
}

fn serve_metrics(address: SocketAddr, metrics: Metrics) -> anyhow::Result<ServerHandle> {
    let server = HttpServer::new(move || {
        let metrics = metrics.clone();
        App::new().route(
            "/metrics",
            web::get().to(move || {
                let text = metrics.text();
                async move {
                    match text {
                        Ok(text) => HttpResponse::Ok()
                            .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
                            .body(text),
                        Err(_) => HttpResponse::InternalServerError().finish(),
                    }
                }
            }),
        )
    })
    .workers(1)
    .disable_signals()
    .bind(address)
    .with_context(|| format!("cannot listen on {address} for metrics"))?
    .run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(handle)
}

/// Answers plain http with the same path at `site`. Not so the API: a program would follow, and go on sending its token in
/// clear without anybody's noticing.
fn serve_redirect(address: SocketAddr, site: String, base_path: &str) -> anyhow::Result<ServerHandle> {
    let told = site.clone();
    let base_path = base_path.to_owned();
    let server = HttpServer::new(move || {
        let (site, base_path) = (site.clone(), base_path.clone());
        App::new().default_service(web::to(move |request: HttpRequest| {
            let inner = request.path().strip_prefix(base_path.as_str());
            let is_api = inner.is_some_and(|path| path == "/api" || path.starts_with("/api/"));
            let response = if is_api {
                let detail = format!(
                    "The API is at {site}{base_path} alone. What was sent to this address could be read on its way: if a \
                     token or a password was in it, replace it."
                );
                ApiError::new(Code::HttpsRequired, detail).to_response("", &base_path)
            } else {
                let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
                HttpResponse::PermanentRedirect().insert_header((header::LOCATION, format!("{site}{path}"))).finish()
            };
            async move { response }
        }))
    })
    .workers(1)
    .disable_signals()
    .bind(address)
    .with_context(|| format!("cannot listen on {address} for plain http"))?;
    for address in server.addrs() {
        tracing::info!("plain http on {address} is sent to {told}");
    }
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(handle)
}
