use prost::Message as _;
use tch::Device;

use super::*;
use crate::model::{self, Config};

fn exported(architecture: Architecture, channels: i64) -> (model::Model, Model) {
    let config =
        Config { architecture: architecture.clone(), weights: "none".into(), dropout: 0.1, standardise: false };
    let network = model::Model::new(&config, channels, 7, Device::Cpu, 1).unwrap();
    let bytes = export(&architecture, &network.state(), [channels, 32, 32], &[("classes", "[]".into())]).unwrap();
    (network, Model::decode(bytes.as_slice()).unwrap())
}

fn all() -> Vec<(Architecture, i64)> {
    vec![
        (Architecture::Small { widths: vec![8, 16], patch: 3 }, 1),
        (Architecture::Small { widths: vec![8, 16], patch: 2 }, 3),
        (Architecture::Resnet { layers: 18, width: 0.25 }, 3),
        (Architecture::Resnet { layers: 50, width: 0.25 }, 3),
        (Architecture::MobilenetV2 { width: 0.5, depth: 0.5 }, 3),
        (Architecture::EfficientnetB0 { width: 0.5, depth: 1.5 }, 3),
        (Architecture::EfficientnetLite0 { width: 0.5, depth: 0.5 }, 1),
    ]
}

#[test]
fn every_weight_of_every_architecture_is_in_the_file_once() {
    for (architecture, channels) in all() {
        let (network, file) = exported(architecture.clone(), channels);
        let graph = file.graph.unwrap();
        let mut names: Vec<&String> = graph.initializer.iter().map(|weight| &weight.name).collect();
        names.retain(|name| !["zero", "six"].contains(&name.as_str()));
        names.sort();
        let state = network.state();
        assert_eq!(names, state.keys().collect::<Vec<_>>(), "{architecture:?}");
        for weight in &graph.initializer {
            assert_eq!(weight.raw_data.len() as i64, 4 * weight.dims.iter().product::<i64>());
        }
    }
}

#[test]
fn every_value_is_made_before_it_is_used() {
    for (architecture, channels) in all() {
        let graph = exported(architecture, channels).1.graph.unwrap();
        let mut known: BTreeSet<String> = graph.initializer.iter().map(|weight| weight.name.clone()).collect();
        known.insert(IMAGES.to_owned());
        for node in graph.node {
            assert!(node.input.iter().all(|input| known.contains(input)), "{}", node.name);
            known.extend(node.output);
        }
        assert!(known.contains(LOGITS));
    }
}

#[test]
fn weights_of_another_architecture_are_refused() {
    let of = |architecture: &Architecture| {
        let config =
            Config { architecture: architecture.clone(), weights: "none".into(), dropout: 0.0, standardise: false };
        model::Model::new(&config, 3, 7, Device::Cpu, 1).unwrap().state()
    };
    let (shallow, deep) =
        (Architecture::MobilenetV2 { width: 0.25, depth: 0.5 }, Architecture::MobilenetV2 { width: 0.25, depth: 1.0 });
    let refused = |architecture: &Architecture, state| export(architecture, &state, [3, 32, 32], &[]).unwrap_err();
    assert!(matches!(refused(&deep, of(&shallow)), OnnxError::Missing(_)));
    let error = refused(&Architecture::Resnet { layers: 18, width: 1.0 }, of(&shallow)).to_string();
    assert_eq!(error, "the weights have no 'conv1.weight', so they are not those of this architecture");
    let mut more = of(&shallow);
    more.insert("extra.weight".to_owned(), Tensor::from_slice(&[1.0f32]));
    assert!(matches!(refused(&shallow, more), OnnxError::Left { count: 1, .. }));
}

#[test]
fn notes_and_shapes_are_in_the_file() {
    let (_, file) = exported(Architecture::Small { widths: vec![8], patch: 3 }, 1);
    assert_eq!((file.metadata_props[0].key.as_str(), file.opset_import[0].version), ("classes", 20));
    let graph = file.graph.unwrap();
    assert_eq!(graph.input, [ValueInfo::floats("images", &[None, Some(1), Some(32), Some(32)])]);
    assert_eq!(graph.output, [ValueInfo::floats("logits", &[None, Some(7)])]);
}
