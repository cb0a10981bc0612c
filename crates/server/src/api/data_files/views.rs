//! The wire form of folders and files.

use podium_store::data_files::{DataFile, FolderItem};
use podium_store::types::Sha256;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a folder.
#[derive(Debug, Serialize, ToSchema)]
pub struct FilePage {
    /// Folders and files, by name.
    pub(super) items: Vec<FileView>,
    /// Cursor of the next page.
    pub(super) next: Option<String>,
    /// Files of the whole competition.
    pub(super) total_files: i64,
    /// Their bytes.
    pub(super) total_bytes: i64,
}

/// A file or a folder.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileView {
    /// Path inside the data folder.
    path: String,
    /// The last part of it.
    name: String,
    /// Size; 0 for a folder.
    bytes: i64,
    /// SHA-256 of the content; none for a folder.
    #[schema(value_type = Option<String>)]
    sha256: Option<Sha256>,
    /// How it can be shown.
    kind: FileKind,
    /// Whether it is a folder.
    folder: bool,
    /// Files in the folder, at any depth.
    files: Option<i64>,
}

/// How a file can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FileKind {
    /// A table, with a preview.
    Csv,
    /// A picture, with a thumbnail.
    Image,
    /// Text.
    Text,
    /// Anything else.
    Other,
}

impl FileKind {
    /// By the ending of the name; the content decides when it is opened.
    pub(super) fn of(path: &str) -> Self {
        match path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
            Some("csv" | "tsv") => Self::Csv,
            Some("png" | "jpg" | "jpeg" | "webp") => Self::Image,
            Some("txt" | "md" | "json" | "toml" | "yaml" | "yml" | "py") => Self::Text,
            _ => Self::Other,
        }
    }
}

impl FileView {
    pub(super) fn new(item: FolderItem) -> Self {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        match item {
            FolderItem::Folder { path, files } => Self {
                name: name(&path),
                path,
                bytes: 0,
                sha256: None,
                kind: FileKind::Other,
                folder: true,
                files: Some(files),
            },
            FolderItem::File(DataFile { path, bytes, sha256, .. }) => Self {
                name: name(path.as_str()),
                kind: FileKind::of(path.as_str()),
                path: path.into_string(),
                bytes,
                sha256: Some(sha256),
                folder: false,
                files: None,
            },
        }
    }
}
