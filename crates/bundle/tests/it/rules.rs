//! What a manifest must satisfy by itself; the server answers with the same.

use podium_bundle::Manifest;
use podium_bundle::finding::Severity;

use crate::sentences::says_both;
use crate::sets::MANIFEST;

/// The only error of the clean manifest with one change: its key and its message.
#[track_caller]
fn fault(from: &str, to: &str) -> (String, String) {
    assert!(MANIFEST.contains(from), "{from}");
    let manifest: Manifest = toml::from_str(&MANIFEST.replacen(from, to, 1)).unwrap();
    let errors: Vec<_> = manifest.faults().into_iter().filter(|fault| fault.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    says_both(&errors[0].message);
    (errors[0].key.clone(), errors[0].message.en.clone())
}

#[test]
fn a_clean_manifest_has_no_fault() {
    let manifest: Manifest = toml::from_str(MANIFEST).unwrap();
    assert_eq!(manifest.faults(), []);
}

#[test]
fn a_slug_must_fit_an_address() {
    let (key, message) = fault("slug = \"animals\"", "slug = \"Wild Animals!\"");
    assert_eq!(key, "slug");
    assert!(message.ends_with("for example 'wild-animals'"), "{message}");
    assert_eq!(fault("slug = \"animals\"", "slug = \"new\"").0, "slug");
}

#[test]
fn texts_must_be_there_and_fit_a_line() {
    assert_eq!(fault("en = \"Animals\"", "en = \" \"").0, "title");
    assert_eq!(fault("en = \"Animals\"", &format!("en = \"{}\"", "x".repeat(121))).0, "title");
    assert_eq!(fault("licence = \"MIT\"", "licence = \"\"").0, "licence");
}

#[test]
fn the_rules_cannot_be_hidden_until_later() {
    let (key, message) = fault("[task]", "[[pages]]\nname = \"rules\"\nvisible_from = 2026-12-08T09:00:00\n\n[task]");
    assert_eq!(key, "pages[0].visible_from");
    assert!(message.ends_with("leave visible_from out"), "{message}");
}

#[test]
fn a_share_in_per_cent_says_what_was_meant() {
    let (key, message) = fault("public = 0.3", "public = 30");
    assert_eq!(key, "split.public");
    assert!(message.ends_with("write a number between 0 and 1, for example 0.3"), "{message}");
}

#[test]
fn a_repeated_class_is_named_where_it_is_repeated() {
    let (key, message) = fault("\"dog\", \"owl\"", "\"dog\", \"owl\", \"dog\"");
    assert_eq!(key, "task.classes[3]");
    assert!(message.contains("'dog'") && message.ends_with("keep one"), "{message}");
}

#[test]
fn a_positive_class_must_be_one_of_the_classes() {
    let (key, message) = fault("metric = \"accuracy\"", "metric = \"f1_binary\"\npositive = \"dogs\"");
    assert_eq!(key, "task.positive");
    assert!(message.contains("did you mean 'dog'?"), "{message}");
}

#[test]
fn a_metric_beside_must_be_of_the_same_kind() {
    let (key, message) = fault("metric = \"accuracy\"", "metric = \"accuracy\"\nshow = [\"mcc\", \"rmse\"]");
    assert_eq!(key, "task.show[1]");
    assert!(message.contains("rmse"), "{message}");
}

#[test]
fn limits_have_ends() {
    let (key, message) = fault("[split]", "[limits]\nentries_per_day = 5000\n\n[split]");
    assert_eq!(key, "limits.entries_per_day");
    assert!(message.ends_with("write a number from 1 to 1000"), "{message}");
}

#[test]
fn a_pattern_must_be_a_regular_expression_and_match_whole_values() {
    let (key, message) = fault("pattern = \"[0-9a-f]{12}\"", "pattern = \"[0-9a-f{12}\"");
    assert_eq!(key, "columns[0].pattern");
    assert!(message.contains("is not a regular expression"), "{message}");
    assert_eq!(fault("pattern = \"[0-9a-f]{12}\"", "pattern = \"a)|(b\"").0, "columns[0].pattern");
    assert!(!podium_bundle::rules::whole_value("a|b").unwrap().is_match("ab"));
}

#[test]
fn a_range_begins_with_the_least_number() {
    assert_eq!(fault("range = [0, 10]", "range = [10, 0]").0, "columns[1].range");
}

#[test]
fn a_column_is_described_once() {
    assert_eq!(fault("name = \"size\"", "name = \" ID \"").0, "columns[1].name");
}

#[test]
fn a_page_that_appears_at_no_time_is_refused() {
    let page = "[[pages]]\nname = \"baseline\"\nvisible_from = 2026-03-08T02:30:00\n\n[split]";
    let text = MANIFEST.replacen("[split]", page, 1).replacen("Asia/Seoul", "America/New_York", 1);
    let manifest: Manifest = toml::from_str(&text).unwrap();
    let faults = manifest.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].key, "pages[0].visible_from");
}

#[test]
fn a_choice_names_a_bracket_that_is_declared() {
    let fields = |bracket: &str| {
        format!(
            "\n[[brackets]]\nname = \"student\"\ntitle = \"Students\"\n[[fields]]\nname = \"status\"\nlabel = \"You are\"\n\
             choices = [{{ value = \"student\", bracket = \"{bracket}\" }}, {{ value = \"staff\" }}]\n"
        )
    };
    let faults = |more: &str| toml::from_str::<Manifest>(&format!("{MANIFEST}{more}")).unwrap().faults();
    assert_eq!(faults(&fields("student")), []);
    let found = faults(&fields("pupil"));
    assert_eq!(found[0].key, "fields[0].choices[0].bracket");
    assert_eq!(faults("\n[participants]\ndomains = [\"@example.org\"]\n")[0].key, "participants.domains[0]");
}

#[test]
fn answers_are_read_by_the_fields_that_are_asked() {
    let fields = "\n[[brackets]]\nname = \"student\"\ntitle = \"Students\"\n[[fields]]\nname = \"department\"\n\
                  label = \"Department\"\n[[fields]]\nname = \"status\"\nlabel = \"You are\"\nrequired = false\n\
                  choices = [{ value = \"student\", bracket = \"student\" }, { value = \"staff\" }]\n";
    let manifest: Manifest = toml::from_str(&format!("{MANIFEST}{fields}")).unwrap();
    let read = |given: &[(&str, &str)]| {
        manifest.read_answers(&given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    };
    let answers = read(&[("department", " Vision "), ("status", "student")]).unwrap();
    assert_eq!((answers.values["department"].as_str(), answers.bracket.as_deref()), ("Vision", Some("student")));
    assert_eq!(read(&[("department", "Vision")]).unwrap().bracket, None);
    let faults = read(&[("status", "pupil"), ("age", "9")]).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.field()).collect::<Vec<_>>(), ["age", "department", "status"]);
    assert_eq!(read(&[("department", "a\nb")]).unwrap_err().len(), 1);
}
