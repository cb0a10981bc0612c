//! Strict CSV (RFC 4180) from any stream, a record at a time, with limits. Knows quotes, line ends, encodings and
//! positions; knows nothing about columns, ids or labels.
//!
//! The `csv` crate cannot be used here: it takes stray quotes as text, buffers a line without limit and gives no
//! position inside a record. It does write our files.

use std::io::{self, Read};
use std::ops::Range;

use crate::rejection::{Code, Fault, Faults, NoticeCode, Notices};

mod encoding;
mod quoted;
mod sniff;

/// What a file may be at most. Everything else about a file follows from the competition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file; 20 MB unless the competition says otherwise.
    pub file_bytes: u64,
    /// Bytes of a line, or of a record when it spans lines.
    pub line_bytes: usize,
    /// Bytes of a value, or of one item in a list.
    pub value_bytes: usize,
    /// Characters of a number. A shortest 64-bit float needs 24.
    pub number_chars: usize,
    /// Rows beyond the expected ones after which reading stops.
    pub extra_rows: u64,
    /// Faults that are listed; all are counted.
    pub listed_errors: usize,
    /// Different labels that an open class set may add; more are taken for numbers sent by mistake.
    pub new_labels: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 20_000_000,
            line_bytes: 65_536,
            value_bytes: 1_024,
            number_chars: 64,
            extra_rows: 1_000,
            listed_errors: 20,
            new_labels: 65_536,
        }
    }
}

impl Limits {
    /// For files of the host, who may have solutions of any size up to 4 GiB, so that places in a file fit 32 bits.
    pub fn for_hosts() -> Self {
        Self { file_bytes: u64::from(u32::MAX), ..Self::default() }
    }
}

/// Bytes read at a time. Must hold a longest line with its line end.
const BUFFER_BYTES: usize = 256 * 1024;

/// One record: the values of a row, unescaped and untrimmed.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// Line on which it begins, from 1.
    pub(crate) line: u64,
    text: &'a str,
    fields: &'a [Range<u32>],
}

impl<'a> Record<'a> {
    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// A value as it stands in the file; empty when the row has fewer.
    pub(crate) fn raw(&self, column: usize) -> &'a str {
        self.fields.get(column).and_then(|field| self.text.get(field.start as usize..field.end as usize)).unwrap_or("")
    }

    /// A value without the blanks around it, and whether there were any.
    pub(crate) fn get(&self, column: usize) -> (&'a str, bool) {
        let raw = self.raw(column);
        let value = trim(raw);
        (value, value.len() != raw.len())
    }

    /// All values without blanks around them.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'a str> + '_ {
        (0..self.len()).map(|column| self.get(column).0)
    }
}

/// A value without spaces and tabs around it. Other space characters are no blanks: they stay and are reported.
pub(crate) fn trim(value: &str) -> &str {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let bytes = value.as_bytes();
    if is_blank(bytes.first()) || is_blank(bytes.last()) { value.trim_matches([' ', '\t']) } else { value }
}

/// The names in a text of names parted by spaces.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t']).filter(|name| !name.is_empty())
}

/// What comes next in the file.
pub(crate) enum Next<'a> {
    /// A record.
    Record(Record<'a>),
    /// A row that could not be split into values; its fault has been added.
    Unreadable,
    /// Nothing more, or nothing that can be understood (its fault has been added).
    End,
}

/// Reads records from a stream.
pub(crate) struct Table<R> {
    source: R,
    limits: Limits,
    /// Whether values may be lists, so that the limit of a value counts for each item instead.
    lists: bool,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Up to here the buffer holds only what most files hold: ASCII without quotes and control characters.
    plain: usize,
    at_end: bool,
    read: u64,
    line: u64,
    record_line: u64,
    fields: Vec<Range<u32>>,
    scratch: Vec<u8>,
    records: u64,
    ended: bool,
    /// Whether lines were passed over unread.
    passed_over: bool,
    empty_before: u64,
    empty_after: u64,
    ends: LineEnds,
    byte_order_mark: bool,
}

#[derive(Debug, Default)]
struct LineEnds {
    lf: u64,
    crlf: u64,
    cr: u64,
}

/// A physical line in the buffer.
enum Line {
    Whole(Range<usize>),
    /// Longer than the limit; the bytes up to the limit.
    Overlong(Range<usize>),
    None,
}

