//! The host's desk: who takes part, what is decided about teams, who runs the competition.

use actix_web::http::Method;
use podium_store::types::UserRole;
use serde_json::{Value, json};

use crate::contest::{self, SLUG};
use crate::harness::{Answer, Client, TestApp};

fn path(rest: &str) -> String {
    format!("/competitions/{SLUG}{rest}")
}

/// A published competition with changes of its manifest.
async fn with<'a>(app: &'a TestApp, changes: &Value) -> Client<'a> {
    let host = app.host("Hana").await;
    let mut manifest = contest::manifest();
    for (key, value) in changes.as_object().unwrap() {
        manifest[key] = value.clone();
    }
    contest::make(&host, &manifest).await;
    host.post(&path("/publish"), &Value::Null).await.expect(200);
    host
}

fn fields() -> Value {
    json!({
        "brackets": [{"name": "student", "title": {"en": "Students", "ko": "학생"}}],
        "fields": [
            {"name": "department", "label": {"en": "Department"}, "required": true},
            {"name": "status", "label": {"en": "You are"}, "required": false,
             "choices": [{"value": "student", "bracket": "student"}, {"value": "staff"}]},
        ],
    })
}

async fn ask(user: &Client<'_>, answers: &Value) -> Answer {
    let body = json!({"accept_rules": true, "rules_sha256": contest::sha256("# Text"), "answers": answers});
    user.post(&path("/join"), &body).await
}

async fn send_csv(host: &Client<'_>, to: &str, csv: &str) -> Answer {
    let request = host.request(Method::POST, &format!("/api/v1{}", path(to)));
    host.send(request.insert_header(("content-type", "text/csv")).set_payload(csv.to_owned())).await
}

fn id(user: &Client<'_>) -> i64 {
    user.user.as_ref().unwrap().id.0
}

#[actix_web::test]
async fn hosts_see_answers_and_nobody_else_does() {
    let app = TestApp::new().await;
    let host = with(&app, &fields()).await;
    let (ada, bob) = (app.user("Ada").await, app.user("Bob").await);
    let refused = ask(&ada, &json!({"status": "pupil"})).await.problem(422, "invalid_input");
    contest::says_both(&refused);
    let named: Vec<&Value> = refused["errors"].as_array().unwrap().iter().map(|fault| &fault["name"]).collect();
    assert_eq!(named, ["answers.department", "answers.status"]);
    ask(&ada, &json!({"department": "Vision 74", "status": "student"})).await.expect(201);
    ask(&bob, &json!({"department": "Audio"})).await.expect(201);
    let list = host.get(&path("/participants?state=joined&q=ad")).await.expect(200);
    assert_eq!(list["items"][0]["answers"], json!({"department": "Vision 74", "status": "student"}));
    assert_eq!((&list["items"][0]["bracket"], &list["items"][0]["team"]["name"]), (&json!("student"), &json!("Ada")));
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    for open in ["", "/team", "/leaderboard", "/teams/looking", "/threads"] {
        for user in [&ada, &bob] {
            let text = user.get(&path(open)).await.text();
            assert!(!text.contains("Vision 74"), "{open}: {text}");
        }
    }
}

