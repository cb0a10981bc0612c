//! `baseline export`: a trained network as an ONNX file.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::predict;
use crate::checkpoint::WEIGHTS;
use crate::onnx;

/// Write a trained network as ONNX, for programs without libtorch.
///
/// The graph takes `images`, N x C x H x W, prepared as in the experiment and normalised, and gives `logits`. Classes and
/// normalisation are kept in the file's metadata.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  baseline export runs/first --out model.onnx")]
pub struct Options {
    /// A run's folder, or a checkpoint's.
    run: PathBuf,
    /// The file.
    #[arg(long, short, default_value = "model.onnx")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// If the folder is no checkpoint or the file cannot be written.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    let checkpoint = predict::checkpoints_in(Path::new(&options.run))?.into_iter().next().context("no checkpoint")?;
    let meta = &checkpoint.meta;
    let [height, width] = meta.size.map(|side| side as i64);
    let input = [meta.normalisation.mean.len() as i64, height, width];
    let notes = [
        ("classes", serde_json::to_string(&meta.classes)?),
        ("mean", serde_json::to_string(&meta.normalisation.mean)?),
        ("std", serde_json::to_string(&meta.normalisation.std)?),
    ];
    let architecture = &meta.experiment.model.architecture;
    let bytes = onnx::export(architecture, &checkpoint.tensors(WEIGHTS)?, input, &notes)?;
    std::fs::write(&options.out, &bytes).with_context(|| format!("cannot write {}", options.out.display()))?;
    println!("{}: {}, {:.1} MB", options.out.display(), architecture.name(), bytes.len() as f64 / 1e6);
    Ok(())
}
