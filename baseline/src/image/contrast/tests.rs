use super::*;

/// Bytes that look random but are the same in Python: x * 37 + y * 59 + (x * y) * 7, modulo 251.
fn pattern(width: usize, height: usize) -> Picture {
    let pixels = (0..width * height)
        .map(|at| {
            let (x, y) = (at % width, at / width);
            ((x * 37 + y * 59 + x * y * 7) % 251) as u8
        })
        .collect();
    Picture { width, height, channels: 1, pixels }
}

const CLAHE_OF_OPENCV: [u8; 64] = [
    16, 48, 96, 131, 159, 195, 223, 16, 80, 128, 175, 215, 255, 44, 80, 112, 159, 191, 239, 28, 72, 136, 175, 239, 199,
    247, 56, 106, 163, 211, 32, 96, 247, 64, 136, 195, 247, 60, 128, 199, 52, 143, 219, 16, 84, 145, 227, 48, 112, 207,
    32, 96, 167, 251, 80, 159, 159, 255, 80, 175, 8, 108, 191, 32,
];

#[test]
fn equalisation_by_tiles_is_opencvs() {
    // cv2.createCLAHE(2.0, (2, 2)).apply on the same 8 x 8 bytes.
    let mut picture = pattern(8, 8);
    clahe(&mut picture, 2, 2.0);
    assert_eq!(picture.pixels, CLAHE_OF_OPENCV);
}

#[test]
fn equalisation_raises_the_contrast_of_a_dull_picture() {
    let mut picture = pattern(64, 64);
    for byte in &mut picture.pixels {
        *byte = 100 + *byte / 16;
    }
    let spread = |picture: &Picture| {
        let (low, high) = (picture.pixels.iter().min().unwrap(), picture.pixels.iter().max().unwrap());
        high - low
    };
    let before = spread(&picture);
    clahe(&mut picture, 4, 40.0);
    assert!(spread(&picture) > 4 * before, "{} then {}", before, spread(&picture));
}

#[test]
fn colours_keep_their_differences_when_contrast_is_raised() {
    let grey = pattern(32, 32);
    let pixels = grey.pixels.iter().flat_map(|&value| [value / 2 + 60, value / 2 + 50, value / 2 + 40]).collect();
    let mut picture = Picture { width: 32, height: 32, channels: 3, pixels };
    clahe(&mut picture, 2, 1.5);
    let kept =
        picture.pixels.as_chunks::<3>().0.iter().filter(|[r, g, b]| r.abs_diff(*g) == 10 && g.abs_diff(*b) == 10);
    assert!(kept.count() > 900);
}

#[test]
fn an_even_surface_becomes_middle_grey_without_its_surroundings() {
    let mut picture = Picture::filled(20, 20, &[77]);
    picture.pixels[210] = 97;
    subtract_local_mean(&mut picture, 5.0, 4.0);
    assert_eq!(picture.pixels[0], 128);
    assert!((200..=208).contains(&picture.pixels[210]), "{}", picture.pixels[210]);
}

#[test]
fn blur_keeps_the_sum_and_spreads_a_point_evenly() {
    let mut picture = Picture::filled(21, 21, &[0]);
    picture.pixels[10 * 21 + 10] = 250;
    blur(&mut picture, 1.0);
    // 250 / (2 pi) in the middle.
    assert!((39..=41).contains(&picture.pixels[220]), "{}", picture.pixels[220]);
    assert_eq!(picture.pixel(9, 10), picture.pixel(11, 10));
    assert_eq!(picture.pixel(10, 8), picture.pixel(12, 10));
    let mut even = Picture::filled(9, 5, &[10, 20, 30]);
    blur(&mut even, 3.0);
    assert_eq!(even, Picture::filled(9, 5, &[10, 20, 30]));
}

#[test]
fn a_mirror_stands_on_the_outermost_pixel() {
    let around: Vec<usize> = (-3..8).map(|at| mirrored(at, 4)).collect();
    assert_eq!(around, [3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1]);
    assert_eq!(mirrored(-5, 1), 0);
}
