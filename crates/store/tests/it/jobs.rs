//! Leases, fencing, retries and poison.

use std::collections::HashSet;
use std::sync::Mutex;

use chrono::TimeDelta;
use diesel::RunQueryDsl;
use podium_store::competitions::Settings;
use podium_store::jobs::{self, FinishError, JobState};
use podium_store::rescores::{self, NewRescore};
use podium_store::testing::Kind;
use podium_store::types::{JobId, SubmissionState};
use podium_store::{StoreError, both, results, submissions};

use crate::contest::{Contest, LEASE, noon, read, settings, text, write};

both! {
    fn workers_never_claim_the_same_job(db) {
        let contest = Contest::with(db, Settings { entries_per_day: 100, ..settings() });
        let player = contest.join("Ada");
        for n in 0..60 {
            contest.submit(player.user, n, noon()).unwrap();
        }
        let servers = [db.again(), db.again()];
        let claimed = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for n in 0..6 {
                let (server, claimed) = (&servers[n % 2], &claimed);
                scope.spawn(move || {
                    while let Some(claim) = write(server, |c| results::claim(c, noon(), LEASE)).unwrap() {
                        claimed.lock().unwrap().push(claim.id);
                    }
                });
            }
        });
        let claimed = claimed.into_inner().unwrap();
        assert_eq!(claimed.len(), 60);
        assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), 60);
    }

    fn jobs_are_taken_in_the_order_they_came(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let ids: Vec<_> = (0..3).map(|n| contest.submit(player.user, n, noon()).unwrap().submission.id).collect();
        for (place, id) in ids.iter().enumerate() {
            let job = jobs::Job::ScoreSubmission { submission: *id };
            assert_eq!(read(db, |c| jobs::position(c, job)), Some(i64::try_from(place).unwrap()));
        }
        for id in ids {
            let job = jobs::Job::ScoreSubmission { submission: id };
            assert_eq!(contest.claim(noon()).unwrap().job, job);
            assert_eq!(read(db, |c| jobs::position(c, job)), None);
            assert_eq!(contest.state(id), SubmissionState::Scoring);
        }
    }

    fn a_lease_that_ran_out_gives_the_job_to_another_and_fences_the_first(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        contest.submit(player.user, 1, noon()).unwrap();
        let first = contest.claim(noon()).unwrap();
        assert!(contest.claim(noon().plus(LEASE)).is_none(), "the lease holds to its last instant");
        let later = noon().plus(LEASE + TimeDelta::microseconds(1));
        let second = contest.claim(later).unwrap();
        assert_eq!((second.id, second.attempt), (first.id, 2));

        let late = contest.record(first, contest.scored(0.1, 0.1), later);
        assert!(matches!(late, Err(FinishError::Stale)), "{late:?}");
        let beat = write(db, move |c| jobs::heartbeat(c, &first, later, LEASE));
        assert!(matches!(beat, Err(FinishError::Stale)), "{beat:?}");
        assert!(contest.standing(player.team).is_none(), "nothing of the late result is left");

        contest.record(second, contest.scored(0.8, 0.8), later).unwrap().unwrap();
        let again = contest.record(second, contest.scored(0.9, 0.9), later);
        assert!(matches!(again, Err(FinishError::Stale)), "{again:?}");
        let standing = contest.standing(player.team).unwrap();
        assert_eq!((standing.score.get(), standing.entries), (0.8, 1), "it counted once");
    }

    fn a_heartbeat_keeps_the_job(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        contest.submit(player.user, 1, noon()).unwrap();
        let claim = contest.claim(noon()).unwrap();
        let mut now = noon();
        for _ in 0..5 {
            now = now.plus(TimeDelta::seconds(20));
            write(db, move |c| jobs::heartbeat(c, &claim, now, LEASE)).unwrap();
            assert!(contest.claim(now).is_none());
        }
        contest.record(claim, contest.scored(0.8, 0.8), now).unwrap().unwrap();
    }

    fn a_file_that_kills_two_workers_is_parked_and_the_queue_goes_on(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let poison = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        let mut now = noon();
        for _ in 0..2 {
            let claim = contest.claim(now).unwrap();
            assert_eq!(claim.job, jobs::Job::ScoreSubmission { submission: poison });
            now = now.plus(LEASE * 2);
        }
        let good = contest.submit(player.user, 2, now).unwrap().submission.id;
        let next = contest.claim(now).unwrap();
        assert_eq!(next.job, jobs::Job::ScoreSubmission { submission: good });
        assert_eq!(contest.state(poison), SubmissionState::PlatformError);
        let parked = read(db, |c| jobs::list(c, None, &[JobState::Parked], None, 10));
        assert_eq!(parked.len(), 1);
        assert_eq!(parked[0].deaths, 2);
        assert_eq!(read(db, |c| submissions::quota(c, contest.id, player.team, noon())).used, 1);
    }

    fn an_administrator_can_run_a_parked_job_again(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        let first = contest.claim(noon()).unwrap();
        contest.claim(noon().plus(LEASE * 2)).unwrap();
        let now = noon().plus(LEASE * 4);
        assert!(contest.claim(now).is_none());
        assert!(write(db, move |c| results::retry(c, first.id, now)).unwrap());
        assert_eq!(contest.state(id), SubmissionState::Queued);
        assert!(!write(db, move |c| results::retry(c, first.id, now)).unwrap(), "it waits already");
        assert!(!write(db, move |c| results::retry(c, JobId(9999), now)).unwrap());
        let claim = contest.claim(now).unwrap();
        assert_eq!(claim.attempt, 3, "fencing numbers only grow");
        contest.record(claim, contest.scored(0.8, 0.8), now).unwrap().unwrap();
        assert_eq!(contest.state(id), SubmissionState::Scored);
    }

    fn a_worker_that_stops_gives_its_job_back_unharmed(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        for _ in 0..5 {
            let claim = contest.claim(noon()).unwrap();
            write(db, move |c| results::give_back(c, &claim, noon())).unwrap();
            assert_eq!(contest.state(id), SubmissionState::Queued);
            let late = contest.record(claim, contest.scored(0.8, 0.8), noon());
            assert!(matches!(late, Err(FinishError::Stale)), "{late:?}");
        }
        let claim = contest.claim(noon()).unwrap();
        let next = write(db, move |c| results::record_failure(c, &claim, &text("no disk"), noon())).unwrap();
        assert!(matches!(next, jobs::Next::Retry(_)), "restarts must not use up the attempts");
    }

    fn a_submission_withdrawn_while_it_is_scored_stays_withdrawn(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        let claim = contest.claim(noon()).unwrap();
        write(db, move |c| submissions::withdraw(c, id, noon())).unwrap();
        assert_eq!(contest.record(claim, contest.scored(0.8, 0.8), noon()).unwrap(), None);
        assert_eq!(contest.state(id), SubmissionState::Withdrawn);
        assert!(contest.standing(player.team).is_none());
        assert_eq!(read(db, jobs::queue), jobs::Queue { queued: 0, running: 0, stopped: 0, oldest: None });
    }

    fn a_submission_withdrawn_before_a_retry_is_not_scored(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        contest.claim(noon()).unwrap();
        write(db, move |c| submissions::withdraw(c, id, noon())).unwrap();
        assert!(contest.claim(noon().plus(LEASE * 2)).is_none());
        assert_eq!(contest.state(id), SubmissionState::Withdrawn);
    }

    fn the_migration_finds_the_competition_of_every_job(db) {
        let wind = Settings { slug: "wind".parse().unwrap(), ..settings() };
        let contests = [Contest::new(db), Contest::with(db, wind)];
        for (round, day) in (0..3).flat_map(|day| (0..4).map(move |round| (round, day))) {
            for (contest, name) in contests.iter().zip(["Ada", "Bob"]) {
                let player = contest.join(&format!("{name} {round} {day}"));
                contest.enter(player, round, 0.5, 0.5, noon().plus(TimeDelta::days(day)));
            }
        }
        let rescore = NewRescore {
            competition: contests[1].id,
            solution: None,
            manifest: text("{}"),
            metric: text("f1"),
            higher_is_better: true,
            reason: text("x"),
            by: contests[1].host,
        };
        write(db, move |c| rescores::begin(c, &rescore, noon())).unwrap();
        let of = || -> Vec<_> {
            let all = read(db, |c| jobs::list(c, None, JobState::ALL, None, 100));
            all.into_iter().map(|job| (job.payload, job.competition_id)).collect()
        };
        let known = of();
        assert_eq!((known.len(), known.iter().all(|(_, competition)| competition.is_some())), (36, true));
        let migration = match db.kind() {
            Kind::Sqlite => include_str!("../../../../migrations/sqlite/2026-12-01-000300_site/up.sql"),
            Kind::Postgres => include_str!("../../../../migrations/postgres/2026-12-01-000300_site/up.sql"),
        };
        write(db, move |c| {
            diesel::sql_query("UPDATE jobs SET competition_id = NULL").execute(c)?;
            for statement in migration.split(';').filter(|statement| statement.contains("UPDATE jobs")) {
                diesel::sql_query(statement).execute(c)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
        assert_eq!(of(), known);
    }
}
