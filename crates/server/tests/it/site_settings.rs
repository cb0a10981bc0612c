//! What administrators choose for the whole site, and what the server's configuration keeps from them.

use podium_store::site_settings::{self, SignUp, SiteSettings};
use podium_store::testing::Kind;
use podium_store::types::Text;
use podium_store::{Conn, StoreError};
use serde_json::{Value, json};

use crate::contest::{self, SLUG};
use crate::harness::{Client, TestApp};
use crate::smtp::Smtp;

const PASSWORD: &str = "rainy-walrus-84-lamp";

fn settings() -> Value {
    json!({
        "name": "Podium", "sign_up": "open", "domains": [], "creators": "hosts", "second_factor_required": false,
        "banner": {"en": "", "ko": ""}, "contact": "",
    })
}

/// The settings with some of them changed.
async fn choose(admin: &Client<'_>, changes: &Value) {
    let mut document = settings();
    document.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    admin.put("/admin/settings", &document).await.expect(200);
}

async fn sign_up(app: &TestApp, body: Value) -> crate::harness::Answer {
    let mut document = json!({"name": "ada", "password": PASSWORD});
    document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    app.anonymous().post("/users", &document).await
}

#[actix_web::test]
async fn everybody_sees_the_name_the_banner_and_the_contact_that_administrators_choose() {
    let app = TestApp::new().await;
    let admin = app.admin("root").await;
    let before = admin.get("/admin/settings").await.expect(200);
    assert_eq!(
        (&before["name"], &before["fixed"], &before["updated_by"]),
        (&json!("Podium"), &json!([]), &json!(null))
    );
    let site = app.anonymous().get("/site").await.expect(200);
    assert_eq!((&site["banner"], &site["contact"]), (&json!(null), &json!(null)));

    let banner = json!({"en": "Maintenance on Friday", "ko": ""});
    choose(&admin, &json!({"name": "Seoul ML", "banner": banner, "contact": "help@example.org"})).await;
    let site = app.anonymous().get("/site").await.expect(200);
    assert_eq!((site["name"].as_str(), site["contact"].as_str()), (Some("Seoul ML"), Some("help@example.org")));
    assert_eq!(site["banner"], json!({"en": "Maintenance on Friday", "ko": "Maintenance on Friday"}));
    let after = admin.get("/admin/settings").await.expect(200);
    assert_eq!((&after["name"], &after["updated_by"]["name"]), (&json!("Seoul ML"), &json!("root")));
}

#[actix_web::test]
async fn what_the_configuration_fixes_administrators_cannot_change() {
    let fix = |config: &mut podium_server::config::Config| {
        config.name = Some("Fixed".into());
        config.sign_up = Some(false);
        config.second_factor_required = Some(false);
    };
    let app = TestApp::with(Kind::Sqlite, fix).await;
    let admin = app.admin("root").await;
    let chosen = SiteSettings {
        name: Text::lossy("Chosen"),
        sign_up: SignUp::Invite,
        second_factor_required: true,
        ..SiteSettings::default()
    };
    let (earlier, by, now) = (chosen.clone(), admin.user.as_ref().unwrap().id, app.now());
    let choice = move |conn: &mut Conn| site_settings::save(conn, &earlier, by, now);
    app.state.db.write::<_, StoreError, _>(choice).await.unwrap();
    let shown = admin.get("/admin/settings").await.expect(200);
    assert_eq!((&shown["name"], &shown["sign_up"]), (&json!("Fixed"), &json!("closed")));
    assert_eq!(shown["fixed"], json!(["name", "sign_up", "second_factor_required"]));
    let problem = admin.put("/admin/settings", &settings()).await.problem(422, "invalid_input");
    let faults: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["name"].clone()).collect();
    assert_eq!(faults, ["name", "sign_up"]);
    choose(&admin, &json!({"name": "Fixed", "sign_up": "closed", "contact": "x"})).await;
    assert_eq!(app.anonymous().get("/site").await.expect(200)["contact"], "x");
    sign_up(&app, json!({})).await.problem(403, "sign_up_closed");
    // What they chose before holds again when it is taken out of the configuration.
    let stored = app.state.db.read::<_, StoreError, _>(site_settings::find).await.unwrap();
    assert_eq!(stored, SiteSettings { contact: Text::lossy("x"), ..chosen });
    let log = admin.get("/admin/audit?action=setting.changed").await.expect(200);
    let subjects: Vec<_> = log["items"].as_array().unwrap().iter().map(|item| item["subject"].clone()).collect();
    assert_eq!(subjects, ["contact"]);
}

#[actix_web::test]
async fn each_changed_setting_is_in_the_audit_log_with_both_values() {
    let app = TestApp::new().await;
    let admin = app.admin("root").await;
    choose(&admin, &json!({"creators": "everybody", "contact": "x"})).await;
    // The same again changes nothing.
    choose(&admin, &json!({"creators": "everybody", "contact": "x"})).await;
    let log = admin.get("/admin/audit?action=setting.changed").await.expect(200);
    let items = log["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{log}");
    let creators = items.iter().find(|item| item["subject"] == "creators").unwrap();
    assert_eq!(creators["detail"], json!({"before": "hosts", "after": "everybody"}));
}

