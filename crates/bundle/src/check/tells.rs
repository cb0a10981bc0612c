//! Puts the features that must not tell a label to the test of [`super::leaks`], and words what it finds.

use std::time::UNIX_EPOCH;

use super::answers::Answers;
use super::copies::test_row;
use super::leaks::{self, Classes};
use super::scores;
use super::tables::{Side, Tables, side};
use crate::finding::{Code, Finding};
use crate::folder::{DATA_DIR, DataFile, SOLUTION_FILE};
use crate::manifest::Manifest;

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
    let mut columns: [(&str, Vec<(u32, f64)>); 4] = leaks::id_features("").map(|(name, _)| (name, Vec::new()));
    for (row, id) in answers.ids().iter().enumerate() {
        let Some(label) = classes.of(row) else { continue };
        for ((_, column), (_, feature)) in columns.iter_mut().zip(leaks::id_features(id)) {
            column.push((label, feature));
        }
    }
    let told = columns.iter().filter_map(|(name, column)| Some((*name, leaks::tell(column, classes)?)));
    if let Some((name, tell)) = told.max_by(|a, b| a.1.auc.total_cmp(&b.1.auc)) {
        let message = format!(
            "{name} tells the label: class {} can be ranked by it with AUC {:.3} (0.5 is chance); \
             give the rows random ids",
            tell.class, tell.auc
        );
        findings.push(Finding::warning(Code::Leak, SOLUTION_FILE, message));
    }
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
    let message = if let Some(tell) = leaks::tell(&places, classes) {
        format!(
            "the order of the rows tells the label: class {} can be ranked by it with AUC {:.3} (0.5 is chance)",
            tell.class, tell.auc
        )
    } else if let Some(runs) = leaks::runs(&labels, classes).filter(|runs| leaks::is_telling(*runs)) {
        let how = if runs < 0.0 { "rows of the same class stand together" } else { "classes alternate" };
        format!(
            "the order of the rows tells the label: {how} (runs test, {:.0} standard deviations from chance)",
            runs.abs()
        )
    } else {
        return;
    };
    findings.push(Finding::warning(Code::Leak, file, format!("{message}; shuffle the rows")));
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
        let message = format!(
            "the size of a file tells the label: class {} can be ranked by it with AUC {:.3} (0.5 is chance); \
             write all files in the same way (one encoder, one quality), or accept it knowingly",
            tell.class, tell.auc
        );
        findings.push(Finding::warning(Code::Leak, &*shown, message));
    }
    if let Some(tell) = leaks::tell(&times, classes) {
        let message = format!(
            "the time of a file tells the label: class {} can be ranked by it with AUC {:.3} (0.5 is chance); \
             Podium never hands times out, but do not share this folder in another way",
            tell.class, tell.auc
        );
        findings.push(Finding::warning(Code::Leak, &*shown, message));
    }
}
