//! `podium roster`: accounts for people without mail, from a CSV.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::remote::{Site, refused};

/// Make accounts from a CSV of people
#[derive(clap::Args)]
#[command(after_help = "\
Needs a host's token in PODIUM_TOKEN:

  podium roster --to https://podium.example.org solar-cells people.csv

The CSV has a column 'name', perhaps 'email' and 'team', and the competition's sign-up fields. People with the same team
are in it together once they join. All lines or none become accounts.
The links are shown once: whoever opens theirs sets a password and signs in, within 14 days.")]
pub struct Args {
    #[command(flatten)]
    site: Site,
    /// The competition's name in its address
    slug: String,
    /// The people
    people: PathBuf,
    /// Where to write the links, a new file; SLUG-links.csv here when left out
    #[arg(long, short)]
    output: Option<PathBuf>,
}

/// Sends the roster and keeps the links.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let people = fs::read(&args.people).with_context(|| args.people.display().to_string())?;
    let client = args.site.signed_in()?;
    let path = args.output.unwrap_or_else(|| PathBuf::from(format!("{}-links.csv", args.slug)));
    // Before anything is sent: links that cannot be written would be lost. They are as good as passwords.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("{}", path.display()))?;
    let links = match client.add_roster(&args.slug, &people) {
        Ok(links) => links,
        Err(error) => {
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
            return refused(&error, false);
        }
    };
    file.write_all(&links).and_then(|()| file.sync_all()).with_context(|| path.display().to_string())?;
    say!("{}", path.display())?;
    Ok(ExitCode::SUCCESS)
}
