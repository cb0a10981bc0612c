//! The first line: which column is which, and what to say when it is not the header that is expected.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};

use crate::characters::{code_point, first_invisible};
use crate::columns::{Kind, class_order};
use crate::expected::Expected;
use crate::rejection::{Code, Fault, Faults, NoticeCode, Notices, shown};
use crate::spec::{class_name, fold};
use crate::table::{Next, Record, Table};
use crate::values::is_decimal;

/// Where the values stand in a row.
pub(crate) struct Layout {
    /// Values a row must have.
    pub(crate) width: usize,
    /// The names as they stand in the header.
    pub(crate) names: Vec<String>,
    pub(crate) id: usize,
    /// Value columns in the order that is expected; for class probabilities the classes, then `extra`.
    pub(crate) values: Vec<usize>,
    /// Class columns that are no class of the solution.
    pub(crate) extra: Vec<String>,
    /// First of the unnamed columns at the end, which must be empty; `width` when there is none.
    pub(crate) unnamed: usize,
}

/// Column names that a message lists.
const NAMED: usize = 12;

/// Reads the header. `None` when no rows can be read after it; the fault has been added, unless the file is empty.
pub(crate) fn read<R: Read>(
    table: &mut Table<R>,
    expected: &Expected,
    faults: &mut Faults,
    notices: &mut Notices,
) -> io::Result<Option<Layout>> {
    let (line, names, blanks) = match table.next(faults)? {
        Next::Record(record) => {
            let blanks = (0..record.len()).any(|column| record.get(column).1);
            (record.line, record.values().map(str::to_owned).collect::<Vec<_>>(), blanks)
        }
        Next::Unreadable | Next::End => return Ok(None),
    };
    let header = Header {
        line,
        folded: names.iter().map(|name| fold(name)).collect(),
        names,
        known: expected.header().into_iter().map(fold).collect(),
        expected,
    };
    if let Some((code, fault)) = header.not_a_header() {
        faults.add(code, || fault);
        return Ok(None);
    }
    let unnamed = header.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    if let Some(column) = header.names[..unnamed].iter().position(String::is_empty) {
        let counts = counts_up(table, column, faults)?;
        let fault = |text: &str| Fault::at(line, text).whole_line().column(column);
        if counts {
            let text = format!(
                "Column {} has no name and counts 0,1,2,...: this is the pandas index. Write with to_csv(..., index=False).",
                column + 1
            );
            faults.add(Code::PandasIndex, || fault(&text));
        } else {
            let text = format!("Column {} has no name. Name it or remove it.", column + 1);
            faults.add(Code::ColumnName, || fault(&text));
        }
        return Ok(None);
    }
    let Some(layout) = header.layout(unnamed, faults) else { return Ok(None) };
    if blanks {
        notices.add(NoticeCode::Blanks, "spaces around column names were removed.");
    }
    header.notices(&layout, notices);
    Ok(Some(layout))
}

/// Whether a column of the next rows counts 0, 1, 2 as the row numbers of pandas do.
fn counts_up<R: Read>(table: &mut Table<R>, column: usize, faults: &mut Faults) -> io::Result<bool> {
    let mut seen = 0;
    while seen < 3 {
        match table.next(faults)? {
            Next::Record(record) if record.get(column).0 == seen.to_string() => seen += 1,
            Next::Record(_) | Next::Unreadable => return Ok(false),
            Next::End => break,
        }
    }
    Ok(seen > 0)
}

struct Header<'a> {
    line: u64,
    names: Vec<String>,
    folded: Vec<String>,
    /// The names that are expected, folded.
    known: HashSet<String>,
    expected: &'a Expected,
}

