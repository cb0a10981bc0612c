//! Our side of `cargo xtask bench scoring`: makes the files and measures one case, printing one line of JSON.
//!
//! ```text
//! scoring generate DIR ROWS          the files of all cases, from fixed seeds; existing ones stay
//! scoring measure DIR CASE REPEATS   CPU and wall time of each repetition, peak memory, scores
//! ```
//! Times are of the process's CPU clock, because the machine may be shared; peak memory is the kernel's high-water mark,
//! reset before the first repetition.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use podium_scoring::columns::{Kind, Predictions, Targets, Truth};
use podium_scoring::fast::Index;
use podium_scoring::metric::{Metric, evaluate, value};
use podium_scoring::report;
use podium_scoring::solution::Solution;
use podium_scoring::spec::Task;
use podium_scoring::table::Limits;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const CLASSES: u64 = 18;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generate", folder, rows] => generate(Path::new(folder), rows.parse()?),
        ["measure", folder, case, repeats] => measure(Path::new(folder), case, repeats.parse()?),
        _ => {
            writeln!(io::stdout(), "usage: scoring generate DIR ROWS | scoring measure DIR CASE REPEATS")?;
            Ok(())
        }
    }
}

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

/// Eleven characters that say nothing about the row.
fn arbitrary_id(row: u64) -> String {
    let mut mixed = Random(row ^ 0x5eed).next();
    (0..11)
        .map(|_| {
            let letter = b"abcdefghijklmnopqrstuvwxyz012345"[(mixed & 31) as usize];
            mixed >>= 5;
            char::from(letter)
        })
        .collect()
}

fn dense_id(row: u64) -> String {
    format!("{row:07}.jpg")
}

fn generate(folder: &Path, rows: u64) -> Outcome<()> {
    std::fs::create_dir_all(folder)?;
    let file = |name: &str| -> Outcome<Option<BufWriter<File>>> {
        let path = folder.join(name);
        if path.exists() { Ok(None) } else { Ok(Some(BufWriter::with_capacity(1 << 20, File::create(path)?))) }
    };
    let mut order: Vec<u64> = (0..rows).collect();
    Random(1).shuffle(&mut order);
    let truth = |row: u64| Random(row ^ 0x7211).below(CLASSES);
    let usage = |row: u64| if Random(row ^ 0x99).below(10) < 3 { "Public" } else { "Private" };
    let guess = |row: u64| {
        let mut random = Random(row ^ 0xabcd);
        if random.below(100) < 70 { truth(row) } else { random.below(CLASSES) }
    };
    for (name, id) in [("any", arbitrary_id as fn(u64) -> String), ("dense", dense_id)] {
        if let Some(mut out) = file(&format!("{name}-solution.csv"))? {
            writeln!(out, "id,label,Usage")?;
            for row in 0..rows {
                writeln!(out, "{},{},{}", id(row), truth(row), usage(row))?;
            }
            out.flush()?;
        }
        if let Some(mut out) = file(&format!("{name}-shuffled.csv"))? {
            writeln!(out, "id,label")?;
            for &row in &order {
                writeln!(out, "{},{}", id(row), guess(row))?;
            }
            out.flush()?;
        }
    }
    if let Some(mut out) = file("any-windows.csv")? {
        write!(out, "id,label\r\n")?;
        for &row in &order {
            write!(out, "{},{}\r\n", arbitrary_id(row), guess(row))?;
        }
        out.flush()?;
    }
    if let Some(mut out) = file("any-ordered.csv")? {
        writeln!(out, "id,label")?;
        for row in 0..rows {
            writeln!(out, "{},{}", arbitrary_id(row), guess(row))?;
        }
        out.flush()?;
    }
    if let Some(mut out) = file("binary-solution.csv")? {
        writeln!(out, "id,label,Usage")?;
        for row in 0..rows {
            writeln!(out, "{},{},{}", arbitrary_id(row), truth(row) % 2, usage(row))?;
        }
        out.flush()?;
    }
    if let Some(mut out) = file("binary-shuffled.csv")? {
        writeln!(out, "id,label")?;
        for &row in &order {
            writeln!(out, "{},{}", arbitrary_id(row), score(row, truth(row) % 2))?;
        }
        out.flush()?;
    }
    // The wide files would take 6 GB at ten million rows and show nothing new.
    for (name, single) in [("wide32", true), ("wide64", false)] {
        if rows > 1_000_000 {
            break;
        }
        if let Some(mut out) = file(&format!("{name}-shuffled.csv"))? {
            let names: Vec<String> = (0..CLASSES).map(|class| format!("p{class}")).collect();
            writeln!(out, "id,{}", names.join(","))?;
            for &row in &order {
                write!(out, "{}", dense_id(row))?;
                for value in probabilities(row, truth(row)) {
                    if single { write!(out, ",{}", value as f32)? } else { write!(out, ",{value}")? }
                }
                writeln!(out)?;
            }
            out.flush()?;
        }
    }
    Ok(())
}

