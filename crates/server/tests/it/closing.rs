//! The private board, the board that stands still, rehearsals and rescoring, as people meet them.

use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::contest::{self, SLUG, Sending};
use crate::harness::{Answer, Client, TestApp};

/// A submission that is right on `public` of the six public rows and on `private` of the four private ones.
fn entry(public: usize, private: usize) -> String {
    let rows = (1..=10).map(|n| {
        let is_right = if n <= 6 { n <= public } else { n - 6 <= private };
        format!("a{n:03},{}\n", if is_right { n % 3 } else { (n + 1) % 3 })
    });
    format!("id,label\n{}", rows.collect::<String>())
}

async fn enter(user: &Client<'_>, public: usize, private: usize) -> Value {
    let entry = contest::accepted(contest::send(user, entry(public, private), Sending::default()).await);
    contest::score(user.app).await;
    entry
}

fn path(rest: &str) -> String {
    format!("/competitions/{SLUG}/{rest}")
}

fn rows(board: &Value) -> Vec<(Option<u64>, String)> {
    let row = |row: &Value| (row["rank"].as_u64(), row["team"].as_str().unwrap().to_owned());
    board["items"].as_array().unwrap().iter().map(row).collect()
}

fn row(rank: u64, team: &str) -> (Option<u64>, String) {
    (Some(rank), team.to_owned())
}

#[actix_web::test]
async fn the_private_board_comes_out_with_the_places_moved() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob, eve) =
        (contest::member(&app, "ada").await, contest::member(&app, "bob").await, contest::member(&app, "eve").await);
    enter(&ada, 5, 1).await;
    enter(&bob, 4, 4).await;
    enter(&eve, 3, 1).await;
    ada.get(&path("leaderboard/private")).await.problem(409, "not_revealed");
    app.at("2026-12-21T09:00:00Z");
    let (ada, host) = (contest::again(&app, &ada).await, contest::again(&app, &host).await);
    host.get(&path("leaderboard/private")).await.problem(409, "not_revealed");
    host.post(&path("release"), &Value::Null).await.expect(200);

    let board = ada.get(&path("leaderboard/private")).await.expect(200);
    assert_eq!(rows(&board), [row(1, "bob"), row(2, "ada"), row(3, "eve")]);
    let first = &board["items"][0];
    assert_eq!((&first["score"], &first["public_score"]), (&json!("1.00000"), &json!("0.66667")));
    assert_eq!((&first["public_rank"], &first["moved"]), (&json!(2), &json!(1)));
    assert_eq!((&board["mine"]["team"], &board["mine"]["moved"]), (&json!("ada"), &json!(-1)));
    assert_eq!(board["shake_up"].as_f64().unwrap(), 2.0 / 9.0);
    let page = app.anonymous().get(&path("leaderboard/private?limit=2")).await.expect(200);
    assert_eq!(page["next"], "2");
    let rest = app.anonymous().get(&path("leaderboard/private?limit=2&cursor=2")).await.expect(200);
    assert_eq!((rows(&rest), &rest["next"]), (vec![row(3, "eve")], &Value::Null));

    let csv = ada.get(&path("leaderboard/private.csv?bom=true")).await.text();
    assert!(csv.starts_with("\u{feff}rank,public_rank,moved,team,members,private_accuracy,"), "{csv}");
    assert!(csv.contains("\n1,2,1,bob,bob,1.00000,"), "{csv}");
    let all = ada.get(&path("leaderboard.json")).await.expect(200);
    assert_eq!(rows(&all), [row(1, "ada"), row(2, "bob"), row(3, "eve")]);
}

