//! A host's CSV file, one row at a time: any number of columns and rows, bounded memory.
//!
//! Submissions and solutions are read by `podium-scoring`, which is far stricter. Data files may hold long texts and
//! line breaks inside quotes, so the `csv` crate reads them, behind a guard on the length of a row (the crate alone
//! buffers a quote that is never closed until memory ends).

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use csv::ByteRecord;

use crate::Sentence;

/// Longest row, bytes: a page of text in each of many columns.
const ROW_BYTES_MAX: u64 = 4 << 20;
/// Bytes that are read at a time.
const BUFFER_BYTES: usize = 128 * 1024;

/// A row or a file that cannot be read.
#[derive(Debug)]
pub(crate) enum CsvError {
    Io(io::Error),
    Empty,
    NotUtf8 { line: u64 },
    Width { line: u64, found: u64, expected: u64 },
    RowTooLong { line: u64 },
    ColumnTwice { name: String },
}

impl CsvError {
    pub(crate) fn line(&self) -> Option<u64> {
        match self {
            Self::Io(_) | Self::Empty => None,
            Self::NotUtf8 { line } | Self::Width { line, .. } | Self::RowTooLong { line } => Some(*line),
            Self::ColumnTwice { .. } => Some(1),
        }
    }

    /// What is wrong and what to do.
    pub(crate) fn sentence(&self) -> Sentence {
        match self {
            Self::Io(error) => {
                Sentence::new(format!("the file cannot be read: {error}"), format!("파일을 읽을 수 없습니다: {error}."))
            }
            Self::Empty => Sentence::new(
                "the file is empty; write a header line and rows",
                "파일이 비어 있습니다. 머리글 한 줄과 행을 적어 주십시오.",
            ),
            Self::NotUtf8 { .. } => Sentence::new(
                "this is not UTF-8 text; save the file again as UTF-8 (a spreadsheet: 'CSV UTF-8')",
                "UTF-8이 아닌 글자가 있습니다. UTF-8로 다시 저장해 주십시오(스프레드시트에서는 ‘CSV UTF-8’).",
            ),
            Self::Width { found, expected, .. } => Sentence::new(
                format!(
                    "the row has {found} values, the header has {expected}; correct the commas and quotes of this line"
                ),
                format!(
                    "머리글은 {expected}열인데 이 행은 값이 {found}개입니다. 이 줄의 쉼표와 따옴표를 고쳐 주십시오."
                ),
            ),
            Self::RowTooLong { .. } => Sentence::new(
                format!("the row is longer than {ROW_BYTES_MAX} bytes; is a quote never closed?"),
                format!("행이 {ROW_BYTES_MAX}바이트보다 깁니다. 닫히지 않은 따옴표가 있는지 확인해 주십시오."),
            ),
            Self::ColumnTwice { name } => Sentence::new(
                format!("the first line names the column '{name}' twice; rename one"),
                format!("첫 줄에 ‘{name}’ 열이 두 번 나옵니다. 하나의 이름을 바꿔 주십시오."),
            ),
        }
    }
}

/// Refuses to read on when one row takes more than its share.
struct Guard {
    file: File,
    left: Rc<Cell<u64>>,
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row too long"));
        }
        let read = self.file.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

/// An open file after its header.
pub(crate) struct CsvFile {
    reader: csv::Reader<Guard>,
    left: Rc<Cell<u64>>,
    header: Vec<String>,
    record: ByteRecord,
}

/// One row. Values are text without the blanks around them.
pub(crate) struct Row<'a> {
    /// Line on which it begins, from 1.
    pub(crate) line: u64,
    values: &'a ByteRecord,
}

impl<'a> Row<'a> {
    /// A value; empty when there is none.
    pub(crate) fn get(&self, column: usize) -> &'a str {
        // `next` has checked the bytes.
        self.values.get(column).and_then(|value| std::str::from_utf8(value).ok()).unwrap_or("").trim()
    }

    /// A value with the blanks around it.
    pub(crate) fn raw(&self, column: usize) -> &'a [u8] {
        self.values.get(column).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

impl CsvFile {
    pub(crate) fn open(path: &Path) -> Result<Self, CsvError> {
        let left = Rc::new(Cell::new(ROW_BYTES_MAX));
        let guard = Guard { file: File::open(path).map_err(CsvError::Io)?, left: Rc::clone(&left) };
        let reader = csv::ReaderBuilder::new().has_headers(false).buffer_capacity(BUFFER_BYTES).from_reader(guard);
        let mut file = Self { reader, left, header: Vec::new(), record: ByteRecord::new() };
        let Some(row) = file.next()? else { return Err(CsvError::Empty) };
        let mut header: Vec<String> = (0..row.len()).map(|column| row.get(column).to_owned()).collect();
        if let Some(first) = header.first_mut() {
            *first = first.trim_start_matches('\u{feff}').trim().to_owned();
        }
        for (i, name) in header.iter().enumerate() {
            if header.iter().take(i).any(|earlier| earlier.eq_ignore_ascii_case(name)) {
                return Err(CsvError::ColumnTwice { name: name.clone() });
            }
        }
        file.header = header;
        Ok(file)
    }

    /// Names of the columns.
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// Place of a column, by its name trimmed and case-folded.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        let name = crate::rules::fold(name);
        self.header.iter().position(|column| crate::rules::fold(column) == name)
    }

    /// The next row; empty lines are skipped.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>, CsvError> {
        self.left.set(ROW_BYTES_MAX);
        let more = self.reader.read_byte_record(&mut self.record);
        let line = self.record.position().map_or(1, csv::Position::line);
        match more {
            Ok(true) if self.record.iter().all(|value| std::str::from_utf8(value).is_ok()) => {
                Ok(Some(Row { line, values: &self.record }))
            }
            Ok(true) => Err(CsvError::NotUtf8 { line }),
            Ok(false) => Ok(None),
            Err(error) => Err(match error.into_kind() {
                csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
                    CsvError::Width { line: pos.map_or(line, |pos| pos.line()), found: len, expected: expected_len }
                }
                csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                    CsvError::RowTooLong { line: self.reader.position().line() }
                }
                csv::ErrorKind::Io(error) => CsvError::Io(error),
                _ => CsvError::NotUtf8 { line },
            }),
        }
    }
}
