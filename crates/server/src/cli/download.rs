//! `podium download`: the data of a competition, as a folder.

use std::fs;
use std::io::{self, BufWriter, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::remote::{Site, refused, save};

/// Download the data of a competition
#[derive(clap::Args)]
#[command(after_help = "\
Needs PODIUM_TOKEN, a token with the scope read, and a place in the competition (join it on the site).

Exit status: 0 everything is there; 1 refused; 2 wrong usage, or the site does not answer.

Examples:
  podium download --competition solar-cells                  # all of it, into the folder solar-cells
  podium download --competition solar-cells train.csv        # one file, into this folder
  podium download --competition solar-cells --into data      # all of it, into the folder data")]
pub struct Args {
    /// Name of the competition in its address
    #[arg(long, value_name = "SLUG")]
    competition: String,
    /// Only these files, by their paths on the Data page
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// Folder to put them in; one with the competition's name when left out, this one for single files
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Write over what is there
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    site: Site,
}

/// Downloads.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let client = args.site.signed_in()?;
    if args.files.is_empty() {
        let folder = args.into.unwrap_or_else(|| PathBuf::from(&args.competition));
        if !args.overwrite && !is_free(&folder)? {
            bail!("{} has files already; choose another folder with --into, or --overwrite", folder.display());
        }
        // Beside the data, so that it is the disk with the room for it; it goes when it is closed.
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let mut packed = BufWriter::new(tempfile::tempfile_in(&folder).context("no room for the archive")?);
        if let Err(error) = client.download_data(&args.competition, &mut packed) {
            return refused(&error, false);
        }
        packed.flush()?;
        let mut packed = packed.into_inner().map_err(io::IntoInnerError::into_error)?;
        packed.rewind()?;
        let mut archive = zip::ZipArchive::new(packed).context("what came is no whole archive")?;
        archive.extract(&folder).with_context(|| folder.display().to_string())?;
        say!("{}: {} files", folder.display(), archive.len())?;
        return Ok(ExitCode::SUCCESS);
    }
    let folder = args.into.unwrap_or_default();
    for file in &args.files {
        let name = Path::new(file).file_name().with_context(|| format!("'{file}' names no file"))?;
        let path = folder.join(name);
        if !args.overwrite && path.exists() {
            bail!("{} is there already; --overwrite replaces it", path.display());
        }
        if !folder.as_os_str().is_empty() {
            fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        let ended = save(&path, |to| client.download_file(&args.competition, file, to).map(drop))?;
        if ended != ExitCode::SUCCESS {
            return Ok(ended);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether nothing would be written over in a folder.
fn is_free(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| folder.display().to_string()),
    }
}
