//! `baseline bench optimizer`: what a step of each optimizer costs.
#![expect(clippy::print_stdout, reason = "a command line speaks on standard output")]

use std::time::Instant;

use anyhow::Result;
use tch::{Device, Kind, Tensor};

use super::{architecture, cpu};
use crate::model::{Config as ModelConfig, Model};
use crate::optim::{Config, Optimizer, Pace, Rule, adamw::AdamW, muon::Muon, sgd::Sgd};

/// What a step of each optimizer costs
///
/// Lines `name CPU-milliseconds`, for one step over all weights of a network with one thread. Beside a forward and a
/// backward pass it is little, unless the batch is small and the network large. `cargo xtask bench train` sets AdamW
/// beside PyTorch's.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Whose weights: mobilenet-v2, efficientnet-lite0, efficientnet-b0, resnet18, resnet34, resnet50
    #[arg(long, default_value = "resnet18")]
    pub model: String,
    /// About how long each optimizer is measured
    #[arg(long, default_value_t = 2.0)]
    pub seconds: f64,
}

/// Measures and prints.
pub fn run(options: &Options) -> Result<()> {
    tch::set_num_threads(1);
    let config = ModelConfig {
        architecture: architecture(&options.model)?,
        weights: "none".into(),
        dropout: 0.0,
        standardise: false,
    };
    let model = Model::new(&config, 3, 10, Device::Cpu, 1)?;
    // Gradients as training leaves them, in its memory order.
    let images = crate::device::channels_last(&Tensor::rand([2, 3, 64, 64], (Kind::Float, Device::Cpu)));
    model.forward(&images, true).square().sum(Kind::Float).backward();
    let sgd = Sgd { rate: 1e-6, momentum: 0.9, nesterov: true, decay: 1e-4 };
    let adamw = AdamW { rate: 1e-6, betas: [0.9, 0.999], epsilon: 1e-8, decay: 0.05 };
    let muon = Muon { rate: 1e-6, momentum: 0.6, iterations: 3, rescale: false, others: sgd.clone() };
    for (name, rule) in [("sgd", Rule::Sgd(sgd)), ("adamw", Rule::Adamw(adamw)), ("muon", Rule::Muon(muon))] {
        let config = Config { rule, spare_vectors: true, clip: None, group: Vec::new() };
        let mut optimizer = Optimizer::new(&config, &model);
        let pace = Pace { rate: 1.0, momentum: None };
        optimizer.step(pace);
        let (started, before, mut steps) = (Instant::now(), cpu(), 0);
        while started.elapsed().as_secs_f64() < options.seconds {
            optimizer.step(pace);
            steps += 1;
        }
        println!("{name} {:.3}", (cpu() - before).as_secs_f64() * 1e3 / f64::from(steps.max(1)));
    }
    Ok(())
}
