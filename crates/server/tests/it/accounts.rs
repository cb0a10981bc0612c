//! Sign-up, sign-in, sign-out and the rules that keep others out.

use actix_web::http::Method;
use chrono::TimeDelta;
use podium_store::testing::Kind;
use podium_store::types::{UserRole, UserState};
use podium_store::users::{self, AccountError};
use serde_json::json;

use crate::harness::{Answer, Client, TestApp};

const PASSWORD: &str = "rainy-walrus-84-lamp";

async fn sign_up<'a>(app: &'a TestApp, name: &str) -> Client<'a> {
    let body = json!({"name": name, "password": PASSWORD, "language": "ko"});
    let answer = app.anonymous().post("/users", &body).await;
    let cookie = cookie_of(&answer);
    let user = answer.expect(201);
    assert_eq!(user["user"]["name"], name);
    app.anonymous().with_cookie(&cookie)
}

fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_person_signs_up_and_is_signed_in() {
    let app = TestApp::new().await;
    let me = sign_up(&app, "민지").await;
    let view = me.get("/me").await.expect(200);
    assert_eq!(view["user"]["name"], "민지");
    assert_eq!(view["user"]["role"], "participant");
    assert_eq!(view["user"]["language"], "ko");
    assert!(view["user"].get("password_hash").is_none());
    assert_eq!(app.anonymous().get("/me").await.expect(200)["user"], json!(null));
}

#[actix_web::test]
async fn names_that_look_alike_are_taken() {
    let app = TestApp::new().await;
    sign_up(&app, "Ada Lovelace").await;
    for name in ["ada lovelace", "ＡＤＡ ＬＯＶＥＬＡＣＥ", " Ada  Lovelace "] {
        let body = json!({"name": name, "password": PASSWORD});
        app.anonymous().post("/users", &body).await.problem(409, "name_taken");
    }
}

#[actix_web::test]
async fn every_fault_of_a_sign_up_is_named_at_once() {
    let app = TestApp::new().await;
    let body = json!({"name": "a", "email": "nobody", "password": "password1234"});
    let problem = app.anonymous().post("/users", &body).await.problem(422, "invalid_input");
    let names: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["name", "email", "password"]);
    for name in ["a@b.c", "a\u{202e}b", "a\u{200b}b", "\n\n"] {
        let body = json!({"name": name, "password": PASSWORD});
        app.anonymous().post("/users", &body).await.problem(422, "invalid_input");
    }
}

#[actix_web::test]
async fn unknown_members_and_wrong_types_are_refused() {
    let app = TestApp::new().await;
    for body in [
        json!({"name": "ada", "password": PASSWORD, "role": "admin"}),
        json!({"name": "ada", "password": PASSWORD, "id": 1}),
        json!({"name": ["ada"], "password": PASSWORD}),
        json!({"name": "ada"}),
        json!([]),
    ] {
        app.anonymous().post("/users", &body).await.problem(400, "invalid_request");
    }
}

#[actix_web::test]
async fn a_closed_site_takes_no_sign_ups() {
    let app = TestApp::with(Kind::Sqlite, |config| config.sign_up = Some(false)).await;
    assert_eq!(app.anonymous().get("/site").await.expect(200)["sign_up_open"], false);
    let body = json!({"name": "ada", "password": PASSWORD});
    app.anonymous().post("/users", &body).await.problem(403, "sign_up_closed");
}

#[actix_web::test]
async fn signing_in_works_by_name_but_not_by_an_address_that_nobody_proved() {
    let app = TestApp::new().await;
    let body = json!({"name": "Ada", "email": "Ada@Example.org", "password": PASSWORD});
    app.anonymous().post("/users", &body).await.expect(201);
    for login in ["ada", "ADA"] {
        let answer = app.anonymous().post("/sessions", &json!({"login": login, "password": PASSWORD})).await;
        assert_eq!(answer.expect(200)["user"]["name"], "Ada");
    }
    let by_address = json!({"login": "ada@example.org", "password": PASSWORD});
    app.anonymous().post("/sessions", &by_address).await.problem(401, "sign_in_failed");
}

