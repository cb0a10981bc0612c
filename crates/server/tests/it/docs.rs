//! The commands of the documentation, run as they stand there.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::site::Site;

/// The code blocks of a page whose info string is `info`.
pub fn blocks(markdown: &str, info: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<Vec<&str>> = None;
    for line in markdown.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(found)) => open = Some(if found == info { Vec::new() } else { vec!["\0"] }),
            (Some(lines), Some(_)) => {
                if lines.first() != Some(&"\0") {
                    blocks.push(lines.join("\n"));
                }
                open = None;
            }
            (Some(lines), None) => lines.push(line),
            (None, None) => {}
        }
    }
    blocks
}

#[test]
fn the_guide_for_participants_leads_from_the_data_to_a_score() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let scripts = ["PARTICIPATING.md", "PARTICIPATING.ko.md"].map(|name| {
        let guide = std::fs::read_to_string(docs.join(name)).unwrap();
        blocks(&guide, "sh").join("\n")
    });
    for script in scripts {
        let site = Site::start();
        site.publish_example();
        let token = site.join_example("bob");
        let printed = site.run(&script, Some(&token)).expect(0);
        assert!(printed.contains("grocery-mini: 219 files"), "{printed}");
        assert!(printed.contains("the file would be accepted"), "{printed}");
        assert!(printed.contains("(public)") && printed.contains("rank 1"), "{printed}");
    }
}

#[test]
fn the_host_guide_leads_from_three_files_to_a_published_competition_within_five_minutes() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let guide = std::fs::read_to_string(docs.join("HOSTING.md")).unwrap();
    let server = blocks(&guide, "sh server");
    assert_eq!(server.len(), 1);
    let site = Site::start_with(&server[0].replace("127.0.0.1:8080", "127.0.0.1:0"));
    for file in ["train.csv", "test.csv", "sample_submission.csv"] {
        std::fs::copy(docs.join("examples/three-files").join(file), site.path(file)).unwrap();
    }
    let script = blocks(&guide, "sh").join("\n").replace("http://127.0.0.1:8080", &site.url);
    let start = Instant::now();
    let printed = site.run(&format!("{script}\necho \"token $PODIUM_TOKEN\""), None).expect(0);
    assert!(start.elapsed() < Duration::from_secs(300), "{:?}", start.elapsed());
    assert!(printed.contains(&format!("{}/competitions/pond-birds", site.url)), "{printed}");
    assert!(printed.contains("\"accuracy\""), "{printed}");

    let token = printed.lines().find_map(|line| line.strip_prefix("token ")).unwrap();
    let client = site.client(token);
    let competition = client.find_competition("pond-birds").unwrap();
    assert_eq!(competition.state, "scheduled");
    let files: Vec<String> = client.list_all_files("pond-birds").unwrap().into_iter().map(|file| file.path).collect();
    assert_eq!(files, ["sample_submission.csv", "test.csv", "train.csv"]);
    let test = std::fs::read_to_string(site.path("pond-birds/data/test.csv")).unwrap();
    assert_eq!(test.lines().next(), Some("id,length_cm,weight_kg,neck_cm,place"));
}
