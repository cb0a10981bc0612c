//! The confusion matrix as a picture: a row for each true class, a column for each predicted one. Shades are shares of the
//! row, because classes have different sizes; numbers are counts.

use std::fmt::Write as _;
use std::io::Cursor;

use embedded_graphics::Drawable as _;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::FONT_6X12;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor as _};
use embedded_graphics::primitives::{Primitive as _, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Alignment, Text};
use image::{ImageFormat, Rgb, RgbImage};

use super::escaped;

/// Rows of true classes by columns of predicted ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Photographs, row after row.
    pub counts: Vec<u32>,
}

/// Side of a cell in pixels.
const CELL: u32 = 34;
/// Characters of a name that the margins hold.
const NAME: usize = 18;
/// Width of a character of the pixel picture's font, and about that of the SVG's.
const CHARACTER: u32 = 6;
const MARGIN: u32 = CHARACTER * (NAME as u32 + 1) + 6;

impl Confusion {
    /// Counts pairs of classes.
    pub fn count(classes: &[String], truth: &[usize], predicted: &[usize]) -> Self {
        let mut counts = vec![0; classes.len() * classes.len()];
        for (truth, predicted) in truth.iter().zip(predicted) {
            counts[truth * classes.len() + predicted] += 1;
        }
        Self { classes: classes.to_vec(), counts }
    }

    /// Every cell: row, column, count and share of its row.
    fn cells(&self) -> impl Iterator<Item = (u32, u32, u32, f64)> {
        let classes = self.classes.len().max(1);
        self.counts.chunks(classes).zip(0..).flat_map(|(row, truth)| {
            let sum: u32 = row.iter().sum();
            let share = move |count| if sum > 0 { f64::from(count) / f64::from(sum) } else { 0.0 };
            row.iter().zip(0..).map(move |(&count, predicted)| (truth, predicted, count, share(count)))
        })
    }

    fn side(&self) -> u32 {
        MARGIN + CELL * self.classes.len() as u32 + 10
    }

    /// As SVG, with names in any script.
    pub fn svg(&self) -> String {
        let side = self.side();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\" \
             font-family=\"system-ui, sans-serif\" font-size=\"11\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        );
        for (row, column, count, share) in self.cells() {
            let (x, y) = (MARGIN + CELL * column, MARGIN + CELL * row);
            let [red, green, blue] = shade(share);
            let _ = write!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"rgb({red},{green},{blue})\"/>"
            );
            if count > 0 {
                let ink = if is_dark(share) { "#fff" } else { "#222" };
                let (x, y) = (x + CELL / 2, y + CELL / 2 + 4);
                let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" fill=\"{ink}\" text-anchor=\"middle\">{count}</text>");
            }
            svg.push('\n');
        }
        for (name, place) in self.classes.iter().zip(0..) {
            let middle = MARGIN + CELL * place + CELL / 2;
            let name = escaped(&shortened(name));
            let (end, line) = (MARGIN - 6, middle + 4);
            let _ = writeln!(svg, "<text x=\"{end}\" y=\"{line}\" text-anchor=\"end\">{name}</text>");
            let _ = writeln!(svg, "<text transform=\"translate({line},{end}) rotate(-90)\">{name}</text>");
        }
        let _ = writeln!(svg, "<text x=\"6\" y=\"16\" fill=\"#666\">true ↓ predicted →</text></svg>");
        svg
    }

    /// As a PNG, for TensorBoard: its width and height, and the file's bytes. The font has Latin letters only; names with
    /// others are replaced by the number of their row.
    pub fn png(&self) -> (u32, u32, Vec<u8>) {
        let side = self.side();
        let mut canvas = Canvas(RgbImage::from_pixel(side, side, Rgb([255; 3])));
        for (row, column, count, share) in self.cells() {
            let corner = Point::new((MARGIN + CELL * column) as i32, (MARGIN + CELL * row) as i32);
            let [red, green, blue] = shade(share);
            let fill = PrimitiveStyle::with_fill(Rgb888::new(red, green, blue));
            let _ = Rectangle::new(corner, Size::new(CELL, CELL)).into_styled(fill).draw(&mut canvas);
            if count > 0 {
                let ink = MonoTextStyle::new(&FONT_6X12, if is_dark(share) { Rgb888::WHITE } else { Rgb888::BLACK });
                let middle = corner + Point::new(CELL as i32 / 2, CELL as i32 / 2 + 4);
                let _ = Text::with_alignment(&count.to_string(), middle, ink, Alignment::Center).draw(&mut canvas);
            }
        }
        let ink = MonoTextStyle::new(&FONT_6X12, Rgb888::BLACK);
        for (name, place) in self.classes.iter().zip(0..) {
            let number = format!("class {place}");
            let name = if name.chars().all(|letter| (letter as u32) < 256) { shortened(name) } else { number };
            let (end, line) = ((MARGIN - 6) as i32, (MARGIN + CELL * place + CELL / 2 + 4) as i32);
            let _ = Text::with_alignment(&name, Point::new(end, line), ink, Alignment::Right).draw(&mut canvas);
            // Upright letters below each other: the font cannot be turned.
            let letters: Vec<char> = name.chars().take(MARGIN as usize / 11).collect();
            for (letter, up) in letters.iter().rev().zip(0..) {
                let place = Point::new(line - 4, end - 4 - 11 * up);
                let _ = Text::with_alignment(&letter.to_string(), place, ink, Alignment::Center).draw(&mut canvas);
            }
        }
        let mut bytes = Cursor::new(Vec::new());
        // Encoding to memory fails for no image of a size above 0.
        let _ = canvas.0.write_to(&mut bytes, ImageFormat::Png);
        (side, side, bytes.into_inner())
    }
}

/// White to blue.
fn shade(share: f64) -> [u8; 3] {
    let towards = |end: f64| (255.0 + (end - 255.0) * share).round() as u8;
    [towards(0.0), towards(90.0), towards(160.0)]
}

fn is_dark(share: f64) -> bool {
    share > 0.5
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    name.chars().take(NAME - 1).chain(std::iter::once('.')).collect()
}

/// An image that shapes and letters can be drawn on.
struct Canvas(RgbImage);

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.0.width(), self.0.height())
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = std::convert::Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Self::Error>
    where
        I: IntoIterator<Item = embedded_graphics::Pixel<Rgb888>>,
    {
        for embedded_graphics::Pixel(place, colour) in pixels {
            if let (Ok(x), Ok(y)) = (u32::try_from(place.x), u32::try_from(place.y))
                && let Some(pixel) = self.0.get_pixel_mut_checked(x, y)
            {
                *pixel = Rgb([colour.r(), colour.g(), colour.b()]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
