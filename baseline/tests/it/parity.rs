//! Our networks give what torchvision's and timm's give with the same weights. `python/parity.py` made the numbers.

use std::collections::BTreeMap;

use podium_baseline::model::{Architecture, Config, Model};
use podium_baseline::random::Random;
use tch::{Device, Tensor, no_grad};

fn units(path: &[u64], count: usize) -> Vec<f64> {
    let mut random = Random::new(path);
    (0..count).map(|_| random.unit()).collect()
}

/// As `fill` of the script.
fn fill(model: &Model) {
    for (position, (name, mut tensor)) in model.state().into_iter().enumerate() {
        let size = tensor.size();
        let inputs = tensor.numel() as f64 / size[0] as f64;
        let value = |u: f64| match () {
            () if name.ends_with("running_var") => 0.5 + u,
            () if name.ends_with("running_mean") || name.ends_with("bias") => 0.2 * (u - 0.5),
            () if size.len() == 1 => 0.5 + 0.5 * u,
            () if size.len() == 4 => (2.0 * u - 1.0) * (6.0 / inputs).sqrt(),
            () => (2.0 * u - 1.0) * (1.0 / inputs).sqrt(),
        };
        let values: Vec<f32> =
            units(&[9, position as u64], tensor.numel()).into_iter().map(|u| value(u) as f32).collect();
        no_grad(|| tensor.copy_(&Tensor::from_slice(&values).view(size.as_slice())));
    }
}

#[test]
fn every_network_gives_the_logits_of_its_original() {
    tch::set_num_threads(1);
    let known: BTreeMap<String, Vec<f64>> = serde_json::from_str(include_str!("../data/parity.json")).unwrap();
    let pictures: Vec<f32> = units(&[8], 2 * 3 * 65 * 50).into_iter().map(|u| (2.0 * u - 1.0) as f32).collect();
    let pictures = Tensor::from_slice(&pictures).view([2, 3, 65, 50]);
    let architectures = [
        Architecture::Resnet { layers: 18, width: 1.0 },
        Architecture::Resnet { layers: 34, width: 1.0 },
        Architecture::Resnet { layers: 50, width: 1.0 },
        Architecture::MobilenetV2 { width: 1.0, depth: 1.0 },
        Architecture::EfficientnetB0 { width: 1.0, depth: 1.0 },
        Architecture::EfficientnetLite0 { width: 1.0, depth: 1.0 },
    ];
    for architecture in architectures {
        let name = architecture.name();
        let config = Config { architecture, weights: "none".into(), dropout: 0.2, standardise: false };
        let model = Model::new(&config, 3, 10, Device::Cpu, 1).unwrap();
        fill(&model);
        let logits = Vec::<f32>::try_from(no_grad(|| model.forward(&pictures, false)).view(-1)).unwrap();
        for (ours, theirs) in logits.iter().zip(&known[&name]) {
            assert!((f64::from(*ours) - theirs).abs() < 1e-4, "{name}: {ours} instead of {theirs}");
        }
    }
}
