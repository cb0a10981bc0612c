//! The pictures below a folder, by name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::CompetitionError;

const EXTENSIONS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

/// Every picture below a folder, under its name with and without extension.
pub(super) struct Files {
    pub(super) folder: PathBuf,
    by_name: HashMap<String, Vec<PathBuf>>,
    count: usize,
}

impl Files {
    pub(super) fn find(folder: &Path) -> Result<Self, CompetitionError> {
        let mut files = Self { folder: folder.to_owned(), by_name: HashMap::new(), count: 0 };
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let read = |source| CompetitionError::Read { path: folder.clone(), source };
            for entry in std::fs::read_dir(&folder).map_err(read)? {
                let path = entry.map_err(read)?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if is_picture(&path) {
                    files.count += 1;
                    for name in [path.file_name(), path.file_stem()].into_iter().flatten() {
                        files.by_name.entry(name.to_string_lossy().into_owned()).or_default().push(path.clone());
                    }
                }
            }
        }
        for paths in files.by_name.values_mut() {
            paths.sort();
        }
        Ok(files)
    }

    /// The picture of an id. An id may be a path. Of several files the one in a folder whose name has the side's in it
    /// (`images/test`, `test_images`) is meant; if that does not decide, both are returned as the fault.
    pub(super) fn of(&self, id: &str, side: &str) -> Result<Option<PathBuf>, (PathBuf, PathBuf)> {
        let id = Path::new(id);
        let name = id.file_name().unwrap_or_default().to_string_lossy();
        let Some(named) = self.by_name.get(name.as_ref()) else {
            return Ok(None);
        };
        let folder = id.parent().filter(|folder| !folder.as_os_str().is_empty());
        let in_folder =
            |path: &&PathBuf| folder.is_none_or(|wanted| path.parent().is_some_and(|of| of.ends_with(wanted)));
        let candidates: Vec<&PathBuf> = named.iter().filter(in_folder).collect();
        let on_side = |path: &&&PathBuf| {
            let below = path.strip_prefix(&self.folder).unwrap_or(path).parent().unwrap_or(Path::new(""));
            below.components().any(|part| part.as_os_str().to_string_lossy().to_lowercase().contains(side))
        };
        let sided: Vec<&PathBuf> = candidates.iter().filter(on_side).copied().collect();
        match (&sided[..], &candidates[..]) {
            ([path], _) | ([], [path]) => Ok(Some((*path).clone())),
            ([first, second, ..], _) | ([], [first, second, ..]) => Err(((*first).clone(), (*second).clone())),
            ([], []) => Ok(None),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The first name, for a message.
    pub(super) fn example(&self) -> Option<String> {
        self.by_name.keys().min().cloned()
    }
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}
