//! A run's pictures, in `report/` of its folder: learning curves, confusion matrix, curves of thresholds, and the
//! photographs that it got most wrong. SVG files, to be opened in any browser.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::curves;
use crate::plot::confusion::Confusion;
use crate::plot::sheet::{Tile, mistakes, sheet};
use crate::plot::{Chart, Line, charts, learning};
use crate::predictions::Predictions;

/// Photographs on the sheet of mistakes.
const MISTAKES: usize = 36;

/// Draws what the run's log and its out-of-fold predictions tell. `photograph` finds the file of an id; what is not found or
/// cannot be read is left out of the sheet.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(
    run: &Path,
    validation: &Predictions,
    photograph: impl Fn(&str) -> Option<PathBuf>,
) -> Result<Vec<PathBuf>> {
    let folder = run.join("report");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut files = Vec::new();
    let mut keep = |name: &str, svg: String| -> Result<()> {
        let path = folder.join(name);
        fs::write(&path, svg).with_context(|| format!("cannot write {}", path.display()))?;
        files.push(path);
        Ok(())
    };
    if let Ok(log) = fs::read_to_string(run.join("log.jsonl")) {
        keep("curves.svg", charts(&learning::charts_of_log(&log, "epoch"))?)?;
    }
    if let Some(labels) = &validation.labels {
        let confusion = Confusion::count(&validation.classes, labels, &validation.most_probable());
        keep("confusion.svg", confusion.svg())?;
        keep("thresholds.svg", charts(&threshold_charts(validation, labels))?)?;
        let tiles = mistakes(validation).into_iter().filter_map(|mistake| {
            let photograph = image::open(photograph(&mistake.id)?).ok()?.to_rgb8();
            Some(Tile { photograph, caption: mistake.caption() })
        });
        keep("mistakes.svg", sheet(&tiles.take(MISTAKES).collect::<Vec<_>>())?)?;
    }
    Ok(files)
}

/// Classes whose curves can be told apart; of more, those with the most rows.
const CLASSES: usize = 8;

/// Each class against the rest.
fn threshold_charts(predictions: &Predictions, labels: &[usize]) -> [Chart; 2] {
    let mut classes: Vec<usize> = (0..predictions.classes.len()).collect();
    let rows_of = |class: usize| labels.iter().filter(|&&label| label == class).count();
    classes.sort_by_key(|&class| std::cmp::Reverse(rows_of(class)));
    classes.truncate(CLASSES);
    let lines = |curve: fn(&[f64], &[bool]) -> Vec<curves::Point>, area: fn(&[f64], &[bool]) -> Option<f64>| {
        let line = |&class: &usize| {
            let scores: Vec<f64> = (0..labels.len()).map(|row| f64::from(predictions.row(row)[class])).collect();
            let positive: Vec<bool> = labels.iter().map(|&label| label == class).collect();
            let points = curve(&scores, &positive).iter().map(|point| (point.x, point.y)).collect();
            let name = &predictions.classes[class];
            let name = area(&scores, &positive).map_or_else(|| name.clone(), |area| format!("{name} {area:.3}"));
            Line { name, points }
        };
        classes.iter().map(line).collect()
    };
    let chart = |title: &str, x: &str, lines| Chart { title: title.to_owned(), x: x.to_owned(), lines, unit: true };
    [
        chart(
            "ROC: true positive rate",
            "false positive rate",
            lines(curves::roc, |scores, positive| curves::roc_auc(scores, positive).ok()),
        ),
        chart(
            "precision",
            "recall",
            lines(curves::precision_recall, |scores, positive| curves::average_precision(scores, positive).ok()),
        ),
    ]
}

#[cfg(test)]
mod tests;
