//! `podium openapi`: the document of the API, committed as `docs/openapi.json`.

use std::process::ExitCode;

use crate::app;

/// Prints the document.
pub fn run() -> anyhow::Result<ExitCode> {
    say!("{}", app::openapi().to_pretty_json()?)?;
    Ok(ExitCode::SUCCESS)
}
