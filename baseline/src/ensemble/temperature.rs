//! Calibration by one number (Guo et al., "On calibration of modern neural networks", 2017): logarithms of probabilities
//! are divided by a temperature. Above 1 a model becomes less sure of itself; which class is most probable never changes.

use crate::predictions::Predictions;

/// Smallest probability whose logarithm is taken; f32 softmax goes to 0 far before f64 does.
const FLOOR: f64 = 1e-12;
/// Bounds of the inverse temperature.
const COLDEST: f64 = 20.0;
const HOTTEST: f64 = 0.05;

/// The temperature under which the true classes are most likely; 1 without true classes.
///
/// The likelihood is concave in the inverse temperature, so its slope changes sign once: bisection finds the place.
pub fn fit(predictions: &Predictions) -> f64 {
    let Some(labels) = &predictions.labels else { return 1.0 };
    let logarithms: Vec<Vec<f64>> = (0..labels.len()).map(|row| logarithms(predictions.row(row))).collect();
    let slope = |inverse: f64| -> f64 {
        logarithms
            .iter()
            .zip(labels)
            .map(|(row, &label)| {
                let sharpened = softmax(row.iter().map(|value| value * inverse));
                row[label] - row.iter().zip(&sharpened).map(|(value, share)| value * share).sum::<f64>()
            })
            .sum()
    };
    let (mut hot, mut cold) = (HOTTEST, COLDEST);
    for _ in 0..60 {
        let middle = (hot * cold).sqrt();
        if slope(middle) > 0.0 {
            hot = middle;
        } else {
            cold = middle;
        }
    }
    1.0 / (hot * cold).sqrt()
}

/// Predictions at another temperature.
pub fn apply(predictions: &Predictions, temperature: f64) -> Predictions {
    let rows = 0..predictions.ids.len();
    let scale = |row| {
        let logarithms = logarithms(predictions.row(row));
        softmax(logarithms.into_iter().map(|value| value / temperature))
    };
    let probabilities = rows.flat_map(scale).map(|value| value as f32).collect();
    Predictions { probabilities, ..predictions.clone() }
}

/// Expected calibration error: how far the probability of the chosen class is from the share of right answers, as the
/// mean over `BINS` equal bins of that probability, weighted by their rows. None without true classes or rows.
pub fn calibration_error(predictions: &Predictions) -> Option<f64> {
    let labels = predictions.labels.as_ref().filter(|labels| !labels.is_empty())?;
    let mut bins = [(0.0, 0.0); BINS];
    for (row, class) in predictions.most_probable().into_iter().enumerate() {
        let confidence = f64::from(predictions.row(row)[class]);
        let bin = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += confidence;
        bin.1 += f64::from(u8::from(class == labels[row]));
    }
    Some(bins.iter().map(|(confidence, right)| (confidence - right).abs()).sum::<f64>() / labels.len() as f64)
}

const BINS: usize = 15;

fn logarithms(row: &[f32]) -> Vec<f64> {
    row.iter().map(|&value| f64::from(value).max(FLOOR).ln()).collect()
}

fn softmax(logits: impl Iterator<Item = f64>) -> Vec<f64> {
    let logits: Vec<f64> = logits.collect();
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = logits.iter().map(|value| (value - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

#[cfg(test)]
mod tests;
