//! What every response has in common, and what no address may give away.

use actix_web::http::Method;
use podium_store::testing::Kind;
use podium_store::types::Text;
use podium_store::{Conn, StoreError, users};
use serde_json::json;

use crate::contest;
use crate::harness::{Answer, TestApp};

const SECURITY_HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
         connect-src 'self'; worker-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types podium",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"),
];

async fn at(app: &TestApp, method: Method, path: &str) -> Answer {
    let anonymous = app.anonymous();
    anonymous.send(anonymous.request(method, path)).await
}

#[actix_web::test]
async fn every_response_carries_the_security_headers() {
    let app = TestApp::new().await;
    contest::published(&app).await;
    for (method, path, status) in [
        (Method::GET, "/healthz", 200),
        (Method::GET, "/readyz", 200),
        (Method::GET, "/robots.txt", 200),
        (Method::GET, "/docs/errors", 200),
        (Method::GET, "/assets/nothing.js", 404),
        (Method::GET, "/api/v1/site", 200),
        (Method::GET, "/api/v1/competitions/cells", 200),
        (Method::GET, "/api/v1/nothing", 404),
        (Method::GET, "/api/v1/admin/users", 401),
        (Method::DELETE, "/api/v1/site", 405),
        (Method::POST, "/api/v1/users", 415),
        (Method::POST, "/", 405),
    ] {
        let answer = at(&app, method.clone(), path).await;
        // Without a built front end there is no robots.txt.
        assert!(answer.status.as_u16() == status || path == "/robots.txt", "{method} {path}: {}", answer.text());
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(answer.header(name), Some(value), "{method} {path}");
        }
        assert!(answer.header("x-request-id").is_some_and(|id| id.len() == 16), "{method} {path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{method} {path}");
        assert_eq!(answer.header("server"), None, "{method} {path}");
        assert_eq!(answer.header("strict-transport-security"), None, "{method} {path}");
    }
}

#[actix_web::test]
async fn behind_https_browsers_are_told_to_stay_there() {
    let app = TestApp::with(Kind::Sqlite, |config| config.public_url = Some("https://podium.example".into())).await;
    let answer = at(&app, Method::GET, "/api/v1/site").await;
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
}