#[actix_web::test]
async fn hosts_decide_who_takes_part_where_they_wish_to() {
    let app = TestApp::new().await;
    let host = with(&app, &json!({"participants": {"admission": "approval"}})).await;
    let (ada, bob) = (app.user("Ada").await, app.user("Bob").await);
    assert_eq!(ask(&ada, &json!({})).await.expect(202)["state"], "asked");
    ask(&bob, &json!({})).await.expect(202);
    ada.get(&path("/team")).await.problem(403, "not_a_member");
    assert_eq!(host.get("/me/notifications").await.expect(200)["items"][0]["kind"], "participation_requested");
    let decide = |person: i64, what: &str| format!("{}/{person}/{what}", path("/participants"));
    host.post(&decide(id(&ada), "approve"), &json!({})).await.expect(204);
    ada.get(&path("/team")).await.expect(200);
    assert_eq!(ada.get("/me/notifications").await.expect(200)["items"][0]["kind"], "participation_approved");
    host.post(&decide(id(&bob), "decline"), &json!({"reason": "not of this course"})).await.expect(204);
    ask(&bob, &json!({})).await.problem(403, "participation_refused");
    host.post(&decide(id(&bob), "approve"), &json!({})).await.problem(409, "nothing_to_do");
    contest::says_both(&host.post(&decide(id(&ada), "remove"), &json!({})).await.problem(422, "invalid_input"));
    host.post(&decide(id(&ada), "remove"), &json!({"reason": "two accounts"})).await.expect(204);
    ada.get(&path("/team")).await.problem(403, "not_a_member");
    host.post(&decide(id(&ada), "readmit"), &json!({})).await.expect(204);
    ask(&ada, &json!({})).await.expect(201);
    host.post(&decide(999_999, "approve"), &json!({})).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_private_competition_is_there_for_those_who_were_invited() {
    let app = TestApp::new().await;
    let host = with(&app, &json!({"participants": {"visibility": "private", "admission": "invite"}})).await;
    let (ada, bob, eve) = (app.user("Ada").await, app.user("Bob").await, app.user("Eve").await);
    let body = json!({"names": ["ada", "Nobody"], "emails": ["bob@example.org"]});
    let invited = host.post(&path("/participants/invites"), &body).await.expect(200);
    assert_eq!((&invited["invited"], &invited["missing"]), (&json!(["ada"]), &json!(["Nobody"])));
    let link = invited["links"][0]["path"].as_str().unwrap();
    let token = link.strip_prefix("/invite#").unwrap();
    for hidden in ["", "/pages", "/files", "/leaderboard", "/leaderboard.csv", "/threads", "/events"] {
        for stranger in [&eve, &bob, &app.anonymous()] {
            let answer = stranger.get(&path(hidden)).await;
            assert_eq!(answer.status.as_u16(), 404, "{hidden}: {}", answer.text());
        }
        if hidden != "/events" {
            ada.get(&path(hidden)).await;
            assert!(ada.get(&path(hidden)).await.status.is_success(), "{hidden}");
        }
    }
    for (user, sees) in [(&eve, 0), (&ada, 1), (&host, 1)] {
        assert_eq!(user.get("/competitions").await.expect(200)["items"].as_array().unwrap().len(), sees);
    }
    let offer = bob.post("/invites/look", &json!({"token": token})).await.expect(200);
    assert_eq!((&offer["kind"], &offer["slug"]), (&json!("participant"), &json!(SLUG)));
    bob.post("/invites/accept", &json!({"token": token})).await.expect(200);
    eve.post("/invites/accept", &json!({"token": token})).await.problem(410, "invite_ended");
    ask(&bob, &json!({})).await.expect(201);
    ask(&eve, &json!({})).await.problem(404, "not_found");
    // What was published to some may be opened to all, and not the other way.
    let mut manifest = contest::manifest();
    host.put(&path(""), &manifest).await.expect(200);
    assert!(eve.get(&path("")).await.status.is_success());
    manifest["participants"] = json!({"visibility": "private"});
    contest::says_both(&host.put(&path(""), &manifest).await.problem(409, "locked"));
}

#[actix_web::test]
async fn a_roster_makes_accounts_with_links_that_work_once() {
    let app = TestApp::new().await;
    let host = with(&app, &fields()).await;
    app.user("Taken").await;
    let wrong = send_csv(&host, "/roster", "name,email,status\nAda,not an address,student\nB,,pupil\n").await;
    let problem = wrong.problem(422, "invalid_input");
    contest::says_both(&problem);
    let lines: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|fault| &fault["line"]).collect();
    assert_eq!(lines, [&json!(2), &json!(3), &json!(3)]);
    let taken = send_csv(&host, "/roster", "name\nNew One\ntaken\n").await.problem(422, "invalid_input");
    contest::says_both(&taken);
    assert_eq!(taken["errors"][0]["line"], 3);
    let none = host.get(&path("/participants")).await.expect(200);
    assert_eq!(none["items"], json!([]), "all lines or none");

    let made = send_csv(&host, "/roster", "name,department,status\nAda Kim,Vision,student\n=Bob,Audio,\n").await;
    assert_eq!(made.status.as_u16(), 200, "{}", made.text());
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let text = made.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[2].starts_with("'=Bob,"), "{text}");
    let token = lines[1].rsplit_once("#token=").unwrap().1;
    let redeem = json!({"token": token, "password": "correct horse battery"});
    app.anonymous().post("/password-resets/redeem", &redeem).await.expect(204);
    let again = app.anonymous().post("/password-resets/redeem", &redeem).await;
    assert!(again.status.is_client_error(), "{}", again.text());
    let login = json!({"login": "ada kim", "password": "correct horse battery"});
    let signed_in = app.anonymous().post("/sessions", &login).await;
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let ada = app.anonymous().with_cookie(&cookie);
    // The roster has answered for her.
    assert_eq!(ask(&ada, &json!({})).await.expect(201)["role"], "leader");
    let list = host.get(&path("/participants?q=ada")).await.expect(200);
    assert_eq!((&list["items"][0]["state"], &list["items"][0]["bracket"]), (&json!("joined"), &json!("student")));
}

