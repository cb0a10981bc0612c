//! Optimizers: how weights follow their gradients. The state is ours, readable and saved, so that a resumed run goes on
//! to the bit; libtorch's own optimizers keep theirs to themselves. Owns updates, groups, clipping; knows no schedule
//! (the step's rates are arguments) and no loss.
//!
//! On the CPU an update is one loop over plain slices (AdamW: 8.7 ms for 11.7 million weights against 38 ms of tch's);
//! elsewhere the same formulas as tensor operations.

pub(crate) mod adamw;
pub(crate) mod muon;
pub(crate) mod sgd;
mod slices;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor, no_grad};

use crate::model::Model;

/// `[optimizer]` of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How weights are updated.
    pub rule: Rule,
    /// Whether weight decay spares biases and the scales of normalisation, which it only hinders.
    pub spare_vectors: bool,
    /// Gradients longer than this are shortened to it; absent: never.
    pub clip: Option<f64>,
    /// Exceptions by name; the first that fits a weight counts.
    pub group: Vec<Group>,
}

/// Weights with rates of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Beginning of the weights' names, for example `classifier`; or `.bias` and the like, an end.
    pub weights: String,
    /// Multiplies the learning rate.
    pub rate: f64,
    /// Multiplies the weight decay.
    pub decay: f64,
}

impl Group {
    fn holds(&self, name: &str) -> bool {
        if self.weights.starts_with('.') { name.ends_with(&self.weights) } else { name.starts_with(&self.weights) }
    }
}

/// An optimizer's formula.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// Stochastic gradient descent with Nesterov's momentum, as torch has it.
    Sgd(sgd::Sgd),
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2017).
    Adamw(adamw::AdamW),
    /// Momentum made orthogonal (Jordan 2024) for the weights of convolutions; SGD for all others.
    Muon(muon::Muon),
}

/// A weight and what its updates remember.
#[derive(Debug)]
struct Slot {
    name: String,
    weight: Tensor,
    /// Multipliers of the rate and the decay.
    rate: f64,
    decay: f64,
    /// Momentum; for AdamW mean and mean square of the gradients.
    state: Vec<Tensor>,
    /// Updates so far: a weight that thaws late starts to count then.
    updates: i64,
}

/// What the schedule says about one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Multiplies every learning rate.
    pub rate: f64,
    /// Replaces the momentum (AdamW: the first beta), where the schedule moves it.
    pub momentum: Option<f64>,
}

/// Updates the weights of one model.
#[derive(Debug)]
pub struct Optimizer {
    rule: Rule,
    clip: Option<f64>,
    slots: Vec<Slot>,
}

impl Optimizer {
    /// An optimizer at its beginning.
    pub fn new(config: &Config, model: &Model) -> Self {
        let slots = model.parameters().into_iter().map(|(name, weight)| {
            let group = config.group.iter().find(|group| group.holds(&name));
            let is_spared = config.spare_vectors && weight.dim() < 2;
            let states = match config.rule {
                Rule::Adamw(_) => 2,
                Rule::Sgd(_) | Rule::Muon(_) => 1,
            };
            Slot {
                rate: group.map_or(1.0, |group| group.rate),
                decay: if is_spared { 0.0 } else { group.map_or(1.0, |group| group.decay) },
                state: (0..states).map(|_| weight.detach().zeros_like()).collect(),
                updates: 0,
                name,
                weight,
            }
        });
        Self { rule: config.rule.clone(), clip: config.clip, slots: slots.collect() }
    }

    /// Forgets the gradients of the last step. A frozen weight's too, but it is [`Self::step`] that leaves frozen
    /// weights alone: with a gradient of zero, momentum and decay would go on moving them.
    pub fn zero_gradients(&mut self) {
        for slot in &mut self.slots {
            slot.weight.zero_grad();
        }
    }

    /// Length of all gradients together, as if they were one vector, by weight; shortens them if that is configured.
    pub fn clip(&mut self) -> f64 {
        let Some(limit) = self.clip else { return 0.0 };
        let length = self.gradients().map(|(_, gradient)| squared_length(&gradient)).sum::<f64>().sqrt();
        if length > limit {
            for (_, mut gradient) in self.gradients() {
                no_grad(|| {
                    let _ = gradient.g_mul_scalar_(limit / (length + 1e-6));
                });
            }
        }
        length
    }

    /// Gradients of the weights that learn, in the order of their names.
    pub fn gradients(&self) -> impl Iterator<Item = (&str, Tensor)> {
        self.slots
            .iter()
            .filter(|slot| slot.weight.requires_grad())
            .map(|slot| (slot.name.as_str(), slot.weight.grad()))
            .filter(|(_, gradient)| gradient.defined())
    }

    /// Moves every weight that learns.
    pub fn step(&mut self, pace: Pace) {
        no_grad(|| {
            for slot in &mut self.slots {
                let gradient = slot.weight.grad();
                if !slot.weight.requires_grad() || !gradient.defined() {
                    continue;
                }
                slot.updates += 1;
                match &self.rule {
                    Rule::Sgd(rule) => rule.update(slot, &gradient, pace),
                    Rule::Adamw(rule) => rule.update(slot, &gradient, pace),
                    Rule::Muon(rule) => rule.update(slot, &gradient, pace),
                }
            }
        });
    }

    /// What a checkpoint must hold, by name.
    pub fn state(&self) -> BTreeMap<String, Tensor> {
        let mut state = BTreeMap::new();
        for slot in &self.slots {
            for (position, tensor) in slot.state.iter().enumerate() {
                state.insert(format!("{}#{position}", slot.name), tensor.shallow_clone());
            }
            state.insert(format!("{}#updates", slot.name), Tensor::from_slice(&[slot.updates]));
        }
        state
    }

    /// Goes on where a checkpoint stopped.
    ///
    /// # Errors
    /// The name of what is missing or does not fit.
    pub fn load(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), String> {
        for slot in &mut self.slots {
            for (position, tensor) in slot.state.iter_mut().enumerate() {
                let name = format!("{}#{position}", slot.name);
                let value = state.get(&name).filter(|value| value.size() == tensor.size()).ok_or(name)?;
                no_grad(|| tensor.copy_(value));
            }
            let name = format!("{}#updates", slot.name);
            slot.updates = state.get(&name).ok_or(name)?.int64_value(&[0]);
        }
        Ok(())
    }
}

/// Sum of squares.
pub fn squared_length(tensor: &Tensor) -> f64 {
    tensor.square().sum(Kind::Double).double_value(&[])
}

#[cfg(test)]
mod tests;
