//! Lecturers ranked for each student by one number per lecturer.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Entry, Table, write_pairs};

/// Marks of the average that each lecturer's mean is mixed with.
const SHRINK: f64 = 5.0;

#[derive(Clone, Copy, Default)]
struct Marks {
    count: f64,
    sum: f64,
}

pub(super) fn entries(data: &Path, out: &Path) -> Result<Vec<Entry>> {
    let train = Table::read(&data.join("train.csv"))?;
    let test = Table::read(&data.join("test.csv"))?;
    let mut lecturers: HashMap<&str, Marks> = HashMap::new();
    let mut all = Marks::default();
    for (lecturer, mark) in train.column("lecturer")?.iter().zip(train.column("mark")?) {
        let mark: f64 = mark.parse().context("mark")?;
        for marks in [lecturers.entry(lecturer).or_default(), &mut all] {
            marks.count += 1.0;
            marks.sum += mark;
        }
    }
    let average = all.sum / all.count;

    let submit = |person, note, file: &str, value: &dyn Fn(Marks) -> f64| -> Result<Entry> {
        let ranked = rank(&test, |lecturer| value(lecturers.get(lecturer).copied().unwrap_or_default()))?;
        let rows = ranked.iter().map(|(student, lecturers)| (*student, lecturers.join(" ")));
        Ok(Entry { person, note, file: write_pairs(&out.join(file), ["student", "items"], rows)? })
    };
    let shrunk = |marks: Marks, by: f64| (marks.sum + by * average) / (marks.count + by);
    Ok(vec![
        submit("jiho", "In the order of the test file", "unranked.csv", &|_| 0.0)?,
        submit("theo", "The most rated lecturers first", "most-rated.csv", &|marks| marks.count)?,
        submit("minji", "Mean mark of each lecturer", "mean.csv", &|marks| shrunk(marks, f64::EPSILON))?,
        submit("amara", "Mean mark, shrunk by five average marks", "mean-shrunk.csv", &|marks| shrunk(marks, SHRINK))?,
    ])
}

/// Each student's lecturers, the highest value first; equal values stay in the test file's order.
fn rank(test: &Table, value: impl Fn(&str) -> f64) -> Result<Vec<(&str, Vec<&str>)>> {
    let mut ranked: Vec<(&str, Vec<&str>)> = Vec::new();
    for (student, lecturer) in test.column("student")?.iter().zip(test.column("lecturer")?) {
        match ranked.last_mut() {
            Some((last, lecturers)) if *last == student.as_str() => lecturers.push(lecturer),
            _ => ranked.push((student, vec![lecturer])),
        }
    }
    for (_, lecturers) in &mut ranked {
        lecturers.sort_by(|a, b| value(b).total_cmp(&value(a)));
    }
    Ok(ranked)
}
