//! Everything that is wrong with a competition folder, at once. Reads streams: memory grows with the solution, never
//! with the data. Same folder, same findings, in the same order (dates are compared with the clock that is given).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::csv_file::CsvFile;
use crate::document::{Document, MANIFEST_FILE};
use crate::finding::{Code, Finding, Severity};
use crate::folder::{self, DATA_DIR, DataFile, SAMPLE_FILE, SOLUTION_FILE};
use crate::manifest::Manifest;
use crate::sentence::{Sentence, unreadable};

mod answers;
mod copies;
mod dictionary;
mod leaks;
mod noise;
mod pages;
mod refusals;
mod scores;
mod tables;
mod tells;

pub use pages::{PAGE_BYTES_MAX, QUESTION_MARKS, has_questions};
pub use scores::example_split;

use answers::Answers;
use tables::Tables;

/// Data that a browser still downloads in one piece; more is warned about.
const FILE_BYTES_WARN: u64 = 2_000_000_000;
/// Longest `competition.toml`, bytes.
const MANIFEST_BYTES_MAX: u64 = 4_000_000;
/// Faults of names in `data/` that are listed.
const LISTED_MAX: usize = 20;

/// What a check found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Every fault, errors and warnings, by file and line.
    pub findings: Vec<Finding>,
    /// What the check counted.
    pub summary: Summary,
    /// The manifest, if its form has no fault.
    #[serde(skip)]
    pub manifest: Option<Manifest>,
    /// The files that participants get, sorted by path.
    #[serde(skip)]
    pub files: Vec<DataFile>,
}

/// What a check counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Files in `data/`.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Rows of the solution that are scored.
    pub rows: Option<u64>,
    /// Rows of the public leaderboard.
    pub public_rows: Option<u64>,
    /// Half-width of the 95 % interval of a score on the public rows, for the ranking metric.
    pub public_half_width: Option<f64>,
    /// Score of the sample submission on all rows.
    pub sample_score: Option<f64>,
}

impl Report {
    /// Whether nothing keeps the competition from being published.
    pub fn is_publishable(&self) -> bool {
        self.count(Severity::Error) == 0
    }

    /// Findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// What a check takes as given.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The time that dates are compared with.
    pub now: DateTime<Utc>,
    /// The competition is published already, so dates of the past are no fault.
    pub is_published: bool,
}

/// Checks the folder `dir`.
pub fn check(dir: &Path, options: Options) -> Report {
    let mut findings = Vec::new();
    let mut summary = Summary::default();
    if !dir.is_dir() {
        let message = Sentence::new(
            "there is no such folder; `podium new DIR` makes one",
            "폴더가 없습니다. `podium new DIR` 명령으로 만들 수 있습니다.",
        );
        findings.push(Finding::error(Code::Unreadable, dir.display().to_string(), message));
        return Report { findings, summary, manifest: None, files: Vec::new() };
    }
    let (document, manifest) = read_manifest(dir, options, &mut findings);
    pages::check(dir, manifest.as_ref(), &mut findings);
    let files = list(dir, &mut findings, &mut summary);
    if let Some(manifest) = &manifest {
        settings_of_files(manifest, &files, document.as_ref(), &mut findings);
        check_files(dir, manifest, document.as_ref(), &files, &mut findings, &mut summary);
    }
    findings.sort_by(|a, b| (&a.file, a.line, a.column, a).cmp(&(&b.file, b.line, b.column, b)));
    findings.dedup();
    Report { findings, summary, manifest, files }
}

fn read_manifest(dir: &Path, options: Options, findings: &mut Vec<Finding>) -> (Option<Document>, Option<Manifest>) {
    let path = dir.join(MANIFEST_FILE);
    let text = match fs::metadata(&path) {
        Ok(meta) if meta.len() > MANIFEST_BYTES_MAX => Err(io::ErrorKind::FileTooLarge.into()),
        Ok(_) => fs::read_to_string(&path),
        Err(error) => Err(error),
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            let message = match error.kind() {
                io::ErrorKind::NotFound => Sentence::new(
                    "the file is missing; `podium new DIR` writes one to start from",
                    "파일이 없습니다. `podium new DIR` 명령이 시작할 파일을 써 줍니다.",
                ),
                io::ErrorKind::InvalidData => Sentence::new(
                    "this is not UTF-8 text; save the file again as UTF-8",
                    "UTF-8 텍스트가 아닙니다. 파일을 UTF-8로 다시 저장해 주십시오.",
                ),
                io::ErrorKind::FileTooLarge => Sentence::new(
                    format!("the file has more than {MANIFEST_BYTES_MAX} bytes; is this really the manifest?"),
                    format!("파일이 {MANIFEST_BYTES_MAX}바이트를 넘습니다. 대회 설명 파일이 맞는지 확인해 주십시오."),
                ),
                _ => unreadable(&error),
            };
            findings.push(Finding::error(Code::Unreadable, MANIFEST_FILE, message));
            return (None, None);
        }
    };
    let (document, manifest, form) = Document::parse(&text);
    findings.extend(form);
    if let Some(manifest) = &manifest {
        for fault in manifest.faults() {
            let finding = Finding::error(fault.code, MANIFEST_FILE, fault.message);
            findings.push(document.locate(Finding { severity: fault.severity, ..finding }, &fault.key));
        }
        past_dates(manifest, options, &document, findings);
    }
    (Some(document), manifest)
}

