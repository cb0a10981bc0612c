//! `podium restore`: a site from a backup.

use std::path::PathBuf;
use std::process::ExitCode;

use podium_store::dump::DumpError;

use super::serve::Settings;
use crate::backup;

/// Make a site from a backup
#[derive(clap::Args)]
#[command(after_help = "\
The data directory must be empty, and so must the database. The database need not be of the kind that the backup came from:
a backup is also the way from SQLite to PostgreSQL and back.

Examples:
  podium restore monday.tar --data podium-data
  podium restore monday.tar --data podium-data --database-url postgres://podium@localhost/podium")]
pub struct Args {
    /// The backup
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

/// Restores and says what is there now.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.settings.load()?;
    let unavailable = |error: anyhow::Error| DumpError::Io(std::io::Error::other(format!("{error:#}")));
    let open = || crate::server::open_db(&config).map_err(unavailable);
    let backup::Summary { head, files, .. } = backup::restore(&args.file, &config.data, open)?;
    say!("restored {} rows and {files} files, as of {}", head.rows, head.made_at)?;
    say!("start the site with: podium serve --data {}", config.data.display())?;
    Ok(ExitCode::SUCCESS)
}