fn score(row: u64, positive: u64) -> f64 {
    let mut random = Random(row ^ 0x5c0e);
    0.7 * random.unit() + 0.3 * positive as f64 * random.unit()
}

/// A softmax over noise with the true class a little ahead.
fn probabilities(row: u64, truth: u64) -> Vec<f64> {
    let mut random = Random(row ^ 0x50f7);
    let raw: Vec<f64> =
        (0..CLASSES).map(|class| (3.0 * random.unit() + if class == truth { 1.5 } else { 0.0 }).exp()).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|value| value / sum).collect()
}

fn task(kind: Kind, metric: &str) -> Outcome<Task> {
    Ok(Task::new(kind, metric.parse()?))
}

/// What is repeated; returns the scores, so that they can be compared with the peers'.
type Work = Box<dyn FnMut() -> Outcome<Vec<f64>>>;

fn prepare(folder: &Path, case: &str) -> Outcome<Work> {
    let path = |name: &str| folder.join(name);
    let limits = Limits { file_bytes: u64::MAX, ..Limits::default() };
    let indexed = |solution: &str, task: &Task| -> Outcome<Index> {
        let solution =
            Solution::from_reader(File::open(path(solution))?, task, None).map_err(|error| format!("{error:?}"))?;
        Ok(Index::new(&solution).ok_or("no fast path for this solution")?)
    };
    let warm = |solution: &str, submission: &str, task: Task| -> Outcome<Work> {
        let index = indexed(solution, &task)?;
        let submission = path(submission);
        Ok(Box::new(move || {
            let report = index.score(&mut File::open(&submission)?, &limits)?.ok_or("left to the exact reader")?;
            Ok(scores(report))
        }))
    };
    let labels = || task(Kind::Labels, "f1_macro");
    let read = |submission: PathBuf| -> Work {
        Box::new(move || {
            let mut file = File::open(&submission)?;
            let mut buffer = vec![0; 256 * 1024];
            let mut sum = 0;
            loop {
                let count = file.read(&mut buffer)?;
                sum += u64::from(black_box(&buffer)[0]);
                if count == 0 {
                    black_box(sum);
                    return Ok(Vec::new());
                }
            }
        })
    };
    match case {
        // The server keeps only the index of a large solution, too.
        "labels-any" => warm("any-solution.csv", "any-shuffled.csv", labels()?),
        "labels-dense" => warm("dense-solution.csv", "dense-shuffled.csv", labels()?),
        "labels-windows" => warm("any-solution.csv", "any-windows.csv", labels()?),
        "labels-ordered" => warm("any-solution.csv", "any-ordered.csv", labels()?),
        // What the fast path leaves: files that need tidying or messages. The server reads the solution again for them.
        "labels-exact" => {
            let task = labels()?;
            let solution = Solution::from_reader(File::open(path("any-solution.csv"))?, &task, None)
                .map_err(|error| format!("{error:?}"))?;
            let submission = path("any-shuffled.csv");
            let score = move || {
                let report = report::score(File::open(&submission)?, &solution, &limits);
                Ok(scores(report.map_err(|error| format!("{error:?}"))?))
            };
            score()?;
            Ok(Box::new(score))
        }
        "labels-cold" => {
            let (solution, submission) = (path("any-solution.csv"), path("any-shuffled.csv"));
            let task = labels()?;
            Ok(Box::new(move || {
                let index = Index::from_file(&mut File::open(&solution)?, &task, None)?.ok_or("no fast path")?;
                let report = index.score(&mut File::open(&submission)?, &limits)?.ok_or("left to the exact reader")?;
                Ok(scores(report))
            }))
        }
        "log-loss-32" => warm("dense-solution.csv", "wide32-shuffled.csv", task(Kind::Probabilities, "log_loss")?),
        "log-loss-64" => warm("dense-solution.csv", "wide64-shuffled.csv", task(Kind::Probabilities, "log_loss")?),
        "auc-file" => warm("binary-solution.csv", "binary-shuffled.csv", task(Kind::Probability, "roc_auc")?),
        "auc-metric" => {
            let rows = rows_of(&path("binary-solution.csv"))?;
            let truth = |row: u64| Random(row ^ 0x7211).below(CLASSES) % 2;
            let targets = Targets::Binary((0..rows).map(|row| truth(row) == 1).collect());
            let scores = (0..rows).map(|row| score(row, truth(row))).collect();
            metric(Truth::new(targets), Predictions::Scores(scores), "roc_auc", rows)
        }
        "auc-18-metric" | "auc-18-error" => {
            let rows = rows_of(&path("dense-solution.csv"))?.min(1_000_000);
            let truth = |row: u64| Random(row ^ 0x7211).below(CLASSES);
            let names = (0..CLASSES).map(|class| class.to_string()).collect();
            let targets = Targets::Classes { index: (0..rows).map(|row| truth(row) as u32).collect(), names };
            let values = (0..rows).flat_map(|row| probabilities(row, truth(row))).collect();
            let (truth, predictions) = (Truth::new(targets), Predictions::Probabilities { values, extra: Vec::new() });
            match case {
                "auc-18-metric" => metric(truth, predictions, "roc_auc_ovr_macro", rows),
                // With the standard error, as a submission is scored.
                _ => {
                    let (metric, rows): (Metric, Vec<u32>) = ("roc_auc_ovr_macro".parse()?, (0..rows as u32).collect());
                    Ok(Box::new(move || Ok(vec![evaluate(&metric, &truth, &predictions, &rows)?.value])))
                }
            }
        }
        "read-any" => Ok(read(path("any-shuffled.csv"))),
        "read-dense" => Ok(read(path("dense-shuffled.csv"))),
        "read-wide32" => Ok(read(path("wide32-shuffled.csv"))),
        "read-wide64" => Ok(read(path("wide64-shuffled.csv"))),
        _ => Err(format!("no case '{case}'").into()),
    }
}

