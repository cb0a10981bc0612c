use proptest::prelude::*;

use super::ExactSum;

fn exact(terms: &[f64]) -> f64 {
    terms.iter().copied().collect::<ExactSum>().total()
}

#[test]
fn terms_that_cancel_leave_what_is_left() {
    assert_eq!(exact(&[1e308, 1.0, -1e308]), 1.0);
    assert_eq!(exact(&[1e16, 1.0, 1.0, -1e16]), 2.0);
    assert_eq!(exact(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
    assert_eq!(exact(&[5e-324, 5e-324]), 1e-323);
    assert_eq!(exact(&[]), 0.0);
    assert_eq!(exact(&[-0.1, 0.1]), 0.0);
}

#[test]
fn halves_round_to_even() {
    let unit = f64::EPSILON / 2.0;
    assert_eq!(exact(&[1.0, unit]), 1.0);
    assert_eq!(exact(&[1.0, unit, 5e-324]), 1.0 + f64::EPSILON);
    assert_eq!(exact(&[1.0 + f64::EPSILON, unit]), 1.0 + 2.0 * f64::EPSILON);
    assert_eq!(exact(&[f64::MAX, f64::MAX]), f64::INFINITY);
}

#[test]
fn a_non_finite_term_stays() {
    assert_eq!(exact(&[1.0, f64::INFINITY, -1.0]), f64::INFINITY);
    assert!(exact(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    assert!(exact(&[f64::NAN, 1.0]).is_nan());
}

#[test]
fn a_million_tenths_round_once() {
    // A tenth is 0x1999999999999A * 2^-56; a million of them make an integer multiple that rounds to 100000 + 5.55e-12.
    let total = exact(&vec![0.1; 1_000_000]);
    assert_eq!(total, 100_000.0);
}

fn any_finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |value| value.is_finite())
}

proptest! {
    #[test]
    fn order_and_partition_do_not_matter(terms in prop::collection::vec(any_finite(), 0..60), cut in 0_usize..60) {
        let forward = exact(&terms);
        let mut reversed = terms.clone();
        reversed.reverse();
        prop_assert_eq!(forward.to_bits(), exact(&reversed).to_bits());
        let (left, right) = terms.split_at(cut.min(terms.len()));
        let mut merged: ExactSum = left.iter().copied().collect();
        merged.merge(&right.iter().copied().collect());
        prop_assert_eq!(forward.to_bits(), merged.total().to_bits());
    }

    #[test]
    fn two_terms_add_as_the_hardware_adds(a in any_finite(), b in any_finite()) {
        prop_assert_eq!(exact(&[a, b]), a + b);
        prop_assert_eq!(exact(&[a]), a);
    }

    #[test]
    fn integers_add_exactly(terms in prop::collection::vec(-(1_i64 << 52)..(1_i64 << 52), 0..100)) {
        let floats: Vec<f64> = terms.iter().map(|&term| term as f64).collect();
        let sum: i64 = terms.iter().sum();
        // `as f64` rounds an integer once, to the nearest, ties to even.
        prop_assert_eq!(exact(&floats), sum as f64);
    }

    #[test]
    fn the_pair_carries_what_one_float_drops(a in -1e10_f64..1e10, b in -1e-8_f64..1e-8) {
        let (high, low) = [a, b].into_iter().collect::<ExactSum>().total_pair();
        prop_assert_eq!(high, a + b);
        let two_sum_error = { let bb = high - a; (a - (high - bb)) + (b - bb) };
        prop_assert_eq!(low, two_sum_error);
    }
}