#[actix_web::test]
async fn a_disqualified_team_leaves_the_board_and_comes_back() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let mut teams = Vec::new();
    for (name, right) in [("Ada", 5), ("Bob", 4)] {
        let user = contest::member(&app, name).await;
        contest::accepted(contest::send(&user, contest::entry(right), contest::Sending::default()).await);
        teams.push((user.get(&path("/team")).await.expect(200)["id"].clone(), user));
    }
    contest::score(&app).await;
    let (team, ada) = (&teams[0].0, &teams[0].1);
    let board = || async {
        contest::settle(&app).await;
        let board = host.get(&path("/leaderboard")).await.expect(200);
        let rows = board["items"].as_array().unwrap().iter();
        rows.map(|row| (row["rank"].as_i64().unwrap(), row["team"].as_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(board().await, [(1, "Ada".to_owned()), (2, "Bob".to_owned())]);
    let ruling = |what: &str| path(&format!("/teams/{team}/{what}"));
    contest::says_both(&host.post(&ruling("disqualify"), &json!({"reason": ""})).await.problem(422, "invalid_input"));
    host.post(&ruling("disqualify"), &json!({"reason": "private sharing"})).await.expect(204);
    assert_eq!(board().await, [(1, "Bob".to_owned())]);
    let seen = ada.get(&path("/team")).await.expect(200);
    assert_eq!(seen["disqualified_for"], "private sharing");
    assert_eq!(ada.get("/me/notifications").await.expect(200)["items"][0]["kind"], "disqualified");
    contest::send(ada, contest::entry(6), contest::Sending::default()).await.problem(403, "team_disqualified");
    let listed = host.get(&path("/teams?disqualified=true")).await.expect(200);
    assert_eq!((&listed["items"][0]["name"], listed["items"].as_array().unwrap().len()), (&json!("Ada"), 1));
    host.post(&ruling("reinstate"), &json!({"reason": "a mistake of ours"})).await.expect(204);
    assert_eq!(board().await, [(1, "Ada".to_owned()), (2, "Bob".to_owned())]);
    host.post(&ruling("reinstate"), &json!({})).await.problem(409, "nothing_to_do");
    let log = host.get(&path("/audit")).await.expect(200);
    let actions: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions[..2], [&json!("team.reinstated"), &json!("team.disqualified")]);
}

#[actix_web::test]
async fn a_grant_is_shown_to_its_team_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = contest::member(&app, "Ada").await;
    let team = ada.get(&path("/team")).await.expect(200)["id"].clone();
    let grants = path(&format!("/teams/{team}/grants"));
    contest::says_both(&host.post(&grants, &json!({"reason": "x"})).await.problem(422, "invalid_input"));
    let outage = json!({"entries": 2, "reason": "the outage of yesterday"});
    let grant = host.post(&grants, &outage).await.expect(201);
    assert_eq!(grant["day"], "2026-12-01");
    let seen = ada.get(&path("/team")).await.expect(200);
    assert_eq!((&seen["quota"]["per_day"], &seen["grants"][0]["reason"]), (&json!(7), &outage["reason"]));
    host.delete(&format!("{grants}/{}", grant["id"])).await.expect(204);
    assert_eq!(ada.get(&path("/team")).await.expect(200)["quota"]["per_day"], 5);
    let late = json!({"until": "2026-12-21T12:00:00Z", "reason": "a power cut"});
    host.post(&grants, &late).await.expect(201);
    app.at("2026-12-21T11:59:59Z");
    let ada = contest::again(&app, &ada).await;
    let entry = contest::accepted(contest::send(&ada, contest::entry(4), contest::Sending::default()).await);
    assert_eq!(entry["is_late"], false);
}

