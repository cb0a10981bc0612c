//! `cargo xtask dist`: the release as one archive that is unpacked and run, and the walk of it from the archive to the
//! first page.

mod archive;
mod licences;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::podium::{Server, free_address};
use crate::{frontend, libtorch, package, podium, run, tools, workspace};
use archive::Archive;

const SUMS: &str = "SHA256SUMS";
/// From the archive to the first page, as the goal says it.
const OPENED_WITHIN: Duration = Duration::from_secs(60);

/// What else lies in the archive, beside the documents: where it is in the repository, and where there.
const FILES: [(&str, &str); 8] = [
    ("README.md", "README.md"),
    ("SECURITY.md", "SECURITY.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("deny.toml", "deny.toml"),
    ("deploy/Dockerfile", "Dockerfile"),
    ("deploy/podium.service", "podium.service"),
    ("deploy/podium.toml", "podium.toml"),
];

/// The release's switches.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Leave `podium-baseline` out, which needs libtorch (480 MB unpacked)
    #[arg(long)]
    without_baseline: bool,
}

/// Makes the release.
pub(crate) fn run(options: &Options) -> Result<()> {
    let libtorch = match (options.without_baseline, libtorch::folder()) {
        (true, _) => None,
        (false, Some(folder)) => Some(folder),
        (false, None) => {
            println!("podium-baseline is left out: libtorch is not there (`cargo xtask libtorch` brings it)");
            None
        }
    };
    build_all(libtorch.is_some())?;
    let file = pack(&contents(libtorch.as_deref())?)?;
    println!("{}\n{}", file.display(), file.with_file_name(SUMS).display());
    Ok(())
}

/// Makes the release without the baseline and walks from its archive to the first page.
pub(crate) fn test() -> Result<()> {
    build_all(false)?;
    let file = pack(&contents(None)?)?;
    let again = contents(None)?.sha256()?;
    ensure!(again == package::sha256_of(&file)?, "{}: packed a second time it has other bytes", file.display());
    walk(&file)
}

fn build_all(with_baseline: bool) -> Result<()> {
    tools::c_compiler()?;
    run::step("Building the front end", frontend::build)?;
    run::step("Building podium as released", || build("podium-server", "podium"))?;
    if with_baseline {
        run::step("Building podium-baseline as released", || build("podium-baseline", "podium-baseline"))?;
    }
    Ok(())
}

fn contents(libtorch: Option<&Path>) -> Result<Archive> {
    let target = host()?;
    let mut archive = Archive::new(&format!("podium-{}-{target}", env!("CARGO_PKG_VERSION")), modified()?);
    let release = workspace::target().join("release");
    archive.program("podium", &release.join("podium"))?;
    papers(&mut archive)?;
    archive.text("THIRD-PARTY.txt", licences::text(&target, libtorch)?);
    if let Some(libtorch) = libtorch {
        archive.program("podium-baseline", &release.join("podium-baseline"))?;
        for library in libtorch::libraries(libtorch)? {
            let name = library.file_name().context("a library without a name")?.to_string_lossy().into_owned();
            archive.file(&format!("lib/{name}"), &library)?;
        }
    }
    Ok(archive)
}

/// The documents, and what lies beside them.
fn papers(archive: &mut Archive) -> Result<()> {
    for (from, to) in FILES {
        archive.file(to, &workspace::root().join(from))?;
    }
    archive.folder("docs", &workspace::root().join("docs"))
}

/// Writes the archive and its checksum.
fn pack(archive: &Archive) -> Result<PathBuf> {
    let folder = workspace::target().join("dist");
    workspace::create_dir(&folder)?;
    let name = format!("{}.tar.gz", archive.top());
    let file = folder.join(&name);
    run::step(&format!("Packing {name}"), || {
        archive.write(&file)?;
        fs::write(folder.join(SUMS), format!("{}  {name}\n", package::sha256_of(&file)?))?;
        Ok(())
    })?;
    Ok(file)
}

fn build(package: &str, program: &str) -> Result<()> {
    run::run(workspace::cargo().args(["build", "--release", "--locked", "--package", package, "--bin", program]))
}

