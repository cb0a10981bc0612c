//! Event files that TensorBoard opens: scalars, histograms and images of a run. Owns the format only; what is worth
//! logging is decided by the training loop.
//!
//! A file is a row of records: length (u64), masked CRC-32C of the length, a protobuf `Event`, masked CRC-32C of it. The
//! messages below are the parts of TensorFlow's `event.proto` and `summary.proto` that are written here, with the
//! field numbers of those files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use prost::Message;

/// Writes one run's events.
pub struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
}

/// An image that is encoded already.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The bytes of a PNG or JPEG file.
    pub encoded: &'a [u8],
}

impl Writer {
    /// Starts a file in `dir`, which is created if needed. `time` is in seconds since 1970; it also names the file, so
    /// that TensorBoard reads the files of a resumed run in their order.
    ///
    /// A run that goes on after step `resumed_at` says so: TensorBoard then forgets what an earlier file of the folder
    /// holds from that step on, which is what was lost when the run was killed.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub fn create(dir: &Path, time: f64, resumed_at: Option<u64>) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let (file, path) = open_new(dir, time)?;
        let mut writer = Self { file: BufWriter::new(file), path };
        writer.event(time, 0, What::FileVersion("brain.Event:2".to_owned()))?;
        if let Some(step) = resumed_at {
            writer.event(time, step, What::SessionLog(SessionLog { status: SESSION_START }))?;
        }
        writer.flush()?;
        Ok(writer)
    }

    /// Where the events go.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number over the steps, such as a loss.
    ///
    /// # Errors
    /// When writing fails.
    pub fn scalar(&mut self, tag: &str, step: u64, time: f64, value: f64) -> io::Result<()> {
        self.summary(tag, step, time, Kind::SimpleValue(value as f32))
    }

    /// How values are spread, such as the weights of a layer. Values that are not finite are left out of it.
    ///
    /// # Errors
    /// When writing fails.
    pub fn histogram(&mut self, tag: &str, step: u64, time: f64, values: &[f32]) -> io::Result<()> {
        self.summary(tag, step, time, Kind::Histogram(Histogram::of(values)))
    }

    /// A picture.
    ///
    /// # Errors
    /// When writing fails.
    pub fn image(&mut self, tag: &str, step: u64, time: f64, picture: Picture<'_>) -> io::Result<()> {
        let image = Image {
            height: i32::try_from(picture.height).unwrap_or(i32::MAX),
            width: i32::try_from(picture.width).unwrap_or(i32::MAX),
            colorspace: RGB,
            encoded_image_string: picture.encoded.to_vec(),
        };
        self.summary(tag, step, time, Kind::Image(image))
    }

    /// Hands everything written so far to the system, so that an open TensorBoard sees it.
    ///
    /// # Errors
    /// When writing fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    fn summary(&mut self, tag: &str, step: u64, time: f64, kind: Kind) -> io::Result<()> {
        let value = Value { tag: tag.to_owned(), kind: Some(kind) };
        self.event(time, step, What::Summary(Summary { value: vec![value] }))
    }

    fn event(&mut self, time: f64, step: u64, what: What) -> io::Result<()> {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let event = Event { wall_time: time, step, what: Some(what) }.encode_to_vec();
        let length = (event.len() as u64).to_le_bytes();
        self.file.write_all(&length)?;
        self.file.write_all(&masked_crc(&length).to_le_bytes())?;
        self.file.write_all(&event)?;
        self.file.write_all(&masked_crc(&event).to_le_bytes())
    }
}

/// A file of that moment, with a number behind it where one exists already (two starts within a second).
fn open_new(dir: &Path, time: f64) -> io::Result<(File, PathBuf)> {
    let mut number = 0;
    loop {
        let path = dir.join(format!("events.out.tfevents.{:010}.baseline.{number}", time.max(0.0) as u64));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[derive(Clone, PartialEq, Message)]
struct Event {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(oneof = "What", tags = "3, 5, 7")]
    what: Option<What>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum What {
    #[prost(string, tag = "3")]
    FileVersion(String),
    #[prost(message, tag = "5")]
    Summary(Summary),
    #[prost(message, tag = "7")]
    SessionLog(SessionLog),
}

#[derive(Clone, PartialEq, Message)]
struct SessionLog {
    #[prost(int32, tag = "1")]
    status: i32,
}

const SESSION_START: i32 = 1;

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(oneof = "Kind", tags = "2, 4, 5")]
    kind: Option<Kind>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Kind {
    #[prost(float, tag = "2")]
    SimpleValue(f32),
    #[prost(message, tag = "4")]
    Image(Image),
    #[prost(message, tag = "5")]
    Histogram(Histogram),
}

#[derive(Clone, PartialEq, Message)]
struct Image {
    #[prost(int32, tag = "1")]
    height: i32,
    #[prost(int32, tag = "2")]
    width: i32,
    #[prost(int32, tag = "3")]
    colorspace: i32,
    #[prost(bytes = "vec", tag = "4")]
    encoded_image_string: Vec<u8>,
}

const RGB: i32 = 3;

#[derive(Clone, PartialEq, Message)]
struct Histogram {
    #[prost(double, tag = "1")]
    min: f64,
    #[prost(double, tag = "2")]
    max: f64,
    #[prost(double, tag = "3")]
    num: f64,
    #[prost(double, tag = "4")]
    sum: f64,
    #[prost(double, tag = "5")]
    sum_squares: f64,
    /// Upper end of each bucket.
    #[prost(double, repeated, tag = "6")]
    bucket_limit: Vec<f64>,
    /// Values in each bucket.
    #[prost(double, repeated, tag = "7")]
    bucket: Vec<f64>,
}

/// TensorBoard draws 30 buckets of whatever it is given; twice as many lose nothing in that.
const BUCKETS: usize = 60;

impl Histogram {
    fn of(values: &[f32]) -> Self {
        let finite = || values.iter().filter(|value| value.is_finite()).map(|&value| f64::from(value));
        let (min, max) =
            finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(value), max.max(value)));
        if min > max {
            return Self::default();
        }
        let width = if max > min { (max - min) / BUCKETS as f64 } else { 1.0 };
        let mut bucket = vec![0.0; BUCKETS];
        for value in finite() {
            bucket[(((value - min) / width) as usize).min(BUCKETS - 1)] += 1.0;
        }
        let bucket_limit = (1..=BUCKETS).map(|place| min + width * place as f64).collect();
        let num = finite().count() as f64;
        Self {
            min,
            max,
            num,
            sum: finite().sum(),
            sum_squares: finite().map(|value| value * value).sum(),
            bucket_limit,
            bucket,
        }
    }
}

/// The record format adds and rotates, so that the checksum of bytes that hold a checksum stays meaningful.
fn masked_crc(bytes: &[u8]) -> u32 {
    crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32 with Castagnoli's polynomial.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| CRC_TABLE[((crc ^ u32::from(byte)) & 0xff) as usize] ^ (crc >> 8))
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 * (crc & 1));
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests;
