//! What lies in a competition folder, and under which names.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::csv_file::CsvFile;
use crate::sentence::{Sentence, unreadable};

/// Hidden labels.
pub const SOLUTION_FILE: &str = "solution.csv";
/// A submission that scores, for participants to start from.
pub const SAMPLE_FILE: &str = "sample_submission.csv";
/// What participants get.
pub const DATA_DIR: &str = "data";
/// Pages that every competition has, in the order of the site.
pub const STANDARD_PAGES: [&str; 3] = ["overview", "data", "rules"];
/// Languages of the site; pages of the first have no mark in their file name.
pub const LANGUAGES: [&str; 2] = ["en", "ko"];
/// Files in `data/` that a folder may hold.
pub const DATA_FILES_MAX: usize = 1_000_000;

/// A file that participants get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Path as participants see it: below `data/`, with `/`.
    pub path: String,
    /// Where it lies.
    pub location: PathBuf,
    /// Size.
    pub bytes: u64,
    /// Last change, if the file system knows it. Never handed to participants.
    pub modified: Option<SystemTime>,
}

impl DataFile {
    /// Last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The name without its last extension.
    pub fn stem(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Whether the name ends in `.csv`.
    pub fn is_csv(&self) -> bool {
        self.name().to_lowercase().ends_with(".csv")
    }

    /// SHA-256 of its bytes, read in pieces.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn sha256(&self) -> io::Result<[u8; 32]> {
        sha256(&self.location)
    }
}

/// SHA-256 of a file, read in pieces.
///
/// # Errors
/// When it cannot be read.
pub fn sha256(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

/// Whether a solution says row by row which side of the split it is on.
pub fn has_usage_column(solution: &Path) -> bool {
    CsvFile::open(solution).is_ok_and(|file| file.column("usage").is_some())
}

/// Name of the file that holds a page in a language.
pub fn page_file(page: &str, language: &str) -> String {
    if language == LANGUAGES[0] { format!("{page}.md") } else { format!("{page}.{language}.md") }
}

/// Why a part of `data/` cannot be handed to participants.
#[derive(Debug)]
pub enum ListError {
    /// The folder or a file of it cannot be read.
    Io(io::Error),
    /// A link: it may lead out of the folder, to the solution for example.
    Link,
    /// The name cannot be written in an address or on another system.
    Name,
    /// Two names that many systems take for one.
    Case(String),
    /// Too many files.
    TooMany,
}

impl ListError {
    /// What is wrong and what to do.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Io(error) => unreadable(error),
            Self::Link => Sentence::new(
                "is a link; put the file itself here",
                "파일이 아니라 링크입니다. 링크가 가리키는 파일을 넣어 주십시오.",
            ),
            Self::Name => Sentence::new(
                "has a name that other systems cannot hold; use letters, digits, '.', '-' and '_'",
                "다른 운영 체제에서 쓸 수 없는 이름입니다. 글자, 숫자, ‘.’, ‘-’, ‘_’만 써 주십시오.",
            ),
            Self::Case(other) => Sentence::new(
                format!("differs from '{other}' only by case, which Windows and macOS take for one file; rename one"),
                format!(
                    "‘{other}’ 파일과 대소문자만 다릅니다. Windows와 macOS에서는 같은 파일이 되니 하나의 이름을 바꿔 \
                     주십시오."
                ),
            ),
            Self::TooMany => Sentence::new(
                format!("holds more than {DATA_FILES_MAX} files; pack them into archives"),
                format!("파일이 {DATA_FILES_MAX}개를 넘습니다. 압축 파일로 묶어 주십시오."),
            ),
        }
    }
}

/// All files below `data/` of `dir`, sorted by path; hidden files (`.DS_Store`, `.gitkeep`) are left out. Beside
/// them what had to be left out for a reason, by path.
pub fn data_files(dir: &Path) -> (Vec<DataFile>, Vec<(String, ListError)>) {
    let mut files = Vec::new();
    let mut faults = Vec::new();
    walk(&dir.join(DATA_DIR), "", &mut files, &mut faults);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut folded: Vec<(String, &str)> = files.iter().map(|file| (file.path.to_lowercase(), &*file.path)).collect();
    folded.sort_unstable();
    for pair in folded.windows(2) {
        if let [(a, first), (b, second)] = pair
            && a == b
        {
            faults.push(((*second).to_owned(), ListError::Case((*first).to_owned())));
        }
    }
    (files, faults)
}

fn walk(dir: &Path, below: &str, files: &mut Vec<DataFile>, faults: &mut Vec<(String, ListError)>) {
    let entries = match fs::read_dir(dir).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => return faults.push((below.to_owned(), ListError::Io(error))),
    };
    for entry in entries {
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        if shown.starts_with('.') {
            continue;
        }
        let path = if below.is_empty() { shown.to_string() } else { format!("{below}/{shown}") };
        if name.to_str().is_none_or(|name| !is_portable(name)) {
            faults.push((path, ListError::Name));
            continue;
        }
        match entry.metadata() {
            Err(error) => faults.push((path, ListError::Io(error))),
            Ok(meta) if meta.is_dir() => walk(&entry.path(), &path, files, faults),
            Ok(meta) if meta.is_file() => {
                if files.len() == DATA_FILES_MAX {
                    return faults.push((String::new(), ListError::TooMany));
                }
                let modified = meta.modified().ok();
                files.push(DataFile { path, location: entry.path(), bytes: meta.len(), modified });
            }
            Ok(_) => faults.push((path, ListError::Link)),
        }
    }
}

/// A name that Windows, macOS and a web address can hold.
fn is_portable(name: &str) -> bool {
    name.len() <= 255
        && !name.ends_with(['.', ' '])
        && !name.starts_with(' ')
        && !name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'))
}
