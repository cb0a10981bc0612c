//! The server's own secret keys: made at the first start, kept in files that only the server's user can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Length of a key in bytes.
pub const KEY_BYTES: usize = 32;

/// Why a key cannot be used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file could not be read or made.
    #[error("key file {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others on the machine can read it.
    #[error("key file {path} can be read by others; run: chmod 600 {path}")]
    Readable {
        /// The file.
        path: PathBuf,
    },
    /// It is not a key.
    #[error("key file {path} does not hold {KEY_BYTES} bytes in hexadecimal")]
    Shape {
        /// The file.
        path: PathBuf,
    },
}

/// Reads the key `name` in `folder`, and makes it first if it is not there.
pub fn load_or_create(folder: &Path, name: &str) -> Result<[u8; KEY_BYTES], KeyError> {
    let path = folder.join(name);
    let fault = |source| KeyError::File { path: path.clone(), source };
    match load(folder, name)? {
        Some(key) => Ok(key),
        None => {
            fs::create_dir_all(folder).map_err(fault)?;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(fault)?;
            let key = super::random::<KEY_BYTES>().map_err(|e| fault(io::Error::other(e.to_string())))?;
            // create_new: of two servers that start together one makes the key, the other reads it.
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(mut file) => {
                    file.write_all(hex::encode(key).as_bytes()).and_then(|()| file.sync_all()).map_err(fault)?;
                    File::open(folder).and_then(|folder| folder.sync_all()).map_err(fault)?;
                    Ok(key)
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    load(folder, name)?.ok_or(KeyError::Shape { path: path.clone() })
                }
                Err(error) => Err(fault(error)),
            }
        }
    }
}

/// Reads the key `name` in `folder`, if there is one.
pub fn load(folder: &Path, name: &str) -> Result<Option<[u8; KEY_BYTES]>, KeyError> {
    let path = folder.join(name);
    let fault = |source| KeyError::File { path: path.clone(), source };
    let mode = match fs::metadata(&path) {
        Ok(metadata) => metadata.permissions().mode(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault(error)),
    };
    if mode & 0o077 != 0 {
        return Err(KeyError::Readable { path });
    }
    let text = fs::read_to_string(&path).map_err(fault)?;
    let mut key = [0; KEY_BYTES];
    hex::decode_to_slice(text.trim(), &mut key).map_err(|_| KeyError::Shape { path: path.clone() })?;
    if key == [0; KEY_BYTES] { Err(KeyError::Shape { path }) } else { Ok(Some(key)) }
}

#[cfg(test)]
mod tests;
