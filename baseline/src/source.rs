//! What goes into the model, batch by batch: pictures from the loader, or, where the body is frozen, their features,
//! computed once. Both depend on seed, epoch and position only. Knows tensors, where the loader knows bytes.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use tch::{Device, Kind, Tensor, no_grad};

use crate::batch::Normalisation;
use crate::checkpoint::{self, Tensors};
use crate::config::Experiment;
use crate::device::{Compute, channels_last};
use crate::ensemble::tta::View;
use crate::loader::{self, Loader, Sampling};
use crate::loss::one_hot;
use crate::model::Model;
use crate::random::Random;
use crate::transform::mix;

/// Where batches come from.
pub enum Source {
    /// Photographs, transformed anew in each epoch.
    Pictures(Pictures),
    /// Features of photographs.
    Features(Features),
}

/// Photographs with what the device still has to do.
pub struct Pictures {
    /// Where their bytes come from.
    pub loader: Loader,
    /// Bytes to floats.
    pub normalisation: Normalisation,
    /// Outputs of the model.
    pub classes: i64,
    /// For the mixes.
    pub seed: u64,
}

/// Features of some photographs, and their classes.
pub struct Features {
    /// N x features.
    pub features: Tensor,
    /// Class of each.
    pub labels: Vec<usize>,
    /// Outputs of the model.
    pub classes: i64,
    /// Photographs in a batch.
    pub batch: usize,
    /// In their own order, all of them.
    pub evaluates: bool,
    /// Which ones an epoch has.
    pub sampling: Sampling,
    /// For the order.
    pub seed: u64,
}

/// One batch on the device.
pub struct Inputs {
    /// N x C x H x W, or N x features.
    pub tensor: Tensor,
    /// Shares of the classes, N x K.
    pub targets: Tensor,
}

/// Streams that must not meet.
const MIX: u64 = 11;
const ORDER: u64 = 12;

impl Source {
    /// Batches of an epoch.
    pub fn batches(&self) -> usize {
        match self {
            Self::Pictures(pictures) => pictures.loader.batches(),
            Self::Features(features) if features.evaluates => features.labels.len().div_ceil(features.batch),
            Self::Features(features) => features.labels.len() / features.batch,
        }
    }

    /// Starts on an epoch, from a batch on.
    pub fn epoch(&self, epoch: u64, first_batch: u64, device: Device) -> Epoch<'_> {
        let position = first_batch as usize;
        match self {
            Self::Pictures(pictures) => {
                let batches = pictures.loader.epoch(epoch, position);
                Epoch::Pictures { pictures, batches, epoch, position, device }
            }
            Self::Features(features) => {
                let samples: Vec<usize> = (0..features.labels.len()).collect();
                let order = if features.evaluates {
                    samples
                } else {
                    let mut random = Random::new(&[features.seed, ORDER, epoch]);
                    features.sampling.order(&samples, |sample| Some(features.labels[sample]), &mut random)
                };
                Epoch::Features { features, order, position }
            }
        }
    }

    /// Logits of a batch.
    pub fn logits(&self, model: &Model, inputs: &Tensor, train: bool) -> Tensor {
        match self {
            Self::Pictures(_) => model.forward(inputs, train),
            Self::Features(_) => model.classify(inputs, train),
        }
    }
}

/// The batches of one epoch, in order.
pub enum Epoch<'a> {
    /// See [`Source::Pictures`].
    Pictures {
        /// Where they come from.
        pictures: &'a Pictures,
        /// Bytes.
        batches: loader::Epoch,
        /// Its number.
        epoch: u64,
        /// Of the next batch.
        position: usize,
        /// Where tensors go.
        device: Device,
    },
    /// See [`Source::Features`].
    Features {
        /// Where they come from.
        features: &'a Features,
        /// Positions.
        order: Vec<usize>,
        /// Of the next batch.
        position: usize,
    },
}

impl Epoch<'_> {
    /// Time that was spent waiting for the loader.
    pub fn waited(&self) -> Duration {
        match self {
            Self::Pictures { batches, .. } => batches.waited(),
            Self::Features { .. } => Duration::ZERO,
        }
    }
}