#[actix_web::test]
async fn a_board_that_stands_still_tells_nothing_until_the_reveal() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "ada").await, contest::member(&app, "bob").await);
    enter(&ada, 3, 1).await;
    enter(&bob, 2, 1).await;
    let rules = json!({"reason": "Suspense.", "dates": {"freeze": "2026-12-20T18:00:00"}});
    host.patch(&path("rules"), &rules).await.expect(200);
    app.at("2026-12-20T09:00:00Z");
    let (ada, bob, host) =
        (contest::again(&app, &ada).await, contest::again(&app, &bob).await, contest::again(&app, &host).await);
    let hidden = enter(&bob, 6, 1).await;
    let board = ada.get(&path("leaderboard")).await.expect(200);
    assert_eq!(board["frozen_since"], "2026-12-20T09:00:00Z");
    assert_eq!(rows(&board), [row(1, "ada"), row(2, "bob")]);
    let own = bob.get(&format!("/submissions/{}", hidden["id"])).await.expect(200);
    assert_eq!(
        (&own["scores"][0]["score"], &own["rank"], &own["is_best"]),
        (&json!("1.00000"), &Value::Null, &json!(false))
    );
    assert!(own["status"]["text"]["en"].as_str().unwrap().contains("stands still"), "{own}");
    let team = bob.get(&path("leaderboard/mine")).await.expect(200)["standing"]["team_id"].clone();
    let history = ada.get(&path(&format!("leaderboard/history?team={team}"))).await.expect(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 1, "{history}");

    app.at("2026-12-21T09:00:00Z");
    let (host, ada) = (contest::again(&app, &host).await, contest::again(&app, &ada).await);
    assert_eq!(rows(&ada.get(&path("leaderboard")).await.expect(200)), [row(1, "ada"), row(2, "bob")]);
    host.post(&path("release"), &Value::Null).await.expect(200);
    let board = ada.get(&path("leaderboard")).await.expect(200);
    assert_eq!((rows(&board), &board["frozen_since"]), (vec![row(1, "bob"), row(2, "ada")], &Value::Null));
    let history = ada.get(&path(&format!("leaderboard/history?team={team}"))).await.expect(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn a_board_goes_on_by_itself_when_the_private_one_comes_out_at_a_date() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let bob = contest::member(&app, "bob").await;
    let rules = json!({"reason": "x", "dates": {"freeze": "2026-12-20T18:00:00", "private_release": 24}});
    host.patch(&path("rules"), &rules).await.expect(200);
    app.at("2026-12-20T10:00:00Z");
    let bob = contest::again(&app, &bob).await;
    enter(&bob, 6, 1).await;
    assert_eq!(rows(&bob.get(&path("leaderboard")).await.expect(200)), []);
    app.at("2026-12-22T08:59:59Z");
    contest::score(&app).await;
    assert_eq!(rows(&app.anonymous().get(&path("leaderboard")).await.expect(200)), []);
    app.at("2026-12-22T09:00:00Z");
    contest::score(&app).await;
    assert_eq!(rows(&app.anonymous().get(&path("leaderboard")).await.expect(200)), [row(1, "bob")]);
}

