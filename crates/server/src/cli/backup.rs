//! `podium backup`: everything the site holds, in one file.

use std::path::PathBuf;
use std::process::ExitCode;

use super::serve::Settings;
use crate::backup::{self, Scope};
use crate::clock::Clock;

/// Back the site up
#[derive(clap::Args)]
#[command(after_help = "\
The site may run meanwhile: the backup shows one moment, with every entry that was accepted before it began. It holds the
hidden labels and the keys of the site, so keep it as safe as the site. It is read back and checked before it gets its name.

Examples:
  podium backup                                 podium-backup-2026-12-01T12-00-00.123456Z.tar
  podium backup --to /var/backups/monday.tar
  podium backup --check monday.tar              is it whole?")]
pub struct Args {
    /// The file to write; else its name tells the time
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    to: Option<PathBuf>,
    /// The database alone, without files and keys
    #[arg(long, conflicts_with = "check")]
    database_only: bool,
    /// Check a backup instead of making one
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// Makes or checks a backup and says what it holds.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (path, summary) = match args.check {
        Some(path) => {
            let summary = backup::verify(&path)?;
            (path, summary)
        }
        None => {
            let config = args.settings.load()?;
            let db = crate::server::open_existing_db(&config)?;
            let now = Clock::System.now();
            let path = args.to.unwrap_or_else(|| backup_name(&now.to_string()).into());
            let scope = if args.database_only { Scope::Database } else { Scope::Site };
            let summary = backup::make(&db, &config.data, &path, scope, now)?;
            (path, summary)
        }
    };
    let backup::Summary { head, files, bytes } = summary;
    say!("{}: {} rows, {files} files ({bytes} bytes), as of {}", path.display(), head.rows, head.made_at)?;
    say!("export hash {}", head.export_sha256)?;
    Ok(ExitCode::SUCCESS)
}

/// A name that every file system takes.
pub(crate) fn backup_name(time: &str) -> String {
    format!("podium-backup-{}.tar", time.replace(':', "-"))
}
