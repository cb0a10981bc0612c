//! Which part of a photograph shows the thing: by columns of the table, by what differs from a dark background, by a
//! circle. The same for training and prediction, so nothing here is random.

use super::{Picture, Region};

/// How four columns describe a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoxForm {
    /// Left, top, right, bottom.
    Corners,
    /// Left, top, width, height.
    Size,
}

/// The pixels that a box touches, with `margin` times its width and height added on each side and cut at the picture's
/// edges; `None` if nothing of the picture is left.
pub fn boxed(numbers: [f64; 4], form: BoxForm, margin: f64, width: usize, height: usize) -> Option<Region> {
    let [left, top, right, bottom] = match form {
        BoxForm::Corners => numbers,
        BoxForm::Size => [numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]],
    };
    let (beside, above) = ((right - left) * margin, (bottom - top) * margin);
    // Casting cuts at 0, and what is not a number becomes 0.
    let left = (left - beside).floor() as usize;
    let top = (top - above).floor() as usize;
    let right = ((right + beside).ceil() as usize).min(width);
    let bottom = ((bottom + above).ceil() as usize).min(height);
    (left < right && top < bottom).then(|| Region { left, top, width: right - left, height: bottom - top })
}

/// The smallest part that holds every pixel brighter than `threshold` in some channel: what remains of a photograph on a
/// dark background. All of a picture that is darker everywhere.
pub fn content(picture: &Picture, threshold: u8) -> Region {
    let bright = |byte: &u8| *byte > threshold;
    let rows: Vec<usize> = (0..picture.height).filter(|&y| picture.row(y).iter().any(bright)).collect();
    let (Some(&top), Some(&bottom)) = (rows.first(), rows.last()) else {
        return Region::whole(picture.width, picture.height);
    };
    let (mut left, mut right) = (picture.width, 0);
    for y in top..=bottom {
        let row = picture.row(y);
        let first = row.iter().position(bright).map_or(picture.width, |byte| byte / picture.channels);
        let last = row.iter().rposition(bright).map_or(0, |byte| byte / picture.channels);
        left = left.min(first);
        right = right.max(last);
    }
    Region { left, top, width: right + 1 - left, height: bottom + 1 - top }
}

/// Blackens what lies outside the largest circle around the middle: corners tell of the camera, not of the eye.
pub fn circle(picture: &mut Picture) {
    let (width, height, channels) = (picture.width, picture.height, picture.channels);
    let radius = width.min(height) as f64 / 2.0;
    let stride = picture.stride().max(1);
    for (y, row) in picture.pixels.chunks_exact_mut(stride).enumerate() {
        let down = y as f64 + 0.5 - height as f64 / 2.0;
        let half = (radius * radius - down * down).max(0.0).sqrt();
        let inside = |edge: f64| ((edge.round().max(0.0) as usize).min(width)) * channels;
        row[..inside(width as f64 / 2.0 - half)].fill(0);
        row[inside(width as f64 / 2.0 + half)..].fill(0);
    }
}

#[cfg(test)]
mod tests;
