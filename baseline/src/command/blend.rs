//! `baseline blend`: one submission from several models, folds and views.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use podium_scoring::metric::Metric;

use super::{predict, shown};
use crate::checkpoint::Checkpoint;
use crate::competition::Competition;
use crate::ensemble::member::Member;
use crate::ensemble::recipe::{Recipe, Settings};
use crate::ensemble::vote::Vote;
use crate::ensemble::weights::Weighting;
use crate::ensemble::{aligned, compare, score, temperature};
use crate::predictions::Predictions;
use crate::split::{self, Folds};
use crate::submission;

/// Blend the predictions of several runs.
///
/// A member is a run's folder, or the folder of its folds: their test predictions are averaged (`baseline predict` writes
/// them), their out-of-fold predictions put together. `RUN@VIEW` is one view of it (`predict --each-view`, and the same
/// with `--validation`).
///
/// Members are averaged (soft voting) or each has one vote (hard voting). Weights, temperature and thresholds are found
/// on out-of-fold predictions; what the blend is worth is measured on rows that its own fit did not see, by fitting five
/// times on four fifths. The last line says what it gains over the best member, with the interval that holds 95 % of a
/// paired bootstrap: if it reaches below 0, the gain may be luck.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  baseline blend runs/finetune runs/frozen --out blend.csv\n  baseline blend \
                        runs/finetune@identity runs/finetune@flip-horizontal --weights equal --out flips.csv\n  baseline \
                        blend runs/a runs/b --weights selection --thresholds --calibrate --out blend.csv")]
pub struct Options {
    /// Runs.
    #[arg(required = true, value_name = "RUN[@VIEW]")]
    members: Vec<String>,
    /// The submission; probabilities (`.safetensors`) and the recipe (`.json`) are kept beside it.
    #[arg(long, short, default_value = "blend.csv")]
    out: PathBuf,
    /// How members are put together.
    #[arg(long, value_enum, default_value_t = Vote::Soft)]
    vote: Vote,
    /// How much each counts: all alike, by the likelihood of the true classes, or by selecting for the metric.
    #[arg(long, value_enum, default_value_t = Weighting::Likelihood)]
    weights: Weighting,
    /// Find a temperature, so that probabilities are as often right as they say.
    #[arg(long)]
    calibrate: bool,
    /// Find a multiplier for each class that raises F1.
    #[arg(long)]
    thresholds: bool,
    /// The metric, if not the experiment's.
    #[arg(long)]
    metric: Option<Metric>,
    /// The competition's folder, if it has moved since training.
    #[arg(long, short)]
    data: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If members do not fit together, or have no predictions of the test.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    let members = options.members.iter().map(|member| Member::read(member)).collect::<Result<Vec<_>, _>>()?;
    let experiment = first_checkpoint(&options.members)?.meta.experiment;
    let metric = match &options.metric {
        Some(metric) => metric.clone(),
        None => experiment.metric()?,
    };
    let settings = Settings {
        vote: options.vote,
        weighting: options.weights,
        calibrate: options.calibrate,
        thresholds: options.thresholds,
    };
    let mut data = experiment.data.clone();
    if let Some(folder) = &options.data {
        data.folder.clone_from(folder);
    }
    let competition = data.competition()?;
    let recipe = match out_of_fold(&members)? {
        Some(validation) => {
            warn(&options.members, &competition)?;
            fit(&settings, &members, &validation, &metric)?
        }
        None if options.weights == Weighting::Equal && !options.calibrate && !options.thresholds => {
            println!("no out-of-fold predictions: the members count alike, and nothing says what that is worth");
            Recipe {
                vote: options.vote,
                weights: vec![1.0 / members.len() as f64; members.len()],
                temperature: 1.0,
                multipliers: Vec::new(),
            }
        }
        None => bail!(
            "not every member has out-of-fold predictions, so nothing can be fitted: use --weights equal without \
             --calibrate and --thresholds"
        ),
    };
    let mut tests = Vec::with_capacity(members.len());
    for member in &members {
        let test = member.test.as_ref();
        tests.push((
            member.name.as_str(),
            test.with_context(|| format!("{}: no test predictions; run `baseline predict` on it first", member.name))?,
        ));
    }
    let blended = recipe.apply(&aligned(&tests)?)?;
    let task = experiment.task(&competition)?;
    submission::write(&options.out, &task, &blended, predict::sample(&competition.folder).as_deref())?;
    blended.write(&options.out.with_extension("safetensors"))?;
    std::fs::write(options.out.with_extension("json"), serde_json::to_string_pretty(&recipe)? + "\n")?;
    println!("{}: {} rows, checked as the server checks them", options.out.display(), blended.ids.len());
    Ok(())
}

