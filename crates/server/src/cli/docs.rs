//! `podium docs`: the parts of the documentation that are made from the code.

use std::process::ExitCode;

use clap::ValueEnum;

use crate::{config, metric_docs, problem};

/// Which part
#[derive(clap::Args)]
pub struct Args {
    /// The part
    part: Part,
}

#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// The table of problem codes
    Errors,
    /// The table of settings
    Config,
    /// The metrics and what they see
    Metrics,
}

/// Prints the part as Markdown.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let text = match args.part {
        Part::Errors => problem::markdown(),
        Part::Config => config::markdown(),
        Part::Metrics => metric_docs::markdown()?,
    };
    super::print(format_args!("{text}"))?;
    Ok(ExitCode::SUCCESS)
}
