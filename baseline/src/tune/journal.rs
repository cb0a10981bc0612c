//! The file of a study, in the format of Optuna's `JournalFileBackend`: one operation a line, appended and synced. Several
//! processes may share it, Optuna's among them, because all take Optuna's lock: a symbolic link beside the file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};

use super::Direction;
use super::space::Parameter;
use super::study::{PROCESS, RUNG, State, Study, operation};

/// An open journal with one study.
pub struct Journal {
    path: PathBuf,
    name: String,
    worker: String,
}

/// A journal that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read, written or locked.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A line of it is broken.
    #[error("{path}: line {line} is not JSON, so this is not an Optuna journal")]
    Line {
        /// The file.
        path: String,
        /// From 1.
        line: usize,
    },
    /// The study in it goes the other way.
    #[error("the study '{0}' in this journal has the other direction; name another study or another file")]
    Direction(String),
    /// The study vanished.
    #[error("the study '{0}' was deleted from the journal while it was running")]
    Deleted(String),
}

/// A lock that nobody has renewed for so long belongs to a process that died (Optuna's own limit).
const LOCK_SECS: u64 = 30;

impl Journal {
    /// Opens a journal, making file and study if they are not there.
    ///
    /// # Errors
    /// [`JournalError`]
    pub fn open(path: &Path, study: &str, direction: Direction) -> Result<Self, JournalError> {
        let worker = format!("baseline-{}", std::process::id());
        let journal = Self { path: path.to_owned(), name: study.to_owned(), worker };
        let _lock = journal.lock()?;
        if let Some(known) = Study::replay(&journal.lines()?, study) {
            return if known.direction == direction {
                Ok(journal)
            } else {
                Err(JournalError::Direction(study.to_owned()))
            };
        }
        let directions = [if direction == Direction::Minimize { 1 } else { 2 }];
        journal
            .append(&[json!({"op_code": operation::CREATE_STUDY, "study_name": study, "directions": directions})])?;
        Ok(journal)
    }

    /// The study as it is now, with what other processes have added.
    ///
    /// # Errors
    /// [`JournalError`]
    pub fn study(&self) -> Result<Study, JournalError> {
        Study::replay(&self.lines()?, &self.name).ok_or_else(|| JournalError::Deleted(self.name.clone()))
    }

    /// Begins a trial whose parameters `choose` takes from the study; other processes wait until it is written, so that each
    /// sees what the others are trying. Gives the trial's number in the journal and in the study.
    ///
    /// # Errors
    /// [`JournalError`]
    pub fn begin(
        &self,
        space: &std::collections::BTreeMap<String, Parameter>,
        choose: impl FnOnce(&Study) -> std::collections::BTreeMap<String, f64>,
    ) -> Result<(u64, usize), JournalError> {
        let _lock = self.lock()?;
        let lines = self.lines()?;
        let study = Study::replay(&lines, &self.name).ok_or_else(|| JournalError::Deleted(self.name.clone()))?;
        let id = lines.iter().filter(|line| line["op_code"].as_u64() == Some(operation::CREATE_TRIAL)).count() as u64;
        let mut written = vec![
            json!({"op_code": operation::CREATE_TRIAL, "study_id": study.id, "datetime_start": now()}),
            json!({"op_code": operation::USER_ATTRIBUTE, "trial_id": id, "user_attr": {PROCESS: std::process::id()}}),
        ];
        let chosen = choose(&study);
        written.extend(chosen.iter().filter_map(|(name, value)| {
            let distribution = space.get(name)?.distribution();
            Some(json!({
                "op_code": operation::PARAMETER, "trial_id": id, "param_name": name,
                "param_value_internal": value, "distribution": distribution,
            }))
        }));
        self.append(&written)?;
        Ok((id, study.trials.len()))
    }

    /// A value on a trial's way.
    ///
    /// # Errors
    /// [`JournalError`]
    pub fn report(&self, trial: u64, step: u64, value: f64) -> Result<(), JournalError> {
        let _lock = self.lock()?;
        self.append(&[json!({
            "op_code": operation::INTERMEDIATE, "trial_id": trial, "step": step, "intermediate_value": value,
        })])
    }

