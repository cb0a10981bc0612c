//! The header of a solution: which column is which.

use crate::columns::Kind;
use crate::metric::Metric;
use crate::rejection::{Code, Fault, Faults, shown};
use crate::spec::{OneOrMany, RESERVED, Task, fold};
use crate::split::SplitRule;

/// Where things stand in the solution.
pub(super) struct Columns {
    pub(super) id: usize,
    /// Targets; item and relevance for a ranking.
    pub(super) targets: Vec<usize>,
    pub(super) usage: Option<usize>,
    pub(super) weight: Option<usize>,
    pub(super) groups: Option<usize>,
    pub(super) split_group: Option<usize>,
}

impl Columns {
    pub(super) fn find(header: &[String], task: &Task, rule: Option<&SplitRule>, faults: &mut Faults) -> Option<Self> {
        let folded: Vec<String> = header.iter().map(|name| fold(name)).collect();
        for (place, name) in folded.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            if folded[..place].contains(name) {
                let name = shown(&header[place]);
                faults.add(Code::ColumnRepeated, || {
                    Fault::at(1, format!("the column '{name}' appears twice. Keep one.")).column(place).named(&name)
                });
            }
        }
        let place_of = |name: &str| folded.iter().position(|other| *other == fold(name));
        let missing = |name: &str, faults: &mut Faults| {
            let found: Vec<String> = header.iter().map(|name| format!("'{}'", shown(name))).collect();
            let text = format!("There is no column '{}'. Found: {}.", shown(name), found.join(", "));
            faults.add(Code::ColumnMissing, || Fault::of_file(text).named(name));
        };
        let mut named = |name: &str| {
            let place = place_of(name);
            if place.is_none() {
                missing(name, faults);
            }
            place
        };
        let split_group = rule.and_then(|rule| rule.group.as_deref()).map(&mut named);
        let asked_id = task.id.as_deref().map(&mut named);
        let asked_targets = task.target.as_ref().filter(|_| task.kind != Kind::Ranking);
        let asked: Option<Vec<Option<usize>>> =
            asked_targets.map(|target| OneOrMany::names(target).iter().map(|name| named(name)).collect());
        // A name that was asked for and is not there has been reported.
        let split_group = match split_group {
            Some(None) => return None,
            other => other.flatten(),
        };
        let is_free = |place: usize| {
            !RESERVED.contains(&folded[place].as_str()) && Some(place) != split_group && !folded[place].is_empty()
        };
        let id = match asked_id {
            Some(id) => id?,
            None => (0..header.len()).find(|&place| is_free(place)).or_else(|| {
                missing("id", faults);
                None
            })?,
        };
        let mut free = (0..header.len()).filter(|&place| place != id && is_free(place));
        let targets: Vec<usize> = match asked {
            Some(asked) => asked.into_iter().collect::<Option<_>>()?,
            None if task.kind == Kind::Numbers => free.collect(),
            None if task.kind == Kind::Ranking => free.by_ref().take(2).collect(),
            None => free.by_ref().take(1).collect(),
        };
        let (least, name) = if task.kind == Kind::Ranking { (2, "relevance") } else { (1, "label") };
        if targets.len() < least {
            missing(name, faults);
        }
        if task.metrics().any(Metric::needs_groups) && place_of("groups").is_none() {
            missing("groups", faults);
        }
        if !faults.is_empty() {
            return None;
        }
        let reserved = |name: &str| place_of(name).filter(|place| *place != id && !targets.contains(place));
        let (usage, weight, groups) = (reserved("usage"), reserved("weight"), reserved("groups"));
        Some(Self { id, targets, usage, weight, groups, split_group })
    }
}

/// The header that a solution usually has, for messages.
pub(super) fn usual_header(task: &Task) -> String {
    let id = task.id.as_deref().map(shown);
    let id = id.as_deref();
    match task.kind {
        Kind::Ranking => format!("{},item,relevance", id.unwrap_or("query")),
        Kind::Multilabel => format!("{},labels", id.unwrap_or("id")),
        Kind::Numbers => format!("{},target", id.unwrap_or("id")),
        _ => format!("{},label", id.unwrap_or("id")),
    }
}
