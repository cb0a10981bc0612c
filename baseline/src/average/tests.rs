use tch::Device;

use super::*;
use crate::model::{Architecture, Config as ModelConfig};

fn model(value: f64) -> Model {
    let architecture = Architecture::Small { widths: vec![4], patch: 2 };
    let config = ModelConfig { architecture, weights: "none".into(), dropout: 0.0, standardise: false };
    let model = Model::new(&config, 1, 2, Device::Cpu, 1).unwrap();
    fill(&model, value);
    model
}

fn fill(model: &Model, value: f64) {
    no_grad(|| {
        for (_, mut tensor) in model.state() {
            let _ = tensor.fill_(value);
        }
    });
}

/// The same number in every weight and statistic.
fn value(model: &Model) -> f64 {
    let values: Vec<f64> = model.state().values().map(|x| x.mean(Kind::Double).double_value(&[])).collect();
    assert!(values.iter().all(|value| (value - values[0]).abs() < 1e-6), "{values:?}");
    values[0]
}

#[test]
fn a_running_mean_follows_and_is_lent_for_evaluation_only() {
    let model = model(0.0);
    let mut average = Average::new(Config::Ema { decay: 0.9 }, &model);
    fill(&model, 1.0);
    average.update(&model, 1000, 2000);
    assert!((average.with_averaged(&model, value) - 0.1).abs() < 1e-6);
    assert_eq!(value(&model), 1.0);
}

#[test]
fn lookahead_returns_to_the_mean_now_and_then_and_at_the_end() {
    let model = model(0.0);
    let mut average = Average::new(Config::Lookahead { every: 2, decay: 0.9 }, &model);
    fill(&model, 1.0);
    average.update(&model, 0, 8);
    assert_eq!(value(&model), 1.0);
    average.update(&model, 3, 8);
    let jumped = 1.0 - 0.81 * (3.0f64 / 8.0).powi(3);
    assert!((value(&model) - jumped).abs() < 1e-6);
    fill(&model, 5.0);
    average.update(&model, 7, 8);
    assert!((value(&model) - jumped).abs() < 1e-6);
}
