//! The way back: files that the reader accepts. For baselines, sample submissions and tests.

use std::io::{self, Write};

use crate::columns::Kind;
use crate::expected::Expected;

/// Writes a submission. Values are quoted where they need it, lines end in LF, floats are the shortest text that reads
/// back as the same number.
pub struct Writer<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> Writer<W> {
    /// Begins with the header: the id column, then the value columns.
    ///
    /// # Errors
    /// When writing fails.
    pub fn new(out: W, header: &[&str]) -> io::Result<Self> {
        let mut out = csv::WriterBuilder::new().from_writer(out);
        out.write_record(header)?;
        Ok(Self { out })
    }

    /// A row with one label.
    ///
    /// # Errors
    /// When writing fails.
    pub fn label(&mut self, id: &str, label: &str) -> io::Result<()> {
        Ok(self.out.write_record([id, label])?)
    }

    /// A row with numbers: probabilities or targets in the order of the header.
    ///
    /// # Errors
    /// When a number is not finite, or when writing fails.
    pub fn numbers(&mut self, id: &str, numbers: &[f64]) -> io::Result<()> {
        if let Some(number) = numbers.iter().find(|number| !number.is_finite()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("the value of '{id}' is {number}")));
        }
        self.out.write_field(id)?;
        for number in numbers {
            // Debug switches to an exponent for very large and small numbers, which keeps them short.
            self.out.write_field(format!("{number:?}"))?;
        }
        Ok(self.out.write_record(None::<&[u8]>)?)
    }

    /// A row with a list: items best first, or the labels of a set.
    ///
    /// # Errors
    /// When an item is empty or has a space, or when writing fails.
    pub fn list<S: AsRef<str>>(&mut self, id: &str, items: &[S]) -> io::Result<()> {
        if let Some(item) = items.iter().map(AsRef::as_ref).find(|item| item.is_empty() || item.contains([' ', '\t'])) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("'{item}' cannot stand in a list")));
        }
        let list = items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ");
        Ok(self.out.write_record([id, &list])?)
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// Writes a sample submission: every id, in its order, with a value that is valid and tells nothing (the first class,
/// equal probabilities, 0, an unknown item, no label).
///
/// # Errors
/// When writing fails.
pub fn sample<W: Write>(expected: &Expected, out: W) -> io::Result<W> {
    let header = expected.header();
    let mut writer = Writer::new(out, &header)?;
    let columns = header.len() - 1;
    let first = expected.classes().and_then(|classes| classes.names().first()).map_or("0", String::as_str);
    let share = 1.0 / columns.max(1) as f64;
    for id in expected.ids().iter() {
        match expected.task().kind {
            Kind::Labels => writer.label(id, first)?,
            Kind::Probability => writer.numbers(id, &[0.5])?,
            Kind::Probabilities => writer.numbers(id, &vec![share; columns])?,
            Kind::Numbers => writer.numbers(id, &vec![0.0; columns])?,
            Kind::Ranking => writer.list(id, &["item"])?,
            Kind::Multilabel => writer.list::<&str>(id, &[])?,
        }
    }
    writer.finish()
}
