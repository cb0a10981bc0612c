//! From a row's values to the sums that the metrics need. Owns what is kept of a submission on this path; finds no ids.

use super::find::{BATCH, Fact};
use super::number::{decimals_at, number};
use super::words::{DigitSum, find, first, word};
use crate::metric::labels::Confusion;
use crate::metric::order::order_key;
use crate::metric::probability::{brier, curve, log_loss, negative_log};
use crate::metric::{Estimate, Metric, Undefined};
use crate::solution::Part;
use crate::uncertainty::Moments;
use crate::values;

/// The values after the id, and what becomes of them.
pub(super) trait Answers {
    /// Reads the values at `at` as the batch's row `place`; returns the place after the line end.
    fn read(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize>;

    /// Takes the batch's row `place` into the sums. `bytes` are those it was read from.
    fn take(&mut self, bytes: &[u8], place: usize, fact: Fact) -> Option<()>;
}

/// Values that are read and not scored.
pub(super) struct Unscored<A>(pub(super) A);

impl<A: Answers> Answers for Unscored<A> {
    #[inline(always)]
    fn read(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize> {
        self.0.read(place, bytes, at)
    }

    #[inline(always)]
    fn take(&mut self, _: &[u8], _: usize, _: Fact) -> Option<()> {
        Some(())
    }
}

/// Public (or all), private and ignored rows; the last are read and not scored.
const PARTS: usize = 2;

/// Which of the two sums a part consists of.
fn places(part: Part) -> &'static [usize] {
    match part {
        Part::All => &[0, 1],
        Part::Public => &[0],
        Part::Private => &[1],
    }
}

/// The classes as they stand in a file, found by one multiplication.
#[derive(Clone)]
pub(super) struct ClassTable {
    entries: Vec<Option<([u64; 2], u16)>>,
    multiplier: u64,
    shift: u32,
    classes: usize,
}

impl ClassTable {
    /// A table of those names that a row can hold without quotes. Any other text is for the exact reader.
    pub(super) fn new(names: &[String]) -> Self {
        let keys: Vec<([u64; 2], u16)> =
            (0..).zip(names).filter_map(|(class, name)| Some((key(name)?, class))).collect();
        let mut size = (4 * keys.len()).next_power_of_two().max(4);
        let mut multiplier = 0x9e37_79b9_7f4a_7c15_u64;
        // A size grows after 64 failures; the number of classes is small, so this ends at once.
        for attempt in 1_u64.. {
            let mut table =
                Self { entries: vec![None; size], multiplier, shift: 64 - size.trailing_zeros(), classes: names.len() };
            if keys.iter().all(|&(key, class)| table.insert(key, class)) {
                return table;
            }
            multiplier = multiplier.wrapping_mul(0xd134_2543_de82_ef95) | 1;
            size <<= u32::from(attempt.is_multiple_of(64));
        }
        Self { entries: vec![None; 4], multiplier: 1, shift: 62, classes: names.len() }
    }

    fn insert(&mut self, key: [u64; 2], class: u16) -> bool {
        let place = self.place(key);
        let free = self.entries[place].is_none();
        self.entries[place] = Some((key, class));
        free
    }

    #[inline(always)]
    fn place(&self, [low, high]: [u64; 2]) -> usize {
        let mixed = (low ^ high.rotate_left(29)).wrapping_mul(self.multiplier);
        (mixed >> self.shift) as usize & (self.entries.len() - 1)
    }

    /// The class written at `at`, up to the line end, and the place after that.
    #[inline(always)]
    fn read(&self, bytes: &[u8], at: usize) -> Option<(u16, usize)> {
        let low = word(bytes, at);
        let length = find(low, b'\n');
        let (key, length) = if length < 8 {
            ([first(low, length + 1), 0], length)
        } else {
            let high = word(bytes, at + 8);
            let length = find(high, b'\n');
            if length == 8 {
                return None;
            }
            ([low, first(high, length + 1)], 8 + length)
        };
        let (known, class) = self.entries[self.place(key)]?;
        (known == key).then_some((class, at + length + 1))
    }
}

/// The bytes of a name of up to 15 and its line end, if it stands in a file as it is. The line end tells the zeros after
/// it from NULs in a file.
fn key(name: &str) -> Option<[u64; 2]> {
    let plain = !name.is_empty() && name.len() < 16 && super::is_plain(name);
    let mut bytes = [0; 16];
    bytes.get_mut(..name.len()).filter(|_| plain)?.copy_from_slice(name.as_bytes());
    bytes[name.len()] = b'\n';
    Some([word(&bytes, 0), word(&bytes, 8)])
}

/// Class labels: counts of truth x prediction.
pub(super) struct Labels<'a> {
    table: &'a ClassTable,
    batch: [u16; BATCH],
    /// One table for each of public, private and ignored rows.
    counts: Vec<u64>,
    cells: usize,
}