fn past_dates(manifest: &Manifest, options: Options, document: &Document, findings: &mut Vec<Finding>) {
    let Ok(instants) = manifest.dates.instants() else { return };
    if options.is_published {
        return;
    }
    let (start, end, zone) = (manifest.dates.start, manifest.dates.end, &manifest.dates.zone);
    if instants.ends_at <= options.now {
        let message = Sentence::new(
            format!("the end {end} ({zone}) is in the past; write a date in the future, or nobody can submit"),
            format!(
                "마감 {end} ({zone}): 이미 지난 시각이라서 아무도 제출할 수 없습니다. 앞으로의 날짜를 적어 주십시오."
            ),
        );
        findings.push(document.locate(Finding::error(Code::BadDate, MANIFEST_FILE, message), "dates.end"));
    }
    if instants.starts_at <= options.now {
        let message = Sentence::new(
            format!(
                "the start {start} ({zone}) is in the past, so submissions open the moment you publish; \
                 write a later date unless that is meant"
            ),
            format!(
                "시작 {start} ({zone}): 이미 지난 시각이라서 공개하는 순간 제출을 받습니다. 그럴 생각이 아니면 더 늦은 \
                 날짜를 적어 주십시오."
            ),
        );
        findings.push(document.locate(Finding::warning(Code::BadDate, MANIFEST_FILE, message), "dates.start"));
    }
}

fn list(dir: &Path, findings: &mut Vec<Finding>, summary: &mut Summary) -> Vec<DataFile> {
    let (files, faults) = folder::data_files(dir);
    for (path, fault) in faults.iter().take(LISTED_MAX) {
        let path = if path.is_empty() { format!("{DATA_DIR}/") } else { format!("{DATA_DIR}/{path}") };
        findings.push(match fault {
            folder::ListError::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                let message = Sentence::new(
                    "the folder is missing; put into it what participants get",
                    "폴더가 없습니다. 만들어서 참가자에게 줄 파일을 넣어 주십시오.",
                );
                Finding::error(Code::MissingFile, path, message)
            }
            fault => Finding::error(Code::Unreadable, path, fault.sentence()),
        });
    }
    if files.is_empty() && faults.is_empty() {
        let message = Sentence::new(
            "the folder is empty; put into it what participants get: train.csv, test.csv, pictures",
            "폴더가 비어 있습니다. train.csv, test.csv, 이미지처럼 참가자에게 줄 파일을 넣어 주십시오.",
        );
        findings.push(Finding::error(Code::MissingFile, format!("{DATA_DIR}/"), message));
    }
    for file in &files {
        let shown = format!("{DATA_DIR}/{}", file.path);
        if file.bytes == 0 {
            let message = Sentence::new(
                "the file is empty; write it again, or delete it",
                "빈 파일입니다. 다시 저장하거나 지워 주십시오.",
            );
            findings.push(Finding::error(Code::FileSize, shown, message));
        } else if file.bytes > FILE_BYTES_WARN {
            let gigabytes = file.bytes / 1_000_000_000;
            let message = Sentence::new(
                format!(
                    "the file has {gigabytes} GB; many browsers and disks fail at such sizes, so part it if you can"
                ),
                format!(
                    "파일이 {gigabytes} GB입니다. 이 크기를 못 다루는 브라우저와 디스크가 많으니 가능하면 나눠 주십시오."
                ),
            );
            findings.push(Finding::warning(Code::FileSize, shown, message));
        }
    }
    summary.files = files.len();
    summary.bytes = files.iter().map(|file| file.bytes).sum();
    files
}

fn settings_of_files(
    manifest: &Manifest,
    files: &[DataFile],
    document: Option<&Document>,
    findings: &mut Vec<Finding>,
) {
    for (i, setting) in manifest.files.iter().enumerate() {
        if files.iter().any(|file| file.path == setting.path) {
            continue;
        }
        let path = &setting.path;
        let message = Sentence::new(
            format!("there is no file '{path}' in data/; correct the path, or remove the entry"),
            format!("data/에 ‘{path}’ 파일이 없습니다. 경로를 고치거나 항목을 빼 주십시오."),
        );
        let finding = Finding::error(Code::MissingFile, MANIFEST_FILE, message);
        findings.push(match document {
            Some(document) => document.locate(finding, &format!("files[{i}].path")),
            None => finding,
        });
    }
}

