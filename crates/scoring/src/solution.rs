//! The hidden side of a competition: reads a solution file, keeps the targets and the split. Not `Serialize`; `Debug`
//! prints counts; the targets leave this crate only as scores.

use std::fmt;
use std::io::Read;
use std::sync::OnceLock;

use crate::columns::{Kind, Targets, Truth};
use crate::expected::Expected;
use crate::fast::Index;
use crate::ids::Ids;
use crate::rejection::{Code, Fault, Faults, Refusal};
use crate::spec::{Task, class_name};
use crate::split::{SplitRule, Usage};
use crate::table::{Limits, Next, Table, Wanted};

mod columns;
mod rows;

/// A read solution: build it once per version of the file and share it between scorings.
#[derive(Clone)]
pub struct Solution {
    pub(crate) expected: Expected,
    pub(crate) truth: Truth,
    /// Use of each row; none where there is no split.
    pub(crate) usage: Option<Vec<Usage>>,
    pub(crate) index: OnceLock<Option<Index>>,
}

/// Counts about a solution, for the host only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Rows in the file (queries, for a ranking).
    pub rows: u64,
    /// Rows that score on the public leaderboard, the private one, and nowhere; none where there is no split.
    pub split: Option<SplitCounts>,
    /// Each class with its rows, for the kinds that have classes.
    pub classes: Vec<(String, u64)>,
}

/// Rows of each part of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitCounts {
    /// Public rows.
    pub public: u64,
    /// Private rows.
    pub private: u64,
    /// Rows that are not scored.
    pub ignored: u64,
}

/// A part of the rows that a score is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Public and private rows together.
    All,
    /// Public rows.
    Public,
    /// Private rows.
    Private,
}

impl Solution {
    /// The index of the fast path, built when it is first asked for; none where there is no such path.
    pub(crate) fn index(&self) -> Option<&Index> {
        self.index.get_or_init(|| Index::new(self)).as_ref()
    }

    /// Reads a solution. `rule` splits it where it has no `Usage` column; without either there is no split.
    ///
    /// # Errors
    /// [`Refusal::Rejected`] with every fault and its line; the texts are for the host.
    pub fn from_reader(file: impl Read, task: &Task, rule: Option<&SplitRule>) -> Result<Self, Refusal> {
        let limits = Limits::for_hosts();
        let mut faults = Faults::new(&limits);
        let is_list = task.kind == Kind::Multilabel;
        let mut table = Table::new(file, limits, is_list);
        let wanted = Wanted { header: columns::usual_header(task), rows: None };
        table.open(&wanted, &mut faults)?;
        let header: Vec<String> = match table.next(&mut faults)? {
            Next::Record(record) => record.values().map(class_name).collect(),
            Next::Unreadable => return Err(Refusal::Rejected(faults.into_rejections())),
            Next::End => {
                if let Some(text) = table.emptiness().filter(|_| faults.is_empty()) {
                    faults.add(Code::EmptyFile, || Fault::of_file(text));
                }
                return Err(Refusal::Rejected(faults.into_rejections()));
            }
        };
        let Some(columns) = columns::Columns::find(&header, task, rule, &mut faults) else {
            return Err(Refusal::Rejected(faults.into_rejections()));
        };
        let mut rows = rows::Rows::new(task, columns, header);
        loop {
            match table.next(&mut faults)? {
                Next::Record(record) => rows.add(&record, &mut faults),
                Next::Unreadable => {}
                Next::End => break,
            }
        }
        if rows.is_empty() && faults.is_empty() {
            faults.add(Code::NoRows, || Fault::of_file("The solution has a header but no rows."));
        }
        rows.finish(rule, faults)
    }

    /// What a submission must look like.
    pub const fn expected(&self) -> &Expected {
        &self.expected
    }

    /// The task, as it was given.
    pub const fn task(&self) -> &Task {
        &self.expected.task
    }

    /// The ids. They are no secret.
    pub const fn ids(&self) -> &Ids {
        &self.expected.ids
    }

    /// Whether rows are public or private.
    pub const fn is_split(&self) -> bool {
        self.usage.is_some()
    }

    /// The rows that count for a part: all that are not ignored, where there is no split.
    pub fn rows(&self, part: Part) -> Vec<u32> {
        let all = 0..u32::try_from(self.expected.ids.len()).unwrap_or(u32::MAX);
        match &self.usage {
            None => all.collect(),
            Some(usage) => {
                let counts = |usage: Usage| match part {
                    Part::All => usage != Usage::Ignored,
                    Part::Public => usage == Usage::Public,
                    Part::Private => usage == Usage::Private,
                };
                all.zip(usage).filter(|(_, usage)| counts(**usage)).map(|(row, _)| row).collect()
            }
        }
    }

    /// Counts for the host. They tell the class balance, so they are not for participants.
    pub fn summary(&self) -> Summary {
        let split = self.usage.as_ref().map(|usage| {
            let count = |wanted: Usage| usage.iter().filter(|usage| **usage == wanted).count() as u64;
            SplitCounts { public: count(Usage::Public), private: count(Usage::Private), ignored: count(Usage::Ignored) }
        });
        let tally = |names: &[String], places: &mut dyn Iterator<Item = u32>| {
            let mut counts = vec![0; names.len()];
            places.for_each(|place| counts[place as usize] += 1);
            names.iter().cloned().zip(counts).collect()
        };
        let classes = match &self.truth.targets {
            Targets::Classes { index, names } => tally(names, &mut index.iter().copied()),
            Targets::Sets { rows, names } => tally(names, &mut rows.items().iter().copied()),
            Targets::Binary(rows) => {
                let names = ["negative".to_owned(), "positive".to_owned()];
                tally(&names, &mut rows.iter().map(|&positive| u32::from(positive)))
            }
            Targets::Numbers { .. } | Targets::Ranking(_) => Vec::new(),
        };
        Summary { rows: self.expected.ids.len() as u64, split, classes }
    }
}

impl fmt::Debug for Solution {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Solution({} rows)", self.expected.ids.len())
    }
}

#[cfg(test)]
mod tests;
