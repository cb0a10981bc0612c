//! `cargo xtask bench scoring`: Podium beside pandas + scikit-learn and polars on the same generated files, one after the
//! other in one run, with equal scores asserted. CPU time, because the machine may be shared; the load stands beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::load;
use crate::{run, tools, workspace};

/// With pyarrow, which pandas uses for strings where it finds it: without it the joins take twice as long.
const PACKAGES: [&str; 5] =
    ["pandas==3.1.1", "pyarrow==26.0.1", "scikit-learn==1.9.1", "polars==2.1.0", "numpy==2.4.6"];
const CHECK: &str = "import pandas, polars, pyarrow, sklearn";
const ROWS: u64 = 1_000_000;
const MANY_ROWS: u64 = 10_000_000;
/// Rounds of ours, then each peer.
const ROUNDS: usize = 5;

/// Prints G1 to G9 beside their goals. `quick` leaves out the ten million rows, which take minutes and 4 GB.
pub(crate) fn measure(root: &Path, quick: bool) -> Result<()> {
    let bench = Bench::prepare(root)?;
    bench.files(ROWS)?;
    let mut table = Table::default();
    bench.million(&mut table)?;
    if !quick {
        bench.files(MANY_ROWS)?;
        bench.ten_million(&mut table)?;
    }
    table.print();
    Ok(())
}

struct Bench {
    ours: PathBuf,
    python: PathBuf,
    packages: PathBuf,
    script: PathBuf,
    files: PathBuf,
}

