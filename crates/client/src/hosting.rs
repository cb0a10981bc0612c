//! What hosts do with the people and entries of a competition.

use std::io::{self, Read, Write};

use ureq::http::Method;

use crate::http::{Call, Client, ClientError, Content, segment};

/// Which entries to export; all by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Only those of this team.
    pub team: Option<i64>,
    /// Only those in this state.
    pub state: Option<String>,
}

impl Client {
    /// Makes accounts from a CSV of people; the answer is a CSV with a one-time link for each. Never sent twice by
    /// itself: the links are shown once.
    ///
    /// # Errors
    /// [`ClientError`]; every fault of the roster is one of the problem's errors, and then nobody was added.
    pub fn add_roster(&self, slug: &str, roster: &[u8]) -> Result<Vec<u8>, ClientError> {
        let mut open = || Ok(Box::new(io::Cursor::new(roster.to_vec())) as Box<dyn Read>);
        let bytes = Some(roster.len() as u64);
        let content = Content::Stream { kind: "text/csv".to_owned(), bytes, open: &mut open };
        self.bytes(Call::new(Method::POST, format!("/competitions/{}/roster", segment(slug)), content))
    }

    /// Writes the CSV of everybody who asked, was invited or takes part, with their answers; how many bytes.
    ///
    /// # Errors
    /// [`ClientError`]; when it breaks off, what was written is no whole CSV.
    pub fn export_participants(&self, slug: &str, to: &mut dyn Write) -> Result<u64, ClientError> {
        self.download(Call::get(format!("/competitions/{}/participants.csv", segment(slug))), to)
    }

    /// Writes the ZIP of the entries' files, with an index that has their scores; how many bytes.
    ///
    /// # Errors
    /// [`ClientError`]; when it breaks off, what was written is no whole ZIP.
    pub fn export_entries(&self, slug: &str, filter: &EntryFilter, to: &mut dyn Write) -> Result<u64, ClientError> {
        let team = filter.team.map(|team| format!("team={team}"));
        let state = filter.state.as_ref().map(|state| format!("state={}", segment(state)));
        let query: Vec<String> = team.into_iter().chain(state).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        self.download(Call::get(format!("/competitions/{}/entries.zip{query}", segment(slug))), to)
    }

    /// Writes the closing archive of a competition, a ZIP, once the private leaderboard is out; how many bytes.
    ///
    /// # Errors
    /// [`ClientError`]; when it breaks off, what was written is no whole ZIP.
    pub fn download_closing_archive(&self, slug: &str, to: &mut dyn Write) -> Result<u64, ClientError> {
        self.download(Call::get(format!("/competitions/{}/closing-archive.zip", segment(slug))).patient(), to)
    }
}
