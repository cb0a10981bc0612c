//! *Grocery Store*: 5,421 photographs that Klasson and others took in shops, 43 classes (MIT).
//!
//! The data set is in no package registry. `source` is a prepared folder: `images/{train,test}`, `train.csv`, `test.csv`,
//! `classes.csv`, `private/solution.csv` with the split, and `LICENSE`. Class numbers become names.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Folder, columns, expect_counts};

pub(super) fn make(folder: &Folder, source: &Path) -> Result<()> {
    let (labels, fine) = classes(source)?;

    let mut train = folder.data_table("train.csv", &["id", "label", "fine"])?;
    let mut test = folder.data_table("test.csv", &["id"])?;
    let mut sample = folder.table("sample_submission.csv", &["id", "label"])?;
    let mut solution = folder.table("solution.csv", &["id", "label", "Usage"])?;
    let first = name(&labels, "0")?;
    let mut counts = [0, 0];

    let mut rows = csv::Reader::from_path(source.join("train.csv")).context("the folder has no train.csv")?;
    let [id, label, kind] = columns(&mut rows, ["id", "label", "fine"])?;
    fs::create_dir_all(folder.data("images/train"))?;
    for row in rows.records() {
        let row = row?;
        train.write_record([&row[id], name(&labels, &row[label])?, name(&fine, &row[kind])?])?;
        copy(source, folder, "train", &row[id])?;
        counts[0] += 1;
    }

    let mut rows = csv::Reader::from_path(source.join("private").join("solution.csv"))
        .context("the folder has no private/solution.csv")?;
    let [id, label, usage] = columns(&mut rows, ["id", "label", "Usage"])?;
    fs::create_dir_all(folder.data("images/test"))?;
    for row in rows.records() {
        let row = row?;
        test.write_record([&row[id]])?;
        sample.write_record([&row[id], first])?;
        solution.write_record([&row[id], name(&labels, &row[label])?, &row[usage]])?;
        copy(source, folder, "test", &row[id])?;
        counts[1] += 1;
    }
    for mut table in [train, test, sample, solution] {
        table.flush()?;
    }
    fs::copy(source.join("LICENSE"), folder.data("LICENSE")).context("the folder has no LICENSE")?;
    expect_counts("training and test photos", counts, [2_936, 2_485])?;
    expect_counts("classes", labels.len(), 43)
}

type Names = HashMap<String, String>;

/// Numbers to names: of the 43 classes, and of the 81 finer ones.
fn classes(source: &Path) -> Result<(Names, Names)> {
    let mut table = csv::Reader::from_path(source.join("classes.csv")).context("the folder has no classes.csv")?;
    let [fine, fine_name, label, label_name] = columns(&mut table, ["fine", "fine_name", "label", "label_name"])?;
    let (mut labels, mut fines) = (Names::new(), Names::new());
    for row in table.records() {
        let row = row?;
        labels.insert(row[label].to_owned(), row[label_name].to_owned());
        fines.insert(row[fine].to_owned(), row[fine_name].to_owned());
    }
    Ok((labels, fines))
}

fn name<'a>(names: &'a Names, number: &str) -> Result<&'a str> {
    names.get(number).map(String::as_str).with_context(|| format!("classes.csv has no class {number}"))
}

fn copy(source: &Path, folder: &Folder, part: &str, id: &str) -> Result<()> {
    let path = format!("images/{part}/{id}.jpg");
    fs::copy(source.join(&path), folder.data(&path)).with_context(|| format!("cannot copy {path}"))?;
    Ok(())
}
