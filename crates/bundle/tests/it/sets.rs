//! Clean competition folders, made up but realistic: random ids, shuffled rows, features that tell something.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use podium_bundle::check::{Options, Report, check};
use podium_bundle::finding::{Code, Finding, Severity};
use tempfile::TempDir;

use crate::sentences::says_both;

/// A small generator of equal numbers for equal seeds (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn unit(&mut self) -> f64 {
        self.next() as f64 / u64::MAX as f64
    }

    /// A random id, as a hash is one.
    pub(crate) fn id(&mut self) -> String {
        format!("{:012x}", self.next() >> 16)
    }
}

/// One row: id, two features, label.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) size: f64,
    pub(crate) colour: &'static str,
    pub(crate) label: &'static str,
}

pub(crate) const CLASSES: [&str; 3] = ["cat", "dog", "owl"];
const COLOURS: [&str; 3] = ["red", "grey", "white"];

pub(crate) fn rows(random: &mut Random, n: usize) -> Vec<Row> {
    (0..n)
        .map(|_| {
            let class = random.below(3) as usize;
            let colour = if random.unit() < 0.6 { class } else { random.below(3) as usize };
            let size = class as f64 + 2.0 * random.unit();
            Row { id: random.id(), size, colour: COLOURS[colour], label: CLASSES[class] }
        })
        .collect()
}

pub(crate) fn csv(header: &str, rows: &[Row], line: impl Fn(&Row) -> String) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        text += &line(row);
        text.push('\n');
    }
    text
}

/// Before the start of the competitions made here.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-25T00:00:00Z".parse().unwrap()
}

/// A folder without a fault, to put one fault into.
pub(crate) struct Folder {
    _holder: TempDir,
    pub(crate) dir: PathBuf,
    pub(crate) train: Vec<Row>,
    pub(crate) test: Vec<Row>,
}

pub(crate) const MANIFEST: &str = r#"slug = "animals"
title = { en = "Animals", ko = "동물" }
summary = { en = "Tell animals apart.", ko = "동물을 구별합니다." }
licence = "MIT"

[dates]
zone = "Asia/Seoul"
start = 2026-12-01T09:00:00
end = 2026-12-21T18:00:00

[task]
kind = "labels"
id = "id"
target = "label"
classes = ["cat", "dog", "owl"]
metric = "accuracy"

[split]
public = 0.3

[[columns]]
file = "train.csv"
name = "id"
meaning = { en = "key", ko = "번호" }
pattern = "[0-9a-f]{12}"

[[columns]]
file = "train.csv"
name = "size"
meaning = { en = "length", ko = "길이" }
unit = "m"
range = [0, 10]

[[columns]]
file = "train.csv"
name = "colour"
meaning = { en = "colour of the fur or feathers", ko = "털 색" }
values = ["red", "grey", "white"]

[[columns]]
file = "train.csv"
name = "label"
meaning = { en = "the animal", ko = "동물" }
values = "classes"

[[columns]]
file = "test.csv"
name = "id"
meaning = { en = "key", ko = "번호" }

[[columns]]
file = "test.csv"
name = "size"
meaning = { en = "length", ko = "길이" }

[[columns]]
file = "test.csv"
name = "colour"
meaning = { en = "colour of the fur or feathers", ko = "털 색" }
"#;

impl Folder {
    pub(crate) fn clean(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let holder = tempfile::tempdir().unwrap();
        let dir = holder.path().join("animals");
        let train = rows(&mut random, 400);
        let test = rows(&mut random, 1200);
        let folder = Self { _holder: holder, dir, train, test };
        folder.write("competition.toml", MANIFEST);
        for page in ["overview", "data", "rules"] {
            folder.write(&format!("{page}.md"), "# Page\n\nWords.\n");
            folder.write(&format!("{page}.ko.md"), "# 쪽\n\n글.\n");
        }
        folder.write_tables();
        folder
    }

    pub(crate) fn write_tables(&self) {
        let features = |row: &Row| format!("{},{:.3},{}", row.id, row.size, row.colour);
        self.write(
            "data/train.csv",
            csv("id,size,colour,label", &self.train, |row| format!("{},{}", features(row), row.label)),
        );
        self.write("data/test.csv", csv("id,size,colour", &self.test, features));
        self.write_answers();
    }

    pub(crate) fn write_answers(&self) {
        self.write("solution.csv", csv("id,label", &self.test, |row| format!("{},{}", row.id, row.label)));
        self.write("sample_submission.csv", csv("id,label", &self.test, |row| format!("{},cat", row.id)));
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).unwrap()
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.dir.join(path)).unwrap();
    }

    /// Replaces the first occurrence in a file.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, text.replacen(from, to, 1));
    }

    pub(crate) fn check(&self) -> Report {
        check_dir(&self.dir)
    }

    /// The only finding.
    pub(crate) fn only(&self) -> Finding {
        let report = self.check();
        assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
        report.findings[0].clone()
    }

    /// The only finding of a code; others may be there.
    pub(crate) fn one(&self, code: Code) -> Finding {
        let report = self.check();
        let found: Vec<&Finding> = report.findings.iter().filter(|finding| finding.code == code).collect();
        assert_eq!(found.len(), 1, "{:#?}", report.findings);
        found[0].clone()
    }
}

pub(crate) fn check_dir(dir: &Path) -> Report {
    let report = check(dir, Options { now: now(), is_published: false });
    report.findings.iter().for_each(|finding| says_both(&finding.message));
    report
}

pub(crate) fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}
