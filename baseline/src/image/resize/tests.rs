use super::*;

fn ramp(width: usize, height: usize) -> Picture {
    let pixels = (0..width * height).flat_map(|at| [(at % width) as u8, (at / width) as u8, 7]).collect();
    Picture { width, height, channels: 3, pixels }
}

fn make(from: &Picture, cut: Cut) -> Picture {
    let mut into = Picture::default();
    Resizer::default().cut(from, &cut, &mut into);
    into
}

#[test]
fn a_plain_cut_copies_pixels() {
    let picture = make(&ramp(10, 8), Cut::plain(3, 2, 4, 5));
    assert_eq!((picture.width, picture.height), (4, 5));
    assert_eq!(picture.pixel(0, 0), [3, 2, 7]);
    assert_eq!(picture.pixel(3, 4), [6, 6, 7]);
}

#[test]
fn halving_takes_means() {
    let cut = Cut { to: (5, 4), filter: Filter::Bilinear, ..Cut::plain(0, 0, 10, 8) };
    let picture = make(&ramp(10, 8), cut);
    // Means of four columns with weights 1 3 3 1, whose middle is 4.5, rounded up.
    assert_eq!(picture.pixel(2, 2), [5, 5, 7]);
}

#[test]
fn every_filter_leaves_an_even_colour_as_it_is() {
    for filter in [Filter::Nearest, Filter::Linear, Filter::Bilinear, Filter::Bicubic, Filter::Lanczos] {
        for to in [(3, 9), (40, 17)] {
            let cut = Cut { left: 1.5, top: 0.25, width: 7.5, height: 6.0, to, filter };
            assert_eq!(make(&Picture::filled(10, 8, &[90, 14, 200]), cut), Picture::filled(to.0, to.1, &[90, 14, 200]));
        }
    }
}

#[test]
fn what_lies_around_a_cut_does_not_matter() {
    let picture = ramp(30, 30);
    let cut = Cut { left: 9.0, top: 5.0, width: 12.0, height: 14.0, to: (31, 7), filter: Filter::Lanczos };
    let region = cut.region(30, 30);
    let alone = make(&picture, Cut::plain(region.left, region.top, region.width, region.height));
    let moved = Cut { left: 0.0, top: 0.0, ..cut };
    assert_eq!(make(&picture, cut), make(&alone, moved));
}

#[test]
fn a_cut_beyond_the_edges_is_cut_off() {
    let cut = Cut { left: -4.0, top: 6.0, width: 100.0, height: 100.0, to: (5, 5), filter: Filter::Bilinear };
    let picture = make(&Picture::filled(10, 8, &[50]), cut);
    assert_eq!(picture, Picture::filled(5, 5, &[50]));
}
