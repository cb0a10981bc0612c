use tch::Device;

use super::*;
use crate::model::{Architecture, Config as ModelConfig};
use crate::random::Random;

fn model(seed: u64) -> Model {
    let config = ModelConfig {
        architecture: Architecture::Small { widths: vec![4, 8], patch: 2 },
        weights: "none".into(),
        dropout: 0.0,
        standardise: false,
    };
    Model::new(&config, 3, 5, Device::Cpu, seed).unwrap()
}

fn sgd() -> sgd::Sgd {
    sgd::Sgd { rate: 0.1, momentum: 0.9, nesterov: true, decay: 0.01 }
}

fn rules() -> [Rule; 3] {
    [
        Rule::Sgd(sgd()),
        Rule::Adamw(adamw::AdamW { rate: 0.01, betas: [0.9, 0.99], epsilon: 1e-8, decay: 0.1 }),
        Rule::Muon(muon::Muon { rate: 0.1, momentum: 0.6, iterations: 3, rescale: true, others: sgd() }),
    ]
}

fn config(rule: Rule) -> Config {
    Config { rule, spare_vectors: true, clip: None, group: Vec::new() }
}

const PACE: Pace = Pace { rate: 0.5, momentum: None };

fn noise(seed: u64, size: &[i64]) -> Tensor {
    let mut random = Random::new(&[seed]);
    let values: Vec<f32> = (0..size.iter().product()).map(|_: i64| random.normal() as f32).collect();
    Tensor::from_slice(&values).view(size)
}

/// One step on a fixed batch of noise.
fn step(model: &Model, optimizer: &mut Optimizer, number: u64) {
    let images = noise(number, &[4, 3, 8, 8]);
    optimizer.zero_gradients();
    model.forward(&images, true).square().sum(Kind::Float).backward();
    optimizer.step(PACE);
}

fn weights(model: &Model) -> Vec<Vec<f32>> {
    model.parameters().iter().map(|(_, weight)| Vec::try_from(weight.contiguous().view(-1)).unwrap()).collect()
}

/// The formulas of torch.optim written down once more, on numbers.
#[test]
fn sgd_follows_torchs_formula() {
    let rule = sgd();
    let mut slot = slot(&[1.0, -2.0], 1);
    let (mut weight, mut velocity) = ([1.0f64, -2.0], [0.0f64; 2]);
    for gradient in [[0.5f64, 1.0], [-1.0, 0.25]] {
        rule.update(&mut slot, &Tensor::from_slice(&gradient.map(|x| x as f32)), Pace { rate: 1.0, momentum: None });
        for i in 0..2 {
            let pull = gradient[i] + 0.01 * weight[i];
            velocity[i] = 0.9 * velocity[i] + pull;
            weight[i] -= 0.1 * (pull + 0.9 * velocity[i]);
        }
    }
    assert_near(&slot.weight, &weight);
}

#[test]
fn adamw_follows_torchs_formula() {
    let rule = adamw::AdamW { rate: 0.01, betas: [0.9, 0.99], epsilon: 1e-8, decay: 0.1 };
    let mut slot = slot(&[1.0, -2.0], 2);
    let (mut weight, mut mean, mut square) = ([1.0f64, -2.0], [0.0f64; 2], [0.0f64; 2]);
    for (t, gradient) in [[0.5f64, 1.0], [-1.0, 0.25], [0.1, 0.0]].into_iter().enumerate() {
        slot.updates += 1;
        rule.update(&mut slot, &Tensor::from_slice(&gradient.map(|x| x as f32)), Pace { rate: 1.0, momentum: None });
        for i in 0..2 {
            weight[i] *= 1.0 - 0.01 * 0.1;
            mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
            square[i] = 0.99 * square[i] + 0.01 * gradient[i] * gradient[i];
            let (m, v) = (mean[i] / (1.0 - 0.9f64.powi(t as i32 + 1)), square[i] / (1.0 - 0.99f64.powi(t as i32 + 1)));
            weight[i] -= 0.01 * m / (v.sqrt() + 1e-8);
        }
    }
    assert_near(&slot.weight, &weight);
}

#[test]
fn a_step_of_muon_is_nearly_orthogonal() {
    let (weight, gradient) = (noise(3, &[6, 2, 3, 3]), noise(4, &[6, 2, 3, 3]));
    let rule = muon::Muon { rate: 1.0, momentum: 0.0, iterations: 5, rescale: false, others: sgd() };
    let mut slot = slot(&[0.0], 1);
    slot.state[0] = gradient.zeros_like();
    slot.weight = weight.copy();
    rule.update(&mut slot, &gradient, Pace { rate: 1.0, momentum: None });
    let moved = (weight - slot.weight).view([6, 18]);
    let (_, singular, _) = moved.svd(true, false);
    let singular = Vec::<f32>::try_from(singular).unwrap();
    assert!(singular.iter().all(|value| (0.6..1.3).contains(value)), "{singular:?}");
}

