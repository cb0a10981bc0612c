//! The hidden labels as the check needs them: which ids there are, in which order, and which label each has.
//!
//! A second, tolerant reading of the solution beside the strict one of `podium-scoring`, which says what is wrong with
//! it. Nothing of this leaves the check but findings, and those never quote a label of a row.

use std::collections::HashMap;
use std::path::Path;

use podium_scoring::columns::Kind;
use podium_scoring::spec::OneOrMany;

use crate::csv_file::CsvFile;
use crate::manifest::Manifest;
use crate::rules::fold;

/// Columns of a solution with a meaning of their own.
const RESERVED: [&str; 3] = ["usage", "weight", "groups"];

/// Which side of the split a row is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    Public,
    Private,
    Ignored,
}

/// Ids and labels of the solution.
pub(crate) struct Answers {
    /// Name of the id column as the solution writes it.
    pub(crate) id: String,
    /// Name of the first target column, if it is known.
    pub(crate) target: Option<String>,
    rows: HashMap<Box<str>, u32>,
    ids: Vec<Box<str>>,
    labels: Vec<u32>,
    names: Vec<Box<str>>,
    usage: Option<Vec<Usage>>,
}

impl Answers {
    /// Reads a solution; nothing when it cannot be read or has no rows.
    pub(crate) fn read(path: &Path, manifest: &Manifest) -> Option<Self> {
        let task = &manifest.task;
        let mut file = CsvFile::open(path).ok()?;
        let id_column = match &task.id {
            Some(name) => file.column(name)?,
            None => 0,
        };
        let targets = task.target.as_ref().map(OneOrMany::names).unwrap_or_default();
        let group = manifest.split.group.as_deref().map(fold).unwrap_or_default();
        let target_column = match (task.kind, targets.first()) {
            (Kind::Ranking, _) => None,
            (_, Some(name)) => file.column(name),
            (_, None) => file.header().iter().enumerate().position(|(column, name)| {
                column != id_column && !RESERVED.contains(&fold(name).as_str()) && fold(name) != group
            }),
        };
        let usage_column = file.column("usage");
        let header = file.header();
        let mut answers = Self {
            id: header.get(id_column)?.clone(),
            target: target_column.and_then(|column| header.get(column).cloned()),
            rows: HashMap::new(),
            ids: Vec::new(),
            labels: Vec::new(),
            names: Vec::new(),
            usage: usage_column.map(|_| Vec::new()),
        };
        let mut interned: HashMap<Box<str>, u32> = HashMap::new();
        while let Ok(Some(row)) = file.next() {
            let id = row.get(id_column);
            if answers.rows.contains_key(id) {
                continue; // a further item of a ranking query, or a fault that the strict reading reports
            }
            answers.rows.insert(id.into(), u32::try_from(answers.ids.len()).ok()?);
            answers.ids.push(id.into());
            if let Some(column) = target_column {
                let label = row.get(column);
                let next = u32::try_from(answers.names.len()).ok()?;
                let label = *interned.entry(label.into()).or_insert_with(|| {
                    answers.names.push(label.into());
                    next
                });
                answers.labels.push(label);
            }
            if let (Some(usage), Some(column)) = (&mut answers.usage, usage_column) {
                usage.push(match fold(row.get(column)).as_str() {
                    "public" => Usage::Public,
                    "private" => Usage::Private,
                    _ => Usage::Ignored,
                });
            }
        }
        (!answers.ids.is_empty()).then_some(answers)
    }

    /// Number of ids.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Place of an id.
    pub(crate) fn row(&self, id: &str) -> Option<usize> {
        self.rows.get(id).map(|row| *row as usize)
    }

    /// All ids, in order.
    pub(crate) fn ids(&self) -> &[Box<str>] {
        &self.ids
    }

    /// The label of a row, as written.
    pub(crate) fn label(&self, row: usize) -> Option<&str> {
        self.labels.get(row).and_then(|label| self.names.get(*label as usize)).map(|name| &**name)
    }

    /// Number of different labels.
    pub(crate) fn distinct(&self) -> usize {
        self.names.len()
    }

    /// The different labels, in order of appearance.
    pub(crate) fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// Which label each row has, as a place in [`Self::names`]; empty for a ranking.
    pub(crate) fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Rows of each label on the public side: those that `Usage` says, else the share of each class.
    pub(crate) fn public_rows(&self, share: f64) -> Vec<u64> {
        let mut rows = vec![0_u64; self.names.len().max(1)];
        let mut count = |row: usize| {
            let label = self.labels.get(row).map_or(0, |label| *label as usize);
            if let Some(rows) = rows.get_mut(label) {
                *rows += 1;
            }
        };
        match &self.usage {
            Some(usage) => {
                usage.iter().enumerate().filter(|(_, usage)| **usage == Usage::Public).for_each(|(row, _)| count(row));
            }
            None => {
                (0..self.len()).for_each(&mut count);
                // As the scorer: a product that is off by a rounding error does not count as more.
                let first = |n: u64| (share * n as f64 * (1.0 - 4.0 * f64::EPSILON)).ceil();
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
                rows.iter_mut().for_each(|n| *n = first(*n) as u64);
            }
        }
        rows
    }
}
