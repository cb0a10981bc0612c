//! `baseline`: the command line. Only reads arguments and calls commands.
#![expect(clippy::print_stderr, reason = "a command line speaks on standard error")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use podium_baseline::{command, device};

/// Every step of an image-classification competition: look, train, predict, submit.
#[derive(Parser)]
#[command(
    bin_name = "baseline",
    version,
    after_help = "A first evening:\n  baseline eda --data solar-cells\n  baseline \
                                                        train --data solar-cells\n  baseline evaluate runs/first\n  \
                                                        baseline predict runs/first --out submission.csv\n  baseline \
                                                        submit submission.csv --to solar-cells --run runs/first"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Eda(command::eda::Options),
    Modules(command::modules::Options),
    Weights(command::weights::Options),
    Train(Box<command::train::Options>),
    Evaluate(command::evaluate::Options),
    Predict(command::predict::Options),
    Blend(command::blend::Options),
    Submit(command::submit::Options),
    Tune(command::tune::Options),
    Export(command::export::Options),
    Bench(command::bench::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = device::init().and_then(|()| match &arguments.command {
        Command::Eda(options) => command::eda::run(options),
        Command::Modules(options) => command::modules::run(options),
        Command::Weights(options) => command::weights::run(options),
        Command::Train(options) => command::train::run(options),
        Command::Evaluate(options) => command::evaluate::run(options),
        Command::Predict(options) => command::predict::run(options),
        Command::Blend(options) => command::blend::run(options),
        Command::Submit(options) => command::submit::run(options),
        Command::Tune(options) => command::tune::run(options),
        Command::Export(options) => command::export::run(options),
        Command::Bench(options) => command::bench::run(options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("baseline: {error:#}");
            ExitCode::FAILURE
        }
    }
}
