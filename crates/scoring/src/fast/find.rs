//! From a row's id to what the solution knows about it, three ways: rows in the solution's order, ids that count up, any
//! ids. Each finds every row once or declines; none keeps more per row of the submission than one bit.

use super::keys::{Hasher, Key};
use super::prefetch::prefetch;
use super::words::{decimal, digits, find, first, word};
use crate::split::Usage;

/// Rows handled together, so that their look-ups in memory overlap.
pub(super) const BATCH: usize = 32;

/// What the solution knows about a row: its class and its use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fact(u16);

impl Fact {
    /// Classes that leave a slot enough bits of the hash.
    pub(super) const CLASSES: usize = 1 << 10;

    pub(super) const fn new(class: u32, usage: Option<Usage>) -> Self {
        // Never 0: that is an empty slot.
        let part = match usage {
            None | Some(Usage::Public) => 1,
            Some(Usage::Private) => 2,
            Some(Usage::Ignored) => 3,
        };
        Self((class as u16) << 2 | part)
    }

    /// The same use with another class.
    pub(super) const fn with_class(self, class: u32) -> Self {
        Self((class as u16) << 2 | self.0 & 3)
    }

    #[inline(always)]
    pub(super) const fn class(self) -> usize {
        (self.0 >> 2) as usize
    }

    /// 0 for public rows and those of a solution without a split, 1 for private, 2 for ignored ones.
    #[inline(always)]
    pub(super) const fn part(self) -> usize {
        (self.0 & 3) as usize - 1
    }
}

/// A file that the fast path does not understand, or that is wrong: the exact reader decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Declined;

/// One way of finding rows.
pub(super) trait Finder {
    /// Reads the id at `at` as the batch's row `place`; returns the place after its comma.
    fn read(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize>;

    /// Finds the first `count` rows of the batch.
    fn resolve(&mut self, count: usize, facts: &mut [Fact; BATCH]) -> Result<(), Declined>;

    /// Whether every row of the solution was found exactly once.
    fn is_complete(&self) -> bool;
}

/// Finds rows that come in any order.
#[derive(Clone)]
pub(super) enum Any {
    Dense(Dense),
    Slots(Slots),
}

/// Whether a row came before: one bit each.
struct Seen(Vec<u64>);

impl Seen {
    fn new(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(64)])
    }

    /// Marks a row; non-zero when it was marked before.
    #[inline(always)]
    fn mark(&mut self, row: usize) -> u64 {
        let word = &mut self.0[row / 64];
        let bit = 1 << (row % 64);
        let before = *word & bit;
        *word |= bit;
        before
    }
}

/// Facts by place, a byte each where the classes are few.
#[derive(Clone, Default)]
struct Facts {
    low: Vec<u8>,
    /// Empty where every fact fits a byte.
    high: Vec<u8>,
}

impl Facts {
    fn set(&mut self, place: usize, fact: Fact) {
        if place >= self.low.len() {
            self.low.resize(place + 1, 0);
        }
        self.low[place] = fact.0 as u8;
        if fact.0 > 0xff || !self.high.is_empty() {
            self.high.resize(self.high.len().max(self.low.len()), 0);
            self.high[place] = (fact.0 >> 8) as u8;
        }
    }

    #[inline(always)]
    fn get(&self, place: usize) -> Fact {
        let high = self.high.get(place).copied().unwrap_or(0);
        Fact(u16::from(self.low[place]) | u16::from(high) << 8)
    }

    fn len(&self) -> usize {
        self.low.len()
    }

    fn bytes(&self) -> usize {
        self.low.capacity() + self.high.capacity()
    }
}

/// Rows that come in the solution's order, as those of a sample submission do. The ids are not kept: a running hash of
/// their sequence is compared every [`RUN`] rows.
#[derive(Clone)]
pub(super) struct Order {
    facts: Facts,
    /// The running hash after each full run.
    runs: Vec<u64>,
    last: u64,
}

/// Rows between two comparisons.
const RUN: usize = 1_024;

