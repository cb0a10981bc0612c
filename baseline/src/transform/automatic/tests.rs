use super::*;

fn picture() -> Picture {
    let pixels = (0..48 * 48).flat_map(|at| [(at % 48 * 5) as u8, (at / 48 * 4) as u8, (at % 97) as u8]).collect();
    Picture { width: 48, height: 48, channels: 3, pixels }
}

#[test]
fn every_operation_keeps_the_size_and_all_but_identity_change_the_picture() {
    for operation in Operation::ALL {
        let mut changed = picture();
        operation.apply(&mut changed, &mut Desk::default(), &Range::WIDE, 1.0, false, 0);
        assert_eq!((changed.width, changed.height, changed.pixels.len()), (48, 48, 48 * 48 * 3));
        assert_eq!(changed == picture(), operation == Operation::Identity, "{operation:?}");
    }
}

#[test]
fn without_strength_the_signed_operations_do_nothing() {
    for operation in Operation::ALL {
        if [Operation::AutoContrast, Operation::Equalize, Operation::Solarize].contains(&operation) {
            continue;
        }
        let mut changed = picture();
        operation.apply(&mut changed, &mut Desk::default(), &Range::USUAL, 0.0, true, 0);
        let most = changed.pixels.iter().zip(&picture().pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(most <= 1, "{operation:?}: {most}");
    }
}

#[test]
fn trivial_augment_draws_every_operation_equally_often() {
    let mut random = Random::new(&[6]);
    let mut counts = [0; 14];
    for _ in 0..14_000 {
        let drawn = Operation::draw(&mut random);
        counts[Operation::ALL.iter().position(|operation| *operation == drawn).unwrap()] += 1;
    }
    assert!(counts.iter().all(|count| (880..1120).contains(count)), "{counts:?}");
}

#[test]
fn rand_augment_is_the_same_for_the_same_stream() {
    let augment = RandAugment { count: 3, magnitude: 15, fill: 0 };
    let run = |seed| {
        let mut changed = picture();
        augment.apply(&mut changed, &mut Desk::default(), &mut Random::new(&[seed]));
        changed
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    assert!(RandAugment { count: 0, magnitude: 3, fill: 0 }.check().unwrap_err().contains("count = 0"));
    assert!(RandAugment { count: 2, magnitude: 31, fill: 0 }.check().unwrap_err().contains("magnitude = 31"));
}
