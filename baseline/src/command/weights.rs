//! `baseline weights`: brings or converts pretrained weights.

use std::path::PathBuf;

use anyhow::Result;

use crate::checkpoint::write_tensors;
use crate::model::Architecture;
use crate::weights;

/// Bring pretrained weights, or convert a .pth file.
///
/// `train` brings what it needs by itself; this is for a machine that will be offline, and for weights of your own:
/// anything that `torch.save(model.state_dict())` wrote with torchvision's or timm's names.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A .pth file to convert; without one, the weights of MobileNetV2 and EfficientNet-Lite0 are brought.
    file: Option<PathBuf>,
    /// Where the converted file goes.
    #[arg(long, short, value_name = "FILE.safetensors", requires = "file")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If a file is no file of weights, or cannot be brought.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    if let Some(file) = &options.file {
        let out = options.out.clone().unwrap_or_else(|| file.with_extension("safetensors"));
        let tensors = weights::read(file)?;
        write_tensors(&out, &tensors)?;
        println!("{}: {} tensors", out.display(), tensors.len());
        return Ok(());
    }
    for architecture in [
        Architecture::MobilenetV2 { width: 1.0, depth: 1.0 },
        Architecture::EfficientnetLite0 { width: 1.0, depth: 1.0 },
    ] {
        println!("{}: {}", architecture.name(), weights::imagenet(&architecture)?.display());
    }
    Ok(())
}
