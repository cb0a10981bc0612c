//! A competition from the first manifest to the people who join it.

use serde_json::{Value, json};

use crate::contest::{self, SLUG, manifest};
use crate::harness::{Client, TestApp};

const PATH: &str = "/competitions/cells";

async fn view(user: &Client<'_>) -> Value {
    user.get(PATH).await.expect(200)
}

#[actix_web::test]
async fn hosts_create_and_participants_do_not() {
    let app = TestApp::new().await;
    let body = manifest();
    app.anonymous().put(PATH, &body).await.problem(401, "sign_in_required");
    app.user("ada").await.put(PATH, &body).await.problem(403, "host_only");
    let host = app.host("hana").await;
    assert_eq!(host.put(PATH, &body).await.expect(201)["state"], "draft");
    // The same again changes nothing.
    host.put(PATH, &body).await.expect(200);
    let other = app.host("elsewhere").await;
    other.put(PATH, &body).await.problem(403, "host_only");
    app.admin("root").await.put(PATH, &body).await.expect(200);
    let program = host.token(&[podium_store::tokens::Scope::Host]).await;
    program.put(PATH, &body).await.expect(200);
    let reader = host.token(&[podium_store::tokens::Scope::Read, podium_store::tokens::Scope::Submit]).await;
    reader.put(PATH, &body).await.problem(403, "token_scope");
}

#[actix_web::test]
async fn a_draft_is_not_there_for_others() {
    let app = TestApp::new().await;
    let host = contest::draft(&app).await;
    assert_eq!(view(&host).await["is_host"], true);
    for stranger in [app.anonymous(), app.user("ada").await, app.host("elsewhere").await] {
        let mut answers = vec![];
        for path in [PATH, "/competitions/nothing"] {
            let mut problem = stranger.get(path).await.problem(404, "not_found");
            problem["request_id"] = Value::Null;
            answers.push(problem.to_string());
        }
        assert_eq!(answers[0], answers[1]);
        assert!(stranger.get("/competitions").await.expect(200)["items"].as_array().unwrap().is_empty());
    }
    assert_eq!(app.admin("root").await.get("/competitions").await.expect(200)["items"][0]["slug"], SLUG);
}

#[actix_web::test]
async fn all_faults_of_a_manifest_are_named_at_once() {
    let app = TestApp::new().await;
    let host = app.host("hana").await;
    let mut body = manifest();
    body["dates"]["end"] = json!("2026-11-01T00:00:00");
    body["limits"]["entries_per_day"] = json!(0);
    body["slug"] = json!("other");
    let problem = host.put(PATH, &body).await.problem(422, "invalid_manifest");
    let names: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    for name in ["dates.end", "limits.entries_per_day", "slug"] {
        assert!(names.contains(&name), "{names:?}");
    }
    contest::says_both(&problem);
    body["nosuch"] = json!(1);
    contest::says_both(&host.put(PATH, &body).await.problem(422, "invalid_manifest"));
    host.get(PATH).await.problem(404, "not_found");
}

#[actix_web::test]
async fn publishing_says_everything_that_is_missing() {
    let app = TestApp::new().await;
    let host = app.host("hana").await;
    host.put(PATH, &manifest()).await.expect(201);
    let publish = format!("{PATH}/publish");
    let problem = host.post(&publish, &Value::Null).await.problem(422, "not_ready");
    let names: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["pages.overview", "pages.data", "pages.rules", "files", "solution"]);
    contest::says_both(&problem);
    app.at("2026-12-22T00:00:00Z");
    let host = app.sign_in(host.user.clone().unwrap()).await;
    let problem = host.post(&publish, &Value::Null).await.problem(422, "not_ready");
    assert!(problem.to_string().contains("dates.end"));
}

#[actix_web::test]
async fn what_is_red_on_the_checklist_keeps_a_competition_from_being_published() {
    let app = TestApp::new().await;
    let host = contest::draft(&app).await;
    host.put(&format!("{PATH}/pages/overview/en"), &json!({"markdown": "> **Question:** what is it?"}))
        .await
        .expect(200);
    let labels = contest::solution().replace(",Usage", "").replace(",Public", "").replace(",Private", "");
    contest::upload(&host, contest::SLUG, contest::tar(&[("leak.csv", labels.as_bytes())])).await.expect(200);
    for query in ["", "?force=true&reason=it%20is%20fine"] {
        let problem = host.post(&format!("{PATH}/publish{query}"), &Value::Null).await.problem(422, "not_ready");
        let codes: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"unanswered_question") && codes.contains(&"labels_in_data"), "{problem}");
        assert_eq!(problem["can_be_forced"], false);
        contest::says_both(&problem);
    }
    assert_eq!(host.get(PATH).await.expect(200)["state"], "draft");
}

