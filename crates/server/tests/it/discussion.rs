//! Threads and posts: who writes, who changes, what is left when something is deleted.

use serde_json::{Value, json};

use crate::contest::{self, SLUG};
use crate::harness::{Client, TestApp};

async fn open(user: &Client<'_>, title: &str) -> i64 {
    let body = json!({"title": title, "markdown": "First **post**"});
    let thread = user.post(&format!("/competitions/{SLUG}/threads"), &body).await.expect(201);
    thread["id"].as_i64().unwrap()
}

async fn reply(user: &Client<'_>, thread: i64, text: &str) -> i64 {
    let post = user.post(&format!("/threads/{thread}/posts"), &json!({"markdown": text})).await.expect(201);
    post["id"].as_i64().unwrap()
}

async fn titles(user: &Client<'_>) -> Vec<String> {
    let list = user.get(&format!("/competitions/{SLUG}/threads")).await.expect(200);
    list["items"].as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn a_thread_is_read_by_everybody_and_answered_by_whoever_is_signed_in() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = app.user("ada").await;
    let thread = open(&ada, "Which  metric?").await;
    let first = app.anonymous().get(&format!("/threads/{thread}/posts")).await.expect(200);
    assert_eq!(first["items"][0]["html"], "<p>First <strong>post</strong></p>\n");
    assert_eq!(first["items"][0]["can_edit"], false);
    assert_eq!(first["items"][0]["markdown"], Value::Null);
    let answer = reply(&host, thread, "Accuracy.").await;
    let view = ada.get(&format!("/threads/{thread}")).await.expect(200);
    assert_eq!((view["title"].as_str(), view["posts"].as_i64()), (Some("Which metric?"), Some(2)));
    assert_eq!(view["can_edit"], true);
    let posts = ada.get(&format!("/threads/{thread}/posts")).await.expect(200);
    assert_eq!(posts["items"][1]["id"], answer);
    assert_eq!(posts["items"][1]["author"]["is_host"], true);
    assert_eq!(posts["items"][0]["markdown"], "First **post**");
    let body = json!({"markdown": "x"});
    app.anonymous().post(&format!("/threads/{thread}/posts"), &body).await.problem(401, "sign_in_required");
}

#[actix_web::test]
async fn authors_change_their_own_and_hosts_change_all() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let thread = open(&ada, "Mine").await;
    let post = reply(&ada, thread, "one").await;
    let edit = json!({"markdown": "two"});
    eve.patch(&format!("/posts/{post}"), &edit).await.problem(403, "not_the_author");
    eve.delete(&format!("/posts/{post}")).await.problem(403, "not_the_author");
    eve.patch(&format!("/threads/{thread}"), &json!({"title": "x"})).await.problem(403, "not_the_author");
    eve.delete(&format!("/threads/{thread}")).await.problem(403, "not_the_author");
    let edited = ada.patch(&format!("/posts/{post}"), &edit).await.expect(200);
    assert_eq!((edited["html"].as_str(), edited["edited_at"].is_string()), (Some("<p>two</p>\n"), true));
    ada.patch(&format!("/threads/{thread}"), &json!({"title": "Ours"})).await.expect(200);
    ada.patch(&format!("/threads/{thread}"), &json!({"is_pinned": true})).await.problem(403, "host_only");
    // Others have answered: the thread is not its author's alone any more.
    ada.delete(&format!("/threads/{thread}")).await.problem(403, "not_the_author");
    let by_host = host.patch(&format!("/posts/{post}"), &json!({"markdown": "three"})).await.expect(200);
    assert_eq!(by_host["author"]["name"], "ada");
    host.delete(&format!("/threads/{thread}")).await.expect(204);
    ada.get(&format!("/threads/{thread}")).await.problem(404, "not_found");
    ada.get(&format!("/threads/{thread}/posts")).await.problem(404, "not_found");
    ada.patch(&format!("/posts/{post}"), &edit).await.problem(404, "not_found");
    assert!(titles(&ada).await.is_empty());
}

