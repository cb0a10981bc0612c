use std::collections::HashMap;

use super::*;

fn rule(public: f64) -> SplitRule {
    SplitRule { public, group: None, key: SplitKey::new([7; 32]) }
}

fn public_ids(rule: &SplitRule, rows: &[(String, u32)]) -> Vec<String> {
    let strata: Vec<u32> = rows.iter().map(|(_, stratum)| *stratum).collect();
    let usage = rule.split(rows.iter().map(|(id, _)| id.as_str()), Some(&strata), None, &[]);
    let mut ids: Vec<String> =
        rows.iter().zip(usage).filter(|(_, usage)| *usage == Usage::Public).map(|((id, _), _)| id.clone()).collect();
    ids.sort();
    ids
}

fn rows(count: u32) -> Vec<(String, u32)> {
    (0..count).map(|row| (format!("row{row}"), row % 7 % 3)).collect()
}

#[test]
fn each_class_has_its_share_rounded_up() {
    let rows = rows(1_000);
    let public = public_ids(&rule(0.3), &rows);
    let class: HashMap<&str, u32> = rows.iter().map(|(id, class)| (id.as_str(), *class)).collect();
    for wanted in 0..3 {
        let all = rows.iter().filter(|(_, class)| *class == wanted).count();
        let chosen = public.iter().filter(|id| class[id.as_str()] == wanted).count();
        assert_eq!(chosen, (0.3 * all as f64).ceil() as usize);
    }
}

#[test]
fn a_rounding_error_is_no_further_row() {
    // 0.3 * 10 and 0.07 * 100 come out just above the whole number in floats.
    for (share, count, public) in [(0.3, 10, 3), (0.07, 100, 7), (0.3, 11, 4), (0.5, 1, 1), (0.1, 1_000_000, 100_000)] {
        assert_eq!(public_count(share, count), public, "{share} of {count}");
    }
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let mut rows = rows(500);
    let public = public_ids(&rule(0.3), &rows);
    rows.reverse();
    assert_eq!(public_ids(&rule(0.3), &rows), public);
}

#[test]
fn a_further_row_moves_at_most_one_other_of_its_class() {
    let mut rows = rows(500);
    let before = public_ids(&rule(0.3), &rows);
    rows.push(("one more".to_owned(), 1));
    let after = public_ids(&rule(0.3), &rows);
    let moved = before.iter().filter(|id| !after.contains(id)).count();
    let joined = after.iter().filter(|id| !before.contains(id) && *id != "one more").count();
    assert!(moved + joined <= 1, "{moved} left, {joined} joined");
}

#[test]
fn another_key_is_another_split_and_debug_hides_it() {
    let other = SplitRule { key: SplitKey::new([8; 32]), ..rule(0.3) };
    assert_ne!(public_ids(&other, &rows(500)), public_ids(&rule(0.3), &rows(500)));
    assert!(!format!("{other:?}").contains('8'));
}

#[test]
fn the_hash_is_hmac_sha256() {
    // RFC 4231 has no key of 32 bytes; the value is from Python's hmac module.
    let hash = SplitKey::new([11; 32]).hash("Hi There");
    assert_eq!(hash[..4], [0x19, 0x8a, 0x60, 0x7e]);
}

#[test]
fn a_group_is_wholly_on_one_side() {
    let names: Vec<String> = (0..100).map(|group| format!("group{group}")).collect();
    let groups: Vec<u32> = (0..1_000).map(|row| row % 100).collect();
    let ids: Vec<String> = (0..1_000).map(|row| row.to_string()).collect();
    let usage = rule(0.3).split(ids.iter().map(String::as_str), None, Some(&groups), &names);
    let mut side: HashMap<u32, Usage> = HashMap::new();
    for (&group, &usage) in groups.iter().zip(&usage) {
        assert_eq!(*side.entry(group).or_insert(usage), usage);
    }
    assert_eq!(side.values().filter(|usage| **usage == Usage::Public).count(), 30);
}

#[test]
fn the_most_frequent_class_of_a_group_is_its_class() {
    assert_eq!(most_frequent(&mut [2, 1, 2, 1, 3]), 1);
    assert_eq!(most_frequent(&mut [3, 3, 1]), 3);
    assert_eq!(most_frequent(&mut []), 0);
}
