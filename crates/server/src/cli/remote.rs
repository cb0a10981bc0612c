//! What the commands that talk to a site share: its address, the token, progress, and how a refusal is said.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write, stderr};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use podium_client::{Client, ClientError, Progress};

/// Which site
#[derive(clap::Args)]
pub struct Site {
    /// Address of the site, like https://podium.example.org
    #[arg(long = "to", value_name = "URL", env = "PODIUM_URL")]
    url: String,
    /// Send the token over plain http to another machine, on a network you trust
    #[arg(long)]
    insecure_http: bool,
}

impl Site {
    /// A client without a token.
    pub(crate) fn anonymous(&self) -> Result<Client, ClientError> {
        self.client(None)
    }

    /// A client with the token of `PODIUM_TOKEN`.
    pub(crate) fn signed_in(&self) -> anyhow::Result<Client> {
        let token = std::env::var("PODIUM_TOKEN").ok().filter(|token| !token.trim().is_empty());
        let Some(token) = token else {
            anyhow::bail!(
                "PODIUM_TOKEN is not set; make a token on your account page, or with `podium token --to {}`, \
                 and put it there",
                self.url
            );
        };
        Ok(self.client(Some(token.trim().to_owned()))?)
    }

    fn client(&self, token: Option<String>) -> Result<Client, ClientError> {
        let client = Client::new(&self.url, token)?;
        Ok(if self.insecure_http { client.allowing_plain_http() } else { client })
    }
}

/// Says why a request failed. The exit status is 1 where the site said no, 2 where it could not be asked.
pub(crate) fn refused(error: &ClientError, json: bool) -> anyhow::Result<ExitCode> {
    Ok(match error {
        ClientError::Problem(problem) => {
            match serde_json::to_string(problem).ok().filter(|_| json) {
                Some(text) => say!("{text}")?,
                None => eprintln!("podium: {problem}"),
            }
            ExitCode::from(if problem.status == 401 { 2 } else { 1 })
        }
        ClientError::NoScoreYet(_) => {
            eprintln!("podium: {error}");
            ExitCode::from(1)
        }
        error => {
            eprintln!("podium: {error}");
            ExitCode::from(2)
        }
    })
}

/// Fills a file beside `path` that gets its name when it is whole, and prints the name.
pub(crate) fn save(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), ClientError>,
) -> anyhow::Result<ExitCode> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let partial = tempfile::NamedTempFile::new_in(folder).with_context(|| folder.display().to_string())?;
    let mut file = BufWriter::new(partial);
    if let Err(error) = fill(&mut file) {
        return refused(&error, false);
    }
    let partial = file.into_inner().map_err(|error| error.into_error())?;
    File::sync_all(partial.as_file())?;
    partial.persist(path).with_context(|| path.display().to_string())?;
    say!("{}", path.display())?;
    Ok(ExitCode::SUCCESS)
}

/// A line on the terminal that says how far an upload is; nothing where nobody looks.
pub(crate) struct Meter {
    label: &'static str,
    is_shown: bool,
}

impl Meter {
    pub(crate) fn new(label: &'static str) -> Self {
        Self { label, is_shown: stderr().is_terminal() }
    }

    pub(crate) fn show(&mut self, progress: Progress) {
        if !self.is_shown || progress.total == 0 {
            return;
        }
        let percent = progress.sent.saturating_mul(100) / progress.total;
        let mut out = stderr().lock();
        // A terminal that is gone must not stop the upload.
        let _ = write!(out, "\r{}: {percent:>3} %", self.label);
        if progress.sent >= progress.total {
            let _ = writeln!(out);
        }
        let _ = out.flush();
    }
}
