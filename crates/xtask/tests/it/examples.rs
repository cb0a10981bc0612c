//! The example competitions are whole and give nothing away.

use std::collections::BTreeSet;
use std::fs;

use crate::workspace::root;

const PAGES: [&str; 6] = ["overview.md", "overview.ko.md", "data.md", "data.ko.md", "rules.md", "rules.ko.md"];

#[test]
fn every_demo_competition_has_its_pages_in_both_languages() {
    for slug in ["solar-cells", "flight-delays", "lecturers", "grocery-store", "grocery-mini"] {
        for file in PAGES.iter().chain(&["competition.toml"]) {
            let path = root().join("docs/examples").join(slug).join(file);
            assert!(path.is_file(), "{} is missing", path.display());
        }
    }
}

#[test]
fn pages_of_the_small_example_show_no_line_of_its_solution() {
    let folder = root().join("docs/examples/grocery-mini");
    let solution = fs::read_to_string(folder.join("solution.csv")).unwrap();
    let answers: BTreeSet<String> =
        solution.lines().skip(1).map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(answers.len(), 72);
    for page in PAGES {
        for line in fs::read_to_string(folder.join(page)).unwrap().lines() {
            assert!(!answers.contains(line.trim()), "{page} shows '{line}', which is the truth");
        }
    }
}
