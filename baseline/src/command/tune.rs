//! `baseline tune`: runs the trials of a search, each as a process of its own, and gives up those that promise little.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::tune::journal::Journal;
use crate::tune::space::Plan;
use crate::tune::study::{State, Trial};

/// Search hyperparameters.
///
/// The plan, a TOML file, names an experiment, the keys that may change with their ranges, how values are chosen (random
/// search, or the tree-structured Parzen estimator) and when a trial is given up (median, or asynchronous successive
/// halving). Each trial is a `baseline train` with its values; its folder is kept.
///
/// The study is an Optuna journal, `study.log`: started again, the search goes on; several may work on it at once; `optuna`
/// continues it and `optuna-dashboard study.log` shows it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A plan:\n  study = \"solar\"\n  experiment = \"fast\"\n  metric = \"validation/f1_macro\"\n  direction \
                        = \"maximize\"\n  trials = 30\n  seed = 1\n  sampler = { kind = \"tpe\", startup = 10, candidates = 24 \
                        }\n  pruner = { kind = \"median\", startup = 5, warmup = 3 }\n\n  [space]\n  \
                        \"optimizer.rule.rate\" = { kind = \"float\", low = 0.02, high = 1.0, log = true }\n  \
                        \"loss.smoothing\" = { kind = \"float\", low = 0.0, high = 0.3, log = false, step = 0.1 }\n\nExample:\n  \
                        baseline tune plan.toml --data solar-cells --out runs/search"
)]
pub struct Options {
    /// The plan.
    plan: PathBuf,
    /// The competition's folder; replaces data.folder.
    #[arg(long, short)]
    data: Option<PathBuf>,
    /// Folder of the journal and of the trials.
    #[arg(long, short, default_value = "runs/search")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// If the plan is faulty, the journal cannot be written, or every one of the first trials fails.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    let shown = options.plan.display();
    let text = fs::read_to_string(&options.plan).with_context(|| format!("cannot read {shown}"))?;
    let plan = Plan::parse(&text).with_context(|| format!("{shown} is no plan"))?;
    fs::create_dir_all(&options.out).with_context(|| format!("cannot make {}", options.out.display()))?;
    let path = options.out.join("study.log");
    let journal = Journal::open(&path, &plan.study, plan.direction)?;
    for trial in journal.study()?.trials {
        if trial.state == State::Running && trial.process.is_some_and(|process| !is_alive(process)) {
            println!("trial {} was left by a process that ended", trial.id);
            journal.end(trial.id, State::Failed, None, Some("its process ended"))?;
        }
    }
    let search = Search { options, plan: &plan, journal: &journal };
    while journal.study()?.trials.len() < plan.trials {
        let (id, number) = journal.begin(&plan.space, |study| plan.sampler.suggest(&plan.space, study, plan.seed))?;
        println!("trial {number}: {}", search.settings(&search.trial(id)?).join(" "));
        let (state, value, note) = search.run_trial(id, number)?;
        journal.end(id, state, value, note.as_deref())?;
        let value = value.map_or_else(|| "no value".to_owned(), |value| format!("{} {value:.4}", plan.metric));
        println!("trial {number}: {state:?}, {value}{}", note.map_or_else(String::new, |note| format!(" ({note})")));
        let study = journal.study()?;
        let all_failed = study.trials.iter().all(|trial| trial.state == State::Failed);
        ensure!(
            !all_failed || study.trials.len() < 3,
            "every trial fails; see output.txt in {}",
            options.out.display()
        );
    }
    let study = journal.study()?;
    let best = study.best().context("no trial ended with a value")?;
    let pruned = study.trials.iter().filter(|trial| trial.state == State::Pruned).count();
    println!(
        "\n{} trials, {pruned} given up; best: {} {:.4}",
        study.trials.len(),
        plan.metric,
        best.value.unwrap_or(f64::NAN)
    );
    for setting in search.settings(best) {
        println!("  --set {setting}");
    }
    println!("look at it: optuna-dashboard {}", path.display());
    Ok(())
}

struct Search<'a> {
    options: &'a Options,
    plan: &'a Plan,
    journal: &'a Journal,
}

