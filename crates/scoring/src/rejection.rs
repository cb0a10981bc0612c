//! Why a file is refused and what was tidied up on the way: codes, positions, texts. Owns the wording's shape and the
//! limit on how much is listed; decides nothing about files.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::table::Limits;

macro_rules! codes {
    ($(#[$outer:meta])* $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name that clients see.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// One sentence for the documentation.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+)),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.name())
            }
        }
    };
}

codes! {
    /// The kind of a fault in a file. The names are part of the API.
    Code {
        /// The file is larger than the competition allows.
        FileTooLarge = "file_too_large",
        /// The file has no bytes, no text or only empty lines.
        EmptyFile = "empty_file",
        /// The bytes are another format: zip, Excel, Parquet, JSON, HTML and so on.
        NotCsv = "not_csv",
        /// The text is not UTF-8: UTF-16, CP949 or another encoding.
        NotUtf8 = "not_utf8",
        /// The file ends in the middle of a character.
        CutOff = "cut_off",
        /// A NUL or another control character.
        ControlCharacter = "control_character",
        /// A line is longer than the limit.
        LineTooLong = "line_too_long",
        /// A value is longer than the limit.
        ValueTooLong = "value_too_long",
        /// A double quote where the CSV rules (RFC 4180) do not allow one.
        BadQuote = "bad_quote",
        /// A quoted value is never closed.
        QuoteNotClosed = "quote_not_closed",
        /// Columns are separated by something else than a comma.
        WrongSeparator = "wrong_separator",
        /// The first line is not the header.
        NoHeader = "no_header",
        /// An expected column is not there.
        ColumnMissing = "column_missing",
        /// A column that nobody asked for.
        ColumnUnexpected = "column_unexpected",
        /// The same column twice.
        ColumnRepeated = "column_repeated",
        /// A column without a name, or with one that cannot be read safely.
        ColumnName = "column_name",
        /// The row numbers that pandas writes without `index=False`.
        PandasIndex = "pandas_index",
        /// A row has another number of values than the header.
        RowWidth = "row_width",
        /// There is a header but no row.
        NoRows = "no_rows",
        /// More rows than could be meant.
        TooManyRows = "too_many_rows",
        /// The header stands again among the rows.
        HeaderRepeated = "header_repeated",
        /// A row without an id.
        IdEmpty = "id_empty",
        /// An id that is not part of the competition.
        IdUnknown = "id_unknown",
        /// An id that a spreadsheet turned into a number, a date or a formula.
        IdRewritten = "id_rewritten",
        /// An id with an invisible character or a line break.
        IdCharacter = "id_character",
        /// The same id twice.
        IdRepeated = "id_repeated",
        /// Ids of the competition without a row.
        IdsMissing = "ids_missing",
        /// A value is empty.
        ValueEmpty = "value_empty",
        /// A value is a mark for "missing", such as NaN or None.
        ValueMissing = "value_missing",
        /// A value with an invisible character or a line break.
        ValueCharacter = "value_character",
        /// A label outside the closed set of classes.
        LabelUnknown = "label_unknown",
        /// Text where a class is expected and the way it was made can be told.
        LabelFormat = "label_format",
        /// More different labels than a classification can have.
        TooManyLabels = "too_many_labels",
        /// Not a decimal number.
        NumberFormat = "number_format",
        /// Infinity, NaN or beyond what a 64-bit float can hold.
        NumberNotFinite = "number_not_finite",
        /// A number with more characters than the limit.
        NumberTooLong = "number_too_long",
        /// A probability outside 0 to 1.
        ProbabilityRange = "probability_range",
        /// The probabilities of a row do not sum to 1.
        ProbabilitySum = "probability_sum",
        /// An item or label twice in one list.
        ItemRepeated = "item_repeated",
        /// Solution only: a value of `Usage`, `weight` or `relevance` that cannot be used.
        SolutionValue = "solution_value",
        /// The deciding metric is not defined on these rows.
        MetricUndefined = "metric_undefined",
        /// The deciding metric comes out infinite.
        ScoreNotFinite = "score_not_finite",
    }
}

