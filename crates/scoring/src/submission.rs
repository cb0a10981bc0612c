//! A participant's file: reads it against what is expected, once, in memory that grows with the expected rows only, and
//! says every fault. Sees nothing hidden. The way back, from predictions to a file, is [`Writer`].

use std::io::Read;

use crate::columns::Predictions;
use crate::expected::Expected;
use crate::rejection::{Code, Fault, Faults, Notice, NoticeCode, Notices, Refusal};
use crate::table::{Limits, Next, Table};

mod cells;
pub(crate) mod header;
mod missing;
mod rows;
mod write;

pub use write::{Writer, sample};

/// A valid submission.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Its values, in the order of the expected ids.
    pub predictions: Predictions,
    /// Rows in the file.
    pub rows: u64,
    /// What was tidied up.
    pub notices: Vec<Notice>,
}

/// What is known of a valid submission whose values were not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Rows in the file.
    pub rows: u64,
    /// What was tidied up.
    pub notices: Vec<Notice>,
}

impl From<Submission> for Checked {
    fn from(submission: Submission) -> Self {
        Self { rows: submission.rows, notices: submission.notices }
    }
}

impl Submission {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`Refusal::Rejected`] with the faults, [`Refusal::Io`] when the stream breaks.
    pub fn from_reader(file: impl Read, expected: &Expected, limits: &Limits) -> Result<Self, Refusal> {
        let mut faults = Faults::new(limits);
        let mut notices = Notices::default();
        let wanted = expected.wanted();
        let mut table = Table::new(file, *limits, expected.has_lists());
        table.open(&wanted, &mut faults)?;
        let Some(layout) = header::read(&mut table, expected, &mut faults, &mut notices)? else {
            if let Some(text) = table.emptiness().filter(|_| faults.is_empty()) {
                let text = format!("{text} Write one header line '{}' and {}.", wanted.header, wanted.rows());
                faults.add(Code::EmptyFile, || Fault::of_file(text));
            }
            return Err(Refusal::Rejected(faults.into_rejections()));
        };
        let most = expected.ids.len() as u64 + limits.extra_rows;
        let mut rows = rows::Rows::new(expected, &layout, limits);
        loop {
            if rows.looks_ahead() {
                rows.look_ahead(table.upcoming(layout.id));
            }
            match table.next(&mut faults)? {
                Next::Record(record) => rows.add(&record, &mut faults),
                Next::Unreadable => rows.unreadable(),
                Next::End => break,
            }
            if rows.count() > most {
                faults.add(Code::TooManyRows, || {
                    let expected = expected.ids.len();
                    Fault::of_file(format!(
                        "More than {most} rows were sent, {expected} are expected; reading stopped. Is this the training set?"
                    ))
                });
                return Err(Refusal::Rejected(rows.refuse(faults, false)));
            }
        }
        if rows.count() == 0 && faults.is_empty() {
            faults.add(Code::NoRows, || {
                let rows = wanted.rows();
                let are = if expected.ids.len() == 1 { "is" } else { "are" };
                Fault::of_file(format!(
                    "The file has a header but no rows; {rows} {are} expected. Did writing stop early?"
                ))
            });
            return Err(Refusal::Rejected(faults.into_rejections()));
        }
        if !faults.is_empty() || rows.is_incomplete() {
            return Err(Refusal::Rejected(rows.refuse(faults, table.is_whole())));
        }
        table.notices(&mut notices);
        let rows_read = rows.count();
        rows.notices(&mut notices);
        let predictions = rows.into_predictions();
        Ok(Self { predictions, rows: rows_read, notices: notices.into_vec() })
    }

    /// Whether any notice of this kind was given.
    pub fn has_notice(&self, code: NoticeCode) -> bool {
        self.notices.iter().any(|notice| notice.code == code)
    }
}

#[cfg(test)]
mod tests;
