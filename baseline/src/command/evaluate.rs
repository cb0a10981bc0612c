//! `baseline evaluate`: what a run is worth, class by class, and whether it suffers from bias or from variance.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use podium_scoring::metric::Metric;

use super::shown;
use crate::checkpoint::{Checkpoint, WEIGHTS};
use crate::dataset::Dataset;
use crate::device::Compute;
use crate::ensemble::compare::{self, Gain};
use crate::ensemble::score;
use crate::loader::Mode;
use crate::model::Model;
use crate::predictions::Predictions;
use crate::report;
use crate::source::{Pictures, Source, probabilities};
use crate::training::loader;

/// Judge a run on the photographs that it did not train on.
///
/// Prints the metrics with their standard errors, a table of the classes and the confusion matrix, all computed by the
/// code that the server scores with. Then the same score on the photographs that it did train on: a low score on both is
/// bias (a larger net, longer training, less augmentation), a gap between them is variance (more augmentation, more weight
/// decay, more data), if it is more than luck: a bootstrap of both sides gives the interval that holds 95 % of it. Learning curves, the confusion matrix, ROC and precision-recall curves and a sheet of the
/// surest mistakes are drawn into the run's `report`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  baseline evaluate runs/first")]
pub struct Options {
    /// The run's folder.
    run: PathBuf,
    /// Leave the photographs of training out, which costs a pass over all of them.
    #[arg(long)]
    no_gap: bool,
    /// The competition's folder, if it has moved since training.
    #[arg(long, short)]
    data: Option<PathBuf>,
}

/// Metrics of labels and of probabilities that are shown where they apply.
const SHOWN: [&str; 7] =
    ["accuracy", "f1_macro", "precision_macro", "recall_macro", "log_loss", "roc_auc_ovr_macro", "roc_auc"];

/// Runs the command.
///
/// # Errors
/// If the folder is no run.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(options: &Options) -> Result<()> {
    let mut checkpoint = Checkpoint::open(&options.run.join("best"))?;
    if let Some(data) = &options.data {
        checkpoint.meta.experiment.data.folder.clone_from(data);
    }
    let validation = Predictions::read(&checkpoint.folder.join("validation.safetensors"))?;
    let chosen = checkpoint.meta.experiment.metric()?;
    println!("{} photographs validate\n", validation.ids.len());
    println!("{:<20} {}", chosen.to_string(), score(&chosen, &validation).map_or_else(|e| e.to_string(), shown));
    for name in SHOWN {
        let Ok(metric) = name.parse::<Metric>() else { continue };
        if metric == chosen {
            continue;
        }
        if let Ok(estimate) = score(&metric, &validation) {
            println!("{name:<20} {}", shown(estimate));
        }
    }
    println!("\n{}", by_class(&validation));
    println!("{}", confusion(&validation));
    let competition = checkpoint.meta.experiment.data.competition()?;
    let photograph = |id: &str| competition.train.iter().find(|photo| photo.id == id).map(|photo| photo.path.clone());
    for picture in report::write(&options.run, &validation, photograph)? {
        println!("{}", picture.display());
    }
    if !options.no_gap {
        let (train, loss) = on_training(&checkpoint, &validation)?;
        let value = |predictions| Ok::<_, anyhow::Error>(score(&chosen, predictions)?.value);
        println!(
            "{chosen} on the photographs of training {:.4}, of validation {:.4} (loss on training {loss:.4})",
            value(&train)?,
            value(&validation)?
        );
        match compare::gap(&chosen, &train, &validation, SEED) {
            Ok(gap) => println!(
                "gap {:+.4}, 95 % of replicates in {:+.4} … {:+.4}\n{}",
                gap.gain,
                gap.lower,
                gap.upper,
                verdict(&gap)
            ),
            Err(error) => println!("how sure the gap is cannot be said: {error}"),
        }
    }
    Ok(())
}

/// Of the bootstrap; fixed, so that an interval does not depend on luck of its own.
const SEED: u64 = 1;

/// What a gap between training and validation says. Its size alone says nothing: with 29 photographs that validate 0.1 is
/// luck, with 5,000 it is a lot. So only an interval without 0 counts as a gap.
fn verdict(gap: &Gain) -> &'static str {
    if gap.lower > 0.0 {
        "It knows its own photographs better than others: variance. More augmentation, more decay, an average of weights \
         or of models, more data."
    } else if gap.upper < 0.0 {
        "It does worse on its own photographs than on others: these are easier, or some of them are among its own, too \
         (`baseline train` warns of near-duplicates)."
    } else {
        "With so many photographs no gap can be told from luck. If both scores are low, that is bias: a larger or \
         pretrained net, longer training, less augmentation. If not, validate on more photographs (--folds all) before \
         you act on it."
    }
}