    /// A rung of successive halving that a trial reached.
    ///
    /// # Errors
    /// [`JournalError`]
    pub fn reach(&self, trial: u64, rung: u64, value: f64) -> Result<(), JournalError> {
        let _lock = self.lock()?;
        let key = format!("{RUNG}{rung}");
        self.append(&[json!({"op_code": operation::SYSTEM_ATTRIBUTE, "trial_id": trial, "system_attr": {key: value}})])
    }

    /// The end of a trial. `note` is shown by the dashboard, for example why it failed.
    ///
    /// # Errors
    /// [`JournalError`]
    pub fn end(&self, trial: u64, state: State, value: Option<f64>, note: Option<&str>) -> Result<(), JournalError> {
        let _lock = self.lock()?;
        let mut lines = Vec::new();
        if let Some(note) = note {
            lines.push(json!({"op_code": operation::USER_ATTRIBUTE, "trial_id": trial, "user_attr": {"note": note}}));
        }
        lines.push(json!({
            "op_code": operation::STATE, "trial_id": trial, "state": state.code(),
            "values": value.map(|value| [value]), "datetime_complete": now(),
        }));
        self.append(&lines)
    }

    /// Every whole line. A last one without its line end was torn by a crash, or is being written.
    fn lines(&self) -> Result<Vec<Value>, JournalError> {
        let bytes = match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            bytes => bytes.map_err(|error| self.failed(error))?,
        };
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let lines = bytes[..whole].split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let broken = |line| JournalError::Line { path: self.path.display().to_string(), line };
        (1..).zip(lines).map(|(number, line)| serde_json::from_slice(line).map_err(|_| broken(number))).collect()
    }

    /// Appends operations with one write and syncs them. Only under the lock.
    fn append(&self, operations: &[Value]) -> Result<(), JournalError> {
        let mut text = String::new();
        for operation in operations {
            let mut operation = operation.clone();
            operation["worker_id"] = json!(self.worker);
            text.push_str(&operation.to_string());
            text.push('\n');
        }
        self.write(text.as_bytes()).map_err(|error| self.failed(error))
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(&self.path)?;
        cut_torn_line(&mut file)?;
        file.write_all(bytes)?;
        file.sync_data()
    }

    fn failed(&self, error: io::Error) -> JournalError {
        JournalError::File { path: self.path.display().to_string(), error }
    }

    fn lock(&self) -> Result<Lock, JournalError> {
        Lock::take(&self.path).map_err(|error| self.failed(error))
    }
}

/// Cuts off a last line without line end: whoever wrote it is dead, since we hold the lock, and Optuna refuses a file that
/// goes on after it.
fn cut_torn_line(file: &mut File) -> io::Result<()> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut byte = [0];
    while end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut byte)?;
        if byte[0] == b'\n' {
            break;
        }
        end -= 1;
    }
    file.set_len(end)
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// Optuna's lock while it is held.
struct Lock(PathBuf);

impl Lock {
    fn take(journal: &Path) -> io::Result<Self> {
        let mut name = journal.as_os_str().to_owned();
        name.push(".lock");
        let lock = PathBuf::from(name);
        let mut wait = Duration::from_millis(1);
        let mut since = (None::<SystemTime>, Instant::now());
        loop {
            match create_lock(journal, &lock) {
                Ok(()) => return Ok(Self(lock)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            let modified = fs::symlink_metadata(&lock).and_then(|lock| lock.modified()).ok();
            if modified != since.0 {
                since = (modified, Instant::now());
            } else if since.1.elapsed() > Duration::from_secs(LOCK_SECS) {
                // Whether it succeeds or another process was faster, the next try decides.
                let _ = fs::remove_file(&lock);
            }
            thread::sleep(wait);
            wait = (wait * 2).min(Duration::from_millis(200));
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A lock that cannot be removed is taken over by others after its time.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(unix)]
fn create_lock(journal: &Path, lock: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(journal, lock)
}

/// Where links need rights, Optuna is told to use `JournalFileOpenLock`, which is this.
#[cfg(not(unix))]
fn create_lock(_journal: &Path, lock: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(lock).map(drop)
}

#[cfg(test)]
mod tests;
