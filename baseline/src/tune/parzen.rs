//! A Parzen estimator over several parameters at once: a mixture with one component for each trial, around what was tried
//! there, and one for "anything". Each component is a product of truncated normals and of categories, with Optuna's
//! bandwidths, so that a study behaves alike whoever continues it.

use std::collections::BTreeMap;
use std::f64::consts::{PI, SQRT_2};

use super::space::Parameter;
use crate::random::Random;

/// The density that a set of trials suggests.
pub struct Parzen<'a> {
    space: &'a BTreeMap<String, Parameter>,
    weights: Vec<f64>,
    /// For each parameter of the space, one kernel for each component.
    kernels: Vec<Kernels>,
}

enum Kernels {
    Normal(Vec<Normal>, Axis),
    Categories(Vec<Vec<f64>>),
}

/// A normal, truncated to its axis.
struct Normal {
    mean: f64,
    deviation: f64,
}

/// The line on which a number lies: itself, or its logarithm.
#[derive(Clone, Copy)]
struct Axis {
    low: f64,
    high: f64,
    log: bool,
    step: Option<f64>,
    /// The parameter's own ends, in its own unit.
    bounds: (f64, f64),
}

/// Trials of that number or fewer count alike; of more, the older ones count less.
const ALIKE: usize = 25;

impl<'a> Parzen<'a> {
    /// The estimator of trials, oldest first, each with a value for every parameter of the space.
    pub fn new(space: &'a BTreeMap<String, Parameter>, trials: &[BTreeMap<String, f64>]) -> Self {
        let mut weights = weights(trials.len());
        weights.push(1.0);
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= total);
        let kernels = space
            .iter()
            .map(|(name, parameter)| {
                let values: Vec<f64> = trials.iter().filter_map(|trial| trial.get(name)).copied().collect();
                match Axis::of(parameter) {
                    Some(axis) => Kernels::Normal(normals(&values, axis), axis),
                    None => Kernels::Categories(categories(&values, choices(parameter))),
                }
            })
            .collect();
        Self { space, weights, kernels }
    }

    /// Draws a point.
    pub fn sample(&self, random: &mut Random) -> BTreeMap<String, f64> {
        let component = pick(&self.weights, random);
        let draw = |kernels: &Kernels, random: &mut Random| match kernels {
            Kernels::Normal(normals, axis) => axis.back(normals[component].sample(axis, random)),
            Kernels::Categories(shares) => pick(&shares[component], random) as f64,
        };
        self.space.keys().zip(&self.kernels).map(|(name, kernels)| (name.clone(), draw(kernels, random))).collect()
    }

    /// Logarithm of the density at a point.
    pub fn log_density(&self, point: &BTreeMap<String, f64>) -> f64 {
        let terms: Vec<f64> = (0..self.weights.len())
            .map(|component| {
                let factors = self.space.keys().zip(&self.kernels).map(|(name, kernels)| {
                    let value = point.get(name).copied().unwrap_or(f64::NAN);
                    match kernels {
                        Kernels::Normal(normals, axis) => normals[component].log_density(axis, value),
                        Kernels::Categories(shares) => {
                            shares[component].get(value as usize).map_or(f64::NEG_INFINITY, |share| share.ln())
                        }
                    }
                });
                self.weights[component].ln() + factors.sum::<f64>()
            })
            .collect();
        let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return largest;
        }
        largest + terms.iter().map(|term| (term - largest).exp()).sum::<f64>().ln()
    }
}

/// Weights of trials, oldest first: a ramp from 1/n to 1 for all but the last 25.
fn weights(trials: usize) -> Vec<f64> {
    if trials < ALIKE {
        return vec![1.0; trials];
    }
    let ramp = trials - ALIKE;
    let first = 1.0 / trials as f64;
    let rise = |place: usize| if ramp > 1 { first + (1.0 - first) * place as f64 / (ramp - 1) as f64 } else { first };
    (0..ramp).map(rise).chain(std::iter::repeat_n(1.0, ALIKE)).collect()
}