/// Where the fields of a record lie.
enum Split {
    /// In the buffer.
    Plain(Range<usize>),
    /// In the scratch, unescaped.
    Quoted,
    Unreadable,
    End,
}

impl<R: Read> Table<R> {
    pub(crate) fn new(source: R, limits: Limits, lists: bool) -> Self {
        Self {
            source,
            limits,
            lists,
            buffer: vec![0; BUFFER_BYTES.max(limits.line_bytes * 2)],
            start: 0,
            end: 0,
            plain: 0,
            at_end: false,
            read: 0,
            line: 0,
            record_line: 0,
            fields: Vec::new(),
            scratch: Vec::new(),
            records: 0,
            ended: false,
            passed_over: false,
            empty_before: 0,
            empty_after: 0,
            ends: LineEnds::default(),
            byte_order_mark: false,
        }
    }

    /// Looks at the first bytes: refuses what is no text, skips a byte-order mark. `wanted` says what to write
    /// instead. Call it before the first record.
    pub(crate) fn open(&mut self, wanted: &Wanted, faults: &mut Faults) -> io::Result<()> {
        self.fill()?;
        let head = &self.buffer[..self.end];
        let fault = if head.is_empty() {
            Some((
                Code::EmptyFile,
                format!("The file is empty. Write one header line '{}' and {}.", wanted.header, wanted.rows()),
            ))
        } else {
            sniff::foreign_format(head, &wanted.header)
        };
        if let Some((code, text)) = fault {
            faults.add(code, || Fault::of_file(text));
            self.ended = true;
            return Ok(());
        }
        if head.starts_with(b"\xef\xbb\xbf") {
            self.byte_order_mark = true;
            self.start = 3;
        }
        Ok(())
    }

