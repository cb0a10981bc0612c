//! Photographs as the transforms take them: decoded, prepared the same way every time, and kept in memory while there is
//! room. Knows neither batches nor order (those are the loader's) nor random choices (those are the transforms').

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::competition::{Columns, Competition, CompetitionError, Photo};
use crate::image::decode::{DecodeError, Decoder, Quality};
use crate::image::resize::Cut;
use crate::image::{Picture, Region, contrast, crop};
use crate::loader::Sampling;
use crate::transform::crop::Resize;
use crate::transform::{Desk, Draw, Plan};

/// `[data]`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The competition's folder.
    pub folder: PathBuf,
    /// The column with ids, if the tables do not tell.
    pub id: Option<String>,
    /// The column with labels, if the tables do not tell.
    pub target: Option<String>,
    /// 1 (grey) or 3 (colour), whatever the files have.
    pub channels: usize,
    /// What is done to every photograph, once, in this order, before any transform.
    pub prepare: Vec<Prepare>,
    /// How carefully JPEG is decoded.
    pub decode: Quality,
    /// Prepared photographs are kept in memory up to so many MiB; 0 decodes anew each time, which needs no memory and lets
    /// the decoder skip what a crop cuts off.
    pub cache_mib: usize,
    /// Threads that prepare batches.
    pub workers: usize,
    /// Which photographs an epoch has.
    pub sampling: Sampling,
    /// What the model's numbers are: bytes are divided by 255, then mean and standard deviation are taken out.
    pub normalise: Normalise,
}

/// Where mean and standard deviation come from.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Normalise {
    /// ImageNet's, for torchvision's weights.
    Imagenet,
    /// (byte - 127) / 128, for the Lite weights.
    Lite,
    /// Measured over the photographs that train.
    Train,
    /// These: `normalise = { numbers = { mean = [0.5], std = [0.2] } }`.
    Numbers {
        /// Of pixels from 0 to 1, one per channel.
        mean: Vec<f32>,
        /// Of pixels from 0 to 1, one per channel.
        std: Vec<f32>,
    },
}

/// A step that is the same for every epoch, for training and for prediction.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Prepare {
    /// The part inside a box that the table gives.
    Box {
        /// Four columns of numbers, in pixels.
        columns: [String; 4],
        /// What the columns are.
        form: crop::BoxForm,
        /// Share of width and height that is added on each side.
        margin: f64,
    },
    /// The part that is not dark background.
    Content {
        /// Up to this brightness a pixel is background.
        threshold: u8,
    },
    /// Black outside the largest circle.
    Circle,
    /// Contrast-limited adaptive histogram equalisation.
    Clahe {
        /// Parts across and down.
        tiles: usize,
        /// How much contrast may rise; usual are 1 to 4.
        limit: f64,
    },
    /// Brightness of the surroundings taken away.
    LocalMean {
        /// Standard deviation of the surroundings, in pixels.
        sigma: f64,
        /// How much what is left is raised; usual is 4.
        gain: f64,
    },
    /// Another size: what the cache keeps gets smaller.
    Resize(Resize),
}

/// Why photographs cannot be fed.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// A file that cannot be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A number of the configuration outside its range.
    #[error("{0}")]
    Config(String),
    /// A box that is not one.
    #[error("photo '{id}': {reason}")]
    Box {
        /// Which photograph.
        id: String,
        /// What is wrong.
        reason: String,
    },
    /// Pictures that do not fit into one batch.
    #[error(
        "photo '{id}' comes out of the transforms with {width} x {height} pixels, the first one with {first_width} x \
         {first_height}: let the list make one size (resize, random-resized-crop, centre-crop, pad)"
    )]
    Size {
        /// Which photograph.
        id: String,
        /// Its columns.
        width: usize,
        /// Its rows.
        height: usize,
        /// Columns of the first.
        first_width: usize,
        /// Rows of the first.
        first_height: usize,
    },
    /// A list of transforms that makes no sense.
    #[error(transparent)]
    Transform(#[from] crate::transform::TransformError),
    /// A thread that prepared batches is gone.
    #[error("a thread that prepares batches has ended unexpectedly")]
    Worker,
    /// Nothing to feed.
    #[error("there are no photographs to feed: {0}")]
    Nothing(String),
}

/// Mean and standard deviation of each channel, of pixels from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// One per channel.
    pub mean: Vec<f64>,
    /// One per channel.
    pub std: Vec<f64>,
}

/// Photographs, decoded when they are asked for.
pub struct Dataset {
    photos: Vec<Photo>,
    channels: usize,
    quality: Quality,
    /// One list per photograph would repeat the same; only boxes differ.
    prepare: Vec<Prepare>,
    /// For each `Box` step of `prepare`, in order: the box of each photograph.
    boxes: Vec<Vec<[f64; 4]>>,
    cache: Vec<OnceLock<Picture>>,
    room: AtomicUsize,
}