impl Header<'_> {
    fn fault(&self, text: impl Into<String>) -> Fault {
        Fault::at(self.line, text).whole_line()
    }

    /// The line is no header at all, or cannot be one.
    fn not_a_header(&self) -> Option<(Code, Fault)> {
        let text = self.names.join(",");
        let wanted = self.expected.wanted().header;
        if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep=")) {
            let fault = self
                .fault(format!(
                    "Line {} is the spreadsheet hint '{}'. Remove it; line 1 must be '{wanted}'.",
                    self.line,
                    shown(&text)
                ))
                .value(&text);
            return Some((Code::WrongSeparator, fault));
        }
        for (column, name) in self.names.iter().enumerate() {
            if let Some(character) = first_invisible(name).filter(|_| !self.is_known(&fold(name))) {
                let place = column + 1;
                let text = if name.starts_with('\u{feff}') && column == 0 {
                    "Column name 1 begins with an invisible character (U+FEFF): the file has two byte-order marks. \
                     Save it again as UTF-8."
                        .to_owned()
                } else {
                    format!(
                        "Column name {place} contains an invisible character ({}). Remove it.",
                        code_point(character)
                    )
                };
                return Some((Code::ColumnName, self.fault(text).column(column).value(name)));
            }
            if name.contains(['\n', '\r']) {
                let text = format!("Column name {} contains a line break. Is a double quote not closed?", column + 1);
                return Some((Code::ColumnName, self.fault(text).column(column).value(name)));
            }
        }
        if let Some(text) = self.other_separator() {
            return Some((Code::WrongSeparator, self.fault(text).value(&self.names.join(","))));
        }
        let is_data = |(column, name): (usize, &String)| match column {
            0 => self.expected.ids.find(&class_name(name)).is_some(),
            _ => is_decimal(name) && !self.is_known(&fold(name)),
        };
        let nothing_known = !self.folded.iter().any(|name| self.is_known(name));
        if nothing_known && self.names.iter().enumerate().any(is_data) {
            let text = format!(
                "Line {} is '{}', which looks like data. The first line must be '{wanted}' (pandas: header=True).",
                self.line,
                shown(&text)
            );
            return Some((Code::NoHeader, self.fault(text).value(&self.names.join(","))));
        }
        None
    }

    /// Whether a folded name is one of those that are expected.
    fn is_known(&self, folded: &str) -> bool {
        self.known.contains(folded)
    }

    /// Whether the columns would be understood if they were parted by something else than a comma.
    fn other_separator(&self) -> Option<String> {
        let text = self.names.join(",");
        let known = |name: &str| {
            let name = name.trim().trim_matches(['"', '\'']);
            self.is_known(&fold(name)) || self.expected.ids.find(name).is_some()
        };
        if self.names.iter().any(|name| known(name)) {
            return None;
        }
        let separators = [
            (';', "';'", " (pandas: sep=','; a spreadsheet: choose 'CSV UTF-8 (comma delimited)')"),
            ('\t', "tabs", " (pandas: sep=','; a spreadsheet: choose 'CSV UTF-8 (comma delimited)')"),
            ('|', "'|'", ""),
            (':', "':'", ""),
            ('，', "'，' (U+FF0C)", ""),
            ('、', "'、' (U+3001)", ""),
            (' ', "spaces", ""),
        ];
        separators.iter().find_map(|(separator, name, advice)| {
            let parts: Vec<&str> = text.split(*separator).filter(|part| !part.trim().is_empty()).collect();
            let understood = parts.iter().filter(|part| known(part)).count();
            // A name may have a space or a colon in it; then more than one part must be right.
            let is_common = matches!(separator, ';' | '\t' | '|');
            let enough =
                understood > 1 || (understood == 1 && (is_common || parts.len() == self.expected.header().len()));
            (parts.len() > 1 && enough).then(|| format!("Columns are separated by {name}. Use ','{advice}."))
        })
    }

    fn layout(&self, unnamed: usize, faults: &mut Faults) -> Option<Layout> {
        let names = &self.names[..unnamed];
        let mut seen = HashSet::new();
        for (column, name) in names.iter().enumerate() {
            if !seen.insert(name) {
                let text = format!("Column '{}' appears twice. Keep one.", shown(name));
                faults.add(Code::ColumnRepeated, || self.fault(text).column(column).named(name));
            }
        }
        if !faults.is_empty() {
            return None;
        }
        let mut missing = Vec::new();
        let id = self.find(&self.expected.id, unnamed, faults);
        if id.is_none() {
            missing.push(self.expected.id.clone());
        }
        let (values, extra) = if self.expected.task.kind == Kind::Probabilities {
            self.class_columns(id, unnamed, &mut missing)
        } else {
            let places = self.expected.values.iter().map(|name| (name, self.find(name, unnamed, faults)));
            let mut found = Vec::new();
            for (name, place) in places {
                match place {
                    Some(place) => found.push(place),
                    None => missing.push(name.clone()),
                }
            }
            (found, Vec::new())
        };
        let used: HashSet<usize> = id.iter().chain(&values).copied().collect();
        let unexpected: Vec<usize> = (0..unnamed).filter(|column| !used.contains(column)).collect();
        if faults.is_empty() {
            self.report(&missing, &unexpected, faults);
        }
        let id = id.filter(|_| faults.is_empty())?;
        Some(Layout { width: self.names.len(), names: self.names.clone(), id, values, extra, unnamed })
    }

    /// The column of an expected name: spelt exactly so, else but for its case.
    fn find(&self, name: &str, unnamed: usize, faults: &mut Faults) -> Option<usize> {
        let composed = class_name(name);
        let exact = (0..unnamed).find(|&column| class_name(&self.names[column]) == composed);
        let folded = fold(name);
        let mut alike = (0..unnamed).filter(|&column| self.folded[column] == folded);
        let first = alike.next()?;
        if let Some(second) = alike.next()
            && self.expected.task.kind != Kind::Probabilities
        {
            let (a, b) = (shown(&self.names[first]), shown(&self.names[second]));
            let text = format!("Columns '{a}' and '{b}' differ only in case. Keep one.");
            faults.add(Code::ColumnRepeated, || self.fault(text).column(second).named(&self.names[second]));
        }
        Some(exact.unwrap_or(first))
    }

    /// The columns of the classes: named by them, else by them after one common prefix. Returns the columns of the
    /// known classes in class order and of further classes, with the names of those.
    fn class_columns(&self, id: Option<usize>, unnamed: usize, missing: &mut Vec<String>) -> (Vec<usize>, Vec<String>) {
        let Some(classes) = &self.expected.classes else { return (Vec::new(), Vec::new()) };
        let columns: Vec<usize> = (0..unnamed).filter(|column| Some(*column) != id).collect();
        let exact = ClassColumns::match_by(&self.names, &columns, classes.names(), class_name);
        // The case of a name matters only where classes differ by it.
        let found = match exact.missing.is_empty() {
            true => exact,
            false => {
                let folded = ClassColumns::match_by(&self.names, &columns, classes.names(), fold);
                if folded.missing.is_empty() { folded } else { exact }
            }
        };
        let ClassColumns { prefix, mut values, missing: absent } = found;
        missing.extend(absent);
        let used: HashSet<usize> = values.iter().copied().collect();
        // What stands beside the classes is a class too, if all of them are there.
        let further: Vec<(usize, String)> = columns
            .into_iter()
            .filter(|column| missing.is_empty() && !classes.is_closed() && !used.contains(column))
            .filter_map(|column| Some((column, class_name(&self.names[column]).get(prefix..)?.to_owned())))
            .filter(|(_, name)| !name.is_empty())
            .filter(|(column, _)| values.first().is_some_and(|&first| self.share_start(first, *column, prefix)))
            .collect();
        let names: Vec<String> = further.iter().map(|(_, name)| name.clone()).collect();
        let order = class_order(&names);
        values.extend(order.iter().map(|&place| further[place as usize].0));
        let extra = order.iter().map(|&place| names[place as usize].clone()).collect();
        (values, extra)
    }

    /// Whether two column names begin with the same bytes.
    fn share_start(&self, a: usize, b: usize, bytes: usize) -> bool {
        let (a, b) = (class_name(&self.names[a]), class_name(&self.names[b]));
        a.get(..bytes).is_some_and(|start| b.get(..bytes) == Some(start))
    }

    fn report(&self, missing: &[String], unexpected: &[usize], faults: &mut Faults) {
        for &column in unexpected {
            let name = &self.names[column];
            if is_old_index(name) {
                let text =
                    format!("Column '{}' is an old pandas index. Drop it and write with index=False.", shown(name));
                faults.add(Code::PandasIndex, || self.fault(text).column(column).named(name));
            }
        }
        if !faults.is_empty() {
            return;
        }
        let named = self.names.iter().filter(|name| !name.is_empty());
        let mut found =
            named.clone().take(NAMED).map(|name| format!("'{}'", shown(name))).collect::<Vec<_>>().join(", ");
        if let Some(more) = named.count().checked_sub(NAMED).filter(|more| *more > 0) {
            found.push_str(&format!(" and {more} more"));
        }
        for name in missing {
            let advice = match unexpected {
                _ if self.sends_labels() => " Send one column of probabilities for each class.".to_owned(),
                [only] if missing.len() == 1 => {
                    format!(" Rename '{}' to '{}'.", shown(&self.names[*only]), shown(name))
                }
                _ => String::new(),
            };
            let text = format!("There is no column '{}'. Found: {found}.{advice}", shown(name));
            faults.add(Code::ColumnMissing, || self.fault(text).named(name));
        }
        if !missing.is_empty() {
            return;
        }
        let header: Vec<String> = self.expected.header().into_iter().map(shown).collect();
        for &column in unexpected {
            let name = &self.names[column];
            let advice = if header.len() <= 6 {
                let (last, first) = header.split_last().map_or(("", &[][..]), |(last, first)| (last.as_str(), first));
                let first: Vec<String> = first.iter().map(|name| format!("'{name}'")).collect();
                let list: Vec<String> = header.iter().map(|name| format!("'{name}'")).collect();
                format!(
                    "Send only {} and '{last}' (df[[{}]].to_csv(..., index=False)).",
                    first.join(", "),
                    list.join(",")
                )
            } else {
                "Send only the expected columns.".to_owned()
            };
            let text = format!("Column '{}' is not expected. {advice}", shown(name));
            faults.add(Code::ColumnUnexpected, || self.fault(text).column(column).named(name));
        }
    }

    /// Two columns where probabilities of several classes are expected.
    fn sends_labels(&self) -> bool {
        self.expected.task.kind == Kind::Probabilities && self.names.len() == 2
    }

    fn notices(&self, layout: &Layout, notices: &mut Notices) {
        let mut wanted: Vec<(usize, String)> = vec![(layout.id, self.expected.id.clone())];
        if self.expected.task.kind != Kind::Probabilities {
            wanted.extend(layout.values.iter().copied().zip(self.expected.values.iter().cloned()));
        }
        wanted.sort();
        let differs = |(column, name): &(usize, String)| class_name(&self.names[*column]) != class_name(name);
        if wanted.iter().any(differs) {
            let read: Vec<String> = wanted.iter().map(|(_, name)| shown(name)).collect();
            let written: Vec<String> = wanted.iter().map(|(column, _)| shown(&self.names[*column])).collect();
            let text = format!("header '{}' was read as '{}'.", written.join(","), read.join(","));
            notices.add(NoticeCode::HeaderCase, text);
        }
        let is_sorted = std::iter::once(&layout.id).chain(&layout.values).is_sorted();
        if !is_sorted {
            notices.add(NoticeCode::ColumnOrder, "the columns stand in another order; they were matched by name.");
        }
        if layout.unnamed < layout.width {
            notices.add(NoticeCode::EmptyColumn, "the empty last column without a name was ignored.");
        }
    }
}

