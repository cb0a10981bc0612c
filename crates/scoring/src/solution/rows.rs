//! The rows of a solution, and the targets that come of them.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::characters::recomposed;
use crate::columns::{Groups, Kind, Lists, Targets, Truth};
use crate::expected::Expected;
use crate::ids::{Ids, NotAdded};
use crate::rejection::{Code, Fault, Faults, Refusal, shown};
use crate::spec::{Classes, Task, class_name};
use crate::split::{SplitRule, Usage};
use crate::table::{Limits, Record, words};
use crate::values::{explain, is_missing_mark, number, whole_number};

use super::Solution;
use super::columns::Columns;

/// Rows read so far, one entry per row (per query for a ranking).
pub(super) struct Rows<'a> {
    task: &'a Task,
    columns: Columns,
    header: Vec<String>,
    closed: Option<Classes>,
    ids: Ids,
    /// Line of each row; a file of at most 4 GiB has no more lines than 32 bits count.
    lines: Vec<u32>,
    usage: Vec<Usage>,
    weights: Vec<f64>,
    groups: Lists<u32>,
    group_names: Ids,
    split_groups: Vec<u32>,
    split_group_names: Ids,
    labels: Vec<u32>,
    label_names: Ids,
    sets: Lists<u32>,
    numbers: Vec<f64>,
    items: Ids,
    relevant: Vec<(u32, u32, f64)>,
    judged: HashMap<(u32, u32), u64>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(task: &'a Task, columns: Columns, header: Vec<String>) -> Self {
        let closed = task.classes.as_ref().map(|names| Classes::new(names.iter().map(|name| class_name(name)), true));
        Self {
            task,
            columns,
            header,
            closed,
            ids: Ids::new(),
            lines: Vec::new(),
            usage: Vec::new(),
            weights: Vec::new(),
            groups: Lists::new(),
            group_names: Ids::new(),
            split_groups: Vec::new(),
            split_group_names: Ids::new(),
            labels: Vec::new(),
            label_names: Ids::new(),
            sets: Lists::new(),
            numbers: Vec::new(),
            items: Ids::new(),
            relevant: Vec::new(),
            judged: HashMap::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub(super) fn add(&mut self, record: &Record<'_>, faults: &mut Faults) {
        let line = record.line;
        if record.len() != self.header.len() {
            let (values, names) = (record.len(), self.header.len());
            faults.add(Code::RowWidth, || {
                Fault::at(line, format!("the row has {values} values, the header has {names}."))
            });
            return;
        }
        let Some(row) = self.row(record, faults) else { return };
        let is_new = row as usize + 1 > self.lines.len();
        if is_new {
            self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        }
        self.usage(record, row, is_new, faults);
        if is_new {
            self.beside(record, faults);
        }
        match self.task.kind {
            Kind::Labels | Kind::Probability | Kind::Probabilities => self.label(record, faults),
            Kind::Numbers => self.numbers(record, faults),
            Kind::Multilabel => self.set(record, faults),
            Kind::Ranking => self.relevance(record, row, faults),
        }
    }

    /// The row of the record's id, new but for the later lines of a query.
    fn row(&mut self, record: &Record<'_>, faults: &mut Faults) -> Option<u32> {
        let (line, column) = (record.line, self.columns.id);
        let (id, _) = record.get(column);
        let fault = |text: String| Fault::at(line, text).column(column).named(&self.header[column]).value(id);
        if id.is_empty() {
            faults.add(Code::IdEmpty, || fault("the id is empty.".to_owned()));
            return None;
        }
        if id.contains(['\n', '\r']) {
            faults.add(Code::IdCharacter, || fault("the id contains a line break.".to_owned()));
            return None;
        }
        let composed = recomposed(id);
        let id = composed.as_deref().unwrap_or(id);
        // Repeated ids are looked for at the end, all at once; only the lines of a query come together here.
        let added = if self.task.kind == Kind::Ranking { self.ids.add(id) } else { self.ids.push(id) };
        match added {
            Ok(row) | Err(NotAdded::Repeated(row)) => Some(row),
            Err(NotAdded::TooMuch) => {
                faults.add(Code::FileTooLarge, || Fault::of_file("The ids have more than 4 GiB together."));
                None
            }
        }
    }

    fn report_repetitions(&self, faults: &mut Faults) {
        for (first, again) in self.ids.repetitions() {
            let line_of = |row: u32| self.lines.get(row as usize).copied().unwrap_or(0);
            let id = self.ids.get(again as usize);
            faults.add(Code::IdRepeated, || {
                let first = line_of(first);
                let text = format!("id '{}' appears twice, first on line {first}. Keep one row per id.", shown(id));
                Fault::at(line_of(again).into(), text)
                    .column(self.columns.id)
                    .named(&self.header[self.columns.id])
                    .value(id)
            });
        }
    }

    fn usage(&mut self, record: &Record<'_>, row: u32, is_new: bool, faults: &mut Faults) {
        let Some(column) = self.columns.usage else { return };
        let (text, _) = record.get(column);
        let all = [("Public", Usage::Public), ("Private", Usage::Private), ("Ignored", Usage::Ignored)];
        let usage = all.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, usage)| usage);
        let line = record.line;
        if usage.is_none() {
            faults.add(Code::SolutionValue, || {
                let text = format!("Usage is '{}'; write Public, Private or Ignored.", shown(text));
                Fault::at(line, text).column(column).named("Usage").value(record.get(column).0)
            });
        }
        let usage = usage.unwrap_or(Usage::Ignored);
        if is_new {
            self.usage.push(usage);
        } else if self.usage.get(row as usize).is_some_and(|other| *other != usage) {
            let first = self.lines.get(row as usize).copied().unwrap_or(0);
            faults.add(Code::SolutionValue, || {
                let text = format!("the query has another Usage than on line {first}. A query is wholly of one part.");
                Fault::at(line, text).column(column).named("Usage")
            });
        }
    }

    /// Weight, groups and split group of a new row.
    fn beside(&mut self, record: &Record<'_>, faults: &mut Faults) {
        let line = record.line;
        if let Some(column) = self.columns.weight {
            let (text, _) = record.get(column);
            let weight = number(text, Limits::default().number_chars).filter(|weight| *weight >= 0.0);
            if weight.is_none() {
                faults.add(Code::SolutionValue, || {
                    let text = format!("the weight '{}' is not a number of at least 0.", shown(text));
                    Fault::at(line, text).column(column).named("weight")
                });
            }
            self.weights.push(weight.unwrap_or(0.0));
        }
        if let Some(column) = self.columns.groups {
            let mut places: Vec<u32> = Vec::new();
            for name in words(record.get(column).0) {
                let place = intern(&mut self.group_names, &class_name(name));
                if !places.contains(&place) {
                    places.push(place);
                }
            }
            self.groups.push(places);
        }
        if let Some(column) = self.columns.split_group {
            let (name, _) = record.get(column);
            if name.is_empty() {
                let column_name = &self.header[column];
                faults.add(Code::SolutionValue, || {
                    Fault::at(line, "the group of the split is empty.").column(column).named(column_name)
                });
            }
            self.split_groups.push(intern(&mut self.split_group_names, &class_name(name)));
        }
    }

    fn label(&mut self, record: &Record<'_>, faults: &mut Faults) {
        let column = self.columns.targets[0];
        let (text, _) = record.get(column);
        let place = self.class(text, record, column, faults);
        self.labels.push(place);
    }

    fn set(&mut self, record: &Record<'_>, faults: &mut Faults) {
        let column = self.columns.targets[0];
        let mut places: Vec<u32> = Vec::new();
        for name in words(record.get(column).0) {
            let place = self.class(name, record, column, faults);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        self.sets.push(places);
    }

    /// The number of a label among those met so far.
    fn class(&mut self, text: &str, record: &Record<'_>, column: usize, faults: &mut Faults) -> u32 {
        if let Some(label) = self.label_names.find(text) {
            return label;
        }
        let line = record.line;
        let named = &self.header[column];
        let name = class_name(text);
        let known = match &self.closed {
            None => !name.is_empty() && !is_missing_mark(&name) && !name.contains(['\n', '\r']),
            Some(classes) if classes.find(&name).is_some() => true,
            Some(classes) => {
                let whole = whole_number(&name).filter(|_| classes.are_integers());
                if let Some((whole, _)) = whole.filter(|(whole, _)| classes.find(whole).is_some()) {
                    return intern(&mut self.label_names, &whole);
                }
                false
            }
        };
        if known {
            return intern(&mut self.label_names, &name);
        }
        let id = record.get(self.columns.id).0;
        let (code, text) = match (explain::missing(&name, named, id), &self.closed) {
            (Some((code, text)), Some(_)) => (code, text),
            (Some((code, _)), None) if !name.is_empty() => (
                code,
                format!(
                    "'{}' looks like a missing value. If it is a class, list it in the task's classes.",
                    shown(&name)
                ),
            ),
            (Some((code, text)), None) => (code, text),
            (None, Some(classes)) => explain::label(&name, classes, !faults.is_many()),
            (None, None) => (Code::ValueCharacter, "the label contains a line break.".to_owned()),
        };
        faults.add(code, || Fault::at(line, text).column(column).named(named).value(&name));
        0
    }

    fn numbers(&mut self, record: &Record<'_>, faults: &mut Faults) {
        let limit = Limits::default().number_chars;
        for place in 0..self.columns.targets.len() {
            let column = self.columns.targets[place];
            let (text, _) = record.get(column);
            let value = number(text, limit);
            if value.is_none() {
                let named = &self.header[column];
                let id = record.get(self.columns.id).0;
                let (code, words) =
                    explain::missing(text, named, id).unwrap_or_else(|| explain::number(text, limit, false));
                faults.add(code, || Fault::at(record.line, words).column(column).named(named).value(text));
            }
            self.numbers.push(value.unwrap_or(0.0));
        }
    }

    fn relevance(&mut self, record: &Record<'_>, query: u32, faults: &mut Faults) {
        let (item_column, column) = (self.columns.targets[0], self.columns.targets[1]);
        let line = record.line;
        let (item, _) = record.get(item_column);
        let (text, _) = record.get(column);
        if item.is_empty() || item.contains([' ', '\n', '\r']) {
            faults.add(Code::SolutionValue, || {
                Fault::at(line, "an item needs a name without spaces.").column(item_column).value(item)
            });
            return;
        }
        let Some(relevance) = number(text, Limits::default().number_chars).filter(|value| *value >= 0.0) else {
            faults.add(Code::SolutionValue, || {
                let text = format!("the relevance '{}' is not a number of at least 0.", shown(text));
                Fault::at(line, text).column(column)
            });
            return;
        };
        let place = intern(&mut self.items, recomposed(item).as_deref().unwrap_or(item));
        if let Some(first) = self.judged.insert((query, place), line) {
            faults.add(Code::ItemRepeated, || {
                let text = format!("the item '{}' of this query stands already on line {first}.", shown(item));
                Fault::at(line, text).column(item_column).value(item)
            });
        }
        // A relevance of 0 says the same as no line at all.
        if relevance > 0.0 {
            self.relevant.push((query, place, relevance));
        }
    }

    pub(super) fn finish(self, rule: Option<&SplitRule>, mut faults: Faults) -> Result<Solution, Refusal> {
        if self.task.kind != Kind::Ranking {
            self.report_repetitions(&mut faults);
        }
        if !faults.is_empty() {
            return Err(Refusal::Rejected(faults.into_rejections()));
        }
        let Self { task, columns, header, closed, ids, .. } = self;
        let (classes, place_of) = match task.kind {
            Kind::Labels | Kind::Probability | Kind::Probabilities | Kind::Multilabel => {
                let (classes, places) = in_class_order(&self.label_names, closed);
                (Some(classes), places)
            }
            Kind::Numbers | Kind::Ranking => (None, Vec::new()),
        };
        let positive = task.positive.as_deref().map_or_else(|| "1".to_owned(), class_name);
        let names = classes.as_ref().map_or_else(Vec::new, |classes| classes.names().to_vec());
        let labels: Vec<u32> = self.labels.iter().map(|&label| place_of[label as usize]).collect();
        let targets = match task.kind {
            Kind::Labels | Kind::Probabilities => Targets::Classes { index: labels.clone(), names },
            Kind::Probability => {
                binary(&names, &positive, task, &mut faults);
                Targets::Binary(labels.iter().map(|&label| names[label as usize] == positive).collect())
            }
            Kind::Numbers => Targets::Numbers { columns: columns.targets.len(), values: self.numbers },
            Kind::Multilabel => {
                let sorted = |row: usize| {
                    let mut labels: Vec<u32> =
                        self.sets.get(row).iter().map(|&label| place_of[label as usize]).collect();
                    labels.sort_unstable();
                    labels.dedup();
                    labels
                };
                Targets::Sets { rows: (0..ids.len()).map(sorted).collect(), names }
            }
            Kind::Ranking => Targets::Ranking(by_query(self.relevant, ids.len())),
        };
        if !faults.is_empty() {
            return Err(Refusal::Rejected(faults.into_rejections()));
        }
        let usage = match (columns.usage, rule) {
            (Some(_), _) => Some(self.usage),
            (None, None) => None,
            (None, Some(rule)) => {
                let strata: Option<Vec<u32>> = match &targets {
                    Targets::Classes { .. } => Some(labels),
                    Targets::Binary(rows) => Some(rows.iter().map(|&positive| u32::from(positive)).collect()),
                    Targets::Numbers { .. } | Targets::Ranking(_) | Targets::Sets { .. } => None,
                };
                let group_names: Vec<String> = self.split_group_names.iter().map(str::to_owned).collect();
                let groups = columns.split_group.map(|_| self.split_groups.as_slice());
                Some(rule.split(ids.iter(), strata.as_deref(), groups, &group_names))
            }
        };
        let group_names = self.group_names.iter().map(str::to_owned).collect();
        let truth = Truth {
            targets,
            weights: columns.weight.map(|_| self.weights),
            groups: columns.groups.map(|_| Groups { rows: self.groups, names: group_names }),
            positive,
        };
        let values = match task.kind {
            Kind::Probabilities => Vec::new(),
            Kind::Ranking => {
                let named = task.target.as_ref().and_then(|target| target.names().first());
                vec![named.cloned().unwrap_or_else(|| "items".to_owned())]
            }
            _ => columns.targets.iter().map(|&place| header[place].clone()).collect(),
        };
        // The positive class of a probability is no class that a submission may name.
        let classes = classes.filter(|_| task.kind != Kind::Probability);
        let expected =
            Expected { task: task.clone(), id: header[columns.id].clone(), values, ids, classes, items: self.items };
        Ok(Solution { expected, truth, usage, index: OnceLock::new() })
    }
}

