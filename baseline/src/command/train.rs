//! `baseline train`: trains one fold or all, and says what the result is worth.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::{Chosen, shown};
use crate::device::Compute;
use crate::ensemble::score;
use crate::predictions::Predictions;
use crate::split::Folds;
use crate::training::{Run, Start, train};

/// Train a network.
///
/// Everything that matters is in the experiment, a TOML file; presets are complete ones to begin with. Print one with
/// `--print`, change it, and train with `--config FILE`; or change single values with `--set`.
///
/// The run's folder gets `log.jsonl` (what was computed), `times.jsonl` (how long it took), `best` (weights of the best
/// epoch, with `validation.safetensors`, the predictions for photographs that were not trained on) and `last` (to go on
/// from with `--resume`, to the bit as if nothing had happened).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  baseline train --data solar-cells\n  baseline train --config finetune --data \
                        solar-cells --folds all --out runs/finetune\n  baseline train --config finetune --data \
                        solar-cells --set train.epochs=3 --set optimizer.rule.rate=0.001")]
pub struct Options {
    #[command(flatten)]
    chosen: Chosen,
    /// The run's folder.
    #[arg(long, short, default_value = "runs/first")]
    out: PathBuf,
    /// Which fold validates, from 0; or `all`, one after the other, each in a folder of its own.
    #[arg(long, alias = "fold", default_value = "0")]
    folds: String,
    /// Go on with the run in the folder, or begin it if there is none.
    #[arg(long, conflicts_with = "fresh")]
    resume: bool,
    /// Forget the run in the folder.
    #[arg(long)]
    fresh: bool,
    /// Print the experiment and do nothing.
    #[arg(long)]
    print: bool,
}

/// Runs the command.
///
/// # Errors
/// Anything that stops training.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    let experiment = options.chosen.experiment()?;
    if options.print {
        print!("{}", experiment.to_toml());
        return Ok(());
    }
    let metric = experiment.metric()?;
    let folds: Vec<usize> = match options.folds.as_str() {
        "all" => (0..experiment.split.folds()).collect(),
        one => vec![one.parse().context("--folds takes a number, or all")?],
    };
    let is_single = options.folds != "all";
    println!("on {}", Compute::new(experiment.threads, experiment.bfloat16));
    let split = Folds::of(&experiment.data.competition()?, &experiment.split)?;
    if let Some(warning) = split.warning() {
        println!("Warning: {warning}");
    }
    let mut all: Option<Predictions> = None;
    for fold in folds {
        let folder = if is_single { options.out.clone() } else { options.out.join(format!("fold{fold}")) };
        let start = match (options.resume, options.fresh) {
            (true, _) if folder.join("last").exists() || folder.join("last.old").exists() => Start::Resume,
            (_, true) => Start::Fresh,
            _ => Start::New,
        };
        let outcome = train(&mut Run::new(experiment.clone(), &split, fold, &folder, start)?)?;
        println!("fold {fold}: {metric} {} in epoch {}, {}", shown(outcome.estimate), outcome.epoch, folder.display());
        match &mut all {
            None => all = Some(outcome.validation),
            Some(all) => {
                all.ids.extend(outcome.validation.ids);
                all.probabilities.extend(outcome.validation.probabilities);
                if let (Some(labels), Some(more)) = (&mut all.labels, outcome.validation.labels) {
                    labels.extend(more);
                }
            }
        }
    }
    if let Some(all) = all.filter(|_| !is_single) {
        println!("out of fold, {} photographs: {metric} {}", all.ids.len(), shown(score(&metric, &all)?));
    }
    Ok(())
}
