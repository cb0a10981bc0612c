//! Joining.

use podium_store::both;
use podium_store::competitions::CompetitionState;
use podium_store::teams::{self, Join, JoinError};

use crate::contest::{Contest, at, content, noon, read, text, user, write};

both! {
    fn whoever_joins_is_a_team_of_one_and_its_leader(db) {
        let contest = Contest::new(db);
        let ada = user(db, "Ada");
        let join = Join { competition: contest.id, user: ada, team_name: Some(text("Difference Engine")), rules_sha256: content(5), answers: podium_store::teams::Answers::default() };
        let membership = write(db, move |c| teams::join(c, &join, noon())).unwrap();
        assert_eq!(membership.team.name, text("Difference Engine"));
        assert!(!membership.team.is_benchmark);
        assert_eq!(membership.members.iter().map(|m| m.user).collect::<Vec<_>>(), [ada]);
        assert_eq!(read(db, |c| teams::find_membership(c, contest.id, ada)), Some(membership));
    }

    fn of_many_joins_at_once_one_counts(db) {
        let contest = Contest::new(db);
        let ada = user(db, "Ada");
        let joined = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16)
                .map(|_| {
                    let join = Join { competition: contest.id, user: ada, team_name: None, rules_sha256: content(5), answers: podium_store::teams::Answers::default() };
                    scope.spawn(move || write(db, move |c| teams::join(c, &join, noon())))
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).filter(|answer| match answer {
                Ok(_) => true,
                Err(JoinError::AlreadyMember(team)) => { assert_eq!(team.name, text("Ada")); false }
                Err(other) => panic!("{other}"),
            }).count()
        });
        assert_eq!(joined, 1);
        assert_eq!(read(db, |c| teams::all(c, contest.id)).len(), 1);
    }

    fn team_names_that_fold_to_the_same_are_refused(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (user(db, "Ada"), user(db, "Bob"));
        let join = |user, name: &str| Join { competition: contest.id, user, team_name: Some(text(name)), rules_sha256: content(5), answers: podium_store::teams::Answers::default() };
        let (first, second, blank) = (join(ada, "The Engine"), join(bob, " the  ENGINE "), join(bob, " \u{3000} "));
        write(db, move |c| teams::join(c, &first, noon())).unwrap();
        assert!(matches!(write(db, move |c| teams::join(c, &second, noon())), Err(JoinError::NameTaken)));
        assert!(matches!(write(db, move |c| teams::join(c, &blank, noon())), Err(JoinError::NameEmpty)));
    }

    fn a_name_that_is_taken_gets_a_number_when_nobody_chose_it(db) {
        let contest = Contest::new(db);
        let (eve, ada) = (user(db, "Eve"), user(db, "Ada"));
        let thief = Join { competition: contest.id, user: eve, team_name: Some(text("ada")), rules_sha256: content(5), answers: podium_store::teams::Answers::default() };
        write(db, move |c| teams::join(c, &thief, noon())).unwrap();
        let join = Join { competition: contest.id, user: ada, team_name: None, rules_sha256: content(5), answers: podium_store::teams::Answers::default() };
        assert_eq!(write(db, move |c| teams::join(c, &join, noon())).unwrap().team.name, text("Ada 2"));
    }

    fn nobody_joins_a_competition_that_is_over_or_a_draft(db) {
        let contest = Contest::new(db);
        let ada = user(db, "Ada");
        let join = Join { competition: contest.id, user: ada, team_name: None, rules_sha256: content(5), answers: podium_store::teams::Answers::default() };
        let again = join.clone();
        let over = write(db, move |c| teams::join(c, &join, at("2026-12-21T00:00:00Z")));
        assert!(matches!(over, Err(JoinError::Over(CompetitionState::Closed))), "{over:?}");
        let draft = write(db, move |c| teams::join(c, &again, at("2026-11-01T00:00:00Z")));
        assert!(matches!(draft, Err(JoinError::Missing)), "{draft:?}");
    }

    fn members_of_all_teams_come_at_once(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let members = read(db, |c| teams::all_members(c, contest.id));
        let names: Vec<_> = members.iter().map(|(team, m)| (*team, m.name.as_str())).collect();
        assert_eq!(names, [(ada.team, "Ada"), (bob.team, "Bob")]);
        assert_eq!(read(db, |c| teams::members(c, bob.team)).len(), 1);
    }
}
