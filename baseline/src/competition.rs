//! A participant's folder: the tables, the classes and where each photograph lies. Opens no picture and decides no split.
//!
//! ```text
//! folder/
//!   train.csv                id, label and whatever else is known
//!   test.csv                 id and whatever else is known
//!   sample_submission.csv    what a submission looks like (its first two columns name id and label)
//!   classes.csv              optional: the label with a readable name, `<label>` and `<label>_name`
//!   images/…                 one file per id, in any folders, named by the id with or without extension
//! ```
//! A host's folder, with the tables in `data/`, is read as well; its solution is not.

mod files;
mod table;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use files::Files;
use table::Table;

/// A competition as a participant has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Competition {
    /// Where the tables are.
    pub folder: PathBuf,
    /// Name of the column with ids.
    pub id: String,
    /// Name of the column with labels.
    pub target: String,
    /// Every label of `train.csv`: in the order of the numbers if all are whole numbers, else of the letters. A class is its
    /// position here, in every model, checkpoint and prediction.
    pub classes: Vec<String>,
    /// What people call the classes; the label itself where nothing better is known.
    pub class_names: Vec<String>,
    /// Names of the columns of `train.csv`.
    pub train_columns: Vec<String>,
    /// Photographs with labels, in the order of `train.csv`.
    pub train: Vec<Photo>,
    /// Names of the columns of `test.csv`.
    pub test_columns: Vec<String>,
    /// Photographs to be predicted, in the order of `test.csv`.
    pub test: Vec<Photo>,
}

/// A row with its picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// As in the table.
    pub id: String,
    /// The file.
    pub path: PathBuf,
    /// Position in [`Competition::classes`]; `None` for test photographs.
    pub label: Option<usize>,
    /// Every value of the row.
    pub fields: Vec<String>,
}

/// Which columns to take where the tables do not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns<'a> {
    /// The column with ids; without it, the first of the sample submission or of `test.csv`.
    pub id: Option<&'a str>,
    /// The column with labels; without it, the second of the sample submission, or the one that `test.csv` lacks.
    pub target: Option<&'a str>,
}

/// Why a folder cannot be taken for a competition.
#[derive(Debug, thiserror::Error)]
pub enum CompetitionError {
    /// The folder is not there, or lacks a table.
    #[error("{} has no {file}{}: give the folder of a competition (train.csv, test.csv and images)", folder.display(), found(has))]
    NoTable {
        /// Which folder.
        folder: PathBuf,
        /// Which table.
        file: &'static str,
        /// What lies there.
        has: Vec<String>,
    },
    /// A file that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A table that is not one.
    #[error("{}: {reason}", path.display())]
    Table {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with its line.
        reason: String,
    },
    /// A column that is not there.
    #[error("{file} has no column '{column}', only {}{}", list(has), suggestion(column, has))]
    NoColumn {
        /// Which table.
        file: String,
        /// Which column.
        column: String,
        /// Which there are.
        has: Vec<String>,
    },
    /// More than one column could hold the labels.
    #[error(
        "train.csv has {} that test.csv lacks; which one is the label? Say so: data.target = \"{}\"",
        list(candidates),
        candidates.first().map_or("…", String::as_str)
    )]
    WhichTarget {
        /// The columns that could be meant.
        candidates: Vec<String>,
    },
    /// A row without a value that it needs.
    #[error("{file}, line {line}: column '{column}' is empty")]
    EmptyValue {
        /// Which table.
        file: String,
        /// Line of the file, from 1.
        line: u64,
        /// Which column.
        column: String,
    },
    /// An id that names two rows.
    #[error("{file}, line {line}: id '{id}' is there twice, first on line {first}")]
    DuplicateId {
        /// Which table.
        file: String,
        /// Line of the file, from 1.
        line: u64,
        /// Where it was first.
        first: u64,
        /// The id.
        id: String,
    },
    /// A row without its picture.
    #[error(
        "{file}, line {line}: no picture is named '{id}' among the {searched} under {} ({missing} rows have none){}",
        folder.display(),
        example.as_ref().map(|name| format!("; the pictures have names like '{name}'")).unwrap_or_default()
    )]
    NoPicture {
        /// Which table.
        file: String,
        /// Line of the file, from 1.
        line: u64,
        /// The id.
        id: String,
        /// Where was looked.
        folder: PathBuf,
        /// Pictures found there.
        searched: usize,
        /// Rows of the table without one.
        missing: usize,
        /// Name of one that is there.
        example: Option<String>,
    },
    /// Two files for one id.
    #[error("{file}, line {line}: '{id}' could be {} or {}", first.display(), second.display())]
    TwoPictures {
        /// Which table.
        file: String,
        /// Line of the file, from 1.
        line: u64,
        /// The id.
        id: String,
        /// One.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// Nothing to learn from.
    #[error("{file} has no rows")]
    NoRows {
        /// Which table.
        file: String,
    },
    /// Nothing to tell apart.
    #[error("train.csv has the one label '{label}' in column '{column}': there is nothing to tell apart")]
    OneClass {
        /// Column of the labels.
        column: String,
        /// The label.
        label: String,
    },
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    quoted.join(", ")
}

