//! A site with a certificate of its own, as a browser and as programs meet it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::TempDir;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::site::Site;

/// Puts a fresh self-signed certificate and its key into `folder`; the certificate in PEM.
fn certify(folder: &Path) -> String {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into(), "127.0.0.1".into()]).unwrap();
    let write = |name: &str, text: &str| {
        fs::write(folder.join("new"), text).unwrap();
        fs::set_permissions(folder.join("new"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::rename(folder.join("new"), folder.join(name)).unwrap();
    };
    write("cert.pem", &made.cert.pem());
    write("key.pem", &made.signing_key.serialize_pem());
    made.cert.pem()
}

/// A client that trusts this certificate and no other.
fn trusting(certificate: &str) -> ureq::Agent {
    let root = Certificate::from_pem(certificate.as_bytes()).unwrap();
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(&[root]))
        .build();
    ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false).max_redirects(0).build().new_agent()
}

fn serving(certified: &TempDir) -> Site {
    let dir = certified.path().display();
    let settings = format!("tls_certificate = \"{dir}/cert.pem\"\ntls_key = \"{dir}/key.pem\"\n");
    fs::write(certified.path().join("podium.toml"), settings).unwrap();
    Site::start_with(&format!("podium serve --config {}/podium.toml --listen 127.0.0.1:0", certified.path().display()))
}

#[test]
fn a_site_with_a_certificate_serves_https_and_tells_browsers_to_stay_there() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = certify(folder.path());
    let site = serving(&folder);
    assert!(site.url.starts_with("https://127.0.0.1:"), "{}", site.url);
    let agent = trusting(&certificate);

    let mut about = agent.get(format!("{}/api/v1/site", site.url)).call().unwrap();
    assert_eq!(about.status(), 200);
    assert_eq!(about.headers()["strict-transport-security"], "max-age=31536000; includeSubDomains");
    assert!(about.body_mut().read_to_string().unwrap().contains("\"insecure_http\":false"));

    let person = serde_json::json!({"name": "ada", "password": "a long enough password of ada"});
    let origin = site.url.as_str();
    let sign_up = agent.post(format!("{origin}/api/v1/users")).header("content-type", "application/json");
    let signed_up = sign_up.header("origin", origin).send(person.to_string()).unwrap();
    assert_eq!(signed_up.status(), 201);
    let cookie = signed_up.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-podium=") && cookie.contains("; Secure; Path=/;"), "{cookie}");

    let other = certify(tempfile::tempdir().unwrap().path());
    assert!(trusting(&other).get(format!("{origin}/healthz")).call().is_err(), "another certificate is believed");
    let plain = origin.replace("https://", "http://");
    assert!(ureq::get(format!("{plain}/healthz")).call().is_err(), "plain http is answered");
}

#[test]
fn a_renewed_certificate_is_served_after_a_hangup_without_a_pause() {
    let folder = tempfile::tempdir().unwrap();
    let first = certify(folder.path());
    let site = serving(&folder);
    let health = format!("{}/healthz", site.url);
    let kept_open = trusting(&first);
    assert_eq!(kept_open.get(&health).call().unwrap().status(), 200);
    let second = certify(folder.path());
    site.signal("HUP");
    site.wait_for_log("read the certificate anew");
    assert_eq!(trusting(&second).get(&health).call().unwrap().status(), 200);
    assert!(trusting(&first).get(&health).call().is_err(), "the old certificate is still served");
    assert_eq!(kept_open.get(&health).call().unwrap().status(), 200, "a connection of before was cut");
}

#[test]
fn a_hangup_does_not_end_a_site_without_a_certificate() {
    let mut site = Site::start();
    site.signal("HUP");
    assert_eq!(ureq::get(format!("{}/healthz", site.url)).call().unwrap().status(), 200);
    site.assert_lives();
}

/// A site with an address for plain http, which comes beside it.
fn redirecting(more: &str) -> (Site, String) {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let settings = "tls_certificate = \"cert.pem\"\ntls_key = \"key.pem\"\npublic_url = \"https://podium.test\"\n\
                    redirect_listen = \"127.0.0.1:0\"\n";
    fs::write(folder.path().join("podium.toml"), format!("{settings}{more}")).unwrap();
    let site = Site::start_in(folder, "podium serve --config podium.toml --listen 127.0.0.1:0");
    site.wait_for_log(" is sent to https://podium.test");
    let log = site.log();
    let plain = log.split_once("plain http on ").unwrap().1.split(' ').next().unwrap().to_owned();
    (site, plain)
}

#[test]
fn plain_http_is_sent_to_the_public_address() {
    let (_site, plain) = redirecting("");
    let agent = ureq::Agent::config_builder().max_redirects(0).build().new_agent();
    let answer = agent.get(format!("http://{plain}/competitions/a?rank=3")).call().unwrap();
    assert_eq!(answer.status(), 308);
    assert_eq!(answer.headers()["location"], "https://podium.test/competitions/a?rank=3");
    assert_eq!(agent.get(format!("http://{plain}/apiary")).call().unwrap().status(), 308);
}

#[test]
fn plain_http_refuses_the_api_so_that_no_program_goes_on_sending_its_token_in_clear() {
    let (_site, plain) = redirecting("");
    let agent = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().new_agent();
    for path in ["/api", "/api/v1/me", "/api/v1/nothing?a=b"] {
        let request = agent.post(format!("http://{plain}{path}")).header("authorization", "Bearer pdm_x");
        let mut answer = request.send_empty().unwrap();
        assert_eq!(answer.status(), 403, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert!(!answer.headers().contains_key("location"), "{path}");
        let problem: serde_json::Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        assert_eq!(problem["code"], "https_required");
        assert!(problem["detail"].as_str().unwrap().contains("https://podium.test"), "{problem}");
    }
    let (_site, plain) = redirecting("base_path = \"/podium\"\n");
    let status = |path: &str| agent.get(format!("http://{plain}{path}")).call().unwrap().status().as_u16();
    assert_eq!((status("/podium/api/v1/site"), status("/podium/competitions/a")), (403, 308));
}
