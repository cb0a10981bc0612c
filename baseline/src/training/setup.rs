//! What a run starts from: competition, fold, photographs, network with its weights, and the place where it stopped.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tch::{Tensor, no_grad};

use super::board::Board;
use super::report::cpu_time;
use super::{Config, Freeze};
use crate::average::Average;
use crate::batch::Normalisation;
use crate::checkpoint::{AVERAGE, Checkpoint, Machine, OPTIMIZER, Progress, WEIGHTS};
use crate::config::Experiment;
use crate::dataset::{Dataset, Normalise};
use crate::device::Compute;
use crate::loader::{Loader, Mode, Options};
use crate::log::Log;
use crate::loss::Loss;
use crate::model::Model;
use crate::optim::Optimizer;
use crate::source::{self, Features, Pictures, Source};
use crate::split::Folds;
use crate::transform::{Plan, Transform};
use crate::weights;

/// How a run begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From the beginning; an earlier run in the folder is an error.
    New,
    /// From the beginning, in the place of an earlier run.
    Fresh,
    /// Where the run in the folder stopped.
    Resume,
}

/// One training run: all that the loop works on.
pub struct Run {
    /// Everything that was chosen.
    pub experiment: Experiment,
    /// The fold that validates.
    pub fold: usize,
    /// Where it computes.
    pub compute: Compute,
    /// Its place on disk.
    pub folder: PathBuf,
    pub(super) classes: Vec<String>,
    /// Ids and classes of the validation photographs.
    pub(super) validated: Vec<(String, usize)>,
    pub(super) size: [usize; 2],
    pub(super) normalisation: Normalisation,
    /// The network.
    pub model: Model,
    pub(super) source: Rc<Source>,
    pub(super) validation: Source,
    pub(super) loss: Loss,
    pub(super) optimizer: Optimizer,
    pub(super) average: Average,
    /// Where it is.
    pub progress: Progress,
    pub(super) log: Log,
    /// CPU time of the process up to the last line of `times.jsonl`.
    pub(super) cpu_seen: Duration,
    /// Opened by the first epoch that ends.
    pub(super) board: Option<Board>,
    pub(super) is_resumed: bool,
}

impl Run {
    /// Sets everything up, to validate on one of the competition's folds.
    ///
    /// # Errors
    /// What is wrong with the folder, the experiment, or the earlier run.
    pub fn new(experiment: Experiment, folds: &Folds, fold: usize, folder: &Path, start: Start) -> Result<Self> {
        let compute = Compute::new(experiment.threads, experiment.bfloat16);
        let last = folder.join("last");
        let earlier = Checkpoint::open(&last).ok();
        match (start, &earlier) {
            (Start::New, Some(_)) => bail!(
                "{} holds a run already: --resume goes on with it, --fresh forgets it, --out names another folder",
                folder.display()
            ),
            (Start::Resume, None) => bail!("{} holds no run to resume", folder.display()),
            (Start::Fresh, _) if folder.exists() => {
                // The log with its checkpoints; features of earlier runs stay.
                for name in ["last", "best", "last.old", "best.old", "tensorboard"] {
                    let _ = fs::remove_dir_all(folder.join(name));
                }
                let _ = fs::remove_file(folder.join("times.jsonl"));
            }
            _ => {}
        }
        let earlier = earlier.filter(|_| start == Start::Resume);
        if let Some(checkpoint) = &earlier {
            check_resumable(checkpoint, &experiment, fold, &compute)?;
        }
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;

        let competition = experiment.data.competition()?;
        let fold_of = folds.fold(fold)?;
        let dataset = Arc::new(Dataset::new(competition.train.clone(), &competition.train_columns, &experiment.data)?);
        let labels = competition.labels();
        let normalisation = match &earlier {
            Some(checkpoint) => checkpoint.meta.normalisation.clone(),
            None => normalisation(&experiment, &dataset, &fold_of.train)?,
        };
        let seed = experiment.seed;
        let classes = competition.classes.len() as i64;
        let pictures = |samples: Vec<usize>, mode: Mode| -> Result<Pictures> {
            let (transforms, batch) = match mode {
                Mode::Train => (&experiment.transform.train, experiment.train.batch),
                Mode::Evaluate => (&experiment.transform.evaluate, evaluation_batch(&experiment.train)),
            };
            let loader = loader(&experiment, &dataset, samples, mode, transforms, batch)?;
            Ok(Pictures { loader, normalisation: normalisation.clone(), classes, seed })
        };

        let channels = normalisation.mean.len() as i64;
        let mut model = Model::new(&experiment.model, channels, classes, compute.device, seed)?;
        let validation = pictures(fold_of.validation.clone(), Mode::Evaluate)?;
        let [height, width, _] = validation.loader.shape();
        if earlier.is_none() {
            if let Some(weights) = weights::of(&experiment.model)? {
                model.load(&weights, true)?;
            }
            let shown = pictures(fold_of.train.iter().copied().take(WHITENED).collect(), Mode::Evaluate)?;
            whiten(&model, &shown, &compute)?;
        }
        let (source, validation) = if experiment.train.freeze == Freeze::Body {
            let all = pictures((0..labels.len()).collect(), Mode::Evaluate)?;
            if let Some(checkpoint) = &earlier {
                model.load(&checkpoint.tensors(WEIGHTS)?, false)?;
            }
            let features = source::features(&model, &compute, &all, &experiment, folder.parent().unwrap_or(folder))?;
            let part = |samples: &[usize], evaluates: bool| {
                let rows: Vec<i64> = samples.iter().map(|sample| *sample as i64).collect();
                Features {
                    features: features.index_select(0, &Tensor::from_slice(&rows).to_device(compute.device)),
                    labels: samples.iter().map(|sample| labels[*sample]).collect(),
                    classes,
                    batch: experiment.train.batch,
                    evaluates,
                    sampling: experiment.data.sampling,
                    seed,
                }
            };
            let train = part(&fold_of.train, false);
            if earlier.is_none() {
                model.standardise(&train.features);
            }
            (Source::Features(train), Source::Features(part(&fold_of.validation, true)))
        } else {
            (Source::Pictures(pictures(fold_of.train.clone(), Mode::Train)?), Source::Pictures(validation))
        };
        ensure!(
            source.batches() as u64 >= experiment.train.accumulate.max(1) && experiment.train.accumulate > 0,
            "train.accumulate = {}: an epoch has {} batches",
            experiment.train.accumulate,
            source.batches()
        );

        let mut counts = vec![0; competition.classes.len()];
        for sample in &fold_of.train {
            counts[labels[*sample]] += 1;
        }
        let loss = Loss::new(&experiment.loss, &counts, compute.device);
        let mut optimizer = Optimizer::new(&experiment.optimizer, &model);
        let mut average = Average::new(experiment.train.average, &model);
        let mut progress = Progress::default();
        let is_resumed = earlier.is_some();
        if let Some(checkpoint) = earlier {
            model.load(&checkpoint.tensors(super::report::CURRENT)?, false)?;
            let missing = |name| anyhow::anyhow!("the checkpoint has no {name}");
            optimizer.load(&checkpoint.tensors(OPTIMIZER)?).map_err(missing)?;
            average.load(&checkpoint.tensors(AVERAGE)?).map_err(missing)?;
            progress = checkpoint.meta.progress;
        }
        let log = Log::open(&folder.join("log.jsonl"), progress.log_bytes)?;
        fs::write(folder.join("experiment.toml"), experiment.to_toml())?;
        let validated = fold_of.validation.iter().map(|&at| (competition.train[at].id.clone(), labels[at])).collect();
        Ok(Self {
            experiment,
            fold,
            compute,
            folder: folder.to_owned(),
            classes: competition.classes,
            validated,
            size: [height, width],
            normalisation,
            model,
            source: Rc::new(source),
            validation,
            loss,
            optimizer,
            average,
            progress,
            log,
            cpu_seen: cpu_time(),
            board: None,
            is_resumed,
        })
    }
}

