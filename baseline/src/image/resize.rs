//! Cutting out a part and giving it another size in one step, and the choice of filter. Chooses no part.

use fast_image_resize::images::{CroppedImage, Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer as Engine};

use super::{Picture, Region};

/// How a pixel is made of those around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// The nearest pixel: fastest, jagged.
    Nearest,
    /// Between the four nearest pixels, as OpenCV does: fast, but fine patterns flicker when a picture gets much smaller.
    Linear,
    /// Weighted mean of all pixels that fall into the new one, as PIL's bilinear does.
    Bilinear,
    /// Sharper than bilinear, as PIL's bicubic.
    Bicubic,
    /// Sharpest and slowest.
    Lanczos,
}

impl Filter {
    fn algorithm(self) -> ResizeAlg {
        match self {
            Filter::Nearest => ResizeAlg::Nearest,
            Filter::Linear => ResizeAlg::Interpolation(FilterType::Bilinear),
            Filter::Bilinear => ResizeAlg::Convolution(FilterType::Bilinear),
            Filter::Bicubic => ResizeAlg::Convolution(FilterType::CatmullRom),
            Filter::Lanczos => ResizeAlg::Convolution(FilterType::Lanczos3),
        }
    }
}

/// A part of a picture, and the size that it gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Left edge, in pixels from the picture's left edge; between pixels is allowed.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Width of the part, above 0.
    pub width: f64,
    /// Height of the part, above 0.
    pub height: f64,
    /// Columns and rows that it gets.
    pub to: (usize, usize),
    /// How.
    pub filter: Filter,
}

impl Cut {
    /// Some columns and rows, as they are.
    pub fn plain(left: usize, top: usize, width: usize, height: usize) -> Self {
        Self {
            left: left as f64,
            top: top as f64,
            width: width as f64,
            height: height as f64,
            to: (width, height),
            filter: Filter::Nearest,
        }
    }

    /// A part of what this cut makes, as one cut: nothing else is scaled, or decoded. Its outermost pixels are made without
    /// those beyond it.
    pub fn part(&self, part: &Cut) -> Self {
        let (across, down) = (self.width / self.to.0 as f64, self.height / self.to.1 as f64);
        Self {
            left: self.left + part.left * across,
            top: self.top + part.top * down,
            width: part.width * across,
            height: part.height * down,
            to: part.to,
            filter: self.filter,
        }
    }

    /// The whole pixels of a picture that are looked at: those that the part touches. Without the part's surroundings, so
    /// that a decoder may leave them out.
    pub fn region(&self, width: usize, height: usize) -> Region {
        let left = (self.left.max(0.0) as usize).min(width - 1);
        let top = (self.top.max(0.0) as usize).min(height - 1);
        let right = ((self.left + self.width).ceil() as usize).clamp(left + 1, width);
        let bottom = ((self.top + self.height).ceil() as usize).clamp(top + 1, height);
        Region { left, top, width: right - left, height: bottom - top }
    }

    /// Whether no new pixels have to be made.
    fn is_plain(&self) -> bool {
        self.left.fract() == 0.0
            && self.top.fract() == 0.0
            && (self.width, self.height) == (self.to.0 as f64, self.to.1 as f64)
    }
}

/// Scales pictures, one after another, in the same memory. Each worker has its own.
#[derive(Default)]
pub struct Resizer {
    engine: Engine,
}

impl Resizer {
    /// Makes the cut; what of it lies outside the picture is left out. The picture must have pixels, and the cut a size.
    pub fn cut(&mut self, from: &Picture, cut: &Cut, into: &mut Picture) {
        let (width, height) = cut.to;
        into.reshape(width, height, from.channels);
        let part = cut.region(from.width, from.height);
        if cut.is_plain() && (part.width, part.height) == cut.to {
            let (start, stride) = (part.left * from.channels, into.stride());
            for (y, row) in into.pixels.chunks_exact_mut(stride).enumerate() {
                row.copy_from_slice(&from.row(part.top + y)[start..start + stride]);
            }
            return;
        }
        let done = self.scale(from, cut, part, into);
        debug_assert!(done.is_ok(), "{cut:?} of {} x {}: {done:?}", from.width, from.height);
    }

    /// Fails only if a picture's bytes did not fit its size, which this module's types exclude.
    fn scale(
        &mut self,
        from: &Picture,
        cut: &Cut,
        part: Region,
        into: &mut Picture,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let kind = if from.channels == 1 { PixelType::U8 } else { PixelType::U8x3 };
        let source = ImageRef::new(from.width as u32, from.height as u32, &from.pixels, kind)?;
        let [left, top, width, height] = [part.left, part.top, part.width, part.height].map(|length| length as u32);
        let source = CroppedImage::new(&source, left, top, width, height)?;
        let mut target = Image::from_slice_u8(cut.to.0 as u32, cut.to.1 as u32, &mut into.pixels, kind)?;
        let (inner_left, inner_top) = ((cut.left - part.left as f64).max(0.0), (cut.top - part.top as f64).max(0.0));
        let options = ResizeOptions::new()
            .resize_alg(cut.filter.algorithm())
            .crop(
                inner_left,
                inner_top,
                cut.width.min(part.width as f64 - inner_left),
                cut.height.min(part.height as f64 - inner_top),
            )
            .use_alpha(false);
        self.engine.resize(&source, &mut target, &options)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
