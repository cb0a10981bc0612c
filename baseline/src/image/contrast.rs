//! Local contrast: what helped most on photographs of retinas (APTOS), lit unevenly and by different cameras. The same for
//! training and prediction.

use super::{Picture, luma};

/// Contrast-limited adaptive histogram equalisation (Zuiderveld 1994), as OpenCV computes it where the tiles divide the
/// picture evenly: each of `tiles` x `tiles` parts spreads its brightness over the whole range, no value being spread
/// more than `limit` times the mean, and between the tiles' middles the four nearest are mixed. Colours keep their
/// differences from their brightness.
pub fn clahe(picture: &mut Picture, tiles: usize, limit: f64) {
    let (width, height) = (picture.width, picture.height);
    let (across, down) = (tiles.clamp(1, width.max(1)), tiles.clamp(1, height.max(1)));
    let grey = picture.grey();
    let edge = |part: usize, parts: usize, length: usize| part * length / parts;
    let mut curves = Vec::with_capacity(across * down);
    for v in 0..down {
        for u in 0..across {
            let columns = edge(u, across, width)..edge(u + 1, across, width);
            let rows = edge(v, down, height)..edge(v + 1, down, height);
            let count = rows.len() * columns.len();
            let mut histogram = [0usize; 256];
            for y in rows {
                for &value in &grey[y * width..][columns.clone()] {
                    histogram[usize::from(value)] += 1;
                }
            }
            curves.push(equalising(histogram, count, limit));
        }
    }
    let columns: Vec<_> = (0..width).map(|x| neighbours(x, across, width)).collect();
    for y in 0..height {
        let (above, below, share_below) = neighbours(y, down, height);
        for (x, &(left, right, share_right)) in columns.iter().enumerate() {
            let value = grey[y * width + x];
            let at = |row: usize, column: usize| f64::from(curves[row * across + column][usize::from(value)]);
            let upper = at(above, left) * (1.0 - share_right) + at(above, right) * share_right;
            let lower = at(below, left) * (1.0 - share_right) + at(below, right) * share_right;
            let wanted = (upper * (1.0 - share_below) + lower * share_below).round_ties_even() as i32;
            let start = (y * width + x) * picture.channels;
            for byte in &mut picture.pixels[start..start + picture.channels] {
                *byte = (i32::from(*byte) + wanted - i32::from(value)).clamp(0, 255) as u8;
            }
        }
    }
}

/// The curve that makes a histogram flat, but nowhere steeper than the limit allows.
fn equalising(mut histogram: [usize; 256], count: usize, limit: f64) -> [u8; 256] {
    let most = ((limit * count as f64 / 256.0) as usize).max(1);
    let mut excess = 0;
    for bin in &mut histogram {
        excess += bin.saturating_sub(most);
        *bin = (*bin).min(most);
    }
    let (each, rest) = (excess / 256, excess % 256);
    for bin in &mut histogram {
        *bin += each;
    }
    let step = 256usize.checked_div(rest).unwrap_or(1);
    for bin in histogram.iter_mut().step_by(step).take(rest) {
        *bin += 1;
    }
    let mut sum = 0;
    histogram.map(|bin| {
        sum += bin;
        (sum as f64 * 255.0 / count as f64).round_ties_even().min(255.0) as u8
    })
}

/// The two tiles whose middles lie on either side of a pixel, and the share of the second.
fn neighbours(position: usize, tiles: usize, length: usize) -> (usize, usize, f64) {
    let place = position as f64 * tiles as f64 / length as f64 - 0.5;
    let first = place.floor();
    let last = tiles as f64 - 1.0;
    (first.clamp(0.0, last) as usize, (first + 1.0).clamp(0.0, last) as usize, place - first)
}

/// Takes away the brightness of the surroundings and raises what is left: `gain * (pixel - surroundings) + 128`, each
/// channel for itself, where the surroundings are blurred with `sigma` pixels (B. Graham's preparation of retinas:
/// gain 4, sigma a tenth of the eye's radius).
pub fn subtract_local_mean(picture: &mut Picture, sigma: f64, gain: f64) {
    let mut surroundings = picture.clone();
    blur(&mut surroundings, sigma);
    for (pixel, mean) in picture.pixels.iter_mut().zip(&surroundings.pixels) {
        let value = gain * (f64::from(*pixel) - f64::from(*mean)) + 128.0;
        *pixel = value.round().clamp(0.0, 255.0) as u8;
    }
}

/// Gaussian blur; the picture goes on beyond its edges as in a mirror whose plane is the outermost pixel.
pub fn blur(picture: &mut Picture, sigma: f64) {
    if sigma <= 0.0 || picture.pixels.is_empty() {
        return;
    }
    let kernel = gaussian(sigma);
    let (width, height, channels) = (picture.width, picture.height, picture.channels);
    let reach = kernel.len() / 2;
    let mut rows = vec![0f32; width * height * channels];
    let mut padded = vec![0f32; (width + 2 * reach) * channels];
    for y in 0..height {
        let row = picture.row(y);
        for (x, pixel) in padded.chunks_exact_mut(channels).enumerate() {
            let from = mirrored(x as isize - reach as isize, width) * channels;
            for (value, &byte) in pixel.iter_mut().zip(&row[from..]) {
                *value = f32::from(byte);
            }
        }
        let target = &mut rows[y * width * channels..][..width * channels];
        for (step, weight) in kernel.iter().enumerate() {
            for (sum, value) in target.iter_mut().zip(&padded[step * channels..]) {
                *sum += weight * value;
            }
        }
    }
    let stride = width * channels;
    let mut sums = vec![0f32; stride];
    for y in 0..height {
        sums.fill(0.0);
        for (step, weight) in kernel.iter().enumerate() {
            let from = mirrored(y as isize + step as isize - reach as isize, height);
            for (sum, value) in sums.iter_mut().zip(&rows[from * stride..][..stride]) {
                *sum += weight * value;
            }
        }
        for (byte, sum) in picture.pixels[y * stride..][..stride].iter_mut().zip(&sums) {
            *byte = sum.round().clamp(0.0, 255.0) as u8;
        }
    }
}

/// Weights to three standard deviations on either side, adding up to 1.
fn gaussian(sigma: f64) -> Vec<f32> {
    let reach = (3.0 * sigma).ceil().max(1.0) as isize;
    let weights: Vec<f64> = (-reach..=reach).map(|x| (-0.5 * (x as f64 / sigma).powi(2)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| (weight / sum) as f32).collect()
}

/// Where a position beyond the edges lies in the picture: ... 2 1 | 0 1 2 ... n-1 | n-2 ...
pub fn mirrored(position: isize, length: usize) -> usize {
    if length <= 1 {
        return 0;
    }
    let period = 2 * (length as isize - 1);
    let inside = position.rem_euclid(period);
    inside.min(period - inside) as usize
}

/// Mean brightness of a picture, rounded.
pub fn mean_grey(picture: &Picture) -> u8 {
    let sum: u64 = match picture.channels {
        1 => picture.pixels.iter().map(|&byte| u64::from(byte)).sum(),
        _ => picture.pixels.as_chunks::<3>().0.iter().map(|pixel| u64::from(luma(pixel))).sum(),
    };
    let count = (picture.width * picture.height).max(1) as u64;
    ((sum + count / 2) / count) as u8
}

#[cfg(test)]
mod tests;
