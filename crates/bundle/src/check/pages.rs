//! The pages: there, answered, translated.

use std::fs;
use std::io;
use std::path::Path;

use crate::finding::{Code, Finding, Severity};
use crate::folder::{LANGUAGES, STANDARD_PAGES, page_file};
use crate::manifest::Manifest;
use crate::sentence::{Sentence, unreadable};

/// How a line of a template begins that asks the host something, in the languages of [`LANGUAGES`]. The answer
/// replaces the line.
pub const QUESTION_MARKS: [&str; 2] = ["> **Question:**", "> **질문:**"];
/// Longest page, bytes.
pub const PAGE_BYTES_MAX: u64 = 1_000_000;
/// Longest piece of a question that a message quotes, in characters.
const QUOTED_CHARS: usize = 70;

/// Every fault of the pages of `dir`.
pub(crate) fn check(dir: &Path, manifest: Option<&Manifest>, findings: &mut Vec<Finding>) {
    let extra = manifest.into_iter().flat_map(|manifest| &manifest.pages).map(|page| page.name.as_str());
    let extra: Vec<&str> = extra.filter(|name| !STANDARD_PAGES.contains(name)).collect();
    for page in STANDARD_PAGES.into_iter().chain(extra) {
        let original = page_file(page, LANGUAGES[0]);
        let is_there = dir.join(&original).is_file();
        if !is_there {
            let message = Sentence::new(
                format!("the page is missing; write {original} (`podium new` in another folder shows what to answer)"),
                format!(
                    "페이지가 없습니다. {original} 파일을 써 주십시오. 다른 폴더에서 `podium new`로 예시를 볼 수 있습니다."
                ),
            );
            findings.push(Finding::error(Code::MissingPage, &*original, message));
        }
        for language in LANGUAGES {
            let file = page_file(page, language);
            match read(&dir.join(&file)) {
                Ok(text) => check_text(&file, language, &text, findings),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    if is_there {
                        let message = Sentence::new(
                            format!("{original} has no Korean version; write {file}, or readers see English"),
                            format!("한국어 페이지가 없습니다. {file} 파일을 써 주십시오. 없으면 영어로 보입니다."),
                        );
                        findings.push(Finding::warning(Code::MissingTranslation, &*original, message));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    let message = Sentence::new(
                        "this is not UTF-8 text; save the page again as UTF-8",
                        "UTF-8 텍스트가 아닙니다. 페이지를 UTF-8로 다시 저장해 주십시오.",
                    );
                    findings.push(Finding::error(Code::Unreadable, &*file, message));
                }
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                    let message = Sentence::new(
                        format!("the page has more than {PAGE_BYTES_MAX} bytes; put large things into data/"),
                        format!("페이지가 {PAGE_BYTES_MAX}바이트를 넘습니다. 큰 파일은 data/에 넣어 주십시오."),
                    );
                    findings.push(Finding::error(Code::FileSize, &*file, message));
                }
                Err(error) => findings.push(Finding::error(Code::Unreadable, &*file, unreadable(&error))),
            }
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > PAGE_BYTES_MAX {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    fs::read_to_string(path)
}

/// The question that a line of a template asks, if it is one.
fn question(line: &str) -> Option<&str> {
    QUESTION_MARKS.iter().find_map(|mark| line.trim_start().strip_prefix(mark)).map(str::trim)
}

/// Whether a page still asks something. Such a translation is not published; readers see the original.
pub fn has_questions(text: &str) -> bool {
    text.lines().any(|line| question(line).is_some())
}

fn check_text(file: &str, language: &str, text: &str, findings: &mut Vec<Finding>) {
    if text.trim().is_empty() {
        let message = Sentence::new("the page is empty; write it", "페이지가 비어 있습니다. 내용을 적어 주십시오.");
        findings.push(Finding::error(Code::MissingPage, file, message));
    }
    for (i, line) in text.lines().enumerate() {
        if let Some(question) = question(line) {
            let mut quoted: String = question.chars().take(QUOTED_CHARS).collect();
            if quoted.len() < question.len() {
                quoted.push('…');
            }
            let message = Sentence::new(
                format!("a question is not answered: \"{quoted}\" Replace this line by the answer"),
                format!("답하지 않은 질문이 있습니다: \"{quoted}\" 이 줄 대신 답을 적어 주십시오."),
            );
            let column = line.chars().take_while(|c| c.is_whitespace()).count() + 1;
            let finding = Finding::error(Code::UnansweredQuestion, file, message).at(i as u64 + 1, column as u64);
            // An unfinished translation is left out; the original is what everybody can fall back on.
            let severity = if language == LANGUAGES[0] { Severity::Error } else { Severity::Warning };
            findings.push(Finding { severity, question: Some(quoted), ..finding });
        }
    }
}
