//! Sending files: what is taken, what is refused, what it costs.

use actix_http::Payload;
use actix_http::error::PayloadError;
use actix_web::http::Method;
use bytes::Bytes;
use chrono::TimeDelta;
use podium_store::testing::Kind;
use serde_json::{Value, json};

use crate::contest::{
    self, BOUNDARY, SLUG, Sending, accepted, entry, form, member, published, score, send, temp_files, view,
};
use crate::harness::{Client, TestApp};

/// Runs a test's body on both databases.
macro_rules! both {
    ($($(#[$doc:meta])* $name:ident($app:ident) $body:block)+) => {
        mod on_sqlite { use super::*; $( #[actix_web::test] async fn $name() { super::$name(Kind::Sqlite).await } )+ }
        mod on_postgres { use super::*; $( #[actix_web::test] async fn $name() { super::$name(Kind::Postgres).await } )+ }
        $( $(#[$doc])* async fn $name(kind: Kind) { let $app = &TestApp::with(kind, |_| ()).await; $body } )+
    };
}

async fn history(user: &Client<'_>) -> Vec<Value> {
    let page = user.get(&format!("/competitions/{SLUG}/submissions")).await.expect(200);
    page["items"].as_array().unwrap().clone()
}

async fn left(user: &Client<'_>) -> i64 {
    user.get(&format!("/competitions/{SLUG}")).await.expect(200)["quota"]["left"].as_i64().unwrap()
}

both! {
    an_entry_is_accepted_scored_and_ranked(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        let sending = Sending { note: Some("first try"), file_name: "work/답.csv", ..Sending::default() };
        let answer = send(&ann, entry(3), sending).await;
        let location = answer.header("location").unwrap().to_owned();
        let queued = accepted(answer);
        assert_eq!(location, format!("/api/v1/submissions/{}", queued["id"]));
        assert_eq!(queued["state"], "queued");
        assert_eq!(queued["queue_position"], 0);
        assert_eq!(queued["number"], 1);
        assert_eq!(queued["file_name"], "답.csv");
        assert_eq!(queued["note"], "first try");
        assert_eq!(queued["submitted_by"], "Ann");
        assert_eq!(queued["sha256"], contest::sha256(entry(3)));
        assert_eq!(queued["scores"], json!([]));

        score(app).await;
        let scored = view(&ann, &queued).await;
        assert_eq!(scored["state"], "scored", "{scored}");
        assert_eq!(scored["scores"][0]["metric"], "accuracy");
        assert_eq!(scored["scores"][0]["score"], "0.50000");
        assert_eq!(scored["scores"][1]["metric"], "f1_macro");
        assert_eq!((&scored["rank"], &scored["rank_before"], &scored["is_best"]), (&json!(1), &Value::Null, &json!(true)));
        assert_eq!(scored["queue_position"], Value::Null);
        assert_eq!(left(&ann).await, 4);
    }

    the_rank_before_and_after_stays_with_the_entry(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        let bob = member(app, "Bob").await;
        accepted(send(&ann, entry(2), Sending::default()).await);
        accepted(send(&bob, entry(4), Sending::default()).await);
        score(app).await;
        let better = accepted(send(&ann, entry(5), Sending::default()).await);
        let worse = accepted(send(&ann, entry(1), Sending::default()).await);
        accepted(send(&bob, entry(6), Sending::default()).await);
        score(app).await;
        let better = view(&ann, &better).await;
        assert_eq!((&better["rank_before"], &better["is_best"]), (&json!(2), &json!(true)), "{better}");
        let worse = view(&ann, &worse).await;
        assert_eq!(worse["is_best"], false);
    }

    sixty_four_at_once_with_five_left_leave_five(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        // Files that differ, so that no other rule refuses them.
        let sends = (0..64).map(|n| {
            let file = format!("{}\n", entry(3).replace('\n', "\r\n").trim_end()) + &"\n".repeat(n);
            let ann = ann.clone();
            async move { send(&ann, file, Sending::default()).await }
        });
        let answers = futures_util::future::join_all(sends).await;
        let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 202);
        assert_eq!(taken.len(), 5);
        for answer in refused {
            let problem = answer.problem(429, "quota_used");
            assert_eq!(problem["resets_at"], "2026-12-01T15:00:00Z", "midnight in Seoul");
        }
        assert_eq!(left(&ann).await, 0);
        assert_eq!(history(&ann).await.len(), 5);
        app.pass(TimeDelta::hours(3));
        assert_eq!(left(&ann).await, 5, "the next day in Seoul");
    }

    the_same_file_again_is_refused_unless_forced(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        let bob = member(app, "Bob").await;
        let first = accepted(send(&ann, entry(3), Sending::default()).await);
        let problem = send(&ann, entry(3), Sending::default()).await.problem(409, "duplicate_submission");
        assert_eq!((&problem["duplicate_of"], &problem["number"]), (&first["id"], &json!(1)));
        assert_eq!(left(&ann).await, 4);
        accepted(send(&bob, entry(3), Sending::default()).await);
        let again = accepted(send(&ann, entry(3), Sending { query: "?force=true", ..Sending::default() }).await);
        assert_eq!(again["number"], 2);
        assert_eq!(left(&ann).await, 3);
    }

    a_repeated_request_gets_the_first_answer_and_costs_nothing(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        let sending = Sending { key: Some("key-1"), ..Sending::default() };
        let sends = (0..16).map(|_| send(&ann, entry(3), sending.clone()));
        let answers = futures_util::future::join_all(sends).await;
        let ids: std::collections::BTreeSet<i64> =
            answers.into_iter().map(|answer| accepted(answer)["id"].as_i64().unwrap()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(left(&ann).await, 4);
        send(&ann, entry(2), sending.clone()).await.problem(409, "key_reused");
        // A refused file is repeated as well.
        let bad = Sending { key: Some("key-2"), ..Sending::default() };
        let first = send(&ann, "id,label\na001,9\n", bad.clone()).await.problem(422, "submission_invalid");
        let second = send(&ann, "id,label\na001,9\n", bad).await.problem(422, "submission_invalid");
        assert_eq!((&first["id"], &first["errors"]), (&second["id"], &second["errors"]));
        assert_eq!(history(&ann).await.len(), 2);
    }

    a_refused_file_says_every_fault_spends_nothing_and_stays_in_the_history(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        let bad = entry(6).replace("a002,2", "a002,7").replace("a010,1\n", "");
        let problem = send(&ann, &bad, Sending::default()).await.problem(422, "submission_invalid");
        let errors = problem["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 2, "{problem}");
        assert_eq!(errors[0]["line"], 3);
        assert_eq!(errors[0]["value"], "7");
        assert_eq!(left(&ann).await, 5);
        let history = history(&ann).await;
        assert_eq!(history[0]["state"], "invalid");
        assert_eq!(history[0]["errors"], problem["errors"]);
        assert_eq!(history[0]["error_count"], 2);
        assert_eq!(temp_files(app), 0);
        ann.get(&format!("/submissions/{}/file", history[0]["id"])).await.problem(404, "not_found");
    }

    checking_spends_and_keeps_nothing(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        let check = Sending { query: "?check=true", ..Sending::default() };
        let bom = format!("\u{feff}{}", entry(3));
        let checked = send(&ann, bom, check.clone()).await.expect(200);
        assert_eq!(checked["rows"], 10);
        assert_eq!(checked["notices"].as_array().unwrap().len(), 1);
        send(&ann, "id,label\n", check).await.problem(422, "submission_invalid");
        assert_eq!(left(&ann).await, 5);
        assert_eq!(history(&ann).await, Vec::<Value>::new());
        let public = app.state.config.data.join("blobs/public");
        let folder = public.join(&contest::sha256(format!("\u{feff}{}", entry(3)))[..2]);
        assert!(!folder.exists(), "no blob was kept");
        assert_eq!(temp_files(app), 0);
    }

    an_entry_that_is_taken_back_leaves_the_board_and_stays_spent(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        let bob = member(app, "Bob").await;
        accepted(send(&ann, entry(1), Sending::default()).await);
        let best = accepted(send(&ann, entry(5), Sending::default()).await);
        score(app).await;
        let path = format!("/submissions/{}/withdraw", best["id"]);
        let board = ann.get(&format!("/competitions/{SLUG}/leaderboard")).await.expect(200);
        assert_eq!(board["items"][0]["score"], "0.83333");
        bob.post(&path, &Value::Null).await.problem(404, "not_found");
        assert_eq!(ann.post(&path, &Value::Null).await.expect(200)["state"], "withdrawn");
        ann.post(&path, &Value::Null).await.problem(409, "not_withdrawable");
        assert_eq!(left(&ann).await, 3);
        contest::settle(app).await;
        let board = ann.get(&format!("/competitions/{SLUG}/leaderboard")).await.expect(200);
        assert_eq!(board["items"][0]["score"], "0.16667");
    }

    late_files_are_scored_and_never_ranked(app) {
        published(app).await;
        let ann = member(app, "Ann").await;
        // The end is 21 December, 18:00 in Seoul. A body that begins before and ends at it does not count.
        app.at("2026-12-21T08:59:59.999Z");
        let ann = contest::again(app, &ann).await;
        accepted(send(&ann, entry(2), Sending::default()).await);
        app.at("2026-12-21T09:00:00Z");
        let late = accepted(send(&ann, entry(6), Sending::default()).await);
        assert_eq!(late["is_late"], true);
        score(app).await;
        assert_eq!(view(&ann, &late).await["scores"][0]["score"], "1.00000");
        let board = ann.get(&format!("/competitions/{SLUG}/leaderboard")).await.expect(200);
        assert_eq!(board["items"][0]["score"], "0.33333");
    }
}

#[actix_web::test]
async fn a_body_that_begins_in_time_and_ends_too_late_is_refused() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    app.at("2026-12-21T08:59:59Z");
    let ann = contest::again(app, &ann).await;
    let body = form(entry(3).as_bytes(), &Sending::default());
    let (first, second) = body.split_at(100);
    let (first, second) = (Bytes::copy_from_slice(first), Bytes::copy_from_slice(second));
    let state = app.state.clone();
    let chunks = futures_util::stream::iter([first, second]).map(move |chunk| {
        // The end comes while the body is on its way.
        state.clock.set("2026-12-21T09:00:00Z".parse().unwrap());
        Ok::<_, PayloadError>(chunk)
    });
    let problem = send_stream(&ann, chunks).await.problem(409, "competition_not_running");
    assert_eq!(problem["state"], "closed");
    assert_eq!(history(&ann).await.len(), 0);
}

use futures_util::{Stream, StreamExt};

async fn send_stream(
    user: &Client<'_>,
    chunks: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
) -> crate::harness::Answer {
    let request = user
        .request(Method::POST, &format!("/api/v1/competitions/{SLUG}/submissions"))
        .insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")))
        .to_request();
    let (request, _) = request.replace_payload(Payload::Stream { payload: Box::pin(chunks) as _ });
    user.send_built(request).await
}

#[actix_web::test]
async fn a_body_that_breaks_off_leaves_no_row_and_no_file() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let body = form(entry(3).as_bytes(), &Sending::default());
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    for end in [Some(PayloadError::Incomplete(None)), None] {
        let chunks = futures_util::stream::iter([Ok(half.clone())].into_iter().chain(end.map(Err)));
        send_stream(&ann, chunks).await.problem(400, "upload_broken");
        assert_eq!(temp_files(app), 0);
    }
    assert_eq!(history(&ann).await.len(), 0);
    assert_eq!(left(&ann).await, 5);
}

#[actix_web::test]
async fn the_limit_is_taken_and_one_byte_more_is_not() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let padded = |bytes: usize| {
        let mut file = entry(3);
        file.push_str(&"\n".repeat(bytes - file.len()));
        file
    };
    accepted(send(&ann, padded(10_000), Sending::default()).await);
    let problem = send(&ann, padded(10_001), Sending::default()).await.problem(413, "payload_too_large");
    assert_eq!(problem["limit_bytes"], 10_000);
    assert_eq!(temp_files(app), 0);
    // Far beyond the limit the length in the head is enough.
    let head = ann
        .request(Method::POST, &format!("/api/v1/competitions/{SLUG}/submissions"))
        .insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")))
        .insert_header(("content-length", "1000000000"));
    ann.send(head).await.problem(413, "payload_too_large");
}

#[actix_web::test]
async fn the_content_decides_and_not_what_it_is_called() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let called = |kind: &str, file: &str| {
        let body = form(file.as_bytes(), &Sending::default());
        let text = String::from_utf8(body).unwrap().replace("Content-Type: text/csv", &format!("Content-Type: {kind}"));
        let request = ann
            .request(Method::POST, &format!("/api/v1/competitions/{SLUG}/submissions?check=true"))
            .insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")));
        ann.send(request.set_payload(text))
    };
    for kind in ["application/zip", "text/html", "image/png"] {
        called(kind, &entry(3)).await.expect(200);
    }
    let problem = called("text/csv", "PK\u{3}\u{4} not a table").await.problem(422, "submission_invalid");
    assert!(problem["errors"][0]["message"].as_str().unwrap().contains("zip"), "{problem}");
}

#[actix_web::test]
async fn requests_of_another_form_are_refused() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let path = format!("/api/v1/competitions/{SLUG}/submissions");
    let multipart = ("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    let plain = ann.request(Method::POST, &path).insert_header(("content-type", "text/csv")).set_payload(entry(3));
    ann.send(plain).await.problem(415, "unsupported_media_type");
    let packed = ann.request(Method::POST, &path).insert_header(multipart.clone());
    let packed = packed.insert_header(("content-encoding", "gzip")).set_payload(form(b"x", &Sending::default()));
    ann.send(packed).await.problem(415, "unsupported_media_type");
    let part = |name: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n");
    for extra in
        [part("file"), part("other"), part(&"n".repeat(100_000)), (0..10_000).map(|n| part(&n.to_string())).collect()]
    {
        let answer = send(&ann, entry(3), Sending { extra: &extra, ..Sending::default() }).await;
        assert!([400, 413].contains(&answer.status.as_u16()), "{}", answer.text());
    }
    let nothing = ann.request(Method::POST, &path).insert_header(multipart);
    ann.send(nothing.set_payload(format!("--{BOUNDARY}--\r\n"))).await.problem(400, "invalid_request");
    assert_eq!(history(&ann).await.len(), 0);
    assert_eq!(temp_files(app), 0);
}

#[actix_web::test]
async fn a_file_that_arrives_damaged_is_sent_again() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    let announced =
        |sha256: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"sha256\"\r\n\r\n{sha256}\r\n");
    let wrong = announced(&"0".repeat(64));
    let problem = send(&ann, entry(3), Sending { extra: &wrong, ..Sending::default() }).await;
    problem.problem(422, "upload_damaged");
    let right = announced(&contest::sha256(entry(3)));
    accepted(send(&ann, entry(3), Sending { extra: &right, ..Sending::default() }).await);
}

#[actix_web::test]
async fn entries_belong_to_their_team() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let ann = member(app, "Ann").await;
    let bob = member(app, "Bob").await;
    let guest = app.user("Guest").await;
    let sent = accepted(send(&ann, entry(3), Sending::default()).await);
    for path in [format!("/submissions/{}", sent["id"]), format!("/submissions/{}/file", sent["id"])] {
        bob.get(&path).await.problem(404, "not_found");
        guest.get(&path).await.problem(404, "not_found");
        app.anonymous().get(&path).await.problem(401, "sign_in_required");
        assert_eq!(ann.get(&path).await.status, 200);
        assert_eq!(host.get(&path).await.status, 200);
    }
    let file = ann.get(&format!("/submissions/{}/file", sent["id"])).await;
    assert_eq!(file.text(), entry(3));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"sub.csv\""));
    guest.get(&format!("/competitions/{SLUG}/submissions")).await.problem(403, "not_a_member");
    assert_eq!(send(&guest, entry(3), Sending::default()).await.status, 403);
    assert_eq!(history(&bob).await.len(), 0);
}

