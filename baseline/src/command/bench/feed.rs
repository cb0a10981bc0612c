//! `baseline bench feed`: what each step of feeding costs, which order is cheapest, how many workers the model needs.
//!
//! Costs are CPU-seconds, which other programs on the machine hardly change; wall-clock is shown where it decides.
#![expect(clippy::print_stdout, reason = "a command line speaks on standard output")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, ensure};
use tch::{Device, Tensor};

use super::{architecture, cpu};
use crate::batch::{Batch, Normalisation};
use crate::competition::{Columns, Competition};
use crate::dataset::{self, Dataset, Normalise};
use crate::image::Picture;
use crate::image::decode::{Decoder, Quality};
use crate::image::resize::Filter;
use crate::loader::{Loader, Mode, Sampling};
use crate::model::{Config as ModelConfig, Model};
use crate::random::Random;
use crate::transform::affine::{Affine, Rotation};
use crate::transform::automatic::{RandAugment, TrivialAugment};
use crate::transform::blur::Blur;
use crate::transform::colour::{ColourJitter, Grayscale};
use crate::transform::crop::{Border, CentreCrop, Fit, Pad, RandomCrop, RandomResizedCrop, Resize};
use crate::transform::erase::{Cutout, Fill, RandomErasing};
use crate::transform::flip::{AlternatingFlip, Axis, Flip, Transpose};
use crate::transform::{Desk, Draw, Transform};
use crate::{device, loader};

/// What feeding costs, step by step, beside what the model takes
///
/// A model that waits for photographs is a machine that waits. This prints photographs per CPU-second for decoding, for
/// every transform, and for the same transforms in different orders; then photographs per second of the whole loader
/// with 1, 2 and 4 workers beside those of the model, and how many workers (`data.workers`) are enough.
///
///   baseline bench feed --data solar-cells --size 224 --channels 1
///
/// Compare with Albumentations and torchvision by `cargo xtask bench feed`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The competition's folder: train.csv, test.csv and the pictures
    #[arg(long)]
    pub data: PathBuf,
    /// Rows and columns that the model takes
    #[arg(long, default_value_t = 224)]
    pub size: usize,
    /// 1 (grey) or 3 (colour)
    #[arg(long, default_value_t = 3)]
    pub channels: usize,
    /// Photographs in a batch
    #[arg(long, default_value_t = 32)]
    pub batch: usize,
    /// At most so many photographs are used
    #[arg(long, default_value_t = 512)]
    pub photos: usize,
    /// About how long each thing is measured
    #[arg(long, default_value_t = 1.0)]
    pub seconds: f64,
    /// The model that is fed: mobilenet-v2, efficientnet-lite0, efficientnet-b0, resnet18, resnet34, resnet50
    #[arg(long, default_value = "mobilenet-v2")]
    pub model: String,
    /// Only the loader with one worker and the floats made of its bytes, decoding each time and with decoded photographs
    /// kept, as lines `name photographs-per-CPU-second photographs-per-second`: for comparing programs
    #[arg(long)]
    pub compare: bool,
}

/// Measures and prints.
pub fn run(options: &Options) -> Result<()> {
    ensure!(
        options.batch > 0 && options.photos >= options.batch,
        "--photos must be at least one --batch, which must not be 0"
    );
    ensure!((8..=2048).contains(&options.size), "--size must be between 8 and 2048");
    let mut competition = Competition::open(&options.data, Columns::default())?;
    competition.train.truncate(options.photos);
    let bench = Bench { options, competition };
    if options.compare {
        let (light, full, validation) = (bench.light(), bench.full(), bench.validation());
        for (name, list, cache_mib) in [
            ("light", &light, 0),
            ("full", &full, 0),
            ("val", &validation, 0),
            ("light-kept", &light, CACHE_MIB),
            ("full-kept", &full, CACHE_MIB),
            ("val-kept", &validation, CACHE_MIB),
        ] {
            let normalisation = Normalisation::imagenet();
            let (wall, per_cpu_second) = bench.loader(list, 1, cache_mib, |batch| {
                let images = batch.images(&normalisation, Device::Cpu);
                ensure!(images.size()[0] == batch.len() as i64, "the tensor has other photographs");
                Ok(())
            })?;
            println!("{name} {per_cpu_second:.1} {wall:.1}");
        }
        return Ok(());
    }
    bench.decoding()?;
    bench.transforms()?;
    bench.orders()?;
    bench.workers()
}

