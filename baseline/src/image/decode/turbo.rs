//! libjpeg-turbo's decoder, which can decode a part of a picture: two thirds of the time of a pipeline that crops is
//! decoding, and the part that is cut off need not be. The only module that calls it.
#![expect(unsafe_code, reason = "the safe wrapper around libjpeg-turbo has no call for a part of a picture")]

use std::ffi::{CStr, c_int};

use turbojpeg_sys as raw;

use super::Quality;
use crate::image::{Picture, Region};

/// Pictures beyond this are refused before memory is taken: 100 megapixels.
const PIXELS_AT_MOST: c_int = 100_000_000;

/// Colours are stored for two pixels at most where they are smoothed, and each is smoothed with its next neighbour.
const EDGE: usize = 2;

/// One instance of the decoder; it is used by one thread at a time.
pub(super) struct Jpeg {
    /// Null if the library could not give one, which `header` reports.
    handle: raw::tjhandle,
    channels: usize,
}

// SAFETY: an instance has no ties to the thread that made it; it must only not be used by two at once, and every call
// here takes `&mut self`.
unsafe impl Send for Jpeg {}

impl Drop for Jpeg {
    fn drop(&mut self) {
        // SAFETY: the handle came from tj3Init and is dropped once; null is allowed.
        unsafe { raw::tj3Destroy(self.handle) };
    }
}

impl Jpeg {
    pub(super) fn new(channels: usize, quality: Quality) -> Self {
        // SAFETY: no preconditions; null tells of failure.
        let handle = unsafe { raw::tj3Init(raw::TJINIT_TJINIT_DECOMPRESS as c_int) };
        let mut jpeg = Self { handle, channels };
        let fast = c_int::from(quality == Quality::Fast);
        jpeg.set(raw::TJPARAM_TJPARAM_FASTUPSAMPLE, fast);
        jpeg.set(raw::TJPARAM_TJPARAM_FASTDCT, fast);
        jpeg.set(raw::TJPARAM_TJPARAM_MAXPIXELS, PIXELS_AT_MOST);
        jpeg
    }

    /// Columns and rows of a picture, or nothing if its colours are of a kind that is not decoded here (CMYK).
    pub(super) fn header(&mut self, bytes: &[u8]) -> Result<Option<(usize, usize)>, String> {
        if self.handle.is_null() {
            return Err("libjpeg-turbo gives no decoder".to_owned());
        }
        // SAFETY: the handle is not null; pointer and length are of one slice, which is only read.
        if unsafe { raw::tj3DecompressHeader(self.handle, bytes.as_ptr(), bytes.len() as raw::size_t) } != 0 {
            self.fatal()?;
        }
        let space = self.get(raw::TJPARAM_TJPARAM_COLORSPACE);
        if [raw::TJCS_TJCS_CMYK, raw::TJCS_TJCS_YCCK].iter().any(|&four| four as c_int == space) {
            return Ok(None);
        }
        let size = |parameter| usize::try_from(self.get(parameter)).unwrap_or(0);
        let (width, height) = (size(raw::TJPARAM_TJPARAM_JPEGWIDTH), size(raw::TJPARAM_TJPARAM_JPEGHEIGHT));
        if width == 0 || height == 0 || width.saturating_mul(height) > PIXELS_AT_MOST as usize {
            return Err(format!("{width} x {height} pixels are too few or too many"));
        }
        Ok(Some((width, height)))
    }

    /// Decodes `part` and some columns around it, after `header` was called with the same bytes; returns where the part
    /// begins in `into`.
    ///
    /// The library decodes from a multiple of a block's width on, and smooths colours between neighbours, except at the
    /// edges of what it decodes. So `EDGE` pixels more on each side are decoded, and a block more on the left if the part
    /// begins too near to a block's edge: then the pixels of the part are those of the whole picture, exactly.
    pub(super) fn decode(
        &mut self,
        bytes: &[u8],
        (width, height): (usize, usize),
        part: Region,
        into: &mut Picture,
    ) -> Result<(usize, usize), String> {
        let block = self.block_width();
        let left = part.left.saturating_sub(EDGE) / block * block;
        let right = (part.left + part.width + EDGE).min(width);
        let top = part.top.saturating_sub(EDGE);
        let bottom = (part.top + part.height + EDGE).min(height);
        into.reshape(right - left, bottom - top, self.channels);
        let region =
            raw::tjregion { x: left as c_int, y: top as c_int, w: into.width as c_int, h: into.height as c_int };
        let format = if self.channels == 1 { raw::TJPF_TJPF_GRAY } else { raw::TJPF_TJPF_RGB };
        let stride = into.stride() as c_int;
        // SAFETY: the handle is not null, since `header` succeeded with these bytes; they are only read.
        if unsafe { raw::tj3SetCroppingRegion(self.handle, region) } != 0 {
            self.fatal()?;
        }
        // SAFETY: the destination has `h` rows of `stride` bytes for the region that was just set: `reshape` gave it
        // exactly the region's size in the format's channels.
        let outcome = unsafe {
            raw::tj3Decompress8(
                self.handle,
                bytes.as_ptr(),
                bytes.len() as raw::size_t,
                into.pixels.as_mut_ptr(),
                stride,
                format,
            )
        };
        if outcome != 0 {
            self.fatal()?;
        }
        Ok((part.left - left, part.top - top))
    }

    /// Columns that are coded together: colours are stored once for 1, 2 or 4 of the 8-pixel blocks.
    fn block_width(&self) -> usize {
        match self.get(raw::TJPARAM_TJPARAM_SUBSAMP) {
            subsampling if subsampling == raw::TJSAMP_TJSAMP_422 as c_int => 16,
            subsampling if subsampling == raw::TJSAMP_TJSAMP_420 as c_int => 16,
            subsampling if subsampling == raw::TJSAMP_TJSAMP_411 as c_int => 32,
            subsampling if subsampling == raw::TJSAMP_TJSAMP_UNKNOWN => 32,
            _ => 8,
        }
    }

    fn set(&mut self, parameter: raw::TJPARAM, value: c_int) {
        if !self.handle.is_null() {
            // SAFETY: the handle is not null. A refused value leaves the default, which is right for any picture.
            unsafe { raw::tj3Set(self.handle, parameter as c_int, value) };
        }
    }

    fn get(&self, parameter: raw::TJPARAM) -> c_int {
        // SAFETY: callers have checked that the handle is not null.
        unsafe { raw::tj3Get(self.handle, parameter as c_int) }
    }

    /// The library's last error, unless it was only a warning: cameras write odd files that every viewer shows.
    fn fatal(&mut self) -> Result<(), String> {
        // SAFETY: the handle is not null, and the text is valid until the next call.
        let (code, text) = unsafe {
            (raw::tj3GetErrorCode(self.handle), CStr::from_ptr(raw::tj3GetErrorStr(self.handle)).to_string_lossy())
        };
        if code == raw::TJERR_TJERR_WARNING as c_int { Ok(()) } else { Err(text.into_owned()) }
    }
}
