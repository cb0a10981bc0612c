//! SGD with momentum.

use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::{Pace, Slot, slices};

/// Settings of SGD.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sgd {
    /// Learning rate.
    pub rate: f64,
    /// Share of the last velocity that is kept.
    pub momentum: f64,
    /// Whether the step looks ahead along the velocity.
    pub nesterov: bool,
    /// Pull towards zero, added to the gradient.
    pub decay: f64,
}

impl Sgd {
    /// velocity = momentum velocity + (gradient + decay weight); weight -= rate (velocity, or gradient + momentum
    /// velocity with Nesterov).
    pub(super) fn update(&self, slot: &mut Slot, gradient: &Tensor, pace: Pace) {
        let rate = self.rate * slot.rate * pace.rate;
        let decay = self.decay * slot.decay;
        let momentum = pace.momentum.unwrap_or(self.momentum);
        let mut contiguous = gradient.contiguous();
        if let (Some(weight), Some(gradient), Some(velocity)) =
            (slices::of(&mut slot.weight), slices::of(&mut contiguous), slices::of(&mut slot.state[0]))
        {
            let (rate, decay, momentum) = (rate as f32, decay as f32, momentum as f32);
            let (of_gradient, of_velocity) = if self.nesterov { (1.0, momentum) } else { (0.0, 1.0) };
            for ((weight, gradient), velocity) in weight.iter_mut().zip(gradient).zip(velocity) {
                let pull = *gradient + decay * *weight;
                *velocity = momentum * *velocity + pull;
                *weight -= rate * (of_gradient * pull + of_velocity * *velocity);
            }
            return;
        }
        let pull = gradient + &slot.weight * decay;
        let velocity = &mut slot.state[0];
        let _ = velocity.g_mul_scalar_(momentum).g_add_(&pull);
        let step = if self.nesterov { pull + &*velocity * momentum } else { velocity.copy() };
        let _ = slot.weight.g_sub_(&(step * rate));
    }
}
