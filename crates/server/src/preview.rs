//! What a CSV file looks like: its first rows and, for each column, type, gaps, range and distribution.
//!
//! Owns the statistics that the Data page shows. Reads a host's file in two streaming passes (the second counts the
//! histograms) in bounded memory, whatever the file holds; must not know HTTP or the store. Files are the host's own,
//! so the reading is lenient: short rows have gaps, stray bytes are replaced. What a submission must keep is decided by
//! `podium_scoring`, never here.

mod column;
mod distinct;

use std::io::{self, Read, Seek};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use column::{Column, Histogram};

#[cfg(test)]
mod tests;

/// Rows shown from the top of the file.
pub const SHOWN_ROWS: usize = 100;
/// Columns that are described; wider files are cut.
pub const MAX_COLUMNS: usize = 300;
/// Bytes read of a file; of a longer one the rest is not looked at and `sampled` says so.
pub const MAX_BYTES: u64 = 512 << 20;
/// Longest line, so that a file without line ends cannot fill the memory.
const MAX_LINE: usize = 1 << 20;
/// Characters shown of a cell.
const MAX_CELL: usize = 200;

/// A preview of one CSV file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// One summary per column, in the file's order.
    pub columns: Vec<ColumnSummary>,
    /// The first rows, as text; long cells are cut.
    pub rows: Vec<Vec<String>>,
    /// Rows below the header, of the part that was read.
    pub total_rows: u64,
    /// Only the beginning of the file was read, because it is very long or very wide.
    pub sampled: bool,
}

/// What the values of a column have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Every value is a whole number.
    Integer,
    /// Every value is a finite number.
    Number,
    /// Anything else.
    Text,
    /// Every value is `true` or `false`.
    Boolean,
    /// There is no value at all.
    Empty,
}

/// Statistics of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ColumnSummary {
    /// The name in the header.
    pub name: String,
    /// What the values have in common.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Empty cells; in columns of numbers also `NA`, `NaN` and `null`.
    pub missing: u64,
    /// Different values; an estimate within about 3 % when `distinct_estimated`.
    pub distinct: u64,
    /// `distinct` was too large to count in bounded memory.
    pub distinct_estimated: bool,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// Mean of the numbers.
    pub mean: Option<f64>,
    /// Median of the numbers; of a random sample in long files.
    pub median: Option<f64>,
    /// How many numbers lie in equal steps from `min` to `max`.
    pub histogram: Option<Vec<Bin>>,
    /// The most frequent values, if the column has few different ones.
    pub top: Vec<TopValue>,
    /// What the host's data dictionary says about the column.
    pub meaning: Option<Meaning>,
}

/// One step of a histogram; the last one includes `to`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Bin {
    /// Lower end, included.
    pub from: f64,
    /// Upper end.
    pub to: f64,
    /// Numbers between them.
    pub count: u64,
}

/// A frequent value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TopValue {
    /// The value as written.
    pub value: String,
    /// How often it occurs.
    pub count: u64,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Meaning {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// Why a file has no preview.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The file is not a table.
    #[error("this file cannot be read as a table: {0}")]
    Unreadable(String),
    /// The disk failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads a file twice and describes it. `delimiter` is a comma, or a tab for `.tsv`.
///
/// # Errors
/// A line of more than 1 MiB, or a failing disk.
pub fn preview(file: &mut (impl Read + Seek), delimiter: u8) -> Result<Preview, PreviewError> {
    let mut rows = Vec::new();
    let mut columns: Vec<Column> = Vec::new();
    let mut total_rows = 0_u64;
    let mut cut = false;
    let header = each_row(file, delimiter, |header, record| {
        if columns.is_empty() {
            columns = (0..header.len()).map(|number| Column::new(number, header.len())).collect();
        }
        if rows.len() < SHOWN_ROWS {
            rows.push(record.iter().take(MAX_COLUMNS).map(shown).collect());
        }
        for (number, column) in columns.iter_mut().enumerate() {
            column.add(record.get(number).unwrap_or_default());
        }
        total_rows += 1;
    })?;
    cut |= header.cut;
    if columns.is_empty() {
        columns = (0..header.names.len()).map(|number| Column::new(number, header.names.len())).collect();
    }

    let mut histograms: Vec<Option<Histogram>> = columns.iter().map(Column::histogram).collect();
    if histograms.iter().any(Option::is_some) {
        file.rewind()?;
        each_row(file, delimiter, |_, record| {
            for (number, histogram) in histograms.iter_mut().enumerate() {
                if let (Some(histogram), Some(cell)) = (histogram, record.get(number)) {
                    histogram.add(cell);
                }
            }
        })?;
    }
    let columns = columns
        .into_iter()
        .zip(histograms)
        .zip(header.names)
        .map(|((column, histogram), name)| column.summary(name, histogram))
        .collect();
    Ok(Preview { columns, rows, total_rows, sampled: cut })
}

struct Header {
    names: Vec<String>,
    cut: bool,
}

/// Streams the rows below the header; the header's names come back, cut to [`MAX_COLUMNS`].
fn each_row(
    file: &mut (impl Read + Seek),
    delimiter: u8,
    mut row: impl FnMut(&[String], &csv::ByteRecord),
) -> Result<Header, PreviewError> {
    let bytes = file.seek(io::SeekFrom::End(0))?;
    file.rewind()?;
    let guarded = ShortLines { inner: file.take(MAX_BYTES), line: 0 };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(guarded);
    let headers = reader.byte_headers().map_err(unreadable)?.clone();
    let names: Vec<String> = headers.iter().take(MAX_COLUMNS).map(|name| shown(name).trim().to_owned()).collect();
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(unreadable)? {
        row(&names, &record);
    }
    Ok(Header { cut: bytes > MAX_BYTES || headers.len() > MAX_COLUMNS, names })
}

fn unreadable(error: csv::Error) -> PreviewError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            PreviewError::Unreadable(error.to_string())
        }
        csv::ErrorKind::Io(error) => PreviewError::Io(error),
        other => PreviewError::Unreadable(format!("{other:?}")),
    }
}

fn shown(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    match text.char_indices().nth(MAX_CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// Fails when a line grows beyond [`MAX_LINE`]: the csv reader buffers a line whole.
struct ShortLines<R> {
    inner: R,
    line: usize,
}

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match buffer[..read].iter().rposition(|&byte| byte == b'\n' || byte == b'\r') {
            Some(end) => self.line = read - end - 1,
            None => self.line += read,
        }
        if self.line > MAX_LINE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it has a line of more than 1 MiB"));
        }
        Ok(read)
    }
}
