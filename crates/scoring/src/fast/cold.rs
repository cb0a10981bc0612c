//! An index straight from the bytes of a plain solution, for the first score after an upload and for two files on the
//! command line. The rules of solutions stay in one place: a small solution with one row for each different label is
//! given to the exact reader, and what it says about a label holds for all rows with it.

use std::io::{self, Read, Seek, SeekFrom};

use super::find::{Any, Declined, Fact, Order, Slots};
use super::keys::{Hasher, Key};
use super::rows::{Dress, Rest};
use super::words::{find, first, word};
use super::{Index, is_plain_line};
use crate::columns::Targets;
use crate::solution::Solution;
use crate::spec::{OneOrMany, Task, fold};
use crate::split::{SplitRule, Usage};
use crate::table::Limits;

impl Index {
    /// Indexes the solution in a file; none when it is not plain, not right or not for the fast path, which the exact
    /// reader has to judge.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn from_file(file: &mut (impl Read + Seek), task: &Task, rule: Option<&SplitRule>) -> io::Result<Option<Self>> {
        let limits = Limits::for_hosts();
        file.seek(SeekFrom::Start(0))?;
        let mut line = Vec::new();
        file.by_ref().take(limits.line_bytes as u64).read_to_end(&mut line)?;
        let Some(end) = memchr::memchr(b'\n', &line) else { return Ok(None) };
        line.truncate(end);
        let Some(has_usage) = columns(&line, task, rule) else { return Ok(None) };
        let size = file.seek(SeekFrom::End(0))?;
        let mut rest = Rest { file, start: end as u64 + 1, dress: Dress::default(), limits: &limits };
        for _ in 0..ATTEMPTS {
            let mut rows = Rows::new(has_usage, size);
            if rest.pieces(|bytes, end| rows.read(bytes, end))? == Err(Declined) {
                return Ok(None);
            }
            if let Ok(index) = rows.index(&line, task) {
                return Ok(index);
            }
        }
        Ok(None)
    }
}

/// Whether the third column is `Usage`; none when the columns are others than id, target and perhaps that.
fn columns(header: &[u8], task: &Task, rule: Option<&SplitRule>) -> Option<bool> {
    let header =
        std::str::from_utf8(header).ok().filter(|header| header.is_ascii() && is_plain_line(header.as_bytes()))?;
    let names: Vec<String> = header.split(',').map(fold).collect();
    let (id, target, usage) = match names.as_slice() {
        [id, target] => (id, target, None),
        [id, target, usage] => (id, target, Some(usage)),
        _ => return None,
    };
    let asked = task.target.as_ref().map_or(&[][..], OneOrMany::names);
    let fits = task.id.as_ref().is_none_or(|name| fold(name) == *id)
        && asked.iter().all(|name| fold(name) == *target)
        && asked.len() < 2
        && !crate::spec::RESERVED.contains(&id.as_str())
        && !crate::spec::RESERVED.contains(&target.as_str())
        && usage.is_none_or(|usage| usage == "usage")
        // A split by rule needs the ids themselves, and its group a column.
        && rule.is_none_or(|rule| usage.is_some() && rule.group.is_none());
    fits.then_some(usage.is_some())
}

/// Times that new keys are drawn when two ids collide. The same id twice collides every time.
const ATTEMPTS: usize = 3;

struct Rows {
    has_usage: bool,
    /// Bytes of the file, until room was made for its rows.
    size: Option<u64>,
    hasher: Hasher,
    keys: Vec<Key>,
    /// The number of a row's label, and its use.
    facts: Vec<Fact>,
    labels: Labels,
    longest_id: usize,
}

impl Rows {
    fn new(has_usage: bool, size: u64) -> Self {
        Self {
            has_usage,
            size: Some(size),
            hasher: Hasher::random(),
            keys: Vec::new(),
            facts: Vec::new(),
            labels: Labels { table: vec![None; 4 * Fact::CLASSES], count: 0 },
            longest_id: 0,
        }
    }

    fn read(&mut self, bytes: &[u8], end: usize) -> Result<(), Declined> {
        if !is_ordinary(&bytes[..end]) {
            return Err(Declined);
        }
        let (mut at, before) = (0, self.keys.len());
        while at < end {
            let (key, next) = self.hasher.read(bytes, at).ok_or(Declined)?;
            self.longest_id = self.longest_id.max(next - 1 - at);
            if next == at + 1 {
                return Err(Declined);
            }
            let (label, after) = self.labels.read(bytes, next, if self.has_usage { b',' } else { b'\n' })?;
            let (usage, after) = if self.has_usage { usage(bytes, after)? } else { (None, after) };
            at = after;
            self.keys.push(key);
            self.facts.push(Fact::new(label, usage));
        }
        if let Some(size) = self.size.take() {
            // Room for all rows if they are as long as those of the first piece.
            let rows = (size as usize / end.max(1) + 1).saturating_mul(self.keys.len());
            self.keys.reserve(rows);
            self.facts.reserve(rows);
        }
        // An id ends at a comma, so a line without one would run into the next: then there are more lines than rows.
        let lines = memchr::memchr_iter(b'\n', &bytes[..end]).count();
        if at == end && lines == self.keys.len() - before { Ok(()) } else { Err(Declined) }
    }

