//! Weights for a blend, found on out-of-fold predictions. Two ways, because they fail differently:
//!
//! * [`by_likelihood`] maximises the likelihood of the true classes under the mixture. The problem is concave, so there is
//!   one answer, whatever the start; it uses the whole probability and is hard to overfit with few members.
//! * [`by_selection`] maximises the competition's metric itself, by adding members one by one, with repetition (Caruana
//!   et al., "Ensemble selection from libraries of models", 2004). It follows metrics that the likelihood does not know,
//!   such as macro-F1, and their noise.

use podium_scoring::metric::Metric;

use super::{EnsembleError, score, vote::Vote};
use crate::predictions::Predictions;

/// How weights are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// All equal: nothing is fitted.
    Equal,
    /// Most likely mixture.
    Likelihood,
    /// Best metric by greedy selection.
    Selection,
}

impl Weighting {
    /// Finds weights that sum to 1, for members whose rows are aligned.
    ///
    /// # Errors
    /// [`EnsembleError::NoLabels`] where true classes are needed, and those of the metric.
    pub fn find(self, members: &[Predictions], metric: &Metric) -> Result<Vec<f64>, EnsembleError> {
        match self {
            Self::Equal => Ok(vec![1.0 / members.len() as f64; members.len()]),
            Self::Likelihood => by_likelihood(members),
            Self::Selection => by_selection(members, metric),
        }
    }
}

/// Rounds of expectation and maximisation. Each one raises the likelihood; the gain of the last was below 1e-9 in every
/// blend that was tried.
const ROUNDS: usize = 2_000;
/// A row that all members call impossible says nothing about their weights; without a floor it would end the search.
const FLOOR: f64 = 1e-12;

/// The mixture under which the true classes are most likely, by expectation-maximisation: a member's new weight is the
/// mean share that it has in the probability given to the truth.
///
/// # Errors
/// [`EnsembleError::NoLabels`] without true classes.
pub fn by_likelihood(members: &[Predictions]) -> Result<Vec<f64>, EnsembleError> {
    let labels = members.first().ok_or(EnsembleError::Empty)?.labels.as_ref();
    let labels = labels.ok_or_else(|| EnsembleError::NoLabels("the first member".to_owned()))?;
    let of_truth: Vec<Vec<f64>> = members
        .iter()
        .map(|member| {
            labels.iter().enumerate().map(|(row, &label)| f64::from(member.row(row)[label]).max(FLOOR)).collect()
        })
        .collect();
    let mut weights = vec![1.0 / members.len() as f64; members.len()];
    for _ in 0..ROUNDS {
        let mut shares = vec![0.0; members.len()];
        for row in 0..labels.len() {
            let mixture: f64 = weights.iter().zip(&of_truth).map(|(weight, member)| weight * member[row]).sum();
            for (share, (weight, member)) in shares.iter_mut().zip(weights.iter().zip(&of_truth)) {
                *share += weight * member[row] / mixture;
            }
        }
        let moved = shares.iter().zip(&weights).map(|(share, weight)| (share / labels.len() as f64 - weight).abs());
        let moved = moved.fold(0.0, f64::max);
        weights = shares.iter().map(|share| share / labels.len() as f64).collect();
        if moved < 1e-9 {
            break;
        }
    }
    Ok(weights)
}

/// Picks of the greedy search: weights are multiples of one over this or more.
const PICKS: usize = 30;

/// Adds, again and again, the member that makes the mean of all picks best by the metric; keeps the shortest row of
/// picks that reached the best score. Of equals, the first member and the fewest picks.
///
/// # Errors
/// Those of the metric.
pub fn by_selection(members: &[Predictions], metric: &Metric) -> Result<Vec<f64>, EnsembleError> {
    let direction = metric.direction();
    let mut picks = vec![0.0; members.len()];
    let mut best: Option<(f64, Vec<f64>)> = None;
    for _ in 0..PICKS {
        let mut round: Option<(f64, usize)> = None;
        for member in 0..members.len() {
            let mut tried = picks.clone();
            tried[member] += 1.0;
            let value = score(metric, &Vote::Soft.combine(members, &tried)?)?.value;
            if round.is_none_or(|(so_far, _)| direction.better(value, so_far)) {
                round = Some((value, member));
            }
        }
        let Some((value, member)) = round else { return Err(EnsembleError::Empty) };
        picks[member] += 1.0;
        if best.as_ref().is_none_or(|(so_far, _)| direction.better(value, *so_far)) {
            best = Some((value, picks.clone()));
        }
    }
    let (_, picks) = best.ok_or(EnsembleError::Empty)?;
    let total: f64 = picks.iter().sum();
    Ok(picks.iter().map(|pick| pick / total).collect())
}

#[cfg(test)]
mod tests;
