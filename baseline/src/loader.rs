//! Batches in time: threads fill them with photographs, the training loop takes them in order. What is in a batch depends
//! on seed, epoch and position alone, so 1, 2 and 4 workers give the same bytes, and a resumed epoch goes on as if it had
//! never stopped. Knows no tensors.

mod order;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::batch::Batch;
use crate::dataset::{Dataset, FeedError, Reader};
use crate::image::Picture;
use crate::random::Random;
use crate::transform::{Draw, Plan, Transform};

pub use order::Sampling;

/// For which purpose photographs are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// In an order of the epoch's own, without the last batch if it is short: its few photographs would make noisy
    /// statistics.
    Train,
    /// In the order of the samples, all of them.
    Evaluate,
}

/// How photographs are fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The experiment's seed.
    pub seed: u64,
    /// Photographs in a batch.
    pub batch: usize,
    /// Threads.
    pub workers: usize,
    /// Which photographs an epoch of training has.
    pub sampling: Sampling,
}

/// Feeds epochs.
pub struct Loader {
    plan: Arc<Plan>,
    shape: [usize; 3],
    dataset: Arc<Dataset>,
    samples: Vec<usize>,
    mode: Mode,
    options: Options,
    spare: Arc<Spare>,
}

/// Streams that must not meet.
const ORDER: u64 = 1;
const SAMPLE: u64 = 2;

impl Loader {
    /// Feeds some photographs of a data set through a list of transforms. Reads the first one, to learn the size of all.
    pub fn new(
        dataset: Arc<Dataset>,
        samples: Vec<usize>,
        mode: Mode,
        transforms: &[Transform],
        options: Options,
    ) -> Result<Self, FeedError> {
        if options.workers == 0 || options.batch == 0 {
            let Options { workers, batch, .. } = options;
            return Err(FeedError::Config(format!("workers = {workers}, batch = {batch}: both must be at least 1")));
        }
        let plan = Arc::new(match mode {
            Mode::Train => Plan::train(transforms)?,
            Mode::Evaluate => Plan::evaluate(transforms)?,
        });
        let Some(&first) = samples.first() else {
            return Err(FeedError::Nothing("the list of samples is empty".to_owned()));
        };
        if mode == Mode::Train && samples.len() < options.batch {
            let (batch, count) = (options.batch, samples.len());
            return Err(FeedError::Nothing(format!("a batch has {batch}, but only {count} train")));
        }
        let mut picture = Picture::default();
        let mut draw = draw(&options, 0, 0, first);
        dataset.reader().read(first, &plan, &mut draw, &mut picture)?;
        let shape = [picture.height, picture.width, dataset.channels()];
        Ok(Self { plan, shape, dataset, samples, mode, options, spare: Arc::default() })
    }

    /// Rows, columns and channels of every picture.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// The transforms, checked; its mixes are for the device.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Photographs that an epoch feeds.
    pub fn samples(&self) -> &[usize] {
        &self.samples
    }

    /// Batches in an epoch.
    pub fn batches(&self) -> usize {
        match self.mode {
            Mode::Train => self.samples.len() / self.options.batch,
            Mode::Evaluate => self.samples.len().div_ceil(self.options.batch),
        }
    }

    /// Starts the workers on an epoch, from a batch on (0 for all; where a resumed run goes on, else).
    pub fn epoch(&self, epoch: u64, first_batch: usize) -> Epoch {
        let order = match self.mode {
            Mode::Evaluate => self.samples.clone(),
            Mode::Train => {
                let label = |sample: usize| self.dataset.photos()[sample].label;
                let mut random = Random::new(&[self.options.seed, ORDER, epoch]);
                self.options.sampling.order(&self.samples, label, &mut random)
            }
        };
        let job = Arc::new(Job {
            dataset: Arc::clone(&self.dataset),
            plan: Arc::clone(&self.plan),
            shape: self.shape,
            options: self.options,
            epoch,
            order,
            batches: self.batches(),
            // One batch in each worker's hands and two ready: more would only use memory.
            window: self.options.workers + 2,
            state: Mutex::new(State { next: first_batch, taken: first_batch, ..State::default() }),
            changed: Condvar::new(),
            spare: Arc::clone(&self.spare),
        });
        let workers = (0..self.options.workers)
            .map(|_| {
                let job = Arc::clone(&job);
                std::thread::spawn(move || job.work())
            })
            .collect();
        Epoch { job, workers, waited: Duration::ZERO }
    }
}

fn draw(options: &Options, epoch: u64, position: usize, sample: usize) -> Draw {
    let random = Random::new(&[options.seed, SAMPLE, epoch, position as u64]);
    Draw { random, sample, epoch, seed: options.seed }
}

/// What the workers of one epoch share.
struct Job {
    dataset: Arc<Dataset>,
    plan: Arc<Plan>,
    shape: [usize; 3],
    options: Options,
    epoch: u64,
    /// The sample of each position.
    order: Vec<usize>,
    batches: usize,
    /// How far workers may be ahead.
    window: usize,
    state: Mutex<State>,
    changed: Condvar,
    spare: Arc<Spare>,
}

