//! Puts the features that must not tell a label to the test of [`super::leaks`], and words what it finds.

use std::time::UNIX_EPOCH;

use super::answers::Answers;
use super::copies::test_row;
use super::leaks::{self, Classes, Tell};
use super::scores;
use super::tables::{Side, Tables, side};
use crate::finding::{Code, Finding};
use crate::folder::{DATA_DIR, DataFile, SOLUTION_FILE};
use crate::manifest::Manifest;
use crate::sentence::Sentence;

/// Warns about labels that can be guessed from ids, order, file sizes and file times.
pub(crate) fn check(
    manifest: &Manifest,
    answers: &Answers,
    files: &[DataFile],
    tables: &Tables,
    findings: &mut Vec<Finding>,
) {
    let are_numbers = scores::has_numbers(manifest);
    if !are_numbers && !scores::has_class_labels(manifest) {
        return;
    }
    let Some(classes) = Classes::new(answers.labels(), answers.names(), are_numbers) else { return };
    ids(answers, &classes, findings);
    order(answers, &classes, tables, findings);
    files_of_rows(answers, &classes, files, findings);
}

fn ids(answers: &Answers, classes: &Classes, findings: &mut Vec<Finding>) {
    let mut columns = leaks::ID_FEATURES.map(|name| (name, Vec::new()));
    for (row, id) in answers.ids().iter().enumerate() {
        let Some(label) = classes.of(row) else { continue };
        for ((_, column), feature) in columns.iter_mut().zip(leaks::id_features(id)) {
            column.push((label, feature));
        }
    }
    let told = columns.iter().filter_map(|(name, column)| Some((*name, leaks::tell(column, classes)?)));
    if let Some(((en, ko), tell)) = told.max_by(|a, b| a.1.auc.total_cmp(&b.1.auc)) {
        let ranked = ranked(&tell);
        let message = Sentence::new(
            format!("{en} tells the label: {}; give the rows random ids", ranked.en),
            format!("{ko}: 라벨을 짐작할 수 있습니다. {} 무작위 id를 붙여 주십시오.", ranked.ko),
        );
        findings.push(Finding::warning(Code::Leak, SOLUTION_FILE, message));
    }
}

/// How well a feature tells a class.
fn ranked(tell: &Tell) -> Sentence {
    let Tell { class, auc } = tell;
    Sentence::new(
        format!("class {} can be ranked by it with AUC {auc:.3} (0.5 is chance)", class.en),
        format!("{} 클래스를 AUC {auc:.3}(우연이면 0.5)로 가려냅니다.", class.ko),
    )
}

#[expect(clippy::cast_precision_loss, reason = "places of rows are far below 2^52")]
fn order(answers: &Answers, classes: &Classes, tables: &Tables, findings: &mut Vec<Finding>) {
    // Participants see the order of the test file. Without one, the solution's order is likely that of the sample.
    let (file, rows): (&str, Vec<u32>) = match &tables.order {
        Some((file, rows)) => (file, rows.clone()),
        None => (SOLUTION_FILE, (0..u32::try_from(answers.len()).unwrap_or(u32::MAX)).collect()),
    };
    let labels: Vec<u32> = rows.iter().filter_map(|row| classes.of(*row as usize)).collect();
    let places: Vec<(u32, f64)> = labels.iter().enumerate().map(|(place, label)| (*label, place as f64)).collect();
    let reason = if let Some(tell) = leaks::tell(&places, classes) {
        ranked(&tell)
    } else if let Some(runs) = leaks::runs(&labels, classes).filter(|runs| leaks::is_telling(*runs)) {
        let (en, ko) = if runs < 0.0 {
            ("rows of the same class stand together", "같은 클래스의 행이 모여 있습니다")
        } else {
            ("classes alternate", "클래스가 번갈아 나옵니다")
        };
        let sigmas = runs.abs();
        Sentence::new(
            format!("{en} (runs test, {sigmas:.0} standard deviations from chance)"),
            format!("{ko}(런 검정, 우연에서 {sigmas:.0} 표준 편차)."),
        )
    } else {
        return;
    };
    let message = Sentence::new(
        format!("the order of the rows tells the label: {}; shuffle the rows", reason.en),
        format!("행의 순서: 라벨을 짐작할 수 있습니다. {} 행을 섞어 주십시오.", reason.ko),
    );
    findings.push(Finding::warning(Code::Leak, file, message));
}

#[expect(clippy::cast_precision_loss, reason = "sizes and times are far below 2^52")]
fn files_of_rows(answers: &Answers, classes: &Classes, files: &[DataFile], findings: &mut Vec<Finding>) {
    let mut sizes = Vec::new();
    let mut times = Vec::new();
    let mut example = None;
    for file in files.iter().filter(|file| side(file) != Side::Train) {
        let Some(label) = test_row(file, answers).and_then(|row| classes.of(row)) else { continue };
        example.get_or_insert(file);
        sizes.push((label, file.bytes as f64));
        if let Some(time) = file.modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()) {
            times.push((label, time.as_secs_f64()));
        }
    }
    let Some(example) = example else { return };
    let folder = example.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let shown = format!("{DATA_DIR}/{folder}");
    if let Some(tell) = leaks::tell(&sizes, classes) {
        let ranked = ranked(&tell);
        let message = Sentence::new(
            format!(
                "the size of a file tells the label: {}; \
                 write all files in the same way (one encoder, one quality), or accept it knowingly",
                ranked.en
            ),
            format!(
                "파일의 크기: 라벨을 짐작할 수 있습니다. {} 모든 파일을 같은 방식(같은 인코더, 같은 품질)으로 저장하거나, \
                 알고도 괜찮은지 판단해 주십시오.",
                ranked.ko
            ),
        );
        findings.push(Finding::warning(Code::Leak, &*shown, message));
    }
    if let Some(tell) = leaks::tell(&times, classes) {
        let ranked = ranked(&tell);
        let message = Sentence::new(
            format!(
                "the time of a file tells the label: {}; \
                 Podium never hands times out, but do not share this folder in another way",
                ranked.en
            ),
            format!(
                "파일의 시각: 라벨을 짐작할 수 있습니다. {} Podium은 파일의 시각을 내보내지 않지만, 이 폴더를 다른 방법으로 \
                 나눠 주지 마십시오.",
                ranked.ko
            ),
        );
        findings.push(Finding::warning(Code::Leak, &*shown, message));
    }
}
