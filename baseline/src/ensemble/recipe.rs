//! What is done to the members' predictions, in this order: vote, temperature, multipliers. A recipe is fitted on
//! out-of-fold predictions and applied to the test's.

use podium_scoring::metric::Metric;

use super::thresholds::{self, Goal};
use super::vote::Vote;
use super::weights::Weighting;
use super::{EnsembleError, select, temperature};
use crate::predictions::Predictions;
use crate::random::Random;

/// What shall be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How members are put together.
    pub vote: Vote,
    /// How much each member counts.
    pub weighting: Weighting,
    /// Whether to find a temperature.
    pub calibrate: bool,
    /// Whether to find a multiplier for each class; only for F1, see [`Goal::of`].
    pub thresholds: bool,
}

/// What was fitted.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Recipe {
    /// How members are put together.
    pub vote: Vote,
    /// One for each member, summing to 1.
    pub weights: Vec<f64>,
    /// 1 where there was nothing to find.
    pub temperature: f64,
    /// One for each class; empty where there was nothing to find.
    pub multipliers: Vec<f64>,
}

impl Settings {
    /// Fits on members whose rows are aligned and whose true classes are known.
    ///
    /// # Errors
    /// Those of the metric and of the true classes.
    pub fn fit(&self, members: &[Predictions], metric: &Metric) -> Result<Recipe, EnsembleError> {
        let weights = self.weighting.find(members, metric)?;
        let blended = self.vote.combine(members, &weights)?;
        let temperature = if self.calibrate { temperature::fit(&blended) } else { 1.0 };
        let goal = Goal::of(metric, &blended.classes).filter(|_| self.thresholds);
        let multipliers =
            goal.map_or(Vec::new(), |goal| thresholds::fit(&temperature::apply(&blended, temperature), goal));
        Ok(Recipe { vote: self.vote, weights, temperature, multipliers })
    }

    /// The blend of rows that its own fit did not see: the rows are parted, classes evenly, and each part is blended by
    /// a recipe that was fitted on the others. Its score is honest, which that of a fit on its own rows is not.
    ///
    /// # Errors
    /// As [`Settings::fit`].
    pub fn cross_fitted(&self, members: &[Predictions], metric: &Metric) -> Result<Predictions, EnsembleError> {
        let first = members.first().ok_or(EnsembleError::Empty)?;
        let part_of = parts(first);
        let mut blended = Predictions { probabilities: vec![0.0; first.probabilities.len()], ..first.clone() };
        let classes = first.classes.len();
        for part in 0..PARTS {
            let (held, rest): (Vec<usize>, Vec<usize>) = (0..part_of.len()).partition(|&row| part_of[row] == part);
            if held.is_empty() || rest.is_empty() {
                continue;
            }
            let of = |rows: &[usize]| members.iter().map(|member| select(member, rows)).collect::<Vec<_>>();
            let unseen = self.fit(&of(&rest), metric)?.apply(&of(&held))?;
            for (place, &row) in held.iter().enumerate() {
                blended.probabilities[row * classes..(row + 1) * classes].copy_from_slice(unseen.row(place));
            }
        }
        Ok(blended)
    }
}

impl Recipe {
    /// Blends members whose rows are aligned.
    ///
    /// # Errors
    /// [`EnsembleError::Weights`] for another number of members than at the fit.
    pub fn apply(&self, members: &[Predictions]) -> Result<Predictions, EnsembleError> {
        let mut blended = self.vote.combine(members, &self.weights)?;
        if self.temperature != 1.0 {
            blended = temperature::apply(&blended, self.temperature);
        }
        if !self.multipliers.is_empty() {
            blended = thresholds::apply(&blended, &self.multipliers);
        }
        Ok(blended)
    }
}

/// Parts of a cross-fit.
const PARTS: usize = 5;

/// The part of each row: in each class the rows are dealt out in an order that depends on their ids alone, so that the
/// same photographs are together whatever the order of the files.
fn parts(predictions: &Predictions) -> Vec<usize> {
    let key = |row: usize| Random::new(&predictions.ids[row].bytes().map(u64::from).collect::<Vec<_>>()).next();
    let mut rows: Vec<(usize, u64, usize)> = (0..predictions.ids.len())
        .map(|row| (predictions.labels.as_ref().map_or(0, |labels| labels[row]), key(row), row))
        .collect();
    rows.sort_unstable();
    let mut part_of = vec![0; rows.len()];
    for (place, &(_, _, row)) in rows.iter().enumerate() {
        part_of[row] = place % PARTS;
    }
    part_of
}

#[cfg(test)]
mod tests;
