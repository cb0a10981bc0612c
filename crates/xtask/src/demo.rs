//! `cargo xtask demo`: from a fresh checkout to a server with competitions, people and entries on it.
//!
//! What is there is kept: each step looks whether its outcome exists already, so that a second start takes seconds and
//! an interrupted one goes on where it stopped.

mod accounts;
mod baseline;
pub(crate) mod dates;
mod filling;

use std::env;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::competition::Competition;
use crate::podium::Server;
use crate::{frontend, podium, run, tools, workspace};
use accounts::Accounts;

/// The demo's switches.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Address and port to listen on; other machines reach it only if it is not a loopback address.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// A data set that is in no package registry, as `grocery=DIR`. `PODIUM_DATASETS` may name the folder that holds it.
    #[arg(long, value_name = "NAME=DIR")]
    data: Vec<String>,
    /// Open only these competitions.
    #[arg(long, value_name = "COMPETITION")]
    only: Vec<Competition>,
    /// Begin anew: forget accounts, entries and what was made of the data sets (downloads are kept).
    #[arg(long)]
    fresh: bool,
}

/// Cargo's profile for the demo's server, and the folder of its output.
const PROFILE: &str = "demo";

pub(crate) fn run(options: &Options) -> Result<()> {
    let grocery = grocery(&options.data)?;
    let competitions = competitions(&options.only, grocery.as_deref())?;
    // Now and not after minutes of building.
    if let Err(error) = TcpListener::bind(options.listen) {
        bail!("cannot listen on {}: {error}; stop what does, or choose another port with --listen", options.listen);
    }
    let home = workspace::kept().join("demo");
    if options.fresh && home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot remove {}", home.display()))?;
    }
    let demo = Demo { podium: podium::path(PROFILE), server_data: home.join("server"), home };
    tools::c_compiler()?;
    tools::python()?;
    tools::node()?;
    run::step("Building the front end", frontend::build)?;
    run::step("Building podium (several minutes the first time)", || {
        run::run(workspace::cargo().args([
            "build",
            "--package",
            "podium-server",
            "--bin",
            "podium",
            "--profile",
            PROFILE,
        ]))
    })?;
    workspace::create_dir(&demo.home)?;
    let accounts = Accounts::load_or_create(&demo)?;
    let new: Vec<Competition> = competitions.into_iter().filter(|competition| !demo.is_open(*competition)).collect();
    if !new.is_empty() {
        demo.open(&new, &accounts, grocery.as_deref(), options.listen)?;
    }
    println!(
        "\nPodium: {}\n\n{accounts}\nCtrl-C stops it; `cargo xtask demo` starts it again with everything kept.\n",
        podium::url(options.listen)
    );
    demo.serve(options.listen)
}

/// Where the demo keeps its things.
pub(crate) struct Demo {
    podium: PathBuf,
    home: PathBuf,
    /// The server's data directory.
    server_data: PathBuf,
}

impl Demo {
    /// Whether a competition was published and filled by an earlier run.
    fn is_open(&self, competition: Competition) -> bool {
        self.marker(competition).exists()
    }

    fn marker(&self, competition: Competition) -> PathBuf {
        self.home.join("open").join(competition.slug())
    }

    /// Makes, publishes and fills competitions, on a server that runs only for that.
    fn open(
        &self,
        competitions: &[Competition],
        accounts: &Accounts,
        grocery: Option<&Path>,
        listen: SocketAddr,
    ) -> Result<()> {
        for competition in competitions {
            run::step(&format!("Making the data of {}", competition.slug()), || {
                let folder = self.folder(*competition);
                workspace::create_dir(&self.home.join("competitions"))?;
                competition.make(&folder, grocery)?;
                dates::open_now(&folder.join("competition.toml"))
            })?;
        }
        let server = Server::start(&self.podium, &self.server_data, listen, &self.home.join("filling.log"))?;
        let filling = filling::Filling::begin(self, &server.url(), accounts)?;
        for competition in competitions {
            run::step(&format!("Publishing {}", competition.slug()), || filling.publish(*competition))?;
            run::step(&format!("Entries for {}", competition.slug()), || filling.enter(*competition))?;
            workspace::create_dir(&self.home.join("open"))?;
            fs::write(self.marker(*competition), "")?;
        }
        server.stop()
    }

    fn folder(&self, competition: Competition) -> PathBuf {
        self.home.join("competitions").join(competition.slug())
    }

    /// Becomes the server, so that its log and the keyboard's Ctrl-C are its own.
    #[cfg(unix)]
    fn serve(&self, listen: SocketAddr) -> Result<()> {
        use std::os::unix::process::CommandExt as _;
        let mut command = podium::serve(&self.podium, &self.server_data, listen);
        Err(command.exec()).with_context(|| format!("cannot start `{}`", run::line(&command)))
    }

    #[cfg(not(unix))]
    fn serve(&self, listen: SocketAddr) -> Result<()> {
        run::run(&mut podium::serve(&self.podium, &self.server_data, listen))
    }
}

/// The folder of the Grocery Store data set, if there is one.
fn grocery(data: &[String]) -> Result<Option<PathBuf>> {
    let mut found =
        env::var_os("PODIUM_DATASETS").map(|dir| Path::new(&dir).join("grocery")).filter(|dir| dir.is_dir());
    for setting in data {
        match setting.split_once('=') {
            Some(("grocery", dir)) if Path::new(dir).join("train.csv").is_file() => found = Some(dir.into()),
            Some(("grocery", dir)) => bail!("--data grocery={dir}: the folder has no train.csv"),
            _ => bail!("--data {setting}: write grocery=DIR"),
        }
    }
    Ok(found)
}

fn competitions(only: &[Competition], grocery: Option<&Path>) -> Result<Vec<Competition>> {
    if only.contains(&Competition::GroceryStore) && grocery.is_none() {
        bail!("grocery-store needs its data: --data grocery=DIR, or PODIUM_DATASETS with a folder grocery in it");
    }
    if !only.is_empty() {
        return Ok(only.to_vec());
    }
    let joins = grocery.map(|_| Competition::GroceryStore);
    Ok(Competition::FROM_REGISTRY.into_iter().chain(joins).collect())
}
