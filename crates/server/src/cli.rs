//! The command line: one subcommand in each file, `Args` and `run`. Exit status 0: done; 1: refused; 2: cannot be done.
#![expect(clippy::print_stderr, reason = "a command line speaks; on standard output by `say!`")]

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

/// Prints a line.
macro_rules! say {
    ($($line:tt)+) => { $crate::cli::print(format_args!("{}\n", format_args!($($line)+))) };
}

pub mod admin;
pub mod archive;
pub mod audit;
pub mod backup;
pub mod check;
pub mod docs;
pub mod download;
pub mod export;
pub mod fsck;
pub mod language;
pub mod migrate;
pub mod new;
pub mod openapi;
pub mod publish;
pub mod receipt;
pub mod remote;
pub mod restore;
pub mod roster;
pub mod score;
pub mod serve;
pub mod submit;
pub mod token;
pub mod worker;

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
    /// Run jobs beside a server that does not
    Worker(worker::Args),
    /// Bring the database's tables up to date; `serve` does it too
    Migrate(migrate::Args),
    /// Write everything the site holds into one file, while it runs
    Backup(backup::Args),
    /// Make a site from a backup
    Restore(restore::Args),
    /// Check that database and files are whole and agree
    Fsck(fsck::Args),
    /// Make accounts of administrators and hosts
    Admin(admin::Args),
    /// Download what remains of a competition: pages, leaderboards and entries as HTML and CSV
    Archive(archive::Args),
    /// Check the log of what hosts and administrators did
    Audit(audit::Args),
    /// Make a competition folder, from nothing or from CSV files
    New(new::Args),
    /// Say everything that is wrong with a competition folder
    Check(check::Args),
    /// Publish a competition folder, or bring its changes to the site
    Publish(publish::Args),
    /// Make accounts from a CSV of people, and get a CSV of links to hand over
    Roster(roster::Args),
    /// Download what a host needs outside of the site: entries, participants
    Export(export::Args),
    /// Score a submission against a solution
    Score(score::Args),
    /// Download the data of a competition
    Download(download::Args),
    /// Submit a file to a competition
    Submit(submit::Args),
    /// Check the receipt of an accepted submission
    Receipt(receipt::Args),
    /// Make an API token for a machine without a browser
    Token(token::Args),
    /// Print the OpenAPI document
    Openapi,
    /// Print generated documentation
    Docs(docs::Args),
}

/// Prints on standard output. That nobody reads on (`podium score … | head`) is no fault: the rest is dropped, and the
/// command ends as it would have, so that its status can be believed.
fn print(text: std::fmt::Arguments<'_>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_fmt(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.context("standard output cannot be written"),
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(args) => serve::run(args),
        Command::Worker(args) => worker::run(args),
        Command::Migrate(args) => migrate::run(args),
        Command::Backup(args) => backup::run(args),
        Command::Restore(args) => restore::run(args),
        Command::Fsck(args) => fsck::run(args),
        Command::Admin(args) => admin::run(args),
        Command::Archive(args) => archive::run(args),
        Command::Audit(args) => audit::run(args),
        Command::New(args) => new::run(args),
        Command::Check(args) => check::run(args),
        Command::Publish(args) => publish::run(args),
        Command::Roster(args) => roster::run(args),
        Command::Export(args) => export::run(args),
        Command::Score(args) => score::run(args),
        Command::Download(args) => download::run(args),
        Command::Submit(args) => submit::run(args),
        Command::Receipt(args) => receipt::run(args),
        Command::Token(args) => token::run(args),
        Command::Openapi => openapi::run(),
        Command::Docs(args) => docs::run(args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("podium: {error:#}");
        ExitCode::from(2)
    })
}
