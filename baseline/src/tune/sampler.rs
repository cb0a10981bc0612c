//! What to try next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::parzen::Parzen;
use super::space::Parameter;
use super::study::{State, Study, Trial};
use crate::random::Random;

/// How values are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Sampler {
    /// Uniformly, by the logarithm where the parameter says so. Hard to beat with few trials.
    Random,
    /// Tree-structured Parzen estimator over all parameters together (Bergstra et al. 2011): of points drawn near the best
    /// tenth of the trials, the one that is least like the rest.
    Tpe {
        /// Random trials before the estimator begins.
        startup: usize,
        /// Points that are compared.
        candidates: usize,
    },
}

impl Sampler {
    /// A value for every parameter. It follows from the study, the seed and the number of the trial alone, so a search that
    /// is stopped and continued tries what it would have tried.
    pub fn suggest(&self, space: &BTreeMap<String, Parameter>, study: &Study, seed: u64) -> BTreeMap<String, f64> {
        let mut random = Random::new(&[seed, study.trials.len() as u64]);
        match *self {
            Self::Random => uniform(space, &mut random),
            Self::Tpe { startup, candidates } => {
                let usable = |trial: &&Trial| {
                    trial.state != State::Failed
                        && space.iter().all(|(name, parameter)| {
                            trial.parameters.get(name).is_some_and(|&value| parameter.contains(value))
                        })
                };
                let trials: Vec<&Trial> = study.trials.iter().filter(usable).collect();
                if trials.iter().filter(|trial| trial.is_finished()).count() < startup.max(1) {
                    return uniform(space, &mut random);
                }
                let (best, rest) = split(&trials, study);
                let (best, rest) = (Parzen::new(space, &best), Parzen::new(space, &rest));
                let ratio = |point: &BTreeMap<String, f64>| best.log_density(point) - rest.log_density(point);
                let points = (0..candidates.max(1)).map(|_| best.sample(&mut random));
                let scored = points.map(|point| (ratio(&point), point)).collect::<Vec<_>>();
                let first = scored.into_iter().reduce(|best, next| if next.0 > best.0 { next } else { best });
                first.map(|(_, point)| point).unwrap_or_default()
            }
        }
    }
}

/// Of n finished trials, so many are the best ones: a tenth, at most 25.
fn best_of(finished: usize) -> usize {
    finished.div_ceil(10).min(25)
}

type Points = Vec<BTreeMap<String, f64>>;

/// The best trials and the rest, both oldest first. Complete trials come before pruned ones; of pruned ones the better is
/// the one that got further, then the one with the better value there. Trials that run are with the rest, so that two
/// processes do not try the same.
fn split(trials: &[&Trial], study: &Study) -> (Points, Points) {
    let rank = |trial: &Trial| -> (u8, i64, f64) {
        let loss = |value: Option<f64>| value.map_or(f64::INFINITY, |value| study.direction.loss(value));
        match (trial.state, trial.last()) {
            (State::Complete, _) => (0, 0, loss(trial.value)),
            (State::Pruned, Some((step, value))) => (1, -i64::try_from(step).unwrap_or(i64::MAX), loss(Some(value))),
            (State::Pruned, None) => (2, 0, 0.0),
            _ => (3, 0, 0.0),
        }
    };
    let mut order: Vec<&&Trial> = trials.iter().collect();
    order.sort_by(|a, b| {
        let (a, b) = (rank(a), rank(b));
        (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2))
    });
    let finished = trials.iter().filter(|trial| trial.is_finished()).count();
    let points = |mut trials: Vec<&&Trial>| -> Points {
        trials.sort_by_key(|trial| trial.id);
        trials.into_iter().map(|trial| trial.parameters.clone()).collect()
    };
    let rest = order.split_off(best_of(finished).min(order.len()));
    (points(order), points(rest))
}

fn uniform(space: &BTreeMap<String, Parameter>, random: &mut Random) -> BTreeMap<String, f64> {
    let point = |(name, parameter): (&String, &Parameter)| {
        let value = match *parameter {
            Parameter::Float { low, high, log: false, step: None } => random.between(low, high),
            Parameter::Float { low, high, log: true, .. } => random.between(low.ln(), high.ln()).exp().clamp(low, high),
            Parameter::Float { low, high, step: Some(step), .. } => {
                (low + step * random.below(((high - low) / step + 1e-9) as usize + 1) as f64).min(high)
            }
            Parameter::Int { low, high, log: false, step } => {
                low as f64 + (step * random.below(((high - low) / step) as usize + 1) as i64) as f64
            }
            Parameter::Int { low, high, log: true, .. } => {
                let place = random.between((low as f64 - 0.5).ln(), (high as f64 + 0.5).ln());
                place.exp().round().clamp(low as f64, high as f64)
            }
            Parameter::Choice { ref choices } => random.below(choices.len()) as f64,
        };
        (name.clone(), value)
    };
    space.iter().map(point).collect()
}

#[cfg(test)]
mod tests;