const fn chain(hash: u64, proof: u64) -> u64 {
    (hash.rotate_left(23) ^ proof).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

impl Order {
    pub(super) fn for_rows(rows: usize) -> Self {
        let facts = Facts { low: Vec::with_capacity(rows), high: Vec::new() };
        Self { facts, runs: Vec::with_capacity(rows / RUN), last: 0 }
    }

    pub(super) fn add(&mut self, key: Key, fact: Fact) {
        self.facts.set(self.facts.len(), fact);
        self.last = chain(self.last, key.proof);
        if self.facts.len().is_multiple_of(RUN) {
            self.runs.push(self.last);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.facts.bytes() + self.runs.capacity() * 8
    }

    pub(super) const fn finder<'a>(&'a self, hasher: &'a Hasher) -> InOrder<'a> {
        InOrder { order: self, hasher, rows: 0, resolved: 0, hash: 0 }
    }
}

pub(super) struct InOrder<'a> {
    order: &'a Order,
    hasher: &'a Hasher,
    /// Rows read.
    rows: usize,
    resolved: usize,
    hash: u64,
}

impl Finder for InOrder<'_> {
    #[inline(always)]
    fn read(&mut self, _: usize, bytes: &[u8], at: usize) -> Option<usize> {
        let (key, next) = self.hasher.read(bytes, at)?;
        self.hash = chain(self.hash, key.proof);
        self.rows += 1;
        let in_order = !self.rows.is_multiple_of(RUN) || self.order.runs.get(self.rows / RUN - 1) == Some(&self.hash);
        in_order.then_some(next)
    }

    #[inline(always)]
    fn resolve(&mut self, count: usize, facts: &mut [Fact; BATCH]) -> Result<(), Declined> {
        if self.resolved + count > self.order.facts.len() {
            return Err(Declined);
        }
        for (place, fact) in (self.resolved..).zip(&mut facts[..count]) {
            *fact = self.order.facts.get(place);
        }
        self.resolved += count;
        Ok(())
    }

    fn is_complete(&self) -> bool {
        self.resolved == self.order.facts.len() && self.hash == self.order.last
    }
}

/// Ids that are a number between two fixed texts, such as `photo-000123.jpg` or `123`: the number is the place.
#[derive(Clone)]
pub(super) struct Dense {
    prefix: u128,
    prefix_length: usize,
    suffix: u128,
    suffix_length: usize,
    /// Digits of every id; none where numbers have no zeros in front.
    width: Option<usize>,
    facts: Facts,
    rows: usize,
}

/// Ids of up to 15 bytes fit two words with their comma.
const SHORT: usize = 15;
/// A table with more empty places than this per row costs more memory than slots do.
const SPARSE: u64 = 8;

