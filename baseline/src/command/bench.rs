//! `baseline bench`: measures on your photographs and your machine, instead of quoting figures.

pub mod feed;

use anyhow::Result;

/// Measure on your photographs and your machine
#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Feed(feed::Options),
}

/// Measures.
pub fn run(options: &Options) -> Result<()> {
    match &options.what {
        What::Feed(options) => feed::run(options),
    }
}
