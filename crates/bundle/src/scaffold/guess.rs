//! Which column is the id, which is the target, what kind of task it is and which metric suits it. Each guess comes
//! with its reason, which `podium new` writes beside it, so that the host can disagree.

use std::collections::BTreeSet;

use podium_scoring::columns::{Kind, class_order};

use super::NewError;
use super::survey::{ColumnFacts, Survey};
use crate::Sentence;
use crate::rules::fold;

/// The files as they were surveyed, each with the name that messages use.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) train: Option<(String, Survey)>,
    pub(crate) test: Option<(String, Survey)>,
    pub(crate) sample: Option<(String, Survey)>,
    pub(crate) solution: Option<(String, Survey)>,
    pub(crate) id: Option<String>,
    pub(crate) target: Option<String>,
}

/// The columns with a meaning.
#[derive(Debug, PartialEq)]
pub(crate) struct Columns {
    pub(crate) id: String,
    pub(crate) targets: Vec<String>,
    /// Class columns of the sample, when it holds a probability for each class.
    pub(crate) class_columns: Vec<String>,
}

/// Names that a target usually has, the most telling first.
const TARGET_NAMES: [&str; 8] = ["target", "label", "labels", "class", "y", "answer", "ans", "outcome"];
/// Columns of a solution with a meaning of their own.
pub(crate) const RESERVED: [&str; 3] = ["usage", "weight", "groups"];

/// Finds id and target.
pub(crate) fn columns(given: &Given) -> Result<Columns, NewError> {
    if let Some((name, solution)) = &given.solution {
        return columns_of_solution(given, name, solution);
    }
    let Some((test_name, test)) = &given.test else { return Err(NewError::NoTest) };
    let id = match (&given.id, &given.sample) {
        (Some(id), _) => named(id, test_name, test)?,
        (None, Some((sample_name, sample))) => shared_id(test_name, test, sample_name, sample)?,
        (None, None) => likely_id(test_name, test)?,
    };
    if let Some(target) = &given.target {
        return Ok(Columns { id, targets: vec![labelled(given, target)?], class_columns: Vec::new() });
    }
    if let Some((_, sample)) = &given.sample {
        let others: Vec<&ColumnFacts> =
            sample.columns.iter().filter(|column| fold(&column.name) != fold(&id)).collect();
        if let [one] = others.as_slice() {
            return Ok(Columns { id, targets: vec![labelled(given, &one.name)?], class_columns: Vec::new() });
        }
        if let Some(target) = class_target(given, &id, &others) {
            let class_columns = others.iter().map(|column| column.name.clone()).collect();
            return Ok(Columns { id, targets: vec![target], class_columns });
        }
        let targets = others.iter().map(|column| labelled(given, &column.name)).collect::<Result<_, _>>()?;
        return Ok(Columns { id, targets, class_columns: Vec::new() });
    }
    let target = likely_target(given, test_name, test, &id)?;
    Ok(Columns { id, targets: vec![target], class_columns: Vec::new() })
}

fn columns_of_solution(given: &Given, name: &str, solution: &Survey) -> Result<Columns, NewError> {
    let id = match &given.id {
        Some(id) => named(id, name, solution)?,
        None => solution
            .columns
            .first()
            .map(|column| column.name.clone())
            .ok_or(NewError::NoTarget { file: name.to_owned(), columns: solution.names() })?,
    };
    let rest = || solution.columns.iter().filter(|column| fold(&column.name) != fold(&id));
    let free: Vec<String> = rest()
        .filter(|column| !RESERVED.contains(&fold(&column.name).as_str()))
        .map(|column| column.name.clone())
        .collect();
    let in_sample = |name: &&String| given.sample.as_ref().is_some_and(|(_, sample)| sample.column(name).is_some());
    let shared: Vec<String> = free.iter().filter(in_sample).cloned().collect();
    let targets = match (&given.target, shared.is_empty()) {
        (Some(target), _) => vec![named(target, name, solution)?],
        (None, false) => shared,
        (None, true) => free.into_iter().take(1).collect(),
    };
    if targets.is_empty() {
        return Err(NewError::NoTarget { file: name.to_owned(), columns: solution.names() });
    }
    let class_columns = match (&given.sample, targets.first()) {
        (Some((_, sample)), Some(target)) if sample.columns.len() > 2 && sample.column(target).is_none() => sample
            .columns
            .iter()
            .filter(|column| fold(&column.name) != fold(&id))
            .map(|column| column.name.clone())
            .collect(),
        _ => Vec::new(),
    };
    Ok(Columns { id, targets, class_columns })
}