    /// The next record that is not blank.
    pub(crate) fn next(&mut self, faults: &mut Faults) -> io::Result<Next<'_>> {
        let bytes = match self.split(faults)? {
            Split::Plain(line) => &self.buffer[line],
            Split::Quoted => self.scratch.as_slice(),
            Split::Unreadable => return Ok(Next::Unreadable),
            Split::End => return Ok(Next::End),
        };
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Next::Record(Record { line: self.record_line, text, fields: &self.fields })),
            Err(error) => {
                let last = self.at_end && self.start == self.end;
                let cut = last && error.error_len().is_none();
                let code = if cut { Code::CutOff } else { Code::NotUtf8 };
                faults.add(code, || encoding::utf8_fault(bytes, error, self.record_line, cut));
                Ok(Next::Unreadable)
            }
        }
    }

    /// The values that the next rows in the buffer seem to have in a column. A guess, good for preparing what will be
    /// needed: nothing is checked, and quotes and encodings are not understood.
    pub(crate) fn upcoming(&self, column: usize) -> impl Iterator<Item = &str> {
        let rest = &self.buffer[self.start..self.end];
        let mut start = 0;
        let lines = memchr::memchr_iter(b'\n', rest).map(move |end| &rest[std::mem::replace(&mut start, end + 1)..end]);
        lines.filter(|line| !is_blank(line.strip_suffix(b"\r").unwrap_or(line))).map(move |line| {
            let value = line.split(|&byte| byte == b',').nth(column).unwrap_or_default();
            trim(std::str::from_utf8(value).unwrap_or_default().trim_end_matches('\r'))
        })
    }

    /// Finds the next record that is not blank and its fields.
    fn split(&mut self, faults: &mut Faults) -> io::Result<Split> {
        let line = loop {
            if self.ended {
                return Ok(Split::End);
            }
            if self.read > self.limits.file_bytes {
                let limit = self.limits.file_bytes;
                faults.add(Code::FileTooLarge, || Fault::of_file(format!("The file has more than {limit} bytes.")));
                self.stop();
                return Ok(Split::End);
            }
            match self.line()? {
                Line::None => self.ended = true,
                Line::Overlong(head) => {
                    self.records += 1;
                    self.overlong(head, faults);
                    self.skip_line()?;
                    return Ok(Split::Unreadable);
                }
                Line::Whole(line) if is_blank(&self.buffer[line.clone()]) => match self.records {
                    0 => self.empty_before += 1,
                    _ => self.empty_after += 1,
                },
                Line::Whole(line) => break line,
            }
        };
        self.records += 1;
        self.record_line = self.line;
        if line.end <= self.plain {
            return if self.split_plain(line.clone(), faults) { Ok(Split::Plain(line)) } else { Ok(Split::Unreadable) };
        }
        let bytes = &self.buffer[line.clone()];
        if bytes.iter().any(|&byte| is_control(byte)) {
            let last = self.at_end && self.start == self.end;
            faults.add(Code::ControlCharacter, || encoding::control_fault(bytes, self.line, last));
            return Ok(Split::Unreadable);
        }
        if memchr::memchr(b'"', bytes).is_some() {
            return if self.split_quoted(line, faults)? { Ok(Split::Quoted) } else { Ok(Split::Unreadable) };
        }
        if self.split_plain(line.clone(), faults) { Ok(Split::Plain(line)) } else { Ok(Split::Unreadable) }
    }

    /// Whether the file has bytes but nothing except a byte-order mark or empty lines. Call it at the end.
    pub(crate) fn emptiness(&self) -> Option<&'static str> {
        if self.records > 0 {
            None
        } else if self.empty_before > 0 {
            Some("The file holds only empty lines.")
        } else {
            Some("The file holds no text.")
        }
    }

    /// Says what was skipped on the way. Call it at the end.
    pub(crate) fn notices(&self, notices: &mut Notices) {
        if self.byte_order_mark {
            notices.add(NoticeCode::ByteOrderMark, "the byte-order mark at the start was skipped.");
        }
        let LineEnds { lf, crlf, cr } = self.ends;
        match (lf > 0, crlf > 0, cr > 0) {
            (_, false, false) => {}
            (false, false, true) => {
                notices.add(NoticeCode::LineEnds, "old Macintosh line ends (CR) were read as line ends.");
            }
            (false, true, false) => {
                notices.add(NoticeCode::LineEnds, "Windows line ends (CRLF) were read as line ends.")
            }
            _ => notices
                .add(NoticeCode::LineEnds, "the file mixes several kinds of line ends; all were read as line ends."),
        }
        if self.empty_before > 0 {
            let (lines, were) = lines(self.empty_before);
            notices.add(NoticeCode::EmptyLines, format!("{lines} before the header {were} skipped."));
        }
        if self.empty_after > 0 {
            let (lines, were) = lines(self.empty_after);
            notices.add(NoticeCode::EmptyLines, format!("{lines} {were} skipped."));
        }
    }

    /// Stops reading.
    pub(crate) const fn stop(&mut self) {
        self.ended = true;
        self.passed_over = true;
    }

    /// Whether every line so far was read or reported by itself.
    pub(crate) const fn is_whole(&self) -> bool {
        !self.passed_over
    }

    /// Reads on until the buffer is full or the stream ends.
    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end < self.buffer.len() && !self.at_end {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.at_end = true,
                Ok(count) => {
                    self.end += count;
                    self.read += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.plain = plain_length(&self.buffer[..self.end]);
        Ok(())
    }

    /// The next physical line, without its line end; it stays in the buffer until the next call.
    fn line(&mut self) -> io::Result<Line> {
        let mut searched = 0;
        loop {
            let rest = &self.buffer[self.start..self.end];
            if let Some(found) = memchr::memchr2(b'\n', b'\r', &rest[searched..]) {
                let length = searched + found;
                if length > self.limits.line_bytes {
                    return Ok(Line::Overlong(self.start..self.start + self.limits.line_bytes));
                }
                let is_cr = rest[length] == b'\r';
                // A CR at the end of the buffer may be half of a CRLF.
                if is_cr && length + 1 == rest.len() && !self.at_end {
                    searched = length;
                    self.fill()?;
                    continue;
                }
                let is_crlf = is_cr && rest.get(length + 1) == Some(&b'\n');
                let line = self.start..self.start + length;
                match (is_cr, is_crlf) {
                    (false, _) => self.ends.lf += 1,
                    (true, true) => self.ends.crlf += 1,
                    (true, false) => self.ends.cr += 1,
                }
                self.start += length + 1 + usize::from(is_crlf);
                self.line += 1;
                return Ok(Line::Whole(line));
            }
            searched = rest.len();
            if searched > self.limits.line_bytes {
                return Ok(Line::Overlong(self.start..self.start + self.limits.line_bytes));
            }
            if self.at_end {
                if searched == 0 {
                    return Ok(Line::None);
                }
                let line = self.start..self.end;
                self.start = self.end;
                self.line += 1;
                return Ok(Line::Whole(line));
            }
            self.fill()?;
        }
    }

    /// Passes over a line that is too long, in the memory of the buffer.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let rest = &self.buffer[self.start..self.end];
            if let Some(length) = memchr::memchr2(b'\n', b'\r', rest) {
                self.start += length;
                if rest[length] == b'\r' && length + 1 == rest.len() {
                    self.fill()?;
                }
                let is_crlf = self.buffer[self.start..self.end].starts_with(b"\r\n");
                self.start += 1 + usize::from(is_crlf);
                return Ok(());
            }
            self.start = self.end;
            if self.at_end || self.read > self.limits.file_bytes {
                return Ok(());
            }
            self.fill()?;
        }
    }

    fn overlong(&mut self, head: Range<usize>, faults: &mut Faults) {
        self.line += 1;
        let number = self.line;
        let head = &self.buffer[head];
        let value_limit = self.limits.value_bytes;
        let (values, long) = longest_value(head, if self.lists { b" ," } else { b"," });
        if long > value_limit {
            faults.add(Code::ValueTooLong, || value_too_long(number, values, value_limit));
        } else {
            let limit = self.limits.line_bytes;
            faults.add(Code::LineTooLong, || {
                Fault::at(number, format!("the line has more than {limit} bytes. Is a line end missing?"))
            });
        }
    }

    /// Splits a line without quotes at its commas.
    fn split_plain(&mut self, line: Range<usize>, faults: &mut Faults) -> bool {
        let bytes = &self.buffer[line];
        self.fields.clear();
        let mut start = 0;
        let ends = memchr::memchr_iter(b',', bytes).chain([bytes.len()]);
        for end in ends {
            let value = &bytes[start..end];
            if value.len() > self.limits.value_bytes
                && (!self.lists || longest_value(value, b" ").1 > self.limits.value_bytes)
            {
                let (number, column, limit) = (self.line, self.fields.len(), self.limits.value_bytes);
                faults.add(Code::ValueTooLong, || value_too_long(number, column, limit));
                return false;
            }
            // Lines are at most 64 KiB long.
            self.fields.push(start as u32..end as u32);
            start = end + 1;
        }
        true
    }
}

