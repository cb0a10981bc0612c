//! Probabilities to the file that is sent. It is written by the same code that the server reads with, and read back before
//! it gets its name: whatever lies at that path is valid.

use std::fs::{self, File};
use std::io::{self, Cursor, Write as _};
use std::path::{Path, PathBuf};

use podium_scoring::columns::{Kind, class_order};
use podium_scoring::expected::Expected;
use podium_scoring::rejection::Refusal;
use podium_scoring::spec::Task;
use podium_scoring::submission::{Submission, Writer};
use podium_scoring::table::Limits;

use crate::predictions::Predictions;

/// Why no submission was written.
#[derive(Debug, thiserror::Error)]
pub enum SubmissionError {
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// Probabilities of classes cannot answer this.
    #[error("the competition asks for '{0}', not for classes or their probabilities")]
    Kind(Kind),
    /// One probability a row, and more than two classes or fewer.
    #[error("the competition asks for the probability of one class, and there are {0} classes")]
    NotTwoClasses(usize),
    /// The positive class is none.
    #[error("the positive class '{0}' is not one that was predicted")]
    Positive(String),
    /// The server would refuse it.
    #[error("the submission would be refused:\n{0}")]
    Refused(String),
}

/// Writes a submission: the most probable class, the probability of the positive class, or all probabilities, as `task` asks.
/// Ids and columns are those of `sample`, the competition's sample submission; without it those of the predictions.
///
/// # Errors
/// [`SubmissionError`]; the file at `path` is then what it was before.
pub fn write(
    path: &Path,
    task: &Task,
    predictions: &Predictions,
    sample: Option<&Path>,
) -> Result<(), SubmissionError> {
    let header = header(task, predictions)?;
    let positive = if task.kind == Kind::Probability { positive(task, &predictions.classes)? } else { 0 };
    let sample = match sample {
        Some(sample) => fs::read(sample).map_err(failed(sample))?,
        None => bytes(task, predictions, &header, positive).map_err(failed(path))?,
    };
    let limits = Limits::default();
    let expected = Expected::from_sample_submission(Cursor::new(&sample), task, &limits).map_err(refused)?;
    let bytes = bytes(task, predictions, &header, positive).map_err(failed(path))?;
    Submission::from_reader(Cursor::new(&bytes), &expected, &limits).map_err(refused)?;
    replace(path, &bytes).map_err(failed(path))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> SubmissionError {
    let path = path.display().to_string();
    move |error| SubmissionError::File { path: path.clone(), error }
}

fn refused(refusal: Refusal) -> SubmissionError {
    SubmissionError::Refused(refusal.to_string())
}

fn header(task: &Task, predictions: &Predictions) -> Result<Vec<String>, SubmissionError> {
    let id = task.id.clone().unwrap_or_else(|| "id".to_owned());
    let target = || {
        task.target.as_ref().and_then(|target| target.names().first().cloned()).unwrap_or_else(|| "label".to_owned())
    };
    match task.kind {
        Kind::Labels => Ok(vec![id, target()]),
        Kind::Probability if predictions.classes.len() == 2 => Ok(vec![id, target()]),
        Kind::Probability => Err(SubmissionError::NotTwoClasses(predictions.classes.len())),
        Kind::Probabilities => Ok(std::iter::once(id).chain(predictions.classes.iter().cloned()).collect()),
        kind => Err(SubmissionError::Kind(kind)),
    }
}

/// Column of the positive class: the one that the task names, else the later one in `scoring`'s order (`1` of 0 and 1).
fn positive(task: &Task, classes: &[String]) -> Result<usize, SubmissionError> {
    match &task.positive {
        Some(name) => {
            classes.iter().position(|class| class == name).ok_or_else(|| SubmissionError::Positive(name.clone()))
        }
        None => Ok(class_order(classes).last().map_or(0, |&place| place as usize)),
    }
}

fn bytes(task: &Task, predictions: &Predictions, header: &[String], positive: usize) -> io::Result<Vec<u8>> {
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut writer = Writer::new(Vec::new(), &header)?;
    let most_probable = predictions.most_probable();
    for (row, id) in predictions.ids.iter().enumerate() {
        let probabilities = predictions.row(row).iter().map(|&value| f64::from(value));
        match task.kind {
            Kind::Labels => writer.label(id, &predictions.classes[most_probable[row]])?,
            Kind::Probability => writer.numbers(id, &probabilities.skip(positive).take(1).collect::<Vec<_>>())?,
            _ => writer.numbers(id, &probabilities.collect::<Vec<_>>())?,
        }
    }
    writer.finish()
}

/// Through a file beside it, so that nobody ever finds half a submission.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests;
