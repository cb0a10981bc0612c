//! A sheet of photographs with captions, such as those that a model got most wrong. The photographs lie inside the SVG, so
//! that the file can be sent on its own.

use std::fmt::Write as _;
use std::io::Cursor;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{ImageError, RgbImage};

use super::escaped;
use crate::predictions::Predictions;

/// A photograph with a text.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Any size; it is made to fit.
    pub photograph: RgbImage,
    /// Below it, up to three lines.
    pub caption: String,
}

/// A photograph that was misclassified.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    /// Its row in the predictions.
    pub row: usize,
    /// Its id.
    pub id: String,
    /// What it is.
    pub truth: String,
    /// What it was called.
    pub predicted: String,
    /// Probability of what it was called.
    pub confidence: f32,
}

/// The misclassified photographs, the surest first; those without true classes are none.
pub fn mistakes(predictions: &Predictions) -> Vec<Mistake> {
    let Some(labels) = &predictions.labels else { return Vec::new() };
    let predicted = predictions.most_probable();
    let mut mistakes: Vec<Mistake> = (0..labels.len())
        .filter(|&row| predicted[row] != labels[row])
        .map(|row| Mistake {
            row,
            id: predictions.ids[row].clone(),
            truth: predictions.classes[labels[row]].clone(),
            predicted: predictions.classes[predicted[row]].clone(),
            confidence: predictions.row(row)[predicted[row]],
        })
        .collect();
    mistakes.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    mistakes
}

impl Mistake {
    /// For a tile.
    pub fn caption(&self) -> String {
        format!("{}\nis {}\ncalled {} ({:.2})", self.id, self.truth, self.predicted, self.confidence)
    }
}

/// Longer side of a photograph on the sheet.
const SIDE: u32 = 160;
const COLUMNS: usize = 6;
const PITCH: (u32, u32) = (SIDE + 24, SIDE + 60);
/// Characters of a caption's line that fit beside the next.
const LINE: usize = 28;

/// Draws the sheet, six photographs in a row.
///
/// # Errors
/// When a photograph cannot be encoded, which is so only for an empty one.
pub fn sheet(tiles: &[Tile]) -> Result<String, ImageError> {
    let columns = tiles.len().clamp(1, COLUMNS);
    let (width, height) = (PITCH.0 * columns as u32, PITCH.1 * tiles.len().div_ceil(columns) as u32);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for (place, tile) in tiles.iter().enumerate() {
        let (x, y) = (PITCH.0 * (place % columns) as u32 + 12, PITCH.1 * (place / columns) as u32 + 8);
        let (width, height) = fitted(tile.photograph.dimensions());
        let small = image::imageops::resize(&tile.photograph, width, height, FilterType::Triangle);
        let mut jpeg = Cursor::new(Vec::new());
        JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&small)?;
        let data = BASE64_STANDARD.encode(jpeg.into_inner());
        let _ = write!(
            svg,
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" href=\"data:image/jpeg;base64,{data}\"/>"
        );
        for (line, down) in tile.caption.lines().zip([14, 28, 42]) {
            let line: String = line.chars().take(LINE).collect();
            let _ = write!(svg, "<text x=\"{x}\" y=\"{}\">{}</text>", y + SIDE + down, escaped(&line));
        }
        svg.push('\n');
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn fitted((width, height): (u32, u32)) -> (u32, u32) {
    let scale = f64::from(SIDE) / f64::from(width.max(height).max(1));
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests;
