//! What the log of a running competition may not hold, at its most talkative.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use podium_client::Client;

use crate::site::{Site, copy_dir};

/// Everything that is written to the log, until it holds `last`.
fn log_until(site: &Site, last: &str) -> String {
    let start = Instant::now();
    loop {
        let log = fs::read_to_string(site.path("log.txt")).unwrap_or_default();
        if log.contains(last) {
            return log;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "the log never said '{last}':\n{log}");
        std::thread::yield_now();
    }
}

#[test]
fn the_log_at_its_finest_level_holds_no_label_private_score_password_or_token() {
    let site = Site::start_with(
        "env PODIUM_LOG=trace podium serve --data podium-data --listen 127.0.0.1:0 2> >(tee log.txt >&2)",
    );
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    copy_dir(&examples.join("grocery-mini"), &site.path("groceries"));
    let host = site.token("ada", "--host", "host");
    site.run("podium publish groceries", Some(&host)).expect(0);

    let token = site.token("bob", "--participant", "submit");
    let pages = site.client(&token).list_pages("grocery-mini", "en").unwrap();
    let rules = pages.iter().find(|page| page.name == "rules").unwrap();
    let session = Client::new(&site.url, None).unwrap().sign_in("bob", "a long enough password of bob").unwrap();
    session.join_competition("grocery-mini", &rules.sha256, None).unwrap();
    fs::copy(site.path("groceries/sample_submission.csv"), site.path("entry.csv")).unwrap();
    site.run("podium submit --competition grocery-mini entry.csv --wait", Some(&token)).expect(0);
    site.run("podium submit --competition no-such-place entry.csv", Some(&token)).expect(1);

    let log = log_until(&site, "no-such-place");
    assert!(log.contains("TRACE") && log.contains("took data files"), "this is not the whole log:\n{log}");

    let scores = site.run("podium score --competition groceries entry.csv --json", None).expect(0);
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    let mut secrets = vec![host, token, "a long enough password".to_owned()];
    for metric in ["f1_macro", "accuracy"] {
        for part in ["private", "all"] {
            let score = scores["metrics"][metric][part].as_f64().unwrap();
            // As it is shown, and as it is stored.
            secrets.extend([format!("{score:.5}"), format!("{score:.9}")[..10].to_owned()]);
        }
    }
    let solution = fs::read_to_string(site.path("groceries/solution.csv")).unwrap();
    for line in solution.lines().skip(1) {
        let [id, label, _] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        secrets.extend([",", ": ", "\":\"", "\", \""].map(|between| format!("{id}{between}{label}")));
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "the log holds {secret}");
    }
}
