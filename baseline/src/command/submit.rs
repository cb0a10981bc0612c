//! `baseline submit`: sends a submission, waits for its score, and holds it against what validation had promised.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use podium_client::{Client, SubmitOptions};

use super::evaluate::out_of_fold;
use super::shown;
use crate::ensemble::score;

/// Send a submission and wait for its score.
///
/// With `--run` the out-of-fold score of that run is printed beside the public one. They differ by chance: twice the
/// standard errors is what to expect. Within it, trust validation, which has more photographs than the public part;
/// beyond it, look for a leak, or for a difference between train and test.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  PODIUM_TOKEN=pdm_… baseline submit submission.csv --to solar-cells --run runs/first"
)]
pub struct Options {
    /// The submission.
    file: PathBuf,
    /// The competition's name in addresses.
    #[arg(long, value_name = "COMPETITION")]
    to: String,
    /// The site.
    #[arg(long, env = "PODIUM_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// An access token, made under Account on the site.
    #[arg(long, env = "PODIUM_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Send the token to a site without TLS on another machine.
    #[arg(long)]
    insecure_http: bool,
    /// The run, or the folder of folds, that the submission comes from.
    #[arg(long)]
    run: Option<PathBuf>,
    /// What to remember about it.
    #[arg(long, default_value = "baseline")]
    note: String,
    /// Send it even if the same bytes were sent before.
    #[arg(long)]
    force: bool,
    /// Seconds to wait for the score.
    #[arg(long, default_value_t = 120)]
    wait: u64,
}

/// Runs the command.
///
/// # Errors
/// If the site refuses it, or there is no score in time.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    let mut client = Client::new(&options.url, options.token.clone())?;
    if options.insecure_http {
        client = client.allowing_plain_http();
    }
    let sending = SubmitOptions { note: options.note.clone(), force: options.force, idempotency_key: None };
    let entry = client.submit(&options.to, &options.file, &sending, &mut |_| {})?;
    println!("entry {} accepted, waiting for its score", entry.number);
    let entry = client.wait_for_score(entry.id, Duration::from_secs(options.wait), &mut |_| {})?;
    println!("{}", entry.state);
    for error in &entry.errors {
        println!("  {}", error.message);
    }
    let promised = options.run.as_deref().map(out_of_fold).transpose()?;
    for view in &entry.scores {
        let public = view.score.as_deref().unwrap_or("-");
        let error = view.standard_error.as_deref().map_or_else(String::new, |error| format!(" ± {error}"));
        println!("{:<12} public {public}{error}", view.metric);
        let Some((metric, predictions)) = promised.as_ref().filter(|(metric, _)| metric.to_string() == view.metric)
        else {
            continue;
        };
        let estimate = score(metric, predictions)?;
        println!("{:<12} out of fold {} ({} photographs)", "", shown(estimate), predictions.ids.len());
        let parsed = view.score.as_deref().zip(view.standard_error.as_deref());
        let numbers = parsed.and_then(|(score, error)| Some((score.parse::<f64>().ok()?, error.parse::<f64>().ok()?)));
        if let (Some((public, public_error)), Some(own_error)) = (numbers, estimate.standard_error) {
            let error = public_error.hypot(own_error);
            let apart = (public - estimate.value).abs() / error.max(1e-12);
            println!("{:<12} {apart:.1} standard errors apart: {}", "", if apart <= 2.0 { CHANCE } else { MORE });
        }
    }
    if let Some(rank) = entry.rank {
        println!("rank {rank}");
    }
    entry.state.is_final().then_some(()).context("there is no score yet")
}

const CHANCE: &str = "chance explains it; go by validation";
const MORE: &str = "more than chance; look for a leak, or for how test differs from train";
