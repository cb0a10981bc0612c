//! The site that is killed: its database and files, made directly in the store, its program, and a client that speaks
//! just enough HTTP to be cut off at any byte.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use podium_scoring::metric::Metric;
use podium_scoring::solution::Solution;
use podium_scoring::spec::Task;
use podium_scoring::split::{SplitKey, SplitRule};
use podium_server::auth::api_token;
use podium_server::blobs;
use podium_store::competitions::{self, PrivateRelease, SaveError, Settings};
use podium_store::solutions::{self, NewSolution, SolutionError};
use podium_store::teams::{self, Join, JoinError};
use podium_store::testing::{Kind, TestDb};
use podium_store::tokens::{self, NewApiToken, Scope};
use podium_store::types::{CompetitionId, Json, Language, Sha256, TeamId, Text, UserRole};
use podium_store::users::{self, AccountError, NewUser, User};
use podium_store::{Conn, Durability, StoreError};

use super::now;

const SLUG: &str = "chaos";
const ROWS: u64 = 500;
const SPLIT_KEY: [u8; 32] = [7; 32];

pub(in crate::thorough) struct Site {
    db: TestDb,
    folder: tempfile::TempDir,
    competition: CompetitionId,
    people: Vec<(TeamId, String)>,
}

/// What a client learned.
pub(in crate::thorough) enum Answer {
    Receipt {
        id: i64,
        sha256: String,
        accepted_at: String,
    },
    /// The connection broke before the answer was whole.
    None,
    Other(String),
}

impl Site {
    pub(in crate::thorough) fn new(kind: Kind, people: usize) -> Self {
        let db = TestDb::new(kind);
        let folder = tempfile::tempdir().unwrap();
        let host = user(&db, "host", UserRole::Host);
        let text = |text: &str| Text::new(text).unwrap();
        let task = r#"{"kind":"labels","metric":"accuracy","classes":["0","1","2"]}"#;
        let dates =
            r#"{"zone":"UTC","start":"2020-01-01T00:00:00","end":"2099-01-01T00:00:00","private_release":"host"}"#;
        let manifest = format!(
            r#"{{"slug":"{SLUG}","title":{{"en":"T","ko":"T"}},"summary":{{"en":"S","ko":"S"}},"licence":"CC0-1.0","dates":{dates},"task":{task},"split":{{"public":0.5}}}}"#
        );
        let settings = Settings {
            slug: SLUG.parse().unwrap(),
            title_en: text("T"),
            title_ko: text("T"),
            summary_en: text("S"),
            summary_ko: text("S"),
            licence: text("CC0-1.0"),
            zone: "UTC".parse().unwrap(),
            starts_at: now().plus(TimeDelta::days(-1)),
            ends_at: now().plus(TimeDelta::days(10)),
            private_release: PrivateRelease::ByHost,
            joins_until: None,
            merges_until: None,
            freezes_at: None,
            board: Json::new(&podium_store::ranking::BoardRules::default()).unwrap(),
            manifest: text(&manifest),
            manifest_sha256: Sha256([0; 32]),
            metric: text("accuracy"),
            higher_is_better: true,
            entries_per_day: 1_000_000,
            finals: 2,
            team_size: 5,
            file_limit_bytes: 10_000_000,
            visibility: podium_store::types::Visibility::Public,
            admission: podium_store::types::Admission::Open,
            domains: podium_store::types::Json::new(&Vec::new()).unwrap(),
        };
        let saved = db.write_blocking::<_, SaveError, _>(Durability::Full, move |conn| {
            let competition = competitions::save(conn, &settings, host.id, now())?.competition();
            Ok(competitions::publish(conn, competition.id, now())?)
        });
        let competition = saved.unwrap().id;

        let (_, sealed) = blobs::open(folder.path()).unwrap();
        let mut file = sealed.create().unwrap();
        file.write_all(truth().as_bytes()).unwrap();
        let new = NewSolution {
            sha256: file.store().unwrap().sha256,
            split_key: solutions::SplitKey(SPLIT_KEY.to_vec()),
            rows_all: ROWS as i64,
            rows_public: ROWS as i64 / 2,
            rows_private: ROWS as i64 / 2,
            report: Some(solutions::Report::default()),
        };
        let add = move |conn: &mut Conn| solutions::add(conn, competition, &new, now());
        db.write_blocking::<_, SolutionError, _>(Durability::Full, add).unwrap();

        let people = (0..people).map(|number| {
            let user = user(&db, &format!("person-{number}"), UserRole::Participant);
            let token = token(&db, &user);
            let join = Join {
                competition,
                user: user.id,
                team_name: None,
                rules_sha256: Sha256([0; 32]),
                answers: podium_store::teams::Answers::default(),
            };
            let join = move |conn: &mut Conn| teams::join(conn, &join, now());
            let membership = db.write_blocking::<_, JoinError, _>(Durability::Full, join).unwrap();
            (membership.team.id, token)
        });
        let people = people.collect();
        Self { db, folder, competition, people }
    }

    pub(in crate::thorough) fn db(&self) -> &TestDb {
        &self.db
    }

    pub(in crate::thorough) fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(in crate::thorough) fn competition(&self) -> CompetitionId {
        self.competition
    }

