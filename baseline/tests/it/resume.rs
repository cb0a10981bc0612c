//! A run that is killed and goes on ends as if nothing had happened: weights, log and submission byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use podium_baseline::random::Random;

use crate::whole_way::{baseline, example};

/// What is different about each optimizer's experiment; all have an average of weights or a plateau, or both.
const RULES: [&str; 3] = [
    "optimizer.rule={kind='sgd',rate=0.02,momentum=0.9,nesterov=true,decay=0.0005}",
    "optimizer.rule={kind='adamw',rate=0.003,betas=[0.9,0.99],epsilon=1e-8,decay=0.05}",
    "optimizer.rule={kind='muon',rate=0.1,momentum=0.6,iterations=3,rescale=true,\
     others={rate=0.01,momentum=0.85,nesterov=true,decay=0.01}}",
];

fn arguments(rule: &str, out: &Path) -> Vec<String> {
    let data = example();
    let mut arguments: Vec<String> =
        ["train", "--resume", "--data", data.to_str().unwrap(), "--out", out.to_str().unwrap()]
            .map(String::from)
            .into();
    for setting in [
        rule,
        "optimizer.group=[]",
        "loss.reduction=mean",
        "schedule.then={kind='plateau',factor=0.5,patience=0}",
        "train.average={kind='ema',decay=0.9}",
        "train.epochs=4",
        "train.batch=16",
        "train.checkpoint_steps=3",
        "train.log_steps=1",
        "model.dropout=0.2",
        "transform.train=[{kind='flip',axis='horizontal',probability=0.5},{kind='mixup',probability=0.5,alpha=0.4}]",
        "threads=1",
    ] {
        arguments.extend(["--set".to_owned(), setting.to_owned()]);
    }
    arguments
}

/// Every file that must be the same.
fn results(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let submission = run.join("submission.csv");
    baseline(&["predict", run.to_str().unwrap(), "--out", submission.to_str().unwrap()]);
    [
        "log.jsonl",
        "submission.csv",
        "test.safetensors",
        "best/weights.safetensors",
        "best/validation.safetensors",
        "last/weights.safetensors",
        "last/current.safetensors",
        "last/optimizer.safetensors",
        "last/average.safetensors",
        "last/meta.json",
    ]
    .into_iter()
    .map(|name| (name.to_owned(), fs::read(run.join(name)).unwrap()))
    .collect()
}

/// Trains to the end, killed so many times on the way, at random moments of what an undisturbed run takes.
fn killed(rule: &str, run: &Path, kills: u32, whole: Duration, random: &mut Random) {
    for _ in 0..kills {
        let mut child = Command::new(env!("CARGO_BIN_EXE_baseline"))
            .args(arguments(rule, run))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + whole.mul_f64(random.unit());
        // Either the run ends by itself, or its moment has come.
        while child.try_wait().unwrap().is_none() && Instant::now() < until {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
    }
    let arguments = arguments(rule, run);
    baseline(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
}

fn rounds(rules: &[&str], kills: u32) {
    let dir = tempfile::tempdir().unwrap();
    let mut random = Random::new(&[std::process::id().into()]);
    for (position, rule) in rules.iter().enumerate() {
        let (straight, disturbed) = (dir.path().join(format!("a{position}")), dir.path().join(format!("b{position}")));
        let started = Instant::now();
        let arguments = arguments(rule, &straight);
        baseline(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        killed(rule, &disturbed, kills, started.elapsed(), &mut random);
        let (expected, found) = (results(&straight), results(&disturbed));
        for (name, bytes) in &expected {
            // Neither its own place nor the clock is in any of them.
            assert!(found[name] == *bytes, "{rule}: {name} differs");
        }
    }
}

#[test]
fn a_killed_run_goes_on_to_the_bit() {
    rounds(&RULES[1..2], 2);
}

mod thorough {
    /// Twenty kills in all with `PODIUM_THOROUGH=1`.
    #[test]
    fn a_run_killed_again_and_again_goes_on_to_the_bit_with_every_optimizer() {
        let is_thorough = std::env::var_os("PODIUM_THOROUGH").is_some_and(|value| value == "1");
        super::rounds(&super::RULES, if is_thorough { 7 } else { 1 });
    }
}