codes! {
    /// What the reader tidied up, or saw and let pass. The names are part of the API.
    NoticeCode {
        /// A byte-order mark was skipped.
        ByteOrderMark = "byte_order_mark",
        /// Line ends other than LF were read.
        LineEnds = "line_ends",
        /// Empty lines or rows of commas were skipped.
        EmptyLines = "empty_lines",
        /// The header was read in another case.
        HeaderCase = "header_case",
        /// Blanks around names or values were removed.
        Blanks = "blanks",
        /// Columns stand in another order.
        ColumnOrder = "column_order",
        /// An empty last column without a name was ignored.
        EmptyColumn = "empty_column",
        /// Labels written as decimal numbers were read as whole numbers.
        WholeNumbers = "whole_numbers",
        /// Ids that differ by Unicode composition were matched.
        Composition = "composition",
        /// Rows of probabilities were scaled to sum 1.
        Scaled = "scaled",
        /// Tiny negative probabilities were read as 0.
        TinyNegative = "tiny_negative",
        /// A repeated label of a set was read once.
        LabelRepeated = "label_repeated",
        /// Labels that the solution does not have; they count as wrong.
        NewLabels = "new_labels",
    }
}

/// One fault of a file, or several alike, as a participant sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// What kind of fault.
    pub code: Code,
    /// Line of the first one, from 1; none where the fault is not of one line.
    pub line: Option<u64>,
    /// Column of the first one (values, not characters), from 1.
    pub column: Option<u32>,
    /// Name of the column.
    pub name: Option<String>,
    /// What stands there, cut when it is long, with invisible characters written out.
    pub value: Option<String>,
    /// A sentence that says what is wrong and how to repair it.
    pub message: String,
    /// How many faults of this kind the file has; at most the limit of 20 are listed.
    pub count: u64,
}

impl fmt::Display for Rejection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

/// Something that was read although it was not written as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What kind.
    pub code: NoticeCode,
    /// A sentence for the participant.
    pub message: String,
}

/// Why no submission or solution came out of a file.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The file is not acceptable: at least one fault, at most the limit, sorted by line.
    #[error("{}", listed(.0))]
    Rejected(Vec<Rejection>),
    /// The file could not be read; says nothing about its content.
    #[error("the file could not be read")]
    Io(#[from] std::io::Error),
}

fn listed(rejections: &[Rejection]) -> String {
    rejections.iter().map(|rejection| rejection.message.as_str()).collect::<Vec<_>>().join("\n")
}

/// A fault where it is found: position and text without the line.
#[derive(Debug, Default)]
pub(crate) struct Fault {
    pub(crate) line: Option<u64>,
    pub(crate) column: Option<u32>,
    pub(crate) name: Option<String>,
    /// As it stands in the file; [`shown`] only in the list.
    pub(crate) value: Option<String>,
    pub(crate) text: String,
    /// Whether the text names its place itself.
    pub(crate) says_where: bool,
}

impl Fault {
    /// A fault of the whole file.
    pub(crate) fn of_file(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A fault of one line.
    pub(crate) fn at(line: u64, text: impl Into<String>) -> Self {
        Self { line: Some(line), text: text.into(), ..Self::default() }
    }

    /// The text stands alone: it needs no "Line 1:" before it.
    pub(crate) const fn whole_line(mut self) -> Self {
        self.says_where = true;
        self
    }

    /// Adds the place in the line, from 0.
    pub(crate) fn column(mut self, column: usize) -> Self {
        self.column = u32::try_from(column + 1).ok();
        self
    }

    /// Adds the name of the column.
    pub(crate) fn named(mut self, name: &str) -> Self {
        self.name = Some(shown(name));
        self
    }

    /// Adds what stands there.
    pub(crate) fn value(mut self, value: &str) -> Self {
        let end = value.char_indices().map(|(at, _)| at).take_while(|at| *at <= KEPT_BYTES).last().unwrap_or(0);
        self.value = Some(if value.len() <= KEPT_BYTES { value.to_owned() } else { value[..end].to_owned() });
        self
    }
}

/// Bytes of a value that a fault keeps; more than any id may have.
const KEPT_BYTES: usize = 1_100;

struct Entry {
    code: Code,
    fault: Fault,
    more: u64,
}

/// Collects the faults of one file in bounded memory: all are counted, a few of each kind are kept, alike ones merged.
pub(crate) struct Faults {
    listed: usize,
    entries: Vec<Entry>,
    counts: Vec<(Code, u64)>,
}

/// From here on faults of a kind are only counted: writing a text for each of millions would take seconds.
const WORDED_PER_CODE: u64 = 10_000;

impl Faults {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { listed: limits.listed_errors, entries: Vec::new(), counts: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Counts a fault and keeps it when it is new and there is room. The text is made only when it may be needed.
    pub(crate) fn add(&mut self, code: Code, fault: impl FnOnce() -> Fault) {
        let place = self.counts.iter().position(|(other, _)| *other == code);
        let count = match place {
            Some(place) => &mut self.counts[place].1,
            None => {
                self.counts.push((code, 0));
                let last = self.counts.len() - 1;
                &mut self.counts[last].1
            }
        };
        *count += 1;
        if *count > WORDED_PER_CODE {
            return;
        }
        let fault = fault();
        let mut alike = 0;
        for entry in self.entries.iter_mut().filter(|entry| entry.code == code) {
            if entry.fault.text == fault.text && entry.fault.name == fault.name {
                entry.more += 1;
                return;
            }
            alike += 1;
        }
        if alike < self.listed {
            self.entries.push(Entry { code, fault, more: 0 });
        }
    }

