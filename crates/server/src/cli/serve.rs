//! `podium serve`: runs the server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::Config;

/// Settings that several commands take; they win over the file and the environment.
#[derive(clap::Args)]
pub struct Settings {
    /// Configuration file
    #[arg(long, env = "PODIUM_CONFIG")]
    config: Option<PathBuf>,
    /// Directory of everything the server keeps
    #[arg(long)]
    data: Option<PathBuf>,
    /// postgres://… or sqlite:FILE
    #[arg(long)]
    database_url: Option<String>,
}

impl Settings {
    /// Reads file, environment and these arguments. Not yet checked.
    pub fn load(self) -> anyhow::Result<Config> {
        // Names and values that are not UTF-8 are not ours.
        let environment = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        let mut config = Config::load(self.config.as_deref(), environment)?;
        if let Some(data) = self.data {
            config.data = data;
        }
        if let Some(url) = self.database_url {
            config.database_url = Some(url);
        }
        Ok(config)
    }
}

/// Settings of the server
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: Settings,
    /// Address and port to listen on
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Do not run jobs here; `podium worker` does
    #[arg(long)]
    no_worker: bool,
    /// Allow sessions over plain http from other machines, on a network you trust
    #[arg(long)]
    insecure_http: bool,
}

/// Serves until a signal.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut config = args.settings.load()?;
    if let Some(listen) = args.listen {
        config.listen = listen;
    }
    config.worker &= !args.no_worker;
    config.insecure_http |= args.insecure_http;
    config.check()?;
    crate::telemetry::start_log(&config)?;
    crate::server::serve(config)?;
    Ok(ExitCode::SUCCESS)
}
