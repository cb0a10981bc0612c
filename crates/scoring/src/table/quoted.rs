//! Records with double quotes, by the rules of RFC 4180: a quote opens only at the start of a value, and after the
//! closing one only blanks may follow.

use std::io::{self, Read};
use std::ops::Range;

use super::{Line, Table, is_control, longest_value, trim, value_too_long};
use crate::rejection::{Code, Fault, Faults};

#[derive(Clone, Copy)]
enum State {
    /// Only blanks of the value so far.
    Start,
    Plain,
    Quoted,
    /// A quote inside a quoted value: closing, or the first of a pair.
    Closing,
    /// After the closing quote.
    Closed,
}

enum Broken {
    Inside,
    TextAfter,
    SpaceBefore,
    Backslash,
    NotClosed,
}

impl<R: Read> Table<R> {
    /// Splits the record that begins with `line` into `scratch` and `fields`, reading on when a quoted value spans
    /// lines. After a broken quote the rest of its line is passed over, so that the next line is understood again.
    pub(super) fn split_quoted(&mut self, line: Range<usize>, faults: &mut Faults) -> io::Result<bool> {
        self.fields.clear();
        self.scratch.clear();
        let mut line = line;
        let mut state = State::Start;
        let mut field = 0;
        let mut spans_lines = false;
        // A backslash before a quote is legal, but if the record breaks afterwards it was meant as an escape.
        let mut backslash = false;
        loop {
            let mut broken = None;
            for at in line.clone() {
                let byte = self.buffer[at];
                state = match (state, byte) {
                    (State::Quoted, b'"') => {
                        backslash |= at > line.start && self.buffer[at - 1] == b'\\';
                        State::Closing
                    }
                    (State::Closing, b'"') => {
                        self.scratch.push(b'"');
                        State::Quoted
                    }
                    (State::Quoted, _) => {
                        self.scratch.push(byte);
                        State::Quoted
                    }
                    (_, b',') => {
                        self.end_field(&mut field);
                        State::Start
                    }
                    (State::Closing | State::Closed, b' ' | b'\t') => State::Closed,
                    (State::Closing | State::Closed, _) => {
                        broken = Some(Broken::TextAfter);
                        break;
                    }
                    (State::Start, b'"') if self.scratch.len() == field => State::Quoted,
                    (State::Start, b'"') => {
                        broken = Some(Broken::SpaceBefore);
                        break;
                    }
                    (State::Plain, b'"') => {
                        broken = Some(Broken::Inside);
                        break;
                    }
                    (State::Start, b' ' | b'\t') => {
                        self.scratch.push(byte);
                        State::Start
                    }
                    (_, _) => {
                        self.scratch.push(byte);
                        State::Plain
                    }
                };
            }
            if broken.is_none() && !matches!(state, State::Quoted) {
                break;
            }
            let mut broken = match broken {
                Some(_) if spans_lines => Some(Broken::NotClosed),
                other => other,
            };
            if broken.is_none() && !backslash && self.scratch.len() <= self.limits.line_bytes {
                match self.line()? {
                    Line::Whole(next) if !self.buffer[next.clone()].iter().any(|&byte| is_control(byte)) => {
                        self.scratch.push(b'\n');
                        spans_lines = true;
                        line = next;
                        continue;
                    }
                    Line::Whole(_) => {}
                    Line::Overlong(_) => self.skip_line()?,
                    Line::None => self.ended = true,
                }
            }
            if backslash {
                broken = Some(Broken::Backslash);
            }
            let broken = broken.unwrap_or(Broken::NotClosed);
            self.passed_over |= spans_lines;
            self.report(&broken, faults);
            return Ok(false);
        }
        self.end_field(&mut field);
        Ok(self.values_fit(faults))
    }

    fn end_field(&mut self, field: &mut usize) {
        let end = self.scratch.len();
        // A record is at most two lines of 64 KiB long.
        self.fields.push(*field as u32..end as u32);
        *field = end;
    }

    fn values_fit(&self, faults: &mut Faults) -> bool {
        let limit = self.limits.value_bytes;
        for (column, range) in self.fields.iter().enumerate() {
            let value = &self.scratch[range.start as usize..range.end as usize];
            if value.len() > limit && (!self.lists || longest_value(value, b" ").1 > limit) {
                faults.add(Code::ValueTooLong, || value_too_long(self.record_line, column, limit));
                return false;
            }
        }
        true
    }

    fn report(&self, broken: &Broken, faults: &mut Faults) {
        let column = self.fields.len();
        let begun = self.fields.last().map_or(0, |last| last.end as usize);
        let value = String::from_utf8_lossy(&self.scratch[begun..]).into_owned();
        let (code, text) = match broken {
            Broken::Inside => {
                (Code::BadQuote, "a double quote inside a value. Remove it, or quote the whole value and double it.")
            }
            Broken::TextAfter => (Code::BadQuote, "text follows a closing double quote."),
            Broken::SpaceBefore => (Code::BadQuote, "a space before an opening double quote. Remove the space."),
            Broken::Backslash => (
                Code::BadQuote,
                "a double quote inside a quoted value must be written twice (\"\"), not with a backslash.",
            ),
            Broken::NotClosed => {
                (Code::QuoteNotClosed, "a double quote opens a value and is not closed. Close it or remove it.")
            }
        };
        faults.add(code, || Fault::at(self.record_line, text).column(column).value(trim(&value)));
    }
}