impl<'a> Labels<'a> {
    pub(super) fn new(table: &'a ClassTable) -> Self {
        let cells = table.classes * table.classes;
        Self { table, batch: [0; BATCH], counts: vec![0; cells * (PARTS + 1)], cells }
    }

    pub(super) fn confusion(&self, part: Part, names: &[String]) -> Confusion {
        let mut counts = vec![0; self.cells];
        for &place in places(part) {
            for (sum, count) in counts.iter_mut().zip(&self.counts[place * self.cells..]) {
                *sum += count;
            }
        }
        Confusion::from_table(&counts, names, &[])
    }

    pub(super) fn rows(&self) -> u64 {
        self.counts[..PARTS * self.cells].iter().sum()
    }
}

impl Answers for Labels<'_> {
    #[inline(always)]
    fn read(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize> {
        let (class, next) = self.table.read(bytes, at)?;
        self.batch[place] = class;
        Some(next)
    }

    #[inline(always)]
    fn take(&mut self, _: &[u8], place: usize, fact: Fact) -> Option<()> {
        let cell = fact.part() * self.cells + fact.class() * self.table.classes + usize::from(self.batch[place]);
        self.counts[cell] += 1;
        Some(())
    }
}

/// A number at `at` with the byte after it, the exact reader's rules where the short ones do not fit.
#[inline(always)]
fn probability(bytes: &[u8], at: usize, limit: usize) -> Option<(f64, usize)> {
    let (value, end) = match number(bytes, at) {
        Some((value, end)) if matches!(bytes.get(end), Some(b',' | b'\n')) && end - at <= limit => (value, end),
        _ => uncommon(bytes, at, limit)?,
    };
    (0.0..=1.0).contains(&value).then_some((value, end))
}

#[cold]
fn uncommon(bytes: &[u8], at: usize, limit: usize) -> Option<(f64, usize)> {
    let text = bytes.get(at..at + limit + 1)?;
    let length = text.iter().position(|byte| matches!(byte, b',' | b'\n'))?;
    let text = std::str::from_utf8(&text[..length]).ok()?;
    // -0 and 0 are one number, as in the exact reader.
    Some((values::number(text, limit)? + 0.0, at + length))
}

/// What the metrics of a task need to be kept.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    pub(super) curve: bool,
    pub(super) log_loss: bool,
    pub(super) brier: bool,
}

/// Probabilities of the positive class: order keys where a curve is wanted, moments of the losses else.
pub(super) struct Scores {
    needs: Needs,
    limit: usize,
    batch: [f64; BATCH],
    parts: [ScorePart; PARTS],
}

#[derive(Default)]
struct ScorePart {
    rows: u64,
    positive: Vec<u64>,
    negative: Vec<u64>,
    log_loss: Moments,
    brier: Moments,
}

impl Scores {
    pub(super) fn new(needs: Needs, limit: usize) -> Self {
        Self { needs, limit, batch: [0.0; BATCH], parts: [ScorePart::default(), ScorePart::default()] }
    }

    pub(super) fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    pub(super) fn evaluate(&self, metric: &Metric, part: Part) -> Result<Estimate, Undefined> {
        let parts = || places(part).iter().map(|&place| &self.parts[place]);
        if parts().all(|part| part.rows == 0) {
            return Err(Undefined::NoRows);
        }
        match metric {
            Metric::LogLoss => Ok(estimate(parts().map(|part| &part.log_loss))),
            Metric::Brier => Ok(estimate(parts().map(|part| &part.brier))),
            _ => {
                let keys =
                    |side: fn(&ScorePart) -> &Vec<u64>| parts().map(|part| side(part).as_slice()).collect::<Vec<_>>();
                let (positive, negative) = (keys(|part| &part.positive), keys(|part| &part.negative));
                curve(metric, positive.as_slice(), negative.as_slice(), true)
            }
        }
    }
}

