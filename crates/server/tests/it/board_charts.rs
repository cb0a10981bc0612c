//! What the charts beside the leaderboard are drawn from.

use serde_json::{Value, json};

use crate::contest::{self, SLUG, Sending};
use crate::harness::{Client, TestApp};

async fn enter(user: &Client<'_>, right: usize) {
    contest::accepted(contest::send(user, contest::entry(right), Sending::default()).await);
    contest::score(user.app).await;
}

async fn team(user: &Client<'_>) -> i64 {
    let mine = user.get(&path("leaderboard/mine")).await.expect(200);
    mine["standing"]["team_id"].as_i64().unwrap()
}

fn path(rest: &str) -> String {
    format!("/competitions/{SLUG}/{rest}")
}

fn teams(list: &Value) -> Vec<i64> {
    list["items"].as_array().unwrap().iter().map(|history| history["team_id"].as_i64().unwrap()).collect()
}

#[actix_web::test]
async fn histories_of_several_teams_come_at_once_in_the_order_asked_for() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "ada").await, contest::member(&app, "bob").await);
    enter(&ada, 4).await;
    enter(&bob, 6).await;
    enter(&ada, 5).await;
    let (a, b) = (team(&ada).await, team(&bob).await);
    let list = ada.get(&path(&format!("leaderboard/histories?teams={b},{a},{b},999"))).await.expect(200);
    assert_eq!(teams(&list), [b, a]);
    assert_eq!(list["items"][1]["items"].as_array().unwrap().len(), 2, "{list}");
    let fifty_one = (1..=51).map(|team| team.to_string()).collect::<Vec<_>>().join(",");
    ada.get(&path(&format!("leaderboard/histories?teams={fifty_one}"))).await.problem(400, "invalid_request");
    ada.get(&path("leaderboard/histories?teams=one")).await.problem(400, "invalid_request");
}

#[actix_web::test]
async fn while_names_are_hidden_a_team_sees_its_own_history_alone() {
    let app = TestApp::new().await;
    let host = app.host("Hana").await;
    let mut manifest = contest::manifest();
    manifest["board"] = json!({"names": "hidden"});
    contest::make(&host, &manifest).await;
    host.post(&path("publish"), &Value::Null).await.expect(200);
    let (ada, bob) = (contest::member(&app, "ada").await, contest::member(&app, "bob").await);
    enter(&ada, 4).await;
    enter(&bob, 6).await;
    let (a, b) = (team(&ada).await, team(&bob).await);
    let both = path(&format!("leaderboard/histories?teams={a},{b}"));
    assert_eq!(teams(&ada.get(&both).await.expect(200)), [a]);
    assert_eq!(teams(&app.anonymous().get(&both).await.expect(200)), [0_i64; 0]);
    app.at("2026-12-21T09:00:00Z");
    assert_eq!(teams(&app.anonymous().get(&both).await.expect(200)), [a, b]);
}

#[actix_web::test]
async fn the_distribution_counts_every_team_once() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    assert_eq!(app.anonymous().get(&path("leaderboard/distribution")).await.expect(200)["bins"], json!([]));
    for (name, right) in [("ada", 2), ("bob", 4), ("eve", 5)] {
        enter(&contest::member(&app, name).await, right).await;
    }
    let bins = app.anonymous().get(&path("leaderboard/distribution")).await.expect(200)["bins"].clone();
    let teams: i64 = bins.as_array().unwrap().iter().map(|bin| bin["teams"].as_i64().unwrap()).sum();
    assert_eq!(teams, 3, "{bins}");
}