impl Dense {
    /// The form that all ids share, if they do.
    pub(super) fn of<'a>(ids: impl Iterator<Item = &'a str> + Clone) -> Option<Self> {
        let first_id = ids.clone().next()?;
        let (mut prefix, mut suffix) = (first_id.len(), first_id.len());
        let (mut shortest, mut longest, mut rows) = (usize::MAX, 0, 0);
        for id in ids.clone() {
            let same = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(a, b)| a == b).count();
            prefix = prefix.min(same(&mut first_id.bytes().zip(id.bytes())));
            suffix = suffix.min(same(&mut first_id.bytes().rev().zip(id.bytes().rev())));
            shortest = shortest.min(id.len());
            longest = longest.max(id.len());
            rows += 1;
        }
        // Digits that all ids share belong to the number.
        prefix = first_id[..prefix].trim_end_matches(|digit: char| digit.is_ascii_digit()).len();
        suffix -= first_id[first_id.len() - suffix..].bytes().take_while(u8::is_ascii_digit).count();
        let numbers = prefix + suffix < shortest && longest - prefix - suffix <= 8 && longest <= SHORT;
        if !numbers || !first_id.is_ascii() {
            return None;
        }
        let number = |id: &str| id.get(prefix..id.len() - suffix)?.parse::<u64>().ok();
        let largest = ids.clone().map(number).try_fold(0, |largest, number| Some(largest.max(number?)))?;
        if largest >= SPARSE * rows as u64 + 1_024 {
            return None;
        }
        let text = |text: &str| text.bytes().rev().fold(0, |word, byte| word << 8 | u128::from(byte));
        let fixed = shortest == longest;
        let digits_of = |id: &str| id[prefix..id.len() - suffix].bytes().all(|byte| byte.is_ascii_digit());
        let plain = |id: &str| fixed || !id[prefix..].starts_with('0') || id.len() == prefix + suffix + 1;
        if !ids.clone().all(|id| digits_of(id) && plain(id)) {
            return None;
        }
        Some(Self {
            prefix: text(&first_id[..prefix]),
            prefix_length: prefix,
            suffix: text(&first_id[first_id.len() - suffix..]),
            suffix_length: suffix,
            width: fixed.then_some(shortest - prefix - suffix),
            facts: Facts::default(),
            rows: 0,
        })
    }

    /// Adds an id that was among those given to [`of`](Self::of).
    pub(super) fn add(&mut self, id: &str, fact: Fact) {
        let number = id.get(self.prefix_length..id.len() - self.suffix_length).and_then(|number| number.parse().ok());
        if let Some(number) = number {
            self.facts.set(number, fact);
            self.rows += 1;
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.facts.bytes()
    }

    pub(super) fn finder(&self) -> ByNumber<'_> {
        ByNumber { dense: self, seen: Seen::new(self.facts.len()), numbers: [0; BATCH], found: 0 }
    }

    /// The number in an id of `length` bytes.
    #[inline(always)]
    fn number(&self, low: u64, high: u64, length: usize) -> Option<u32> {
        let id = u128::from(low) | u128::from(high) << 64;
        let width = length.checked_sub(self.prefix_length + self.suffix_length)?;
        let begin = 8 * self.prefix_length as u32;
        let rest = id >> begin;
        let number = rest as u64;
        let right = id & ((1 << begin) - 1) == self.prefix
            && (1..=8).contains(&width)
            && rest >> (8 * width) == self.suffix
            && digits(number) >= width
            && match self.width {
                Some(fixed) => width == fixed,
                None => width == 1 || number as u8 != b'0',
            };
        right.then(|| decimal(number, width) as u32)
    }
}

pub(super) struct ByNumber<'a> {
    dense: &'a Dense,
    seen: Seen,
    numbers: [u32; BATCH],
    found: usize,
}

impl Finder for ByNumber<'_> {
    #[inline(always)]
    fn read(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize> {
        let low = word(bytes, at);
        let length = find(low, b',');
        let (low, high, length) = if length < 8 {
            (first(low, length), 0, length)
        } else {
            let high = word(bytes, at + 8);
            let length = find(high, b',');
            if length == 8 {
                return None;
            }
            (low, first(high, length), 8 + length)
        };
        self.numbers[place] = self.dense.number(low, high, length)?;
        Some(at + length + 1)
    }

    #[inline(always)]
    fn resolve(&mut self, count: usize, facts: &mut [Fact; BATCH]) -> Result<(), Declined> {
        let known = &self.dense.facts;
        for (fact, &number) in facts[..count].iter_mut().zip(&self.numbers) {
            if number as usize >= known.len() {
                return Err(Declined);
            }
            *fact = known.get(number as usize);
        }
        let mut wrong = 0;
        for (fact, &number) in facts[..count].iter().zip(&self.numbers) {
            wrong |= self.seen.mark(number as usize) | u64::from(*fact == Fact::default());
        }
        self.found += count;
        if wrong == 0 { Ok(()) } else { Err(Declined) }
    }

    fn is_complete(&self) -> bool {
        self.found == self.dense.rows
    }
}

/// Any ids: a table of slots with open addressing, 4 bytes each: the fact, and above it as many bits of the id's hash as
/// fit. Those tell the solution's ids apart; that no other id was taken for one of them is shown by the sum of proofs.
#[derive(Clone)]
pub(super) struct Slots {
    slots: Vec<u32>,
    /// Bits of a fact.
    bits: u32,
    shift: u32,
    rows: usize,
    /// Sum of the rows' proofs.
    proof: u64,
}

impl Slots {
    /// An empty table for `rows` ids, at most two thirds full, with facts up to `largest`.
    pub(super) fn for_rows(rows: usize, largest: Fact) -> Self {
        let slots = (rows + rows / 2).next_power_of_two().max(64);
        let bits = 16 - largest.0.leading_zeros();
        Self { slots: vec![0; slots], bits, shift: 64 - slots.trailing_zeros(), rows: 0, proof: 0 }
    }

