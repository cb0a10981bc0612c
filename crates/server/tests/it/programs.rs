//! Commands of hosts and operators as programs: what they print and how they end.

use std::io::Read as _;

use diesel::RunQueryDsl as _;
use podium_client::State;
use podium_store::{Conn, Db, Durability, Options, StoreError};

use crate::site::{Site, shell};

const SUBMIT: &str = "podium submit --competition grocery-mini groceries/sample_submission.csv --force --json";

/// Changes the database behind the site's back.
fn tamper(site: &Site, statements: &[&'static str]) {
    let url = format!("sqlite:{}", site.path("podium-data/podium.db").display());
    let db = Db::open(&url, &Options::default()).unwrap();
    for statement in statements.iter().copied() {
        let change = move |conn: &mut Conn| -> Result<(), StoreError> {
            diesel::sql_query(statement).execute(conn)?;
            Ok(())
        };
        db.write_blocking(Durability::Full, change).unwrap();
    }
}

/// A call of the API that no command makes.
fn post(site: &Site, path: &str, token: &str) {
    let request = ureq::post(format!("{}/api/v1{path}", site.url)).header("authorization", format!("Bearer {token}"));
    request.send_empty().unwrap();
}

/// What the API says, for what no command shows.
fn get(site: &Site, path: &str, token: &str) -> serde_json::Value {
    let request = ureq::get(format!("{}/api/v1{path}", site.url)).header("authorization", format!("Bearer {token}"));
    serde_json::from_str(&request.call().unwrap().body_mut().read_to_string().unwrap()).unwrap()
}

/// Runs a command whose output nobody reads, as when `head` has read enough; its exit status.
#[track_caller]
fn unread(dir: &std::path::Path, command: &str) -> Option<i32> {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = shell(dir, &format!("exec {command}")).stdout(writer).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "", "{command}");
    ran.status.code()
}

fn number(printed: &str) -> i64 {
    serde_json::from_str::<serde_json::Value>(printed).unwrap()["id"].as_i64().unwrap()
}

#[test]
fn an_entry_whose_job_is_lost_is_ended_by_the_worker_and_its_slot_comes_back() {
    let site = Site::start_with("podium serve --no-worker --data podium-data --listen 127.0.0.1:0");
    site.publish_example();
    let token = site.join_example("bob");
    let sent: Vec<i64> = (0..5).map(|_| number(&site.run(SUBMIT, Some(&token)).expect(0))).collect();
    let refused = site.run(SUBMIT, Some(&token)).expect(1);
    assert!(refused.contains("quota_used"), "{refused}");
    let client = site.client(&token);
    assert!(sent.iter().all(|id| client.find_submission(*id).unwrap().state == State::Queued));
    tamper(&site, &["DELETE FROM jobs"]);

    // The worker looks for what hangs when it starts; it runs on, so it is ended once it has said so.
    let worker = "podium worker --data podium-data 2> worker.log & worker=$!
                  until grep -q 'entries that hung were ended' worker.log; do kill -0 $worker; done
                  kill $worker; wait $worker";
    site.run(worker, None).expect(0);
    for id in sent {
        assert_eq!(client.find_submission(id).unwrap().state, State::PlatformError);
    }
    // All five are there again.
    for _ in 0..5 {
        site.run(SUBMIT, Some(&token)).expect(0);
    }
    assert!(site.run(SUBMIT, Some(&token)).expect(1).contains("quota_used"));
}

#[test]
fn the_closing_archive_is_refused_before_the_end_and_written_after_it() {
    let site = Site::start();
    let host = site.publish_example();
    let token = site.join_example("bob");
    site.run(&format!("{SUBMIT} --wait"), Some(&token)).expect(0);
    let early = site.run("podium archive grocery-mini", Some(&host));
    early.expect(1);
    assert!(early.stderr().contains("not out yet"), "{}", early.stderr());
    assert!(!site.path("grocery-mini-closing-archive.zip").exists());
    site.run("podium archive grocery-mini", Some(&token)).expect(1);
    site.run("podium archive grocery-mini", None).expect(2);

    // A second ago.
    tamper(&site, &["UPDATE competitions SET ends_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 seconds')"]);
    post(&site, "/competitions/grocery-mini/release", &host);
    let printed = site.run("podium archive grocery-mini --output kept.zip", Some(&host)).expect(0);
    assert_eq!(printed, "kept.zip\n");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(site.path("kept.zip")).unwrap()).unwrap();
    let mut board = String::new();
    zip.by_name("private-leaderboard.csv").unwrap().read_to_string(&mut board).unwrap();
    assert!(board.contains("bob's team"), "{board}");
    let mut page = String::new();
    zip.by_name("index.html").unwrap().read_to_string(&mut page).unwrap();
    assert!(page.contains("private-leaderboard.html"), "{page}");
}

