//! A CSV table in memory, with the lines of its rows.

use std::path::{Path, PathBuf};

use super::CompetitionError;

pub(super) struct Table {
    path: PathBuf,
    columns: Vec<String>,
    /// Line of the file, from 1, and values, as many as there are columns.
    rows: Vec<(u64, Vec<String>)>,
}

impl Table {
    pub(super) fn read(path: &Path) -> Result<Self, CompetitionError> {
        let mut reader = open(path)?;
        let columns = header(path, &mut reader)?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| fault(path, &error))?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok(Self { path: path.to_owned(), columns, rows })
    }

    /// Only the names.
    pub(super) fn columns_of(path: &Path) -> Result<Vec<String>, CompetitionError> {
        header(path, &mut open(path)?)
    }

    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn column(&self, name: &str) -> Result<usize, CompetitionError> {
        self.columns.iter().position(|column| column == name).ok_or_else(|| CompetitionError::NoColumn {
            file: self.name(),
            column: name.to_owned(),
            has: self.columns.clone(),
        })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (u64, &Vec<String>)> {
        self.rows.iter().map(|(line, row)| (*line, row))
    }
}

fn open(path: &Path) -> Result<csv::Reader<std::io::Cursor<Vec<u8>>>, CompetitionError> {
    let bytes = std::fs::read(path).map_err(|source| CompetitionError::Read { path: path.to_owned(), source })?;
    // Spreadsheets begin UTF-8 with a mark, which would become part of the first column's name.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(bytes);
    Ok(csv::Reader::from_reader(std::io::Cursor::new(bytes)))
}

fn header<R: std::io::Read>(path: &Path, reader: &mut csv::Reader<R>) -> Result<Vec<String>, CompetitionError> {
    let header = reader.headers().map_err(|error| fault(path, &error))?;
    Ok(header.iter().map(|name| name.trim().to_owned()).collect())
}

fn fault(path: &Path, error: &csv::Error) -> CompetitionError {
    let line = error.position().map(|position| format!("line {}: ", position.line())).unwrap_or_default();
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{line}{len} values, but there are {expected_len} columns")
        }
        csv::ErrorKind::Utf8 { .. } => format!("{line}not UTF-8; save the table as \"CSV UTF-8\""),
        other => format!("{line}{other:?}"),
    };
    CompetitionError::Table { path: path.to_owned(), reason }
}
