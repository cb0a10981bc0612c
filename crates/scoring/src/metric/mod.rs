//! The metrics: their names, their properties, and one entry that evaluates any of them on two columns. Each kind of
//! target has a file with the formulas. Pure: no file, no clock, no floating result that depends on row order.
//!
//! Values equal scikit-learn 1.9 (ranx 0.3 for rankings) with its defaults, to 1e-12.

use std::fmt;

use crate::columns::{Kind, Predictions, Targets, Truth};

mod example;
mod explain;
mod groups;
pub(crate) mod labels;
mod multilabel;
mod name;
mod numbers;
pub(crate) mod order;
pub(crate) mod probabilities;
pub(crate) mod probability;
mod ranking;
mod row_means;

pub use explain::Explanation;
pub use name::{UnknownMetric, patterns};

/// How a metric of classes treats several classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Average {
    /// Counts of all classes together.
    Micro,
    /// Plain mean over the classes.
    Macro,
    /// Mean over the classes, weighted by how often each is true.
    Weighted,
    /// The positive class alone.
    Binary,
    /// Mean over the rows (sets of labels only).
    Samples,
}

/// How far two classes are apart for Cohen's kappa.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Distance {
    /// Any two classes differ by the same.
    Unit,
    /// By the number of steps in class order.
    Linear,
    /// By the square of that number.
    Quadratic,
}

/// What a relevance is worth in a ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gain {
    /// The relevance itself.
    Linear,
    /// 2^relevance - 1.
    Exponential,
}

/// A metric with its parameters. [`fmt::Display`] and [`std::str::FromStr`] use the names of the documentation.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each metric explains itself: `Metric::explanation`")]
pub enum Metric {
    Accuracy,
    BalancedAccuracy,
    Mcc,
    Kappa(Distance),
    F1(Average),
    Precision(Average),
    Recall(Average),
    Jaccard(Average),
    RocAuc,
    AveragePrecision,
    LogLoss,
    Brier,
    RocAucOvr(Average),
    RocAucOvo,
    TopKAccuracy(u32),
    Mae,
    Mse,
    Rmse,
    Rmsle,
    Mape,
    Smape,
    MedianAe,
    R2,
    /// The quantile, in [0, 1].
    Pinball(f64),
    Mrr(Option<u32>),
    Ndcg(Gain, Option<u32>),
    Map(Option<u32>),
    MapCapped(u32),
    PrecisionAt(u32),
    RecallAt(u32),
    HitRate(u32),
    MultilabelF1(Average),
    ExactMatch,
    HammingLoss,
    JaccardSamples,
    BiasAuc,
    /// The worst value of a metric over the groups; never of a group metric.
    WorstGroup(Box<Metric>),
}

/// Which scores are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// More is better.
    Maximize,
    /// Less is better.
    Minimize,
}

impl Direction {
    /// Whether `a` is a better score than `b`.
    pub fn better(self, a: f64, b: f64) -> bool {
        match self {
            Self::Maximize => a > b,
            Self::Minimize => a < b,
        }
    }
}

/// A score on some rows and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The score, finite.
    pub value: f64,
    /// One standard error; none where the rows are too few to tell.
    pub standard_error: Option<f64>,
}

/// Why a metric has no value on the scored rows. The texts name no class, group or row: they are shown to participants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// Nothing to score.
    #[error("there is no row to score")]
    NoRows,
    /// Every scored row has weight 0.
    #[error("all scored rows have weight 0")]
    NoWeight,
    /// Curves and pairs need rows of both sides.
    #[error("{0} needs rows of at least two classes among the scored ones")]
    OneClass(String),
    /// A class average needs each class.
    #[error("{0} needs at least one row of every class among the scored ones")]
    MissingClass(String),
    /// Truth and prediction agree on a single class.
    #[error("{0} is not defined when the truth and the predictions hold one and the same class")]
    NoVariation(String),
    /// A `_binary` average of something else.
    #[error("{0} needs exactly two classes, one of them the positive class '{1}'")]
    NotBinary(String, String),
    /// A logarithm of nothing.
    #[error("rmsle is not defined for values at or below -1")]
    AtOrBelowMinusOne,
    /// r2 of one row.
    #[error("r2 needs at least two rows")]
    TooFewRows,
    /// No label anywhere.
    #[error("{0} needs at least one label in the truth or the predictions")]
    NoLabels(String),
    /// No `groups` column, or no scored row in any group.
    #[error("{0} needs rows that belong to groups; the solution has no such rows")]
    NoGroups(String),
    /// The metric is undefined inside a group.
    #[error("{metric} is not defined on one of the groups: {reason}")]
    InGroup {
        /// The group metric.
        metric: String,
        /// Why, inside that group.
        reason: Box<Undefined>,
    },
    /// The metric belongs to another kind of task.
    #[error("{0} does not apply to this kind of target")]
    WrongKind(String),
    /// The result overflowed.
    #[error("{0} of these values is too large to be a number; check their magnitude")]
    NotFinite(String),
}

