//! Mail: what is sent to whom, once, and what its links can do.

use chrono::TimeDelta;
use podium_server::mail;
use podium_store::notifications::{About, NotificationKind, To, notify};
use podium_store::testing::Kind;
use podium_store::types::{CompetitionId, CompetitionRole, Slug, ThreadId, UserId};
use podium_store::{Conn, StoreError, competitions, mails};
use serde_json::{Value, json};

use crate::contest::{self, SLUG};
use crate::harness::{Client, TestApp};
use crate::smtp::{Mail, Mood, Smtp};

const PASSWORD: &str = "a heron stands in the reeds";

async fn start(kind: Kind) -> (TestApp, Smtp) {
    let smtp = Smtp::start().await;
    let app = TestApp::with(kind, |config| smtp.set(config)).await;
    (app, smtp)
}

/// Signs up with an address; not signed in.
async fn sign_up(app: &TestApp, name: &str, language: &str) {
    let email = format!("{name}@example.org");
    let body = json!({"name": name, "email": email, "password": PASSWORD, "language": language});
    app.anonymous().post("/users", &body).await.expect(201);
}

async fn delivered(app: &TestApp, smtp: &Smtp) -> Vec<Mail> {
    mail::send_due(&app.state).await.unwrap();
    smtp.take()
}

/// Signs up, confirms the address, and signs in.
async fn confirmed<'a>(app: &'a TestApp, smtp: &Smtp, name: &str, language: &str) -> Client<'a> {
    sign_up(app, name, language).await;
    let token = delivered(app, smtp).await[0].token();
    app.anonymous().post("/email-verifications", &json!({"token": token})).await.expect(204);
    sign_in(app, name, PASSWORD).await
}

async fn sign_in<'a>(app: &'a TestApp, name: &str, password: &str) -> Client<'a> {
    let answer = app.anonymous().post("/sessions", &json!({"login": name, "password": password})).await;
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let user = answer.expect(200)["user"]["id"].as_i64().unwrap();
    let look = move |conn: &mut Conn| podium_store::users::find(conn, UserId(user));
    let user = app.state.db.read::<_, StoreError, _>(look).await.unwrap();
    let mut client = app.anonymous().with_cookie(&cookie);
    client.user = user;
    client
}

async fn tell(app: &TestApp, to: To, kind: NotificationKind, about: About) {
    let now = app.now();
    app.state.db.write::<_, StoreError, _>(move |conn| notify(conn, &to, kind, &about, now)).await.unwrap();
}

fn id(client: &Client<'_>) -> UserId {
    client.user.as_ref().unwrap().id
}

async fn an_address_is_proved_by_a_link(kind: Kind) {
    let (app, smtp) = start(kind).await;
    sign_up(&app, "ann", "en").await;
    sign_up(&app, "bora", "ko").await;
    let mails = delivered(&app, &smtp).await;
    assert_eq!(mails.iter().map(|m| m.to[0].as_str()).collect::<Vec<_>>(), ["ann@example.org", "bora@example.org"]);
    assert_eq!(mails[0].header("Subject"), Some("Confirm your address for Podium"));
    assert!(mails[0].body.contains("https://podium.test/verify-email#token="), "{}", mails[0].body);
    assert!(mails[1].body.contains("안녕하세요"), "{}", mails[1].body);
    assert_eq!(mails[0].header("Auto-Submitted"), Some("auto-generated"));
    // Each is sent once.
    assert!(delivered(&app, &smtp).await.is_empty());

    let ann = sign_in(&app, "ann", PASSWORD).await;
    assert_eq!(ann.get("/me").await.expect(200)["user"]["email_verified"], false);
    let token = mails[0].token();
    app.anonymous().post("/email-verifications", &json!({"token": "0".repeat(64)})).await.problem(409, "link_invalid");
    app.anonymous().post("/email-verifications", &json!({"token": token})).await.expect(204);
    assert_eq!(ann.get("/me").await.expect(200)["user"]["email_verified"], true);
    app.anonymous().post("/email-verifications", &json!({"token": token})).await.problem(409, "link_invalid");

    // A new address has to be proved again, and an old link proves nothing of it.
    let bora = sign_in(&app, "bora", PASSWORD).await;
    bora.patch("/me", &json!({"email": "other@example.org"})).await.expect(200);
    let old = mails[1].token();
    app.anonymous().post("/email-verifications", &json!({"token": old})).await.problem(409, "link_invalid");
}

#[actix_web::test]
async fn an_address_is_proved_by_a_link_on_sqlite() {
    an_address_is_proved_by_a_link(Kind::Sqlite).await;
}

#[actix_web::test]
async fn an_address_is_proved_by_a_link_on_postgres() {
    an_address_is_proved_by_a_link(Kind::Postgres).await;
}

