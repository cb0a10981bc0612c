//! The `podium` program: building it, and running its server for the demo and the browser tests.

use std::ffi::OsStr;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{run, workspace};

/// How long a server may take until it answers. A first start also creates the database.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// Where cargo puts the program in a profile's folder.
pub(crate) fn path(profile_dir: &str) -> PathBuf {
    workspace::target().join(profile_dir).join("podium")
}

/// Makes an account, in the server's data directory.
pub(crate) fn create_account(podium: &Path, data: &Path, name: &str, password: &str, role: Role) -> Result<()> {
    let mut command = Command::new(podium);
    command.args(["admin", "create", "--name", name, "--password-stdin", "--data"]).arg(data);
    match role {
        Role::Admin => &mut command,
        Role::Host => command.arg("--host"),
        Role::Participant => command.arg("--participant"),
    };
    with_password(&mut command, password).map(drop)
}

/// Makes an API token for an account, as a person would without a browser.
pub(crate) fn token(podium: &Path, url: &str, name: &str, password: &str, scopes: &[&str]) -> Result<String> {
    let mut command = Command::new(podium);
    command.args(["token", "--to", url, "--name", name, "--password-stdin"]);
    for scope in scopes {
        command.args(["--scope", scope]);
    }
    Ok(with_password(&mut command, password)?.trim().to_owned())
}

/// Runs a command that reads a password from its input; returns what it printed.
fn with_password(command: &mut Command, password: &str) -> Result<String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("no standard input")?.write_all(format!("{password}\n").as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("`{}`: {}", run::line(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What an account may do.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    Admin,
    Host,
    Participant,
}

/// A server that runs until it is stopped or dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts `podium serve`; its log goes to the file `log`, so that it does not mix with ours.
    pub(crate) fn start(podium: &Path, data: &Path, address: SocketAddr, log: &Path) -> Result<Self> {
        let file = std::fs::File::create(log).with_context(|| format!("cannot create {}", log.display()))?;
        let child = serve(podium, data, address)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {}", podium.display()))?;
        let mut server = Self { child, address };
        server.wait_until_ready().with_context(|| format!("the server's log is {}", log.display()))?;
        Ok(server)
    }

    /// Its address as a browser writes it: `localhost` is what browsers trust without https.
    pub(crate) fn url(&self) -> String {
        url(self.address)
    }

    /// Ends the server as Ctrl-C would, and waits for it.
    pub(crate) fn stop(mut self) -> Result<()> {
        run::output(Command::new("kill").arg(self.child.id().to_string()))?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        let ready = format!("{}/readyz", self.url());
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status} before it was ready");
            }
            if ureq::get(&ready).call().is_ok() {
                return Ok(());
            }
            if started.elapsed() > READY_WITHIN {
                bail!("the server was not ready after {} s", READY_WITHIN.as_secs());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `podium serve` with what the demo needs.
pub(crate) fn serve(podium: &Path, data: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(podium);
    command.args([OsStr::new("serve"), "--data".as_ref(), data.as_ref(), "--listen".as_ref()]).arg(address.to_string());
    if !address.ip().is_loopback() {
        command.arg("--insecure-http");
    }
    command
}

/// The address that a person types.
pub(crate) fn url(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

/// A port that nobody uses at the moment.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}
