//! API tokens: what they open and what they never do.

use chrono::TimeDelta;
use podium_store::tokens::Scope;
use serde_json::json;

use crate::harness::TestApp;

#[actix_web::test]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let made = me.post("/me/tokens", &json!({"name": "laptop", "scopes": ["submit", "read"]})).await.expect(201);
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("pdm_"));
    let program = app.anonymous().with_bearer(token);
    assert_eq!(program.get("/me").await.expect(200)["user"]["name"], "ada");

    let list = me.get("/me/tokens").await;
    assert!(!list.text().contains(&token[4..]));
    let list = list.expect(200);
    assert_eq!(list["items"][0]["scopes"], json!(["read", "submit"]));
    assert_eq!(list["items"][0]["last_used_at"], "2026-12-01T12:00:00Z");

    let id = list["items"][0]["id"].as_i64().unwrap();
    let stranger = app.user("eve").await;
    stranger.delete(&format!("/me/tokens/{id}")).await.problem(404, "not_found");
    me.delete(&format!("/me/tokens/{id}")).await.expect(204);
    program.get("/me").await.problem(401, "invalid_credential");
}

#[actix_web::test]
async fn a_token_ends_at_its_end() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let body = json!({"name": "ci", "scopes": ["read"], "expires_in_days": 2});
    let token = me.post("/me/tokens", &body).await.expect(201)["token"].as_str().unwrap().to_owned();
    let program = app.anonymous().with_bearer(&token);
    app.pass(TimeDelta::hours(47));
    program.get("/me").await.expect(200);
    app.pass(TimeDelta::hours(1));
    program.get("/me").await.problem(401, "invalid_credential");
}

#[actix_web::test]
async fn a_token_cannot_make_tokens_or_change_the_account() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let all = me.token(&[Scope::Read, Scope::Submit, Scope::Host]).await;
    let body = json!({"name": "more", "scopes": ["read"]});
    all.post("/me/tokens", &body).await.problem(403, "session_required");
    all.delete("/me/tokens/1").await.problem(403, "session_required");
    all.patch("/me", &json!({"language": "ko"})).await.problem(403, "session_required");
    let body = json!({"current": "x", "new": "y"});
    all.post("/me/password", &body).await.problem(403, "session_required");
    all.delete("/me/sessions/1").await.problem(403, "session_required");
}

#[actix_web::test]
async fn a_token_is_never_read_from_the_address() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let token = me.post("/me/tokens", &json!({"name": "x", "scopes": ["read"]})).await.expect(201);
    let token = token["token"].as_str().unwrap();
    let answer = app.anonymous().get(&format!("/me?token={token}")).await.expect(200);
    assert_eq!(answer["user"], json!(null));
}

#[actix_web::test]
async fn a_bad_token_is_401_and_never_falls_back_to_the_cookie() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    for value in ["Bearer pdm_x", "Bearer ", "Basic YTpi", "pdm_x", "Bearer eyJ.a.b"] {
        let request = me.request(actix_web::http::Method::GET, "/api/v1/me").insert_header(("authorization", value));
        me.send(request).await.problem(401, "invalid_credential");
    }
}

#[actix_web::test]
async fn a_token_has_a_name_scopes_and_an_end() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    let body = json!({"name": " ", "scopes": [], "expires_in_days": 367});
    let problem = me.post("/me/tokens", &body).await.problem(422, "invalid_input");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 3);
    let body = json!({"name": "x", "scopes": ["admin"]});
    me.post("/me/tokens", &body).await.problem(400, "invalid_request");
}
