//! `docs/asvs.tsv`: every requirement once, in order, with a test that exists or a reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            *text += &fs::read_to_string(&path).unwrap();
        }
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The names of all functions, tests among them.
pub(crate) fn functions() -> BTreeSet<String> {
    let mut code = String::new();
    sources(&root().join("crates"), &mut code);
    code.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<', ' ']).next()).map(str::to_owned).collect()
}

fn rows() -> Vec<(String, u8, String, String)> {
    let text = fs::read_to_string(root().join("docs/asvs.tsv")).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 4, "{line}");
        (fields[0].to_owned(), fields[1].parse().unwrap(), fields[2].to_owned(), fields[3].to_owned())
    });
    rows.collect()
}

#[test]
fn every_requirement_stands_once_and_in_order() {
    let numbers: Vec<Vec<u32>> =
        rows().iter().map(|(id, ..)| id.split('.').map(|part| part.parse().unwrap()).collect()).collect();
    assert!(numbers.iter().all(|number| number.len() == 3));
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "sorted, each once");
    assert!(numbers.len() > 150, "{}", numbers.len());
}

#[test]
fn every_requirement_has_a_test_that_exists_or_a_reason() {
    let functions = functions();
    for (id, level, status, evidence) in rows() {
        assert!((1..=3).contains(&level), "{id}");
        match status.as_str() {
            "test" => {
                for name in evidence.split(", ") {
                    assert!(functions.contains(name), "{id}: there is no test '{name}'");
                }
            }
            "design" | "not_applicable" | "open" => assert!(evidence.ends_with('.'), "{id}: a sentence"),
            other => panic!("{id}: '{other}' is no status"),
        }
    }
}
