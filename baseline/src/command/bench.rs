//! `baseline bench`: measures on your photographs and your machine, instead of quoting figures.

pub mod feed;
pub mod optimizer;

use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::time::{ClockId, clock_gettime};

use crate::model::Architecture;

/// Measure on your photographs and your machine
#[derive(Debug, clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Feed(feed::Options),
    Optimizer(optimizer::Options),
}

/// Measures.
pub fn run(options: &Options) -> Result<()> {
    match &options.what {
        What::Feed(options) => feed::run(options),
        What::Optimizer(options) => optimizer::run(options),
    }
}

/// CPU time of this process so far, of all its threads.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// The network that a measurement is for.
fn architecture(name: &str) -> Result<Architecture> {
    Ok(match name {
        "mobilenet-v2" => Architecture::MobilenetV2 { width: 1.0, depth: 1.0 },
        "efficientnet-lite0" => Architecture::EfficientnetLite0 { width: 1.0, depth: 1.0 },
        "efficientnet-b0" => Architecture::EfficientnetB0 { width: 1.0, depth: 1.0 },
        resnet => {
            let layers = resnet.strip_prefix("resnet").and_then(|layers| layers.parse().ok());
            let layers = layers.filter(|layers| [18, 34, 50].contains(layers));
            let layers = layers.with_context(|| format!("--model {name}: no such model; see --help"))?;
            Architecture::Resnet { layers, width: 1.0 }
        }
    })
}