#[actix_web::test]
async fn a_host_rehearses_the_ending_and_changes_nothing() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "ada").await, contest::member(&app, "bob").await);
    enter(&ada, 5, 1).await;
    app.at("2026-12-03T00:00:00Z");
    enter(&contest::again(&app, &bob).await, 4, 4).await;
    let before = host.get(&path("leaderboard")).await.text();

    let look = |what: &str, at: &str| path(&format!("rehearsal{what}?as_of={at}"));
    let seen = host.get(&look("", "2026-12-22T00:00:00Z")).await;
    assert_eq!(seen.header("cache-control"), Some("no-store"));
    assert_eq!(seen.expect(200)["state"], "closed");
    assert_eq!(host.get(&look("", "2026-11-30T00:00:00Z")).await.expect(200)["state"], "draft");
    let past = host.get(&look("/leaderboard", "2026-12-02T00:00:00Z")).await.expect(200);
    assert_eq!(rows(&past), [row(1, "ada")], "bob came later");
    let future = host.get(&look("/leaderboard/private", "2026-12-22T00:00:00Z")).await;
    assert_eq!(future.header("cache-control"), Some("no-store"));
    assert_eq!(rows(&future.expect(200)), [row(1, "bob"), row(2, "ada")]);
    host.get(&look("/leaderboard/private", "2026-12-20T00:00:00Z")).await.problem(409, "not_revealed");

    assert_eq!(host.get(&path("leaderboard")).await.text(), before);
    assert_eq!(host.get(&path("")[..path("").len() - 1]).await.expect(200)["state"], "running");
    let log = host.get(&path("audit?action=competition.rehearsed")).await.expect(200);
    let looks = |log: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let items = log["items"].as_array().unwrap();
        items.iter().map(|item| (text(&item["detail"]["as_of"]), text(&item["detail"]["what"]))).collect()
    };
    let pair = |day: &str, what: &str| (format!("2026-{day}T00:00:00Z"), what.to_owned());
    let four = [
        pair("12-22", "private leaderboard"),
        pair("12-02", "competition"),
        pair("11-30", "competition"),
        pair("12-22", "competition"),
    ];
    assert_eq!(looks(&log), four, "every look is written down");
    // A page asks three addresses for one look.
    for what in ["", "/leaderboard", "/leaderboard/private"] {
        host.get(&look(what, "2026-12-22T00:00:00Z")).await.expect(200);
    }
    let log = host.get(&path("audit?action=competition.rehearsed")).await.expect(200);
    assert_eq!(looks(&log), four, "a look is written down once");
    app.pass(TimeDelta::minutes(2));
    host.get(&look("/leaderboard", "2026-12-22T00:00:00Z")).await.expect(200);
    host.get(&look("/leaderboard/private", "2026-12-22T00:00:00Z")).await.expect(200);
    let log = host.get(&path("audit?action=competition.rehearsed")).await.expect(200);
    assert_eq!(looks(&log)[..3], [pair("12-22", "private leaderboard"), pair("12-22", "competition"), four[0].clone()]);
    for what in ["", "/leaderboard", "/leaderboard/private"] {
        let address = look(what, "2026-12-22T00:00:00Z");
        contest::again(&app, &ada).await.get(&address).await.problem(403, "host_only");
        app.anonymous().get(&address).await.problem(401, "sign_in_required");
    }
}

async fn begin(host: &Client<'_>, query: &str, csv: &str) -> Answer {
    let request = host.request(Method::POST, &format!("/api/v1{}", path(&format!("rescores?{query}"))));
    host.send(request.insert_header(("content-type", "text/csv")).set_payload(csv.to_owned())).await
}

