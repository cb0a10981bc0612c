//! The data dictionary beside the files: whether its entries are about columns that are there, whether every column has
//! one, and whether the values fit.

use std::collections::BTreeMap;

use regex::Regex;

use crate::csv_file::{CsvFile, Row};
use crate::document::MANIFEST_FILE;
use crate::finding::{Code, Finding};
use crate::folder::DataFile;
use crate::manifest::{Column, Manifest, Values};
use crate::rules::{self, fold};
use crate::sentence::{Sentence, did_you_mean};
use crate::spelling;

/// Values of a list that a message quotes.
const QUOTED_MAX: usize = 8;

/// What the dictionary says about a column, ready to compare.
pub(crate) struct Rule<'a> {
    entry: &'a Column,
    /// Place in the list of the manifest.
    index: usize,
    column: usize,
    values: Option<Vec<&'a str>>,
    pattern: Option<Regex>,
    wrong: u64,
    first: Option<(u64, Sentence)>,
}

impl<'a> Rule<'a> {
    /// The rules for the columns of a file.
    pub(crate) fn all(manifest: &'a Manifest, file: &DataFile, table: &CsvFile) -> Vec<Self> {
        let entries = manifest.columns.iter().enumerate().filter(|(_, entry)| entry.file == file.path);
        entries
            .filter_map(|(index, entry)| {
                let column = table.column(&entry.name)?;
                let values = match &entry.values {
                    None => None,
                    Some(Values::List(values)) => Some(values.iter().map(String::as_str).collect()),
                    Some(Values::Classes(_)) => {
                        manifest.task.classes.as_ref().map(|classes| classes.iter().map(String::as_str).collect())
                    }
                };
                let pattern = entry.pattern.as_ref().and_then(|pattern| rules::whole_value(pattern).ok());
                Some(Rule { entry, index, column, values, pattern, wrong: 0, first: None })
            })
            .collect()
    }

    /// Looks at the value of a row.
    pub(crate) fn read(&mut self, row: &Row<'_>) {
        if let Some(complaint) = self.complaint(row.get(self.column)) {
            self.wrong += 1;
            self.first.get_or_insert((row.line, complaint));
        }
    }

    /// What did not fit in the file, which has `rows`.
    pub(crate) fn finding(&self, shown: &str, rows: u64) -> Option<Finding> {
        let (line, complaint) = self.first.as_ref()?;
        let (more, more_ko) = match self.wrong {
            1 => (String::new(), String::new()),
            wrong => (format!(" ({wrong} rows of {rows})"), format!(" {rows}행 중 {wrong}행이 그렇습니다.")),
        };
        let (name, number) = (&self.entry.name, self.index + 1);
        let message = Sentence::new(
            format!(
                "{name}: {}{more}; correct the file, or [[columns]] number {number} of competition.toml",
                complaint.en
            ),
            format!(
                "‘{name}’ 열의 값 {}{more_ko} 파일이나 competition.toml의 {number}번째 [[columns]]를 고쳐 주십시오.",
                complaint.ko
            ),
        );
        Some(Finding::error(Code::Dictionary, shown, message).at(*line, self.column as u64 + 1))
    }

