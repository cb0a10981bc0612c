//! What a participant does: check a file, submit it, wait for its score, read the board.

use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ureq::http::Method;

use crate::http::{Call, Client, ClientError, Content, Progress, segment};
use crate::problem::FieldError;

/// Waits between two questions for a score: short at first, because most scores take less than a second.
const POLL_WAITS: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(200), Duration::from_millis(500), Duration::from_secs(1)];

/// How to submit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubmitOptions {
    /// What the team wants to remember about it.
    pub note: String,
    /// Accept the same bytes as an earlier entry.
    pub force: bool,
    /// Makes a repeated request return the first answer; without one, a key of the file and the time is made.
    pub idempotency_key: Option<String>,
}

/// Where a submission is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for its turn.
    Queued,
    /// Is being scored.
    Scoring,
    /// Has its score.
    Scored,
    /// Was refused; spends nothing.
    Invalid,
    /// The site failed; spends nothing.
    PlatformError,
    /// Was taken back by its team.
    Withdrawn,
}

impl State {
    /// Whether nothing more happens.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Scoring)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queued => "queued",
            Self::Scoring => "scoring",
            Self::Scored => "scored",
            Self::Invalid => "invalid",
            Self::PlatformError => "platform error",
            Self::Withdrawn => "withdrawn",
        })
    }
}

/// One metric of a submission on the public rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreView {
    /// Name of the metric.
    pub metric: String,
    /// The score as the board shows it.
    #[serde(default)]
    pub score: Option<String>,
    /// Its standard error.
    #[serde(default)]
    pub standard_error: Option<String>,
    /// Why there is no score.
    #[serde(default)]
    pub error: Option<FieldError>,
}

/// Something that was tidied up in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable name.
    pub code: String,
    /// In words.
    pub message: String,
}

/// A submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// Number on the site.
    pub id: i64,
    /// Number in its team, from 1.
    pub number: i64,
    /// As it was uploaded.
    pub file_name: String,
    /// Where it is on its way.
    pub state: State,
    /// When its last byte was safe on the server.
    pub accepted_at: String,
    /// Scores on the public rows.
    #[serde(default)]
    pub scores: Vec<ScoreView>,
    /// The team's rank with it.
    #[serde(default)]
    pub rank: Option<u64>,
    /// The team's rank before it.
    #[serde(default)]
    pub rank_before: Option<u64>,
    /// Whether it is the team's best.
    #[serde(default)]
    pub is_best: bool,
    /// Submissions before it in the queue.
    #[serde(default)]
    pub queue_position: Option<u64>,
    /// Why it is invalid.
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// What was tidied up.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// The signed receipt, as it came: it is to be kept, and every character of it counts.
    #[serde(default)]
    pub receipt: Option<serde_json::Value>,
}

/// A file that would be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedFile {
    /// Rows.
    pub rows: u64,
    /// What would be tidied up.
    #[serde(default)]
    pub notices: Vec<Notice>,
}

/// A page of the public leaderboard.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Standings {
    /// Changes with the board.
    pub version: i64,
    /// The ranking metric.
    pub metric: String,
    /// Teams on the board.
    pub teams: u64,
    /// Rows of this page.
    pub items: Vec<Row>,
    /// Cursor of the next page.
    #[serde(default)]
    pub next: Option<String>,
}

/// A row of the leaderboard.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Row {
    /// Rank; none for a benchmark.
    pub rank: Option<u64>,
    /// The team's name.
    pub team: String,
    /// Its best score, as the board shows it.
    pub score: String,
    /// Scored submissions.
    pub entries: u64,
}

/// A page of a competition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Page {
    /// `overview`, `data`, `rules`, or another.
    pub name: String,
    /// `en` or `ko`.
    pub language: String,
    /// Names this version of the page.
    pub sha256: String,
    /// The page, safe to show.
    pub html: String,
}

#[derive(Deserialize)]
struct Pages {
    items: Vec<Page>,
}

