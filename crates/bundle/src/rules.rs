//! What a manifest must satisfy by itself, without pages and files: used by the check of a folder and by the server,
//! which takes a manifest as JSON.

use std::collections::BTreeSet;

use podium_scoring::columns::Kind;
use podium_scoring::metric::{self, Metric};
use podium_scoring::spec::{OneOrMany, TaskError};

use crate::dates::{self, DateFault};
use crate::document::QUESTION;
use crate::finding::{Code, Severity};
use crate::manifest::{Manifest, Values};
use crate::sentence::Sentence;
use crate::spelling;
use crate::text::Text;

/// A rule that a manifest breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `task.metric`, `columns[2].pattern`.
    pub key: String,
    /// What kind of fault.
    pub code: Code,
    /// Whether the manifest can be used all the same.
    pub severity: Severity,
    /// A sentence that says what is wrong and what to do.
    pub message: Sentence,
}

/// Longest title, in characters: one line on a phone in the list, two at most.
const TITLE_CHARS: usize = 120;
/// Longest summary, in characters.
const SUMMARY_CHARS: usize = 300;
/// Largest submission file a host may allow, bytes.
const FILE_BYTES_MAX: u64 = 2_000_000_000;
/// Largest regular expression of the dictionary, compiled, bytes.
const PATTERN_BYTES: usize = 1 << 20;
/// Names that addresses of the site need for themselves.
const RESERVED_SLUGS: [&str; 6] = ["new", "admin", "api", "me", "assets", "all"];

/// Compiles the pattern of a column so that it must match the whole value.
///
/// # Errors
/// Why it is not a regular expression.
pub fn whole_value(pattern: &str) -> Result<regex::Regex, regex::Error> {
    // Compiled alone first: a stray parenthesis must not pair with those of the frame.
    regex::RegexBuilder::new(pattern).size_limit(PATTERN_BYTES).build()?;
    regex::RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(PATTERN_BYTES).build()
}

