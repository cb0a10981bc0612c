//! `podium archive`: the closing archive of a competition, as a file.

use std::path::PathBuf;
use std::process::ExitCode;

use super::remote::{Site, save};

/// Download the closing archive of a competition
#[derive(clap::Args)]
#[command(after_help = "\
Needs a host's token in PODIUM_TOKEN, and works once the private leaderboard is out:

  podium archive --to https://podium.example.org solar-cells

Unpack the file anywhere and open index.html; it needs no server.")]
pub struct Args {
    #[command(flatten)]
    site: Site,
    /// The competition's name in its address
    slug: String,
    /// Where to write it; SLUG-closing-archive.zip here when left out
    #[arg(long, short)]
    output: Option<PathBuf>,
}

/// Downloads and writes it.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let client = args.site.signed_in()?;
    let path = args.output.unwrap_or_else(|| PathBuf::from(format!("{}-closing-archive.zip", args.slug)));
    save(&path, |file| client.download_closing_archive(&args.slug, file).map(drop))
}
