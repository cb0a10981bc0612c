//! What is made from the code and committed beside it is current.

use std::path::Path;

use podium_server::{app, config, metric_docs, problem};

#[track_caller]
fn is_current(file: &str, text: &str, command: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(file);
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == text, "docs/{file} is not current; run: podium {command} > docs/{file}");
}

#[test]
fn the_openapi_document_is_current() {
    is_current("openapi.json", &(app::openapi().to_pretty_json().unwrap() + "\n"), "openapi");
}

#[test]
fn the_table_of_problems_is_current() {
    is_current("errors.md", &problem::markdown(), "docs errors");
}

#[test]
fn the_table_of_settings_is_current() {
    is_current("config.md", &config::markdown(), "docs config");
}

#[test]
fn the_catalogue_of_metrics_is_current() {
    is_current("metrics.md", &metric_docs::markdown().unwrap(), "docs metrics");
}

#[test]
fn every_reference_of_the_openapi_document_leads_somewhere() {
    fn references(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                found.extend(members.get("$ref").and_then(|to| to.as_str()).map(str::to_owned));
                members.values().for_each(|member| references(member, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = serde_json::to_value(podium_server::app::openapi()).unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    found.retain(|to| document.pointer(to.trim_start_matches('#')).is_none());
    assert_eq!(found, Vec::<String>::new());
}
