use super::*;

fn erased(picture: &Picture) -> usize {
    picture.pixels.iter().filter(|&&byte| byte == 255).count()
}

#[test]
fn cutout_takes_its_rectangle_or_less_at_an_edge() {
    let mut random = Random::new(&[1]);
    let mut sizes = std::collections::BTreeSet::new();
    for _ in 0..300 {
        let mut picture = Picture::filled(20, 20, &[0]);
        Cutout { size: [6, 8], fill: 255 }.apply(&mut picture, &mut random);
        sizes.insert(erased(&picture));
    }
    assert_eq!(*sizes.last().unwrap(), 48);
    assert!(*sizes.first().unwrap() >= 12);
}

#[test]
fn erasing_takes_the_share_that_was_asked_for() {
    let mut random = Random::new(&[1]);
    let erasing = RandomErasing { probability: 1.0, area: [0.1, 0.3], ratio: [0.3, 3.3], fill: Fill::Value(255) };
    for _ in 0..300 {
        let mut picture = Picture::filled(60, 40, &[0]);
        erasing.apply(&mut picture, &mut random);
        let share = erased(&picture) as f64 / 2400.0;
        assert!((0.085..0.32).contains(&share), "{share}");
    }
}

#[test]
fn erasing_with_noise_writes_every_channel() {
    let mut picture = Picture::filled(60, 40, &[0, 0, 0]);
    let erasing =
        RandomErasing { probability: 1.0, area: [0.5, 0.5], ratio: [1.0, 1.0], fill: Fill::Noise(Noise::Noise) };
    erasing.apply(&mut picture, &mut Random::new(&[1]));
    let written = picture.pixels.iter().filter(|&&byte| byte != 0).count();
    assert!((3300..3700).contains(&written), "{written}");
}
