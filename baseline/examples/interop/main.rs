//! Writes a file of each kind that other programs shall open, for `cargo xtask test --interop`:
//! `cargo run --package podium-baseline --example interop -- FOLDER`.
#![expect(clippy::expect_used, reason = "a failure of this program is the result of the check")]

mod seeded;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use podium_baseline::model::Architecture;
use podium_baseline::plot::confusion::Confusion;
use podium_baseline::random::Random;
use podium_baseline::tensorboard::{Picture, Writer};
use podium_baseline::tune::journal::Journal;
use podium_baseline::tune::space::Plan;
use podium_baseline::tune::study::State;
use podium_baseline::{device, onnx};
use tch::{Tensor, no_grad};

fn main() {
    device::init().expect("libtorch starts");
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write to"));
    fs::create_dir_all(&folder).expect("the folder is made");
    networks(&folder);
    events(&folder.join("tensorboard"));
    study(&folder.join("study.log"));
}

/// Weights, ONNX graphs, and the logits that both shall give.
fn networks(folder: &Path) {
    let small = |patch| Architecture::Small { widths: vec![16, 32, 64], patch };
    let own = [("small", small(2), 2.0, 3), ("small_grey", small(3), 2.0, 1)];
    let known =
        seeded::architectures().into_iter().map(|(name, architecture, variance)| (name, architecture, variance, 3));
    let mut logits = BTreeMap::new();
    for (name, architecture, variance, channels) in known.chain(own) {
        let model = seeded::model(&architecture, channels, variance);
        let [count, _, height, width] = seeded::IMAGES;
        let answers = no_grad(|| model.forward(&seeded::images([count, channels, height, width]), false));
        let answers = Vec::<Vec<f32>>::try_from(answers).expect("two dimensions");
        logits.insert(name, answers);
        let graph = onnx::export(&architecture, &model.state(), [channels, height, width], &[]).expect("a graph");
        fs::write(folder.join(format!("{name}.onnx")), graph).expect("the graph is written");
        let state: Vec<(String, Tensor)> = model.state().into_iter().collect();
        Tensor::write_safetensors(&state, folder.join(format!("{name}.safetensors"))).expect("the weights are written");
    }
    let text = serde_json::to_string(&logits).expect("numbers");
    fs::write(folder.join("logits.json"), text).expect("the logits are written");
}

/// A run that was killed after step 9 and resumed at 7.
fn events(folder: &Path) {
    let mut first = Writer::create(folder, 1_700_000_000.0, None).expect("a file");
    let mut random = Random::new(&[1]);
    let weights: Vec<f32> = (0..1_000).map(|_| random.normal() as f32).collect();
    let classes = ["apple", "banana", "배"].map(str::to_owned);
    let (width, height, png) = Confusion::count(&classes, &[0, 0, 1, 2], &[0, 1, 1, 2]).png();
    let picture = Picture { width, height, encoded: &png };
    for step in 0..10 {
        first.scalar("train/loss", step, 1_700_000_000.0 + step as f64, 1.0).expect("a scalar");
    }
    first.histogram("weights", 3, 1_700_000_003.0, &weights).expect("a histogram");
    first.image("confusion", 3, 1_700_000_003.0, picture).expect("an image");
    first.flush().expect("written");
    let mut second = Writer::create(folder, 1_700_000_100.0, Some(7)).expect("a file");
    for step in 7..12 {
        second.scalar("train/loss", step, 1_700_000_100.0 + step as f64, 2.0).expect("a scalar");
    }
    second.flush().expect("written");
}

const PLAN: &str = r#"
study = "interop"
experiment = "experiment.toml"
metric = "validation/f1_macro"
direction = "maximize"
trials = 20
seed = 1
sampler = { kind = "tpe", startup = 10, candidates = 24 }
pruner = { kind = "asha", first = 1, reduction = 3 }

[space]
"optimizer.rate" = { kind = "float", low = 1e-4, high = 1e-1, log = true }
"model.dropout" = { kind = "float", low = 0.0, high = 0.5, log = false, step = 0.1 }
"model.width" = { kind = "int", low = 8, high = 64, log = false, step = 8 }
"optimizer.kind" = { kind = "choice", choices = ["sgd", "adamw"] }
"augment" = { kind = "choice", choices = [true, false] }
"#;

/// A search with complete, pruned, failed and running trials. The objective is known to `interop.py`, which goes on with it.
fn study(path: &Path) {
    let plan = Plan::parse(PLAN).expect("the plan is one");
    let journal = Journal::open(path, &plan.study, plan.direction).expect("the journal opens");
    for number in 0..plan.trials {
        let (trial, _) = journal
            .begin(&plan.space, |study| plan.sampler.suggest(&plan.space, study, plan.seed))
            .expect("a trial begins");
        let mut end = (State::Complete, None);
        for step in 1..=9 {
            let study = journal.study().expect("the journal is read");
            let parameters = &study.trials[number].parameters;
            let value = objective(parameters["optimizer.rate"], parameters["optimizer.kind"] == 1.0, step);
            journal.report(trial, step, value).expect("a value");
            end.1 = Some(value);
            let study = journal.study().expect("the journal is read");
            let verdict = plan.pruner.judge(&study, &study.trials[number]);
            for rung in verdict.reached {
                journal.reach(trial, rung, value).expect("a rung");
            }
            if verdict.prune {
                end.0 = State::Pruned;
                break;
            }
        }
        journal.end(trial, end.0, end.1, None).expect("a trial ends");
    }
    let begin = || {
        journal
            .begin(&plan.space, |study| plan.sampler.suggest(&plan.space, study, plan.seed))
            .expect("a trial begins")
            .0
    };
    journal.end(begin(), State::Failed, None, Some("out of memory")).expect("a trial fails");
    begin();
}

fn objective(rate: f64, is_adamw: bool, step: u64) -> f64 {
    1.0 - (rate.log10() + 2.0).powi(2) / 4.0 - 0.5 / step as f64 + if is_adamw { 0.1 } else { 0.0 }
}
