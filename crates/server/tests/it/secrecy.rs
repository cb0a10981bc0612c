//! While a competition runs, no response of any operation to anybody carries a hidden label or a private score.
//!
//! The solution's private rows carry a label that stands nowhere else, and the private scores have digits that no public
//! number has. Every GET of the API, and every answer to a write, is searched for both, as every kind of caller.

use std::collections::BTreeMap;
use std::task::Poll;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::http::Method;
use actix_web::rt::time::timeout;
use futures_util::{Stream, StreamExt as _};
use podium_store::tokens::Scope;
use podium_store::{Conn, StoreError, competitions, sealed};
use serde_json::{Value, json};

use crate::contest::{self, BOUNDARY, SLUG, Sending, form};
use crate::crawl;
use crate::harness::{Answer, Client, TestApp};

/// A class that only private rows have. Its name is in the public list of classes; what may not appear is the id of a
/// private row beside it.
const PLANTED: &str = "planted-7f3a";
/// Public rows; the rest are private.
const PUBLIC: usize = 30;
const ROWS: usize = 67;
/// The labels follow from the ids, which the launch checklist notices.
const FORCED: &str = "?force=true&reason=planted%20on%20purpose";

/// What hosts, and nobody else, see of the private board before the reveal, on purpose: they have the solution. Who else
/// asks gets a refusal, which the access table and `a_host_rehearses_the_ending_and_changes_nothing` look at.
const REHEARSALS: [&str; 2] =
    ["/api/v1/competitions/{slug}/rehearsal/leaderboard/private", "/api/v1/competitions/{slug}/rescores/{id}"];

fn solution() -> String {
    let rows = (0..ROWS).map(|n| {
        let (label, usage) = if n < PUBLIC { ("even", "Public") } else { (PLANTED, "Private") };
        format!("row{n:03},{label},{usage}\n")
    });
    format!("id,label,Usage\n{}", rows.collect::<String>())
}

/// Right on 21 of 30 public rows, 0.7, and on no private one.
fn entry() -> String {
    let rows = (0..ROWS).map(|n| {
        let label = match n {
            0..21 => "even",
            _ => "odd",
        };
        format!("row{n:03},{label}\n")
    });
    format!("id,label\n{}", rows.collect::<String>())
}

/// The same with 23 of 37 private rows right, 0.62162… and 0.65671… of all: digits that no public number has.
fn oracle() -> String {
    entry()
        .lines()
        .map(|line| match line.split_once(',') {
            Some((id, _)) if (30..53).any(|n| id == format!("row{n:03}")) => format!("{id},{PLANTED}\n"),
            _ => format!("{line}\n"),
        })
        .collect()
}

/// What may not appear in any response.
fn secrets() -> Vec<String> {
    let mut secrets: Vec<String> =
        ["0.62162", "0.621621", "0.65671", "0.656716"].iter().map(|digits| (*digits).to_owned()).collect();
    // A private row with its label, in the forms of CSV, JSON and lists.
    for n in PUBLIC..ROWS {
        secrets.push(format!("row{n:03},{PLANTED}"));
        secrets.push(format!("row{n:03}\":\"{PLANTED}"));
        secrets.push(format!("row{n:03}\",\"{PLANTED}"));
    }
    secrets
}

fn search(secrets: &[String], what: &str, text: &str) {
    for secret in secrets {
        assert!(!text.contains(secret), "{what} carries {secret}:\n{}", &text[..text.len().min(2000)]);
    }
}

async fn manifest(host: &Client<'_>) -> Value {
    let mut manifest = contest::manifest();
    manifest["task"]["classes"] = json!(["even", "odd", PLANTED]);
    host.put(&format!("/competitions/{SLUG}"), &manifest).await.expect(201);
    manifest
}

