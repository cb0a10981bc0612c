//! The values of a row: from text to a class, a number or a list, by the kind of the task.

use std::collections::HashMap;

use crate::characters::{code_point, first_invisible};
use crate::columns::{Kind, Lists, Predictions};
use crate::expected::Expected;
use crate::ids::{Ids, NotAdded};
use crate::rejection::{Code, Fault, Faults, NoticeCode, Notices, shown};
use crate::spec::{Classes, class_name};
use crate::table::{Limits, Record, words};
use crate::values::{Writing, explain, number, whole_number};

use super::header::Layout;

/// Negative probabilities from here on are noise of floats and read as 0.
const NOISE: f64 = -1e-9;
/// How far the probabilities of a row may be from summing to 1.
const SUM_TOLERANCE: f64 = 0.01;
/// Rows nearer to 1 than this are left as they are, as scikit-learn does: text of 32-bit floats is off by about 1e-7.
const SUM_EXACT: f64 = 1e-6;

/// Different unknown labels of a file that are compared with the classes to suggest one.
const SUGGESTED_LABELS: usize = 100;

/// The value of the row in hand.
#[derive(Debug, Default)]
pub(super) struct Value {
    class: u32,
    numbers: Vec<f64>,
    list: Vec<u32>,
}

/// Values by row of the solution, and what was met while reading them.
pub(super) struct Cells<'a> {
    expected: &'a Expected,
    layout: &'a Layout,
    limits: Limits,
    stored: Stored,
    value: Value,
    /// Labels beyond those of the solution.
    further: Ids,
    /// What was said about unknown labels, so that the same label gets the same words and a suggestion costs little.
    explained: HashMap<String, (Code, String)>,
    /// Places of the row's unknown items in its text, sorted to find repetitions.
    unknown: Vec<(u32, u32)>,
    blanks: u64,
    writings: Vec<Writing>,
    scaled: bool,
    tiny_negative: bool,
    repeated_label: bool,
}

enum Stored {
    Classes(Vec<u32>),
    Numbers {
        width: usize,
        values: Vec<f64>,
    },
    /// Begin and length of each row's list.
    Lists {
        spans: Vec<(u32, u32)>,
        items: Vec<u32>,
    },
}

impl<'a> Cells<'a> {
    pub(super) fn new(expected: &'a Expected, layout: &'a Layout, limits: &Limits) -> Self {
        let rows = expected.ids.len();
        let width = layout.values.len();
        let stored = match expected.task.kind {
            Kind::Labels => Stored::Classes(vec![0; rows]),
            Kind::Probability | Kind::Probabilities | Kind::Numbers => {
                // A value has at least two bytes, a digit and a separator. Where a complete file would be larger than
                // the limit, as with thousands of made-up columns, nothing needs to be kept.
                let is_possible = (rows * width) as u64 <= limits.file_bytes / 2;
                Stored::Numbers { width, values: if is_possible { vec![0.0; rows * width] } else { Vec::new() } }
            }
            Kind::Ranking | Kind::Multilabel => Stored::Lists { spans: vec![(0, 0); rows], items: Vec::new() },
        };
        Self {
            expected,
            layout,
            limits: *limits,
            stored,
            value: Value::default(),
            further: Ids::new(),
            explained: HashMap::new(),
            unknown: Vec::new(),
            blanks: 0,
            writings: Vec::new(),
            scaled: false,
            tiny_negative: false,
            repeated_label: false,
        }
    }

    /// Counts a value with blanks around it.
    pub(super) fn had_blanks(&mut self, had: bool) {
        self.blanks += u64::from(had);
    }

    /// Reads the row's values; `false` when one of them is refused, which has been added then. Of several in a row only
    /// the first is reported.
    pub(super) fn read(&mut self, record: &Record<'_>, faults: &mut Faults) -> bool {
        match self.expected.task.kind {
            Kind::Labels => {
                let column = self.layout.values[0];
                let (text, had_blanks) = record.get(column);
                self.had_blanks(had_blanks);
                match self.class(text, record, column, faults) {
                    Some(class) => {
                        self.value.class = class;
                        true
                    }
                    None => false,
                }
            }
            Kind::Numbers => self.numbers(record, false, faults),
            Kind::Probability => self.numbers(record, true, faults),
            Kind::Probabilities => self.numbers(record, true, faults) && self.sum(record, faults),
            Kind::Multilabel => self.set(record, faults),
            Kind::Ranking => self.ranking(record, faults),
        }
    }

    /// Keeps the value that was read.
    pub(super) fn store(&mut self, row: u32) {
        let row = row as usize;
        match &mut self.stored {
            Stored::Classes(classes) => classes[row] = self.value.class,
            Stored::Numbers { width, values } => {
                if let Some(kept) = values.get_mut(row * *width..(row + 1) * *width) {
                    kept.copy_from_slice(&self.value.numbers);
                }
            }
            Stored::Lists { spans, items } => {
                // The size limit of a file is far below 4 billion items.
                spans[row] = (items.len() as u32, self.value.list.len() as u32);
                items.extend_from_slice(&self.value.list);
            }
        }
    }

