//! The one compound that all pretrained networks are made of: convolution, batch normalisation, activation.

use tch::Tensor;
use tch::nn::{self, Module as _, ModuleT};

/// What follows a normalisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activation {
    None,
    Relu,
    /// ReLU cut off at 6, so that eight bits would do.
    Relu6,
    /// x times sigmoid(x), also called swish.
    Silu,
}

impl Activation {
    /// In place where the gradient needs no more than the result. `relu6`, not `clamp`: the latter's gradient is made by
    /// comparisons that libtorch does number by number, 37 % of MobileNetV2's training.
    fn apply(self, mut maps: Tensor) -> Tensor {
        match self {
            Self::None => maps,
            Self::Relu => maps.relu_(),
            Self::Relu6 => maps.relu6_(),
            Self::Silu => maps.silu(),
        }
    }
}

/// How a picture is padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    /// The same on all sides, half the kernel.
    Even,
    /// TensorFlow's "same": as little as the stride needs, the odd pixel right and below.
    Same,
}

/// Settings of a [`ConvNorm`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) inputs: i64,
    pub(super) outputs: i64,
    pub(super) kernel: i64,
    pub(super) stride: i64,
    pub(super) groups: i64,
}

/// What an architecture uses throughout.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) padding: Padding,
    /// Added to the variance.
    pub(super) epsilon: f64,
    /// Weight of the batch in the running statistics.
    pub(super) momentum: f64,
}

/// Convolution without bias, batch normalisation, activation.
#[derive(Debug)]
pub(super) struct ConvNorm {
    convolution: nn::Conv2D,
    norm: nn::BatchNorm,
    activation: Activation,
    /// Kernel and stride, where padding depends on the picture.
    same: Option<(i64, i64)>,
}

impl ConvNorm {
    pub(super) fn new(
        convolution: nn::Path<'_>,
        norm: nn::Path<'_>,
        shape: Shape,
        style: Style,
        activation: Activation,
    ) -> Self {
        let Shape { inputs, outputs, kernel, stride, groups } = shape;
        let is_same = style.padding == Padding::Same;
        let config = nn::ConvConfig {
            stride,
            groups,
            padding: if is_same { 0 } else { (kernel - 1) / 2 },
            bias: false,
            ..Default::default()
        };
        Self {
            convolution: nn::conv2d(convolution, inputs, outputs, kernel, config),
            norm: batch_norm(norm, outputs, style),
            activation,
            same: is_same.then_some((kernel, stride)),
        }
    }
}

impl ModuleT for ConvNorm {
    fn forward_t(&self, maps: &Tensor, train: bool) -> Tensor {
        let maps = match self.same {
            Some((kernel, stride)) => self.convolution.forward(&pad_same(maps, kernel, stride)),
            None => self.convolution.forward(maps),
        };
        self.activation.apply(self.norm.forward_t(&maps, train))
    }
}

fn batch_norm(path: nn::Path<'_>, channels: i64, style: Style) -> nn::BatchNorm {
    let config = nn::BatchNormConfig {
        eps: style.epsilon,
        momentum: style.momentum,
        ws_init: nn::Init::Const(1.0),
        ..Default::default()
    };
    nn::batch_norm2d(path, channels, config)
}

fn pad_same(maps: &Tensor, kernel: i64, stride: i64) -> Tensor {
    let size = maps.size();
    let missing = |n: i64| (((n + stride - 1) / stride - 1) * stride + kernel - n).max(0);
    let (rows, columns) = (missing(size[2]), missing(size[3]));
    if rows + columns == 0 {
        return maps.shallow_clone();
    }
    maps.zero_pad2d(columns / 2, columns - columns / 2, rows / 2, rows - rows / 2)
}

/// Channels times a width, as a multiple of 8 that is no less than nine tenths of it: what MobileNetV2 and its heirs do.
pub(super) fn widen(channels: i64, width: f64) -> i64 {
    let wanted = channels as f64 * width;
    let rounded = (((wanted + 4.0) / 8.0).floor() as i64 * 8).max(8);
    if (rounded as f64) < 0.9 * wanted { rounded + 8 } else { rounded }
}

/// Blocks times a depth, rounded up.
pub(crate) fn deepen(blocks: i64, depth: f64) -> i64 {
    ((blocks as f64 * depth).ceil() as i64).max(1)
}
