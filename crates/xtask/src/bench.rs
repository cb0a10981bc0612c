//! `cargo xtask bench`: each benchmark is a module of its own, and prints what it measured beside the goals.

use anyhow::Result;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Bench {}

pub(crate) fn run(bench: Bench) -> Result<()> {
    match bench {}
}
