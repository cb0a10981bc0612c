//! Parts that are taken away, so that the model cannot rely on one of them.

use crate::image::{Picture, Region};
use crate::random::Random;

use super::{check_probability, check_range};

/// One rectangle of fixed size around a random pixel, partly outside at the edges (DeVries and Taylor 2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cutout {
    /// Rows and columns.
    pub size: [usize; 2],
    /// The value that is put there.
    pub fill: u8,
}

impl Cutout {
    pub(super) fn apply(&self, picture: &mut Picture, random: &mut Random) {
        let [rows, columns] = self.size;
        let span = |length: usize, size: usize, random: &mut Random| {
            let middle = random.below(length);
            (middle.saturating_sub(size / 2), (middle + size.div_ceil(2)).min(length))
        };
        let (left, right) = span(picture.width, columns, random);
        let (top, bottom) = span(picture.height, rows, random);
        erase(picture, Region { left, top, width: right - left, height: bottom - top }, |byte| *byte = self.fill);
    }
}

/// One rectangle of random size and place, with some probability (Zhong and others 2017).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandomErasing {
    /// How often.
    pub probability: f64,
    /// Least and greatest share of the picture's area.
    pub area: [f64; 2],
    /// Least and greatest width / height.
    pub ratio: [f64; 2],
    /// A value from 0 to 255, or noise.
    pub fill: Fill,
}

/// What is put where something was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Fill {
    /// This value.
    Value(u8),
    /// Random bytes.
    Noise(Noise),
}

/// `"noise"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noise {
    /// Uniform random bytes.
    Noise,
}

impl RandomErasing {
    pub(super) fn check(&self) -> Result<(), String> {
        check_probability(self.probability)?;
        check_range("area", self.area, 0.0, 1.0)?;
        check_range("ratio", self.ratio, 1e-2, 1e2)
    }

    pub(super) fn apply(&self, picture: &mut Picture, random: &mut Random) {
        if !random.chance(self.probability) {
            return;
        }
        let whole = (picture.width * picture.height) as f64;
        for _ in 0..10 {
            let area = whole * random.between(self.area[0], self.area[1]);
            let ratio = random.between(self.ratio[0].ln(), self.ratio[1].ln()).exp();
            let (width, height) = ((area * ratio).sqrt().round() as usize, (area / ratio).sqrt().round() as usize);
            if width < picture.width && height < picture.height {
                let left = random.below(picture.width - width + 1);
                let top = random.below(picture.height - height + 1);
                erase(picture, Region { left, top, width, height }, |byte| {
                    *byte = match self.fill {
                        Fill::Value(value) => value,
                        Fill::Noise(Noise::Noise) => random.next() as u8,
                    };
                });
                return;
            }
        }
    }
}

fn erase(picture: &mut Picture, part: Region, mut write: impl FnMut(&mut u8)) {
    let (stride, channels) = (picture.stride(), picture.channels);
    for y in part.top..part.top + part.height {
        let start = y * stride + part.left * channels;
        picture.pixels[start..start + part.width * channels].iter_mut().for_each(&mut write);
    }
}

#[cfg(test)]
mod tests;
