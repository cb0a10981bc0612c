use super::*;

// What PIL 13 makes of `picture` (the hue: torchvision 0.28 on bytes).
const AUTO_CONTRAST: [u8; 72] = [
    0, 0, 254, 39, 113, 213, 78, 227, 174, 120, 76, 135, 160, 190, 93, 199, 43, 54, 62, 181, 190, 111, 52, 142, 160,
    187, 96, 205, 61, 48, 255, 196, 0, 29, 86, 222, 127, 98, 125, 183, 255, 71, 238, 150, 16, 19, 61, 232, 75, 218,
    177, 130, 110, 122, 192, 18, 64, 255, 196, 0, 45, 129, 209, 107, 43, 145, 170, 221, 83, 235, 138, 22,
];
const POSTERIZED: [u8; 72] = [
    0, 0, 240, 32, 96, 208, 64, 208, 176, 96, 64, 144, 144, 176, 96, 176, 32, 64, 48, 176, 192, 96, 48, 144, 144, 176,
    96, 176, 48, 64, 224, 192, 16, 16, 80, 224, 112, 96, 128, 160, 240, 80, 208, 144, 32, 16, 48, 224, 64, 208, 176,
    112, 96, 128, 176, 16, 64, 224, 192, 16, 32, 112, 208, 96, 32, 144, 144, 208, 96, 208, 128, 32,
];
const SOLARIZED: [u8; 72] = [
    0, 0, 0, 37, 144, 37, 74, 33, 74, 144, 77, 111, 107, 67, 148, 70, 43, 70, 59, 78, 59, 152, 53, 103, 108, 70, 147,
    64, 61, 64, 20, 62, 20, 28, 84, 28, 137, 98, 118, 86, 4, 86, 35, 107, 35, 20, 60, 20, 71, 42, 71, 133, 145, 122,
    78, 19, 78, 20, 62, 20, 42, 129, 42, 155, 44, 100, 97, 37, 97, 39, 119, 39,
];
const SHARPENED: [u8; 72] = [
    0, 0, 255, 37, 111, 218, 74, 222, 181, 111, 77, 144, 148, 188, 107, 185, 43, 70, 59, 177, 196, 103, 0, 152, 164,
    219, 90, 226, 6, 28, 255, 241, 0, 28, 84, 227, 118, 98, 137, 186, 255, 68, 255, 162, 0, 0, 11, 255, 35, 255, 219,
    122, 110, 133, 177, 19, 78, 235, 193, 20, 42, 126, 213, 100, 44, 155, 158, 218, 97, 216, 136, 39,
];
const CONTRAST: [u8; 72] = [
    63, 63, 190, 81, 118, 172, 100, 174, 153, 118, 101, 135, 137, 157, 116, 155, 84, 98, 92, 151, 161, 114, 89, 139,
    136, 155, 117, 158, 93, 95, 180, 159, 73, 77, 105, 176, 122, 112, 131, 147, 188, 106, 173, 137, 80, 73, 93, 180,
    98, 169, 155, 124, 118, 129, 151, 72, 102, 180, 159, 73, 84, 126, 169, 113, 85, 140, 142, 172, 111, 171, 131, 82,
];
const SATURATED: [u8; 72] = [
    0, 0, 255, 5, 116, 255, 24, 246, 185, 119, 68, 168, 138, 198, 77, 233, 20, 60, 16, 193, 222, 115, 40, 188, 138,
    195, 79, 236, 41, 46, 255, 196, 0, 0, 84, 255, 123, 93, 151, 149, 255, 25, 251, 143, 0, 0, 56, 255, 23, 236, 192,
    125, 107, 141, 229, 0, 80, 255, 196, 0, 7, 133, 255, 113, 29, 196, 144, 234, 52, 249, 129, 0,
];
const DARKENED: [u8; 72] = [
    0, 0, 178, 25, 77, 152, 51, 155, 126, 77, 53, 100, 103, 131, 74, 129, 30, 49, 41, 123, 137, 72, 37, 106, 102, 129,
    75, 133, 42, 44, 164, 135, 14, 19, 58, 158, 82, 68, 95, 118, 175, 60, 154, 103, 24, 14, 42, 164, 49, 149, 128, 85,
    77, 93, 123, 13, 54, 164, 135, 14, 29, 88, 149, 70, 30, 108, 110, 152, 67, 151, 95, 27,
];
const HUE_TURNED: [u8; 72] = [
    255, 0, 204, 180, 37, 218, 74, 85, 222, 144, 77, 96, 107, 188, 163, 184, 185, 43, 105, 59, 196, 152, 53, 82, 108,
    185, 162, 168, 191, 61, 20, 235, 21, 211, 28, 227, 137, 98, 109, 86, 251, 201, 70, 220, 35, 235, 20, 232, 71, 71,
    213, 133, 110, 116, 177, 150, 19, 20, 235, 21, 163, 42, 213, 155, 44, 77, 97, 218, 181, 83, 216, 39,
];
const GREY: [u8; 24] =
    [29, 101, 173, 95, 167, 89, 144, 79, 165, 100, 186, 84, 108, 208, 157, 68, 167, 116, 73, 186, 111, 73, 186, 149];

/// 6 x 4 pixels of odd colours: red = x * 37 + y * 59 + x * y * 7 modulo 251, green = 3 red modulo 256, blue = 255 - red.
fn picture() -> Picture {
    let colours = (0..24).flat_map(|at: u32| {
        let (x, y) = (at % 6, at / 6);
        let red = ((x * 37 + y * 59 + x * y * 7) % 251) as u8;
        [red, red.wrapping_mul(3), 255 - red]
    });
    Picture { width: 6, height: 4, channels: 3, pixels: colours.collect() }
}

