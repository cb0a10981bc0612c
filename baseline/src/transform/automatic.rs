//! Policies without tuning: TrivialAugment (Müller and Hutter 2021) and RandAugment (Cubuk and others 2020), with the
//! operations and ranges of torchvision.

use crate::image::Picture;
use crate::random::Random;

use super::affine::Map;
use super::{Desk, colour};

/// One random operation at random strength for each picture; nothing to tune.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrivialAugment {
    /// What is put where a picture was moved away.
    pub fill: u8,
}

impl TrivialAugment {
    pub(super) fn apply(&self, picture: &mut Picture, desk: &mut Desk, random: &mut Random) {
        let operation = Operation::draw(random);
        let strength = random.unit();
        operation.apply(picture, desk, &Range::WIDE, strength, random.chance(0.5), self.fill);
    }
}

/// Some random operations, all at one strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandAugment {
    /// How many operations, one after another; usual are 1 to 3.
    pub count: usize,
    /// From 0 (nothing) to 30; usual are 5 to 15.
    pub magnitude: usize,
    /// What is put where a picture was moved away.
    pub fill: u8,
}

impl RandAugment {
    pub(super) fn check(&self) -> Result<(), String> {
        match (self.count, self.magnitude) {
            (1..=14, 0..=30) => Ok(()),
            (count, 0..=30) => Err(format!("count = {count} is not between 1 and 14")),
            (_, magnitude) => Err(format!("magnitude = {magnitude} is not between 0 and 30")),
        }
    }

    pub(super) fn apply(&self, picture: &mut Picture, desk: &mut Desk, random: &mut Random) {
        for _ in 0..self.count {
            let strength = self.magnitude as f64 / 30.0;
            Operation::draw(random).apply(picture, desk, &Range::USUAL, strength, random.chance(0.5), self.fill);
        }
    }
}

/// What full strength means.
struct Range {
    shear: f64,
    translate: Translate,
    degrees: f64,
    /// Farthest from 1 of brightness, colour, contrast and sharpness.
    factor: f64,
    /// Bits that are lost.
    posterize: f64,
}

enum Translate {
    Pixels(f64),
    Share(f64),
}

impl Range {
    /// TrivialAugment's.
    const WIDE: Self =
        Self { shear: 0.99, translate: Translate::Pixels(32.0), degrees: 135.0, factor: 0.99, posterize: 6.0 };
    /// RandAugment's.
    const USUAL: Self =
        Self { shear: 0.3, translate: Translate::Share(150.0 / 331.0), degrees: 30.0, factor: 0.9, posterize: 4.0 };
}

/// What both policies choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Identity,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    Brightness,
    Saturation,
    Contrast,
    Sharpness,
    Posterize,
    Solarize,
    AutoContrast,
    Equalize,
}

impl Operation {
    const ALL: [Self; 14] = [
        Self::Identity,
        Self::ShearX,
        Self::ShearY,
        Self::TranslateX,
        Self::TranslateY,
        Self::Rotate,
        Self::Brightness,
        Self::Saturation,
        Self::Contrast,
        Self::Sharpness,
        Self::Posterize,
        Self::Solarize,
        Self::AutoContrast,
        Self::Equalize,
    ];

    fn draw(random: &mut Random) -> Self {
        Self::ALL[random.below(Self::ALL.len())]
    }

    /// `strength` from 0 to 1; `negative` turns those that have two directions.
    fn apply(self, picture: &mut Picture, desk: &mut Desk, range: &Range, strength: f64, negative: bool, fill: u8) {
        let signed = if negative { -strength } else { strength };
        let shear = (range.shear * signed).atan().to_degrees();
        let shift = |length: usize| match range.translate {
            Translate::Pixels(most) => most * signed,
            Translate::Share(share) => share * length as f64 * signed,
        };
        let factor = 1.0 + range.factor * signed;
        let map = match self {
            Self::ShearX => Some(Map::new(0.0, [0.0, 0.0], 1.0, [shear, 0.0])),
            Self::ShearY => Some(Map::new(0.0, [0.0, 0.0], 1.0, [0.0, shear])),
            Self::TranslateX => Some(Map::new(0.0, [shift(picture.width).trunc(), 0.0], 1.0, [0.0, 0.0])),
            Self::TranslateY => Some(Map::new(0.0, [0.0, shift(picture.height).trunc()], 1.0, [0.0, 0.0])),
            Self::Rotate => Some(Map::new(range.degrees * signed, [0.0, 0.0], 1.0, [0.0, 0.0])),
            _ => None,
        };
        if let Some(map) = map {
            map.apply(picture, desk, fill);
        }
        match self {
            Self::Brightness => colour::adjust(picture, factor, 1.0, 1.0),
            Self::Saturation => colour::adjust(picture, 1.0, 1.0, factor),
            Self::Contrast => colour::contrast(picture, factor),
            Self::Sharpness => colour::sharpen(picture, factor),
            Self::Posterize => colour::posterize(picture, 8 - (range.posterize * strength).round() as u32),
            Self::Solarize => colour::solarize(picture, 255.0 * (1.0 - strength)),
            Self::AutoContrast => colour::auto_contrast(picture),
            Self::Equalize => colour::equalize(picture),
            Self::Identity | Self::ShearX | Self::ShearY | Self::TranslateX | Self::TranslateY | Self::Rotate => {}
        }
    }
}

#[cfg(test)]
mod tests;