impl Answers for Scores {
    #[inline(always)]
    fn read(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize> {
        let (value, end) = probability(bytes, at, self.limit)?;
        self.batch[place] = value;
        (bytes.get(end) == Some(&b'\n')).then_some(end + 1)
    }

    #[inline(always)]
    fn take(&mut self, _: &[u8], place: usize, fact: Fact) -> Option<()> {
        let (score, positive) = (self.batch[place], fact.class() == 1);
        let Some(part) = self.parts.get_mut(fact.part()) else { return Some(()) };
        part.rows += 1;
        if self.needs.curve {
            let side = if positive { &mut part.positive } else { &mut part.negative };
            side.push(order_key(score));
        }
        if self.needs.log_loss {
            part.log_loss.add(log_loss(positive, score));
        }
        if self.needs.brier {
            part.brier.add(brier(positive, score));
        }
        Some(())
    }
}

/// Probabilities of each class: the moments of the log loss. Only the probability of the true class is converted to a
/// float. For the others it is enough to know that they are in range and about how large their sum is: half the time for
/// 18 columns of a million rows.
pub(super) struct Probabilities {
    limit: usize,
    /// Class of each value in a row.
    classes: Vec<u16>,
    /// Where the values of the batch's rows stand, by class.
    places: Vec<u32>,
    parts: [Moments; PARTS],
}

/// A sum nearer to 1 than this is left as it is by the exact reader too; a little narrower than its bound, because the
/// order of the additions may differ.
const SUM_EXACT: f64 = 0.999e-6;

impl Probabilities {
    /// `classes` says of which class each value of a row is.
    pub(super) fn new(classes: Vec<u16>, limit: usize) -> Self {
        let places = vec![0; classes.len() * BATCH];
        Self { limit, classes, places, parts: [Moments::new(), Moments::new()] }
    }

    pub(super) fn rows(&self) -> u64 {
        self.parts.iter().map(Moments::rows).sum()
    }

    pub(super) fn evaluate(&self, part: Part) -> Result<Estimate, Undefined> {
        let parts = || places(part).iter().map(|&place| &self.parts[place]);
        if parts().all(|part| part.rows() == 0) { Err(Undefined::NoRows) } else { Ok(estimate(parts())) }
    }

    /// The sum of the values at these places, where eight decimals of each do not tell enough.
    #[cold]
    fn is_one(&self, bytes: &[u8], places: &[u32]) -> bool {
        let values = places.iter().map(|&at| probability(bytes, at as usize, self.limit).map(|(value, _)| value));
        values.sum::<Option<f64>>().is_some_and(|sum| (sum - 1.0).abs() < SUM_EXACT)
    }
}

impl Answers for Probabilities {
    #[inline(always)]
    fn read(&mut self, place: usize, bytes: &[u8], at: usize) -> Option<usize> {
        let count = self.classes.len();
        let row = &mut self.places[place * count..(place + 1) * count];
        let (mut at, mut cut, mut sum) = (at, DigitSum::default(), 0.0);
        for (column, &class) in self.classes.iter().enumerate() {
            row[usize::from(class)] = at as u32;
            let end = match decimals_at(bytes, at) {
                Some((head, digits, end)) if end - at <= self.limit => {
                    cut.add(head, digits);
                    end
                }
                _ => {
                    let (value, end) = probability(bytes, at, self.limit)?;
                    sum += value;
                    end
                }
            };
            let wanted = if column + 1 == count { b'\n' } else { b',' };
            if bytes.get(end) != Some(&wanted) {
                return None;
            }
            at = end + 1;
        }
        // What was cut off is less than a unit in the eighth place for each value.
        let least = sum + cut.total() as f64 * 1e-8;
        let most = least + count as f64 * 1e-8;
        let near = least > 1.0 - SUM_EXACT && most < 1.0 + SUM_EXACT;
        (near || self.is_one(bytes, &self.places[place * count..(place + 1) * count])).then_some(at)
    }

    #[inline(always)]
    fn take(&mut self, bytes: &[u8], place: usize, fact: Fact) -> Option<()> {
        let Some(part) = self.parts.get_mut(fact.part()) else { return Some(()) };
        let at = self.places[place * self.classes.len() + fact.class()];
        part.add(negative_log(probability(bytes, at as usize, self.limit)?.0));
        Some(())
    }
}

fn estimate<'a>(parts: impl Iterator<Item = &'a Moments>) -> Estimate {
    let mut moments = Moments::new();
    parts.for_each(|part| moments.merge(part));
    Estimate { value: moments.mean(), standard_error: moments.standard_error() }
}