#[actix_web::test]
async fn a_moderator_keeps_order_and_runs_nothing() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let mo = app.user("Mo").await;
    contest::says_both(
        &host.post(&path("/hosts"), &json!({"name": "Mo", "role": "owner"})).await.problem(422, "invalid_input"),
    );
    host.post(&path("/hosts"), &json!({"name": "Mo", "role": "moderator"})).await.expect(201);
    let offer = mo.get("/me/invites").await.expect(200)["items"][0].clone();
    assert_eq!((&offer["kind"], &offer["role"]), (&json!("host"), &json!("moderator")));
    mo.post(&format!("/me/invites/{}/accept", offer["id"]), &Value::Null).await.expect(200);
    for closed in ["/participants", "/teams", "/hosts", "/audit", "/files/all", "/manifest"] {
        mo.get(&path(closed)).await.problem(403, "host_only");
    }
    let ada = contest::member(&app, "Ada").await;
    let body = json!({"title": "t", "markdown": "x"});
    let thread = ada.post(&path("/threads"), &body).await.expect(201);
    mo.patch(&format!("/threads/{}", thread["id"]), &json!({"is_locked": true})).await.expect(200);
    // The owner alone changes roles; a host may go.
    host.patch(&path(&format!("/hosts/{}", id(&mo))), &json!({"role": "host"})).await.expect(204);
    assert_eq!(mo.user.as_ref().unwrap().role, UserRole::Participant);
    mo.get(&path("/participants")).await.expect(200);
    mo.delete(&path(&format!("/hosts/{}", id(&host)))).await.problem(403, "owner_only");
    host.delete(&path(&format!("/hosts/{}", id(&host)))).await.problem(409, "nothing_to_do");
    host.patch(&path(&format!("/hosts/{}", id(&mo))), &json!({"role": "owner"})).await.expect(204);
    host.delete(&path(&format!("/hosts/{}", id(&host)))).await.expect(204);
    host.get(&path("/participants")).await.problem(403, "host_only");
}