    /// Lets the exact reader judge the labels and builds the tables. An error when two ids collide.
    fn index(mut self, header: &[u8], task: &Task) -> Result<Option<Index>, Declined> {
        let Some(small) = self.small(header, task) else { return Ok(None) };
        let class_of: Vec<u32> = match &small.truth.targets {
            Targets::Classes { index, .. } => index.clone(),
            Targets::Binary(rows) => rows.iter().map(|&positive| u32::from(positive)).collect(),
            _ => return Ok(None),
        };
        for fact in &mut self.facts {
            *fact = fact.with_class(class_of[fact.class()]);
        }
        let Some(&largest) = self.facts.iter().max() else { return Ok(None) };
        let mut order = Order::for_rows(self.keys.len());
        for (key, fact) in self.keys.iter().zip(&self.facts) {
            order.add(*key, *fact);
        }
        let mut slots = Slots::for_rows(self.keys.len(), largest);
        slots.add_all(&self.keys, &self.facts)?;
        Ok(Index::of(&small, self.hasher, order, Any::Slots(slots), self.keys.len(), self.longest_id))
    }

    /// The solution with one row for each label, if the exact reader takes it.
    fn small(&self, header: &[u8], task: &Task) -> Option<Solution> {
        let mut small = header.to_vec();
        let usage = if self.has_usage { ",Public" } else { "" };
        for (number, label) in self.labels.in_order().into_iter().enumerate() {
            small.extend_from_slice(format!("\n{number},{label}{usage}").as_bytes());
        }
        let solution = Solution::from_reader(small.as_slice(), task, None).ok()?;
        (solution.expected.ids.len() == self.labels.count as usize).then_some(solution)
    }
}

/// Whether bytes are ASCII without quotes, control characters and blanks, line ends excepted.
fn is_ordinary(bytes: &[u8]) -> bool {
    bytes.chunks(64).all(|block| {
        block
            .iter()
            .fold(true, |ordinary, &byte| ordinary & ((byte > b' ' && byte < 0x7f && byte != b'"') | (byte == b'\n')))
    })
}

/// The use at `at`, up to the line end, and the place after that.
#[inline(always)]
fn usage(bytes: &[u8], at: usize) -> Result<(Option<Usage>, usize), Declined> {
    const PUBLIC: u64 = u64::from_le_bytes(*b"Public\n\0");
    const PRIVATE: u64 = u64::from_le_bytes(*b"Private\n");
    const IGNORED: u64 = u64::from_le_bytes(*b"Ignored\n");
    let text = word(bytes, at);
    if text == PRIVATE {
        Ok((Some(Usage::Private), at + 8))
    } else if first(text, 7) == PUBLIC {
        Ok((Some(Usage::Public), at + 7))
    } else if text == IGNORED {
        Ok((Some(Usage::Ignored), at + 8))
    } else {
        Err(Declined)
    }
}

/// Different labels, numbered as they come.
struct Labels {
    table: Vec<Option<([u64; 2], u32)>>,
    count: u32,
}

impl Labels {
    /// The number of the label at `at`, which ends with `stop`, and the place after that.
    #[inline(always)]
    fn read(&mut self, bytes: &[u8], at: usize, stop: u8) -> Result<(u32, usize), Declined> {
        let low = word(bytes, at);
        let length = find(low, stop);
        let (key, length) = if length < 8 {
            ([first(low, length), 0], length)
        } else {
            let high = word(bytes, at + 8);
            let length = find(high, stop);
            if length == 8 {
                return Err(Declined);
            }
            ([low, first(high, length)], 8 + length)
        };
        let mixed = (key[0] ^ key[1].rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mask = self.table.len() - 1;
        let mut place = (mixed >> 40) as usize & mask;
        loop {
            match self.table[place] {
                Some((known, number)) if known == key => return Ok((number, at + length + 1)),
                Some(_) => place = (place + 1) & mask,
                None if self.count as usize == Fact::CLASSES || length == 0 => return Err(Declined),
                None => {
                    self.table[place] = Some((key, self.count));
                    self.count += 1;
                }
            }
        }
    }

    /// The labels by their numbers.
    fn in_order(&self) -> Vec<String> {
        let mut labels: Vec<([u64; 2], u32)> = self.table.iter().flatten().copied().collect();
        labels.sort_unstable_by_key(|&(_, number)| number);
        let text = |[low, high]: [u64; 2]| {
            let bytes = low.to_le_bytes().into_iter().chain(high.to_le_bytes()).take_while(|&byte| byte != 0);
            bytes.map(char::from).collect()
        };
        labels.into_iter().map(|(key, _)| text(key)).collect()
    }
}
