//! Decimal numbers as models write them, `0.0123` or `1.5e-05`, to the nearest float exactly: digits eight at a time,
//! one division, and an integer check of its rounding. Any other form is for the exact reader's parser.

use super::words::{decimal, decimals, digits, word};

/// 10^k, exact as floats up to k = 22.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The same as integers.
const TENS: [i128; 23] = {
    let mut tens = [1; 23];
    let mut k = 1;
    while k < 23 {
        tens[k] = tens[k - 1] * 10;
        k += 1;
    }
    tens
};

const SMALL_POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Reads `d`, `d.`, `d.ddd`, each perhaps with `e-dd`, at `at`. Returns the value and where its text ends; `None` for
/// every other form and where the float is not certain.
#[inline(always)]
pub(super) fn number(bytes: &[u8], at: usize) -> Option<(f64, usize)> {
    match fraction(bytes, at) {
        Some(read) => Some(read),
        None => general(bytes, at),
    }
}

/// The text `0.ddd` with up to 22 digits at `at`, not converted: the word at its first decimals, how many of them are
/// in that word, and where the text ends. None for any other form; then [`number`] may still read it.
#[inline(always)]
pub(super) fn decimals_at(bytes: &[u8], at: usize) -> Option<(u64, usize, usize)> {
    let text: &[u8; 32] = bytes.get(at..)?.first_chunk()?;
    let head = word(text, 2);
    let count = digits(head);
    let more = digits(if count == 8 { word(text, 10) } else { 0 });
    let last = if more == 8 { digits(word(text, 18)) } else { 0 };
    let end = 2 + count + more + last;
    let right = text[..2] == *b"0." && count > 0 && last < 8 && matches!(text[end], b',' | b'\n');
    right.then_some((head, count, at + end))
}

/// `0.ddd` with up to 19 digits, the form of nearly every probability, without a branch on the number of digits: two
/// blocks of eight, filled up with zeros, are a numerator over 10^16 whatever their length.
#[inline(always)]
fn fraction(bytes: &[u8], at: usize) -> Option<(f64, usize)> {
    let text: &[u8; 32] = bytes.get(at..)?.first_chunk()?;
    if text[..2] != *b"0." {
        return None;
    }
    let (high, count) = decimals(word(text, 2));
    let (low, more) = decimals(if count == 8 { word(text, 10) } else { 0 });
    let mantissa = high * 100_000_000 + low;
    if more == 8 {
        let block = word(text, 18);
        let last = digits(block);
        if last > 3 {
            return None;
        }
        if last > 0 {
            let mantissa = mantissa * SMALL_POWERS[last] + decimal(block, last);
            let end = 18 + last;
            return Some((quotient(mantissa, 16 + last)?, at + end)).filter(|_| matches!(text[end], b',' | b'\n'));
        }
    }
    let end = 2 + count + more;
    if count == 0 || !matches!(text[end], b',' | b'\n') {
        return None;
    }
    Some((quotient(mantissa, 16)?, at + end))
}

#[inline(never)]
fn general(bytes: &[u8], at: usize) -> Option<(f64, usize)> {
    let head = word(bytes, at);
    let lead = u64::from((head as u8).wrapping_sub(b'0'));
    if lead > 9 {
        return None;
    }
    let (mut mantissa, mut places, mut end) = (lead, 0, at + 1);
    if head >> 8 & 0xff == u64::from(b'.') {
        end += 1;
        loop {
            let block = word(bytes, end);
            let count = digits(block);
            if count > 0 {
                mantissa = mantissa.checked_mul(SMALL_POWERS[count])?.checked_add(decimal(block, count))?;
                places += count;
                end += count;
            }
            if count < 8 {
                break;
            }
            if places >= POWERS.len() {
                return None;
            }
        }
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let exponent = word(bytes, end + 1);
        if exponent as u8 != b'-' {
            return None;
        }
        let count = digits(exponent >> 8);
        // Bytes shifted in from above are zeros, which are no digits.
        if count == 0 || count > 3 {
            return None;
        }
        places += decimal(exponent >> 8, count) as usize;
        end += 2 + count;
    }
    Some((quotient(mantissa, places)?, end))
}

/// `mantissa / 10^places`, correctly rounded.
#[inline(always)]
fn quotient(mantissa: u64, places: usize) -> Option<f64> {
    let power = *POWERS.get(places)?;
    let near = mantissa as f64 / power;
    if mantissa < 1 << 53 {
        // Both operands are exact, so the division rounds once.
        return Some(near);
    }
    // Off by at most one in the last place: the operand and the division each round by half. Settle it in integers:
    // near = m * 2^-shift, and mantissa * 2^shift differs from m * 10^places by less than half of 10^places if right.
    let bits = near.to_bits();
    let fraction = (bits & ((1 << 52) - 1)) | 1 << 52;
    let shift = 1075 - (bits >> 52) as i64;
    if shift < 0 || i64::from(mantissa.leading_zeros()) + 63 < shift {
        return None;
    }
    let ten = TENS[places];
    let rest = if places <= 18 {
        // At most 1.5 * 10^18 in size: the lowest 64 bits say it all.
        let above = mantissa.checked_shl(shift as u32).unwrap_or(0);
        i128::from(above.wrapping_sub(fraction.wrapping_mul(ten as u64)) as i64)
    } else {
        (i128::from(mantissa) << shift) - i128::from(fraction) * ten
    };
    let distance = 2 * rest;
    let step = if distance.abs() < ten {
        0
    } else if distance > ten && distance < 3 * ten {
        1
    } else if distance < -ten && distance > -3 * ten {
        -1
    } else {
        return None;
    };
    Some(f64::from_bits(bits.wrapping_add_signed(step)))
}

#[cfg(test)]
mod tests;