#[actix_web::test]
async fn an_id_of_another_competition_is_the_same_404_as_one_that_is_not_there() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let mut other = contest::manifest();
    other["slug"] = json!("other");
    contest::make(&host, &other).await;
    host.post("/competitions/other/publish", &Value::Null).await.expect(200);
    let ada = app.user("Ada").await;
    let rules = json!({"accept_rules": true, "rules_sha256": contest::sha256("# Text")});
    ada.post("/competitions/other/join", &rules).await.expect(201);
    contest::join(&ada).await;
    let team = ada.get("/competitions/other/team").await.expect(200)["id"].clone();
    let reason = json!({"reason": "x"});
    let grant = json!({"entries": 1, "reason": "x"});
    let given = host.post(&format!("/competitions/other/teams/{team}/grants"), &grant).await.expect(201);
    let link = host.post("/competitions/other/invites", &json!({"uses": 1})).await.expect(201);
    let own = ada.post("/competitions/other/team/invites", &json!({})).await.expect(201);
    let mine = ada.get(&path("/team")).await.expect(200)["id"].clone();
    let eve = app.user("Eve").await;
    eve.post("/competitions/other/join", &rules).await.expect(201);
    let asked = eve.post("/competitions/other/team/merges", &json!({"team": "Ada"})).await.expect(201);

    let two = |rest: String| path(&rest);
    let (host_calls, ada_calls) = (
        [
            (Method::PATCH, two(format!("/teams/{team}")), two("/teams/999999".into()), json!({"name": "x"})),
            (
                Method::POST,
                two(format!("/teams/{team}/disqualify")),
                two("/teams/999999/disqualify".into()),
                reason.clone(),
            ),
            (
                Method::POST,
                two(format!("/teams/{team}/reinstate")),
                two("/teams/999999/reinstate".into()),
                reason.clone(),
            ),
            (Method::POST, two(format!("/teams/{team}/grants")), two("/teams/999999/grants".into()), grant.clone()),
            (
                Method::DELETE,
                two(format!("/teams/{mine}/grants/{}", given["id"])),
                two(format!("/teams/{mine}/grants/999999")),
                Value::Null,
            ),
            (
                Method::DELETE,
                two(format!("/invites/{}", link["invite"]["id"])),
                two("/invites/999999".into()),
                Value::Null,
            ),
            (
                Method::POST,
                two(format!("/participants/{}/remove", id(&eve))),
                two("/participants/999999/remove".into()),
                reason.clone(),
            ),
            (Method::PATCH, two(format!("/hosts/{}", id(&eve))), two("/hosts/999999".into()), json!({"role": "host"})),
            (Method::DELETE, two(format!("/hosts/{}", id(&eve))), two("/hosts/999999".into()), Value::Null),
        ],
        [
            (
                Method::DELETE,
                two(format!("/team/invites/{}", own["invite"]["id"])),
                two("/team/invites/999999".into()),
                Value::Null,
            ),
            (
                Method::POST,
                two(format!("/team/merges/{}/accept", asked["id"])),
                two("/team/merges/999999/accept".into()),
                Value::Null,
            ),
            (
                Method::POST,
                two(format!("/team/merges/{}/refuse", asked["id"])),
                two("/team/merges/999999/refuse".into()),
                Value::Null,
            ),
        ],
    );
    let calls = host_calls.into_iter().map(|call| (&host, call)).chain(ada_calls.into_iter().map(|call| (&ada, call)));
    for (caller, (method, foreign, absent, body)) in calls {
        let mut answers = Vec::new();
        for address in [&foreign, &absent] {
            let request = caller.request(method.clone(), &format!("/api/v1{address}")).set_json(&body);
            let mut problem = caller.send(request).await.problem(404, "not_found");
            problem.as_object_mut().unwrap().remove("request_id");
            answers.push(problem);
        }
        assert_eq!(answers[0], answers[1], "{method} {foreign}");
    }
}

#[actix_web::test]
async fn the_export_has_every_file_and_no_private_score_before_the_release() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = contest::member(&app, "Ada").await;
    ada.patch(&path("/team"), &json!({"name": "=Ada & Co"})).await.expect(200);
    let entry = contest::accepted(contest::send(&ada, contest::entry(5), contest::Sending::default()).await);
    contest::send(&ada, "id,label\nx,0\n", contest::Sending::default()).await.problem(422, "submission_invalid");
    contest::score(&app).await;
    let all = host.get(&path("/entries")).await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let scored = host.get(&path("/entries?state=scored")).await.expect(200);
    assert_eq!(
        (&scored["items"][0]["entry"]["id"], &scored["items"][0]["team"]["name"]),
        (&entry["id"], &json!("=Ada & Co"))
    );
    let unzip = |answer: Answer| {
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(answer.body.to_vec())).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("index.csv").unwrap(), &mut text).unwrap();
        (names, text)
    };
    let (names, index) = unzip(host.get(&path("/entries.zip")).await);
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.contains(&"Ada---Co_1_sub.csv".to_owned()), "{names:?}");
    assert!(index.contains("'=Ada & Co") && index.contains("public_accuracy"), "{index}");
    assert!(!index.contains("private"), "{index}");
    app.at("2026-12-22T00:00:00Z");
    let host = contest::again(&app, &host).await;
    let (_, index) = unzip(host.get(&path("/entries.zip")).await);
    assert!(!index.contains("private"), "closed, not released: {index}");
    host.post(&path("/release"), &Value::Null).await.expect(200);
    let (_, index) = unzip(host.get(&path("/entries.zip")).await);
    assert!(index.contains("private_accuracy"), "{index}");
}

