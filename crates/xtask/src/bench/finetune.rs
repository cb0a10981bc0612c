//! Fine-tuning beside PyTorch: MobileNetV2 on all training photographs of *Solar cells*, the baseline's preset and
//! `baseline/python/finetune.py` for the same seeds, one thread each and two runs at a time, so that both sides have the
//! same neighbours. Both predict the test photographs; scikit-learn scores them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};

use super::train;
use super::train::{cpu_seconds, mean};
use crate::competition::Competition;
use crate::{libtorch, run, tools, workspace};

/// What the preset does not know of this competition: the cells are grey, and may lie any way. Two photographs validate,
/// so that nearly all train; the last epoch counts.
const SOLAR: [&str; 6] = [
    "threads=1",
    "data.channels=1",
    "data.prepare=[{kind='resize',size=[224,224],fit='stretch',filter='bicubic'}]",
    "transform.train=[{kind='flip',axis='horizontal',probability=0.5},{kind='flip',axis='vertical',probability=0.5},\
     {kind='transpose',probability=0.5}]",
    "transform.evaluate=[]",
    "split={kind='hold-out',share=0.002,seed=1}",
];

/// Other ways to look at a cell when it is predicted.
const VIEWS: [&str; 3] = ["flip-horizontal", "flip-vertical", "rotate-180"];

/// What scikit-learn says of some submissions.
struct Scores {
    f1: Vec<f64>,
    accuracy: Vec<f64>,
    /// How much better the last is than the others on average, and the interval of 95 %.
    gain: f64,
    interval: [f64; 2],
}

/// Runs both sides for each seed, then lets the models of all seeds vote, and prints them beside the goals. Runs that are
/// there already are taken as they are: one takes a quarter of an hour or more.
pub(super) fn measure(seeds: u64) -> Result<()> {
    tools::c_compiler()?;
    tools::jpeg_compilers()?;
    libtorch::ensure(libtorch::Variant::Cpu)?;
    let home = workspace::kept().join("bench").join("finetune");
    workspace::create_dir(&home)?;
    let folder = home.join("solar-cells");
    run::step("Solar cells", || Competition::SolarCells.make(&folder, None))?;
    let python = crate::test::python_with_torch()?;
    let program = train::build()?;
    let bench = Bench { home, data: folder.join("data"), solution: folder.join("solution.csv"), python, program };
    run::step("The weights to begin with", || bench.weights())?;
    run::step("Training", || bench.train(seeds))?;
    println!("\nmacro-F1 alone and with views, CPU-seconds of training");
    println!("seed  baseline              PyTorch");
    let (mut ours, mut theirs) = (Figures::default(), Figures::default());
    for seed in 0..seeds {
        ours.add(&bench, &bench.name("baseline", seed), bench.baseline(seed)?)?;
        theirs.add(&bench, &bench.name("pytorch", seed), bench.pytorch(seed)?)?;
        println!("{seed:>4}  {}  {}", ours.last(), theirs.last());
    }
    println!("mean  {}  {}", ours.mean(), theirs.mean());
    let ratio = mean(&ours.cpu_seconds) / mean(&theirs.cpu_seconds);
    println!("CPU time {ratio:.2} of PyTorch's, goal at most 1");
    bench.vote(seeds)
}

struct Bench {
    home: PathBuf,
    data: PathBuf,
    solution: PathBuf,
    python: PathBuf,
    program: PathBuf,
}

#[derive(Default)]
struct Figures {
    alone: Vec<f64>,
    with_views: Vec<f64>,
    cpu_seconds: Vec<f64>,
}

impl Figures {
    fn add(&mut self, bench: &Bench, name: &Path, cpu_seconds: f64) -> Result<()> {
        let files = [alone(name), views_of(name)];
        let scores = bench.scores(&files)?;
        self.alone.push(scores.f1[0]);
        self.with_views.push(scores.f1[1]);
        self.cpu_seconds.push(cpu_seconds);
        Ok(())
    }

    fn last(&self) -> String {
        let last = |values: &[f64]| values.last().copied().unwrap_or(f64::NAN);
        Self::row(last(&self.alone), last(&self.with_views), last(&self.cpu_seconds))
    }

    fn mean(&self) -> String {
        Self::row(mean(&self.alone), mean(&self.with_views), mean(&self.cpu_seconds))
    }

    fn row(alone: f64, with_views: f64, cpu_seconds: f64) -> String {
        format!("{alone:.3}  {with_views:.3}  {cpu_seconds:>5.0} s")
    }
}

/// Where the baseline keeps what it begins with.
fn weights() -> PathBuf {
    workspace::kept().join("weights")
}

/// A run's submission without views.
fn alone(name: &Path) -> PathBuf {
    name.with_extension("csv")
}

/// A run's submission with views.
fn views_of(name: &Path) -> PathBuf {
    let mut file = name.file_name().unwrap_or_default().to_owned();
    file.push("-views.csv");
    name.with_file_name(file)
}

impl Bench {
    fn name(&self, side: &str, seed: u64) -> PathBuf {
        self.home.join(format!("{side}{seed}"))
    }

