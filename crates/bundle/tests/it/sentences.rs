//! What every sentence of the check must keep to, whichever test brings it up.

use podium_bundle::finding::Code;
use podium_bundle::{Language, Sentence};

use crate::sets::Folder;

/// Both languages are there and neither holds the other; no Korean particle has to agree with a value.
#[track_caller]
pub(crate) fn says_both(sentence: &Sentence) {
    let is_hangul = |c: char| ('가'..='힣').contains(&c);
    let Sentence { en, ko } = sentence;
    assert!(ko.contains(is_hangul) && ko.ends_with(['.', '?']), "{ko}");
    // What is quoted is the host's.
    let ours: String = en.split(['\'', '"']).step_by(2).collect();
    assert!(!ours.is_empty() && !ours.contains(is_hangul), "{en}");
    for after in ko.split('’').skip(1) {
        let agrees = ["을 ", "를 ", "은 ", "는 ", "이 ", "가 ", "과 ", "와 ", "으로 ", "로 "];
        assert!(!agrees.iter().any(|particle| after.starts_with(particle)), "{ko}");
    }
}

#[test]
fn a_host_reads_a_finding_in_either_language_with_its_place() {
    let folder = Folder::clean(60);
    folder.edit("competition.toml", "metric = \"accuracy\"", "metric = \"acuracy\"");
    let finding = folder.one(Code::BadMetric);
    assert_eq!(
        finding.in_language(Language::En),
        "error: competition.toml, line 16, column 10: 'acuracy' is not a metric; did you mean 'accuracy'?"
    );
    assert_eq!(
        finding.in_language(Language::Ko),
        "오류: competition.toml, 줄 16, 열 10: ‘acuracy’: 없는 지표입니다. 혹시 ‘accuracy’입니까?"
    );
}

#[test]
fn what_the_scorer_proposes_is_said_in_korean_too() {
    let folder = Folder::clean(61);
    let sample = folder.read("sample_submission.csv").replacen(",cat", ",cst", 1);
    folder.write("sample_submission.csv", sample);
    let finding = folder.one(Code::BadSample);
    assert!(finding.message.en.ends_with("did you mean 'cat'?"), "{finding}");
    assert_eq!(finding.message.ko, "‘cst’: 정해진 클래스가 아닙니다. 혹시 ‘cat’입니까?");
}

#[test]
fn a_question_of_the_template_stands_beside_its_sentence() {
    let folder = Folder::clean(62);
    folder.write("rules.ko.md", "# 규칙\n\n> **질문:** 외부 데이터를 써도 됩니까?\n");
    let finding = folder.one(Code::UnansweredQuestion);
    assert_eq!(finding.question.as_deref(), Some("외부 데이터를 써도 됩니까?"));
    assert_eq!(folder.check().findings.len(), 1);
}

#[test]
fn what_the_operating_system_says_stays_as_it_is() {
    let folder = Folder::clean(63);
    folder.remove("overview.md");
    std::fs::create_dir(folder.dir.join("overview.md")).unwrap();
    let finding = folder.one(Code::Unreadable);
    let said = finding.message.en.strip_prefix("cannot be read: ").unwrap();
    assert_eq!(finding.message.ko, format!("읽을 수 없습니다: {said}."));
}
