//! The real program with a large board, asked over HTTP.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::cpu;

/// Connections of the load.
const CONNECTIONS: usize = 16;
/// Requests of a measurement.
const REQUESTS: usize = 24_000;

pub struct Site {
    server: Child,
    address: String,
    teams: usize,
    page_bytes: usize,
    cold: f64,
    _folder: tempfile::TempDir,
}

/// CPU nanoseconds a request, and bytes.
pub struct Served {
    pub page: f64,
    pub brotli: f64,
    pub not_modified: f64,
    /// 10,000 rows as ten pages of 1,000, compressed.
    pub long: f64,
    /// The same, when nothing is written yet.
    pub cold: f64,
    pub spread: f64,
    pub resident: f64,
}

impl Site {
    /// Fills a database and starts the program on it.
    pub fn new(teams: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_owned();
        let database = data.join("podium.db");
        let url = format!("sqlite:{}", database.display());
        podium_store::Db::open(&url, &podium_store::Options::default()).unwrap().migrate().unwrap();
        fill(&database.to_string_lossy(), teams);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let server = Command::new(env!("CARGO_BIN_EXE_podium"))
            .args(["serve", "--listen", &address, "--data"])
            .arg(&data)
            .env("PODIUM_HTTP_THREADS", "1")
            .env("PODIUM_LOG", "warn")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let start = std::time::Instant::now();
        while TcpStream::connect(&address).is_err() {
            assert!(start.elapsed() < Duration::from_secs(30), "the server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut site = Self { server, address, teams, page_bytes: 0, cold: 0.0, _folder: folder };
        let first = site.ask(&request("", &[]));
        site.page_bytes = first.len();
        // The board is in memory now; its long pages are not written yet.
        let before = cpu::Process::now(site.server.id());
        for from in (0..10_000).step_by(1_000) {
            site.ask(&request(&format!("?limit=1000&around={}", from + 1), &["accept-encoding: br"]));
        }
        site.cold = before.elapsed();
        site
    }

    /// Size of the first page with its head.
    pub fn page_bytes(&self) -> usize {
        self.page_bytes
    }

    pub fn measure(&self) -> Served {
        let resident = cpu::resident(self.server.id());
        let page = |around: usize| self.cost(&request(&format!("?around={around}"), &[]), 3);
        let pages = [1, self.teams / 4, self.teams / 2, self.teams].map(page);
        let (least, most) = pages.iter().fold((f64::MAX, 0.0_f64), |(a, b), &cost| (a.min(cost), b.max(cost)));
        let etag = self.ask(&request("", &[]));
        let etag = String::from_utf8_lossy(&etag);
        let etag = etag.lines().find_map(|line| line.strip_prefix("etag: ")).expect("an ETag").to_owned();
        let long: f64 = (0..10_000)
            .step_by(1_000)
            .map(|from| {
                let request = request(&format!("?limit=1000&around={}", from + 1), &["accept-encoding: br"]);
                cost_of(self.server.id(), &self.address, &request, 1, REQUESTS / 10)
            })
            .sum();
        Served {
            page: self.cost(&request("", &[]), 5),
            brotli: self.cost(&request("", &["accept-encoding: br"]), 3),
            not_modified: self.cost(&request("", &[&format!("if-none-match: {etag}")]), 3),
            long,
            cold: self.cold,
            spread: most / least,
            resident,
        }
    }

    fn cost(&self, request: &str, times: usize) -> f64 {
        cost(self.server.id(), &self.address, request, times)
    }

    /// One request by a connection of its own.
    fn ask(&self, request: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        assert!(response.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&response));
        response
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn request(query: &str, headers: &[&str]) -> String {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("GET /api/v1/competitions/big/leaderboard{query} HTTP/1.1\r\nhost: podium.test\r\n{headers}\r\n")
}

/// CPU nanoseconds of a process for each of many equal requests; the median of `times`.
pub fn cost(pid: u32, address: &str, request: &str, times: usize) -> f64 {
    cost_of(pid, address, request, times, REQUESTS)
}

fn cost_of(pid: u32, address: &str, request: &str, times: usize, requests: usize) -> f64 {
    let load = |requests: usize| {
        std::thread::scope(|scope| {
            for _ in 0..CONNECTIONS {
                scope.spawn(|| {
                    let mut stream = TcpStream::connect(address).unwrap();
                    stream.set_nodelay(true).unwrap();
                    let mut buffer = vec![0; 1 << 20];
                    for _ in 0..requests / CONNECTIONS {
                        stream.write_all(request.as_bytes()).unwrap();
                        read_answer(&mut stream, &mut buffer);
                    }
                });
            }
        });
    };
    load(requests / 10);
    cpu::median(times, || {
        let before = cpu::Process::now(pid);
        load(requests);
        before.elapsed() / requests as f64
    })
}

/// Reads one answer to its end.
fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).unwrap();
        assert!(read > 0, "the connection ended");
        filled += read;
        let Some(end) = buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let total = end + 4 + length.unwrap_or(0);
        while filled < total {
            let read = stream.read(&mut buffer[filled..]).unwrap();
            assert!(read > 0, "the connection ended");
            filled += read;
        }
        return;
    }
}

