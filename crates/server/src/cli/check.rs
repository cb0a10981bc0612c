//! `podium check`: everything that is wrong with a competition folder, at once.

use std::path::PathBuf;
use std::process::ExitCode;

use podium_bundle::check::{self, Options, Report};
use podium_bundle::finding::Severity;

/// Say everything that is wrong with a competition folder
#[derive(clap::Args)]
#[command(after_help = "\
Reads competition.toml, the pages, data/, solution.csv and sample_submission.csv, and changes nothing. Errors keep a
competition from being published; warnings do not.

Exit status: 0 no errors; 1 errors; 2 there is no such folder.")]
pub struct Args {
    /// The competition folder
    dir: PathBuf,
    /// The competition is published already, so dates of the past are no fault
    #[arg(long)]
    published: bool,
    /// Print JSON: findings with code, file, line, column and message, and what was counted
    #[arg(long)]
    json: bool,
}

/// Checks and prints what was found.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if !args.dir.is_dir() {
        eprintln!("podium: there is no folder {}; `podium new {0}` makes one", args.dir.display());
        return Ok(ExitCode::from(2));
    }
    let report = check::check(&args.dir, Options { now: chrono::Utc::now(), is_published: args.published });
    if args.json {
        say!("{}", serde_json::to_string(&report)?)?;
    } else {
        super::print(format_args!("{}", words(&report)))?;
    }
    Ok(if report.is_publishable() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The findings, one a line, and a last line that counts them.
pub(crate) fn words(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        text += &format!("{finding}\n");
    }
    let summary = &report.summary;
    if let (Some(rows), Some(public)) = (summary.rows, summary.public_rows) {
        text += &format!("{rows} rows are scored, {public} of them on the public leaderboard");
        if let Some(half_width) = summary.public_half_width {
            text += &format!(", where chance moves a score by about ±{half_width:.3} (95 %)");
        }
        text += "\n";
    }
    let count = |severity, name: &str| match report.count(severity) {
        1 => format!("1 {name}"),
        n => format!("{n} {name}s"),
    };
    text += &format!("{}, {}", count(Severity::Error, "error"), count(Severity::Warning, "warning"));
    text + if report.is_publishable() { "; ready to publish\n" } else { "\n" }
}
