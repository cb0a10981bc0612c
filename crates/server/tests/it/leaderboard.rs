//! The public board: order, pages, one's own row, the table to take away.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::contest::{SLUG, Sending, accepted, entry, member, published, score, send};
use crate::harness::{Client, TestApp};

fn board(query: &str) -> String {
    format!("/competitions/{SLUG}/leaderboard{query}")
}

async fn scored<'a>(app: &'a TestApp, name: &str, right: usize) -> Client<'a> {
    let user = member(app, name).await;
    accepted(send(&user, entry(right), Sending::default()).await);
    score(app).await;
    user
}

#[actix_web::test]
async fn the_best_entry_of_each_team_counts_and_ties_go_to_the_earlier() {
    let app = &TestApp::new().await;
    published(app).await;
    let ann = scored(app, "Ann", 3).await;
    let bob = scored(app, "Bob", 5).await;
    scored(app, "Cleo", 5).await;
    accepted(send(&ann, entry(1), Sending::default()).await);
    score(app).await;
    let page = app.anonymous().get(&board("")).await.expect(200);
    let shown: Vec<(i64, &str, &str, i64)> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap();
            (row["rank"].as_i64().unwrap(), text("team"), text("score"), row["entries"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(shown, [(1, "Bob", "0.83333", 1), (2, "Cleo", "0.83333", 1), (3, "Ann", "0.50000", 2)]);
    assert_eq!(page["items"][2]["members"], json!(["Ann"]));
    assert_eq!(page["items"][0]["also"][0]["metric"], "f1_macro");
    assert_eq!((&page["metric"], &page["teams"], &page["public_rows"]), (&json!("accuracy"), &json!(3), &json!(6)));
    assert_eq!(page["public_share"], 0.6);

    let mine = bob.get(&board("/mine")).await.expect(200);
    assert_eq!(mine["standing"], page["items"][0]);
    assert_eq!(app.anonymous().get(&board("/mine")).await.expect(200)["standing"], Value::Null);
}

#[actix_web::test]
async fn everybody_gets_the_same_bytes_until_the_board_changes() {
    let app = &TestApp::new().await;
    let host = published(app).await;
    let ann = scored(app, "Ann", 3).await;
    let first = app.anonymous().get(&board("")).await;
    let etag = first.header("etag").unwrap().to_owned();
    for caller in [&host, &ann, &app.anonymous()] {
        let answer = caller.get(&board("")).await;
        assert_eq!((&answer.body, answer.header("etag")), (&first.body, Some(etag.as_str())));
        let same = caller.request(Method::GET, &format!("/api/v1{}", board("")));
        let same = caller.send(same.insert_header(("if-none-match", etag.as_str()))).await;
        assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
    }
    accepted(send(&ann, entry(4), Sending::default()).await);
    score(app).await;
    let changed = app.anonymous().get(&board("")).await;
    assert_ne!(changed.header("etag"), Some(etag.as_str()));
    assert!(changed.json()["version"].as_i64() > first.json()["version"].as_i64());
}

#[actix_web::test]
async fn browsers_get_the_page_compressed() {
    let app = &TestApp::new().await;
    published(app).await;
    scored(app, "Ann", 3).await;
    let plain = app.anonymous().get(&board("")).await;
    let asked = |accept: &'static str| {
        let request = app.anonymous().request(Method::GET, &format!("/api/v1{}", board("")));
        let client = app.anonymous();
        async move { client.send(request.insert_header(("accept-encoding", accept))).await }
    };
    let packed = asked("gzip, deflate, br;q=0.9").await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), (Some("br"), Some("accept-encoding")));
    assert_ne!(packed.header("etag"), plain.header("etag"));
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut &packed.body[..], &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    for accept in ["gzip", "br;q=0", "brr"] {
        assert_eq!(asked(accept).await.header("content-encoding"), None, "{accept}");
    }
}

#[actix_web::test]
async fn cursors_lead_through_all_pages_and_around_finds_a_rank() {
    let app = &TestApp::new().await;
    published(app).await;
    for n in 0..7 {
        scored(app, &format!("Team {n}"), n % 6).await;
    }
    let mut seen = Vec::new();
    let mut query = "?limit=3".to_owned();
    loop {
        let page = app.anonymous().get(&board(&query)).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["rank"].as_i64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("?limit=3&cursor={next}");
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
    let ranks =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|row| row["rank"].clone()).collect::<Vec<_>>();
    let around = app.anonymous().get(&board("?limit=3&around=5")).await.expect(200);
    assert_eq!(ranks(&around), [4, 5, 6]);
    let previous = around["previous"].as_str().unwrap();
    assert_eq!(
        ranks(&app.anonymous().get(&board(&format!("?limit=3&cursor={previous}"))).await.expect(200)),
        [1, 2, 3]
    );
    assert_eq!(ranks(&app.anonymous().get(&board("?limit=3&around=99")).await.expect(200)), [7]);
    for wrong in ["?limit=0", "?limit=1001", "?cursor=x", "?cursor=start&around=1", "?limit=-1", "?page=2"] {
        app.anonymous().get(&board(wrong)).await.problem(400, "invalid_request");
    }
}

