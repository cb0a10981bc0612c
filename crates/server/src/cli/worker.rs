//! `podium worker`: runs jobs beside `podium serve --no-worker`, on the same PostgreSQL and the same files.

use std::process::ExitCode;

use super::serve::Settings;

/// Settings of the server
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: Settings,
}

/// Works until a signal.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.settings.load()?;
    config.check()?;
    crate::telemetry::start_log(&config)?;
    crate::server::work(config)?;
    Ok(ExitCode::SUCCESS)
}
