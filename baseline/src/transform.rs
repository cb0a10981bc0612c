//! Augmentation: the list of transforms in the experiment's file, in its order. Transforms of one picture work on bytes in
//! the loader's threads; those of a batch ([`mix`]) on the device. A transform draws only from the stream of its sample,
//! so what it does depends on seed, epoch and sample, never on the thread.

pub mod affine;
pub mod automatic;
pub mod blur;
pub mod colour;
pub mod crop;
pub mod erase;
pub mod flip;
pub mod mix;

use crate::image::Picture;
use crate::image::resize::{Cut, Resizer};
use crate::random::Random;

/// `[transform]`: what happens to a picture on the way to the model.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// For training, in this order. Usually random.
    pub train: Vec<Transform>,
    /// For validation and test, in this order. What is random here makes scores random.
    pub evaluate: Vec<Transform>,
}

/// One transform. In the file: `kind = "random-resized-crop"` and the fields of its struct.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is described at the struct that it holds")]
pub enum Transform {
    Resize(crop::Resize),
    RandomResizedCrop(crop::RandomResizedCrop),
    RandomCrop(crop::RandomCrop),
    CentreCrop(crop::CentreCrop),
    Pad(crop::Pad),
    Flip(flip::Flip),
    AlternatingFlip(flip::AlternatingFlip),
    Transpose(flip::Transpose),
    Rotation(affine::Rotation),
    Affine(affine::Affine),
    ColourJitter(colour::ColourJitter),
    Grayscale(colour::Grayscale),
    Blur(blur::Blur),
    Cutout(erase::Cutout),
    RandomErasing(erase::RandomErasing),
    TrivialAugment(automatic::TrivialAugment),
    RandAugment(automatic::RandAugment),
    Mixup(mix::Mixup),
    Cutmix(mix::Cutmix),
}

/// Why a list of transforms makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransformError {
    /// A number outside what the transform can do.
    #[error("transform {position} ({kind}): {reason}")]
    Value {
        /// Position in the list, from 1.
        position: usize,
        /// Which transform.
        kind: &'static str,
        /// What is wrong with which field.
        reason: String,
    },
    /// A transform of one picture after one of a batch.
    #[error(
        "transform {position} ({kind}) works on one picture, but stands after {mix}, which works on a batch: put {mix} last"
    )]
    AfterMix {
        /// Position in the list, from 1.
        position: usize,
        /// Which transform.
        kind: &'static str,
        /// Which mix.
        mix: &'static str,
    },
    /// Mixing where labels must stay whole.
    #[error("{kind} mixes labels, so it can only stand in transform.train")]
    MixInEvaluation {
        /// Which mix.
        kind: &'static str,
    },
}

/// What a transform may draw from.
#[derive(Clone, Debug)]
pub struct Draw {
    /// The stream of this sample in this epoch.
    pub random: Random,
    /// Position of the photograph in the data set.
    pub sample: usize,
    /// The epoch, from 0.
    pub epoch: u64,
    /// The experiment's seed.
    pub seed: u64,
}

/// A worker's tools and memory: one picture to write into while another is read.
#[derive(Default)]
pub struct Desk {
    spare: Picture,
    resizer: Resizer,
}

impl Desk {
    /// Replaces the picture by a cut of it.
    pub fn cut(&mut self, picture: &mut Picture, cut: &Cut) {
        self.resizer.cut(picture, cut, &mut self.spare);
        std::mem::swap(picture, &mut self.spare);
    }

    /// Writes a cut of one picture into another.
    pub fn cut_into(&mut self, from: &Picture, cut: &Cut, into: &mut Picture) {
        self.resizer.cut(from, cut, into);
    }

    /// Replaces the picture by what `write` makes of it in another of the given size.
    pub fn rewrite(&mut self, picture: &mut Picture, size: (usize, usize), write: impl FnOnce(&Picture, &mut Picture)) {
        self.spare.reshape(size.0, size.1, picture.channels);
        write(picture, &mut self.spare);
        std::mem::swap(picture, &mut self.spare);
    }
}

