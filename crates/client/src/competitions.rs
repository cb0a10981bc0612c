//! What a host does: create or update a competition, its pages, its data, its solution, and publish it.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Arc, atomic};

use serde::{Deserialize, Serialize};
use ureq::http::Method;

use crate::http::{Call, Client, ClientError, Content, Progress, segment, segments};

/// Files and bytes of one upload of data: small enough to be sent again after a stumble.
const BATCH_FILES: usize = 2_000;
const BATCH_BYTES: u64 = 256 << 20;

/// Who the token speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// Number of the account.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// `participant`, `host` or `admin`.
    #[serde(default)]
    pub role: String,
}

/// A competition, as far as programs need it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Competition {
    /// Name in its address.
    pub slug: String,
    /// `draft`, `scheduled`, `running`, `closed`, `revealed` or `archived`.
    pub state: String,
    /// First instant at which submissions count.
    #[serde(default)]
    pub starts_at: Option<String>,
    /// First instant at which they are too late.
    #[serde(default)]
    pub ends_at: Option<String>,
    /// Whether the token's account is one of its hosts.
    #[serde(default)]
    pub is_host: bool,
    /// The team of the token's account.
    #[serde(default)]
    pub membership: Option<Membership>,
    /// What is left of today's submissions.
    #[serde(default)]
    pub quota: Option<Quota>,
}

/// A place in a team.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Membership {
    /// The team.
    pub team: Team,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Team {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// Submissions of a day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Quota {
    /// Allowed.
    pub per_day: u32,
    /// Used.
    pub used: u32,
    /// Left.
    pub left: u32,
    /// When the day ends.
    pub resets_at: String,
}

/// A data file of the site.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RemoteFile {
    /// Path with `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// A file to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// Path on the site, with `/`.
    pub path: String,
    /// Where it lies.
    pub location: PathBuf,
    /// Size.
    pub bytes: u64,
}

/// What an upload of data changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploaded {
    /// New or changed files.
    pub stored: u64,
    /// Files that were there already.
    #[serde(default)]
    pub unchanged: u64,
}

/// What the server counted in a solution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SolutionCounts {
    /// Its version, from 1.
    pub version: i64,
    /// Rows.
    pub rows: u64,
    /// Of them public.
    #[serde(default)]
    pub public: u64,
    /// Of them private.
    #[serde(default)]
    pub private: u64,
}

#[derive(Deserialize)]
struct Me {
    user: Option<User>,
}

#[derive(Deserialize)]
struct Files {
    items: Vec<RemoteFile>,
}

impl Client {
    /// Who the token speaks for; nobody without a token.
    ///
    /// # Errors
    /// [`ClientError`]; a wrong token is a problem with the status 401.
    pub fn me(&self) -> Result<Option<User>, ClientError> {
        self.json::<Me>(Call::get("/me".to_owned())).map(|me| me.user)
    }

    /// A competition.
    ///
    /// # Errors
    /// [`ClientError`]; one that is hidden is a problem with the status 404, like one that is not there.
    pub fn find_competition(&self, slug: &str) -> Result<Competition, ClientError> {
        self.json(Call::get(format!("/competitions/{}", segment(slug))))
    }

    /// Creates or updates a competition from its manifest.
    ///
    /// # Errors
    /// [`ClientError`]; every fault of the manifest is one of the problem's errors.
    pub fn put_competition(&self, slug: &str, manifest: &impl Serialize) -> Result<Competition, ClientError> {
        let body = serde_json::to_value(manifest).unwrap_or_default();
        self.json(Call::new(Method::PUT, format!("/competitions/{}", segment(slug)), Content::Json(&body)))
    }