    /// Adds an id. An error when another id on its way has the same fingerprint; then a new key is needed.
    pub(super) fn add(&mut self, key: Key, fact: Fact) -> Result<(), Declined> {
        let fingerprint = self.fingerprint(key.hash);
        let mask = self.slots.len() - 1;
        let mut place = self.home(key.hash);
        while self.slots[place] != 0 {
            if self.slots[place] >> self.bits == fingerprint {
                return Err(Declined);
            }
            place = (place + 1) & mask;
        }
        self.slots[place] = fingerprint << self.bits | u32::from(fact.0);
        self.rows += 1;
        self.proof = self.proof.wrapping_add(key.proof);
        Ok(())
    }

    /// Adds many ids; an error as for one.
    pub(super) fn add_all(&mut self, keys: &[Key], facts: &[Fact]) -> Result<(), Declined> {
        // Far enough ahead to hide a miss, near enough to be still in the cache.
        const AHEAD: usize = 16;
        for (place, (key, fact)) in keys.iter().zip(facts).enumerate() {
            if let Some(later) = keys.get(place + AHEAD) {
                prefetch(&self.slots, self.home(later.hash));
            }
            self.add(*key, *fact)?;
        }
        Ok(())
    }

    /// Where the look-up of a hash begins.
    #[inline(always)]
    const fn home(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize & (self.slots.len() - 1)
    }

    /// The lowest bits of a hash; the place in the table comes from the highest.
    #[inline(always)]
    const fn fingerprint(&self, hash: u64) -> u32 {
        (hash as u32) << self.bits >> self.bits
    }

    pub(super) fn bytes(&self) -> usize {
        self.slots.capacity() * 4
    }

    pub(super) fn finder<'a>(&'a self, hasher: &'a Hasher) -> BySlot<'a> {
        BySlot {
            slots: self,
            hasher,
            seen: Seen::new(self.slots.len()),
            hashes: [0; BATCH],
            places: [0; BATCH],
            found: 0,
            proof: 0,
        }
    }
}

pub(super) struct BySlot<'a> {
    slots: &'a Slots,
    hasher: &'a Hasher,
    seen: Seen,
    hashes: [u64; BATCH],
    places: [u32; BATCH],
    found: usize,
    proof: u64,
}

impl Finder for BySlot<'_> {
    #[inline(always)]
    fn read(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize> {
        let (key, next) = self.hasher.read(bytes, at)?;
        self.hashes[place] = key.hash;
        self.proof = self.proof.wrapping_add(key.proof);
        prefetch(&self.slots.slots, self.slots.home(key.hash));
        Some(next)
    }

    #[inline(always)]
    fn resolve(&mut self, count: usize, facts: &mut [Fact; BATCH]) -> Result<(), Declined> {
        let Slots { slots, bits, .. } = self.slots;
        let mask = slots.len() - 1;
        for (place, fact) in facts.iter_mut().enumerate().take(count) {
            let hash = self.hashes[place];
            let fingerprint = self.slots.fingerprint(hash);
            let is_right = |slot: u32| slot >> bits == fingerprint && slot != 0;
            // Most ids stand in one of the first two slots; which of them is no branch that could be mispredicted.
            let mut at = self.slots.home(hash);
            let (first, second) = (slots[at], slots[(at + 1) & mask]);
            let mut slot = if is_right(first) { first } else { second };
            at = if is_right(first) { at } else { (at + 1) & mask };
            while !is_right(slot) {
                if slot == 0 {
                    return Err(Declined);
                }
                at = (at + 1) & mask;
                slot = slots[at];
            }
            *fact = Fact((slot & ((1 << bits) - 1)) as u16);
            self.places[place] = at as u32;
        }
        let mut twice = 0;
        for &at in &self.places[..count] {
            twice |= self.seen.mark(at as usize);
        }
        self.found += count;
        if twice == 0 { Ok(()) } else { Err(Declined) }
    }

    fn is_complete(&self) -> bool {
        self.found == self.slots.rows && self.proof == self.slots.proof
    }
}