fn found(has: &[String]) -> String {
    if has.is_empty() { " (it is empty or not there)".to_owned() } else { format!(" (it has {})", has.join(", ")) }
}

fn suggestion(wanted: &str, has: &[String]) -> String {
    let near = has.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted.trim()));
    near.map(|name| format!("; did you mean '{name}'?")).unwrap_or_default()
}

impl Competition {
    /// Reads the tables and finds each row's picture.
    pub fn open(folder: &Path, columns: Columns) -> Result<Self, CompetitionError> {
        let data = if folder.join("train.csv").is_file() { folder.to_owned() } else { folder.join("data") };
        if !data.join("train.csv").is_file() {
            return Err(no_table(folder, "train.csv"));
        }
        if !data.join("test.csv").is_file() {
            return Err(no_table(&data, "test.csv"));
        }
        let train = Table::read(&data.join("train.csv"))?;
        let test = Table::read(&data.join("test.csv"))?;
        let sample =
            [&data, folder].map(|dir| dir.join("sample_submission.csv")).into_iter().find(|path| path.is_file());
        let sample = sample.map(|path| Table::columns_of(&path)).transpose()?;
        let id = id_column(columns.id, sample.as_deref(), &test);
        let target = target_column(columns.target, &id, sample.as_deref(), &train, &test)?;

        let files = Files::find(&data)?;
        let (id_at, target_at) = (train.column(&id)?, train.column(&target)?);
        let labels: Vec<String> = train
            .rows()
            .map(|(line, row)| match row[target_at].trim() {
                "" => Err(CompetitionError::EmptyValue { file: train.name(), line, column: target.clone() }),
                label => Ok(label.to_owned()),
            })
            .collect::<Result<_, _>>()?;
        let classes = classes(&labels);
        if let [only] = &classes[..] {
            return Err(CompetitionError::OneClass { column: target, label: only.clone() });
        }
        let position: HashMap<&str, usize> = classes.iter().map(String::as_str).zip(0..).collect();
        let mut train_photos = photos(&train, id_at, &files, "train")?;
        for (photo, label) in train_photos.iter_mut().zip(&labels) {
            photo.label = position.get(label.as_str()).copied();
        }
        let test_photos = photos(&test, test.column(&id)?, &files, "test")?;
        Ok(Self {
            class_names: class_names(&data.join("classes.csv"), &target, &classes)?,
            folder: data,
            id,
            target,
            classes,
            train_columns: train.columns().to_vec(),
            train: train_photos,
            test_columns: test.columns().to_vec(),
            test: test_photos,
        })
    }

    /// Values of a column of `train.csv`, row by row.
    pub fn train_values(&self, column: &str) -> Result<Vec<&str>, CompetitionError> {
        let at =
            self.train_columns.iter().position(|name| name == column).ok_or_else(|| CompetitionError::NoColumn {
                file: "train.csv".to_owned(),
                column: column.to_owned(),
                has: self.train_columns.clone(),
            })?;
        Ok(self.train.iter().map(|photo| photo.fields[at].as_str()).collect())
    }

    /// Class of each training photograph.
    pub fn labels(&self) -> Vec<usize> {
        self.train.iter().filter_map(|photo| photo.label).collect()
    }
}

