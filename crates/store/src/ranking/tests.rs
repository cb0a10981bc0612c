use super::{Candidate, Ties, finals, ranks};
use crate::types::UtcTime;

fn entry(is_chosen: bool, score: f64, second: i64) -> Candidate {
    Candidate {
        is_chosen,
        sort_key: score.try_into().unwrap(),
        accepted_at: UtcTime::from_micros(second * 1_000_000).unwrap(),
    }
}

#[test]
fn empty_slots_are_filled_by_the_best_public_score_the_earlier_first() {
    let entries = [entry(false, 0.5, 3), entry(false, 0.9, 2), entry(false, 0.9, 1), entry(false, 0.1, 0)];
    assert_eq!(finals(&entries, 2), [2, 1]);
    assert_eq!(finals(&entries, 3), [2, 1, 0]);
    assert_eq!(finals(&entries, 9), [2, 1, 0, 3]);
    assert_eq!(finals(&[], 2), [0_usize; 0]);
}

#[test]
fn chosen_entries_count_before_better_ones() {
    let entries = [entry(true, 0.1, 0), entry(false, 0.9, 1), entry(false, 0.8, 2)];
    assert_eq!(finals(&entries, 1), [0]);
    assert_eq!(finals(&entries, 2), [0, 1]);
}

#[test]
fn of_too_many_chosen_entries_the_best_count() {
    let entries = [entry(true, 0.1, 0), entry(true, 0.3, 1), entry(true, 0.2, 2), entry(false, 0.9, 3)];
    assert_eq!(finals(&entries, 2), [1, 2]);
}

#[test]
fn equal_scores_share_a_rank_or_the_earlier_stands_higher() {
    let rows = || [(9, true), (8, true), (8, false), (8, true), (7, true), (7, false), (7, true), (6, true)];
    let earlier = [Some(1), Some(2), None, Some(3), Some(4), None, Some(5), Some(6)];
    assert_eq!(ranks(Ties::EarlierFirst, rows()), earlier);
    assert_eq!(ranks(Ties::Shared, rows()), [Some(1), Some(2), None, Some(2), Some(4), None, Some(4), Some(6)]);
}