impl Iterator for Epoch<'_> {
    type Item = Result<Inputs>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Pictures { pictures, batches, epoch, position, device } => {
                let batch = match batches.next()? {
                    Ok(batch) => batch,
                    Err(error) => return Some(Err(error.into())),
                };
                let images = batch.images(&pictures.normalisation, *device);
                // A photograph without a class counts as of the first one; nobody looks at its target.
                let targets = one_hot(&batch.targets(*device).clamp_min(0), pictures.classes);
                let mut random = Random::new(&[pictures.seed, MIX, *epoch, *position as u64]);
                let (tensor, targets) = mix::apply_one(pictures.loader.plan().mix(), &images, &targets, &mut random);
                *position += 1;
                Some(Ok(Inputs { tensor, targets }))
            }
            Self::Features { features, order, position } => {
                let start = *position * features.batch;
                let full = if features.evaluates { 1 } else { features.batch };
                let chosen = order.get(start..(start + features.batch).min(order.len()))?;
                if chosen.len() < full {
                    return None;
                }
                let rows: Vec<i64> = chosen.iter().map(|sample| *sample as i64).collect();
                let labels: Vec<i64> = chosen.iter().map(|sample| features.labels[*sample] as i64).collect();
                let device = features.features.device();
                let tensor = features.features.index_select(0, &Tensor::from_slice(&rows).to_device(device));
                let targets = one_hot(&Tensor::from_slice(&labels).to_device(device), features.classes);
                *position += 1;
                Some(Ok(Inputs { tensor, targets }))
            }
        }
    }
}

/// Features of all photographs of a loader in evaluation, N x features. They are kept in `folder` under a name made of
/// all that they depend on, and read from there the next time: by another fold, or by a search.
///
/// # Errors
/// If photographs or files cannot be read.
pub fn features(
    model: &Model,
    compute: &Compute,
    pictures: &Pictures,
    experiment: &Experiment,
    folder: &Path,
) -> Result<Tensor> {
    let path = folder.join(format!("features-{}.safetensors", features_key(experiment, &pictures.normalisation)));
    let count = pictures.loader.samples().len() as i64;
    let kept = checkpoint::read_tensors(&path).ok().and_then(|mut tensors| tensors.remove("features"));
    if let Some(features) = kept.filter(|features| features.size()[0] == count) {
        return Ok(features.to_device(compute.device));
    }
    let bar = crate::progress::bar("features", pictures.loader.batches() as u64);
    let mut rows = Vec::new();
    for batch in pictures.loader.epoch(0, 0) {
        let images = batch?.images(&pictures.normalisation, compute.device);
        rows.push(no_grad(|| compute.forward(|| model.features(&images, false))));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let features = Tensor::cat(&rows, 0);
    let partial = path.with_extension("partial");
    checkpoint::write_tensors(&partial, &Tensors::from([("features".to_owned(), features.shallow_clone())]))?;
    std::fs::rename(&partial, &path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(features)
}

/// Probabilities of all photographs of a source for each view of them.
///
/// # Errors
/// If photographs cannot be read.
pub fn probabilities_of_views(
    model: &Model,
    compute: &Compute,
    source: &Source,
    views: &[View],
) -> Result<Vec<Tensor>> {
    let mut rows: Vec<Vec<Tensor>> = views.iter().map(|_| Vec::new()).collect();
    let bar = crate::progress::bar("predict", source.batches() as u64);
    for inputs in source.epoch(0, 0, compute.device) {
        let images = inputs?.tensor;
        for (view, rows) in views.iter().zip(&mut rows) {
            no_grad(|| {
                let images = channels_last(&view.apply(&images));
                let logits = compute.forward(|| source.logits(model, &images, false));
                rows.push(logits.to_kind(Kind::Float).softmax(-1, Kind::Float));
            });
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(rows.iter().map(|rows| Tensor::cat(rows, 0).to_device(Device::Cpu)).collect())
}

/// A hash of what features depend on.
fn features_key(experiment: &Experiment, normalisation: &Normalisation) -> String {
    let Experiment { data, transform, model, bfloat16, threads, .. } = experiment;
    let parts = format!("{data:?} {:?} {model:?} {normalisation:?} {bfloat16} {threads}", transform.evaluate);
    Sha256::digest(parts.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Probabilities (N x K) of all photographs of a source, in their order, and the mean of their cross entropies.
///
/// # Errors
/// If photographs cannot be read.
pub fn probabilities(model: &Model, compute: &Compute, source: &Source) -> Result<(Tensor, f64)> {
    let (mut rows, mut loss, mut count) = (Vec::new(), 0.0, 0);
    for inputs in source.epoch(0, 0, compute.device) {
        let Inputs { tensor, targets } = inputs?;
        no_grad(|| {
            let logits = compute.forward(|| source.logits(model, &tensor, false)).to_kind(Kind::Float);
            let terms = -(logits.log_softmax(-1, Kind::Float) * targets);
            loss += terms.sum(Kind::Double).double_value(&[]);
            count += terms.size()[0];
            rows.push(logits.softmax(-1, Kind::Float));
        });
    }
    let all = Tensor::cat(&rows, 0).to_device(Device::Cpu);
    Ok((all, loss / count.max(1) as f64))
}