#[actix_web::test]
async fn a_reset_link_works_once_for_thirty_minutes_and_ends_all_sessions() {
    let (app, smtp) = start(Kind::Sqlite).await;
    let ann = confirmed(&app, &smtp, "ann", "en").await;
    let ask = async || {
        app.anonymous().post("/password-resets", &json!({"login": "ann@example.org"})).await.expect(202);
        let mails = delivered(&app, &smtp).await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to, ["ann@example.org"]);
        mails[0].token()
    };
    let redeem = async |token: &str, password: &str| {
        app.anonymous().post("/password-resets/redeem", &json!({"token": token, "password": password})).await
    };
    let first = ask().await;
    let second = ask().await;
    redeem(&first, "the second link replaced it").await.problem(409, "link_invalid");
    redeem(&second, "short").await.problem(422, "invalid_input");
    redeem(&second, "the river runs by the mill").await.expect(204);
    redeem(&second, "the river runs by the lake").await.problem(409, "link_invalid");
    ann.get("/me/sessions").await.problem(401, "invalid_credential");
    app.anonymous()
        .post("/sessions", &json!({"login": "ann", "password": PASSWORD}))
        .await
        .problem(401, "sign_in_failed");
    sign_in(&app, "ann", "the river runs by the mill").await;
    // Told of it.
    let told = delivered(&app, &smtp).await;
    assert!(told.iter().any(|mail| mail.body.contains("Your password was changed")), "{told:?}");

    let late = ask().await;
    app.pass(TimeDelta::minutes(30));
    redeem(&late, "the river runs by the lake").await.problem(409, "link_invalid");
}

#[actix_web::test]
async fn asking_for_a_reset_says_nothing_about_accounts() {
    let (app, smtp) = start(Kind::Sqlite).await;
    confirmed(&app, &smtp, "ann", "en").await;
    sign_up(&app, "bob", "en").await;
    delivered(&app, &smtp).await;
    let mut answers = vec![];
    for login in ["ann", "bob", "nobody", "ann@example.org", "nobody@example.org", "ＡＮＮ"] {
        let answer = app.anonymous().post("/password-resets", &json!({"login": login})).await;
        answers.push((answer.status, answer.text()));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    // Only to addresses that were proved, and to the stored one, whatever was typed.
    let to: Vec<String> = delivered(&app, &smtp).await.into_iter().flat_map(|mail| mail.to).collect();
    assert!(!to.is_empty() && to.iter().all(|to| to == "ann@example.org"), "{to:?}");
    // Not an array, not an object.
    for login in [json!(["ann", "eve@example.org"]), json!({"a": "ann"}), json!(null)] {
        app.anonymous().post("/password-resets", &json!({"login": login})).await.problem(400, "invalid_request");
    }
}

#[actix_web::test]
async fn a_link_of_an_administrator_sets_a_password_without_mail() {
    let app = TestApp::new().await;
    let admin = app.admin("root").await;
    let ann = app.user("ann").await;
    app.anonymous().post("/password-resets", &json!({"login": "ann"})).await.problem(409, "mail_off");
    let link = admin.post(&format!("/admin/users/{}/password-reset", id(&ann)), &Value::Null).await.expect(201);
    let token = link["path"].as_str().unwrap().strip_prefix("/reset-password#token=").unwrap().to_owned();
    let body = json!({"token": token, "password": PASSWORD});
    app.anonymous().post("/password-resets/redeem", &body).await.expect(204);
    sign_in(&app, "ann", PASSWORD).await;
    let told = sign_in(&app, "ann", PASSWORD).await.get("/me/notifications").await.expect(200).to_string();
    assert!(told.contains("reset_issued") && told.contains("password_changed"), "{told}");
    let audit = admin.get("/admin/audit").await.text();
    assert!(audit.contains("user.password_reset_issued") && !audit.contains(&token), "{audit}");
}

#[actix_web::test]
async fn changes_of_an_account_are_mailed_to_the_old_address() {
    let (app, smtp) = start(Kind::Sqlite).await;
    let ann = confirmed(&app, &smtp, "ann", "en").await;
    delivered(&app, &smtp).await;
    ann.patch("/me", &json!({"email": "new@example.org"})).await.expect(200);
    let mails = delivered(&app, &smtp).await;
    let to: Vec<&str> = mails.iter().map(|mail| mail.to[0].as_str()).collect();
    assert_eq!(to, ["ann@example.org", "new@example.org"]);
    assert!(mails[0].body.contains("address of your account was changed"), "{}", mails[0].body);
    assert!(mails[0].header("List-Unsubscribe").is_none(), "such mail cannot be switched off");
    app.anonymous().post("/email-verifications", &json!({"token": mails[1].token()})).await.expect(204);

    ann.post("/me/tokens", &json!({"name": "t", "scopes": ["read"]})).await.expect(201);
    let change = json!({"current": PASSWORD, "new": "the river runs by the mill"});
    ann.post("/me/password", &change).await.expect(204);
    let request = app.anonymous().request(actix_web::http::Method::POST, "/api/v1/sessions");
    let login = json!({"login": "ann", "password": "the river runs by the mill"});
    let request = request.insert_header(("user-agent", "another browser")).set_json(login);
    app.anonymous().send(request).await.expect(200);
    let said: Vec<String> = delivered(&app, &smtp).await.into_iter().map(|mail| mail.body).collect();
    for part in ["An API token was made", "Your password was changed", "with a new browser"] {
        assert!(said.iter().any(|body| body.contains(part)), "{part}: {said:?}");
    }
}

#[actix_web::test]
async fn people_choose_what_is_mailed_and_one_click_switches_it_off() {
    let (app, smtp) = start(Kind::Sqlite).await;
    let host = contest::published(&app).await;
    let ann = confirmed(&app, &smtp, "ann", "en").await;
    let competition = competition(&app).await;
    contest::join(&ann).await;
    let about = About::competition(competition);
    // Scores are mailed only to those who want them; nothing goes to an address that is not proved.
    tell(&app, To::User(id(&ann)), NotificationKind::EntryScored, about).await;
    tell(&app, To::User(id(&host)), NotificationKind::RulesChanged, about).await;
    assert!(delivered(&app, &smtp).await.is_empty());
    ann.patch("/me/mail-settings", &json!({"topic": "entries", "is_on": true})).await.expect(200);
    tell(&app, To::User(id(&ann)), NotificationKind::EntryScored, about).await;
    tell(&app, To::Participants(competition), NotificationKind::RulesChanged, about).await;
    let mails = delivered(&app, &smtp).await;
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].header("Subject"), Some("[Cells] Dates, limits or rules changed."));
    let link = mails[1].header("List-Unsubscribe").unwrap().to_owned();
    assert_eq!(mails[1].header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    let path = link.trim_matches(['<', '>']).strip_prefix("https://podium.test").unwrap();
    // As a mail program does it: no cookie, a form, from elsewhere.
    let request = actix_web::test::TestRequest::post()
        .uri(path)
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload("List-Unsubscribe=One-Click");
    assert_eq!(app.anonymous().send(request).await.expect(200)["topic"], "announcements");
    tell(&app, To::Participants(competition), NotificationKind::RulesChanged, about).await;
    assert!(delivered(&app, &smtp).await.is_empty());
    app.anonymous()
        .post(&path.replace("/api/v1", "").replace("announcements", "teams"), &Value::Null)
        .await
        .problem(409, "link_invalid");
    ann.patch("/me/mail-settings", &json!({"topic": "security", "is_on": false})).await.problem(422, "invalid_input");
}