fn metric(truth: Truth, predictions: Predictions, name: &str, rows: u64) -> Outcome<Work> {
    let metric: Metric = name.parse()?;
    let rows: Vec<u32> = (0..rows as u32).collect();
    Ok(Box::new(move || Ok(vec![value(&metric, &truth, &predictions, &rows)?])))
}

fn rows_of(solution: &Path) -> Outcome<u64> {
    Ok(std::fs::read(solution)?.iter().filter(|&&byte| byte == b'\n').count() as u64 - 1)
}

/// The first metric on public and private rows.
fn scores(report: report::Report) -> Vec<f64> {
    let revealed = report.reveal();
    let parts = revealed.metrics.first().and_then(|metric| metric.parts.clone());
    let values = parts.into_iter().flat_map(|(public, private)| [public, private]);
    values.filter_map(|outcome| outcome.ok().map(|estimate| estimate.value)).collect()
}

fn measure(folder: &Path, case: &str, repeats: usize) -> Outcome<()> {
    let mut work = prepare(folder, case)?;
    // The high-water mark of resident memory starts from what is resident now.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let (mut cpu, mut wall, mut scores) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..repeats {
        let (cpu_start, wall_start) = (cpu_seconds(), Instant::now());
        scores = work()?;
        cpu.push((cpu_seconds() - cpu_start) * 1e3);
        wall.push(wall_start.elapsed().as_secs_f64() * 1e3);
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    let list = |values: &[f64]| values.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    writeln!(
        io::stdout(),
        "{{\"case\":\"{case}\",\"cpu_ms\":[{}],\"wall_ms\":[{}],\"peak_mb\":{},\"scores\":[{}]}}",
        list(&cpu),
        list(&wall),
        peak.unwrap_or(0.0) / 1e3,
        list(&scores)
    )?;
    Ok(())
}

fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}
