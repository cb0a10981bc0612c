//! What a competition asks for: kind of task, columns, classes, metrics. The command line and `competition.toml` both
//! end here. Reads no file.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::characters::recomposed;
use crate::columns::{Kind, class_order};
use crate::metric::Metric;
use crate::rejection::shown;
use crate::table::trim;
use crate::values::{Writing, whole_number};

/// The `[task]` table of `competition.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// What a prediction is.
    #[serde(with = "as_text")]
    pub kind: Kind,
    /// Column of the ids (of the queries of a ranking); without it the first column of the solution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Column that is predicted, a list where several numbers are; without it the solution's next column that is not
    /// reserved, or all of them for numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<OneOrMany>,
    /// The closed set of classes; without it the solution's classes, and labels may be others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
    /// The positive class, where labels are not 0 and 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// The metric that ranks.
    #[serde(with = "as_text")]
    pub metric: Metric,
    /// Metrics shown beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "as_texts")]
    pub show: Vec<Metric>,
}

/// `target = "label"` or `target = ["x", "y"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One column.
    One(String),
    /// Several, in this order.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The names, in order.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

/// Settings of a task that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// A metric of another kind of target.
    #[error("the metric {metric} is not for tasks of the kind '{kind}'")]
    MetricKind {
        /// The metric.
        metric: String,
        /// The task's kind.
        kind: Kind,
    },
    /// A class without a name.
    #[error("a class has an empty name")]
    EmptyClass,
    /// The same class twice.
    #[error("the class '{0}' is listed twice")]
    RepeatedClass(String),
    /// Classes where there are none.
    #[error("tasks of the kind '{0}' have no classes")]
    ClassesNotUsed(Kind),
    /// One class cannot be predicted wrongly.
    #[error("list at least two classes")]
    TooFewClasses,
    /// A positive class that is none of the classes.
    #[error("the positive class '{0}' is not one of the classes")]
    PositiveUnknown(String),
    /// Several targets where one is possible.
    #[error("tasks of the kind '{0}' have one target")]
    SeveralTargets(Kind),
    /// A column with a reserved or a used name.
    #[error("the column '{0}' cannot be the id or the target: its name is reserved or used twice")]
    ColumnName(String),
    /// A list label with a space inside.
    #[error("the label '{0}' has a space in its name; labels of a set are parted by spaces")]
    SpaceInLabel(String),
}

/// Columns of a solution that are neither id nor target.
pub(crate) const RESERVED: [&str; 3] = ["usage", "weight", "groups"];

impl Task {
    /// A task with everything but the kind and the metric left to the files.
    pub const fn new(kind: Kind, metric: Metric) -> Self {
        Self { kind, id: None, target: None, classes: None, positive: None, metric, show: Vec::new() }
    }

    /// The ranking metric, then those shown beside it.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        std::iter::once(&self.metric).chain(&self.show)
    }

    /// Looks for contradictions.
    ///
    /// # Errors
    /// Every one of them, in the order of the settings.
    pub fn check(&self) -> Result<(), Vec<TaskError>> {
        let mut errors = Vec::new();
        let kind = self.kind;
        for metric in self.metrics().filter(|metric| !metric.applies_to(kind)) {
            errors.push(TaskError::MetricKind { metric: metric.to_string(), kind });
        }
        let targets = self.target.as_ref().map_or(&[][..], OneOrMany::names);
        if targets.len() > 1 && kind != Kind::Numbers {
            errors.push(TaskError::SeveralTargets(kind));
        }
        let mut seen: Vec<String> = Vec::new();
        for name in self.id.iter().chain(targets) {
            let folded = fold(name);
            if RESERVED.contains(&folded.as_str()) || folded.is_empty() || seen.contains(&folded) {
                errors.push(TaskError::ColumnName(name.clone()));
            }
            seen.push(folded);
        }
        if let Some(classes) = &self.classes {
            if matches!(kind, Kind::Numbers | Kind::Ranking) {
                errors.push(TaskError::ClassesNotUsed(kind));
            }
            if classes.len() < 2 && kind != Kind::Multilabel {
                errors.push(TaskError::TooFewClasses);
            }
            let mut names: Vec<String> = Vec::new();
            for class in classes {
                let name = class_name(class);
                if name.is_empty() {
                    errors.push(TaskError::EmptyClass);
                } else if names.contains(&name) {
                    errors.push(TaskError::RepeatedClass(name.clone()));
                } else if kind == Kind::Multilabel && name.contains(' ') {
                    errors.push(TaskError::SpaceInLabel(name.clone()));
                }
                names.push(name);
            }
            if let Some(positive) = &self.positive
                && !names.contains(&class_name(positive))
            {
                errors.push(TaskError::PositiveUnknown(positive.clone()));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// A column name as names are compared: trimmed, composed and in lower case.
pub(crate) fn fold(name: &str) -> String {
    let name = trim(name);
    recomposed(name).as_deref().unwrap_or(name).to_lowercase()
}

/// A class as classes are compared: trimmed and composed.
pub(crate) fn class_name(name: &str) -> String {
    let name = trim(name);
    recomposed(name).unwrap_or_else(|| name.to_owned())
}

/// The classes of a task, with the way from a text to a class.
#[derive(Clone)]
pub struct Classes {
    names: Vec<String>,
    places: HashMap<Box<str>, u32>,
    are_integers: bool,
    is_closed: bool,
}

impl Classes {
    /// Classes in class order. `is_closed` says that no other label may be sent.
    pub(crate) fn new(names: impl IntoIterator<Item = String>, is_closed: bool) -> Self {
        let unsorted: Vec<String> = names.into_iter().collect();
        let names: Vec<String> =
            class_order(&unsorted).into_iter().map(|place| unsorted[place as usize].clone()).collect();
        let places = (0..).zip(&names).map(|(place, name)| (name.as_str().into(), place)).collect();
        let is_integer =
            |name: &String| whole_number(name).is_some_and(|(number, how)| how == Writing::Plain && number == *name);
        let are_integers = !names.is_empty() && names.iter().all(is_integer);
        Self { names, places, are_integers, is_closed }
    }

    /// Every class, in class order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a class; empty when there is none.
    pub(crate) fn name(&self, place: u32) -> &str {
        self.names.get(place as usize).map_or("", String::as_str)
    }

    /// The class that is called exactly so.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.places.get(name).copied()
    }

    /// Whether all classes are named by whole numbers, so that labels may be written as any equal decimal number.
    pub(crate) const fn are_integers(&self) -> bool {
        self.are_integers
    }

    /// Whether other labels are refused.
    pub const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// "the classes 0, 1, 2" or, when that is long, "the 18 classes".
    pub(crate) fn described(&self) -> String {
        let length: usize = self.names.iter().map(|name| name.chars().count() + 2).sum();
        if self.names.len() <= 12 && length <= 100 {
            let names: Vec<String> = self.names.iter().map(|name| shown(name)).collect();
            format!("the classes {}", names.join(", "))
        } else {
            format!("the {} classes", self.names.len())
        }
    }
}

impl std::fmt::Debug for Classes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Classes({})", self.names.len())
    }
}

/// Serialises what has `Display` and `FromStr` as a text.
mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// As [`as_text`], for a list.
mod as_texts {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<T: Display, S: Serializer>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(ToString::to_string))
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
    }
}

#[cfg(test)]
mod tests;