#[actix_web::test]
async fn private_answers_are_not_kept() {
    let app = TestApp::new().await;
    let me = app.user("ada").await;
    for path in ["/me", "/me/tokens", "/me/sessions", "/competitions", "/site"] {
        assert_eq!(me.get(path).await.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones_and_a_wrong_path_is_not_there() {
    let app = TestApp::new().await;
    for (method, path, allow) in [
        (Method::DELETE, "/api/v1/site", "GET, HEAD"),
        (Method::PUT, "/api/v1/me", "GET, PATCH, DELETE, HEAD"),
        (Method::TRACE, "/api/v1/me", "GET, PATCH, DELETE, HEAD"),
        (Method::POST, "/api/v1/metrics-catalogue", "GET, HEAD"),
        (Method::PATCH, "/api/v1/competitions/cells", "GET, PUT, HEAD"),
    ] {
        let answer = at(&app, method, path).await;
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
        answer.problem(405, "method_not_allowed");
    }
    for path in ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/site", "/api/v1/Site", "/api/v1/me/", "/api/v1//me"] {
        at(&app, Method::GET, path).await.problem(404, "not_found");
    }
}

#[actix_web::test]
async fn bodies_that_do_not_fit_are_problems() {
    let app = TestApp::new().await;
    let anonymous = app.anonymous();
    let post = || anonymous.request(Method::POST, "/api/v1/sessions");
    anonymous.send(post().set_payload("{}")).await.problem(415, "unsupported_media_type");
    let json = || post().insert_header(("content-type", "application/json"));
    anonymous.send(json().set_payload("{")).await.problem(400, "invalid_request");
    anonymous.send(json().set_payload(vec![b' '; (1 << 20) + 1])).await.problem(413, "payload_too_large");
    let twice = r#"{"login": "a", "login": "b", "password": "x"}"#;
    anonymous.send(json().set_payload(twice)).await.problem(400, "invalid_request");
    let deep = format!("{{\"login\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    anonymous.send(json().set_payload(deep)).await.problem(400, "invalid_request");
    anonymous.get("/competitions?nosuch=1").await.problem(400, "invalid_request");
    anonymous.get("/competitions?state=nosuch").await.problem(400, "invalid_request");
    anonymous.get("/threads/abc").await.problem(404, "not_found");
}

#[actix_web::test]
async fn addresses_of_the_site_get_its_page_and_missing_assets_do_not() {
    let app = TestApp::new().await;
    let page = at(&app, Method::GET, "/competitions/cells/leaderboard").await;
    if page.text().contains("without the front end") {
        assert_eq!(page.status.as_u16(), 404);
    } else {
        assert_eq!(page.status.as_u16(), 200);
        assert_eq!(page.header("cache-control"), Some("no-cache"));
        assert!(page.text().contains("<html lang=\"en\">"), "{}", page.text());
        let anonymous = app.anonymous();
        let korean = anonymous.request(Method::GET, "/").insert_header(("accept-language", "ko-KR,en;q=0.5"));
        assert!(anonymous.send(korean).await.text().contains("<html lang=\"ko\">"));
        let chosen = anonymous
            .request(Method::GET, "/")
            .insert_header(("accept-language", "ko-KR"))
            .insert_header(("cookie", "lang=en; theme=dark"));
        assert!(anonymous.send(chosen).await.text().contains("<html lang=\"en\" data-theme=\"dark\">"));
        let hostile = anonymous.request(Method::GET, "/").insert_header(("cookie", "theme=\"><script>; lang=<b>"));
        assert!(anonymous.send(hostile).await.text().contains("<html lang=\"en\">"));
        let tag = page.header("etag").unwrap();
        let again = anonymous.request(Method::GET, "/other").insert_header(("if-none-match", tag));
        assert_eq!(anonymous.send(again).await.status.as_u16(), 304);
    }
    for path in ["/assets/nothing.js", "/.vite/manifest.json", "/../Cargo.toml", "/assets/../../package.json"] {
        at(&app, Method::GET, path).await.problem(404, "not_found");
    }
}

#[actix_web::test]
async fn health_says_no_more_than_it_must() {
    let app = TestApp::new().await;
    assert_eq!(at(&app, Method::GET, "/healthz").await.text(), "ok\n");
    assert_eq!(at(&app, Method::GET, "/readyz").await.text(), "ready\n");
    app.state.shutdown.cancel();
    assert_eq!(at(&app, Method::GET, "/readyz").await.status.as_u16(), 503);
    for path in ["/metrics", "/debug", "/api/v1/metrics"] {
        let answer = at(&app, Method::GET, path).await;
        assert!(!answer.text().contains("podium_http"), "{path}");
    }
}

#[actix_web::test]
async fn metrics_count_by_route_and_never_by_what_somebody_typed() {
    let app = TestApp::new().await;
    at(&app, Method::GET, "/api/v1/competitions/some-secret-name").await.problem(404, "not_found");
    at(&app, Method::from_bytes(b"PLANTED").unwrap(), "/api/v1/site").await.problem(405, "method_not_allowed");
    let text = app.state.metrics.text().unwrap();
    assert!(text.contains("route=\"/api/v1/competitions/{slug}\",status=\"404\""), "{text}");
    assert!(!text.contains("some-secret-name") && !text.contains("PLANTED"), "{text}");
}

#[actix_web::test]
async fn a_server_error_shows_its_code_and_nothing_else() {
    let app = TestApp::new().await;
    let id = app.user("ada").await.user.unwrap().id;
    // A defect that no caller can cause: what is stored is no hash.
    let (hash, now) = (Text::lossy("planted-nonsense"), app.now());
    let spoil = move |conn: &mut Conn| users::set_password(conn, id, &hash, None, now);
    app.state.db.write::<_, StoreError, _>(spoil).await.unwrap();
    let body = json!({"login": "ada", "password": "x"});
    let problem = app.anonymous().post("/sessions", &body).await.problem(500, "internal");
    assert_eq!(problem["detail"], "The server failed. The request id names the failure in its log.");
    assert!(!problem.to_string().contains("planted"));
}

#[actix_web::test]
async fn the_document_lists_every_code() {
    let app = TestApp::new().await;
    let document = app.anonymous().get("/openapi.json").await.expect(200);
    let codes = document["components"]["schemas"]["Code"]["enum"].as_array().unwrap().clone();
    let known: Vec<_> = podium_server::problem::Code::ALL.iter().map(|code| json!(code.as_str())).collect();
    assert_eq!(codes, known);
    let page = at(&app, Method::GET, "/docs/errors").await.text();
    for code in podium_server::problem::Code::ALL {
        assert!(page.contains(&format!("id=\"{}\"", code.as_str())));
    }
}
