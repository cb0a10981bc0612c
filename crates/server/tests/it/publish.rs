//! A competition folder and a site: what `podium publish` and `podium submit` do to it.

use std::fs;
use std::path::Path;

use chrono::{Days, Utc};
use podium_client::State;

use crate::site::{Site, copy_dir};

/// The small grocery competition beside a fresh site, open now.
fn site_with_groceries() -> (Site, String) {
    let site = Site::start();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    copy_dir(&examples.join("grocery-mini"), &site.path("groceries"));
    let token = site.token("ada", "--host", "host");
    (site, token)
}

fn edit(site: &Site, file: &str, from: &str, to: &str) {
    let path = site.path(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from:?}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn publish(site: &Site, token: &str) -> serde_json::Value {
    let printed = site.run("podium publish groceries --json", Some(token)).expect(0);
    serde_json::from_str(&printed).unwrap()
}

#[test]
fn publishing_twice_changes_nothing_and_later_only_what_differs() {
    let (site, token) = site_with_groceries();
    let first = publish(&site, &token);
    assert_eq!(first["state"], "running");
    let files = first["files_stored"].as_u64().unwrap();
    assert!(files > 200, "{first}");

    let second = publish(&site, &token);
    assert_eq!(
        (&second["files_stored"], &second["files_unchanged"], &second["files_deleted"], &second["solution_version"]),
        (&0.into(), &files.into(), &0.into(), &1.into())
    );

    fs::write(site.path("groceries/data/notes.txt"), "read me").unwrap();
    fs::remove_file(site.path("groceries/data/LICENSE")).unwrap();
    edit(&site, "groceries/overview.md", "#", "# Changed\n\n#");
    let third = publish(&site, &token);
    assert_eq!((&third["files_stored"], &third["files_deleted"]), (&1.into(), &1.into()));
    let client = site.client(&token);
    let paths: Vec<String> = client.list_all_files("grocery-mini").unwrap().into_iter().map(|file| file.path).collect();
    assert!(paths.contains(&"notes.txt".to_owned()) && !paths.contains(&"LICENSE".to_owned()));
    let pages = client.list_pages("grocery-mini", "en").unwrap();
    assert!(pages.iter().any(|page| page.name == "overview" && page.html.contains("Changed")), "{pages:?}");
}

#[test]
fn a_folder_with_errors_is_not_sent() {
    let (site, token) = site_with_groceries();
    edit(&site, "groceries/competition.toml", "\"f1_macro\"", "\"f1_makro\"");
    let ran = site.run("podium publish groceries", Some(&token));
    ran.expect(1);
    assert!(
        ran.stderr().contains("did you mean 'f1_macro'?") && ran.stderr().contains("nothing was sent"),
        "{}",
        ran.stderr()
    );
    assert_eq!(site.client(&token).find_competition("grocery-mini").unwrap_err().code(), Some("not_found"));
}

#[test]
fn what_is_wrong_with_a_folder_is_said_in_korean_where_the_locale_or_the_reader_says_so() {
    let (site, token) = site_with_groceries();
    edit(&site, "groceries/competition.toml", "\"f1_macro\"", "\"f1_makro\"");
    for (command, is_korean) in [
        ("podium check groceries", false),
        ("podium check groceries --language ko", true),
        ("LANG=ko_KR.UTF-8 podium check groceries", true),
        ("LANG=ko_KR.UTF-8 podium check groceries --language en", false),
    ] {
        let said = site.run(&format!("LC_ALL= LC_MESSAGES= {command}"), None).expect(1);
        assert_eq!(
            said.contains("혹시 ‘f1_macro’입니까?") && said.contains("오류 1건"),
            is_korean,
            "{command}: {said}"
        );
        assert_eq!(
            said.contains("did you mean 'f1_macro'?") && said.contains("1 error"),
            !is_korean,
            "{command}: {said}"
        );
    }
    let ran = site.run("podium publish groceries --language ko", Some(&token));
    ran.expect(1);
    assert!(ran.stderr().contains("아무것도 보내지 않았습니다"), "{}", ran.stderr());
}

#[test]
fn a_draft_is_for_its_hosts_until_it_is_published() {
    let (site, token) = site_with_groceries();
    site.run("podium publish groceries --draft", Some(&token)).expect(0);
    assert_eq!(site.client(&token).find_competition("grocery-mini").unwrap().state, "draft");
    let other = site.token("bob", "--participant", "read");
    assert_eq!(site.client(&other).find_competition("grocery-mini").unwrap_err().code(), Some("not_found"));
    assert_eq!(publish(&site, &token)["state"], "running");
    site.client(&other).find_competition("grocery-mini").unwrap();
}

#[test]
fn a_published_competition_may_be_corrected_after_its_end() {
    let (site, token) = site_with_groceries();
    publish(&site, &token);
    let yesterday = Utc::now().date_naive().checked_sub_days(Days::new(2)).unwrap();
    edit(&site, "groceries/competition.toml", "end = 2099-12-31", &format!("end = {yesterday}"));
    assert_eq!(publish(&site, &token)["state"], "closed");
    let again = site.run("podium check groceries", None);
    assert!(again.expect(1).contains("is in the past; write a date in the future"));
}

#[test]
fn without_a_token_or_with_a_wrong_one_it_is_said_what_to_do() {
    let (site, _) = site_with_groceries();
    let ran = site.run("podium publish groceries", None);
    ran.expect(2);
    assert!(ran.stderr().contains("PODIUM_TOKEN is not set"), "{}", ran.stderr());
    site.run("podium publish groceries", Some("pdm_wrong")).expect(2);
    let participant = site.token("bob", "--participant", "submit");
    site.run("podium publish groceries", Some(&participant)).expect(1);
}

#[test]
fn a_site_that_does_not_answer_is_named() {
    let (site, token) = site_with_groceries();
    let ran = site.run("podium publish groceries --to http://127.0.0.1:9", Some(&token));
    ran.expect(2);
    assert!(ran.stderr().contains("http://127.0.0.1:9 does not answer"), "{}", ran.stderr());
}

#[test]
fn a_token_is_not_sent_unencrypted_to_another_machine() {
    let (site, token) = site_with_groceries();
    let ran = site.run("podium publish groceries --to http://podium.example.org", Some(&token));
    ran.expect(2);
    assert!(ran.stderr().contains("is not encrypted"), "{}", ran.stderr());
}

#[test]
fn a_submission_from_the_command_line_is_scored_and_faults_name_their_lines() {
    let (site, host) = site_with_groceries();
    publish(&site, &host);
    let token = site.token("bob", "--participant", "submit");
    fs::copy(site.path("groceries/sample_submission.csv"), site.path("submission.csv")).unwrap();
    let submit = |options: &str| site.run(&format!("podium submit --competition grocery-mini {options}"), Some(&token));

    let outside = submit("submission.csv --wait --json");
    outside.expect(1);
    assert!(outside.stdout().contains("\"not_a_member\""), "{}", outside.stdout());

    let client = site.client(&token);
    let pages = client.list_pages("grocery-mini", "en").unwrap();
    let rules = pages.iter().find(|page| page.name == "rules").unwrap();
    let session = podium_client::Client::new(&site.url, None).unwrap();
    let session = session.sign_in("bob", "a long enough password of bob").unwrap();
    session.join_competition("grocery-mini", &rules.sha256, Some("Bob's team")).unwrap();
    session.sign_out().unwrap();

    let checked = submit("submission.csv --check").expect(0);
    assert!(checked.contains("72 rows; the file would be accepted"), "{checked}");

    let printed = submit("submission.csv -m 'first try' --wait --json").expect(0);
    let entry: podium_client::Submission = serde_json::from_str(&printed).unwrap();
    assert_eq!((entry.state, entry.number, entry.rank, entry.is_best), (State::Scored, 1, Some(1), true));
    assert_eq!(entry.scores[0].metric, "f1_macro");
    let board = client.find_leaderboard("grocery-mini", None).unwrap();
    assert_eq!(
        (board.items[0].team.as_str(), Some(&board.items[0].score)),
        ("Bob's team", entry.scores[0].score.as_ref())
    );

    let again = submit("submission.csv");
    again.expect(1);
    assert!(again.stderr().contains('1'), "{}", again.stderr());
    submit("submission.csv --force --wait").expect(0);

    let text = fs::read_to_string(site.path("submission.csv")).unwrap();
    let broken: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(n, line)| if n == 4 { line.replace("Apple", "Aple") } else { line.to_owned() })
        .collect();
    fs::write(site.path("broken.csv"), broken.join("\n")).unwrap();
    let refused = submit("broken.csv --wait");
    refused.expect(1);
    assert!(refused.stderr().contains("5") && refused.stderr().contains("Apple"), "{}", refused.stderr());
    let quota = client.find_competition("grocery-mini").unwrap().quota.unwrap();
    assert_eq!((quota.used, quota.left), (2, 3));
}
