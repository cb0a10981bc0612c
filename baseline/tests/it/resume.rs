//! A run that is killed and goes on ends as if nothing had happened: weights, log and submission byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use podium_baseline::random::Random;

use crate::whole_way::{baseline, example};

/// The optimizers; all with an average of weights, a plateau and an early end.
const RULES: [&str; 3] = [
    "optimizer.rule={kind='sgd',rate=0.02,momentum=0.9,nesterov=true,decay=0.0005}",
    "optimizer.rule={kind='adamw',rate=0.003,betas=[0.9,0.99],epsilon=1e-8,decay=0.05}",
    "optimizer.rule={kind='muon',rate=0.1,momentum=0.6,iterations=3,rescale=true,\
     others={rate=0.01,momentum=0.85,nesterov=true,decay=0.01}}",
];

/// More than a run takes before its patience ends: 29 photographs validate, so a score cannot rise so often.
const EPOCHS: usize = 60;

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
        &format!("train.epochs={EPOCHS}"),
        "train.patience=1",
        "train.batch=16",
        "train.checkpoint_steps=3",
        "train.log_steps=1",
        "model.dropout=0.2",
        "model.architecture={kind='small',widths=[8,16,32],patch=2}",
        "data.prepare=[{kind='resize',size=[24,24],fit='stretch',filter='bilinear'}]",
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

/// Trains to the end, killed at random moments of what an undisturbed run takes; says how often it was hit at work, which
/// is no more than `kills` times.
fn killed(rule: &str, run: &Path, kills: usize, whole: Duration, random: &mut Random) -> usize {
    let arguments = arguments(rule, run);
    for hits in 0..kills {
        let mut child = Command::new(env!("CARGO_BIN_EXE_baseline"))
            .args(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + whole.mul_f64(random.unit());
        // Either the run ends by itself, or its moment has come.
        while child.try_wait().unwrap().is_none() && Instant::now() < until {
            std::thread::yield_now();
        }
        // A process that has ended, but was not waited for, takes a signal, too.
        let has_ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            return hits;
        }
        assert!(!has_ended, "{rule}: a resumed run failed");
    }
    baseline(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    kills
}

/// Runs of each optimizer, until so many kills have hit one, against one that nobody disturbed.
fn rounds(rules: &[&str], kills: usize) {
    let dir = tempfile::tempdir().unwrap();
    let mut random = Random::new(&[std::process::id().into()]);
    for rule in rules {
        let (straight, disturbed) = (dir.path().join("straight"), dir.path().join("disturbed"));
        let started = Instant::now();
        let arguments = arguments(rule, &straight);
        baseline(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let whole = started.elapsed();
        let expected = results(&straight);
        let epochs = expected["log.jsonl"].split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{\"epoch\""));
        assert!(epochs.count() < EPOCHS, "{rule}: the run did not end early");
        let mut hits = 0;
        while hits < kills {
            hits += killed(rule, &disturbed, kills - hits, whole, &mut random);
            let found = results(&disturbed);
            for (name, bytes) in &expected {
                // Neither its own place nor the clock is in any of them.
                assert!(found[name] == *bytes, "{rule}: {name} differs");
            }
            fs::remove_dir_all(&disturbed).unwrap();
        }
        fs::remove_dir_all(&straight).unwrap();
    }
}

#[test]
fn a_killed_run_goes_on_to_the_bit() {
    rounds(&RULES[1..2], 2);
}

mod thorough {
    /// Twenty kills of each with `PODIUM_THOROUGH=1`.
    #[test]
    fn a_run_killed_again_and_again_goes_on_to_the_bit_with_every_optimizer() {
        let is_thorough = std::env::var_os("PODIUM_THOROUGH").is_some_and(|value| value == "1");
        super::rounds(&super::RULES, if is_thorough { 20 } else { 1 });
    }
}
