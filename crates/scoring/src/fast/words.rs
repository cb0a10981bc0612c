//! Bytes eight at a time: loads, searches and decimal digits in ordinary 64-bit arithmetic, on every target.

/// Bytes behind the end of a buffer that may be loaded: two words past the last byte of a row.
pub(super) const PADDING: usize = 64;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight bytes at `at`, the first one lowest; zeros past the end.
#[inline(always)]
pub(super) fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

/// Number of bytes of `word` before the first `byte`; 8 when there is none.
#[inline(always)]
pub(super) const fn find(word: u64, byte: u8) -> usize {
    let differs = word ^ (ONES * byte as u64);
    let found = differs.wrapping_sub(ONES) & !differs & HIGHS;
    (found.trailing_zeros() / 8) as usize
}

/// The first `count` bytes of `word`, zeros after them.
#[inline(always)]
pub(super) const fn first(word: u64, count: usize) -> u64 {
    if count >= 8 { word } else { word & ((1 << (count * 8)) - 1) }
}

/// Number of digits that `word` begins with; 8 when all are.
#[inline(always)]
pub(super) const fn digits(word: u64) -> usize {
    // Adding 0x46 carries into the high bit of bytes above '9', subtracting '0' borrows for those below '0'. A borrow
    // can mark a byte after the first wrong one, never before it.
    let other = (word.wrapping_add(0x4646_4646_4646_4646) | word.wrapping_sub(ZEROS)) & HIGHS;
    (other.trailing_zeros() / 8) as usize
}

/// The value of the `count` digits that `word` begins with, 1 to 8.
#[inline(always)]
pub(super) const fn decimal(word: u64, count: usize) -> u64 {
    let empty = 8 * (8 - count) as u32;
    // Move the digits to the end and zeros, worth nothing, before them.
    eight_digits(if empty == 0 { word } else { word << empty | ZEROS >> (64 - empty) })
}

/// The digits that `word` begins with, filled up with zeros behind to eight: their value and their number.
#[inline(always)]
pub(super) const fn decimals(word: u64) -> (u64, usize) {
    let count = digits(word);
    let kept = if count == 8 { u64::MAX } else { (1 << (8 * count)) - 1 };
    (eight_digits(word & kept | ZEROS & !kept), count)
}

/// A sum of numbers of up to eight digits, place by place as on paper: one addition a number, the carries at the end.
#[derive(Clone, Copy, Default)]
pub(super) struct DigitSum {
    /// A byte for each place.
    places: u64,
    pending: u32,
    total: u64,
}

impl DigitSum {
    /// Nines that a byte holds.
    const MOST: u32 = 28;

    /// Adds the `count` digits that `word` begins with, filled up with zeros behind to eight.
    #[inline(always)]
    pub(super) fn add(&mut self, word: u64, count: usize) {
        self.places += first(word ^ ZEROS, count);
        self.pending += 1;
        if self.pending == Self::MOST {
            self.carry();
        }
    }

    fn carry(&mut self) {
        const EVERY_OTHER: u64 = 0x00ff_00ff_00ff_00ff;
        let pairs = (self.places & EVERY_OTHER) * 10 + (self.places >> 8 & EVERY_OTHER);
        let pair = |place: u32| pairs >> (16 * place) & 0xffff;
        self.total += pair(0) * 1_000_000 + pair(1) * 10_000 + pair(2) * 100 + pair(3);
        (self.places, self.pending) = (0, 0);
    }

    /// The sum of all numbers.
    pub(super) fn total(mut self) -> u64 {
        self.carry();
        self.total
    }
}

const fn eight_digits(word: u64) -> u64 {
    let pairs = word.wrapping_sub(ZEROS);
    let pairs = pairs.wrapping_mul(10).wrapping_add(pairs >> 8);
    const MASK: u64 = 0x0000_00ff_0000_00ff;
    let high = (pairs & MASK).wrapping_mul(0x000f_4240_0000_0064);
    let low = ((pairs >> 16) & MASK).wrapping_mul(0x0000_2710_0000_0001);
    high.wrapping_add(low) >> 32
}

#[cfg(test)]
mod tests;
