//! After training: several models' predictions made into one, and every figure about it taken out of fold. Works on
//! probabilities that were written down; runs no model. Only [`tta`], whose views are applied to pictures, knows tensors.
//!
//! Whatever is fitted here (weights, temperature, multipliers) is fitted on out-of-fold predictions and judged on rows
//! that the fit did not see, see [`recipe::cross_fitted`].

use std::collections::HashMap;

use podium_scoring::columns::{Kind, Predictions as Column, Targets, Truth, class_order};
use podium_scoring::metric::{self, Estimate, Metric, Undefined};

use crate::predictions::Predictions;

pub mod compare;
pub mod member;
pub mod recipe;
pub mod temperature;
pub mod thresholds;
pub mod tta;
pub mod vote;
pub mod weights;

/// Why predictions cannot be used together.
#[derive(Debug, thiserror::Error)]
pub enum EnsembleError {
    /// Nothing to work on.
    #[error("there are no predictions to blend")]
    Empty,
    /// Classes differ.
    #[error("'{first}' and '{second}' predict different classes, or the same in another order")]
    Classes {
        /// A member.
        first: String,
        /// Another.
        second: String,
    },
    /// A photograph is missing.
    #[error("'{member}' has no prediction for '{id}', which others have")]
    Missing {
        /// The member.
        member: String,
        /// The photograph.
        id: String,
    },
    /// A photograph twice in one file.
    #[error("'{member}' predicts '{id}' twice")]
    Twice {
        /// The member.
        member: String,
        /// The photograph.
        id: String,
    },
    /// No truth.
    #[error("'{0}' does not say the true classes; only out-of-fold predictions do")]
    NoLabels(String),
    /// Two members say different true classes.
    #[error("'{member}' says that '{id}' is '{says}', another member that it is '{other}'")]
    Labels {
        /// The member.
        member: String,
        /// The photograph.
        id: String,
        /// Its class by this member.
        says: String,
        /// Its class by the other.
        other: String,
    },
    /// Another number of weights than members.
    #[error("{weights} weights for {members} members")]
    Weights {
        /// Weights.
        weights: usize,
        /// Members.
        members: usize,
    },
    /// A metric that predictions of classes do not have.
    #[error("the metric {0} is not one of classes")]
    Metric(String),
    /// A metric without a value.
    #[error(transparent)]
    Undefined(#[from] Undefined),
}

/// What `metric` is worth on predictions whose true classes are known: the server's own code. Metrics of labels see the
/// most probable class; `roc_auc` and the like see the second of two classes as the positive one.
///
/// # Errors
/// [`EnsembleError::NoLabels`], [`EnsembleError::Metric`], and [`EnsembleError::Undefined`] where the metric is.
pub fn score(metric: &Metric, predictions: &Predictions) -> Result<Estimate, EnsembleError> {
    let columns = Columns::new(metric, predictions)?;
    let rows: Vec<u32> = (0..).take(predictions.ids.len()).collect();
    Ok(metric::evaluate(metric, &columns.truth, &columns.predicted, &rows)?)
}

/// Predictions as the two columns that a metric reads.
struct Columns {
    truth: Truth,
    predicted: Column,
}

impl Columns {
    fn new(metric: &Metric, predictions: &Predictions) -> Result<Self, EnsembleError> {
        let labels = predictions.labels.as_ref().ok_or_else(|| EnsembleError::NoLabels("this file".to_owned()))?;
        // `scoring` keeps classes in an order of its own, on which some metrics depend.
        let order = class_order(&predictions.classes);
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old as usize] = new as u32;
        }
        let index: Vec<u32> = labels.iter().map(|&label| place[label]).collect();
        let names: Vec<String> = order.iter().map(|&old| predictions.classes[old as usize].clone()).collect();
        let rows = 0..predictions.ids.len();
        let positive = names.last().cloned().unwrap_or_default();
        let (targets, predicted) = if metric.applies_to(Kind::Labels) {
            let index_of_most: Vec<u32> = predictions.most_probable().into_iter().map(|class| place[class]).collect();
            (Targets::Classes { index, names }, Column::Classes { index: index_of_most, extra: Vec::new() })
        } else if metric.applies_to(Kind::Probabilities) {
            let in_order = |row: usize| order.iter().map(move |&old| f64::from(predictions.row(row)[old as usize]));
            let values = rows.flat_map(in_order).collect();
            (Targets::Classes { index, names }, Column::Probabilities { values, extra: Vec::new() })
        } else if metric.applies_to(Kind::Probability) && names.len() == 2 {
            let scores = rows.map(|row| f64::from(predictions.row(row)[order[1] as usize])).collect();
            (Targets::Binary(index.iter().map(|&class| class == 1).collect()), Column::Scores(scores))
        } else {
            return Err(EnsembleError::Metric(metric.to_string()));
        };
        let mut truth = Truth::new(targets);
        truth.positive = positive;
        Ok(Self { truth, predicted })
    }
}

/// The given rows, in that order.
pub fn select(predictions: &Predictions, rows: &[usize]) -> Predictions {
    Predictions {
        ids: rows.iter().map(|&row| predictions.ids[row].clone()).collect(),
        classes: predictions.classes.clone(),
        labels: predictions.labels.as_ref().map(|labels| rows.iter().map(|&row| labels[row]).collect()),
        probabilities: rows.iter().flat_map(|&row| predictions.row(row)).copied().collect(),
    }
}

/// The members' predictions with their rows in the order of the first member's, over the photographs that it has.
///
/// # Errors
/// Where classes differ, a photograph is missing or twice, or true classes contradict each other.
pub fn aligned(members: &[(&str, &Predictions)]) -> Result<Vec<Predictions>, EnsembleError> {
    let &[(first_name, first), ..] = members else { return Err(EnsembleError::Empty) };
    members.iter().map(|&(name, predictions)| align(name, predictions, first_name, first)).collect()
}

fn align(
    name: &str,
    predictions: &Predictions,
    first_name: &str,
    first: &Predictions,
) -> Result<Predictions, EnsembleError> {
    if predictions.classes != first.classes {
        return Err(EnsembleError::Classes { first: first_name.to_owned(), second: name.to_owned() });
    }
    let mut places = HashMap::with_capacity(predictions.ids.len());
    for (row, id) in predictions.ids.iter().enumerate() {
        if places.insert(id.as_str(), row).is_some() {
            return Err(EnsembleError::Twice { member: name.to_owned(), id: id.clone() });
        }
    }
    let place = |id: &String| {
        let missing = || EnsembleError::Missing { member: name.to_owned(), id: id.clone() };
        places.get(id.as_str()).copied().ok_or_else(missing)
    };
    let rows = first.ids.iter().map(place).collect::<Result<Vec<usize>, _>>()?;
    let aligned = select(predictions, &rows);
    if let (Some(labels), Some(others)) = (&aligned.labels, &first.labels)
        && let Some(row) = (0..labels.len()).find(|&row| labels[row] != others[row])
    {
        return Err(EnsembleError::Labels {
            member: name.to_owned(),
            id: aligned.ids[row].clone(),
            says: aligned.classes[labels[row]].clone(),
            other: first.classes[others[row]].clone(),
        });
    }
    Ok(aligned)
}

#[cfg(test)]
mod tests;