impl Manifest {
    /// Every rule that the manifest breaks by itself; empty when there is none. Looks at no clock and no file.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults(Vec::new());
        self.words(&mut faults);
        self.questions(&mut faults);
        self.times(&mut faults);
        self.predicted(&mut faults);
        self.shares(&mut faults);
        self.dictionary(&mut faults);
        self.participation(&mut faults);
        faults.0
    }

    fn words(&self, faults: &mut Faults) {
        let slug = &self.slug;
        if !is_name(slug) || slug.len() < 2 || slug.len() > 63 {
            let example = slug_from(slug).unwrap_or_else(|| "solar-cells".to_owned());
            let message = Sentence::new(
                format!(
                    "'{slug}' cannot be part of an address; write 2 to 63 lower-case letters, digits and hyphens, \
                     for example '{example}'"
                ),
                format!(
                    "‘{slug}’: 주소에 쓸 수 없습니다. ‘{example}’처럼 영문 소문자, 숫자, 하이픈으로 2~63자를 적어 주십시오."
                ),
            );
            faults.error("slug", Code::BadValue, message);
        } else if RESERVED_SLUGS.contains(&slug.as_str()) {
            let message = Sentence::new(
                format!("'{slug}' is an address of the site; choose another"),
                format!("‘{slug}’: 사이트가 쓰는 주소입니다. 다른 주소를 골라 주십시오."),
            );
            faults.error("slug", Code::BadValue, message);
        }
        for (key, word, text, limit) in
            [("title", "제목", &self.title, TITLE_CHARS), ("summary", "요약", &self.summary, SUMMARY_CHARS)]
        {
            for (language, spoken, words) in [("en", "영어", Some(&text.en)), ("ko", "한국어", text.ko.as_ref())] {
                let Some(words) = words else { continue };
                let chars = words.chars().count();
                let message = if words.trim().is_empty() {
                    Sentence::new(
                        format!("the {key} ({language}) is empty; write one"),
                        format!("{spoken} {word}이 비어 있습니다. 적어 주십시오."),
                    )
                } else if chars > limit {
                    Sentence::new(
                        format!("the {key} ({language}) has {chars} characters; shorten it to {limit} or fewer"),
                        format!("{spoken} {word}이 {chars}자입니다. {limit}자 이하로 줄여 주십시오."),
                    )
                } else if words.chars().any(char::is_control) {
                    Sentence::new(
                        format!("the {key} ({language}) holds a line break or a control character; remove it"),
                        format!("{spoken} {word}에 줄바꿈이나 제어 문자가 들어 있습니다. 지워 주십시오."),
                    )
                } else {
                    continue;
                };
                faults.error(key, Code::BadValue, message);
            }
            if text.ko.is_none() {
                let form = format!("{key} = {{ en = \"…\", ko = \"…\" }}");
                let message = Sentence::new(
                    format!("the {key} has no Korean version; write {form}"),
                    format!("한국어 {word}이 없습니다. {form}처럼 적어 주십시오."),
                );
                faults.warning(key, Code::MissingTranslation, message);
            }
        }
        if self.licence.trim().is_empty() {
            let message = Sentence::new(
                "the licence is empty; participants must know what they may do with the data, for example \"CC-BY-4.0\"",
                "라이선스가 비어 있습니다. 데이터를 어떻게 쓸 수 있는지 \"CC-BY-4.0\"처럼 적어 주십시오.",
            );
            faults.error("licence", Code::BadValue, message);
        }
    }

    /// Texts of the template that nobody has replaced.
    fn questions(&self, faults: &mut Faults) {
        let is_question = |text: &Text| text.en.starts_with(QUESTION);
        for (key, word, text) in [("title", "제목", &self.title), ("summary", "요약", &self.summary)] {
            let message = if is_question(text) {
                Sentence::new(
                    format!("the {key} is still a question; answer it"),
                    format!("영어 {word}이 아직 질문 그대로입니다. 답을 적어 주십시오."),
                )
            } else if text.ko.as_deref().is_some_and(|ko| ko.starts_with(QUESTION)) {
                Sentence::new(
                    format!("the {key} (ko) is still a question; answer it, or remove ko"),
                    format!("한국어 {word}이 아직 질문 그대로입니다. 답을 적거나 ko 값을 빼 주십시오."),
                )
            } else {
                continue;
            };
            faults.error(key, Code::UnansweredQuestion, message);
        }
        if self.licence.starts_with(QUESTION) {
            let message = Sentence::new(
                "the licence is still a question; write what people may do with the data, like \"CC-BY-4.0\"",
                "라이선스가 아직 질문 그대로입니다. 데이터를 어떻게 쓸 수 있는지 \"CC-BY-4.0\"처럼 적어 주십시오.",
            );
            faults.error("licence", Code::UnansweredQuestion, message);
        }
        for (i, column) in self.columns.iter().enumerate().filter(|(_, column)| is_question(&column.meaning)) {
            let message = Sentence::new(
                format!("nobody said yet what '{}' of {} means; write it", column.name, column.file),
                format!("{}의 ‘{}’ 열: 설명이 아직 없습니다. 적어 주십시오.", column.file, column.name),
            );
            faults.warning(format!("columns[{i}].meaning"), Code::UnansweredQuestion, message);
        }
    }

    fn times(&self, faults: &mut Faults) {
        let mut add = |key: String, fault: &DateFault| faults.error(&key, Code::BadDate, fault.sentence());
        if let Err(wrong) = self.dates.instants() {
            wrong.iter().for_each(|fault| add(format!("dates.{}", fault.key()), fault));
        }
        let Ok(zone) = self.dates.zone() else { return };
        let pages = self.pages.iter().enumerate().map(|(i, page)| (format!("pages[{i}]"), page.visible_from));
        let files = self.files.iter().enumerate().map(|(i, file)| (format!("files[{i}]"), Some(file.visible_from)));
        for (key, time) in pages.chain(files) {
            if let Some(Err(fault)) = time.map(|time| dates::instant("visible_from", time, zone)) {
                add(format!("{key}.visible_from"), &fault);
            }
        }
    }

    /// What [`podium_scoring::spec::Task::check`] finds, with its place and what to do.
    fn predicted(&self, faults: &mut Faults) {
        let task = &self.task;
        let place = |list: Option<&[String]>, name: &str, from_end: bool| {
            let mut places = list.unwrap_or_default().iter().enumerate().filter(|(_, item)| item.trim() == name);
            let found = if from_end { places.next_back() } else { places.next() };
            found.map_or_else(String::new, |(i, _)| format!("[{i}]"))
        };
        let classes = task.classes.as_deref();
        for error in task.check().err().into_iter().flatten() {
            let (key, code, message) = match &error {
                TaskError::MetricKind { metric, kind } => {
                    let shown = task.show.iter().position(|shown| shown.to_string() == *metric);
                    let key = match shown {
                        Some(i) if task.metric.to_string() != *metric => format!("task.show[{i}]"),
                        _ => "task.metric".to_owned(),
                    };
                    let fitting = metrics_of(*kind).join(", ");
                    let message = Sentence::new(
                        format!("{error}; write one of {fitting}"),
                        format!("{metric}: ‘{kind}’ 유형의 지표가 아닙니다. 다음 중 하나를 적어 주십시오: {fitting}."),
                    );
                    (key, Code::BadMetric, message)
                }
                TaskError::EmptyClass => {
                    let message = Sentence::new(
                        format!("{error}; write its label"),
                        "이름이 빈 클래스가 있습니다. 라벨을 적어 주십시오.",
                    );
                    (format!("task.classes{}", place(classes, "", false)), Code::BadValue, message)
                }
                TaskError::RepeatedClass(name) => {
                    let message = Sentence::new(
                        format!("{error}; keep one"),
                        format!("‘{name}’ 클래스가 두 번 나옵니다. 하나만 남겨 주십시오."),
                    );
                    (format!("task.classes{}", place(classes, name, true)), Code::BadValue, message)
                }
                TaskError::ClassesNotUsed(kind) => {
                    let message = Sentence::new(
                        format!("{error}; remove the key, or change the kind"),
                        format!("‘{kind}’ 유형에는 클래스가 없습니다. classes 설정을 빼거나 유형을 바꿔 주십시오."),
                    );
                    ("task.classes".to_owned(), Code::BadValue, message)
                }
                TaskError::TooFewClasses => {
                    let message = Sentence::new(
                        format!("{error}; write every label of the solution"),
                        "클래스가 둘 이상이어야 합니다. 정답의 라벨을 모두 적어 주십시오.",
                    );
                    ("task.classes".to_owned(), Code::BadValue, message)
                }
                TaskError::PositiveUnknown(name) => {
                    let near = spelling::nearest(name, classes.into_iter().flatten().map(String::as_str));
                    let (en, ko) = match near {
                        Some(near) => (format!("did you mean '{near}'?"), format!("혹시 ‘{near}’입니까?")),
                        None => ("write one of them".to_owned(), "클래스 중 하나를 적어 주십시오.".to_owned()),
                    };
                    let message = Sentence::new(
                        format!("{error}; {en}"),
                        format!("양성 클래스 ‘{name}’: 클래스 목록에 없습니다. {ko}"),
                    );
                    ("task.positive".to_owned(), Code::BadValue, message)
                }
                TaskError::SeveralTargets(kind) => {
                    let message = Sentence::new(
                        format!("{error}; write one column, or kind = \"numbers\""),
                        format!(
                            "‘{kind}’ 유형은 한 열만 예측합니다. 열을 하나만 적거나 kind = \"numbers\"로 바꿔 주십시오."
                        ),
                    );
                    ("task.target".to_owned(), Code::BadValue, message)
                }
                TaskError::ColumnName(name) => {
                    let targets = task.target.as_ref().map(OneOrMany::names);
                    let is_id = targets.is_none_or(|targets| !targets.contains(name));
                    let key = if is_id { "task.id".to_owned() } else { "task.target".to_owned() };
                    let message = Sentence::new(
                        format!("{error}; rename the column"),
                        format!(
                            "‘{name}’ 열: 따로 쓰는 이름이거나 두 번 쓴 이름이라서 id나 예측할 열이 될 수 없습니다. 열의 \
                             이름을 바꿔 주십시오."
                        ),
                    );
                    (key, Code::BadValue, message)
                }
                TaskError::SpaceInLabel(name) => {
                    let message = Sentence::new(
                        format!("{error}; use '_' instead"),
                        format!(
                            "‘{name}’ 라벨의 이름에 공백이 있습니다. 라벨은 공백으로 구분하므로 대신 ‘_’ 문자를 써 주십시오."
                        ),
                    );
                    (format!("task.classes{}", place(classes, name, false)), Code::BadValue, message)
                }
            };
            faults.error(key, code, message);
        }
        for (i, metric) in task.show.iter().enumerate() {
            if task.metrics().take(i + 1).any(|earlier| earlier == metric) {
                let message = Sentence::new(
                    format!("the metric {metric} is shown already; remove it"),
                    format!("‘{metric}’ 지표가 두 번 나옵니다. 하나만 남겨 주십시오."),
                );
                faults.warning(format!("task.show[{i}]"), Code::BadMetric, message);
            }
        }
    }

    fn shares(&self, faults: &mut Faults) {
        let public = self.split.public;
        if !(public > 0.0 && public < 1.0) {
            let is_per_cent = public > 1.0 && public < 100.0;
            let share = public / 100.0;
            let (en, ko) = if is_per_cent {
                (format!(", for example {share}"), format!(" 예를 들어 {share}입니다."))
            } else {
                (String::new(), String::new())
            };
            let message = Sentence::new(
                format!("public = {public} is no share of the rows; write a number between 0 and 1{en}"),
                format!("public = {public}: 행의 비율이 아닙니다. 0과 1 사이의 수를 적어 주십시오.{ko}"),
            );
            faults.error("split.public", Code::BadValue, message);
        } else if public > 0.5 {
            let message = Sentence::new(
                format!(
                    "public = {public} leaves less than half of the rows for the private leaderboard, which decides; \
                     0.3 is usual"
                ),
                format!(
                    "public = {public}: 최종 순위를 정하는 비공개 리더보드에 행이 절반도 남지 않습니다. 보통은 0.3으로 둡니다."
                ),
            );
            faults.warning("split.public", Code::SmallSplit, message);
        }
        let limits = &self.limits;
        for (key, number, most) in [
            ("entries_per_day", u64::from(limits.entries_per_day), 1000),
            ("finals", u64::from(limits.finals), 100),
            ("team_size", u64::from(limits.team_size), 1000),
            ("file_bytes", limits.file_bytes, FILE_BYTES_MAX),
        ] {
            if number == 0 || number > most {
                let message = Sentence::new(
                    format!("{key} = {number} is out of range; write a number from 1 to {most}"),
                    format!("{key} = {number}: 범위를 벗어났습니다. 1~{most} 사이의 수를 적어 주십시오."),
                );
                faults.error(format!("limits.{key}"), Code::BadValue, message);
            }
        }
        let mut last = 0;
        for (i, zone) in self.board.zones.iter().enumerate() {
            if zone.through <= last {
                let message = Sentence::new(
                    format!(
                        "the zone '{}' ends with rank {}, but must end after rank {last}, where the one before it ends",
                        zone.name.en, zone.through
                    ),
                    format!(
                        "‘{}’ 구역: {}위에서 끝나지만, 바로 앞 구역이 끝나는 {last}위보다 뒤에서 끝나야 합니다.",
                        zone.name.ko_or_en(),
                        zone.through
                    ),
                );
                faults.error(format!("board.zones[{i}].through"), Code::BadValue, message);
            }
            last = last.max(zone.through);
        }
        self.names_and_paths(faults);
    }

    fn names_and_paths(&self, faults: &mut Faults) {
        let names: Vec<&String> = self.pages.iter().map(|page| &page.name).collect();
        for (i, name) in repeated(&names) {
            let message = Sentence::new(
                format!("the page '{name}' stands twice; keep one"),
                format!("‘{name}’ 페이지가 두 번 나옵니다. 하나만 남겨 주십시오."),
            );
            faults.error(format!("pages[{i}].name"), Code::BadValue, message);
        }
        for (i, page) in self.pages.iter().enumerate() {
            if !is_name(&page.name) || page.name.len() > 63 {
                let message = Sentence::new(
                    format!("'{}' cannot name a page; write lower-case letters, digits and hyphens", page.name),
                    format!(
                        "‘{}’: 페이지 이름으로 쓸 수 없습니다. 영문 소문자, 숫자, 하이픈으로 적어 주십시오.",
                        page.name
                    ),
                );
                faults.error(format!("pages[{i}].name"), Code::BadValue, message);
            }
        }
        let paths: Vec<&String> = self.files.iter().map(|file| &file.path).collect();
        for (i, path) in repeated(&paths) {
            faults.error(format!("files[{i}].path"), Code::BadValue, stands_twice(path));
        }
    }

    fn dictionary(&self, faults: &mut Faults) {
        let mut seen = BTreeSet::new();
        for (i, column) in self.columns.iter().enumerate() {
            let key = |name: &str| format!("columns[{i}].{name}");
            if !seen.insert((&column.file, fold(&column.name))) {
                let message = Sentence::new(
                    format!("'{}' of {} stands twice in the dictionary; keep one", column.name, column.file),
                    format!("{}의 ‘{}’ 열 설명이 두 번 나옵니다. 하나만 남겨 주십시오.", column.file, column.name),
                );
                faults.error(key("name"), Code::Dictionary, message);
            }
            if column.meaning.en.trim().is_empty() {
                let message = Sentence::new(
                    "the meaning is empty; say what the column holds",
                    "영어 설명이 비어 있습니다. 무엇이 들어 있는 열인지 적어 주십시오.",
                );
                faults.error(key("meaning"), Code::Dictionary, message);
            }
            if let Some([low, high]) = column.range
                && (low.is_nan() || high.is_nan() || low > high)
            {
                let message = Sentence::new(
                    format!("the range [{low}, {high}] holds no number; write the least number first"),
                    format!("[{low}, {high}] 범위에는 수가 없습니다. 작은 수를 먼저 적어 주십시오."),
                );
                faults.error(key("range"), Code::Dictionary, message);
            }
            if let Some(pattern) = &column.pattern
                && let Err(error) = whole_value(pattern)
            {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                let message = Sentence::new(
                    format!("'{pattern}' is not a regular expression ({reason}); correct it or remove it"),
                    format!("‘{pattern}’: 정규 표현식이 아닙니다({reason}). 고치거나 빼 주십시오."),
                );
                faults.error(key("pattern"), Code::Dictionary, message);
            }
            match &column.values {
                Some(Values::Classes(_)) if self.task.classes.is_none() => {
                    let message = Sentence::new(
                        "values = \"classes\" needs the list 'classes' in [task]; write it there",
                        "values = \"classes\"라고 적으려면 [task]에 classes 목록이 있어야 합니다. 목록을 적어 주십시오.",
                    );
                    faults.error(key("values"), Code::Dictionary, message);
                }
                Some(Values::List(values)) if values.is_empty() => {
                    let message = Sentence::new(
                        "the list of values is empty; list them or remove it",
                        "값 목록이 비어 있습니다. 값을 적거나 목록을 빼 주십시오.",
                    );
                    faults.error(key("values"), Code::Dictionary, message);
                }
                _ => {}
            }
        }
    }
}