#[derive(Default)]
struct State {
    /// The batch that the next free worker takes.
    next: usize,
    /// The batch that the loop takes next.
    taken: usize,
    /// Filled, but not yet taken.
    ready: BTreeMap<usize, Result<Batch, FeedError>>,
    /// Nobody wants more.
    stopped: bool,
    /// A worker has panicked.
    broken: bool,
}

impl Job {
    fn lock(&self) -> MutexGuard<'_, State> {
        // What a panicking worker leaves behind is a number or a map, both whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let _alarm = Alarm(self);
        let mut reader = self.dataset.reader();
        let mut picture = Picture::default();
        loop {
            let number = {
                let mut state = self.lock();
                while !state.stopped && state.next < self.batches && state.next >= state.taken + self.window {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                if state.stopped || state.next >= self.batches {
                    return;
                }
                state.next += 1;
                state.next - 1
            };
            let batch = self.fill(number, &mut reader, &mut picture);
            let mut state = self.lock();
            state.stopped |= batch.is_err();
            state.ready.insert(number, batch);
            self.changed.notify_all();
        }
    }

    fn fill(&self, number: usize, reader: &mut Reader, picture: &mut Picture) -> Result<Batch, FeedError> {
        let from = number * self.options.batch;
        let samples = &self.order[from..(from + self.options.batch).min(self.order.len())];
        let [height, width, channels] = self.shape;
        let mut pixels = self.spare.take();
        pixels.bytes.reserve(samples.len() * height * width * channels);
        let mut labels = Vec::with_capacity(samples.len());
        for (position, &sample) in samples.iter().enumerate() {
            let mut draw = draw(&self.options, self.epoch, from + position, sample);
            reader.read(sample, &self.plan, &mut draw, picture)?;
            let photo = &self.dataset.photos()[sample];
            if [picture.height, picture.width] != [height, width] {
                return Err(FeedError::Size {
                    id: photo.id.clone(),
                    width: picture.width,
                    height: picture.height,
                    first_width: width,
                    first_height: height,
                });
            }
            pixels.bytes.extend_from_slice(&picture.pixels);
            labels.push(photo.label.map_or(-1, |label| label as i64));
        }
        Ok(Batch { pixels, size: [samples.len(), height, width, channels], labels, samples: samples.to_vec() })
    }
}

/// Tells the loop if the worker that holds it panics: it would wait for ever.
struct Alarm<'a>(&'a Job);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().broken = true;
            self.0.changed.notify_all();
        }
    }
}

/// The batches of one epoch, in order. Dropping it stops the workers.
pub struct Epoch {
    job: Arc<Job>,
    workers: Vec<JoinHandle<()>>,
    waited: Duration,
}

impl Epoch {
    /// How long the loop has waited for batches: time in which the model could have worked.
    pub fn waited(&self) -> Duration {
        self.waited
    }
}

impl Iterator for Epoch {
    type Item = Result<Batch, FeedError>;

    /// After a fault there are no more batches.
    fn next(&mut self) -> Option<Self::Item> {
        let mut state = self.job.lock();
        if state.taken >= self.job.batches {
            return None;
        }
        let started = Instant::now();
        let batch = loop {
            let wanted = state.taken;
            if let Some(batch) = state.ready.remove(&wanted) {
                break batch;
            }
            if state.broken {
                break Err(FeedError::Worker);
            }
            state = self.job.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        self.waited += started.elapsed();
        state.taken = if batch.is_ok() { state.taken + 1 } else { self.job.batches };
        state.stopped |= batch.is_err();
        self.job.changed.notify_all();
        Some(batch)
    }
}

impl Drop for Epoch {
    fn drop(&mut self) {
        self.job.lock().stopped = true;
        self.job.changed.notify_all();
        for worker in self.workers.drain(..) {
            // A panic was reported to the loop already.
            let _ = worker.join();
        }
    }
}

/// Memory of batches that are done with.
#[derive(Debug, Default)]
struct Spare {
    buffers: Mutex<Vec<Vec<u8>>>,
}

/// More are not kept.
const SPARE_AT_MOST: usize = 8;

impl Spare {
    fn take(self: &Arc<Self>) -> Pixels {
        let mut bytes = self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        bytes.clear();
        Pixels { bytes, home: Arc::downgrade(self) }
    }
}

/// A batch's bytes. Their memory goes back to the loader when they are dropped: a page that is new to the process costs
/// the kernel more than filling it costs us.
#[derive(Debug, Default)]
pub struct Pixels {
    bytes: Vec<u8>,
    home: Weak<Spare>,
}

impl Deref for Pixels {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<Vec<u8>> for Pixels {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, home: Weak::new() }
    }
}

impl Clone for Pixels {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), home: Weak::clone(&self.home) }
    }
}

impl PartialEq for Pixels {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Pixels {}

impl Drop for Pixels {
    fn drop(&mut self) {
        if let Some(home) = self.home.upgrade() {
            let mut buffers = home.buffers.lock().unwrap_or_else(PoisonError::into_inner);
            if buffers.len() < SPARE_AT_MOST {
                buffers.push(std::mem::take(&mut self.bytes));
            }
        }
    }
}

#[cfg(test)]
mod tests;
