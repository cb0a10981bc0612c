//! Teams through the API: invitations, leaving, merging, and what each is told before.

use serde_json::{Value, json};

use crate::contest::{self, SLUG, again};
use crate::harness::{Client, TestApp};

fn team(path: &str) -> String {
    format!("/competitions/{SLUG}/team{path}")
}

async fn my_team(user: &Client<'_>) -> Value {
    user.get(&team("")).await.expect(200)
}

/// The token of a new link into the team of `leader`.
async fn link(leader: &Client<'_>, uses: i64) -> String {
    let made = leader.post(&team("/invites"), &json!({"uses": uses})).await.expect(201);
    made["token"].as_str().unwrap().to_owned()
}

async fn accept_link(user: &Client<'_>, token: &str) -> crate::harness::Answer {
    user.post("/invites/accept", &json!({"token": token})).await
}

async fn merge(asks: &Client<'_>, other: &Client<'_>) -> Value {
    let name = my_team(other).await["name"].clone();
    let asked = asks.post(&team("/merges"), &json!({"team": name})).await.expect(201);
    other.post(&team(&format!("/merges/{}/accept", asked["id"])), &Value::Null).await.expect(200)
}

async fn enter(user: &Client<'_>, right: usize) -> Value {
    let entry = contest::accepted(contest::send(user, contest::entry(right), contest::Sending::default()).await);
    contest::score(user.app).await;
    entry
}

#[actix_web::test]
async fn a_link_shows_the_team_before_it_is_accepted() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "Ada").await, contest::member(&app, "Bob").await);
    let token = link(&ada, 1).await;
    let offer = bob.post("/invites/look", &json!({"token": token})).await.expect(200);
    assert_eq!((&offer["team"]["name"], &offer["invited_by"]["name"]), (&json!("Ada"), &json!("Ada")));
    assert_eq!((&offer["outlook"]["is_possible"], &offer["outlook"]["people"]), (&json!(true), &json!(2)));
    assert_eq!(offer["outlook"]["left_today"], 5);
    accept_link(&bob, &token).await.expect(200);
    let names: Vec<Value> =
        my_team(&bob).await["members"].as_array().unwrap().iter().map(|member| member["name"].clone()).collect();
    assert_eq!(names, ["Ada", "Bob"]);
    let told = ada.get("/me/notifications").await.expect(200);
    assert_eq!(told["items"][0]["kind"], "team_joined");
}

#[actix_web::test]
async fn a_wrong_used_revoked_expired_or_foreign_invitation_lets_nobody_in() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob, cyd) =
        (contest::member(&app, "Ada").await, contest::member(&app, "Bob").await, contest::member(&app, "Cyd").await);
    accept_link(&bob, "").await.problem(404, "not_found");
    accept_link(&bob, &"0".repeat(64)).await.problem(404, "not_found");
    let used = link(&ada, 1).await;
    accept_link(&bob, &used).await.expect(200);
    accept_link(&cyd, &used).await.problem(410, "invite_ended");
    let revoked = link(&ada, 1).await;
    let id = my_team(&ada).await["invites"][0]["id"].clone();
    // Bob is no leader, and a leader of another team has nothing to revoke here.
    bob.delete(&team(&format!("/invites/{id}"))).await.problem(403, "not_the_leader");
    cyd.delete(&team(&format!("/invites/{id}"))).await.problem(404, "not_found");
    ada.delete(&team(&format!("/invites/{id}"))).await.expect(204);
    accept_link(&cyd, &revoked).await.problem(410, "invite_ended");
    let expired = link(&ada, 1).await;
    app.at("2026-12-16T12:00:00Z");
    let cyd = again(&app, &cyd).await;
    accept_link(&cyd, &expired).await.problem(410, "invite_ended");
    // Who has not joined is told to; the host's side is not the participants'.
    let (ada, eve) = (again(&app, &ada).await, app.user("Eve").await);
    let open = link(&ada, 5).await;
    accept_link(&eve, &open).await.problem(403, "not_a_member");
    accept_link(&again(&app, &host).await, &open).await.problem(403, "not_a_member");
}

#[actix_web::test]
async fn an_invitation_by_name_is_told_and_is_for_that_person_alone() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let (ada, bob, eve) =
        (contest::member(&app, "Ada").await, contest::member(&app, "Bob").await, contest::member(&app, "Eve").await);
    contest::says_both(&ada.post(&team("/invites"), &json!({"name": "Nobody"})).await.problem(422, "invalid_input"));
    ada.post(&team("/invites"), &json!({"name": " BOB "})).await.expect(201);
    ada.post(&team("/invites"), &json!({"name": "Bob"})).await.problem(409, "asked_already");
    assert_eq!(bob.get("/me/notifications").await.expect(200)["items"][0]["kind"], "team_invited");
    let offers = bob.get("/me/invites").await.expect(200);
    let id = offers["items"][0]["id"].clone();
    assert_eq!(eve.get("/me/invites").await.expect(200)["items"], json!([]));
    let stolen = eve.post(&format!("/me/invites/{id}/accept"), &Value::Null).await.problem(404, "not_found");
    let absent = eve.post("/me/invites/999999/accept", &Value::Null).await.problem(404, "not_found");
    assert_eq!((&stolen["title"], &stolen["detail"]), (&absent["title"], &absent["detail"]));
    bob.post(&format!("/me/invites/{id}/decline"), &Value::Null).await.expect(204);
    bob.post(&format!("/me/invites/{id}/accept"), &Value::Null).await.problem(410, "invite_ended");
}

