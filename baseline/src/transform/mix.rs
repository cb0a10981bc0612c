//! Mixtures of two photographs and their labels. They need a batch, so they run on the device, after normalisation, which
//! is linear and so changes nothing about a mixture.

use tch::{Kind, Tensor};

use crate::random::Random;

use super::{check_between, check_probability};

/// A weighted mean of two photographs (Zhang and others 2017).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mixup {
    /// How often a batch is mixed.
    pub probability: f64,
    /// The weight comes from Beta(alpha, alpha): 0.2 mostly leaves one photograph, 1 mixes evenly.
    pub alpha: f64,
}

/// A rectangle of another photograph (Yun and others 2019); the label is mixed by area.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cutmix {
    /// How often a batch is mixed.
    pub probability: f64,
    /// The remaining area comes from Beta(alpha, alpha); 1 is usual.
    pub alpha: f64,
}

impl Mixup {
    pub(super) fn check(&self) -> Result<(), String> {
        check_probability(self.probability)?;
        check_between("alpha", self.alpha, 1e-3, 1e3)
    }
}

impl Cutmix {
    pub(super) fn check(&self) -> Result<(), String> {
        check_probability(self.probability)?;
        check_between("alpha", self.alpha, 1e-3, 1e3)
    }
}

/// What is done to a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mix {
    /// Weighted means.
    Mixup(Mixup),
    /// Rectangles.
    Cutmix(Cutmix),
}

impl Mix {
    /// Mixes a batch of N x C x H x W with itself moved on by one, and its targets (N x classes, each row adding up to 1)
    /// with the same weights.
    pub fn apply(&self, images: &Tensor, targets: &Tensor, random: &mut Random) -> (Tensor, Tensor) {
        let (probability, alpha) = match self {
            Mix::Mixup(mixup) => (mixup.probability, mixup.alpha),
            Mix::Cutmix(cutmix) => (cutmix.probability, cutmix.alpha),
        };
        if !random.chance(probability) {
            return (images.shallow_clone(), targets.shallow_clone());
        }
        let kept = beta(alpha, alpha, random);
        let others = images.roll([1], [0]);
        let other_targets = targets.roll([1], [0]);
        let (images, kept) = match self {
            Mix::Mixup(_) => (others.lerp(images, kept), kept),
            Mix::Cutmix(_) => paste(images, &others, kept, random),
        };
        (images, other_targets.lerp(targets, kept))
    }
}

/// One of the mixes, chosen anew for each batch, is tried; without any, nothing happens.
pub fn apply_one(mixes: &[Mix], images: &Tensor, targets: &Tensor, random: &mut Random) -> (Tensor, Tensor) {
    if mixes.is_empty() {
        return (images.shallow_clone(), targets.shallow_clone());
    }
    mixes[random.below(mixes.len())].apply(images, targets, random)
}

/// Pastes a rectangle with `1 - kept` of the area around a random pixel; returns the share that really remains, since the
/// rectangle is cut at the edges.
fn paste(images: &Tensor, others: &Tensor, kept: f64, random: &mut Random) -> (Tensor, f64) {
    let size = images.size();
    let (height, width) = (size[2], size[3]);
    let side = (1.0 - kept).sqrt();
    let span = |length: i64, random: &mut Random| {
        let half = (length as f64 * side / 2.0) as i64;
        let middle = random.below(length as usize) as i64;
        ((middle - half).max(0), (middle + half).min(length))
    };
    let (left, right) = span(width, random);
    let (top, bottom) = span(height, random);
    let columns = Tensor::arange(width, (Kind::Int64, images.device()));
    let rows = Tensor::arange(height, (Kind::Int64, images.device()));
    let across = columns.ge(left).logical_and(&columns.lt(right)).view([1, 1, 1, width]);
    let down = rows.ge(top).logical_and(&rows.lt(bottom)).view([1, 1, height, 1]);
    let pasted = others.where_self(&across.logical_and(&down), images);
    (pasted, 1.0 - ((right - left) * (bottom - top)) as f64 / (width * height) as f64)
}

/// Beta distribution, from two gamma distributions.
fn beta(a: f64, b: f64, random: &mut Random) -> f64 {
    let (x, y) = (gamma(a, random), gamma(b, random));
    if x + y > 0.0 { x / (x + y) } else { f64::from(random.chance(0.5)) }
}

/// Gamma distribution with scale 1 (Marsaglia and Tsang 2000).
fn gamma(shape: f64, random: &mut Random) -> f64 {
    if shape < 1.0 {
        let raised = gamma(shape + 1.0, random);
        return raised * (1.0 - random.unit()).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = random.normal();
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && (1.0 - random.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests;