impl Undefined {
    /// The code that clients see.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFinite(_) => "score_not_finite",
            _ => "metric_undefined",
        }
    }
}

/// Evaluates `metric` on the rows `rows` (indexes into the columns, each at most once), with its standard error.
///
/// # Errors
/// [`Undefined`] when the metric has no finite value there. The result is never NaN or infinite.
pub fn evaluate(
    metric: &Metric,
    truth: &Truth,
    predictions: &Predictions,
    rows: &[u32],
) -> Result<Estimate, Undefined> {
    Scored { truth, predictions, rows, with_error: true }.evaluate(metric)
}

/// As [`evaluate`], without the standard error, which can cost more than the score itself.
///
/// # Errors
/// As [`evaluate`].
pub fn value(metric: &Metric, truth: &Truth, predictions: &Predictions, rows: &[u32]) -> Result<f64, Undefined> {
    Scored { truth, predictions, rows, with_error: false }.evaluate(metric).map(|estimate| estimate.value)
}

/// What every formula reads.
#[derive(Clone, Copy)]
struct Scored<'a> {
    truth: &'a Truth,
    predictions: &'a Predictions,
    rows: &'a [u32],
    /// Whether the standard error is wanted; a formula may give it anyway where it costs nothing.
    with_error: bool,
}

impl Scored<'_> {
    fn evaluate(&self, metric: &Metric) -> Result<Estimate, Undefined> {
        if self.rows.is_empty() {
            return Err(Undefined::NoRows);
        }
        let estimate = match metric {
            Metric::BiasAuc => groups::bias_auc(self),
            Metric::WorstGroup(inner) => groups::worst(self, metric, inner),
            _ => self.dispatch(metric),
        }?;
        if estimate.value.is_finite() { Ok(estimate) } else { Err(Undefined::NotFinite(metric.to_string())) }
    }

    fn dispatch(&self, metric: &Metric) -> Result<Estimate, Undefined> {
        match (&self.truth.targets, self.predictions) {
            (Targets::Classes { index: truth, names }, Predictions::Classes { index, extra }) => {
                let positive = &self.truth.positive;
                let confusion = labels::Confusion::count(truth, names, index, extra, self.weights(), self.rows);
                confusion.evaluate(metric, positive, self.with_error)
            }
            (Targets::Binary(truth), Predictions::Scores(scores)) => {
                probability::evaluate(metric, truth, scores, self.weights(), self.rows, self.with_error)
            }
            (Targets::Classes { index, names }, Predictions::Probabilities { values, extra }) => {
                let matrix = probabilities::Matrix::new(values, names, extra);
                probabilities::evaluate(metric, index, &matrix, self.weights(), self.rows, self.with_error)
            }
            (Targets::Numbers { columns, values }, Predictions::Numbers(predicted)) => {
                numbers::evaluate(metric, *columns, values, predicted, self.weights(), self.rows)
            }
            (Targets::Ranking(relevant), Predictions::Rankings(ranked)) => {
                ranking::evaluate(metric, relevant, ranked, self.rows)
            }
            (Targets::Sets { rows: truth, .. }, Predictions::Sets { rows: predicted, .. }) => {
                multilabel::evaluate(metric, truth, predicted, self.weights(), self.rows)
            }
            _ => Err(Undefined::WrongKind(metric.to_string())),
        }
    }

    fn weights(&self) -> Option<&[f64]> {
        self.truth.weights.as_deref()
    }
}