/// Between two looks at a trial's log. An epoch takes seconds at least.
const LOOK: Duration = Duration::from_millis(200);

impl Search<'_> {
    fn trial(&self, id: u64) -> Result<Trial> {
        let trials = self.journal.study()?.trials;
        trials.into_iter().find(|trial| trial.id == id).context("the trial vanished from the journal")
    }

    /// What `train --set` takes. JSON's texts, numbers and booleans are TOML's, too.
    fn settings(&self, trial: &Trial) -> Vec<String> {
        let values =
            trial.parameters.iter().filter_map(|(key, value)| Some((key, self.plan.space.get(key)?.value(*value))));
        values.map(|(key, value)| format!("{key}={value}")).collect()
    }

    /// Trains, reports each epoch, and ends the process when the pruner says so.
    fn run_trial(&self, id: u64, number: usize) -> Result<(State, Option<f64>, Option<String>)> {
        let folder = self.options.out.join(format!("trial{number:03}"));
        fs::create_dir_all(&folder)?;
        let mut child = Ended(self.start(&self.trial(id)?, &folder)?);
        let mut log = Tail { path: folder.join("log.jsonl"), read: 0 };
        let mut best: Option<f64> = None;
        loop {
            // Asked first, so that what was written just before the end is still read below.
            let status = child.0.try_wait()?;
            for entry in log.entries()? {
                let (Some(step), Some(value)) =
                    (entry.get("epoch").and_then(Value::as_u64), entry.get(&self.plan.metric))
                else {
                    continue;
                };
                let Some(value) = value.as_f64() else {
                    return Ok((
                        State::Failed,
                        None,
                        Some(format!("{} is no number in epoch {step}", self.plan.metric)),
                    ));
                };
                self.journal.report(id, step, value)?;
                let loss = |value: f64| self.plan.direction.loss(value);
                best = Some(best.filter(|&best| loss(best) <= loss(value)).unwrap_or(value));
                let study = self.journal.study()?;
                let trial = self.trial(id)?;
                let verdict = self.plan.pruner.judge(&study, &trial);
                for rung in verdict.reached {
                    self.journal.reach(id, rung, value)?;
                }
                if verdict.prune && status.is_none() {
                    return Ok((State::Pruned, Some(value), Some(format!("given up after epoch {step}"))));
                }
            }
            match (status, best) {
                (None, _) => thread::sleep(LOOK),
                (Some(status), Some(best)) if status.success() => return Ok((State::Complete, Some(best), None)),
                (Some(status), _) => {
                    let output = fs::read_to_string(folder.join("output.txt")).unwrap_or_default();
                    let last = output.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no output");
                    return Ok((State::Failed, None, Some(format!("{status}: {last}"))));
                }
            }
        }
    }

    fn start(&self, trial: &Trial, folder: &Path) -> Result<Child> {
        let beside = self.options.plan.parent().unwrap_or(Path::new("")).join(&self.plan.experiment);
        let experiment = if beside.is_file() { beside } else { self.plan.experiment.clone() };
        let output = File::create(folder.join("output.txt"))?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("train").arg("--fresh").arg("--config").arg(experiment).arg("--out").arg(folder);
        if let Some(data) = &self.options.data {
            command.arg("--data").arg(data);
        }
        for setting in self.settings(trial) {
            command.arg("--set").arg(setting);
        }
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        command.spawn().context("cannot start the trial")
    }
}

/// A process that does not outlive the trial.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A growing file of JSON lines.
struct Tail {
    path: PathBuf,
    read: u64,
}

impl Tail {
    /// The whole lines since the last call.
    fn entries(&mut self) -> Result<Vec<Value>> {
        let Ok(mut file) = File::open(&self.path) else { return Ok(Vec::new()) };
        file.seek(SeekFrom::Start(self.read))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        self.read += whole as u64;
        let lines = bytes[..whole].split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).context("the trial's log has a line that is not JSON")).collect()
    }
}

/// Whether a process of this machine is there; where that cannot be told, only our own is.
fn is_alive(process: u64) -> bool {
    process == u64::from(std::process::id()) || Path::new("/proc").join(process.to_string()).exists()
}
