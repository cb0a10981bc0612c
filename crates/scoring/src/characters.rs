//! Characters that mislead: invisible ones, digits of other scripts, look-alikes. Owns the tables; judges no file.

use unicode_normalization::UnicodeNormalization;

/// Whether a character shows nothing, shows as a space although it is none, or changes the direction of text.
pub(crate) const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{1680}' | '\u{17b4}'
        | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e01ef}')
}

/// The first invisible character of a text.
pub(crate) fn first_invisible(text: &str) -> Option<char> {
    text.chars().find(|&character| is_invisible(character))
}

/// A character as `U+200B`.
pub(crate) fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// The ASCII digit that a digit of another script stands for.
pub(crate) fn foreign_digit(character: char) -> Option<char> {
    // First digit of the decimal scripts that keyboards and spreadsheets produce; each has its ten digits in a row.
    const ZEROES: [u32; 12] = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xbe6, 0xe50, 0xff10, 0x1d7ce, 0x1d7d8];
    let point = u32::from(character);
    ZEROES.iter().find(|&&zero| (zero..zero + 10).contains(&point)).and_then(|zero| char::from_digit(point - zero, 10))
}

/// A dash or minus sign that is not the ASCII one, with its name.
pub(crate) const fn foreign_minus(character: char) -> Option<&'static str> {
    match character {
        '\u{2212}' => Some("minus sign"),
        '\u{2010}' | '\u{2011}' => Some("hyphen"),
        '\u{2012}' | '\u{2013}' => Some("en dash"),
        '\u{2014}' | '\u{2015}' => Some("em dash"),
        '\u{fe63}' | '\u{ff0d}' => Some("wide minus sign"),
        _ => None,
    }
}

/// The text in NFC when that differs from the text itself.
pub(crate) fn recomposed(text: &str) -> Option<String> {
    if text.is_ascii() || unicode_normalization::is_nfc(text) {
        return None;
    }
    Some(text.nfc().collect())
}

/// [`look_alike_form`] of an ASCII character.
pub(crate) const fn look_alike_byte(byte: u8) -> u8 {
    match byte.to_ascii_lowercase() {
        b'l' | b'|' => b'1',
        b'o' => b'0',
        other => other,
    }
}

/// A form in which texts that look alike are equal: compatibility characters resolved, invisible ones dropped, letters
/// of other scripts and `0`/`O`, `1`/`l`/`I` folded, lower case. For suggestions only, never for matching.
pub(crate) fn look_alike_form(text: &str) -> String {
    text.nfkc()
        .filter(|&character| !is_invisible(character))
        .flat_map(char::to_lowercase)
        .map(|character| match character {
            'а' | 'α' => 'a',
            'в' | 'β' => 'b',
            'с' | 'ϲ' => 'c',
            'ԁ' => 'd',
            'е' | 'ε' | 'ё' => 'e',
            'ɡ' => 'g',
            'һ' | 'н' => 'h',
            'і' | 'ι' | 'ı' | 'l' | '|' | 'ӏ' | '١' | '1' => '1',
            'ј' => 'j',
            'к' | 'κ' => 'k',
            'м' | 'μ' => 'm',
            'о' | 'ο' | 'o' | 'օ' => '0',
            'р' | 'ρ' => 'p',
            'ѕ' => 's',
            'т' | 'τ' => 't',
            'υ' => 'u',
            'ν' => 'v',
            'х' | 'χ' => 'x',
            'у' | 'γ' => 'y',
            'ζ' => 'z',
            other => foreign_digit(other).unwrap_or(match foreign_minus(other) {
                Some(_) => '-',
                None => other,
            }),
        })
        .collect()
}