impl Client {
    /// The pages of a competition, those in `language` where they exist.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn list_pages(&self, slug: &str, language: &str) -> Result<Vec<Page>, ClientError> {
        let path = format!("/competitions/{}/pages?language={}", segment(slug), segment(language));
        self.json::<Pages>(Call::get(path)).map(|pages| pages.items)
    }

    /// Joins a competition as a team of one, accepting its rules. Needs a session ([`Client::sign_in`]): consent is a
    /// person's, not a token's.
    ///
    /// # Errors
    /// [`ClientError`]; rules that changed meanwhile are a problem.
    pub fn join_competition(&self, slug: &str, rules_sha256: &str, team: Option<&str>) -> Result<(), ClientError> {
        let mut body = serde_json::json!({ "accept_rules": true, "rules_sha256": rules_sha256 });
        if let (Some(team), Some(body)) = (team, body.as_object_mut()) {
            body.insert("team_name".to_owned(), team.into());
        }
        self.done(Call::new(Method::POST, format!("/competitions/{}/join", segment(slug)), Content::Json(&body)))
    }

    /// Asks whether a file would be accepted. Spends nothing and keeps nothing.
    ///
    /// # Errors
    /// [`ClientError`]; every fault of the file is one of the problem's errors.
    pub fn check_submission(
        &self,
        slug: &str,
        file: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<CheckedFile, ClientError> {
        let options = SubmitOptions::default();
        self.upload(slug, "?check=true", file, &options, progress)
    }

    /// Submits a file.
    ///
    /// # Errors
    /// [`ClientError`]; a refused file is the problem `submission_invalid` with every fault.
    pub fn submit(
        &self,
        slug: &str,
        file: &Path,
        options: &SubmitOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Submission, ClientError> {
        self.upload(slug, if options.force { "?force=true" } else { "" }, file, options, progress)
    }

    fn upload<T: serde::de::DeserializeOwned>(
        &self,
        slug: &str,
        query: &str,
        file: &Path,
        options: &SubmitOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<T, ClientError> {
        let failed = |error| ClientError::File { path: file.display().to_string(), error };
        let bytes = std::fs::metadata(file).map_err(failed)?.len();
        let name = file.file_name().map_or_else(|| "submission.csv".into(), |name| name.to_string_lossy());
        let key = options.idempotency_key.clone().unwrap_or_else(new_key);
        // A boundary of the key: random enough that no file of predictions holds it.
        let boundary = format!("podium-{key}");
        let head = head(&boundary, &options.note, &name);
        let tail = format!("\r\n--{boundary}--\r\n");
        let total = head.len() as u64 + bytes + tail.len() as u64;
        progress(Progress { sent: 0, total: bytes });
        let mut open = || {
            let file = File::open(file)?.take(bytes);
            let parts =
                Cursor::new(head.clone().into_bytes()).chain(file).chain(Cursor::new(tail.clone().into_bytes()));
            Ok(Box::new(parts) as Box<dyn Read>)
        };
        let kind = format!("multipart/form-data; boundary={boundary}");
        let path = format!("/competitions/{}/submissions{query}", segment(slug));
        let content = Content::Stream { kind, bytes: Some(total), open: &mut open };
        let answer = self.json(Call::new(Method::POST, path, content).with_key(&key))?;
        progress(Progress { sent: bytes, total: bytes });
        Ok(answer)
    }

    /// A submission of one's own team.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn find_submission(&self, id: i64) -> Result<Submission, ClientError> {
        self.json(Call::get(format!("/submissions/{id}")))
    }

    /// Waits until a submission has its score or will have none. `seen` is told each state on the way.
    ///
    /// # Errors
    /// [`ClientError::NoScoreYet`] after `limit`.
    pub fn wait_for_score(
        &self,
        id: i64,
        limit: Duration,
        seen: &mut dyn FnMut(&Submission),
    ) -> Result<Submission, ClientError> {
        let start = Instant::now();
        let last = POLL_WAITS[POLL_WAITS.len() - 1];
        let mut waits = POLL_WAITS.into_iter();
        loop {
            let submission = self.find_submission(id)?;
            if submission.state.is_final() {
                return Ok(submission);
            }
            seen(&submission);
            let wait = waits.next().unwrap_or(last);
            if start.elapsed() + wait > limit {
                return Err(ClientError::NoScoreYet(limit));
            }
            sleep(wait);
        }
    }

    /// A page of the public leaderboard; the first without a cursor.
    ///
    /// # Errors
    /// [`ClientError`]
    pub fn find_leaderboard(&self, slug: &str, cursor: Option<&str>) -> Result<Standings, ClientError> {
        let query = cursor.map(|cursor| format!("?cursor={}", segment(cursor))).unwrap_or_default();
        self.json(Call::get(format!("/competitions/{}/leaderboard{query}", segment(slug))))
    }
}

fn head(boundary: &str, note: &str, file_name: &str) -> String {
    // RFC 7578: quotes and line breaks in a name are escaped.
    let name = file_name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let mut head = String::new();
    if !note.is_empty() {
        head += &format!("--{boundary}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n{note}\r\n");
    }
    head + &format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n"
    )
}

/// A key that no other submission has: 128 random bits.
fn new_key() -> String {
    let bits: u128 = rand::random();
    format!("{bits:032x}")
}

#[cfg(test)]
mod tests;