    /// Whether the value that was read is the one kept for a row.
    pub(super) fn is_same(&self, row: u32) -> bool {
        let row = row as usize;
        match &self.stored {
            Stored::Classes(classes) => classes[row] == self.value.class,
            Stored::Numbers { width, values } => {
                values.get(row * width..(row + 1) * width) == Some(&self.value.numbers)
            }
            Stored::Lists { spans, items } => {
                let (start, length) = spans[row];
                items.get(start as usize..(start + length) as usize) == Some(&self.value.list)
            }
        }
    }

    /// The kept value of a row and the one just read, where they are short enough for a message.
    pub(super) fn both(&self, row: u32) -> Option<(String, String)> {
        match &self.stored {
            Stored::Classes(classes) => {
                Some((shown(self.class_name(classes[row as usize])), shown(self.class_name(self.value.class))))
            }
            Stored::Numbers { width: 1, values } => {
                Some((values.get(row as usize)?.to_string(), self.value.numbers.first()?.to_string()))
            }
            Stored::Numbers { .. } | Stored::Lists { .. } => None,
        }
    }

    /// What messages call a cell, or an entry of it.
    pub(super) fn noun(&self) -> &'static str {
        match self.expected.task.kind {
            Kind::Labels | Kind::Multilabel => "label",
            Kind::Ranking => "list",
            Kind::Probability | Kind::Probabilities | Kind::Numbers => "value",
        }
    }

    fn class_name(&self, class: u32) -> &str {
        let known = self.expected.classes.as_ref().map_or(0, |classes| classes.names().len());
        match (class as usize).checked_sub(known) {
            Some(further) => self.further.get(further),
            None => self.expected.classes.as_ref().map_or("", |classes| classes.name(class)),
        }
    }

    /// The class that a text names; `None` when there is none, which has been added then.
    fn class(&mut self, text: &str, record: &Record<'_>, column: usize, faults: &mut Faults) -> Option<u32> {
        let classes = self.expected.classes.as_ref()?;
        if let Some(class) = classes.find(text) {
            return Some(class);
        }
        if !text.is_ascii()
            && let Some(class) = classes.find(&class_name(text))
        {
            return Some(class);
        }
        let whole = if classes.are_integers() { whole_number(text) } else { None };
        if let Some((whole, writing)) = &whole
            && let Some(class) = classes.find(whole)
        {
            if !self.writings.contains(writing) {
                self.writings.push(*writing);
            }
            return Some(class);
        }
        let id = record.get(self.layout.id).0;
        if let Some((code, text)) = explain::missing(text, self.noun(), id) {
            self.refuse(code, record.line, column, record.get(column).0, text, faults);
            return None;
        }
        if classes.is_closed() {
            let (code, words) = match self.explained.get(text) {
                Some(known) => known.clone(),
                None => {
                    let is_new = self.explained.len() < SUGGESTED_LABELS;
                    let words = explain::label(text, classes, is_new);
                    if is_new {
                        self.explained.insert(text.to_owned(), words.clone());
                    }
                    words
                }
            };
            self.refuse(code, record.line, column, text, words, faults);
            return None;
        }
        self.further_class(&whole.map_or_else(|| class_name(text), |(whole, _)| whole), classes, record, column, faults)
    }

    /// A label that the solution does not have, where any label may be sent.
    fn further_class(
        &mut self,
        name: &str,
        classes: &Classes,
        record: &Record<'_>,
        column: usize,
        faults: &mut Faults,
    ) -> Option<u32> {
        let noun = self.noun();
        let fault = match first_invisible(name) {
            _ if name.contains(['\n', '\r']) => Some(format!("the {noun} contains a line break.")),
            Some(character) => {
                Some(format!("the {noun} contains an invisible character ({}). Remove it.", code_point(character)))
            }
            None => None,
        };
        if let Some(text) = fault {
            self.refuse(Code::ValueCharacter, record.line, column, name, text, faults);
            return None;
        }
        let place = match self.further.add(name) {
            Ok(place) | Err(NotAdded::Repeated(place)) => place as usize,
            Err(NotAdded::TooMuch) => self.limits.new_labels,
        };
        if place >= self.limits.new_labels {
            let text = format!("more than {} different labels. Are these numbers?", self.limits.new_labels);
            self.refuse(Code::TooManyLabels, record.line, column, name, text, faults);
            return None;
        }
        u32::try_from(classes.names().len() + place).ok()
    }

    fn numbers(&mut self, record: &Record<'_>, are_shares: bool, faults: &mut Faults) -> bool {
        self.value.numbers.clear();
        for &column in &self.layout.values {
            let (text, had_blanks) = record.get(column);
            self.blanks += u64::from(had_blanks);
            let Some(mut value) = number(text, self.limits.number_chars) else {
                let named = &self.layout.names[column];
                let id = record.get(self.layout.id).0;
                let is_nan = text.trim_start_matches(['+', '-']).eq_ignore_ascii_case("nan");
                let missing = if is_nan { None } else { explain::missing(text, named, id) };
                let (code, words) =
                    missing.unwrap_or_else(|| explain::number(text, self.limits.number_chars, are_shares));
                self.refuse(code, record.line, column, text, words, faults);
                return false;
            };
            if are_shares {
                if (NOISE..0.0).contains(&value) {
                    value = 0.0;
                    self.tiny_negative = true;
                }
                if !(0.0..=1.0).contains(&value) {
                    let words = self.out_of_range(text, value, record);
                    self.refuse(Code::ProbabilityRange, record.line, column, text, words, faults);
                    return false;
                }
            }
            // -0 and 0 are one number; keeping both would make a duplicate look different.
            self.value.numbers.push(value + 0.0);
        }
        true
    }

    /// Words for a probability outside 0 to 1, guessing from its row what the numbers are.
    fn out_of_range(&self, text: &str, value: f64, record: &Record<'_>) -> String {
        let row = self.layout.values.iter().map(|&column| number(record.get(column).0, self.limits.number_chars));
        let row: Option<Vec<f64>> = row.collect();
        let several = self.layout.values.len() > 1;
        let row = row.unwrap_or_default();
        let sum: f64 = row.iter().sum();
        let has_negative = row.iter().any(|value| *value < 0.0);
        let advice = if several && !has_negative && (sum - 100.0).abs() <= 1.0 {
            " These look like percentages; divide by 100."
        } else if several && (sum - 1.0).abs() > SUM_TOLERANCE {
            " These look like logits; apply softmax."
        } else if !several && (1.0..=100.0).contains(&value) {
            " Send a probability, not a percentage or a logit."
        } else {
            ""
        };
        let side = if value > 1.0 { "above 1" } else { "below 0" };
        format!("'{}' is {side}.{advice}", shown(text))
    }

    fn sum(&mut self, record: &Record<'_>, faults: &mut Faults) -> bool {
        // In class order, whatever the order of the columns, so that the score is the same to the last bit.
        let sum: f64 = self.value.numbers.iter().sum();
        let off = (sum - 1.0).abs();
        if off > SUM_TOLERANCE + 1e-9 {
            let id = shown(record.get(self.layout.id).0);
            let text = format!("the probabilities of '{id}' sum to {}, not 1.", short(sum));
            let line = record.line;
            faults.add(Code::ProbabilitySum, || Fault::at(line, text).value(&short(sum)));
            return false;
        }
        if off > SUM_EXACT {
            self.value.numbers.iter_mut().for_each(|value| *value /= sum);
            self.scaled = true;
        }
        true
    }

    fn set(&mut self, record: &Record<'_>, faults: &mut Faults) -> bool {
        let column = self.layout.values[0];
        let (text, had_blanks) = record.get(column);
        self.had_blanks(had_blanks);
        let mut list = std::mem::take(&mut self.value.list);
        list.clear();
        let mut is_right = true;
        for name in words(text) {
            match self.class(name, record, column, faults) {
                Some(class) => list.push(class),
                None => {
                    is_right = false;
                    break;
                }
            }
        }
        let sent = list.len();
        list.sort_unstable();
        list.dedup();
        self.repeated_label |= list.len() < sent;
        self.value.list = list;
        is_right
    }

    fn ranking(&mut self, record: &Record<'_>, faults: &mut Faults) -> bool {
        let column = self.layout.values[0];
        let (text, had_blanks) = record.get(column);
        self.had_blanks(had_blanks);
        let id = record.get(self.layout.id).0;
        let fault = if text.contains(['\n', '\r']) {
            Some((Code::ValueCharacter, "the list of items contains a line break.".to_owned()))
        } else if text.starts_with('[') && text.ends_with(']') {
            Some((
                Code::LabelFormat,
                "the items are a list in brackets. Write them best first, parted by spaces.".to_owned(),
            ))
        } else if words(text).nth(1).is_none() && text.contains(['|', ';']) {
            Some((
                Code::LabelFormat,
                format!("'{}' is not parted by spaces. Write the items best first, parted by spaces.", shown(text)),
            ))
        } else {
            explain::missing(text, "list of items", id)
        };
        if let Some((code, words)) = fault {
            self.refuse(code, record.line, column, text, words, faults);
            return false;
        }
        self.value.list.clear();
        self.unknown.clear();
        let known = self.expected.items.len() as u32;
        let mut start = 0;
        for item in words(text) {
            // `words` yields parts of `text` from left to right.
            start += text[start..].find(item).unwrap_or(0);
            let composed = if item.is_ascii() { None } else { Some(class_name(item)) };
            match self.expected.items.find(composed.as_deref().unwrap_or(item)) {
                Some(place) => self.value.list.push(place),
                None => {
                    // An item that is relevant nowhere only takes a place.
                    self.value.list.push(known + self.unknown.len() as u32);
                    self.unknown.push((start as u32, item.len() as u32));
                }
            }
            start += item.len();
        }
        match self.repeated_item(text) {
            None => true,
            Some(item) => {
                let item = item.to_owned();
                let words = format!("the item '{}' appears twice for '{}'. Keep the first.", shown(&item), shown(id));
                self.refuse(Code::ItemRepeated, record.line, column, &item, words, faults);
                false
            }
        }
    }

    fn repeated_item<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let of = |(start, length): (u32, u32)| text.get(start as usize..(start + length) as usize).unwrap_or("");
        self.unknown.sort_unstable_by(|&a, &b| of(a).cmp(of(b)));
        if let Some(twice) = self.unknown.windows(2).find(|pair| of(pair[0]) == of(pair[1])) {
            return Some(of(twice[0]));
        }
        let mut sorted = self.value.list.clone();
        sorted.sort_unstable();
        let twice = sorted.windows(2).find(|pair| pair[0] == pair[1])?;
        words(text).find(|item| self.expected.items.find(&class_name(item)) == Some(twice[0]))
    }

    fn refuse(&self, code: Code, line: u64, column: usize, value: &str, text: String, faults: &mut Faults) {
        let name = &self.layout.names[column];
        faults.add(code, || Fault::at(line, text).column(column).named(name).value(value));
    }

    pub(super) fn notices(&self, notices: &mut Notices) {
        match self.blanks {
            0 => {}
            1 => notices.add(NoticeCode::Blanks, "spaces around 1 value were removed."),
            blanks => notices.add(NoticeCode::Blanks, format!("spaces around {blanks} values were removed.")),
        }
        for writing in &self.writings {
            let text = match writing {
                Writing::Point => {
                    "labels such as '1.0' were read as whole numbers (pandas writes them when a column once held NaN; \
                     use .astype(int))."
                }
                Writing::Exponent => {
                    "labels in scientific notation were read as whole numbers (np.savetxt: use fmt='%d')."
                }
                Writing::NegativeZero => "'-0' was read as 0.",
                Writing::NegativeZeroPoint => "'-0.0' was read as 0 (rounding a small negative number gives this).",
                Writing::Plus => "labels such as '+1' were read as whole numbers.",
                Writing::Zeros => "labels such as '01' were read as whole numbers.",
                Writing::Plain => continue,
            };
            notices.add(NoticeCode::WholeNumbers, text);
        }
        if self.scaled {
            let text = "rows whose sum differs from 1 by at most 0.01 were scaled to 1.";
            notices.add(NoticeCode::Scaled, text);
        }
        if self.tiny_negative {
            notices.add(NoticeCode::TinyNegative, "values between -1e-9 and 0 were read as 0.");
        }
        if self.repeated_label {
            notices.add(NoticeCode::LabelRepeated, "a label that stands twice in a row was read once.");
        }
        if !self.further.is_empty() {
            let first = shown(self.further.get(0));
            let text = match self.further.len() {
                1 => format!("the label '{first}' is not in the solution; its rows count as wrong."),
                count => {
                    format!("{count} labels, such as '{first}', are not in the solution; their rows count as wrong.")
                }
            };
            notices.add(NoticeCode::NewLabels, text);
        }
    }

    pub(super) fn into_predictions(self) -> Predictions {
        let further: Vec<String> = self.further.iter().map(str::to_owned).collect();
        match (self.stored, self.expected.task.kind) {
            (Stored::Classes(index), _) => Predictions::Classes { index, extra: further },
            (Stored::Numbers { values, .. }, Kind::Probability) => Predictions::Scores(values),
            (Stored::Numbers { values, .. }, Kind::Probabilities) => {
                Predictions::Probabilities { values, extra: self.layout.extra.clone() }
            }
            (Stored::Numbers { values, .. }, _) => Predictions::Numbers(values),
            (Stored::Lists { spans, items }, kind) => {
                let mut rows = Lists::new();
                for (start, length) in spans {
                    rows.push(items[start as usize..(start + length) as usize].iter().copied());
                }
                match kind {
                    Kind::Multilabel => Predictions::Sets { rows, extra: further },
                    _ => Predictions::Rankings(rows),
                }
            }
        }
    }
}

/// A sum with at most six decimals and no zeros at the end.
fn short(sum: f64) -> String {
    let text = format!("{sum:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
