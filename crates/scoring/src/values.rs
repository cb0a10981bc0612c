//! Numbers and whole-number labels as text: what is accepted. Decides on digits, never on a rounded float. Why something
//! is not accepted is said by [`explain`].

pub(crate) mod explain;

/// The parts of a decimal literal `[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?`.
struct Decimal<'a> {
    sign: Option<u8>,
    whole: &'a [u8],
    fraction: Option<&'a [u8]>,
    exponent: Option<&'a [u8]>,
}

/// Splits a literal, or says that it is none. ASCII only: no infinities, no hexadecimal, no underscores.
fn decimal(text: &str) -> Option<Decimal<'_>> {
    let bytes = text.as_bytes();
    let (sign, rest) = match bytes {
        [sign @ (b'+' | b'-'), rest @ ..] => (Some(*sign), rest),
        _ => (None, bytes),
    };
    let (whole, rest) = digits(rest);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => {
            let (fraction, rest) = digits(rest);
            (Some(fraction), rest)
        }
        _ => (None, rest),
    };
    if whole.is_empty() && fraction.is_none_or(<[u8]>::is_empty) {
        return None;
    }
    let exponent = match rest {
        [] => None,
        [b'e' | b'E', exponent @ ..] => {
            let unsigned = match exponent {
                [b'+' | b'-', unsigned @ ..] => unsigned,
                unsigned => unsigned,
            };
            if unsigned.is_empty() || !unsigned.iter().all(u8::is_ascii_digit) {
                return None;
            }
            Some(exponent)
        }
        _ => return None,
    };
    Some(Decimal { sign, whole, fraction, exponent })
}

fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(bytes.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// Whether the text is a decimal literal, of any size.
pub(crate) fn is_decimal(text: &str) -> bool {
    decimal(text).is_some()
}

/// A finite number of at most `limit` characters. The grammar is checked first, because Rust's parser also takes `inf`
/// and `NaN` and turns 1e400 into infinity.
pub(crate) fn number(text: &str, limit: usize) -> Option<f64> {
    if text.len() > limit || !is_decimal(text) {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// How a whole number was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// `-0`
    NegativeZero,
    /// `-0.0`
    NegativeZeroPoint,
    /// `1.0`
    Point,
    /// `1e0`
    Exponent,
    /// `+1`
    Plus,
    /// `01`
    Zeros,
    /// `1`
    Plain,
}

/// Digits beyond which a whole number is not spelt out; no class is named like that.
const WHOLE_DIGITS: usize = 40;

/// The whole number that a literal is exactly equal to, as digits without leading zeros, and how it was written.
/// `0.99999999999999999999` is none, whatever a float makes of it.
pub(crate) fn whole_number(text: &str) -> Option<(String, Writing)> {
    let Decimal { sign, whole, fraction, exponent } = decimal(text)?;
    let shift: i64 = match exponent {
        None => 0,
        Some(exponent) => std::str::from_utf8(exponent).ok()?.parse().ok()?,
    };
    let mut significant: Vec<u8> = whole.iter().chain(fraction.unwrap_or_default()).copied().collect();
    let mut point = whole.len() as i64 + shift;
    let leading = significant.iter().take_while(|&&digit| digit == b'0').count();
    significant.drain(..leading);
    point -= leading as i64;
    while significant.last() == Some(&b'0') {
        significant.pop();
    }
    let negative = sign == Some(b'-');
    let is_zero = significant.is_empty();
    let mut number = String::new();
    if is_zero {
        number.push('0');
    } else {
        if point < significant.len() as i64 || point > WHOLE_DIGITS as i64 {
            return None;
        }
        if negative {
            number.push('-');
        }
        number.extend(significant.iter().map(|&digit| char::from(digit)));
        number.extend(std::iter::repeat_n('0', point as usize - significant.len()));
    }
    let writing = match (is_zero && negative, exponent.is_some(), fraction.is_some()) {
        (true, false, false) => Writing::NegativeZero,
        (true, false, true) => Writing::NegativeZeroPoint,
        (_, true, _) => Writing::Exponent,
        (_, _, true) => Writing::Point,
        _ if sign == Some(b'+') => Writing::Plus,
        _ if number != text => Writing::Zeros,
        _ => Writing::Plain,
    };
    Some((number, writing))
}

/// Marks for "no value" that pandas, R, databases and spreadsheets write.
pub(crate) fn is_missing_mark(text: &str) -> bool {
    const MARKS: [&str; 24] = [
        "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "+nan", "1.#ind", "1.#qnan", "<na>", "n/a", "na",
        "null", "nan", "none", "nat", "nil", "\\n", "#value!", "#div/0!", "#ref!", "#name?", "#num!", "#null!",
    ];
    text.len() <= 8 && MARKS.iter().any(|mark| mark.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests;
