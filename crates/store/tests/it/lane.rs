//! What `Db::read` and `Db::write` promise.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::channel;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use podium_store::testing::{Kind, TestDb};
use podium_store::{Conn, Db, Durability, Options, StoreError, both};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn sql(c: &mut Conn, text: &str) -> Result<(), StoreError> {
    diesel::sql_query(text).execute(c)?;
    Ok(())
}

fn write(db: &Db, text: &'static str) -> Result<(), StoreError> {
    db.write_blocking(Durability::Full, move |c| sql(c, text))
}

fn count(c: &mut Conn) -> Result<i64, StoreError> {
    Ok(diesel::sql_query("SELECT count AS count FROM counter").get_result::<Count>(c)?.count)
}

fn counter(db: &Db) {
    write(db, "CREATE TABLE counter (count BIGINT NOT NULL)").unwrap();
    write(db, "INSERT INTO counter VALUES (0)").unwrap();
}

fn increment(c: &mut Conn) -> Result<(), StoreError> {
    let now = count(c)?;
    diesel::sql_query("UPDATE counter SET count = $1").bind::<BigInt, _>(now + 1).execute(c)?;
    Ok(())
}

both! {
    fn no_increment_is_lost_between_two_servers(db) {
        counter(db);
        let servers = [db.again(), db.again()];
        std::thread::scope(|scope| {
            for n in 0..6 {
                let server = &servers[n % 2];
                scope.spawn(move || {
                    for _ in 0..50 {
                        server.write_blocking(Durability::Full, increment).unwrap();
                    }
                });
            }
        });
        assert_eq!(db.read_blocking(count).unwrap(), 300);
    }

    fn a_refused_change_leaves_nothing_and_spares_its_neighbours(db) {
        counter(db);
        std::thread::scope(|scope| {
            for n in 0..40 {
                scope.spawn(move || {
                    let result = db.write_blocking(Durability::Full, move |c| {
                        increment(c)?;
                        if n % 2 == 0 { Ok(()) } else { Err(StoreError::Unavailable("changed my mind".to_owned())) }
                    });
                    assert_eq!(result.is_ok(), n % 2 == 0);
                });
            }
        });
        assert_eq!(db.read_blocking(count).unwrap(), 20);
    }

    fn a_failing_statement_spares_its_neighbours(db) {
        counter(db);
        std::thread::scope(|scope| {
            for n in 0..40 {
                scope.spawn(move || {
                    let result = db.write_blocking(Durability::Full, move |c| {
                        increment(c)?;
                        if n % 2 == 0 { Ok(()) } else { sql(c, "INSERT INTO nowhere VALUES (1)") }
                    });
                    assert_eq!(result.is_ok(), n % 2 == 0);
                });
            }
        });
        assert_eq!(db.read_blocking(count).unwrap(), 20);
    }

    fn a_panic_reaches_its_caller_and_spares_its_neighbours(db) {
        counter(db);
        std::thread::scope(|scope| {
            for n in 0..20 {
                scope.spawn(move || {
                    let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
                        db.write_blocking(Durability::Full, move |c| {
                            c.transaction(|c| {
                                increment(c)?;
                                assert!(n % 2 == 0, "odd");
                                Ok::<_, StoreError>(())
                            })
                        })
                    }));
                    match result {
                        Ok(answer) => answer.unwrap(),
                        Err(panic) => assert_eq!(panic.downcast_ref::<&str>(), Some(&"odd")),
                    }
                });
            }
        });
        assert_eq!(db.read_blocking(count).unwrap(), 10);
    }

    fn a_reader_cannot_change_anything(db) {
        counter(db);
        assert!(db.read_blocking(increment).is_err());
        assert_eq!(db.read_blocking(count).unwrap(), 0);
    }

    fn a_reader_sees_a_change_when_its_write_has_returned(db) {
        counter(db);
        for expected in 1..=20 {
            db.write_blocking(Durability::Soft, increment).unwrap();
            assert_eq!(db.read_blocking(count).unwrap(), expected);
        }
    }
}

#[test]
fn a_lost_connection_is_replaced() {
    let db = TestDb::new(Kind::Postgres);
    counter(&db);
    let end_myself = "SELECT pg_terminate_backend(pg_backend_pid())";
    assert!(matches!(write(&db, end_myself), Err(StoreError::Unavailable(_))));
    db.write_blocking(Durability::Full, increment).unwrap();
    assert!(db.read_blocking(|c| sql(c, end_myself)).is_err());
    assert_eq!(db.read_blocking(count).unwrap(), 1);
}

both! {
    fn a_write_that_another_process_blocks_is_answered_in_time_and_works_afterwards(db) {
        counter(db);
        let impatient = Options { wait: Duration::from_millis(100), ..Options::default() };
        let blocked = Db::open(db.url(), &impatient).unwrap();
        let (inside, entered) = channel();
        let (release, released) = channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                db.write_blocking(Durability::Full, move |c| {
                    increment(c)?;
                    inside.send(()).unwrap();
                    released.recv().unwrap();
                    Ok::<_, StoreError>(())
                })
            });
            entered.recv().unwrap();
            let answer = blocked.write_blocking(Durability::Full, increment);
            assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
            assert_eq!(blocked.read_blocking(count).unwrap(), 0, "reading goes on");
            release.send(()).unwrap();
        });
        // The blocker has committed: its thread was joined.
        blocked.write_blocking(Durability::Full, increment).unwrap();
        assert_eq!(db.read_blocking(count).unwrap(), 2);
    }

    fn only_a_soft_write_is_spared_the_disk(db) {
        #[derive(QueryableByName)]
        struct Setting {
            #[diesel(sql_type = Text)]
            setting: String,
        }
        let kind = db.kind();
        let setting = move |durability| {
            db.write_blocking(durability, move |c| {
                let sql = match kind {
                    Kind::Sqlite => "SELECT CAST(synchronous AS TEXT) AS setting FROM pragma_synchronous",
                    Kind::Postgres => "SELECT current_setting('synchronous_commit') AS setting",
                };
                Ok::<_, StoreError>(diesel::sql_query(sql).get_result::<Setting>(c)?.setting)
            })
            .unwrap()
        };
        let (full, soft) = match kind {
            Kind::Sqlite => ("2", "1"),
            Kind::Postgres => ("on", "off"),
        };
        for _ in 0..2 {
            assert_eq!(setting(Durability::Full), full);
            assert_eq!(setting(Durability::Soft), soft);
        }
    }
}
