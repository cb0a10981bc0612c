//! `THIRD-PARTY.txt`: the licences of what is compiled into the programs and the front end, as their packages bring them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{libtorch, run, workspace};

/// One package and what it says of its licence.
struct Package {
    licence: String,
    /// Texts of its licence files, in the order of their names.
    texts: Vec<String>,
}

/// Every package of the release, each with its licence; a text that several bring stands once. The baseline's are among
/// them where its libtorch is.
pub(super) fn text(target: &str, libtorch: Option<&Path>) -> Result<String> {
    let mut packages = crates(target, libtorch.is_some())?;
    packages.extend(front_end()?);
    if let Some(folder) = libtorch {
        packages.extend(wheels(folder)?);
    }
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

/// What `podium`, and perhaps `podium-baseline`, are linked from, from cargo's own list.
fn crates(target: &str, with_baseline: bool) -> Result<BTreeMap<String, Package>> {
    let metadata = run::output(workspace::cargo().args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--offline",
        &format!("--filter-platform={target}"),
    ]))?;
    let programs: &[&str] = if with_baseline { &["podium-server", "podium-baseline"] } else { &["podium-server"] };
    let mut found = BTreeMap::new();
    for package in linked(&serde_json::from_str(&metadata)?, programs) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let manifest = text(&package["manifest_path"]);
        let folder = Path::new(&manifest).parent().context("a manifest without a folder")?;
        let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
        found.insert(name, Package { licence: text(&package["license"]), texts: licence_files(folder)? });
    }
    Ok(found)
}

/// The packages of others that are compiled into these of ours.
fn linked(metadata: &Value, programs: &[&str]) -> Vec<Value> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|package| (text(&package["id"]), package)).collect();
    let nodes: BTreeMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().map(|node| (text(&node["id"]), node)).collect();
    let mut waiting: Vec<String> = packages
        .iter()
        .filter(|(_, package)| programs.contains(&text(&package["name"]).as_str()))
        .map(|(id, _)| id.clone())
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
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
        // Without a source it is of this repository.
        if let Some(package) = packages.get(&id).filter(|package| !package["source"].is_null()) {
            found.push(package.clone());
        }
    }
    found
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

/// The wheels whose libraries are in the archive, from what they say of themselves.
fn wheels(libtorch: &Path) -> Result<BTreeMap<String, Package>> {
    libtorch::descriptions(libtorch)?.iter().map(|folder| wheel(folder)).collect()
}

fn wheel(folder: &Path) -> Result<(String, Package)> {
    let read = |file: &Path| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    let about = String::from_utf8_lossy(&read(&folder.join("METADATA"))?).into_owned();
    let head = about.split("\n\n").next().unwrap_or_default();
    let fields = |name: &'static str| head.lines().filter_map(move |line| line.strip_prefix(name)).map(str::trim);
    let field = |name| fields(name).next().unwrap_or_default();
    let mut texts = Vec::new();
    for file in fields("License-File:") {
        texts.push(String::from_utf8_lossy(&read(&folder.join("licenses").join(file))?).trim().to_owned());
    }
    ensure!(!texts.is_empty(), "{} has no licence", folder.display());
    let licence = fields("License-Expression:").chain(fields("License:")).next().unwrap_or_default().to_owned();
    Ok((format!("{} {}", field("Name:"), field("Version:")), Package { licence, texts }))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_compiled_into_the_programs_of_the_archive_is_listed() {
        let package = |name: &str, source: Value| json!({"id": name, "name": name, "source": source});
        let edge = |to: &str, kind: Value| json!({"pkg": to, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [
                package("podium-server", Value::Null),
                package("podium-baseline", Value::Null),
                package("actix", json!("registry")),
                package("bytes", json!("registry")),
                package("tch", json!("registry")),
                package("cc", json!("registry")),
            ],
            "resolve": {"nodes": [
                {"id": "podium-server", "deps": [edge("actix", Value::Null), edge("cc", json!("build"))]},
                {"id": "podium-baseline", "deps": [edge("tch", Value::Null)]},
                {"id": "actix", "deps": [edge("bytes", Value::Null)]},
                {"id": "bytes", "deps": []},
                {"id": "tch", "deps": [edge("bytes", Value::Null)]},
                {"id": "cc", "deps": []},
            ]},
        });
        let names = |programs: &[&str]| -> BTreeSet<String> {
            linked(&metadata, programs).iter().map(|package| package["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&["podium-server"]), ["actix", "bytes"].map(String::from).into());
        assert_eq!(names(&["podium-server", "podium-baseline"]), ["actix", "bytes", "tch"].map(String::from).into());
    }

    #[test]
    fn a_wheel_brings_every_licence_that_it_names() {
        let folder = std::env::temp_dir().join(format!("podium-wheel-{}", std::process::id()));
        fs::create_dir_all(folder.join("licenses/third_party/fmt")).unwrap();
        let about = "Name: torch\nVersion: 2.13.0\nLicense-Expression: MIT\nLicense-File: LICENSE\n\
                     License-File: third_party/fmt/COPY\n\nLicense-File: of the description\n";
        fs::write(folder.join("METADATA"), about).unwrap();
        fs::write(folder.join("licenses/LICENSE"), "one\n").unwrap();
        assert!(wheel(&folder).is_err(), "a licence that is not there is not passed over");
        fs::write(folder.join("licenses/third_party/fmt/COPY"), "two\n").unwrap();
        let (name, package) = wheel(&folder).unwrap();
        assert_eq!((name.as_str(), package.licence.as_str()), ("torch 2.13.0", "MIT"));
        assert_eq!(package.texts, ["one", "two"]);
        fs::write(folder.join("METADATA"), "Name: torch\nVersion: 2.13.0\n").unwrap();
        assert!(wheel(&folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