#[test]
fn audit_verify_follows_the_chain_and_says_what_was_changed() {
    let site = Site::start();
    site.publish_example();
    let whole = site.run("podium audit verify --data podium-data", None).expect(0);
    assert!(whole.contains("none changed"), "{whole}");
    let head = whole.trim().rsplit(' ').next().unwrap();
    site.run(&format!("podium audit verify --data podium-data --head {head}"), None).expect(0);
    let unknown = site.run(&format!("podium audit verify --data podium-data --head {}", "1".repeat(64)), None);
    assert!(unknown.expect(1).contains("does not contain"), "{}", unknown.stdout());

    tamper(&site, &["DROP TRIGGER audit_is_not_changed", "UPDATE audit SET subject = 'somebody else' WHERE id = 2"]);
    let changed = site.run("podium audit verify --data podium-data", None).expect(1);
    assert!(changed.contains('2'), "{changed}");
}

#[test]
fn a_roster_becomes_accounts_whose_links_only_the_host_can_read_and_no_second_file_takes_their_place() {
    use std::os::unix::fs::PermissionsExt as _;

    let site = Site::start();
    let host = site.publish_example();
    std::fs::write(site.path("people.csv"), "name,email\nKim,kim@example.org\n=Lee,\n").unwrap();
    let printed = site.run("podium roster grocery-mini people.csv", Some(&host)).expect(0);
    assert_eq!(printed, "grocery-mini-links.csv\n");
    let links = site.path("grocery-mini-links.csv");
    assert_eq!(std::fs::metadata(&links).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&links).unwrap();
    let token = text.lines().nth(1).unwrap().split_once("/reset-password#token=").unwrap().1;
    let set = serde_json::json!({"token": token, "password": "walks-through-the-orchard"});
    let redeem = ureq::post(format!("{}/api/v1/password-resets/redeem", site.url));
    redeem.header("content-type", "application/json").send(set.to_string()).unwrap();
    podium_client::Client::new(&site.url, None).unwrap().sign_in("Kim", "walks-through-the-orchard").unwrap();

    let again = site.run("podium roster grocery-mini people.csv", Some(&host));
    again.expect(2);
    assert_eq!(std::fs::read_to_string(&links).unwrap(), text, "the links were overwritten");
    let taken = site.run("podium roster grocery-mini people.csv --output more.csv", Some(&host));
    taken.expect(1);
    assert!(!site.path("more.csv").exists(), "a refused roster leaves no file");
    let stranger = site.token("eve", "--host", "host");
    site.run("podium roster grocery-mini people.csv --output more.csv", Some(&stranger)).expect(1);
    assert!(!site.path("more.csv").exists());
}

#[test]
fn entries_and_participants_are_exported_as_files_for_hosts_only() {
    let site = Site::start();
    let host = site.publish_example();
    let token = site.join_example("=bob");
    site.run(&format!("{SUBMIT} --wait"), Some(&token)).expect(0);

    let printed = site.run("podium export entries grocery-mini", Some(&host)).expect(0);
    assert_eq!(printed, "grocery-mini-entries.zip\n");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(site.path("grocery-mini-entries.zip")).unwrap()).unwrap();
    assert_eq!(zip.len(), 2);
    let mut index = String::new();
    zip.by_name("index.csv").unwrap().read_to_string(&mut index).unwrap();
    assert_eq!(index.lines().count(), 2, "{index}");
    let none = "podium export entries grocery-mini --state withdrawn --output none.zip";
    site.run(none, Some(&host)).expect(0);
    assert_eq!(zip::ZipArchive::new(std::fs::File::open(site.path("none.zip")).unwrap()).unwrap().len(), 1);

    site.run("podium export participants grocery-mini --output people.csv", Some(&host)).expect(0);
    let people = std::fs::read_to_string(site.path("people.csv")).unwrap();
    assert!(people.starts_with("name,state,team,bracket,"), "{people}");
    assert!(people.lines().next().unwrap().ends_with(",reason,created_at,decided_at"), "{people}");
    assert!(people.contains("'=bob,joined,'=bob's team,,"), "{people}");
    let log = get(&site, "/competitions/grocery-mini/audit?action=export.downloaded", &host);
    assert_eq!(log["items"][0]["detail"]["what"], "participants", "{log}");

    for what in ["entries", "participants"] {
        let refused = site.run(&format!("podium export {what} grocery-mini --output no.file"), Some(&token));
        refused.expect(1);
        assert!(!site.path("no.file").exists());
    }
}

