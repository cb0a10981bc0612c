//! The direction of the workspace: which crate may know which.

use std::collections::{BTreeMap, BTreeSet};

use crate::workspace::{list, members, metadata, text};

/// Every edge that is allowed. A crate that is not here may not exist.
const ALLOWED: [(&str, &[&str]); 7] = [
    ("podium-baseline", &["podium-client", "podium-scoring"]),
    ("podium-scoring", &[]),
    ("podium-bundle", &["podium-scoring"]),
    ("podium-store", &[]),
    ("podium-client", &[]),
    ("podium-server", &["podium-bundle", "podium-client", "podium-scoring", "podium-store"]),
    ("xtask", &[]),
];

/// What must not become part of a crate by any way, by the beginning of its name.
const FAR_AWAY: [(&str, &[&str]); 5] = [
    ("podium-scoring", &["actix", "diesel", "tokio", "ureq", "utoipa", "tch", "torch-sys"]),
    ("podium-bundle", &["actix", "diesel", "tokio", "ureq", "tch", "torch-sys"]),
    ("podium-store", &["actix", "ureq", "utoipa", "csv", "tch", "torch-sys"]),
    ("podium-client", &["actix", "diesel", "tch", "torch-sys"]),
    ("podium-server", &["tch", "torch-sys"]),
];

#[test]
fn crates_know_only_the_crates_they_may_know() {
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    let members = members();
    assert_eq!(members.keys().collect::<Vec<_>>(), allowed.keys().collect::<Vec<_>>(), "crates of the workspace");
    for (name, package) in &members {
        for dependency in list(&package["dependencies"]).filter(|dependency| !dependency["path"].is_null()) {
            let other = text(&dependency["name"]);
            // A crate's tests may use its own `testing` feature.
            let is_itself = other == *name && dependency["kind"] == "dev";
            assert!(is_itself || allowed[name].contains(&other), "{name} must not depend on {other}");
        }
    }
}

#[test]
fn libraries_stay_away_from_crates_that_they_must_not_reach() {
    for (name, forbidden) in FAR_AWAY {
        let reached = reached(name);
        assert!(reached.len() > 1, "{name} reaches nothing: the walk is broken");
        for other in reached {
            let is_forbidden = forbidden.iter().any(|prefix| other.starts_with(prefix));
            assert!(!is_forbidden, "{other} is part of {name}; `cargo tree -p {name} -i {other}` shows how");
        }
    }
}

/// Names of all packages that are part of a crate outside its tests.
fn reached(name: &str) -> BTreeSet<&'static str> {
    let names: BTreeMap<&str, &str> =
        list(&metadata()["packages"]).map(|package| (text(&package["id"]), text(&package["name"]))).collect();
    let nodes: BTreeMap<&str, _> =
        list(&metadata()["resolve"]["nodes"]).map(|node| (text(&node["id"]), node)).collect();
    let mut waiting = vec![text(&members()[name]["id"])];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            let outside_tests = list(&nodes[id]["deps"])
                .filter(|edge| list(&edge["dep_kinds"]).any(|kind| kind["kind"] != "dev"))
                .map(|edge| text(&edge["pkg"]));
            waiting.extend(outside_tests);
        }
    }
    seen.into_iter().map(|id| names[id]).collect()
}
