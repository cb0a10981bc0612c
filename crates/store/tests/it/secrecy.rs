//! Private scores stay sealed until they are out.

use podium_store::competitions::{PrivateRelease, Settings};
use podium_store::sealed::{PrivateScore, final_standings};
use podium_store::{both, results, standings};

use crate::contest::{Contest, at, finite, noon, read, settings, write};

both! {
    fn there_is_no_proof_of_release_before_the_release(db) {
        let contest = Contest::new(db);
        let competition = contest.competition();
        for before in ["2026-12-02T00:00:00Z", "2026-12-21T00:00:00Z", "2026-12-21T23:59:59.999999Z"] {
            assert!(competition.released(at(before)).is_none(), "{before}");
        }
        assert!(competition.released(at("2026-12-22T00:00:00Z")).is_some());
    }

    fn a_host_cannot_release_before_the_end(db) {
        let contest = Contest::with(db, Settings { private_release: PrivateRelease::ByHost, ..settings() });
        let id = contest.id;
        let early = write(db, move |c| podium_store::competitions::release(c, id, at("2026-12-20T23:59:59.999999Z")));
        assert!(early.is_err());
        assert!(contest.competition().released(at("2027-01-01T00:00:00Z")).is_none(), "nobody has released it");
        write(db, move |c| podium_store::competitions::release(c, id, at("2026-12-21T00:00:00Z"))).unwrap();
        assert!(contest.competition().released(at("2026-12-21T00:00:00Z")).is_some());
    }

    fn private_scores_are_in_no_debug_output_and_no_public_table(db) {
        let contest = Contest::new(db);
        let player = contest.join("Ada");
        let id = contest.submit(player.user, 1, noon()).unwrap().submission.id;
        let claim = contest.claim(noon()).unwrap();
        let scored = contest.scored(0.5, 0.123_456_789);
        assert!(!format!("{scored:?}").contains("0.123"), "{scored:?}");
        assert_eq!(format!("{:?}", PrivateScore::new(Some(finite(0.7)), None, None)), "PrivateScore(sealed)");
        let recorded = contest.record(claim, scored, noon()).unwrap();
        let public = read(db, |c| results::scores(c, &[id]));
        let board = read(db, |c| {
            let standings = standings::page(c, contest.id, None, 10)?;
            results::scores_of_best(c, &standings)
        });
        let events = read(db, |c| podium_store::events::since(c, podium_store::types::EventId(0), 100));
        for shown in [format!("{recorded:?}"), format!("{public:?}"), format!("{board:?}"), format!("{events:?}")] {
            assert!(!shown.contains("0.123"), "{shown}");
        }
        assert_eq!(board, public);
        assert_eq!(public[0].value, Some(finite(0.5)));
    }

    fn the_private_board_takes_the_best_private_score_of_the_best_public_entries(db) {
        let contest = Contest::with(db, Settings { finals: 2, ..settings() });
        let (ada, bob, eve) = (contest.join("Ada"), contest.join("Bob"), contest.join("Eve"));
        let host = contest.host;
        let benchmark = crate::contest::Player { user: host, team: contest.join_as(host) };
        // Ada's third entry has the best private score but is only her third on the public board.
        contest.enter(ada, 1, 0.90, 0.70, noon());
        let decides = contest.enter(ada, 2, 0.80, 0.75, noon());
        contest.enter(ada, 3, 0.70, 0.99, noon());
        let bobs = contest.enter(bob, 4, 0.60, 0.80, noon());
        contest.enter(eve, 5, 0.95, 0.75, noon());
        contest.enter(benchmark, 6, 0.50, 0.78, noon());
        let released = contest.competition().released(at("2026-12-22T00:00:00Z")).unwrap();
        let board = read(db, |c| final_standings(c, &released));
        let rows: Vec<_> = board.iter().map(|s| (s.rank, s.team, s.score.unwrap().get())).collect();
        assert_eq!(rows, [
            (Some(1), bob.team, 0.80),
            (None, benchmark.team, 0.78),
            // Ada and Eve are equal; Ada's entry came first.
            (Some(2), ada.team, 0.75),
            (Some(3), eve.team, 0.75),
        ]);
        assert_eq!((board[0].submission, board[2].submission), (bobs, decides));
    }

    fn a_private_score_that_is_undefined_ranks_last(db) {
        let contest = Contest::with(db, Settings { higher_is_better: false, ..settings() });
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        contest.submit(ada.user, 1, noon()).unwrap();
        let claim = contest.claim(noon()).unwrap();
        let mut scored = contest.scored(0.1, 0.1);
        scored.private = PrivateScore::new(None, None, None);
        contest.record(claim, scored, noon()).unwrap();
        contest.enter(bob, 2, 0.9, 5.0, noon());
        let released = contest.competition().released(at("2026-12-22T00:00:00Z")).unwrap();
        let board = read(db, |c| final_standings(c, &released));
        assert_eq!(board.iter().map(|s| s.team).collect::<Vec<_>>(), [bob.team, ada.team]);
        assert_eq!(board[1].score, None);
    }
}