#[test]
fn a_participant_downloads_the_data_and_nothing_is_written_over_unasked() {
    let site = Site::start();
    site.publish_example();
    let token = site.join_example("bob");
    let download = "podium download --competition grocery-mini";
    let printed = site.run(download, Some(&token)).expect(0);
    assert_eq!(printed, "grocery-mini: 219 files\n");
    let same = "diff -r groceries/data grocery-mini --exclude sample_submission.csv && \
                cmp groceries/sample_submission.csv grocery-mini/sample_submission.csv";
    site.run(same, None).expect(0);

    std::fs::write(site.path("grocery-mini/train.csv"), "mine").unwrap();
    let again = site.run(download, Some(&token));
    again.expect(2);
    assert!(again.stderr().contains("--overwrite"), "{}", again.stderr());
    assert_eq!(std::fs::read_to_string(site.path("grocery-mini/train.csv")).unwrap(), "mine");
    site.run(&format!("{download} --overwrite"), Some(&token)).expect(0);
    site.run(same, None).expect(0);

    let one = format!("{download} train.csv images/test/ --into one");
    site.run(&one, Some(&token)).expect(1);
    assert_eq!(std::fs::read_dir(site.path("one")).unwrap().count(), 1, "what was whole stays, of the rest nothing");
    site.run("cmp groceries/data/train.csv one/train.csv", None).expect(0);

    let stranger = site.token("eve", "--participant", "read");
    let refused = site.run(&format!("{download} --into theirs"), Some(&stranger));
    refused.expect(1);
    assert!(refused.stderr().contains("Join the competition first"), "{}", refused.stderr());
}

#[test]
fn a_receipt_is_checked_without_the_site_and_a_changed_one_is_found() {
    let site = Site::start();
    site.publish_example();
    let token = site.join_example("bob");
    site.run(&format!("{SUBMIT} --receipt receipt.json"), Some(&token)).expect(0);
    let second = number(&site.run(&format!("{SUBMIT} --receipt second.json"), Some(&token)).expect(0));
    let client = site.client(&token);
    let text = std::fs::read_to_string(site.path("second.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(client.find_submission(second).unwrap().receipt.unwrap(), kept, "asked for again it is the same");
    let about = ureq::get(format!("{}/api/v1/site", site.url)).call().unwrap().body_mut().read_to_string().unwrap();
    let about: serde_json::Value = serde_json::from_str(&about).unwrap();
    let key = about["receipt_key"].as_str().unwrap();

    let right = format!("podium receipt verify second.json --file groceries/sample_submission.csv --key {key}");
    assert!(site.run(&right, None).expect(0).starts_with(&format!("genuine: entry {second} of grocery-mini")));
    let foreign = site.run("podium receipt verify second.json --file groceries/competition.toml", None).expect(1);
    assert!(foreign.contains("another file"), "{foreign}");
    let other = format!("podium receipt verify second.json --key {}", "3b".repeat(32));
    assert!(site.run(&other, None).expect(1).contains("another key"));
    std::fs::write(site.path("forged.json"), text.replace("\"entry\": 2", "\"entry\": 1")).unwrap();
    assert!(site.run("podium receipt verify forged.json", None).expect(1).contains("was changed"));
    site.run("podium receipt verify groceries/competition.toml", None).expect(2);

    let whole = site.run("podium audit verify --data podium-data", None).expect(0);
    assert!(whole.contains("2 receipts of submissions, none changed"), "{whole}");
    tamper(&site, &["UPDATE submissions SET accepted_at = '2026-01-01 00:00:00' WHERE id = 1"]);
    let changed = site.run("podium audit verify --data podium-data", None).expect(1);
    assert!(changed.contains("entry 1 is not what its receipt says"), "{changed}");
}

#[test]
fn a_command_whose_output_nobody_reads_on_ends_quietly_and_as_it_would_have() {
    let site = Site::start();
    site.publish_example();
    for command in [
        "score --metric accuracy --json groceries/solution.csv groceries/sample_submission.csv",
        "openapi",
        "docs metrics",
        "check groceries --json",
        "fsck --data podium-data",
    ] {
        assert_eq!(unread(site.dir(), &format!("podium {command}")), Some(0), "{command}");
    }
    assert_eq!(unread(site.dir(), "podium audit verify --data podium-data"), Some(0));
    tamper(&site, &["DROP TRIGGER audit_is_not_changed", "UPDATE audit SET subject = 'somebody else'"]);
    assert_eq!(unread(site.dir(), "podium audit verify --data podium-data"), Some(1));
    // A disk that is full is another matter.
    let full = site.run("podium openapi > /dev/full", None);
    full.expect(2);
    assert!(full.stderr().contains("standard output"), "{}", full.stderr());
}

#[test]
fn submit_says_when_there_is_no_receipt_to_write() {
    let site = Site::start();
    site.publish_example();
    let token = site.join_example("bob");
    // As of an entry that was accepted before there were receipts.
    let lost = "CREATE TRIGGER lost AFTER INSERT ON receipts BEGIN DELETE FROM receipts; END";
    tamper(&site, &["DROP TRIGGER receipts_are_not_removed", lost]);
    let sent = site.run(&format!("{SUBMIT} --receipt receipt.json"), Some(&token));
    sent.expect(0);
    assert!(!site.path("receipt.json").exists());
    assert_eq!(sent.stderr(), "note: the answer has no receipt, so receipt.json was not written\n");
}
