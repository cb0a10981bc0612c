//! The catalogue of files: what must be accepted, what refused, and what the message must say.

use podium_scoring::columns::Kind;
use podium_scoring::rejection::{Refusal, Rejection};
use podium_scoring::report::{Report, score};
use podium_scoring::solution::Solution;
use podium_scoring::spec::Task;
use podium_scoring::table::Limits;

/// The solution of the plain cases; `classes` closes the set.
pub(crate) fn labels() -> Solution {
    let mut task = Task::new(Kind::Labels, "accuracy".parse().unwrap());
    task.classes = Some(["0", "1", "2"].map(str::to_owned).to_vec());
    solution(&task, "label", |row| (row % 3).to_string())
}

/// The solution of the cases `p_…`.
pub(crate) fn probabilities() -> Solution {
    solution(&Task::new(Kind::Probabilities, "log_loss".parse().unwrap()), "label", |row| (row % 3).to_string())
}

/// The solution of the cases `n_…`.
pub(crate) fn numbers() -> Solution {
    solution(&Task::new(Kind::Numbers, "mae".parse().unwrap()), "value", |row| format!("{}.5", row % 3))
}

fn solution(task: &Task, target: &str, value: impl Fn(usize) -> String) -> Solution {
    let rows: String = (0..10).map(|row| format!("a{:03},{}\n", row + 1, value(row))).collect();
    Solution::from_reader(format!("id,{target}\n{rows}").as_bytes(), task, None).unwrap()
}

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) accepted: bool,
    pub(crate) content: Vec<u8>,
    pub(crate) message: String,
}

impl Case {
    pub(crate) fn solution(&self) -> Solution {
        match self.name.get(..2) {
            Some("p_") => probabilities(),
            Some("n_") => numbers(),
            _ => labels(),
        }
    }
}

pub(crate) fn cases() -> Vec<Case> {
    read_cases(include_str!("../data/golden-csv.tsv"))
}

/// The columns name, verdict, content with escapes, message.
pub(crate) fn read_cases(text: &str) -> Vec<Case> {
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|columns| Case {
        name: columns[0].to_owned(),
        accepted: match columns[1] {
            "accept" => true,
            "reject" => false,
            other => panic!("verdict {other}"),
        },
        content: unescape(columns[2]),
        message: columns.get(3).copied().unwrap_or("").to_owned(),
    })
    .collect()
}

/// `\n \r \t \\ \xHH` and `\R{N|unit}`.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let (escape, after) = rest[at + 1..].split_at(1);
        rest = after;
        match escape {
            "n" => bytes.push(b'\n'),
            "r" => bytes.push(b'\r'),
            "t" => bytes.push(b'\t'),
            "\\" => bytes.push(b'\\'),
            "x" => {
                bytes.push(u8::from_str_radix(&rest[..2], 16).unwrap());
                rest = &rest[2..];
            }
            "R" => {
                let (count, unit) = rest[1..].split_once('|').unwrap();
                let (unit, after) = unit.split_once('}').unwrap();
                bytes.extend(unescape(unit).repeat(count.parse().unwrap()));
                rest = after;
            }
            other => panic!("escape {other}"),
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

pub(crate) fn read(case: &Case) -> Result<Report, Vec<Rejection>> {
    match score(case.content.as_slice(), &case.solution(), &Limits::default()) {
        Ok(report) => Ok(report),
        Err(Refusal::Rejected(rejections)) => Err(rejections),
        Err(Refusal::Io(error)) => panic!("{error}"),
    }
}

/// The lines that a model message names.
fn lines(message: &str) -> Vec<u64> {
    let words: Vec<&str> = message.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    words
        .windows(2)
        .filter(|pair| pair[0].eq_ignore_ascii_case("line"))
        .filter_map(|pair| pair[1].parse().ok())
        .collect()
}

/// The texts in single quotes that a model message shows.
fn quoted(message: &str) -> Vec<&str> {
    message.split('\'').skip(1).step_by(2).filter(|text| !text.contains(": ")).collect()
}

#[test]
fn every_file_of_the_catalogue_gets_its_verdict_lines_and_values() {
    let mut wrong = Vec::new();
    let cases = cases();
    assert_eq!(cases.len(), 95);
    for case in &cases {
        let name = &case.name;
        match (read(case), case.accepted) {
            (Ok(report), true) => {
                if let Some(notice) = case.message.strip_prefix("notice: ")
                    && !report.notices.iter().any(|given| given.message == notice)
                {
                    wrong.push(format!("{name}: no notice '{notice}' in {:?}", report.notices));
                }
            }
            (Err(rejections), false) => {
                let text: String = rejections.iter().map(|rejection| format!("{}\n", rejection.message)).collect();
                for line in lines(&case.message) {
                    if !text.to_lowercase().contains(&format!("line {line}")) {
                        wrong.push(format!("{name}: no line {line} in\n{text}"));
                    }
                }
                for value in quoted(&case.message) {
                    if !text.contains(value) {
                        wrong.push(format!("{name}: no '{value}' in\n{text}"));
                    }
                }
            }
            (Ok(_), false) => wrong.push(format!("{name}: accepted, but {}", case.message)),
            (Err(rejections), true) => wrong.push(format!("{name}: refused: {rejections:?}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn the_plain_file_scores_1() {
    let case = &cases()[0];
    let report = read(case).unwrap().reveal();
    assert_eq!(report.metrics[0].all.as_ref().unwrap().value, 1.0);
    assert_eq!(report.rows, 10);
}