/// The columns that carry the classes.
struct ClassColumns {
    /// Bytes of the common prefix.
    prefix: usize,
    /// Column of each class, in class order, as far as they are there.
    values: Vec<usize>,
    /// Names of the columns that are not there.
    missing: Vec<String>,
}

impl ClassColumns {
    /// Finds them by names in the form that `form` gives.
    fn match_by(names: &[String], columns: &[usize], classes: &[String], form: fn(&str) -> String) -> Self {
        let formed: HashMap<String, usize> = columns.iter().map(|&column| (form(&names[column]), column)).collect();
        let wanted: HashSet<String> = classes.iter().map(|class| form(class)).collect();
        // Every way to read a column name as a prefix and a class is a vote for the prefix.
        let mut votes: HashMap<&str, usize> = HashMap::new();
        for name in formed.keys() {
            for (at, _) in name.char_indices().filter(|(at, _)| wanted.contains(&name[*at..])) {
                *votes.entry(&name[..at]).or_default() += 1;
            }
        }
        let best = votes.iter().max_by_key(|(prefix, votes)| (**votes, Reverse((prefix.len(), **prefix))));
        let prefix = best.map_or("", |(prefix, _)| *prefix);
        let mut values = Vec::new();
        let mut missing = Vec::new();
        for class in classes {
            match formed.get(&format!("{prefix}{}", form(class))) {
                Some(column) => values.push(*column),
                None => missing.push(format!("{prefix}{class}")),
            }
        }
        let is_ambiguous = wanted.len() < classes.len();
        if is_ambiguous && missing.is_empty() {
            missing.extend_from_slice(classes);
        }
        Self { prefix: prefix.len(), values, missing }
    }
}

/// `Unnamed: 0`, which pandas calls a column without a name when it reads its own index back.
fn is_old_index(name: &str) -> bool {
    name.strip_prefix("Unnamed: ")
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'_'))
        || matches!(name, "index" | "level_0")
}

/// Whether a row is the header again, as when files are joined.
pub(super) fn is_repeated(record: &Record<'_>, layout: &Layout) -> bool {
    record.len() == layout.names.len() && record.values().zip(&layout.names).all(|(value, name)| value == name)
}
