//! `competition.toml` as text: every fault of its form at once, and the place of every key.
//!
//! serde stops at the first fault. So the document is first compared with [`KEYS`], which names every key and the
//! shape of its value, and only a document without faults is handed to serde. A test holds the two together.

use std::collections::BTreeMap;
use std::ops::Range;

use podium_scoring::metric::{self, Metric, UnknownMetric};
use toml::de::{DeTable, DeValue};

use crate::finding::{Code, Finding};
use crate::manifest::Manifest;
use crate::sentence::did_you_mean;
use crate::{LocalTime, Sentence, spelling};

/// Name of the manifest in a folder.
pub const MANIFEST_FILE: &str = "competition.toml";

/// How a text of `competition.toml` begins that the host has still to write.
pub const QUESTION: &str = "Question:";

/// What a value may be.
enum Shape {
    /// A string.
    String,
    /// A string, or a table of languages.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of a metric.
    Metric,
    /// A list of names of metrics.
    Metrics,
    /// A list of strings.
    Strings,
    /// A string or a list of strings.
    StringOrStrings,
    /// `"classes"` or a list of strings.
    Values,
    /// A whole number, at least 1.
    Count,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// Two numbers.
    Range,
    /// A local date with a time.
    LocalTime,
    /// `"host"`, a local date, or a number of hours.
    Release,
    /// A local date, or a number of hours.
    Freeze,
    /// A table.
    Table(&'static [Key]),
    /// An array of tables.
    Tables(&'static [Key]),
}

struct Key {
    name: &'static str,
    shape: Shape,
    required: bool,
}

const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, required: false }
}

const fn required(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, required: true }
}

const KEYS: &[Key] = &[
    required("slug", Shape::String),
    required("title", Shape::Text),
    required("summary", Shape::Text),
    required("licence", Shape::String),
    required(
        "dates",
        Shape::Table(&[
            key("zone", Shape::String),
            required("start", Shape::LocalTime),
            required("end", Shape::LocalTime),
            key("entry_deadline", Shape::LocalTime),
            key("merge_deadline", Shape::LocalTime),
            key("freeze", Shape::Freeze),
            key("private_release", Shape::Release),
        ]),
    ),
    required(
        "task",
        Shape::Table(&[
            required(
                "kind",
                Shape::Word(&["labels", "probability", "probabilities", "numbers", "ranking", "multilabel"]),
            ),
            key("id", Shape::String),
            key("target", Shape::StringOrStrings),
            key("classes", Shape::Strings),
            key("positive", Shape::String),
            required("metric", Shape::Metric),
            key("show", Shape::Metrics),
        ]),
    ),
    key("split", Shape::Table(&[key("public", Shape::Number), key("group", Shape::String)])),
    key(
        "limits",
        Shape::Table(&[
            key("entries_per_day", Shape::Count),
            key("finals", Shape::Count),
            key("team_size", Shape::Count),
            key("file_bytes", Shape::Count),
        ]),
    ),
    key(
        "board",
        Shape::Table(&[
            key("ties", Shape::Word(&["earlier_first", "shared"])),
            key("names", Shape::Word(&["real", "team", "hidden"])),
            key("zones", Shape::Tables(&[required("name", Shape::Text), required("through", Shape::Count)])),
        ]),
    ),
    key(
        "pages",
        Shape::Tables(&[
            required("name", Shape::String),
            key("visible_from", Shape::LocalTime),
            key("audience", Shape::Word(&["everybody", "participants", "hosts"])),
        ]),
    ),
    key("files", Shape::Tables(&[required("path", Shape::String), required("visible_from", Shape::LocalTime)])),
    key(
        "columns",
        Shape::Tables(&[
            required("file", Shape::String),
            required("name", Shape::String),
            required("meaning", Shape::Text),
            key("values", Shape::Values),
            key("unit", Shape::String),
            key("range", Shape::Range),
            key("pattern", Shape::String),
        ]),
    ),
    key(
        "participants",
        Shape::Table(&[
            key("visibility", Shape::Word(&["public", "private"])),
            key("admission", Shape::Word(&["open", "approval", "invite"])),
            key("domains", Shape::Strings),
        ]),
    ),
    key("brackets", Shape::Tables(&[required("name", Shape::String), required("title", Shape::Text)])),
    key(
        "fields",
        Shape::Tables(&[
            required("name", Shape::String),
            required("label", Shape::Text),
            key("required", Shape::Bool),
            key(
                "choices",
                Shape::Tables(&[
                    required("value", Shape::String),
                    key("label", Shape::Text),
                    key("bracket", Shape::String),
                ]),
            ),
        ]),
    ),
];

