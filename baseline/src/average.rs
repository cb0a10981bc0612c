//! Averages of the weights over the steps, which are better than the last weights: a running mean beside training (EMA),
//! or one that training returns to (Lookahead). Both cover the statistics of batch normalisation, without which averaged
//! weights meet statistics of other weights.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor, no_grad};

use crate::model::Model;

/// `average` of `[train]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Config {
    /// The last weights.
    None,
    /// mean = decay mean + (1 - decay) weights, after every step; evaluation and prediction use the mean. At step i
    /// the decay is at most (1 + i) / (10 + i), so that the start is forgotten.
    Ema {
        /// How slowly it follows.
        decay: f64,
    },
    /// Every so many steps the weights jump to their mean (Zhang and others 2019), which follows ever more slowly:
    /// its decay is `decay`^every (i / steps)^3; at the end the mean is what remains.
    Lookahead {
        /// Steps between two jumps.
        every: u64,
        /// Of one step, at the end.
        decay: f64,
    },
}

/// A mean of a model's weights.
#[derive(Debug)]
pub struct Average {
    config: Config,
    mean: BTreeMap<String, Tensor>,
}

impl Average {
    /// Starts with the model as it is.
    pub fn new(config: Config, model: &Model) -> Self {
        let mean = match config {
            Config::None => BTreeMap::new(),
            Config::Ema { .. } | Config::Lookahead { .. } => copy(&model.state()),
        };
        Self { config, mean }
    }

    /// Takes note of the weights after step `step` (from 0) of `steps`.
    pub fn update(&mut self, model: &Model, step: u64, steps: u64) {
        match self.config {
            Config::None => {}
            Config::Ema { decay } => {
                let early = (1 + step) as f64 / (10 + step) as f64;
                self.follow(model, decay.min(early));
            }
            Config::Lookahead { every, decay } => {
                let is_last = step + 1 == steps;
                if (step + 1).is_multiple_of(every) || is_last {
                    let share = step as f64 / steps as f64;
                    let decay = if is_last { 1.0 } else { decay.powf(every as f64) * share.powi(3) };
                    self.follow(model, decay);
                    write(&self.mean, model);
                }
            }
        }
    }

    fn follow(&mut self, model: &Model, decay: f64) {
        no_grad(|| {
            for (name, value) in model.state() {
                if let Some(mean) = self.mean.get_mut(&name) {
                    if value.kind() == Kind::Float {
                        let _ = mean.lerp_(&value.detach(), 1.0 - decay);
                    } else {
                        mean.copy_(&value);
                    }
                }
            }
        });
    }

    /// Runs `work` on the model with the weights that count for evaluation, and gives it its own back.
    pub fn with_averaged<T>(&self, model: &Model, work: impl FnOnce(&Model) -> T) -> T {
        if !matches!(self.config, Config::Ema { .. }) {
            return work(model);
        }
        let own = copy(&model.state());
        write(&self.mean, model);
        let value = work(model);
        write(&own, model);
        value
    }

    /// What a checkpoint must hold.
    pub fn state(&self) -> &BTreeMap<String, Tensor> {
        &self.mean
    }

    /// Goes on where a checkpoint stopped.
    ///
    /// # Errors
    /// The name of what is missing.
    pub fn load(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), String> {
        for (name, mean) in &mut self.mean {
            let value = state.get(name).filter(|value| value.size() == mean.size()).ok_or_else(|| name.clone())?;
            no_grad(|| mean.copy_(value));
        }
        Ok(())
    }
}

fn copy(state: &BTreeMap<String, Tensor>) -> BTreeMap<String, Tensor> {
    state.iter().map(|(name, tensor)| (name.clone(), tensor.detach().copy())).collect()
}

fn write(values: &BTreeMap<String, Tensor>, model: &Model) {
    no_grad(|| {
        for (name, mut tensor) in model.state() {
            if let Some(value) = values.get(&name) {
                tensor.copy_(value);
            }
        }
    });
}

#[cfg(test)]
mod tests;
