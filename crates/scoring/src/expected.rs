//! What a submission must look like: columns, ids, classes. Holds nothing hidden, so that what is refused, and why, cannot
//! depend on the labels.

use std::io::Read;

use crate::characters::recomposed;
use crate::columns::Kind;
use crate::ids::{Ids, NotAdded};
use crate::rejection::{Code, Fault, Faults, Refusal, shown};
use crate::spec::{Classes, OneOrMany, Task, class_name, fold};
use crate::table::{Limits, Next, Table, Wanted};

/// The form of a valid submission.
#[derive(Clone, Debug)]
pub struct Expected {
    pub(crate) task: Task,
    pub(crate) id: String,
    /// Value columns, empty for class probabilities, whose columns are the classes.
    pub(crate) values: Vec<String>,
    pub(crate) ids: Ids,
    /// Classes, for the kinds that have some.
    pub(crate) classes: Option<Classes>,
    /// Items that are relevant to some query. Only gives them numbers: other items are as good.
    pub(crate) items: Ids,
}

impl Expected {
    /// The task.
    pub const fn task(&self) -> &Task {
        &self.task
    }

    /// The ids that need a row each (queries, for a ranking).
    pub const fn ids(&self) -> &Ids {
        &self.ids
    }

    /// The classes or labels, where the task has some.
    pub const fn classes(&self) -> Option<&Classes> {
        self.classes.as_ref()
    }

    /// The column names of a submission, in their usual order.
    pub fn header(&self) -> Vec<&str> {
        let values = match (&self.classes, self.task.kind) {
            (Some(classes), Kind::Probabilities) => classes.names(),
            _ => &self.values,
        };
        std::iter::once(&self.id).chain(values).map(String::as_str).collect()
    }

    /// Whether a value is a list parted by spaces.
    pub(crate) const fn has_lists(&self) -> bool {
        matches!(self.task.kind, Kind::Ranking | Kind::Multilabel)
    }

    pub(crate) fn wanted(&self) -> Wanted {
        let header: Vec<String> = self.header().into_iter().map(shown).collect();
        Wanted { header: header.join(","), rows: Some(self.ids.len() as u64) }
    }

    /// The form of a submission as a sample submission shows it: its ids, and its columns where the task does not name
    /// them. For those who have no solution, such as a participant who checks a file before sending it.
    ///
    /// # Errors
    /// [`Refusal`] when the sample cannot be read.
    pub fn from_sample_submission(sample: impl Read, task: &Task, limits: &Limits) -> Result<Self, Refusal> {
        let mut faults = Faults::new(limits);
        let is_list = matches!(task.kind, Kind::Ranking | Kind::Multilabel);
        let mut table = Table::new(sample, *limits, is_list);
        let wanted = Wanted { header: "the columns of the sample".to_owned(), rows: None };
        table.open(&wanted, &mut faults)?;
        let header: Vec<String> = match table.next(&mut faults)? {
            Next::Record(record) => record.values().map(class_name).collect(),
            Next::Unreadable | Next::End => Vec::new(),
        };
        let id_place = match &task.id {
            None => Some(0),
            Some(id) => header.iter().position(|name| fold(name) == fold(id)),
        };
        let Some(id_place) = id_place.filter(|_| header.len() > 1) else {
            faults.add(Code::ColumnMissing, || {
                Fault::of_file("The sample submission needs a header with the id column and at least one more.")
            });
            return Err(Refusal::Rejected(faults.into_rejections()));
        };
        let others: Vec<String> =
            header.iter().enumerate().filter(|(place, _)| *place != id_place).map(|(_, name)| name.clone()).collect();
        let mut ids = Ids::new();
        loop {
            match table.next(&mut faults)? {
                Next::Unreadable => {}
                Next::End => break,
                Next::Record(record) => {
                    let id = record.get(id_place).0;
                    let line = record.line;
                    match ids.add(recomposed(id).as_deref().unwrap_or(id)) {
                        Ok(_) => {}
                        Err(NotAdded::Repeated(_)) => faults.add(Code::IdRepeated, || {
                            Fault::at(line, format!("id '{id}' appears twice.")).column(id_place).value(id)
                        }),
                        Err(NotAdded::TooMuch) => table.stop(),
                    }
                }
            }
        }
        if ids.is_empty() {
            faults.add(Code::NoRows, || Fault::of_file("The sample submission has no rows."));
        }
        if !faults.is_empty() {
            return Err(Refusal::Rejected(faults.into_rejections()));
        }
        let named = task.classes.as_ref().map(|names| Classes::new(names.iter().map(|name| class_name(name)), true));
        let (values, classes) = match task.kind {
            Kind::Probabilities => (Vec::new(), Some(named.unwrap_or_else(|| Classes::new(others, false)))),
            Kind::Labels | Kind::Multilabel => (others, Some(named.unwrap_or_else(|| Classes::new([], false)))),
            Kind::Probability | Kind::Ranking | Kind::Numbers => (others, None),
        };
        let values = task.target.as_ref().map_or(values, |target| match task.kind {
            Kind::Probabilities => Vec::new(),
            _ => OneOrMany::names(target).to_vec(),
        });
        Ok(Self { task: task.clone(), id: header[id_place].clone(), values, ids, classes, items: Ids::new() })
    }
}
