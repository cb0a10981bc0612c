//! The fast path: scores a plain file in one pass over its bytes, without building records or columns, against an index
//! that is built once per solution and shared. Whatever it does not understand, and every wrong file, is for the exact
//! reader, so it writes no messages; verdict and score are the same on every file.
//!
//! A row costs about 20 ns: two 8-byte loads find the comma, one multiplication hashes the id, a slot of 4 bytes says
//! class and use, and a batch of rows is looked up together so that the cache misses overlap.

use std::io::{self, Read, Seek, SeekFrom};

use crate::columns::{Kind, Targets};
use crate::expected::Expected;
use crate::ids::Ids;
use crate::metric::{Estimate, Metric, Undefined};
use crate::rejection::{Faults, Notices};
use crate::report::{MetricReport, Report};
use crate::sealed::Sealed;
use crate::solution::{Part, Solution};
use crate::spec::Task;
use crate::split::SplitRule;
use crate::submission::{Checked, header};
use crate::table::{Limits, Table};

mod answers;
mod cold;
mod find;
mod keys;
mod number;
mod prefetch;
mod rows;
mod words;

use answers::{ClassTable, Labels, Needs, Probabilities, Scores, Unscored};
use find::{Any, Dense, Fact, Order, Slots};
use keys::{Hasher, Key};
use rows::{Dress, Rest};

/// A solution's rows by id, ready for many scorings. Far smaller than the [`Solution`], and enough for every plain file
/// that is right. Holds the hidden classes; `Debug` prints counts only.
#[derive(Clone)]
pub struct Index {
    /// What a submission looks like, without the ids.
    form: Expected,
    names: Vec<String>,
    table: ClassTable,
    positive: String,
    is_split: bool,
    hasher: Hasher,
    order: Order,
    any: Any,
    rows: usize,
    longest_id: usize,
}

/// Classes that a table of counts may have on this path.
const LABEL_CLASSES: usize = 256;

impl Index {
    /// Indexes a solution; none when its task, its ids or its metrics are not for the fast path.
    pub fn new(solution: &Solution) -> Option<Self> {
        let ids = &solution.expected.ids;
        let class_of: Box<dyn Fn(usize) -> u32> = match &solution.truth.targets {
            Targets::Classes { index, .. } => Box::new(|row| index[row]),
            Targets::Binary(rows) => Box::new(|row| u32::from(rows[row])),
            _ => return None,
        };
        if !is_for_sums(solution) || !ids.iter().all(is_plain) {
            return None;
        }
        let usage = |row: usize| solution.usage.as_ref().map(|usage| usage[row]);
        let facts: Vec<Fact> = (0..ids.len()).map(|row| Fact::new(class_of(row), usage(row))).collect();
        let (hasher, order, any) = tables(ids, &facts)?;
        Self::of(solution, hasher, order, any, ids.len(), ids.iter().map(str::len).max()?)
    }

    /// An index with the form and the classes of a solution, and the tables of its rows.
    fn of(solution: &Solution, hasher: Hasher, order: Order, any: Any, rows: usize, longest_id: usize) -> Option<Self> {
        let Expected { task, id, values, classes, .. } = &solution.expected;
        let names = match &solution.truth.targets {
            Targets::Classes { names, .. } => names.clone(),
            _ => Vec::new(),
        };
        is_for_sums(solution).then(|| Self {
            form: Expected {
                task: task.clone(),
                id: id.clone(),
                values: values.clone(),
                ids: Ids::new(),
                classes: classes.clone(),
                items: Ids::new(),
            },
            table: ClassTable::new(&names),
            names,
            positive: solution.truth.positive.clone(),
            is_split: solution.is_split(),
            hasher,
            order,
            any,
            rows,
            longest_id,
        })
    }

    /// Bytes that the index holds, for a cache.
    pub fn bytes(&self) -> usize {
        self.order.bytes()
            + match &self.any {
                Any::Dense(dense) => dense.bytes(),
                Any::Slots(slots) => slots.bytes(),
            }
    }

