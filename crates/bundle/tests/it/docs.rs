//! `docs/competition-folder.md` says what the code does.

use podium_bundle::document::Document;
use podium_bundle::finding::Code;

fn page() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/competition-folder.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_manifest_of_the_documentation_is_one() {
    let page = page();
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 3);
    let (_, manifest, findings) = Document::parse(&blocks.join("\n"));
    assert_eq!(findings, []);
    assert_eq!(manifest.unwrap().faults(), []);
}

#[test]
fn every_code_of_a_finding_is_explained() {
    let page = page();
    for code in Code::ALL {
        let name = serde_json::to_value(code).unwrap();
        assert!(page.contains(&format!("`{}`", name.as_str().unwrap())), "{name}");
    }
}