#[test]
fn slices_and_tensor_operations_agree() {
    for rule in &rules()[..2] {
        let (mut fast, mut slow) = (slot(&[0.3, -0.7, 1.5], 2), slot(&[0.3, -0.7, 1.5], 2));
        slow.weight = slow.weight.to_kind(Kind::Double);
        for state in &mut slow.state {
            *state = state.to_kind(Kind::Double);
        }
        for gradient in [[0.5f32, 1.0, -0.2], [-1.0, 0.25, 0.0]] {
            let gradient = Tensor::from_slice(&gradient);
            for (slot, gradient) in [(&mut fast, gradient.copy()), (&mut slow, gradient.to_kind(Kind::Double))] {
                slot.updates += 1;
                match rule {
                    Rule::Sgd(rule) => rule.update(slot, &gradient, PACE),
                    Rule::Adamw(rule) => rule.update(slot, &gradient, PACE),
                    Rule::Muon(_) => unreachable!(),
                }
            }
        }
        assert_near(&fast.weight, &Vec::<f64>::try_from(&slow.weight).unwrap());
    }
}

#[test]
fn a_loaded_state_goes_on_to_the_bit() {
    for rule in rules() {
        let (straight, stopped) = (model(1), model(1));
        let mut optimizer = Optimizer::new(&config(rule.clone()), &straight);
        let mut other = Optimizer::new(&config(rule.clone()), &stopped);
        for number in 0..4 {
            step(&straight, &mut optimizer, number);
        }
        step(&stopped, &mut other, 0);
        step(&stopped, &mut other, 1);
        let saved: BTreeMap<String, Tensor> = other.state().iter().map(|(name, x)| (name.clone(), x.copy())).collect();
        let resumed = model(2);
        resumed.load(&stopped.state(), false).unwrap();
        let mut optimizer = Optimizer::new(&config(rule.clone()), &resumed);
        optimizer.load(&saved).unwrap();
        step(&resumed, &mut optimizer, 2);
        step(&resumed, &mut optimizer, 3);
        assert!(weights(&straight) == weights(&resumed), "{rule:?}");
        assert!(weights(&straight) != weights(&stopped), "{rule:?}");
    }
}

#[test]
fn a_stage_that_freezes_stops_at_once_whatever_momentum_it_had() {
    for rule in rules() {
        let mut model = model(1);
        let mut optimizer = Optimizer::new(&config(rule), &model);
        step(&model, &mut optimizer, 0);
        model.freeze(2);
        let before = weights(&model);
        step(&model, &mut optimizer, 1);
        let names: Vec<String> = model.parameters().into_iter().map(|(name, _)| name).collect();
        for ((name, before), after) in names.iter().zip(before).zip(weights(&model)) {
            assert_eq!(before == after, model.stage_of(name).is_some_and(|stage| stage < 2), "{name}");
        }
    }
}

#[test]
fn a_group_has_its_own_rate_and_decay() {
    let model = model(1);
    let group = vec![Group { weights: "head".into(), rate: 0.0, decay: 1.0 }];
    let mut optimizer = Optimizer::new(&Config { group, ..config(Rule::Sgd(sgd())) }, &model);
    let before = model.state()["head.weight"].copy();
    step(&model, &mut optimizer, 0);
    assert!(model.state()["head.weight"].equal(&before));
}

#[test]
fn gradients_are_shortened_together_to_the_limit() {
    let model = model(1);
    let mut optimizer = Optimizer::new(&Config { clip: Some(0.5), ..config(Rule::Sgd(sgd())) }, &model);
    (model.forward(&noise(1, &[4, 3, 8, 8]), true).square().sum(Kind::Float) * 100.0).backward();
    let before = optimizer.clip();
    assert!(before > 0.5);
    assert!((optimizer.clip() - 0.5).abs() < 1e-4);
}

fn slot(weight: &[f32], states: usize) -> Slot {
    let weight = Tensor::from_slice(weight);
    let state = (0..states).map(|_| weight.zeros_like()).collect();
    Slot { name: "w".into(), weight, rate: 1.0, decay: 1.0, state, updates: 0 }
}

fn assert_near(tensor: &Tensor, expected: &[f64]) {
    let values = Vec::<f64>::try_from(tensor.to_kind(Kind::Double)).unwrap();
    for (value, expected) in values.iter().zip(expected) {
        assert!((value - expected).abs() < 1e-6, "{values:?} instead of {expected:?}");
    }
}