/// A parsed `competition.toml`.
pub struct Document {
    text: String,
    spans: BTreeMap<String, Range<usize>>,
}

impl Document {
    /// Reads `text`. The manifest is there exactly when there are no findings.
    pub fn parse(text: &str) -> (Self, Option<Manifest>, Vec<Finding>) {
        let (table, syntax) = DeTable::parse_recoverable(text);
        let mut document = Self { text: text.to_owned(), spans: BTreeMap::new() };
        let mut findings = Vec::new();
        for error in &syntax {
            let message = Sentence::new(
                format!("this is not TOML: {}; see https://toml.io for the form", error.message()),
                format!("TOML 형식이 아닙니다: {}. 형식은 https://toml.io 페이지에 있습니다.", error.message()),
            );
            let finding = Finding::error(Code::BadToml, MANIFEST_FILE, message);
            findings.push(match error.span() {
                Some(span) => document.place(finding, span.start),
                None => finding,
            });
        }
        document.walk(table.get_ref(), KEYS, "", 0, &mut findings);
        if !findings.is_empty() {
            findings.sort_by_key(|finding| (finding.line, finding.column));
            return (document, None, findings);
        }
        let (manifest, finding) = match toml::from_str::<Manifest>(text) {
            Ok(manifest) => (Some(manifest), None),
            Err(error) => {
                let message = Sentence::new(error.message(), format!("값을 쓸 수 없습니다: {}.", error.message()));
                let finding = Finding::error(Code::BadValue, MANIFEST_FILE, message);
                (None, Some(document.place(finding, error.span().map_or(0, |span| span.start))))
            }
        };
        findings.extend(finding);
        (document, manifest, findings)
    }

    /// Puts `finding` where `key` stands (`task.metric`, `columns[2].pattern`), else where the nearest key around it
    /// does.
    pub fn locate(&self, finding: Finding, key: &str) -> Finding {
        let mut around = key;
        loop {
            if let Some(span) = self.spans.get(around) {
                return self.place(finding, span.start);
            }
            match around.rfind(['.', '[']) {
                Some(end) => around = around.get(..end).unwrap_or_default(),
                None => return finding,
            }
        }
    }

    fn place(&self, finding: Finding, offset: usize) -> Finding {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        finding.at(line as u64, column as u64)
    }

    fn walk(&mut self, table: &DeTable<'_>, keys: &[Key], path: &str, at: usize, findings: &mut Vec<Finding>) {
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        for (name, value) in table {
            let found: &str = name.get_ref();
            let Some(key) = keys.iter().find(|key| key.name == found) else {
                let message = unknown_key(found, keys, path);
                findings.push(self.place(Finding::error(Code::UnknownKey, MANIFEST_FILE, message), name.span().start));
                continue;
            };
            let span = value.span();
            self.spans.insert(join(found), span.clone());
            self.shape(value.get_ref(), &key.shape, &join(found), span.start, findings);
        }
        for key in keys.iter().filter(|key| key.required && !table.contains_key(key.name)) {
            let name = key.name;
            let message = match (&key.shape, path) {
                (Shape::Table(_), _) => Sentence::new(
                    format!("the table [{name}] is missing; add it"),
                    format!("[{name}] 표가 없습니다. 추가해 주십시오."),
                ),
                (_, "") => Sentence::new(
                    format!("the key '{name}' is missing; add it before the first [table]"),
                    format!("‘{name}’ 설정이 없습니다. 첫 [표]보다 앞에 추가해 주십시오."),
                ),
                _ => Sentence::new(
                    format!("the key '{name}' is missing in [{path}]; add it"),
                    format!("[{path}]에 ‘{name}’ 설정이 없습니다. 추가해 주십시오."),
                ),
            };
            findings.push(self.place(Finding::error(Code::MissingKey, MANIFEST_FILE, message), at));
        }
    }

