use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::image::resize::Filter;
use crate::random::Random;
use crate::transform::crop::Fit;

fn config(prepare: Vec<Prepare>) -> Config {
    Config {
        folder: PathBuf::new(),
        id: None,
        target: None,
        channels: 1,
        prepare,
        decode: Quality::Exact,
        cache_mib: 0,
        workers: 1,
        sampling: Sampling::Shuffled,
        normalise: Normalise::Train,
    }
}

/// One photograph of 30 x 20 pixels: dark, but for a bright block.
fn photo(dir: &TempDir, fields: &[&str]) -> Photo {
    let path = dir.path().join("a.png");
    ::image::GrayImage::from_fn(30, 20, |x, y| {
        ::image::Luma([if (10..18).contains(&x) && (5..11).contains(&y) { 200 } else { 2 }])
    })
    .save(&path)
    .unwrap();
    Photo { id: "a".to_owned(), path, label: Some(0), fields: fields.iter().map(|&text| text.to_owned()).collect() }
}

fn read(photo: Photo, columns: &[&str], prepare: Vec<Prepare>) -> Result<Picture, FeedError> {
    let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
    let dataset = Dataset::new(vec![photo], &columns, &config(prepare))?;
    let mut picture = Picture::default();
    let mut draw = Draw { random: Random::new(&[1]), sample: 0, epoch: 0, seed: 1 };
    let plan = Plan::evaluate(&[]).unwrap();
    dataset.reader().read(0, &plan, &mut draw, &mut picture)?;
    Ok(picture)
}

fn boxed(margin: f64) -> Prepare {
    let columns = ["l", "t", "w", "h"].map(str::to_owned);
    Prepare::Box { columns, form: crop::BoxForm::Size, margin }
}

#[test]
fn steps_of_preparation_follow_each_other() {
    let dir = TempDir::new().unwrap();
    let resize = Prepare::Resize(Resize { size: [3, 4], fit: Fit::Stretch, filter: Filter::Bilinear });
    let picture = read(photo(&dir, &[]), &[], vec![Prepare::Content { threshold: 7 }, resize]).unwrap();
    assert_eq!(picture, Picture::filled(4, 3, &[200]));
}

#[test]
fn a_box_comes_from_the_columns_of_the_table() {
    let dir = TempDir::new().unwrap();
    let columns = ["id", "l", "t", "w", "h"];
    let picture = read(photo(&dir, &["a", "10", "5", "8", "6"]), &columns, vec![boxed(0.0)]).unwrap();
    assert_eq!(picture, Picture::filled(8, 6, &[200]));
    let picture = read(photo(&dir, &["a", "10", "5", "8", "6"]), &columns, vec![boxed(0.5)]).unwrap();
    assert_eq!((picture.width, picture.height), (16, 12));
}

#[test]
fn boxes_that_are_none_are_named() {
    let dir = TempDir::new().unwrap();
    let columns = ["id", "l", "t", "w", "h"];
    let message = |fields: &[&str], columns: &[&str]| {
        read(photo(&dir, fields), columns, vec![boxed(0.0)]).unwrap_err().to_string()
    };
    assert_eq!(message(&["a", "10", "", "8", "6"], &columns), "photo 'a': column 't' is '', not a number");
    assert!(
        message(&["a", "90", "5", "8", "6"], &columns)
            .starts_with("photo 'a': the box [90.0, 5.0, 8.0, 6.0] holds nothing")
    );
    assert!(message(&["a"], &["id"]).contains("there is no column 'l', only id"));
}

#[test]
fn moments_are_those_of_all_pixels() {
    let dir = TempDir::new().unwrap();
    let dataset = Dataset::new(vec![photo(&dir, &[])], &[], &config(vec![])).unwrap();
    let moments = dataset.moments(&[0, 0], &Plan::evaluate(&[]).unwrap()).unwrap();
    let mean = (48.0 * 200.0 + 552.0 * 2.0) / 600.0;
    let variance = (48.0 * 40_000.0 + 552.0 * 4.0) / 600.0 - mean * mean;
    assert!((moments.mean[0] - mean / 255.0).abs() < 1e-12);
    assert!((moments.std[0] - f64::sqrt(variance) / 255.0).abs() < 1e-12);
}

#[test]
fn the_cache_ends_where_the_memory_ends() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("large.png");
    ::image::GrayImage::new(1024, 700).save(&path).unwrap();
    let photos: Vec<Photo> =
        (0..3).map(|id| Photo { id: id.to_string(), path: path.clone(), label: None, fields: Vec::new() }).collect();
    let dataset = Dataset::new(photos, &[], &Config { cache_mib: 1, ..config(vec![]) }).unwrap();
    let mut picture = Picture::default();
    for sample in [0, 1, 2, 0] {
        let mut draw = Draw { random: Random::new(&[1]), sample, epoch: 0, seed: 1 };
        dataset.reader().read(sample, &Plan::evaluate(&[]).unwrap(), &mut draw, &mut picture).unwrap();
        assert_eq!((picture.width, picture.height), (1024, 700));
    }
    assert_eq!(dataset.cached_bytes(), 1024 * 700);
}

#[test]
fn the_file_names_every_step_of_preparation() {
    let text = r#"
        folder = "solar"
        channels = 1
        decode = "fast"
        cache_mib = 100
        workers = 2
        sampling = "balanced"
        normalise = { numbers = { mean = [0.5], std = [0.2] } }
        prepare = [
            { kind = "box", columns = ["x", "y", "w", "h"], form = "size", margin = 0.1 },
            { kind = "content", threshold = 7 },
            { kind = "circle" },
            { kind = "clahe", tiles = 8, limit = 2.0 },
            { kind = "local-mean", sigma = 10, gain = 4 },
            { kind = "resize", size = [224, 224], fit = "inside", filter = "lanczos" },
        ]
    "#;
    let config: Config = toml::from_str(text).unwrap();
    assert_eq!(config.prepare.len(), 6);
    config.check().unwrap();
    let wrong = text.replace("tiles = 8", "tiles = 0");
    let wrong: Config = toml::from_str(&wrong).unwrap();
    assert!(wrong.check().unwrap_err().to_string().contains("clahe with tiles = 0"));
    assert!(toml::from_str::<Config>(&text.replace("workers = 2", "workers = 2\nthreads = 1")).is_err());
}