/// Room for all photographs.
const CACHE_MIB: usize = 1 << 20;

struct Bench<'a> {
    options: &'a Options,
    competition: Competition,
}

impl Bench<'_> {
    /// Runs `work` (which returns how many photographs it did) for about the wanted time; photographs per CPU-second.
    fn rate(&self, mut work: impl FnMut() -> Result<usize>) -> Result<f64> {
        work()?;
        let (started, before) = (Instant::now(), cpu());
        let mut count = 0;
        while started.elapsed().as_secs_f64() < self.options.seconds {
            count += work()?;
        }
        Ok(count as f64 / (cpu() - before).as_secs_f64().max(1e-9))
    }

    fn decoding(&self) -> Result<()> {
        println!("Decoding, photographs per CPU-second");
        for (name, quality) in [("exact", Quality::Exact), ("fast", Quality::Fast)] {
            let mut decoder = Decoder::new(self.options.channels, quality);
            let mut picture = Picture::default();
            let mut photos = self.competition.train.iter().cycle();
            let rate = self.rate(|| {
                for photo in photos.by_ref().take(16) {
                    decoder.whole(&photo.path, &mut picture)?;
                }
                Ok(16)
            })?;
            println!("  whole, {name:<8} {rate:>9.0}");
        }
        Ok(())
    }

    /// Each transform alone, on decoded photographs that the first three take as they are and the others at model size.
    fn transforms(&self) -> Result<()> {
        let size = [self.options.size; 2];
        let mut whole = Vec::new();
        let mut decoder = Decoder::new(self.options.channels, Quality::Exact);
        for photo in self.competition.train.iter().take(32) {
            let mut picture = Picture::default();
            decoder.whole(&photo.path, &mut picture)?;
            whole.push(picture);
        }
        let mut desk = Desk::default();
        let mut small = whole.clone();
        let resize = Transform::Resize(Resize { size, fit: Fit::Stretch, filter: Filter::Bilinear });
        for picture in &mut small {
            resize.apply(picture, &mut desk, &mut draw(0));
        }
        println!("\nEach transform alone, photographs per CPU-second");
        for transform in every_transform(self.options.size) {
            let takes_whole = matches!(transform.kind(), "resize" | "random-resized-crop" | "centre-crop");
            let source = if takes_whole { &whole } else { &small };
            let mut picture = Picture::default();
            let mut number = 0;
            let rate = self.rate(|| {
                for source in source {
                    picture.copy(source);
                    number += 1;
                    transform.apply(&mut picture, &mut desk, &mut draw(number));
                }
                Ok(source.len())
            })?;
            let with_hue = matches!(&transform, Transform::ColourJitter(jitter) if jitter.hue > 0.0);
            let name = format!("{}{}", transform.kind(), if with_hue { " with hue" } else { "" });
            println!("  {name:<22} {rate:>9.0}");
        }
        Ok(())
    }

    /// The same transforms with the resize before or after them: what comes later works on fewer or more pixels.
    fn orders(&self) -> Result<()> {
        let size = [self.options.size; 2];
        let resize = Transform::Resize(Resize { size, fit: Fit::Stretch, filter: Filter::Bilinear });
        let rest = [flip(), rotation(), jitter()];
        let first: Vec<Transform> = [resize.clone()].into_iter().chain(rest.clone()).collect();
        let last: Vec<Transform> = rest.into_iter().chain([resize]).collect();
        println!("\nOrders (flip, rotation, colour jitter), photographs per CPU-second with decoding");
        for (name, list) in [("resize first", &first), ("resize last", &last)] {
            println!("  {name:<22} {:>9.0}", self.loader(list, 1, 0, only_take)?.1);
        }
        let crop_first = self.full();
        let (crop, rest) = crop_first.split_at(1);
        let crop_last: Vec<Transform> = rest.iter().chain(crop).cloned().collect();
        for (name, list) in [("random crop first", &crop_first), ("random crop last", &crop_last)] {
            println!("  {name:<22} {:>9.0}", self.loader(list, 1, 0, only_take)?.1);
        }
        Ok(())
    }

    fn workers(&self) -> Result<()> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let list = self.full();
        println!("\nLoader (random crop, flip, colour jitter)    per second   per CPU-second");
        let mut one = 0.0;
        for workers in [1, 2, 4] {
            let (wall, per_cpu) = self.loader(&list, workers, 0, only_take)?;
            println!("  {workers} workers, decoding each time        {wall:>9.0}      {per_cpu:>9.0}");
            if workers == 1 {
                one = per_cpu;
            }
        }
        let (wall, per_cpu) = self.loader(&list, 1, CACHE_MIB, only_take)?;
        println!("  1 worker, from the cache               {wall:>9.0}      {per_cpu:>9.0}");
        let (training, predicting) = self.model()?;
        println!("\nModel {} at {}        per second", self.options.model, self.options.size);
        println!("  training                               {training:>9.0}");
        println!("  predicting                             {predicting:>9.0}");
        let needed = (training / one).ceil().max(1.0) as usize;
        println!(
            "\ndata.workers = {} is enough for training: a worker feeds {one:.0} a second where it has a core to itself, the \
             model takes {training:.0}.",
            needed.min(cores)
        );
        if needed > cores {
            println!(
                "The {cores} cores of this machine cannot keep up: prepare smaller photographs, or use the cache."
            );
        }
        Ok(())
    }

    /// Photographs per second and per CPU-second of a whole loader, after an epoch that warms the disk and the cache.
    fn loader(
        &self,
        list: &[Transform],
        workers: usize,
        cache_mib: usize,
        mut take: impl FnMut(&Batch) -> Result<()>,
    ) -> Result<(f64, f64)> {
        let config = dataset::Config {
            folder: self.options.data.clone(),
            id: None,
            target: None,
            channels: self.options.channels,
            prepare: Vec::new(),
            decode: Quality::Exact,
            cache_mib,
            workers,
            sampling: Sampling::Shuffled,
            normalise: Normalise::Imagenet,
        };
        let photos = self.competition.train.clone();
        let samples = (0..photos.len()).collect();
        let dataset = Arc::new(Dataset::new(photos, &self.competition.train_columns, &config)?);
        let options = loader::Options { seed: 1, batch: self.options.batch, workers, sampling: Sampling::Shuffled };
        let loader = Loader::new(dataset, samples, Mode::Train, list, options)?;
        for batch in loader.epoch(0, 0) {
            batch?;
        }
        let (started, before) = (Instant::now(), cpu());
        let mut count = 0;
        for epoch in 1.. {
            for batch in loader.epoch(epoch, 0) {
                let batch = batch?;
                take(&batch)?;
                count += batch.len();
            }
            if started.elapsed().as_secs_f64() > self.options.seconds {
                break;
            }
        }
        Ok((count as f64 / started.elapsed().as_secs_f64(), count as f64 / (cpu() - before).as_secs_f64()))
    }

    /// Photographs per second of a training step and of a prediction, on the device that training takes.
    fn model(&self) -> Result<(f64, f64)> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as i32;
        let compute = device::Compute::new(cores, true);
        let config = ModelConfig {
            architecture: architecture(&self.options.model)?,
            weights: "none".into(),
            dropout: 0.0,
            standardise: false,
        };
        let channels = self.options.channels as i64;
        let classes = self.competition.classes.len() as i64;
        let model = Model::new(&config, channels, classes, compute.device, 1)?;
        let (batch, side) = (self.options.batch as i64, self.options.size as i64);
        let images =
            Tensor::zeros([batch, channels, side, side], (tch::Kind::Float, Device::Cpu)).to_device(compute.device);
        let images = device::channels_last(&images);
        let targets = Tensor::zeros([batch], (tch::Kind::Int64, compute.device));
        let step = || {
            let logits = compute.forward(|| model.forward(&images, true));
            logits.to_kind(tch::Kind::Float).cross_entropy_for_logits(&targets).backward();
        };
        let training = self.wall(&step);
        let predict = || tch::no_grad(|| drop(compute.forward(|| model.forward(&images, false))));
        Ok((training, self.wall(&predict)))
    }

    fn wall(&self, work: &dyn Fn()) -> f64 {
        // libtorch compiles kernels at the first step of a shape.
        work();
        let started = Instant::now();
        let mut count = 0;
        while started.elapsed().as_secs_f64() < self.options.seconds {
            work();
            count += self.options.batch;
        }
        count as f64 / started.elapsed().as_secs_f64()
    }

    fn light(&self) -> Vec<Transform> {
        let size = [self.options.size; 2];
        let crop = RandomResizedCrop { size, scale: [0.08, 1.0], ratio: [0.75, 4.0 / 3.0], filter: Filter::Bilinear };
        vec![Transform::RandomResizedCrop(crop), flip()]
    }

    fn full(&self) -> Vec<Transform> {
        let mut list = self.light();
        list.push(jitter());
        list
    }

    /// Resized to 8/7 of the size, then the middle.
    fn validation(&self) -> Vec<Transform> {
        let larger = [self.options.size * 8 / 7; 2];
        vec![
            Transform::Resize(Resize { size: larger, fit: Fit::Cover, filter: Filter::Bilinear }),
            Transform::CentreCrop(CentreCrop { size: [self.options.size; 2] }),
        ]
    }
}