impl Transform {
    /// The name in the file.
    pub fn kind(&self) -> &'static str {
        match self {
            Transform::Resize(_) => "resize",
            Transform::RandomResizedCrop(_) => "random-resized-crop",
            Transform::RandomCrop(_) => "random-crop",
            Transform::CentreCrop(_) => "centre-crop",
            Transform::Pad(_) => "pad",
            Transform::Flip(_) => "flip",
            Transform::AlternatingFlip(_) => "alternating-flip",
            Transform::Transpose(_) => "transpose",
            Transform::Rotation(_) => "rotation",
            Transform::Affine(_) => "affine",
            Transform::ColourJitter(_) => "colour-jitter",
            Transform::Grayscale(_) => "grayscale",
            Transform::Blur(_) => "blur",
            Transform::Cutout(_) => "cutout",
            Transform::RandomErasing(_) => "random-erasing",
            Transform::TrivialAugment(_) => "trivial-augment",
            Transform::RandAugment(_) => "rand-augment",
            Transform::Mixup(_) => "mixup",
            Transform::Cutmix(_) => "cutmix",
        }
    }

    /// The part that a transform takes of a picture of this size, if that is all that it does.
    fn cut(&self, width: usize, height: usize, draw: &mut Draw) -> Option<Cut> {
        match self {
            Transform::Resize(resize) => Some(resize.cut(width, height)),
            Transform::RandomResizedCrop(crop) => Some(crop.cut(width, height, &mut draw.random)),
            Transform::RandomCrop(crop) => Some(crop.cut(width, height, &mut draw.random)),
            Transform::CentreCrop(crop) => Some(crop.cut(width, height)),
            _ => None,
        }
    }

    /// Whether it only takes a part of a picture, at the size that it has.
    fn is_crop(&self) -> bool {
        matches!(self, Transform::RandomCrop(_) | Transform::CentreCrop(_))
    }

    /// Changes a picture. Mixes do nothing to one.
    pub fn apply(&self, picture: &mut Picture, desk: &mut Desk, draw: &mut Draw) {
        if let Some(cut) = self.cut(picture.width, picture.height, draw) {
            desk.cut(picture, &cut);
            return;
        }
        match self {
            Transform::Pad(pad) => pad.apply(picture, desk),
            Transform::Flip(flip) => flip.apply(picture, &mut draw.random),
            Transform::AlternatingFlip(flip) => flip.apply(picture, draw),
            Transform::Transpose(transpose) => transpose.apply(picture, desk, &mut draw.random),
            Transform::Rotation(rotation) => rotation.apply(picture, desk, &mut draw.random),
            Transform::Affine(affine) => affine.apply(picture, desk, &mut draw.random),
            Transform::ColourJitter(jitter) => jitter.apply(picture, &mut draw.random),
            Transform::Grayscale(grayscale) => grayscale.apply(picture, &mut draw.random),
            Transform::Blur(blur) => blur.apply(picture, &mut draw.random),
            Transform::Cutout(cutout) => cutout.apply(picture, &mut draw.random),
            Transform::RandomErasing(erasing) => erasing.apply(picture, &mut draw.random),
            Transform::TrivialAugment(augment) => augment.apply(picture, desk, &mut draw.random),
            Transform::RandAugment(augment) => augment.apply(picture, desk, &mut draw.random),
            Transform::Resize(_)
            | Transform::RandomResizedCrop(_)
            | Transform::RandomCrop(_)
            | Transform::CentreCrop(_)
            | Transform::Mixup(_)
            | Transform::Cutmix(_) => {}
        }
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Transform::Resize(resize) => resize.check(),
            Transform::RandomResizedCrop(crop) => crop.check(),
            Transform::RandomCrop(crop) => crop::check_size(crop.size),
            Transform::CentreCrop(crop) => crop::check_size(crop.size),
            Transform::Pad(pad) => crop::check_size(pad.size),
            Transform::Flip(flip) => check_probability(flip.probability),
            Transform::AlternatingFlip(_) => Ok(()),
            Transform::Transpose(transpose) => check_probability(transpose.probability),
            Transform::Rotation(rotation) => check_between("degrees", rotation.degrees, 0.0, 180.0),
            Transform::Affine(affine) => affine.check(),
            Transform::ColourJitter(jitter) => jitter.check(),
            Transform::Grayscale(grayscale) => check_probability(grayscale.probability),
            Transform::Blur(blur) => blur.check(),
            Transform::Cutout(cutout) => crop::check_size(cutout.size),
            Transform::RandomErasing(erasing) => erasing.check(),
            Transform::TrivialAugment(_) => Ok(()),
            Transform::RandAugment(augment) => augment.check(),
            Transform::Mixup(mixup) => mixup.check(),
            Transform::Cutmix(cutmix) => cutmix.check(),
        }
    }

    fn mix(&self) -> Option<mix::Mix> {
        match self {
            Transform::Mixup(mixup) => Some(mix::Mix::Mixup(*mixup)),
            Transform::Cutmix(cutmix) => Some(mix::Mix::Cutmix(*cutmix)),
            _ => None,
        }
    }
}

