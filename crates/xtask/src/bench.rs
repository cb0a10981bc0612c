//! `cargo xtask bench`: each benchmark is a module of its own, and prints what it measured beside the goals.

mod board;
mod feed;
mod finetune;
mod scoring;
mod train;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::workspace;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// The leaderboard of 100,000 teams beside a GROUP BY, a bare epoll loop and recorded figures of CTFd
    Board,
    /// The baseline's loader beside Albumentations and torchvision v2 (2.8 GB of Python packages)
    Feed {
        /// A competition's folder with JPEG files; without it, 256 photographs are made
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Fine-tuning on Solar cells beside the same recipe in PyTorch: twenty minutes a seed on two cores
    Finetune {
        /// Runs of each side
        #[arg(long, default_value_t = 5)]
        seeds: u64,
    },
    /// Scoring beside pandas + scikit-learn and polars on the same files
    Scoring {
        /// Leave out the ten million rows, which take minutes and 4 GB of memory
        #[arg(long)]
        quick: bool,
    },
    /// Steps of the optimizers and training of the baseline's fast recipe beside the same in PyTorch, in turns
    Train {
        /// Runs of each side
        #[arg(long, default_value_t = 10)]
        seeds: u64,
    },
}

pub(crate) fn run(bench: Bench) -> Result<()> {
    match bench {
        Bench::Board => board::measure(workspace::root()),
        Bench::Feed { data } => feed::measure(workspace::root(), data.as_deref()),
        Bench::Finetune { seeds } => finetune::measure(seeds),
        Bench::Scoring { quick } => scoring::measure(workspace::root(), quick),
        Bench::Train { seeds } => train::measure(seeds),
    }
}

/// What one side printed, round after round, by name.
#[derive(Default)]
struct Rounds(BTreeMap<String, Vec<f64>>);

impl Rounds {
    /// Takes note of lines `name number`; what follows the number is not read.
    fn read(&mut self, lines: &str) -> Result<()> {
        for line in lines.lines() {
            let mut words = line.split_whitespace();
            let (Some(name), Some(number)) = (words.next(), words.next()) else { continue };
            let number = number.parse().with_context(|| format!("'{line}' has no number"))?;
            self.0.entry(name.to_owned()).or_default().push(number);
        }
        Ok(())
    }

    fn median(&self, name: &str) -> f64 {
        let mut values = self.0.get(name).cloned().unwrap_or_default();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// The load average of the last minute.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_round_counts_and_what_follows_a_number_is_not_read() -> Result<()> {
        let mut rounds = Rounds::default();
        for lines in ["light 3.0 9\nval 7 7\n", "light 1.0 9\n", "light 2.0 9\n\n"] {
            rounds.read(lines)?;
        }
        assert_eq!([rounds.median("light"), rounds.median("val")], [2.0, 7.0]);
        assert!(rounds.median("full").is_nan());
        assert!(rounds.read("light fast").is_err());
        Ok(())
    }
}