#[actix_web::test]
async fn a_suspicion_of_a_leak_takes_a_reason_to_publish_which_the_audit_log_keeps() {
    let app = TestApp::new().await;
    let host = contest::draft(&app).await;
    // The labels of four rows of ten: not enough to be sure.
    let some: String = contest::solution().lines().take(5).map(|line| line.replace(",Public", "") + "\n").collect();
    let some = some.replace(",Usage", "");
    contest::upload(&host, contest::SLUG, contest::tar(&[("extra.csv", some.as_bytes())])).await.expect(200);
    let problem = host.post(&format!("{PATH}/publish"), &Value::Null).await.problem(422, "not_ready");
    assert_eq!((&problem["errors"][0]["code"], &problem["can_be_forced"]), (&json!("labels_in_data"), &json!(true)));
    contest::says_both(
        &host.post(&format!("{PATH}/publish?force=true"), &Value::Null).await.problem(422, "invalid_input"),
    );
    let published = host.post(&format!("{PATH}/publish?force=true&reason=Worked%20examples"), &Value::Null).await;
    assert_eq!(published.expect(200)["state"], "running");
    let log = host.get(&format!("{PATH}/audit?action=competition.published")).await.expect(200);
    let detail = &log["items"][0]["detail"];
    assert_eq!(detail["reason"], "Worked examples");
    assert!(detail["forced"][0].as_str().unwrap().contains("extra.csv"), "{log}");
}

#[actix_web::test]
async fn states_follow_the_instants() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let user = host.user.clone().unwrap();
    for (time, state) in [
        ("2026-11-30T23:59:59.999999Z", "draft"),
        ("2026-12-01T12:00:00Z", "running"),
        ("2026-12-21T08:59:59.999999Z", "running"),
        ("2026-12-21T09:00:00Z", "closed"),
    ] {
        app.at(time);
        assert_eq!(view(&app.sign_in(user.clone()).await).await["state"], state, "{time}");
    }
    let host = app.sign_in(user).await;
    host.post(&format!("{PATH}/release"), &Value::Null).await.expect(200);
    assert_eq!(view(&host).await["state"], "revealed");
}

#[actix_web::test]
async fn private_scores_stay_sealed_before_the_end() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    host.post(&format!("{PATH}/release"), &Value::Null).await.problem(409, "locked");
    let stranger = app.user("ada").await;
    stranger.post(&format!("{PATH}/release"), &Value::Null).await.problem(403, "host_only");
}

#[actix_web::test]
async fn joining_needs_consent_to_the_rules_as_they_are() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let ada = app.user("ada").await;
    let join = format!("{PATH}/join");
    let page = ada.get(&format!("{PATH}/pages")).await.expect(200);
    let rules = page["items"].as_array().unwrap().iter().find(|p| p["name"] == "rules").unwrap()["sha256"].clone();
    ada.post(&join, &json!({"accept_rules": false, "rules_sha256": rules})).await.problem(422, "invalid_input");
    host.put(&format!("{PATH}/pages/rules/en"), &json!({"markdown": "# New rules"})).await.expect(200);
    ada.post(&join, &json!({"accept_rules": true, "rules_sha256": rules})).await.problem(409, "rules_changed");
    let body = json!({"accept_rules": true, "rules_sha256": contest::sha256("# New rules"), "team_name": " Team A "});
    app.anonymous().post(&join, &body).await.problem(401, "sign_in_required");
    let membership = ada.post(&join, &body).await.expect(201);
    assert_eq!(membership["team"]["name"], "Team A");
    assert_eq!(membership["team"]["members"][0]["name"], "ada");
    ada.post(&join, &body).await.problem(409, "already_member");
    let eve = app.user("eve").await;
    eve.post(&join, &body).await.problem(409, "team_name_taken");
    let view = view(&ada).await;
    assert_eq!((view["joined"].as_bool(), view["teams"].as_i64()), (Some(true), Some(1)));
    assert_eq!(view["quota"]["left"], 5);
    assert_eq!(view["quota"]["resets_at"], "2026-12-01T15:00:00Z");
}

#[actix_web::test]
async fn the_next_action_leads_through_the_competition() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let ada = app.user("ada").await;
    assert_eq!(view(&app.anonymous()).await["next_action"], "sign_in");
    assert_eq!(view(&ada).await["next_action"], "join");
    contest::join(&ada).await;
    assert_eq!(view(&ada).await["next_action"], "submit");
    for n in 0..5 {
        contest::accepted(contest::send(&ada, contest::entry(n), contest::Sending::default()).await);
    }
    assert_eq!(view(&ada).await["next_action"], "wait");
    app.at("2026-12-21T09:00:00Z");
    let ada = contest::again(&app, &ada).await;
    assert_eq!(view(&ada).await["next_action"], "late_submit");
    assert_eq!(view(&app.anonymous()).await["next_action"], "none");
    contest::score(&app).await;
}

