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
use super::refusals;
use crate::finding::{Code, Finding, Severity};
use crate::folder::{SAMPLE_FILE, SOLUTION_FILE};
use crate::manifest::Manifest;
use crate::sentence::{Sentence, unreadable};

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
        Refusal::Io(error) => findings.push(Finding::error(Code::Unreadable, file, unreadable(&error))),
        Refusal::Rejected(rejections) => findings.extend(rejections.into_iter().map(|rejection| Finding {
            line: rejection.line,
            column: rejection.column.map(u64::from),
            ..Finding::error(code, file, refusals::sentence(&rejection))
        })),
    }
}

fn sides(solution: &Solution, findings: &mut Vec<Finding>, summary: &mut Summary) {
    summary.rows = Some(solution.rows(Part::All).len() as u64);
    let Some(split) = solution.summary().split else { return };
    for (name, ko, rows) in [("Public", "공개", split.public), ("Private", "비공개", split.private)] {
        if rows == 0 {
            let message = Sentence::new(
                format!("no row is {name}; both sides of the split need rows"),
                format!("{ko} 행이 하나도 없습니다. 공개와 비공개 양쪽에 행이 있어야 합니다."),
            );
            findings.push(Finding::error(Code::SmallSplit, SOLUTION_FILE, message));
        }
    }
}

fn sample_metric(manifest: &Manifest, place: usize, metric: &RevealedMetric, findings: &mut Vec<Finding>) {
    let name = &metric.metric;
    if let Some((part, reason)) = metric.undefined() {
        let rows = match part {
            "public" => "공개 행",
            "private" => "비공개 행",
            _ => "전체 행",
        };
        let message = Sentence::new(
            format!(
                "{name} has no value for the sample submission on {part} rows: {reason}; change the sample, the split, or \
                 the metric"
            ),
            format!(
                "{rows}에서 제출 예시의 {name} 점수를 계산할 수 없습니다. {} 예시나 공개 비율, 지표를 바꿔 주십시오.",
                refusals::why_undefined(reason)
            ),
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
        let message = Sentence::new(
            format!(
                "the sample submission has the best possible {name}, so it holds the hidden labels; \
                 write a constant answer into every row"
            ),
            format!(
                "제출 예시의 {name} 점수가 가능한 가장 좋은 값이므로 숨긴 라벨이 들어 있습니다. 모든 행에 같은 답을 적어 \
                 주십시오."
            ),
        );
        findings.push(Finding::error(Code::LabelsInData, SAMPLE_FILE, message));
    }
}
