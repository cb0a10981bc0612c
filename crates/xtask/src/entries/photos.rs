//! Classes of photographs from 16 x 16 grey pixels at most: the largest class, nearest class means, nearest neighbour.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};
use image::imageops::FilterType;

use super::{Entry, Table, write_pairs};

/// Pixels on a side of the smallest picture that is looked at.
const SIDE: usize = 16;

/// A photo as numbers.
type Features = Vec<f32>;

struct Photos {
    ids: Vec<String>,
    /// Grey values from 0 to 255, `SIDE` x `SIDE`, row by row.
    pixels: Vec<Features>,
}

pub(super) fn entries(data: &Path, out: &Path, extension: &str) -> Result<Vec<Entry>> {
    let table = Table::read(&data.join("train.csv"))?;
    let labels = table.column("label")?;
    let train = Photos::read(data, "train", table.column("id")?, extension)?;
    let test = Photos::read(data, "test", Table::read(&data.join("test.csv"))?.column("id")?, extension)?;

    let submit = |person, note, file: &str, predictions: Vec<&str>| -> Result<Entry> {
        let rows = test.ids.iter().map(String::as_str).zip(predictions.iter().map(|&class| class.to_owned()));
        Ok(Entry { person, note, file: write_pairs(&out.join(file), ["id", "label"], rows)? })
    };
    let by_mean = |features: fn(&Features) -> Features| {
        let means = class_means(train.pixels.iter().map(features), labels);
        test.pixels.iter().map(|photo| nearest(&features(photo), &means)).collect::<Vec<&str>>()
    };
    let neighbours: Vec<(&str, Features)> =
        labels.iter().map(String::as_str).zip(train.pixels.iter().map(eight_by_eight)).collect();
    Ok(vec![
        submit("minji", "Always the most frequent class", "majority.csv", vec![largest(labels); test.ids.len()])?,
        submit("jiho", "Nearest class mean of brightness and contrast", "brightness.csv", by_mean(brightness))?,
        submit("haneul", "Nearest class mean, 8 x 8 grey pixels", "mean-8x8.csv", by_mean(eight_by_eight))?,
        submit("minji", "Nearest class mean, 16 x 16, contrast evened out", "mean-16x16.csv", by_mean(standardised))?,
        submit(
            "amara",
            "Nearest neighbour, 8 x 8 grey pixels",
            "neighbour-8x8.csv",
            test.pixels.iter().map(|photo| nearest(&eight_by_eight(photo), &neighbours)).collect(),
        )?,
    ])
}

impl Photos {
    fn read(data: &Path, part: &str, ids: &[String], extension: &str) -> Result<Self> {
        let paths: Vec<PathBuf> = ids.iter().map(|id| data.join(format!("images/{part}/{id}.{extension}"))).collect();
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let share = paths.len().div_ceil(workers).max(1);
        let parts: Vec<Result<Vec<Features>>> = thread::scope(|scope| {
            let threads: Vec<_> = paths
                .chunks(share)
                .map(|paths| scope.spawn(|| paths.iter().map(|path| grey(path)).collect::<Result<Vec<_>>>()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Ok(Vec::new()))).collect()
        });
        let pixels = parts.into_iter().collect::<Result<Vec<_>>>()?.concat();
        anyhow::ensure!(pixels.len() == ids.len(), "read {} of {} photos", pixels.len(), ids.len());
        Ok(Self { ids: ids.to_vec(), pixels })
    }
}

fn grey(path: &Path) -> Result<Features> {
    let photo = image::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let side = u32::try_from(SIDE)?;
    let small = photo.resize_exact(side, side, FilterType::Triangle).to_luma8();
    Ok(small.into_raw().into_iter().map(f32::from).collect())
}

/// Means of 2 x 2 pixels.
fn eight_by_eight(pixels: &Features) -> Features {
    let half = SIDE / 2;
    (0..half * half)
        .map(|position| {
            let corner = 2 * (position / half) * SIDE + 2 * (position % half);
            (pixels[corner] + pixels[corner + 1] + pixels[corner + SIDE] + pixels[corner + SIDE + 1]) / 4.0
        })
        .collect()
}

fn brightness(pixels: &Features) -> Features {
    let (mean, deviation) = moments(pixels);
    vec![mean, deviation]
}

fn standardised(pixels: &Features) -> Features {
    let (mean, deviation) = moments(pixels);
    pixels.iter().map(|pixel| (pixel - mean) / deviation.max(1.0)).collect()
}

fn moments(pixels: &Features) -> (f32, f32) {
    let count = pixels.len() as f32;
    let mean = pixels.iter().sum::<f32>() / count;
    let variance = pixels.iter().map(|pixel| (pixel - mean).powi(2)).sum::<f32>() / count;
    (mean, variance.sqrt())
}

/// The most frequent class; of equally frequent ones the last by name.
fn largest(labels: &[String]) -> &str {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in labels {
        *counts.entry(label).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(_, count)| count).map_or("", |(class, _)| class)
}

fn class_means(features: impl Iterator<Item = Features>, labels: &[String]) -> Vec<(&str, Features)> {
    let mut sums: BTreeMap<&str, (f32, Features)> = BTreeMap::new();
    for (photo, label) in features.zip(labels) {
        let (count, sum) = sums.entry(label).or_insert_with(|| (0.0, vec![0.0; photo.len()]));
        *count += 1.0;
        for (sum, value) in sum.iter_mut().zip(photo) {
            *sum += value;
        }
    }
    sums.into_iter()
        .map(|(class, (count, sum))| (class, sum.into_iter().map(|value| value / count).collect()))
        .collect()
}

fn nearest<'a>(photo: &Features, known: &[(&'a str, Features)]) -> &'a str {
    let distance = |other: &Features| photo.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
    known.iter().min_by(|a, b| distance(&a.1).total_cmp(&distance(&b.1))).map_or("", |(class, _)| class)
}
