//! The discussion as a place to learn: kinds, votes, answers, mentions, moderation, history, pictures, pace.

use serde_json::{Value, json};

use crate::contest::{self, SLUG};
use crate::harness::{Client, TestApp};

fn threads_of(kind_or_sort: &str) -> String {
    format!("/competitions/{SLUG}/threads?{kind_or_sort}")
}

async fn open(user: &Client<'_>, title: &str, markdown: &str, kind: &str) -> Value {
    let body = json!({"title": title, "markdown": markdown, "kind": kind});
    user.post(&format!("/competitions/{SLUG}/threads"), &body).await.expect(201)
}

async fn reply(user: &Client<'_>, thread: &Value, markdown: &str, parent: Option<&Value>) -> Value {
    let body = json!({"markdown": markdown, "parent_id": parent.map(|post| &post["id"])});
    user.post(&format!("/threads/{}/posts", thread["id"]), &body).await.expect(201)
}

async fn first_post(user: &Client<'_>, thread: &Value) -> Value {
    user.get(&format!("/threads/{}/posts", thread["id"])).await.expect(200)["items"][0].clone()
}

async fn kinds_told(user: &Client<'_>) -> Vec<String> {
    let list = user.get("/me/notifications").await.expect(200);
    let kind = |item: &Value| item["kind"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(kind).filter(|kind| kind != "new_sign_in").collect()
}

#[actix_web::test]
async fn a_question_has_one_accepted_answer() {
    let app = &TestApp::new().await;
    let host = contest::published(app).await;
    let (ann, bob) = (contest::member(app, "Ann").await, contest::member(app, "Bob").await);
    let question = open(&ann, "Why?", "x", "question").await;
    let answer = reply(&bob, &question, "Because.", None).await;
    let path = format!("/threads/{}/accepted", question["id"]);
    bob.put(&path, &json!({"post_id": answer["id"]})).await.problem(403, "not_the_author");
    let own = first_post(&ann, &question).await;
    ann.put(&path, &json!({"post_id": own["id"]})).await.problem(422, "invalid_input");
    let accepted = ann.put(&path, &json!({"post_id": answer["id"]})).await.expect(200);
    assert_eq!(accepted["accepted_post_id"], answer["id"]);
    assert_eq!(kinds_told(&bob).await, ["answer_accepted"]);
    assert!(ann.get(&threads_of("open=true")).await.expect(200)["items"].as_array().unwrap().is_empty());
    // Deleting the answer opens the question again.
    host.delete(&format!("/posts/{}", answer["id"])).await.expect(204);
    assert_eq!(ann.get(&threads_of("open=true")).await.expect(200)["items"].as_array().unwrap().len(), 1);
    let talk = open(&ann, "Talk", "x", "discussion").await;
    let other = reply(&bob, &talk, "y", None).await;
    let path = format!("/threads/{}/accepted", talk["id"]);
    ann.put(&path, &json!({"post_id": other["id"]})).await.problem(422, "invalid_input");
}

#[actix_web::test]
async fn a_vote_counts_once_and_can_be_taken_back() {
    let app = &TestApp::new().await;
    contest::published(app).await;
    let (ann, bob) = (contest::member(app, "Ann").await, contest::member(app, "Bob").await);
    let thread = open(&ann, "t", "x", "sharing").await;
    let post = first_post(&bob, &thread).await;
    let path = format!("/posts/{}/vote", post["id"]);
    ann.put(&path, &Value::Null).await.problem(409, "own_post");
    for _ in 0..3 {
        assert_eq!(bob.put(&path, &Value::Null).await.expect(200), json!({"votes": 1, "voted": true}));
    }
    assert_eq!(first_post(&bob, &thread).await["voted"], true);
    assert_eq!(first_post(&ann, &thread).await["voted"], false);
    let listed = ann.get(&threads_of("sort=top")).await.expect(200);
    assert_eq!(listed["items"][0]["votes"], 1);
    assert_eq!(bob.delete(&path).await.expect(200), json!({"votes": 0, "voted": false}));
}

#[actix_web::test]
async fn threads_are_sorted_and_paged_in_every_order() {
    let app = &TestApp::with(podium_store::testing::Kind::Postgres, |config| config.posts = 1000).await;
    let host = contest::published(app).await;
    let ann = contest::member(app, "Ann").await;
    let voters = [contest::member(app, "Bob").await, contest::member(app, "Eve").await];
    let mut threads = vec![];
    for n in 0..54 {
        threads.push(open(&ann, &format!("t{n}"), "x", if n % 2 == 0 { "question" } else { "sharing" }).await);
        app.pass(chrono::TimeDelta::minutes(1));
    }
    for (thread, voters) in [(&threads[3], &voters[..]), (&threads[50], &voters[..1])] {
        let post = first_post(&ann, thread).await;
        for voter in voters {
            voter.put(&format!("/posts/{}/vote", post["id"]), &Value::Null).await.expect(200);
        }
    }
    reply(&voters[0], &threads[7], "up", None).await;
    host.patch(&format!("/threads/{}", threads[1]["id"]), &json!({"is_pinned": true})).await.expect(200);
    for (sort, first) in [("active", [1, 7]), ("new", [1, 53]), ("hot", [1, 3]), ("top", [1, 3])] {
        let mut seen = vec![];
        let mut query = format!("sort={sort}");
        loop {
            let page = ann.get(&threads_of(&query)).await.expect(200);
            seen.extend(page["items"].as_array().unwrap().iter().map(|thread| thread["id"].as_i64().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("sort={sort}&cursor={next}");
        }
        let wanted = first.map(|n: usize| threads[n]["id"].as_i64().unwrap());
        assert_eq!(seen[..2], wanted, "{sort}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 54, "{sort}: each once");
    }
    let questions = ann.get(&threads_of("kind=question")).await.expect(200);
    assert_eq!(questions["items"].as_array().unwrap().len(), 27);
    ann.get(&threads_of("sort=best")).await.problem(400, "invalid_request");
}

#[actix_web::test]
async fn people_hear_of_replies_mentions_and_announcements() {
    let app = &TestApp::new().await;
    let host = contest::published(app).await;
    let (ann, bob, eve) =
        (contest::member(app, "Ann").await, contest::member(app, "Bob Ross").await, contest::member(app, "Eve").await);
    let thread = open(&ann, "t", "ask @eve, @\"bob ross\" and me @Ann", "question").await;
    assert_eq!(kinds_told(&bob).await, ["mention"]);
    assert_eq!(kinds_told(&eve).await, ["mention"]);
    assert!(kinds_told(&ann).await.is_empty(), "nobody is told of what they did");
    let first = reply(&bob, &thread, "hm @ann", None).await;
    assert_eq!(kinds_told(&ann).await, ["reply"], "once, not twice");
    reply(&eve, &thread, "no", Some(&first)).await;
    assert_eq!(kinds_told(&bob).await, ["reply", "mention"]);
    ann.post(&format!("/competitions/{SLUG}/threads"), &json!({"title": "t", "markdown": "x", "kind": "announcement"}))
        .await
        .problem(403, "host_only");
    open(&host, "New data", "x", "announcement").await;
    for user in [&ann, &bob, &eve] {
        assert_eq!(kinds_told(user).await[0], "announcement");
    }
}

#[actix_web::test]
async fn what_is_reported_comes_before_the_hosts_who_hide_it_or_not() {
    let app = &TestApp::new().await;
    let host = contest::published(app).await;
    let (ann, bob) = (contest::member(app, "Ann").await, contest::member(app, "Bob").await);
    let thread = open(&ann, "t", "buy my watches", "discussion").await;
    let post = first_post(&ann, &thread).await;
    let path = |what: &str| format!("/posts/{}/{what}", post["id"]);
    bob.post(&path("reports"), &json!({"reason": " "})).await.problem(422, "invalid_input");
    bob.post(&path("reports"), &json!({"reason": "spam"})).await.expect(204);
    bob.post(&path("reports"), &json!({"reason": "spam"})).await.problem(409, "reported_before");
    assert_eq!(kinds_told(&host).await, ["post_reported"]);
    let queue = host.get(&format!("/competitions/{SLUG}/reports")).await.expect(200);
    assert_eq!(queue["items"][0]["reason"], "spam");
    assert_eq!(queue["items"][0]["reporter"], "Bob");
    bob.get(&format!("/competitions/{SLUG}/reports")).await.problem(403, "host_only");

    host.put(&path("moderation"), &json!({"is_hidden": true})).await.expect(204);
    assert!(
        host.get(&format!("/competitions/{SLUG}/reports")).await.expect(200)["items"].as_array().unwrap().is_empty()
    );
    assert_eq!(kinds_told(&ann).await, ["post_moderated"]);
    for reader in [&ann, &bob, &app.anonymous()] {
        let shown = reader.get(&format!("/threads/{}/posts", thread["id"])).await.text();
        assert!(!shown.contains("watches"), "{shown}");
        reader.get(&path("versions")).await.problem(404, "not_found");
        let found = reader.get(&format!("/competitions/{SLUG}/search?q=watches")).await.expect(200);
        assert!(found["items"].as_array().unwrap().is_empty());
    }
    ann.patch(&format!("/posts/{}", post["id"]), &json!({"markdown": "y"})).await.problem(403, "not_the_author");
    assert!(host.get(&format!("/threads/{}/posts", thread["id"])).await.text().contains("watches"));
    let audit = host.get(&format!("/competitions/{SLUG}/audit")).await.text();
    assert!(audit.contains("post.moderated"), "{audit}");
    host.put(&path("moderation"), &json!({"is_hidden": false})).await.expect(204);
    assert!(bob.get(&format!("/threads/{}/posts", thread["id"])).await.text().contains("watches"));
}

#[actix_web::test]
async fn a_post_shows_what_it_said_before() {
    let app = &TestApp::new().await;
    contest::published(app).await;
    let ann = contest::member(app, "Ann").await;
    let thread = open(&ann, "t", "one", "discussion").await;
    let post = first_post(&ann, &thread).await;
    for text in ["two", "two", "three"] {
        ann.patch(&format!("/posts/{}", post["id"]), &json!({"markdown": text})).await.expect(200);
    }
    let versions = app.anonymous().get(&format!("/posts/{}/versions", post["id"])).await.expect(200);
    let html: Vec<&str> = versions["items"].as_array().unwrap().iter().map(|v| v["html"].as_str().unwrap()).collect();
    assert_eq!(html, ["<p>two</p>\n", "<p>one</p>\n"]);
}

#[actix_web::test]
async fn posts_have_a_pace() {
    let app = &TestApp::new().await;
    let host = contest::published(app).await;
    let ann = contest::member(app, "Ann").await;
    for n in 0..10 {
        open(&ann, &format!("t{n}"), "x", "discussion").await;
    }
    let body = json!({"title": "t", "markdown": "x"});
    ann.post(&format!("/competitions/{SLUG}/threads"), &body).await.problem(429, "too_many_attempts");
    app.pass(chrono::TimeDelta::minutes(5));
    ann.post(&format!("/competitions/{SLUG}/threads"), &body).await.expect(201);
    for n in 0..11 {
        open(&host, &format!("h{n}"), "x", "discussion").await;
    }
}

#[actix_web::test]
async fn a_picture_is_shown_where_its_competition_is_and_nothing_of_elsewhere() {
    let app = &TestApp::new().await;
    let host = contest::draft(app).await;
    let png = include_bytes!("pixel.png");
    let upload = |client: &Client<'_>, bytes: &'static [u8]| {
        let path = format!("/api/v1/competitions/{SLUG}/post-images");
        client.request(actix_web::http::Method::POST, &path).set_payload(bytes)
    };
    let picture = host.send(upload(&host, png)).await.expect(201);
    let path = picture["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    let shown = host.get(&path).await;
    assert_eq!(shown.header("content-type"), Some("image/png"));
    assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(shown.header("content-security-policy"), Some("sandbox; default-src 'none'"));
    app.user("Eve").await.get(&path).await.problem(404, "not_found");
    host.send(upload(&host, b"<svg/>")).await.problem(422, "invalid_input");

    let markdown = format!("{} ![x](https://elsewhere.example/x.png)", picture["markdown"].as_str().unwrap());
    let thread = open(&host, "t", &markdown, "sharing").await;
    let html = first_post(&host, &thread).await["html"].as_str().unwrap().to_owned();
    assert!(html.contains(&format!("src=\"{}\"", picture["url"].as_str().unwrap())), "{html}");
    assert_eq!(html.matches("<img").count(), 1, "{html}");

    // By the address of another competition it is not there.
    let mut other = contest::manifest();
    other["slug"] = json!("other");
    host.put("/competitions/other", &other).await.expect(201);
    host.get(&path.replace(SLUG, "other")).await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_write_up_belongs_to_a_scored_entry_of_ones_own_team() {
    let app = &TestApp::new().await;
    contest::published(app).await;
    let (ann, bob) = (contest::member(app, "Ann").await, contest::member(app, "Bob").await);
    let sent = contest::accepted(contest::send(&ann, contest::entry(3), contest::Sending::default()).await);
    contest::score(app).await;
    let body = json!({"title": "How", "markdown": "x", "kind": "write_up", "submission_id": sent["id"]});
    let path = format!("/competitions/{SLUG}/threads");
    bob.post(&path, &body).await.problem(422, "invalid_input");
    let thread = ann.post(&path, &body).await.expect(201);
    assert_eq!(thread["submission_id"], sent["id"]);
    let list = app.anonymous().get(&format!("/competitions/{SLUG}/write-ups")).await.expect(200);
    assert_eq!(list["items"][0]["thread_id"], thread["id"]);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}
