use std::str::FromStr;

use chrono::{DateTime, TimeDelta};

use super::*;

fn at(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

#[test]
fn instants_are_cut_to_microseconds() {
    let nanos = DateTime::parse_from_rfc3339("2026-12-01T09:00:00.123456789+09:00").unwrap().to_utc();
    assert_eq!(UtcTime::new(nanos).unwrap().to_string(), "2026-12-01T00:00:00.123456Z");
    assert_eq!(at("2026-12-01T00:00:00Z").to_string(), "2026-12-01T00:00:00Z");
}

#[test]
fn instants_outside_four_digit_years_are_refused() {
    assert_eq!(UtcTime::from_micros(i64::MAX), Err(TimeError::OutOfRange));
    assert_eq!(UtcTime::from_str("yesterday"), Err(TimeError::NotRfc3339("yesterday".to_owned())));
    let last = at("9999-12-31T23:59:59.999999Z");
    assert_eq!(last.next(), last);
    assert_eq!(at("2026-01-01T00:00:00Z").plus(TimeDelta::MAX), last);
    assert_eq!(at("2026-01-01T00:00:00Z").plus(TimeDelta::MIN).to_string(), "0001-01-01T00:00:00Z");
}

#[test]
fn a_leap_second_stays_in_its_second() {
    let leap = DateTime::parse_from_rfc3339("2016-12-31T23:59:60.5Z").unwrap().to_utc();
    assert_eq!(UtcTime::new(leap).unwrap().to_string(), "2016-12-31T23:59:59.999999Z");
}

#[test]
fn the_day_is_that_of_the_zone() {
    let time = at("2026-12-01T15:00:00Z");
    assert_eq!(zone("UTC").day_of(time).to_string(), "2026-12-01");
    assert_eq!(zone("Asia/Seoul").day_of(time).to_string(), "2026-12-02");
    assert_eq!(zone("Asia/Seoul").day_of(at("2026-12-01T14:59:59.999999Z")).to_string(), "2026-12-01");
    assert_eq!(zone("Asia/Seoul").next_day(at("2026-12-01T14:59:59.999999Z")), time);
}

#[test]
fn a_day_of_changing_clocks_ends_at_its_own_midnight() {
    // Berlin's 29 March 2026 has 23 hours, its 25 October 25.
    let berlin = zone("Europe/Berlin");
    assert_eq!(berlin.next_day(at("2026-03-28T23:00:00Z")), at("2026-03-29T22:00:00Z"));
    assert_eq!(berlin.next_day(at("2026-10-24T22:00:00Z")), at("2026-10-25T23:00:00Z"));
}

#[test]
fn where_midnight_is_skipped_the_day_begins_at_the_first_minute_that_exists() {
    // São Paulo, 4 November 2018: 00:00 became 01:00 (02:00 UTC became 03:00 UTC is the same instant).
    assert_eq!(zone("America/Sao_Paulo").next_day(at("2018-11-03T12:00:00Z")), at("2018-11-04T03:00:00Z"));
    // Apia had no 30 December 2011.
    assert_eq!(zone("Pacific/Apia").next_day(at("2011-12-29T12:00:00Z")), at("2011-12-30T10:00:00Z"));
}

#[test]
fn where_midnight_repeats_the_day_begins_at_the_first() {
    // Havana, 1 November 2026: 01:00 becomes 00:00; midnight is 04:00 UTC and again 05:00 UTC.
    assert_eq!(zone("America/Havana").next_day(at("2026-10-31T12:00:00Z")), at("2026-11-01T04:00:00Z"));
}

#[test]
fn hashes_are_64_hex_digits() {
    let text = "00ff".repeat(16);
    assert_eq!(Sha256::from_str(&text).unwrap().to_string(), text);
    for wrong in ["", "00", &"0g".repeat(32), &"é".repeat(32), &"+1".repeat(32)] {
        assert_eq!(Sha256::from_str(wrong), Err(WrongHash), "{wrong}");
    }
}

#[test]
fn text_with_nul_is_refused() {
    assert_eq!(Text::new("a\0b"), Err(TextError::Nul));
    assert_eq!(Text::lossy("a\0b").as_str(), "a\u{fffd}b");
}

#[test]
fn names_that_look_alike_fold_to_the_same_key() {
    for name in ["Ada Lovelace", " ada  lovelace ", "ＡＤＡ\u{3000}ＬＯＶＥＬＡＣＥ", "ada\tlovelace"] {
        assert_eq!(fold_name(name), "ada lovelace", "{name:?}");
    }
    // macOS writes Korean in parts.
    assert_eq!(fold_name("한글"), fold_name("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"));
    assert_ne!(fold_name("ada"), fold_name("add"));
}

#[test]
fn slugs_are_safe_in_addresses() {
    for fits in ["ab", "solar-cells", "2026", "a--b"] {
        assert!(Slug::from_str(fits).is_ok(), "{fits}");
    }
    for wrong in ["", "a", "-a", "a-", "A-b", "a b", "a/b", "é1", &"a".repeat(65)] {
        assert!(Slug::from_str(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_unknown_word_is_answered_with_the_known_ones() {
    let error = UserRole::from_str("root").unwrap_err();
    assert_eq!(error.to_string(), "'root' is not one of: participant, host, admin");
}
