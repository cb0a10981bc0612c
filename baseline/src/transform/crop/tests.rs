use super::*;

fn crop(scale: [f64; 2], ratio: [f64; 2]) -> RandomResizedCrop {
    RandomResizedCrop { size: [10, 12], scale, ratio, filter: Filter::Bilinear }
}

#[test]
fn random_crops_keep_their_area_and_proportions_and_lie_inside() {
    let crop = crop([0.2, 0.6], [0.75, 4.0 / 3.0]);
    let mut random = Random::new(&[1]);
    let mut areas = Vec::new();
    for _ in 0..2000 {
        let cut = crop.cut(300, 200, &mut random);
        assert!(cut.left >= 0.0 && cut.top >= 0.0 && cut.left + cut.width <= 300.0 && cut.top + cut.height <= 200.0);
        let ratio = cut.width / cut.height;
        assert!((0.73..1.36).contains(&ratio), "{ratio}");
        areas.push(cut.width * cut.height / 60_000.0);
        assert_eq!(cut.to, (12, 10));
    }
    let mean = areas.iter().sum::<f64>() / 2000.0;
    assert!((mean - 0.4).abs() < 0.01, "{mean}");
    assert!(areas.iter().all(|area| (0.195..0.605).contains(area)));
}

#[test]
fn where_no_crop_fits_the_middle_is_taken() {
    // Wider than any allowed part of this height.
    let cut = crop([1.0, 1.0], [0.75, 4.0 / 3.0]).cut(1000, 30, &mut Random::new(&[1]));
    assert_eq!((cut.left, cut.top, cut.width, cut.height), (480.0, 0.0, 40.0, 30.0));
}

#[test]
fn a_resize_stretches_covers_or_stays_inside() {
    let to = |fit| Resize { size: [100, 200], fit, filter: Filter::Bilinear }.cut(300, 300).to;
    assert_eq!(to(Fit::Stretch), (200, 100));
    assert_eq!(to(Fit::Cover), (200, 200));
    assert_eq!(to(Fit::Inside), (100, 100));
}

#[test]
fn a_pad_puts_the_picture_into_the_middle() {
    let pad = |border| {
        let mut picture = Picture { width: 2, height: 1, channels: 1, pixels: vec![1, 2] };
        Pad { size: [3, 6], border }.apply(&mut picture, &mut Desk::default());
        assert_eq!((picture.width, picture.height), (6, 3));
        picture
    };
    assert_eq!(pad(Border::Value(9)).pixels, [9, 9, 9, 9, 9, 9, 9, 9, 1, 2, 9, 9, 9, 9, 9, 9, 9, 9]);
    assert_eq!(pad(Border::Picture(Continuation::Edge)).row(0), [1, 1, 1, 2, 2, 2]);
    assert_eq!(pad(Border::Picture(Continuation::Reflect)).row(1), [1, 2, 1, 2, 1, 2]);
}

#[test]
fn pad_and_random_crop_shift_a_picture_in_all_directions() {
    let mut seen = std::collections::BTreeSet::new();
    let mut random = Random::new(&[5]);
    for _ in 0..500 {
        let cut = RandomCrop { size: [4, 4] }.cut(6, 6, &mut random);
        seen.insert((cut.left as usize, cut.top as usize));
    }
    assert_eq!(seen.len(), 9);
}

#[test]
fn a_crop_larger_than_the_picture_takes_all_of_it() {
    assert_eq!(CentreCrop { size: [50, 4] }.cut(10, 10), Cut::plain(3, 0, 4, 10));
    assert_eq!(RandomCrop { size: [50, 50] }.cut(10, 8, &mut Random::new(&[1])), Cut::plain(0, 0, 10, 8));
}
