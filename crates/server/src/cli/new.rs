//! `podium new`: a competition folder from nothing, or from the CSV files that a host has.

use std::path::PathBuf;
use std::process::ExitCode;

use podium_bundle::scaffold::{self, NewError, Sources};

/// Make a competition folder
#[derive(clap::Args)]
#[command(after_help = "\
From your files it finds the id, the column to predict, the kind of task, the classes and a metric that suits them, and
writes each choice with its reason into competition.toml, where you can change it. A test file with labels is parted:
the labels become the hidden solution.csv, the rest data/test.csv. Nothing is ever overwritten.

Then answer the questions in overview.md, data.md and competition.toml, and run `podium check DIR`.

Exit status: 0 made; 1 the files do not fit together; 2 the folder is there already, or cannot be written.

Examples:
  podium new flowers --train train.csv --test test.csv --sample sample_submission.csv
  podium new photos --train train.csv --solution answers.csv
  podium new empty")]
pub struct Args {
    /// The folder to make; its name becomes the address of the competition
    dir: PathBuf,
    /// CSV of rows with labels, to learn from
    #[arg(long, value_name = "FILE")]
    train: Option<PathBuf>,
    /// CSV of the rows to predict, with their labels unless there is a --solution
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    /// CSV of a submission as participants shall send it
    #[arg(long, value_name = "FILE")]
    sample: Option<PathBuf>,
    /// CSV of ids and hidden labels, when the test file has none
    #[arg(long, value_name = "FILE")]
    solution: Option<PathBuf>,
    /// Name of the id column, when the guess is wrong
    #[arg(long, value_name = "NAME")]
    id: Option<String>,
    /// Name of the column to predict, when the guess is wrong
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Title; else made of the folder's name
    #[arg(long)]
    title: Option<String>,
    /// One sentence for the list of competitions
    #[arg(long, value_name = "SENTENCE")]
    summary: Option<String>,
    /// Licence of the data, like CC-BY-4.0
    #[arg(long, value_name = "NAME")]
    licence: Option<String>,
    /// Time zone of the dates, like Asia/Seoul
    #[arg(long, default_value = "UTC")]
    zone: chrono_tz::Tz,
}

/// Makes the folder and says what was decided.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Args { dir, train, test, sample, solution, id, target, title, summary, licence, zone } = args;
    let zone_name = Some(zone.name().to_owned());
    let sources = Sources { train, test, sample, solution, id, target, title, summary, licence, zone: zone_name };
    let today = chrono::Utc::now().with_timezone(&zone).date_naive();
    match scaffold::create(&dir, &sources, today) {
        Ok(created) => {
            say!("Made {} with {}", dir.display(), created.files.join(", "))?;
            created.decisions.iter().try_for_each(|decision| say!("  {decision}"))?;
            say!(
                "Now answer the questions in competition.toml, overview.md and data.md, then: podium check {}",
                dir.display()
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("podium: {error}");
            let is_usage = matches!(error, NewError::Exists(_) | NewError::Io { .. } | NewError::Name(_));
            Ok(ExitCode::from(if is_usage { 2 } else { 1 }))
        }
    }
}
