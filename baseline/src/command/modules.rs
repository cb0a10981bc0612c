//! `baseline modules`: what a network consists of, before it is trained and after one step.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use tch::{Device, Kind, Tensor};

use super::Chosen;
use crate::batch::Normalisation;
use crate::dataset::Normalise;
use crate::loss::{Loss, one_hot};
use crate::model::Model;
use crate::optim::{Optimizer, Pace, squared_length};
use crate::random::Random;
use crate::weights;

/// Show a network: stages with the sizes of what they give, weights with shapes and numbers, what learns.
///
/// With `--after-step` one step is made on a batch of noise, and each weight shows the length of its gradient beside its
/// own. What has a gradient of 0 does not learn. Plain SGD moves a weight by the gradient times the rate: where that is near
/// the weight's own length, the rate is too high; a thousandth of it is usual. `--state` lists everything that a file of
/// weights must hold, statistics of batch normalisation included.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  baseline modules --config finetune\n  baseline modules --config frozen --set \
                        train.freeze.kind=body --after-step\n  baseline modules --set \
                        model.architecture={kind='resnet',layers=50,width=1.0}")]
pub struct Options {
    #[command(flatten)]
    chosen: Chosen,
    /// Rows and columns of the pictures.
    #[arg(long, default_value_t = 96)]
    size: i64,
    /// Outputs of the head.
    #[arg(long, default_value_t = 10)]
    classes: i64,
    /// Stages that are frozen, counted from the picture; the whole body is `all`.
    #[arg(long, default_value = "0")]
    frozen: String,
    /// Make one step and show the gradients.
    #[arg(long)]
    after_step: bool,
    /// Show the state dict: name, type and shape of every tensor.
    #[arg(long)]
    state: bool,
    /// Begin with these weights instead of random ones.
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If the network cannot be made.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    let experiment = options.chosen.experiment()?;
    let channels = match &experiment.data.normalise {
        Normalise::Imagenet => Normalisation::imagenet().mean.len(),
        Normalise::Lite => Normalisation::lite().mean.len(),
        Normalise::Numbers { mean, .. } => mean.len(),
        Normalise::Train => experiment.data.channels,
    } as i64;
    let mut model = Model::new(&experiment.model, channels, options.classes, Device::Cpu, experiment.seed)?;
    if let Some(path) = &options.weights {
        model.load(&weights::read(path)?, true)?;
    }
    let frozen = match options.frozen.as_str() {
        "all" => model.stages(),
        count => count.parse().context("--frozen takes a number, or all")?,
    };
    model.freeze(frozen);
    let images = noise(&[4, channels, options.size, options.size], experiment.seed);
    if options.after_step {
        let mut optimizer = Optimizer::new(&experiment.optimizer, &model);
        let loss = Loss::new(&experiment.loss, &vec![1; options.classes as usize], Device::Cpu);
        let labels: Vec<i64> = (0..4).map(|label| label % options.classes).collect();
        let targets = one_hot(&Tensor::from_slice(&labels), options.classes);
        loss.of(&model.forward(&images, true), &targets).backward();
        optimizer.step(Pace { rate: 1.0, momentum: None });
    }

    println!(
        "{}, pictures of {channels} x {} x {}\n",
        experiment.model.architecture.name(),
        options.size,
        options.size
    );
    println!("{:<4} {:<24} {:>18} {:>12} {:>8}", "", "stage", "gives", "weights", "learns");
    let mut parameters = model.parameters();
    // From the picture to the head.
    parameters.sort_by_key(|(name, _)| model.stage_of(name).unwrap_or(usize::MAX));
    let count = |stage: Option<usize>| -> (usize, bool) {
        let of_stage = || parameters.iter().filter(|(name, _)| model.stage_of(name) == stage);
        (of_stage().map(|(_, weight)| weight.numel()).sum(), of_stage().any(|(_, weight)| weight.requires_grad()))
    };
    let sizes = model.stage_sizes(&images);
    for (position, (name, size)) in sizes.iter().enumerate() {
        let (weights, learns) = count(Some(position));
        println!("{position:<4} {name:<24} {:>18} {weights:>12} {:>8}", by(&size[1..]), yes(learns));
    }
    let (weights, learns) = count(None);
    println!("{:<4} {:<24} {:>18} {weights:>12} {:>8}", "", "head", options.classes.to_string(), yes(learns));
    let all: usize = parameters.iter().map(|(_, weight)| weight.numel()).sum();
    let learning: usize =
        parameters.iter().filter(|(_, weight)| weight.requires_grad()).map(|(_, weight)| weight.numel()).sum();
    println!("\n{all} weights, {learning} of them learn; {:.1} MB as f32\n", 4.0 * all as f64 / 1e6);

    let gradient_title = if options.after_step { "gradient" } else { "" };
    println!(
        "{:<44} {:>18} {:>10} {:>14} {:>12} {gradient_title:>12}",
        "weight", "shape", "numbers", "requires_grad", "length"
    );
    for (name, weight) in &parameters {
        let gradient = weight.grad();
        let shown =
            if gradient.defined() { format!("{:.3e}", squared_length(&gradient).sqrt()) } else { String::new() };
        println!(
            "{name:<44} {:>18} {:>10} {:>14} {:>12.3e} {shown:>12}",
            by(&weight.size()),
            weight.numel(),
            yes(weight.requires_grad()),
            squared_length(weight).sqrt(),
        );
    }
    if options.state {
        println!("\nstate dict:");
        for (name, tensor) in model.state() {
            println!("{name:<44} {:?} {}", tensor.kind(), by(&tensor.size()));
        }
    }
    Ok(())
}

fn noise(size: &[i64], seed: u64) -> Tensor {
    let mut random = Random::new(&[seed]);
    let values: Vec<f32> = (0..size.iter().product()).map(|_: i64| random.normal() as f32).collect();
    Tensor::from_slice(&values).view(size).to_kind(Kind::Float)
}

fn by(size: &[i64]) -> String {
    size.iter().map(i64::to_string).collect::<Vec<_>>().join(" x ")
}

fn yes(learns: bool) -> &'static str {
    if learns { "yes" } else { "no" }
}
