//! A site below a path of its host: what it answers to, where it sends, and what it asks browsers to keep.

use actix_web::http::Method;
use podium_store::testing::Kind;
use serde_json::json;

use crate::harness::{Answer, TestApp};
use crate::site::Site;

async fn below() -> TestApp {
    TestApp::with(Kind::Sqlite, |config| {
        config.base_path = "/podium".into();
        config.public_url = Some("https://www.example.org".into());
    })
    .await
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.anonymous().send(app.anonymous().request(Method::GET, path)).await
}

#[actix_web::test]
async fn a_site_below_a_path_answers_there_and_nowhere_else() {
    let app = below().await;
    get(&app, "/podium/api/v1/site").await.expect(200);
    assert_eq!(get(&app, "/podium/docs/errors").await.status, 200);
    for health in ["/healthz", "/readyz", "/podium/healthz"] {
        assert_eq!(get(&app, health).await.status, 200, "{health}");
    }
    for path in ["/api/v1/site", "/", "/podiums", "/podium-2/api/v1/site", "/PODIUM/api/v1/site"] {
        let problem = get(&app, path).await.problem(404, "not_found");
        assert!(problem["detail"].as_str().unwrap().contains("/podium/"), "{problem}");
    }
    let inside = get(&app, "/podium/api/v1/nothing").await.problem(404, "not_found");
    assert_eq!(inside["type"], "/podium/docs/errors#not_found");
    let wrong = app.anonymous().send(app.anonymous().request(Method::DELETE, "/podium/api/v1/site")).await;
    assert_eq!(wrong.header("allow"), Some("GET, HEAD"));
}

#[actix_web::test]
async fn the_session_of_a_site_below_a_path_is_not_sent_to_its_neighbours() {
    let app = below().await;
    let person = json!({"name": "ada", "password": "walks-through-the-orchard"});
    let request = app.anonymous().request(Method::POST, "/podium/api/v1/users").set_json(&person);
    let answer = app.anonymous().send(request).await;
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with("__Secure-podium=") && cookie.contains("; Secure; Path=/podium;"), "{cookie}");
    // Other sites of the host may have subdomains without TLS.
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
    let me = app.anonymous().with_cookie(cookie.split(';').next().unwrap());
    let me = me.send(me.request(Method::GET, "/podium/api/v1/me")).await.expect(200);
    assert_eq!(me["user"]["name"], "ada");
}

#[test]
fn programs_reach_a_site_below_a_path_by_its_whole_address() {
    let site = Site::start_with("env PODIUM_BASE_PATH=/podium podium serve --data podium-data --listen 127.0.0.1:0");
    assert!(site.url.ends_with("/podium"), "{}", site.url);
    site.publish_example();
    let token = site.join_example("bob");
    let submit = "podium submit --competition grocery-mini groceries/sample_submission.csv --wait";
    site.run(submit, Some(&token)).expect(0);
    let page = ureq::get(&site.url).call();
    // A program without the front end says so; with it, everything that the page loads is below the path.
    if let Ok(mut page) = page {
        let page = page.body_mut().read_to_string().unwrap();
        assert!(page.contains("name=\"base-path\" content=\"/podium\""), "{page}");
        let links: Vec<&str> =
            page.split(['"', ' ']).filter(|part| part.contains("assets/") || part.ends_with(".svg")).collect();
        assert!(!links.is_empty() && links.iter().all(|link| link.starts_with("/podium/")), "{links:?}");
        let root = site.url.trim_end_matches("/podium");
        for link in links {
            assert_eq!(ureq::get(format!("{root}{link}")).call().unwrap().status(), 200, "{link}");
        }
    }
}
