//! Limits on guessing hold at the limit, over a restart and over several servers.

use std::rc::Rc;

use actix_web::http::{Method, header};
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use actix_web::web;
use chrono::TimeDelta;
use podium_server::app::{self, AppState};
use podium_server::clock::Clock;
use podium_server::config::Config;
use podium_store::testing::{Kind, TestDb};
use serde_json::{Value, json};

use crate::harness::TestApp;

#[actix_web::test]
async fn ten_wrong_passwords_and_then_a_wait_that_ends_by_itself() {
    let app = TestApp::new().await;
    let body = json!({"name": "ann", "password": "a heron stands in the reeds"});
    app.anonymous().post("/users", &body).await.expect(201);
    let right = json!({"login": "ann", "password": "a heron stands in the reeds"});
    let wrong = json!({"login": "ann", "password": "wrong"});
    for _ in 0..9 {
        app.anonymous().post("/sessions", &wrong).await.problem(401, "sign_in_failed");
    }
    // The tenth place is taken and given back by who knows the password.
    app.anonymous().post("/sessions", &right).await.expect(200);
    app.anonymous().post("/sessions", &wrong).await.problem(401, "sign_in_failed");
    let answer = app.anonymous().post("/sessions", &right).await;
    assert_eq!(answer.header("retry-after"), Some("300"));
    answer.problem(429, "too_many_attempts");
    app.pass(TimeDelta::minutes(5));
    app.anonymous().post("/sessions", &right).await.expect(200);
}

#[actix_web::test]
async fn a_restart_and_a_second_server_forget_nothing() {
    let db = TestDb::new(Kind::Postgres);
    let folder = tempfile::tempdir().unwrap();
    let mut statuses = vec![];
    // Three servers one after another, two of them at the same time.
    let server = async || {
        let config = Config { data: folder.path().join("data"), ..Config::default() };
        let clock = Clock::manual("2026-12-01T12:00:00Z".parse().unwrap());
        let state = web::Data::new(AppState::new(config, clock, db.again()).unwrap());
        Rc::new(init_service(app::build(state)).await)
    };
    let (one, two) = (server().await, server().await);
    for n in 0..12 {
        let of = if n % 2 == 0 { &one } else { &two };
        let request = TestRequest::default()
            .method(Method::POST)
            .uri("/api/v1/sessions")
            .insert_header((header::HOST, "podium.test"))
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_json(json!({"login": "ann", "password": "wrong"}));
        statuses.push(call_service(&**of, request.to_request()).await.status().as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 429, 429]);
    drop((one, two));
    let third = server().await;
    let request = TestRequest::post()
        .uri("/api/v1/sessions")
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_json(json!({"login": "ann", "password": "wrong"}));
    let response = call_service(&*third, request.to_request()).await;
    assert_eq!(response.status(), 429);
    let problem: Value = read_body_json(response).await;
    assert_eq!(problem["code"], "too_many_attempts");
}