#[actix_web::test]
async fn names_in_the_table_are_no_formulas() {
    let app = &TestApp::new().await;
    published(app).await;
    for (n, name) in ["=1+1", "+1", "-1", "@x", "quo\"te, comma", "평범"].into_iter().enumerate() {
        scored(app, name, 6 - n).await;
    }
    let table = app.anonymous().get(&board(".csv?bom=true")).await;
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"cells-leaderboard.csv\""));
    let text = table.text();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heading = reader.headers().unwrap().iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        heading,
        ["rank", "team", "members", "accuracy", "standard_error", "f1_macro", "entries", "best_at", "last_at"]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let teams: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!(teams, ["'=1+1", "'+1", "'-1", "'@x", "quo\"te, comma", "평범"]);
    assert_eq!((&rows[0][0], &rows[0][2], &rows[0][3]), ("1", "'=1+1", "1.00000"));
    assert!(!app.anonymous().get(&board(".csv")).await.text().starts_with('\u{feff}'));
}

#[actix_web::test]
async fn a_draft_has_no_board_for_others() {
    let app = &TestApp::new().await;
    let host = crate::contest::draft(app).await;
    let drafts = host.get(&board("")).await;
    assert_eq!((drafts.status.as_u16(), drafts.header("cache-control")), (200, Some("private, no-store")));
    for path in ["", "/mine", ".csv"] {
        app.anonymous().get(&board(path)).await.problem(404, "not_found");
    }
    host.post(&format!("/competitions/{SLUG}/publish"), &Value::Null).await.expect(200);
    assert_eq!(app.anonymous().get(&board("")).await.header("cache-control"), Some("public, no-cache"));
}

#[actix_web::test]
async fn a_team_is_found_by_a_part_of_its_name_or_of_a_members_with_its_rank() {
    let app = &TestApp::new().await;
    published(app).await;
    scored(app, "Ann", 3).await;
    let bob = scored(app, "Bob", 5).await;
    let found = app.anonymous().get(&board("/search?q=aN")).await.expect(200);
    let names: Vec<&Value> = found["items"].as_array().unwrap().iter().map(|row| &row["team"]).collect();
    assert_eq!(names, ["Ann"]);
    assert_eq!(found["items"][0]["rank"], 2);
    assert_eq!(bob.get(&board("/search?q=zzz")).await.expect(200)["items"], json!([]));
    assert_eq!(bob.get(&board("/search?q=")).await.expect(200)["items"], json!([]));
}

#[actix_web::test]
async fn a_link_to_a_team_opens_the_page_that_holds_it() {
    let app = &TestApp::new().await;
    published(app).await;
    for (name, right) in [("Ann", 1), ("Bob", 5), ("Cleo", 3)] {
        scored(app, name, right).await;
    }
    let all = app.anonymous().get(&board("")).await.expect(200);
    let last = &all["items"][2];
    assert_eq!(last["team"], "Ann");
    let page = app.anonymous().get(&board(&format!("?limit=2&team={}", last["team_id"]))).await.expect(200);
    assert_eq!(&page["items"][0], last);
    app.anonymous().get(&board("?team=1&around=2")).await.problem(400, "invalid_request");
}

fn names(board: &Value) -> Vec<(Option<u64>, String)> {
    let row = |row: &Value| (row["rank"].as_u64(), row["team"].as_str().unwrap().to_owned());
    board["items"].as_array().unwrap().iter().map(row).collect()
}

fn ranked(wanted: &[&str]) -> Vec<(Option<u64>, String)> {
    (1..).zip(wanted).map(|(rank, name)| (Some(rank), (*name).to_owned())).collect()
}

/// Ann 5, Bob 4, Cleo 3, Dan 2 rows right; Ann and Cleo are students, Bob is staff, Dan is in no bracket.
async fn bracketed<'a>(app: &'a TestApp, names: &str) -> (Client<'a>, Vec<Client<'a>>) {
    let host = app.host("Hana").await;
    let mut manifest = crate::contest::manifest();
    manifest["board"] = json!({"names": names});
    manifest["brackets"] = json!([
        {"name": "staff", "title": {"en": "Staff", "ko": "교직원"}},
        {"name": "student", "title": {"en": "Students", "ko": "학생"}},
    ]);
    crate::contest::make(&host, &manifest).await;
    host.post(&format!("/competitions/{SLUG}/publish"), &Value::Null).await.expect(200);
    let mut people = Vec::new();
    for (name, right, bracket) in [("Ann", 5, "student"), ("Bob", 4, "staff"), ("Cleo", 3, "student"), ("Dan", 2, "")] {
        let person = scored(app, name, right).await;
        let team = person.get(&format!("/competitions/{SLUG}/team")).await.expect(200)["id"].clone();
        put_into(&host, &team, bracket).await;
        people.push(person);
    }
    crate::contest::settle(app).await;
    (host, people)
}

