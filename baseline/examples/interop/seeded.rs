//! Weights and images made from their names, by a rule that Python can follow (`crates/xtask/python/interop.py`): so the
//! networks of other libraries can be given the same ones, and no weights need be committed.

use podium_baseline::model::{Architecture, Config, Model};
use podium_baseline::random::Random;
use tch::{Device, Tensor, no_grad};

/// Images of the comparison: two, of a size at which "same" padding is uneven.
pub(crate) const IMAGES: [i64; 4] = [2, 3, 65, 65];
/// Outputs of the comparison.
pub(crate) const CLASSES: i64 = 10;

/// The networks that other libraries have, by their names there, with the [`model`]'s variance.
pub(crate) fn architectures() -> Vec<(&'static str, Architecture, f64)> {
    let (width, depth) = (1.0, 1.0);
    vec![
        ("resnet18", Architecture::Resnet { layers: 18, width }, 1.0),
        ("resnet34", Architecture::Resnet { layers: 34, width }, 1.0),
        ("resnet50", Architecture::Resnet { layers: 50, width }, 1.0),
        ("mobilenet_v2", Architecture::MobilenetV2 { width, depth }, 2.0),
        ("efficientnet_b0", Architecture::EfficientnetB0 { width, depth }, 2.5),
        ("tf_efficientnet_lite0", Architecture::EfficientnetLite0 { width, depth }, 2.0),
    ]
}

/// A network whose every weight follows from its name. `variance` is that of a convolution's output for inputs of variance
/// 1; it differs by architecture so that the logits depend on the image and do not explode.
pub(crate) fn model(architecture: &Architecture, channels: i64, variance: f64) -> Model {
    let config =
        Config { architecture: architecture.clone(), weights: "none".to_owned(), dropout: 0.0, standardise: false };
    let model = Model::new(&config, channels, CLASSES, Device::Cpu, 0).expect("the architecture exists");
    for (name, mut tensor) in model.state() {
        let values = tensor_of(&name, &tensor.size(), variance);
        no_grad(|| tensor.copy_(&values));
    }
    model
}

/// The images.
pub(crate) fn images(size: [i64; 4]) -> Tensor {
    uniform("images", &size)
}

fn tensor_of(name: &str, size: &[i64], variance: f64) -> Tensor {
    let uniform = uniform(name, size);
    if size.len() > 1 {
        let inputs = size[1..].iter().product::<i64>() as f64;
        uniform * (3.0 * variance / inputs).sqrt()
    } else if name.ends_with("running_var") {
        uniform * 0.5 + 1.0
    } else if name.ends_with("weight") {
        uniform * 0.1 + 1.0
    } else {
        uniform * 0.1
    }
}

/// Uniform in [-1, 1), from the stream of the name's FNV-1a hash.
fn uniform(name: &str, size: &[i64]) -> Tensor {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut random = Random::new(&[hash]);
    let values: Vec<f32> = (0..size.iter().product::<i64>()).map(|_| (2.0 * random.unit() - 1.0) as f32).collect();
    Tensor::from_slice(&values).view(size)
}
