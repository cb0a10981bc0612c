//! Muon: the momentum of a convolution, seen as a matrix, is replaced by the nearest orthogonal one, so that every
//! direction moves as far as any other. For the small net worth 0.4 points over SGD at the same time.

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use super::sgd::Sgd;
use super::{Pace, Slot};

/// Settings of Muon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Muon {
    /// Learning rate of convolutions.
    pub rate: f64,
    /// Share of the last velocity that is kept.
    pub momentum: f64,
    /// Newton-Schulz iterations; three are enough.
    pub iterations: usize,
    /// Whether each convolution's length is set back to the root of its filters before a step, which replaces weight
    /// decay. Not for pretrained weights.
    pub rescale: bool,
    /// For all other weights.
    pub others: Sgd,
}

impl Muon {
    /// velocity = momentum velocity + gradient; weight -= rate orthogonal(gradient + momentum velocity).
    pub(super) fn update(&self, slot: &mut Slot, gradient: &Tensor, pace: Pace) {
        let size = slot.weight.size();
        if size.len() != 4 {
            return self.others.update(slot, gradient, pace);
        }
        let velocity = &mut slot.state[0];
        let _ = velocity.g_mul_scalar_(self.momentum).g_add_(gradient);
        let ahead = gradient + &*velocity * self.momentum;
        if self.rescale {
            let length = slot.weight.norm().double_value(&[]);
            let _ = slot.weight.g_mul_scalar_((size[0] as f64).sqrt() / length.max(1e-12));
        }
        let step = orthogonal(&ahead.reshape([size[0], -1]), self.iterations).view(size.as_slice());
        let _ = slot.weight.g_sub_(&(step * (self.rate * slot.rate * pace.rate)));
    }
}

/// Brings the singular values of a matrix near 1 (0.7 to 1.2) by iterating an odd polynomial, without decomposing it.
fn orthogonal(matrix: &Tensor, iterations: usize) -> Tensor {
    const A: f64 = 3.4445;
    const B: f64 = -4.7750;
    const C: f64 = 2.0315;
    let size = matrix.size();
    let is_tall = size[0] > size[1];
    let mut x = matrix / (matrix.norm().to_kind(Kind::Float) + 1e-7);
    if is_tall {
        x = x.tr();
    }
    for _ in 0..iterations {
        let gram = x.matmul(&x.tr());
        let polynomial = &gram * B + gram.matmul(&gram) * C;
        x = &x * A + polynomial.matmul(&x);
    }
    if is_tall { x.tr().contiguous() } else { x }
}
