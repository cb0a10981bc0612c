//! The command line: one subcommand in each file, `Args` and `run`. Exit status 0: done; 1: refused; 2: cannot be done.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on standard output")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub mod admin;
pub mod docs;
pub mod migrate;
pub mod openapi;
pub mod serve;

/// Machine-learning competitions on your own machine
#[derive(Parser)]
#[command(name = "podium", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Args),
    /// Bring the database's tables up to date; `serve` does it too
    Migrate(migrate::Args),
    /// Make accounts of administrators and hosts
    Admin(admin::Args),
    /// Print the OpenAPI document
    Openapi,
    /// Print generated documentation
    Docs(docs::Args),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Migrate(args) => migrate::run(args),
        Command::Admin(args) => admin::run(args),
        Command::Openapi => openapi::run(),
        Command::Docs(args) => docs::run(args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("podium: {error:#}");
        ExitCode::from(2)
    })
}
