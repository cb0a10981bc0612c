//! The operator's side: a running site is backed up, restored, moved to the other database and back, and checked.

use std::fs;
use std::path::{Path, PathBuf};

use podium_store::testing::{Kind, TestDb};

use crate::docs::blocks;
use crate::site::Site;

/// A running site with a published competition and a scored entry.
fn lived_in() -> Site {
    let site = Site::start();
    site.publish_example();
    let token = site.join_example("bob");
    let submit = "podium submit --competition grocery-mini groceries/sample_submission.csv --wait";
    site.run(submit, Some(&token)).expect(0);
    site
}

/// The export hash that a command printed.
fn hash(printed: &str) -> &str {
    printed.lines().find_map(|line| line.strip_prefix("export hash ")).unwrap()
}

fn blobs_of(data: &Path) -> Vec<PathBuf> {
    let inner = fs::read_dir(data.join("blobs/public")).unwrap().map(|entry| entry.unwrap().path());
    let inner = inner.filter(|path| path.file_name().unwrap().len() == 2);
    let mut blobs: Vec<PathBuf> =
        inner.flat_map(|path| fs::read_dir(path).unwrap()).map(|e| e.unwrap().path()).collect();
    blobs.sort();
    blobs
}

#[test]
fn a_running_site_is_backed_up_and_restored_to_the_same_content_on_either_database() {
    let site = lived_in();
    let made = site.run("podium backup --data podium-data --to monday.tar", None).expect(0);
    let postgres = TestDb::unmigrated(Kind::Postgres);
    let script = format!(
        "podium backup --check monday.tar
         podium restore monday.tar --data second --database-url '{url}'
         podium fsck --data second --database-url '{url}'
         podium backup --data second --database-url '{url}' --to tuesday.tar
         podium restore tuesday.tar --data third
         podium fsck --data third
         podium backup --data third --to wednesday.tar",
        url = postgres.url()
    );
    let printed = site.run(&script, None).expect(0);
    let hashes: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("export hash ")).collect();
    assert_eq!(hashes, [hash(&made); 3], "{printed}");
    assert_eq!(printed.matches("the database is whole").count(), 2, "{printed}");
}

#[test]
fn a_restored_site_serves_what_the_other_did() {
    let site = lived_in();
    let script = "podium backup --data podium-data --to monday.tar && podium restore monday.tar --data again";
    site.run(script, None).expect(0);
    let second =
        Site::start_with(&format!("podium serve --data {} --listen 127.0.0.1:0", site.path("again").display()));
    let boards = [&site, &second].map(|site| {
        let client = podium_client::Client::new(&site.url, None).unwrap();
        let board = client.find_leaderboard("grocery-mini", None).unwrap();
        format!("{:?}", board.items)
    });
    assert_eq!(boards[0], boards[1]);
    assert!(boards[0].contains("bob's team"), "{}", boards[0]);
}

#[test]
fn fsck_finds_every_file_that_is_missing_damaged_or_cut() {
    let site = lived_in();
    site.run("podium backup --data podium-data --to monday.tar && podium restore monday.tar --data again", None)
        .expect(0);
    site.run("podium fsck --data again", None).expect(0);
    let blobs = blobs_of(&site.path("again"));
    let hurt: Vec<&PathBuf> = blobs.iter().step_by(blobs.len() / 10).take(10).collect();
    for (number, blob) in hurt.iter().enumerate() {
        let mut bytes = fs::read(blob).unwrap();
        match number % 3 {
            0 => bytes[0] ^= 1,
            1 => bytes.truncate(bytes.len() - 1),
            _ => {
                fs::remove_file(blob).unwrap();
                continue;
            }
        }
        fs::write(blob, bytes).unwrap();
    }
    let found = site.run("podium fsck --data again", None).expect(1);
    for blob in hurt {
        let name = blob.file_name().unwrap().to_str().unwrap();
        assert!(found.contains(name), "{name} is not in:\n{found}");
    }
    assert_eq!(found.lines().filter(|line| line.contains("its file")).count(), 10, "{found}");
}

#[test]
fn fsck_finds_a_standing_that_its_scores_do_not_give() {
    let site = lived_in();
    site.run("podium backup --data podium-data --to monday.tar && podium restore monday.tar --data again", None)
        .expect(0);
    let url = format!("sqlite:{}", site.path("again/podium.db").display());
    let db = podium_store::Db::open(&url, &podium_store::Options::default()).unwrap();
    let change = |conn: &mut podium_store::Conn| -> Result<(), podium_store::StoreError> {
        use diesel::RunQueryDsl as _;
        diesel::sql_query("UPDATE standings SET score = 0.99, sort_key = 0.99").execute(conn)?;
        Ok(())
    };
    db.write_blocking(podium_store::Durability::Full, change).unwrap();
    drop(db);
    let found = site.run("podium fsck --data again", None).expect(1);
    assert!(found.contains("is not what its scores say"), "{found}");
}

#[test]
fn the_commands_of_the_operators_guide_do_what_it_says() {
    let guide = include_str!("../../../../docs/OPERATING.md");
    let site = lived_in();
    let postgres = TestDb::unmigrated(Kind::Postgres);
    let script = [blocks(guide, "sh"), blocks(guide, "sh postgres")].concat().join("\n");
    let printed = site.run(&format!("DATABASE_URL='{}'\n{script}", postgres.url()), None).expect(0);
    assert_eq!(printed.matches("the database is whole").count(), 2, "{printed}");
}

#[test]
fn a_directory_that_is_no_site_is_not_made_one_by_looking_at_it() {
    let site = Site::start();
    for command in ["podium backup --data nowhere", "podium fsck --data nowhere"] {
        let ran = site.run(command, None);
        ran.expect(2);
        assert!(ran.stderr().contains("there is no data directory nowhere"), "{}", ran.stderr());
    }
    assert!(!site.path("nowhere").exists());
}

#[test]
fn an_upgrade_backs_the_database_up_first_and_a_downgrade_is_refused() {
    let site = Site::start();
    site.run("podium backup --data podium-data --to monday.tar && podium restore monday.tar --data again", None)
        .expect(0);
    let url = format!("sqlite:{}", site.path("again/podium.db").display());
    let run = |sql: &'static str| {
        let db = podium_store::Db::open(&url, &podium_store::Options::default()).unwrap();
        let change = move |conn: &mut podium_store::Conn| -> Result<(), podium_store::StoreError> {
            use diesel::RunQueryDsl as _;
            diesel::sql_query(sql).execute(conn)?;
            Ok(())
        };
        db.write_blocking(podium_store::Durability::Full, change).unwrap();
    };
    let serve = "podium serve --data again --listen 127.0.0.1:0";
    // The newest migration is forgotten but not undone, so it fails; the backup was made before.
    run("DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)");
    site.run(serve, None).expect(2);
    let backups: Vec<PathBuf> = fs::read_dir(site.path("again/backups")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(backups.len(), 1);
    site.run(&format!("podium backup --check {}", backups[0].display()), None).expect(0);

    run("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')");
    let ran = site.run(serve, None);
    ran.expect(2);
    assert!(ran.stderr().contains("newer Podium"), "{}", ran.stderr());
}