/// Largest difference of any byte.
fn distance(change: impl FnOnce(&mut Picture), expected: &[u8]) -> u8 {
    let mut changed = picture();
    change(&mut changed);
    changed.pixels.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn operations_are_those_of_pil() {
    assert!(distance(|picture| sharpen(picture, 1.9), &SHARPENED) <= 1);
    assert!(distance(|picture| contrast(picture, 0.5), &CONTRAST) <= 1);
    assert!(distance(|picture| adjust(picture, 1.0, 0.5, 1.0), &CONTRAST) <= 1);
    assert!(distance(|picture| adjust(picture, 1.0, 1.0, 1.5), &SATURATED) <= 1);
    assert!(distance(|picture| adjust(picture, 0.7, 1.0, 1.0), &DARKENED) <= 1);
    assert_eq!(distance(|picture| posterize(picture, 4), &POSTERIZED), 0);
    assert_eq!(distance(|picture| solarize(picture, 100.0), &SOLARIZED), 0);
    assert_eq!(picture().grey(), GREY);
    let dull = |picture: &mut Picture| {
        for byte in &mut picture.pixels {
            *byte = *byte / 3 + 40;
        }
        auto_contrast(picture);
    };
    assert!(distance(dull, &AUTO_CONTRAST) <= 1);
}

#[test]
fn the_hue_turns_as_in_torchvision() {
    assert!(distance(|picture| turn_hue(picture, 0.2), &HUE_TURNED) <= 1);
    assert!(distance(|picture| turn_hue(picture, 1.0), &picture().pixels) <= 1);
}

#[test]
fn the_order_of_brightness_contrast_and_saturation_does_not_matter() {
    // Gentle enough that nothing is cut off, which would not commute.
    let mut soft = picture();
    for byte in &mut soft.pixels {
        *byte = *byte / 4 + 90;
    }
    let (mut at_once, mut one_by_one) = (soft.clone(), soft);
    adjust(&mut at_once, 1.1, 0.8, 1.3);
    adjust(&mut one_by_one, 1.0, 1.0, 1.3);
    adjust(&mut one_by_one, 1.0, 0.8, 1.0);
    adjust(&mut one_by_one, 1.1, 1.0, 1.0);
    let most = at_once.pixels.iter().zip(&one_by_one.pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(most <= 2, "{most}");
}

#[test]
fn a_grey_picture_changes_as_a_colour_picture_of_greys_does() {
    let values: Vec<u8> = (0..=255).collect();
    let mut grey = Picture { width: 16, height: 16, channels: 1, pixels: values.clone() };
    let pixels = values.iter().flat_map(|&value| [value; 3]).collect();
    let mut colour = Picture { width: 16, height: 16, channels: 3, pixels };
    adjust(&mut grey, 1.2, 0.7, 1.4);
    adjust(&mut colour, 1.2, 0.7, 1.4);
    for (grey, colour) in grey.pixels.iter().zip(colour.pixels.as_chunks::<3>().0) {
        assert!(colour.iter().all(|value| value.abs_diff(*grey) <= 1), "{grey} {colour:?}");
    }
}

#[test]
fn equalising_spreads_values_evenly() {
    let mut picture =
        Picture { width: 64, height: 64, channels: 1, pixels: (0..4096).map(|at| 100 + (at % 32) as u8).collect() };
    equalize(&mut picture);
    assert_eq!((picture.pixels.iter().min(), picture.pixels.iter().max()), (Some(&0), Some(&255)));
    let steps: Vec<u8> = picture.pixels[..31].array_windows().map(|[a, b]| b - a).collect();
    assert!(steps.iter().all(|step| (8..=9).contains(step)), "{steps:?}");
}

#[test]
fn a_grayscale_picture_keeps_three_equal_channels() {
    let mut changed = picture();
    Grayscale { probability: 1.0 }.apply(&mut changed, &mut Random::new(&[1]));
    assert!(changed.pixels.as_chunks::<3>().0.iter().zip(GREY).all(|(pixel, grey)| *pixel == [grey; 3]));
}

#[test]
fn a_pixel_is_adjusted_alike_wherever_it_stands() {
    let pixels: Vec<u8> = (0..3 * 1_000_u32).map(|at| (at * at % 251) as u8).collect();
    let mut whole = Picture { width: 1_000, height: 1, channels: 3, pixels: pixels.clone() };
    adjust(&mut whole, 1.3, 1.0, 0.4);
    for (adjusted, pixel) in whole.pixels.as_chunks::<3>().0.iter().zip(pixels.as_chunks::<3>().0) {
        let mut alone = Picture { width: 1, height: 1, channels: 3, pixels: pixel.to_vec() };
        adjust(&mut alone, 1.3, 1.0, 0.4);
        let grey = [0.299, 0.587, 0.114].iter().zip(pixel).map(|(weight, &byte)| weight * f64::from(byte)).sum::<f64>();
        let expected = pixel.map(|byte| (1.3 * (0.4 * f64::from(byte) + 0.6 * grey)).round().min(255.0));
        assert_eq!(alone.pixels, adjusted);
        assert!(adjusted.iter().zip(expected).all(|(&byte, expected)| (f64::from(byte) - expected).abs() <= 1.0));
    }
}
