use super::*;

#[test]
fn a_box_is_widened_by_its_margin_and_cut_at_the_edges() {
    let region = |left, top, width, height| Some(Region { left, top, width, height });
    assert_eq!(boxed([10.0, 20.0, 30.0, 40.0], BoxForm::Corners, 0.0, 100, 100), region(10, 20, 20, 20));
    assert_eq!(boxed([10.0, 20.0, 30.0, 40.0], BoxForm::Size, 0.0, 100, 100), region(10, 20, 30, 40));
    assert_eq!(boxed([10.0, 20.0, 30.0, 40.0], BoxForm::Corners, 0.1, 100, 100), region(8, 18, 24, 24));
    assert_eq!(boxed([-5.0, -5.0, 200.0, 50.0], BoxForm::Corners, 0.0, 100, 100), region(0, 0, 100, 50));
    assert_eq!(boxed([10.5, 0.0, 11.2, 3.0], BoxForm::Corners, 0.0, 100, 100), region(10, 0, 2, 3));
}

#[test]
fn a_box_outside_the_picture_is_none() {
    assert_eq!(boxed([120.0, 0.0, 130.0, 10.0], BoxForm::Corners, 0.0, 100, 100), None);
    assert_eq!(boxed([10.0, 10.0, 10.0, 10.0], BoxForm::Corners, 0.0, 100, 100), None);
    assert_eq!(boxed([f64::NAN; 4], BoxForm::Size, 0.0, 100, 100), None);
}

#[test]
fn content_is_what_is_brighter_than_the_background() {
    let mut picture = Picture::filled(8, 6, &[3, 3, 3]);
    for (x, y) in [(2, 1), (5, 4)] {
        picture.pixels[(y * 8 + x) * 3 + 1] = 200;
    }
    assert_eq!(content(&picture, 7), Region { left: 2, top: 1, width: 4, height: 4 });
    assert_eq!(content(&picture, 250), Region::whole(8, 6));
}

#[test]
fn a_circle_keeps_the_middle_and_blackens_the_corners() {
    let mut picture = Picture::filled(20, 10, &[9]);
    circle(&mut picture);
    assert_eq!(picture.pixel(10, 5), [9]);
    assert_eq!(picture.pixel(0, 5), [0]);
    assert_eq!(picture.pixel(6, 0), [0]);
    let kept = picture.pixels.iter().filter(|&&byte| byte == 9).count() as f64;
    assert!((kept - std::f64::consts::PI * 25.0).abs() < 8.0, "{kept}");
}
