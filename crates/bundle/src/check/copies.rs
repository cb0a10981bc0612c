//! The same bytes where they must not be: one file in train and in test, or the solution among the data.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::answers::Answers;
use super::tables::{Side, side};
use crate::finding::{Code, Finding, Severity};
use crate::folder::{DATA_DIR, DataFile, SAMPLE_FILE, SOLUTION_FILE, sha256};
use crate::sentence::Sentence;

/// Share of the test set from which copies in train keep a competition from being published.
const SHARE_MAX: f64 = 0.01;

/// Whether a file shows one row of the test set: it is named by an id.
pub(crate) fn test_row(file: &DataFile, answers: &Answers) -> Option<usize> {
    answers.row(file.name()).or_else(|| answers.row(file.stem()))
}

/// Compares files of equal size by SHA-256; others cannot be equal.
pub(crate) fn check(dir: &Path, files: &[DataFile], answers: Option<&Answers>, findings: &mut Vec<Finding>) {
    solution_among(dir, files, findings);
    let is_test = |file: &DataFile| match side(file) {
        Side::Test => true,
        Side::Train => false,
        Side::Other => answers.is_some_and(|answers| test_row(file, answers).is_some()),
    };
    let mut by_size: BTreeMap<u64, Vec<&DataFile>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.bytes > 0) {
        by_size.entry(file.bytes).or_default().push(file);
    }
    let mut copies = Vec::new();
    for group in by_size.values().filter(|group| {
        group.iter().any(|file| is_test(file)) && group.iter().any(|file| !is_test(file) && side(file) == Side::Train)
    }) {
        let mut train: HashMap<[u8; 32], &DataFile> = HashMap::new();
        for file in group.iter().filter(|file| side(file) == Side::Train) {
            if let Ok(hash) = file.sha256() {
                train.entry(hash).or_insert(file);
            }
        }
        for file in group.iter().filter(|file| is_test(file)) {
            if let Some(twin) = file.sha256().ok().and_then(|hash| train.get(&hash)) {
                copies.push((*file, *twin));
            }
        }
    }
    let Some((test, twin)) = copies.first() else { return };
    let all = answers.map_or(0, Answers::len).max(files.iter().filter(|file| is_test(file)).count());
    #[expect(clippy::cast_precision_loss, reason = "counts of files")]
    let share = copies.len() as f64 / all.max(1) as f64;
    let severity = if share > SHARE_MAX { Severity::Error } else { Severity::Warning };
    let (twin, n) = (&twin.path, copies.len());
    let message = Sentence::new(
        format!(
            "the same bytes are in train: {DATA_DIR}/{twin} ({n} such test files of {all}); \
             remove one of each pair, else its label is known"
        ),
        format!(
            "학습 데이터에 똑같은 파일이 있습니다: {DATA_DIR}/{twin} (테스트 파일 {all}개 중 {n}개). 라벨이 드러나지 않도록 \
             한쪽을 지워 주십시오."
        ),
    );
    let file = format!("{DATA_DIR}/{}", test.path);
    findings.push(Finding { severity, ..Finding::error(Code::SameFile, file, message) });
}

fn solution_among(dir: &Path, files: &[DataFile], findings: &mut Vec<Finding>) {
    let solution = dir.join(SOLUTION_FILE);
    let Ok(bytes) = std::fs::metadata(&solution).map(|meta| meta.len()) else { return };
    let Ok(hash) = sha256(&solution) else { return };
    let is_solution = |path: &Path, size: u64| size == bytes && sha256(path).is_ok_and(|other| other == hash);
    for file in files.iter().filter(|file| is_solution(&file.location, file.bytes)) {
        let message = Sentence::new(
            "this is solution.csv, with the hidden labels; delete it from data/",
            "숨긴 라벨이 든 solution.csv 파일입니다. data/에서 지워 주십시오.",
        );
        findings.push(Finding::error(Code::LabelsInData, format!("{DATA_DIR}/{}", file.path), message));
    }
    let sample = dir.join(SAMPLE_FILE);
    if std::fs::metadata(&sample).is_ok_and(|meta| is_solution(&sample, meta.len())) {
        let message = Sentence::new(
            "this is solution.csv, with the hidden labels; write a constant answer into every row",
            "숨긴 라벨이 든 solution.csv 파일입니다. 모든 행에 같은 답을 적어 주십시오.",
        );
        findings.push(Finding::error(Code::LabelsInData, SAMPLE_FILE, message));
    }
}