    /// Brings what both sides begin with.
    fn weights(&self) -> Result<()> {
        run::output(Command::new(&self.program).arg("weights").env("PODIUM_WEIGHTS", weights())).map(drop)
    }

    /// All runs, two at a time; they are read again one by one. After a failure none begins.
    fn train(&self, seeds: u64) -> Result<()> {
        let runs = Mutex::new(
            (0..seeds).flat_map(|seed| [(Self::baseline as fn(&Self, u64) -> _, seed), (Self::pytorch, seed)]),
        );
        let work = || -> Result<()> {
            loop {
                let next = || runs.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((side, seed)) = next() else { return Ok(()) };
                side(self, seed).inspect_err(|_| while next().is_some() {})?;
            }
        };
        std::thread::scope(|scope| {
            let other = scope.spawn(work);
            work().and(other.join().unwrap_or_else(|_| bail!("a run has panicked")))
        })
    }

    fn baseline(&self, seed: u64) -> Result<f64> {
        let run = self.name("baseline", seed);
        let submission = views_of(&run);
        if !submission.is_file() {
            let mut command = Command::new(&self.program);
            command.env("PODIUM_WEIGHTS", weights());
            command.args(["train", "--config", "finetune", "--fresh", "--data"]).arg(&self.data).arg("--out").arg(&run);
            for setting in SOLAR.into_iter().chain([format!("seed={seed}").as_str()]) {
                command.args(["--set", setting]);
            }
            run::output(&mut command)?;
            self.predict(&[run.join("last")], &[], &alone(&run))?;
            self.predict(&[run.join("last")], &VIEWS, &submission)?;
        }
        cpu_seconds(&run)
    }

    fn pytorch(&self, seed: u64) -> Result<f64> {
        let name = self.name("pytorch", seed);
        let kept = name.with_extension("json");
        if !kept.is_file() {
            let weights = weights().join("mobilenet_v2.safetensors");
            let mut command = self.script();
            command.arg("train").arg(&self.data).arg(weights).arg(seed.to_string()).arg(&name);
            fs::write(&kept, run::output(&mut command)?)?;
        }
        let figure: serde_json::Value = serde_json::from_str(fs::read_to_string(&kept)?.trim())?;
        figure["cpu_seconds"].as_f64().with_context(|| format!("{} has no cpu_seconds", kept.display()))
    }

    /// The models of all seeds together, with views, beside one model of either side.
    fn vote(&self, seeds: u64) -> Result<()> {
        let names = |side: &str| (0..seeds).map(|seed| self.name(side, seed)).collect::<Vec<_>>();
        let together = self.home.join("together.csv");
        if !together.is_file() {
            let checkpoints: Vec<PathBuf> = names("baseline").iter().map(|run| run.join("last")).collect();
            self.predict(&checkpoints, &VIEWS, &together)?;
        }
        let scores = self.scores(&[together.clone(), together.clone()])?;
        let (f1, accuracy) = (scores.f1[0], scores.accuracy[0]);
        println!(
            "\nthe {seeds} models with views together: {f1:.3}, accuracy {accuracy:.3}; gain over the mean of single ones"
        );
        for side in ["baseline", "pytorch"] {
            for (ways, file) in [("alone", alone as fn(&Path) -> PathBuf), ("with views", views_of)] {
                let files: Vec<PathBuf> = names(side).iter().map(|name| file(name)).chain([together.clone()]).collect();
                let Scores { gain, interval: [lower, upper], .. } = self.scores(&files)?;
                println!("  {:<22} {gain:+.3} ({lower:+.3} … {upper:+.3})", format!("{side} {ways}"));
            }
        }
        Ok(())
    }

    fn predict(&self, runs: &[PathBuf], views: &[&str], submission: &Path) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.arg("predict").args(runs).arg("--out").arg(submission);
        for view in views {
            command.args(["--view", view]);
        }
        run::output(&mut command).map(drop)
    }

    fn scores(&self, files: &[PathBuf]) -> Result<Scores> {
        let said = run::output(self.script().arg("score").arg(&self.solution).args(files))?;
        let number = |value: &serde_json::Value| value.as_f64().context("finetune.py printed no score");
        let mut scores = Scores { f1: Vec::new(), accuracy: Vec::new(), gain: 0.0, interval: [0.0; 2] };
        for line in said.lines() {
            let line: serde_json::Value = serde_json::from_str(line)?;
            if line["file"].is_string() {
                scores.f1.push(number(&line["f1"])?);
                scores.accuracy.push(number(&line["accuracy"])?);
            } else {
                scores.gain = number(&line["gain"])?;
                scores.interval = [number(&line["interval"][0])?, number(&line["interval"][1])?];
            }
        }
        ensure!(scores.f1.len() == files.len(), "finetune.py scored other files");
        Ok(scores)
    }

    fn script(&self) -> Command {
        let mut command = Command::new(&self.python);
        command.env("OMP_WAIT_POLICY", "PASSIVE").arg(workspace::root().join("baseline/python/finetune.py"));
        command
    }
}
