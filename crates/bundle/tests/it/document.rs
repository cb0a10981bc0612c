use podium_bundle::document::Document;
use podium_bundle::finding::Code;

use crate::manifest::SOLAR;
use crate::sentences::says_both;

/// Code, line and column of each finding, and the message of the only one.
fn places(text: &str) -> Vec<(Code, u64, u64)> {
    let (_, _, findings) = Document::parse(text);
    findings.iter().for_each(|finding| says_both(&finding.message));
    findings.iter().map(|f| (f.code, f.line.unwrap(), f.column.unwrap())).collect()
}

fn only(text: &str) -> String {
    let (_, manifest, findings) = Document::parse(text);
    assert!(manifest.is_none());
    assert_eq!(findings.len(), 1, "{findings:?}");
    says_both(&findings[0].message);
    findings[0].to_string()
}

#[test]
fn a_document_without_faults_is_a_manifest() {
    let (_, manifest, findings) = Document::parse(SOLAR);
    assert_eq!(findings, []);
    assert_eq!(manifest.unwrap(), toml::from_str(SOLAR).unwrap());
}

#[test]
fn every_fault_of_form_is_said_at_once_with_its_place() {
    let text = SOLAR
        .replace("licence =", "license =")
        .replace("metric = \"f1_macro\"", "metric = 3")
        .replace("finals = 2", "finals = 0")
        .replace("start = 2026-12-01T09:00:00", "start = 2026-12-01");
    assert_eq!(
        places(&text),
        [
            (Code::MissingKey, 1, 1),
            (Code::UnknownKey, 5, 1),
            (Code::BadDate, 9, 9),
            (Code::BadValue, 18, 10),
            (Code::BadValue, 27, 10),
        ]
    );
}

#[test]
fn an_unknown_key_names_the_nearest_or_its_table() {
    let message = only(&SOLAR.replace("zone = \"Asia/Seoul\"", "timezone = \"Asia/Seoul\""));
    assert_eq!(
        message,
        "error: competition.toml, line 8, column 1: unknown key 'timezone' in [dates]; did you mean 'zone'?"
    );
    let message = only(&SOLAR.replace("public = 0.3", "team_size = 3"));
    assert!(message.ends_with("unknown key 'team_size' in [split]; move it to [limits]"), "{message}");
}

#[test]
fn broken_toml_says_the_line() {
    let message = only(&SOLAR.replace("slug = \"solar-cells\"", "slug = \"solar-cells"));
    assert!(message.starts_with("error: competition.toml, line 2, column "), "{message}");
}

#[test]
fn a_missing_table_is_named() {
    let message = only(SOLAR.split("[task]").next().unwrap());
    assert!(message.ends_with("the table [task] is missing; add it"), "{message}");
}

#[test]
fn a_wrong_word_lists_the_right_ones() {
    let message = only(&SOLAR.replace("kind = \"labels\"", "kind = \"label\""));
    assert!(
        message.contains("'label' is no task.kind; did you mean 'labels'? write one of labels, probability"),
        "{message}"
    );
    let message = only(&SOLAR.replace("values = \"classes\"", "values = \"class\""));
    assert!(message.contains("did you mean 'classes'?"), "{message}");
}

#[test]
fn keys_of_the_form_and_of_the_types_are_the_same() {
    // Every key, each with a value of its shape: what the form lets through, serde must take.
    let text = r#"
slug = "all-keys"
title = { en = "t", ko = "ㅌ" }
summary = { en = "s", ko = "ㅅ" }
licence = "MIT"
dates = { zone = "UTC", start = "2026-12-01 09:00", end = 2026-12-21T18:00:00, private_release = 24 }
task = { kind = "numbers", id = "id", target = ["x", "y"], positive = "a", classes = ["a"], metric = "rmse", show = ["mae"] }
split = { public = 0.3, group = "g" }
limits = { entries_per_day = 1, finals = 1, team_size = 1, file_bytes = 1 }
pages = [{ name = "baseline", visible_from = 2026-12-08T09:00:00 }]
files = [{ path = "b.zip", visible_from = "2026-12-08T09:00:00" }]
columns = [{ file = "a.csv", name = "n", meaning = "m", values = ["1"], unit = "kg", range = [0, 1.5], pattern = "a+" }]
"#;
    let (_, manifest, findings) = Document::parse(text);
    assert_eq!(findings, []);
    // No field is left at its default, so no key of the types is missing above.
    let json = serde_json::to_value(manifest.unwrap()).unwrap();
    let mut leaves = Vec::new();
    collect_keys(&json, "", &mut leaves);
    let expected = "columns[0].file columns[0].meaning columns[0].name columns[0].pattern columns[0].range \
                    columns[0].unit columns[0].values dates.end dates.private_release dates.start dates.zone \
                    files[0].path files[0].visible_from licence limits.entries_per_day limits.file_bytes limits.finals \
                    limits.team_size pages[0].name pages[0].visible_from slug split.group split.public summary \
                    task.classes task.id task.kind task.metric task.positive task.show task.target title";
    assert_eq!(leaves.join(" "), expected);
}

fn collect_keys(value: &serde_json::Value, path: &str, leaves: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) if !map.contains_key("en") => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect_keys(value, &path, leaves);
            }
        }
        serde_json::Value::Array(items) if items.iter().any(serde_json::Value::is_object) => {
            for (i, item) in items.iter().enumerate() {
                collect_keys(item, &format!("{path}[{i}]"), leaves);
            }
        }
        _ => leaves.push(path.to_owned()),
    }
}
