//! The second factor, proving anew who one is, and tokens of one competition.

use chrono::TimeDelta;
use podium_server::auth::totp::FactorKey;
use podium_store::testing::Kind;
use podium_store::types::UserId;
use podium_store::{Conn, StoreError, second_factors};
use serde_json::{Value, json};

use crate::contest::{self, SLUG};
use crate::harness::{Answer, Client, TestApp};

const PASSWORD: &str = "a heron stands in the reeds";

/// The code that the person's app shows now.
async fn code(app: &TestApp, user: UserId) -> String {
    let look = move |conn: &mut Conn| second_factors::find(conn, user);
    let factor = app.state.db.read::<_, StoreError, _>(look).await.unwrap().unwrap();
    let key: &FactorKey = &app.state.factor_key;
    key.secret(user, &factor.nonce).unwrap().code(app.now().micros().div_euclid(30_000_000))
}

async fn sign_up<'a>(app: &'a TestApp, name: &str) -> (Client<'a>, UserId) {
    let body = json!({"name": name, "password": PASSWORD});
    let answer = app.anonymous().post("/users", &body).await;
    let client = client(app, &answer);
    (client, UserId(answer.expect(201)["user"]["id"].as_i64().unwrap()))
}

fn client<'a>(app: &'a TestApp, answer: &Answer) -> Client<'a> {
    app.anonymous().with_cookie(answer.header("set-cookie").unwrap().split(';').next().unwrap())
}

async fn sign_in(app: &TestApp, name: &str, code: Option<&str>) -> Answer {
    app.anonymous().post("/sessions", &json!({"login": name, "password": PASSWORD, "code": code})).await
}

