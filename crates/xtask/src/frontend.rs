//! The front end's own tools, called through npm. Nothing is downloaded or built that is up to date.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::Result;

use crate::{run, tools, workspace};

/// Installs the packages of `package-lock.json`, if they are not there yet.
pub(crate) fn install() -> Result<()> {
    tools::node()?;
    let dir = workspace::frontend();
    let installed = modified(&dir.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed > modified(&dir.join("package-lock.json")) {
        return Ok(());
    }
    run::run(npm().args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
}

/// Builds `dist/`, which the server's binary carries, if a source is newer.
pub(crate) fn build() -> Result<()> {
    install()?;
    let dir = workspace::frontend();
    let built = modified(&dir.join("dist/index.html"));
    let newest = newest(&dir);
    if built.is_some() && built > newest {
        return Ok(());
    }
    // Without the list of files: `npm run sizes` shows and judges them.
    run::run(npm().args(["run", "--silent", "build", "--", "--logLevel=warn"]))
}

/// Runs one script of `package.json`.
pub(crate) fn script(name: &str) -> Result<()> {
    run::run(npm().args(["run", "--silent", name]))
}

/// `npm`, in the front end's folder.
pub(crate) fn npm() -> Command {
    let mut command = Command::new("npm");
    command.current_dir(workspace::frontend()).env("CI", "true");
    command
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// When the newest source was changed.
fn newest(dir: &Path) -> Option<SystemTime> {
    let made = ["node_modules", "dist", "test-results", "playwright-report", "e2e"];
    fs::read_dir(dir)
        .ok()?
        .flatten()
        .filter(|entry| !made.iter().any(|name| entry.file_name() == *name))
        .filter_map(|entry| if entry.path().is_dir() { newest(&entry.path()) } else { modified(&entry.path()) })
        .max()
}
