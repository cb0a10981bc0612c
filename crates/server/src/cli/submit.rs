//! `podium submit`: sends a file to a competition, and waits for its score.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use podium_client::{State, Submission, SubmitOptions};

use super::remote::{Meter, Site, refused};

/// Submit a file to a competition
#[derive(clap::Args)]
#[command(after_help = "\
Needs PODIUM_TOKEN, a token with the scope submit, and a place in the competition (join it on the site).
A file that is refused spends nothing; every fault is named with its line.

Exit status: 0 accepted (with --wait: scored); 1 refused, or without a score; 2 wrong usage, or the site does not answer.

Examples:
  podium submit --competition solar-cells submission.csv -m \"larger images\" --wait
  podium submit --competition solar-cells submission.csv --check")]
pub struct Args {
    /// Name of the competition in its address
    #[arg(long, value_name = "SLUG")]
    competition: String,
    /// The file
    file: PathBuf,
    /// What your team wants to remember about it
    #[arg(short = 'm', long = "message", value_name = "NOTE", default_value = "")]
    note: String,
    /// Wait for the score
    #[arg(long)]
    wait: bool,
    /// Seconds to wait at most
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    timeout: u64,
    /// Only ask whether the file would be accepted
    #[arg(long, conflicts_with_all = ["wait", "force", "note"])]
    check: bool,
    /// Write the signed receipt to this file; `podium receipt verify` checks it
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    receipt: Option<PathBuf>,
    /// Send it although it is identical to an earlier submission
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    site: Site,
    /// Print JSON: the submission, or the problem
    #[arg(long)]
    json: bool,
}

/// Submits.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let client = args.site.signed_in()?;
    let mut meter = Meter::new("upload");
    let mut progress = |progress| meter.show(progress);
    if args.check {
        return match client.check_submission(&args.competition, &args.file, &mut progress) {
            Ok(checked) if args.json => {
                say!("{}", serde_json::to_string(&checked)?)?;
                Ok(ExitCode::SUCCESS)
            }
            Ok(checked) => {
                checked.notices.iter().for_each(|notice| eprintln!("note: {}", notice.message));
                say!("{} rows; the file would be accepted", checked.rows)?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => refused(&error, args.json),
        };
    }
    let options = SubmitOptions { note: args.note.clone(), force: args.force, idempotency_key: None };
    let mut submission = match client.submit(&args.competition, &args.file, &options, &mut progress) {
        Ok(submission) => submission,
        Err(error) => return refused(&error, args.json),
    };
    match (&args.receipt, &submission.receipt) {
        (Some(path), Some(receipt)) => {
            let text = serde_json::to_string_pretty(receipt)? + "\n";
            std::fs::write(path, text).with_context(|| path.display().to_string())?;
        }
        (Some(path), None) => eprintln!("note: the answer has no receipt, so {} was not written", path.display()),
        (None, _) => {}
    }
    if args.wait && !submission.state.is_final() {
        let limit = Duration::from_secs(args.timeout);
        submission = match client.wait_for_score(submission.id, limit, &mut |_| {}) {
            Ok(submission) => submission,
            Err(error) => return refused(&error, args.json),
        };
    }
    if args.json {
        say!("{}", serde_json::to_string(&submission)?)?;
    } else {
        show(&submission)?;
    }
    let is_good = match submission.state {
        State::Scored => submission.scores.first().is_none_or(|score| score.error.is_none()),
        State::Queued | State::Scoring => true,
        State::Invalid | State::PlatformError | State::Withdrawn => false,
    };
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn show(submission: &Submission) -> anyhow::Result<()> {
    submission.notices.iter().for_each(|notice| eprintln!("note: {}", notice.message));
    submission.errors.iter().for_each(|error| eprintln!("{error}"));
    say!("Submission {} of your team: {}", submission.number, submission.state)?;
    for score in &submission.scores {
        match (&score.score, &score.error) {
            (Some(value), _) => {
                let error = score.standard_error.as_ref().map(|error| format!(" ± {error}")).unwrap_or_default();
                say!("  {} {value}{error} (public)", score.metric)?;
            }
            (None, Some(error)) => say!("  {} has no value: {}", score.metric, error.message)?,
            (None, None) => {}
        }
    }
    match (submission.rank, submission.rank_before) {
        (Some(rank), Some(before)) if rank != before => say!("  rank {rank}, before {before}")?,
        (Some(rank), _) => say!("  rank {rank}")?,
        (None, _) => {}
    }
    Ok(())
}
