use super::*;

fn path(url: &str) -> String {
    match Url::parse(url).unwrap() {
        Url::Sqlite(path) => path,
        Url::Postgresql(url) => url,
    }
}

#[test]
fn sqlite_addresses_name_a_relative_or_absolute_file() {
    assert_eq!(path("sqlite:a/b.db"), "a/b.db");
    assert_eq!(path("sqlite://a/b.db"), "a/b.db");
    assert_eq!(path("sqlite:/a/b.db"), "/a/b.db");
    assert_eq!(path("sqlite:///a/b.db"), "/a/b.db");
}

#[test]
fn unknown_schemes_are_refused_and_named() {
    for url in ["podium.db", "sqlight:x.db", "mysql://h/x", "", "SQLITE:x", "sqlite:", "sqlite::memory:", "sqlite://"] {
        assert!(matches!(Url::parse(url), Err(StoreError::Unavailable(_))), "{url}");
    }
    let Err(error) = Url::parse("sqlight:x.db") else { panic!("accepted") };
    assert!(error.to_string().contains("'sqlight'"), "{error}");
}

#[test]
fn the_bundled_sqlite_does_not_lose_committed_writes() {
    check_sqlite_version().unwrap();
}

#[test]
fn an_address_with_a_password_is_not_shown() {
    let connector =
        Connector { url: Url::parse("postgres://u:secret@h/x").unwrap(), access: Access::Read, wait: Duration::ZERO };
    assert!(!format!("{connector:?}").contains("secret"));
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let url = Url::parse("sqlite:/nowhere/at/all.db").unwrap();
    let Err(error) = (Connector { url, access: Access::Write, wait: Duration::ZERO }).open() else { panic!("opened") };
    assert!(error.to_string().contains("/nowhere/at/all.db"), "{error}");
}
