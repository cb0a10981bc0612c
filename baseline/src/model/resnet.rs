//! ResNet-18, -34 and -50, torchvision's names: each block adds a correction to what comes in.

use tch::Tensor;
use tch::nn::{self, ModuleT};

use super::layers::{Activation, ConvNorm, Padding, Shape, Style, widen};
use super::{Body, ModelError, Pooling, Stage};

const STYLE: Style = Style { padding: Padding::Even, epsilon: 1e-5, momentum: 0.1 };

pub(super) fn body(root: &nn::Path<'_>, channels: i64, layers: usize, width: f64) -> Result<Body, ModelError> {
    // Blocks of each layer, and how much wider than its inside a block is.
    let (blocks, expansion) = match layers {
        18 => ([2, 2, 2, 2], 1),
        34 => ([3, 4, 6, 3], 1),
        50 => ([3, 4, 6, 3], 4),
        _ => return Err(ModelError::ResnetLayers(layers)),
    };
    let mut inputs = widen(64, width);
    let stem = Shape { inputs: channels, outputs: inputs, kernel: 7, stride: 2, groups: 1 };
    let stem = Stem(ConvNorm::new(root / "conv1", root / "bn1", stem, STYLE, Activation::Relu));
    let mut stages = vec![Stage::new(&["conv1", "bn1"], stem)];
    for (layer, blocks) in blocks.into_iter().enumerate() {
        let name = format!("layer{}", layer + 1);
        let inside = widen(64 << layer, width);
        let mut sequence = nn::seq_t();
        for block in 0..blocks {
            let stride = if block == 0 && layer > 0 { 2 } else { 1 };
            let place = root / &name / block;
            sequence = sequence.add(Block::new(&place, inputs, inside, expansion, stride));
            inputs = inside * expansion;
        }
        stages.push(Stage::new(&[&name], sequence));
    }
    Ok(Body { stages, features: inputs, pooling: Pooling::Mean, head: "fc" })
}

#[derive(Debug)]
struct Stem(ConvNorm);

impl ModuleT for Stem {
    fn forward_t(&self, maps: &Tensor, train: bool) -> Tensor {
        self.0.forward_t(maps, train).max_pool2d([3, 3], [2, 2], [1, 1], [1, 1], false)
    }
}

#[derive(Debug)]
struct Block {
    layers: Vec<ConvNorm>,
    /// Brings what comes in to the size of what goes out.
    shortcut: Option<ConvNorm>,
}

impl Block {
    fn new(place: &nn::Path<'_>, inputs: i64, inside: i64, expansion: i64, stride: i64) -> Self {
        let outputs = inside * expansion;
        // Inputs, outputs, kernel and stride of each convolution.
        let shapes = if expansion == 1 {
            vec![(inputs, inside, 3, stride), (inside, outputs, 3, 1)]
        } else {
            vec![(inputs, inside, 1, 1), (inside, inside, 3, stride), (inside, outputs, 1, 1)]
        };
        let last = shapes.len() - 1;
        let layers = shapes.into_iter().enumerate().map(|(at, (inputs, outputs, kernel, stride))| {
            let activation = if at == last { Activation::None } else { Activation::Relu };
            let (convolution, norm) = (place / format!("conv{}", at + 1), place / format!("bn{}", at + 1));
            ConvNorm::new(convolution, norm, Shape { inputs, outputs, kernel, stride, groups: 1 }, STYLE, activation)
        });
        let layers = layers.collect();
        let shortcut = (stride != 1 || inputs != outputs).then(|| {
            let place = place / "downsample";
            let shape = Shape { inputs, outputs, kernel: 1, stride, groups: 1 };
            ConvNorm::new(&place / 0, &place / 1, shape, STYLE, Activation::None)
        });
        Self { layers, shortcut }
    }
}

impl ModuleT for Block {
    fn forward_t(&self, maps: &Tensor, train: bool) -> Tensor {
        let correction = self.layers.iter().fold(maps.shallow_clone(), |maps, layer| layer.forward_t(&maps, train));
        match &self.shortcut {
            Some(shortcut) => (correction + shortcut.forward_t(maps, train)).relu(),
            None => (correction + maps).relu(),
        }
    }
}
