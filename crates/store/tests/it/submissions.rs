//! Accepting: the deadline, the order, duplicates, retries.

use podium_store::competitions::{CompetitionState, Settings};
use podium_store::submissions::{self, SubmitError, WithdrawError};
use podium_store::types::SubmissionState;
use podium_store::{both, events, jobs};

use crate::contest::{Contest, at, content, noon, read, settings, text, user, write};

both! {
    fn an_entry_counts_strictly_before_the_end_to_the_microsecond(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        assert!(matches!(
            contest.submit(player.user, 1, at("2026-11-30T23:59:59.999999Z")),
            Err(SubmitError::NotRunning(CompetitionState::Scheduled))
        ));
        contest.submit(player.user, 1, at("2026-12-01T00:00:00Z")).unwrap();
        contest.submit(player.user, 2, at("2026-12-20T23:59:59.999999Z")).unwrap();
        for after in ["2026-12-21T00:00:00Z", "2026-12-21T00:00:00.000001Z"] {
            assert!(matches!(
                contest.submit(player.user, 3, at(after)),
                Err(SubmitError::NotRunning(CompetitionState::Closed))
            ), "{after}");
        }
    }

    fn an_entry_pushed_past_the_end_by_the_order_counts_because_it_came_before(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        contest.submit(player.user, 1, at("2026-12-20T23:59:59.999999Z")).unwrap();
        // The clock went back; in the order of entries this one stands at the end itself.
        let pushed = contest.submit(player.user, 2, at("2026-12-20T23:00:00Z")).unwrap().submission;
        assert_eq!((pushed.accepted_at, pushed.is_late), (at("2026-12-21T00:00:00Z"), false));
    }

    fn a_late_entry_is_accepted_only_when_asked_for_and_marked(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let mut new = contest.new_submission(player.user, 1);
        new.accept_late = true;
        let receipt = write(db, move |c| submissions::submit(c, &new, at("2026-12-21T00:00:00Z"))).unwrap();
        assert!(receipt.submission.is_late);
        let claim = contest.claim(at("2026-12-21T00:00:01Z")).unwrap();
        let recorded = contest.record(claim, contest.scored(0.9, 0.9), at("2026-12-21T00:00:01Z")).unwrap().unwrap();
        assert!(!recorded.is_best);
        assert!(contest.standing(player.team).is_none(), "late entries are never ranked");
    }

    fn an_entry_in_the_queue_at_the_end_is_scored_and_counts(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        contest.submit(player.user, 1, at("2026-12-20T23:59:59.999999Z")).unwrap();
        let later = at("2026-12-21T03:00:00Z");
        let claim = contest.claim(later).unwrap();
        assert!(contest.record(claim, contest.scored(0.9, 0.9), later).unwrap().unwrap().is_best);
        assert_eq!(contest.standing(player.team).unwrap().best_at, at("2026-12-20T23:59:59.999999Z"));
    }

    fn accepted_at_strictly_increases_when_the_clock_goes_back(db) {
        let contest = Contest::with(db, Settings { entries_per_day: 100, ..settings() });
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let clock = ["12:00:00Z", "11:00:00Z", "12:00:00Z", "12:00:00.000001Z", "09:00:00Z", "12:00:01Z"];
        let mut last = None;
        for (n, time) in clock.iter().enumerate() {
            let player = if n % 2 == 0 { ada } else { bob };
            let receipt = contest.submit(player.user, n as u64, at(&format!("2026-12-02T{time}"))).unwrap();
            let accepted_at = receipt.submission.accepted_at;
            assert!(last < Some(accepted_at), "{time}: {accepted_at}");
            last = Some(accepted_at);
        }
        assert_eq!(last, Some(at("2026-12-02T12:00:01Z")), "a clock that is right again is believed");
    }

    fn the_same_bytes_again_are_refused_naming_the_earlier_entry(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        contest.submit(ada.user, 1, noon()).unwrap();
        let first = contest.submit(ada.user, 2, noon()).unwrap().submission;
        let Err(SubmitError::Duplicate { of, number }) = contest.submit(ada.user, 2, noon()) else { panic!("accepted") };
        assert_eq!((of, number), (first.id, 2));
        assert_eq!(read(db, |c| submissions::quota(c, contest.id, ada.team, noon())).used, 2, "it spent nothing");
        contest.submit(bob.user, 2, noon()).unwrap();
        let mut forced = contest.new_submission(ada.user, 2);
        forced.force = true;
        let forced = write(db, move |c| submissions::submit(c, &forced, noon())).unwrap();
        assert_eq!(forced.submission.number, 3);
        // A file that was taken back may come again.
        let alone = contest.submit(bob.user, 7, noon()).unwrap().submission.id;
        write(db, move |c| submissions::withdraw(c, alone, noon())).unwrap();
        contest.submit(bob.user, 7, noon()).unwrap();
    }

    fn of_32_sends_with_one_key_there_is_one_row_and_32_equal_receipts(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let servers = [db.again(), db.again()];
        let receipts: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..32_usize)
                .map(|n| {
                    let server = &servers[n % 2];
                    let mut new = contest.new_submission(player.user, 1);
                    new.idempotency_key = Some(text("once"));
                    scope.spawn(move || write(server, move |c| submissions::submit(c, &new, noon())).unwrap())
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(receipts.iter().filter(|r| !r.is_replay).count(), 1);
        assert!(receipts.iter().all(|r| r.submission == receipts[0].submission && r.quota == receipts[0].quota));
        assert_eq!(receipts[0].quota.used, 1);
        assert_eq!(read(db, |c| submissions::list(c, player.team, None, 10)).len(), 1);
    }

    fn a_retry_after_the_end_still_gets_the_first_receipt(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let mut new = contest.new_submission(player.user, 1);
        new.idempotency_key = Some(text("once"));
        let (first, again) = (new.clone(), new.clone());
        let first = write(db, move |c| submissions::submit(c, &first, at("2026-12-20T23:59:59Z"))).unwrap();
        let again = write(db, move |c| submissions::submit(c, &again, at("2026-12-22T00:00:00Z"))).unwrap();
        assert!(again.is_replay);
        assert_eq!(again.submission, first.submission);
    }

    fn a_key_of_another_file_is_refused(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let mut new = contest.new_submission(player.user, 1);
        new.idempotency_key = Some(text("once"));
        let mut other = new.clone();
        other.sha256 = content(2);
        write(db, move |c| submissions::submit(c, &new, noon())).unwrap();
        let answer = write(db, move |c| submissions::submit(c, &other, noon()));
        assert!(matches!(answer, Err(SubmitError::KeyReused { number: 1 })), "{answer:?}");
    }

    fn only_members_submit(db) {
        let contest = Contest::new(db);
        let stranger = user(db, "Eve");
        assert!(matches!(contest.submit(stranger, 1, noon()), Err(SubmitError::NotMember)));
        assert!(matches!(contest.submit(contest.host, 1, noon()), Err(SubmitError::NotMember)));
    }

    fn a_host_enters_reference_entries_before_the_start(db) {
        let contest = Contest::new(db);
        let host = contest.host;
        let team = contest.join_as(host);
        contest.submit(host, 1, at("2026-11-25T00:00:00Z")).unwrap();
        assert!(read(db, |c| podium_store::teams::find(c, team)).unwrap().is_benchmark);
    }

    fn acceptance_appears_with_its_job_and_its_event_or_not_at_all(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let before = read(db, events::latest);
        let submission = contest.submit(player.user, 1, noon()).unwrap().submission;
        let job = jobs::Job::ScoreSubmission { submission: submission.id };
        assert_eq!(read(db, |c| jobs::position(c, job)), Some(0));
        let news = read(db, |c| events::since(c, before, 10));
        assert_eq!(news.len(), 1);
        assert_eq!((news[0].kind, news[0].team_id), (events::EventKind::SubmissionChanged, Some(player.team)));
        assert!(contest.submit(player.user, 1, noon()).is_err());
        assert_eq!(read(db, jobs::queue).queued, 1);
        assert_eq!(read(db, |c| events::since(c, before, 10)).len(), 1);
    }

    fn numbers_count_within_the_team_and_lists_page_through_them(db) {
        let contest = Contest::with(db, Settings { entries_per_day: 100, ..settings() });
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        for n in 0..7 {
            contest.submit(ada.user, n, noon()).unwrap();
            contest.submit(bob.user, n, noon()).unwrap();
        }
        let first = read(db, |c| submissions::list(c, ada.team, None, 3));
        assert_eq!(first.iter().map(|s| s.number).collect::<Vec<_>>(), [7, 6, 5]);
        let rest = read(db, |c| submissions::list(c, ada.team, Some(5), 10));
        assert_eq!(rest.iter().map(|s| s.number).collect::<Vec<_>>(), [4, 3, 2, 1]);
    }

    fn an_entry_cannot_be_taken_back_after_the_end_or_twice(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        let late = write(db, move |c| submissions::withdraw(c, id, at("2026-12-21T00:00:00Z")));
        assert!(matches!(late, Err(WithdrawError::NotRunning(CompetitionState::Closed))), "{late:?}");
        write(db, move |c| submissions::withdraw(c, id, noon())).unwrap();
        let twice = write(db, move |c| submissions::withdraw(c, id, noon()));
        assert!(matches!(twice, Err(WithdrawError::NotCounting(SubmissionState::Withdrawn))), "{twice:?}");
    }
}