#[actix_web::test]
async fn a_deleted_post_leaves_its_place_and_nothing_of_its_text() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let ada = app.user("ada").await;
    let thread = open(&ada, "Mine").await;
    let post = reply(&ada, thread, "planted-text").await;
    ada.delete(&format!("/posts/{post}")).await.expect(204);
    let answer = ada.get(&format!("/threads/{thread}/posts")).await;
    assert!(!answer.text().contains("planted-text"));
    let posts = answer.expect(200);
    assert_eq!(posts["items"][1]["is_deleted"], true);
    assert_eq!(ada.get(&format!("/threads/{thread}")).await.expect(200)["posts"], 1);
    let body = json!({"markdown": "late", "parent_id": post});
    ada.post(&format!("/threads/{thread}/posts"), &body).await.problem(404, "not_found");
    ada.delete(&format!("/posts/{post}")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn pinned_threads_stand_first_and_locked_ones_take_posts_of_hosts_only() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = app.user("ada").await;
    let mut ids = vec![];
    for title in ["old", "middle", "new"] {
        ids.push(open(&ada, title).await);
        app.pass(chrono::TimeDelta::minutes(1));
    }
    assert_eq!(titles(&ada).await, ["new", "middle", "old"]);
    reply(&ada, ids[1], "up").await;
    assert_eq!(titles(&ada).await, ["middle", "new", "old"]);
    host.patch(&format!("/threads/{}", ids[0]), &json!({"is_pinned": true, "is_locked": true})).await.expect(200);
    assert_eq!(titles(&ada).await, ["old", "middle", "new"]);
    let body = json!({"markdown": "x"});
    ada.post(&format!("/threads/{}/posts", ids[0]), &body).await.problem(409, "thread_locked");
    host.post(&format!("/threads/{}/posts", ids[0]), &body).await.expect(201);
}

#[actix_web::test]
async fn long_lists_come_in_pages_without_gap_or_repeat() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let mut made = vec![];
    for n in 0..120 {
        let id = open(&host, &format!("thread {n}")).await;
        if n % 40 == 0 {
            host.patch(&format!("/threads/{id}"), &json!({"is_pinned": true})).await.expect(200);
        }
        made.push(id);
    }
    for _ in 0..55 {
        reply(&host, made[0], "x").await;
    }
    for (path, count) in [(format!("/competitions/{SLUG}/threads"), 120), (format!("/threads/{}/posts", made[0]), 56)] {
        let (mut seen, mut cursor) = (vec![], String::new());
        loop {
            let page = host.get(&format!("{path}{cursor}")).await.expect(200);
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("?cursor={next}");
        }
        assert_eq!(seen.len(), count, "{path}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count, "{path}");
        host.get(&format!("{path}?cursor=x.y")).await.problem(400, "invalid_request");
    }
}

#[actix_web::test]
async fn a_post_answers_a_post_of_its_own_thread() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let ada = app.user("ada").await;
    let (one, two) = (open(&ada, "one").await, open(&ada, "two").await);
    let post = reply(&ada, one, "here").await;
    let body = json!({"markdown": "x", "parent_id": post});
    ada.post(&format!("/threads/{two}/posts"), &body).await.problem(404, "not_found");
    assert_eq!(ada.post(&format!("/threads/{one}/posts"), &body).await.expect(201)["parent_id"], post);
}

#[actix_web::test]
async fn the_discussion_of_a_draft_is_its_hosts_own() {
    let app = TestApp::new().await;
    let host = contest::draft(&app).await;
    let thread = open(&host, "hidden").await;
    let post = reply(&host, thread, "hidden").await;
    for stranger in [app.anonymous(), app.user("ada").await, app.host("elsewhere").await] {
        stranger.get(&format!("/competitions/{SLUG}/threads")).await.problem(404, "not_found");
        stranger.get(&format!("/threads/{thread}")).await.problem(404, "not_found");
        stranger.get(&format!("/threads/{thread}/posts")).await.problem(404, "not_found");
    }
    let ada = app.user("bob").await;
    ada.post(&format!("/threads/{thread}/posts"), &json!({"markdown": "x"})).await.problem(404, "not_found");
    ada.patch(&format!("/posts/{post}"), &json!({"markdown": "x"})).await.problem(404, "not_found");
    ada.delete(&format!("/posts/{post}")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn what_cannot_be_shown_is_not_kept() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let ada = app.user("ada").await;
    let threads = format!("/competitions/{SLUG}/threads");
    for (title, markdown) in [
        ("", "x".to_owned()),
        ("ok", "  ".to_owned()),
        ("ok", "x".repeat(70_000)),
        ("ok", ">".repeat(1000)),
        ("ok", "nul \0".to_owned()),
        (&*"t".repeat(151), "x".to_owned()),
    ] {
        let body = json!({"title": title, "markdown": markdown});
        ada.post(&threads, &body).await.problem(422, "invalid_input");
    }
    assert!(titles(&ada).await.is_empty());
}
