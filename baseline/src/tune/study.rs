//! The trials of a study, as its journal tells them line by line.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Direction;

/// How far a trial is. The numbers are Optuna's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not at its end.
    Running,
    /// Ended with a value.
    Complete,
    /// Given up; its last intermediate value stands for it.
    Pruned,
    /// Ended without a value.
    Failed,
    /// Prepared by a person (`study.enqueue_trial`), not begun.
    Waiting,
}

impl State {
    /// Its number in a journal.
    pub const fn code(self) -> u64 {
        match self {
            Self::Running => 0,
            Self::Complete => 1,
            Self::Pruned => 2,
            Self::Failed => 3,
            Self::Waiting => 4,
        }
    }

    fn of(code: u64) -> Option<Self> {
        [Self::Running, Self::Complete, Self::Pruned, Self::Failed, Self::Waiting]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// One trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Its number in the journal, over all studies of the file.
    pub id: u64,
    /// How far it is.
    pub state: State,
    /// What was tried: the journal's number of each parameter, see [`super::space::Parameter::value`].
    pub parameters: BTreeMap<String, f64>,
    /// Values on the way, by step.
    pub intermediate: BTreeMap<u64, f64>,
    /// The value at the end.
    pub value: Option<f64>,
    /// Rungs of successive halving that it reached, with its value there.
    pub rungs: BTreeMap<u64, f64>,
    /// The process that runs it, where `baseline` does.
    pub process: Option<u64>,
}

/// Everything that a journal says about one study.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Its number in the journal.
    pub id: u64,
    /// Which values are better.
    pub direction: Direction,
    /// Its trials, in the order of their numbers.
    pub trials: Vec<Trial>,
}

/// Prefix of the trial attributes in which Optuna's successive halving keeps the rungs.
pub const RUNG: &str = "completed_rung_";
/// Trial attribute with the process that runs it.
pub const PROCESS: &str = "process";

/// Operations of a journal.
pub mod operation {
    /// A study begins.
    pub const CREATE_STUDY: u64 = 0;
    /// A study is deleted.
    pub const DELETE_STUDY: u64 = 1;
    /// A trial begins.
    pub const CREATE_TRIAL: u64 = 4;
    /// A parameter of a trial.
    pub const PARAMETER: u64 = 5;
    /// A trial ends, or begins to run.
    pub const STATE: u64 = 6;
    /// A value on the way.
    pub const INTERMEDIATE: u64 = 7;
    /// An attribute for people.
    pub const USER_ATTRIBUTE: u64 = 8;
    /// An attribute of samplers and pruners.
    pub const SYSTEM_ATTRIBUTE: u64 = 9;
}

impl Study {
    /// The study of that name, if the journal's lines hold one. What is not understood is passed over, as it belongs to
    /// versions of Optuna that know more.
    pub fn replay(lines: &[Value], name: &str) -> Option<Self> {
        let mut studies = 0;
        let mut trials_of_file = 0;
        let mut study: Option<Self> = None;
        for line in lines {
            let number = |key: &str| line.get(key).and_then(Value::as_u64);
            match number("op_code") {
                Some(operation::CREATE_STUDY) => {
                    if study.is_none() && line.get("study_name").and_then(Value::as_str) == Some(name) {
                        let maximize = line["directions"][0].as_u64() == Some(2);
                        let direction = if maximize { Direction::Maximize } else { Direction::Minimize };
                        study = Some(Self { id: studies, direction, trials: Vec::new() });
                    }
                    studies += 1;
                }
                Some(operation::DELETE_STUDY) => study = study.filter(|study| number("study_id") != Some(study.id)),
                Some(operation::CREATE_TRIAL) => {
                    if let Some(study) = study.as_mut().filter(|study| number("study_id") == Some(study.id)) {
                        study.trials.push(Trial::created(trials_of_file, line));
                    }
                    trials_of_file += 1;
                }
                Some(code) => {
                    let id = number("trial_id");
                    let trial = study.iter_mut().flat_map(|study| &mut study.trials).find(|trial| Some(trial.id) == id);
                    if let Some(trial) = trial.filter(|trial| !trial.is_finished()) {
                        trial.apply(code, line);
                    }
                }
                None => {}
            }
        }
        study
    }

    /// The best finished trial.
    pub fn best(&self) -> Option<&Trial> {
        let finished = self.trials.iter().filter(|trial| trial.state == State::Complete);
        let loss = |trial: &Trial| trial.value.map_or(f64::INFINITY, |value| self.direction.loss(value));
        finished.min_by(|a, b| loss(a).total_cmp(&loss(b)))
    }
}

impl Trial {
    /// A trial may be created with everything in it, as `study.add_trial` does.
    fn created(id: u64, line: &Value) -> Self {
        let mut trial = Self {
            id,
            state: line.get("state").and_then(Value::as_u64).and_then(State::of).unwrap_or(State::Running),
            parameters: BTreeMap::new(),
            intermediate: BTreeMap::new(),
            value: line
                .get("value")
                .and_then(number)
                .or_else(|| line.get("values").and_then(|values| number(&values[0]))),
            rungs: BTreeMap::new(),
            process: None,
        };
        let entries = |key: &str| line.get(key).and_then(Value::as_object).into_iter().flatten();
        trial.parameters.extend(entries("params").filter_map(|(name, value)| Some((name.clone(), number(value)?))));
        trial.intermediate.extend(
            entries("intermediate_values").filter_map(|(step, value)| Some((step.parse().ok()?, number(value)?))),
        );
        entries("system_attrs").for_each(|(key, value)| trial.attribute(key, value));
        trial
    }

    fn apply(&mut self, code: u64, line: &Value) {
        match code {
            operation::PARAMETER => {
                if let (Some(name), Some(value)) =
                    (line["param_name"].as_str(), line.get("param_value_internal").and_then(number))
                {
                    self.parameters.insert(name.to_owned(), value);
                }
            }
            operation::STATE => {
                self.state = line.get("state").and_then(Value::as_u64).and_then(State::of).unwrap_or(self.state);
                self.value = number(&line["values"][0]).or(self.value);
            }
            operation::INTERMEDIATE => {
                if let (Some(step), Some(value)) =
                    (line["step"].as_u64(), line.get("intermediate_value").and_then(number))
                {
                    self.intermediate.insert(step, value);
                }
            }
            operation::USER_ATTRIBUTE => self.process = line["user_attr"][PROCESS].as_u64().or(self.process),
            operation::SYSTEM_ATTRIBUTE => {
                line["system_attr"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .for_each(|(key, value)| self.attribute(key, value));
            }
            _ => {}
        }
    }

    fn attribute(&mut self, key: &str, value: &Value) {
        if let (Some(rung), Some(value)) = (key.strip_prefix(RUNG).and_then(|rung| rung.parse().ok()), number(value)) {
            self.rungs.insert(rung, value);
        }
    }

    /// Whether nothing can be added to it any more.
    pub fn is_finished(&self) -> bool {
        matches!(self.state, State::Complete | State::Pruned | State::Failed)
    }

    /// The last intermediate value with its step.
    pub fn last(&self) -> Option<(u64, f64)> {
        self.intermediate.last_key_value().map(|(&step, &value)| (step, value))
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

#[cfg(test)]
mod tests;
