//! Limits on attempts.

use chrono::TimeDelta;
use podium_store::both;
use podium_store::limits::{self, Action, LimitError, Place, Window};
use podium_store::types::UtcTime;

use crate::contest::{at, content, noon, write};

fn place(key: u64) -> Place {
    let windows =
        vec![Window { most: 3, within: TimeDelta::minutes(5) }, Window { most: 5, within: TimeDelta::hours(1) }];
    Place { action: Action::SecondFactor, key: content(key), windows }
}

both! {
    fn every_window_holds_and_says_when_it_ends(db) {
        let take = |minute: i64| {
            let now = noon().plus(TimeDelta::minutes(minute));
            match write(db, move |c| limits::take(c, &[place(1)], now)) {
                Ok(_) => Ok(()),
                Err(LimitError::TooMany { retry_at }) => Err((retry_at.micros() - noon().micros()) / 60_000_000),
                Err(other) => panic!("{other}"),
            }
        };
        assert_eq!([take(0), take(1), take(2)], [Ok(()); 3]);
        assert_eq!(take(4), Err(5));
        assert_eq!([take(5), take(6)], [Ok(()); 2]);
        // Five within the hour.
        assert_eq!(take(30), Err(60));
        assert_eq!(take(60), Ok(()));
    }

    fn an_attempt_that_was_right_is_given_back_and_others_are_not_counted(db) {
        for _ in 0..10 {
            let taken = write(db, |c| limits::take(c, &[place(1)], noon())).unwrap();
            write(db, move |c| limits::give_back(c, &taken)).unwrap();
        }
        for key in 2..10 {
            write(db, move |c| limits::take(c, &[place(key)], noon())).unwrap();
        }
    }

    fn of_several_places_all_are_taken_or_none(db) {
        for _ in 0..3 {
            write(db, |c| limits::take(c, &[place(2)], noon())).unwrap();
        }
        assert!(write(db, |c| limits::take(c, &[place(1), place(2)], noon())).is_err());
        for _ in 0..3 {
            write(db, |c| limits::take(c, &[place(1)], noon())).unwrap();
        }
    }

    fn many_at_once_get_no_further_than_one_after_another(db) {
        let second = db.again();
        let taken: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..20)
                .map(|n| {
                    let db = if n % 2 == 0 { (**db).clone() } else { second.clone() };
                    scope.spawn(move || write(&db, |c| limits::take(c, &[place(1)], noon())).is_ok())
                })
                .collect();
            threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
        });
        assert_eq!(taken, 3);
    }

    fn old_attempts_are_forgotten(db) {
        write(db, |c| limits::take(c, &[place(1)], noon())).unwrap();
        let later = |hours: i64| -> UtcTime { noon().plus(TimeDelta::hours(hours)) };
        assert_eq!(write(db, move |c| limits::forget(c, later(24))).unwrap(), 0);
        assert_eq!(write(db, move |c| limits::forget(c, later(25))).unwrap(), 1);
        assert!(at("2026-12-03T13:00:00Z") == later(25));
    }
}