async fn send(user: &Client<'_>, file: &str, query: &str) -> Answer {
    let request = user
        .request(Method::POST, &format!("/api/v1/competitions/{SLUG}/submissions{query}"))
        .insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")))
        .set_payload(form(file.as_bytes(), &Sending::default()));
    user.send(request).await
}

#[actix_web::test]
async fn no_response_carries_a_private_label_or_score_while_the_competition_runs() {
    let app = TestApp::new().await;
    let secrets = secrets();
    let host = app.host("hana").await;
    let mut saved = manifest(&host).await;
    saved["brackets"] = json!([{"name": "student", "title": {"en": "Students"}}]);
    host.put(&format!("/competitions/{SLUG}"), &saved).await.expect(200);
    for page in ["overview", "data", "rules"] {
        host.put(&format!("/competitions/{SLUG}/pages/{page}/en"), &json!({"markdown": "# Text"})).await.expect(200);
    }
    let files = contest::tar(&[("train.csv", b"id,label\nb001,even\n"), ("sample_submission.csv", entry().as_bytes())]);
    contest::upload(&host, SLUG, files).await.expect(200);
    let uploaded = contest::put_solution(&host, SLUG, &solution()).await;
    search(&secrets, "PUT solution", &uploaded.text());
    uploaded.expect(201);
    host.post(&format!("/competitions/{SLUG}/publish{FORCED}"), &Value::Null).await.expect(200);

    let ada = contest::member(&app, "ada").await;
    let bob = contest::member(&app, "bob").await;
    let stranger = app.user("eve").await;
    let admin = app.admin("root").await;

    // The stream is open while everything happens, so that what it carries is known.
    let path = format!("/api/v1/competitions/{SLUG}/events");
    let streams = [&ada, &bob, &host];
    let mut open = vec![];
    for user in streams {
        open.push(user.open(user.request(Method::GET, &path).to_request()).await.into_body());
    }

    // Answers to writes, refusals included: the text of a refusal may not depend on the solution.
    let mut answers: BTreeMap<&str, Answer> = BTreeMap::new();
    answers.insert("checked", send(&ada, &oracle(), "?check=true").await);
    answers.insert("scored", send(&ada, &oracle(), "").await);
    answers.insert("again", send(&ada, &oracle(), "").await);
    answers.insert("second", send(&bob, &entry(), "").await);
    answers.insert("wrong", send(&bob, &entry().replace("row040,odd", "row040,maybe"), "").await);
    answers.insert("missing", send(&bob, &entry().replace("row041,odd\n", ""), "").await);
    answers.insert("twice", send(&bob, &format!("{}row042,odd\n", entry()), "").await);
    answers.insert("saved", host.put(&format!("/competitions/{SLUG}"), &saved).await);
    answers.insert("release", host.post(&format!("/competitions/{SLUG}/release"), &Value::Null).await);
    let body = json!({"title": "t", "markdown": "x"});
    answers.insert("thread", ada.post(&format!("/competitions/{SLUG}/threads"), &body).await);
    contest::score(&app).await;
    for (what, answer) in &answers {
        // The person's own file may be named back to them, line by line; scores may not.
        search(&secrets[..4], what, &answer.text());
    }
    for what in ["wrong", "missing", "twice", "second", "saved", "release", "thread"] {
        search(&secrets, what, &answers[what].text());
    }
    let submission = answers["scored"].json();
    let view = ada.get(&format!("/submissions/{}", submission["id"])).await.expect(200);
    assert_eq!(view["scores"][0]["score"], "0.70000", "the public score is there: {view}");

    // Every GET of the document, as everybody.
    let readers = [
        ("anonymous", app.anonymous()),
        ("stranger", stranger),
        ("member", ada.clone()),
        ("other team", bob.clone()),
        ("host", host.clone()),
        ("host's program", host.token(&[Scope::Read, Scope::Submit, Scope::Host]).await),
        ("administrator", admin),
    ];
    let own = answers["thread"].json()["id"].to_string();
    let (own, entry) = (own.as_str(), submission["id"].to_string());
    let files = ["train.csv", "sample_submission.csv", "solution.csv"];
    let nothing = contest::sha256("nothing");
    let addresses = crawl::addresses(&crawl::Values {
        parameters: &[
            ("id", &[own, entry.as_str()]),
            ("name", &["overview", "ada"]),
            ("language", &["en"]),
            ("version", &["1"]),
            ("path", &files),
            ("sha256", &[nothing.as_str()]),
            ("bracket", &["student"]),
            ("q", &["a", "row"]),
            ("team", &["1", "2"]),
            ("teams", &["1,2"]),
            ("as_of", &["2026-12-01T12:00:00Z", "2026-12-22T00:00:00Z"]),
        ],
    });
    let mut searched = 0;
    for address in addresses.iter().filter(|address| !REHEARSALS.contains(&address.operation.as_str())) {
        for (who, reader) in &readers {
            let answer = crawl::read(reader, address).await;
            // Whoever may download a team's own file gets back what the team sent; hosts get all of them.
            let own_file = address.path.ends_with("/file") || address.path.contains("/entries.zip");
            let what = format!("GET {} by {who}", address.path);
            search(if own_file { &secrets[..4] } else { &secrets }, &what, &crawl::text(&answer));
            searched += 1;
        }
    }
    assert!(searched > 500, "{searched}");

    // What the streams carried: up to the change of the board, then whatever else is there already.
    for body in open {
        let mut stream = pieces(body);
        let mut text = String::new();
        while !text.contains("leaderboard.changed") {
            let piece = timeout(Duration::from_secs(20), stream.next()).await;
            text += &piece.unwrap_or_else(|_| panic!("no change of the board in {text}")).unwrap();
        }
        while let Poll::Ready(Some(piece)) = futures_util::poll!(stream.next()) {
            text += &piece;
        }
        search(&secrets, "events", &text);
    }
    // And the operator's metrics.
    search(&secrets, "metrics", &app.state.metrics.text().unwrap());

    // The searched digits are those of a score that exists: after the end it comes out.
    app.at("2026-12-22T00:00:00Z");
    let host = contest::again(&app, &host).await;
    host.post(&format!("/competitions/{SLUG}/release"), &Value::Null).await.expect(200);
    let now = app.now();
    let look = move |conn: &mut Conn| {
        let competition = competitions::find(conn, &SLUG.parse().unwrap())?.unwrap();
        sealed::final_standings(conn, &competition.released(now).unwrap())
    };
    let standings = app.state.db.read::<_, StoreError, _>(look).await.unwrap();
    let scores: Vec<String> = standings.iter().map(|s| format!("{:.5}", s.score.unwrap().get())).collect();
    assert_eq!(scores, ["0.62162", "0.00000"]);
}