/// The triple of this machine, for which cargo builds.
fn host() -> Result<String> {
    let said = run::output(Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(host.to_owned())
}

/// The time that all files of the archive carry, in seconds: of `SOURCE_DATE_EPOCH`, or of the last commit.
fn modified() -> Result<u64> {
    if let Ok(set) = std::env::var("SOURCE_DATE_EPOCH") {
        return set.parse().context("SOURCE_DATE_EPOCH is not a number of seconds");
    }
    let git = ["log", "-1", "--format=%ct"];
    match run::output(Command::new("git").current_dir(workspace::root()).args(git)) {
        Ok(said) => said.trim().parse().context("git gives no time"),
        Err(_) => bail!("not a git checkout: set SOURCE_DATE_EPOCH to the release's time, in seconds since 1970"),
    }
}

/// What somebody does who has the archive and nothing else: check it, unpack it, start it, open the site.
fn walk(file: &Path) -> Result<()> {
    let folder = workspace::target().join("dist").join("walk");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    workspace::create_dir(&folder)?;
    run::run(Command::new("sha256sum").args(["--check", "--quiet", SUMS]).current_dir(file.with_file_name("")))?;
    let started = Instant::now();
    run::run(Command::new("tar").arg("--extract").arg("--file").arg(file).arg("--directory").arg(&folder))?;
    let name = file.file_name().context("no name")?.to_string_lossy();
    let unpacked = folder.join(name.trim_end_matches(".tar.gz"));
    let address = free_address()?;
    let server = Server::start(&unpacked.join("podium"), &folder.join("data"), address, &folder.join("server.log"))?;
    open_page(address)?;
    let took = started.elapsed();
    server.stop()?;
    println!(
        "from the archive to the first page: {} (goal: within {})",
        run::seconds(took),
        run::seconds(OPENED_WITHIN)
    );
    fs::remove_dir_all(&folder)?;
    ensure!(took < OPENED_WITHIN, "that is too long");
    Ok(())
}

/// Opens the page with its scripts and styles, and asks the API as the page does.
fn open_page(address: SocketAddr) -> Result<()> {
    let site = podium::url(address);
    let get = |path: &str| -> Result<String> {
        let mut answer = ureq::get(format!("{site}{path}")).call().with_context(|| path.to_owned())?;
        Ok(answer.body_mut().read_to_string()?)
    };
    let page = get("/")?;
    let assets: Vec<&str> = page.split('"').filter(|text| text.starts_with("/assets/")).collect();
    ensure!(!assets.is_empty(), "the page names no assets: it was built without the front end\n{page}");
    for asset in assets.iter().filter(|asset| asset.ends_with(".js") || asset.ends_with(".css")) {
        get(asset)?;
    }
    let site = get("/api/v1/site")?;
    ensure!(site.contains("\"name\""), "the API does not name the site: {site}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a link leads from a document, as a place in the archive.
    fn place(document: &Path, target: &str) -> String {
        let mut parts: Vec<&str> = document.parent().unwrap().iter().map(|part| part.to_str().unwrap()).collect();
        for part in target.trim_end_matches('/').split('/') {
            match part {
                "." => {}
                ".." => assert!(parts.pop().is_some(), "{}: {target} leads out", document.display()),
                part => parts.push(part),
            }
        }
        parts.join("/")
    }

    #[test]
    fn every_link_of_the_archive_s_documents_leads_to_something_in_the_archive() {
        let mut archive = Archive::new("top", 0);
        papers(&mut archive).unwrap();
        let places: Vec<&str> = archive.places().collect();
        let has = |place: &str| places.iter().any(|other| *other == place || other.starts_with(&format!("{place}/")));
        for document in places.iter().filter(|place| place.ends_with(".md")) {
            let text = fs::read_to_string(workspace::root().join(document)).unwrap();
            for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let path = target.split('#').next().unwrap();
                // Who reads the source has it from elsewhere.
                if !path.is_empty() && !path.contains("://") && !path.ends_with(".rs") {
                    assert!(has(&place(Path::new(document), path)), "{document}: {target} is not in the archive");
                }
            }
        }
    }

    #[test]
    fn the_service_s_documentation_is_put_where_it_is_said_to_be() {
        let unit = fs::read_to_string(workspace::root().join("deploy/podium.service")).unwrap();
        let said = unit.lines().find_map(|line| line.strip_prefix("Documentation=file:")).unwrap();
        let step = unit.lines().find(|line| line.starts_with("#   install") && line.ends_with(said)).unwrap();
        let from = step.split(' ').rev().nth(1).unwrap();
        assert!(workspace::root().join(from).is_file(), "{from}");
    }
}
