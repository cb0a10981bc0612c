//! A run on disk at one step: weights, optimizer, average, and all numbers that the loop goes on with. A folder that is
//! written beside its place, synced and renamed, so that there is always a whole one. Knows no training.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tch::Tensor;

use crate::batch::Normalisation;
use crate::config::Experiment;
use crate::schedule::Plateau;

/// Everything but tensors: `meta.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// The experiment as it was run.
    pub experiment: Experiment,
    /// The fold that validates.
    pub fold: usize,
    /// Names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
    /// Of the pictures.
    pub normalisation: Normalisation,
    /// Rows and columns of the pictures.
    pub size: [usize; 2],
    /// What computed it: resuming is exact on the same only.
    pub machine: Machine,
    /// Where the run is.
    pub progress: Progress,
}

/// What the last bits of a result depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// CPU or GPU.
    pub device: String,
    /// Threads of libtorch.
    pub threads: i32,
    /// Vector instructions, by which libtorch chooses its kernels.
    pub instructions: String,
}

/// Where a run is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Epoch, from 0.
    pub epoch: u64,
    /// Batches of it that were learned from.
    pub batch: u64,
    /// Steps of the optimizer so far.
    pub step: u64,
    /// Of the batches of this epoch.
    pub running: Running,
    /// Best epoch so far and its score.
    pub best: Option<Best>,
    /// Memory of a plateau schedule.
    pub plateau: Plateau,
    /// Epochs since the best one, for early stopping.
    pub waited: u64,
    /// Bytes of the log.
    pub log_bytes: u64,
    /// Whether the run has ended.
    pub finished: bool,
}

/// The best epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Best {
    /// Counted from 1.
    pub epoch: u64,
    /// Its validation score.
    pub score: f64,
}

/// Sums over the batches of an epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// Of the losses, each times its photographs.
    pub loss: f64,
    /// Photographs.
    pub photographs: u64,
    /// How often each class (row) was taken for each (column), row after row.
    pub confusion: Vec<u64>,
}

/// Why a checkpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// There is none.
    #[error("{0} is not a checkpoint: it has no meta.json; `train` writes `best` and `last` below its run's folder")]
    None(String),
    /// A file fails.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A file has something else in it.
    #[error("{path}: {why}")]
    Content {
        /// Which.
        path: String,
        /// What.
        why: String,
    },
}

/// Tensors by name.
pub type Tensors = BTreeMap<String, Tensor>;

/// A checkpoint's folder.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// Its place.
    pub folder: PathBuf,
    /// Its numbers.
    pub meta: Meta,
}

/// File of the weights that predict.
pub const WEIGHTS: &str = "weights";
/// File of the optimizer's state.
pub const OPTIMIZER: &str = "optimizer";
/// File of the averaged weights while they are beside the others.
pub const AVERAGE: &str = "average";

impl Checkpoint {
    /// Opens a folder. What was being replaced when the process was killed is found under its other name.
    ///
    /// # Errors
    /// [`CheckpointError`]
    pub fn open(folder: &Path) -> Result<Self, CheckpointError> {
        let folder = if folder.exists() { folder.to_owned() } else { beside(folder, "old") };
        let path = folder.join("meta.json");
        let bytes = fs::read(&path).map_err(|_| CheckpointError::None(folder.display().to_string()))?;
        let meta = serde_json::from_slice(&bytes)
            .map_err(|error| CheckpointError::Content { path: path.display().to_string(), why: error.to_string() })?;
        Ok(Self { folder, meta })
    }

    /// Tensors of one of its files.
    ///
    /// # Errors
    /// [`CheckpointError::Content`]
    pub fn tensors(&self, name: &str) -> Result<Tensors, CheckpointError> {
        let path = self.folder.join(format!("{name}.safetensors"));
        read_tensors(&path)
    }
}

/// Reads a `.safetensors` file.
///
/// # Errors
/// [`CheckpointError::Content`]
pub fn read_tensors(path: &Path) -> Result<Tensors, CheckpointError> {
    let tensors = Tensor::read_safetensors(path)
        .map_err(|error| CheckpointError::Content { path: path.display().to_string(), why: error.to_string() })?;
    Ok(tensors.into_iter().collect())
}

/// Writes a `.safetensors` file. Contiguous, on the CPU; the names in order, so that equal tensors make equal files.
///
/// # Errors
/// [`CheckpointError::Content`]
pub fn write_tensors(path: &Path, tensors: &Tensors) -> Result<(), CheckpointError> {
    let ready: Vec<(&str, Tensor)> = tensors
        .iter()
        .map(|(name, tensor)| (name.as_str(), tensor.detach().to_device(tch::Device::Cpu).contiguous()))
        .collect();
    Tensor::write_safetensors(&ready, path)
        .map_err(|error| CheckpointError::Content { path: path.display().to_string(), why: error.to_string() })
}

/// Writes a checkpoint in the place of an older one: `fill` puts further files into the folder.
///
/// # Errors
/// [`CheckpointError`]; the older one is then still there.
pub fn save(
    folder: &Path,
    meta: &Meta,
    tensors: &[(&str, &Tensors)],
    fill: impl FnOnce(&Path) -> Result<(), CheckpointError>,
) -> Result<(), CheckpointError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error| CheckpointError::File { path, error }
    };
    let (new, old) = (beside(folder, "new"), beside(folder, "old"));
    if new.exists() {
        fs::remove_dir_all(&new).map_err(failed(&new))?;
    }
    fs::create_dir_all(&new).map_err(failed(&new))?;
    for (name, tensors) in tensors {
        write_tensors(&new.join(format!("{name}.safetensors")), tensors)?;
    }
    fill(&new)?;
    let text = serde_json::to_vec_pretty(meta)
        .map_err(|error| CheckpointError::Content { path: "meta.json".into(), why: error.to_string() })?;
    fs::write(new.join("meta.json"), text).map_err(failed(&new))?;
    for entry in fs::read_dir(&new).map_err(failed(&new))? {
        let path = entry.map_err(failed(&new))?.path();
        File::open(&path).and_then(|file| file.sync_all()).map_err(failed(&path))?;
    }
    sync_folder(&new).map_err(failed(&new))?;
    // Between the two renames only `old` is there, and `open` looks for it.
    if folder.exists() {
        if old.exists() {
            fs::remove_dir_all(&old).map_err(failed(&old))?;
        }
        fs::rename(folder, &old).map_err(failed(folder))?;
    }
    fs::rename(&new, folder).map_err(failed(&new))?;
    sync_folder(folder.parent().unwrap_or(folder)).map_err(failed(folder))?;
    if old.exists() {
        fs::remove_dir_all(&old).map_err(failed(&old))?;
    }
    Ok(())
}

fn beside(folder: &Path, ending: &str) -> PathBuf {
    folder.with_extension(ending)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

impl Machine {
    /// This one.
    pub fn here(device: tch::Device) -> Self {
        Self { device: format!("{device:?}"), threads: tch::get_num_threads(), instructions: instructions().into() }
    }
}

#[cfg(target_arch = "x86_64")]
fn instructions() -> &'static str {
    if is_x86_feature_detected!("avx512bf16") {
        "avx512 with bfloat16"
    } else if is_x86_feature_detected!("avx512f") {
        "avx512"
    } else if is_x86_feature_detected!("avx2") {
        "avx2"
    } else {
        "x86_64"
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn instructions() -> &'static str {
    std::env::consts::ARCH
}

#[cfg(test)]
mod tests;