/// A body as a stream of its pieces.
fn pieces(body: BoxBody) -> impl Stream<Item = String> + Unpin {
    let mut body = Box::pin(body);
    Box::pin(futures_util::stream::poll_fn(move |cx| {
        body.as_mut()
            .poll_next(cx)
            .map(|piece| piece.map(|piece| String::from_utf8_lossy(&piece.unwrap()).into_owned()))
    }))
}

#[actix_web::test]
async fn a_refusal_is_the_same_whatever_the_hidden_labels_are() {
    let mut bodies = vec![];
    for permuted in [false, true] {
        let app = TestApp::new().await;
        let host = app.host("hana").await;
        manifest(&host).await;
        for page in ["overview", "data", "rules"] {
            host.put(&format!("/competitions/{SLUG}/pages/{page}/en"), &json!({"markdown": "# Text"}))
                .await
                .expect(200);
        }
        let files =
            contest::tar(&[("train.csv", b"id,label\nb001,even\n"), ("sample_submission.csv", entry().as_bytes())]);
        contest::upload(&host, SLUG, files).await.expect(200);
        let mut text = solution();
        if permuted {
            text = text.replace("even", "x").replace(PLANTED, "even").replace(",x,", &format!(",{PLANTED},"));
        }
        contest::put_solution(&host, SLUG, &text).await.expect(201);
        host.post(&format!("/competitions/{SLUG}/publish{FORCED}"), &Value::Null).await.expect(200);
        let ada = contest::member(&app, "ada").await;
        for file in [
            entry().replace("row040,odd", "row040,maybe"),
            entry().replace("row041,odd\n", ""),
            format!("{}row042,odd\n", entry()),
            entry().replace("label", "lable"),
        ] {
            let mut problem = send(&ada, &file, "").await.problem(422, "submission_invalid");
            problem["request_id"] = Value::Null;
            bodies.push((permuted, problem.to_string()));
        }
    }
    let (one, other): (Vec<_>, Vec<_>) = bodies.into_iter().partition(|(permuted, _)| *permuted);
    let texts = |list: Vec<(bool, String)>| list.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(texts(one), texts(other));
}

