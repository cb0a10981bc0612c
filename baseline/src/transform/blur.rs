//! Out of focus.

use crate::image::{Picture, contrast};
use crate::random::Random;

use super::{check_probability, check_range};

/// Gaussian blur with some probability.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blur {
    /// How often.
    pub probability: f64,
    /// Least and greatest standard deviation, in pixels.
    pub sigma: [f64; 2],
}

impl Blur {
    pub(super) fn check(&self) -> Result<(), String> {
        check_probability(self.probability)?;
        check_range("sigma", self.sigma, 0.01, 100.0)
    }

    pub(super) fn apply(&self, picture: &mut Picture, random: &mut Random) {
        if random.chance(self.probability) {
            contrast::blur(picture, random.between(self.sigma[0], self.sigma[1]));
        }
    }
}

#[cfg(test)]
mod tests;
