//! Backups while people send entries: each, restored into an empty folder, is a sound site with every entry whose receipt
//! is older than the backup's start.

use std::process::Command;
use std::sync::{Condvar, Mutex};

use podium_server::backup;
use podium_store::dump::DumpError;
use podium_store::testing::Kind;
use podium_store::types::UtcTime;
use podium_store::{Db, Options, integrity, submissions};

use super::chaos::site::{Server, Site};
use super::chaos::{CLIENTS, Journal, now};

#[test]
fn a_backup_under_load_restores_with_every_older_receipt_on_sqlite() {
    run(Kind::Sqlite);
}

#[test]
fn a_backup_under_load_restores_with_every_older_receipt_on_postgres() {
    run(Kind::Postgres);
}

/// Entries sent while a backup is made. Without a bound the site would grow faster than it can be backed up: a larger site
/// takes longer, and meanwhile more entries come.
const ENTRIES_A_ROUND: usize = 120;

fn run(kind: Kind) {
    let rounds = super::rounds("PODIUM_BACKUP_ROUNDS", 2, 30);
    let site = Site::new(kind, CLIENTS);
    let journal = Journal::default();
    let server = Server::start(&site);
    let load = Load::default();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (site, journal, load, address) = (&site, &journal, &load, server.address());
            scope.spawn(move || {
                while load.take() {
                    journal.send_next(site, &address, client);
                }
            });
        }
        // Also when a check fails: the scope would wait for the clients for ever.
        let _end = EndOf(&load);
        for round in 0..rounds {
            load.allow(ENTRIES_A_ROUND);
            check_one(&site, &journal, round);
        }
    });
    server.terminate();
}

/// How many entries the clients may still send; `None` ends them.
struct Load {
    left: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Default for Load {
    fn default() -> Self {
        Self { left: Mutex::new(Some(0)), changed: Condvar::new() }
    }
}

impl Load {
    /// Waits until an entry may be sent; false at the end.
    fn take(&self) -> bool {
        let left = self.left.lock().unwrap();
        let mut left = self.changed.wait_while(left, |left| *left == Some(0)).unwrap();
        *left = left.map(|left| left - 1);
        left.is_some()
    }

    fn allow(&self, entries: usize) {
        *self.left.lock().unwrap() = Some(entries);
        self.changed.notify_all();
    }
}

struct EndOf<'a>(&'a Load);

impl Drop for EndOf<'_> {
    fn drop(&mut self) {
        *self.0.left.lock().unwrap() = None;
        self.0.changed.notify_all();
    }
}

fn check_one(site: &Site, journal: &Journal, round: usize) {
    let known = journal.receipt_ids();
    let start = now();
    let shelf = tempfile::tempdir().unwrap();
    let file = shelf.path().join("backup.tar");
    let made = Command::new(env!("CARGO_BIN_EXE_podium"))
        .args(["backup", "--database-url", site.db().url(), "--to"])
        .arg(&file)
        .arg("--data")
        .arg(site.data())
        .output()
        .unwrap();
    assert!(made.status.success(), "round {round}: {}", String::from_utf8_lossy(&made.stderr));

    let data = shelf.path().join("data");
    let url = format!("sqlite:{}", data.join("podium.db").display());
    let open = || Db::open(&url, &Options::default()).map_err(DumpError::from);
    let restored = backup::restore(&file, &data, open).unwrap();
    assert!(restored.head.made_at >= start, "round {round}");
    let db = Db::open(&url, &Options::default()).unwrap();
    let again = db.dump(&mut std::io::sink()).unwrap();
    assert_eq!(again.sha256, restored.head.export_sha256, "round {round}");
    let found = db.read_blocking(|conn| integrity::check(conn, now())).unwrap();
    assert_eq!(found.faults, Vec::<String>::new(), "round {round}");
    for (id, accepted_at) in known {
        let row = db.read_blocking(|conn| submissions::find(conn, id)).unwrap().unwrap();
        assert!(accepted_at.parse::<UtcTime>().unwrap() == row.accepted_at, "round {round}");
        let name = row.sha256.to_string();
        let blob = data.join("blobs/public").join(&name[..2]).join(&name);
        assert!(blob.is_file(), "round {round}: the file of entry {id} is missing");
    }
}