impl Config {
    /// Opens the competition that this configuration names.
    pub fn competition(&self) -> Result<Competition, CompetitionError> {
        Competition::open(&self.folder, Columns { id: self.id.as_deref(), target: self.target.as_deref() })
    }
}

impl Dataset {
    /// Photographs of one table, whose `columns` are needed for boxes.
    pub fn new(photos: Vec<Photo>, columns: &[String], config: &Config) -> Result<Self, FeedError> {
        config.check()?;
        let mut boxes = Vec::new();
        for step in &config.prepare {
            if let Prepare::Box { columns: wanted, .. } = step {
                boxes.push(read_boxes(&photos, columns, wanted)?);
            }
        }
        let room = AtomicUsize::new(config.cache_mib << 20);
        let slots = if config.cache_mib == 0 { 0 } else { photos.len() };
        Ok(Self {
            photos,
            channels: config.channels,
            quality: config.decode,
            prepare: config.prepare.clone(),
            boxes,
            cache: std::iter::repeat_with(OnceLock::new).take(slots).collect(),
            room,
        })
    }

    /// The photographs, in the order of their table; a sample is a position here.
    pub fn photos(&self) -> &[Photo] {
        &self.photos
    }

    /// 1 or 3.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Takes up a worker's work: its decoder and its memory.
    pub fn reader(&self) -> Reader<'_> {
        Reader {
            dataset: self,
            decoder: Decoder::new(self.channels, self.quality),
            desk: Desk::default(),
            decoded: Picture::default(),
        }
    }

    /// Mean and standard deviation over some photographs, as they come out of the transforms of evaluation.
    ///
    /// Sums of whole numbers, so that the order does not matter.
    pub fn moments(&self, samples: &[usize], plan: &Plan) -> Result<Moments, FeedError> {
        let mut sums = vec![(0u128, 0u128, 0u128); self.channels];
        let mut reader = self.reader();
        let mut picture = Picture::default();
        for &sample in samples {
            let mut draw = Draw { random: crate::random::Random::new(&[sample as u64]), sample, epoch: 0, seed: 0 };
            reader.read(sample, plan, &mut draw, &mut picture)?;
            for (channel, (count, sum, squares)) in sums.iter_mut().enumerate() {
                let (mut own_sum, mut own_squares) = (0u64, 0u64);
                for &byte in picture.pixels.iter().skip(channel).step_by(self.channels) {
                    own_sum += u64::from(byte);
                    own_squares += u64::from(byte) * u64::from(byte);
                }
                *count += (picture.width * picture.height) as u128;
                *sum += u128::from(own_sum);
                *squares += u128::from(own_squares);
            }
        }
        let moments = sums.iter().map(|&(count, sum, squares)| {
            let count = count.max(1) as f64;
            let mean = sum as f64 / count;
            (mean / 255.0, (squares as f64 / count - mean * mean).max(0.0).sqrt() / 255.0)
        });
        let (mean, std) = moments.unzip();
        Ok(Moments { mean, std })
    }

    /// Bytes of the pictures that are kept.
    pub fn cached_bytes(&self) -> usize {
        self.cache.iter().filter_map(OnceLock::get).map(|picture| picture.pixels.len()).sum()
    }

    fn is_cached(&self) -> bool {
        !self.cache.is_empty()
    }

    /// Keeps a picture if there is room. Whether it was kept is never seen in the pixels, only in the time.
    fn keep(&self, sample: usize, picture: &Picture) {
        let size = picture.pixels.len();
        let took = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(size));
        if took.is_ok() && self.cache[sample].set(picture.clone()).is_err() {
            // Another worker was faster; what it took is enough.
            self.room.fetch_add(size, Ordering::Relaxed);
        }
    }
}

