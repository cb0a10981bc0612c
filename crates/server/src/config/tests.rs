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
fn debug_does_not_show_the_password_of_the_database() {
    let config = Config { database_url: Some("postgres://u:geheim@h/d".into()), ..Config::default() };
    assert!(!format!("{config:?}").contains("geheim"));
}