impl Bench {
    fn prepare(root: &Path) -> Result<Self> {
        let files = workspace::target().join("bench-scoring");
        std::fs::create_dir_all(&files)?;
        let ours = run::step("building the benchmark", program)?;
        let python = tools::python()?;
        let packages = files.join("python");
        let installed = run::output(Command::new(&python).env("PYTHONPATH", &packages).args(["-c", CHECK]));
        if installed.is_err() {
            // As for the demo's data: `--target` leaves the machine's Python alone and needs no venv.
            run::step("installing pandas, scikit-learn and polars", || {
                let mut pip = Command::new(&python);
                pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]).arg(&packages);
                run::output(pip.args(PACKAGES)).map(drop)
            })?;
        }
        Ok(Self { ours, python, packages, script: root.join("crates/xtask/bench/scoring_peers.py"), files })
    }

    fn folder(&self, rows: u64) -> PathBuf {
        self.files.join(rows.to_string())
    }

    fn files(&self, rows: u64) -> Result<()> {
        run::step(&format!("writing files of {rows} rows"), || {
            run::output(Command::new(&self.ours).arg("generate").arg(self.folder(rows)).arg(rows.to_string())).map(drop)
        })
    }

    fn ours(&self, rows: u64, case: &str, repeats: usize) -> Result<Run> {
        let mut command = Command::new(&self.ours);
        command.arg("measure").arg(self.folder(rows)).args([case, &repeats.to_string()]);
        let json = parse(&run::output(&mut command)?)?;
        Run::read(&json, &json)
    }

    /// The peer with both files read, and with its solution in memory.
    fn peer(&self, rows: u64, case: &str, peer: &str) -> Result<(Run, Run)> {
        let mut command = Command::new(&self.python);
        command.env("PYTHONPATH", &self.packages);
        command.args(["-W", "ignore"]).arg(&self.script).arg(self.folder(rows)).args([case, peer, "1"]);
        let json = parse(&run::output(&mut command)?)?;
        Ok((Run::read(&json, &json["both_files"])?, Run::read(&json, &json["warm"])?))
    }

    /// Ours and the peers in turn, `rounds` times; scores must be equal.
    fn compare(&self, rows: u64, ours: &[&str], peer_case: &str, peers: &[&str], rounds: usize) -> Result<Compared> {
        run::step(&format!("{peer_case}, {rows} rows"), || {
            let mut compared = Compared::default();
            let mut scores: Option<Vec<f64>> = None;
            for _ in 0..rounds {
                for &case in ours {
                    let run = self.ours(rows, case, 3)?;
                    compared.add(case, run, &mut scores)?;
                }
                for &peer in peers {
                    let (both, warm) = self.peer(rows, peer_case, peer)?;
                    compared.add(peer, both, &mut scores)?;
                    compared.add(&format!("{peer} warm"), warm, &mut scores)?;
                }
            }
            Ok(compared)
        })
    }

    fn million(&self, table: &mut Table) -> Result<()> {
        let ours = ["labels-any", "labels-ordered", "labels-windows", "labels-cold", "labels-exact"];
        let labels = self.compare(ROWS, &ours, "labels-any", &["pandas", "polars"], ROUNDS)?;
        table.times("labels, 1e6 shuffled rows", &labels);
        let (pandas, polars) = ("pandas", "polars");
        table.ratio("G1", "pandas / ours, arbitrary ids, index warm", labels.ratio(pandas, "labels-any"), 100.0);
        table.ratio("G1", "polars / ours, both files read by polars", labels.ratio(polars, "labels-any"), 30.0);
        table.ratio("G2", "polars / ours, warm against warm", labels.ratio("polars warm", "labels-any"), 30.0);
        table.ratio("G4", "pandas / ours, cold", labels.ratio(pandas, "labels-cold"), 40.0);
        table.ratio("G4", "polars / ours, cold", labels.ratio(polars, "labels-cold"), 10.0);
        table.ratio("G7", "pandas / ours, memory, as the server keeps it", labels.memory(pandas, "labels-any"), 25.0);
        table.ratio("G7", "pandas / ours, memory, exact reader", labels.memory(pandas, "labels-exact"), 25.0);

        let dense = self.compare(ROWS, &["labels-dense"], "labels-dense", &["pandas", "polars"], ROUNDS)?;
        table.times("labels, 1e6 shuffled rows, dense ids", &dense);
        table.ratio(
            "G2",
            "polars / ours, warm against warm, dense ids",
            dense.ratio("polars warm", "labels-dense"),
            45.0,
        );

        let (any, ordered) = (labels.cpu("labels-any"), labels.cpu("labels-ordered"));
        let read = self.ours(ROWS, "read-any", 9)?.cpu;
        let read_dense = self.ours(ROWS, "read-dense", 9)?.cpu;
        table.ratio("G5", "read() / ours, in order", read / ordered, 0.33);
        table.ratio("G5", "read() / ours, dense ids", read_dense / dense.cpu("labels-dense"), 0.25);
        table.ratio("G5", "read() / ours, arbitrary ids", read / any, 0.15);
        table.unmeasured("G6", "two threads: scoring runs on one");

        for (bits, goals) in [(32, (20.0, 9.0)), (64, (12.0, 6.0))] {
            let case = format!("log-loss-{bits}");
            let compared = self.compare(ROWS, &[&case], &case, &["pandas", "polars"], ROUNDS.div_ceil(2))?;
            table.times(&format!("log loss, 18 probabilities, 1e6 rows, f{bits} text"), &compared);
            table.ratio("G8", &format!("pandas / ours, f{bits} text"), compared.ratio("pandas", &case), goals.0);
            table.ratio("G8", &format!("polars / ours, f{bits} text"), compared.ratio("polars", &case), goals.1);
        }
        let auc = self.compare(ROWS, &["auc-metric"], "auc-metric", &["sklearn"], ROUNDS)?;
        table.times("ROC AUC of 1e6 scores in memory", &auc);
        table.ratio("G9", "scikit-learn / ours, AUC", auc.ratio("sklearn", "auc-metric"), 20.0);
        let auc = self.compare(ROWS, &["auc-18-metric"], "auc-18-metric", &["sklearn"], 3)?;
        table.times("ROC AUC of 18 classes, one against the rest, 1e6 rows in memory", &auc);
        table.ratio("G9", "scikit-learn / ours, 18 classes", auc.ratio("sklearn", "auc-18-metric"), 20.0);
        Ok(())
    }

    fn ten_million(&self, table: &mut Table) -> Result<()> {
        let labels = self.compare(MANY_ROWS, &["labels-any"], "labels-any", &["pandas", "polars"], 1)?;
        table.times("labels, 1e7 shuffled rows", &labels);
        table.ratio("G3", "pandas / ours, 1e7 rows", labels.ratio("pandas", "labels-any"), 125.0);
        table.ratio("G3", "polars / ours, 1e7 rows", labels.ratio("polars", "labels-any"), 34.0);
        table.ratio("G7", "pandas / ours, memory, 1e7 rows", labels.memory("pandas", "labels-any"), 25.0);
        let dense = self.compare(MANY_ROWS, &["labels-dense"], "labels-dense", &["pandas", "polars"], 1)?;
        table.times("labels, 1e7 shuffled rows, dense ids", &dense);
        table.ratio("G3", "pandas / ours, 1e7 rows, dense ids", dense.ratio("pandas", "labels-dense"), 200.0);
        table.ratio("G3", "polars / ours, 1e7 rows, dense ids", dense.ratio("polars", "labels-dense"), 55.0);
        Ok(())
    }
}

