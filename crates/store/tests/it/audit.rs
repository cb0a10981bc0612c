//! The audit log cannot be altered unnoticed.

use diesel::prelude::*;
use podium_store::audit::{self, Action, Actor, Broken, Entry, Filter, Verified};
use podium_store::testing::{Kind, TestDb};
use podium_store::types::{CompetitionId, UserId};
use podium_store::{Conn, StoreError, both};

use crate::contest::{at, noon, read, user, write};

fn sql(c: &mut Conn, text: &str) -> Result<(), StoreError> {
    diesel::sql_query(text).execute(c)?;
    Ok(())
}

pub(crate) fn fill(db: &TestDb, entries: i64) {
    let ada = user(db, "Ada");
    write(db, move |c| {
        for n in 0..entries {
            let actor = [Actor::User(ada), Actor::Token(ada), Actor::Operator, Actor::System][n as usize % 4];
            let mut entry = Entry::new(actor, Action::ALL[n as usize % Action::ALL.len()], format!("thing {n}"));
            if n % 3 > 0 {
                entry = entry.of(CompetitionId(n % 3)).with("reason", format!("reason {n}")).with("n", n);
            }
            audit::record(c, &entry, noon().plus(chrono::TimeDelta::seconds(n)))?;
        }
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

pub(crate) fn disarm(db: &TestDb) {
    let kind = db.kind();
    write(db, move |c| match kind {
        Kind::Sqlite => {
            sql(c, "DROP TRIGGER audit_is_not_changed")?;
            sql(c, "DROP TRIGGER audit_is_not_removed")
        }
        Kind::Postgres => sql(c, "DROP TRIGGER audit_is_not_changed ON audit"),
    })
    .unwrap();
}

/// What a change of the table looks like to [`audit::verify`]; the change is undone.
#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error("verified")]
    Verified(Verified),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn verdict_on(db: &TestDb, changes: Vec<String>) -> Verified {
    let tried = write(db, move |c| -> Result<(), Undone> {
        for change in &changes {
            sql(c, change)?;
        }
        Err(Undone::Verified(audit::verify(c)?))
    });
    match tried.unwrap_err() {
        Undone::Verified(verified) => verified,
        Undone::Store(error) => panic!("{error:?}"),
    }
}

both! {
    fn the_same_entry_is_written_once_in_a_time_and_anything_else_anew(db) {
        let (ada, bob) = (user(db, "Ada"), user(db, "Bob"));
        let look = |actor, subject: &str, what: &str| Entry::new(actor, Action::Rehearsed, subject).with("what", what);
        let within = |entry: Entry, seconds: i64| {
            let now = noon().plus(chrono::TimeDelta::seconds(seconds));
            let since = now.plus(chrono::TimeDelta::seconds(-60));
            write(db, move |c| audit::record_once(c, &entry, since, now)).unwrap();
            read(db, audit::head).entries
        };
        let first = || look(Actor::User(ada), "cells", "board");
        assert_eq!(within(first(), 0), 1);
        assert_eq!(within(first(), 59), 1);
        assert_eq!(within(first(), 60), 2);
        assert_eq!(within(look(Actor::User(ada), "cells", "private board"), 60), 3);
        assert_eq!(within(look(Actor::User(ada), "grain", "board"), 60), 4);
        assert_eq!(within(look(Actor::Token(ada), "cells", "board"), 60), 5);
        assert_eq!(within(look(Actor::User(bob), "cells", "board"), 60), 6);
        assert_eq!(within(look(Actor::Operator, "cells", "board"), 60), 7);
        assert_eq!(within(look(Actor::Operator, "cells", "board"), 61), 7);
        assert_eq!(within(first().of(CompetitionId(1)), 61), 8);
        assert_eq!(within(first().of(CompetitionId(2)), 61), 9);
        assert_eq!(within(first().of(CompetitionId(1)), 61), 9);
        assert!(read(db, audit::verify).holds());
    }

    fn an_entry_stands_exactly_if_the_change_does(db) {
        fill(db, 3);
        let undone = write(db, |c| {
            audit::record(c, &Entry::new(Actor::System, Action::JobRetried, "7"), noon())?;
            Err::<(), _>(StoreError::Unavailable("undone".into()))
        });
        assert!(undone.is_err());
        let id = write(db, |c| audit::record(c, &Entry::new(Actor::System, Action::JobRetried, "8"), noon())).unwrap();
        assert_eq!(id.0, 4, "numbers have no gaps");
        assert!(read(db, audit::verify).holds());
    }

    fn entries_are_listed_newest_first_by_competition_action_and_actor(db) {
        fill(db, 12);
        let list = |filter: Filter| read(db, |c| audit::list(c, &filter, None, 50));
        let ids = |filter: Filter| list(filter).iter().map(|(row, _)| row.id.0).collect::<Vec<_>>();
        assert_eq!(ids(Filter::default()), (1..=12).rev().collect::<Vec<_>>());
        assert_eq!(ids(Filter { competition: Some(CompetitionId(1)), ..Filter::default() }), [11, 8, 5, 2]);
        assert_eq!(ids(Filter { actions: vec![Action::ALL[0], Action::ALL[1]], ..Filter::default() }), [2, 1]);
        let ada = list(Filter { actor: Some(UserId(1)), ..Filter::default() });
        assert_eq!(ada.len(), 6);
        assert!(ada.iter().all(|(_, name)| name.as_ref().unwrap().as_str() == "Ada"));
        let (row, nobody) = &list(Filter::default())[0];
        assert_eq!((row.at, nobody), (at("2026-12-02T12:00:11Z"), &None));
        assert_eq!(row.detail.as_str(), r#"{"n":11,"reason":"reason 11"}"#);
        let page = read(db, |c| audit::list(c, &Filter::default(), Some(row.id), 2));
        assert_eq!(page.iter().map(|(row, _)| row.id.0).collect::<Vec<_>>(), [11, 10]);
    }

    fn the_database_refuses_to_change_or_remove_an_entry(db) {
        fill(db, 2);
        for change in ["UPDATE audit SET subject = 'x' WHERE id = 1", "DELETE FROM audit WHERE id = 1"] {
            let refused = write(db, move |c| sql(c, change)).unwrap_err();
            let said = std::error::Error::source(&refused).unwrap().to_string();
            assert!(said.contains("append-only"), "{said}");
        }
    }

    fn every_changed_removed_or_moved_row_is_found(db) {
        const ROWS: u64 = 40;
        fill(db, ROWS as i64);
        disarm(db);
        assert!(read(db, audit::verify).holds());
        let blob = |n: u64| match db.kind() {
            Kind::Sqlite => format!("X'{n:064x}'"),
            Kind::Postgres => format!("'\\x{n:064x}'"),
        };
        // Numerical Recipes' generator; the same thousand changes each time.
        let mut state = 2026_u64;
        let mut random = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for round in 0..1_000 {
            let row = 1 + random(ROWS);
            let other = 1 + (row + random(ROWS - 1)) % ROWS;
            let number = 1_000_000 + random(1_000_000);
            let set = |what: String| vec![format!("UPDATE audit SET {what} WHERE id = {row}")];
            let changes = match random(11) {
                0 => set(format!("at = '2026-11-0{} 00:00:00.{number}'", 1 + random(9))),
                1 => set(format!("actor_kind = 'user', actor = {number}")),
                2 => set(format!("competition_id = {number}")),
                3 => set(format!("action = 'action {number}'")),
                4 => set(format!("subject = 'thing {number}'")),
                5 => set(format!("detail = '{{\"n\":{number}}}'")),
                6 => set(format!("previous = {}", blob(number))),
                7 => set(format!("hash = {}", blob(number))),
                8 => vec![format!("DELETE FROM audit WHERE id = {row}")],
                9 if other == row => vec![format!("DELETE FROM audit WHERE id = {row}")],
                9 => vec![
                    format!("UPDATE audit SET id = 0 WHERE id = {row}"),
                    format!("UPDATE audit SET id = {row} WHERE id = {other}"),
                    format!("UPDATE audit SET id = {other} WHERE id = 0"),
                ],
                _ => vec![format!(
                    "INSERT INTO audit SELECT {}, at, actor_kind, actor, competition_id, action, subject, detail,
                     previous, hash FROM audit WHERE id = {row}",
                    ROWS + 1
                )],
            };
            let verified = verdict_on(db, changes.clone());
            assert!(!verified.holds(), "round {round}: {changes:?} went unnoticed");
            assert!(!verified.faults.is_empty());
        }
        assert!(read(db, audit::verify).holds(), "every change was undone");
    }

    fn the_fault_says_where(db) {
        fill(db, 5);
        disarm(db);
        let of = |change: &str| verdict_on(db, vec![change.to_owned()]).faults;
        assert_eq!(of("UPDATE audit SET subject = 'x' WHERE id = 3"), [Broken::Changed(3)]);
        assert_eq!(of("DELETE FROM audit WHERE id = 2"), [Broken::NotNext { id: 3, after: 1 }]);
        assert_eq!(of("DELETE FROM audit WHERE id = 5"), [Broken::End { found: 4, wanted: 5 }]);
    }
}