impl Config {
    fn check(&self) -> Result<(), FeedError> {
        let fault = |text: String| Err(FeedError::Config(text));
        if ![1, 3].contains(&self.channels) {
            return fault(format!("data.channels = {}: must be 1 (grey) or 3 (colour)", self.channels));
        }
        for step in &self.prepare {
            match step {
                Prepare::Box { margin, .. } if !(0.0..=10.0).contains(margin) => {
                    return fault(format!("data.prepare: margin = {margin} is not between 0 and 10"));
                }
                Prepare::Clahe { tiles, limit } if *tiles == 0 || !(0.01..=1e3).contains(limit) => {
                    return fault(format!(
                        "data.prepare: clahe with tiles = {tiles}, limit = {limit}: both must be above 0"
                    ));
                }
                Prepare::LocalMean { sigma, gain } if !(0.1..=1e3).contains(sigma) || !(0.0..=1e3).contains(gain) => {
                    return fault(format!(
                        "data.prepare: local-mean with sigma = {sigma}, gain = {gain}: must be above 0"
                    ));
                }
                Prepare::Resize(resize) => {
                    resize.check().map_err(|reason| FeedError::Config(format!("data.prepare: resize: {reason}")))?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn read_boxes(photos: &[Photo], columns: &[String], wanted: &[String; 4]) -> Result<Vec<[f64; 4]>, FeedError> {
    let mut at = [0; 4];
    for (position, name) in at.iter_mut().zip(wanted) {
        *position = columns.iter().position(|column| column == name).ok_or_else(|| {
            FeedError::Config(format!("data.prepare: box: there is no column '{name}', only {}", columns.join(", ")))
        })?;
    }
    let read = |photo: &Photo| {
        let mut numbers = [0.0; 4];
        for (number, (&at, name)) in numbers.iter_mut().zip(at.iter().zip(wanted)) {
            let text = photo.fields[at].trim();
            *number = text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| FeedError::Box {
                id: photo.id.clone(),
                reason: format!("column '{name}' is '{text}', not a number"),
            })?;
        }
        Ok(numbers)
    };
    photos.iter().map(read).collect()
}

/// One worker's hold on the data set.
pub struct Reader<'a> {
    dataset: &'a Dataset,
    decoder: Decoder,
    desk: Desk,
    decoded: Picture,
}

impl Reader<'_> {
    /// A photograph as it comes out of a list of transforms.
    ///
    /// Where nothing is kept or prepared and the list begins with a cut, only that part is decoded; its pixels are the same
    /// as in the whole picture.
    pub fn read(&mut self, sample: usize, plan: &Plan, draw: &mut Draw, into: &mut Picture) -> Result<(), FeedError> {
        let mut rest = plan.picture();
        if self.dataset.is_cached() || !self.dataset.prepare.is_empty() {
            let dataset = self.dataset;
            let kept = dataset.cache.get(sample).and_then(OnceLock::get);
            if kept.is_none() {
                self.prepared(sample)?;
                if dataset.is_cached() {
                    dataset.keep(sample, &self.decoded);
                }
            }
            let source = kept.unwrap_or(&self.decoded);
            match plan.leading_cut(source.width, source.height, draw) {
                Some((cut, others)) => {
                    self.desk.cut_into(source, &cut, into);
                    rest = others;
                }
                None => into.copy(source),
            }
        } else {
            let (width, height) = self.decoder.open(&self.dataset.photos[sample].path)?;
            match plan.leading_cut(width, height, draw) {
                Some((cut, others)) => {
                    let part = cut.region(width, height);
                    let (left, top) = self.decoder.decode(part, &mut self.decoded)?;
                    let moved = Cut {
                        left: cut.left - part.left as f64 + left as f64,
                        top: cut.top - part.top as f64 + top as f64,
                        ..cut
                    };
                    self.desk.cut_into(&self.decoded, &moved, into);
                    rest = others;
                }
                None => {
                    self.decoder.decode(Region::whole(width, height), into)?;
                }
            }
        }
        for transform in rest {
            transform.apply(into, &mut self.desk, draw);
        }
        Ok(())
    }

    /// The photograph before any transform, in `self.decoded`.
    fn prepared(&mut self, sample: usize) -> Result<(), FeedError> {
        let photo = &self.dataset.photos[sample];
        self.decoder.whole(&photo.path, &mut self.decoded)?;
        let mut boxes = self.dataset.boxes.iter();
        let picture = &mut self.decoded;
        for step in &self.dataset.prepare {
            match *step {
                Prepare::Box { form, margin, .. } => {
                    let numbers = boxes.next().map_or([0.0; 4], |boxes| boxes[sample]);
                    let part = crop::boxed(numbers, form, margin, picture.width, picture.height);
                    let part = part.ok_or_else(|| FeedError::Box {
                        id: photo.id.clone(),
                        reason: format!(
                            "the box {numbers:?} holds nothing of {} x {} pixels",
                            picture.width, picture.height
                        ),
                    })?;
                    self.desk.cut(picture, &Cut::plain(part.left, part.top, part.width, part.height));
                }
                Prepare::Content { threshold } => {
                    let part = crop::content(picture, threshold);
                    self.desk.cut(picture, &Cut::plain(part.left, part.top, part.width, part.height));
                }
                Prepare::Circle => crop::circle(picture),
                Prepare::Clahe { tiles, limit } => contrast::clahe(picture, tiles, limit),
                Prepare::LocalMean { sigma, gain } => contrast::subtract_local_mean(picture, sigma, gain),
                Prepare::Resize(resize) => {
                    let cut = resize.cut(picture.width, picture.height);
                    self.desk.cut(picture, &cut);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
