//! Pictures as bytes, on the threads that prepare them. Knows no tensors, no classes, no random choices: those are the
//! transforms'.

pub mod contrast;
pub mod crop;
pub mod decode;
pub mod resize;

/// 8-bit pixels in rows from the top, channels beside each other, without gaps: the memory order H, W, C.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: usize,
    /// `height * width * channels` bytes.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// One colour everywhere; `colour` has one byte per channel.
    pub fn filled(width: usize, height: usize, colour: &[u8]) -> Self {
        Self { width, height, channels: colour.len(), pixels: colour.repeat(width * height) }
    }

    /// Gives the picture another size, keeping the memory it has. The pixels are whatever was there before.
    pub fn reshape(&mut self, width: usize, height: usize, channels: usize) {
        (self.width, self.height, self.channels) = (width, height, channels);
        self.pixels.resize(width * height * channels, 0);
    }

    /// Becomes the same as another, keeping the memory it has.
    pub fn copy(&mut self, other: &Picture) {
        (self.width, self.height, self.channels) = (other.width, other.height, other.channels);
        self.pixels.clone_from(&other.pixels);
    }

    /// Bytes in a row.
    pub fn stride(&self) -> usize {
        self.width * self.channels
    }

    /// The bytes of one row.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.stride()..(y + 1) * self.stride()]
    }

    /// The bytes of one pixel.
    pub fn pixel(&self, x: usize, y: usize) -> &[u8] {
        let start = (y * self.width + x) * self.channels;
        &self.pixels[start..start + self.channels]
    }

    /// Brightness of each pixel; of colours 0.299 R + 0.587 G + 0.114 B, rounded.
    pub fn grey(&self) -> Vec<u8> {
        match self.channels {
            1 => self.pixels.clone(),
            _ => self.pixels.as_chunks::<3>().0.iter().map(luma).collect(),
        }
    }
}

/// Brightness of a colour, as JPEG and PIL define it, in whole numbers: the weights add up to 65,536.
pub fn luma(&[red, green, blue]: &[u8; 3]) -> u8 {
    ((u32::from(red) * 19_595 + u32::from(green) * 38_470 + u32::from(blue) * 7_471 + 32_768) >> 16) as u8
}

/// A part of a picture, in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Region {
    /// All of a picture.
    pub fn whole(width: usize, height: usize) -> Self {
        Self { left: 0, top: 0, width, height }
    }
}
