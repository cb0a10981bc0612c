use super::*;

fn rates(warmup: f64, then: Shape, steps: u64) -> Vec<f64> {
    let config = Config { warmup, then };
    (0..steps).map(|step| config.pace(step, steps, 4, &Plateau::default()).rate).collect()
}

#[test]
fn warm_up_rises_in_a_line_and_then_the_curve_begins() {
    let rates = rates(0.3, Shape::Constant, 10);
    assert_eq!(rates[..4], [0.25, 0.5, 0.75, 1.0]);
    assert_eq!(rates[9], 1.0);
}

#[test]
fn steps_fall_every_so_many_epochs() {
    assert_eq!(rates(0.0, Shape::Step { epochs: 1.0, factor: 0.5 }, 9), [1., 1., 1., 1., 0.5, 0.5, 0.5, 0.5, 0.25]);
}

#[test]
fn a_cosine_goes_from_one_to_its_floor_and_restarts() {
    let one = rates(0.0, Shape::Cosine { floor: 0.1, restarts: 0 }, 11);
    assert_eq!(one[0], 1.0);
    assert!((one[5] - 0.55).abs() < 1e-12);
    assert!((one[10] - 0.1).abs() < 1e-12);
    let two = rates(0.0, Shape::Cosine { floor: 0.0, restarts: 1 }, 11);
    assert_eq!(two[5], 1.0);
    assert!(two[4] < 0.1 && two[10] < 1e-12);
}

#[test]
fn one_cycle_peaks_where_it_is_told_and_moves_momentum_against_the_rate() {
    let then = Shape::OneCycle { peak: 0.2, start: 0.04, end: 0.0, curve: Curve::Cosine, momentum: Some([0.95, 0.85]) };
    let config = Config { warmup: 0.0, then };
    let pace = |step| config.pace(step, 11, 4, &Plateau::default());
    for (step, rate, momentum) in [(0, 0.04, 0.95), (2, 1.0, 0.85), (10, 0.0, 0.95)] {
        let Pace { rate: found, momentum: moved } = pace(step);
        assert!((found - rate).abs() < 1e-9 && (moved.unwrap() - momentum).abs() < 1e-9, "{found} {moved:?}");
    }
}

#[test]
fn a_plateau_lowers_the_rate_when_patience_ends() {
    let shape = Shape::Plateau { factor: 0.1, patience: 1 };
    let mut plateau = Plateau::default();
    for score in [0.5, 0.6, 0.6] {
        plateau.observe(shape, score);
    }
    assert_eq!(plateau.factor, 1.0);
    plateau.observe(shape, 0.55);
    assert_eq!(plateau.factor, 0.1);
    plateau.observe(shape, 0.7);
    assert_eq!(plateau, Plateau { factor: 0.1, best: Some(0.7), waited: 0 });
}
