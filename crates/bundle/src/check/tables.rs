//! One pass over each CSV file that participants get: which solution ids it holds, in which order, whether a column
//! repeats the hidden labels, whether the values fit the data dictionary.

use std::collections::BTreeMap;

use podium_scoring::columns::Kind;
use podium_scoring::spec::OneOrMany;

use super::answers::Answers;
use super::dictionary::Rule;
use crate::csv_file::CsvFile;
use crate::finding::{Code, Finding, Severity};
use crate::folder::DataFile;
use crate::manifest::Manifest;
use crate::sentence::{Sentence, did_you_mean};
use crate::spelling;

/// Agreement with the hidden labels from which a column is suspicious, where the largest class is no more than
/// [`MAJORITY_MAX`] (else a constant column would be).
const AGREEMENT_MIN: f64 = 0.95;
const MAJORITY_MAX: f64 = 0.8;

/// What the files say together.
#[derive(Default)]
pub(crate) struct Tables {
    /// Ids of the solution in the order of the first file that holds all of them, as rows of the solution.
    pub(crate) order: Option<(String, Vec<u32>)>,
    /// Rows of each class in the training files.
    pub(crate) train_classes: BTreeMap<String, u64>,
    /// Some training file has labels.
    pub(crate) has_train: bool,
}

/// Which part of the data a file belongs to, by its name and folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Train,
    Test,
    Other,
}

/// `train.csv`, `train/a.png`, `X_test.csv`, `test_images/b.png`.
pub(crate) fn side(file: &DataFile) -> Side {
    let mut side = Side::Other;
    for part in file.path.split('/') {
        let part = part.to_lowercase();
        let words: Vec<&str> = part.split(|c: char| !c.is_alphanumeric()).collect();
        let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
        if has(&["train", "training"]) {
            side = Side::Train;
        } else if has(&["test", "testing"]) {
            side = Side::Test;
        }
    }
    side
}

/// Reads one file. Findings about the dictionary are located by the caller, with the key beside each.
pub(crate) fn read(
    file: &DataFile,
    shown: &str,
    manifest: &Manifest,
    answers: Option<&Answers>,
    tables: &mut Tables,
    findings: &mut Vec<Finding>,
) {
    let table = match CsvFile::open(&file.location) {
        Ok(table) => table,
        Err(error) => {
            let finding = Finding::error(Code::BadCsv, shown, error.sentence());
            findings.push(match error.line() {
                Some(line) => finding.on_line(line),
                None => finding,
            });
            return;
        }
    };
    Pass::new(file, shown, manifest, answers, &table, findings).run(table, tables, findings);
}

struct Pass<'a> {
    shown: &'a str,
    side: Side,
    /// Ids are queries, which have many rows and may be known from training.
    are_queries: bool,
    answers: Option<&'a Answers>,
    header: Vec<String>,
    id: Option<usize>,
    target: Option<usize>,
    classes: Option<&'a [String]>,
    rules: Vec<Rule<'a>>,
    /// Solution rows in the order of the file.
    joined: Vec<u32>,
    seen: Vec<bool>,
    repeated: u64,
    unknown: u64,
    first_unknown: Option<(u64, String)>,
    /// For each column: rows in which it equals the hidden label.
    agreement: Vec<u64>,
    /// For each column: it held two different values in joined rows.
    first_value: Vec<Option<String>>,
    varies: Vec<bool>,
    bad_class: u64,
    first_bad_class: Option<(u64, String)>,
}

impl<'a> Pass<'a> {
    fn new(
        file: &DataFile,
        shown: &'a str,
        manifest: &'a Manifest,
        answers: Option<&'a Answers>,
        table: &CsvFile,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let header = table.header().to_vec();
        let task = &manifest.task;
        let target_name = task
            .target
            .as_ref()
            .and_then(|target| OneOrMany::names(target).first().cloned())
            .or_else(|| answers.and_then(|answers| answers.target.clone()));
        let id = answers.and_then(|answers| table.column(&answers.id));
        let side = side(file);
        if let Some(answers) = answers
            && id.is_none()
            && side == Side::Test
        {
            let (id, columns) = (&answers.id, header.join(", "));
            let (en, ko) = match column_of_ids(file, answers) {
                Some(name) => {
                    (format!("rename '{name}' to '{id}'"), format!("열의 이름을 바꿔 주십시오: ‘{name}’ → ‘{id}’."))
                }
                None => (
                    format!("its columns are {columns}; add one with the ids"),
                    format!("id가 든 열을 추가해 주십시오. 지금 있는 열: {columns}."),
                ),
            };
            let message = Sentence::new(
                format!("there is no column '{id}', which holds the ids in solution.csv; {en}"),
                format!("‘{id}’ 열이 없습니다. solution.csv에서는 이 열에 id가 있습니다. {ko}"),
            );
            findings.push(Finding::error(Code::IdsDiffer, shown, message).at(1, 1));
        }
        let rules = Rule::all(manifest, file, table);
        let classes = match task.kind {
            Kind::Labels | Kind::Probability | Kind::Probabilities => task.classes.as_deref(),
            _ => None,
        };
        Self {
            shown,
            side,
            are_queries: task.kind == Kind::Ranking,
            answers,
            id,
            target: target_name.and_then(|name| table.column(&name)),
            classes,
            rules,
            joined: Vec::new(),
            seen: vec![false; answers.map_or(0, Answers::len)],
            repeated: 0,
            unknown: 0,
            first_unknown: None,
            agreement: vec![0; header.len()],
            first_value: vec![None; header.len()],
            varies: vec![false; header.len()],
            bad_class: 0,
            first_bad_class: None,
            header,
        }
    }

