//! Everything a contributor runs: set-up, demo, tests, generated files, benchmarks. Depends on none of our crates; it
//! calls their programs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on standard output")]

mod api;
mod bench;
mod competition;
mod demo;
mod dist;
mod entries;
mod frontend;
mod generate;
mod libtorch;
mod package;
mod podium;
mod run;
mod steps;
mod test;
mod tools;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use competition::Competition;

/// Podium's own commands
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Install what the other commands need
    Setup,
    /// Start a server with the demo competitions on it
    Demo(demo::Options),
    /// Run every test: Rust on SQLite and PostgreSQL, the front end, the browser
    Test {
        /// Run the long tests instead: many kills, big random plans
        #[arg(long)]
        thorough: bool,
        /// Instead, open the baseline's files with PyTorch, onnxruntime, TensorBoard, Optuna and wandb; brings 5 GB of
        /// Python packages
        #[arg(long, conflicts_with = "thorough")]
        interop: bool,
    },
    /// Make the release: one archive with the program, its documents and what installs it, and its checksum
    Dist(dist::Options),
    /// Play a whole season by a fast clock: 40 teams, 20 days, each board against one computed from the log
    Season,
    /// Write the files that are made from the code
    Gen {
        /// Only fail if one of them is not current
        #[arg(long)]
        check: bool,
    },
    /// Bring libtorch, which the baseline needs; `demo` and `test` do it by themselves
    Libtorch {
        /// For machines with a GPU: `cuda`
        #[arg(default_value = "cpu")]
        variant: libtorch::Variant,
    },
    /// Make the folder of a demo competition, with its data
    Data {
        /// Which one
        competition: Competition,
        /// Where; it is created
        dir: PathBuf,
        /// The data set's folder, for a competition whose data are in no package registry
        #[arg(long)]
        source: Option<PathBuf>,
    },
    /// Take the pictures in `docs/screens` anew; `test` compares the pages with them
    Screens,
    /// Measure, beside the goals
    Bench {
        #[command(subcommand)]
        bench: bench::Bench,
    },
}

fn main() -> ExitCode {
    match act(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        // Without a backtrace: what failed is nearly always another program.
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(action: Action) -> Result<()> {
    match action {
        Action::Setup => setup(),
        Action::Demo(options) => demo::run(&options),
        Action::Test { interop: true, .. } => test::interop(),
        Action::Test { thorough: true, .. } => test::thorough(),
        Action::Test { .. } => test::everything(),
        Action::Dist(options) => dist::run(&options),
        Action::Season => run::step("Season", || {
            let test = ["test", "--package=podium-server", "--test=it", "thorough::season", "--", "--nocapture"];
            run::run(workspace::cargo().args(test).env("PODIUM_THOROUGH", "1"))
        }),
        Action::Gen { check } => generate(check),
        Action::Libtorch { variant } => libtorch::ensure(variant),
        Action::Data { competition, dir, source } => {
            run::step(&format!("Making {}", competition.slug()), || competition.make(&dir, source.as_deref()))
        }
        Action::Screens => test::screens(),
        Action::Bench { bench } => bench::run(bench),
    }
}

/// Everything that `demo` and `test` would install on their way.
fn setup() -> Result<()> {
    for (name, tool) in [
        ("a C compiler", tools::c_compiler as fn() -> Result<PathBuf>),
        ("cmake and nasm", tools::jpeg_compilers),
        ("Python", tools::python),
        ("Node", tools::node),
        ("PostgreSQL", tools::postgresql),
        ("Chromium", tools::chromium),
    ] {
        println!("{name}: {}", tool()?.display());
    }
    run::step("Packages of the front end", frontend::install)?;
    run::step("Packages of Rust", || run::run(workspace::cargo().args(["fetch", "--locked"])))
}

fn generate(check: bool) -> Result<()> {
    run::step("Building podium", || {
        run::run(workspace::cargo().args(["build", "--package", "podium-server", "--bin", "podium"]))
    })?;
    let podium = podium::path("debug");
    if check { generate::check(&podium) } else { generate::write(&podium) }
}
