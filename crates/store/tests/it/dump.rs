//! What a dump promises: the same text for the same content on both databases, and nothing lost on the way.

use std::io::{BufReader, Write};

use diesel::RunQueryDsl as _;
use podium_store::dump::{DumpError, Dumped};
use podium_store::testing::{Kind, TestDb};
use podium_store::{Conn, Db, StoreError, events};

use crate::contest::{Contest, at, user, write};

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

fn dump(db: &Db) -> (String, Dumped) {
    let mut bytes = Vec::new();
    let dumped = db.dump(&mut bytes).unwrap();
    (String::from_utf8(bytes).unwrap(), dumped)
}

fn load(db: &Db, dump: &str) -> Result<Dumped, DumpError> {
    db.load(&mut BufReader::new(dump.as_bytes()))
}

fn run(db: &Db, sql: &'static str) -> Result<(), StoreError> {
    write(db, move |c: &mut Conn| {
        diesel::sql_query(sql).execute(c)?;
        Ok(())
    })
}

/// A site with people, entries, scores and texts of all kinds; its events were forgotten.
fn lived_in(db: &TestDb) {
    let contest = Contest::new(db);
    for (number, name) in ["Ann", "봄이", "O'Neil \"x\""].into_iter().enumerate() {
        let player = contest.join(name);
        let score = 0.1 + number as f64 / 3.0;
        contest.enter(player, number as u64, score, -score / 7.0, at("2026-12-02T12:00:00.000001Z"));
    }
    run(db, "UPDATE submissions SET note = '줄\nand \t tabs = \\ \u{1F600}' WHERE id = 1").unwrap();
    run(db, "UPDATE standings SET standard_error = 5e-324, score = -0.1e-7 WHERE team_id = 1").unwrap();
    write(db, |c: &mut Conn| events::forget(c, at("2027-01-01T00:00:00Z"))).unwrap();
}

#[test]
fn the_same_content_has_the_same_text_wherever_it_was_loaded() {
    for first in KINDS {
        let source = TestDb::new(first);
        lived_in(&source);
        let (original, dumped) = dump(&source);
        assert!(dumped.rows > 25 && dumped.tables > 15, "{dumped:?}");
        let mut before = original.clone();
        for next in [Kind::Postgres, Kind::Sqlite, Kind::Sqlite, Kind::Postgres] {
            let target = TestDb::unmigrated(next);
            assert_eq!(load(&target, &before).unwrap(), dumped, "{first:?} to {next:?}");
            let (text, again) = dump(&target);
            assert_eq!(text, original, "{first:?} to {next:?}");
            assert_eq!(again.sha256, dumped.sha256);
            before = text;
        }
    }
}

#[test]
fn a_loaded_database_goes_on_numbering_where_the_other_stopped() {
    for kind in KINDS {
        let source = TestDb::new(Kind::Sqlite);
        lived_in(&source);
        let (text, _) = dump(&source);
        let target = TestDb::unmigrated(kind);
        load(&target, &text).unwrap();
        // Numbers of forgotten events are not given again: a listener could take the new for the old.
        let last = |db: &Db| {
            let (text, _) = dump(db);
            let head = text.lines().find(|line| line.starts_with(r#"{"table":"events""#)).unwrap().to_owned();
            head.rsplit_once(':').unwrap().1.trim_end_matches('}').parse::<i64>().unwrap()
        };
        assert!(last(&source) > 0);
        assert_eq!(last(&source), last(&target));
        let (in_source, in_target) = (user(&source, "next"), user(&target, "next"));
        assert_eq!(in_source, in_target, "{kind:?}");
    }
}

#[test]
fn rows_of_a_loaded_database_still_obey_its_rules() {
    for kind in KINDS {
        let source = TestDb::new(Kind::Sqlite);
        lived_in(&source);
        let target = TestDb::unmigrated(kind);
        load(&target, &dump(&source).0).unwrap();
        let orphan = run(&target, "UPDATE submissions SET team_id = 999 WHERE id = 1");
        assert!(orphan.is_err(), "{kind:?}: foreign keys hold again");
    }
}

#[test]
fn a_dump_is_loaded_into_an_empty_database_only() {
    for kind in KINDS {
        let source = TestDb::new(kind);
        let (text, _) = dump(&source);
        assert!(matches!(load(&TestDb::new(kind), &text), Err(DumpError::NotEmpty)));
    }
}

#[test]
fn a_damaged_dump_leaves_the_database_empty_and_says_the_line() {
    for kind in KINDS {
        let source = TestDb::new(Kind::Sqlite);
        lived_in(&source);
        let (text, dumped) = dump(&source);
        let lines: Vec<&str> = text.lines().collect();
        let row = lines.iter().position(|line| line.starts_with('[')).unwrap();
        let without = |at: usize| {
            let kept =
                lines.iter().enumerate().filter(|(number, _)| *number != at).map(|(_, line)| format!("{line}\n"));
            kept.collect::<String>()
        };
        let users = lines.iter().position(|line| line.starts_with(r#"{"table":"users""#)).unwrap();
        let damaged = [
            text[..text.len() - 20].to_owned(),
            text[..text.len() / 2].rsplit_once('\n').unwrap().0.to_owned() + "\n",
            text.replacen(lines[row], "[1]", 1),
            text.replacen(r#"{"table":"users""#, r#"{"table":"people""#, 1),
            // A row that others name.
            without(users + 1),
            "not a dump\n".to_owned(),
        ];
        let target = TestDb::unmigrated(kind);
        for (number, damaged) in damaged.iter().enumerate() {
            let error = load(&target, damaged).unwrap_err();
            assert!(matches!(error, DumpError::Damaged { .. }), "{kind:?} {number}: {error}");
        }
        assert_eq!(load(&target, &text).unwrap(), dumped, "{kind:?}");
    }
}

#[test]
fn what_a_newer_program_made_is_refused() {
    for kind in KINDS {
        let source = TestDb::new(kind);
        let (text, _) = dump(&source);
        let newer = text.replacen(r#""migrations":["#, r#""migrations":["29990101000000","#, 1);
        let target = TestDb::unmigrated(kind);
        let error = load(&target, &newer).unwrap_err();
        assert!(error.to_string().contains("newer Podium"), "{error}");
        assert_eq!(target.migrations().unwrap(), Vec::<String>::new());

        run(&source, "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')").unwrap();
        let error = source.again().migrate().unwrap_err();
        assert!(error.to_string().contains("newer Podium"), "{error}");
    }
}

#[test]
fn a_dump_shows_one_moment_while_others_write() {
    for kind in KINDS {
        let source = TestDb::new(kind);
        user(&source, "before");
        let before = dump(&source).0;
        let mut out = Meddling { db: &source, text: Vec::new(), is_done: false };
        source.dump(&mut out).unwrap();
        assert!(out.is_done);
        let rows =
            |text: &str| text.lines().filter(|line| line.starts_with('[')).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(rows(&String::from_utf8(out.text).unwrap()), rows(&before), "{kind:?}");
        assert_ne!(rows(&dump(&source).0), rows(&before), "{kind:?}");
    }
}

/// Adds an account while the dump's tables are being written.
struct Meddling<'a> {
    db: &'a TestDb,
    text: Vec<u8>,
    is_done: bool,
}

impl Write for Meddling<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.text.extend_from_slice(bytes);
        // The snapshot begins with the first table.
        if bytes.starts_with(br#"{"table""#) && !self.is_done {
            self.is_done = true;
            user(self.db, "meanwhile");
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