/// A published competition with so many teams of one, each with one scored entry.
fn fill(database: &str, teams: usize) {
    let mut conn = SqliteConnection::establish(database).unwrap();
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {teams})");
    let at = "strftime('%Y-%m-%d %H:%M:%f', 1780000000 + i, 'unixepoch') || '000'";
    let score = "((i * 104729) % 1000003) / 1000003.0";
    let manifest = r#"{"slug":"big","title":{"en":"Big","ko":"Big"},"summary":{"en":"S","ko":"S"},"licence":"CC0-1.0","dates":{"zone":"UTC","start":"2026-01-01T00:00:00","end":"2099-01-01T00:00:00","private_release":"host"},"task":{"kind":"labels","metric":"f1_macro","show":["accuracy"]}}"#;
    conn.batch_execute(&format!(
        "PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; BEGIN;
         {numbers} INSERT INTO users (id, name, name_key, role, language, state, created_at)
            SELECT i, 'participant-' || i, 'participant-' || i, 'participant', 'en', 'active', {at} FROM n;
         INSERT INTO competitions (id, slug, title_en, title_ko, summary_en, summary_ko, licence, zone, starts_at, ends_at,
             private_release, published_at, manifest, manifest_sha256, metric, higher_is_better, entries_per_day, finals,
             team_size, file_limit_bytes, created_by, created_at, updated_at)
            VALUES (1, 'big', 'Big', 'Big', 'S', 'S', 'CC0-1.0', 'UTC', '2026-01-01 00:00:00', '2099-01-01 00:00:00',
             'host', '2026-01-01 00:00:00', '{manifest}', zeroblob(32), 'f1_macro', 1, 5, 2, 5, 1000000, 1,
             '2026-01-01 00:00:00', '2026-01-01 00:00:00');
         INSERT INTO solutions (id, competition_id, version, sha256, split_key, rows_all, rows_public, rows_private,
             created_at, activated_at) VALUES (1, 1, 1, zeroblob(32), zeroblob(32), 1000, 300, 700,
             '2026-01-01 00:00:00', '2026-01-01 00:00:00');
         {numbers} INSERT INTO teams (id, competition_id, name, name_key, is_benchmark, created_at)
            SELECT i, 1, 'Team number ' || i, 'team number ' || i, 0, {at} FROM n;
         {numbers} INSERT INTO team_members (competition_id, user_id, team_id, role, joined_at)
            SELECT 1, i, i, 'leader', {at} FROM n;
         {numbers} INSERT INTO submissions (id, competition_id, team_id, user_id, number, file_name, sha256, bytes, note,
             state, quota_day, is_late, accepted_at, finished_at, notices, errors, error_count)
            SELECT i, 1, i, i, 1, 'a.csv', zeroblob(32), 1, '', 'scored', '2026-06-01', 0, {at}, {at}, '[]', '[]', 0 FROM n;
         {numbers} INSERT INTO scores (submission_id, solution_id, metric, value, standard_error)
            SELECT i, 1, 'f1_macro', {score}, 0.0123 FROM n;
         {numbers} INSERT INTO scores (submission_id, solution_id, metric, value, standard_error)
            SELECT i, 1, 'accuracy', {score}, 0.0123 FROM n;
         {numbers} INSERT INTO standings (competition_id, team_id, score, sort_key, standard_error, submission_id, best_at,
             entries, last_at) SELECT 1, i, {score}, {score}, 0.0123, i, {at}, 1, {at} FROM n;
         COMMIT;"
    ))
    .unwrap();
}
