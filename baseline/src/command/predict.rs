//! `baseline predict`: from checkpoints to a submission.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};

use super::shown;
use crate::checkpoint::{Checkpoint, WEIGHTS};
use crate::dataset::Dataset;
use crate::device::Compute;
use crate::ensemble::score;
use crate::ensemble::tta::{View, Weighted};
use crate::loader::Mode;
use crate::model::Model;
use crate::predictions::Predictions;
use crate::source::{Pictures, Source, probabilities_of_views};
use crate::submission;
use crate::training::loader;

/// Predict the test photographs and write a submission.
///
/// Takes checkpoints only (a run's folder, its `best`, or a folder of folds), because they say how pictures are prepared,
/// which classes there are and in which order. Several are averaged. Views (`--view flip-horizontal`) ask each model about
/// changed pictures, too; the picture itself always counts.
///
/// The submission is checked as the server checks it before it gets its name. Probabilities are kept beside it, for
/// `blend`; with one run also in the run's folder as `test.safetensors`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  baseline predict runs/first --out submission.csv\n  baseline predict \
                        runs/finetune/fold* --view flip-horizontal --view 0.5*shift(1,0) --out submission.csv")]
pub struct Options {
    /// Folders of runs or checkpoints.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// The submission.
    #[arg(long, short, default_value = "submission.csv")]
    out: PathBuf,
    /// The competition's folder, if it has moved since training.
    #[arg(long, short)]
    data: Option<PathBuf>,
    /// A further view of each photograph; may be repeated.
    #[arg(long = "view", value_name = "VIEW")]
    views: Vec<Weighted>,
    /// Also keep the probabilities of each view in the run's folder, for `blend` to weigh.
    #[arg(long)]
    each_view: bool,
    /// Ask about the photographs that validated instead: says what the views bring out of fold, and writes no submission.
    #[arg(long)]
    validation: bool,
}

/// Runs the command.
///
/// # Errors
/// If a folder is no checkpoint, or photographs cannot be read.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    let mut views = vec![Weighted { view: View::Identity, weight: 1.0 }];
    views.extend(options.views.iter().copied().filter(|view| view.view != View::Identity));
    let mut total: Option<Predictions> = None;
    let mut checkpoints = Vec::new();
    for run in &options.runs {
        checkpoints.extend(checkpoints_in(run)?);
    }
    let first = checkpoints.first().context("there is no checkpoint")?.meta.clone();
    println!("on {}", Compute::new(first.experiment.threads, first.experiment.bfloat16));
    let count = checkpoints.len();
    for mut checkpoint in checkpoints {
        if let Some(data) = &options.data {
            checkpoint.meta.experiment.data.folder = data.canonicalize().unwrap_or_else(|_| data.clone());
        }
        ensure!(
            checkpoint.meta.classes == first.classes,
            "{}: its classes are not those of the first checkpoint",
            checkpoint.folder.display()
        );
        let answers = predict(&checkpoint, &views, options.validation)?;
        let mixed = mix(&answers, &views);
        let run = run_folder(&checkpoint.folder);
        if options.validation {
            let metric = first.experiment.metric()?;
            let (alone, together) = (score(&metric, &answers[0])?, score(&metric, &mixed)?);
            println!("{}: {metric} {}, with views {}", checkpoint.folder.display(), shown(alone), shown(together));
        }
        if options.each_view {
            // Named as `blend` names them: RUN@flip-horizontal.
            let part = if options.validation { "validation" } else { "test" };
            for (answer, view) in answers.iter().zip(&views) {
                answer.write(&run.join(format!("{part}-{}.safetensors", view.view)))?;
            }
        }
        if options.validation {
            continue;
        }
        mixed.write(&run.join("test.safetensors"))?;
        println!("{}: {} photographs, {} views", checkpoint.folder.display(), mixed.ids.len(), views.len());
        match &mut total {
            None => total = Some(mixed),
            Some(total) => {
                for (sum, more) in total.probabilities.iter_mut().zip(&mixed.probabilities) {
                    *sum += more;
                }
            }
        }
    }
    let Some(mut total) = total else { return Ok(()) };
    for value in &mut total.probabilities {
        *value /= count as f32;
    }
    let mut data = first.experiment.data.clone();
    if let Some(folder) = &options.data {
        data.folder.clone_from(folder);
    }
    let competition = data.competition()?;
    let task = first.experiment.task(&competition)?;
    let sample = sample(&competition.folder);
    submission::write(&options.out, &task, &total, sample.as_deref())?;
    total.write(&options.out.with_extension("safetensors"))?;
    println!("{}: {} rows, checked as the server checks them", options.out.display(), total.ids.len());
    Ok(())
}

