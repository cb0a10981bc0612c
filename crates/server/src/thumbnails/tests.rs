use image::{GenericImageView, GrayImage, ImageBuffer, Luma, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn of(bytes: &[u8]) -> Result<Thumbnail, ThumbnailError> {
    thumbnail(Cursor::new(bytes))
}

fn decoded(thumbnail: &Thumbnail) -> DynamicImage {
    image::load_from_memory(&thumbnail.bytes).unwrap()
}

/// Sets the size that a PNG's header claims, with the right checksum.
fn claim_size(png: &mut [u8], width: u32, height: u32) {
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = png[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    });
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
}

#[test]
fn large_pictures_shrink_and_keep_their_shape() {
    let bytes = encoded(RgbImage::from_pixel(800, 400, Rgb([200, 10, 10])), ImageFormat::Png);
    let small = of(&bytes).unwrap();
    assert_eq!(small.media_type, "image/jpeg");
    assert_eq!(decoded(&small).dimensions(), (256, 128));
}

#[test]
fn small_pictures_are_not_blown_up() {
    let bytes = encoded(GrayImage::from_pixel(30, 20, Luma([7])), ImageFormat::Jpeg);
    assert_eq!(decoded(&of(&bytes).unwrap()).dimensions(), (30, 20));
}

#[test]
fn grey_16_bit_photographs_are_shown() {
    let picture: ImageBuffer<Luma<u16>, Vec<u16>> = ImageBuffer::from_pixel(300, 300, Luma([30_000]));
    let small = of(&encoded(picture, ImageFormat::Png)).unwrap();
    assert_eq!(decoded(&small).color().channel_count(), 1);
}

#[test]
fn transparent_pictures_stay_transparent() {
    let bytes = encoded(RgbaImage::from_pixel(300, 300, Rgba([0, 0, 0, 0])), ImageFormat::WebP);
    let small = of(&bytes).unwrap();
    assert_eq!(small.media_type, "image/png");
    assert_eq!(decoded(&small).get_pixel(0, 0)[3], 0);
}

#[test]
fn a_header_that_claims_a_huge_picture_is_refused_without_decoding() {
    let mut bytes = encoded(GrayImage::new(8, 8), ImageFormat::Png);
    claim_size(&mut bytes, 65_000, 65_000);
    assert!(matches!(of(&bytes), Err(ThumbnailError::TooLarge)), "{:?}", of(&bytes).map(|_| ()));
    claim_size(&mut bytes, 11_999, 11_999);
    let error = of(&bytes).unwrap_err();
    assert!(matches!(error, ThumbnailError::Damaged(_) | ThumbnailError::TooLarge), "{error}");
}

#[test]
fn what_is_not_a_picture_is_refused_whatever_it_is_called() {
    for bytes in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"", b"id,label\n", b"GIF89a\x01\x00\x01\x00"] {
        assert!(matches!(of(bytes), Err(ThumbnailError::NotAPicture)));
    }
}

#[test]
fn damaged_pictures_are_refused() {
    let mut bytes = encoded(RgbImage::from_pixel(300, 300, Rgb([1, 2, 3])), ImageFormat::Png);
    bytes.truncate(bytes.len() / 2);
    assert!(matches!(of(&bytes), Err(ThumbnailError::Damaged(_))));
}

#[test]
fn what_is_appended_to_a_picture_or_hidden_in_its_metadata_stays_behind() {
    let mut bytes = encoded(RgbImage::from_pixel(40, 40, Rgb([9, 9, 9])), ImageFormat::Jpeg);
    // An Exif segment right after the start marker, as cameras write it, and a script after the end.
    let secret = b"Exif\0\0GPS 37.5665 N <script>";
    let length = u16::try_from(secret.len() + 2).unwrap().to_be_bytes();
    let segment: Vec<u8> = [&[0xff, 0xe1], &length[..], secret].concat();
    bytes.splice(2..2, segment);
    bytes.extend_from_slice(b"<script>alert(1)</script>");
    let small = of(&bytes).unwrap();
    for needle in [&b"GPS"[..], b"<script>"] {
        assert!(!small.bytes.windows(needle.len()).any(|window| window == needle));
    }
}
