//! `podium fsck`: whether database and files are whole and agree.

use std::process::ExitCode;

use podium_store::stored_files::{self, Shelf, StoredFile};
use podium_store::types::Sha256;
use podium_store::{StoreError, integrity};

use super::serve::Settings;
use crate::blobs::{self, BlobFault};
use crate::clock::Clock;

/// Check a site
#[derive(clap::Args)]
#[command(after_help = "\
Reads every row and every file, so it takes as long as that. The site may run meanwhile. Checks the structure of the
database, the chain of the audit log, the receipts of submissions, that each standing is what the team's scores say, and
that every file that a row names is there with the bytes that its name says.

Exit status: 0 all is well; 1 something is not; 2 it could not be looked at.")]
pub struct Args {
    #[command(flatten)]
    settings: Settings,
}

/// Checks and says what is wrong.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = args.settings.load()?;
    let db = crate::server::open_existing_db(&config)?;
    let now = Clock::System.now();
    let (mut found, mut files) = db.read_blocking::<_, StoreError>(|conn| {
        let found = integrity::check(conn, now)?;
        let files = if found.count == 0 { stored_files::all(conn)? } else { Vec::new() };
        Ok((found, files))
    })?;
    files.sort();
    let (public, sealed) = blobs::open(&config.data)?;
    let mut last: Option<(Shelf, Sha256, Result<u64, BlobFault>)> = None;
    let mut checked = 0;
    for StoredFile { shelf, sha256, bytes, named_by } in files {
        let is_known = last.as_ref().is_some_and(|(of, name, _)| (*of, *name) == (shelf, sha256));
        if !is_known {
            let read = match shelf {
                Shelf::Public => public.check(&sha256),
                Shelf::Sealed => sealed.check(&sha256),
            };
            last = Some((shelf, sha256, read));
            checked += 1;
        }
        let Some((.., read)) = &last else { continue };
        match (read, bytes.and_then(|bytes| u64::try_from(bytes).ok())) {
            (Ok(read), Some(bytes)) if *read != bytes => {
                found.add(format!("{named_by}: its file has {read} bytes instead of {bytes} ({sha256})"));
            }
            (Ok(_), _) => {}
            (Err(fault), _) => found.add(format!("{named_by}: its file {fault} ({sha256})")),
        }
    }
    for fault in &found.faults {
        say!("{fault}")?;
    }
    if found.count == 0 {
        say!("the database is whole and {checked} files are there, each with the bytes that its name says")?;
        return Ok(ExitCode::SUCCESS);
    }
    say!("{} faults; a backup may have what is missing: podium restore --help", found.count)?;
    Ok(ExitCode::from(1))
}
