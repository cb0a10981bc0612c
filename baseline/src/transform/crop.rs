//! Which part of a picture the model sees, and at what size.

use crate::image::Picture;
use crate::image::contrast::mirrored;
use crate::image::resize::{Cut, Filter};
use crate::random::Random;

use super::{Desk, check_range};

/// Columns and rows must be above 0, and small enough to be a model's input.
pub(super) fn check_size([height, width]: [usize; 2]) -> Result<(), String> {
    if (1..=8192).contains(&height) && (1..=8192).contains(&width) {
        Ok(())
    } else {
        Err(format!("size = [{height}, {width}]: each must be between 1 and 8192"))
    }
}

/// How a picture of other proportions is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// Exactly the size, changing the proportions.
    Stretch,
    /// As small as covers the size, keeping the proportions; a crop to the size should follow.
    Cover,
    /// As large as lies within the size, keeping the proportions; a pad to the size should follow.
    Inside,
}

/// Another size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resize {
    /// Rows and columns.
    pub size: [usize; 2],
    /// What if the proportions differ.
    pub fit: Fit,
    /// How.
    pub filter: Filter,
}

impl Resize {
    /// Checks the numbers of the file.
    pub(crate) fn check(&self) -> Result<(), String> {
        check_size(self.size)
    }

    /// All of the picture, at its new size.
    pub(crate) fn cut(&self, width: usize, height: usize) -> Cut {
        let [rows, columns] = self.size;
        let (across, down) = (columns as f64 / width as f64, rows as f64 / height as f64);
        let scaled = |scale: f64| {
            let length = |length: usize| ((length as f64 * scale).round() as usize).max(1);
            (length(width), length(height))
        };
        let to = match self.fit {
            Fit::Stretch => (columns, rows),
            Fit::Cover => scaled(across.max(down)),
            Fit::Inside => scaled(across.min(down)),
        };
        Cut { left: 0.0, top: 0.0, width: width as f64, height: height as f64, to, filter: self.filter }
    }
}

/// A part of random size and proportions, at a fixed size (Szegedy and others 2014): the strongest augmentation of
/// photographs of things.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandomResizedCrop {
    /// Rows and columns of the result.
    pub size: [usize; 2],
    /// Least and greatest share of the picture's area; ImageNet uses 0.08 to 1, small data sets more than 0.3.
    pub scale: [f64; 2],
    /// Least and greatest width / height; usual are 3/4 to 4/3.
    pub ratio: [f64; 2],
    /// How.
    pub filter: Filter,
}

impl RandomResizedCrop {
    pub(super) fn check(&self) -> Result<(), String> {
        check_size(self.size)?;
        check_range("scale", self.scale, 1e-4, 1.0)?;
        check_range("ratio", self.ratio, 1e-2, 1e2)
    }

    /// As torchvision: ten attempts, then the largest part in the middle with proportions that are allowed.
    pub(super) fn cut(&self, width: usize, height: usize, random: &mut Random) -> Cut {
        let to = (self.size[1], self.size[0]);
        let (across, down) = (width as f64, height as f64);
        let [narrow, wide] = self.ratio;
        for _ in 0..10 {
            let area = across * down * random.between(self.scale[0], self.scale[1]);
            let ratio = random.between(narrow.ln(), wide.ln()).exp();
            let (part_width, part_height) = ((area * ratio).sqrt().round(), (area / ratio).sqrt().round());
            if (1.0..=across).contains(&part_width) && (1.0..=down).contains(&part_height) {
                let left = random.below((across - part_width) as usize + 1) as f64;
                let top = random.below((down - part_height) as usize + 1) as f64;
                return Cut { left, top, width: part_width, height: part_height, to, filter: self.filter };
            }
        }
        let (part_width, part_height) = match across / down {
            ratio if ratio < narrow => (across, (across / narrow).round().clamp(1.0, down)),
            ratio if ratio > wide => ((down * wide).round().clamp(1.0, across), down),
            _ => (across, down),
        };
        Cut {
            left: ((across - part_width) / 2.0).floor(),
            top: ((down - part_height) / 2.0).floor(),
            width: part_width,
            height: part_height,
            to,
            filter: self.filter,
        }
    }
}

/// A part of fixed size at a random place: after `pad`, a random shift. A smaller picture stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandomCrop {
    /// Rows and columns.
    pub size: [usize; 2],
}

impl RandomCrop {
    pub(super) fn cut(&self, width: usize, height: usize, random: &mut Random) -> Cut {
        let (columns, rows) = (self.size[1].min(width), self.size[0].min(height));
        let left = random.below(width - columns + 1);
        let top = random.below(height - rows + 1);
        Cut::plain(left, top, columns, rows)
    }
}

/// The middle. A smaller picture stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CentreCrop {
    /// Rows and columns.
    pub size: [usize; 2],
}

impl CentreCrop {
    pub(super) fn cut(&self, width: usize, height: usize) -> Cut {
        let (columns, rows) = (self.size[1].min(width), self.size[0].min(height));
        Cut::plain((width - columns) / 2, (height - rows) / 2, columns, rows)
    }
}

/// What is put where there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Border {
    /// This value in every channel.
    Value(u8),
    /// What the picture has.
    Picture(Continuation),
}

/// How a picture goes on beyond its edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Continuation {
    /// With the pixel at the edge.
    Edge,
    /// As in a mirror.
    Reflect,
}

/// Makes a picture at least as large as `size`, itself in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pad {
    /// Rows and columns.
    pub size: [usize; 2],
    /// With what: a number from 0 to 255, `"edge"` or `"reflect"`.
    pub border: Border,
}

impl Pad {
    pub(super) fn apply(&self, picture: &mut Picture, desk: &mut Desk) {
        let size = (self.size[1].max(picture.width), self.size[0].max(picture.height));
        if size == (picture.width, picture.height) {
            return;
        }
        desk.rewrite(picture, size, |from, into| {
            let left = (into.width - from.width) / 2;
            let top = (into.height - from.height) / 2;
            let source = |position: usize, before: usize, length: usize| {
                let place = position as isize - before as isize;
                match self.border {
                    Border::Value(_) => usize::try_from(place).ok().filter(|&place| place < length),
                    Border::Picture(Continuation::Edge) => Some(place.clamp(0, length as isize - 1) as usize),
                    Border::Picture(Continuation::Reflect) => Some(mirrored(place, length)),
                }
            };
            let value = if let Border::Value(value) = self.border { value } else { 0 };
            let (width, height, channels) = (into.width, into.height, into.channels);
            for y in 0..height {
                let row = &mut into.pixels[y * width * channels..][..width * channels];
                let Some(from_y) = source(y, top, from.height) else {
                    row.fill(value);
                    continue;
                };
                for (x, pixel) in row.chunks_exact_mut(channels).enumerate() {
                    match source(x, left, from.width) {
                        Some(from_x) => pixel.copy_from_slice(from.pixel(from_x, from_y)),
                        None => pixel.fill(value),
                    }
                }
            }
        });
    }
}

#[cfg(test)]
mod tests;
