//! AdamW.

use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::{Pace, Slot, slices};

/// Settings of AdamW.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdamW {
    /// Learning rate.
    pub rate: f64,
    /// Memory of the mean and of the mean square of the gradients.
    pub betas: [f64; 2],
    /// Added to the root of the mean square.
    pub epsilon: f64,
    /// Share of the weight that a step takes away, times the rate.
    pub decay: f64,
}

impl AdamW {
    /// weight -= rate (mean / (root of mean square + epsilon) + decay weight), both means corrected for their start at
    /// zero. The corrections are folded into the rate and epsilon's place, as torch's fused version does; it differs from
    /// the plain order of operations in the last bits only.
    pub(super) fn update(&self, slot: &mut Slot, gradient: &Tensor, pace: Pace) {
        let rate = self.rate * slot.rate * pace.rate;
        let keep = 1.0 - rate * self.decay * slot.decay;
        let first = pace.momentum.unwrap_or(self.betas[0]);
        let second = self.betas[1];
        let updates = slot.updates as i32;
        let step = rate / (1.0 - first.powi(updates));
        let spread = (1.0 - second.powi(updates)).sqrt().recip();
        let mut contiguous = gradient.contiguous();
        let [mean, square] = slot.state.as_mut_slice() else { return };
        if let (Some(weight), Some(gradient), Some(mean), Some(square)) =
            (slices::of(&mut slot.weight), slices::of(&mut contiguous), slices::of(mean), slices::of(square))
        {
            let (keep, step, spread, epsilon) = (keep as f32, step as f32, spread as f32, self.epsilon as f32);
            let (of_mean, of_square) = ((1.0 - first) as f32, (1.0 - second) as f32);
            let second = second as f32;
            for (((weight, gradient), mean), square) in weight.iter_mut().zip(gradient).zip(mean).zip(square) {
                *mean += of_mean * (*gradient - *mean);
                *square = second * *square + of_square * *gradient * *gradient;
                *weight = keep * *weight - step * *mean / (spread * square.sqrt() + epsilon);
            }
            return;
        }
        let _ = mean.lerp_(gradient, 1.0 - first);
        let _ = square.g_mul_scalar_(second).g_add_(&(gradient.square() * (1.0 - second)));
        let denominator = square.sqrt() * spread + self.epsilon;
        let _ = slot.weight.g_mul_scalar_(keep).g_sub_(&(&*mean / denominator * step));
    }
}
