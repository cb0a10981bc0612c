use super::*;

fn model(architecture: Architecture, channels: i64) -> Model {
    let config = Config { architecture, weights: "none".into(), dropout: 0.0, standardise: false };
    Model::new(&config, channels, 10, Device::Cpu, 7).unwrap()
}

fn noise(size: &[i64]) -> Tensor {
    let mut random = Random::new(&[1]);
    let values: Vec<f32> = (0..size.iter().product()).map(|_: i64| random.normal() as f32).collect();
    Tensor::from_slice(&values).view(size)
}

fn all() -> Vec<(Architecture, i64, usize)> {
    // Numbers of weights of torchvision 0.28 and timm 1.0 with ten classes.
    vec![
        (Architecture::Resnet { layers: 18, width: 1.0 }, 512, 11_181_642),
        (Architecture::Resnet { layers: 34, width: 1.0 }, 512, 21_289_802),
        (Architecture::Resnet { layers: 50, width: 1.0 }, 2048, 23_528_522),
        (Architecture::MobilenetV2 { width: 1.0, depth: 1.0 }, 1280, 2_236_682),
        (Architecture::EfficientnetB0 { width: 1.0, depth: 1.0 }, 1280, 4_020_358),
        (Architecture::EfficientnetLite0 { width: 1.0, depth: 1.0 }, 1280, 3_383_818),
    ]
}

#[test]
fn networks_have_as_many_weights_as_their_originals() {
    for (architecture, features, weights) in all() {
        let model = model(architecture.clone(), 3);
        let found: usize = model.parameters().iter().map(|(_, weight)| weight.numel()).sum();
        assert_eq!((model.feature_count(), found), (features, weights), "{architecture:?}");
    }
}

#[test]
fn every_weight_belongs_to_one_stage_or_to_the_head() {
    for (architecture, ..) in all() {
        let model = model(architecture, 3);
        let heads: Vec<String> = model
            .parameters()
            .into_iter()
            .map(|(name, _)| name)
            .filter(|name| model.stage_of(name).is_none())
            .collect();
        assert!(heads.iter().all(|name| name.starts_with(model.head_name)), "{heads:?}");
        assert_eq!(heads.len(), 2);
    }
}

#[test]
fn a_frozen_network_learns_its_head_only_and_keeps_its_statistics() {
    let mut model = model(Architecture::MobilenetV2 { width: 0.25, depth: 0.5 }, 3);
    model.freeze(model.stages());
    let before: BTreeMap<String, Tensor> = model.state().iter().map(|(name, x)| (name.clone(), x.copy())).collect();
    let images = noise(&[4, 3, 32, 32]);
    model.forward(&images, true).sum(Kind::Float).backward();
    for (name, tensor) in model.state() {
        assert!(tensor.equal(&before[&name]), "{name}");
        assert_eq!(tensor.grad().defined(), name.starts_with("classifier"), "{name}");
    }
}

#[test]
fn whitened_patches_are_uncorrelated_and_of_equal_spread() {
    let noise = noise(&[50, 3, 12, 12]);
    // Neighbours alike, as in photographs.
    let images = noise.avg_pool2d([3, 3], [1, 1], [0, 0], false, true, None::<i64>) * 3.0;
    let filters = small::whitening(&images, 2);
    assert_eq!(filters.size(), [24, 3, 2, 2]);
    let answers = images.conv2d(&filters.narrow(0, 0, 12), None::<Tensor>, 1, 0, 1, 1);
    let answers = answers.permute([1, 0, 2, 3]).reshape([12, -1]);
    let covariance = answers.matmul(&answers.tr()) / answers.size()[1] as f64;
    let off = (covariance - Tensor::eye(12, (Kind::Float, Device::Cpu))).abs().max().double_value(&[]);
    assert!(off < 0.2, "{off}");
}

#[test]
fn the_same_seed_gives_the_same_weights() {
    let make = |seed| {
        let architecture = Architecture::Small { widths: vec![8], patch: 3 };
        let config = Config { architecture, weights: "none".into(), dropout: 0.0, standardise: false };
        Model::new(&config, 1, 2, Device::Cpu, seed).unwrap().state()["head.weight"].copy()
    };
    assert!(make(1).equal(&make(1)));
    assert!(!make(1).equal(&make(2)));
}

#[test]
fn weights_of_another_network_are_refused_by_name() {
    let first = model(Architecture::Small { widths: vec![8], patch: 3 }, 1);
    let other = model(Architecture::Small { widths: vec![8, 8], patch: 3 }, 1);
    let error = first.load(&other.state(), false).unwrap_err().to_string();
    assert!(error.contains("block1"), "{error}");
    let error = other.load(&first.state(), false).unwrap_err().to_string();
    assert!(error.contains("is missing"), "{error}");
}

#[test]
fn another_head_may_be_left_out() {
    let config = |classes| {
        let architecture = Architecture::MobilenetV2 { width: 0.25, depth: 0.5 };
        let config = Config { architecture, weights: "none".into(), dropout: 0.0, standardise: false };
        Model::new(&config, 3, classes, Device::Cpu, 1).unwrap()
    };
    config(3).load(&config(10).state(), true).unwrap();
    assert!(config(3).load(&config(10).state(), false).is_err());
}
