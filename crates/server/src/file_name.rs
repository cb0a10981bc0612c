//! Names that people give to files: cleaned before they are kept, shown or sent back in a header.
//!
//! Owns what a file's name and a data file's path may look like. No name ever becomes a path on the server's disk: blobs
//! are named by their hash.

use std::fmt::Write;

use actix_web::http::header::HeaderValue;
use unicode_normalization::UnicodeNormalization;

#[cfg(test)]
mod tests;

/// Longest file name in bytes.
const MAX_NAME: usize = 128;
/// Longest path of a data file in bytes.
const MAX_PATH: usize = 512;
/// Deepest folder.
const MAX_DEPTH: usize = 16;
/// Names that Windows takes for devices, with or without an ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The last part of a name as it may be kept and shown: composed Unicode, no control or direction characters, at most
/// 128 bytes with its ending kept. `fallback` stands for a name of which nothing is left.
#[must_use]
pub fn clean(name: &str, fallback: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.nfc().filter(|&character| is_shown(character)).collect();
    let shown = shown.trim().trim_end_matches('.');
    if shown.is_empty() {
        return fallback.to_owned();
    }
    let mut cleaned = if is_device(shown) { format!("_{shown}") } else { shown.to_owned() };
    if cleaned.len() > MAX_NAME {
        let ending = cleaned.rsplit_once('.').map_or("", |(_, ending)| ending);
        let ending = if ending.len() <= 16 { ending.to_owned() } else { String::new() };
        let room = MAX_NAME - ending.len() - usize::from(!ending.is_empty());
        cleaned.truncate(cleaned.floor_char_boundary(room));
        if !ending.is_empty() {
            cleaned = format!("{cleaned}.{ending}");
        }
    }
    cleaned
}

/// Why a path cannot be that of a data file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Empty, `.`, `..`, absolute or with a drive.
    #[error("'{0}' is not a path inside the data folder")]
    Outside(String),
    /// Control characters, backslashes and the like.
    #[error("'{0}' has characters that file names cannot have everywhere; use letters, digits, '-', '_' and '.'")]
    Characters(String),
    /// Too long or too deep.
    #[error("'{0}…' is longer than {MAX_PATH} bytes or deeper than {MAX_DEPTH} folders")]
    TooLong(String),
}

/// The path of a data file: parts joined by `/`, composed Unicode, nothing that leaves the folder.
///
/// # Errors
/// See [`PathError`].
pub fn data_path(path: &str) -> Result<String, PathError> {
    let path: String = path.nfc().collect();
    let path = path.strip_prefix("./").unwrap_or(&path);
    let shown = || path.chars().filter(|&character| is_shown(character)).take(80).collect::<String>();
    if path.len() > MAX_PATH || path.split('/').count() > MAX_DEPTH {
        return Err(PathError::TooLong(shown()));
    }
    if path.contains(['\\', ':', '*', '?', '"', '<', '>', '|']) || !path.chars().all(is_shown) {
        return Err(PathError::Characters(shown()));
    }
    if path.split('/').any(|part| part.is_empty() || part.trim() != part || part.ends_with('.')) {
        return Err(PathError::Outside(shown()));
    }
    Ok(path.to_owned())
}

/// `attachment` with the name for every browser (RFC 6266): plain ASCII and, where needed, UTF-8.
#[must_use]
pub fn attachment(name: &str) -> HeaderValue {
    let name = clean(name, "download");
    let ascii: String = name
        .chars()
        .map(|character| match character {
            '"' | '\\' | '%' => '_',
            character if character.is_ascii_graphic() || character == ' ' => character,
            _ => '_',
        })
        .collect();
    let mut text = format!("attachment; filename=\"{ascii}\"");
    if ascii != name {
        text.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                // Writing to a String does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// Neither a control nor a character that turns the reading direction or hides itself.
fn is_shown(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}'
        )
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = stem.trim_end_matches(|character: char| character.is_ascii_digit());
    DEVICES.contains(&stem.as_str()) || (stem.len() == 4 && matches!(numbered, "com" | "lpt"))
}