/// Says which members were validated on folds that part near-duplicates: their scores are too good, so they weigh too much.
#[expect(clippy::print_stdout, reason = "the command's answer")]
fn warn(members: &[String], competition: &Competition) -> Result<()> {
    let mut known: Vec<split::Config> = Vec::new();
    for member in members {
        let folder = member.split_once('@').map_or(member.as_str(), |(folder, _)| folder);
        for checkpoint in predict::checkpoints_in(Path::new(folder))? {
            let split = checkpoint.meta.experiment.split;
            if known.contains(&split) {
                continue;
            }
            if let Some(warning) = Folds::of(competition, &split)?.warning() {
                println!("Warning: {member}: {warning}");
            }
            known.push(split);
        }
    }
    Ok(())
}

/// Fits the recipe and prints what it is worth.
#[expect(clippy::print_stdout, reason = "the command's answer")]
fn fit(settings: &Settings, members: &[Member], validation: &[Predictions], metric: &Metric) -> Result<Recipe> {
    let recipe = settings.fit(validation, metric)?;
    let unseen = settings.cross_fitted(validation, metric)?;
    println!("{:<32} {:>18} {:>8}", "out of fold", metric.to_string(), "weight");
    let mut best: Option<(f64, &Predictions)> = None;
    for ((member, predictions), weight) in members.iter().zip(validation).zip(&recipe.weights) {
        let estimate = score(metric, predictions)?;
        println!("{:<32} {:>18} {weight:>8.3}", member.name, shown(estimate));
        if best.is_none_or(|(value, _)| metric.direction().better(estimate.value, value)) {
            best = Some((estimate.value, predictions));
        }
    }
    println!("{:<32} {:>18}", "blend", shown(score(metric, &unseen)?));
    if settings.calibrate {
        let before = settings.vote.combine(validation, &recipe.weights)?;
        let error = |predictions| temperature::calibration_error(predictions).unwrap_or_default();
        let (before, after) = (error(&before), error(&temperature::apply(&before, recipe.temperature)));
        println!("temperature {:.3}: calibration error {before:.3}, then {after:.3}", recipe.temperature);
    }
    if settings.thresholds && recipe.multipliers.is_empty() {
        println!("thresholds: the metric {metric} has none to tune");
    }
    if metric.takes_weights()
        && let Some((_, best)) = best
    {
        let found = compare::gain(metric, best, &unseen, SEED)?;
        println!(
            "gain over the best member: {:+.4}, 95 % of replicates in {:+.4} … {:+.4}, better in {:.0} % of them",
            found.gain,
            found.lower,
            found.upper,
            100.0 * found.better
        );
    }
    Ok(recipe)
}

/// Of the bootstrap; fixed, so that an interval does not depend on luck of its own.
const SEED: u64 = 1;

/// The members' out-of-fold predictions, rows aligned; none unless all have some.
fn out_of_fold(members: &[Member]) -> Result<Option<Vec<Predictions>>> {
    let known: Vec<(&str, &Predictions)> =
        members.iter().filter_map(|member| Some((member.name.as_str(), member.out_of_fold.as_ref()?))).collect();
    if known.len() < members.len() {
        return Ok(None);
    }
    // Of members that validated on different photographs, those that all did.
    let (first_name, first) = *known.first().context("there is no member")?;
    let is_common = |id: &String| known.iter().all(|(_, member)| member.ids.contains(id));
    let rows: Vec<usize> = (0..first.ids.len()).filter(|&row| is_common(&first.ids[row])).collect();
    ensure!(!rows.is_empty(), "no photograph was validated by all members: train them on the same folds");
    let common = crate::ensemble::select(first, &rows);
    let all: Vec<(&str, &Predictions)> =
        std::iter::once((first_name, &common)).chain(known[1..].iter().copied()).collect();
    Ok(Some(aligned(&all)?))
}

/// The checkpoint that says how the competition is answered.
fn first_checkpoint(members: &[String]) -> Result<Checkpoint> {
    let folder = members.first().context("name at least one run")?;
    let folder = Path::new(folder.split_once('@').map_or(folder.as_str(), |(folder, _)| folder));
    predict::checkpoints_in(folder)?.into_iter().next().context("there is no checkpoint")
}
