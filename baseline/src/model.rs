//! The networks: each a row of stages (what freezes and thaws together), then pooling, dropout and one linear head. Owns
//! which weights exist and their names, those of torchvision, timm or our own; knows no loss and no data.
//!
//! They are written out on `tch`'s layers instead of taken from `tch::vision`, whose networks are closed: no features
//! before the head, no stages to freeze, fixed dropout and width.

pub(crate) mod efficientnet;
pub(crate) mod layers;
pub(crate) mod mobilenet;
mod resnet;
mod small;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tch::nn::{self, Module as _, ModuleT};
use tch::{Device, Kind, Tensor, no_grad};

use crate::random::Random;

/// `[model]` of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which network, and how wide and deep.
    pub architecture: Architecture,
    /// Where its weights come from: `none`, `imagenet`, or a `.safetensors` file.
    pub weights: String,
    /// Share of the features that the head does not see, at random, in training.
    pub dropout: f64,
    /// Whether the head sees features of mean 0 and spread 1, measured once over the training photographs before the
    /// first step: for a frozen body, whose features differ in size by a factor of a hundred.
    pub standardise: bool,
}

/// A network. Width multiplies the channels, depth the blocks of a stage; pretrained weights fit 1.0 only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Architecture {
    /// The net of the fast preset, for pictures of 24 to 96 pixels, grey or in colour: a whitening convolution that is
    /// computed, not learned, and a block for each width, each halving the picture.
    Small {
        /// Channels of the blocks.
        widths: Vec<i64>,
        /// Side of the whitened patches: 3 for grey pictures (18 filters), 2 for colour (24).
        patch: i64,
    },
    /// ResNet of 18, 34 or 50 layers (He and others 2015), torchvision's names.
    Resnet {
        /// 18, 34 or 50.
        layers: usize,
        /// Multiplies the channels.
        width: f64,
    },
    /// MobileNetV2 (Sandler and others 2018), torchvision's names.
    MobilenetV2 {
        /// Multiplies the channels.
        width: f64,
        /// Multiplies the blocks.
        depth: f64,
    },
    /// EfficientNet-B0 (Tan and Le 2019), timm's names.
    EfficientnetB0 {
        /// Multiplies the channels.
        width: f64,
        /// Multiplies the blocks.
        depth: f64,
    },
    /// EfficientNet-Lite0, made for CPUs: no attention to channels, no swish; timm's names (`tf_efficientnet_lite0`).
    EfficientnetLite0 {
        /// Multiplies the channels.
        width: f64,
        /// Multiplies the blocks.
        depth: f64,
    },
}

impl Architecture {
    /// The network's name in files.
    pub fn name(&self) -> String {
        match self {
            Self::Small { .. } => "small".into(),
            Self::Resnet { layers, .. } => format!("resnet{layers}"),
            Self::MobilenetV2 { .. } => "mobilenet_v2".into(),
            Self::EfficientnetB0 { .. } => "efficientnet_b0".into(),
            Self::EfficientnetLite0 { .. } => "efficientnet_lite0".into(),
        }
    }
}

/// Why a network cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Only some depths exist.
    #[error("a ResNet has 18, 34 or 50 layers here, not {0}")]
    ResnetLayers(usize),
    /// Widths, depths, patches.
    #[error("[model] {0}")]
    Size(String),
    /// Weights of another network.
    #[error("the weights do not fit: {0}")]
    Weights(String),
}

/// Part of a network that freezes and thaws as one.
#[derive(Debug)]
struct Stage {
    /// Beginning of its weights' names.
    prefixes: Vec<String>,
    layer: Box<dyn ModuleT>,
    frozen: bool,
}

impl Stage {
    fn new(prefixes: &[&str], layer: impl ModuleT + 'static) -> Self {
        let prefixes = prefixes.iter().map(|prefix| format!("{prefix}.")).collect();
        Self { prefixes, layer: Box::new(layer), frozen: false }
    }

    fn holds(&self, name: &str) -> bool {
        self.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
    }
}

