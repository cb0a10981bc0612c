//! Test-time augmentation: the views of a photograph that a model is asked about before its answers are averaged. A view
//! is named in the configuration (`"flip-horizontal"`, `"shift(1,0)"`, with a weight `"0.5*shift(1,0)"`); whether it makes
//! sense is a question about the data: a solar cell may be turned any way, a digit may not.

use std::fmt;
use std::str::FromStr;

use tch::Tensor;

/// One way of looking at a square photograph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum View {
    /// As it is.
    Identity,
    /// Left and right swapped.
    FlipHorizontal,
    /// Top and bottom swapped.
    FlipVertical,
    /// Turned by a half.
    Rotate180,
    /// Rows and columns swapped.
    Transpose,
    /// Turned left by a quarter.
    Rotate90,
    /// Turned right by a quarter.
    Rotate270,
    /// Mirrored at the other diagonal.
    AntiTranspose,
    /// Moved by pixels; the edge is repeated.
    Shift {
        /// To the right; negative to the left.
        right: i64,
        /// Down; negative up.
        down: i64,
    },
    /// Enlarged by a factor above 1, and the middle taken.
    Zoom(f64),
}

/// A view and how much its answer counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted {
    /// The view.
    pub view: View,
    /// Its weight, above 0; weights need not sum to 1.
    pub weight: f64,
}

/// A text that names no view.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a view: write identity, flip-horizontal, flip-vertical, rotate-90, rotate-180, rotate-270, transpose, anti-transpose, shift(RIGHT,DOWN) in pixels or zoom(FACTOR), with a weight if you want as in 0.5*shift(1,0)"
)]
pub struct UnknownView(String);

/// Views with names and no numbers.
const PLAIN: [(&str, View); 8] = [
    ("identity", View::Identity),
    ("flip-horizontal", View::FlipHorizontal),
    ("flip-vertical", View::FlipVertical),
    ("rotate-180", View::Rotate180),
    ("transpose", View::Transpose),
    ("rotate-90", View::Rotate90),
    ("rotate-270", View::Rotate270),
    ("anti-transpose", View::AntiTranspose),
];

impl View {
    /// Looks at a batch N x C x H x W, which keeps its shape where the photographs are square.
    pub fn apply(self, images: &Tensor) -> Tensor {
        match self {
            Self::Identity => images.shallow_clone(),
            Self::FlipHorizontal => images.flip([3]),
            Self::FlipVertical => images.flip([2]),
            Self::Rotate180 => images.flip([2, 3]),
            Self::Transpose => images.transpose(2, 3),
            Self::Rotate90 => images.transpose(2, 3).flip([2]),
            Self::Rotate270 => images.transpose(2, 3).flip([3]),
            Self::AntiTranspose => images.transpose(2, 3).flip([2, 3]),
            Self::Shift { right, down } => shift(images, right, down),
            Self::Zoom(factor) => zoom(images, factor),
        }
    }
}

fn shift(images: &Tensor, right: i64, down: i64) -> Tensor {
    let (_, _, height, width) = sizes(images);
    let (across, along) = (right.abs().min(width), down.abs().min(height));
    let padded = images.replication_pad2d([across, across, along, along]);
    padded.narrow(2, along - down.signum() * along, height).narrow(3, across - right.signum() * across, width)
}

fn zoom(images: &Tensor, factor: f64) -> Tensor {
    let (_, _, height, width) = sizes(images);
    let larger = |size: i64| ((size as f64 * factor).round() as i64).max(size);
    let (tall, wide) = (larger(height), larger(width));
    let enlarged = images.upsample_bilinear2d([tall, wide], false, None, None);
    enlarged.narrow(2, (tall - height) / 2, height).narrow(3, (wide - width) / 2, width)
}

fn sizes(images: &Tensor) -> (i64, i64, i64, i64) {
    match images.size()[..] {
        [n, channels, height, width] => (n, channels, height, width),
        _ => (0, 0, 0, 0),
    }
}

impl fmt::Display for View {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shift { right, down } => write!(out, "shift({right},{down})"),
            Self::Zoom(factor) => write!(out, "zoom({factor})"),
            plain => out.write_str(PLAIN.iter().find(|(_, view)| view == plain).map_or("identity", |(name, _)| name)),
        }
    }
}

impl FromStr for View {
    type Err = UnknownView;

    fn from_str(text: &str) -> Result<Self, UnknownView> {
        let unknown = || UnknownView(text.to_owned());
        if let Some((_, view)) = PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(*view);
        }
        let (name, numbers) = text.strip_suffix(')').and_then(|text| text.split_once('(')).ok_or_else(unknown)?;
        match name {
            "shift" => {
                let (right, down) = numbers.split_once(',').ok_or_else(unknown)?;
                let pixels = |text: &str| text.trim().parse::<i64>().map_err(|_| unknown());
                Ok(Self::Shift { right: pixels(right)?, down: pixels(down)? })
            }
            "zoom" => {
                let factor: f64 = numbers.trim().parse().map_err(|_| unknown())?;
                if factor.is_finite() && factor >= 1.0 { Ok(Self::Zoom(factor)) } else { Err(unknown()) }
            }
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Weighted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.weight == 1.0 { self.view.fmt(out) } else { write!(out, "{}*{}", self.weight, self.view) }
    }
}

impl FromStr for Weighted {
    type Err = UnknownView;

    fn from_str(text: &str) -> Result<Self, UnknownView> {
        let Some((weight, view)) = text.split_once('*') else {
            return Ok(Self { view: text.trim().parse()?, weight: 1.0 });
        };
        match weight.trim().parse::<f64>() {
            Ok(weight) if weight.is_finite() && weight > 0.0 => Ok(Self { view: view.trim().parse()?, weight }),
            _ => Err(UnknownView(text.to_owned())),
        }
    }
}

impl serde::Serialize for Weighted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Weighted {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
