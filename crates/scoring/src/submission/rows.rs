//! The rows: each id known and once, none missing.

use crate::characters::{code_point, first_invisible, recomposed};
use crate::columns::Predictions;
use crate::expected::Expected;
use crate::ids::Together;
use crate::rejection::{Code, Fault, Faults, NoticeCode, Notices, Rejection, shown};
use crate::suggest;
use crate::table::{Limits, Record};
use crate::values::{explain, is_decimal};

use super::cells::Cells;
use super::header::{self, Layout};
use super::missing;

pub(super) struct Rows<'a> {
    expected: &'a Expected,
    layout: &'a Layout,
    cells: Cells<'a>,
    /// Line of each expected id; 0 where it has not come yet.
    lines: Vec<u32>,
    /// Where the next row stands if the file keeps the order of the solution.
    next: usize,
    /// Whether that was wrong for a row since the ids of the next ones were last looked up together.
    is_shuffled: bool,
    ahead: Together,
    count: u64,
    unreadable: u64,
    known: usize,
    recomposed: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(expected: &'a Expected, layout: &'a Layout, limits: &Limits) -> Self {
        Self {
            expected,
            layout,
            cells: Cells::new(expected, layout, limits),
            lines: vec![0; expected.ids.len()],
            next: 0,
            is_shuffled: false,
            ahead: Together::default(),
            count: 0,
            unreadable: 0,
            known: 0,
            recomposed: 0,
        }
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Whether an expected id has no row.
    pub(super) fn is_incomplete(&self) -> bool {
        self.known < self.lines.len()
    }

    /// Whether it is time to look up the ids of the next rows together, which takes a third of the time that they take
    /// one after the other. Rows in the order of the solution need no look-up.
    pub(super) const fn looks_ahead(&self) -> bool {
        self.is_shuffled && self.ahead.is_used_up()
    }

    pub(super) fn look_ahead<'t>(&mut self, ids: impl IntoIterator<Item = &'t str>) {
        self.is_shuffled = false;
        self.ahead = self.expected.ids.find_together(ids);
    }

    /// A row whose values could not be told apart.
    pub(super) fn unreadable(&mut self) {
        self.ahead.next();
        self.count += 1;
        self.unreadable += 1;
    }

    pub(super) fn add(&mut self, record: &Record<'_>, faults: &mut Faults) {
        self.count += 1;
        let ahead = self.ahead.next();
        if !self.fits(record, faults) {
            self.unreadable += 1;
            return;
        }
        let (id, had_blanks) = record.get(self.layout.id);
        self.cells.had_blanks(had_blanks);
        let Some(row) = self.find(id, ahead) else {
            if header::is_repeated(record, self.layout) {
                faults.add(Code::HeaderRepeated, || {
                    Fault::at(record.line, "the header stands here again. Were files joined? Keep the first one.")
                });
            } else {
                self.unknown_id(id, record, faults);
            }
            return;
        };
        let is_right = self.cells.read(record, faults);
        let first = self.lines[row as usize];
        if first == 0 {
            self.known += 1;
            self.lines[row as usize] = u32::try_from(record.line).unwrap_or(u32::MAX);
            if is_right {
                self.cells.store(row);
            }
        } else {
            self.repeated(row, first, is_right, record, faults);
        }
    }

    /// The place of an id, perhaps the one found ahead; composes it first when it is written in another Unicode form.
    fn find(&mut self, id: &str, ahead: Option<u32>) -> Option<u32> {
        if self.next < self.lines.len() && self.expected.ids.get(self.next) == id {
            self.next += 1;
            return u32::try_from(self.next - 1).ok();
        }
        self.is_shuffled = true;
        let ahead = ahead.filter(|&place| self.expected.ids.get(place as usize) == id);
        let found = ahead.or_else(|| self.expected.ids.find(id)).or_else(|| {
            let found = self.expected.ids.find(&recomposed(id)?)?;
            self.recomposed += 1;
            Some(found)
        })?;
        self.next = found as usize + 1;
        Some(found)
    }

    /// Whether the row has as many values as the header has names.
    fn fits(&self, record: &Record<'_>, faults: &mut Faults) -> bool {
        let (values, names) = (record.len(), self.layout.width);
        if values == names {
            let unnamed = (self.layout.unnamed..names).find(|&column| !record.get(column).0.is_empty());
            if let Some(column) = unnamed {
                faults.add(Code::ColumnName, || {
                    let value = record.get(column).0;
                    let text = format!(
                        "column {} has no name but a value, '{}'. Name the column or remove it.",
                        column + 1,
                        shown(value)
                    );
                    Fault::at(record.line, text).column(column).value(value)
                });
            }
            return unnamed.is_none();
        }
        faults.add(Code::RowWidth, || {
            let noun = if values == 1 { "value" } else { "values" };
            let count = format!("the row has {values} {noun}, the header has {names}");
            let text = if self.layout.unnamed < names && values >= self.layout.unnamed && values < names {
                format!("{count}: the header ends with an extra comma.")
            } else if values < names {
                format!("{count}. Is a comma missing?")
            } else if record.get(values - 1).0.is_empty() {
                format!("{count}: the row ends with an extra comma.")
            } else {
                format!("{count}. Quote values that contain a comma.")
            };
            let value = record.values().collect::<Vec<_>>().join(",");
            Fault::at(record.line, text).value(&value)
        });
        false
    }

    fn repeated(&self, row: u32, first: u32, is_right: bool, record: &Record<'_>, faults: &mut Faults) {
        let id = self.expected.ids.get(row as usize);
        let line = record.line;
        let noun = self.cells.noun();
        faults.add(Code::IdRepeated, || {
            let text = match self.cells.both(row) {
                _ if !is_right => format!("lines {first} and {line}"),
                _ if self.cells.is_same(row) => format!("lines {first} and {line}"),
                Some((a, b)) => format!("with different {noun}s: lines {first} ({a}) and {line} ({b})"),
                None => format!("with different {noun}s: lines {first} and {line}"),
            };
            let colon = if text.starts_with("lines") { ":" } else { "" };
            let text = format!("id '{}' appears twice{colon} {text}. Keep one row per id.", shown(id));
            Fault::at(line, text).column(self.layout.id).named(&self.expected.id).value(id)
        });
    }

    fn unknown_id(&self, id: &str, record: &Record<'_>, faults: &mut Faults) {
        let column = self.layout.id;
        let named = &self.layout.names[column];
        let quoted = shown(id);
        let first = self.expected.ids.get(0);
        let (code, text) = if id.is_empty() {
            (Code::IdEmpty, "the id is empty.".to_owned())
        } else if id.contains(['\n', '\r']) {
            (Code::IdCharacter, "the id contains a line break.".to_owned())
        } else if let Some(character) = first_invisible(id) {
            (
                Code::IdCharacter,
                format!("the id contains an invisible character ({}). Remove it.", code_point(character)),
            )
        } else if id.starts_with(['=', '@', '+']) {
            (
                Code::IdRewritten,
                "the id is a spreadsheet formula. Write the ids as they are in the sample submission.".to_owned(),
            )
        } else if suggest::looks_like_scientific(id) {
            let text = format!(
                "id '{quoted}' looks rewritten by a spreadsheet. Format the id column as text, or write the file with code."
            );
            (Code::IdRewritten, text)
        } else if suggest::looks_like_date(id) {
            let text = format!("id '{quoted}' looks like a date made by a spreadsheet. Format the id column as text.");
            (Code::IdRewritten, text)
        } else if let Some(advice) = explain::single_quotes(id) {
            (Code::IdUnknown, format!("id \"{quoted}\" is unknown. {advice}"))
        } else if is_decimal(id) && !is_decimal(first) {
            let text =
                format!("id '{quoted}' is unknown. Ids look like '{}'; keep the id column as text.", shown(first));
            (Code::IdUnknown, text)
        } else if suggest::shape(id) == suggest::shape(first) {
            (Code::IdUnknown, format!("id '{quoted}' is not part of this competition."))
        } else {
            (Code::IdUnknown, format!("id '{quoted}' is unknown."))
        };
        faults.add(code, || Fault::at(record.line, text).column(column).named(named).value(id));
    }

    /// The list of faults. `is_whole` says that every line was read, so that it is known which ids are missing.
    pub(super) fn refuse(self, mut faults: Faults, is_whole: bool) -> Vec<Rejection> {
        let is_seen = |row: usize| self.lines.get(row).is_some_and(|line| *line > 0);
        let meant = missing::suggest(&self.expected.ids, is_seen, &mut faults);
        let absent = (self.lines.len() - self.known).saturating_sub(meant.rows.len());
        // Each row whose id could not be made out explains one that is missing; so does each unknown id, if those that
        // are listed were all meant to be another.
        let codes = [Code::IdEmpty, Code::IdCharacter, Code::IdRewritten].into_iter();
        let codes = codes.chain(meant.all.then_some(Code::IdUnknown));
        let explained = self.unreadable + codes.map(|code| faults.count(code)).sum::<u64>();
        if is_whole && absent as u64 > explained {
            missing::report(self.expected, |row| is_seen(row) || meant.rows.contains(&row), absent, &mut faults);
        }
        faults.into_rejections()
    }

    pub(super) fn notices(&self, notices: &mut Notices) {
        if self.recomposed > 0 {
            let text = format!(
                "{} ids were matched although their Unicode form differs (macOS writes file names so).",
                self.recomposed
            );
            notices.add(NoticeCode::Composition, text);
        }
        self.cells.notices(notices);
    }

    pub(super) fn into_predictions(self) -> Predictions {
        self.cells.into_predictions()
    }
}