fn no_table(folder: &Path, file: &'static str) -> CompetitionError {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut has: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    has.sort();
    has.truncate(8);
    CompetitionError::NoTable { folder: folder.to_owned(), file, has }
}

fn id_column(wanted: Option<&str>, sample: Option<&[String]>, test: &Table) -> String {
    let first = || sample.unwrap_or(test.columns()).first().cloned().unwrap_or_default();
    wanted.map_or_else(first, str::to_owned)
}

fn target_column(
    wanted: Option<&str>,
    id: &str,
    sample: Option<&[String]>,
    train: &Table,
    test: &Table,
) -> Result<String, CompetitionError> {
    if let Some(wanted) = wanted {
        return Ok(wanted.to_owned());
    }
    // A submission of probabilities has a column per class, which `train.csv` does not have.
    let sampled = sample.and_then(|sample| sample.iter().find(|name| *name != id && train.columns().contains(name)));
    if let Some(sampled) = sampled {
        return Ok(sampled.clone());
    }
    let only_train = |name: &&String| *name != id && !test.columns().contains(name);
    let candidates: Vec<String> = train.columns().iter().filter(only_train).cloned().collect();
    match &candidates[..] {
        [target] => Ok(target.clone()),
        _ => Err(CompetitionError::WhichTarget { candidates }),
    }
}

/// Distinct labels in a fixed order.
fn classes(labels: &[String]) -> Vec<String> {
    let mut classes = labels.to_vec();
    classes.sort();
    classes.dedup();
    if let Ok(numbers) = classes.iter().map(|label| label.parse::<i64>()).collect::<Result<Vec<_>, _>>() {
        let mut pairs: Vec<_> = numbers.into_iter().zip(classes).collect();
        pairs.sort();
        classes = pairs.into_iter().map(|(_, label)| label).collect();
    }
    classes
}

/// From `classes.csv`: the column of the labels, and beside it `<label>_name` or `name`.
fn class_names(path: &Path, target: &str, classes: &[String]) -> Result<Vec<String>, CompetitionError> {
    if !path.is_file() {
        return Ok(classes.to_vec());
    }
    let table = Table::read(path)?;
    let named = table.column(&format!("{target}_name")).or_else(|_| table.column("name"));
    let (Ok(label), Ok(name)) = (table.column(target), named) else {
        return Ok(classes.to_vec());
    };
    let names: HashMap<&str, &str> = table.rows().map(|(_, row)| (row[label].trim(), row[name].trim())).collect();
    Ok(classes.iter().map(|class| names.get(class.as_str()).copied().unwrap_or(class).to_owned()).collect())
}

fn photos(table: &Table, id_at: usize, files: &Files, side: &str) -> Result<Vec<Photo>, CompetitionError> {
    let mut first_lines: HashMap<&str, u64> = HashMap::new();
    let mut photos = Vec::new();
    let mut missing: Option<(u64, String)> = None;
    let mut missing_count = 0;
    for (line, row) in table.rows() {
        let id = row[id_at].as_str();
        if id.trim().is_empty() {
            let column = table.columns()[id_at].clone();
            return Err(CompetitionError::EmptyValue { file: table.name(), line, column });
        }
        if let Some(first) = first_lines.insert(id, line) {
            return Err(CompetitionError::DuplicateId { file: table.name(), line, first, id: id.to_owned() });
        }
        match files.of(id, side) {
            Ok(Some(path)) => {
                photos.push(Photo { id: id.to_owned(), path, label: None, fields: row.clone() });
            }
            Ok(None) => {
                missing_count += 1;
                missing.get_or_insert_with(|| (line, id.to_owned()));
            }
            Err((first, second)) => {
                return Err(CompetitionError::TwoPictures {
                    file: table.name(),
                    line,
                    id: id.to_owned(),
                    first,
                    second,
                });
            }
        }
    }
    if let Some((line, id)) = missing {
        return Err(CompetitionError::NoPicture {
            file: table.name(),
            line,
            id,
            folder: files.folder.clone(),
            searched: files.len(),
            missing: missing_count,
            example: files.example(),
        });
    }
    if photos.is_empty() {
        return Err(CompetitionError::NoRows { file: table.name() });
    }
    Ok(photos)
}

#[cfg(test)]
mod tests;
