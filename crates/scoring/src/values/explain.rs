//! Why a value is not accepted, and what to write instead. Only words: whether it is accepted is decided elsewhere.

use super::{is_decimal, is_missing_mark, whole_number};
use crate::characters::{code_point, first_invisible, foreign_digit, foreign_minus};
use crate::rejection::{Code, shown};
use crate::spec::Classes;
use crate::suggest;

/// Why a text is no number. `limit` is the number of characters allowed; `share` says that it should be a probability.
pub(crate) fn number(text: &str, limit: usize, share: bool) -> (Code, String) {
    if text.chars().count() > limit && text.chars().next().is_some_and(|first| !first.is_alphabetic()) {
        return (Code::NumberTooLong, format!("the number has more than {limit} characters."));
    }
    let quoted = shown(text);
    if let Some(fault) = character(text, "the value") {
        return fault;
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    if unsigned.eq_ignore_ascii_case("nan") {
        return (
            Code::NumberNotFinite,
            format!("'{quoted}' is not a number. Fill missing predictions before writing."),
        );
    }
    if ["inf", "infinity", "∞"].iter().any(|name| unsigned.eq_ignore_ascii_case(name)) {
        return (Code::NumberNotFinite, format!("'{quoted}' is not a finite number."));
    }
    if is_decimal(text) {
        let text = format!("'{quoted}' is not a finite number: it is beyond what a 64-bit float can hold.");
        return (Code::NumberNotFinite, text);
    }
    if unsigned.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x")) {
        return (Code::NumberFormat, format!("'{quoted}' is not a decimal number."));
    }
    (Code::NumberFormat, number_format(text, &quoted, share))
}

fn number_format(text: &str, quoted: &str, share: bool) -> String {
    let write = |fixed: &str| format!("Write {}.", shown(fixed));
    if text.starts_with('=') || text.starts_with('@') {
        return format!("'{quoted}' is a spreadsheet formula. Write its value.");
    }
    if let Some(fixed) = text.strip_suffix('%').map(str::trim_end).filter(|fixed| is_decimal(fixed)) {
        return match fixed.parse::<f64>() {
            Ok(percent) if share => format!("'{quoted}' is a percentage. Write {}.", percent / 100.0),
            _ => format!("'{quoted}' is a percentage. {}", write(fixed)),
        };
    }
    if text.contains(',') {
        if let Some(fixed) = without_thousands(text, ',', '.') {
            let decimal = text.replacen(',', ".", 1);
            return if is_decimal(&decimal) && !text.contains('.') {
                format!(
                    "'{quoted}' contains a comma. Write {fixed} if it parts thousands, {decimal} if it is a decimal comma."
                )
            } else {
                format!("'{quoted}' has a thousands separator. {}", write(&fixed))
            };
        }
        let decimal = text.replacen(',', ".", 1);
        if is_decimal(&decimal) {
            return format!("'{quoted}' uses a decimal comma. {}", write(&decimal));
        }
        if let Some(fixed) = without_thousands(text, '.', ',') {
            return format!("'{quoted}' uses a decimal comma. {}", write(&fixed));
        }
    }
    if text.contains(' ') {
        let fixed = text.replace(' ', "");
        if is_decimal(&fixed) {
            return format!("'{quoted}' contains a space. {}", write(&fixed));
        }
    }
    if let Some(fixed) = without_thousands(text, '\'', '.') {
        return format!("'{quoted}' has a thousands separator. {}", write(&fixed));
    }
    if let Some(inner) = listed(text).or_else(|| wrapped(text)) {
        return match inner {
            inner if is_decimal(inner) && text.starts_with('(') => {
                format!("'{quoted}' is in brackets. Write {inner}, or -{inner} if it is negative.")
            }
            inner if is_decimal(inner) && listed(text).is_some() => {
                format!("'{quoted}' is a list. Write {inner} (flatten the array first).")
            }
            inner if is_decimal(inner) => {
                format!("'{quoted}' is the text of a Python object. Write {inner} (use .item() or .tolist()).")
            }
            _ => format!("'{quoted}' is a list. Send one number."),
        };
    }
    if let Some(fault) = single_quotes(text) {
        return format!("'{quoted}' is not a number. {fault}");
    }
    let fixes = [
        text.trim_start_matches(['$', '€', '£', '¥', '₩']).trim_start().to_owned(),
        text.trim_end_matches(['$', '€', '£', '¥', '₩', '원']).trim_end().to_owned(),
        text.replacen(['d', 'D'], "E", 1),
        text.replace('_', ""),
        ascii(text),
    ];
    let fixed = fixes.iter().find(|fixed| fixed.as_str() != text && is_decimal(fixed));
    match fixed {
        Some(fixed) => {
            match text.chars().find_map(|character| foreign_minus(character).map(|name| (character, name))) {
                Some((minus, name)) => format!("'{quoted}' contains {} ({name}). {}", code_point(minus), write(fixed)),
                None => format!("'{quoted}' is not a number. {}", write(fixed)),
            }
        }
        None if suggest::looks_like_date(text) => format!("'{quoted}' looks like a date made by a spreadsheet."),
        None => format!("'{quoted}' is not a number."),
    }
}