    fn shape(&mut self, value: &DeValue<'_>, shape: &Shape, path: &str, at: usize, findings: &mut Vec<Finding>) {
        let wanted = match (shape, value) {
            (Shape::String | Shape::Text | Shape::StringOrStrings, DeValue::String(_)) => return,
            (Shape::Text, DeValue::Table(table)) => {
                const LANGUAGES: &[Key] = &[required("en", Shape::String), key("ko", Shape::String)];
                return self.walk(table, LANGUAGES, path, at, findings);
            }
            (Shape::Word(words), DeValue::String(word)) => {
                return self.word(word, words, path, at, findings);
            }
            (Shape::Values, DeValue::String(word)) => return self.word(word, &["classes"], path, at, findings),
            (Shape::Metric, DeValue::String(name)) => return self.metric(name, at, findings),
            (Shape::Strings | Shape::StringOrStrings | Shape::Values | Shape::Metrics, DeValue::Array(items)) => {
                for (i, item) in items.iter().enumerate() {
                    self.spans.insert(format!("{path}[{i}]"), item.span());
                    if !item.get_ref().is_str() {
                        let (en, ko) = a(item.get_ref());
                        let message = Sentence::new(
                            format!("'{path}' holds {en}; write its values as strings, in quotes"),
                            format!("‘{path}’ 목록에 {ko} 값이 있습니다. 값을 따옴표로 감싸 적어 주십시오."),
                        );
                        let finding = Finding::error(Code::BadValue, MANIFEST_FILE, message);
                        findings.push(self.place(finding, item.span().start));
                    }
                    if let (Shape::Metrics, Some(name)) = (shape, item.get_ref().as_str()) {
                        self.metric(name, item.span().start, findings);
                    }
                }
                return;
            }
            (Shape::Count, DeValue::Integer(number)) => {
                if i64::from_str_radix(number.as_str(), number.radix()).is_ok_and(|n| n >= 1) {
                    return;
                }
                COUNT
            }
            (Shape::Number, DeValue::Integer(_) | DeValue::Float(_)) => return,
            (Shape::Bool, DeValue::Boolean(_)) => return,
            (Shape::Range, DeValue::Array(items))
                if items.len() == 2
                    && items.iter().all(|item| item.get_ref().is_integer() || item.get_ref().is_float()) =>
            {
                return;
            }
            (Shape::LocalTime | Shape::Release | Shape::Freeze, DeValue::Datetime(date)) => {
                return self.local_time(&date.to_string(), path, at, findings);
            }
            (Shape::LocalTime, DeValue::String(date)) => return self.local_time(date, path, at, findings),
            (Shape::Release | Shape::Freeze, DeValue::Integer(_) | DeValue::String(_)) => return,
            (Shape::Table(keys), DeValue::Table(table)) => return self.walk(table, keys, path, at, findings),
            (Shape::Tables(keys), DeValue::Array(items)) if items.iter().all(|item| item.get_ref().is_table()) => {
                for (i, item) in items.iter().enumerate() {
                    let path = format!("{path}[{i}]");
                    self.spans.insert(path.clone(), item.span());
                    if let Some(table) = item.get_ref().as_table() {
                        self.walk(table, keys, &path, item.span().start, findings);
                    }
                }
                return;
            }
            (Shape::String | Shape::Word(_) | Shape::Metric, _) => ("a string, in quotes", "따옴표로 감싼 문자열"),
            (Shape::Text, _) => (
                "a string in quotes, or { en = \"…\", ko = \"…\" }",
                "따옴표로 감싼 문자열 또는 { en = \"…\", ko = \"…\" }",
            ),
            (Shape::Strings | Shape::Metrics, _) => {
                ("a list of strings, like [\"a\", \"b\"]", "[\"a\", \"b\"]와 같은 문자열 목록")
            }
            (Shape::StringOrStrings, _) => {
                ("a string, or a list of strings like [\"a\", \"b\"]", "문자열 또는 [\"a\", \"b\"]와 같은 문자열 목록")
            }
            (Shape::Values, _) => (
                "\"classes\", or a list of strings like [\"a\", \"b\"]",
                "\"classes\" 또는 [\"a\", \"b\"]와 같은 문자열 목록",
            ),
            (Shape::Count, _) => COUNT,
            (Shape::Number, _) => ("a number", "숫자"),
            (Shape::Bool, _) => ("true or false", "true 또는 false"),
            (Shape::Range, _) => ("two numbers, like [0, 100]", "[0, 100]과 같은 두 숫자"),
            (Shape::LocalTime, _) => {
                ("a date with a time, like 2026-12-01T09:00:00", "2026-12-01T09:00:00과 같은 날짜와 시각")
            }
            (Shape::Release, _) => (
                "\"host\", a date with a time, or a number of hours after the end",
                "\"host\", 날짜와 시각, 또는 마감 뒤의 시간 수",
            ),
            (Shape::Freeze, _) => {
                ("a date with a time, or a number of hours before the end", "날짜와 시각, 또는 마감 전의 시간 수")
            }
            (Shape::Table(_), _) => ("a table, like [task]", "[task]와 같은 표"),
            (Shape::Tables(_), _) => ("a list of tables, each like [[columns]]", "[[columns]]와 같은 표의 목록"),
        };
        let (found, found_ko) = a(value);
        let message = Sentence::new(
            format!("'{path}' is {found}; write {}", wanted.0),
            format!("‘{path}’ 설정의 값이 {found_ko}입니다. 대신 적을 것: {}.", wanted.1),
        );
        findings.push(self.place(Finding::error(Code::BadValue, MANIFEST_FILE, message), at));
    }

