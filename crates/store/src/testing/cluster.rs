//! A PostgreSQL cluster for the life of one test process: made by `initdb` in a temporary folder, reached by a socket
//! in that folder, owned by an unprivileged user, and removed by a watching shell when the process ends, however it
//! ends.

use std::io::Read;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

const HELP: &str = "PostgreSQL is needed for this test: `apt-get install postgresql` (the programs are enough, no \
                    server need run), or set PODIUM_TEST_POSTGRES=postgres://USER@HOST/NAME";

/// Address of the database in which schemas are made.
pub(super) fn url() -> String {
    if let Ok(url) = std::env::var("PODIUM_TEST_POSTGRES") {
        return url;
    }
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    match CLUSTER.get_or_init(Cluster::start) {
        Ok(cluster) => cluster.url.clone(),
        Err(reason) => panic!("{reason}"),
    }
}

struct Cluster {
    url: String,
    /// Stops the cluster when its input ends, which the kernel sees to.
    _watch: Child,
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let programs = programs().ok_or(HELP)?;
        let user = User::unprivileged()?;
        let folder = tempfile::Builder::new()
            .prefix("podium-pg-")
            .tempdir_in(super::room())
            .map_err(|e| format!("no temporary folder: {e}"))?
            .keep();
        if let Some(user) = &user {
            chown(&folder, Some(user.uid), Some(user.gid)).map_err(|e| format!("chown: {e}"))?;
        }
        let data = folder.join("data");
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.current_dir(&folder).env("LC_ALL", "C").stdin(Stdio::null());
            if let Some(user) = &user {
                command.uid(user.uid).gid(user.gid);
            }
            command
        };
        finish(
            program("initdb")
                .args(["--auth=trust", "--no-sync", "--username=podium", "--encoding=UTF8", "--no-locale", "-D"])
                .arg(&data),
        )?;
        // Durability is tested elsewhere; here it only costs time.
        let settings = format!(
            "-c fsync=off -c full_page_writes=off -c listen_addresses='' -c unix_socket_directories='{}' \
             -c max_connections=400 -c shared_buffers=64MB",
            folder.display()
        );
        let watch = watch(&programs, &folder, user.as_ref())?;
        finish(
            program("pg_ctl")
                .args(["start", "--wait", "--silent", "-o", &settings, "-l"])
                .arg(folder.join("log"))
                .arg("-D")
                .arg(&data),
        )?;
        Ok(Self { url: format!("postgres:///postgres?host={}&user=podium", folder.display()), _watch: watch })
    }
}

/// Starts the shell that waits for the end of this process, then stops the cluster and removes its folder.
fn watch(programs: &Path, folder: &Path, user: Option<&User>) -> Result<Child, String> {
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg("read -r _; \"$0/pg_ctl\" stop --silent -m immediate -D \"$1/data\"; rm -rf \"$1\"")
        .arg(programs)
        .arg(folder)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // An interrupt from the keyboard must end the tests, not the shell.
        .process_group(0);
    if let Some(user) = user {
        shell.uid(user.uid).gid(user.gid);
    }
    shell.spawn().map_err(|e| format!("sh: {e}"))
}

/// The newest PostgreSQL that has what we call.
fn programs() -> Option<PathBuf> {
    let mut installed: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path().join("bin"))
        .collect();
    installed
        .sort_by_key(|bin| bin.parent().and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok()).unwrap_or_default());
    installed.reverse();
    installed.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    installed.into_iter().find(|bin| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
}

/// Whom PostgreSQL runs as: it refuses to run as root.
struct User {
    uid: u32,
    gid: u32,
}

impl User {
    /// `None` when this process is unprivileged already.
    fn unprivileged() -> Result<Option<Self>, String> {
        if id(&["-u"])? != 0 {
            return Ok(None);
        }
        for name in ["postgres", "nobody"] {
            if let (Ok(uid), Ok(gid)) = (id(&["-u", name]), id(&["-g", name])) {
                return Ok(Some(Self { uid, gid }));
            }
        }
        Err("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'".to_owned())
    }
}

fn id(args: &[&str]) -> Result<u32, String> {
    let output = Command::new("id").args(args).output().map_err(|e| format!("id: {e}"))?;
    String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|e| format!("id {args:?}: {e}"))
}

/// Runs to the end; an error is the program's own words. Output goes to a file-less pipe only for programs that end:
/// the server that `pg_ctl` leaves behind has its own log.
fn finish(command: &mut Command) -> Result<(), String> {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}", command.get_program().display()))?;
    let status = child.wait().map_err(|e| e.to_string())?;
    if status.success() {
        return Ok(());
    }
    let mut words = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut words);
    }
    Err(format!("{}: {status}: {}", command.get_program().display(), words.trim()))
}