#[actix_web::test]
async fn a_corrected_solution_is_previewed_and_then_published_at_once() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "ada").await, contest::member(&app, "bob").await);
    let adas = enter(&ada, 4, 4).await;
    enter(&bob, 3, 4).await;
    assert_eq!(rows(&ada.get(&path("leaderboard")).await.expect(200)), [row(1, "ada"), row(2, "bob")]);
    let before = ada.get(&path("leaderboard")).await.text();
    contest::put_solution(&host, SLUG, &contest::solution().replace("a004,1", "a004,2"))
        .await
        .problem(409, "solution_in_use");

    // The labels of a003 and a004 were wrong: Ada loses two rows, Bob one and wins one.
    let corrected = contest::solution().replace("a003,0", "a003,1").replace("a004,1", "a004,2");
    let begun = begin(&host, "reason=Two+labels+were+wrong", &corrected).await.expect(201);
    assert_eq!((&begun["version"], &begun["entries"], &begun["done"]), (&json!(2), &json!(2), &json!(0)));
    contest::says_both(&begin(&host, "reason=x", &corrected).await.problem(409, "rescore_refused"));
    let one = path(&format!("rescores/{}", begun["id"]));
    let early = host.post(&format!("{one}/publish"), &Value::Null).await.problem(409, "rescore_refused");
    assert_eq!(early["left"], 2);
    contest::says_both(&early);
    contest::score(&app).await;
    // An entry that comes meanwhile is scored by both.
    enter(&bob, 2, 4).await;

    let preview = host.get(&one).await.expect(200);
    assert_eq!((&preview["rescore"]["done"], &preview["rescore"]["entries"]), (&json!(3), &json!(3)));
    let moves = preview["public"].as_array().unwrap();
    assert_eq!((&moves[0]["team"], &moves[0]["before"], &moves[0]["after"]), (&json!("bob"), &json!(2), &json!(1)));
    assert_eq!(preview["moved"], 2);
    assert_eq!(preview["private"], Value::Null, "not before the end");
    let version = |text: &str| serde_json::from_str::<Value>(text).unwrap()["items"].clone();
    let still = ada.get(&path("leaderboard")).await.text();
    assert_eq!(version(&still)[0], version(&before)[0], "nothing has changed yet");
    let history = ada.get(&format!("/submissions/{}/scores", adas["id"])).await.expect(200);
    assert!(history["items"].as_array().unwrap().iter().all(|score| score["version"] == 1), "{history}");

    let published = host.post(&format!("{one}/publish"), &Value::Null).await.expect(200);
    assert_eq!((&published["state"], &published["moved"]), (&json!("published"), &json!(2)));
    assert_eq!(rows(&ada.get(&path("leaderboard")).await.expect(200)), [row(1, "bob"), row(2, "ada")]);
    let history = ada.get(&format!("/submissions/{}/scores", adas["id"])).await.expect(200);
    let scores: Vec<(&Value, &Value, &Value)> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|score| score["metric"] == "accuracy")
        .map(|score| (&score["version"], &score["score"], &score["is_current"]))
        .collect();
    assert_eq!(scores, [(&json!(1), &json!("0.66667"), &json!(false)), (&json!(2), &json!("0.33333"), &json!(true))]);
    let changes = bob.get(&path("changes")).await.expect(200);
    assert_eq!(changes["items"][0]["reason"], "Two labels were wrong");
    assert_eq!(changes["items"][0]["changes"][0], json!({"key": "solution.version", "before": "1", "after": "2"}));
    // New entries are scored with the new labels.
    let next = enter(&ada, 6, 4).await;
    let view = ada.get(&format!("/submissions/{}", next["id"])).await.expect(200);
    assert_eq!((&view["scores"][0]["score"], &view["scores"][0]["version"]), (&json!("0.66667"), &json!(2)));
    host.post(&format!("{one}/publish"), &Value::Null).await.problem(409, "rescore_refused");
}

#[actix_web::test]
async fn a_new_metric_ranks_after_it_is_published_and_a_dropped_one_never() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = contest::member(&app, "ada").await;
    enter(&ada, 4, 4).await;
    let dropped = begin(&host, "reason=x&metric=mcc", "").await.expect(201);
    host.delete(&path(&format!("rescores/{}", dropped["id"]))).await.expect(200);
    contest::score(&app).await;
    assert_eq!(ada.get(&path("leaderboard")).await.expect(200)["metric"], "accuracy");

    let begun = begin(&host, "reason=Rare+classes+count&metric=f1_macro", "").await.expect(201);
    contest::score(&app).await;
    host.post(&path(&format!("rescores/{}/publish", begun["id"])), &Value::Null).await.expect(200);
    let board = ada.get(&path("leaderboard")).await.expect(200);
    assert_eq!(board["metric"], "f1_macro");
    let view = ada.get(&path("submissions")).await.expect(200);
    assert_eq!(view["items"][0]["scores"][0]["metric"], "f1_macro", "the one that ranks comes first");
    assert_eq!(board["items"][0]["score"], view["items"][0]["scores"][0]["score"]);
    begin(&host, "reason=x&metric=rmse", "").await.problem(422, "invalid_manifest");
}

