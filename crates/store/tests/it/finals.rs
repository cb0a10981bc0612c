//! Which entries of a team decide, and what the board shows while it stands still.

use podium_store::competitions::{PrivateRelease, Settings};
use podium_store::finals::{self, ChooseError, Finals, Reason};
use podium_store::ranking::{BoardRules, Names, Ties};
use podium_store::sealed::final_standings;
use podium_store::types::{Json, SubmissionId};
use podium_store::{both, standings, submissions};

use crate::contest::{Contest, Player, at, finite, noon, read, settings, write};

fn choose(contest: &Contest<'_>, id: SubmissionId, now: &str) -> Result<(), ChooseError> {
    let now = at(now);
    write(contest.db, move |c| finals::choose(c, id, now)).map(drop)
}

fn of(contest: &Contest<'_>, player: Player) -> Finals {
    let competition = contest.competition();
    read(contest.db, |c| finals::of_team(c, &competition, player.team))
}

fn counting(contest: &Contest<'_>, player: Player) -> Vec<(i32, Reason)> {
    of(contest, player).counting.into_iter().map(|entry| (entry.number, entry.reason)).collect()
}

both! {
    fn empty_slots_are_filled_by_the_best_public_score(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        assert_eq!(of(&contest, ada).counting, []);
        for (n, score) in [0.5, 0.7, 0.6, 0.7].into_iter().enumerate() {
            contest.enter(ada, n as u64, score, 0.1, noon());
        }
        assert_eq!(counting(&contest, ada), [(2, Reason::BestPublic), (4, Reason::BestPublic)], "the earlier first");
        let first = read(db, |c| submissions::list(c, ada.team, None, 10)).pop().unwrap().id;
        choose(&contest, first, "2026-12-03T00:00:00Z").unwrap();
        assert_eq!(counting(&contest, ada), [(1, Reason::Chosen), (2, Reason::BestPublic)]);
        write(db, move |c| finals::unchoose(c, first, noon())).unwrap();
        assert_eq!(counting(&contest, ada), [(2, Reason::BestPublic), (4, Reason::BestPublic)]);
    }

    fn a_team_chooses_as_many_as_count_and_only_before_the_end(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let ids: Vec<SubmissionId> = (0..3).map(|n| contest.enter(ada, n, 0.5, 0.1, noon())).collect();
        choose(&contest, ids[2], "2026-12-20T23:59:59.999999Z").unwrap();
        choose(&contest, ids[0], "2026-12-20T23:59:59.999999Z").unwrap();
        choose(&contest, ids[0], "2026-12-20T23:59:59.999999Z").unwrap();
        let full = choose(&contest, ids[1], "2026-12-20T23:59:59.999999Z").unwrap_err();
        assert!(matches!(full, ChooseError::Full { slots: 2, ref chosen } if chosen == &[1, 3]), "{full}");
        let late = choose(&contest, ids[1], "2026-12-21T00:00:00Z").unwrap_err();
        assert!(matches!(late, ChooseError::NotRunning(_)), "{late}");
        let id = ids[0];
        let late = write(db, move |c| finals::unchoose(c, id, at("2026-12-21T00:00:00Z"))).unwrap_err();
        assert!(matches!(late, ChooseError::NotRunning(_)), "{late}");
    }

    fn a_chosen_entry_that_is_withdrawn_leaves_its_slot_empty(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let ids: Vec<SubmissionId> = [0.2, 0.9, 0.8].into_iter().enumerate()
            .map(|(n, score)| contest.enter(ada, n as u64, score, 0.1, noon())).collect();
        choose(&contest, ids[0], "2026-12-03T00:00:00Z").unwrap();
        let id = ids[0];
        write(db, move |c| submissions::withdraw(c, id, noon())).unwrap();
        assert_eq!(counting(&contest, ada), [(2, Reason::BestPublic), (3, Reason::BestPublic)]);
        assert_eq!(of(&contest, ada).chosen, []);
        assert!(matches!(choose(&contest, id, "2026-12-03T00:00:00Z"), Err(ChooseError::NotCounting(_))));
    }

    fn the_private_board_counts_what_was_chosen(db) {
        let contest = Contest::with(db, Settings { finals: 1, ..settings() });
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        contest.enter(ada, 1, 0.9, 0.1, noon());
        let modest = contest.enter(ada, 2, 0.3, 0.8, noon());
        contest.enter(bob, 3, 0.5, 0.5, noon());
        choose(&contest, modest, "2026-12-03T00:00:00Z").unwrap();
        let released = contest.competition().released(at("2026-12-22T00:00:00Z")).unwrap();
        let board = read(db, |c| final_standings(c, &released));
        let rows: Vec<_> = board.iter().map(|row| (row.rank, row.team, row.score)).collect();
        assert_eq!(rows, [(Some(1), ada.team, Some(finite(0.8))), (Some(2), bob.team, Some(finite(0.5)))]);
    }

    fn equal_private_scores_share_a_rank_if_the_competition_says_so(db) {
        let board = Json::new(&BoardRules { ties: Ties::Shared, names: Names::Real }).unwrap();
        let contest = Contest::with(db, Settings { board, ..settings() });
        for (n, score) in [0.5, 0.7, 0.5, 0.4].into_iter().enumerate() {
            let player = contest.join(&format!("Team {n}"));
            contest.enter(player, n as u64, score, score, noon());
        }
        let released = contest.competition().released(at("2026-12-22T00:00:00Z")).unwrap();
        let ranks: Vec<_> = read(db, |c| final_standings(c, &released)).iter().map(|row| row.rank.unwrap()).collect();
        assert_eq!(ranks, [1, 2, 2, 4]);
        let keys: Vec<_> = read(db, |c| standings::page(c, contest.id, None, 9)).iter().map(|row| row.key()).collect();
        let ranks: Vec<_> =
            keys.iter().map(|key| read(db, |c| standings::rank(c, contest.id, *key, Ties::Shared))).collect();
        assert_eq!(ranks, [1, 2, 2, 4]);
    }

    fn a_board_that_stands_still_shows_nothing_that_came_since_until_the_reveal(db) {
        let freeze = at("2026-12-10T00:00:00Z");
        let settings = Settings {
            freezes_at: Some(freeze),
            private_release: PrivateRelease::ByHost,
            ..settings()
        };
        let contest = Contest::with(db, settings);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        contest.enter(ada, 1, 0.5, 0.5, noon());
        // Accepted before, scored after: it is on the board.
        let early = contest.submit(ada.user, 2, at("2026-12-09T23:59:59.999999Z")).unwrap().submission.id;
        let late_score = at("2026-12-10T00:00:05Z");
        let claim = contest.claim(late_score).unwrap();
        contest.record(claim, contest.scored(0.6, 0.6), late_score).unwrap().unwrap();
        assert_eq!(contest.standing(ada.team).unwrap().submission_id, early);

        let hidden = contest.enter(ada, 3, 0.9, 0.9, at("2026-12-11T00:00:00Z"));
        contest.enter(bob, 4, 0.8, 0.8, at("2026-12-11T00:00:00Z"));
        let standing = contest.standing(ada.team).unwrap();
        assert_eq!((standing.submission_id, standing.entries), (early, 2), "nothing of it is on the board");
        assert_eq!(contest.standing(bob.team), None);
        let again = standings::from_scores;
        assert_eq!(read(db, |c| again(c, contest.id, ada.team, at("2026-12-12T00:00:00Z"))), Some(standing));
        assert_eq!(counting(&contest, ada), [(3, Reason::BestPublic), (2, Reason::BestPublic)], "it may be a final");

        let (id, end) = (contest.id, at("2026-12-21T00:00:00Z"));
        assert_eq!(write(db, move |c| standings::thaw(c, id, end)).unwrap(), 0, "closed is not revealed");
        write(db, move |c| podium_store::competitions::release(c, id, end)).unwrap();
        assert_eq!(contest.standing(ada.team).unwrap().submission_id, hidden);
        assert_eq!(contest.standing(bob.team).unwrap().entries, 1);
        assert_eq!(write(db, move |c| standings::thaw(c, id, end)).unwrap(), 0, "it is thawed once");
    }

    fn an_entry_counts_by_when_its_last_byte_was_durable_even_behind_a_late_one(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let end = at("2026-12-21T00:00:00Z");
        let mut late = contest.new_submission(bob.user, 1);
        late.accept_late = true;
        let late = write(db, move |c| submissions::submit(c, &late, end)).unwrap().submission;
        assert!(late.is_late);
        // Durable before the end; its write came second.
        let in_time = contest.submit(ada.user, 2, at("2026-12-20T23:59:59.999999Z")).unwrap().submission;
        assert!(!in_time.is_late);
        assert_eq!(in_time.accepted_at, end.next(), "the order of entries is that of their writes");
        assert!(contest.submit(ada.user, 3, end).is_err());
    }

    fn entries_stay_in_order_when_the_clock_goes_back(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let times = ["2026-12-02T12:00:00Z", "2026-12-02T11:00:00Z", "2026-12-02T11:59:59Z", "2026-12-02T12:00:00.000001Z"];
        let mut last = at("2026-12-01T00:00:00Z");
        for (n, time) in times.into_iter().enumerate() {
            let accepted_at = contest.submit(ada.user, n as u64, at(time)).unwrap().submission.accepted_at;
            assert!(last < accepted_at, "{last} {accepted_at}");
            last = accepted_at;
        }
        assert_eq!(last, at("2026-12-02T12:00:00.000003Z"));
    }
}