#[actix_web::test]
async fn an_address_can_be_written_down_twice_and_administrators_find_both() {
    let app = TestApp::new().await;
    for name in ["Ada", "Eve"] {
        let body = json!({"name": name, "email": "Ada@Example.org", "password": PASSWORD});
        app.anonymous().post("/users", &body).await.expect(201);
    }
    let found = app.admin("root").await.get("/admin/users?q=ada@ex").await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn unknown_wrong_suspended_and_passwordless_get_the_same_answer() {
    let app = TestApp::new().await;
    let suspended = sign_up(&app, "gone").await.get("/me").await.expect(200)["user"]["id"].as_i64().unwrap();
    sign_up(&app, "ada").await;
    app.user("nopassword").await;
    let (id, now) = (podium_store::types::UserId(suspended), app.now());
    app.state
        .db
        .write::<_, AccountError, _>(move |c| users::administer(c, id, None, Some(UserState::Suspended), now))
        .await
        .unwrap();
    let mut bodies = vec![];
    let long = "x".repeat(5000);
    for (login, password) in
        [("nobody", PASSWORD), ("ada", "wrong"), ("gone", PASSWORD), ("nopassword", PASSWORD), ("ada", &long)]
    {
        let answer = app.anonymous().post("/sessions", &json!({"login": login, "password": password})).await;
        assert!(answer.header("set-cookie").is_none());
        let mut problem = answer.problem(401, "sign_in_failed");
        problem["request_id"] = json!("");
        bodies.push(problem.to_string());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}

#[actix_web::test]
async fn the_eleventh_failure_of_an_account_waits_even_from_elsewhere() {
    let app = TestApp::new().await;
    sign_up(&app, "ada").await;
    let attempt = |login: &'static str, password: &'static str, host: u8| {
        let client = app.anonymous();
        async move {
            let request = client
                .request(Method::POST, "/api/v1/sessions")
                .peer_addr(([198, 51, 100, host], 1).into())
                .set_json(json!({"login": login, "password": password}));
            client.send(request).await
        }
    };
    for host in 0..10 {
        attempt("ada", "wrong", host).await.problem(401, "sign_in_failed");
    }
    let answer = attempt("ada", PASSWORD, 20).await;
    assert_eq!(answer.header("retry-after"), Some("300"));
    answer.problem(429, "too_many_attempts");
    // An account that does not exist is limited in the same way.
    for host in 30..40 {
        attempt("nobody", "wrong", host).await.problem(401, "sign_in_failed");
    }
    attempt("nobody", "wrong", 41).await.problem(429, "too_many_attempts");
    app.pass(TimeDelta::minutes(5));
    attempt("ada", PASSWORD, 20).await.expect(200);
}

#[actix_web::test]
async fn a_class_behind_one_address_signs_in_at_once() {
    let app = TestApp::new().await;
    for n in 0..12 {
        sign_up(&app, &format!("student {n}")).await;
    }
    for n in 0..12 {
        let body = json!({"login": format!("student {n}"), "password": PASSWORD});
        app.anonymous().post("/sessions", &body).await.expect(200);
    }
}

#[actix_web::test]
async fn the_eleventh_failure_from_an_address_waits_whatever_the_name() {
    let app = TestApp::new().await;
    for n in 0..10 {
        let body = json!({"login": format!("name {n}"), "password": "wrong"});
        app.anonymous().post("/sessions", &body).await.problem(401, "sign_in_failed");
    }
    let body = json!({"login": "another", "password": "wrong"});
    app.anonymous().post("/sessions", &body).await.problem(429, "too_many_attempts");
}

#[actix_web::test]
async fn signing_out_ends_access_at_once_in_every_tab() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let other = app.sign_in(me.user.clone().unwrap()).await;
    let answer = me.delete("/sessions/current").await;
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(answer.header("clear-site-data"), Some("\"cache\""));
    answer.expect(204);
    // The old cookie, replayed.
    let replay = me.get("/me").await;
    assert!(replay.header("set-cookie").unwrap().contains("Max-Age=0"));
    replay.problem(401, "invalid_credential");
    other.get("/me").await.expect(200);
    app.anonymous().delete("/sessions/current").await.expect(204);
}

#[actix_web::test]
async fn a_session_ends_when_idle_and_in_any_case() {
    let app = TestApp::new().await;
    let (idle, busy) = (app.user("idle").await, app.user("busy").await);
    let admin = app.admin("admin").await;
    app.pass(TimeDelta::hours(11));
    admin.get("/me").await.expect(200);
    app.pass(TimeDelta::hours(12));
    admin.get("/me").await.problem(401, "invalid_credential");
    for _ in 0..6 {
        busy.get("/me").await.expect(200);
        app.pass(TimeDelta::days(13));
    }
    idle.get("/me").await.problem(401, "invalid_credential");
    busy.get("/me").await.expect(200);
    app.pass(TimeDelta::days(13));
    busy.get("/me").await.problem(401, "invalid_credential");
}

#[actix_web::test]
async fn a_new_password_ends_the_other_sessions() {
    let app = TestApp::new().await;
    let me = sign_up(&app, "ada").await;
    let answer = app.anonymous().post("/sessions", &json!({"login": "ada", "password": PASSWORD})).await;
    let other = app.anonymous().with_cookie(&cookie_of(&answer));
    let new = "another-quiet-heron-5";
    me.post("/me/password", &json!({"current": "wrong", "new": new})).await.problem(403, "wrong_password");
    me.post("/me/password", &json!({"current": PASSWORD, "new": "short"})).await.problem(422, "invalid_input");
    me.post("/me/password", &json!({"current": PASSWORD, "new": new})).await.expect(204);
    me.get("/me").await.expect(200);
    other.get("/me").await.problem(401, "invalid_credential");
    app.anonymous()
        .post("/sessions", &json!({"login": "ada", "password": PASSWORD}))
        .await
        .problem(401, "sign_in_failed");
    app.anonymous().post("/sessions", &json!({"login": "ada", "password": new})).await.expect(200);
}

#[actix_web::test]
async fn guessing_the_present_password_is_limited_too() {
    let app = TestApp::new().await;
    let me = sign_up(&app, "ada").await;
    for _ in 0..10 {
        me.post("/me/password", &json!({"current": "wrong", "new": PASSWORD})).await.problem(403, "wrong_password");
    }
    me.post("/me/password", &json!({"current": PASSWORD, "new": PASSWORD})).await.problem(429, "too_many_attempts");
}

#[actix_web::test]
async fn suspending_ends_sessions_and_tokens_with_the_next_request() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let program = me.token(&[podium_store::tokens::Scope::Read]).await;
    program.get("/me").await.expect(200);
    let (id, now) = (me.user.as_ref().unwrap().id, app.now());
    app.state
        .db
        .write::<_, AccountError, _>(move |c| users::administer(c, id, None, Some(UserState::Suspended), now))
        .await
        .unwrap();
    me.get("/me").await.problem(401, "invalid_credential");
    program.get("/me").await.problem(401, "invalid_credential");
}

