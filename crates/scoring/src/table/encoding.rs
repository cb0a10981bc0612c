//! Words for lines that are not clean UTF-8 text: control characters, other encodings, a cut file.

use crate::rejection::Fault;

/// A line with a control character. `last` says that nothing follows it.
pub(super) fn control_fault(bytes: &[u8], line: u64, last: bool) -> Fault {
    let place = bytes.iter().position(|&byte| super::is_control(byte)).unwrap_or(0);
    let column = memchr::memchr_iter(b',', &bytes[..place]).count();
    let text = match bytes[place] {
        0 => "the line contains a NUL byte. The file is damaged or not text.".to_owned(),
        0x1a if last => "the file ends with Ctrl-Z (U+001A), an old end-of-file mark. Remove it.".to_owned(),
        byte => format!("the line contains a control character (U+{byte:04X}). Remove it."),
    };
    Fault::at(line, text).column(column)
}

/// A line that is not UTF-8. `cut` says that it is the end of the file and the last character is incomplete.
pub(super) fn utf8_fault(bytes: &[u8], error: std::str::Utf8Error, line: u64, cut: bool) -> Fault {
    let place = error.valid_up_to();
    let column = memchr::memchr_iter(b',', &bytes[..place]).count();
    let text = if cut {
        "the last line ends inside a UTF-8 character. The file may be cut; send it again.".to_owned()
    } else if let Some(text) = korean(bytes) {
        return Fault::at(line, "the file is in CP949: Korean Excel saved this as CP949; choose 'CSV UTF-8'.")
            .column(column)
            .value(&text);
    } else {
        format!(
            "byte 0x{:02X} is not UTF-8. Save the file as UTF-8 (pandas: encoding='utf-8'; a spreadsheet: 'CSV UTF-8').",
            bytes[place]
        )
    };
    Fault::at(line, text).column(column)
}

/// The line as CP949 when it is clean Korean text in it.
///
/// CP949 gives nearly every pair of high bytes a character, so Latin-1 can decode by accident; then it gives rare
/// ideographs or leaves a byte over. Only text whose every foreign character is a Hangul syllable counts, and a single one
/// only when its bytes cannot be an overlong form of ASCII.
fn korean(bytes: &[u8]) -> Option<String> {
    let text = encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut foreign = text.chars().filter(|character| !character.is_ascii());
    let syllables = foreign.clone().count();
    let is_overlong = bytes.windows(2).any(|pair| matches!(pair, [0xc0 | 0xc1, 0x80..=0xbf]));
    let is_enough = syllables > 1 || (syllables == 1 && !is_overlong);
    (is_enough && foreign.all(|character| matches!(character, '가'..='힣'))).then(|| text.into_owned())
}
