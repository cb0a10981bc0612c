//! `podium export`: what a host takes out of a competition, as files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use podium_client::EntryFilter;

use super::remote::{Site, refused};

/// Download what a host needs outside of the site
#[derive(clap::Args)]
#[command(after_help = "\
Needs a host's token in PODIUM_TOKEN:

  podium export entries --to https://podium.example.org solar-cells
  podium export participants --to https://podium.example.org solar-cells")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The files of the entries as one ZIP, with an index that has their scores
    Entries {
        #[command(flatten)]
        from: From,
        /// Only those of the team with this number
        #[arg(long)]
        team: Option<i64>,
        /// Only those in this state, like scored
        #[arg(long)]
        state: Option<String>,
    },
    /// Everybody who asked, was invited or takes part, with their answers, as CSV
    Participants {
        #[command(flatten)]
        from: From,
    },
}

#[derive(clap::Args)]
struct From {
    #[command(flatten)]
    site: Site,
    /// The competition's name in its address
    slug: String,
    /// Where to write it; SLUG-entries.zip or SLUG-participants.csv here when left out
    #[arg(long, short)]
    output: Option<PathBuf>,
}

/// Downloads and writes it.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.what {
        What::Entries { from, team, state } => {
            let client = from.site.signed_in()?;
            let filter = EntryFilter { team, state };
            let path = from.output.unwrap_or_else(|| PathBuf::from(format!("{}-entries.zip", from.slug)));
            write(&path, |file| client.export_entries(&from.slug, &filter, file).map(drop))
        }
        What::Participants { from } => {
            let client = from.site.signed_in()?;
            let path = from.output.unwrap_or_else(|| PathBuf::from(format!("{}-participants.csv", from.slug)));
            write(&path, |file| client.export_participants(&from.slug, file).map(drop))
        }
    }
}

/// Fills a file beside `path` that gets its name when it is whole.
fn write(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), podium_client::ClientError>,
) -> anyhow::Result<ExitCode> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let partial = tempfile::NamedTempFile::new_in(folder).with_context(|| folder.display().to_string())?;
    let mut file = BufWriter::new(partial);
    if let Err(error) = fill(&mut file) {
        return refused(&error, false);
    }
    let partial = file.into_inner().map_err(|error| error.into_error())?;
    File::sync_all(partial.as_file())?;
    partial.persist(path).with_context(|| path.display().to_string())?;
    say!("{}", path.display())?;
    Ok(ExitCode::SUCCESS)
}