fn check_files(
    dir: &Path,
    manifest: &Manifest,
    document: Option<&Document>,
    files: &[DataFile],
    findings: &mut Vec<Finding>,
    summary: &mut Summary,
) {
    let locate = |finding: Finding, key: &str| match document {
        Some(document) => document.locate(finding, key),
        None => finding,
    };
    for (name, en, ko) in [
        (
            SOLUTION_FILE,
            "write the hidden labels into it, one row for each id of the test data",
            "테스트 데이터의 id마다 한 행씩 숨긴 라벨을 적어 주십시오.",
        ),
        (
            SAMPLE_FILE,
            "write a submission with a constant answer for each id, for participants to start from",
            "참가자가 시작할 수 있도록 id마다 같은 답을 적은 제출 예시를 넣어 주십시오.",
        ),
    ] {
        if !dir.join(name).is_file() {
            let message = Sentence::new(format!("the file is missing; {en}"), format!("파일이 없습니다. {ko}"));
            findings.push(Finding::error(Code::MissingFile, name, message));
        }
    }
    scores::check(dir, manifest, findings, summary);
    let answers = Answers::read(&dir.join(SOLUTION_FILE), manifest);
    let mut headers = BTreeMap::new();
    let mut tables = Tables::default();
    for file in files.iter().filter(|file| file.is_csv()) {
        let shown = format!("{DATA_DIR}/{}", file.path);
        if let Ok(table) = CsvFile::open(&file.location) {
            headers.insert(file.path.clone(), table.header().to_vec());
        }
        tables::read(file, &shown, manifest, answers.as_ref(), &mut tables, findings);
    }
    for (key, finding) in dictionary::check(manifest, files, &headers) {
        findings.push(locate(finding, &key));
    }
    copies::check(dir, files, answers.as_ref(), findings);
    if let Some(answers) = &answers {
        for (key, finding) in classes(manifest, answers, &tables) {
            findings.push(locate(finding, &key));
        }
        tells::check(manifest, answers, files, &tables, findings);
        if let Some((key, finding)) = public_size(manifest, answers, summary) {
            findings.push(locate(finding, key));
        }
    }
}

/// Classes that stand in one place and not in another. A label of the solution outside the classes is an error that
/// the strict reading of the solution reports.
fn classes(manifest: &Manifest, answers: &Answers, tables: &Tables) -> Vec<(String, Finding)> {
    let mut found = Vec::new();
    let Some(classes) = &manifest.task.classes else { return found };
    if answers.labels().is_empty() || !scores::has_class_labels(manifest) {
        return found;
    }
    for (i, class) in classes.iter().enumerate() {
        let key = || format!("task.classes[{i}]");
        let in_solution = answers.names().iter().any(|name| **name == **class);
        if !in_solution {
            let message = Sentence::new(
                format!("no row of solution.csv has the class '{class}'; remove it, or correct the labels"),
                format!("solution.csv에 ‘{class}’ 클래스의 행이 없습니다. 클래스를 빼거나 라벨을 고쳐 주십시오."),
            );
            found.push((key(), Finding::warning(Code::ClassesDiffer, MANIFEST_FILE, message)));
        }
        if tables.has_train && !tables.train_classes.contains_key(class) {
            let message = Sentence::new(
                format!("no row of the training data has the class '{class}', so nobody can learn it"),
                format!("학습 데이터에 ‘{class}’ 클래스의 행이 없어서 아무도 배울 수 없습니다."),
            );
            found.push((key(), Finding::warning(Code::ClassesDiffer, MANIFEST_FILE, message)));
        }
    }
    found
}

/// Half-width above which a public leaderboard is said to be noise: 5 points, as 250 rows of accuracy have.
const HALF_WIDTH_MAX: f64 = 0.05;

fn public_size(manifest: &Manifest, answers: &Answers, summary: &mut Summary) -> Option<(&'static str, Finding)> {
    let rows = answers.public_rows(manifest.split.public);
    let n: u64 = rows.iter().sum();
    let half_width = noise::half_width(scores::gathering(manifest), &rows);
    summary.public_rows = Some(n);
    summary.public_half_width = half_width.is_finite().then_some(half_width);
    if half_width <= HALF_WIDTH_MAX {
        return None;
    }
    let metric = &manifest.task.metric;
    let (width, width_ko) = if scores::gathering(manifest) == noise::Gathering::Unbounded {
        let percent = format!("{:.0} %", half_width * 100.0);
        (format!("±{percent} of the score"), format!("점수의 ±{percent}"))
    } else {
        (format!("±{half_width:.3}"), format!("±{half_width:.3}"))
    };
    let message = if half_width.is_finite() {
        Sentence::new(
            format!(
                "the public leaderboard has {n} rows, on which {metric} is uncertain by {width} (95 %), so teams closer \
                 than that cannot be told apart; use more test rows or a larger share, or tell participants"
            ),
            format!(
                "공개 리더보드는 {n}행이며 {metric} 점수의 불확실성이 {width_ko}(95 %)입니다. 이보다 가까운 팀은 우열을 가릴 \
                 수 없으니 테스트 행이나 공개 비율을 늘리거나 참가자에게 알려 주십시오."
            ),
        )
    } else {
        Sentence::new(
            format!("the public leaderboard has {n} rows, too few for {metric}: a class has none; use more test rows"),
            format!(
                "공개 리더보드는 {n}행이며 {metric} 점수를 내기에 너무 적습니다. 행이 하나도 없는 클래스가 있으니 테스트 \
                 행을 늘려 주십시오."
            ),
        )
    };
    Some(("split", Finding::warning(Code::SmallSplit, MANIFEST_FILE, message)))
}