/// What an architecture's file makes.
struct Body {
    stages: Vec<Stage>,
    /// Features of the last stage.
    features: i64,
    pooling: Pooling,
    /// Place of the head's weights.
    head: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Pooling {
    Mean,
    /// The largest value of each feature; the head is without bias and its output is divided by 9, as the fast recipe
    /// has it.
    Max,
}

/// A network with its weights.
#[derive(Debug)]
pub struct Model {
    store: nn::VarStore,
    stages: Vec<Stage>,
    pooling: Pooling,
    head: nn::Linear,
    head_name: &'static str,
    /// Mean and 1 / spread of the features, where they are standardised.
    standard: Option<[Tensor; 2]>,
    dropout: f64,
}

impl Model {
    /// A network with random weights, the same for the same seed. `channels` is 1 or 3, `classes` the number of outputs.
    ///
    /// # Errors
    /// [`ModelError`]
    pub fn new(config: &Config, channels: i64, classes: i64, device: Device, seed: u64) -> Result<Self, ModelError> {
        let store = nn::VarStore::new(device);
        let root = store.root();
        let body = match &config.architecture {
            Architecture::Small { widths, patch } => small::body(&root, channels, widths, *patch)?,
            Architecture::Resnet { layers, width } => resnet::body(&root, channels, *layers, *width)?,
            Architecture::MobilenetV2 { width, depth } => mobilenet::body(&root, channels, *width, *depth),
            Architecture::EfficientnetB0 { width, depth } => efficientnet::b0(&root, channels, *width, *depth),
            Architecture::EfficientnetLite0 { width, depth } => efficientnet::lite0(&root, channels, *width, *depth),
        };
        let place = body.head.split('.').fold(root, |path, part| path / part);
        let bias = matches!(body.pooling, Pooling::Mean);
        let head = nn::linear(place, body.features, classes, nn::LinearConfig { bias, ..Default::default() });
        let standard = config.standardise.then(|| {
            let place = store.root() / STANDARD;
            [place.zeros_no_train("mean", &[body.features]), place.ones_no_train("scale", &[body.features])]
        });
        let model = Self {
            standard,
            stages: body.stages,
            pooling: body.pooling,
            head,
            head_name: body.head,
            dropout: config.dropout,
            store,
        };
        model.draw_weights(seed);
        Ok(model)
    }

    /// Random weights from our own stream, the same on every device and in every version of libtorch: for convolutions
    /// He's uniform distribution, for the head the narrower one of torch's linear layers.
    fn draw_weights(&self, seed: u64) {
        for (position, (name, mut tensor)) in self.state().into_iter().enumerate() {
            let size = tensor.size();
            if size.len() < 2 {
                continue;
            }
            let inputs = size[1..].iter().product::<i64>() as f64;
            let bound = if size.len() == 4 { (6.0 / inputs).sqrt() } else { 1.0 / inputs.sqrt() };
            let mut random = Random::new(&[seed, WEIGHTS, position as u64]);
            let values: Vec<f32> = (0..tensor.numel()).map(|_| random.between(-bound, bound) as f32).collect();
            no_grad(|| tensor.copy_(&Tensor::from_slice(&values).view(size.as_slice())));
            if matches!(self.pooling, Pooling::Max) && size.len() == 4 && name != small::WHITENING {
                small::let_through(&tensor);
            }
        }
    }

    /// Logits, N x classes, of N x C x H x W images. `train` switches dropout on and lets batch normalisation use and
    /// update its statistics, but for frozen stages.
    pub fn forward(&self, images: &Tensor, train: bool) -> Tensor {
        self.classify(&self.features(images, train), train)
    }

    /// What the head sees of each image: N x features, f32.
    pub fn features(&self, images: &Tensor, train: bool) -> Tensor {
        let mut maps = images.shallow_clone();
        for stage in &self.stages {
            maps = if stage.frozen {
                no_grad(|| stage.layer.forward_t(&maps, false))
            } else {
                stage.layer.forward_t(&maps, train)
            };
        }
        match self.pooling {
            Pooling::Mean => maps.mean_dim([2i64, 3].as_slice(), false, Kind::Float),
            Pooling::Max => maps.amax([2, 3], false).to_kind(Kind::Float),
        }
    }

    /// The head alone: logits of features.
    pub fn classify(&self, features: &Tensor, train: bool) -> Tensor {
        let features = match &self.standard {
            Some([mean, scale]) => (features - mean) * scale,
            None => features.shallow_clone(),
        };
        let logits = self.head.forward(&features.dropout(self.dropout, train));
        match self.pooling {
            Pooling::Mean => logits,
            Pooling::Max => logits / 9.0,
        }
    }

    /// Features of the last stage.
    pub fn feature_count(&self) -> i64 {
        self.head.ws.size()[1]
    }

    /// Number of stages in front of the head.
    pub fn stages(&self) -> usize {
        self.stages.len()
    }

