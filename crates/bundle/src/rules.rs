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
    pub message: String,
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
        if !is_name(&self.slug) || self.slug.len() < 2 || self.slug.len() > 63 {
            faults.error(
                "slug",
                Code::BadValue,
                format!(
                    "'{}' cannot be part of an address; write 2 to 63 lower-case letters, digits and hyphens, \
                     for example '{}'",
                    self.slug,
                    slug_from(&self.slug).unwrap_or_else(|| "solar-cells".to_owned()),
                ),
            );
        } else if RESERVED_SLUGS.contains(&self.slug.as_str()) {
            faults.error("slug", Code::BadValue, format!("'{}' is an address of the site; choose another", self.slug));
        }
        for (key, text, limit) in [("title", &self.title, TITLE_CHARS), ("summary", &self.summary, SUMMARY_CHARS)] {
            for (language, words) in [("en", Some(&text.en)), ("ko", text.ko.as_ref())] {
                let Some(words) = words else { continue };
                let chars = words.chars().count();
                if words.trim().is_empty() {
                    faults.error(key, Code::BadValue, format!("the {key} ({language}) is empty; write one"));
                } else if chars > limit {
                    let message =
                        format!("the {key} ({language}) has {chars} characters; shorten it to {limit} or fewer");
                    faults.error(key, Code::BadValue, message);
                } else if words.chars().any(char::is_control) {
                    let message =
                        format!("the {key} ({language}) holds a line break or a control character; remove it");
                    faults.error(key, Code::BadValue, message);
                }
            }
            if text.ko.is_none() {
                let message = format!("the {key} has no Korean version; write {key} = {{ en = \"…\", ko = \"…\" }}");
                faults.warning(key, Code::MissingTranslation, message);
            }
        }
        if self.licence.trim().is_empty() {
            faults.error(
                "licence",
                Code::BadValue,
                "the licence is empty; participants must know what they may do with the data, for example \"CC-BY-4.0\"",
            );
        }
    }

    /// Texts of the template that nobody has replaced.
    fn questions(&self, faults: &mut Faults) {
        let is_question = |text: &Text| text.en.starts_with(QUESTION);
        for (key, text) in [("title", &self.title), ("summary", &self.summary)] {
            if is_question(text) {
                faults.error(key, Code::UnansweredQuestion, format!("the {key} is still a question; answer it"));
            } else if text.ko.as_deref().is_some_and(|ko| ko.starts_with(QUESTION)) {
                let message = format!("the {key} (ko) is still a question; answer it, or remove ko");
                faults.error(key, Code::UnansweredQuestion, message);
            }
        }
        if self.licence.starts_with(QUESTION) {
            let message = "the licence is still a question; write what people may do with the data, like \"CC-BY-4.0\"";
            faults.error("licence", Code::UnansweredQuestion, message);
        }
        for (i, column) in self.columns.iter().enumerate().filter(|(_, column)| is_question(&column.meaning)) {
            let message = format!("nobody said yet what '{}' of {} means; write it", column.name, column.file);
            faults.warning(format!("columns[{i}].meaning"), Code::UnansweredQuestion, message);
        }
    }

    fn times(&self, faults: &mut Faults) {
        let mut add = |key: String, fault: &DateFault| faults.error(&key, Code::BadDate, fault.to_string());
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
            let (key, code, advice) = match &error {
                TaskError::MetricKind { metric, kind } => {
                    let shown = task.show.iter().position(|shown| shown.to_string() == *metric);
                    let key = match shown {
                        Some(i) if task.metric.to_string() != *metric => format!("task.show[{i}]"),
                        _ => "task.metric".to_owned(),
                    };
                    (key, Code::BadMetric, format!("write one of {}", metrics_of(*kind).join(", ")))
                }
                TaskError::EmptyClass => {
                    (format!("task.classes{}", place(classes, "", false)), Code::BadValue, "write its label".to_owned())
                }
                TaskError::RepeatedClass(name) => {
                    (format!("task.classes{}", place(classes, name, true)), Code::BadValue, "keep one".to_owned())
                }
                TaskError::ClassesNotUsed(_) => {
                    ("task.classes".to_owned(), Code::BadValue, "remove the key, or change the kind".to_owned())
                }
                TaskError::TooFewClasses => {
                    ("task.classes".to_owned(), Code::BadValue, "write every label of the solution".to_owned())
                }
                TaskError::PositiveUnknown(name) => {
                    let near = spelling::nearest(name, classes.into_iter().flatten().map(String::as_str));
                    let near =
                        near.map_or_else(|| "write one of them".to_owned(), |near| format!("did you mean '{near}'?"));
                    ("task.positive".to_owned(), Code::BadValue, near)
                }
                TaskError::SeveralTargets(_) => {
                    ("task.target".to_owned(), Code::BadValue, "write one column, or kind = \"numbers\"".to_owned())
                }
                TaskError::ColumnName(name) => {
                    let targets = task.target.as_ref().map(OneOrMany::names);
                    let is_id = targets.is_none_or(|targets| !targets.contains(name));
                    let key = if is_id { "task.id".to_owned() } else { "task.target".to_owned() };
                    (key, Code::BadValue, "rename the column".to_owned())
                }
                TaskError::SpaceInLabel(name) => (
                    format!("task.classes{}", place(classes, name, false)),
                    Code::BadValue,
                    "use '_' instead".to_owned(),
                ),
            };
            faults.error(key, code, format!("{error}; {advice}"));
        }
        for (i, metric) in task.show.iter().enumerate() {
            if task.metrics().take(i + 1).any(|earlier| earlier == metric) {
                let message = format!("the metric {metric} is shown already; remove it");
                faults.warning(format!("task.show[{i}]"), Code::BadMetric, message);
            }
        }
    }

    fn shares(&self, faults: &mut Faults) {
        let public = self.split.public;
        if !(public > 0.0 && public < 1.0) {
            let hint = if public > 1.0 && public < 100.0 {
                format!(", for example {}", public / 100.0)
            } else {
                String::new()
            };
            let message = format!("public = {public} is no share of the rows; write a number between 0 and 1{hint}");
            faults.error("split.public", Code::BadValue, message);
        } else if public > 0.5 {
            let message = format!(
                "public = {public} leaves less than half of the rows for the private leaderboard, which decides; \
                 0.3 is usual"
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
                let message = format!("{key} = {number} is out of range; write a number from 1 to {most}");
                faults.error(format!("limits.{key}"), Code::BadValue, message);
            }
        }
        let mut last = 0;
        for (i, zone) in self.board.zones.iter().enumerate() {
            if zone.through <= last {
                let message = format!(
                    "the zone '{}' ends with rank {}, but must end after rank {last}, where the one before it ends",
                    zone.name.en, zone.through
                );
                faults.error(format!("board.zones[{i}].through"), Code::BadValue, message);
            }
            last = last.max(zone.through);
        }
        let names: Vec<&String> = self.pages.iter().map(|page| &page.name).collect();
        for (i, name) in repeated(&names) {
            faults.error(
                format!("pages[{i}].name"),
                Code::BadValue,
                format!("the page '{name}' stands twice; keep one"),
            );
        }
        for (i, page) in self.pages.iter().enumerate() {
            if !is_name(&page.name) || page.name.len() > 63 {
                let message =
                    format!("'{}' cannot name a page; write lower-case letters, digits and hyphens", page.name);
                faults.error(format!("pages[{i}].name"), Code::BadValue, message);
            }
        }
        let paths: Vec<&String> = self.files.iter().map(|file| &file.path).collect();
        for (i, path) in repeated(&paths) {
            faults.error(format!("files[{i}].path"), Code::BadValue, format!("'{path}' stands twice; keep one"));
        }
    }

    fn dictionary(&self, faults: &mut Faults) {
        let mut seen = BTreeSet::new();
        for (i, column) in self.columns.iter().enumerate() {
            let key = |name: &str| format!("columns[{i}].{name}");
            if !seen.insert((&column.file, fold(&column.name))) {
                let message = format!("'{}' of {} stands twice in the dictionary; keep one", column.name, column.file);
                faults.error(key("name"), Code::Dictionary, message);
            }
            if column.meaning.en.trim().is_empty() {
                faults.error(key("meaning"), Code::Dictionary, "the meaning is empty; say what the column holds");
            }
            if let Some([low, high]) = column.range
                && (low.is_nan() || high.is_nan() || low > high)
            {
                let message = format!("the range [{low}, {high}] holds no number; write the least number first");
                faults.error(key("range"), Code::Dictionary, message);
            }
            if let Some(pattern) = &column.pattern
                && let Err(error) = whole_value(pattern)
            {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                let message = format!("'{pattern}' is not a regular expression ({reason}); correct it or remove it");
                faults.error(key("pattern"), Code::Dictionary, message);
            }
            match &column.values {
                Some(Values::Classes(_)) if self.task.classes.is_none() => {
                    let message = "values = \"classes\" needs the list 'classes' in [task]; write it there";
                    faults.error(key("values"), Code::Dictionary, message);
                }
                Some(Values::List(values)) if values.is_empty() => {
                    faults.error(
                        key("values"),
                        Code::Dictionary,
                        "the list of values is empty; list them or remove it",
                    );
                }
                _ => {}
            }
        }
    }
}

pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn error(&mut self, key: impl Into<String>, code: Code, message: impl Into<String>) {
        self.0.push(Fault { key: key.into(), code, severity: Severity::Error, message: message.into() });
    }

    fn warning(&mut self, key: impl Into<String>, code: Code, message: impl Into<String>) {
        self.0.push(Fault { key: key.into(), code, severity: Severity::Warning, message: message.into() });
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
