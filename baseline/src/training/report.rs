//! What a run says and leaves behind: lines of the log, checkpoints, out-of-fold predictions, its result.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use podium_scoring::columns::Kind;
use podium_scoring::metric::{Direction, Estimate};
use rustix::time::{ClockId, clock_gettime};
use tch::Tensor;

use super::Run;
use super::board::Board;
use crate::checkpoint::{self, AVERAGE, Best, CheckpointError, Machine, Meta, OPTIMIZER, Running, WEIGHTS};
use crate::ensemble::score;
use crate::optim::Pace;
use crate::predictions::Predictions;
use crate::progress::time;

/// File of the weights that training goes on with, in `last`.
pub(super) const CURRENT: &str = "current";

/// One epoch's result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Counted from 1.
    pub number: u64,
    /// Validation score, turned so that more is better.
    pub comparable: f64,
}

/// A run's result.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Best epoch, from 1.
    pub epoch: u64,
    /// Its score on the photographs that validate.
    pub estimate: Estimate,
    /// Probabilities of those photographs.
    pub validation: Predictions,
}

impl Run {
    /// A line of the log every so many steps.
    pub(super) fn log_step(&mut self, pace: Pace, gradient: f64) -> Result<()> {
        let every = self.experiment.train.log_steps;
        let step = self.progress.step;
        if every == 0 || !step.is_multiple_of(every) {
            return Ok(());
        }
        let running = &self.progress.running;
        let loss = running.loss / running.photographs.max(1) as f64;
        self.log.line(&[("step", step as f64), ("rate", pace.rate), ("gradient", gradient), ("running/loss", loss)])?;
        Ok(())
    }

    /// Scores an epoch, writes it to the log and says it.
    #[expect(clippy::print_stdout, reason = "the one line an epoch that people watch")]
    pub(super) fn finish_epoch(
        &mut self,
        probabilities: &Tensor,
        loss: f64,
        took: Duration,
        waited: Duration,
    ) -> Result<Epoch> {
        let metric = self.experiment.metric()?;
        let score_of_validation = score(&metric, &self.predictions(probabilities)?)?.value;
        let number = self.progress.epoch + 1;
        let running = self.progress.running.clone();
        let train_loss = running.loss / running.photographs.max(1) as f64;
        let name = format!("validation/{metric}");
        let train_name = format!("train/{metric}");
        let mut line = vec![
            ("epoch", number as f64),
            ("step", self.progress.step as f64),
            ("train/loss", train_loss),
            ("validation/loss", loss),
            (name.as_str(), score_of_validation),
        ];
        // Of the batches as they were seen in training: augmented, and by weights that were still moving.
        let of_train = metric.applies_to(Kind::Labels).then(|| score(&metric, &running.expanded(&self.classes)));
        let train_score = of_train.and_then(Result::ok).map(|estimate| estimate.value);
        line.extend(train_score.map(|score| (train_name.as_str(), score)));
        self.log.line(&line)?;
        self.show(&line, probabilities)?;
        self.log_times(number, took, waited)?;
        let share = 100.0 * waited.as_secs_f64() / took.as_secs_f64().max(1e-9);
        let rate = running.photographs as f64 / took.as_secs_f64().max(1e-9);
        println!(
            "epoch {number:>3}  loss {train_loss:.4} / {loss:.4}  {metric} {} / {score_of_validation:.4}  {}  \
             {rate:.0} images/s  {share:.0} % waiting for data",
            train_score.map_or("-".to_owned(), |score| format!("{score:.4}")),
            time(took),
        );
        let comparable = match metric.direction() {
            Direction::Maximize => score_of_validation,
            Direction::Minimize => -score_of_validation,
        };
        Ok(Epoch { number, comparable })
    }

    /// The same for TensorBoard, with weights and confusions.
    fn show(&mut self, line: &[(&str, f64)], probabilities: &Tensor) -> Result<()> {
        let (step, state, validation) = (self.progress.step, self.model.state(), self.predictions(probabilities)?);
        let board = match &mut self.board {
            Some(board) => board,
            none => none.insert(Board::open(&self.folder, self.is_resumed.then_some(step))?),
        };
        board.epoch(step, line, &state, &validation)
    }

