//! Everything a contributor runs: set-up, demo, tests, generated files, benchmarks. Depends on none of our crates; it calls their programs.
#![expect(clippy::print_stdout, reason = "a command line")]

mod competition;
mod entries;
mod package;
mod run;
mod tools;
mod workspace;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use competition::Competition;

/// Podium's own commands: `cargo xtask COMMAND`.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Makes the folder of a demo competition, with its data.
    Data {
        /// Which one.
        competition: Competition,
        /// Where; it is created.
        dir: PathBuf,
        /// The data set's folder, for competitions whose data are in no package registry.
        #[arg(long)]
        source: Option<PathBuf>,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Action::Data { competition, dir, source } => {
            run::step(&format!("Making {}", competition.slug()), || competition.make(&dir, source.as_deref()))?;
            let started = std::time::Instant::now();
            for e in entries::compute(competition, &dir, &dir.with_extension("entries"))? {
                println!("{} {} {}", e.person, e.note, e.file.display());
            }
            println!("entries {:?}", started.elapsed());
            Ok(())
        }
    }
}
