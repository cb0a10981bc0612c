//! The plan of a search, a TOML file: what is tried, how it is chosen, when a trial is given up.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Direction;
use super::pruner::Pruner;
use super::sampler::Sampler;

/// The file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Name of the study in its journal.
    pub study: String,
    /// The experiment that the trials change, a file; relative to the plan's folder.
    pub experiment: PathBuf,
    /// What is optimised: a key of the training log's epochs, for example `validation/f1_macro`. A trial counts by its best
    /// epoch, since that is the one whose checkpoint is kept.
    pub metric: String,
    /// Which values are better.
    pub direction: Direction,
    /// Trials in all, with those that the journal has already.
    pub trials: usize,
    /// Everything random follows from it and the trial's number.
    pub seed: u64,
    /// How values are chosen.
    pub sampler: Sampler,
    /// When a trial is given up.
    pub pruner: Pruner,
    /// Keys of the experiment, as for `--set`, with what may stand there.
    pub space: BTreeMap<String, Parameter>,
}

/// What may stand at one key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Parameter {
    /// A number from `low` to `high`.
    Float {
        /// Least value.
        low: f64,
        /// Largest value.
        high: f64,
        /// Whether to choose by its logarithm, as for learning rates.
        log: bool,
        /// Only `low` plus multiples of it; not together with `log`.
        step: Option<f64>,
    },
    /// A whole number from `low` to `high`.
    Int {
        /// Least value.
        low: i64,
        /// Largest value.
        high: i64,
        /// Whether to choose by its logarithm.
        log: bool,
        /// Only `low` plus multiples of it; 1 with `log`.
        step: i64,
    },
    /// One of several values without an order.
    Choice {
        /// Texts, numbers or booleans.
        choices: Vec<Value>,
    },
}

/// A plan that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Not the form of a plan.
    #[error("{0}")]
    Form(String),
    /// A parameter without room.
    #[error("space.\"{key}\": {fault}")]
    Parameter {
        /// Its key.
        key: String,
        /// What is wrong.
        fault: &'static str,
    },
    /// A space without parameters.
    #[error("the space is empty: name at least one key of the experiment under [space]")]
    Empty,
}

impl Plan {
    /// Reads and checks a plan.
    ///
    /// # Errors
    /// [`PlanError`]
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let plan: Self = toml::from_str(text).map_err(|error| PlanError::Form(error.to_string()))?;
        if plan.space.is_empty() {
            return Err(PlanError::Empty);
        }
        for (key, parameter) in &plan.space {
            if let Some(fault) = parameter.fault() {
                return Err(PlanError::Parameter { key: key.clone(), fault });
            }
        }
        Ok(plan)
    }
}

impl Parameter {
    fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Float { low, high, log, step } => match () {
                () if !(low.is_finite() && high.is_finite() && low <= high) => Some("low must not be above high"),
                () if *log && *low <= 0.0 => Some("a logarithm needs low above 0"),
                () if *log && step.is_some() => Some("log and step do not go together"),
                () if step.is_some_and(|step| step.is_nan() || step <= 0.0) => Some("step must be above 0"),
                () => None,
            },
            Self::Int { low, high, log, step } => match () {
                () if low > high => Some("low must not be above high"),
                () if *log && *low < 1 => Some("a logarithm needs low of at least 1"),
                () if *log && *step != 1 => Some("with log, step must be 1"),
                () if *step < 1 => Some("step must be at least 1"),
                () => None,
            },
            Self::Choice { choices } => match () {
                () if choices.is_empty() => Some("list at least one choice"),
                () if choices.iter().any(|choice| choice.is_array() || choice.is_object() || choice.is_null()) => {
                    Some("choices are texts, numbers or booleans")
                }
                () => None,
            },
        }
    }

    /// As Optuna writes it: JSON, to stand as a text inside JSON.
    pub fn distribution(&self) -> String {
        let (name, attributes) = match self {
            Self::Float { low, high, log, step } => {
                ("FloatDistribution", json!({"step": step, "low": low, "high": high, "log": log}))
            }
            Self::Int { low, high, log, step } => {
                ("IntDistribution", json!({"log": log, "step": step, "low": low, "high": high}))
            }
            Self::Choice { choices } => ("CategoricalDistribution", json!({"choices": choices})),
        };
        json!({"name": name, "attributes": attributes}).to_string()
    }

    /// The value behind a number of the journal: itself, a whole number, or the choice at that place.
    pub fn value(&self, internal: f64) -> Value {
        match self {
            Self::Float { .. } => json!(internal),
            Self::Int { .. } => json!(internal.round() as i64),
            Self::Choice { choices } => choices.get(internal.max(0.0) as usize).cloned().unwrap_or(Value::Null),
        }
    }

    /// Whether the journal's number is one of the parameter's values, as after a change of the plan it may not be.
    pub fn contains(&self, internal: f64) -> bool {
        match self {
            Self::Float { low, high, .. } => (*low..=*high).contains(&internal),
            Self::Int { low, high, .. } => (*low as f64..=*high as f64).contains(&internal),
            Self::Choice { choices } => (0.0..choices.len() as f64).contains(&internal),
        }
    }
}

#[cfg(test)]
mod tests;
