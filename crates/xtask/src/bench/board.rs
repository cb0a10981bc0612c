//! `cargo xtask bench board`: the server's own benchmark of its leaderboard, with its goals beside the numbers.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

/// Builds and runs it; the table goes to standard output as it is measured.
pub(crate) fn measure(root: &Path) -> Result<()> {
    let mut bench = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    bench.args(["bench", "--quiet", "--package", "podium-server", "--bench", "board"]).current_dir(root);
    let status = bench.status()?;
    ensure!(status.success(), "the benchmark failed: {status}");
    Ok(())
}