#[actix_web::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let other = app.sign_in(me.user.clone().unwrap()).await;
    let stranger = app.user("eve").await;
    let list = me.get("/me/sessions").await.expect(200);
    let current: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|s| s["is_current"].as_bool().unwrap()).collect();
    assert_eq!(current, [false, true]);
    let id = list["items"][0]["id"].as_i64().unwrap();
    stranger.delete(&format!("/me/sessions/{id}")).await.problem(404, "not_found");
    me.delete(&format!("/me/sessions/{id}")).await.expect(204);
    other.get("/me").await.problem(401, "invalid_credential");
}

#[actix_web::test]
async fn the_first_administrator_is_made_once_with_the_printed_code() {
    let app = TestApp::new().await;
    assert_eq!(app.anonymous().get("/site").await.expect(200)["setup_required"], true);
    let code = app.state.setup.text().unwrap();
    let body = |code: &str| json!({"code": code, "name": "root", "password": PASSWORD});
    app.anonymous().post("/setup", &body("0000")).await.problem(403, "setup_code");
    let answer = app.anonymous().post("/setup", &body(&code)).await;
    let admin = app.anonymous().with_cookie(&cookie_of(&answer));
    assert_eq!(answer.expect(201)["user"]["role"], "admin");
    assert_eq!(admin.get("/me").await.expect(200)["user"]["role"], "admin");
    app.anonymous().post("/setup", &body(&code)).await.problem(403, "setup_code");
    assert_eq!(app.anonymous().get("/site").await.expect(200)["setup_required"], false);
}