/// Builds our side and finds the program.
fn program() -> Result<PathBuf> {
    let mut command = workspace::cargo();
    command.args(["bench", "--quiet", "--package", "podium-scoring", "--bench", "scoring", "--no-run"]);
    let messages = run::output(command.arg("--message-format=json"))?;
    let executable = |line: &str| parse(line).ok()?["executable"].as_str().map(PathBuf::from);
    messages.lines().rev().find_map(executable).context("cargo names no program for the benchmark")
}

fn parse(json: &str) -> Result<Value> {
    serde_json::from_str(json.trim()).with_context(|| format!("not JSON: {json}"))
}

/// One measurement: medians of its repetitions.
#[derive(Clone)]
struct Run {
    cpu: f64,
    wall: f64,
    peak: f64,
    scores: Vec<f64>,
}

impl Run {
    fn read(json: &Value, times: &Value) -> Result<Self> {
        let numbers = |value: &Value| -> Result<Vec<f64>> {
            let list = value.as_array().context("a list is missing in the measurement")?;
            Ok(list.iter().filter_map(Value::as_f64).collect())
        };
        let peak = json["peak_mb"].as_f64().context("no peak memory in the measurement")?;
        let (cpu, wall) = (median(numbers(&times["cpu_ms"])?), median(numbers(&times["wall_ms"])?));
        Ok(Self { cpu, wall, peak, scores: numbers(&json["scores"])? })
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// All runs of the programs that were compared.
#[derive(Default)]
struct Compared(BTreeMap<String, Vec<Run>>);

impl Compared {
    fn add(&mut self, name: &str, run: Run, scores: &mut Option<Vec<f64>>) -> Result<()> {
        let expected = scores.get_or_insert_with(|| run.scores.clone());
        let equal = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * a.abs().max(1.0);
        if expected.len() != run.scores.len() || !expected.iter().zip(&run.scores).all(equal) {
            bail!("{name} scores {:?}, the first program {expected:?}", run.scores);
        }
        self.0.entry(name.to_owned()).or_default().push(run);
        Ok(())
    }

    fn of(&self, name: &str, value: fn(&Run) -> f64) -> f64 {
        median(self.0.get(name).map_or_else(Vec::new, |runs| runs.iter().map(value).collect()))
    }

    fn cpu(&self, name: &str) -> f64 {
        self.of(name, |run| run.cpu)
    }

    fn ratio(&self, peer: &str, ours: &str) -> f64 {
        self.cpu(peer) / self.cpu(ours)
    }

    fn memory(&self, peer: &str, ours: &str) -> f64 {
        self.of(peer, |run| run.peak) / self.of(ours, |run| run.peak)
    }
}

/// What is printed at the end.
#[derive(Default)]
struct Table {
    times: String,
    goals: String,
}

impl Table {
    fn times(&mut self, title: &str, compared: &Compared) {
        let _ = writeln!(self.times, "\n{title}\n  {:<16}{:>12}{:>12}{:>12}", "", "CPU ms", "wall ms", "peak MB");
        for name in compared.0.keys() {
            let (cpu, wall, peak) =
                (compared.cpu(name), compared.of(name, |run| run.wall), compared.of(name, |run| run.peak));
            let _ = writeln!(self.times, "  {name:<16}{cpu:>12.1}{wall:>12.1}{peak:>12.0}");
        }
    }

    fn ratio(&mut self, goal: &str, what: &str, ratio: f64, least: f64) {
        let verdict = if ratio >= least { "reached" } else { "MISSED" };
        let _ = writeln!(
            self.goals,
            "{goal}  {what:<52}{ratio:>9.2}{:>10}  {verdict:<8} load {}",
            format!(">= {least}"),
            load()
        );
    }

    fn unmeasured(&mut self, goal: &str, why: &str) {
        let _ = writeln!(self.goals, "{goal}  {why:<52}{:>9}{:>10}  not built", "", "");
    }

    fn print(&self) {
        println!(
            "{}\nGoals (ratios of CPU time, medians; peers' memory includes their imports)\n\n{}",
            self.times, self.goals
        );
    }
}
