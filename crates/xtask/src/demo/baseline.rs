//! The host's benchmark: the baseline's fast preset, trained on the spot by the same commands that a participant uses. Its
//! team is the host's, so it stands on the board without a rank.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{Demo, PROFILE};
use crate::competition::Competition;
use crate::{libtorch, podium, run, tools, workspace};

/// What the entry is called.
pub(super) const NOTE: &str = "Baseline, fast preset";

/// The solar photographs are grey, and a cell may lie any way.
const SOLAR: [&str; 4] = [
    "data.channels=1",
    "model.architecture={kind='small',widths=[24,48,96],patch=3}",
    "data.prepare=[{kind='resize',size=[64,64],fit='stretch',filter='bilinear'}]",
    "transform.train=[{kind='flip',axis='horizontal',probability=0.5},{kind='flip',axis='vertical',probability=0.5},\
     {kind='transpose',probability=0.5}]",
];

/// Trains and predicts, unless that was done before; none where the competition has no baseline, or where a step of it
/// fails, which one line says.
pub(super) fn submission(demo: &Demo, competition: Competition) -> Result<Option<PathBuf>> {
    if competition != Competition::SolarCells {
        return Ok(None);
    }
    let home = demo.home.join("baseline");
    let submission = home.join("submission.csv");
    if submission.is_file() {
        return Ok(Some(submission));
    }
    let made = run::step("libtorch for the baseline", prepare)
        .and_then(|()| run::step("Building the baseline (minutes the first time)", build))
        .and_then(|()| {
            run::step("Training the baseline's fast preset", || train(&demo.folder(competition).join("data"), &home))
        });
    // A demo without this entry is still a demo.
    if let Err(error) = made {
        let reason = format!("{error:#}");
        println!("  Skipped: the baseline's entry, because {}", reason.lines().next().unwrap_or_default());
        return Ok(None);
    }
    Ok(Some(submission))
}

fn prepare() -> Result<()> {
    tools::c_compiler()?;
    tools::jpeg_compilers()?;
    libtorch::ensure(libtorch::Variant::Cpu)
}

fn build() -> Result<()> {
    run::run(workspace::cargo().args(["build", "--package=podium-baseline", "--bin=baseline", "--profile", PROFILE]))
}

fn train(data: &Path, home: &Path) -> Result<()> {
    if home.exists() {
        fs::remove_dir_all(home)?;
    }
    workspace::create_dir(home)?;
    let program = podium::path(PROFILE).with_file_name("baseline");
    let (model, submission) = (home.join("run"), home.join("submission.csv"));
    let mut command = Command::new(&program);
    command.args(["train", "--config", "fast", "--data"]).arg(data).arg("--out").arg(&model);
    for setting in SOLAR {
        command.args(["--set", setting]);
    }
    run::run(&mut command)?;
    let mut command = Command::new(&program);
    command.arg("predict").arg(&model).arg("--out").arg(&submission);
    for view in ["flip-horizontal", "flip-vertical", "rotate-180"] {
        command.args(["--view", view]);
    }
    run::run(&mut command)
}
