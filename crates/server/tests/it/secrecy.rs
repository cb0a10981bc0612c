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
    let saved = manifest(&host).await;
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
    let document = serde_json::to_value(podium_server::app::openapi()).unwrap();
    let thread = answers["thread"].json()["id"].to_string();
    let mut searched = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() || path.ends_with("/events") || REHEARSALS.contains(&path.as_str()) {
            continue;
        }
        let id = if path.contains("submissions") { submission["id"].to_string() } else { thread.clone() };
        for file in ["train.csv", "sample_submission.csv", "solution.csv"] {
            let address = path
                .replace("{slug}", SLUG)
                .replace("{id}", &id)
                .replace("{name}", "overview")
                .replace("{language}", "en")
                .replace("{path}", file);
            for (who, reader) in &readers {
                let answer = reader.send(reader.request(Method::GET, &address)).await;
                assert!(answer.status.as_u16() < 500, "{address}");
                let what = format!("GET {address} by {who}");
                // Whoever may download a team's own file gets back what the team sent.
                let own_file = path.ends_with("/submissions/{id}/file");
                search(if own_file { &secrets[..4] } else { &secrets }, &what, &answer.text());
                let headers = format!("{:?}", answer.headers);
                search(&secrets, &what, &headers);
                searched += 1;
            }
            if !path.contains("{path}") {
                break;
            }
        }
    }
    assert!(searched > 150, "{searched}");

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