/// Why a text is none of the classes. `may_suggest` allows a comparison with each of them.
pub(crate) fn label(text: &str, classes: &Classes, may_suggest: bool) -> (Code, String) {
    let quoted = shown(text);
    if let Some(fault) = character(text, "the label") {
        return fault;
    }
    let not_one = format!("'{quoted}' is not one of {}", classes.described());
    if classes.are_integers() {
        if let Some((character, digit)) =
            text.chars().find_map(|character| Some((character, foreign_digit(character)?)))
            && classes.find(&ascii(text)).is_some()
        {
            let fixed = if text.chars().count() == 1 { digit.to_string() } else { ascii(text) };
            let text = format!("the digit is not ASCII ({}). Write {fixed}.", code_point(character));
            return (Code::LabelFormat, text);
        }
        if let Some((minus, name)) = text.chars().find_map(|character| Some((character, foreign_minus(character)?))) {
            let text =
                format!("the label contains {} ({name}). It is not one of {}.", code_point(minus), classes.described());
            return (Code::LabelFormat, text);
        }
        let decimal = text.replacen(',', ".", 1);
        if decimal != text
            && let Some((fixed, _)) = whole_number(&decimal)
        {
            return (Code::LabelFormat, format!("'{quoted}' uses a decimal comma. Write {fixed}."));
        }
    }
    if let Some(inner) = listed(text) {
        let several = inner.contains([',', ' ', ';']);
        let text = match (several, classes.find(inner.trim_matches(['\'', '"']))) {
            (false, Some(place)) => {
                format!("'{quoted}' is a list. Write {} (flatten the array first).", classes.name(place))
            }
            _ if classes.are_integers() => "the label is a list. Send the class number (argmax).".to_owned(),
            _ => "the label is a list. Send the name of one class (argmax).".to_owned(),
        };
        return (Code::LabelFormat, text);
    }
    if let Some(place) = wrapped(text).and_then(|inner| classes.find(inner)) {
        let name = classes.name(place);
        return (
            Code::LabelFormat,
            format!("'{quoted}' is the text of a Python object. Write {name} (use .item() or .tolist())."),
        );
    }
    if let Some(fault) = single_quotes(text) {
        return (Code::LabelFormat, format!("{not_one}. {fault}"));
    }
    if text.starts_with('=') || text.starts_with('@') {
        return (Code::LabelFormat, format!("'{quoted}' is a spreadsheet formula. Write its value."));
    }
    if is_decimal(text) && whole_number(text).is_none() {
        let text =
            format!("'{quoted}' is not a class. Send the class, not a probability or a regression value (argmax).");
        return (Code::LabelFormat, text);
    }
    if suggest::looks_like_date(text) {
        return (Code::LabelFormat, format!("'{quoted}' looks like a date made by a spreadsheet."));
    }
    let ends_at_count = classes.are_integers()
        && classes.names().iter().enumerate().all(|(place, name)| *name == place.to_string())
        && whole_number(text).is_some_and(|(number, _)| number == classes.names().len().to_string());
    let advice = if ends_at_count {
        ". Do your classes start at 1?".to_owned()
    } else if let Some(meant) = may_suggest.then(|| suggest::class(text, classes.names())).flatten() {
        format!("; did you mean '{}'?", shown(meant))
    } else if !classes.are_integers() && whole_number(text).is_some() {
        ". Send the name of the class, not its number.".to_owned()
    } else {
        ".".to_owned()
    };
    (Code::LabelUnknown, format!("{not_one}{advice}"))
}

/// Why an empty value or a mark for a missing one is refused; `None` when it is neither. `of` is the row's id.
pub(crate) fn missing(text: &str, what: &str, of: &str) -> Option<(Code, String)> {
    let (what, of) = (shown(what), shown(of));
    if text.is_empty() {
        return Some((Code::ValueEmpty, format!("the {what} of '{of}' is empty.")));
    }
    is_missing_mark(text).then(|| {
        let text =
            format!("the {what} of '{of}' is missing ('{}'). Fill missing predictions before writing.", shown(text));
        (Code::ValueMissing, text)
    })
}

/// Line breaks and invisible characters in a value that was not recognised.
fn character(text: &str, what: &str) -> Option<(Code, String)> {
    if text.contains(['\n', '\r']) {
        return Some((Code::ValueCharacter, format!("{what} contains a line break.")));
    }
    let character = first_invisible(text)?;
    Some((
        Code::ValueCharacter,
        format!("{what} contains an invisible character ({}). Remove it.", code_point(character)),
    ))
}

/// The inside of `[…]` or `(…)`.
fn listed(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.or_else(|| text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))).map(str::trim)
}

/// The inside of `tensor(…)`, `np.float64(…)` and the like.
fn wrapped(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let is_name =
        !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || "._".contains(character));
    is_name.then(|| inner.split(',').next().unwrap_or(inner).trim())
}

/// Advice when the text stands in single quotes.
pub(crate) fn single_quotes(text: &str) -> Option<&'static str> {
    (text.len() > 2 && text.starts_with('\'') && text.ends_with('\''))
        .then_some("Values are in single quotes; use none or double quotes.")
}

/// A number whose thousands are parted by `separator`, without them and with a decimal point; `None` when the groups
/// are not of three digits.
fn without_thousands(text: &str, separator: char, point: char) -> Option<String> {
    let unsigned = text.trim_start_matches(['+', '-']);
    let (whole, fraction) = unsigned.split_once(point).map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    let is_group = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let mut later = 0;
    for group in groups {
        later += 1;
        if group.len() != 3 || !is_group(group) {
            return None;
        }
    }
    if later == 0 || first.is_empty() || first.len() > 3 || !is_group(first) {
        return None;
    }
    let sign = &text[..text.len() - unsigned.len()];
    let mut fixed = format!("{sign}{}", whole.replace(separator, ""));
    if let Some(fraction) = fraction {
        fixed.push('.');
        fixed.push_str(fraction);
    }
    is_decimal(&fixed).then_some(fixed)
}

/// The text with digits and minus signs of other scripts replaced by ASCII ones.
fn ascii(text: &str) -> String {
    let ascii = |character| {
        foreign_digit(character).unwrap_or(if foreign_minus(character).is_some() { '-' } else { character })
    };
    text.chars().map(ascii).collect()
}