impl Metric {
    /// Which scores are better.
    pub fn direction(&self) -> Direction {
        match self {
            Self::LogLoss
            | Self::Brier
            | Self::Mae
            | Self::Mse
            | Self::Rmse
            | Self::Rmsle
            | Self::Mape
            | Self::Smape
            | Self::MedianAe
            | Self::Pinball(_)
            | Self::HammingLoss => Direction::Minimize,
            Self::WorstGroup(inner) => inner.direction(),
            _ => Direction::Maximize,
        }
    }

    /// Least and largest value; infinite where unbounded.
    pub fn range(&self) -> (f64, f64) {
        match self {
            Self::Mcc => (-1.0, 1.0),
            Self::Kappa(_) => (-1.0, 1.0),
            Self::R2 => (f64::NEG_INFINITY, 1.0),
            Self::Smape => (0.0, 2.0),
            Self::LogLoss
            | Self::Mae
            | Self::Mse
            | Self::Rmse
            | Self::Rmsle
            | Self::Mape
            | Self::MedianAe
            | Self::Pinball(_) => (0.0, f64::INFINITY),
            Self::WorstGroup(inner) => inner.range(),
            _ => (0.0, 1.0),
        }
    }

    /// Whether the metric is defined for tasks of this kind.
    pub fn applies_to(&self, kind: Kind) -> bool {
        match self {
            Self::Accuracy
            | Self::BalancedAccuracy
            | Self::Mcc
            | Self::Kappa(_)
            | Self::F1(_)
            | Self::Precision(_)
            | Self::Recall(_)
            | Self::Jaccard(_) => kind == Kind::Labels,
            Self::RocAuc | Self::AveragePrecision | Self::Brier | Self::BiasAuc => kind == Kind::Probability,
            Self::LogLoss => matches!(kind, Kind::Probability | Kind::Probabilities),
            Self::RocAucOvr(_) | Self::RocAucOvo | Self::TopKAccuracy(_) => kind == Kind::Probabilities,
            Self::Mae
            | Self::Mse
            | Self::Rmse
            | Self::Rmsle
            | Self::Mape
            | Self::Smape
            | Self::MedianAe
            | Self::R2
            | Self::Pinball(_) => kind == Kind::Numbers,
            Self::Mrr(_)
            | Self::Ndcg(..)
            | Self::Map(_)
            | Self::MapCapped(_)
            | Self::PrecisionAt(_)
            | Self::RecallAt(_)
            | Self::HitRate(_) => kind == Kind::Ranking,
            Self::MultilabelF1(_) | Self::ExactMatch | Self::HammingLoss | Self::JaccardSamples => {
                kind == Kind::Multilabel
            }
            Self::WorstGroup(inner) => inner.applies_to(kind),
        }
    }

    /// Whether rows may weigh differently (the solution's `weight` column). Others ignore the weights.
    pub fn takes_weights(&self) -> bool {
        match self {
            Self::RocAucOvo | Self::BiasAuc => false,
            Self::WorstGroup(inner) => inner.takes_weights(),
            _ => !self.applies_to(Kind::Ranking),
        }
    }

    /// Whether the solution needs a `groups` column.
    pub const fn needs_groups(&self) -> bool {
        matches!(self, Self::BiasAuc | Self::WorstGroup(_))
    }

    /// Whether the score is a mean of values that each row has alone. Only then the Ladder's theorem holds and the
    /// standard error is that of a mean.
    pub fn is_row_mean(&self) -> bool {
        match self {
            Self::Accuracy | Self::LogLoss | Self::Brier | Self::TopKAccuracy(_) => true,
            Self::F1(Average::Micro) | Self::Precision(Average::Micro) | Self::Recall(Average::Micro) => true,
            Self::Mae | Self::Mse | Self::Mape | Self::Smape | Self::Pinball(_) => true,
            Self::MultilabelF1(Average::Samples) | Self::ExactMatch | Self::JaccardSamples => true,
            // The number of labels that it divides by is counted over all scored rows.
            Self::HammingLoss => false,
            _ => self.applies_to(Kind::Ranking) && !self.needs_groups(),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&name::of(self))
    }
}

#[cfg(test)]
mod tests;