async fn competition(app: &TestApp) -> CompetitionId {
    let look = |conn: &mut Conn| competitions::find(conn, &SLUG.parse::<Slug>().unwrap());
    app.state.db.read::<_, StoreError, _>(look).await.unwrap().unwrap().id
}

#[actix_web::test]
async fn mail_waits_for_a_busy_server_and_is_sent_once() {
    let (app, smtp) = start(Kind::Sqlite).await;
    sign_up(&app, "ann", "en").await;
    for mood in [Mood::Busy, Mood::HangsUp] {
        smtp.mood(mood);
        assert!(delivered(&app, &smtp).await.is_empty());
        // Not again before its time.
        smtp.mood(Mood::Takes);
        assert!(delivered(&app, &smtp).await.is_empty());
        app.pass(TimeDelta::minutes(5));
    }
    assert_eq!(delivered(&app, &smtp).await.len(), 1);
    app.pass(TimeDelta::days(1));
    assert!(delivered(&app, &smtp).await.is_empty());

    smtp.mood(Mood::Refuses);
    sign_up(&app, "bob", "en").await;
    assert!(delivered(&app, &smtp).await.is_empty());
    smtp.mood(Mood::Takes);
    app.pass(TimeDelta::days(1));
    assert!(delivered(&app, &smtp).await.is_empty(), "refused for good");
    assert_eq!(app.state.db.read::<_, StoreError, _>(mails::waiting).await.unwrap(), 0);
}

