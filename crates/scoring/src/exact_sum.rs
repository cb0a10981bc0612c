//! Exact sums of floats: the result is the true sum rounded once, so neither the order of the rows nor the number of
//! threads can change a score by a bit. Owns the accumulator only; statistics on top of it live in `uncertainty`.
//!
//! A sum is kept as one big fixed-point integer in units of 2^-1074, in 32-bit digits held by 64-bit words: adding a
//! float touches three words and no carry runs until 2^30 additions have passed (Neal, "Fast exact summation using
//! small and large superaccumulators", 2015).

/// Bits from the least subnormal (2^-1074) to the largest float, plus room for 2^64 of them, in 32-bit digits.
const DIGITS: usize = 68;
/// Additions before a 64-bit word could overflow: each adds less than 2^32.
const CARRY_AFTER: u32 = 1 << 30;
const DIGIT: i64 = 0xffff_ffff;

/// A running sum without rounding. Adding an infinity or NaN makes the total non-finite for good.
#[derive(Clone, Debug)]
pub struct ExactSum {
    digits: [i64; DIGITS],
    pending: u32,
    /// NaN or infinite once such a term was added, else 0.
    special: f64,
}

impl ExactSum {
    /// The empty sum, 0.
    pub const fn new() -> Self {
        Self { digits: [0; DIGITS], pending: 0, special: 0.0 }
    }

    /// Adds `term`.
    #[inline]
    pub fn add(&mut self, term: f64) {
        let bits = term.to_bits();
        let exponent = (bits >> 52) as usize & 0x7ff;
        if exponent == 0x7ff {
            self.special += term;
            return;
        }
        let fraction = bits & ((1 << 52) - 1);
        // In units of 2^-1074 the float is `mantissa << place`; subnormals have no hidden bit and share place 0.
        let (mantissa, place) = if exponent == 0 { (fraction, 0) } else { (fraction | 1 << 52, exponent - 1) };
        let wide = u128::from(mantissa) << (place & 31);
        let digits = [wide as i64 & DIGIT, (wide >> 32) as i64 & DIGIT, (wide >> 64) as i64];
        let first = place >> 5;
        let sign = 1 - 2 * (bits >> 63) as i64;
        for (sum, digit) in self.digits[first..first + 3].iter_mut().zip(digits) {
            *sum += sign * digit;
        }
        self.pending += 1;
        if self.pending == CARRY_AFTER {
            self.carry();
        }
    }

    /// Adds all that `other` holds.
    pub fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        other.carry();
        self.carry();
        for (sum, digit) in self.digits.iter_mut().zip(other.digits) {
            *sum += digit;
        }
        self.pending = 1;
        self.special += other.special;
    }

    /// The sum, rounded once to the nearest float (ties to even).
    pub fn total(&self) -> f64 {
        if self.special != 0.0 {
            return self.special;
        }
        let mut sum = self.clone();
        sum.carry();
        let negative = sum.digits[DIGITS - 1] < 0;
        if negative {
            sum.digits.iter_mut().for_each(|digit| *digit = -*digit);
            sum.carry();
        }
        let magnitude = sum.round_magnitude();
        if negative { -magnitude } else { magnitude }
    }

    /// The sum as the unevaluated sum of two floats, about 106 bits.
    pub fn total_pair(&self) -> (f64, f64) {
        let high = self.total();
        if !high.is_finite() {
            return (high, 0.0);
        }
        let mut rest = self.clone();
        rest.add(-high);
        (high, rest.total())
    }

    /// Brings every digit but the last into 0..2^32.
    fn carry(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits[..DIGITS - 1] {
            let value = *digit + carry;
            *digit = value & DIGIT;
            carry = value >> 32;
        }
        self.digits[DIGITS - 1] += carry;
        self.pending = 0;
    }

    /// Rounds carried digits of a non-negative sum.
    fn round_magnitude(&self) -> f64 {
        let Some(top) = self.digits.iter().rposition(|&digit| digit != 0) else { return 0.0 };
        let highest = top * 32 + 63 - self.digits[top].leading_zeros() as usize;
        if highest < 53 {
            // Up to 53 bits in units of 2^-1074 are the float's own bit pattern.
            return f64::from_bits(self.digits[0] as u64 | (self.digits[1] as u64) << 32);
        }
        let dropped = highest - 52;
        let mut mantissa = 0_u64;
        for bit in (dropped / 32..=top).rev() {
            mantissa = shift_in(mantissa, self.digits[bit] as u64, bit * 32, dropped);
        }
        let bit = |place: usize| self.digits[place / 32] as u64 >> (place % 32) & 1;
        let half = bit(dropped - 1) == 1;
        let below = (dropped - 1) % 32;
        let sticky = self.digits[(dropped - 1) / 32] & ((1 << below) - 1) != 0
            || self.digits[..(dropped - 1) / 32].iter().any(|&digit| digit != 0);
        if half && (sticky || mantissa & 1 == 1) {
            mantissa += 1;
        }
        // The hidden bit raises the exponent field by one; a mantissa rounded up to 2^53 raises it by two.
        let exponent = dropped as u64;
        if exponent >= 0x7ff {
            return f64::INFINITY;
        }
        let rounded = f64::from_bits((exponent << 52) + mantissa);
        if rounded.is_nan() { f64::INFINITY } else { rounded }
    }
}

/// Ors into `mantissa` those bits of the digit at `place` that lie at or above `dropped`.
const fn shift_in(mantissa: u64, digit: u64, place: usize, dropped: usize) -> u64 {
    mantissa | if place >= dropped { digit << (place - dropped) } else { digit >> (dropped - place) }
}

impl Default for ExactSum {
    fn default() -> Self {
        Self::new()
    }
}

impl Extend<f64> for ExactSum {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, terms: I) {
        for term in terms {
            self.add(term);
        }
    }
}

impl FromIterator<f64> for ExactSum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::new();
        sum.extend(terms);
        sum
    }
}

#[cfg(test)]
mod tests;
