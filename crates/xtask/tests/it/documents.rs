//! Commands and links in the documentation lead to something.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::workspace::{documents, root};

#[test]
fn every_xtask_command_in_the_documents_exists() {
    let commands = words_after("cargo xtask ");
    assert!(commands.contains("demo") && commands.contains("test"), "the README names demo and test: {commands:?}");
    for command in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args([&command, "--help"]).output().unwrap();
        assert!(output.status.success(), "cargo xtask {command} is in a document but does not exist");
    }
}

#[test]
fn every_podium_command_in_the_documents_exists() {
    // One subcommand in each file of the command line.
    let existing: BTreeSet<String> = fs::read_dir(root().join("crates/server/src/cli"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    for command in words_after("podium ") {
        assert!(existing.contains(&command), "podium {command} is in a document but does not exist");
    }
}

#[test]
fn every_npm_script_in_the_documents_exists() {
    let package = fs::read_to_string(root().join("frontend/package.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    for script in words_after("npm run ") {
        assert!(package["scripts"][&script].is_string(), "npm run {script} is in a document but does not exist");
    }
}

#[test]
fn every_link_in_the_documents_leads_to_a_file() {
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            let file = document.parent().unwrap().join(path);
            assert!(file.exists(), "{}: {target} leads nowhere", document.display());
        }
    }
}

/// The words that follow `prefix` where a command begins: on a line of a code block, or between backticks.
fn words_after(prefix: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let mut in_code = false;
        for line in text.lines() {
            if line.trim_start().starts_with("```") {
                in_code = !in_code;
                continue;
            }
            let commands: Vec<&str> =
                if in_code { vec![line.trim_start()] } else { line.split('`').skip(1).step_by(2).collect() };
            for command in commands {
                let command = command.strip_prefix("$ ").unwrap_or(command);
                let word = command.strip_prefix(prefix).unwrap_or_default();
                let word: String = word.chars().take_while(|c| c.is_ascii_lowercase()).collect();
                if !word.is_empty() {
                    words.insert(word);
                }
            }
        }
    }
    words
}