    fn run(mut self, mut table: CsvFile, tables: &mut Tables, findings: &mut Vec<Finding>) {
        let mut rows = 0_u64;
        loop {
            let row = match table.next() {
                Ok(Some(row)) => row,
                Ok(None) => break,
                Err(error) => {
                    let finding = Finding::error(Code::BadCsv, self.shown, error.sentence());
                    findings.push(finding.on_line(error.line().unwrap_or(1)));
                    break;
                }
            };
            rows += 1;
            self.join(&row);
            if self.side == Side::Train
                && let Some(column) = self.target
            {
                let label = row.get(column);
                if let Some(classes) = self.classes {
                    *tables.train_classes.entry(label.to_owned()).or_default() += 1;
                    if !classes.iter().any(|class| class == label) {
                        self.bad_class += 1;
                        self.first_bad_class.get_or_insert_with(|| (row.line, label.to_owned()));
                        // A column of numbers must not fill the memory with "classes".
                        if tables.train_classes.len() > classes.len() + 1000 {
                            tables.train_classes.remove(label);
                        }
                    }
                }
                tables.has_train = true;
            }
            for rule in &mut self.rules {
                rule.read(&row);
            }
        }
        if rows == 0 {
            let message = Sentence::new(
                "the file has a header but no rows; write the data again, or delete the file",
                "머리글만 있고 행이 없습니다. 데이터를 다시 저장하거나 파일을 지워 주십시오.",
            );
            findings.push(Finding::error(Code::BadCsv, self.shown, message));
        }
        self.say(rows, tables, findings);
    }

