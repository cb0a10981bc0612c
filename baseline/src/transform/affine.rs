//! Rotation, shift, scale and shear: one linear map, one interpolation between four pixels.

use crate::image::Picture;
use crate::random::Random;

use super::{Desk, check_between, check_probability, check_range};

/// Turned by a random angle around the middle.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// At most so many degrees either way.
    pub degrees: f64,
    /// What is put where there is no picture.
    pub fill: u8,
}

impl Rotation {
    pub(super) fn apply(&self, picture: &mut Picture, desk: &mut Desk, random: &mut Random) {
        let degrees = random.between(-self.degrees, self.degrees);
        Map::new(degrees, [0.0, 0.0], 1.0, [0.0, 0.0]).apply(picture, desk, self.fill);
    }
}

/// Turned, moved, scaled and slanted at random, with some probability.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affine {
    /// How often.
    pub probability: f64,
    /// At most so many degrees either way.
    pub degrees: f64,
    /// At most this share of the width and of the height, either way.
    pub translate: [f64; 2],
    /// Least and greatest scale.
    pub scale: [f64; 2],
    /// At most so many degrees either way.
    pub shear: f64,
    /// What is put where there is no picture.
    pub fill: u8,
}

impl Affine {
    pub(super) fn check(&self) -> Result<(), String> {
        check_probability(self.probability)?;
        check_between("degrees", self.degrees, 0.0, 180.0)?;
        check_between("translate[0]", self.translate[0], 0.0, 1.0)?;
        check_between("translate[1]", self.translate[1], 0.0, 1.0)?;
        check_range("scale", self.scale, 0.01, 100.0)?;
        check_between("shear", self.shear, 0.0, 80.0)
    }

    pub(super) fn apply(&self, picture: &mut Picture, desk: &mut Desk, random: &mut Random) {
        if !random.chance(self.probability) {
            return;
        }
        let degrees = random.between(-self.degrees, self.degrees);
        let right = random.between(-self.translate[0], self.translate[0]) * picture.width as f64;
        let down = random.between(-self.translate[1], self.translate[1]) * picture.height as f64;
        let scale = random.between(self.scale[0], self.scale[1]);
        let shear = random.between(-self.shear, self.shear);
        Map::new(degrees, [right, down], scale, [shear, 0.0]).apply(picture, desk, self.fill);
    }
}

/// Where each pixel of the result comes from, in coordinates around the middle: x = a u + b v + c, y = d u + e v + f.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Map {
    rows: [[f64; 3]; 2],
}

impl Map {
    /// Turns by `degrees` (clockwise on the screen), scales, slants by `shear` degrees along x and along y, then moves by
    /// so many pixels; as torchvision's `affine`.
    pub(crate) fn new(degrees: f64, [right, down]: [f64; 2], scale: f64, shear: [f64; 2]) -> Self {
        let (turn, slant_x, slant_y) = (degrees.to_radians(), shear[0].to_radians(), shear[1].to_radians());
        // Rotation times shear, as in torchvision: its inverse is what is needed.
        let a = (turn - slant_y).cos() / slant_y.cos();
        let b = -(turn - slant_y).cos() * slant_x.tan() / slant_y.cos() - turn.sin();
        let c = (turn - slant_y).sin() / slant_y.cos();
        let d = -(turn - slant_y).sin() * slant_x.tan() / slant_y.cos() + turn.cos();
        let [m00, m01, m10, m11] = [d / scale, -b / scale, -c / scale, a / scale];
        Self { rows: [[m00, m01, -m00 * right - m01 * down], [m10, m11, -m10 * right - m11 * down]] }
    }

    /// Interpolates between the four nearest pixels; beyond the edges lies `fill`.
    pub(crate) fn apply(&self, picture: &mut Picture, desk: &mut Desk, fill: u8) {
        let size = (picture.width, picture.height);
        desk.rewrite(picture, size, |from, into| match from.channels {
            1 => self.sample::<1>(from, into, fill),
            _ => self.sample::<3>(from, into, fill),
        });
    }

    fn sample<const CHANNELS: usize>(&self, from: &Picture, into: &mut Picture, fill: u8) {
        let (width, height) = (from.width as isize, from.height as isize);
        let source = from.pixels.as_chunks::<CHANNELS>().0;
        let target = into.pixels.as_chunks_mut::<CHANNELS>().0;
        let background = [fill; CHANNELS];
        let at = |x: isize, y: isize| {
            let inside = (0..width).contains(&x) && (0..height).contains(&y);
            if inside { source[(y * width + x) as usize] } else { background }
        };
        let (middle_x, middle_y) = ((width as f64 - 1.0) / 2.0, (height as f64 - 1.0) / 2.0);
        let [[a, b, c], [d, e, f]] = self.rows;
        // In 1/2^24 of a pixel: whole numbers, the same on every machine, and one addition a pixel.
        let fixed = |value: f64| (value * f64::from(1 << 24)).round() as i64;
        let (step_x, step_y) = (fixed(a), fixed(d));
        for (row, y) in target.chunks_exact_mut(from.width.max(1)).zip(0..) {
            let v = f64::from(y) - middle_y;
            // Half of the 1/256 that places are rounded to.
            let mut fixed_x = fixed(b * v + c + middle_x - a * middle_x) + (1 << 15);
            let mut fixed_y = fixed(e * v + f + middle_y - d * middle_x) + (1 << 15);
            for pixel in row {
                let (place_x, place_y) = ((fixed_x >> 16) as isize, (fixed_y >> 16) as isize);
                (fixed_x, fixed_y) = (fixed_x + step_x, fixed_y + step_y);
                let (left, top) = (place_x >> 8, place_y >> 8);
                let corners = if left >= 0 && top >= 0 && left + 1 < width && top + 1 < height {
                    let above = (top * width + left) as usize;
                    let below = above + from.width;
                    [source[above], source[above + 1], source[below], source[below + 1]]
                } else if left < -1 || top < -1 || left >= width || top >= height {
                    *pixel = background;
                    continue;
                } else {
                    [at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1)]
                };
                let (right_share, lower_share) = ((place_x & 255) as u32, (place_y & 255) as u32);
                for channel in 0..CHANNELS {
                    let [nw, ne, sw, se] = corners.map(|corner| u32::from(corner[channel]));
                    let upper = nw * (256 - right_share) + ne * right_share;
                    let lower = sw * (256 - right_share) + se * right_share;
                    pixel[channel] = ((upper * (256 - lower_share) + lower * lower_share + 32_768) >> 16) as u8;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
