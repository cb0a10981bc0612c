use super::{Moments, Poisson, SplitMix, by_resampling, from_influences, replicate_weight};

fn moments(values: &[f64]) -> Moments {
    let mut moments = Moments::new();
    values.iter().for_each(|&value| moments.add(value));
    moments
}

#[test]
fn the_error_of_a_mean_is_the_deviation_over_root_n() {
    let error = moments(&[1.0, 2.0, 3.0, 4.0]).standard_error().unwrap();
    assert!((error - (5.0_f64 / 3.0).sqrt() / 2.0).abs() < 1e-15);
    assert_eq!(moments(&[1.0]).standard_error(), None);
    assert_eq!(moments(&[2.5, 2.5, 2.5]).standard_error(), Some(0.0));
}

#[test]
fn a_small_spread_on_a_large_mean_survives() {
    let error = moments(&[1e6 + 1.1, 1e6 + 2.1, 1e6 + 3.1, 1e6 + 4.1]).standard_error().unwrap();
    assert!((error / ((5.0_f64 / 3.0).sqrt() / 2.0) - 1.0).abs() < 1e-3, "{error}");
}

#[test]
fn moments_of_two_halves_merge_to_the_whole() {
    let values: Vec<f64> = (0..100).map(|value| f64::from(value).sin()).collect();
    let mut merged = moments(&values[..37]);
    merged.merge(&moments(&values[37..]));
    let whole = moments(&values);
    assert_eq!(merged.mean().to_bits(), whole.mean().to_bits());
    assert_eq!(merged.standard_error(), whole.standard_error());
}

#[test]
fn influences_of_a_mean_give_the_error_of_a_mean() {
    let values = [0.3, 1.7, 2.2, 9.1, 4.0];
    let mean = values.iter().sum::<f64>() / 5.0;
    let linear = from_influences(values.iter().map(|value| (value - mean) / 5.0)).unwrap();
    assert!((linear - moments(&values).standard_error().unwrap()).abs() < 1e-14);
}

#[test]
fn resampling_a_share_finds_the_binomial_error() {
    let error = by_resampling(&[(700.0, 700.0), (300.0, 300.0)], |cells| Some(cells[0] / (cells[0] + cells[1])));
    let exact = (0.7_f64 * 0.3 / 1000.0).sqrt();
    assert!((error.unwrap() / exact - 1.0).abs() < 0.2);
}

#[test]
fn poisson_counts_have_their_mean_and_variance() {
    for mean in [0.2, 1.0, 7.5, 31.0, 50.0, 4000.0] {
        let mut random = SplitMix(1);
        let counts: Vec<f64> = (0..20_000).map(|_| Poisson::new(mean).draw(&mut random)).collect();
        let average = counts.iter().sum::<f64>() / 20_000.0;
        let variance = counts.iter().map(|count| (count - average).powi(2)).sum::<f64>() / 20_000.0;
        assert!((average - mean).abs() < 4.0 * (mean / 20_000.0).sqrt(), "{mean}: {average}");
        assert!((variance / mean - 1.0).abs() < 0.06, "{mean}: {variance}");
    }
}

#[test]
fn shared_weights_are_poisson_of_one_and_depend_on_seed_row_and_replicate() {
    let weights: Vec<u32> = (0..40_000).map(|row| replicate_weight(5, row, 3)).collect();
    let mean = f64::from(weights.iter().sum::<u32>()) / 40_000.0;
    let variance = weights.iter().map(|&weight| (f64::from(weight) - mean).powi(2)).sum::<f64>() / 40_000.0;
    assert!((mean - 1.0).abs() < 0.02 && (variance - 1.0).abs() < 0.04, "{mean} {variance}");
    assert_eq!(weights[17], replicate_weight(5, 17, 3));
    let other = |seed, replicate| (0..1000).any(|row| replicate_weight(seed, row, replicate) != weights[row as usize]);
    assert!(other(6, 3) && other(5, 4));
}
