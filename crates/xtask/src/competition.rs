//! The demo competitions: each module turns a public data set into a competition folder, the same bytes every time.
//!
//! The texts (`competition.toml` and the pages) are written by hand in `docs/examples/<slug>/`; a module adds `data/`,
//! `sample_submission.csv` and `solution.csv`. Splits depend on hashes alone, and each module asserts its counts.

mod flights;
mod grocery;
mod lecturers;
mod solar;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::workspace;

/// A competition that the demo can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Competition {
    /// 2,624 photographs of solar cells, 8 classes.
    SolarCells,
    /// 327,346 flights: late by more than 30 minutes?
    FlightDelays,
    /// 73,421 ratings: rank the lecturers of each student.
    Lecturers,
    /// 5,421 photographs of groceries, 43 classes; needs the data set's folder.
    GroceryStore,
    /// 215 tiny photographs of groceries, 6 classes; nothing is downloaded.
    GroceryMini,
}

impl Competition {
    /// Those whose data come from a package registry alone.
    pub(crate) const FROM_REGISTRY: [Self; 3] = [Self::SolarCells, Self::FlightDelays, Self::Lecturers];

    /// The name in addresses, and of the folder with its texts.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::SolarCells => "solar-cells",
            Self::FlightDelays => "flight-delays",
            Self::Lecturers => "lecturers",
            Self::GroceryStore => "grocery-store",
            Self::GroceryMini => "grocery-mini",
        }
    }

    /// Terms that must be read before the data set is downloaded.
    fn terms(self) -> Option<&'static str> {
        match self {
            Self::SolarCells => Some(
                "The solar photographs (ELPV data set; Buerhop-Lutz, Deitsch and others) are licensed CC BY-NC-SA 4.0:\n  \
                 for NON-COMMERCIAL use only, with attribution, shared alike. They are downloaded to this machine and not \
                 passed on.",
            ),
            Self::FlightDelays | Self::Lecturers | Self::GroceryStore | Self::GroceryMini => None,
        }
    }

    /// Makes the complete folder at `out`. Data that are there stay; texts are always copied anew.
    /// `source` is the data set's folder where it does not come from a registry.
    pub(crate) fn make(self, out: &Path, source: Option<&Path>) -> Result<()> {
        if !out.join("solution.csv").is_file() {
            if let Some(terms) = self.terms() {
                println!("  {terms}");
            }
            let partial = out.with_extension("partial");
            if partial.exists() {
                fs::remove_dir_all(&partial)?;
            }
            let folder = Folder { dir: partial.clone() };
            workspace::create_dir(&folder.data(""))?;
            match self {
                Self::SolarCells => solar::make(&folder)?,
                Self::FlightDelays => flights::make(&folder)?,
                Self::Lecturers => lecturers::make(&folder)?,
                Self::GroceryStore => {
                    grocery::make(&folder, source.context("the Grocery Store data set needs --data grocery=DIR")?)?;
                }
                // Complete as it is committed.
                Self::GroceryMini => copy_dir(&workspace::examples().join(self.slug()), &partial)?,
            }
            if out.exists() {
                fs::remove_dir_all(out)?;
            }
            fs::rename(&partial, out)?;
        }
        copy_texts(&workspace::examples().join(self.slug()), out)
    }
}

/// Copies the files of a folder, without the folders in it.
fn copy_texts(from: &Path, to: &Path) -> Result<()> {
    for path in entries_of(from)?.iter().filter(|path| path.is_file()) {
        copy(path, to)?;
    }
    Ok(())
}

fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    workspace::create_dir(to)?;
    for path in entries_of(from)? {
        match path.file_name() {
            Some(name) if path.is_dir() => copy_dir(&path, &to.join(name))?,
            _ => copy(&path, to)?,
        }
    }
    Ok(())
}

fn entries_of(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    Ok(entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?)
}

fn copy(file: &Path, to: &Path) -> Result<()> {
    let name = file.file_name().with_context(|| format!("{} has no name", file.display()))?;
    fs::copy(file, to.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
    Ok(())
}

/// A competition folder that is being written.
struct Folder {
    dir: PathBuf,
}

impl Folder {
    /// A path below `data/`, what participants get.
    fn data(&self, path: &str) -> PathBuf {
        self.dir.join("data").join(path)
    }

    /// Starts a table below `data/`.
    fn data_table(&self, name: &str, header: &[&str]) -> Result<csv::Writer<File>> {
        start_table(&self.data(name), header)
    }

    /// Starts a table beside `data/`: the solution or the sample submission.
    fn table(&self, name: &str, header: &[&str]) -> Result<csv::Writer<File>> {
        start_table(&self.dir.join(name), header)
    }
}

fn start_table(path: &Path, header: &[&str]) -> Result<csv::Writer<File>> {
    let mut table = csv::Writer::from_path(path).with_context(|| format!("cannot create {}", path.display()))?;
    table.write_record(header)?;
    Ok(table)
}

/// Which side a row is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Train,
    Public,
    Private,
}

impl Side {
    /// The word in a solution's `Usage` column; training rows have none.
    fn usage(self) -> Option<&'static str> {
        match self {
            Self::Train => None,
            Self::Public => Some("Public"),
            Self::Private => Some("Private"),
        }
    }
}

/// Fails loudly if a split has other counts than the published ones: then the data set or the rule has changed.
fn expect_counts<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<()> {
    ensure!(found == expected, "{what}: counted {found:?}, expected {expected:?}");
    Ok(())
}

/// Rows of a CSV file with the positions of the named columns.
fn columns<const N: usize>(table: &mut csv::Reader<File>, names: [&str; N]) -> Result<[usize; N]> {
    let header = table.headers()?.clone();
    let mut positions = [0; N];
    for (position, name) in positions.iter_mut().zip(names) {
        *position = header.iter().position(|column| column == name).with_context(|| format!("no column {name}"))?;
    }
    Ok(positions)
}
