//! `baseline eda`: the first look at a competition's photographs.
#![expect(clippy::print_stdout, reason = "a command line speaks on standard output")]

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::competition::{Columns, Competition};
use crate::duplicates;
use crate::eda::Analysis;

/// Look at the photographs before any model does
///
/// Five questions: how many of each class? how large and how bright? what is there twice? what gives the label away? what
/// do they look like? The answers decide the split, the size, the augmentation and the loss. Prints tables, and writes
/// them with pictures and plots to one HTML file.
///
///   baseline eda --data solar-cells --report eda.html
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The competition's folder: train.csv, test.csv and the pictures
    #[arg(long)]
    pub data: PathBuf,
    /// Where the report goes
    #[arg(long, default_value = "eda.html")]
    pub report: PathBuf,
    /// Photographs of each class in the report
    #[arg(long, default_value_t = 8)]
    pub per_class: usize,
    /// From this correlation (0 to 1) on two photographs are near-duplicates. Lower it for photographs of the world, raise
    /// it for photographs of one kind of thing by one apparatus
    #[arg(long, default_value_t = duplicates::CORRELATION)]
    pub alike: f32,
    /// The column with ids, if the tables do not tell
    #[arg(long)]
    pub id: Option<String>,
    /// The column with labels, if the tables do not tell
    #[arg(long)]
    pub target: Option<String>,
}

/// Looks, prints and writes.
pub fn run(options: &Options) -> Result<()> {
    let columns = Columns { id: options.id.as_deref(), target: options.target.as_deref() };
    let competition = Competition::open(&options.data, columns)?;
    let analysis = Analysis::of(&competition, options.alike)?;
    print!("{analysis}");
    let html = analysis.html(options.per_class)?;
    fs::write(&options.report, html).with_context(|| format!("cannot write {}", options.report.display()))?;
    println!("\nReport with pictures: {}", options.report.display());
    Ok(())
}