#[actix_web::test]
async fn the_closing_archive_is_read_without_a_server() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "=ada").await, contest::member(&app, "bob").await);
    enter(&ada, 5, 1).await;
    enter(&bob, 4, 4).await;
    host.get(&path("closing-archive.zip")).await.problem(409, "not_revealed");
    host.post(&path("archive"), &Value::Null).await.problem(409, "not_revealed");
    app.at("2026-12-21T09:00:00Z");
    let host = contest::again(&app, &host).await;
    host.post(&path("release"), &Value::Null).await.expect(200);

    let zip = host.get(&path("closing-archive.zip")).await;
    assert_eq!(zip.header("content-type"), Some("application/zip"));
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip.body.to_vec())).unwrap();
    let mut files = std::collections::BTreeMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        files.insert(name, text);
    }
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "data.html",
            "entries.csv",
            "entries.html",
            "index.html",
            "overview.html",
            "private-leaderboard.csv",
            "private-leaderboard.html",
            "public-leaderboard.csv",
            "public-leaderboard.html",
            "rules.html",
        ]
    );
    for name in names.iter().filter(|name| name.ends_with(".html") && **name != "index.html") {
        assert!(files["index.html"].contains(&format!("href=\"{name}\"")), "{name} is linked");
    }
    assert!(
        files["private-leaderboard.csv"].contains("\n1,2,1,bob,bob,1.00000,"),
        "{}",
        files["private-leaderboard.csv"]
    );
    assert!(files["private-leaderboard.html"].contains("<td>bob</td>"));
    assert!(files["entries.csv"].contains("'=ada,1,2026-12-01T"), "{}", files["entries.csv"]);
    assert!(files.values().all(|text| !text.contains("a007,1")), "no hidden label");

    assert_eq!(host.post(&path("archive"), &Value::Null).await.expect(200)["state"], "archived");
    host.get(&path("closing-archive.zip")).await;
    let ada = contest::again(&app, &ada).await;
    contest::send(&ada, entry(6, 1), Sending::default()).await.problem(409, "competition_not_running");
    assert_eq!(rows(&ada.get(&path("leaderboard/private")).await.expect(200))[0], row(1, "bob"));
}

#[actix_web::test]
async fn the_next_round_begins_with_the_teams_that_qualified() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob, eve) =
        (contest::member(&app, "ada").await, contest::member(&app, "bob").await, contest::member(&app, "eve").await);
    enter(&ada, 5, 1).await;
    enter(&bob, 4, 4).await;
    enter(&eve, 4, 3).await;
    let round = json!({"slug": "final", "title": {"en": "The final", "ko": "결승"}, "start": "2027-01-04T09:00:00",
        "end": "2027-01-31T18:00:00", "qualified": 2});
    host.post(&path("clone"), &round).await.problem(409, "not_revealed");
    app.at("2026-12-21T09:00:00Z");
    let host = contest::again(&app, &host).await;
    host.post(&path("release"), &Value::Null).await.expect(200);
    let made = host.post(&path("clone"), &round).await.expect(201);
    assert_eq!(
        (&made["state"], &made["title"]["en"], &made["teams"]),
        (&json!("draft"), &json!("The final"), &json!(2))
    );
    contest::says_both(&host.post(&path("clone"), &round).await.problem(422, "invalid_input"));
    // Pages, files and the solution came along, so it can be published as it is.
    host.post("/competitions/final/publish", &Value::Null).await.expect(200);
    app.at("2027-01-05T00:00:00Z");
    let (bob, ada) = (contest::again(&app, &bob).await, contest::again(&app, &ada).await);
    let seen = bob.get("/competitions/final").await.expect(200);
    assert_eq!((&seen["membership"]["team"]["name"], &seen["next_action"]), (&json!("bob"), &json!("submit")));
    assert_eq!(ada.get("/competitions/final").await.expect(200)["membership"], Value::Null, "third by private score");

    let copy = json!({"slug": "again", "start": "2027-03-01T09:00:00", "end": "2027-03-31T18:00:00"});
    let made = contest::again(&app, &host).await.post(&path("clone"), &copy).await.expect(201);
    assert_eq!((&made["teams"], &made["limits"]["finals"]), (&json!(0), &json!(2)));
}