#[actix_web::test]
async fn faults_of_the_settings_are_named_all_at_once() {
    let app = TestApp::new().await;
    let admin = app.admin("root").await;
    let mut wrong = settings();
    wrong["name"] = json!(" ");
    wrong["sign_up"] = json!("domains");
    wrong["domains"] = json!(["no domain"]);
    wrong["banner"] = json!({"en": "", "ko": "점검"});
    let problem = admin.put("/admin/settings", &wrong).await.problem(422, "invalid_input");
    let faults: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["name"].clone()).collect();
    assert_eq!(faults, ["name", "banner.en", "domains"]);
}

#[actix_web::test]
async fn nobody_requires_a_second_factor_who_has_none() {
    let app = TestApp::new().await;
    let mut document = settings();
    document["second_factor_required"] = json!(true);
    let problem = app.admin("root").await.put("/admin/settings", &document).await.problem(422, "invalid_input");
    assert_eq!(problem["errors"][0]["name"], "second_factor_required");
}

#[actix_web::test]
async fn an_invitation_to_a_competition_opens_a_site_that_takes_invited_people_once() {
    let app = TestApp::new().await;
    let host = contest::published(&app).await;
    choose(&app.admin("root").await, &json!({"sign_up": "invite"})).await;
    assert_eq!(app.anonymous().get("/site").await.expect(200)["sign_up_open"], false);
    sign_up(&app, json!({})).await.problem(403, "invite_needed");
    sign_up(&app, json!({"invite": "0".repeat(64)})).await.problem(404, "not_found");
    let link = host.post(&format!("/competitions/{SLUG}/invites"), &json!({"uses": 1})).await.expect(201);
    let made = sign_up(&app, json!({"invite": link["token"]})).await.expect(201);
    assert_eq!(made["accepted"], json!({"kind": "participant", "slug": SLUG}));
    let again = sign_up(&app, json!({"name": "eve", "invite": link["token"]})).await;
    again.problem(410, "invite_ended");
    // Nothing of the refused sign-up is left.
    sign_up(&app, json!({"name": "eve"})).await.problem(403, "invite_needed");
    let users = app.admin("other root").await.get("/admin/users?q=eve").await.expect(200);
    assert_eq!(users["items"], json!([]));
}

#[actix_web::test]
async fn a_team_s_link_opens_no_account() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    let member = contest::member(&app, "mina").await;
    choose(&app.admin("root").await, &json!({"sign_up": "invite"})).await;
    let link = member.post(&format!("/competitions/{SLUG}/team/invites"), &json!({})).await.expect(201);
    sign_up(&app, json!({"invite": link["token"]})).await.problem(404, "not_found");
}

#[actix_web::test]
async fn people_of_a_domain_sign_up_with_its_address_and_prove_it_before_they_take_part() {
    let smtp = Smtp::start().await;
    let app = TestApp::with(Kind::Sqlite, |config| smtp.set(config)).await;
    contest::published(&app).await;
    choose(&app.admin("root").await, &json!({"sign_up": "domains", "domains": ["Example.org"]})).await;
    let site = app.anonymous().get("/site").await.expect(200);
    assert_eq!((&site["sign_up_open"], &site["sign_up_domains"]), (&json!(true), &json!(["example.org"])));
    sign_up(&app, json!({})).await.problem(422, "invalid_input");
    sign_up(&app, json!({"email": "ada@example.com"})).await.problem(422, "invalid_input");
    let answer = sign_up(&app, json!({"email": "ada@cs.example.org"})).await;
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    answer.expect(201);
    let ada = app.anonymous().with_cookie(&cookie);
    let join = json!({"accept_rules": true, "rules_sha256": contest::sha256("# Text")});
    let post = json!({"title": "t", "markdown": "x"});
    ada.post(&format!("/competitions/{SLUG}/join"), &join).await.problem(403, "wrong_domain");
    ada.post(&format!("/competitions/{SLUG}/threads"), &post).await.problem(403, "wrong_domain");
    podium_server::mail::send_due(&app.state).await.unwrap();
    let token = smtp.take()[0].token();
    app.anonymous().post("/email-verifications", &json!({"token": token})).await.expect(204);
    ada.post(&format!("/competitions/{SLUG}/threads"), &post).await.expect(201);
    ada.post(&format!("/competitions/{SLUG}/join"), &join).await.expect(201);
}

#[actix_web::test]
async fn a_site_without_mail_cannot_ask_for_proved_addresses() {
    let app = TestApp::new().await;
    let mut document = settings();
    document["sign_up"] = json!("domains");
    document["domains"] = json!(["example.org"]);
    let problem = app.admin("root").await.put("/admin/settings", &document).await.problem(422, "invalid_input");
    assert_eq!(problem["errors"][0]["name"], "sign_up");
}

#[actix_web::test]
async fn administrators_say_who_creates_competitions() {
    let app = TestApp::new().await;
    let (admin, host, user) = (app.admin("root").await, app.host("Hana").await, app.user("ada").await);
    user.put("/competitions/cells", &contest::manifest()).await.problem(403, "host_only");
    choose(&admin, &json!({"creators": "admins"})).await;
    host.put("/competitions/cells", &contest::manifest()).await.problem(403, "host_only");
    choose(&admin, &json!({"creators": "everybody"})).await;
    user.put("/competitions/cells", &contest::manifest()).await.expect(201);
}