    /// Whether there are so many that further ones are hardly read.
    pub(crate) fn is_many(&self) -> bool {
        self.counts.iter().map(|(_, count)| count).sum::<u64>() > 1_000
    }

    /// How many faults of a kind there are.
    pub(crate) fn count(&self, code: Code) -> u64 {
        self.counts.iter().find(|(other, _)| *other == code).map_or(0, |(_, count)| *count)
    }

    /// Counts further faults of a kind that is already there.
    pub(crate) fn count_more(&mut self, code: Code, more: u64) {
        if let Some((_, count)) = self.counts.iter_mut().find(|(other, _)| *other == code) {
            *count += more;
        }
    }

    /// Gives later passes a chance to add to the texts of kept faults, such as a suggestion.
    pub(crate) fn reword(&mut self, code: Code, mut reword: impl FnMut(&mut Fault)) {
        for entry in self.entries.iter_mut().filter(|entry| entry.code == code) {
            reword(&mut entry.fault);
        }
    }

    /// The list for the participant: each kind gets its turn until the limit is reached, sorted by line.
    pub(crate) fn into_rejections(self) -> Vec<Rejection> {
        let mut queues: Vec<(u64, std::vec::IntoIter<Entry>)> = Vec::new();
        let mut entries = self.entries;
        for (code, count) in &self.counts {
            let (of_code, rest) = entries.into_iter().partition::<Vec<_>, _>(|entry| entry.code == *code);
            entries = rest;
            queues.push((*count, of_code.into_iter()));
        }
        let mut rejections = Vec::new();
        while rejections.len() < self.listed {
            let before = rejections.len();
            for (count, queue) in &mut queues {
                if rejections.len() < self.listed
                    && let Some(entry) = queue.next()
                {
                    rejections.push(entry.into_rejection(*count));
                }
            }
            if rejections.len() == before {
                break;
            }
        }
        // What is missing is understood best after what is wrong.
        rejections.sort_by_key(|rejection| (rejection.code == Code::IdsMissing, rejection.line, rejection.column));
        rejections
    }
}

impl Entry {
    fn into_rejection(self, count: u64) -> Rejection {
        let Self { code, fault: Fault { line, column, name, value, text, says_where }, more } = self;
        let message = match (line, more) {
            (None, _) => text,
            _ if says_where => text,
            (Some(line), 0) => format!("Line {line}: {text}"),
            (Some(line), more) if count > WORDED_PER_CODE => format!("Line {line} and at least {more} more: {text}"),
            (Some(line), more) => format!("Line {line} and {more} more: {text}"),
        };
        let value = value.as_deref().map(shown);
        Rejection { code, line, column, name, value, message, count }
    }
}

/// Collects notices: the first of each kind and text, in order.
#[derive(Debug, Default)]
pub(crate) struct Notices(Vec<Notice>);

impl Notices {
    /// Adds a notice.
    pub(crate) fn add(&mut self, code: NoticeCode, message: impl Into<String>) {
        let notice = Notice { code, message: message.into() };
        if !self.0.contains(&notice) {
            self.0.push(notice);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Notice> {
        self.0
    }
}

/// Characters of a value that a message shows before it is cut.
const SHOWN_CHARS: usize = 60;

/// A value as a message may show it: cut when long, with control, invisible and direction-changing characters written
/// as `\u{…}`, so that a file cannot draw over the page or terminal that shows its faults.
pub(crate) fn shown(value: &str) -> String {
    let mut text = String::new();
    for (place, character) in value.chars().enumerate() {
        if place == SHOWN_CHARS {
            text.push('…');
            break;
        }
        if character.is_control() || crate::characters::is_invisible(character) {
            text.extend(character.escape_unicode());
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests;