/// Photographs whose patches are whitened.
const WHITENED: usize = 2000;

/// More than training's, because no gradients are kept.
fn evaluation_batch(config: &Config) -> usize {
    config.batch.max(64)
}

fn check_resumable(checkpoint: &Checkpoint, experiment: &Experiment, fold: usize, compute: &Compute) -> Result<()> {
    let meta = &checkpoint.meta;
    ensure!(
        meta.experiment == *experiment && meta.fold == fold,
        "{} was run with another experiment: see experiment.toml there",
        checkpoint.folder.display()
    );
    let here = Machine::here(compute.device);
    ensure!(
        meta.machine == here,
        "the run began on {:?}, this is {here:?}: going on here would give other weights; --fresh begins anew",
        meta.machine
    );
    Ok(())
}

/// The normalisation that an experiment asks for, as numbers.
fn normalisation(experiment: &Experiment, dataset: &Dataset, train: &[usize]) -> Result<Normalisation> {
    Ok(match &experiment.data.normalise {
        Normalise::Imagenet => Normalisation::imagenet(),
        Normalise::Lite => Normalisation::lite(),
        Normalise::Numbers { mean, std } => Normalisation { mean: mean.clone(), std: std.clone() },
        Normalise::Train => {
            let moments = dataset.moments(train, &Plan::evaluate(&experiment.transform.evaluate)?)?;
            let floats = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
            Normalisation { mean: floats(moments.mean), std: floats(moments.std) }
        }
    })
}

/// A loader as the experiment has it.
pub(crate) fn loader(
    experiment: &Experiment,
    dataset: &Arc<Dataset>,
    samples: Vec<usize>,
    mode: Mode,
    transforms: &[Transform],
    batch: usize,
) -> Result<Loader> {
    let options =
        Options { seed: experiment.seed, batch, workers: experiment.data.workers, sampling: experiment.data.sampling };
    Ok(Loader::new(Arc::clone(dataset), samples, mode, transforms, options)?)
}

fn whiten(model: &Model, pictures: &Pictures, compute: &Compute) -> Result<()> {
    if !model.whitens() {
        return Ok(());
    }
    let mut images = Vec::new();
    for batch in pictures.loader.epoch(0, 0) {
        images.push(batch?.images(&pictures.normalisation, compute.device));
    }
    no_grad(|| model.whiten(&Tensor::cat(&images, 0)));
    Ok(())
}
