use std::path::PathBuf;

use ::image::imageops::{self, FilterType};
use ::image::{DynamicImage, Rgb, RgbImage};
use tempfile::TempDir;

use super::*;
use crate::random::Random;

/// A picture of some soft blobs: photographs, unlike noise, have structure that a smaller size keeps.
fn blobs(seed: u64) -> RgbImage {
    let mut random = Random::new(&[seed]);
    let spots: Vec<[f64; 4]> = (0..6)
        .map(|_| [random.unit() * 96.0, random.unit() * 96.0, 6.0 + random.unit() * 14.0, random.unit()])
        .collect();
    RgbImage::from_fn(96, 96, |x, y| {
        let light: f64 = spots
            .iter()
            .map(|[left, top, radius, strength]| {
                let distance = (f64::from(x) - left).powi(2) + (f64::from(y) - top).powi(2);
                strength * (-distance / (radius * radius)).exp()
            })
            .sum();
        Rgb([(light * 200.0).min(255.0) as u8, (light * 150.0).min(255.0) as u8, 40])
    })
}

fn save(dir: &TempDir, name: &str, picture: &RgbImage) -> Photo {
    let path: PathBuf = dir.path().join(name);
    picture.save(&path).unwrap();
    Photo { id: name.to_owned(), path, label: None, fields: Vec::new() }
}

fn look(photos: &[Photo]) -> Vec<Fingerprint> {
    fingerprints(&photos.iter().collect::<Vec<_>>()).unwrap()
}

#[test]
fn a_picture_saved_twice_without_loss_is_an_exact_duplicate() {
    let dir = TempDir::new().unwrap();
    let picture = blobs(1);
    let other_file = dir.path().join("b.webp");
    DynamicImage::ImageRgb8(picture.clone()).save(&other_file).unwrap();
    let photos = [
        save(&dir, "a.png", &picture),
        Photo { id: "b".to_owned(), path: other_file, label: None, fields: Vec::new() },
        save(&dir, "c.png", &blobs(2)),
    ];
    assert_eq!(exact(&look(&photos)), [vec![0, 1]]);
}

#[test]
fn a_picture_saved_smaller_and_with_loss_is_a_near_duplicate() {
    let dir = TempDir::new().unwrap();
    let picture = blobs(3);
    let mut photos = vec![save(&dir, "a.png", &picture)];
    photos.push(save(&dir, "b.jpg", &imageops::resize(&picture, 70, 70, FilterType::Triangle)));
    photos.push(save(&dir, "c.png", &imageops::brighten(&picture, 12)));
    for seed in 10..40 {
        photos.push(save(&dir, &format!("{seed}.png"), &blobs(seed)));
    }
    let fingerprints = look(&photos);
    assert!(exact(&fingerprints).is_empty());
    let pairs: Vec<_> = near(&fingerprints, CORRELATION).iter().map(|pair| (pair.first, pair.second)).collect();
    assert_eq!(pairs.len(), 3, "{pairs:?}");
    assert!(pairs.iter().all(|&(_, second)| second < 3));
}

#[test]
fn pairs_join_to_clusters() {
    let pair = |first, second| Pair { first, second, correlation: 1.0 };
    let clusters = clusters(6, &[pair(1, 4), pair(4, 5), pair(0, 2)]);
    assert_eq!(clusters, [0, 1, 0, 2, 1, 1]);
    assert_eq!(members(&clusters), [vec![0, 2], vec![1, 4, 5]]);
}

#[test]
fn pictures_of_one_colour_are_alike_only_if_they_are_the_same() {
    let dir = TempDir::new().unwrap();
    let plain = |name: &str, value| save(&dir, name, &RgbImage::from_pixel(20, 20, Rgb([value; 3])));
    let fingerprints = look(&[plain("a.png", 0), plain("b.png", 0), plain("c.png", 200)]);
    assert_eq!(near(&fingerprints, CORRELATION).len(), 1);
}

#[test]
fn a_fingerprint_knows_sums_and_whether_a_picture_is_grey() {
    let dir = TempDir::new().unwrap();
    let photos =
        [save(&dir, "a.png", &RgbImage::from_pixel(3, 2, Rgb([1, 2, 3]))), save(&dir, "b.png", &RgbImage::new(3, 2))];
    let fingerprints = look(&photos);
    assert_eq!(fingerprints[0].sums, Sums { sum: [6, 12, 18], squares: [6, 24, 54], grey: false });
    assert!(fingerprints[1].sums.grey);
    assert_eq!(fingerprints[0].size, (3, 2));
}
