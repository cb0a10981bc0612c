//! The browser journeys: a real server with a small real competition, Chromium, and the front end's own test runner.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::podium::{Role, Server};
use crate::{entries, podium, run, tools, workspace};

const SLUG: &str = "grocery-mini";
/// Of accounts that live as long as the tests.
const PASSWORD: &str = "walks-through-the-orchard";
/// The line of the bad submission that has a class which does not exist.
const BAD_LINE: usize = 7;

/// Runs the journeys of `frontend/e2e`.
pub(crate) fn journeys(podium: &Path) -> Result<()> {
    ensure!(podium.is_file(), "{} is not there: the Rust step before this one builds it", podium.display());
    let dir = workspace::target().join("journeys");
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    workspace::create_dir(&dir)?;
    let data = dir.join("data");
    podium::create_account(podium, &data, "admin", PASSWORD, Role::Admin)?;
    podium::create_account(podium, &data, "host", PASSWORD, Role::Host)?;
    let server = Server::start(podium, &data, free_address()?, &dir.join("server.log"))?;

    let token = podium::token(podium, &server.url(), "host", PASSWORD, &["host"])?;
    let competition = workspace::examples().join(SLUG);
    run::run(
        Command::new(podium).arg("publish").arg(&competition).args(["--to", &server.url()]).env("PODIUM_TOKEN", token),
    )?;
    let good = good_submission(&competition, &dir)?;
    let bad = dir.join("bad.csv");
    fs::write(&bad, with_bad_line(&fs::read_to_string(&good)?)?)?;

    run::run(
        Command::new("npx")
            .current_dir(workspace::frontend())
            .args(["playwright", "test"])
            .env("CI", "true")
            .env("CHROMIUM", tools::chromium()?)
            .env("PODIUM_E2E_URL", server.url())
            .env("PODIUM_E2E_SLUG", SLUG)
            .env("PODIUM_E2E_GOOD", &good)
            .env("PODIUM_E2E_BAD", &bad)
            .env("PODIUM_E2E_BAD_LINE", BAD_LINE.to_string()),
    )?;
    server.stop()
}

/// The best of the simple entries.
fn good_submission(competition: &Path, dir: &Path) -> Result<std::path::PathBuf> {
    let entries = entries::of_photos(&competition.join("data"), &dir.join("entries"), "jpg")?;
    Ok(entries.into_iter().next_back().context("no entries")?.file)
}

/// The same file with a misspelt class on line [`BAD_LINE`].
fn with_bad_line(good: &str) -> Result<String> {
    let mut lines: Vec<String> = good.lines().map(str::to_owned).collect();
    let line = lines.get_mut(BAD_LINE - 1).context("the submission is too short")?;
    let id = line.split(',').next().context("the line is empty")?;
    *line = format!("{id},Bananna");
    Ok(lines.join("\n") + "\n")
}

/// A port that nobody uses at the moment.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}