#[actix_web::test]
async fn the_private_board_of_a_bracket_ranks_and_moves_within_it() {
    let app = TestApp::new().await;
    let host = app.host("Hana").await;
    let mut manifest = contest::manifest();
    manifest["brackets"] = json!([{"name": "student", "title": {"en": "Students <1>"}}]);
    contest::make(&host, &manifest).await;
    host.post(&path("publish"), &Value::Null).await.expect(200);
    let mut people = Vec::new();
    for (name, public, private, bracket) in
        [("ada", 5, 1, "student"), ("bob", 4, 2, ""), ("eve", 3, 3, "student"), ("joe", 2, 4, "")]
    {
        let person = contest::member(&app, name).await;
        enter(&person, public, private).await;
        let team = person.get(&path("team")).await.expect(200)["id"].clone();
        host.patch(&path(&format!("teams/{team}")), &json!({"bracket": bracket})).await.expect(204);
        people.push(person);
    }
    app.at("2026-12-21T09:00:00Z");
    let host = contest::again(&app, &host).await;
    let look = "rehearsal/leaderboard/private?as_of=2026-12-22T00:00:00Z&bracket=student";
    assert_eq!(rows(&host.get(&path(look)).await.expect(200)), [row(1, "eve"), row(2, "ada")]);
    host.get(&path("leaderboard/private?bracket=student")).await.problem(409, "not_revealed");
    host.post(&path("release"), &Value::Null).await.expect(200);

    let ada = contest::again(&app, &people[0]).await;
    let all = ada.get(&path("leaderboard/private")).await.expect(200);
    assert_eq!(rows(&all), [row(1, "joe"), row(2, "eve"), row(3, "bob"), row(4, "ada")]);
    assert_eq!((&all["items"][1]["bracket"], &all["items"][1]["moved"]), (&json!("student"), &json!(1)));
    let board = ada.get(&path("leaderboard/private?bracket=student")).await.expect(200);
    assert_eq!(rows(&board), [row(1, "eve"), row(2, "ada")]);
    assert_eq!((&board["bracket"], &board["teams"]), (&json!("student"), &json!(2)));
    assert_eq!((&board["mine"]["rank"], &board["mine"]["moved"]), (&json!(2), &json!(-1)));
    assert_eq!(board["shake_up"].as_f64().unwrap(), 0.5);
    let csv = ada.get(&path("leaderboard/private.csv?bracket=student")).await.text();
    assert!(csv.lines().nth(1).unwrap().starts_with("1,2,1,eve,eve,student,0.75000,"), "{csv}");
    ada.get(&path("leaderboard/private?bracket=x")).await.problem(400, "invalid_request");

    let archive = host.get(&path("closing-archive.zip")).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive.body.to_vec())).unwrap();
    let mut file = |name: &str| std::io::read_to_string(zip.by_name(name).unwrap()).unwrap();
    assert_eq!(file("private-leaderboard-student.csv"), csv);
    assert!(file("public-leaderboard-student.csv").contains("1,ada,ada,student,"));
    assert!(file("index.html").contains("Private leaderboard: Students &lt;1&gt;"));
}

#[actix_web::test]
async fn rounds_name_each_other_to_those_who_see_both() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    enter(&contest::member(&app, "ada").await, 5, 1).await;
    app.at("2026-12-21T09:00:00Z");
    let host = contest::again(&app, &host).await;
    host.post(&path("release"), &Value::Null).await.expect(200);
    let round = json!({"slug": "final", "title": {"en": "The final", "ko": "결승"}, "start": "2027-01-04T09:00:00",
        "end": "2027-01-31T18:00:00", "qualified": 1});
    let made = host.post(&path("clone"), &round).await.expect(201);
    assert_eq!((&made["previous"]["slug"], &made["next"]), (&json!(SLUG), &json!([])));
    let cells = format!("/competitions/{SLUG}");
    let first = host.get(&cells).await.expect(200);
    let round = json!({"slug": "final", "title": {"en": "The final", "ko": "결승"}, "state": "draft"});
    assert_eq!((&first["previous"], &first["next"]), (&json!(null), &json!([round])));
    // A draft is its hosts' alone.
    assert_eq!(app.anonymous().get(&cells).await.expect(200)["next"], json!([]));
    host.post("/competitions/final/publish", &Value::Null).await.expect(200);
    assert_eq!(app.anonymous().get(&cells).await.expect(200)["next"][0]["slug"], "final");
}
