//! `cargo xtask bench feed`: the baseline's loader beside Albumentations and torchvision v2 in a DataLoader, on the same
//! photographs, in turns in one run. CPU time, because the machine may be shared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{Rounds, load};
use crate::{libtorch, run, workspace};

/// What the peers need beside torch and torchvision, and what the photographs are cut from.
const PACKAGES: [&str; 4] = [
    "albumentations==2.0.8",
    // Later ones lack what this Albumentations imports, and it does not say so itself.
    "albucore==0.0.24",
    "opencv-python-headless==5.0.0.93",
    "scikit-image",
];
const CHECK: &str = "import torch, torchvision, albumentations, cv2, skimage, sklearn, PIL";
const ROUNDS: usize = 3;
const SECONDS: &str = "4";
/// Peer, and how many times as many photographs per CPU-second are the goal.
const GOALS: [(&str, f64); 2] = [("albumentations", 4.0), ("torchvision", 6.0)];

/// Prints the rates of all three with their ratios. `data` is a competition's folder of JPEG files named by their ids in
/// `images/`; without it, 256 photographs are made.
pub(crate) fn measure(root: &Path, data: Option<&Path>) -> Result<()> {
    libtorch::ensure(libtorch::Variant::Cpu)?;
    run::step("Building the baseline", || {
        run::run(workspace::cargo().args(["build", "--quiet", "--release", "--package=podium-baseline"]))
    })?;
    let ours = workspace::target().join("release").join("baseline");
    let files = workspace::target().join("bench-feed");
    std::fs::create_dir_all(&files)?;
    let peers = Peers::prepare(root, &files)?;
    let folder = match data {
        Some(folder) => folder.to_owned(),
        None => peers.photos(&files)?,
    };
    // Photographs per CPU-second by pipeline.
    let mut rates: BTreeMap<&str, Rounds> = BTreeMap::new();
    for round in 1..=ROUNDS {
        run::step(&format!("Round {round} of {ROUNDS}"), || {
            let mut command = Command::new(&ours);
            command.args(["bench", "feed", "--compare", "--seconds", SECONDS, "--data"]).arg(&folder);
            rates.entry("baseline").or_default().read(&run::output(&mut command)?)?;
            for (peer, _) in GOALS {
                let output = run::output(peers.python().arg("measure").arg(&folder).args([peer, SECONDS]))?;
                rates.entry(peer).or_default().read(&output)?;
            }
            Ok(())
        })?;
    }
    print(&rates);
    Ok(())
}

fn print(rates: &BTreeMap<&str, Rounds>) {
    println!("\nphotographs per CPU-second, one worker, median of {ROUNDS} rounds ({})", load());
    println!("pipeline    baseline  albumentations  torchvision v2");
    for (pipeline, same) in [
        ("light", "light"),
        ("full", "full"),
        ("val", "val"),
        // What presets do from the second epoch on; the peers have no such thing.
        ("light-kept", "light"),
        ("full-kept", "full"),
        ("val-kept", "val"),
    ] {
        let ours = rates["baseline"].median(pipeline);
        let [album, vision] = GOALS.map(|(peer, _)| rates[peer].median(same));
        println!(
            "{pipeline:<10} {ours:>9.0}  {album:>6.0} ({:>4.1}x)  {vision:>6.0} ({:>4.1}x)",
            ours / album,
            ours / vision
        );
    }
    println!("goals                 {:>15}  {:>15}", "4x", "6x");
}

struct Peers {
    python: PathBuf,
    packages: PathBuf,
    script: PathBuf,
}

impl Peers {
    fn prepare(root: &Path, files: &Path) -> Result<Self> {
        let peers = Self {
            python: crate::test::python_with_torch()?,
            packages: files.join("python"),
            script: root.join("crates/xtask/bench/feed_peers.py"),
        };
        let check = run::output(Command::new(&peers.python).env("PYTHONPATH", &peers.packages).args(["-c", CHECK]));
        if check.is_err() {
            run::step("Installing Albumentations", || {
                let mut pip = Command::new(&peers.python);
                pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
                run::output(pip.arg(&peers.packages).args(PACKAGES)).map(drop)
            })?;
        }
        Ok(peers)
    }

    fn python(&self) -> Command {
        let mut command = Command::new(&self.python);
        // Albumentations asks for a newer version of itself otherwise.
        command.env("PYTHONPATH", &self.packages).env("NO_ALBUMENTATIONS_UPDATE", "1").arg(&self.script);
        command
    }

    fn photos(&self, files: &Path) -> Result<PathBuf> {
        let folder = files.join("photos");
        if !folder.join("test.csv").is_file() {
            run::step("Making 256 photographs", || run::output(self.python().arg("photos").arg(&folder)).map(drop))?;
        }
        Ok(folder)
    }
}