/// What the file should have been, for messages.
pub(crate) struct Wanted {
    /// The header line.
    pub(crate) header: String,
    /// Rows expected; none where any number is fine.
    pub(crate) rows: Option<u64>,
}

impl Wanted {
    pub(crate) fn rows(&self) -> String {
        match self.rows {
            Some(1) => "1 row".to_owned(),
            Some(rows) => format!("{rows} rows"),
            None => "rows".to_owned(),
        }
    }
}

fn lines(count: u64) -> (String, &'static str) {
    if count == 1 { ("1 empty line".to_owned(), "was") } else { (format!("{count} empty lines"), "were") }
}

const fn is_control(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || byte == 0x7f
}

/// Bytes from the start that are ASCII without quotes and control characters, in whole blocks; line ends count as plain.
fn plain_length(bytes: &[u8]) -> usize {
    // Small enough that one Korean name does not slow a whole buffer down, large enough for wide instructions.
    const BLOCK: usize = 256;
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r') & (*byte != b'"');
    let blocks = bytes.chunks(BLOCK).take_while(|block| block.iter().fold(true, |plain, byte| plain & is_plain(byte)));
    blocks.map(<[u8]>::len).sum()
}

/// An empty line, or one of blanks and commas only.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b','))
}

/// The place among the values and the length of the first value that is longest.
fn longest_value(bytes: &[u8], separators: &[u8]) -> (usize, usize) {
    let mut longest = (0, 0);
    let mut column = 0;
    let mut length = 0;
    for byte in bytes {
        if separators.contains(byte) {
            length = 0;
            column += usize::from(*byte == b',');
        } else {
            length += 1;
            if length > longest.1 {
                longest = (column, length);
            }
        }
    }
    longest
}

fn value_too_long(line: u64, column: usize, limit: usize) -> Fault {
    Fault::at(line, format!("a value has more than {limit} bytes.")).column(column)
}

#[cfg(test)]
mod tests;