#[actix_web::test]
async fn hosts_see_who_fetched_which_file() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = contest::member(&app, "Ada").await;
    assert!(ada.get(&path("/files/train.csv")).await.status.is_success());
    assert!(ada.get(&path("/archive.zip")).await.status.is_success());
    let log = host.get(&path("/downloads")).await.expect(200);
    let rows: Vec<(&Value, &Value)> =
        log["items"].as_array().unwrap().iter().map(|row| (&row["person"]["name"], &row["path"])).collect();
    assert_eq!(rows, [(&json!("Ada"), &json!("*")), (&json!("Ada"), &json!("train.csv"))]);
    assert_eq!(host.get(&path(&format!("/downloads?user={}", id(&host)))).await.expect(200)["items"], json!([]));
}

#[actix_web::test]
async fn a_download_in_parts_is_one_download() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "Ada").await, contest::member(&app, "Bob").await);
    let fetch = async |who: &Client<'_>, file: &str, header: (&'static str, &str)| {
        let request = who.request(Method::GET, &format!("/api/v1{}", path(file))).insert_header(header);
        let answer = who.send(request).await;
        (answer.status.as_u16(), answer.header("etag").map(str::to_owned))
    };
    let begun = fetch(&ada, "/files/train.csv", ("range", "bytes=0-9")).await;
    assert_eq!(begun.0, 206);
    for part in ["bytes=10-19", "bytes=20-"] {
        assert_eq!(fetch(&ada, "/files/train.csv", ("range", part)).await.0, 206);
    }
    assert_eq!(fetch(&ada, "/files/train.csv", ("range", "bytes=900-")).await.0, 416);
    // Who has it already gets nothing.
    assert_eq!(fetch(&ada, "/files/train.csv", ("if-none-match", &begun.1.unwrap())).await.0, 304);
    assert_eq!(fetch(&bob, "/files/train.csv", ("range", "bytes=0-9")).await.0, 206);
    assert_eq!(fetch(&bob, "/archive.zip", ("accept", "*/*")).await.0, 200);
    assert_eq!(fetch(&bob, "/archive.zip", ("range", "bytes=100-")).await.0, 200);
    app.pass(chrono::TimeDelta::hours(24));
    assert_eq!(fetch(&ada, "/files/train.csv", ("range", "bytes=10-19")).await.0, 206);
    let log = host.get(&path("/downloads")).await.expect(200);
    let rows: Vec<(&Value, &Value)> =
        log["items"].as_array().unwrap().iter().rev().map(|row| (&row["person"]["name"], &row["path"])).collect();
    let (ada, bob, train) = (&json!("Ada"), &json!("Bob"), &json!("train.csv"));
    assert_eq!(rows, [(ada, train), (bob, train), (bob, &json!("*")), (ada, train)]);
}

