use tch::Device;

use super::*;

/// Four photographs, each of one value, each of a class of its own.
fn batch() -> (Tensor, Tensor) {
    let values = Tensor::arange(4, (Kind::Float, Device::Cpu)).view([4, 1, 1, 1]);
    (values.expand([4, 3, 8, 10], false).contiguous(), Tensor::eye(4, (Kind::Float, Device::Cpu)))
}

fn rows(targets: &Tensor) -> Vec<Vec<f32>> {
    Vec::<Vec<f32>>::try_from(targets).unwrap()
}

#[test]
fn mixup_mixes_pixels_and_labels_with_one_weight() {
    let (images, targets) = batch();
    let mix = Mix::Mixup(Mixup { probability: 1.0, alpha: 1.0 });
    for seed in 0..20 {
        let (mixed, soft) = mix.apply(&images, &targets, &mut Random::new(&[seed]));
        let row = &rows(&soft)[2];
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        // Photograph 2 of value 2 with its neighbour of value 1.
        let expected = 2.0 * row[2] + row[1];
        let pixel = mixed.double_value(&[2, 0, 3, 4]) as f32;
        assert!((pixel - expected).abs() < 1e-5, "{pixel} {row:?}");
    }
}

#[test]
fn cutmix_mixes_labels_by_the_area_that_was_pasted() {
    let (images, targets) = batch();
    let mix = Mix::Cutmix(Cutmix { probability: 1.0, alpha: 1.0 });
    let mut areas = std::collections::BTreeSet::new();
    for seed in 0..30 {
        let (mixed, soft) = mix.apply(&images, &targets, &mut Random::new(&[seed]));
        let pasted = mixed.get(2).get(0).eq(1.0).sum(Kind::Int64).int64_value(&[]);
        let row = &rows(&soft)[2];
        assert!((f64::from(row[1]) - pasted as f64 / 80.0).abs() < 1e-6, "{pasted} {row:?}");
        areas.insert(pasted);
    }
    assert!(areas.len() > 8);
}

#[test]
fn without_luck_nothing_is_mixed() {
    let (images, targets) = batch();
    let mix = Mix::Mixup(Mixup { probability: 0.0, alpha: 1.0 });
    let (mixed, soft) = mix.apply(&images, &targets, &mut Random::new(&[1]));
    assert!(mixed.equal(&images) && soft.equal(&targets));
    let (mixed, _) = apply_one(&[], &images, &targets, &mut Random::new(&[1]));
    assert!(mixed.equal(&images));
}

#[test]
fn beta_has_its_mean_and_variance() {
    for alpha in [0.2, 1.0, 4.0] {
        let mut random = Random::new(&[3]);
        let values: Vec<f64> = (0..20_000).map(|_| beta(alpha, alpha, &mut random)).collect();
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 20_000.0;
        let expected = 0.25 / (2.0 * alpha + 1.0);
        assert!((mean - 0.5).abs() < 0.01, "{alpha}: {mean}");
        assert!((variance / expected - 1.0).abs() < 0.05, "{alpha}: {variance} instead of {expected}");
    }
}
