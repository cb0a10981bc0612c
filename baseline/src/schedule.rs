//! Schedules: how the learning rate changes from step to step, as a factor of the configured one. Pure functions of the
//! step, but for the plateau, whose memory a checkpoint holds.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::optim::Pace;

/// `[schedule]` of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Share of all steps in which the rate first rises in a line from 0.
    pub warmup: f64,
    /// What follows.
    pub then: Shape,
}

/// A curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Shape {
    /// Always 1.
    Constant,
    /// Times `factor` after every so many epochs.
    Step {
        /// Epochs between two falls.
        epochs: f64,
        /// What a fall multiplies by.
        factor: f64,
    },
    /// Half a cosine from 1 to `floor`, begun anew `restarts` times (Loshchilov and Hutter 2016).
    Cosine {
        /// Where it ends.
        floor: f64,
        /// How often it jumps back to 1.
        restarts: u32,
    },
    /// Up from `start` to 1 in the share `peak` of the steps, then down to `end` (Smith 2017).
    OneCycle {
        /// Share of the steps before the peak.
        peak: f64,
        /// Factor at the first step.
        start: f64,
        /// Factor at the last.
        end: f64,
        /// Curve of both ways.
        curve: Curve,
        /// Momentum at the ends and at the peak, where it is moved against the rate; absent: it stays.
        momentum: Option<[f64; 2]>,
    },
    /// Times `factor` when the validation score has not improved for `patience` epochs.
    Plateau {
        /// What a fall multiplies by.
        factor: f64,
        /// Epochs without an improvement that are borne.
        patience: u32,
    },
}

/// How one gets from a value to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Curve {
    /// In a line.
    Linear,
    /// In half a cosine.
    Cosine,
}

impl Curve {
    fn between(self, from: f64, to: f64, share: f64) -> f64 {
        match self {
            Self::Linear => from + (to - from) * share,
            Self::Cosine => to + (from - to) * (1.0 + (PI * share).cos()) / 2.0,
        }
    }
}

/// What [`Shape::Plateau`] remembers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plateau {
    /// The present factor.
    pub factor: f64,
    /// Best score so far, more being better.
    pub best: Option<f64>,
    /// Epochs since then.
    pub waited: u32,
}

impl Default for Plateau {
    fn default() -> Self {
        Self { factor: 1.0, best: None, waited: 0 }
    }
}

impl Plateau {
    /// Takes note of an epoch's score, more being better.
    pub fn observe(&mut self, shape: Shape, score: f64) {
        let Shape::Plateau { factor, patience } = shape else { return };
        if self.best.is_none_or(|best| score > best) {
            self.best = Some(score);
            self.waited = 0;
            return;
        }
        self.waited += 1;
        if self.waited > patience {
            self.factor *= factor;
            self.waited = 0;
        }
    }
}

impl Config {
    /// The pace of step `step` (from 0) of `steps`, an epoch being `epoch_steps`.
    pub fn pace(&self, step: u64, steps: u64, epoch_steps: u64, plateau: &Plateau) -> Pace {
        let warmup = (self.warmup * steps as f64).round() as u64;
        if step < warmup {
            return Pace { rate: (step + 1) as f64 / (warmup + 1) as f64, momentum: self.momentum_at(0.0) };
        }
        let (step, steps) = (step - warmup, steps - warmup);
        // 0 at the first step, 1 at the last.
        let share = if steps > 1 { step as f64 / (steps - 1) as f64 } else { 0.0 };
        let rate = match self.then {
            Shape::Constant => 1.0,
            Shape::Step { epochs, factor } => factor.powf((step as f64 / epoch_steps as f64 / epochs).floor()),
            Shape::Cosine { floor, restarts } => {
                let cycles = share * f64::from(restarts + 1);
                let within = if share >= 1.0 { 1.0 } else { cycles.fract() };
                Curve::Cosine.between(1.0, floor, within)
            }
            Shape::OneCycle { peak, start, end, curve, .. } => two_ways(curve, [start, 1.0, end], peak, share),
            Shape::Plateau { .. } => plateau.factor,
        };
        Pace { rate, momentum: self.momentum_at(share) }
    }

    fn momentum_at(&self, share: f64) -> Option<f64> {
        match self.then {
            Shape::OneCycle { peak, curve, momentum: Some([ends, low]), .. } => {
                Some(two_ways(curve, [ends, low, ends], peak, share))
            }
            _ => None,
        }
    }
}

fn two_ways(curve: Curve, values: [f64; 3], peak: f64, share: f64) -> f64 {
    let [start, middle, end] = values;
    if share < peak {
        curve.between(start, middle, share / peak)
    } else if peak < 1.0 {
        curve.between(middle, end, (share - peak) / (1.0 - peak))
    } else {
        middle
    }
}

#[cfg(test)]
mod tests;
