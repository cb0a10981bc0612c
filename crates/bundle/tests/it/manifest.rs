use chrono::{DateTime, Utc};
use podium_bundle::{LocalTime, Manifest, PrivateRelease, ReleaseAt, Text, dates};

pub(crate) const SOLAR: &str = r#"
slug = "solar-cells"
title = { en = "Solar cells: find the broken ones", ko = "태양전지: 불량 셀 찾기" }
summary = "Grade electroluminescence photographs of solar cells."
licence = "CC-BY-NC-SA-4.0"

[dates]
zone = "Asia/Seoul"
start = 2026-12-01T09:00:00
end = 2026-12-21T18:00:00
private_release = "host"

[task]
kind = "labels"
id = "id"
target = "label"
classes = ["mono-0", "mono-33"]
metric = "f1_macro"
show = ["accuracy"]

[split]
public = 0.3
group = "module"

[limits]
entries_per_day = 5
finals = 2
team_size = 5
file_bytes = 20_000_000

[[columns]]
file = "train.csv"
name = "label"
meaning = { en = "defect level and cell type", ko = "결함 등급과 셀 종류" }
values = "classes"
"#;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn dates(zone: &str, start: &str, end: &str) -> dates::Dates {
    dates::Dates {
        zone: zone.to_owned(),
        start: start.parse().unwrap(),
        end: end.parse().unwrap(),
        private_release: PrivateRelease::Host,
        entry_deadline: None,
        merge_deadline: None,
        freeze: None,
    }
}

#[test]
fn the_same_manifest_is_read_from_toml_and_from_json() {
    let from_toml: Manifest = toml::from_str(SOLAR).unwrap();
    let json = serde_json::to_value(&from_toml).unwrap();
    assert_eq!(json["dates"]["start"], "2026-12-01T09:00:00");
    assert_eq!(json["title"]["ko"], "태양전지: 불량 셀 찾기");
    let from_json: Manifest = serde_json::from_value(json).unwrap();
    assert_eq!(from_toml, from_json);
}

#[test]
fn a_plain_text_is_english() {
    let manifest: Manifest = toml::from_str(SOLAR).unwrap();
    assert_eq!(manifest.summary, Text::new("Grade electroluminescence photographs of solar cells."));
}

#[test]
fn an_unknown_key_is_refused_wherever_it_stands() {
    for (from, to) in [
        ("licence =", "license ="),
        ("zone =", "time_zone ="),
        ("metric =", "metrics ="),
        ("group =", "groups ="),
        ("finals =", "final ="),
        ("meaning =", "about ="),
        ("en =", "english ="),
    ] {
        let text = SOLAR.replacen(from, to, 1);
        assert!(toml::from_str::<Manifest>(&text).is_err(), "{to} was accepted");
    }
}

#[test]
fn limits_and_split_have_defaults() {
    let text: String = SOLAR.split("[split]").next().unwrap().to_owned();
    let manifest: Manifest = toml::from_str(&text).unwrap();
    assert_eq!(
        (manifest.split.public, manifest.limits.entries_per_day, manifest.limits.file_bytes),
        (0.3, 5, 20_000_000)
    );
}

#[test]
fn the_private_board_is_released_by_the_host_at_a_date_or_hours_after_the_end() {
    let with = |value: &str| {
        let manifest: Manifest =
            toml::from_str(&SOLAR.replace("private_release = \"host\"", &format!("private_release = {value}")))
                .unwrap();
        manifest.dates.instants().unwrap().release
    };
    assert_eq!(with("\"host\""), ReleaseAt::Host);
    assert_eq!(with("2026-12-22T09:00:00"), ReleaseAt::At(utc("2026-12-22T00:00:00Z")));
    assert_eq!(with("48"), ReleaseAt::At(utc("2026-12-23T09:00:00Z")));
}

#[test]
fn local_dates_are_instants_of_their_zone() {
    let instants = dates("Asia/Seoul", "2026-12-01T09:00:00", "2026-12-21T18:00:00").instants().unwrap();
    assert_eq!(instants.starts_at, utc("2026-12-01T00:00:00Z"));
    assert_eq!(instants.ends_at, utc("2026-12-21T09:00:00Z"));
}

#[test]
fn a_time_that_clocks_skip_is_refused_with_the_next_one() {
    let faults = dates("America/New_York", "2026-03-08T02:30:15", "2026-12-21T18:00:00").instants().unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(
        faults[0].to_string(),
        "2026-03-08T02:30:15 does not exist in America/New_York: clocks go forward over it; write 2026-03-08T03:00:00"
    );
}

#[test]
fn a_time_that_clocks_repeat_is_refused_with_the_times_around_it() {
    let faults = dates("America/New_York", "2026-03-01T09:00:00", "2026-11-01T01:30:00").instants().unwrap_err();
    assert_eq!(
        faults[0].to_string(),
        "2026-11-01T01:30:00 happens twice in America/New_York: clocks go back over it; \
         write a time before 2026-11-01T01:00:00 or from 2026-11-01T02:00:00 on"
    );
    assert_eq!(faults[0].key(), "end");
}

#[test]
fn an_unknown_zone_names_the_nearest() {
    for (written, meant) in [("Asia/Soul", "Asia/Seoul"), ("Seoul", "Asia/Seoul"), ("asia/seoul", "Asia/Seoul")] {
        let faults = dates(written, "2026-12-01T09:00:00", "2026-12-21T18:00:00").instants().unwrap_err();
        assert!(faults[0].to_string().contains(&format!("did you mean '{meant}'?")), "{}", faults[0]);
    }
}

#[test]
fn the_end_must_be_after_the_start_and_the_release_not_before_the_end() {
    let mut dates = dates("UTC", "2026-12-01T09:00:00", "2026-12-01T09:00:00");
    dates.private_release = PrivateRelease::At("2026-11-30T00:00:00".parse().unwrap());
    let keys: Vec<&str> = dates.instants().unwrap_err().iter().map(|fault| fault.key()).collect();
    assert_eq!(keys, ["end", "private_release"]);
}

#[test]
fn a_date_with_an_offset_or_without_a_time_says_what_to_write() {
    let error = "2026-12-01T09:00:00+09:00".parse::<LocalTime>().unwrap_err();
    assert!(error.en.ends_with("so write 2026-12-01T09:00:00"), "{error}");
    let error = "2026-12-01".parse::<LocalTime>().unwrap_err();
    assert!(error.en.ends_with("write 2026-12-01T09:00:00"), "{error}");
}
