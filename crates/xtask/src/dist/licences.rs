//! `THIRD-PARTY.txt`: the licences of what is compiled into the programs and the front end, as their packages bring them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{run, workspace};

/// One package and what it says of its licence.
struct Package {
    licence: String,
    /// Texts of its licence files, in the order of their names.
    texts: Vec<String>,
}

/// Every package of the release, each with its licence; a text that several bring stands once.
pub(super) fn text(target: &str) -> Result<String> {
    let mut packages = crates(target)?;
    packages.extend(front_end()?);
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut list = String::new();
    let mut texts = String::new();
    for (name, package) in &packages {
        let mut places = Vec::new();
        for text in &package.texts {
            let next = numbers.len() + 1;
            let number = *numbers.entry(text).or_insert_with(|| {
                let _ = writeln!(texts, "\n{}\n[{next}]\n\n{text}", "=".repeat(80));
                next
            });
            places.push(format!("[{number}]"));
        }
        let _ = writeln!(list, "{name}: {} {}", package.licence, places.join(" "));
    }
    Ok(format!(
        "Podium contains the following packages. The numbers lead to the licences' texts below.\n\n{list}{texts}"
    ))
}

/// What `podium` is linked from, from cargo's own list.
fn crates(target: &str) -> Result<BTreeMap<String, Package>> {
    let metadata = run::output(workspace::cargo().args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--offline",
        &format!("--filter-platform={target}"),
    ]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|package| (text(&package["id"]), package)).collect();
    let nodes: BTreeMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().map(|node| (text(&node["id"]), node)).collect();
    let ours = ["podium-server", "podium-baseline"];
    let mut waiting: Vec<String> = packages
        .iter()
        .filter(|(_, package)| ours.contains(&text(&package["name"]).as_str()))
        .map(|(id, _)| id.clone())
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = BTreeMap::new();
    while let Some(id) = waiting.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        for edge in list(&nodes[&id]["deps"]) {
            // What only builds or tests is not in the program.
            if list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()) {
                waiting.push(text(&edge["pkg"]));
            }
        }
        let package = &packages[&id];
        // Without a source it is of this repository.
        if !package["source"].is_null() {
            let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
            let manifest = text(&package["manifest_path"]);
            let folder = Path::new(&manifest).parent().context("a manifest without a folder")?;
            let licence = text(&package["license"]);
            found.insert(name, Package { licence, texts: licence_files(folder)? });
        }
    }
    Ok(found)
}

/// What the pages' scripts are made of, from npm's list.
fn front_end() -> Result<BTreeMap<String, Package>> {
    let lock = fs::read_to_string(workspace::frontend().join("package-lock.json"))?;
    let lock: Value = serde_json::from_str(&lock)?;
    let mut found = BTreeMap::new();
    for (place, package) in lock["packages"].as_object().context("package-lock.json lists no packages")? {
        let is_part = place.starts_with("node_modules/") && package["dev"] != true && package["optional"] != true;
        if let (true, Some(name)) = (is_part, place.rsplit("node_modules/").next()) {
            let licence = package["license"].as_str().unwrap_or_default().to_owned();
            let version = package["version"].as_str().unwrap_or_default();
            let texts = licence_files(&workspace::frontend().join(place))?;
            found.insert(format!("{name} {version}"), Package { licence, texts });
        }
    }
    Ok(found)
}

fn licence_files(folder: &Path) -> Result<Vec<String>> {
    let names = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"];
    let mut files: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
            path.is_file() && names.iter().any(|begin| name.starts_with(begin))
        })
        .collect();
    files.sort();
    let texts = files.iter().map(|file| fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()));
    Ok(texts.collect::<Result<_, _>>()?)
}
