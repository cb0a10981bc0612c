use proptest::prelude::*;

use super::{Scored, Ties, best_of_each, finals, rank};
use crate::metric::Direction::{Maximize, Minimize};

fn entry(team: u32, score: f64, accepted_at: i64) -> Scored<u32> {
    Scored { team, score, accepted_at }
}

fn places(ranked: &[super::Ranked<u32>]) -> Vec<(usize, u32)> {
    ranked.iter().map(|ranked| (ranked.rank, ranked.entry.team)).collect()
}

#[test]
fn the_earlier_of_equal_scores_stands_higher() {
    let entries = [entry(1, 0.5, 30), entry(2, 0.9, 20), entry(3, 0.5, 10)];
    assert_eq!(places(&rank(Maximize, Ties::EarlierFirst, entries)), [(1, 2), (2, 3), (3, 1)]);
}

#[test]
fn shared_ranks_skip_the_next_places() {
    let entries = [entry(1, 0.9, 1), entry(2, 0.5, 3), entry(3, 0.5, 2), entry(4, 0.1, 4)];
    assert_eq!(places(&rank(Maximize, Ties::Shared, entries)), [(1, 1), (2, 3), (2, 2), (4, 4)]);
}

#[test]
fn less_is_better_for_errors() {
    let entries = [entry(1, 3.0, 1), entry(2, 1.0, 2), entry(3, 2.0, 3)];
    assert_eq!(places(&rank(Minimize, Ties::EarlierFirst, entries)), [(1, 2), (2, 3), (3, 1)]);
}

#[test]
fn a_score_that_is_not_finite_never_ranks() {
    let entries = [entry(1, f64::NAN, 1), entry(2, f64::INFINITY, 2), entry(3, 0.1, 3), entry(4, f64::NEG_INFINITY, 4)];
    assert_eq!(places(&rank(Maximize, Ties::EarlierFirst, entries.clone())), [(1, 3)]);
    assert_eq!(best_of_each(Minimize, entries).len(), 1);
}

#[test]
fn both_zeros_are_one_score() {
    let entries = [entry(1, 0.0, 2), entry(2, -0.0, 1)];
    assert_eq!(places(&rank(Maximize, Ties::Shared, entries)), [(1, 2), (1, 1)]);
}

#[test]
fn a_team_counts_with_its_best_and_of_equal_ones_its_earlier() {
    let best = best_of_each(Maximize, [entry(1, 0.7, 1), entry(1, 0.8, 3), entry(1, 0.8, 2), entry(2, 0.1, 4)]);
    assert_eq!(best, [entry(1, 0.8, 2), entry(2, 0.1, 4)]);
}

#[test]
fn unchosen_finals_are_filled_by_the_best_shown_scores() {
    let shown = [entry(1, 0.2, 1), entry(1, 0.9, 2), entry(1, 0.9, 3), entry(1, f64::NAN, 4)];
    assert_eq!(finals(Maximize, &shown, &[], 2), [1, 2]);
    assert_eq!(finals(Maximize, &shown, &[0], 2), [0, 1]);
    assert_eq!(finals(Maximize, &shown, &[0, 0, 2], 2), [0, 2]);
    assert_eq!(finals(Maximize, &shown[..1], &[], 2), [0]);
    assert_eq!(finals(Maximize, &shown, &[7], 1), [1]);
}

proptest! {
    #[test]
    fn the_order_of_the_entries_does_not_matter(scores in prop::collection::vec((0_u32..9, 0_u8..5, 0_i64..4), 0..30)) {
        let entries: Vec<_> = scores.iter().map(|&(team, score, at)| entry(team, f64::from(score), at)).collect();
        let mut reversed = entries.clone();
        reversed.reverse();
        for ties in [Ties::EarlierFirst, Ties::Shared] {
            let forward = rank(Maximize, ties, best_of_each(Maximize, entries.clone()));
            prop_assert_eq!(&forward, &rank(Maximize, ties, best_of_each(Maximize, reversed.clone())));
            prop_assert!(forward.windows(2).all(|pair| pair[0].entry.score >= pair[1].entry.score && pair[0].rank <= pair[1].rank));
        }
    }
}
