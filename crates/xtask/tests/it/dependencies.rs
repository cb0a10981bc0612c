//! `docs/DEPENDENCIES.md` says of every direct dependency why it is there.

use std::collections::BTreeSet;
use std::fs;

use crate::workspace::{list, members, root, text};

#[test]
fn every_direct_dependency_is_explained_and_nothing_else_is() {
    let mut used: BTreeSet<String> = members()
        .values()
        .flat_map(|package| list(&package["dependencies"]))
        .filter(|dependency| dependency["path"].is_null())
        .map(|dependency| text(&dependency["name"]).to_owned())
        .collect();
    let package: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(root().join("frontend/package.json")).unwrap()).unwrap();
    for kind in ["dependencies", "devDependencies"] {
        used.extend(package[kind].as_object().unwrap().keys().cloned());
    }

    // Rows of the tables: | `name` | reason |, and several names in one row where they have one reason.
    let document = fs::read_to_string(root().join("docs/DEPENDENCIES.md")).unwrap();
    let explained: BTreeSet<String> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
        .flat_map(|cell| cell.split(',').map(|name| name.trim().trim_matches('`').to_owned()).collect::<Vec<_>>())
        .collect();
    let unexplained: Vec<_> = used.difference(&explained).collect();
    let unused: Vec<_> = explained.difference(&used).collect();
    assert!(
        unexplained.is_empty() && unused.is_empty(),
        "docs/DEPENDENCIES.md: add {unexplained:?}, remove {unused:?}"
    );
}
