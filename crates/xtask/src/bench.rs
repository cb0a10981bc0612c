//! `cargo xtask bench`: each benchmark is a module of its own, and prints what it measured beside the goals.

mod board;
mod scoring;

use anyhow::Result;

use crate::workspace;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// The leaderboard of 100,000 teams beside a GROUP BY, a bare epoll loop and recorded figures of CTFd
    Board,
    /// Scoring beside pandas + scikit-learn and polars on the same files
    Scoring {
        /// Leave out the ten million rows, which take minutes and 4 GB of memory
        #[arg(long)]
        quick: bool,
    },
}

pub(crate) fn run(bench: Bench) -> Result<()> {
    match bench {
        Bench::Board => board::measure(workspace::root()),
        Bench::Scoring { quick } => scoring::measure(workspace::root(), quick),
    }
}