/// Classes in class order, and for each number given while reading its place among them. Without a closed set, labels
/// that are all whole numbers are equal when their values are.
fn in_class_order(met: &Ids, closed: Option<Classes>) -> (Classes, Vec<u32>) {
    let wholes: Option<Vec<String>> = met.iter().map(|name| whole_number(name).map(|(number, _)| number)).collect();
    let names = match (&closed, wholes) {
        (None, Some(wholes)) => wholes,
        _ => met.iter().map(str::to_owned).collect(),
    };
    let classes = closed.unwrap_or_else(|| {
        let mut distinct = Ids::new();
        for name in &names {
            intern(&mut distinct, name);
        }
        Classes::new(distinct.iter().map(str::to_owned), false)
    });
    let places = names.iter().map(|name| classes.find(name).unwrap_or(0)).collect();
    (classes, places)
}

/// A binary target needs a class that can be called positive.
fn binary(names: &[String], positive: &str, task: &Task, faults: &mut Faults) {
    let found: Vec<String> = names.iter().map(|name| format!("'{}'", shown(name))).collect();
    let found = found.join(", ");
    if task.positive.is_none() && names.iter().any(|name| name != "0" && name != "1") {
        let text = format!("The labels are {found}. Name the positive class, or write 1 for it and 0 for the others.");
        faults.add(Code::SolutionValue, || Fault::of_file(text));
    } else if task.positive.is_some() && names.len() > 1 && !names.iter().any(|name| name == positive) {
        let text = format!("The positive class '{}' is not one of the labels {found}.", shown(positive));
        faults.add(Code::SolutionValue, || Fault::of_file(text));
    }
}

fn by_query(mut relevant: Vec<(u32, u32, f64)>, queries: usize) -> Lists<(u32, f64)> {
    relevant.sort_by_key(|&(query, _, _)| query);
    let mut lists = Lists::new();
    let mut rest = relevant.as_slice();
    for query in 0..queries {
        let count = rest.iter().take_while(|(of, _, _)| *of as usize == query).count();
        let (own, others) = rest.split_at(count);
        lists.push(own.iter().map(|&(_, item, relevance)| (item, relevance)));
        rest = others;
    }
    lists
}

fn intern(names: &mut Ids, name: &str) -> u32 {
    match names.add(name) {
        Ok(place) | Err(NotAdded::Repeated(place)) => place,
        // More than 4 GiB of names: the ids are refused at the same size.
        Err(NotAdded::TooMuch) => 0,
    }
}
