//! The real PyTorch, onnxruntime, TensorBoard, Optuna and wandb, in a Python of their own, and what they must open.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{run, tools, workspace};

/// The Python with the packages of `python/interop.txt`, made once for each version of that list.
pub(super) fn python() -> Result<PathBuf> {
    let list = workspace::root().join("crates/xtask/python/interop.txt");
    let wanted = fs::read_to_string(&list)?;
    let home = workspace::cache().join("interop");
    let (python, stamp) = (home.join("bin").join("python"), home.join("installed.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    run::run(Command::new(tools::python()?).args(["-m", "venv"]).arg(&home))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check", "--requirement"]);
    run::run(pip.arg(&list))?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

fn folder() -> PathBuf {
    workspace::target().join("interop")
}

/// A file of each kind, written by the baseline.
pub(super) fn write() -> Result<()> {
    if folder().exists() {
        fs::remove_dir_all(folder())?;
    }
    let mut example = workspace::cargo();
    example.args(["run", "--quiet", "--package=podium-baseline", "--example=interop", "--"]);
    run::run(example.arg(folder()))
}

/// Opens them all.
pub(super) fn check() -> Result<()> {
    let root = workspace::root();
    run::run(
        Command::new(python()?)
            .arg(root.join("crates/xtask/python/interop.py"))
            .arg(folder())
            .arg(root.join("docs/baseline/wandb_replay.py")),
    )
}