    /// Why a value does not fit, if it does not. A missing value fits: the dictionary says nothing about them.
    fn complaint(&self, value: &str) -> Option<Sentence> {
        if value.is_empty() {
            return None;
        }
        if let Some(values) = &self.values
            && !values.contains(&value)
        {
            let near = did_you_mean(spelling::nearest(value, values.iter().copied()));
            let values = listed(values);
            return Some(Sentence::new(
                format!("'{value}' is not one of {}{}", values.en, near.en),
                format!("‘{value}’: 설명에 적은 값이 아닙니다({}).{}", values.ko, near.ko),
            ));
        }
        if let Some([low, high]) = self.entry.range {
            match value.parse::<f64>() {
                Err(_) => {
                    return Some(Sentence::new(
                        format!("'{value}' is not a number, but the dictionary gives a range"),
                        format!("‘{value}’: 설명에는 범위가 있는데 숫자가 아닙니다."),
                    ));
                }
                Ok(number) if !(low..=high).contains(&number) => {
                    return Some(Sentence::new(
                        format!("{value} is outside the range {low} to {high}"),
                        format!("{value}: {low}~{high} 범위를 벗어납니다."),
                    ));
                }
                Ok(_) => {}
            }
        }
        if let Some(pattern) = &self.pattern
            && !pattern.is_match(value)
        {
            let pattern = self.entry.pattern.as_deref().unwrap_or_default();
            return Some(Sentence::new(
                format!("'{value}' does not match the pattern {pattern}"),
                format!("‘{value}’: 패턴 {pattern}에 맞지 않습니다."),
            ));
        }
        None
    }
}

/// The first of many values.
fn listed(values: &[&str]) -> Sentence {
    let text = values.iter().take(QUOTED_MAX).copied().collect::<Vec<_>>().join(", ");
    let all = values.len();
    if all > QUOTED_MAX {
        Sentence::new(format!("{text}, … ({all} in all)"), format!("{text}, … (모두 {all}개)"))
    } else {
        Sentence::new(text.clone(), text)
    }
}

/// Entries of the dictionary that fit no file or no column, and files without a dictionary, each with its key.
pub(crate) fn check(
    manifest: &Manifest,
    files: &[DataFile],
    headers: &BTreeMap<String, Vec<String>>,
) -> Vec<(String, Finding)> {
    let mut found = Vec::new();
    for (i, entry) in manifest.columns.iter().enumerate() {
        let (file, name) = (&entry.file, &entry.name);
        let Some(header) = headers.get(file) else {
            let near = did_you_mean(spelling::nearest(file, files.iter().map(|file| file.path.as_str())));
            let message = Sentence::new(
                format!("the dictionary names the file '{file}', which is no CSV file of data/{}", near.en),
                format!("열 설명에 ‘{file}’ 파일이 있지만 data/에 그런 CSV 파일이 없습니다.{}", near.ko),
            );
            found.push((format!("columns[{i}].file"), Finding::error(Code::Dictionary, MANIFEST_FILE, message)));
            continue;
        };
        if !header.iter().any(|column| fold(column) == fold(name)) {
            let columns: Vec<&str> = header.iter().map(String::as_str).collect();
            let advice = match spelling::nearest(name, columns.iter().copied()) {
                Some(near) => Sentence::new(format!("did you mean '{near}'?"), format!("혹시 ‘{near}’입니까?")),
                None => {
                    let columns = listed(&columns);
                    Sentence::new(format!("its columns are {}", columns.en), format!("있는 열: {}.", columns.ko))
                }
            };
            let message = Sentence::new(
                format!("{file} has no column '{name}'; {}", advice.en),
                format!("{file} 파일에 ‘{name}’ 열이 없습니다. {}", advice.ko),
            );
            found.push((format!("columns[{i}].name"), Finding::error(Code::Dictionary, MANIFEST_FILE, message)));
        }
    }
    for (path, header) in headers {
        let is_described =
            |name: &String| manifest.columns.iter().any(|entry| entry.file == *path && fold(&entry.name) == fold(name));
        let missing: Vec<&str> = header.iter().filter(|name| !is_described(name)).map(String::as_str).collect();
        if !missing.is_empty() {
            let missing = listed(&missing);
            let message = Sentence::new(
                format!(
                    "the dictionary does not describe {} of {path}; add [[columns]] so that the Data page can",
                    missing.en
                ),
                format!(
                    "{path} 파일에 설명이 없는 열이 있습니다: {}. 데이터 페이지에 보이도록 [[columns]]에 추가해 주십시오.",
                    missing.ko
                ),
            );
            found.push(("columns".to_owned(), Finding::warning(Code::Dictionary, MANIFEST_FILE, message)));
        }
    }
    found
}