/// A value that may stand once in a list.
pub(crate) fn stands_twice(value: &str) -> Sentence {
    Sentence::new(
        format!("'{value}' stands twice; keep one"),
        format!("‘{value}’ 값이 두 번 나옵니다. 하나만 남겨 주십시오."),
    )
}

pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn error(&mut self, key: impl Into<String>, code: Code, message: Sentence) {
        self.0.push(Fault { key: key.into(), code, severity: Severity::Error, message });
    }

    fn warning(&mut self, key: impl Into<String>, code: Code, message: Sentence) {
        self.0.push(Fault { key: key.into(), code, severity: Severity::Warning, message });
    }
}

/// Names of the metrics of a kind of task, as the documentation lists them.
fn metrics_of(kind: Kind) -> Vec<String> {
    let with_parameter = |pattern: &str| pattern.replace("@k", "@10").replace("@q", "@0.5");
    let fits = |pattern: &String| with_parameter(pattern).parse::<Metric>().is_ok_and(|metric| metric.applies_to(kind));
    metric::patterns().into_iter().filter(fits).collect()
}

/// Lower-case letters, digits and single hyphens between them.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// The slug nearest to any words, if there is one.
pub(crate) fn slug_from(words: &str) -> Option<String> {
    let lower = words.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let mut slug = parts.join("-");
    slug.truncate(63);
    let slug = slug.trim_end_matches('-').to_owned();
    (slug.len() >= 2).then_some(slug)
}

/// Names of columns are compared trimmed and case-folded.
pub(crate) fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Second and later places of a value in a list.
fn repeated<T: Ord + AsRef<str>>(list: &[T]) -> impl Iterator<Item = (usize, &str)> {
    let mut seen = BTreeSet::new();
    list.iter().enumerate().filter(move |(_, item)| !seen.insert(*item)).map(|(i, item)| (i, item.as_ref()))
}