/// Precision, recall and F1 of each class, the worst first.
fn by_class(predictions: &Predictions) -> String {
    let counts = counts(predictions);
    let classes = predictions.classes.len();
    let mut rows: Vec<(f64, String)> = (0..classes)
        .map(|class| {
            let hits = counts[class * classes + class] as f64;
            let truth: u64 = (0..classes).map(|other| counts[class * classes + other]).sum();
            let taken: u64 = (0..classes).map(|other| counts[other * classes + class]).sum();
            let share = |of: f64| if of > 0.0 { hits / of } else { 0.0 };
            let f1 = 2.0 * hits / ((truth + taken) as f64).max(1.0);
            let name = &predictions.classes[class];
            let line = format!(
                "{name:<24} {truth:>7} {taken:>7} {:>10.3} {:>8.3} {f1:>8.3}\n",
                share(taken as f64),
                share(truth as f64)
            );
            (f1, line)
        })
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let head =
        format!("{:<24} {:>7} {:>7} {:>10} {:>8} {:>8}\n", "class", "true", "taken", "precision", "recall", "f1");
    rows.into_iter().fold(head, |text, (_, line)| text + &line)
}

/// What each class (row) was taken for (columns); where there are many classes, the most frequent confusions instead.
fn confusion(predictions: &Predictions) -> String {
    const MOST: usize = 12;
    let counts = counts(predictions);
    let classes = predictions.classes.len();
    let name = |class: usize| predictions.classes[class].chars().take(9).collect::<String>();
    if classes <= MOST {
        let mut text = format!("{:>10}", "true\\taken");
        for class in 0..classes {
            text += &format!(" {:>9}", name(class));
        }
        for truth in 0..classes {
            text += &format!("\n{:>10}", name(truth));
            for taken in 0..classes {
                text += &format!(" {:>9}", counts[truth * classes + taken]);
            }
        }
        return text + "\n";
    }
    let mut wrong: Vec<(u64, usize, usize)> = (0..classes * classes)
        .map(|cell| (counts[cell], cell / classes, cell % classes))
        .filter(|(count, truth, taken)| *count > 0 && truth != taken)
        .collect();
    wrong.sort_by_key(|(count, truth, taken)| (std::cmp::Reverse(*count), *truth, *taken));
    wrong.truncate(MOST);
    wrong.iter().fold("most frequent confusions\n".to_owned(), |text, (count, truth, taken)| {
        text + &format!("{count:>6}  {} taken for {}\n", predictions.classes[*truth], predictions.classes[*taken])
    })
}

fn counts(predictions: &Predictions) -> Vec<u64> {
    let classes = predictions.classes.len();
    let mut counts = vec![0; classes * classes];
    let labels = predictions.labels.as_deref().unwrap_or_default();
    for (truth, taken) in labels.iter().zip(predictions.most_probable()) {
        counts[truth * classes + taken] += 1;
    }
    counts
}

/// The model's answers for the photographs that it trained on, without augmentation, and their loss.
fn on_training(checkpoint: &Checkpoint, validation: &Predictions) -> Result<(Predictions, f64)> {
    let meta = &checkpoint.meta;
    let experiment = &meta.experiment;
    let compute = Compute::new(experiment.threads, experiment.bfloat16);
    let competition = experiment.data.competition()?;
    let validated: std::collections::HashSet<&str> = validation.ids.iter().map(String::as_str).collect();
    let samples: Vec<usize> =
        (0..competition.train.len()).filter(|at| !validated.contains(competition.train[*at].id.as_str())).collect();
    let classes = meta.classes.len() as i64;
    let channels = meta.normalisation.mean.len() as i64;
    let model = Model::new(&experiment.model, channels, classes, compute.device, experiment.seed)?;
    model.load(&checkpoint.tensors(WEIGHTS)?, false)?;
    let dataset = Arc::new(Dataset::new(competition.train.clone(), &competition.train_columns, &experiment.data)?);
    let batch = experiment.train.batch.max(64);
    let loader = loader(experiment, &dataset, samples.clone(), Mode::Evaluate, &experiment.transform.evaluate, batch)?;
    let source = Source::Pictures(Pictures {
        loader,
        normalisation: meta.normalisation.clone(),
        classes,
        seed: experiment.seed,
    });
    let (probabilities, loss) = probabilities(&model, &compute, &source)?;
    let predictions = Predictions {
        ids: samples.iter().map(|at| competition.train[*at].id.clone()).collect(),
        classes: meta.classes.clone(),
        labels: samples.iter().map(|at| competition.train[*at].label).collect(),
        probabilities: Vec::try_from(probabilities.contiguous().view(-1)).context("probabilities")?,
    };
    Ok((predictions, loss))
}

/// Out-of-fold predictions of a run, or of all folds in a folder.
///
/// # Errors
/// If there are none.
pub fn out_of_fold(folder: &Path) -> Result<(Metric, Predictions)> {
    let mut found: Vec<PathBuf> = vec![folder.join("best")];
    if let Ok(entries) = std::fs::read_dir(folder) {
        found.extend(entries.flatten().map(|entry| entry.path().join("best")));
    }
    found.retain(|path| path.join("validation.safetensors").is_file());
    found.sort();
    let mut all: Option<(Metric, Predictions)> = None;
    for path in found {
        let predictions = Predictions::read(&path.join("validation.safetensors"))?;
        match &mut all {
            None => all = Some((Checkpoint::open(&path)?.meta.experiment.metric()?, predictions)),
            Some((_, all)) => {
                all.ids.extend(predictions.ids);
                all.probabilities.extend(predictions.probabilities);
                if let (Some(labels), Some(more)) = (&mut all.labels, predictions.labels) {
                    labels.extend(more);
                }
            }
        }
    }
    all.with_context(|| format!("{} holds no run with out-of-fold predictions", folder.display()))
}

#[cfg(test)]
mod tests;
