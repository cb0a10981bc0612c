//! `docs/INCIDENTS.md`: every incident once, in order, with tests that exist or a reason.

use std::fs;

use crate::asvs::{functions, root};

#[test]
fn every_incident_has_tests_that_exist_or_a_reason() {
    let text = fs::read_to_string(root().join("docs/INCIDENTS.md")).unwrap();
    let functions = functions();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| #"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 31);
    for (number, row) in (1..).zip(&rows) {
        let [id, place, what, tests, reason] = row[..] else { panic!("{row:?}: five columns") };
        assert_eq!(id, number.to_string());
        assert!(!place.is_empty() && !what.is_empty(), "{id}");
        for name in tests.split(", ").filter(|name| !name.is_empty()) {
            let name = name.trim_matches('`');
            assert!(functions.contains(name), "{id}: there is no test '{name}'");
        }
        assert!(reason.is_empty() || reason.ends_with('.'), "{id}: a sentence");
        assert!(!tests.is_empty() || !reason.is_empty(), "{id}: neither a test nor a reason");
    }
}
