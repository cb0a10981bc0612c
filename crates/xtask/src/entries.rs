//! Simple models whose predictions fill the demo's boards. They are honest: each reads only `data/`, what every
//! participant gets, and never the solution.

mod flights;
mod lecturers;
mod photos;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::competition::Competition;
use crate::workspace;

/// The people who take part in the demo.
pub(crate) const PEOPLE: [&str; 6] = ["minji", "haneul", "jiho", "sora", "theo", "amara"];

/// A submission that somebody makes.
pub(crate) struct Entry {
    /// One of [`PEOPLE`].
    pub(crate) person: &'static str,
    /// What the model is, as the participant would note it.
    pub(crate) note: &'static str,
    /// The submission.
    pub(crate) file: PathBuf,
}

/// Computes the entries of one competition from its folder, in the order in which they are submitted.
pub(crate) fn compute(competition: Competition, folder: &Path, out: &Path) -> Result<Vec<Entry>> {
    workspace::create_dir(out)?;
    let data = folder.join("data");
    match competition {
        Competition::SolarCells => photos::entries(&data, out, "png"),
        Competition::GroceryStore | Competition::GroceryMini => photos::entries(&data, out, "jpg"),
        Competition::FlightDelays => flights::entries(&data, out),
        Competition::Lecturers => lecturers::entries(&data, out),
    }
}

/// A table in memory, by column.
struct Table {
    columns: HashMap<String, Vec<String>>,
}

impl Table {
    fn read(path: &Path) -> Result<Self> {
        let mut reader = csv::Reader::from_path(path).with_context(|| format!("cannot read {}", path.display()))?;
        let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let mut columns = vec![Vec::new(); names.len()];
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            for (column, value) in columns.iter_mut().zip(&record) {
                column.push(value.to_owned());
            }
        }
        Ok(Self { columns: names.into_iter().zip(columns).collect() })
    }

    fn column(&self, name: &str) -> Result<&[String]> {
        self.columns.get(name).map(Vec::as_slice).with_context(|| format!("no column {name}"))
    }
}

/// Writes a submission of two columns.
fn write_pairs<'a>(
    path: &Path,
    header: [&str; 2],
    rows: impl IntoIterator<Item = (&'a str, String)>,
) -> Result<PathBuf> {
    let mut table: csv::Writer<File> = csv::Writer::from_path(path)?;
    table.write_record(header)?;
    for (id, value) in rows {
        table.write_record([id, &value])?;
    }
    table.flush()?;
    Ok(path.to_owned())
}
