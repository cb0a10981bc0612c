//! The run's log: a JSON object a line, flat names, so that any tool reads it. Holds what the run computed and nothing
//! that depends on the clock, so that a resumed run's log is that of an uninterrupted one, byte for byte; how long things
//! took is in a second file.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// Appends to `log.jsonl`.
#[derive(Debug)]
pub struct Log {
    file: File,
    path: PathBuf,
}

impl Log {
    /// Opens the log of a run, cut off behind `bytes`, what a checkpoint knows of it; a new run's is empty.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open(path: &Path, bytes: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        file.set_len(bytes)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Writes one line, whole and at once, so that whoever watches never reads half of one.
    ///
    /// # Errors
    /// When writing fails.
    pub fn line(&mut self, values: &[(&str, f64)]) -> io::Result<()> {
        let object: Map<String, Value> =
            values.iter().map(|(name, value)| ((*name).to_owned(), number(*value))).collect();
        let mut text = Value::Object(object).to_string();
        text.push('\n');
        self.file.write_all(text.as_bytes())
    }

    /// Bytes so far, safe on the disk.
    ///
    /// # Errors
    /// When syncing fails.
    pub fn sync(&mut self) -> io::Result<u64> {
        self.file.sync_data()?;
        self.file.stream_position()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Whole numbers without a point; JSON has no infinity, so what is not finite is null.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { Value::from(value as i64) } else { Value::from(value) }
}

#[cfg(test)]
mod tests;
