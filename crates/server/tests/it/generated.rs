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