    fn join(&mut self, row: &crate::csv_file::Row<'_>) {
        let (Some(answers), Some(id_column)) = (self.answers, self.id) else { return };
        let id = row.get(id_column);
        let Some(place) = answers.row(id) else {
            self.unknown += 1;
            self.first_unknown.get_or_insert_with(|| (row.line, id.to_owned()));
            return;
        };
        if let Some(seen) = self.seen.get_mut(place) {
            if *seen {
                self.repeated += 1;
                return;
            }
            *seen = true;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a row of the solution, which counts in u32")]
        self.joined.push(place as u32);
        let Some(label) = answers.label(place) else { return };
        for column in (0..self.header.len()).filter(|column| *column != id_column) {
            let value = row.get(column);
            if let (Some(first), Some(varies)) = (self.first_value.get_mut(column), self.varies.get_mut(column))
                && !*varies
            {
                *varies = first.get_or_insert_with(|| value.to_owned()) != value;
            }
            if is_same(value, label)
                && let Some(agreement) = self.agreement.get_mut(column)
            {
                *agreement += 1;
            }
        }
    }

    fn say(self, rows: u64, tables: &mut Tables, findings: &mut Vec<Finding>) {
        findings.extend(self.rules.iter().filter_map(|rule| rule.finding(self.shown, rows)));
        if let (Some((line, label)), Some(classes)) = (&self.first_bad_class, self.classes) {
            let near = did_you_mean(spelling::nearest(label, classes.iter().map(String::as_str)));
            let (all, wrong) = (classes.len(), self.bad_class);
            let message = Sentence::new(
                format!(
                    "the label '{label}' is not one of the {all} classes of [task]{} ({wrong} rows); \
                     correct the label or add the class",
                    near.en
                ),
                format!(
                    "라벨 ‘{label}’: [task]의 클래스 {all}개에 없습니다({wrong}행).{} 라벨을 고치거나 클래스를 추가해 주십시오.",
                    near.ko
                ),
            );
            let column = self.target.map_or(1, |column| column as u64 + 1);
            findings.push(Finding::error(Code::ClassesDiffer, self.shown, message).at(*line, column));
        }
        let Some(answers) = self.answers else { return };
        if self.id.is_none() || self.joined.is_empty() && self.side != Side::Test {
            return;
        }
        self.say_labels(answers, findings);
        match self.side {
            Side::Train if self.are_queries => {}
            Side::Train => {
                let (n, all) = (self.joined.len(), answers.len());
                let message = Sentence::new(
                    format!("{n} of the {all} ids of solution.csv are in this training file; remove those rows"),
                    format!("solution.csv의 id {all}개 중 {n}개가 이 학습 파일에 있습니다. 그 행을 지워 주십시오."),
                );
                findings.push(Finding::error(Code::LabelsInData, self.shown, message));
            }
            Side::Test => self.say_ids(answers, findings),
            Side::Other => {}
        }
        let is_whole = self.joined.len() == answers.len();
        if self.side != Side::Train && is_whole && tables.order.is_none() {
            tables.order = Some((self.shown.to_owned(), self.joined));
        }
    }

    fn say_ids(&self, answers: &Answers, findings: &mut Vec<Finding>) {
        if let Some((line, id)) = &self.first_unknown {
            let n = self.unknown;
            let message = Sentence::new(
                format!(
                    "the id '{id}' is not in solution.csv ({n} such rows); remove them here or add their labels there"
                ),
                format!(
                    "id ‘{id}’: solution.csv에 없습니다(이런 행 {n}개). 여기에서 지우거나 solution.csv에 라벨을 추가해 주십시오."
                ),
            );
            let column = self.id.map_or(1, |column| column as u64 + 1);
            findings.push(Finding::error(Code::IdsDiffer, self.shown, message).at(*line, column));
        }
        let missing = self.seen.iter().filter(|seen| !**seen).count();
        if let Some(first) = self.seen.iter().position(|seen| !*seen).and_then(|row| answers.ids().get(row)) {
            let all = answers.len();
            let message = Sentence::new(
                format!(
                    "{missing} of the {all} ids of solution.csv are not here, the first is '{first}'; \
                     participants cannot predict them"
                ),
                format!(
                    "solution.csv의 id {all}개 중 {missing}개가 여기에 없어서 참가자가 예측할 수 없습니다. 첫 번째: ‘{first}’."
                ),
            );
            findings.push(Finding::error(Code::IdsDiffer, self.shown, message));
        }
        if self.repeated > 0 && !self.are_queries {
            let n = self.repeated;
            let message = Sentence::new(
                format!("{n} ids stand here more than once; keep one row for each id"),
                format!("id {n}개가 두 번 이상 나옵니다. id마다 한 행만 남겨 주십시오."),
            );
            findings.push(Finding::warning(Code::IdsDiffer, self.shown, message));
        }
    }

    /// Columns that give the hidden labels away.
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
    fn say_labels(&self, answers: &Answers, findings: &mut Vec<Finding>) {
        let joined = self.joined.len();
        let mut counts = vec![0_usize; answers.distinct()];
        for row in &self.joined {
            if let Some(count) = answers.labels().get(*row as usize).and_then(|label| counts.get_mut(*label as usize)) {
                *count += 1;
            }
        }
        let majority = counts.iter().copied().max().unwrap_or(0);
        // Few rows, or all of one class: agreement says nothing.
        let comparable = joined >= 4 && (majority as f64) < MAJORITY_MAX.max(0.5) * joined as f64;
        for (column, name) in self.header.iter().enumerate().filter(|(column, _)| Some(*column) != self.id) {
            let agreement = self.agreement.get(column).copied().unwrap_or(0);
            let varies = self.varies.get(column).copied().unwrap_or(false);
            let at = |finding: Finding| finding.at(1, column as u64 + 1);
            let share = agreement as f64 / joined as f64;
            if comparable && agreement == joined as u64 {
                let severity = if self.side == Side::Other && joined * 2 < answers.len() {
                    Severity::Warning
                } else {
                    Severity::Error
                };
                let message = Sentence::new(
                    format!(
                        "the column '{name}' holds the hidden labels of solution.csv ({joined} rows); remove the column"
                    ),
                    format!("‘{name}’ 열에 solution.csv의 숨긴 라벨이 있습니다({joined}행). 열을 지워 주십시오."),
                );
                findings.push(at(Finding { severity, ..Finding::error(Code::LabelsInData, self.shown, message) }));
            } else if Some(column) == self.target && self.side == Side::Test {
                let message = Sentence::new(
                    format!("the column '{name}' is the target; remove it from the test data"),
                    format!("‘{name}’ 열은 예측할 열입니다. 테스트 데이터에서 지워 주십시오."),
                );
                let severity = if varies { Severity::Error } else { Severity::Warning };
                findings.push(at(Finding { severity, ..Finding::error(Code::LabelsInData, self.shown, message) }));
            } else if comparable && share >= AGREEMENT_MIN && joined >= 20 {
                let percent = share * 100.0;
                let message = Sentence::new(
                    format!(
                        "the column '{name}' equals the hidden label in {percent:.1} % of the rows; \
                         remove it unless that is meant"
                    ),
                    format!(
                        "‘{name}’ 열의 값이 {percent:.1} %의 행에서 숨긴 라벨과 같습니다. 그럴 생각이 아니면 지워 주십시오."
                    ),
                );
                findings.push(at(Finding::warning(Code::Leak, self.shown, message)));
            }
        }
    }
}

/// The column whose first values are ids of the solution.
fn column_of_ids(file: &DataFile, answers: &Answers) -> Option<String> {
    let mut table = CsvFile::open(&file.location).ok()?;
    let header = table.header().to_vec();
    let row = table.next().ok()??;
    header.iter().enumerate().find(|(column, _)| answers.row(row.get(*column)).is_some()).map(|(_, name)| name.clone())
}

/// Equal as text, or as numbers (`1` and `1.0`).
fn is_same(value: &str, label: &str) -> bool {
    value == label
        || (label.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
            && matches!((value.parse::<f64>(), label.parse::<f64>()), (Ok(a), Ok(b)) if a == b))
}
