//! Photographs that are there more than once: with the same pixels, or nearly. Two on different sides of a split make
//! validation too good to be true. Decides nothing about splits.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sha2::{Digest, Sha256};

use crate::competition::Photo;
use crate::image::Picture;
use crate::image::decode::{DecodeError, Decoder, Quality};
use crate::image::resize::{Cut, Filter, Resizer};

/// What a photograph looks like, in little.
#[derive(Clone, Debug, PartialEq)]
pub struct Fingerprint {
    /// Columns and rows.
    pub size: (usize, usize),
    /// SHA-256 of size and pixels: equal for a photograph saved twice without loss, whatever the files are.
    pub pixels: [u8; 32],
    /// Difference hash: of 16 rows of 17 grey pixels, whether each is brighter than the one to its right (Krawetz 2013,
    /// with 256 bits instead of 64, because photographs of one kind of thing look alike).
    pub hash: [u64; 4],
    /// 32 x 32 grey pixels with mean 0 and length 1: the sum of products of two is their correlation.
    pub little: Vec<f32>,
    /// Sum of each channel's bytes and of their squares, by which means over many photographs are made.
    pub sums: Sums,
    /// Bytes of the file.
    pub file_bytes: usize,
}

/// Of the red, green and blue bytes of a photograph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Sum of the bytes.
    pub sum: [u64; 3],
    /// Sum of their squares.
    pub squares: [u64; 3],
    /// Whether every pixel is grey.
    pub grey: bool,
}

/// From how many different bits of 256 on two photographs are not compared closer.
const BITS: u32 = 64;
const LITTLE: usize = 32;

/// How alike two photographs must be to count as nearly the same, by default; see [`near`]. Measured by looking at pairs: of
/// photographs in shops, 0.94 and more are shots of one moment; of solar cells, which are all alike, 0.99 and more are one
/// cell, and healthy cells of one kind reach 0.98.
pub const CORRELATION: f32 = 0.97;

/// From so many photographs on, what all have in common is taken out before two are compared: the frame and the vignette
/// of one apparatus say nothing.
const ENOUGH_FOR_A_MEAN: usize = 20;

/// Looks at every photograph once, on all cores.
pub fn fingerprints(photos: &[&Photo]) -> Result<Vec<Fingerprint>, DecodeError> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut desk = Desk::new();
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(photo) = photos.get(at) else { return Ok(done) };
            done.push((at, desk.fingerprint(photo)?));
        }
    };
    let parts: Vec<Result<Vec<(usize, Fingerprint)>, DecodeError>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let mut all: Vec<_> = parts.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    all.sort_by_key(|&(at, _)| at);
    Ok(all.into_iter().map(|(_, fingerprint)| fingerprint).collect())
}

struct Desk {
    decoder: Decoder,
    resizer: Resizer,
    picture: Picture,
    small: Picture,
}

impl Desk {
    fn new() -> Self {
        Self {
            decoder: Decoder::new(3, Quality::Exact),
            resizer: Resizer::default(),
            picture: Picture::default(),
            small: Picture::default(),
        }
    }

    fn fingerprint(&mut self, photo: &Photo) -> Result<Fingerprint, DecodeError> {
        self.decoder.whole(&photo.path, &mut self.picture)?;
        let Picture { width, height, .. } = self.picture;
        let mut digest = Sha256::new();
        digest.update([width as u64, height as u64].map(u64::to_le_bytes).concat());
        digest.update(&self.picture.pixels);
        let sums = sums(&self.picture);
        let grey = self.picture.grey();
        self.picture.reshape(width, height, 1);
        self.picture.pixels.copy_from_slice(&grey);
        let mut shrink = |to| {
            let cut =
                Cut { left: 0.0, top: 0.0, width: width as f64, height: height as f64, to, filter: Filter::Bilinear };
            self.resizer.cut(&self.picture, &cut, &mut self.small);
            self.small.pixels.clone()
        };
        let mut hash = [0u64; 4];
        let rows = shrink((17, 16));
        let steps = rows.chunks_exact(17).flat_map(|row| row.array_windows().map(|[left, right]| left > right));
        for (bit, brighter) in steps.enumerate() {
            hash[bit / 64] |= u64::from(brighter) << (bit % 64);
        }
        Ok(Fingerprint {
            size: (width, height),
            pixels: digest.finalize().into(),
            hash,
            little: standardised(&shrink((LITTLE, LITTLE))),
            sums,
            file_bytes: self.decoder.bytes().len(),
        })
    }
}