#[actix_web::test]
async fn the_setup_code_is_worth_nothing_once_there_is_an_account() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let code = app.state.setup.text().unwrap();
    let body = json!({"code": code, "name": "root", "password": PASSWORD});
    app.anonymous().post("/setup", &body).await.problem(409, "setup_done");
}

#[actix_web::test]
async fn a_fresh_site_has_no_account() {
    let app = TestApp::new().await;
    let list = app.state.db.read::<_, podium_store::StoreError, _>(|c| users::list(c, "", None, 10)).await.unwrap();
    assert!(list.is_empty());
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let app = TestApp::new().await;
    let id = app.admin("root").await.user.unwrap().id;
    let now = app.now();
    for (role, state) in [(Some(UserRole::Host), None), (None, Some(UserState::Suspended))] {
        let change = move |c: &mut podium_store::Conn| users::administer(c, id, role, state, now);
        let refused = app.state.db.write::<_, AccountError, _>(change).await;
        assert!(matches!(refused, Err(AccountError::LastAdmin)));
    }
}

#[actix_web::test]
async fn a_forged_or_foreign_cookie_is_401_and_never_anonymous() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let elsewhere = TestApp::new().await;
    let foreign = elsewhere.user("ada").await;
    let token =
        elsewhere.state.session_keys.issue(me.user.as_ref().unwrap().id, app.now(), app.now().plus(TimeDelta::days(1)));
    drop(foreign);
    for value in ["x", "a.b.c", &token.unwrap().token, &"e".repeat(5000)] {
        let forged = me.with_cookie(&format!("__Host-podium={value}"));
        forged.get("/me").await.problem(401, "invalid_credential");
    }
    // Another site's cookie beside ours is not our business.
    me.with_cookie("other=1").get("/me").await.expect(200);
}

#[actix_web::test]
async fn plain_http_has_its_own_cookie_and_says_so() {
    let app = TestApp::with(Kind::Sqlite, |config| config.insecure_http = true).await;
    assert_eq!(app.anonymous().get("/site").await.expect(200)["insecure_http"], true);
    let body = json!({"name": "ada", "password": PASSWORD});
    let answer = app.anonymous().post("/users", &body).await;
    assert!(answer.header("set-cookie").unwrap().starts_with("podium="));
    assert!(!answer.header("set-cookie").unwrap().contains("Secure"));
}

#[actix_web::test]
async fn other_sites_cannot_write_with_the_visitors_cookie() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    for (header, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")] {
        let request = me.request(Method::PATCH, "/api/v1/me").insert_header((header, value));
        me.send(request.set_json(json!({"language": "ko"}))).await.problem(403, "cross_site");
    }
    // A form of another page: the content type that needs no permission from this site.
    let request = me.request(Method::PATCH, "/api/v1/me").insert_header(("content-type", "text/plain"));
    me.send(request.set_payload("{\"language\":\"ko\"}")).await.problem(415, "unsupported_media_type");
    assert_eq!(me.get("/me").await.expect(200)["user"]["language"], "en");
}
