use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::competition::Photo;
use crate::dataset::{Config, Normalise, Prepare};
use crate::image::decode::Quality;
use crate::image::resize::Filter;
use crate::transform::crop::{CentreCrop, Fit, RandomResizedCrop, Resize};
use crate::transform::flip::AlternatingFlip;

/// Photographs of random pixels, of different sizes, half of them JPEG.
fn photos(dir: &TempDir, count: usize) -> Vec<Photo> {
    (0..count)
        .map(|sample| {
            let mut random = Random::new(&[sample as u64]);
            let (width, height) = (30 + random.below(20) as u32, 30 + random.below(20) as u32);
            let picture = ::image::RgbImage::from_fn(width, height, |x, y| {
                ::image::Rgb([(x * 5) as u8, (y * 5) as u8, random.next() as u8])
            });
            let path = dir.path().join(format!("{sample}.{}", if sample % 2 == 0 { "jpg" } else { "png" }));
            picture.save(&path).unwrap();
            Photo { id: sample.to_string(), path, label: Some(sample % 3), fields: Vec::new() }
        })
        .collect()
}

fn config(cache_mib: usize) -> Config {
    Config {
        folder: PathBuf::new(),
        id: None,
        target: None,
        channels: 3,
        prepare: Vec::new(),
        decode: Quality::Exact,
        cache_mib,
        workers: 1,
        sampling: Sampling::Shuffled,
        normalise: Normalise::Train,
    }
}

fn augmentation() -> Vec<Transform> {
    vec![
        Transform::RandomResizedCrop(RandomResizedCrop {
            size: [16, 20],
            scale: [0.3, 1.0],
            ratio: [0.75, 1.33],
            filter: Filter::Bilinear,
        }),
        Transform::AlternatingFlip(AlternatingFlip {}),
    ]
}

const OPTIONS: Options = Options { seed: 5, batch: 4, workers: 2, sampling: Sampling::Shuffled };

fn loader(dir: &TempDir, count: usize, cache_mib: usize, options: Options) -> Loader {
    let dataset = Arc::new(Dataset::new(photos(dir, count), &[], &config(cache_mib)).unwrap());
    Loader::new(dataset, (0..count).collect(), Mode::Train, &augmentation(), options).unwrap()
}

fn batches(loader: &Loader, epoch: u64, first: usize) -> Vec<Batch> {
    loader.epoch(epoch, first).collect::<Result<_, _>>().unwrap()
}

#[test]
fn batches_are_the_same_bytes_for_1_2_and_4_workers() {
    let dir = TempDir::new().unwrap();
    let one = batches(&loader(&dir, 41, 0, Options { workers: 1, ..OPTIONS }), 3, 0);
    assert_eq!(one.len(), 10);
    assert_eq!(one[0].size, [4, 16, 20, 3]);
    for workers in [2, 4] {
        assert_eq!(one, batches(&loader(&dir, 41, 0, Options { workers, ..OPTIONS }), 3, 0), "{workers} workers");
    }
}

#[test]
fn the_cache_changes_no_byte() {
    let dir = TempDir::new().unwrap();
    let without = loader(&dir, 24, 0, OPTIONS);
    let with = loader(&dir, 24, 64, OPTIONS);
    for epoch in 0..3 {
        assert_eq!(batches(&without, epoch, 0), batches(&with, epoch, 0), "epoch {epoch}");
    }
    assert!(with.dataset.cached_bytes() > 0);
    assert_eq!(without.dataset.cached_bytes(), 0);
}

#[test]
fn a_resumed_epoch_goes_on_with_the_same_batches() {
    let dir = TempDir::new().unwrap();
    let loader = loader(&dir, 41, 0, OPTIONS);
    let whole = batches(&loader, 1, 0);
    assert_eq!(whole[7..], batches(&loader, 1, 7));
    assert_eq!(batches(&loader, 1, 10).len(), 0);
}

#[test]
fn epochs_differ_in_order_and_in_pixels() {
    let dir = TempDir::new().unwrap();
    let loader = loader(&dir, 8, 0, OPTIONS);
    let (first, second) = (batches(&loader, 0, 0), batches(&loader, 1, 0));
    let samples =
        |batches: &[Batch]| -> Vec<usize> { batches.iter().flat_map(|batch| batch.samples.clone()).collect() };
    assert_ne!(samples(&first), samples(&second));
    let mut sorted = samples(&first);
    sorted.sort();
    assert_eq!(sorted, (0..8).collect::<Vec<_>>());
    assert_ne!(first[0].pixels, second[0].pixels);
}

