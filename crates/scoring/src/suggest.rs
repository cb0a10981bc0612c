//! "Did you mean …?": what a person probably meant by a class or an id that does not exist. For messages only, never
//! for matching; the work is bounded.

use crate::characters::{look_alike_byte, look_alike_form};

/// Comparisons spent on suggesting ids for one file, below 0.1 s. One with an id that is not ASCII counts as several.
pub(crate) const BUDGET: usize = 2_000_000;

/// What comparing with an id costs of the budget.
pub(crate) const fn cost(id: &str) -> usize {
    if id.is_ascii() { 1 } else { 20 }
}

/// The class that was probably meant: equal but for case and look-alikes, else the only nearest one within a third of
/// its length.
pub(crate) fn class<'a>(text: &str, names: &'a [String]) -> Option<&'a str> {
    let form = look_alike_form(text);
    if let Some(name) = names.iter().find(|name| look_alike_form(name) == form) {
        return Some(name);
    }
    // Too many or too long to compare letter by letter.
    if names.len() > 1_000 || text.len() > 64 || text.chars().count() < 3 {
        return None;
    }
    let folded = text.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    let mut is_tied = false;
    for name in names.iter().filter(|name| name.len() <= 64) {
        let distance = strsim::osa_distance(&folded, &name.to_lowercase());
        if distance == 0 || distance * 3 > name.chars().count() {
            continue;
        }
        match best {
            Some((other, _)) if distance > other => {}
            Some((other, _)) if distance == other => is_tied = true,
            _ => {
                best = Some((distance, name));
                is_tied = false;
            }
        }
    }
    best.filter(|_| !is_tied).map(|(_, name)| name)
}

/// How a wrong id comes from a right one, in the order in which suggestions are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slip {
    /// `A004` for `a004`.
    Case,
    /// `4` for `0004`, or `4.0` for `4`.
    Zeros,
    /// `a004.jpg` for `a004`, or the other way round, or with its folder.
    Extension,
    /// A letter of another script or a digit for a letter.
    LookAlike,
    /// One letter wrong, missing, too many or swapped with its neighbour.
    Letter,
}

impl Slip {
    /// The words between "id 'x' is unknown; " and ", did you mean".
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Case => "ids are case-sensitive, ",
            Self::Zeros => "its zeros differ (keep the id column as text), ",
            Self::Extension => "ids are compared with folder and file extension, ",
            Self::LookAlike => "it has a look-alike character, ",
            Self::Letter => "",
        }
    }
}

/// The wrong id's forms, made once.
pub(crate) struct WrongId<'a> {
    text: &'a str,
    number: String,
    stem: &'a str,
    form: String,
}

impl<'a> WrongId<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, number: without_zeros(text), stem: stem(text), form: look_alike_form(text) }
    }

    /// Right ids that the usual slips of a whole file come from, to be looked up before all ids are compared. `first` is
    /// any right id.
    pub(crate) fn candidates(&self, first: &str) -> Vec<String> {
        let extension = first.strip_prefix(stem(first)).unwrap_or("");
        let number = self.text.strip_suffix(".0").unwrap_or(self.text);
        let file = self.text.rsplit(['/', '\\']).next().unwrap_or(self.text);
        vec![
            self.text.to_lowercase(),
            self.text.to_uppercase(),
            number.to_owned(),
            format!("{number:0>width$}", width = first.chars().count()),
            format!("{number:0>width$}{extension}", width = stem(first).chars().count()),
            file.to_owned(),
            self.stem.to_owned(),
            format!("{}{extension}", self.stem),
        ]
    }

    /// How this id comes from a right one, if it does.
    pub(crate) fn slip(&self, right: &str) -> Option<Slip> {
        let text = self.text;
        if text.eq_ignore_ascii_case(right) {
            Some(Slip::Case)
        } else if right.len() >= self.number.len() && has_lost_zeros(&self.number, right) {
            Some(Slip::Zeros)
        } else if self.stem == right || (right.starts_with(text) && stem(right) == text) || self.stem == stem(right) {
            Some(Slip::Extension)
        } else if self.looks_like(right) {
            Some(Slip::LookAlike)
        } else {
            within_one(text, right).then_some(Slip::Letter)
        }
    }

    fn looks_like(&self, right: &str) -> bool {
        if !right.is_ascii() {
            return look_alike_form(right) == self.form;
        }
        right.len() == self.form.len()
            && right.bytes().zip(self.form.bytes()).all(|(right, form)| look_alike_byte(right) == form)
    }
}

/// `1.0` and `0001` as `1`: what a number read from a file has lost.
fn without_zeros(text: &str) -> String {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    whole.trim_start_matches('0').to_owned()
}

fn has_lost_zeros(number: &str, right: &str) -> bool {
    if number.is_empty() || !number.is_ascii() || !right.is_ascii() {
        return false;
    }
    let split = |text: &str| text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (number_letters, number_digits) = number.split_at(split(number));
    let (right_letters, right_digits) = right.split_at(split(right));
    !number_digits.is_empty()
        && number_letters == right_letters
        && number_digits.trim_start_matches('0') == right_digits.trim_start_matches('0')
}

/// A file name without its folder and its extension.
fn stem(text: &str) -> &str {
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && (2..=5).contains(&extension.len())
                && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && extension.bytes().any(|byte| byte.is_ascii_alphabetic()) =>
        {
            stem
        }
        _ => name,
    }
}

/// Whether one insertion, deletion, replacement or swap of neighbours makes the texts equal.
fn within_one(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Bytes, so a replaced letter of another script may count as far apart; `look_alike_form` catches those.
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([a0, a1], [b0, b1]) => a0 == b1 && a1 == b0,
        _ => false,
    }
}

/// `1-Jan`, `Jan-04`, `3/4/2024`: what spreadsheets make of text that looks like a date.
pub(crate) fn looks_like_date(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ']).collect();
    if !(2..=3).contains(&parts.len()) {
        return false;
    }
    let is_number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = |part: &&str| {
        MONTHS
            .iter()
            .any(|month| part.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(month)) && part.len() <= 9)
    };
    let numbers = parts.iter().filter(|part| is_number(part)).count();
    let months = parts.iter().filter(|part| is_month(part)).count();
    let is_numeric_date =
        numbers == 3 && parts.iter().filter(|part| part.len() == 4).count() == 1 && !text.contains(' ');
    is_numeric_date || (months == 1 && numbers + 1 == parts.len())
}

/// `1.00E+05`: what spreadsheets make of a long number.
pub(crate) fn looks_like_scientific(text: &str) -> bool {
    match text.split_once(['E', 'e']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.trim_start_matches(['+', '-']);
            exponent.len() > digits.len()
                && !digits.is_empty()
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !mantissa.is_empty()
                && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
        }
        None => false,
    }
}

/// The shape of an id: letters and digits told apart, everything else as it is.
pub(crate) fn shape(id: &str) -> String {
    id.chars()
        .map(|character| match character {
            '0'..='9' => '0',
            'A'..='Z' => 'A',
            'a'..='z' => 'a',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests;
