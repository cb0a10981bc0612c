//! The loop over the rows of a file: one buffer, cut at line ends, a batch of rows at a time.

use std::io::{self, Read, Seek, SeekFrom};

use super::answers::Answers;
use super::find::{BATCH, Declined, Fact, Finder};
use super::words::PADDING;
use crate::table::Limits;

/// Bytes read at a time. The buffer stays in the second-level cache.
const BUFFER_BYTES: usize = 256 * 1024;

/// What has to be removed from a file before its rows are plain. Excel on Windows and pandas there end lines with CRLF; R
/// and `QUOTE_NONNUMERIC` put values in quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dress {
    /// Every line ends with CRLF.
    pub(super) crlf: bool,
    /// Values may stand in quotes.
    pub(super) quotes: bool,
}

/// The rows of a file, from the first byte after the header.
pub(super) struct Rest<'a, R> {
    pub(super) file: &'a mut R,
    pub(super) start: u64,
    pub(super) dress: Dress,
    pub(super) limits: &'a Limits,
}

impl<R: Read + Seek> Rest<'_, R> {
    /// Reads every row. Declines on the first one that is not plain, and when rows are missing at the end.
    pub(super) fn read(
        &mut self,
        finder: &mut impl Finder,
        answers: &mut impl Answers,
    ) -> io::Result<Result<(), Declined>> {
        let read = self.pieces(|bytes, end| rows(bytes, end, finder, answers))?;
        Ok(read.and(if finder.is_complete() { Ok(()) } else { Err(Declined) }))
    }

    /// Gives the rows to `each`, piece by piece: a buffer that holds whole rows up to the given place and goes on for
    /// [`PADDING`] bytes behind it. Stops at the first piece that is declined.
    pub(super) fn pieces(
        &mut self,
        mut each: impl FnMut(&[u8], usize) -> Result<(), Declined>,
    ) -> io::Result<Result<(), Declined>> {
        self.file.seek(SeekFrom::Start(self.start))?;
        let mut buffer = vec![0; BUFFER_BYTES + PADDING];
        let mut filled = 0;
        let mut bytes = self.start;
        loop {
            let count = match self.file.read(&mut buffer[filled..BUFFER_BYTES]) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            bytes += count as u64;
            if bytes > self.limits.file_bytes {
                return Ok(Err(Declined));
            }
            filled += count;
            let end = if count == 0 {
                // The last line may have no line end.
                if filled > 0 && buffer[filled - 1] != b'\n' {
                    let line_end: &[u8] = if self.dress.crlf { b"\r\n" } else { b"\n" };
                    buffer[filled..filled + line_end.len()].copy_from_slice(line_end);
                    filled += line_end.len();
                }
                filled
            } else {
                memchr::memrchr(b'\n', &buffer[filled - count..filled]).map_or(0, |place| filled - count + place + 1)
            };
            let Some(plain) = self.dress.remove(&mut buffer[..end]) else { return Ok(Err(Declined)) };
            if each(&buffer[..filled + PADDING], plain).is_err() {
                return Ok(Err(Declined));
            }
            if count == 0 {
                return Ok(Ok(()));
            }
            buffer.copy_within(end..filled, 0);
            filled -= end;
            // A line that fills the buffer is no plain row.
            if filled == BUFFER_BYTES {
                return Ok(Err(Declined));
            }
        }
    }
}

impl Dress {
    /// Makes whole lines plain where they stand and returns their new length; none when they are dressed in another way.
    /// Costs 1 ns a byte.
    fn remove(self, lines: &mut [u8]) -> Option<usize> {
        if self == Self::default() {
            return Some(lines.len());
        }
        let (mut from, mut to) = (0, 0);
        while from < lines.len() {
            let end = from + lines[from..].iter().position(|byte| matches!(byte, b',' | b'\n'))?;
            let mut value = from..end;
            if self.crlf && lines[end] == b'\n' {
                value.end = value.end.checked_sub(1).filter(|&last| last >= from && lines[last] == b'\r')?;
            }
            // A value in quotes that holds a separator does not end with a quote here.
            if self.quotes && value.len() > 1 && lines[value.start] == b'"' {
                value = value.start + 1..value.end - 1;
                if lines[value.end] != b'"' || memchr::memchr(b'"', &lines[value.clone()]).is_some() {
                    return None;
                }
            }
            let length = value.len();
            lines.copy_within(value, to);
            lines[to + length] = lines[end];
            (from, to) = (end + 1, to + length + 1);
        }
        Some(to)
    }
}

/// Whole rows, up to `end`; `bytes` goes on behind it.
fn rows(bytes: &[u8], end: usize, finder: &mut impl Finder, answers: &mut impl Answers) -> Result<(), Declined> {
    let mut facts = [Fact::default(); BATCH];
    let mut at = 0;
    while at < end {
        let mut count = 0;
        while count < BATCH && at < end {
            at = finder.read(count, bytes, at).ok_or(Declined)?;
            at = answers.read(count, bytes, at).ok_or(Declined)?;
            count += 1;
        }
        // A row may not borrow its end from behind the last line end.
        if at > end {
            return Err(Declined);
        }
        finder.resolve(count, &mut facts)?;
        for (place, fact) in facts.iter().enumerate().take(count) {
            answers.take(bytes, place, *fact).ok_or(Declined)?;
        }
    }
    Ok(())
}
