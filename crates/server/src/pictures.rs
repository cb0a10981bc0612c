//! Pictures from people: decoded by content, never by name, and written anew.
//!
//! What leaves is a PNG or JPEG that this program made, upright as the camera noted, without anything else the file held:
//! no place, no camera, no second file behind the picture. Must not know HTTP, the store or where files lie.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

/// Longest side in pixels.
pub const MAX_SIDE: u32 = 4096;
/// Memory that decoding may take: 4096 x 4096 pixels of four bytes.
const MAX_ALLOC: u64 = 64 << 20;
const JPEG_QUALITY: u8 = 88;

/// A picture that was written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The encoded bytes.
    pub bytes: Vec<u8>,
    /// `image/jpeg` for what came as JPEG, else `image/png`.
    pub media_type: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Why a picture is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Neither PNG, JPEG nor WebP.
    #[error("it is not a PNG, JPEG or WebP picture")]
    NotAPicture,
    /// More pixels than are decoded.
    #[error("it is larger than {MAX_SIDE} pixels a side")]
    TooLarge,
    /// Damaged.
    #[error("it is damaged")]
    Damaged(#[source] ImageError),
    /// The disk failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Decodes a picture and writes it anew.
///
/// # Errors
/// See [`PictureError`].
pub fn rewrite(bytes: &[u8]) -> Result<Picture, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let format = reader.format();
    if !matches!(format, Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) {
        return Err(PictureError::NotAPicture);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    // A header may claim any size.
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE || decoder.total_bytes() > MAX_ALLOC {
        return Err(PictureError::TooLarge);
    }
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    picture.apply_orientation(orientation);
    let mut out = Cursor::new(Vec::new());
    let media_type = if format == Some(ImageFormat::Jpeg) {
        picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY)).map_err(refusal)?;
        "image/jpeg"
    } else {
        let plain =
            if picture.color().has_alpha() { picture.to_rgba8().into() } else { DynamicImage::from(picture.to_rgb8()) };
        plain.write_to(&mut out, ImageFormat::Png).map_err(refusal)?;
        "image/png"
    };
    Ok(Picture { bytes: out.into_inner(), media_type, width: picture.width(), height: picture.height() })
}

fn refusal(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        other => PictureError::Damaged(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn pictures_are_written_anew_and_nothing_behind_them_comes_along() {
        for (format, media_type) in
            [(ImageFormat::Png, "image/png"), (ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::WebP, "image/png")]
        {
            let mut file = encoded(format, 40, 30);
            file.extend_from_slice(b"<script>alert(1)</script>PK\x03\x04");
            let picture = rewrite(&file).unwrap();
            assert_eq!((picture.width, picture.height, picture.media_type), (40, 30, media_type));
            assert!(!picture.bytes.windows(8).any(|part| part == b"<script>"));
            assert!(image::load_from_memory(&picture.bytes).is_ok());
        }
    }

    #[test]
    fn what_the_camera_noted_stays_outside() {
        // A JPEG with an Exif segment that holds a text where a place would be.
        let plain = encoded(ImageFormat::Jpeg, 8, 8);
        let exif = b"Exif\0\0GPS 37.5665 126.9780";
        let mut file = plain[..2].to_vec();
        file.extend_from_slice(&[0xff, 0xe1]);
        file.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        file.extend_from_slice(exif);
        file.extend_from_slice(&plain[2..]);
        let picture = rewrite(&file).unwrap();
        assert!(!picture.bytes.windows(4).any(|part| part == b"Exif" || part == b"37.5"));
    }

    #[test]
    fn other_files_and_boundless_pictures_are_refused() {
        assert!(matches!(rewrite(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(PictureError::NotAPicture)));
        assert!(matches!(rewrite(b"GIF89a"), Err(PictureError::NotAPicture)));
        assert!(matches!(rewrite(b""), Err(PictureError::NotAPicture)));
        let mut broken = encoded(ImageFormat::Png, 40, 30);
        broken.truncate(60);
        assert!(matches!(rewrite(&broken), Err(PictureError::Damaged(_))));
        assert!(matches!(rewrite(&encoded(ImageFormat::Png, MAX_SIDE + 1, 1)), Err(PictureError::TooLarge)));
        // A header that claims 65,000 x 65,000 pixels.
        let mut claims = encoded(ImageFormat::Png, 1, 1);
        claims[16..20].copy_from_slice(&65_000_u32.to_be_bytes());
        claims[20..24].copy_from_slice(&65_000_u32.to_be_bytes());
        assert!(rewrite(&claims).is_err());
    }
}