    fn word(&self, word: &str, words: &[&str], path: &str, at: usize, findings: &mut Vec<Finding>) {
        if words.contains(&word) {
            return;
        }
        let near = spelling::nearest(word, words.iter().copied());
        let (en, ko) = match near {
            Some(near) => (format!("did you mean '{near}'? "), format!("혹시 ‘{near}’입니까? ")),
            None => (String::new(), String::new()),
        };
        let words = words.join(", ");
        let message = Sentence::new(
            format!("'{word}' is no {path}; {en}write one of {words}"),
            format!("‘{word}’: ‘{path}’ 설정에 쓸 수 없는 값입니다. {ko}다음 중 하나를 적어 주십시오: {words}."),
        );
        findings.push(self.place(Finding::error(Code::BadValue, MANIFEST_FILE, message), at));
    }

    fn metric(&self, name: &str, at: usize, findings: &mut Vec<Finding>) {
        if let Err(error) = name.parse::<Metric>() {
            let message = match &error {
                UnknownMetric::Name { name, suggestion: None } => {
                    let all = metric::patterns().join(", ");
                    Sentence::new(
                        format!("{error}; the metrics are {all}"),
                        format!("‘{name}’: 없는 지표입니다. 쓸 수 있는 지표: {all}."),
                    )
                }
                UnknownMetric::Name { name, suggestion: Some(near) } => {
                    Sentence::new(error.to_string(), format!("‘{name}’: 없는 지표입니다. 혹시 ‘{near}’입니까?"))
                }
                UnknownMetric::Parameter { name, .. } => Sentence::new(
                    error.to_string(),
                    format!(
                        "‘{name}’: @ 뒤의 값이 맞지 않습니다. ndcg@10처럼 양의 정수, pinball@0.9처럼 분위수를 적고, 그 밖의 \
                         지표에는 @ 없이 적어 주십시오."
                    ),
                ),
                UnknownMetric::NestedGroups(name) => Sentence::new(
                    error.to_string(),
                    format!("‘{name}’: worst_group 안에는 그룹 지표가 아닌 지표를 적어 주십시오."),
                ),
            };
            findings.push(self.place(Finding::error(Code::BadMetric, MANIFEST_FILE, message), at));
        }
    }

    fn local_time(&self, date: &str, path: &str, at: usize, findings: &mut Vec<Finding>) {
        if let Err(message) = date.parse::<LocalTime>() {
            let message = Sentence::new(format!("{path}: {}", message.en), format!("{path}: {}", message.ko));
            findings.push(self.place(Finding::error(Code::BadDate, MANIFEST_FILE, message), at));
        }
    }
}

/// What [`Shape::Count`] wants, in English and Korean.
const COUNT: (&str, &str) = ("a whole number, 1 or more", "1 이상의 정수");

fn unknown_key(found: &str, keys: &[Key], path: &str) -> Sentence {
    let (place, place_ko) = if path.is_empty() {
        (String::new(), String::new())
    } else {
        (format!(" in [{path}]"), format!("[{path}]의 "))
    };
    let unknown = format!("unknown key '{found}'{place}");
    let unknown_ko = format!("{place_ko}‘{found}’: 알 수 없는 설정입니다.");
    let names = || keys.iter().map(|key| key.name);
    if let Some(near) = spelling::nearest(found, names()) {
        let near = did_you_mean(Some(near));
        return Sentence::new(format!("{unknown}{}", near.en), format!("{unknown_ko}{}", near.ko));
    }
    let elsewhere = KEYS.iter().find_map(|table| match &table.shape {
        Shape::Table(inner) if inner.iter().any(|key| key.name == found) => Some(table.name),
        _ => None,
    });
    if let Some(table) = elsewhere {
        return Sentence::new(
            format!("{unknown}; move it to [{table}]"),
            format!("{unknown_ko} [{table}] 아래로 옮겨 주십시오."),
        );
    }
    let names = names().collect::<Vec<_>>().join(", ");
    Sentence::new(format!("{unknown}; keys here are {names}"), format!("{unknown_ko} 여기에 쓸 수 있는 설정: {names}."))
}

/// What kind of value it is, in English and Korean.
fn a(value: &DeValue<'_>) -> (&'static str, &'static str) {
    match value {
        DeValue::String(_) => ("a string", "문자열"),
        DeValue::Integer(_) | DeValue::Float(_) => ("a number", "숫자"),
        DeValue::Boolean(_) => ("true or false", "참·거짓"),
        DeValue::Datetime(_) => ("a date", "날짜"),
        DeValue::Array(_) => ("a list", "목록"),
        DeValue::Table(_) => ("a table", "표"),
    }
}
