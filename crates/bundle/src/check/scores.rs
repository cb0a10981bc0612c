//! The solution and the sample submission as the scorer sees them.

use std::fs::File;
use std::path::Path;

use podium_scoring::columns::Kind;
use podium_scoring::metric::{Direction, Metric};
use podium_scoring::rejection::Refusal;
use podium_scoring::report::{RevealedMetric, score};
use podium_scoring::solution::{Part, Solution};
use podium_scoring::split::{SplitKey, SplitRule};
use podium_scoring::table::Limits;
use sha2::{Digest, Sha256};

use super::Summary;
use super::noise::Gathering;
use crate::finding::{Code, Finding, Severity};
use crate::folder::{SAMPLE_FILE, SOLUTION_FILE};
use crate::manifest::Manifest;

/// Whether each row has one class.
pub(crate) fn has_class_labels(manifest: &Manifest) -> bool {
    matches!(manifest.task.kind, Kind::Labels | Kind::Probability | Kind::Probabilities)
}

/// Whether each row has a number.
pub(crate) fn has_numbers(manifest: &Manifest) -> bool {
    manifest.task.kind == Kind::Numbers
}

/// How the ranking metric gathers its rows.
pub(crate) fn gathering(manifest: &Manifest) -> Gathering {
    gathering_of(&manifest.task.metric)
}

fn gathering_of(metric: &Metric) -> Gathering {
    use podium_scoring::metric::Average;
    match metric {
        Metric::RocAuc | Metric::BiasAuc => Gathering::Pairs,
        Metric::BalancedAccuracy
        | Metric::F1(Average::Macro)
        | Metric::Precision(Average::Macro)
        | Metric::Recall(Average::Macro)
        | Metric::Jaccard(Average::Macro)
        | Metric::RocAucOvr(Average::Macro)
        | Metric::RocAucOvo => Gathering::Classes,
        Metric::WorstGroup(inner) => gathering_of(inner),
        metric if metric.range().0.is_infinite() || metric.range().1.is_infinite() => Gathering::Unbounded,
        _ => Gathering::Rows,
    }
}

/// Reads the solution and scores the sample with it; both readings are those of the site.
pub(crate) fn check(dir: &Path, manifest: &Manifest, findings: &mut Vec<Finding>, summary: &mut Summary) {
    let solution_path = dir.join(SOLUTION_FILE);
    let Ok(file) = File::open(&solution_path) else { return };
    if !(manifest.split.public > 0.0 && manifest.split.public < 1.0) {
        return; // reported as a fault of the manifest
    }
    let solution = match Solution::from_reader(file, &manifest.task, Some(&example_split(manifest))) {
        Ok(solution) => solution,
        Err(refusal) => return refused(refusal, Code::BadSolution, SOLUTION_FILE, findings),
    };
    sides(&solution, findings, summary);
    let Ok(sample) = File::open(dir.join(SAMPLE_FILE)) else { return };
    let limits = Limits { file_bytes: manifest.limits.file_bytes, ..Limits::default() };
    match score(sample, &solution, &limits) {
        Err(refusal) => refused(refusal, Code::BadSample, SAMPLE_FILE, findings),
        Ok(report) => {
            let report = report.reveal();
            for (i, metric) in report.metrics.iter().enumerate() {
                sample_metric(manifest, i, metric, findings);
            }
            summary.sample_score =
                report.metrics.first().and_then(|metric| metric.all.as_ref().ok()).map(|estimate| estimate.value);
        }
    }
}

/// A split with the shares of the site's but another key: the site draws its key when it gets the solution.
pub fn example_split(manifest: &Manifest) -> SplitRule {
    let key = Sha256::digest(format!("podium example split: {}", manifest.slug));
    SplitRule { public: manifest.split.public, group: manifest.split.group.clone(), key: SplitKey::new(key.into()) }
}

fn refused(refusal: Refusal, code: Code, file: &str, findings: &mut Vec<Finding>) {
    match refusal {
        Refusal::Io(error) => findings.push(Finding::error(Code::Unreadable, file, format!("cannot be read: {error}"))),
        Refusal::Rejected(rejections) => findings.extend(rejections.into_iter().map(|rejection| {
            let times = if rejection.count > 1 { format!(" ({} such rows)", rejection.count) } else { String::new() };
            Finding {
                line: rejection.line,
                column: rejection.column.map(u64::from),
                ..Finding::error(code, file, format!("{}{times}", rejection.message))
            }
        })),
    }
}

fn sides(solution: &Solution, findings: &mut Vec<Finding>, summary: &mut Summary) {
    summary.rows = Some(solution.rows(Part::All).len() as u64);
    let Some(split) = solution.summary().split else { return };
    for (name, rows) in [("Public", split.public), ("Private", split.private)] {
        if rows == 0 {
            let message = format!("no row is {name}; both sides of the split need rows");
            findings.push(Finding::error(Code::SmallSplit, SOLUTION_FILE, message));
        }
    }
}

fn sample_metric(manifest: &Manifest, place: usize, metric: &RevealedMetric, findings: &mut Vec<Finding>) {
    let name = &metric.metric;
    if let Some((part, reason)) = metric.undefined() {
        let message = format!(
            "{name} has no value for the sample submission on {part} rows: {reason}; change the sample, the split, or the metric"
        );
        let finding = Finding::error(Code::BadSample, SAMPLE_FILE, message);
        findings.push(if place == 0 { finding } else { Finding { severity: Severity::Warning, ..finding } });
        return;
    }
    let (low, high) = name.range();
    let perfect = match name.direction() {
        Direction::Maximize => high,
        Direction::Minimize => low,
    };
    // A ranking of one relevant item may well be right by its only answer.
    let rows_enough = manifest.task.kind != Kind::Ranking;
    if place == 0 && rows_enough && metric.all.as_ref().is_ok_and(|estimate| estimate.value == perfect) {
        let message = format!(
            "the sample submission has the best possible {name}, so it holds the hidden labels; \
             write a constant answer into every row"
        );
        findings.push(Finding::error(Code::LabelsInData, SAMPLE_FILE, message));
    }
}
