use super::*;

fn picture() -> Picture {
    Picture { width: 3, height: 2, channels: 1, pixels: vec![1, 2, 3, 4, 5, 6] }
}

#[test]
fn flips_mirror_one_axis() {
    let mut picture = picture();
    horizontally(&mut picture);
    assert_eq!(picture.pixels, [3, 2, 1, 6, 5, 4]);
    vertically(&mut picture);
    assert_eq!(picture.pixels, [6, 5, 4, 3, 2, 1]);
    let mut odd = Picture { width: 1, height: 3, channels: 3, pixels: (1..=9).collect() };
    vertically(&mut odd);
    assert_eq!(odd.pixels, [7, 8, 9, 4, 5, 6, 1, 2, 3]);
    let mut colour = Picture { width: 2, height: 1, channels: 3, pixels: (1..=6).collect() };
    horizontally(&mut colour);
    assert_eq!(colour.pixels, [4, 5, 6, 1, 2, 3]);
}

#[test]
fn a_transposition_exchanges_rows_and_columns() {
    let mut picture = picture();
    Transpose { probability: 1.0 }.apply(&mut picture, &mut Desk::default(), &mut Random::new(&[1]));
    assert_eq!((picture.width, picture.height), (2, 3));
    assert_eq!(picture.pixels, [1, 4, 2, 5, 3, 6]);
}

#[test]
fn an_alternating_flip_shows_every_photo_both_ways_in_any_two_epochs() {
    let mirrored = |sample, epoch| {
        let draw = Draw { random: Random::new(&[epoch]), sample, epoch, seed: 3 };
        let mut picture = picture();
        AlternatingFlip {}.apply(&mut picture, &draw);
        picture.pixels[0] == 3
    };
    let mut first = 0;
    for sample in 0..1000 {
        for epoch in 0..4 {
            assert_ne!(mirrored(sample, epoch), mirrored(sample, epoch + 1));
        }
        first += usize::from(mirrored(sample, 0));
    }
    assert!((430..570).contains(&first), "{first}");
}

#[test]
fn a_flip_comes_as_often_as_its_probability() {
    let mut random = Random::new(&[8]);
    let flip = Flip { axis: Axis::Horizontal, probability: 0.25 };
    let flipped = (0..4000).filter(|_| {
        let mut picture = picture();
        flip.apply(&mut picture, &mut random);
        picture.pixels[0] == 3
    });
    let flipped = flipped.count();
    assert!((880..1120).contains(&flipped), "{flipped}");
}
