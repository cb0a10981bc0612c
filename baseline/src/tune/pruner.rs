//! When to give a trial up. Both pruners decide as Optuna's do, and keep what they need in the journal as Optuna does.

use serde::{Deserialize, Serialize};

use super::study::{State, Study, Trial};

/// How a trial is judged on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Pruner {
    /// Every trial runs to its end.
    None,
    /// A trial whose best value so far is worse than the median of the others at the same step is given up.
    Median {
        /// Complete trials before any is given up.
        startup: usize,
        /// Steps that every trial may make.
        warmup: u64,
    },
    /// Asynchronous successive halving (Li et al. 2020): at each rung only the best share of those that reached it goes on.
    Asha {
        /// Step of the first rung.
        first: u64,
        /// One in so many goes on; the next rung is so many times further.
        reduction: u64,
    },
}

/// What a pruner found.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Whether to give the trial up.
    pub prune: bool,
    /// Rungs that it has newly reached, for the journal.
    pub reached: Vec<u64>,
}

impl Pruner {
    /// Judges a running trial of the study by its last intermediate value.
    pub fn judge(&self, study: &Study, trial: &Trial) -> Verdict {
        let go_on = Verdict { prune: false, reached: Vec::new() };
        let Some((step, value)) = trial.last() else { return go_on };
        match *self {
            Self::None => go_on,
            Self::Median { startup, warmup } => {
                Verdict { prune: step >= warmup && is_below_median(study, trial, step, startup), ..go_on }
            }
            Self::Asha { first, reduction } => halve(study, trial, step, value, first.max(1), reduction.max(2)),
        }
    }
}

fn is_below_median(study: &Study, trial: &Trial, step: u64, startup: usize) -> bool {
    let complete = || study.trials.iter().filter(|other| other.state == State::Complete);
    if complete().count() < startup.max(1) {
        return false;
    }
    let loss = |value: &f64| study.direction.loss(*value);
    let best = trial.intermediate.values().map(loss).filter(|loss| !loss.is_nan()).reduce(f64::min);
    let mut others: Vec<f64> =
        complete().filter_map(|other| other.intermediate.get(&step)).map(loss).filter(|loss| !loss.is_nan()).collect();
    if others.is_empty() {
        return false;
    }
    others.sort_by(f64::total_cmp);
    let middle = others.len() / 2;
    let median = if others.len() % 2 == 1 { others[middle] } else { f64::midpoint(others[middle - 1], others[middle]) };
    best.is_none_or(|best| best > median)
}

fn halve(study: &Study, trial: &Trial, step: u64, value: f64, first: u64, reduction: u64) -> Verdict {
    let loss = study.direction.loss(value);
    let mut reached = Vec::new();
    let mut rung = (0..).find(|rung| !trial.rungs.contains_key(rung)).unwrap_or(0);
    loop {
        let exponent = u32::try_from(rung).unwrap_or(u32::MAX);
        let is_there =
            reduction.checked_pow(exponent).and_then(|times| first.checked_mul(times)).is_some_and(|at| step >= at);
        if !is_there {
            return Verdict { prune: false, reached };
        }
        reached.push(rung);
        let others =
            study.trials.iter().filter(|other| other.id != trial.id).filter_map(|other| other.rungs.get(&rung));
        let mut competing: Vec<f64> = others.map(|value| study.direction.loss(*value)).chain([loss]).collect();
        competing.sort_by(f64::total_cmp);
        // With too few to take a share of, only the best goes on.
        let last = (competing.len() as u64 / reduction).max(1) as usize - 1;
        if loss.is_nan() || loss > competing[last] {
            return Verdict { prune: true, reached };
        }
        rung += 1;
    }
}

#[cfg(test)]
mod tests;