/// A list that was checked, parted into what workers do and what the device does.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    picture: Vec<Transform>,
    mix: Vec<mix::Mix>,
}

impl Plan {
    /// Checks a list for training.
    pub fn train(list: &[Transform]) -> Result<Self, TransformError> {
        let mut plan = Self { picture: Vec::new(), mix: Vec::new() };
        let mut last_mix = None;
        for (index, transform) in list.iter().enumerate() {
            let (position, kind) = (index + 1, transform.kind());
            transform.check().map_err(|reason| TransformError::Value { position, kind, reason })?;
            match (transform.mix(), last_mix) {
                (Some(mix), _) => {
                    last_mix = Some(kind);
                    plan.mix.push(mix);
                }
                (None, Some(mix)) => return Err(TransformError::AfterMix { position, kind, mix }),
                (None, None) => plan.picture.push(transform.clone()),
            }
        }
        Ok(plan)
    }

    /// Checks a list for validation and test, where labels may not be mixed.
    pub fn evaluate(list: &[Transform]) -> Result<Self, TransformError> {
        let plan = Self::train(list)?;
        match list.iter().find(|transform| transform.mix().is_some()) {
            Some(mix) => Err(TransformError::MixInEvaluation { kind: mix.kind() }),
            None => Ok(plan),
        }
    }

    /// What workers do to each picture, in order.
    pub fn picture(&self) -> &[Transform] {
        &self.picture
    }

    /// The cut that the list begins with, for a picture of this size, and the transforms after it. Crops after a resize are
    /// one cut with it.
    pub fn leading_cut(&self, width: usize, height: usize, draw: &mut Draw) -> Option<(Cut, &[Transform])> {
        let (first, mut rest) = self.picture.split_first()?;
        let mut cut = first.cut(width, height, draw)?;
        while let Some((next, others)) = rest.split_first().filter(|(next, _)| next.is_crop()) {
            let (width, height) = cut.to;
            cut = cut.part(&next.cut(width, height, draw)?);
            rest = others;
        }
        Some((cut, rest))
    }

    /// What the device does to each batch.
    pub fn mix(&self) -> &[mix::Mix] {
        &self.mix
    }
}

/// A probability must lie in 0 to 1.
fn check_probability(probability: f64) -> Result<(), String> {
    check_between("probability", probability, 0.0, 1.0)
}

/// A number must lie between two others (both allowed).
fn check_between(name: &str, value: f64, low: f64, high: f64) -> Result<(), String> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(format!("{name} = {value} is not between {low} and {high}"))
    }
}

/// A pair must be in order, and within two others.
fn check_range(name: &str, [from, to]: [f64; 2], low: f64, high: f64) -> Result<(), String> {
    check_between(name, from, low, high)?;
    check_between(name, to, low, high)?;
    if from <= to { Ok(()) } else { Err(format!("{name} = [{from}, {to}] is not in order")) }
}

#[cfg(test)]
mod tests;