#[actix_web::test]
async fn hosts_test_their_draft_with_benchmarks() {
    let app = &TestApp::new().await;
    let host = contest::draft(app).await;
    contest::benchmark(&host).await;
    accepted(send(&host, entry(4), Sending::default()).await);
    score(app).await;
    assert_eq!(history(&host).await[0]["rank"], Value::Null, "no rank is told where the board has none");
    let board = host.get(&format!("/competitions/{SLUG}/leaderboard")).await.expect(200);
    assert_eq!((&board["items"][0]["is_benchmark"], &board["items"][0]["rank"]), (&json!(true), &Value::Null));
    assert_eq!(board["teams"], 0);
    let ann = app.user("Ann").await;
    ann.get(&format!("/competitions/{SLUG}/leaderboard")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn pages_of_the_history_lead_on() {
    let app = &TestApp::with(Kind::Sqlite, |_| ()).await;
    published(app).await;
    let ann = member(app, "Ann").await;
    for n in 0..55 {
        if n % 45 == 44 {
            app.pass(TimeDelta::days(1));
        }
        send(&ann, format!("id,label\nx,{n}\n"), Sending::default()).await.problem(422, "submission_invalid");
    }
    let first = ann.get(&format!("/competitions/{SLUG}/submissions")).await.expect(200);
    assert_eq!((first["items"].as_array().unwrap().len(), &first["items"][0]["number"]), (50, &json!(55)));
    let next = first["next"].as_str().unwrap();
    let second = ann.get(&format!("/competitions/{SLUG}/submissions?cursor={next}")).await.expect(200);
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (5, &Value::Null));
}

#[actix_web::test]
async fn a_team_cannot_wear_the_reader_out() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = member(app, "Ann").await;
    for n in 0..podium_store::submissions::REFUSED_PER_DAY {
        send(&ann, format!("id,label\nx,{n}\n"), Sending::default()).await.problem(422, "submission_invalid");
    }
    let problem = send(&ann, "id,label\nx,y\n", Sending::default()).await.problem(429, "too_many_refused");
    assert_eq!(problem["resets_at"], "2026-12-01T15:00:00Z");
}

#[actix_web::test]
async fn the_refusal_does_not_depend_on_the_labels() {
    let mut texts = Vec::new();
    for solution in
        [contest::solution(), contest::solution().replace(",0,", ",X,").replace(",1,", ",0,").replace(",X,", ",1,")]
    {
        let app = &TestApp::new().await;
        let host = contest::draft(app).await;
        contest::put_solution(&host, SLUG, &solution).await;
        host.post(&format!("/competitions/{SLUG}/publish"), &Value::Null).await.expect(200);
        let ann = member(app, "Ann").await;
        let bad = entry(3).replace("a004", "a04").replace("a009,0", "a009,5");
        let mut problem = send(&ann, bad, Sending::default()).await.problem(422, "submission_invalid");
        problem["request_id"] = Value::Null;
        texts.push(problem.to_string());
    }
    assert_eq!(texts[0], texts[1]);
}
