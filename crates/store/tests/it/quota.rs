//! Entries a day, under races, over midnights, and what spends them.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::RunQueryDsl;
use podium_store::both;
use podium_store::competitions::{self, Settings};
use podium_store::jobs::Next;
use podium_store::notifications::{self, NotificationKind};
use podium_store::results;
use podium_store::submissions::{self, Refusal, SubmitError};
use podium_store::types::SubmissionState;

use crate::contest::{Contest, at, content, noon, read, settings, text, write};

fn refusal() -> Refusal {
    Refusal { errors: text(r#"[{"code":"unknown_class"}]"#), count: 1 }
}

both! {
    fn of_64_at_once_with_5_left_exactly_5_are_accepted(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        // Two servers, so that the lane of one process is not what saves us.
        let servers = [db.again(), db.again()];
        let (accepted, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let start = Barrier::new(64);
        std::thread::scope(|scope| {
            for n in 0..64_usize {
                let (servers, contest, start) = (&servers, &contest, &start);
                let (accepted, refused) = (&accepted, &refused);
                scope.spawn(move || {
                    let new = contest.new_submission(player.user, n as u64);
                    start.wait();
                    match write(&servers[n % 2], move |c| submissions::submit(c, &new, noon())) {
                        Ok(_) => accepted.fetch_add(1, Ordering::Relaxed),
                        Err(SubmitError::QuotaUsed { resets_at }) => {
                            assert_eq!(resets_at, at("2026-12-03T00:00:00Z"));
                            refused.fetch_add(1, Ordering::Relaxed)
                        }
                        Err(other) => panic!("{other}"),
                    };
                });
            }
        });
        assert_eq!((accepted.into_inner(), refused.into_inner()), (5, 59));
        let quota = read(db, |c| submissions::quota(c, contest.id, player.team, noon()));
        assert_eq!((quota.used, quota.left()), (5, 0));
    }

    fn quota_resets_at_midnight_of_the_competition_zone(db) {
        let contest = Contest::with(db, Settings {
            zone: "Asia/Seoul".parse().unwrap(),
            entries_per_day: 1,
            ..settings()
        });
        let player = contest.join("Ada");
        // 14:59:59 UTC is 23:59:59 in Seoul.
        contest.submit(player.user, 1, at("2026-12-05T14:59:59Z")).unwrap();
        let Err(SubmitError::QuotaUsed { resets_at }) = contest.submit(player.user, 2, at("2026-12-05T14:59:59.999999Z"))
        else { panic!("accepted a second entry on one day") };
        assert_eq!(resets_at, at("2026-12-05T15:00:00Z"));
        let next = contest.submit(player.user, 2, at("2026-12-05T15:00:00Z")).unwrap();
        assert_eq!(next.submission.quota_day.to_string(), "2026-12-06");
    }

    fn the_day_of_changing_clocks_is_one_quota_day(db) {
        let contest = Contest::with(db, Settings {
            zone: "Europe/Berlin".parse().unwrap(),
            starts_at: at("2026-10-01T00:00:00Z"),
            entries_per_day: 1,
            ..settings()
        });
        let player = contest.join("Ada");
        // The fixture publishes in November; this competition must be out in October.
        write(db, |c| {
            diesel::sql_query("UPDATE competitions SET published_at = starts_at").execute(c)?;
            Ok::<_, podium_store::StoreError>(())
        })
        .unwrap();
        // 25 October 2026 has 25 hours in Berlin: from 22:00 UTC to 23:00 UTC of the next day.
        contest.submit(player.user, 1, at("2026-10-24T22:00:00Z")).unwrap();
        let Err(SubmitError::QuotaUsed { resets_at }) = contest.submit(player.user, 2, at("2026-10-25T22:59:59Z"))
        else { panic!("the 25th hour belongs to the day") };
        assert_eq!(resets_at, at("2026-10-25T23:00:00Z"));
        contest.submit(player.user, 2, at("2026-10-25T23:00:00Z")).unwrap();
    }

    fn refused_files_spend_nothing_and_have_their_own_limit(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        for n in 0..submissions::REFUSED_PER_DAY {
            let new = contest.new_submission(player.user, 1000 + u64::try_from(n).unwrap());
            let receipt = write(db, move |c| submissions::refuse(c, &new, &refusal(), noon())).unwrap();
            assert_eq!(receipt.submission.state, SubmissionState::Invalid);
            assert_eq!(receipt.quota.used, 0);
        }
        let new = contest.new_submission(player.user, 2000);
        let one_more = write(db, move |c| submissions::refuse(c, &new, &refusal(), noon()));
        assert!(matches!(one_more, Err(SubmitError::TooManyRefused { .. })), "{one_more:?}");
        // Good files are still accepted, and the next day both begin anew.
        assert_eq!(contest.submit(player.user, 1, noon()).unwrap().quota.used, 1);
        let new = contest.new_submission(player.user, 2000);
        write(db, move |c| submissions::refuse(c, &new, &refusal(), at("2026-12-03T00:00:00Z"))).unwrap();
    }

    fn a_file_that_turns_out_invalid_gives_its_slot_back(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        let claim = contest.claim(noon()).unwrap();
        let recorded = write(db, move |c| results::record_invalid(c, &claim, &refusal(), noon())).unwrap().unwrap();
        let told = read(db, |c| notifications::list(c, player.user, None, 9));
        assert_eq!(told.iter().map(|n| n.kind).collect::<Vec<_>>(), [NotificationKind::EntryInvalid]);
        assert_eq!((recorded.id, recorded.state), (id, SubmissionState::Invalid));
        assert_eq!(recorded.errors, refusal().errors);
        assert_eq!(read(db, |c| submissions::quota(c, contest.id, player.team, noon())).used, 0);
        assert!(contest.standing(player.team).is_none());
    }

    fn our_failure_gives_the_slot_back(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        let mut now = noon();
        for attempt in 1..=3 {
            let claim = contest.claim(now).unwrap();
            assert_eq!(claim.attempt, attempt);
            let next = write(db, move |c| results::record_failure(c, &claim, &text("disk full"), now)).unwrap();
            match next {
                Next::Retry(at) => {
                    assert_eq!(contest.state(id), SubmissionState::Queued);
                    assert!(contest.claim(now).is_none(), "not before its time");
                    now = at;
                }
                Next::GivenUp => assert_eq!(attempt, 3),
            }
        }
        assert_eq!(contest.state(id), SubmissionState::PlatformError);
        assert_eq!(read(db, |c| submissions::quota(c, contest.id, player.team, noon())).used, 0);
    }

    fn a_withdrawn_entry_keeps_its_slot(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        write(db, move |c| submissions::withdraw(c, id, noon())).unwrap();
        assert_eq!(read(db, |c| submissions::quota(c, contest.id, player.team, noon())).used, 1);
    }

    fn a_lowered_limit_leaves_nothing_rather_than_everything(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        for n in 0..3 {
            contest.submit(player.user, n, noon()).unwrap();
        }
        let lower = Settings {
            entries_per_day: 2,
            manifest_sha256: content(2),
            ..settings()
        };
        let host = contest.host;
        write(db, move |c| competitions::save(c, &lower, host, noon())).unwrap();
        let quota = read(db, |c| submissions::quota(c, contest.id, player.team, noon()));
        assert_eq!((quota.per_day, quota.used, quota.left()), (2, 3, 0));
        assert!(matches!(contest.submit(player.user, 9, noon()), Err(SubmitError::QuotaUsed { .. })));
    }

    fn teams_do_not_share_a_quota(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        for n in 0..5 {
            contest.submit(ada.user, n, noon()).unwrap();
        }
        assert_eq!(contest.submit(bob.user, 0, noon()).unwrap().quota.used, 1);
    }
}
