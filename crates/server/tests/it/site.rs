//! A site as its host runs it: the real program in a process of its own, in a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use podium_client::Client;
use tempfile::TempDir;

pub const PODIUM: &str = env!("CARGO_BIN_EXE_podium");

/// A running `podium serve`, ended when dropped.
pub struct Site {
    pub url: String,
    folder: TempDir,
    server: Child,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Site {
    pub fn start() -> Self {
        Self::start_with("podium serve --data podium-data --listen 127.0.0.1:0")
    }

    /// Starts the server with a command line, and waits until it listens.
    pub fn start_with(command: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = shell(folder.path(), &format!("exec {command}")).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(server.stderr.take().unwrap()).lines();
        let mut seen = String::new();
        let url = loop {
            let line = log.next().unwrap_or_else(|| panic!("the server stopped: {seen}")).unwrap();
            if let Some((_, address)) = line.split_once("listening on ") {
                break address.trim().trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned();
            }
            seen += &line;
            seen.push('\n');
        };
        // Nobody reads on; a full pipe would stop the server.
        std::thread::spawn(move || log.for_each(drop));
        Self { url: url.replace("localhost", "127.0.0.1"), folder, server }
    }

    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs commands as a person would type them, in the folder of the site.
    pub fn run(&self, script: &str, token: Option<&str>) -> Ran {
        let mut command = shell(self.dir(), &format!("set -euo pipefail\n{script}"));
        command.env("PODIUM_URL", &self.url);
        if let Some(token) = token {
            command.env("PODIUM_TOKEN", token);
        }
        Ran(command.output().unwrap())
    }

    /// Makes an account and a token of it.
    pub fn token(&self, name: &str, role: &str, scope: &str) -> String {
        let script = format!(
            "printf 'a long enough password of {name}\\n' > password.txt\n\
             podium admin create --data podium-data --name {name} {role} --password-stdin < password.txt > /dev/null\n\
             podium token --name {name} --scope {scope} --password-stdin < password.txt"
        );
        self.run(&script, None).expect(0).trim().to_owned()
    }

    pub fn client(&self, token: &str) -> Client {
        Client::new(&self.url, Some(token.to_owned())).unwrap()
    }
}

/// A shell in `dir` that finds `podium`, with nothing else of Podium's in its environment.
pub fn shell(dir: &Path, script: &str) -> Command {
    let mut command = Command::new("bash");
    let tools = Path::new(PODIUM).parent().unwrap().display().to_string();
    let path = std::env::var("PATH").unwrap();
    command.arg("-c").arg(script).current_dir(dir).env("PATH", format!("{tools}:{path}"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PODIUM_")) {
        command.env_remove(name);
    }
    command
}

/// What commands printed and how they ended.
pub struct Ran(pub Output);

impl Ran {
    pub fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// Standard output of commands that must have ended so.
    #[track_caller]
    pub fn expect(&self, status: i32) -> String {
        assert_eq!(self.0.status.code(), Some(status), "{}\n{}", self.stdout(), self.stderr());
        self.stdout()
    }
}

/// Copies a folder.
pub fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
