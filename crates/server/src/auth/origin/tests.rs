use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::*;

fn checked(config: &Config, method: Method, headers: &[(&str, &str)]) -> bool {
    let mut request = TestRequest::default().method(method).insert_header(("host", "podium.test:8080"));
    for header in headers {
        request = request.insert_header(*header);
    }
    check_same_origin(&request.to_http_request(), config).is_ok()
}

#[test]
fn writes_come_from_our_own_pages() {
    let config = Config::default();
    let cookie = ("cookie", "__Host-podium=x");
    for (expected, headers) in [
        (true, vec![cookie, ("sec-fetch-site", "same-origin")]),
        (true, vec![cookie, ("sec-fetch-site", "none")]),
        (false, vec![cookie, ("sec-fetch-site", "same-site")]),
        (false, vec![cookie, ("sec-fetch-site", "cross-site")]),
        (false, vec![cookie, ("sec-fetch-site", "cross-site"), ("origin", "http://podium.test:8080")]),
        (false, vec![cookie, ("sec-fetch-site", "")]),
        (true, vec![cookie, ("origin", "http://podium.test:8080")]),
        (false, vec![cookie, ("origin", "http://podium.test")]),
        (false, vec![cookie, ("origin", "http://podium.test:8080.evil.example")]),
        (false, vec![cookie, ("origin", "http://evil.example")]),
        (false, vec![cookie, ("origin", "null")]),
        (false, vec![cookie]),
        (false, vec![("origin", "http://evil.example")]),
        (true, vec![]),
        (true, vec![("authorization", "Bearer pdm_x")]),
    ] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(checked(&config, method, &headers), expected, "{headers:?}");
        }
    }
    assert!(checked(&config, Method::GET, &[cookie, ("sec-fetch-site", "cross-site")]));
}

#[test]
fn behind_a_proxy_the_public_address_decides() {
    let config = Config { public_url: Some("https://podium.example.org".into()), ..Config::default() };
    let cookie = ("cookie", "__Host-podium=x");
    assert!(checked(&config, Method::POST, &[cookie, ("origin", "https://podium.example.org")]));
    assert!(!checked(&config, Method::POST, &[cookie, ("origin", "http://podium.example.org")]));
    assert!(!checked(&config, Method::POST, &[cookie, ("origin", "http://podium.test:8080")]));
}

#[test]
fn only_trusted_proxies_are_believed_about_the_address() {
    let config = Config { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Config::default() };
    let address = |peer: &str, forwarded: &[&str]| {
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1").parse().unwrap());
        for line in forwarded {
            request = request.append_header(("x-forwarded-for", *line));
        }
        client_address(&request.to_http_request(), &config).to_string()
    };
    assert_eq!(address("203.0.113.5", &[]), "203.0.113.5");
    assert_eq!(address("203.0.113.5", &["198.51.100.1"]), "203.0.113.5");
    assert_eq!(address("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    assert_eq!(address("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.9.9.9"]), "198.51.100.1");
    assert_eq!(address("10.0.0.1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
    assert_eq!(address("10.0.0.1", &["nonsense"]), "10.0.0.1");
    assert_eq!(address("10.0.0.1", &["198.51.100.1, nonsense"]), "10.0.0.1");
}