fn named(name: &str, file: &str, survey: &Survey) -> Result<String, NewError> {
    survey.column(name).map(|column| column.name.clone()).ok_or_else(|| NewError::NoColumn {
        file: file.to_owned(),
        column: name.to_owned(),
        columns: survey.names(),
    })
}

/// The column that sample and test share and that has another value in each row.
fn shared_id(test_name: &str, test: &Survey, sample_name: &str, sample: &Survey) -> Result<String, NewError> {
    let shared = sample
        .columns
        .iter()
        .filter(|column| column.is_unique)
        .filter_map(|column| test.column(&column.name))
        .find(|column| column.is_unique);
    if let Some(column) = shared {
        return Ok(column.name.clone());
    }
    let rename = sample.columns.iter().find(|column| column.is_unique).zip(likely_id(test_name, test).ok());
    Err(NewError::NoSharedId {
        sample: format!("{sample_name} ({})", sample.names()),
        test: format!("{test_name} ({})", test.names()),
        advice: match rename {
            Some((column, id)) => Sentence::new(
                format!("rename '{}' of {sample_name} to '{id}'", column.name),
                format!("{sample_name} 파일에서 열의 이름을 바꿔 주십시오: ‘{}’ → ‘{id}’.", column.name),
            ),
            None => Sentence::new("add the same column 'id' to both", "두 파일에 같은 ‘id’ 열을 추가해 주십시오."),
        },
    })
}

/// The column that has another value in each row and is called like an id, else the first such column that is no
/// measurement.
fn likely_id(test_name: &str, test: &Survey) -> Result<String, NewError> {
    let unique = || test.columns.iter().filter(|column| column.is_unique);
    let is_called_id = |column: &&ColumnFacts| {
        let name = fold(&column.name);
        name == "id" || name.ends_with("id") || ["index", "key", "filename", "file", "image", "name"].contains(&&*name)
    };
    let is_measured = |column: &&ColumnFacts| column.is_number && !column.is_whole;
    unique()
        .find(is_called_id)
        .or_else(|| unique().find(|column| !is_measured(column)))
        .map(|column| column.name.clone())
        .ok_or_else(|| NewError::NoId { file: test_name.to_owned(), columns: test.names() })
}

/// `name` as the file with the hidden labels writes it.
fn labelled(given: &Given, name: &str) -> Result<String, NewError> {
    let Some((test_name, test)) = &given.test else { return Err(NewError::NoTest) };
    if let Some(column) = test.column(name) {
        return Ok(column.name.clone());
    }
    let in_train = given.train.as_ref().is_some_and(|(_, train)| train.column(name).is_some());
    Err(if in_train {
        NewError::NoLabels { test: test_name.clone(), target: name.to_owned() }
    } else {
        NewError::NoColumn { file: test_name.clone(), column: name.to_owned(), columns: test.names() }
    })
}

