//! The experiment: one TOML file that says everything a run depends on. Every key must be there and none may be
//! unknown, so that the file in a checkpoint is the whole truth. Owns reading, overriding and writing it; each area's
//! settings are described beside the code that obeys them.

use std::fs;

use podium_scoring::columns::Kind;
use podium_scoring::metric::Metric;
use podium_scoring::spec::{OneOrMany, Task};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::competition::Competition;
use crate::{dataset, loss, model, optim, schedule, split, training, transform};

/// A whole experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// Weights, order, crops and dropout all come from it.
    pub seed: u64,
    /// Threads of libtorch. Another number gives other last bits.
    pub threads: i32,
    /// Whether forward passes on a CPU run in bfloat16: nearly twice as fast where the processor has it.
    pub bfloat16: bool,
    /// The competition's metric, which chooses the best epoch; a name of `docs/metrics.md`.
    pub metric: String,
    /// What a row of the submission holds: `labels`, `probabilities` or `probability`.
    pub answer: Answer,
    /// The photographs.
    pub data: dataset::Config,
    /// Which of them validate.
    pub split: split::Config,
    /// What happens to them on their way.
    pub transform: transform::Config,
    /// The network.
    pub model: model::Config,
    /// What training makes small.
    pub loss: loss::Config,
    /// How weights move.
    pub optimizer: optim::Config,
    /// How fast, and when.
    pub schedule: schedule::Config,
    /// How long, and what is kept.
    pub train: training::Config,
}

/// What a competition asks for each photograph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Its class.
    Labels,
    /// The probability of every class.
    Probabilities,
    /// The probability of the second of two classes.
    Probability,
}

/// Why there is no experiment.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Neither a preset nor a file.
    #[error("{path}: {error}; presets are {}", PRESETS.map(|(name, _)| name).join(", "))]
    File {
        /// What was asked for.
        path: String,
        /// Why it cannot be read.
        error: std::io::Error,
    },
    /// Not TOML, or a key too many or too few.
    #[error("{path}: {error}")]
    Toml {
        /// The file.
        path: String,
        /// What is wrong.
        error: Box<toml::de::Error>,
    },
    /// An override without a value.
    #[error("--set {0}: write it as key=value, for example train.epochs=3")]
    Set(String),
    /// An override of nothing.
    #[error("--set {key}: the experiment has no table '{table}'")]
    NoTable {
        /// What was asked for.
        key: String,
        /// The part that is not there.
        table: String,
    },
    /// No such metric.
    #[error("metric: {0}")]
    Metric(#[from] podium_scoring::metric::UnknownMetric),
}

/// Complete experiments to begin with; their comments say what each is for.
pub const PRESETS: [(&str, &str); 5] = [
    ("fast", include_str!("../presets/fast.toml")),
    ("digits", include_str!("../presets/digits.toml")),
    ("frozen", include_str!("../presets/frozen.toml")),
    ("finetune", include_str!("../presets/finetune.toml")),
    ("strong", include_str!("../presets/strong.toml")),
];

impl Experiment {
    /// Reads a preset by name, or a file, and overrides values: `train.epochs=3`, `model.dropout=0.5`,
    /// `optimizer.group.0.rate=0.1`.
    ///
    /// # Errors
    /// [`ConfigError`]
    pub fn load(source: &str, overrides: &[String]) -> Result<Self, ConfigError> {
        let preset = PRESETS.iter().find(|(name, _)| *name == source).map(|(_, text)| (*text).to_owned());
        let text = match preset {
            Some(text) => text,
            None => fs::read_to_string(source).map_err(|error| ConfigError::File { path: source.to_owned(), error })?,
        };
        let failed = |error| ConfigError::Toml { path: source.to_owned(), error: Box::new(error) };
        if overrides.is_empty() {
            // Straight from the text, so that a fault has its line.
            return toml::from_str(&text).map_err(failed);
        }
        let mut table: Table = toml::from_str(&text).map_err(failed)?;
        for setting in overrides {
            set(&mut table, setting)?;
        }
        Value::Table(table).try_into().map_err(failed)
    }

    /// The experiment as a file.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_default()
    }

    /// The metric.
    ///
    /// # Errors
    /// [`ConfigError::Metric`]
    pub fn metric(&self) -> Result<Metric, ConfigError> {
        Ok(self.metric.parse()?)
    }

    /// What the competition asks for, as `scoring` knows it.
    ///
    /// # Errors
    /// [`ConfigError::Metric`]
    pub fn task(&self, competition: &Competition) -> Result<Task, ConfigError> {
        let kind = match self.answer {
            Answer::Labels => Kind::Labels,
            Answer::Probabilities => Kind::Probabilities,
            Answer::Probability => Kind::Probability,
        };
        Ok(Task {
            kind,
            id: Some(competition.id.clone()),
            target: (kind != Kind::Probabilities).then(|| OneOrMany::One(competition.target.clone())),
            classes: (kind != Kind::Probability).then(|| competition.classes.clone()),
            positive: (kind == Kind::Probability).then(|| competition.classes.last().cloned()).flatten(),
            metric: self.metric()?,
            show: Vec::new(),
        })
    }
}

/// Follows the parts of a key through tables and lists, and puts the value there. A value that is no TOML is a text.
fn set(table: &mut Table, setting: &str) -> Result<(), ConfigError> {
    let (key, text) = setting.split_once('=').ok_or_else(|| ConfigError::Set(setting.to_owned()))?;
    let (key, text) = (key.trim(), text.trim());
    let value = toml::from_str::<Table>(&format!("value = {text}"))
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(text.to_owned()));
    let (path, last) = key.rsplit_once('.').unwrap_or(("", key));
    let mut top = Value::Table(std::mem::take(table));
    let mut place = &mut top;
    for part in path.split('.').filter(|part| !part.is_empty()) {
        place = match place {
            Value::Table(table) => table.get_mut(part),
            Value::Array(list) => part.parse::<usize>().ok().and_then(|position| list.get_mut(position)),
            _ => None,
        }
        .ok_or_else(|| ConfigError::NoTable { key: key.to_owned(), table: part.to_owned() })?;
    }
    match place {
        Value::Table(table) => {
            table.insert(last.to_owned(), value);
        }
        Value::Array(list) => {
            let slot = last.parse::<usize>().ok().and_then(|position| list.get_mut(position));
            *slot.ok_or_else(|| ConfigError::NoTable { key: key.to_owned(), table: last.to_owned() })? = value;
        }
        _ => return Err(ConfigError::NoTable { key: key.to_owned(), table: path.to_owned() }),
    }
    if let Value::Table(changed) = top {
        *table = changed;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
