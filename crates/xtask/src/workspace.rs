//! Where things lie: the repository, what is built and what is kept between runs.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The repository's root. The manifest's folder is known when this program is compiled; `cargo xtask` always runs it
/// from the same checkout.
pub(crate) fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest)
}

/// What the demo and the data steps keep; ignored by git.
pub(crate) fn kept() -> PathBuf {
    root().join(".podium")
}

/// Downloads and what is converted from them.
pub(crate) fn cache() -> PathBuf {
    kept().join("cache")
}

/// Texts of the demo competitions and complete small examples.
pub(crate) fn examples() -> PathBuf {
    root().join("docs").join("examples")
}

/// The front end's sources.
pub(crate) fn frontend() -> PathBuf {
    root().join("frontend")
}

/// Cargo's output folder, which `CARGO_TARGET_DIR` may move.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A cargo command in the repository's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Creates a folder and its parents.
pub(crate) fn create_dir(dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))
}
