//! What hosts decide about one team.

use podium_store::both;
use podium_store::rulings::{self, Gift, RulingError};
use podium_store::sealed::final_standings;
use podium_store::submissions::{self, SubmitError};
use podium_store::types::TeamId;

use crate::contest::{Contest, at, noon, read, text, write};

fn ranks(contest: &Contest<'_>, teams: &[TeamId]) -> Vec<Option<i64>> {
    let id = contest.id;
    teams
        .iter()
        .map(|team| {
            let key = contest.standing(*team)?.key();
            Some(read(contest.db, |c| {
                podium_store::standings::rank(c, id, key, podium_store::ranking::Ties::EarlierFirst)
            }))
        })
        .collect()
}

both! {
    fn the_next_ranks_move_up_when_a_team_is_disqualified_and_down_when_it_is_back(db) {
        let contest = Contest::new(db);
        let (ada, bob, cyd) = (contest.join("Ada"), contest.join("Bob"), contest.join("Cyd"));
        for (n, player, score) in [(1, ada, 0.9), (2, bob, 0.8), (3, cyd, 0.7)] {
            contest.enter(player, n, score, score, noon());
        }
        let (id, teams) = (contest.id, [ada.team, bob.team, cyd.team]);
        let silent = write(db, move |c| rulings::disqualify(c, id, ada.team, &text(" "), noon()));
        assert!(matches!(silent, Err(RulingError::NoReason)), "{silent:?}");
        write(db, move |c| rulings::disqualify(c, id, ada.team, &text("two accounts"), noon())).unwrap();
        assert_eq!(ranks(&contest, &teams), [None, Some(1), Some(2)]);
        assert!(matches!(contest.submit(ada.user, 4, noon()), Err(SubmitError::Disqualified)));
        let twice = write(db, move |c| rulings::disqualify(c, id, ada.team, &text("again"), noon()));
        assert!(matches!(twice, Err(RulingError::NothingToDo)), "{twice:?}");
        // Nor is it on the private board.
        let end = at("2026-12-22T00:00:00Z");
        let released = contest.competition().released(end).unwrap();
        let finals = read(db, |c| final_standings(c, &released));
        assert_eq!(finals.iter().map(|f| (f.team, f.rank)).collect::<Vec<_>>(),
            [(bob.team, Some(1)), (cyd.team, Some(2))]);

        // Nor on a rehearsal of the public one.
        let competition = contest.competition();
        let rehearsed = read(db, |c| podium_store::standings::as_of(c, &competition, end));
        assert_eq!(rehearsed.iter().map(|row| row.team_id).collect::<Vec<_>>(), [bob.team, cyd.team]);

        write(db, move |c| rulings::reinstate(c, id, ada.team, noon())).unwrap();
        assert_eq!(ranks(&contest, &teams), [Some(1), Some(2), Some(3)]);
        contest.submit(ada.user, 4, noon()).unwrap();
    }

    fn an_entry_scored_during_a_disqualification_counts_once_it_is_undone(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        contest.submit(ada.user, 1, noon()).unwrap();
        let claim = contest.claim(noon()).unwrap();
        let id = contest.id;
        write(db, move |c| rulings::disqualify(c, id, ada.team, &text("x"), noon())).unwrap();
        contest.record(claim, contest.scored(0.8, 0.8), noon()).unwrap().unwrap();
        assert!(contest.standing(ada.team).is_none());
        write(db, move |c| rulings::reinstate(c, id, ada.team, noon())).unwrap();
        assert_eq!(contest.standing(ada.team).unwrap().score.get(), 0.8);
    }

    fn granted_entries_are_for_one_day_and_one_team(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let (id, host) = (contest.id, contest.host);
        let give = move |gift: Gift| {
            write(db, move |c| rulings::grant(c, (id, ada.team), &gift, (host, &text("outage")), noon()))
        };
        let grant = give(Gift::Entries(2, None)).unwrap();
        let quota = |team, now| read(db, |c| submissions::quota(c, id, team, now));
        assert_eq!(quota(ada.team, noon()).per_day, 7);
        assert_eq!(quota(bob.team, noon()).per_day, 5);
        assert_eq!(quota(ada.team, at("2026-12-03T00:00:00Z")).per_day, 5);
        for n in 0..7 {
            contest.submit(ada.user, n, noon()).unwrap();
        }
        assert!(matches!(contest.submit(ada.user, 7, noon()), Err(SubmitError::QuotaUsed { .. })));
        write(db, move |c| rulings::revoke_grant(c, (id, ada.team), grant.id, noon())).unwrap();
        assert_eq!((quota(ada.team, noon()).left(), quota(ada.team, noon()).used), (0, 7));
        assert!(matches!(give(Gift::Entries(0, None)), Err(RulingError::WrongNumber)));
        assert!(matches!(give(Gift::Entries(1, Some(text("2026-12-01")))), Err(RulingError::WrongDay)));
        assert!(matches!(give(Gift::Entries(1, Some(text("soon")))), Err(RulingError::WrongDay)));
        let foreign = write(db, move |c| rulings::revoke_grant(c, (id, bob.team), grant.id, noon()));
        assert!(matches!(foreign, Err(RulingError::Missing)), "{foreign:?}");
    }

    fn an_extension_counts_for_its_team_until_its_instant(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let (id, host) = (contest.id, contest.host);
        let until = at("2026-12-21T06:00:00Z");
        let give = move |gift: Gift| {
            write(db, move |c| rulings::grant(c, (id, ada.team), &gift, (host, &text("power cut")), noon()))
        };
        give(Gift::Until(until)).unwrap();
        let entry = contest.submit(ada.user, 1, at("2026-12-21T05:59:59.999999Z")).unwrap();
        assert!(!entry.submission.is_late);
        assert!(matches!(contest.submit(ada.user, 2, until), Err(SubmitError::NotRunning(_))));
        assert!(matches!(contest.submit(bob.user, 3, at("2026-12-21T03:00:00Z")), Err(SubmitError::NotRunning(_))));
        // Not before the end, and not past the instant at which the private scores come out.
        assert!(matches!(give(Gift::Until(noon())), Err(RulingError::WrongTime { .. })));
        assert!(matches!(give(Gift::Until(at("2026-12-23T00:00:00Z"))), Err(RulingError::WrongTime { .. })));
    }

    fn a_host_may_choose_a_bracket_and_let_it_be_derived_again(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let id = contest.id;
        write(db, move |c| rulings::set_bracket(c, id, ada.team, Some(&text("guest")), noon())).unwrap();
        let bob = contest.join("Bob");
        crate::invites::enter_by_link(&contest, ada, bob.user, noon()).unwrap();
        assert_eq!(contest.team(ada.team).bracket, Some(text("guest")), "members do not change a host's choice");
        write(db, move |c| rulings::set_bracket(c, id, ada.team, None, noon())).unwrap();
        assert_eq!(contest.team(ada.team).bracket, None);
    }
}