/// Sets a second factor up; the recovery codes.
async fn set_up(app: &TestApp, user: &Client<'_>, id: UserId) -> Vec<String> {
    let begun = user.post("/me/second-factor", &Value::Null).await.expect(201);
    assert!(begun["uri"].as_str().unwrap().starts_with("otpauth://totp/Podium:"), "{begun}");
    assert_eq!(begun["secret"].as_str().unwrap().len(), 32);
    let body = json!({"code": code(app, id).await});
    let codes = user.post("/me/second-factor/confirm", &body).await.expect(200);
    codes["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

async fn signing_in_takes_a_code_that_counts_once(kind: Kind) {
    let app = TestApp::with(kind, |_| ()).await;
    let (ann, id) = sign_up(&app, "ann").await;
    // Begun and not confirmed, it does nothing.
    ann.post("/me/second-factor", &Value::Null).await.expect(201);
    sign_in(&app, "ann", None).await.expect(200);
    let other = client(&app, &sign_in(&app, "ann", None).await);
    let recovery = set_up(&app, &ann, id).await;
    assert_eq!(recovery.len(), 10);
    // The other session ended.
    other.get("/me/sessions").await.problem(401, "invalid_credential");
    assert_eq!(ann.get("/me").await.expect(200)["user"]["second_factor"], true);

    sign_in(&app, "ann", None).await.problem(401, "second_factor_required");
    let wrong = json!({"login": "ann", "password": "not the password", "code": code(&app, id).await});
    app.anonymous().post("/sessions", &wrong).await.problem(401, "sign_in_failed");
    // The step with which it was set up is used.
    sign_in(&app, "ann", Some(&code(&app, id).await)).await.problem(401, "second_factor_wrong");
    app.pass(TimeDelta::seconds(30));
    let next = code(&app, id).await;
    sign_in(&app, "ann", Some(&next)).await.expect(200);
    sign_in(&app, "ann", Some(&next)).await.problem(401, "second_factor_wrong");

    // A recovery code signs in once, however it is typed.
    let typed = recovery[0].to_lowercase().replace('-', " ");
    sign_in(&app, "ann", Some(&typed)).await.expect(200);
    sign_in(&app, "ann", Some(&recovery[0])).await.problem(401, "second_factor_wrong");
    let view = ann.get("/me/second-factor").await.expect(200);
    assert_eq!((&view["is_set_up"], &view["recovery_codes_left"]), (&json!(true), &json!(9)));
    let told = ann.get("/me/notifications").await.text();
    assert!(told.contains("second_factor_changed"), "{told}");

    // New codes end the old ones; without it the password is enough again.
    let renewed = ann.post("/me/second-factor/recovery-codes", &Value::Null).await.expect(200);
    sign_in(&app, "ann", Some(&recovery[1])).await.problem(401, "second_factor_wrong");
    sign_in(&app, "ann", renewed["recovery_codes"][0].as_str()).await.expect(200);
    ann.delete("/me/second-factor").await.expect(204);
    sign_in(&app, "ann", None).await.expect(200);
}

#[actix_web::test]
async fn signing_in_takes_a_code_that_counts_once_on_sqlite() {
    signing_in_takes_a_code_that_counts_once(Kind::Sqlite).await;
}

#[actix_web::test]
async fn signing_in_takes_a_code_that_counts_once_on_postgres() {
    signing_in_takes_a_code_that_counts_once(Kind::Postgres).await;
}

#[actix_web::test]
async fn codes_cannot_be_guessed() {
    let app = TestApp::new().await;
    let (ann, id) = sign_up(&app, "ann").await;
    set_up(&app, &ann, id).await;
    app.pass(TimeDelta::minutes(1));
    for _ in 0..5 {
        sign_in(&app, "ann", Some("000000")).await.problem(401, "second_factor_wrong");
    }
    let right = code(&app, id).await;
    sign_in(&app, "ann", Some(&right)).await.problem(429, "too_many_attempts");
    app.pass(TimeDelta::minutes(5));
    sign_in(&app, "ann", Some(&code(&app, id).await)).await.expect(200);
}

#[actix_web::test]
async fn a_reset_of_the_password_does_not_pass_the_second_factor() {
    let app = TestApp::new().await;
    let admin = app.admin("root").await;
    let (ann, id) = sign_up(&app, "ann").await;
    set_up(&app, &ann, id).await;
    let link = admin.post(&format!("/admin/users/{id}/password-reset"), &Value::Null).await.expect(201);
    let token = link["path"].as_str().unwrap().split("token=").nth(1).unwrap();
    let body = json!({"token": token, "password": PASSWORD});
    app.anonymous().post("/password-resets/redeem", &body).await.expect(204);
    sign_in(&app, "ann", None).await.problem(401, "second_factor_required");
    // Whoever lost the app and the codes asks an administrator.
    admin.delete(&format!("/admin/users/{id}/second-factor")).await.expect(204);
    sign_in(&app, "ann", None).await.expect(200);
    assert!(admin.get("/admin/audit").await.text().contains("user.second_factor_reset"));
}

#[actix_web::test]
async fn hosts_and_administrators_need_a_second_factor_where_the_site_says_so() {
    let app = TestApp::with(Kind::Sqlite, |config| config.second_factor_required = Some(true)).await;
    let (host, admin) = (app.host("hana").await, app.admin("root").await);
    admin.get("/admin/users").await.problem(403, "second_factor_needed");
    host.put(&format!("/competitions/{SLUG}"), &contest::manifest()).await.problem(403, "second_factor_needed");
    assert_eq!(host.get("/me/second-factor").await.expect(200)["is_required"], true);
    for client in [&host, &admin] {
        set_up(&app, client, client.user.as_ref().unwrap().id).await;
    }
    admin.get("/admin/users").await.expect(200);
    host.put(&format!("/competitions/{SLUG}"), &contest::manifest()).await.expect(201);
    // Participants need none.
    assert_eq!(app.user("ann").await.get("/me/second-factor").await.expect(200)["is_required"], false);
}

#[actix_web::test]
async fn an_account_is_changed_only_soon_after_the_password_was_given() {
    let app = TestApp::new().await;
    let (ann, _) = sign_up(&app, "ann").await;
    app.pass(TimeDelta::minutes(15));
    let stale = async |client: &Client<'_>| {
        client.post("/me/tokens", &json!({"name": "t", "scopes": ["read"]})).await.problem(403, "confirm_required");
        client.patch("/me", &json!({"email": "a@example.org"})).await.problem(403, "confirm_required");
        client.post("/me/second-factor", &Value::Null).await.problem(403, "confirm_required");
        client.delete("/me/second-factor").await.problem(403, "confirm_required");
        client.post("/me/second-factor/recovery-codes", &Value::Null).await.problem(403, "confirm_required");
    };
    stale(&ann).await;
    // What does not open the account to somebody else needs no proof.
    ann.patch("/me", &json!({"language": "ko"})).await.expect(200);
    ann.post("/me/confirm", &json!({"password": "wrong"})).await.problem(403, "wrong_password");
    stale(&ann).await;
    ann.post("/me/confirm", &json!({"password": PASSWORD})).await.expect(204);
    ann.post("/me/tokens", &json!({"name": "t", "scopes": ["read"]})).await.expect(201);
    app.pass(TimeDelta::minutes(15));
    stale(&ann).await;
}

#[actix_web::test]
async fn a_token_of_one_competition_does_nothing_in_another() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    let mut other = contest::manifest();
    other["slug"] = json!("other");
    host.put("/competitions/other", &other).await.expect(201);
    let body = json!({"name": "t", "scopes": ["read", "host", "submit"], "competition": "other"});
    let made = host.post("/me/tokens", &body).await.expect(201);
    assert_eq!(made["competition"], "other");
    let program = app.anonymous().with_bearer(made["token"].as_str().unwrap());
    program.get("/competitions/other").await.expect(200);
    program.put("/competitions/other", &other).await.expect(200);
    program.get(&format!("/competitions/{SLUG}")).await.problem(403, "token_scope");
    program.put(&format!("/competitions/{SLUG}"), &contest::manifest()).await.problem(403, "token_scope");
    other["slug"] = json!("third");
    program.put("/competitions/third", &other).await.problem(404, "not_found");
    host.post("/me/tokens", &json!({"name": "t", "scopes": ["read"], "competition": "none"}))
        .await
        .problem(422, "invalid_input");
    assert_eq!(host.get("/me/tokens").await.expect(200)["items"][0]["competition"], "other");
}