    /// How long things took, in a file of its own: `times.jsonl`.
    fn log_times(&mut self, epoch: u64, took: Duration, waited: Duration) -> Result<()> {
        let path = self.folder.join("times.jsonl");
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        let cpu = cpu_time();
        let spent = cpu.saturating_sub(self.cpu_seen);
        self.cpu_seen = cpu;
        let line = serde_json::json!({
            "epoch": epoch, "seconds": took.as_secs_f64(), "waited": waited.as_secs_f64(),
            "cpu_seconds": spent.as_secs_f64(),
            "images": self.progress.running.photographs,
        });
        writeln!(file, "{line}").with_context(|| format!("cannot write {}", path.display()))
    }

    /// Keeps the run as it is now, to go on from.
    pub(super) fn save_last(&mut self) -> Result<()> {
        self.progress.log_bytes = self.log.sync()?;
        let meta = self.meta();
        let current = self.model.state();
        let optimizer = self.optimizer.state();
        let averaged = self.average.with_averaged(&self.model, |model| copies(model.state()));
        let tensors =
            [(WEIGHTS, &averaged), (CURRENT, &current), (OPTIMIZER, &optimizer), (AVERAGE, self.average.state())];
        checkpoint::save(&self.folder.join("last"), &meta, &tensors, |_| Ok(()))?;
        Ok(())
    }

    /// Keeps the weights of the best epoch, with the predictions that made it best.
    pub(super) fn save_best(&mut self, probabilities: &Tensor) -> Result<()> {
        let meta = self.meta();
        let predictions = self.predictions(probabilities)?;
        let averaged = self.average.with_averaged(&self.model, |model| copies(model.state()));
        let write = |folder: &Path| {
            let path = folder.join("validation.safetensors");
            let failed = |error: crate::predictions::PredictionsError| CheckpointError::Content {
                path: path.display().to_string(),
                why: error.to_string(),
            };
            predictions.write(&path).map_err(failed)
        };
        checkpoint::save(&self.folder.join("best"), &meta, &[(WEIGHTS, &averaged)], write)?;
        Ok(())
    }

    /// The best epoch's result, read back from its checkpoint.
    pub(super) fn outcome(&self) -> Result<Outcome> {
        let Best { epoch, .. } = self.progress.best.context("the run has no epoch")?;
        let validation = Predictions::read(&self.folder.join("best").join("validation.safetensors"))?;
        let estimate = score(&self.experiment.metric()?, &validation)?;
        Ok(Outcome { epoch, estimate, validation })
    }

    fn meta(&self) -> Meta {
        Meta {
            experiment: self.experiment.clone(),
            fold: self.fold,
            classes: self.classes.clone(),
            normalisation: self.normalisation.clone(),
            size: self.size,
            machine: Machine::here(self.compute.device),
            progress: self.progress.clone(),
        }
    }

    /// Rows of the validation photographs with their ids and classes.
    fn predictions(&self, probabilities: &Tensor) -> Result<Predictions> {
        Ok(Predictions {
            ids: self.validated.iter().map(|(id, _)| id.clone()).collect(),
            classes: self.classes.clone(),
            labels: Some(self.validated.iter().map(|(_, label)| *label).collect()),
            probabilities: Vec::try_from(probabilities.contiguous().view(-1))?,
        })
    }
}

/// CPU time of all threads of this process so far.
pub(super) fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Weights that stay when the model's change.
fn copies(state: checkpoint::Tensors) -> checkpoint::Tensors {
    state.into_iter().map(|(name, tensor)| (name, tensor.detach().copy())).collect()
}

impl Running {
    /// The counts as predictions that are certain of what they say, one photograph for each count.
    fn expanded(&self, classes: &[String]) -> Predictions {
        let mut predictions = Predictions {
            ids: Vec::new(),
            classes: classes.to_vec(),
            labels: Some(Vec::new()),
            probabilities: Vec::new(),
        };
        let count = classes.len();
        for (cell, times) in self.confusion.iter().enumerate() {
            for _ in 0..*times {
                predictions.ids.push(String::new());
                predictions.labels.get_or_insert_default().push(cell / count);
                predictions.probabilities.extend((0..count).map(|class| f32::from(class == cell % count)));
            }
        }
        predictions
    }
}