/// The column of the labelled files whose values are the names of the sample's columns, up to one common prefix.
fn class_target(given: &Given, id: &str, sample: &[&ColumnFacts]) -> Option<String> {
    let (_, test) = given.test.as_ref()?;
    let candidates = test.columns.iter().filter(|column| fold(&column.name) != fold(id) && !column.is_open);
    candidates
        .filter(|column| {
            let ends_with_label = |name: &str| column.values.keys().any(|label| name.ends_with(label.as_str()));
            !column.values.is_empty()
                && column.values.len() <= sample.len()
                && sample.iter().filter(|other| ends_with_label(&other.name)).count() >= column.values.len()
                && column.values.keys().all(|label| sample.iter().any(|other| other.name.ends_with(label.as_str())))
        })
        .map(|column| column.name.clone())
        .next()
}

/// Without a sample: the column of train that test lacks is the target, but then the labels are missing; in a
/// labelled test file the usual names, else the last column.
fn likely_target(given: &Given, test_name: &str, test: &Survey, id: &str) -> Result<String, NewError> {
    if let Some((_, train)) = &given.train {
        let only_train: Vec<&ColumnFacts> =
            train.columns.iter().filter(|column| test.column(&column.name).is_none()).collect();
        if let Some(column) = only_train.last() {
            return Err(NewError::NoLabels { test: test_name.to_owned(), target: column.name.clone() });
        }
    }
    let candidates = || {
        test.columns.iter().filter(|column| {
            let name = fold(&column.name);
            name != fold(id) && !RESERVED.contains(&name.as_str())
        })
    };
    TARGET_NAMES
        .iter()
        .find_map(|name| candidates().find(|column| fold(&column.name) == *name))
        .or_else(|| candidates().next_back())
        .map(|column| column.name.clone())
        .ok_or_else(|| NewError::NoTarget { file: test_name.to_owned(), columns: test.names() })
}

/// What kind of task it is and how to rank entries.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) kind: Kind,
    pub(crate) metric: &'static str,
    pub(crate) show: Vec<&'static str>,
    pub(crate) classes: Option<Vec<String>>,
    pub(crate) positive: Option<String>,
    /// Why this kind.
    pub(crate) kind_reason: String,
    /// Why this metric.
    pub(crate) metric_reason: &'static str,
}

/// Whole numbers with more values than this are amounts, not classes.
const WHOLE_CLASSES_MAX: usize = 20;
/// Rows that each class has at least, where classes are coded by many whole numbers.
const CODE_ROWS_MIN: u64 = 3;
/// Texts with more values than this are not classes.
const CLASSES_MAX: usize = 1_000;
/// A largest class this many times the smallest makes accuracy blind for the small one.
const IMBALANCE: f64 = 1.5;

/// Amounts whose largest is this many times their mean spread over orders of magnitude: prices, sizes, counts. The
/// largest of 1,000 exponential waiting times is about 7 means.
const SPREAD: f64 = 8.0;

/// Whether whole numbers count classes: from 0 or 1 without a gap, each several times. Amounts begin elsewhere, leave
/// gaps, or hardly repeat.
#[expect(clippy::cast_precision_loss, reason = "at most CLASSES_MAX values")]
fn is_class_code(column: &ColumnFacts) -> bool {
    let distinct = column.values.len();
    let begins = column.min == 0.0 || column.min == 1.0;
    let is_dense = column.max - column.min + 1.0 == distinct as f64;
    begins && is_dense && distinct <= CLASSES_MAX && column.values.values().all(|rows| *rows >= CODE_ROWS_MIN)
}

