//! kill -9 at random moments of uploads and scoring: what was promised is kept.
//!
//! The real program runs on a real database; clients send files and note every receipt. After each kill the program
//! starts again and the clients send what had no answer once more, with the same key. In the end:
//! **I1** each receipt has its row; **I2** the bytes of each blob hash to its name; **I3** each entry has exactly one
//! result, equal to a direct scoring; **I4** there is no row without a receipt; **I5** the quota equals the rows;
//! **I6** the board equals its recomputation; **I7** each entry was announced as scored once; **I9** no temp file is left.

pub(super) mod site;

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use podium_scoring::report;
use podium_scoring::table::Limits;
use podium_store::events::{self, EventKind};
use podium_store::jobs::{self, JobState};
use podium_store::submissions::{self, Submission};
use podium_store::testing::Kind;
use podium_store::types::{EventId, SubmissionId, SubmissionState, TeamId, UtcTime};
use podium_store::{Durability, StoreError, results, standings};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sha2::Digest as _;

use self::site::{Answer, Server, Site};

/// People who send at the same time.
pub(super) const CLIENTS: usize = 4;

#[test]
fn no_accepted_entry_is_lost_or_scored_twice_on_sqlite() {
    run(Kind::Sqlite);
}

#[test]
fn no_accepted_entry_is_lost_or_scored_twice_on_postgres() {
    run(Kind::Postgres);
}

fn run(kind: Kind) {
    let rounds = super::rounds("PODIUM_CHAOS_ROUNDS", 3, 50);
    let seed = std::env::var("PODIUM_CHAOS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    eprintln!("{rounds} kills, PODIUM_CHAOS_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let site = Site::new(kind, CLIENTS);
    let journal = Journal::default();
    for round in 0..rounds {
        let began = Instant::now();
        let mut server = Server::start(&site);
        let ready = began.elapsed();
        assert!(ready < Duration::from_secs(10), "round {round}: ready after {ready:?}");
        let stop = Arc::new(AtomicBool::new(false));
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (site, journal, stop, address) = (&site, &journal, Arc::clone(&stop), server.address());
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        journal.send_next(site, &address, client);
                    }
                });
            }
            std::thread::park_timeout(Duration::from_millis(random.random_range(20..700)));
            server.kill();
            stop.store(true, Ordering::Relaxed);
        });
    }
    let server = Server::start(&site);
    for client in 0..CLIENTS {
        while journal.has_open(client) {
            journal.send_next(&site, &server.address(), client);
        }
    }
    drain(&site);
    check(&site, &journal);
    server.terminate();
    let temp = site.data().join("blobs/public/temp");
    assert_eq!(std::fs::read_dir(temp).unwrap().count(), 0, "I9");
}

/// What clients know: files without an answer yet, and receipts.
#[derive(Default)]
pub(super) struct Journal {
    open: Mutex<BTreeMap<usize, Sent>>,
    receipts: Mutex<Vec<Receipt>>,
    counter: AtomicU64,
}

#[derive(Clone)]
struct Sent {
    key: String,
    file: String,
}

struct Receipt {
    client: usize,
    id: i64,
    sha256: String,
    accepted_at: String,
    file: String,
}

impl Journal {
    fn has_open(&self, client: usize) -> bool {
        self.open.lock().unwrap().contains_key(&client)
    }

    /// What has been promised so far: the entries and when they were accepted.
    pub(super) fn receipt_ids(&self) -> Vec<(SubmissionId, String)> {
        let receipts = self.receipts.lock().unwrap();
        receipts.iter().map(|receipt| (SubmissionId(receipt.id), receipt.accepted_at.clone())).collect()
    }

    /// Sends the file that had no answer again, or a new one.
    pub(super) fn send_next(&self, site: &Site, address: &str, client: usize) {
        let sent = self.open.lock().unwrap().get(&client).cloned().unwrap_or_else(|| {
            let number = self.counter.fetch_add(1, Ordering::Relaxed);
            Sent { key: format!("{client}-{number}"), file: site.entry(number) }
        });
        self.open.lock().unwrap().insert(client, sent.clone());
        match site.send(address, client, &sent.key, &sent.file) {
            Answer::Receipt { id, sha256, accepted_at } => {
                self.open.lock().unwrap().remove(&client);
                let receipt = Receipt { client, id, sha256, accepted_at, file: sent.file };
                self.receipts.lock().unwrap().push(receipt);
            }
            // The outcome is unknown: the same key finds out.
            Answer::None => {}
            Answer::Other(text) => panic!("neither a receipt nor a broken connection: {text}"),
        }
    }
}