    /// Size of the output of each stage for images of a size, in evaluation, with the beginnings of the stage's names.
    pub fn stage_sizes(&self, images: &Tensor) -> Vec<(String, Vec<i64>)> {
        let mut maps = images.shallow_clone();
        self.stages
            .iter()
            .map(|stage| {
                maps = no_grad(|| stage.layer.forward_t(&maps, false));
                let names: Vec<&str> = stage.prefixes.iter().map(|prefix| prefix.trim_end_matches('.')).collect();
                (names.join(" + "), maps.size())
            })
            .collect()
    }

    /// Freezes the first `count` stages and thaws the others. A frozen stage keeps its weights and its statistics, and
    /// costs no backward pass if all before it are frozen, too.
    pub fn freeze(&mut self, count: usize) {
        for (position, stage) in self.stages.iter_mut().enumerate() {
            stage.frozen = position < count;
        }
        for (name, tensor) in self.store.variables() {
            let frozen = self.stages.iter().any(|stage| stage.frozen && stage.holds(&name));
            let _ = tensor.set_requires_grad(!frozen && self.is_learned(&name));
        }
    }

    /// Weights in the order of their names: what an optimizer moves, frozen or not.
    pub fn parameters(&self) -> Vec<(String, Tensor)> {
        self.state().into_iter().filter(|(name, _)| self.is_learned(name)).collect()
    }

    /// Everything that a checkpoint must hold, by name: weights and the statistics of batch normalisation.
    pub fn state(&self) -> BTreeMap<String, Tensor> {
        self.store.variables().into_iter().collect()
    }

    /// Position of the stage that holds a weight; none for the head.
    pub fn stage_of(&self, name: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.holds(name))
    }

    /// Copies weights in, all of them and no others; `but_head` leaves the head as it is, whatever the file has.
    ///
    /// # Errors
    /// [`ModelError::Weights`] names what is missing, left over, or of another shape.
    pub fn load(&self, weights: &BTreeMap<String, Tensor>, but_head: bool) -> Result<(), ModelError> {
        let below = |name: &str, place: &str| name.strip_prefix(place).is_some_and(|rest| rest.starts_with('.'));
        let is_head = |name: &str| but_head && (below(name, self.head_name) || below(name, STANDARD));
        let mut own = self.state();
        own.retain(|name, _| !is_head(name));
        let ignored = |name: &str| is_head(name) || name.ends_with("num_batches_tracked");
        if let Some(name) = weights.keys().find(|name| !own.contains_key(*name) && !ignored(name)) {
            return Err(ModelError::Weights(format!("the network has no '{name}'")));
        }
        for (name, tensor) in &mut own {
            let Some(value) = weights.get(name) else {
                return Err(ModelError::Weights(format!("'{name}' is missing")));
            };
            if value.size() != tensor.size() {
                let (have, want) = (value.size(), tensor.size());
                return Err(ModelError::Weights(format!("'{name}' has the shape {have:?} instead of {want:?}")));
            }
            no_grad(|| tensor.copy_(value));
        }
        Ok(())
    }

    /// Sets the first convolution of [`Architecture::Small`] to whiten patches of these images (N x C x H x W, in
    /// training some 2,000): its filters are the patches' principal directions, each divided by its spread, and their
    /// negatives. Other networks are left as they are.
    pub fn whiten(&self, images: &Tensor) {
        if let Some(mut filters) = self.state().remove(small::WHITENING) {
            no_grad(|| filters.copy_(&small::whitening(images, filters.size()[2])));
        }
    }

    /// Whether the first convolution is set by [`Self::whiten`].
    pub fn whitens(&self) -> bool {
        matches!(self.pooling, Pooling::Max)
    }

    /// Sets what the head's features are standardised with, if they are: N x features of the training photographs.
    pub fn standardise(&mut self, features: &Tensor) {
        if let Some([mean, scale]) = &mut self.standard {
            let dims = [0i64].as_slice();
            no_grad(|| {
                mean.copy_(&features.mean_dim(dims, false, Kind::Float));
                scale.copy_(&(1.0 / features.std_dim(dims, false, false).clamp_min(1e-6)));
            });
        }
    }

    /// Weights that are set once (whitening filters, scales of the small net's normalisation) or are statistics learn
    /// nothing.
    fn is_learned(&self, name: &str) -> bool {
        let is_statistic =
            name.ends_with("running_mean") || name.ends_with("running_var") || name.starts_with(STANDARD);
        !(is_statistic || matches!(self.pooling, Pooling::Max) && small::is_fixed(name))
    }
}

/// Place of what standardises the features.
const STANDARD: &str = "standard";
/// Number of the stream of random weights.
const WEIGHTS: u64 = 1;

#[cfg(test)]
mod tests;
