//! The first look at a competition's photographs: how many of what, how large, how bright, what is there twice, and what
//! would give the label away without looking. Computes; printing and the report are apart.

pub mod chart;
pub mod hints;
pub mod report;
pub mod sheet;
pub mod table;

use std::collections::BTreeMap;

use crate::competition::{Competition, Photo};
use crate::duplicates::{self, Fingerprint, Pair};
use crate::image::decode::DecodeError;
use crate::split;

pub use hints::Hint;

/// Everything that the first look finds.
pub struct Analysis<'a> {
    /// What was looked at.
    pub competition: &'a Competition,
    /// Training photographs, then test photographs: positions below count through both.
    pub fingerprints: Vec<Fingerprint>,
    /// Photographs of each class.
    pub counts: Vec<usize>,
    /// Columns and rows, with how many training and test photographs have them; the most frequent first.
    pub sizes: Vec<((usize, usize), usize, usize)>,
    /// Of the training photographs.
    pub train_light: Light,
    /// Of the test photographs.
    pub test_light: Light,
    /// Photographs with exactly the same pixels.
    pub exact: Vec<Vec<usize>>,
    /// Photographs that are nearly the same.
    pub near: Vec<Pair>,
    /// Of the pairs within the training photographs, how many five stratified folds would part.
    pub parted_by_folds: usize,
    /// What would give labels away.
    pub hints: Vec<Hint>,
}

/// Colour and brightness of one side.
#[derive(Clone, Debug, PartialEq)]
pub struct Light {
    /// Mean of red, green and blue over all pixels, from 0 to 1.
    pub mean: [f64; 3],
    /// Standard deviation over all pixels.
    pub std: [f64; 3],
    /// Standard deviation of the photographs' own mean brightness.
    pub between: f64,
    /// Photographs without any colour.
    pub grey: usize,
    /// Photographs.
    pub count: usize,
}

/// Where pairs of near-duplicates lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Both train, with the same label.
    pub same_label: usize,
    /// Both train, with different labels: at least one is wrong, or the classes cannot be told apart here.
    pub other_label: usize,
    /// One trains, one is tested.
    pub across: usize,
    /// Both are tested.
    pub in_test: usize,
}

impl<'a> Analysis<'a> {
    /// Looks at every photograph once. Pairs that correlate at least so much are near-duplicates (see
    /// [`duplicates::near`]).
    pub fn of(competition: &'a Competition, correlation: f32) -> Result<Self, DecodeError> {
        let photos: Vec<&Photo> = competition.train.iter().chain(&competition.test).collect();
        let fingerprints = duplicates::fingerprints(&photos)?;
        let (train, test) = fingerprints.split_at(competition.train.len());
        let labels = competition.labels();
        let mut counts = vec![0; competition.classes.len()];
        for &label in &labels {
            counts[label] += 1;
        }
        let exact = duplicates::exact(&fingerprints);
        let near = duplicates::near(&fingerprints, correlation);
        let mut analysis = Self {
            competition,
            counts,
            sizes: sizes(train, test),
            train_light: Light::of(train),
            test_light: Light::of(test),
            parted_by_folds: parted_by_folds(competition, &labels, &near),
            hints: hints::find(competition, train, &labels),
            fingerprints,
            exact,
            near,
        };
        analysis.hints.extend(hints::of_duplicates(&analysis));
        Ok(analysis)
    }

    /// A photograph by its position through both sides.
    pub fn photo(&self, at: usize) -> &'a Photo {
        let train = &self.competition.train;
        train.get(at).unwrap_or_else(|| &self.competition.test[at - train.len()])
    }

    /// `train` or `test`.
    pub fn side(&self, at: usize) -> &'static str {
        if at < self.competition.train.len() { "train" } else { "test" }
    }

    /// Largest class by smallest.
    pub fn imbalance(&self) -> f64 {
        let most = self.counts.iter().max().copied().unwrap_or(0);
        let least = self.counts.iter().min().copied().unwrap_or(0);
        most as f64 / least.max(1) as f64
    }

    /// Where the near-duplicates lie.
    pub fn places(&self) -> Places {
        let mut places = Places::default();
        for pair in &self.near {
            match (self.photo(pair.first).label, self.photo(pair.second).label) {
                (Some(a), Some(b)) if a == b => places.same_label += 1,
                (Some(_), Some(_)) => places.other_label += 1,
                (None, None) => places.in_test += 1,
                _ => places.across += 1,
            }
        }
        places
    }
}

fn sizes(train: &[Fingerprint], test: &[Fingerprint]) -> Vec<((usize, usize), usize, usize)> {
    let mut counts: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
    for fingerprint in train {
        counts.entry(fingerprint.size).or_default().0 += 1;
    }
    for fingerprint in test {
        counts.entry(fingerprint.size).or_default().1 += 1;
    }
    let mut sizes: Vec<_> = counts.into_iter().map(|(size, (train, test))| (size, train, test)).collect();
    sizes.sort_by_key(|&(size, train, test)| (std::cmp::Reverse(train + test), size));
    sizes
}

impl Light {
    fn of(fingerprints: &[Fingerprint]) -> Self {
        let mut pixels = 0.0;
        let (mut sum, mut squares) = ([0.0; 3], [0.0; 3]);
        for fingerprint in fingerprints {
            pixels += (fingerprint.size.0 * fingerprint.size.1) as f64;
            for channel in 0..3 {
                sum[channel] += fingerprint.sums.sum[channel] as f64;
                squares[channel] += fingerprint.sums.squares[channel] as f64;
            }
        }
        let pixels = f64::max(pixels, 1.0);
        let mean = sum.map(|sum| sum / pixels / 255.0);
        let std = std::array::from_fn(|channel| {
            let variance = squares[channel] / pixels / 65_025.0 - mean[channel] * mean[channel];
            variance.max(0.0).sqrt()
        });
        let own: Vec<f64> = fingerprints.iter().map(brightness).collect();
        Self {
            mean,
            std,
            between: deviation(&own),
            grey: fingerprints.iter().filter(|fingerprint| fingerprint.sums.grey).count(),
            count: fingerprints.len(),
        }
    }
}

/// Mean brightness of a photograph, from 0 to 1.
pub fn brightness(fingerprint: &Fingerprint) -> f64 {
    let pixels = (fingerprint.size.0 * fingerprint.size.1).max(1) as f64;
    let [red, green, blue] = fingerprint.sums.sum.map(|sum| sum as f64 / pixels / 255.0);
    0.299 * red + 0.587 * green + 0.114 * blue
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt()
}

/// How many pairs of training photographs five stratified folds part; 0 where there are too few photographs for folds.
fn parted_by_folds(competition: &Competition, labels: &[usize], near: &[Pair]) -> usize {
    let ids: Vec<String> = competition.train.iter().map(|photo| photo.id.clone()).collect();
    let photos = split::Photos { ids: &ids, labels, groups: None };
    let Ok(assigned) = (split::Config::Stratified { folds: 5, seed: 1 }).assign(photos) else {
        return 0;
    };
    let pairs: Vec<Vec<usize>> =
        near.iter().filter(|pair| pair.second < ids.len()).map(|pair| vec![pair.first, pair.second]).collect();
    split::crossing(&assigned, &pairs).len()
}

#[cfg(test)]
mod tests;
