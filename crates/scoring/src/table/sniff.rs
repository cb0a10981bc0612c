//! What a file is when it is no CSV, told from its first bytes. Nothing is ever unpacked or opened.

use crate::rejection::Code;

/// Magic bytes at the start of a file, and what to say.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x1f\x8b", "This is a gzip file. Unpack it and send the CSV."),
    (b"BZh", "This is a bzip2 file. Unpack it and send the CSV."),
    (b"\xfd7zXZ\0", "This is an xz file. Unpack it and send the CSV."),
    (b"\x28\xb5\x2f\xfd", "This is a Zstandard file. Unpack it and send the CSV."),
    (b"\x04\x22\x4d\x18", "This is an LZ4 file. Unpack it and send the CSV."),
    (b"7z\xbc\xaf\x27\x1c", "This is a 7-Zip file. Unpack it and send the CSV."),
    (b"Rar!\x1a\x07", "This is a RAR file. Unpack it and send the CSV."),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "This is an old Excel workbook (.xls). Use 'Save as' and choose 'CSV UTF-8'.",
    ),
    (b"PAR1", "This is a Parquet file. Write CSV (pandas: to_csv(..., index=False))."),
    (b"ARROW1", "This is an Arrow (Feather) file. Write CSV (pandas: to_csv(..., index=False))."),
    (b"FEA1", "This is a Feather file. Write CSV (pandas: to_csv(..., index=False))."),
    (b"Obj\x01", "This is an Avro file. Write CSV (pandas: to_csv(..., index=False))."),
    (b"\x89HDF\r\n\x1a\n", "This is an HDF5 file. Write CSV (pandas: to_csv(..., index=False))."),
    (b"MATLAB 5.0", "This is a MATLAB file. Write CSV with ids."),
    (b"\x93NUMPY", "This is a NumPy array file. Write CSV with ids."),
    (b"SQLite format 3\0", "This is an SQLite database. Write CSV."),
    (b"%PDF", "This is a PDF file. Send CSV."),
    (b"\x89PNG", "This is a PNG picture. Send CSV."),
    (b"\xff\xd8\xff", "This is a JPEG picture. Send CSV."),
    (b"GIF8", "This is a GIF picture. Send CSV."),
    (b"\x7fELF", "This is a program. Send CSV."),
    (b"{\\rtf", "This is an RTF document. Send CSV."),
    (
        b"version https://git-lfs.github.com/spec",
        "This is a Git LFS pointer, not the file itself. Run 'git lfs pull' and send the CSV.",
    ),
];

/// Refuses everything that is not text of the right encoding and shape. `header` is the line that should come first.
pub(super) fn foreign_format(head: &[u8], header: &str) -> Option<(Code, String)> {
    let not_csv = |text: &str| Some((Code::NotCsv, text.to_owned()));
    for (magic, text) in MAGIC {
        if head.starts_with(magic) {
            return not_csv(text);
        }
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x07\x08") {
        return not_csv(zip(head));
    }
    if head.get(257..262) == Some(b"ustar") {
        return not_csv("This is a tar file. Unpack it and send the CSV.");
    }
    if let [0x80, 2..=5, ..] = head {
        return not_csv("This is a Python pickle. It is never opened; write CSV.");
    }
    // Safetensors: the length of the JSON header as a 64-bit number, then the header.
    if head.get(8) == Some(&b'{') && head[..8].ends_with(&[0, 0, 0]) {
        return not_csv("This is a safetensors file. Write CSV.");
    }
    if let Some(name) = wide_text(head) {
        let text = format!(
            "The file is {name}. Save it as UTF-8 (a spreadsheet: 'CSV UTF-8'; PowerShell: Out-File -Encoding utf8)."
        );
        return Some((Code::NotUtf8, text));
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let starts =
        |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()));
    if starts("<!doctype html") || starts("<html") || starts("<head") || starts("<body") {
        return not_csv("This is an HTML page, perhaps a sign-in page saved by a download tool. Send the CSV itself.");
    }
    if starts("<?xml") || starts("<svg") {
        return not_csv("This is an XML file. Send CSV.");
    }
    if is_json(text) {
        return Some((Code::NotCsv, format!("This is JSON. Send CSV with the header '{header}'.")));
    }
    None
}

/// What kind of zip file this is, from the names of its first entries, which stand in it uncompressed.
fn zip(head: &[u8]) -> &'static str {
    let names = &head[..head.len().min(4096)];
    let has = |name: &str| memchr::memmem::find(names, name.as_bytes()).is_some();
    if has("[Content_Types].xml") || has("xl/workbook") || has("word/document") || has("_rels/.rels") {
        if has("word/") {
            "This is a Word document. Send CSV."
        } else {
            "This is an Excel workbook. Use 'Save as' and choose 'CSV UTF-8'."
        }
    } else if has("opendocument.spreadsheet") {
        "This is an OpenDocument spreadsheet. Use 'Save as' and choose 'Text CSV' with UTF-8."
    } else if has("data.pkl") {
        "This is a PyTorch file. It is never opened; write CSV."
    } else if has(".npy") {
        "This is a NumPy archive (.npz). Write CSV with ids."
    } else {
        "This is a zip file. Unpack it and send the CSV."
    }
}

/// UTF-16 or UTF-32, by byte-order mark or by the zero bytes between ASCII letters.
fn wide_text(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(b"\xff\xfe\0\0") || head.starts_with(b"\0\0\xfe\xff") {
        return Some("UTF-32");
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some("UTF-16");
    }
    let start = &head[..head.len().min(64) & !1];
    let pairs = start.len() / 2;
    let zeros = |offset: usize| start.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    (pairs >= 4 && ((odd * 4 > pairs * 3 && even == 0) || (even * 4 > pairs * 3 && odd == 0))).then_some("UTF-16")
}

/// Whether text begins like JSON: an object with a quoted key, or an array of values. A CSV header may begin with a
/// bracket, but not like this.
fn is_json(text: &[u8]) -> bool {
    let Some((first, rest)) = text.split_first() else { return false };
    let next = rest.trim_ascii_start().first();
    match first {
        b'{' => matches!(next, Some(b'"' | b'}')),
        b'[' => matches!(next, Some(b'{' | b'[' | b'"' | b']' | b'0'..=b'9' | b'-')),
        _ => false,
    }
}
