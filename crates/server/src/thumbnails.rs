//! Small pictures of the photographs among the data files.
//!
//! Owns decoding (by content, never by name), shrinking and re-encoding: what leaves is always a picture that this
//! program wrote, so a file that is a picture and something else at once cannot reach a browser, and metadata (place,
//! camera) stays behind. Must not know HTTP, the store or where files lie.

use std::io::{BufRead, Cursor, Seek};

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

#[cfg(test)]
mod tests;

/// Longest side of a thumbnail in pixels.
pub const MAX_SIDE: u32 = 256;
/// Longest side of a picture that is decoded. A header may claim any size; this bounds what is believed.
pub const MAX_SOURCE_SIDE: u32 = 12_000;
/// Memory that decoding one picture may take: 50 megapixels in colour.
const MAX_ALLOC: u64 = 200 << 20;
const JPEG_QUALITY: u8 = 82;

/// A re-encoded small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// The encoded bytes.
    pub bytes: Vec<u8>,
    /// `image/jpeg`, or `image/png` where the picture is transparent.
    pub media_type: &'static str,
}

/// Why there is no thumbnail.
#[derive(Debug, thiserror::Error)]
pub enum ThumbnailError {
    /// Neither PNG, JPEG nor WebP.
    #[error("this file is not a PNG, JPEG or WebP picture")]
    NotAPicture,
    /// More pixels than are decoded.
    #[error("this picture is larger than {MAX_SOURCE_SIDE} pixels a side or 50 megapixels")]
    TooLarge,
    /// Damaged.
    #[error("this picture is damaged: {0}")]
    Damaged(String),
    /// The disk failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Decodes a picture and makes a thumbnail of it, upright as its Exif orientation says.
///
/// # Errors
/// See [`ThumbnailError`].
pub fn thumbnail(file: impl BufRead + Seek) -> Result<Thumbnail, ThumbnailError> {
    let mut reader = ImageReader::new(file).with_guessed_format()?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) {
        return Err(ThumbnailError::NotAPicture);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SOURCE_SIDE);
    limits.max_image_height = Some(MAX_SOURCE_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    if decoder.total_bytes() > MAX_ALLOC {
        return Err(ThumbnailError::TooLarge);
    }
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    if picture.width().max(picture.height()) > MAX_SIDE {
        picture = picture.thumbnail(MAX_SIDE, MAX_SIDE);
    }
    picture.apply_orientation(orientation);
    encode(&picture)
}

fn encode(picture: &DynamicImage) -> Result<Thumbnail, ThumbnailError> {
    let mut bytes = Cursor::new(Vec::new());
    let media_type = if picture.color().has_alpha() {
        DynamicImage::from(picture.to_rgba8()).write_to(&mut bytes, ImageFormat::Png).map_err(refusal)?;
        "image/png"
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        let encoded = match picture.color().channel_count() {
            1 => picture.to_luma8().write_with_encoder(encoder),
            _ => picture.to_rgb8().write_with_encoder(encoder),
        };
        encoded.map_err(refusal)?;
        "image/jpeg"
    };
    Ok(Thumbnail { bytes: bytes.into_inner(), media_type })
}

fn refusal(error: image::ImageError) -> ThumbnailError {
    match error {
        image::ImageError::Limits(_) => ThumbnailError::TooLarge,
        image::ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            ThumbnailError::Io(error)
        }
        other => ThumbnailError::Damaged(other.to_string()),
    }
}