/// A normal for each value and a wide one for the prior. Its deviation is the distance to the farther of its neighbours,
/// neither wider than the axis nor narrower than a share of it that shrinks with the number of trials.
fn normals(values: &[f64], axis: Axis) -> Vec<Normal> {
    let means: Vec<f64> = values.iter().map(|&value| axis.place(value)).collect();
    let width = axis.high - axis.low;
    let narrowest = width / 100.0_f64.min(2.0 + means.len() as f64);
    let mut order: Vec<usize> = (0..means.len()).collect();
    order.sort_by(|&a, &b| means[a].total_cmp(&means[b]));
    let mut deviations = vec![0.0; means.len()];
    for (place, &trial) in order.iter().enumerate() {
        let below = place.checked_sub(1).map(|below| means[trial] - means[order[below]]);
        let above = order.get(place + 1).map(|&above| means[above] - means[trial]);
        // The outermost look at their one neighbour; a value alone looks at the ends of the axis.
        let distance = match (below, above) {
            (None, None) => (means[trial] - axis.low).max(axis.high - means[trial]),
            (below, above) => below.unwrap_or(0.0).max(above.unwrap_or(0.0)),
        };
        deviations[trial] = distance.clamp(narrowest.min(width), width);
    }
    let prior = Normal { mean: f64::midpoint(axis.low, axis.high), deviation: width };
    let kernels = means.into_iter().zip(deviations).map(|(mean, deviation)| Normal { mean, deviation });
    kernels.chain([prior]).collect()
}

/// Shares of the choices: for each value one choice and a little of all, for the prior all alike.
fn categories(values: &[f64], choices: usize) -> Vec<Vec<f64>> {
    let components = values.len() + 1;
    let little = 1.0 / components as f64;
    let share = |chosen: Option<usize>| {
        let counts: Vec<f64> =
            (0..choices).map(|choice| little + f64::from(u8::from(chosen == Some(choice)))).collect();
        let sum: f64 = counts.iter().sum();
        counts.into_iter().map(|count| count / sum).collect()
    };
    values.iter().map(|&value| share(Some(value as usize))).chain([share(None)]).collect()
}

fn choices(parameter: &Parameter) -> usize {
    match parameter {
        Parameter::Choice { choices } => choices.len(),
        _ => 0,
    }
}

fn pick(weights: &[f64], random: &mut Random) -> usize {
    let mut left = random.unit() * weights.iter().sum::<f64>();
    for (place, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return place;
        }
    }
    weights.len().saturating_sub(1)
}

impl Axis {
    /// None for choices. A step widens the axis by half of it at both ends, so that the outer values have whole bins.
    fn of(parameter: &Parameter) -> Option<Self> {
        let (low, high, log, step) = match *parameter {
            Parameter::Float { low, high, log, step } => (low, high, log, step),
            Parameter::Int { low, high, log, step } => (low as f64, high as f64, log, Some(step as f64)),
            Parameter::Choice { .. } => return None,
        };
        // The last value that the step reaches, as Optuna has it.
        let high = step.map_or(high, |step| (low + ((high - low) / step + 1e-9).floor() * step).min(high));
        let half = step.unwrap_or(0.0) / 2.0;
        let place = |value: f64| if log { value.ln() } else { value };
        Some(Self { low: place(low - half), high: place(high + half), log, step, bounds: (low, high) })
    }

    fn place(&self, value: f64) -> f64 {
        if self.log { value.ln() } else { value }
    }

    /// The parameter's value at a place, on its step and within its bounds.
    fn back(&self, place: f64) -> f64 {
        let value = if self.log { place.exp() } else { place };
        let value = self.step.map_or(value, |step| self.bounds.0 + ((value - self.bounds.0) / step).round() * step);
        value.clamp(self.bounds.0, self.bounds.1)
    }
}

impl Normal {
    /// By drawing until it falls on the axis. The mean lies on it and the deviation is not wider than it, so a draw
    /// succeeds at least one time in three.
    fn sample(&self, axis: &Axis, random: &mut Random) -> f64 {
        let draws = (0..100).map(|_| self.mean + self.deviation * random.normal());
        draws.into_iter().find(|place| (axis.low..=axis.high).contains(place)).unwrap_or(self.mean)
    }

    fn log_density(&self, axis: &Axis, value: f64) -> f64 {
        if axis.high <= axis.low {
            return 0.0;
        }
        let all = self.mass(axis.low, axis.high).ln();
        match axis.step {
            Some(step) => {
                let edge = |value: f64| axis.place(value).clamp(axis.low, axis.high);
                self.mass(edge(value - step / 2.0), edge(value + step / 2.0)).ln() - all
            }
            None => {
                let distance = (axis.place(value) - self.mean) / self.deviation;
                -0.5 * distance * distance - (self.deviation * (2.0 * PI).sqrt()).ln() - all
            }
        }
    }

    /// Probability of an interval, from the tail that is smaller, where no digits are lost.
    fn mass(&self, low: f64, high: f64) -> f64 {
        let (a, b) = ((low - self.mean) / self.deviation, (high - self.mean) / self.deviation);
        let below = |z: f64| 0.5 * libm::erfc(-z / SQRT_2);
        let mass = if a > 0.0 { below(-a) - below(-b) } else { below(b) - below(a) };
        mass.max(f64::MIN_POSITIVE)
    }
}

#[cfg(test)]
mod tests;