/// Waits until every job has ended, putting back those that two kills in a row have parked.
fn drain(site: &Site) {
    let start = Instant::now();
    loop {
        let waiting = site.db().read_blocking(|conn| {
            let stopped = jobs::list(conn, None, &[JobState::Parked, JobState::Failed], None, 1_000)?;
            let queue = jobs::queue(conn)?;
            Ok::<_, StoreError>((stopped, queue.queued + queue.running))
        });
        let (stopped, waiting) = waiting.unwrap();
        for job in &stopped {
            assert_eq!(job.state, JobState::Parked, "{job:?}");
            let id = job.id;
            let retry = move |conn: &mut podium_store::Conn| results::retry(conn, id, now());
            assert!(site.db().write_blocking(Durability::Full, retry).unwrap());
        }
        if waiting == 0 && stopped.is_empty() {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{waiting} jobs still wait");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

pub(super) fn now() -> UtcTime {
    UtcTime::new(chrono::Utc::now()).unwrap()
}

fn check(site: &Site, journal: &Journal) {
    let receipts = journal.receipts.lock().unwrap();
    let mut rows: BTreeMap<i64, Submission> = BTreeMap::new();
    for client in 0..CLIENTS {
        let team = site.team(client);
        let of_team = site.db().read_blocking(|conn| submissions::list(conn, team, None, i64::from(i32::MAX))).unwrap();
        let quota = site.db().read_blocking(|conn| submissions::quota(conn, site.competition(), team, now())).unwrap();
        assert_eq!(quota.used, of_team.len() as i64, "I5");
        check_board_row(site, team);
        rows.extend(of_team.into_iter().map(|row| (row.id.0, row)));
    }
    let known: HashSet<i64> = receipts.iter().map(|receipt| receipt.id).collect();
    assert_eq!(known.len(), receipts.len(), "two keys got the same receipt");
    assert_eq!(known, rows.keys().copied().collect(), "I1, I4");
    let solution = site.solution();
    for receipt in receipts.iter() {
        let row = &rows[&receipt.id];
        assert_eq!(row.sha256.to_string(), receipt.sha256, "I1");
        assert_eq!(row.accepted_at.to_string(), receipt.accepted_at, "I1");
        assert_eq!(row.team_id, site.team(receipt.client), "I1");
        let blob = site.data().join("blobs/public").join(&receipt.sha256[..2]).join(&receipt.sha256);
        let bytes = std::fs::read(&blob).unwrap_or_else(|error| panic!("I2: {}: {error}", blob.display()));
        let name: String = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((name, bytes), (receipt.sha256.clone(), receipt.file.clone().into_bytes()), "I2");

        assert_eq!(row.state, SubmissionState::Scored, "I3: {row:?}");
        let scores = site.db().read_blocking(|conn| results::scores(conn, &[row.id])).unwrap();
        let direct = report::score(receipt.file.as_bytes(), &solution, &Limits::default()).unwrap();
        let direct = direct.metrics[0].public.clone().unwrap().unwrap().value;
        assert_eq!(scores.len(), 1, "I3");
        assert_eq!(scores[0].value.unwrap().get().to_bits(), direct.to_bits(), "I3");
    }
    check_events(site, rows.len());
    eprintln!("{} receipts kept", receipts.len());
    assert!(!receipts.is_empty());
}

/// I6: the kept row of a team is what its scores say.
fn check_board_row(site: &Site, team: TeamId) {
    let rows = site.db().read_blocking(|conn| {
        let competition = site.competition();
        Ok::<_, StoreError>((
            standings::find(conn, competition, team)?,
            standings::from_scores(conn, competition, team, UtcTime::from_micros(0).unwrap())?,
        ))
    });
    let (kept, computed) = rows.unwrap();
    assert_eq!(kept, computed, "I6");
}

/// I7: ids grow, and the result of each entry was announced once.
fn check_events(site: &Site, entries: usize) {
    let mut after = EventId(0);
    let mut scored = 0;
    loop {
        let batch = site.db().read_blocking(|conn| events::since(conn, after, 500)).unwrap();
        let Some(last) = batch.last() else { break };
        assert!(batch.windows(2).all(|pair| pair[0].id < pair[1].id), "I7");
        after = last.id;
        scored += batch
            .iter()
            .filter(|event| event.kind == EventKind::SubmissionChanged && event.payload.as_str().contains("\"scored\""))
            .count();
    }
    assert_eq!(scored, entries, "I7");
}
