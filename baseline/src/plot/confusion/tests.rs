use super::*;

fn confusion() -> Confusion {
    let classes = ["apple", "배", "a very long name of a class"].map(str::to_owned);
    Confusion::count(&classes, &[0, 0, 0, 1, 2], &[0, 0, 1, 1, 1])
}

#[test]
fn rows_are_true_classes_and_columns_predicted_ones() {
    assert_eq!(confusion().counts, [2, 1, 0, 0, 1, 0, 0, 1, 0]);
}

#[test]
fn the_svg_keeps_names_of_any_script_and_every_count() {
    let svg = confusion().svg();
    assert!(svg.contains("apple") && svg.contains("배") && svg.contains("a very long name ."));
    assert_eq!(svg.matches("text-anchor=\"middle\"").count(), 4);
}

#[test]
fn the_png_shows_full_rows_dark_and_empty_cells_white() {
    let (width, height, bytes) = confusion().png();
    let image = image::load_from_memory(&bytes).unwrap().to_rgb8();
    assert_eq!(image.dimensions(), (width, height));
    let corner = |row: u32, column: u32| image.get_pixel(MARGIN + CELL * column + 1, MARGIN + CELL * row + 1).0;
    assert_eq!(corner(1, 1), shade(1.0));
    assert_eq!(corner(0, 0), shade(2.0 / 3.0));
    assert_eq!(corner(0, 2), [255; 3]);
}

#[test]
fn a_matrix_of_no_class_is_a_picture_too() {
    let empty = Confusion::count(&[], &[], &[]);
    assert!(empty.svg().contains("<svg"));
    assert!(!empty.png().2.is_empty());
}