#[actix_web::test]
async fn what_is_mailed_is_what_the_reader_may_see_when_it_is_sent() {
    let (app, smtp) = start(Kind::Sqlite).await;
    let host = contest::draft(&app).await;
    let carol = confirmed(&app, &smtp, "carol", "en").await;
    let (competition, user) = (competition(&app).await, id(&carol));
    let change = move |conn: &mut Conn| competitions::add_host(conn, competition, user, CompetitionRole::Host);
    app.state.db.write::<_, StoreError, _>(change).await.unwrap();
    let body = json!({"title": "Secret\u{7}plan", "markdown": "x"});
    let thread = host.post(&format!("/competitions/{SLUG}/threads"), &body).await.expect(201)["id"].as_i64().unwrap();
    let about = About { thread: Some(ThreadId(thread)), ..About::competition(competition) };
    tell(&app, To::User(user), NotificationKind::Announcement, about).await;
    let mails = delivered(&app, &smtp).await;
    assert_eq!(mails[0].header("Subject"), Some("[Cells] Announcement: Secret plan"));

    tell(&app, To::User(user), NotificationKind::Announcement, about).await;
    let change = move |conn: &mut Conn| competitions::remove_host(conn, competition, user);
    app.state.db.write::<_, StoreError, _>(change).await.unwrap();
    assert!(delivered(&app, &smtp).await.is_empty());
}

#[actix_web::test]
async fn without_a_mail_server_nothing_waits_for_one() {
    let app = TestApp::new().await;
    assert_eq!(app.anonymous().get("/site").await.expect(200)["mail_enabled"], false);
    sign_up(&app, "ann", "en").await;
    assert_eq!(app.state.db.read::<_, StoreError, _>(mails::waiting).await.unwrap(), 1);
    assert_eq!(mail::send_due(&app.state).await.unwrap(), 0);
    assert_eq!(app.state.db.read::<_, StoreError, _>(mails::waiting).await.unwrap(), 0);
}

#[actix_web::test]
async fn signing_up_does_not_tell_whether_somebody_has_the_address() {
    let (app, smtp) = start(Kind::Sqlite).await;
    confirmed(&app, &smtp, "ann", "en").await;
    let sign_up = async |name: &str, email: &str| {
        let body = json!({"name": name, "email": email, "password": PASSWORD});
        let mut made = app.anonymous().post("/users", &body).await.expect(201);
        made["user"]["id"] = json!(0);
        made.to_string().replace(email, "EMAIL").replace(name, "NAME")
    };
    assert_eq!(sign_up("eve", "ann@example.org").await, sign_up("joe", "joe@example.org").await);
    let mails = delivered(&app, &smtp).await;
    assert_eq!(mails[0].to, ["ann@example.org"]);
    assert_eq!(mails[0].header("Subject"), Some("You have an account at Podium already"));
    assert!(mails[0].body.contains("\"eve\"") && !mails[0].body.contains("token="), "{}", mails[0].body);
    assert!(mails[1].body.contains("verify-email#token="), "{}", mails[1].body);

    // Nor do the ways that know addresses: signing in, changing one's own, a forgotten password.
    let login = |login: &str| json!({"login": login, "password": PASSWORD});
    let whose = app.anonymous().post("/sessions", &login("ann@example.org")).await.expect(200);
    assert_eq!(whose["user"]["name"], "ann");
    app.anonymous().post("/sessions", &login("joe@example.org")).await.problem(401, "sign_in_failed");
    let eve = sign_in(&app, "eve", PASSWORD).await;
    eve.post("/me/email/verification", &Value::Null).await.expect(202);
    eve.patch("/me", &json!({"email": "free@example.org"})).await.expect(200);
    eve.patch("/me", &json!({"email": "ANN@example.org"})).await.expect(200);
    delivered(&app, &smtp).await;
    app.anonymous().post("/password-resets", &json!({"login": "ann@example.org"})).await.expect(202);
    assert_eq!(delivered(&app, &smtp).await.len(), 1, "to the one who proved the address");
}

#[actix_web::test]
async fn an_address_belongs_to_whoever_proves_it_first() {
    let (app, smtp) = start(Kind::Sqlite).await;
    let mut tokens = Vec::new();
    for name in ["ann", "eve"] {
        let body = json!({"name": name, "email": "shared@example.org", "password": PASSWORD});
        app.anonymous().post("/users", &body).await.expect(201);
        tokens.push(delivered(&app, &smtp).await[0].token());
    }
    let prove = async |token: &str| app.anonymous().post("/email-verifications", &json!({"token": token})).await;
    prove(&tokens[1]).await.expect(204);
    // Whoever opens the link reads the mail of the address, and learns nothing new.
    prove(&tokens[0]).await.problem(409, "email_taken");
    let login = json!({"login": "shared@example.org", "password": PASSWORD});
    assert_eq!(app.anonymous().post("/sessions", &login).await.expect(200)["user"]["name"], "eve");
}
