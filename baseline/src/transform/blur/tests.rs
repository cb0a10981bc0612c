use super::*;

#[test]
fn a_stronger_blur_leaves_less_contrast() {
    let picture =
        Picture { width: 16, height: 16, channels: 1, pixels: (0..256).map(|at| (at % 2 * 255) as u8).collect() };
    let spread = |sigma| {
        let mut picture = picture.clone();
        Blur { probability: 1.0, sigma: [sigma; 2] }.apply(&mut picture, &mut Random::new(&[1]));
        picture.pixels.iter().max().unwrap() - picture.pixels.iter().min().unwrap()
    };
    assert!(spread(0.4) > spread(0.7) && spread(0.7) > spread(1.5));
    assert!(Blur { probability: 1.0, sigma: [2.0, 1.0] }.check().is_err());
}
