//! The net of the fast preset, after Keller Jordan's airbench: a convolution that whitens small patches and is computed,
//! not learned, then blocks that halve the picture. On MNIST's digits 75,000 weights reach 99 % in five epochs.

use tch::nn::{self, Module as _, ModuleT};
use tch::{Kind, Tensor};

use super::{Body, ModelError, Pooling, Stage};
use crate::device::channels_last;

/// Name of the filters that [`whitening`] computes.
pub(super) const WHITENING: &str = "whiten.weight";

pub(super) fn body(root: &nn::Path<'_>, channels: i64, widths: &[i64], patch: i64) -> Result<Body, ModelError> {
    if widths.is_empty() || widths.iter().any(|width| *width < 1) {
        return Err(ModelError::Size("widths: name at least one block, each with at least one channel".into()));
    }
    if !(2..=3).contains(&patch) {
        return Err(ModelError::Size(format!("patch = {patch}: a whitened patch is 2 or 3 pixels wide")));
    }
    let mut inputs = 2 * channels * patch * patch;
    let whiten = Whiten(nn::conv2d(root / "whiten", channels, inputs, patch, Default::default()));
    let mut stages = vec![Stage::new(&["whiten"], whiten)];
    for (position, width) in widths.iter().enumerate() {
        let name = format!("block{position}");
        stages.push(Stage::new(&[&name], Block::new(&(root / &name), inputs, *width)));
        inputs = *width;
    }
    Ok(Body { stages, features: inputs, pooling: Pooling::Max, head: "head" })
}

/// Weights that stay as they are set: the whitening filters and the scales of normalisation.
pub(super) fn is_fixed(name: &str) -> bool {
    name == WHITENING || name.ends_with("norm1.weight") || name.ends_with("norm2.weight")
}

/// Makes the first filters of a convolution let a channel through as it is, so that depth costs nothing at the start.
pub(super) fn let_through(filters: &Tensor) {
    let size = filters.size();
    let mut first = filters.detach().narrow(0, 0, size[0].min(size[1]));
    let _ = first.zero_();
    let _ = first.narrow(2, 1, 1).narrow(3, 1, 1).squeeze_dim(3).squeeze_dim(2).fill_diagonal_(1.0, false);
}

/// Filters (2k x C x patch x patch, k = C patch²) that turn patches into uncorrelated numbers of equal spread.
pub(super) fn whitening(images: &Tensor, patch: i64) -> Tensor {
    /// Keeps directions in which patches hardly differ from being blown up.
    const FLOOR: f64 = 1e-2;
    let channels = images.size()[1];
    let size = channels * patch * patch;
    let patches = images.contiguous().unfold(2, patch, 1).unfold(3, patch, 1);
    let patches = patches.permute([0, 2, 3, 1, 4, 5]).reshape([-1, size]).to_kind(Kind::Double);
    let covariance = patches.tr().matmul(&patches) / patches.size()[0] as f64;
    let (values, vectors) = covariance.linalg_eigh("U");
    let filters = vectors.tr() / (values + FLOOR).sqrt().unsqueeze(1);
    Tensor::cat(&[&filters, &-&filters], 0).view([2 * size, channels, patch, patch]).to_kind(Kind::Float)
}

#[derive(Debug)]
struct Whiten(nn::Conv2D);

impl ModuleT for Whiten {
    fn forward_t(&self, images: &Tensor, _train: bool) -> Tensor {
        // Here, and not earlier: see `channels_last` on pictures of one channel.
        channels_last(&self.0.forward(images)).gelu("tanh")
    }
}

#[derive(Debug)]
struct Block {
    convolutions: [nn::Conv2D; 2],
    norms: [nn::BatchNorm; 2],
}

impl Block {
    fn new(place: &nn::Path<'_>, inputs: i64, outputs: i64) -> Self {
        let convolution = |name: &str, inputs: i64| {
            let config = nn::ConvConfig { padding: 1, bias: false, ..Default::default() };
            nn::conv2d(place / name, inputs, outputs, 3, config)
        };
        let norm = |name: &str| {
            let config = nn::BatchNormConfig { momentum: 0.4, ws_init: nn::Init::Const(1.0), ..Default::default() };
            let layer = nn::batch_norm2d(place / name, outputs, config);
            if let Some(scale) = &layer.ws {
                let _ = scale.set_requires_grad(false);
            }
            layer
        };
        Self {
            convolutions: [convolution("conv1", inputs), convolution("conv2", outputs)],
            norms: [norm("norm1"), norm("norm2")],
        }
    }
}

impl ModuleT for Block {
    fn forward_t(&self, maps: &Tensor, train: bool) -> Tensor {
        let [first, second] = &self.convolutions;
        let maps = first.forward(maps).max_pool2d([2, 2], [2, 2], [0, 0], [1, 1], false);
        let maps = self.norms[0].forward_t(&maps, train).gelu("tanh");
        self.norms[1].forward_t(&second.forward(&maps), train).gelu("tanh")
    }
}