#[actix_web::test]
async fn participants_are_exported_with_their_answers_for_a_spreadsheet() {
    let app = TestApp::new().await;
    let host = with(&app, &fields()).await;
    let ada = app.user("=Ada").await;
    ask(&ada, &json!({"department": "+Vision, 74", "status": "student"})).await.expect(201);
    let table = host.get(&path("/participants.csv?bom=true")).await;
    assert_eq!((table.status.as_u16(), table.header("cache-control")), (200, Some("no-store")));
    let text = table.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "\u{feff}name,state,team,bracket,department,status,reason,created_at,decided_at");
    assert!(lines[1].starts_with("'=Ada,joined,'=Ada,student,\"'+Vision, 74\",student,,2026-12-01T12:00:00"), "{text}");
    assert!(!host.get(&path("/participants.csv")).await.text().starts_with('\u{feff}'));
    ada.get(&path("/participants.csv")).await.problem(403, "host_only");
    assert!(host.get(&path("/audit?action=export.downloaded")).await.text().contains("participants"));
}

/// Somebody of a roster, who has set a password with their link and signed in.
async fn redeemed<'a>(app: &'a TestApp, links: &str, name: &str) -> Client<'a> {
    let line = links.lines().find(|line| line.starts_with(&format!("{name},"))).unwrap();
    let token = line.rsplit_once("#token=").unwrap().1;
    let redeem = json!({"token": token, "password": "correct horse battery"});
    app.anonymous().post("/password-resets/redeem", &redeem).await.expect(204);
    let login = json!({"login": name, "password": "correct horse battery"});
    let signed_in = app.anonymous().post("/sessions", &login).await;
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    app.anonymous().with_cookie(&cookie)
}

#[actix_web::test]
async fn people_of_one_team_in_the_roster_are_one_team_when_they_have_joined() {
    let app = TestApp::new().await;
    let host =
        with(&app, &json!({"limits": {"entries_per_day": 5, "finals": 2, "team_size": 2, "file_bytes": 10_000}})).await;
    contest::member(&app, "Owls").await;
    let full = "name,team\nAda,Herons\nBob,Herons\nEve,herons\n";
    let problem = send_csv(&host, "/roster", full).await.problem(422, "invalid_input");
    let fault = &problem["errors"][0];
    assert_eq!((&fault["line"], &fault["column"], &fault["name"]), (&json!(4), &json!(2), &json!("team")));
    let taken = send_csv(&host, "/roster", "name,team\nAda,Herons\nBob,owls\n").await.problem(422, "invalid_input");
    assert_eq!((&taken["errors"][0]["line"], &taken["errors"][0]["column"]), (&json!(3), &json!(2)));

    let roster = "name,team\nAda,Herons\nBob,HERONS\nEve,\n";
    let links = send_csv(&host, "/roster", roster).await.text();
    for (name, role, team) in [("Bob", "leader", "HERONS"), ("Ada", "member", "HERONS"), ("Eve", "leader", "Eve")] {
        let person = redeemed(&app, &links, name).await;
        let body = json!({"accept_rules": true, "rules_sha256": contest::sha256("# Text"), "team_name": "Other"});
        // A name of one's own is for those whom no team waits for.
        let body =
            if name == "Eve" { json!({"accept_rules": true, "rules_sha256": body["rules_sha256"]}) } else { body };
        let joined = person.post(&path("/join"), &body).await.expect(201);
        assert_eq!((&joined["role"], &joined["team"]["name"]), (&json!(role), &json!(team)), "{name}");
    }
    let teams = host.get(&path("/teams")).await.expect(200);
    assert_eq!(teams["items"].as_array().unwrap().len(), 3, "{teams}");
}

#[actix_web::test]
async fn a_page_keeps_its_texts_and_shows_what_changed() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let page = path("/pages/overview/en");
    host.put(&page, &json!({"markdown": "# Text\nnew line\n"})).await.expect(200);
    host.put(&page, &json!({"markdown": "# Text\nnew line\n"})).await.expect(200);
    let versions = host.get(&format!("{page}/versions")).await.expect(200);
    assert_eq!(versions["items"].as_array().unwrap().len(), 2, "the same text again is no version");
    assert_eq!(versions["items"][0]["saved_by"]["name"], "Hana");
    let first = host.get(&format!("{page}/versions/{}", versions["items"][1]["id"])).await.expect(200);
    assert_eq!(first["markdown"], "# Text");
    let added: Vec<&Value> =
        first["diff"].as_array().unwrap().iter().filter(|line| line["change"] == "added").map(|l| &l["text"]).collect();
    assert!(added.contains(&&json!("new line")), "{first}");
    // A version of another page is not one of this page.
    let other = format!("{}/versions/{}", path("/pages/rules/en"), versions["items"][0]["id"]);
    host.get(&other).await.problem(404, "not_found");
}

