//! `podium migrate`: brings the database's tables up to date.

use std::process::ExitCode;

use super::serve::Settings;

/// Settings of the server
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    settings: Settings,
}

/// Migrates and says what ran.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.settings.load()?;
    let db = crate::server::open_db(&config)?;
    let ran = db.migrate()?;
    match ran.len() {
        0 => say!("The database is up to date.")?,
        _ => ran.iter().try_for_each(|name| say!("{name}"))?,
    }
    Ok(ExitCode::SUCCESS)
}
