use super::*;

fn ramp(side: usize) -> Picture {
    let pixels = (0..side * side).map(|at| (at % side * 10 + at / side) as u8).collect();
    Picture { width: side, height: side, channels: 1, pixels }
}

fn mapped(map: Map) -> Picture {
    let mut picture = ramp(9);
    map.apply(&mut picture, &mut Desk::default(), 255);
    picture
}

#[test]
fn no_movement_changes_nothing() {
    assert_eq!(mapped(Map::new(0.0, [0.0, 0.0], 1.0, [0.0, 0.0])), ramp(9));
}

#[test]
fn a_quarter_turn_moves_the_left_edge_to_the_top() {
    let turned = mapped(Map::new(90.0, [0.0, 0.0], 1.0, [0.0, 0.0]));
    let picture = ramp(9);
    for x in 0..9 {
        for y in 0..9 {
            // Clockwise: what was at (0, y) is at (8 - y, 0).
            assert_eq!(turned.pixel(8 - y, x), picture.pixel(x, y));
        }
    }
}

#[test]
fn a_shift_moves_to_the_right_and_down_and_fills_the_rest() {
    let moved = mapped(Map::new(0.0, [2.0, 1.0], 1.0, [0.0, 0.0]));
    assert_eq!(moved.pixel(2, 1), ramp(9).pixel(0, 0));
    assert_eq!(moved.pixel(8, 8), ramp(9).pixel(6, 7));
    assert_eq!(moved.pixel(1, 5), [255]);
    assert_eq!(moved.pixel(5, 0), [255]);
}

#[test]
fn half_a_pixel_is_the_mean_of_two() {
    let moved = mapped(Map::new(0.0, [0.5, 0.0], 1.0, [0.0, 0.0]));
    assert_eq!(moved.pixel(4, 3), [(ramp(9).pixel(3, 3)[0] + ramp(9).pixel(4, 3)[0]) / 2]);
}

#[test]
fn scaling_enlarges_around_the_middle() {
    let larger = mapped(Map::new(0.0, [0.0, 0.0], 2.0, [0.0, 0.0]));
    assert_eq!(larger.pixel(4, 4), ramp(9).pixel(4, 4));
    assert_eq!(larger.pixel(6, 4), ramp(9).pixel(5, 4));
}

#[test]
fn a_shear_slants_rows_against_each_other() {
    let slanted = mapped(Map::new(0.0, [0.0, 0.0], 1.0, [45.0, 0.0]));
    assert_eq!(slanted.pixel(4, 4), ramp(9).pixel(4, 4));
    // One pixel sideways for each row away from the middle, in opposite directions above and below.
    let at = |y: usize| (0..9).find(|&x| slanted.pixel(x, y)[0] == ramp(9).pixel(4, y)[0]).unwrap();
    assert_eq!(at(3).abs_diff(4), 1);
    assert_eq!(at(3) + at(5), 8);
}

#[test]
fn a_rotation_stays_within_its_degrees() {
    let mut picture = Picture::filled(41, 41, &[0]);
    picture.pixels[20 * 41 + 40] = 255;
    let rotation = Rotation { degrees: 30.0, fill: 0 };
    let mut random = Random::new(&[4]);
    for _ in 0..50 {
        let mut turned = picture.clone();
        rotation.apply(&mut turned, &mut Desk::default(), &mut random);
        let rows: Vec<usize> = (0..41).filter(|&y| turned.row(y).iter().any(|&byte| byte > 20)).collect();
        assert!(rows.iter().all(|row| (9..=31).contains(row)), "{rows:?}");
    }
}
