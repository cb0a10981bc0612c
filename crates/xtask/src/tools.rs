//! The programs that Podium's commands need. What is missing is installed where that is possible (as root on Debian);
//! elsewhere one line says what is missing and how to get it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::run;

/// A program with the packages of Debian that bring it.
struct Tool {
    /// What a person calls it.
    name: &'static str,
    debian: &'static [&'static str],
    /// How to get it elsewhere.
    elsewhere: &'static str,
    found: fn() -> Option<PathBuf>,
}

const PYTHON: Tool = Tool {
    name: "Python 3.9 or newer with pip",
    debian: &["python3", "python3-pip"],
    elsewhere: "install Python 3 with pip, for example with your system's package manager",
    found: || {
        ["python3", "python"]
            .into_iter()
            .find(|python| run::works(python, &["-m", "pip", "--version"]))
            .map(PathBuf::from)
    },
};

const NODE: Tool = Tool {
    name: "Node 20 or newer with npm",
    debian: &["nodejs", "npm"],
    elsewhere: "install Node 20 or newer, for example with your system's package manager",
    found: || (node_version()? >= NODE_AT_LEAST && run::works("npm", &["--version"])).then(|| PathBuf::from("node")),
};

const CHROMIUM: Tool = Tool {
    name: "Chromium",
    debian: &["chromium"],
    elsewhere: "install Chromium or Chrome, or set CHROMIUM to its path",
    found: || {
        if let Some(path) = env::var_os("CHROMIUM") {
            return Some(PathBuf::from(path));
        }
        ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path)
    },
};

/// Pages in Korean are looked at and compared as pictures: the font must be the same on every machine.
const KOREAN_FONT: Tool = Tool {
    name: "the font Noto Sans CJK",
    debian: &["fonts-noto-cjk", "fontconfig"],
    elsewhere: "install the font Noto Sans CJK, for example with your system's package manager",
    found: || {
        let answer = Command::new("fc-match").args(["--format=%{file}", "Noto Sans CJK KR"]).output().ok()?;
        let file = String::from_utf8(answer.stdout).ok()?;
        file.contains("NotoSansCJK").then(|| PathBuf::from(file))
    },
};

const POSTGRESQL: Tool = Tool {
    name: "PostgreSQL's server programs",
    debian: &["postgresql"],
    elsewhere: "install PostgreSQL (initdb and pg_ctl must be on PATH or in /usr/lib/postgresql)",
    found: || {
        on_path("initdb").or_else(|| {
            let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
            versions.flatten().map(|version| version.path().join("bin").join("initdb")).find(|path| path.is_file())
        })
    },
};

const C_COMPILER: Tool = Tool {
    name: "a C compiler",
    debian: &["build-essential"],
    elsewhere: "install a C compiler (SQLite and PostgreSQL's client are compiled from source)",
    found: || on_path("cc"),
};

const CMAKE: Tool = Tool {
    name: "cmake",
    debian: &["cmake"],
    elsewhere: "install cmake (the baseline's JPEG decoder is compiled from source)",
    found: || on_path("cmake"),
};

const NASM: Tool = Tool {
    name: "nasm",
    debian: &["nasm"],
    elsewhere: "install nasm (the baseline's JPEG decoder is compiled from source)",
    found: || on_path("nasm"),
};

const NODE_AT_LEAST: u32 = 20;

/// Python with pip.
pub(crate) fn python() -> Result<PathBuf> {
    ensure(&PYTHON)
}

/// Node with npm.
pub(crate) fn node() -> Result<PathBuf> {
    ensure(&NODE)
}

/// A browser for the journeys, with the font of the pages in Korean.
pub(crate) fn chromium() -> Result<PathBuf> {
    ensure(&KOREAN_FONT)?;
    ensure(&CHROMIUM)
}

/// PostgreSQL's `initdb`, with its other programs beside it.
pub(crate) fn postgresql() -> Result<PathBuf> {
    ensure(&POSTGRESQL)
}

/// A C compiler.
pub(crate) fn c_compiler() -> Result<PathBuf> {
    ensure(&C_COMPILER)
}

/// What compiles libjpeg-turbo, the baseline's JPEG decoder. Without them, `--no-default-features` builds the baseline with
/// a slower one in Rust.
pub(crate) fn jpeg_compilers() -> Result<PathBuf> {
    ensure(&NASM)?;
    ensure(&CMAKE)
}

fn ensure(tool: &Tool) -> Result<PathBuf> {
    if let Some(path) = (tool.found)() {
        return Ok(path);
    }
    if is_root_on_debian() {
        run::step(&format!("Installing {} ({})", tool.name, tool.debian.join(" ")), || apt_install(tool.debian))?;
        if let Some(path) = (tool.found)() {
            return Ok(path);
        }
    }
    bail!("{} is missing: {} (on Debian: apt-get install {})", tool.name, tool.elsewhere, tool.debian.join(" "))
}

fn apt_install(packages: &[&str]) -> Result<()> {
    let apt = || {
        let mut command = Command::new("apt-get");
        // A machine's own upgrades hold apt's lock for minutes after it has started.
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["--quiet=2", "--option=DPkg::Lock::Timeout=300"]);
        command
    };
    run::output(apt().arg("update"))?;
    run::output(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))?;
    Ok(())
}

fn is_root_on_debian() -> bool {
    Path::new("/etc/debian_version").exists()
        && run::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn node_version() -> Option<u32> {
    let version = run::output(Command::new("node").arg("--version")).ok()?;
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The full path of a program on `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file())
}