/// Probabilities of one checkpoint, by view.
fn predict(checkpoint: &Checkpoint, views: &[Weighted], validation: bool) -> Result<Vec<Predictions>> {
    let experiment = &checkpoint.meta.experiment;
    let compute = Compute::new(experiment.threads, experiment.bfloat16);
    let competition = experiment.data.competition()?;
    let normalisation = checkpoint.meta.normalisation.clone();
    let classes = checkpoint.meta.classes.len() as i64;
    let channels = normalisation.mean.len() as i64;
    let model = Model::new(&experiment.model, channels, classes, compute.device, experiment.seed)?;
    model.load(&checkpoint.tensors(WEIGHTS)?, false)?;
    let (photos, columns) = if validation {
        (&competition.train, &competition.train_columns)
    } else {
        (&competition.test, &competition.test_columns)
    };
    let samples: Vec<usize> = if validation {
        let known = Predictions::read(&checkpoint.folder.join("validation.safetensors"))?;
        let wanted: std::collections::HashSet<&str> = known.ids.iter().map(String::as_str).collect();
        (0..photos.len()).filter(|at| wanted.contains(photos[*at].id.as_str())).collect()
    } else {
        (0..photos.len()).collect()
    };
    let dataset = Arc::new(Dataset::new(photos.clone(), columns, &experiment.data)?);
    let batch = experiment.train.batch.max(64);
    let loader = loader(experiment, &dataset, samples.clone(), Mode::Evaluate, &experiment.transform.evaluate, batch)?;
    let source = Source::Pictures(Pictures { loader, normalisation, classes, seed: experiment.seed });
    let views: Vec<View> = views.iter().map(|view| view.view).collect();
    let answers = probabilities_of_views(&model, &compute, &source, &views)?;
    let labels: Option<Vec<usize>> = samples.iter().map(|at| photos[*at].label).collect();
    answers
        .into_iter()
        .map(|answer| {
            Ok(Predictions {
                ids: samples.iter().map(|at| photos[*at].id.clone()).collect(),
                classes: checkpoint.meta.classes.clone(),
                labels: labels.clone(),
                probabilities: Vec::try_from(answer.contiguous().view(-1))?,
            })
        })
        .collect()
}

/// Weighted mean over the views.
fn mix(answers: &[Predictions], views: &[Weighted]) -> Predictions {
    let mut mixed = answers[0].clone();
    let total: f64 = views.iter().map(|view| view.weight).sum();
    for (position, value) in mixed.probabilities.iter_mut().enumerate() {
        let sum: f64 = answers
            .iter()
            .zip(views)
            .map(|(answer, view)| f64::from(answer.probabilities[position]) * view.weight)
            .sum();
        *value = (sum / total) as f32;
    }
    mixed
}

/// The best checkpoints of what was named: a checkpoint, a run, or the folds in a folder.
pub(super) fn checkpoints_in(folder: &Path) -> Result<Vec<Checkpoint>> {
    if folder.join("meta.json").is_file() {
        return Ok(vec![Checkpoint::open(folder)?]);
    }
    let best = folder.join("best");
    if best.exists() || folder.join("best.old").exists() {
        return Ok(vec![Checkpoint::open(&best)?]);
    }
    let mut folds: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("best").exists())
        .collect();
    folds.sort();
    if folds.is_empty() {
        bail!("{} holds no checkpoint: `baseline train --out {0}` makes one", folder.display());
    }
    folds.iter().map(|fold| Ok(Checkpoint::open(&fold.join("best"))?)).collect()
}

/// A checkpoint's run.
fn run_folder(checkpoint: &Path) -> PathBuf {
    match checkpoint.file_name().and_then(|name| name.to_str()) {
        Some("best" | "last") => checkpoint.parent().unwrap_or(checkpoint).to_owned(),
        _ => checkpoint.to_owned(),
    }
}

/// The sample submission, in the folder of the tables or beside it.
pub(super) fn sample(folder: &Path) -> Option<PathBuf> {
    [Some(folder), folder.parent()]
        .into_iter()
        .flatten()
        .map(|folder| folder.join("sample_submission.csv"))
        .find(|path| path.is_file())
}
