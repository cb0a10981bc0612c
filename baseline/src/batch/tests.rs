use super::*;

#[test]
fn bytes_become_normalised_floats_with_channels_first() {
    let batch = Batch { pixels: vec![0, 255, 51, 102].into(), size: [1, 2, 1, 2], labels: vec![3], samples: vec![0] };
    let images = batch.images(&Normalisation { mean: vec![0.0, 0.5], std: vec![1.0, 0.5] }, Device::Cpu);
    assert_eq!(images.size(), [1, 2, 2, 1]);
    let values = Vec::<f32>::try_from(images.contiguous().view(-1)).unwrap();
    for (value, expected) in values.iter().zip([0.0, 0.2, 1.0, -0.2]) {
        assert!((value - expected).abs() < 1e-6, "{values:?}");
    }
}

#[test]
fn a_grey_photograph_is_repeated_for_a_model_of_colour() {
    let batch = Batch { pixels: vec![0, 255].into(), size: [2, 1, 1, 1], labels: vec![0, 1], samples: vec![0, 1] };
    let images = batch.images(&Normalisation { mean: vec![0.0; 3], std: vec![1.0; 3] }, Device::Cpu);
    assert_eq!(images.size(), [2, 3, 1, 1]);
}
