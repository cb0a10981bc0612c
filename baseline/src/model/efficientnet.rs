//! EfficientNet-B0 and -Lite0, timm's names. The same blocks as MobileNetV2, found by search; B0 also weighs its channels
//! (squeeze and excitation) and uses swish, Lite0 leaves both out because they are slow on small devices.

use tch::nn::{self, Module as _, ModuleT};
use tch::{Kind, Tensor};

use super::layers::{Activation, ConvNorm, Padding, Shape, Style, deepen, widen};
use super::{Body, Pooling, Stage};

/// Blocks, kernel, first stride, expansion, channels of each group.
pub(crate) const GROUPS: [(i64, i64, i64, i64, i64); 7] = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
];

/// What differs between the two.
#[derive(Clone, Copy)]
struct Kit {
    style: Style,
    activation: Activation,
    /// Whether blocks weigh their channels.
    weighs: bool,
}

pub(super) fn b0(root: &nn::Path<'_>, channels: i64, width: f64, depth: f64) -> Body {
    let style = Style { padding: Padding::Even, epsilon: 1e-5, momentum: 0.1 };
    body(root, channels, width, depth, Kit { style, activation: Activation::Silu, weighs: true })
}

pub(super) fn lite0(root: &nn::Path<'_>, channels: i64, width: f64, depth: f64) -> Body {
    let style = Style { padding: Padding::Same, epsilon: 1e-3, momentum: 0.01 };
    body(root, channels, width, depth, Kit { style, activation: Activation::Relu6, weighs: false })
}

fn body(root: &nn::Path<'_>, channels: i64, width: f64, depth: f64, kit: Kit) -> Body {
    let mut inputs = widen(32, width);
    let stem = Shape { inputs: channels, outputs: inputs, kernel: 3, stride: 2, groups: 1 };
    let stem = ConvNorm::new(root / "conv_stem", root / "bn1", stem, kit.style, kit.activation);
    let mut stages = vec![Stage::new(&["conv_stem", "bn1"], stem)];
    for (group, (blocks, kernel, first_stride, expansion, outputs)) in GROUPS.into_iter().enumerate() {
        let outputs = widen(outputs, width);
        let mut layers = nn::seq_t();
        for block in 0..deepen(blocks, depth) {
            let stride = if block == 0 { first_stride } else { 1 };
            let place = root / "blocks" / group / block;
            layers = layers.add(Block::new(&place, inputs, outputs, kernel, stride, expansion, kit));
            inputs = outputs;
        }
        stages.push(Stage::new(&[&format!("blocks.{group}")], layers));
    }
    let last = widen(1280, width);
    let top = Shape { inputs, outputs: last, kernel: 1, stride: 1, groups: 1 };
    let top = ConvNorm::new(root / "conv_head", root / "bn2", top, kit.style, kit.activation);
    stages.push(Stage::new(&["conv_head", "bn2"], top));
    Body { stages, features: last, pooling: Pooling::Mean, head: "classifier" }
}

#[derive(Debug)]
struct Block {
    widening: Option<ConvNorm>,
    depthwise: ConvNorm,
    weighing: Option<Weighing>,
    narrowing: ConvNorm,
    is_residual: bool,
}

impl Block {
    fn new(
        place: &nn::Path<'_>,
        inputs: i64,
        outputs: i64,
        kernel: i64,
        stride: i64,
        expansion: i64,
        kit: Kit,
    ) -> Self {
        let hidden = inputs * expansion;
        let wide = Shape { inputs, outputs: hidden, kernel: 1, stride: 1, groups: 1 };
        let deep = Shape { inputs: hidden, outputs: hidden, kernel, stride, groups: hidden };
        let narrow = Shape { inputs: hidden, outputs, kernel: 1, stride: 1, groups: 1 };
        let layer = |convolution: &str, norm: &str, shape, activation| {
            ConvNorm::new(place / convolution, place / norm, shape, kit.style, activation)
        };
        let weighing = kit.weighs.then(|| Weighing::new(&(place / "se"), hidden, inputs / 4));
        let is_residual = stride == 1 && inputs == outputs;
        if expansion == 1 {
            let depthwise = layer("conv_dw", "bn1", deep, kit.activation);
            let narrowing = layer("conv_pw", "bn2", narrow, Activation::None);
            return Self { widening: None, depthwise, weighing, narrowing, is_residual };
        }
        Self {
            widening: Some(layer("conv_pw", "bn1", wide, kit.activation)),
            depthwise: layer("conv_dw", "bn2", deep, kit.activation),
            weighing,
            narrowing: layer("conv_pwl", "bn3", narrow, Activation::None),
            is_residual,
        }
    }
}

impl ModuleT for Block {
    fn forward_t(&self, maps: &Tensor, train: bool) -> Tensor {
        let mut out = match &self.widening {
            Some(layer) => layer.forward_t(maps, train),
            None => maps.shallow_clone(),
        };
        out = self.depthwise.forward_t(&out, train);
        if let Some(weighing) = &self.weighing {
            out = weighing.apply(&out);
        }
        out = self.narrowing.forward_t(&out, train);
        if self.is_residual { out + maps } else { out }
    }
}

/// Squeeze and excitation: a weight for each channel, from the means of all.
#[derive(Debug)]
struct Weighing {
    squeeze: nn::Conv2D,
    excite: nn::Conv2D,
}

impl Weighing {
    fn new(place: &nn::Path<'_>, channels: i64, squeezed: i64) -> Self {
        Self {
            squeeze: nn::conv2d(place / "conv_reduce", channels, squeezed, 1, Default::default()),
            excite: nn::conv2d(place / "conv_expand", squeezed, channels, 1, Default::default()),
        }
    }

    fn apply(&self, maps: &Tensor) -> Tensor {
        let means = maps.mean_dim([2i64, 3].as_slice(), true, None::<Kind>);
        let weights = self.excite.forward(&self.squeeze.forward(&means).silu()).sigmoid();
        maps * weights
    }
}