async fn put_into(host: &Client<'_>, team: &Value, bracket: &str) {
    host.patch(&format!("/competitions/{SLUG}/teams/{team}"), &json!({"bracket": bracket})).await.expect(204);
}

#[actix_web::test]
async fn a_bracket_has_a_board_with_ranks_of_its_own_in_every_form() {
    let app = &TestApp::new().await;
    let (host, people) = bracketed(app, "real").await;
    let (anonymous, cleo) = (app.anonymous(), &people[2]);
    let all = anonymous.get(&board("")).await.expect(200);
    let brackets: Vec<&Value> = all["items"].as_array().unwrap().iter().map(|row| &row["bracket"]).collect();
    assert_eq!(json!(brackets), json!(["student", "staff", "student", null]));
    assert_eq!(all["bracket"], Value::Null);

    let students = anonymous.get(&board("?bracket=student")).await.expect(200);
    assert_eq!(names(&students), ranked(&["Ann", "Cleo"]));
    assert_eq!((&students["bracket"], &students["teams"]), (&json!("student"), &json!(2)));
    let first = anonymous.get(&board("?bracket=student&limit=1")).await.expect(200);
    let next = format!("?bracket=student&limit=1&cursor={}", first["next"].as_str().unwrap());
    assert_eq!(names(&anonymous.get(&board(&next)).await.expect(200)), [(Some(2), "Cleo".to_owned())]);
    assert_eq!(names(&anonymous.get(&board("?bracket=staff")).await.expect(200)), ranked(&["Bob"]));
    assert_eq!(anonymous.get(&board(".json?bracket=student")).await.expect(200)["items"], students["items"]);
    let found = anonymous.get(&board("/search?bracket=student&q=c")).await.expect(200);
    assert_eq!(names(&found), [(Some(2), "Cleo".to_owned())]);
    assert_eq!(names(&anonymous.get(&board("/search?bracket=student&q=bob")).await.expect(200)), []);
    let mine = cleo.get(&board("/mine?bracket=student")).await.expect(200);
    assert_eq!((&mine["standing"], &mine["teams"]), (&students["items"][1], &json!(2)));
    assert_eq!(cleo.get(&board("/mine?bracket=staff")).await.expect(200)["standing"], Value::Null);
    let csv = anonymous.get(&board(".csv?bracket=student")).await.text();
    let lines: Vec<&str> = csv.lines().map(|line| line.split(",0.").next().unwrap()).collect();
    assert_eq!(lines[1..], ["1,Ann,Ann,student", "2,Cleo,Cleo,student"]);
    assert!(lines[0].starts_with("rank,team,members,bracket,accuracy,"), "{csv}");
    let rehearsal = format!("/competitions/{SLUG}/rehearsal/leaderboard?as_of=2026-12-02T00:00:00Z&bracket=student");
    assert_eq!(host.get(&rehearsal).await.expect(200)["items"], students["items"]);
    for path in ["?bracket=guests", ".csv?bracket=guests", ".json?bracket=guests", "/mine?bracket=guests"] {
        let problem = cleo.get(&board(path)).await.problem(400, "invalid_request");
        assert!(problem["detail"].as_str().unwrap().contains("there are: staff, student"), "{problem}");
    }
}

#[actix_web::test]
async fn a_team_that_changes_its_bracket_changes_boards_at_once() {
    let app = &TestApp::new().await;
    let (host, people) = bracketed(app, "real").await;
    assert_eq!(names(&host.get(&board("?bracket=staff")).await.expect(200)), ranked(&["Bob"]));
    let ann = people[0].get(&format!("/competitions/{SLUG}/team")).await.expect(200)["id"].clone();
    put_into(&host, &ann, "staff").await;
    crate::contest::settle(app).await;
    assert_eq!(names(&host.get(&board("?bracket=staff")).await.expect(200)), ranked(&["Ann", "Bob"]));
    assert_eq!(names(&host.get(&board("?bracket=student")).await.expect(200)), ranked(&["Cleo"]));
    assert_eq!(names(&host.get(&board("")).await.expect(200)), ranked(&["Ann", "Bob", "Cleo", "Dan"]));
}

#[actix_web::test]
async fn brackets_stay_hidden_as_long_as_names_do() {
    let app = &TestApp::new().await;
    let (host, people) = bracketed(app, "hidden").await;
    let all = host.get(&board("")).await.text();
    assert!(!all.contains("staff") && !all.contains("student"), "{all}");
    assert!(!host.get(&board(".csv")).await.text().contains("student"));
    for path in ["?bracket=staff", ".csv?bracket=staff", ".json?bracket=staff", "/search?bracket=staff&q=b"] {
        people[0].get(&board(path)).await.problem(404, "not_found");
    }
    assert_eq!(people[2].get(&board("/mine?bracket=student")).await.expect(200)["standing"]["rank"], 2);
    app.at("2026-12-21T09:00:00Z");
    assert_eq!(names(&app.anonymous().get(&board("?bracket=student")).await.expect(200)), ranked(&["Ann", "Cleo"]));
}
