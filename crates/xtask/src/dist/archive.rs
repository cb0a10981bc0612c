//! A `.tar.gz` whose bytes depend on what is in it and on nothing else: sorted, with one time, one owner, two modes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};

/// What goes into an archive, by its place in it.
pub(super) struct Archive {
    top: String,
    modified: u64,
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    content: Content,
    mode: u32,
}

enum Content {
    File(PathBuf),
    Text(String),
}

impl Archive {
    /// An empty one. Everything will lie in the folder `top`.
    pub(super) fn new(top: &str, modified: u64) -> Self {
        Self { top: top.to_owned(), modified, entries: BTreeMap::new() }
    }

    /// The folder in which everything lies.
    pub(super) fn top(&self) -> &str {
        &self.top
    }

    /// Where its files lie.
    #[cfg(test)]
    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Adds a program.
    pub(super) fn program(&mut self, place: &str, file: &Path) -> Result<()> {
        self.add(place, file, 0o755)
    }

    /// Adds a file.
    pub(super) fn file(&mut self, place: &str, file: &Path) -> Result<()> {
        self.add(place, file, 0o644)
    }

    /// Adds a text that is in no file.
    pub(super) fn text(&mut self, place: &str, text: String) {
        self.entries.insert(place.to_owned(), Entry { content: Content::Text(text), mode: 0o644 });
    }

    /// Adds the files of a folder and of those below it.
    pub(super) fn folder(&mut self, place: &str, dir: &Path) -> Result<()> {
        for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
            let entry = entry?;
            let place = format!("{place}/{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => self.folder(&place, &entry.path())?,
                false => self.file(&place, &entry.path())?,
            }
        }
        Ok(())
    }

    fn add(&mut self, place: &str, file: &Path, mode: u32) -> Result<()> {
        anyhow::ensure!(file.is_file(), "{} is not there", file.display());
        self.entries.insert(place.to_owned(), Entry { content: Content::File(file.to_owned()), mode });
        Ok(())
    }

    /// Writes the archive, under its name only when it is whole.
    pub(super) fn write(&self, to: &Path) -> Result<()> {
        let partial = to.with_extension("partial");
        fs::write(&partial, self.bytes()?).with_context(|| format!("cannot write {}", partial.display()))?;
        fs::rename(&partial, to).with_context(|| format!("cannot write {}", to.display()))
    }

    /// In memory: a release has tens of megabytes, with libtorch hundreds.
    fn bytes(&self) -> Result<Vec<u8>> {
        // No name and no time of its own in the gzip header either.
        let packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        let mut tar = tar::Builder::new(packed);
        for (place, entry) in &self.entries {
            let bytes = match &entry.content {
                Content::File(file) => fs::read(file).with_context(|| format!("cannot read {}", file.display()))?,
                Content::Text(text) => text.clone().into_bytes(),
            };
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(entry.mode);
            header.set_mtime(self.modified);
            header.set_uid(0);
            header.set_gid(0);
            tar.append_data(&mut header, format!("{}/{place}", self.top), bytes.as_slice())?;
        }
        Ok(tar.into_inner()?.finish()?)
    }

    /// The SHA-256 that these entries give.
    pub(super) fn sha256(&self) -> Result<String> {
        Ok(crate::package::hex(&Sha256::digest(self.bytes()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_give_the_same_archive_whatever_their_order_time_and_mode() {
        let dir = std::env::temp_dir().join(format!("podium-archive-{}", std::process::id()));
        fs::create_dir_all(dir.join("docs")).unwrap();
        for (name, text) in [("podium", "program"), ("README.md", "read"), ("docs/a.md", "a"), ("docs/b.md", "b")] {
            fs::write(dir.join(name), text).unwrap();
        }
        let mut one = Archive::new("top", 1_800_000_000);
        one.program("podium", &dir.join("podium")).unwrap();
        one.file("README.md", &dir.join("README.md")).unwrap();
        one.folder("docs", &dir.join("docs")).unwrap();
        let first = one.sha256().unwrap();

        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(dir.join("podium"), fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(dir.join("README.md"), "read").unwrap();
        let mut other = Archive::new("top", 1_800_000_000);
        for name in ["docs/b.md", "docs/a.md", "README.md"] {
            other.file(name, &dir.join(name)).unwrap();
        }
        other.program("podium", &dir.join("podium")).unwrap();
        assert_eq!(other.sha256().unwrap(), first);

        fs::write(dir.join("docs/b.md"), "c").unwrap();
        assert_ne!(other.sha256().unwrap(), first);
        fs::remove_dir_all(&dir).unwrap();
    }
}