    /// Scores a file; none when it is not plain or not right, which the exact reader has to judge. Reads from the start
    /// of the file and leaves the position anywhere.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn score(&self, file: &mut (impl Read + Seek), limits: &Limits) -> io::Result<Option<Report>> {
        Ok(self.sums(file, limits)?.map(|sums| self.report(sums)))
    }

    /// Reads a file without scoring it; none when it is not plain or not right, as for [`score`](Self::score). What it
    /// says is what the exact reader would say.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn check(&self, file: &mut (impl Read + Seek), limits: &Limits) -> io::Result<Option<Checked>> {
        let Some(header) = self.header(file, limits)? else { return Ok(None) };
        let limit = limits.number_chars;
        let is_right = match self.form.task.kind {
            Kind::Labels => self.pass(file, &header, limits, || Unscored(Labels::new(&self.table)))?.is_some(),
            Kind::Probability => {
                self.pass(file, &header, limits, || Unscored(Scores::new(Needs::default(), limit)))?.is_some()
            }
            _ => {
                let make = || Unscored(Probabilities::new(header.classes.clone(), limit));
                self.pass(file, &header, limits, make)?.is_some()
            }
        };
        Ok(is_right.then(|| Checked { rows: self.rows as u64, notices: header.notices.into_vec() }))
    }

    /// Everything that the metrics need of a file.
    ///
    /// # Errors
    /// When the file cannot be read.
    fn sums(&self, file: &mut (impl Read + Seek), limits: &Limits) -> io::Result<Option<Sums<'_>>> {
        let Some(header) = self.header(file, limits)? else { return Ok(None) };
        let limit = limits.number_chars;
        let kept = match self.form.task.kind {
            Kind::Labels => self.pass(file, &header, limits, || Labels::new(&self.table))?.map(Kept::Labels),
            Kind::Probability => {
                self.pass(file, &header, limits, || Scores::new(self.needs(), limit))?.map(Kept::Scores)
            }
            _ => {
                let make = || Probabilities::new(header.classes.clone(), limit);
                self.pass(file, &header, limits, make)?.map(Kept::Probabilities)
            }
        };
        Ok(kept.map(|kept| Sums { kept, notices: header.notices }))
    }

    /// Reads the header by the exact reader's rules.
    fn header(&self, file: &mut (impl Read + Seek), limits: &Limits) -> io::Result<Option<Header>> {
        file.seek(SeekFrom::Start(0))?;
        let mut line = Vec::new();
        file.by_ref().take(limits.line_bytes as u64).read_to_end(&mut line)?;
        let Some(end) = memchr::memchr(b'\n', &line) else { return Ok(None) };
        let names = line[..end].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line[..end]);
        let names = names.strip_suffix(b"\r").unwrap_or(names);
        if names.iter().any(|&byte| is_control(byte)) {
            return Ok(None);
        }
        let dress = Dress { crlf: line[..end].ends_with(b"\r"), quotes: names.contains(&b'"') };
        let (mut faults, mut notices) = (Faults::new(limits), Notices::default());
        let mut table = Table::new(&line[..=end], *limits, false);
        table.open(&self.form.wanted(), &mut faults)?;
        let layout = header::read(&mut table, &self.form, &mut faults, &mut notices)?;
        let Some(layout) = layout.filter(|layout| faults.is_empty() && layout.id == 0) else {
            return Ok(None);
        };
        let mut classes = vec![None; layout.width - 1];
        for (class, &column) in (0..).zip(&layout.values) {
            classes[column - 1] = Some(class);
        }
        // Further columns, such as unnamed ones at the end, leave gaps.
        let classes: Option<Vec<u16>> = classes.into_iter().collect();
        // Limits that are checked nowhere else on this path must hold for every row it could read.
        let (quotes, line_end) = (2, 2);
        let longest_value = self.longest_id.max(16).max(limits.number_chars) + quotes;
        let longest_row = self.longest_id + quotes + 16 + (layout.width - 1) * (limits.number_chars + quotes + 1);
        if longest_row + line_end > limits.line_bytes || longest_value > limits.value_bytes {
            return Ok(None);
        }
        // If every line is like this one, it is all that there is to say about the file.
        table.notices(&mut notices);
        Ok(classes.map(|classes| Header { start: end as u64 + 1, dress, classes, notices }))
    }

    /// One pass over the rows; a second one when they begin in the solution's order and leave it.
    fn pass<A: answers::Answers>(
        &self,
        file: &mut (impl Read + Seek),
        header: &Header,
        limits: &Limits,
        answers: impl Fn() -> A,
    ) -> io::Result<Option<A>> {
        let mut rest = Rest { file, start: header.start, dress: header.dress, limits };
        let mut sums = answers();
        if rest.read(&mut self.order.finder(&self.hasher), &mut sums)? == Ok(()) {
            return Ok(Some(sums));
        }
        let mut sums = answers();
        let result = match &self.any {
            Any::Dense(dense) => rest.read(&mut dense.finder(), &mut sums)?,
            Any::Slots(slots) => rest.read(&mut slots.finder(&self.hasher), &mut sums)?,
        };
        Ok((result == Ok(())).then_some(sums))
    }

    fn needs(&self) -> Needs {
        let asks = |wanted: &[Metric]| self.form.task.metrics().any(|metric| wanted.contains(metric));
        Needs {
            curve: asks(&[Metric::RocAuc, Metric::AveragePrecision]),
            log_loss: asks(&[Metric::LogLoss]),
            brier: asks(&[Metric::Brier]),
        }
    }

    fn report(&self, sums: Sums<'_>) -> Report {
        let on = |metric: &Metric, part: Part| sums.kept.evaluate(self, metric, part, true);
        let report = |metric: &Metric| MetricReport {
            metric: metric.clone(),
            public: self.is_split.then(|| on(metric, Part::Public)),
            private: self.is_split.then(|| Sealed::new(on(metric, Part::Private))),
            all: Sealed::new(on(metric, Part::All)),
        };
        let metrics = self.form.task.metrics().map(report).collect();
        Report { metrics, rows: sums.kept.rows(), notices: sums.notices.into_vec() }
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Index({} rows)", self.rows)
    }
}

