//! MobileNetV2, torchvision's names: narrow maps between blocks, wide ones inside, where each channel is convolved alone.

use tch::Tensor;
use tch::nn::{self, ModuleT};

use super::layers::{Activation, ConvNorm, Padding, Shape, Style, deepen, widen};
use super::{Body, Pooling, Stage};

/// Expansion, channels, blocks and first stride of each group of blocks (table 2 of the paper).
pub(crate) const GROUPS: [(i64, i64, i64, i64); 7] =
    [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

const STYLE: Style = Style { padding: Padding::Even, epsilon: 1e-5, momentum: 0.1 };

pub(super) fn body(root: &nn::Path<'_>, channels: i64, width: f64, depth: f64) -> Body {
    let features = root / "features";
    let conv_norm =
        |place: &nn::Path<'_>, shape: Shape| ConvNorm::new(place / 0, place / 1, shape, STYLE, Activation::Relu6);
    let mut inputs = widen(32, width);
    let stem = Shape { inputs: channels, outputs: inputs, kernel: 3, stride: 2, groups: 1 };
    let mut stages = vec![Stage::new(&["features.0"], conv_norm(&(&features / 0), stem))];
    for (expansion, outputs, blocks, first_stride) in GROUPS {
        let outputs = widen(outputs, width);
        for block in 0..deepen(blocks, depth) {
            let stride = if block == 0 { first_stride } else { 1 };
            let position = stages.len();
            let layer = Block::new(&(&features / position / "conv"), inputs, outputs, stride, expansion);
            stages.push(Stage::new(&[&format!("features.{position}")], layer));
            inputs = outputs;
        }
    }
    let last = widen(1280, width.max(1.0));
    let position = stages.len();
    let top = Shape { inputs, outputs: last, kernel: 1, stride: 1, groups: 1 };
    stages.push(Stage::new(&[&format!("features.{position}")], conv_norm(&(&features / position), top)));
    Body { stages, features: last, pooling: Pooling::Mean, head: "classifier.1" }
}

/// Inverted residual: widen, convolve each channel, narrow; added to what came in where the sizes agree.
#[derive(Debug)]
struct Block {
    layers: Vec<ConvNorm>,
    is_residual: bool,
}

impl Block {
    fn new(place: &nn::Path<'_>, inputs: i64, outputs: i64, stride: i64, expansion: i64) -> Self {
        let hidden = inputs * expansion;
        let mut layers = Vec::new();
        if expansion != 1 {
            let widening = Shape { inputs, outputs: hidden, kernel: 1, stride: 1, groups: 1 };
            layers.push(ConvNorm::new(place / 0 / 0, place / 0 / 1, widening, STYLE, Activation::Relu6));
        }
        let depthwise = Shape { inputs: hidden, outputs: hidden, kernel: 3, stride, groups: hidden };
        let at = layers.len();
        layers.push(ConvNorm::new(place / at / 0, place / at / 1, depthwise, STYLE, Activation::Relu6));
        let narrowing = Shape { inputs: hidden, outputs, kernel: 1, stride: 1, groups: 1 };
        // The narrowing one is not wrapped there, so its two layers are numbered on.
        layers.push(ConvNorm::new(place / (at + 1), place / (at + 2), narrowing, STYLE, Activation::None));
        Self { layers, is_residual: stride == 1 && inputs == outputs }
    }
}

impl ModuleT for Block {
    fn forward_t(&self, maps: &Tensor, train: bool) -> Tensor {
        let out = self.layers.iter().fold(maps.shallow_clone(), |maps, layer| layer.forward_t(&maps, train));
        if self.is_residual { out + maps } else { out }
    }
}
