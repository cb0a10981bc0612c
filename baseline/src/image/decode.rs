//! Files to pixels: JPEG by libjpeg-turbo, of which only the wanted part is decoded (feature `turbojpeg`), everything else,
//! and JPEG without that feature, by the pure-Rust `image`. Owns the file's bytes; chooses no crop.
//!
//! The decoders differ in single grey levels, so training and prediction must use the same one. Tags that say how a phone
//! was held are not followed.

#[cfg(feature = "turbojpeg")]
mod turbo;

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageReader};

use super::{Picture, Region};

/// Why a photograph could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The file cannot be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no picture, or a damaged one.
    #[error("{} is no picture that can be decoded: {reason}", path.display())]
    Content {
        /// Which file.
        path: PathBuf,
        /// What the decoder says.
        reason: String,
    },
}

/// How carefully JPEG is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// Accurate transform and smooth colour upsampling; the part of a picture has the same pixels as in the whole.
    Exact,
    /// A tenth faster, with differences of a few grey levels. Without the feature `turbojpeg` the same as `Exact`.
    Fast,
}

/// Decodes one file after another into the same memory. Each worker has its own.
pub struct Decoder {
    channels: usize,
    path: PathBuf,
    bytes: Vec<u8>,
    /// What `open` found.
    opened: Opened,
    #[cfg(feature = "turbojpeg")]
    jpeg: turbo::Jpeg,
}

enum Opened {
    Nothing,
    /// Decoded to the end already: only JPEG tells its size first.
    Whole(DynamicImage),
    #[cfg(feature = "turbojpeg")]
    Jpeg {
        width: usize,
        height: usize,
    },
}

impl Decoder {
    /// For pictures with 1 (grey) or 3 channels, whatever the files have.
    pub fn new(channels: usize, quality: Quality) -> Self {
        #[cfg(not(feature = "turbojpeg"))]
        let _ = quality;
        Self {
            channels,
            path: PathBuf::new(),
            bytes: Vec::new(),
            opened: Opened::Nothing,
            #[cfg(feature = "turbojpeg")]
            jpeg: turbo::Jpeg::new(channels, quality),
        }
    }

    /// Reads a file, and says how many columns and rows its picture has.
    pub fn open(&mut self, path: &Path) -> Result<(usize, usize), DecodeError> {
        self.opened = Opened::Nothing;
        self.path.clear();
        self.path.push(path);
        self.bytes.clear();
        File::open(path)
            .and_then(|mut file| file.read_to_end(&mut self.bytes))
            .map_err(|source| DecodeError::Read { path: path.to_owned(), source })?;
        #[cfg(feature = "turbojpeg")]
        if self.bytes.starts_with(&[0xFF, 0xD8]) {
            // Four-channel JPEG of printers is left to `image`.
            if let Some((width, height)) = self.jpeg.header(&self.bytes).map_err(|reason| self.damaged(reason))? {
                self.opened = Opened::Jpeg { width, height };
                return Ok((width, height));
            }
        }
        let picture = ImageReader::new(Cursor::new(&self.bytes))
            .with_guessed_format()
            .map_err(|source| DecodeError::Read { path: path.to_owned(), source })?
            .decode()
            .map_err(|error| self.damaged(error.to_string()))?;
        let size = (picture.width() as usize, picture.height() as usize);
        self.opened = Opened::Whole(picture);
        Ok(size)
    }

    /// Decodes at least the given part of the opened file, and returns where in `into` the part begins (column, row).
    /// Consumes what was opened.
    pub fn decode(&mut self, part: Region, into: &mut Picture) -> Result<(usize, usize), DecodeError> {
        match std::mem::replace(&mut self.opened, Opened::Nothing) {
            Opened::Nothing => Err(self.damaged("it was not opened".to_owned())),
            #[cfg(feature = "turbojpeg")]
            Opened::Jpeg { width, height } => {
                self.jpeg.decode(&self.bytes, (width, height), part, into).map_err(|reason| self.damaged(reason))
            }
            Opened::Whole(picture) => {
                (into.width, into.height) = (picture.width() as usize, picture.height() as usize);
                into.channels = self.channels;
                into.pixels = match self.channels {
                    1 => picture.into_luma8().into_raw(),
                    _ => picture.into_rgb8().into_raw(),
                };
                Ok((part.left, part.top))
            }
        }
    }

    /// The whole picture of a file.
    pub fn whole(&mut self, path: &Path, into: &mut Picture) -> Result<(), DecodeError> {
        let (width, height) = self.open(path)?;
        self.decode(Region::whole(width, height), into).map(drop)
    }

    /// The bytes of the file that was opened last.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn damaged(&self, reason: String) -> DecodeError {
        DecodeError::Content { path: self.path.clone(), reason }
    }
}

#[cfg(test)]
mod tests;
