//! Mirrors. Right only where a mirrored picture has the same class: never for digits or text.

use crate::image::Picture;
use crate::random::Random;

use super::{Desk, Draw};

/// Which sides change places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Left and right.
    Horizontal,
    /// Top and bottom.
    Vertical,
}

/// A mirror image with some probability.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flip {
    /// Which sides change places.
    pub axis: Axis,
    /// How often.
    pub probability: f64,
}

impl Flip {
    pub(super) fn apply(&self, picture: &mut Picture, random: &mut Random) {
        if random.chance(self.probability) {
            match self.axis {
                Axis::Horizontal => horizontally(picture),
                Axis::Vertical => vertically(picture),
            }
        }
    }
}

/// Left and right change places in every other epoch: half of the photographs begin mirrored, and in any two epochs each
/// is seen both ways, where independent draws show a quarter of them the same way twice (K. Jordan 2024).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlternatingFlip {}

impl AlternatingFlip {
    pub(super) fn apply(&self, picture: &mut Picture, draw: &Draw) {
        let begins_mirrored = Random::new(&[draw.seed, 0xF11B, draw.sample as u64]).next() >> 63;
        if (begins_mirrored ^ draw.epoch) & 1 == 1 {
            horizontally(picture);
        }
    }
}

/// Rows and columns change places: with both flips, all eight ways in which a square can lie.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transpose {
    /// How often.
    pub probability: f64,
}

impl Transpose {
    pub(super) fn apply(&self, picture: &mut Picture, desk: &mut Desk, random: &mut Random) {
        if random.chance(self.probability) {
            desk.rewrite(picture, (picture.height, picture.width), |from, into| {
                let (width, channels) = (into.width, into.channels);
                for (index, pixel) in into.pixels.chunks_exact_mut(channels).enumerate() {
                    pixel.copy_from_slice(from.pixel(index / width, index % width));
                }
            });
        }
    }
}

/// Left and right change places.
pub fn horizontally(picture: &mut Picture) {
    let (stride, channels) = (picture.stride().max(1), picture.channels);
    for row in picture.pixels.chunks_exact_mut(stride) {
        if channels == 3 {
            row.as_chunks_mut::<3>().0.reverse();
        } else {
            row.reverse();
        }
    }
}

/// Top and bottom change places.
pub fn vertically(picture: &mut Picture) {
    let (stride, height) = (picture.stride(), picture.height);
    let (upper, lower) = picture.pixels.split_at_mut(height / 2 * stride);
    let lower = &mut lower[height % 2 * stride..];
    for (above, below) in upper.chunks_exact_mut(stride.max(1)).zip(lower.rchunks_exact_mut(stride.max(1))) {
        above.swap_with_slice(below);
    }
}

#[cfg(test)]
mod tests;