/// What hosts know about people, and what is to be seen later.
const ANSWER: &str = "planted-department-9c1";
const LATER_PAGE: &str = "planted-hint-4e7";
const LATER_FILE: &str = "planted-rows-2b8";
const HOSTS_PAGE: &str = "planted-desk-6d5";
/// Whom hosts invited and what they call their links, why a team got more entries, why a post was reported.
const INVITED: &str = "planted-guest-8e2@example.org";
const LINK: &str = "planted-class-5a6";
const GRANT: &str = "planted-outage-1f9";
const REPORT: &str = "planted-complaint-3c4";

#[actix_web::test]
async fn what_hosts_know_about_people_and_what_comes_later_are_in_no_response_to_others() {
    let app = TestApp::new().await;
    let host = app.host("hana").await;
    let mut manifest = contest::manifest();
    manifest["brackets"] = json!([{"name": "student", "title": {"en": "Students"}}]);
    manifest["fields"] = json!([
        {"name": "department", "label": {"en": "Department"}},
        {"name": "status", "label": {"en": "You are"}, "choices": [{"value": "student", "bracket": "student"}]},
    ]);
    manifest["pages"] = json!([{"name": "desk", "audience": "hosts"}]);
    manifest["files"] = json!([{"path": "later.csv", "visible_from": "2026-12-08T09:00:00"}]);
    contest::make(&host, &manifest).await;
    let page = |name: &str| format!("/competitions/{SLUG}/pages/{name}/en");
    host.put(&page("desk"), &json!({"markdown": HOSTS_PAGE})).await.expect(200);
    let later = json!({"markdown": LATER_PAGE, "visible_from": "2026-12-08T00:00:00Z"});
    host.put(&page("hints"), &later).await.expect(200);
    contest::upload(&host, SLUG, contest::tar(&[("later.csv", format!("id,x\n1,{LATER_FILE}\n").as_bytes())]))
        .await
        .expect(200);
    host.post(&format!("/competitions/{SLUG}/publish"), &Value::Null).await.expect(200);

    let mut people = Vec::new();
    for (name, department) in [("ada", ANSWER), ("bob", "audio")] {
        let person = app.user(name).await;
        let answers = json!({"department": department, "status": "student"});
        let body = json!({"accept_rules": true, "rules_sha256": contest::sha256("# Text"), "answers": answers});
        person.post(&format!("/competitions/{SLUG}/join"), &body).await.expect(201);
        contest::accepted(contest::send(&person, contest::entry(4), Sending::default()).await);
        people.push(person);
    }
    contest::score(&app).await;
    let entry = json!({"title": "How", "markdown": "x", "kind": "write_up", "submission_id": 1});
    people[0].post(&format!("/competitions/{SLUG}/threads"), &entry).await.expect(201);
    let (ada, bob) = (people[0].clone(), people[1].clone());
    bob.post("/posts/1/reports", &json!({"reason": REPORT})).await.expect(204);
    let desk = |path: &str| format!("/competitions/{SLUG}{path}");
    host.post(&desk("/participants/invites"), &json!({"emails": [INVITED]})).await.expect(200);
    host.post(&desk("/invites"), &json!({"uses": 1, "label": LINK})).await.expect(201);
    let team = ada.get(&desk("/team")).await.expect(200)["id"].clone();
    let grant = json!({"entries": 1, "reason": GRANT});
    host.post(&desk(&format!("/teams/{team}/grants")), &grant).await.expect(201);

    let ids = ["1", "2", "3", "4"];
    let nothing = contest::sha256("nothing");
    let addresses = crawl::addresses(&crawl::Values {
        parameters: &[
            ("id", &ids),
            ("name", &["overview", "hints", "desk", "ada"]),
            ("language", &["en"]),
            ("version", &["1", "2"]),
            ("path", &["train.csv", "later.csv"]),
            ("sha256", &[nothing.as_str()]),
            ("bracket", &["student"]),
            ("q", &["planted", "a"]),
            ("team", &["1", "2"]),
            ("teams", &["1,2"]),
            ("as_of", &["2026-12-09T00:00:00Z"]),
        ],
    });
    let bobs_program = bob.token(&[Scope::Read, Scope::Submit, Scope::Host]).await;
    // Ada's own answer and grant are hers to read, and what Bob reported is his.
    let (hers, his) = ([ANSWER, GRANT], [REPORT]);
    let readers: [(&str, Client<'_>, &[&str]); 5] = [
        ("anonymous", app.anonymous(), &[]),
        ("stranger", app.user("eve").await, &[]),
        ("other team", bob.clone(), &his),
        ("other team's program", bobs_program, &his),
        ("member", ada, &hers),
    ];
    let planted = [LATER_PAGE, LATER_FILE, HOSTS_PAGE, ANSWER, INVITED, LINK, GRANT, REPORT];
    for address in &addresses {
        for (who, reader, own) in &readers {
            let answer = crawl::read(reader, address).await;
            let text = crawl::text(&answer);
            // Whoever asks for a file by its name is told that there is none of this name.
            let name = (answer.status != 404).then_some("later.csv");
            for secret in planted.into_iter().filter(|secret| !own.contains(secret)).chain(name) {
                assert!(!text.contains(secret), "GET {} by {who} carries {secret}:\n{text}", address.path);
            }
        }
    }

    // What was searched for is there for hosts, and what comes later is there later.
    let mut of_host = String::new();
    for address in &addresses {
        of_host += &crawl::text(&crawl::read(&host, address).await);
    }
    for secret in planted {
        assert!(of_host.contains(secret), "{secret} is nowhere");
    }
    app.at("2026-12-08T00:00:00Z");
    let bob = contest::again(&app, &bob).await;
    let mut of_bob = String::new();
    for address in &addresses {
        of_bob += &crawl::text(&crawl::read(&bob, address).await);
    }
    assert!(of_bob.contains(LATER_PAGE) && of_bob.contains(LATER_FILE));
    assert!(!of_bob.contains(ANSWER) && !of_bob.contains(HOSTS_PAGE));

    // The closing archive may be handed to anybody: nothing that only hosts know is in it.
    app.at("2026-12-22T00:00:00Z");
    let host = contest::again(&app, &host).await;
    host.post(&format!("/competitions/{SLUG}/release"), &Value::Null).await.expect(200);
    let archive = crawl::text(&host.get(&format!("/competitions/{SLUG}/closing-archive.zip")).await);
    assert!(archive.contains(LATER_PAGE) && archive.contains("ada"));
    for secret in [HOSTS_PAGE, ANSWER, INVITED, LINK, GRANT, REPORT] {
        assert!(!archive.contains(secret), "the closing archive carries {secret}");
    }
}
