//! The public board: best per team, ties by the earlier entry, pages.

use chrono::TimeDelta;
use podium_store::both;
use podium_store::competitions::Settings;
use podium_store::ranking::Ties;
use podium_store::results::{self, AlsoScore, Undefined};
use podium_store::sealed::PrivateScore;
use podium_store::standings::{self, Standing};
use podium_store::submissions;
use podium_store::types::TeamId;

use crate::contest::{Contest, Player, finite, noon, read, settings, text, write};

/// Unequal but reproducible numbers.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn board(contest: &Contest<'_>) -> Vec<Standing> {
    let mut rows = Vec::new();
    read(contest.db, |c| standings::for_each(c, contest.id, |row| rows.push(row)));
    rows
}

both! {
    fn the_best_entry_counts_and_every_scored_entry_is_counted(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        contest.enter(ada, 1, 0.5, 0.5, noon());
        let best = contest.enter(ada, 2, 0.8, 0.8, noon().plus(TimeDelta::hours(1)));
        contest.enter(ada, 3, 0.6, 0.6, noon().plus(TimeDelta::hours(2)));
        let standing = contest.standing(ada.team).unwrap();
        assert_eq!((standing.score.get(), standing.submission_id, standing.entries), (0.8, best, 3));
        assert_eq!(standing.best_at, noon().plus(TimeDelta::hours(1)));
        assert_eq!(standing.last_at, noon().plus(TimeDelta::hours(2)));
        assert_eq!(standing.standard_error.unwrap().get(), 0.01);
    }

    fn ties_go_to_the_earlier_entry_whatever_the_order_of_scoring(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let first = contest.submit(ada.user, 1, noon()).unwrap().submission;
        let second = contest.submit(bob.user, 2, noon()).unwrap().submission;
        let third = contest.submit(ada.user, 3, noon()).unwrap().submission;
        let claims: Vec<_> = (0..3).map(|_| contest.claim(noon()).unwrap()).collect();
        // The workers finish in the opposite order.
        for claim in claims.into_iter().rev() {
            contest.record(claim, contest.scored(0.7, 0.7), noon()).unwrap();
        }
        let rows = board(&contest);
        assert_eq!(rows.iter().map(|r| r.team_id).collect::<Vec<_>>(), [ada.team, bob.team]);
        assert_eq!((rows[0].submission_id, rows[0].best_at), (first.id, first.accepted_at));
        assert_eq!((rows[0].entries, rows[0].last_at), (2, third.accepted_at));
        assert_eq!(rows[1].submission_id, second.id);
    }

    fn where_lower_is_better_the_lowest_is_first(db) {
        let contest = Contest::with(db, Settings { metric: text("rmse"), higher_is_better: false, ..settings() });
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        contest.enter(ada, 1, 2.5, 1.0, noon());
        contest.enter(bob, 2, 1.5, 1.0, noon());
        contest.enter(ada, 3, 3.5, 1.0, noon());
        let rows = board(&contest);
        assert_eq!(rows.iter().map(|r| (r.team_id, r.score.get())).collect::<Vec<_>>(), [(bob.team, 1.5), (ada.team, 2.5)]);
    }

    fn a_withdrawn_entry_leaves_the_next_best_or_nothing(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let good = contest.enter(ada, 1, 0.5, 0.5, noon());
        let best = contest.enter(ada, 2, 0.8, 0.8, noon());
        write(db, move |c| submissions::withdraw(c, best, noon())).unwrap();
        let standing = contest.standing(ada.team).unwrap();
        assert_eq!((standing.score.get(), standing.submission_id, standing.entries), (0.5, good, 1));
        write(db, move |c| submissions::withdraw(c, good, noon())).unwrap();
        assert_eq!(contest.standing(ada.team), None);
    }

    fn after_any_history_the_board_equals_its_recomputation(db) {
        let contest = Contest::with(db, Settings { entries_per_day: 1000, ..settings() });
        let players: Vec<Player> = (0..5).map(|n| contest.join(&format!("Team {n}"))).collect();
        let mut seed = 42;
        let mut now = noon();
        let mut scored = Vec::new();
        for n in 0..120_u64 {
            let player = players[usize::try_from(random(&mut seed) % 5).unwrap()];
            // The clock jumps back and forth, and few different scores make many ties.
            now = now.plus(TimeDelta::seconds(i64::try_from(random(&mut seed) % 100).unwrap() - 40));
            contest.submit(player.user, n, now).unwrap();
            if n % 3 == 2 {
                let claims: Vec<_> = (0..3).map(|_| contest.claim(now).unwrap()).collect();
                for claim in claims.into_iter().rev() {
                    let score = (random(&mut seed) % 6) as f64 / 10.0;
                    let done = contest.record(claim, contest.scored(score, 0.0), now).unwrap().unwrap();
                    scored.push(done.submission.id);
                }
            }
            if n % 10 == 9 {
                let id = scored.swap_remove(usize::try_from(random(&mut seed)).unwrap() % scored.len());
                write(db, move |c| submissions::withdraw(c, id, now)).unwrap();
            }
        }
        for player in players {
            let kept = contest.standing(player.team);
            let recomputed = read(db, |c| standings::from_scores(c, contest.id, player.team, noon()));
            assert_eq!(kept, recomputed);
            assert!(kept.is_some());
        }
    }

    fn pages_in_both_directions_are_slices_of_the_whole_board(db) {
        let contest = Contest::with(db, Settings { entries_per_day: 1000, ..settings() });
        let mut seed = 7;
        for n in 0..40_u64 {
            let player = contest.join(&format!("Team {n}"));
            contest.enter(player, n, (random(&mut seed) % 4) as f64, 0.0, noon());
        }
        let all = board(&contest);
        let mut expected = all.clone();
        expected.sort_by_key(|r| (std::cmp::Reverse(r.sort_key), r.best_at, r.team_id));
        assert_eq!(all, expected, "the board is in its order");

        let id = contest.id;
        let mut pages = Vec::new();
        let mut after = None;
        loop {
            let page = read(db, |c| standings::page(c, id, after, 7));
            let Some(last) = page.last() else { break };
            after = Some(last.key());
            pages.extend(page);
        }
        assert_eq!(pages, all);
        for (place, row) in all.iter().enumerate() {
            let before = read(db, |c| standings::page_before(c, id, row.key(), 7));
            assert_eq!(before, all[place.saturating_sub(7)..place]);
            assert_eq!(read(db, |c| standings::rank(c, id, row.key(), Ties::EarlierFirst)), i64::try_from(place).unwrap() + 1);
        }
    }

    fn benchmarks_stand_on_the_board_and_take_no_rank(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let host = contest.host;
        let benchmark = Player { user: host, team: contest.join_as(host) };
        contest.enter(ada, 1, 0.9, 0.9, noon());
        contest.enter(benchmark, 2, 0.8, 0.8, noon());
        contest.enter(bob, 3, 0.7, 0.7, noon());
        let rows = board(&contest);
        assert_eq!(rows.iter().map(|r| r.team_id).collect::<Vec<TeamId>>(), [ada.team, benchmark.team, bob.team]);
        let ranks: Vec<_> = rows.iter().map(|r| read(db, |c| standings::rank(c, contest.id, r.key(), Ties::EarlierFirst))).collect();
        assert_eq!(ranks, [1, 2, 2], "Bob is second");
    }

    fn a_metric_beside_that_is_undefined_is_shown_with_its_reason(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let id = contest.submit(ada.user, 1, noon()).unwrap().submission.id;
        let claim = contest.claim(noon()).unwrap();
        let mut scored = contest.scored(0.5, 0.5);
        scored.also.push(AlsoScore {
            metric: text("roc_auc"),
            public: Err(Undefined { code: text("metric_undefined"), message: text("only one class in these rows") }),
            private: PrivateScore::new(None, None, None),
        });
        contest.record(claim, scored, noon()).unwrap();
        let scores = read(db, |c| results::scores(c, &[id]));
        assert_eq!(scores.iter().map(|s| s.metric.as_str()).collect::<Vec<_>>(), ["accuracy", "roc_auc"]);
        assert_eq!(scores[0].value, Some(finite(0.5)));
        assert_eq!(scores[1].value, None);
        assert_eq!(scores[1].error_code, Some(text("metric_undefined")));
    }
}
