//! Several photographs as one picture, for a page: a file each would make the report heavy.

use std::io::Cursor;

use ::image::codecs::jpeg::JpegEncoder;
use ::image::{ExtendedColorType, ImageError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::competition::Photo;
use crate::image::Picture;
use crate::image::decode::{DecodeError, Decoder, Quality};
use crate::image::resize::{Cut, Filter, Resizer};

/// Pixels on a side of each photograph on the sheet.
pub const SIDE: usize = 112;
const GAP: usize = 4;

/// Why a sheet cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// A photograph cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The sheet cannot be written.
    #[error("cannot write a sheet of photographs: {0}")]
    Encode(#[from] ImageError),
}

/// The middle squares of some photographs in rows of `across`, as a `data:` address of a JPEG.
pub fn address(photos: &[&Photo], across: usize) -> Result<String, SheetError> {
    let sheet = sheet(photos, across)?;
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 80).encode(
        &sheet.pixels,
        sheet.width as u32,
        sheet.height as u32,
        ExtendedColorType::Rgb8,
    )?;
    Ok(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes.into_inner())))
}

fn sheet(photos: &[&Photo], across: usize) -> Result<Picture, SheetError> {
    let columns = across.clamp(1, photos.len().max(1));
    let rows = photos.len().div_ceil(columns).max(1);
    let step = SIDE + GAP;
    let mut sheet = Picture::filled(columns * step - GAP, rows * step - GAP, &[255; 3]);
    let mut decoder = Decoder::new(3, Quality::Exact);
    let mut resizer = Resizer::default();
    let (mut picture, mut small) = (Picture::default(), Picture::default());
    for (place, photo) in photos.iter().enumerate() {
        decoder.whole(&photo.path, &mut picture)?;
        let side = picture.width.min(picture.height);
        let cut = Cut {
            left: ((picture.width - side) / 2) as f64,
            top: ((picture.height - side) / 2) as f64,
            width: side as f64,
            height: side as f64,
            to: (SIDE, SIDE),
            filter: Filter::Bilinear,
        };
        resizer.cut(&picture, &cut, &mut small);
        let (left, top) = (place % columns * step, place / columns * step);
        for y in 0..SIDE {
            let start = ((top + y) * sheet.width + left) * 3;
            sheet.pixels[start..start + SIDE * 3].copy_from_slice(small.row(y));
        }
    }
    Ok(sheet)
}
