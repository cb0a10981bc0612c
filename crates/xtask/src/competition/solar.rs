//! *Solar cells*: the ELPV data set, 2,624 electroluminescence photographs of 300 x 300 pixels.
//!
//! Class = cell type and defect level (probability 0, 1/3, 2/3 or 1). A photo's key is the first 12 hexadecimal digits
//! of SHA-256 of `solar:` and its path; of each class, sorted by key, the first 40 % are test, and the first 40 % of
//! these public. Files are renamed to their keys, because the original numbers follow the modules.

use std::fs;

use anyhow::{Context, Result, bail};

use super::{Folder, Side, expect_counts};
use crate::package;

/// In this order everywhere: types, then levels.
const CLASSES: [&str; 8] = ["mono-0", "mono-33", "mono-67", "mono-100", "poly-0", "poly-33", "poly-67", "poly-100"];
const COUNTS: [usize; 8] = [588, 117, 56, 313, 920, 178, 50, 402];
const TEST_COUNTS: [usize; 8] = [235, 47, 22, 125, 368, 71, 20, 161];

struct Photo {
    key: String,
    path: String,
    class: usize,
    side: Side,
}

pub(super) fn make(folder: &Folder) -> Result<()> {
    let source = package::fetch(&package::ELPV)?.join("elpv_dataset").join("data");
    let labels = fs::read_to_string(source.join("labels.csv")).context("the wheel holds no labels.csv")?;
    let mut photos = labels.lines().map(photo).collect::<Result<Vec<_>>>()?;
    split(&mut photos)?;

    fs::create_dir_all(folder.data("images/train"))?;
    fs::create_dir_all(folder.data("images/test"))?;
    photos.sort_by(|a, b| a.key.cmp(&b.key));
    let mut train = folder.data_table("train.csv", &["id", "label"])?;
    let mut test = folder.data_table("test.csv", &["id"])?;
    let mut sample = folder.table("sample_submission.csv", &["id", "label"])?;
    let mut solution = folder.table("solution.csv", &["id", "label", "Usage"])?;
    for photo in &photos {
        let label = CLASSES[photo.class];
        let part = match photo.side.usage() {
            None => {
                train.write_record([&photo.key, label])?;
                "train"
            }
            Some(usage) => {
                test.write_record([&photo.key])?;
                sample.write_record([&photo.key, CLASSES[0]])?;
                solution.write_record([&photo.key, label, usage])?;
                "test"
            }
        };
        let target = folder.data(&format!("images/{part}/{}.png", photo.key));
        fs::copy(source.join(&photo.path), target).with_context(|| format!("cannot copy {}", photo.path))?;
    }
    for mut table in [train, test, sample, solution] {
        table.flush()?;
    }
    Ok(())
}

/// A line of `labels.csv`: path, probability and type, parted by spaces.
fn photo(line: &str) -> Result<Photo> {
    let [path, probability, kind] = line.split_whitespace().collect::<Vec<_>>()[..] else {
        bail!("labels.csv: '{line}' does not have three columns");
    };
    let level = match probability.parse::<f64>()? {
        p if p < 0.1 => 0,
        p if p < 0.5 => 1,
        p if p < 0.9 => 2,
        _ => 3,
    };
    let class = match kind {
        "mono" => level,
        "poly" => 4 + level,
        other => bail!("labels.csv: unknown cell type '{other}'"),
    };
    let key = package::key(&format!("solar:{path}"))[..12].to_owned();
    Ok(Photo { key, path: path.to_owned(), class, side: Side::Train })
}

fn split(photos: &mut [Photo]) -> Result<()> {
    photos.sort_by(|a, b| (a.class, &a.key).cmp(&(b.class, &b.key)));
    let mut counts = [0; CLASSES.len()];
    let mut test_counts = [0; CLASSES.len()];
    for photos in photos.chunk_by_mut(|a, b| a.class == b.class) {
        let test = two_fifths(photos.len());
        let public = two_fifths(test);
        counts[photos[0].class] = photos.len();
        test_counts[photos[0].class] = test;
        for (position, photo) in photos[..test].iter_mut().enumerate() {
            photo.side = if position < public { Side::Public } else { Side::Private };
        }
    }
    expect_counts("photos of each class", counts, COUNTS)?;
    expect_counts("test photos of each class", test_counts, TEST_COUNTS)
}

/// 0.4 n, rounded: 2n/5 is never half-way between two whole numbers, so that there is one answer.
pub(super) fn two_fifths(n: usize) -> usize {
    (4 * n + 5) / 10
}
