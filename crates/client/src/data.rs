//! What a participant takes: the data of a competition.

use std::io::Write;

use crate::http::{Call, Client, ClientError, segment, segments};

impl Client {
    /// Writes the ZIP of all data files of a competition; how many bytes.
    ///
    /// # Errors
    /// [`ClientError`]; when it breaks off, what was written is no whole ZIP.
    pub fn download_data(&self, slug: &str, to: &mut dyn Write) -> Result<u64, ClientError> {
        self.download(Call::get(format!("/competitions/{}/archive.zip", segment(slug))), to)
    }

    /// Writes one data file, by its path inside the data folder; how many bytes.
    ///
    /// # Errors
    /// [`ClientError`]; a file that there is not is the problem `not_found`.
    pub fn download_file(&self, slug: &str, path: &str, to: &mut dyn Write) -> Result<u64, ClientError> {
        self.download(Call::get(format!("/competitions/{}/files/{}", segment(slug), segments(path))), to)
    }
}