#[actix_web::test]
async fn pages_come_in_the_language_asked_for_where_they_are_translated() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    host.put(&format!("{PATH}/pages/overview/ko"), &json!({"markdown": "# 개요"})).await.expect(200);
    let body = json!({"markdown": "Later", "visible_from": "2026-12-02T00:00:00Z"});
    host.put(&format!("{PATH}/pages/baseline/en"), &body).await.expect(200);
    let names = |list: &Value| -> Vec<(String, String)> {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        list["items"].as_array().unwrap().iter().map(|p| (text(&p["name"]), text(&p["language"]))).collect()
    };
    let pair = |name: &str, language: &str| (name.to_owned(), language.to_owned());
    let three = |language: &str| vec![pair("overview", language), pair("data", "en"), pair("rules", "en")];
    let korean = app.anonymous().get(&format!("{PATH}/pages?language=ko")).await.expect(200);
    assert_eq!(names(&korean), three("ko"));
    assert_eq!(korean["items"][0]["headings"][0]["text"], "개요");
    assert_eq!(names(&app.anonymous().get(&format!("{PATH}/pages")).await.expect(200)), three("en"));
    assert_eq!(names(&host.get(&format!("{PATH}/pages")).await.expect(200)).len(), 4);
    app.at("2026-12-02T00:00:00Z");
    assert_eq!(names(&app.anonymous().get(&format!("{PATH}/pages")).await.expect(200)).len(), 4);
    let host = contest::again(&app, &host).await;
    let source = host.get(&format!("{PATH}/pages/overview/ko/source")).await.expect(200);
    assert_eq!(source["markdown"], "# 개요");
    app.user("ada").await.get(&format!("{PATH}/pages/overview/ko/source")).await.problem(403, "host_only");
    host.get(&format!("{PATH}/pages/overview/fr/source")).await.problem(404, "not_found");
    contest::says_both(
        &host.put(&format!("{PATH}/pages/No%20Name/en"), &json!({"markdown": "x"})).await.problem(422, "invalid_input"),
    );
}

#[actix_web::test]
async fn the_rules_cannot_be_hidden_until_later() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    contest::member(&app, "ada").await;
    let body = json!({"markdown": "# New rules", "visible_from": "2026-12-08T00:00:00Z"});
    let problem = host.put(&format!("{PATH}/pages/rules/en"), &body).await.problem(422, "invalid_input");
    assert_eq!(problem["errors"][0]["name"], "visible_from");
    let source = host.get(&format!("{PATH}/pages/rules/en/source")).await.expect(200);
    assert_eq!(source["markdown"], "# Text");
    let mut manifest = contest::manifest();
    manifest["pages"] = json!([{"name": "rules", "visible_from": "2026-12-08T09:00:00"}]);
    let problem = host.put(PATH, &manifest).await.problem(422, "invalid_manifest");
    assert_eq!(problem["errors"][0]["name"], "pages[0].visible_from");
}

#[actix_web::test]
async fn the_preview_is_what_publishing_shows() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let markdown = "# A\n\n$x^2$ and `code` ![p](notes/p.png) <script>alert(1)</script>";
    let preview = host.post("/markdown", &json!({"markdown": markdown, "competition": SLUG})).await.expect(200);
    let saved = host.put(&format!("{PATH}/pages/overview/en"), &json!({"markdown": markdown})).await.expect(200);
    assert_eq!(preview["html"], saved["html"]);
    assert!(!preview["html"].as_str().unwrap().contains("<script"));
    contest::says_both(
        &host.post("/markdown", &json!({"markdown": "x".repeat(65_537)})).await.problem(422, "invalid_input"),
    );
}

#[actix_web::test]
async fn the_list_is_filtered_by_words_state_and_person() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let mut other = manifest();
    other["slug"] = json!("bread");
    other["title"] = json!({"en": "Bread", "ko": "빵"});
    contest::make(&host, &other).await;
    let slugs = |list: Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|c| c["slug"].as_str().unwrap().to_owned()).collect()
    };
    let ada = contest::member(&app, "ada").await;
    assert_eq!(slugs(host.get("/competitions").await.expect(200)), ["bread", "cells"]);
    assert_eq!(slugs(host.get("/competitions?q=%EB%B9%B5").await.expect(200)), ["bread"]);
    assert_eq!(slugs(host.get("/competitions?q=BREA").await.expect(200)), ["bread"]);
    assert_eq!(slugs(host.get("/competitions?state=running").await.expect(200)), ["cells"]);
    assert_eq!(slugs(ada.get("/competitions?mine=true").await.expect(200)), ["cells"]);
    assert!(slugs(app.user("eve").await.get("/competitions?mine=true").await.expect(200)).is_empty());
}

#[actix_web::test]
async fn the_catalogue_explains_every_metric_in_both_languages() {
    let app = TestApp::new().await;
    let list = app.anonymous().get("/metrics-catalogue").await.expect(200);
    let items = list["items"].as_array().unwrap();
    assert!(items.len() > 40, "{}", items.len());
    for metric in items {
        for language in ["en", "ko"] {
            let text = metric["explanation"][language].as_str().unwrap();
            assert!(text.starts_with("<p>") && !text.contains("math-error"), "{metric}");
        }
        assert!(!metric["task_kinds"].as_array().unwrap().is_empty(), "{metric}");
    }
}