fn sums(picture: &Picture) -> Sums {
    let mut sums = Sums { grey: true, ..Sums::default() };
    for pixel in picture.pixels.as_chunks::<3>().0 {
        for (channel, &byte) in pixel.iter().enumerate() {
            sums.sum[channel] += u64::from(byte);
            sums.squares[channel] += u64::from(byte) * u64::from(byte);
        }
        sums.grey &= pixel[0] == pixel[1] && pixel[1] == pixel[2];
    }
    sums
}

fn standardised(pixels: &[u8]) -> Vec<f32> {
    let mean = pixels.iter().map(|&byte| f32::from(byte)).sum::<f32>() / pixels.len() as f32;
    let centred: Vec<f32> = pixels.iter().map(|&byte| f32::from(byte) - mean).collect();
    let length = centred.iter().map(|value| value * value).sum::<f32>().sqrt();
    centred.iter().map(|value| if length > 0.0 { value / length } else { 0.0 }).collect()
}

/// Groups of photographs with exactly the same pixels, each in ascending order, by their first.
pub fn exact(fingerprints: &[Fingerprint]) -> Vec<Vec<usize>> {
    let mut by_pixels: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
    for (at, fingerprint) in fingerprints.iter().enumerate() {
        by_pixels.entry(fingerprint.pixels).or_default().push(at);
    }
    let mut groups: Vec<_> = by_pixels.into_values().filter(|group| group.len() > 1).collect();
    groups.sort();
    groups
}

/// Two photographs that look nearly the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The earlier.
    pub first: usize,
    /// The later.
    pub second: usize,
    /// 1 for the same picture, 0 for nothing in common.
    pub correlation: f32,
}

/// Pairs whose 32 x 32 grey pixels, less the mean of all photographs, correlate at least so much; the likest first.
///
/// Every pair is looked at, most of them only by the 256 bits of their hashes: 5,421 photographs are 15 million pairs and
/// take a tenth of a second, 100,000 would take most of a minute.
pub fn near(fingerprints: &[Fingerprint], correlation: f32) -> Vec<Pair> {
    let little = without_the_common(fingerprints);
    let mut pairs = Vec::new();
    for (second, b) in fingerprints.iter().enumerate() {
        for (first, a) in fingerprints[..second].iter().enumerate() {
            let bits: u32 = a.hash.iter().zip(b.hash).map(|(a, b)| (a ^ b).count_ones()).sum();
            if bits > BITS {
                continue;
            }
            let product: f32 = little[first].iter().zip(&little[second]).map(|(a, b)| a * b).sum();
            if product >= correlation || a.pixels == b.pixels {
                pairs.push(Pair { first, second, correlation: product.min(1.0) });
            }
        }
    }
    pairs.sort_by(|a, b| b.correlation.total_cmp(&a.correlation).then((a.first, a.second).cmp(&(b.first, b.second))));
    pairs
}

/// The little pictures, less their mean, at length 1 again.
fn without_the_common(fingerprints: &[Fingerprint]) -> Vec<Vec<f32>> {
    let mut mean = vec![0.0; LITTLE * LITTLE];
    if fingerprints.len() >= ENOUGH_FOR_A_MEAN {
        for fingerprint in fingerprints {
            for (mean, value) in mean.iter_mut().zip(&fingerprint.little) {
                *mean += value / fingerprints.len() as f32;
            }
        }
    }
    let rest = |fingerprint: &Fingerprint| {
        let rest: Vec<f32> = fingerprint.little.iter().zip(&mean).map(|(value, mean)| value - mean).collect();
        let length = rest.iter().map(|value| value * value).sum::<f32>().sqrt();
        rest.iter().map(|value| if length > 1e-6 { value / length } else { 0.0 }).collect()
    };
    fingerprints.iter().map(rest).collect()
}

/// Photographs joined by pairs: for each its cluster, counted from 0 in the order of first members. One without a pair is
/// a cluster of its own.
pub fn clusters(count: usize, pairs: &[Pair]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..count).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    for pair in pairs {
        let (a, b) = (root(&mut parent, pair.first), root(&mut parent, pair.second));
        parent[a.max(b)] = a.min(b);
    }
    let mut numbers = HashMap::new();
    (0..count)
        .map(|at| {
            let root = root(&mut parent, at);
            let next = numbers.len();
            *numbers.entry(root).or_insert(next)
        })
        .collect()
}

/// The members of each cluster that has more than one.
pub fn members(clusters: &[usize]) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); clusters.iter().max().map_or(0, |most| most + 1)];
    for (at, &cluster) in clusters.iter().enumerate() {
        members[cluster].push(at);
    }
    members.retain(|members| members.len() > 1);
    members
}

#[cfg(test)]
mod tests;
