//! `podium receipt`: whether a receipt is genuine, without asking the site.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use podium_store::types::Sha256;

use crate::blobs;
use crate::receipt::SignedReceipt;

/// Receipts of accepted submissions
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check that the site signed exactly this. Exit status 1 if it did not. Asks no server
    #[command(after_help = "\
A receipt comes with an accepted submission: `podium submit … --receipt receipt.json`, or the field `receipt` of the API.

  podium receipt verify receipt.json --file predictions.csv --key 3b6a27bc…

The site shows its key as `receipt_key` at /api/v1/site; without --key note it when the competition begins, and compare.")]
    Verify {
        /// The receipt, JSON
        receipt: PathBuf,
        /// Also require that it is for this file
        #[arg(long)]
        file: Option<PathBuf>,
        /// Also require that this key of the site signed it
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
    },
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Command::Verify { receipt: path, file, key } = args.command;
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let receipt: SignedReceipt =
        serde_json::from_str(&text).with_context(|| format!("{} is not a receipt", path.display()))?;
    if let Err(reason) = receipt.verify() {
        say!("{} is worthless: {reason}", path.display())?;
        return Ok(ExitCode::from(1));
    }
    if let Some(key) = &key
        && !key.eq_ignore_ascii_case(&receipt.key)
    {
        say!("{} was signed by another key: {}", path.display(), receipt.key)?;
        return Ok(ExitCode::from(1));
    }
    if let Some(file) = &file
        && hash_of(file)? != receipt.sha256
    {
        say!("{} is for another file than {}: its SHA-256 is {}", path.display(), file.display(), receipt.sha256)?;
        return Ok(ExitCode::from(1));
    }
    let SignedReceipt { competition, entry, team, sha256, bytes, accepted_at, key: signer, .. } = receipt;
    say!("genuine: entry {entry} of {competition}, team {team}, accepted at {accepted_at}")?;
    say!("file: {bytes} bytes, SHA-256 {sha256}")?;
    match key {
        Some(_) => say!("signed by the key that was given")?,
        None => say!("signed by {signer}; compare it with the site's receipt_key")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn hash_of(path: &Path) -> anyhow::Result<Sha256> {
    let hashed = File::open(path).and_then(|mut file| blobs::digest(&mut file));
    Ok(hashed.with_context(|| path.display().to_string())?.0)
}
