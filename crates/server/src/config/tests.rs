use super::*;

fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("podium.toml");
    std::fs::write(&path, file).unwrap();
    Config::load(Some(&path), environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
}

#[test]
fn environment_wins_over_the_file() {
    let config = load("name = \"A\"\nsession_days = 3", &[("PODIUM_NAME", "B"), ("PODIUM_WORKER", "false")]).unwrap();
    assert_eq!((config.name.as_deref(), config.session_days, config.worker), (Some("B"), 3, false));
}

#[test]
fn an_unknown_setting_is_named() {
    assert!(load("nmae = \"A\"", &[]).unwrap_err().to_string().contains("nmae"));
}

#[test]
fn a_site_name_that_looks_like_a_number_is_text_when_quoted() {
    let config = load("", &[("PODIUM_NAME", "\"2026\"")]).unwrap();
    assert_eq!(config.name.as_deref(), Some("2026"));
}

#[test]
fn defaults_in_the_table_are_the_defaults() {
    let shown: toml::Table = SETTINGS
        .iter()
        .filter(|(_, default, _)| !default.is_empty())
        .map(|(name, default, _)| ((*name).to_owned(), value_of(default)))
        .collect();
    let (shown, real): (Config, _) = (shown.try_into().unwrap(), Config::default());
    assert_eq!((shown.name, shown.listen, shown.data), (real.name, real.listen, real.data));
    assert_eq!((shown.data_limit_bytes, shown.hash_queue), (real.data_limit_bytes, real.hash_queue));
    assert_eq!((shown.connections, shown.log, shown.log_format), (real.connections, real.log, real.log_format));
    assert_eq!((shown.session_days, shown.session_idle_days), (real.session_days, real.session_idle_days));
    assert_eq!((shown.upload_idle_secs, shown.upload_total_secs), (real.upload_idle_secs, real.upload_total_secs));
    assert_eq!((shown.sign_in_failures, shown.sign_ups), (real.sign_in_failures, real.sign_ups));
}

#[test]
fn plain_http_beyond_this_machine_needs_a_word() {
    let mut config = Config { listen: ([0, 0, 0, 0], 8080).into(), ..Config::default() };
    assert!(config.check().is_err());
    config.insecure_http = true;
    config.check().unwrap();
    config.public_url = Some("https://podium.example.org".into());
    assert!(config.check().is_err());
    config.insecure_http = false;
    config.check().unwrap();
}

#[test]
fn a_certificate_makes_the_network_safe_and_needs_its_key() {
    let mut config = Config { listen: ([0, 0, 0, 0], 443).into(), ..Config::default() };
    config.tls_certificate = Some("cert.pem".into());
    assert!(config.check().is_err());
    config.tls_key = Some("key.pem".into());
    config.check().unwrap();
    assert!(config.is_https());
    config.public_url = Some("http://podium.example.org".into());
    assert!(config.check().is_err());
    config.public_url = None;
    config.redirect_listen = Some(([0, 0, 0, 0], 80).into());
    assert!(config.check().is_err(), "where should visitors be sent?");
    config.public_url = Some("https://podium.example.org".into());
    config.check().unwrap();
    config.insecure_http = true;
    assert!(config.check().is_err());
}

#[test]
fn a_base_path_is_whole_parts_of_plain_characters() {
    for good in ["", "/podium", "/a/b-c_d.e"] {
        Config { base_path: good.into(), ..Config::default() }.check().unwrap();
    }
    for bad in ["/", "podium", "/podium/", "//podium", "/a/../b", "/./a", "/a b", "/\"", "/;", "/%2e", "/ü"] {
        let config = Config { base_path: bad.into(), ..Config::default() };
        assert!(config.check().is_err(), "{bad}");
    }
    let config =
        Config { base_path: "/podium".into(), public_url: Some("https://www.example.org".into()), ..Config::default() };
    assert_eq!(config.site_url().as_deref(), Some("https://www.example.org/podium"));
}

#[test]
fn debug_does_not_show_the_password_of_the_database() {
    let config = Config { database_url: Some("postgres://u:geheim@h/d".into()), ..Config::default() };
    assert!(!format!("{config:?}").contains("geheim"));
}
