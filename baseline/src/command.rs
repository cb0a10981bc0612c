//! The commands, one a file: each has `Options`, whose documentation is its `--help`, and `run`, which works with the
//! library's modules and prints what people want to know. Nothing else calls them.

pub mod bench;
pub mod blend;
pub mod eda;
pub mod evaluate;
pub mod export;
pub mod modules;
pub mod predict;
pub mod submit;
pub mod train;
pub mod tune;
pub mod weights;

use anyhow::Result;

use crate::config::Experiment;

/// Which experiment, and what is different about it.
#[derive(Clone, Debug, clap::Args)]
pub struct Chosen {
    /// The experiment: a preset (fast, digits, frozen, finetune, strong) or a TOML file.
    #[arg(long, short, default_value = "fast", value_name = "PRESET|FILE")]
    pub config: String,
    /// The competition's folder, with train.csv, test.csv and the pictures; replaces data.folder.
    #[arg(long, short, value_name = "FOLDER")]
    pub data: Option<std::path::PathBuf>,
    /// Override one value, for example `train.epochs=3`; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl Chosen {
    /// The experiment.
    ///
    /// # Errors
    /// What is wrong with the file or the overrides.
    pub fn experiment(&self) -> Result<Experiment> {
        let mut experiment = Experiment::load(&self.config, &self.set)?;
        if let Some(data) = &self.data {
            experiment.data.folder.clone_from(data);
        }
        // A checkpoint may be used from another folder.
        if let Ok(folder) = experiment.data.folder.canonicalize() {
            experiment.data.folder = folder;
        }
        Ok(experiment)
    }
}

/// A score with its standard error: `0.8123 ± 0.0140`.
pub fn shown(estimate: podium_scoring::metric::Estimate) -> String {
    match estimate.standard_error {
        Some(error) => format!("{:.4} ± {error:.4}", estimate.value),
        None => format!("{:.4}", estimate.value),
    }
}