/// A loop without a model.
fn only_take(_: &Batch) -> Result<()> {
    Ok(())
}

fn draw(number: u64) -> Draw {
    Draw { random: Random::new(&[number]), sample: number as usize, epoch: number & 1, seed: 1 }
}

fn flip() -> Transform {
    Transform::Flip(Flip { axis: Axis::Horizontal, probability: 0.5 })
}

fn rotation() -> Transform {
    Transform::Rotation(Rotation { degrees: 15.0, fill: 0 })
}

fn jitter() -> Transform {
    Transform::ColourJitter(ColourJitter { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.0 })
}

/// One of each, as strong as is usual, always applied.
fn every_transform(side: usize) -> Vec<Transform> {
    let size = [side; 2];
    let half = [side / 2; 2];
    let area = [0.02, 0.33];
    vec![
        Transform::Resize(Resize { size, fit: Fit::Stretch, filter: Filter::Bilinear }),
        Transform::RandomResizedCrop(RandomResizedCrop {
            size,
            scale: [0.08, 1.0],
            ratio: [0.75, 4.0 / 3.0],
            filter: Filter::Bilinear,
        }),
        Transform::CentreCrop(CentreCrop { size }),
        Transform::RandomCrop(RandomCrop { size: half }),
        Transform::Pad(Pad { size: [side + 8; 2], border: Border::Value(0) }),
        Transform::Flip(Flip { axis: Axis::Horizontal, probability: 1.0 }),
        Transform::AlternatingFlip(AlternatingFlip {}),
        Transform::Transpose(Transpose { probability: 1.0 }),
        rotation(),
        Transform::Affine(Affine {
            probability: 1.0,
            degrees: 10.0,
            translate: [0.1, 0.1],
            scale: [0.9, 1.1],
            shear: 5.0,
            fill: 0,
        }),
        jitter(),
        Transform::ColourJitter(ColourJitter { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 }),
        Transform::Grayscale(Grayscale { probability: 1.0 }),
        Transform::Blur(Blur { probability: 1.0, sigma: [0.5, 1.5] }),
        Transform::Cutout(Cutout { size: half, fill: 0 }),
        Transform::RandomErasing(RandomErasing { probability: 1.0, area, ratio: [0.3, 3.3], fill: Fill::Value(0) }),
        Transform::TrivialAugment(TrivialAugment { fill: 0 }),
        Transform::RandAugment(RandAugment { count: 2, magnitude: 9, fill: 0 }),
    ]
}