#[test]
fn evaluation_keeps_the_order_and_the_last_short_batch() {
    let dir = TempDir::new().unwrap();
    let dataset = Arc::new(Dataset::new(photos(&dir, 10), &[], &config(0)).unwrap());
    let list = [Transform::Resize(Resize { size: [12, 12], fit: Fit::Stretch, filter: Filter::Bilinear })];
    let loader = Loader::new(dataset, vec![9, 1, 4, 2, 0, 7], Mode::Evaluate, &list, OPTIONS).unwrap();
    let batches = batches(&loader, 0, 0);
    assert_eq!(loader.batches(), 2);
    assert_eq!(batches[0].samples, [9, 1, 4, 2]);
    assert_eq!(batches[1].samples, [0, 7]);
    assert_eq!(batches[1].size, [2, 12, 12, 3]);
    assert_eq!(batches[1].labels, [0, 1]);
}

#[test]
fn memory_of_dropped_batches_is_used_again() {
    let dir = TempDir::new().unwrap();
    let loader = loader(&dir, 40, 0, OPTIONS);
    let mut places = std::collections::BTreeSet::new();
    for epoch in 0..4 {
        for batch in loader.epoch(epoch, 0) {
            places.insert(batch.unwrap().pixels.as_ptr() as usize);
        }
    }
    // One per batch that can be under way: the window and the one in the loop's hands.
    assert!(places.len() <= OPTIONS.workers + 3, "{}", places.len());
}

#[test]
fn an_epoch_may_be_left_at_any_batch() {
    let dir = TempDir::new().unwrap();
    let loader = loader(&dir, 40, 0, Options { workers: 4, ..OPTIONS });
    for taken in 0..6 {
        let mut epoch = loader.epoch(0, 0);
        for _ in 0..taken {
            epoch.next().unwrap().unwrap();
        }
    }
}

#[test]
fn a_damaged_file_is_named_after_the_whole_batches_before_it() {
    let dir = TempDir::new().unwrap();
    let photos = photos(&dir, 20);
    std::fs::write(&photos[13].path, b"\x89PNG nothing").unwrap();
    let dataset = Arc::new(Dataset::new(photos, &[], &config(0)).unwrap());
    let options = Options { workers: 4, ..OPTIONS };
    let loader = Loader::new(dataset, (0..20).collect(), Mode::Evaluate, &augmentation(), options).unwrap();
    let batches: Vec<_> = loader.epoch(0, 0).collect();
    assert_eq!(batches.len(), 4);
    assert!(batches[..3].iter().all(Result::is_ok));
    let text = batches[3].as_ref().unwrap_err().to_string();
    assert!(text.contains("13.png is no picture that can be decoded"), "{text}");
}

#[test]
fn pictures_of_different_sizes_are_named_with_the_way_out() {
    let dir = TempDir::new().unwrap();
    let dataset = Arc::new(Dataset::new(photos(&dir, 8), &[], &config(0)).unwrap());
    let list = [Transform::CentreCrop(CentreCrop { size: [500, 500] })];
    let loader = Loader::new(dataset, (0..8).collect(), Mode::Evaluate, &list, OPTIONS).unwrap();
    let text = loader.epoch(0, 0).find_map(Result::err).unwrap().to_string();
    assert!(text.contains("let the list make one size"), "{text}");
}

#[test]
fn a_cut_at_the_start_is_decoded_as_in_the_whole_picture() {
    // A step that changes nothing forces the whole picture to be decoded first.
    let dir = TempDir::new().unwrap();
    let nothing = Prepare::Content { threshold: 0 };
    let whole = Config { prepare: vec![nothing], ..config(0) };
    let dataset = Arc::new(Dataset::new(photos(&dir, 24), &[], &whole).unwrap());
    let loader_of_whole = Loader::new(dataset, (0..24).collect(), Mode::Train, &augmentation(), OPTIONS).unwrap();
    for epoch in 0..4 {
        assert_eq!(batches(&loader(&dir, 24, 0, OPTIONS), epoch, 0), batches(&loader_of_whole, epoch, 0));
    }
}

#[test]
fn time_spent_waiting_is_counted() {
    let dir = TempDir::new().unwrap();
    let loader = loader(&dir, 8, 0, OPTIONS);
    let mut epoch = loader.epoch(0, 0);
    assert_eq!(epoch.waited(), Duration::ZERO);
    epoch.next().unwrap().unwrap();
    assert!(epoch.waited() > Duration::ZERO);
}

#[test]
fn numbers_that_make_no_loader_are_refused() {
    let dir = TempDir::new().unwrap();
    let dataset = Arc::new(Dataset::new(photos(&dir, 8), &[], &config(0)).unwrap());
    let new = |samples: Vec<usize>, options| {
        Loader::new(Arc::clone(&dataset), samples, Mode::Train, &augmentation(), options).err().unwrap().to_string()
    };
    assert_eq!(new(vec![0], Options { workers: 0, ..OPTIONS }), "workers = 0, batch = 4: both must be at least 1");
    assert!(new(vec![], OPTIONS).contains("the list of samples is empty"));
    assert!(new(vec![0, 1], OPTIONS).contains("a batch has 4, but only 2 train"));
}