#[actix_web::test]
async fn a_team_that_has_sent_entries_is_merged_and_not_left() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "Ada").await, contest::member(&app, "Bob").await);
    enter(&bob, 4).await;
    bob.post(&team("/leave"), &Value::Null).await.problem(409, "team_has_entries");
    assert_eq!(my_team(&bob).await["leaving"]["obstacles"][0]["code"], "team_has_entries");
    accept_link(&bob, &link(&ada, 1).await).await.problem(409, "team_has_entries");
    let preview = ada.get(&team("/merges/preview?team=bob")).await.expect(200);
    assert_eq!(
        (&preview["is_possible"], &preview["entries"], &preview["allowed"]),
        (&json!(true), &json!(1), &json!(5))
    );
    assert_eq!((&preview["left_today"], &preview["renumbered"]), (&json!(4), &json!(1)));
    ada.post(&team("/leave"), &Value::Null).await.expect(204);
    ada.get(&team("")).await.problem(403, "not_a_member");
    contest::join(&ada).await;
}

#[actix_web::test]
async fn a_merge_pools_entries_and_moves_the_board_at_once() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "Ada").await, contest::member(&app, "Bob").await);
    enter(&ada, 3).await;
    let best = enter(&bob, 5).await;
    // Both requests are seen by both teams; only the leader who was asked confirms.
    let asked = ada.post(&team("/merges"), &json!({"team": "Bob"})).await.expect(201);
    let accept = team(&format!("/merges/{}/accept", asked["id"]));
    ada.post(&accept, &Value::Null).await.problem(404, "not_found");
    let seen = my_team(&bob).await;
    assert_eq!((&seen["merges"][0]["is_ours"], &seen["merges"][0]["outlook"]["entries"]), (&json!(false), &json!(2)));
    bob.post(&accept, &Value::Null).await.expect(200);
    ada.post(&accept, &Value::Null).await.problem(404, "not_found");
    contest::settle(&app).await;
    let board = host.get(&format!("/competitions/{SLUG}/leaderboard")).await.expect(200);
    assert_eq!(board["teams"], 1);
    assert_eq!((&board["items"][0]["team"], &board["items"][0]["members"]), (&json!("Ada"), &json!(["Ada", "Bob"])));
    assert_eq!(board["items"][0]["entries"], 2);
    let entries = ada.get(&format!("/competitions/{SLUG}/submissions")).await.expect(200);
    assert_eq!((&entries["items"][0]["id"], &entries["items"][0]["number"]), (&best["id"], &json!(2)));
    assert_eq!(entries["items"][0]["sent_as"], json!({"team": "Bob", "number": 1}));
    assert_eq!(entries["items"][1]["sent_as"], Value::Null);
    assert_eq!(my_team(&bob).await["quota"]["used"], 2);
    // What was done is in the log of the competition.
    let log = host.get(&format!("/competitions/{SLUG}/audit")).await.expect(200);
    assert_eq!((&log["items"][0]["action"], &log["items"][0]["subject"]), (&json!("team.merged"), &json!("Ada")));
}

#[actix_web::test]
async fn a_merge_that_would_exceed_the_quota_of_one_team_says_by_how_much() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "Ada").await, contest::member(&app, "Bob").await);
    for right in 0..3 {
        enter(&ada, right).await;
        enter(&bob, right).await;
    }
    let preview = ada.get(&team("/merges/preview?team=Bob")).await.expect(200);
    assert_eq!(preview["is_possible"], false);
    assert_eq!(preview["obstacles"][0]["code"], "too_many_entries");
    let problem = ada.post(&team("/merges"), &json!({"team": "Bob"})).await.problem(409, "too_many_entries");
    assert_eq!((&problem["entries"], &problem["allowed"]), (&json!(6), &json!(5)));
    // The day after tomorrow is another day of the competition's zone.
    app.at("2026-12-02T15:00:00Z");
    merge(&again(&app, &ada).await, &again(&app, &bob).await).await;
}

#[actix_web::test]
async fn teams_that_look_for_people_are_listed_without_their_numbers() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let (ada, bob) = (contest::member(&app, "Ada").await, contest::member(&app, "Bob").await);
    let note = "x".repeat(281);
    ada.patch(&team(""), &json!({"looking_note": note})).await.problem(422, "invalid_input");
    ada.patch(&team(""), &json!({"is_looking": true, "looking_note": "images", "name": "Engines"})).await.expect(200);
    let list = bob.get(&format!("/competitions/{SLUG}/teams/looking")).await.expect(200);
    assert_eq!(list["items"], json!([{"name": "Engines", "members": ["Ada"], "team_size": 5, "note": "images"}]));
    app.at("2026-12-21T09:00:00Z");
    let list = again(&app, &bob).await.get(&format!("/competitions/{SLUG}/teams/looking")).await.expect(200);
    assert_eq!(list["items"], json!([]));
    again(&app, &ada).await.post(&team("/merges"), &json!({"team": "Bob"})).await.problem(409, "teams_fixed");
}