#[actix_web::test]
async fn pages_for_participants_are_not_there_for_others() {
    let app = TestApp::new().await;
    let host = app.host("Hana").await;
    let mut manifest = contest::manifest();
    manifest["pages"] = json!([{"name": "hints", "audience": "participants"}]);
    contest::make(&host, &manifest).await;
    host.post(&path("/publish"), &Value::Null).await.problem(422, "not_ready");
    host.put(&path("/pages/hints/en"), &json!({"markdown": "look at the corners"})).await.expect(200);
    host.post(&path("/publish"), &Value::Null).await.expect(200);
    let (ada, eve) = (contest::member(&app, "Ada").await, app.user("Eve").await);
    let reads = |text: String| text.contains("look at the corners");
    assert!(reads(ada.get(&path("/pages")).await.text()) && reads(host.get(&path("/pages")).await.text()));
    assert!(!reads(eve.get(&path("/pages")).await.text()) && !reads(app.anonymous().get(&path("/pages")).await.text()));
}

#[actix_web::test]
async fn the_checklist_turns_red_where_labels_lie_in_the_data() {
    let app = TestApp::new().await;
    let host = contest::draft(&app).await;
    let red = |list: &Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items.filter(|item| item["status"] == "red").map(|item| item["code"].as_str().unwrap().to_owned()).collect()
    };
    let before = red(&host.get(&path("/checklist")).await.expect(200));
    assert!(!before.contains(&"labels_in_data".to_owned()), "{before:?}");
    host.put(&path("/pages/rules/en"), &json!({"markdown": "> **Question:** Who may join?"})).await.expect(200);
    let leak = contest::solution().replace(",Usage", "").replace(",Public", "").replace(",Private", "");
    contest::upload(&host, SLUG, contest::tar(&[("leak.csv", leak.as_bytes())])).await.expect(200);
    let list = host.get(&path("/checklist")).await.expect(200);
    assert!(red(&list).contains(&"labels_in_data".to_owned()), "{list}");
    assert_eq!(list["is_ready"], false);
    let items = list["items"].as_array().unwrap();
    let open = items.iter().find(|item| item["code"] == "unanswered_question").unwrap();
    assert_eq!(open["question"], "Who may join?");
    for text in items.iter().map(|item| &item["text"]) {
        assert!(
            !text["en"].as_str().unwrap().is_empty() && text["ko"].as_str().unwrap().ends_with(['.', '?']),
            "{text}"
        );
    }
    assert_eq!(contest::temp_files(&app), 0);
}

#[actix_web::test]
async fn a_job_that_an_administrator_cancels_gives_its_slot_back() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let (ada, root) = (contest::member(&app, "Ada").await, app.admin("root").await);
    let entry = contest::accepted(contest::send(&ada, contest::entry(5), contest::Sending::default()).await);
    let job = root.get("/admin/jobs").await.expect(200)["items"][0]["id"].clone();
    root.post(&format!("/admin/jobs/{job}/cancel"), &Value::Null).await.expect(204);
    assert_eq!(contest::view(&ada, &entry).await["state"], "platform_error");
    assert_eq!(ada.get(&path("/team")).await.expect(200)["quota"]["used"], 0);
    root.post(&format!("/admin/jobs/{job}/cancel"), &Value::Null).await.problem(404, "not_found");
    root.post(&format!("/admin/jobs/{job}/retry"), &Value::Null).await.expect(204);
    contest::score(&app).await;
    assert_eq!(contest::view(&ada, &entry).await["state"], "scored");
}
