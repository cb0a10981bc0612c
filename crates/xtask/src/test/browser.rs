//! The browser journeys: a real server with a real competition, Chromium, and the front end's own test runner.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::competition::Competition;
use crate::demo::dates;
use crate::podium::{Role, Server, free_address};
use crate::{entries, podium, run, tools, workspace};

/// Of accounts that live as long as the tests.
const PASSWORD: &str = "walks-through-the-orchard";
/// The line of the bad submission that has a class which does not exist.
const BAD_LINE: usize = 7;

/// Runs the journeys of `frontend/e2e` whose file names contain one of `which`, or all, in a competition of the demo.
pub(crate) fn journeys(podium: &Path, competition: Competition, which: &[&str]) -> Result<()> {
    ensure!(podium.is_file(), "{} is not there: the Rust step before this one builds it", podium.display());
    let dir = workspace::target().join("journeys").join(competition.slug());
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    let folder = dir.join("competition");
    workspace::create_dir(&dir)?;
    competition.make(&folder, None)?;
    dates::open_now(&folder.join("competition.toml"))?;

    let data = dir.join("data");
    podium::create_account(podium, &data, "admin", PASSWORD, Role::Admin)?;
    podium::create_account(podium, &data, "host", PASSWORD, Role::Host)?;
    let server = Server::start(podium, &data, free_address()?, &dir.join("server.log"))?;

    let token = podium::token(podium, &server.url(), "host", PASSWORD, &["host"])?;
    run::output(
        Command::new(podium)
            .arg("publish")
            .arg(&folder)
            .args(["--to", &server.url()])
            .args(["--force", "a published data set"])
            .env("PODIUM_TOKEN", token),
    )?;
    // Any of them is accepted.
    let entries = entries::compute(competition, &folder, &dir.join("entries"))?;
    let good = entries.into_iter().next_back().context("no entries")?.file;
    let bad = dir.join("bad.csv");
    fs::write(&bad, with_bad_line(&fs::read_to_string(&good)?)?)?;

    run::run(
        Command::new("npx")
            .current_dir(workspace::frontend())
            .args(["playwright", "test"])
            .args(which)
            .env("CI", "true")
            .env("CHROMIUM", tools::chromium()?)
            .env("PODIUM_E2E_URL", server.url())
            .env("PODIUM_E2E_SLUG", competition.slug())
            .env("PODIUM_E2E_PASSWORD", PASSWORD)
            .env("PODIUM_E2E_GOOD", &good)
            .env("PODIUM_E2E_BAD", &bad)
            .env("PODIUM_E2E_BAD_LINE", BAD_LINE.to_string()),
    )?;
    server.stop()
}

/// The same file with a class on line [`BAD_LINE`] that there is not.
fn with_bad_line(good: &str) -> Result<String> {
    let mut lines: Vec<String> = good.lines().map(str::to_owned).collect();
    let line = lines.get_mut(BAD_LINE - 1).context("the submission is too short")?;
    let id = line.split(',').next().context("the line is empty")?;
    *line = format!("{id},unicorn");
    Ok(lines.join("\n") + "\n")
}
