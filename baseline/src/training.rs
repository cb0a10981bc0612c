//! The training loop, in the order in which it happens. What it calls is in the modules that it names; what it starts
//! from is made in [`setup`].

mod board;
mod report;
mod setup;

use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use tch::Kind;

use crate::average;
use crate::checkpoint::{Best, Running};
use crate::loss::Reduction;
use crate::progress;
use crate::random::Random;
use crate::source::{Inputs, probabilities};

pub use report::{Epoch, Outcome};
pub(crate) use setup::loader;
pub use setup::{Run, Start};

/// `[train]` of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Times that the training photographs are seen.
    pub epochs: u64,
    /// Photographs in a batch.
    pub batch: usize,
    /// Batches whose gradients are added up for one step.
    pub accumulate: u64,
    /// Which weights learn.
    pub freeze: Freeze,
    /// Which weights are judged and kept.
    pub average: average::Config,
    /// Epochs without a better validation score after which it ends; absent: never early.
    pub patience: Option<u64>,
    /// Steps between two checkpoints within an epoch; 0 makes them at the ends of epochs only.
    pub checkpoint_steps: u64,
    /// Steps between two lines of the log; 0 writes epochs only.
    pub log_steps: u64,
}

/// Transfer learning: what of the body is kept as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Freeze {
    /// Nothing: fine-tuning, or training from the start.
    Nothing,
    /// All but the head: the body only extracts features, once for each photograph, without augmentation.
    Body,
    /// All but the head in the first epochs; then stage after stage thaws, from the head down.
    Gradual {
        /// Epochs of the head alone.
        head_epochs: u64,
        /// Stages that thaw with each further epoch.
        stages: usize,
    },
}

impl Freeze {
    /// Stages that are frozen in an epoch.
    fn stages(self, epoch: u64, all: usize) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Body => all,
            Self::Gradual { head_epochs, stages } => {
                let thawing = (epoch + 1).saturating_sub(head_epochs) as usize;
                all.saturating_sub(thawing * stages)
            }
        }
    }
}

/// Number of the stream of dropout.
const DROPOUT: u64 = 21;

/// Trains until the last epoch, or until patience ends.
///
/// # Errors
/// If photographs cannot be read or files not written.
pub fn train(run: &mut Run) -> Result<Outcome> {
    let config = run.experiment.train.clone();
    let source = Rc::clone(&run.source);
    let batches = source.batches() as u64 / config.accumulate * config.accumulate;
    let epoch_steps = batches / config.accumulate;
    let steps = epoch_steps * config.epochs;
    let share = if run.experiment.loss.reduction == Reduction::Mean { 1.0 / config.accumulate as f64 } else { 1.0 };

    while !run.progress.finished {
        let started = Instant::now();
        let epoch = run.progress.epoch;
        run.model.freeze(config.freeze.stages(epoch, run.model.stages()));
        let bar = progress::bar(&format!("epoch {}/{}", epoch + 1, config.epochs), batches);
        bar.set_position(run.progress.batch);
        let mut feed = source.epoch(epoch, run.progress.batch, run.compute.device);

        while run.progress.batch < batches {
            let step = run.progress.step;
            let pace = run.experiment.schedule.pace(step, steps, epoch_steps, &run.progress.plateau);
            run.optimizer.zero_gradients();
            for _ in 0..config.accumulate {
                let Inputs { tensor, targets } = feed.next().context("an epoch ended early")??;
                let seed = Random::new(&[run.experiment.seed, DROPOUT, epoch, run.progress.batch]).next();
                tch::manual_seed((seed >> 1) as i64);
                let logits = run.compute.forward(|| source.logits(&run.model, &tensor, true));
                let loss = run.loss.of(&logits, &targets);
                (&loss * share).backward();
                run.progress.running.add(&loss, &logits, &targets, run.experiment.loss.reduction);
                run.progress.batch += 1;
            }
            let gradient = run.optimizer.clip();
            run.optimizer.step(pace);
            run.average.update(&run.model, step, steps);
            run.progress.step += 1;

            bar.set_position(run.progress.batch);
            run.log_step(pace, gradient)?;
            let in_epoch = run.progress.batch < batches;
            if in_epoch && config.checkpoint_steps > 0 && run.progress.step.is_multiple_of(config.checkpoint_steps) {
                run.save_last()?;
            }
        }
        bar.finish_and_clear();
        let waited = feed.waited();
        drop(feed);

        let (validation, loss) =
            run.average.with_averaged(&run.model, |model| probabilities(model, &run.compute, &run.validation))?;
        let epoch = run.finish_epoch(&validation, loss, started.elapsed(), waited)?;
        run.progress.plateau.observe(run.experiment.schedule.then, epoch.comparable);
        if run.progress.best.is_none_or(|best| epoch.comparable > best.score) {
            run.progress.best = Some(Best { epoch: epoch.number, score: epoch.comparable });
            run.progress.waited = 0;
            run.save_best(&validation)?;
        } else {
            run.progress.waited += 1;
        }
        run.progress.running = Running::default();
        run.progress.batch = 0;
        run.progress.epoch += 1;
        let is_patient = config.patience.is_none_or(|patience| run.progress.waited <= patience);
        run.progress.finished = run.progress.epoch == config.epochs || !is_patient;
        run.save_last()?;
    }
    run.outcome()
}

impl Running {
    /// Takes note of a batch: its loss, and for each photograph the true class (the larger part of it) and the one that
    /// the model took it for.
    fn add(&mut self, loss: &tch::Tensor, logits: &tch::Tensor, targets: &tch::Tensor, reduction: Reduction) {
        let (count, classes) = (targets.size()[0], targets.size()[1]);
        let weight = if reduction == Reduction::Mean { count as f64 } else { 1.0 };
        self.loss += loss.to_kind(Kind::Double).double_value(&[]) * weight;
        self.photographs += count as u64;
        let cells = targets.argmax(1, false) * classes + logits.argmax(1, false);
        self.confusion.resize((classes * classes) as usize, 0);
        for cell in Vec::<i64>::try_from(cells).unwrap_or_default() {
            self.confusion[cell as usize] += 1;
        }
    }
}

#[cfg(test)]
mod tests;
