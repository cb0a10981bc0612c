//! A site as its host runs it: the real program in a process of its own, in a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use podium_client::Client;
use tempfile::TempDir;

pub const PODIUM: &str = env!("CARGO_BIN_EXE_podium");

/// A running `podium serve`, ended when dropped.
pub struct Site {
    pub url: String,
    folder: TempDir,
    server: Child,
    log: Arc<Mutex<String>>,
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
        Self::start_in(tempfile::tempdir().unwrap(), command)
    }

    /// Starts the server in a folder that has something in it already.
    pub fn start_in(folder: TempDir, command: &str) -> Self {
        let mut server = shell(folder.path(), &format!("exec {command}")).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(server.stderr.take().unwrap()).lines();
        let mut seen = String::new();
        let url = loop {
            let line = log.next().unwrap_or_else(|| panic!("the server stopped: {seen}")).unwrap();
            seen += &line;
            seen.push('\n');
            if let Some((_, address)) = line.split_once("listening on ") {
                // What follows the address colours the line.
                break address.split('\u{1b}').next().unwrap().trim().to_owned();
            }
        };
        let seen = Arc::new(Mutex::new(seen));
        let keep = Arc::clone(&seen);
        // Somebody must read on; a full pipe would stop the server.
        std::thread::spawn(move || {
            for line in log.map_while(Result::ok) {
                let mut seen = keep.lock().unwrap();
                seen.push_str(&line);
                seen.push('\n');
            }
        });
        Self { url: url.replace("localhost", "127.0.0.1"), folder, server, log: seen }
    }

    /// What the server has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the server has logged this.
    pub fn wait_for_log(&self, text: &str) {
        let start = std::time::Instant::now();
        while !self.log().contains(text) {
            assert!(start.elapsed() < std::time::Duration::from_secs(30), "'{text}' was never logged:\n{}", self.log());
            std::thread::yield_now();
        }
    }

    /// Sends the server a signal, by name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.server.id().to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// That the program runs on.
    #[track_caller]
    pub fn assert_lives(&mut self) {
        assert_eq!(self.server.try_wait().unwrap(), None, "the server ended:\n{}", self.log());
    }

    /// Publishes the small example competition; the host's token.
    pub fn publish_example(&self) -> String {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
        copy_dir(&examples.join("grocery-mini"), &self.path("groceries"));
        let host = self.token("ada", "--host", "host");
        self.run("podium publish groceries --json", Some(&host)).expect(0);
        host
    }

    /// Makes a participant who joins the example competition; their token.
    pub fn join_example(&self, name: &str) -> String {
        let token = self.token(name, "--participant", "submit");
        let pages = self.client(&token).list_pages("grocery-mini", "en").unwrap();
        let rules = pages.iter().find(|page| page.name == "rules").unwrap();
        let session = Client::new(&self.url, None).unwrap();
        let session = session.sign_in(name, &format!("a long enough password of {name}")).unwrap();
        session.join_competition("grocery-mini", &rules.sha256, Some(&format!("{name}'s team"))).unwrap();
        session.sign_out().unwrap();
        token
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
