use ::image::codecs::jpeg::JpegEncoder;
use ::image::{ExtendedColorType, ImageEncoder as _, Luma, Rgb, RgbImage};
use tempfile::TempDir;

use super::*;
use crate::random::Random;

fn soft(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([(x * 3 % 256) as u8, (y * 5 % 256) as u8, ((x + y) * 2 % 256) as u8]))
}

#[test]
fn png_is_decoded_without_loss_in_colour_and_in_grey() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.png");
    let picture = soft(31, 17);
    picture.save(&path).unwrap();
    let mut into = Picture::default();
    Decoder::new(3, Quality::Exact).whole(&path, &mut into).unwrap();
    assert_eq!((into.width, into.height, into.channels), (31, 17, 3));
    assert_eq!(into.pixels, picture.into_raw());
    Decoder::new(1, Quality::Exact).whole(&path, &mut into).unwrap();
    assert_eq!((into.channels, into.pixels.len()), (1, 31 * 17));
}

#[test]
fn a_grey_file_has_three_equal_channels_for_a_model_of_colour() {
    let dir = TempDir::new().unwrap();
    for name in ["a.png", "a.jpg"] {
        let path = dir.path().join(name);
        ::image::GrayImage::from_fn(40, 30, |x, y| Luma([(x * 4 + y) as u8])).save(&path).unwrap();
        let mut into = Picture::default();
        Decoder::new(3, Quality::Exact).whole(&path, &mut into).unwrap();
        assert!(into.pixels.as_chunks::<3>().0.iter().all(|[r, g, b]| r == g && g == b), "{name}");
    }
}

/// 97 x 73 pixels, colours at half the resolution (4:2:0), as cameras write them.
const APPLE: &[u8] = include_bytes!("apple.jpg");

#[test]
fn a_part_has_the_pixels_of_the_whole() {
    let mut full_colour = Vec::new();
    JpegEncoder::new_with_quality(&mut full_colour, 85)
        .write_image(soft(200, 150).as_raw(), 200, 150, ExtendedColorType::Rgb8)
        .unwrap();
    parts_are_those_of_the_whole(&full_colour, (200, 150));
    parts_are_those_of_the_whole(APPLE, (97, 73));
}

fn parts_are_those_of_the_whole(bytes: &[u8], (width, height): (usize, usize)) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.jpg");
    std::fs::write(&path, bytes).unwrap();
    for channels in [1, 3] {
        let mut decoder = Decoder::new(channels, Quality::Exact);
        let (mut whole, mut part) = (Picture::default(), Picture::default());
        decoder.whole(&path, &mut whole).unwrap();
        let mut random = Random::new(&[7]);
        for _ in 0..200 {
            let (left, top) = (random.below(width - 1), random.below(height - 1));
            let region =
                Region { left, top, width: 1 + random.below(width - left), height: 1 + random.below(height - top) };
            assert_eq!(decoder.open(&path).unwrap(), (width, height));
            let (x, y) = decoder.decode(region, &mut part).unwrap();
            for row in 0..region.height {
                let bytes = |picture: &Picture, x: usize, y: usize| {
                    picture.row(y)[x * channels..][..region.width * channels].to_vec()
                };
                assert_eq!(bytes(&part, x, y + row), bytes(&whole, left, top + row), "{region:?}, row {row}");
            }
        }
    }
}

#[test]
fn a_damaged_or_missing_file_is_named() {
    let dir = TempDir::new().unwrap();
    let mut decoder = Decoder::new(3, Quality::Exact);
    let message = |error: DecodeError| error.to_string();
    let missing = dir.path().join("none.jpg");
    assert!(message(decoder.open(&missing).unwrap_err()).starts_with("cannot read "));
    for (name, bytes) in [("text.jpg", b"hello".as_slice()), ("cut.jpg", b"\xFF\xD8\xFF\xE0"), ("empty.png", b"")] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let text = message(decoder.whole(&path, &mut Picture::default()).unwrap_err());
        assert!(text.contains(name) && text.contains("is no picture that can be decoded"), "{text}");
    }
}

#[test]
fn any_bytes_that_begin_like_a_jpeg_are_an_error_or_a_picture() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.jpg");
    let mut bytes = Vec::new();
    JpegEncoder::new(&mut bytes).write_image(soft(24, 24).as_raw(), 24, 24, ExtendedColorType::Rgb8).unwrap();
    let mut decoder = Decoder::new(3, Quality::Exact);
    let mut random = Random::new(&[2]);
    for _ in 0..300 {
        let mut damaged = bytes.clone();
        for _ in 0..1 + random.below(6) {
            let at = 2 + random.below(damaged.len() - 2);
            damaged[at] = random.next() as u8;
        }
        damaged.truncate(2 + random.below(damaged.len()));
        std::fs::write(&path, &damaged).unwrap();
        let mut into = Picture::default();
        if decoder.whole(&path, &mut into).is_ok() {
            assert_eq!(into.pixels.len(), into.width * into.height * 3);
        }
    }
}
