//! One prediction from several: soft voting (the mean of probabilities), blending (a weighted mean), hard voting (each
//! member has one vote for its most probable class).

use super::EnsembleError;
use crate::predictions::Predictions;

/// How members are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// The mean of the probabilities: a sure member counts more than one that hesitates.
    Soft,
    /// One vote for the most probable class: only agreement counts. Ties go to the larger mean probability.
    Hard,
}

/// A share of a vote for the mean probability: it parts ties and can overturn no vote of a member whose weight is more
/// than a millionth.
const TIE: f64 = 1e-6;

impl Vote {
    /// Puts members together whose rows are aligned. Weights need not sum to 1; equal ones make it an ordinary vote.
    ///
    /// # Errors
    /// [`EnsembleError::Empty`], or [`EnsembleError::Weights`] unless there is one for each member.
    pub fn combine(self, members: &[Predictions], weights: &[f64]) -> Result<Predictions, EnsembleError> {
        let first = members.first().ok_or(EnsembleError::Empty)?;
        if weights.len() != members.len() {
            return Err(EnsembleError::Weights { weights: weights.len(), members: members.len() });
        }
        let total: f64 = weights.iter().sum();
        let mean = mean(members, weights, total);
        let values = match self {
            Self::Soft => mean,
            Self::Hard => {
                let mut votes: Vec<f64> = mean.iter().map(|probability| TIE * probability).collect();
                for (member, weight) in members.iter().zip(weights) {
                    for (row, class) in member.most_probable().into_iter().enumerate() {
                        votes[row * first.classes.len() + class] += weight / total;
                    }
                }
                votes.iter().map(|vote| vote / (1.0 + TIE)).collect()
            }
        };
        let probabilities = values.into_iter().map(|value| value as f32).collect();
        Ok(Predictions { probabilities, ..first.clone() })
    }
}

fn mean(members: &[Predictions], weights: &[f64], total: f64) -> Vec<f64> {
    let mut sum = vec![0.0; members[0].probabilities.len()];
    for (member, weight) in members.iter().zip(weights) {
        for (sum, &probability) in sum.iter_mut().zip(&member.probabilities) {
            *sum += weight / total * f64::from(probability);
        }
    }
    sum
}

#[cfg(test)]
mod tests;