struct Header {
    /// Where the rows begin.
    start: u64,
    dress: Dress,
    /// Class of each value column; 0 for a single value.
    classes: Vec<u16>,
    notices: Notices,
}

/// What was kept of a submission, and what to say about it.
struct Sums<'a> {
    kept: Kept<'a>,
    notices: Notices,
}

#[expect(clippy::large_enum_variant, reason = "one a file, on the stack")]
enum Kept<'a> {
    Labels(Labels<'a>),
    Scores(Scores),
    Probabilities(Probabilities),
}

impl Kept<'_> {
    fn rows(&self) -> u64 {
        match self {
            Self::Labels(labels) => labels.rows(),
            Self::Scores(scores) => scores.rows(),
            Self::Probabilities(probabilities) => probabilities.rows(),
        }
    }

    fn evaluate(&self, index: &Index, metric: &Metric, part: Part, with_error: bool) -> Result<Estimate, Undefined> {
        match self {
            Self::Labels(labels) => labels.confusion(part, &index.names).evaluate(metric, &index.positive, with_error),
            Self::Scores(scores) => scores.evaluate(metric, part),
            Self::Probabilities(probabilities) => probabilities.evaluate(part),
        }
        .and_then(|estimate| {
            if estimate.value.is_finite() { Ok(estimate) } else { Err(Undefined::NotFinite(metric.to_string())) }
        })
    }
}

/// Whether the sums of this path give the metric.
fn is_fast(metric: &Metric, kind: Kind) -> bool {
    let of_labels = kind == Kind::Labels && metric.applies_to(kind) && !metric.needs_groups();
    let of_scores = kind == Kind::Probability
        && matches!(metric, Metric::RocAuc | Metric::AveragePrecision | Metric::LogLoss | Metric::Brier);
    of_labels || of_scores || (kind == Kind::Probabilities && *metric == Metric::LogLoss)
}

/// Whether a text stands in a file as it is, without quotes or blanks that a reader would remove.
fn is_plain(text: &str) -> bool {
    is_plain_line(text.as_bytes()) && !text.contains(',') && text.trim_matches([' ', '\t']).len() == text.len()
}

fn is_plain_line(line: &[u8]) -> bool {
    !line.starts_with(b"\xef\xbb\xbf") && !line.iter().any(|&byte| is_control(byte) || byte == b'"')
}

const fn is_control(byte: u8) -> bool {
    byte < b' ' || byte == 0x7f
}

/// Whether the sums of this path give all that is asked of a solution.
fn is_for_sums(solution: &Solution) -> bool {
    let (task, truth) = (&solution.expected.task, &solution.truth);
    let classes = match &truth.targets {
        Targets::Classes { names, .. } => names.len(),
        _ => 2,
    };
    let most = if task.kind == Kind::Labels { LABEL_CLASSES } else { Fact::CLASSES };
    classes <= most && truth.weights.is_none() && task.metrics().all(|metric| is_fast(metric, task.kind))
}

/// Tables of all rows. Keys are drawn again if two ids collide, which is rare.
fn tables(ids: &Ids, facts: &[Fact]) -> Option<(Hasher, Order, Any)> {
    let largest = *facts.iter().max()?;
    let mut dense = Dense::of(ids.iter());
    if let Some(dense) = &mut dense {
        ids.iter().zip(facts).for_each(|(id, &fact)| dense.add(id, fact));
    }
    (0..8).find_map(|_| {
        let hasher = Hasher::random();
        let keys: Vec<Key> = ids.iter().map(|id| hasher.of(id)).collect();
        let mut order = Order::for_rows(ids.len());
        keys.iter().zip(facts).for_each(|(&key, &fact)| order.add(key, fact));
        let any = match &dense {
            Some(dense) => Any::Dense(dense.clone()),
            None => {
                let mut slots = Slots::for_rows(ids.len(), largest);
                slots.add_all(&keys, facts).ok()?;
                Any::Slots(slots)
            }
        };
        Some((hasher, order, any))
    })
}

/// Scores two files; none when the exact readers have to judge one of them.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn score_files(
    solution: &mut (impl Read + Seek),
    submission: &mut (impl Read + Seek),
    task: &Task,
    rule: Option<&SplitRule>,
    limits: &Limits,
) -> io::Result<Option<Report>> {
    match Index::from_file(solution, task, rule)? {
        Some(index) => index.score(submission, limits),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests;
