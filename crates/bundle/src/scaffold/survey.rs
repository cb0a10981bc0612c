//! What a host's CSV file holds, column by column, in one pass and bounded memory.

use std::collections::{BTreeMap, HashSet, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};
use std::path::Path;

use crate::csv_file::{CsvError, CsvFile};
use crate::rules::fold;

/// Different values of a column that are kept; a column with more is not a column of classes.
pub(crate) const DISTINCT_MAX: usize = 2_000;

/// A file.
pub(crate) struct Survey {
    pub(crate) rows: u64,
    pub(crate) columns: Vec<ColumnFacts>,
}

/// A column.
pub(crate) struct ColumnFacts {
    pub(crate) name: String,
    /// Rows of each value, while there are at most [`DISTINCT_MAX`].
    pub(crate) values: BTreeMap<String, u64>,
    /// There are more values than are kept.
    pub(crate) is_open: bool,
    /// No value stands twice.
    pub(crate) is_unique: bool,
    /// Values that are not empty.
    pub(crate) filled: u64,
    /// Values with a space inside.
    pub(crate) spaced: u64,
    /// Every value is a finite number.
    pub(crate) is_number: bool,
    /// Every value is a whole number.
    pub(crate) is_whole: bool,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) sum: f64,
    seen: HashSet<u64>,
}

impl ColumnFacts {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            values: BTreeMap::new(),
            is_open: false,
            is_unique: true,
            filled: 0,
            spaced: 0,
            is_number: true,
            is_whole: true,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            sum: 0.0,
            seen: HashSet::new(),
        }
    }

    fn add(&mut self, value: &str) {
        if value.is_empty() {
            self.is_unique = false;
            return;
        }
        self.filled += 1;
        if self.is_unique {
            // Fixed keys, so that the same file always gives the same answer; 64 bits make a false "twice" unlikely.
            let mut hasher = DefaultHasher::new();
            value.hash(&mut hasher);
            self.is_unique = self.seen.insert(hasher.finish());
            if !self.is_unique {
                self.seen = HashSet::new();
            }
        }
        if value.contains(' ') {
            self.spaced += 1;
        }
        if self.is_number {
            match value.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    self.is_whole &= number.fract() == 0.0;
                    self.min = self.min.min(number);
                    self.max = self.max.max(number);
                    self.sum += number;
                }
                _ => self.is_number = false,
            }
        }
        if !self.is_open {
            if let Some(count) = self.values.get_mut(value) {
                *count += 1;
            } else if self.values.len() < DISTINCT_MAX {
                self.values.insert(value.to_owned(), 1);
            } else {
                self.is_open = true;
            }
        }
    }
}

impl Survey {
    /// Reads a file to its end.
    pub(crate) fn read(path: &Path) -> Result<Self, CsvError> {
        let mut file = CsvFile::open(path)?;
        let mut columns: Vec<ColumnFacts> = file.header().iter().map(|name| ColumnFacts::new(name)).collect();
        let mut rows = 0;
        while let Some(row) = file.next()? {
            rows += 1;
            for (place, column) in columns.iter_mut().enumerate() {
                column.add(row.get(place));
            }
        }
        for column in &mut columns {
            column.seen = HashSet::new();
            column.is_unique &= rows > 0;
            column.is_number &= column.min.is_finite();
            column.is_whole &= column.is_number;
        }
        Ok(Self { rows, columns })
    }

    /// A column by its name, trimmed and case-folded.
    pub(crate) fn column(&self, name: &str) -> Option<&ColumnFacts> {
        let name = fold(name);
        self.columns.iter().find(|column| fold(&column.name) == name)
    }

    /// The names of all columns, parted by commas.
    pub(crate) fn names(&self) -> String {
        self.columns.iter().map(|column| format!("'{}'", column.name)).collect::<Vec<_>>().join(", ")
    }
}
