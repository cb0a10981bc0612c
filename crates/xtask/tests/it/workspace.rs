//! The workspace as cargo sees it, asked once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// `cargo metadata` of the whole workspace.
pub(crate) fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--locked", "--offline"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    })
}

/// Members of the workspace by name, as the metadata's packages.
pub(crate) fn members() -> BTreeMap<&'static str, &'static Value> {
    let ids: BTreeSet<&str> = texts(&metadata()["workspace_members"]).collect();
    list(&metadata()["packages"])
        .filter(|package| ids.contains(text(&package["id"])))
        .map(|package| (text(&package["name"]), package))
        .collect()
}

pub(crate) fn list(value: &'static Value) -> impl Iterator<Item = &'static Value> {
    value.as_array().unwrap().iter()
}

pub(crate) fn texts(value: &'static Value) -> impl Iterator<Item = &'static str> {
    list(value).map(text)
}

pub(crate) fn text(value: &'static Value) -> &'static str {
    value.as_str().unwrap()
}

/// Every Markdown file that is part of the project's documentation.
pub(crate) fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
