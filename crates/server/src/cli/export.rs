//! `podium export`: what a host takes out of a competition, as files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use podium_client::EntryFilter;

use super::remote::{Site, save};

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
            save(&path, |file| client.export_entries(&from.slug, &filter, file).map(drop))
        }
        What::Participants { from } => {
            let client = from.site.signed_in()?;
            let path = from.output.unwrap_or_else(|| PathBuf::from(format!("{}-participants.csv", from.slug)));
            save(&path, |file| client.export_participants(&from.slug, file).map(drop))
        }
    }
}