    pub(in crate::thorough) fn team(&self, client: usize) -> TeamId {
        self.people[client].0
    }

    /// The labels, for scoring without the server.
    pub(in crate::thorough) fn solution(&self) -> Solution {
        let mut task = Task::new("labels".parse().unwrap(), "accuracy".parse::<Metric>().unwrap());
        task.classes = Some(["0", "1", "2"].map(str::to_owned).to_vec());
        let rule = SplitRule { public: 0.5, group: None, key: SplitKey::new(SPLIT_KEY) };
        Solution::from_reader(truth().as_bytes(), &task, Some(&rule)).unwrap()
    }

    /// A file that no other number has, of 4 to 300 KB (blank lines are allowed), so that kills meet uploads at work.
    pub(in crate::thorough) fn entry(&self, number: u64) -> String {
        let mut file = String::from("id,label\n");
        for row in 0..ROWS {
            let right = !(row * 7 + number * 13).is_multiple_of(number % 5 + 2);
            file += &format!("r{row:05},{}\n", (row + u64::from(!right)) % 3);
        }
        file += &"\n".repeat(usize::try_from(number).unwrap());
        if number.is_multiple_of(8) {
            file += &"\n".repeat(300_000);
        }
        file
    }

    /// Sends a file by a connection of its own.
    pub(in crate::thorough) fn send(&self, address: &str, client: usize, key: &str, file: &str) -> Answer {
        match self.exchange(address, client, key, file) {
            Ok(response) => read(&response),
            Err(_) => Answer::None,
        }
    }

    fn exchange(&self, address: &str, client: usize, key: &str, file: &str) -> std::io::Result<Vec<u8>> {
        let address: SocketAddr = address.parse().unwrap();
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let boundary = "chaos-boundary";
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{key}.csv\"\r\n\r\n{file}\r\n--{boundary}--\r\n"
        );
        let head = format!(
            "POST /api/v1/competitions/{SLUG}/submissions HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
             Idempotency-Key: {key}\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.people[client].1,
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut response = Vec::new();
        stream.read_to_end(&mut response)?;
        Ok(response)
    }
}

/// A response, if it is whole.
fn read(response: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(response);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return Answer::None };
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length != Some(body.len()) {
        return Answer::None;
    }
    if !head.starts_with("HTTP/1.1 202 ") {
        return Answer::Other(text.into_owned());
    }
    let view: serde_json::Value = serde_json::from_str(body).unwrap();
    let text = |name: &str| view[name].as_str().unwrap().to_owned();
    Answer::Receipt { id: view["id"].as_i64().unwrap(), sha256: text("sha256"), accepted_at: text("accepted_at") }
}

fn truth() -> String {
    let rows = (0..ROWS).map(|row| format!("r{row:05},{}\n", row % 3));
    format!("id,label\n{}", rows.collect::<String>())
}

fn user(db: &TestDb, name: &str, role: UserRole) -> User {
    let new = NewUser {
        name: Text::new(name).unwrap(),
        email: None,
        password_hash: None,
        role,
        language: Language::En,
        created_at: now(),
    };
    db.write_blocking::<_, AccountError, _>(Durability::Full, move |conn| users::create(conn, &new)).unwrap()
}

fn token(db: &TestDb, user: &User) -> String {
    let token = api_token::issue().unwrap();
    let new = NewApiToken {
        user_id: user.id,
        name: Text::lossy("chaos"),
        token_hash: token.hash,
        scopes: Json::new(&vec![Scope::Read, Scope::Submit]).unwrap(),
        created_at: now(),
        expires_at: now().plus(TimeDelta::days(30)),
        competition_id: None,
    };
    let create = move |conn: &mut Conn| tokens::create(conn, &new);
    db.write_blocking::<_, StoreError, _>(Durability::Full, create).unwrap();
    token.text
}

/// The running program.
pub(in crate::thorough) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub(in crate::thorough) fn start(site: &Site) -> Self {
        // A port that was free a moment ago; the listener is gone when the program binds it.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let child = Command::new(env!("CARGO_BIN_EXE_podium"))
            .args(["serve", "--listen", &address, "--database-url", site.db.url()])
            .arg("--data")
            .arg(site.folder.path())
            .env("PODIUM_JOB_LEASE_SECS", "1")
            .env("PODIUM_WORKER_THREADS", "2")
            .env("PODIUM_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, address };
        let start = Instant::now();
        while !server.is_ready() {
            assert!(server.child.try_wait().unwrap().is_none(), "the server ended at its start");
            assert!(start.elapsed() < Duration::from_secs(30), "the server is not ready");
            std::thread::park_timeout(Duration::from_millis(5));
        }
        server
    }

    fn is_ready(&self) -> bool {
        let ask = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect(&self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            write!(stream, "GET /readyz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)?;
            let mut response = String::new();
            stream.read_to_string(&mut response)?;
            Ok(response.starts_with("HTTP/1.1 200 "))
        };
        ask().unwrap_or(false)
    }

    pub(in crate::thorough) fn address(&self) -> String {
        self.address.clone()
    }

    /// kill -9.
    pub(in crate::thorough) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it has.
    pub(in crate::thorough) fn terminate(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(15), "the server does not stop");
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `kill` or `terminate`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