/// Chooses kind and metric. `labels` are the hidden labels; `train` and `sample` the same column elsewhere.
pub(crate) fn choice(
    columns: &Columns,
    labels: &ColumnFacts,
    train: Option<&ColumnFacts>,
    sample: Option<&ColumnFacts>,
) -> Choice {
    let everywhere = || [Some(labels), train].into_iter().flatten();
    let classes = || {
        let names: BTreeSet<&String> = everywhere().flat_map(|column| column.values.keys()).collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        class_order(&names).into_iter().filter_map(|place| names.get(place as usize).cloned()).collect::<Vec<_>>()
    };
    let is_open = everywhere().any(|column| column.is_open);
    let is_number = everywhere().all(|column| column.is_number);
    let is_whole = everywhere().all(|column| column.is_whole);
    let distinct = if is_open { usize::MAX } else { classes().len() };
    if !columns.class_columns.is_empty() {
        return Choice {
            kind: Kind::Probabilities,
            metric: "log_loss",
            show: Vec::new(),
            classes: Some(classes()),
            positive: None,
            kind_reason: "the sample submission has a column for each class".to_owned(),
            metric_reason: "it rewards honest probabilities and punishes confident mistakes",
        };
    }
    let is_coded = is_whole && !is_open && everywhere().any(is_class_code);
    let amounts = columns.targets.len() > 1 || (is_number && !is_coded && (!is_whole || distinct > WHOLE_CLASSES_MAX));
    if amounts && is_number {
        let spreads = labels.min >= 0.0 && labels.max > 0.0 && labels.max > SPREAD * mean(labels);
        return Choice {
            kind: Kind::Numbers,
            metric: if spreads { "rmsle" } else { "rmse" },
            show: vec!["mae"],
            classes: None,
            positive: None,
            kind_reason: if columns.targets.len() > 1 {
                "several columns of numbers are predicted".to_owned()
            } else {
                format!("'{}' holds numbers with many values", labels.name)
            },
            metric_reason: if spreads {
                "the values spread over orders of magnitude, and it counts relative errors"
            } else {
                "large errors count more than small ones"
            },
        };
    }
    let is_binary = distinct == 2;
    let sample_is_between = sample
        .is_some_and(|sample| sample.is_number && sample.values.keys().any(|value| !labels.values.contains_key(value)));
    if is_binary && sample_is_between {
        let names = classes();
        let positive = names.last().filter(|_| names != ["0", "1"]).cloned();
        return Choice {
            kind: Kind::Probability,
            metric: "roc_auc",
            show: vec!["log_loss"],
            classes: Some(names),
            positive,
            kind_reason: "two classes, and the sample submission holds numbers between them".to_owned(),
            metric_reason: "it asks whether positives are ranked above negatives, whatever their share",
        };
    }
    let words: BTreeSet<&str> = labels.values.keys().flat_map(|value| value.split(' ')).collect();
    if labels.spaced > 0 && (words.len() < labels.values.len() || labels.is_open) && words.len() <= CLASSES_MAX {
        return Choice {
            kind: Kind::Multilabel,
            metric: "multilabel_f1_macro",
            show: vec!["exact_match"],
            classes: (!labels.is_open).then(|| {
                let names: BTreeSet<String> = everywhere()
                    .flat_map(|column| column.values.keys())
                    .flat_map(|value| value.split(' '))
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned)
                    .collect();
                names.into_iter().collect()
            }),
            positive: None,
            kind_reason: format!("'{}' holds several labels a row, parted by spaces", labels.name),
            metric_reason: "every label counts the same, the rare ones too",
        };
    }
    let balanced = is_balanced(labels);
    Choice {
        kind: Kind::Labels,
        metric: if balanced { "accuracy" } else { "f1_macro" },
        show: vec![if balanced { "f1_macro" } else { "accuracy" }],
        classes: (distinct <= CLASSES_MAX).then(classes),
        positive: None,
        kind_reason: if is_open {
            format!("'{}' holds texts", labels.name)
        } else {
            format!("'{}' has {distinct} different values", labels.name)
        },
        metric_reason: if balanced {
            "the classes are about equally frequent"
        } else {
            "the classes are not equally frequent, and it counts each of them the same"
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "a mean of counts")]
fn mean(column: &ColumnFacts) -> f64 {
    column.sum / column.filled.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
fn is_balanced(labels: &ColumnFacts) -> bool {
    let least = labels.values.values().min().copied().unwrap_or(0);
    let most = labels.values.values().max().copied().unwrap_or(0);
    most as f64 <= IMBALANCE * least as f64
}
