//! Further files, whose first fault must be worded exactly so: each rule behind the messages at least once.

use podium_scoring::rejection::Rejection;

use crate::golden_csv::{Case, read, read_cases};

pub(crate) fn cases() -> Vec<Case> {
    read_cases(include_str!("../data/reader.tsv"))
}

#[test]
fn every_rule_of_the_reader_has_its_words() {
    let mut wrong = Vec::new();
    for case in cases() {
        let name = &case.name;
        let has = |rejections: &[Rejection]| rejections.iter().any(|rejection| rejection.message == case.message);
        match (read(&case), case.accepted) {
            (Ok(report), true) => {
                let notice = case.message.strip_prefix("notice: ");
                if notice.is_some_and(|notice| !report.notices.iter().any(|given| given.message == notice)) {
                    wrong.push(format!("{name}: {:?} in {:?}", case.message, report.notices));
                }
            }
            (Err(rejections), false) if has(&rejections) => {}
            (Err(rejections), false) => {
                let have: Vec<&str> = rejections.iter().map(|rejection| rejection.message.as_str()).collect();
                wrong.push(format!("{name}:\n  want {}\n  have {}", case.message, have.join("\n       ")));
            }
            (Ok(_), false) => wrong.push(format!("{name}: accepted, but {}", case.message)),
            (Err(rejections), true) => wrong.push(format!("{name}: refused: {rejections:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