    /// Writes a page. `visible_from` is an RFC 3339 instant.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn put_page(
        &self,
        slug: &str,
        page: &str,
        language: &str,
        markdown: &str,
        visible_from: Option<&str>,
    ) -> Result<(), ClientError> {
        let mut body = serde_json::json!({ "markdown": markdown });
        if let (Some(time), Some(body)) = (visible_from, body.as_object_mut()) {
            body.insert("visible_from".to_owned(), time.into());
        }
        let path = format!("/competitions/{}/pages/{}/{}", segment(slug), segment(page), segment(language));
        self.done(Call::new(Method::PUT, path, Content::Json(&body)))
    }

    /// Every data file of a competition.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn list_all_files(&self, slug: &str) -> Result<Vec<RemoteFile>, ClientError> {
        self.json::<Files>(Call::get(format!("/competitions/{}/files/all", segment(slug)))).map(|files| files.items)
    }

    /// Uploads data files, in batches that are sent again when the network stumbles.
    ///
    /// # Errors
    /// [`ClientError`]; batches before the failed one are stored.
    pub fn upload_files(
        &self,
        slug: &str,
        files: &[LocalFile],
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Uploaded, ClientError> {
        let total = files.iter().map(|file| file.bytes).sum();
        let path = format!("/competitions/{}/files", segment(slug));
        let mut uploaded = Uploaded::default();
        let mut sent = 0;
        progress(Progress { sent, total });
        for batch in batches(files) {
            let failure = Arc::new(std::sync::Mutex::new(None));
            let mut open = || Ok(tar_of(batch.to_vec(), Arc::clone(&failure)));
            let kind = "application/x-tar".to_owned();
            let content = Content::Stream { kind, bytes: None, open: &mut open };
            // The same files again are the same files.
            let call = Call::new(Method::POST, path.clone(), content).repeatable();
            let answer = self.json::<Uploaded>(call);
            if let Some((path, error)) = failure.lock().ok().and_then(|mut failure| failure.take()) {
                return Err(ClientError::File { path, error });
            }
            let answer = answer?;
            uploaded.stored += answer.stored;
            uploaded.unchanged += answer.unchanged;
            sent += batch.iter().map(|file| file.bytes).sum::<u64>();
            progress(Progress { sent, total });
        }
        Ok(uploaded)
    }

    /// Deletes a data file.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn delete_file(&self, slug: &str, path: &str) -> Result<(), ClientError> {
        let path = format!("/competitions/{}/files/{}", segment(slug), segments(path));
        self.done(Call::new(Method::DELETE, path, Content::Nothing))
    }

    /// Uploads the hidden labels.
    ///
    /// # Errors
    /// [`ClientError`]; every fault of the file is one of the problem's errors, and a changed solution of a
    /// competition with entries is the problem `solution_in_use`.
    pub fn put_solution(
        &self,
        slug: &str,
        file: &std::path::Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<SolutionCounts, ClientError> {
        let failed = |error| ClientError::File { path: file.display().to_string(), error };
        let total = std::fs::metadata(file).map_err(failed)?.len();
        progress(Progress { sent: 0, total });
        let mut open = || File::open(file).map(|file| Box::new(file) as Box<dyn Read>);
        let content = Content::Stream { kind: "text/csv".to_owned(), bytes: Some(total), open: &mut open };
        let path = format!("/competitions/{}/solution", segment(slug));
        let counts = self.json(Call::new(Method::PUT, path, content).patient())?;
        progress(Progress { sent: total, total });
        Ok(counts)
    }

    /// Makes a draft visible; with a reason also where labels may be guessed.
    ///
    /// # Errors
    /// [`ClientError`]; everything that is in the way is one of the problem's errors.
    pub fn publish_competition(&self, slug: &str, force: Option<&str>) -> Result<Competition, ClientError> {
        let mut path = format!("/competitions/{}/publish", segment(slug));
        if let Some(reason) = force {
            path += &format!("?force=true&reason={}", segment(reason));
        }
        // Publishing what is published changes nothing.
        self.json(Call::new(Method::POST, path, Content::Nothing).repeatable().patient())
    }
}

/// Parts `files` into batches, in order.
fn batches(files: &[LocalFile]) -> Vec<&[LocalFile]> {
    let mut batches = Vec::new();
    let mut rest = files;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |file: &&LocalFile| {
            bytes += file.bytes;
            bytes <= BATCH_BYTES
        };
        let count = rest.iter().take(BATCH_FILES).take_while(fits).count().max(1);
        let (batch, after) = rest.split_at(count);
        batches.push(batch);
        rest = after;
    }
    batches
}

type Failure = Arc<std::sync::Mutex<Option<(String, io::Error)>>>;

/// A stream of the files as a tar archive, written by a thread of its own while it is read. Times and owners are
/// constant: they are nobody's business, and may tell labels.
fn tar_of(files: Vec<LocalFile>, failure: Failure) -> Box<dyn Read> {
    let (reader, writer) = match io::pipe() {
        Ok(pipe) => pipe,
        Err(error) => return Box::new(Broken(Some(error))),
    };
    let ended = Arc::new(atomic::AtomicBool::new(false));
    let is_whole = Arc::clone(&ended);
    std::thread::spawn(move || {
        let mut archive = tar::Builder::new(io::BufWriter::with_capacity(128 * 1024, writer));
        for file in files {
            if let Err(error) = append(&mut archive, &file) {
                if let Ok(mut failure) = failure.lock() {
                    failure.get_or_insert((file.location.display().to_string(), error));
                }
                return;
            }
        }
        let flushed = archive.into_inner().and_then(|mut writer| io::Write::flush(&mut writer).map(|()| writer));
        // Before the writer is dropped: the reader that meets the end of the pipe asks at once.
        is_whole.store(flushed.is_ok(), atomic::Ordering::Release);
        drop(flushed);
    });
    Box::new(Whole { reader, is_whole: ended })
}

fn append(archive: &mut tar::Builder<impl io::Write>, file: &LocalFile) -> io::Result<()> {
    let content = File::open(&file.location)?;
    let bytes = content.metadata()?.len();
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    // `take`: a file that grows meanwhile must not push the next header away.
    archive.append_data(&mut header, &file.path, content.take(bytes))
}

/// Ends with an error when the archive was not written to its end, so that the server does not take half of it.
struct Whole {
    reader: io::PipeReader,
    is_whole: Arc<atomic::AtomicBool>,
}

impl Read for Whole {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        if read == 0 && !buffer.is_empty() && !self.is_whole.load(atomic::Ordering::Acquire) {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive could not be written to its end"));
        }
        Ok(read)
    }
}

struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or_else(|| io::ErrorKind::BrokenPipe.into()))
    }
}

#[cfg(test)]
mod tests;
