//! `podium audit`: whether the audit log is what was written.

use std::process::ExitCode;

use clap::Subcommand;
use podium_store::{StoreError, audit, receipts};

use super::serve::Settings;

/// The audit log
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Follow the whole chain, and those of the receipts, and say what was changed, removed or moved. Exit status 1 if
    /// anything was
    Verify {
        /// Also require that the log still contains an entry with this hash, noted earlier as the head
        #[arg(long, value_name = "SHA256")]
        head: Option<podium_store::types::Sha256>,
        #[command(flatten)]
        settings: Settings,
    },
}

/// Runs the command.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Command::Verify { head, settings } = args.command;
    let db = crate::server::open_db(&settings.load()?)?;
    let (verified, promised, is_known) = db.read_blocking::<_, StoreError>(|conn| {
        let verified = audit::verify(conn)?;
        let is_known = head.map(|head| audit::contains(conn, head)).transpose()?;
        Ok((verified, receipts::verify(conn)?, is_known.unwrap_or(true)))
    })?;
    for fault in &verified.faults {
        say!("{fault}")?;
    }
    if verified.fault_count > verified.faults.len() {
        say!("and {} more", verified.fault_count - verified.faults.len())?;
    }
    for fault in &promised.faults {
        say!("{fault}")?;
    }
    if promised.fault_count > promised.faults.len() {
        say!("and {} more", promised.fault_count - promised.faults.len())?;
    }
    if !is_known {
        say!("the log does not contain the entry that was once its head")?;
    }
    if !verified.holds() || promised.fault_count > 0 || !is_known {
        return Ok(ExitCode::from(1));
    }
    say!("{} receipts of submissions, none changed", promised.receipts)?;
    say!("{} entries, none changed; head {}", verified.head.entries, verified.head.hash)?;
    Ok(ExitCode::SUCCESS)
}
