//! Who takes part: approval, domains, private competitions, removal.

use diesel::RunQueryDsl;
use podium_store::competitions::{self, Settings, Viewer};
use podium_store::participants::{self, ParticipantError, ParticipantState};
use podium_store::teams::{self, Answers, Join, JoinError};
use podium_store::types::{Admission, Json, UserId, Visibility};
use podium_store::{both, own_data, users};

use crate::contest::{Contest, at, content, noon, read, settings, text, user, write};

impl Contest<'_> {
    fn wish(&self, user: UserId) -> Join {
        Join {
            competition: self.id,
            user,
            team_name: None,
            rules_sha256: content(5),
            answers: Answers { document: text(r#"{"department":"Vision"}"#), bracket: Some(text("staff")) },
        }
    }

    fn try_join(&self, user: UserId) -> Result<teams::Membership, JoinError> {
        let join = self.wish(user);
        write(self.db, move |c| teams::join(c, &join, noon()))
    }

    fn enroll(&self, user: UserId, team: &str) -> Result<(), ParticipantError> {
        let (id, host, team) = (self.id, self.host, text(team));
        write(self.db, move |c| participants::enroll(c, (id, user), &Answers::default(), Some(&team), host, noon()))
    }

    fn participant(&self, user: UserId) -> participants::Participant {
        read(self.db, |c| participants::find(c, self.id, user)).unwrap()
    }
}

both! {
    fn where_hosts_decide_a_request_becomes_a_team_by_their_word(db) {
        let contest = Contest::with(db, Settings { admission: Admission::Approval, ..settings() });
        let (ada, bob) = (user(db, "Ada"), user(db, "Bob"));
        let (id, host) = (contest.id, contest.host);
        assert!(matches!(contest.try_join(ada), Err(JoinError::NeedsApproval)));
        for wish in [contest.wish(ada), contest.wish(bob)] {
            write(db, move |c| participants::ask(c, &wish, noon())).unwrap();
        }
        assert!(read(db, |c| teams::find_membership(c, id, ada)).is_none());
        let membership = write(db, move |c| participants::approve(c, id, ada, host, noon())).unwrap();
        assert_eq!((membership.team.name.as_str(), membership.team.bracket), ("Ada", Some(text("staff"))));
        write(db, move |c| participants::decline(c, (id, bob), host, &text("not one of ours"), noon())).unwrap();
        assert!(matches!(contest.try_join(bob), Err(JoinError::Refused(ParticipantState::Declined))));
        let late = write(db, move |c| participants::approve(c, id, bob, host, noon()));
        assert!(matches!(late, Err(ParticipantError::WrongState(ParticipantState::Declined))), "{late:?}");
        // The list shows both to hosts, with their answers.
        let listed = read(db, |c| participants::list(c, id, &participants::Filter::default(), 10));
        assert_eq!(listed.iter().map(|l| l.participant.state).collect::<Vec<_>>(),
            [ParticipantState::Joined, ParticipantState::Declined]);
        assert!(listed[0].participant.answers.as_str().contains("Vision"));
    }

    fn only_addresses_of_the_named_domains_may_join(db) {
        let contest = Contest::with(db, Settings {
            domains: Json::new(&vec!["Example.org".to_owned()]).unwrap(),
            ..settings()
        });
        for (name, email, may) in [
            ("Ada", Some("ada@example.org"), true),
            ("Bob", Some("bob@lab.example.org"), true),
            ("Cyd", Some("cyd@badexample.org"), false),
            ("Dan", Some("dan@example.org.evil.net"), false),
            ("Eve", None, false),
        ] {
            let new = users::NewUser {
                name: text(name),
                email: email.map(text),
                password_hash: None,
                role: podium_store::types::UserRole::Participant,
                language: podium_store::types::Language::En,
                created_at: at("2026-11-01T00:00:00Z"),
            };
            let user = write(db, move |c| users::create(c, &new)).unwrap().id;
            assert!(matches!(contest.try_join(user), Err(JoinError::WrongDomain(_))), "{name}: nothing is proved yet");
            write(db, |c| {
                diesel::sql_query("UPDATE users SET email_verified_at = created_at").execute(c)?;
                Ok::<_, podium_store::StoreError>(())
            })
            .unwrap();
            match contest.try_join(user) {
                Ok(_) => assert!(may, "{name}"),
                Err(JoinError::WrongDomain(_)) => assert!(!may, "{name}"),
                Err(other) => panic!("{name}: {other}"),
            }
        }
    }

    fn a_private_competition_is_listed_for_those_who_were_let_in(db) {
        let contest = Contest::with(db, Settings { visibility: Visibility::Private, ..settings() });
        let (ada, eve) = (user(db, "Ada"), user(db, "Eve"));
        let (id, host) = (contest.id, contest.host);
        write(db, move |c| participants::invite(c, id, ada, host, noon())).unwrap();
        let sees = |viewer| read(db, |c| competitions::list(c, viewer, noon())).len();
        assert_eq!([Viewer::Anonymous, Viewer::User(eve), Viewer::User(ada), Viewer::User(host)].map(sees), [0, 0, 1, 1]);
        write(db, move |c| participants::decline(c, (id, ada), host, &text(""), noon())).unwrap();
        assert_eq!(sees(Viewer::User(ada)), 0);
    }

    fn what_everybody_has_seen_does_not_become_private(db) {
        let contest = Contest::new(db);
        let hide = Settings { visibility: Visibility::Private, manifest_sha256: content(2), ..settings() };
        let host = contest.host;
        let hidden = write(db, move |c| competitions::save(c, &hide, host, noon()));
        assert!(matches!(hidden, Err(competitions::SaveError::WasPublic)), "{hidden:?}");
    }

    fn entries_stay_with_the_team_of_somebody_who_is_removed(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let (id, host) = (contest.id, contest.host);
        contest.enter(ada, 1, 0.9, 0.9, noon());
        let alone = write(db, move |c| participants::remove(c, (id, ada.user), host, &text("x"), noon()));
        assert!(matches!(alone, Err(ParticipantError::LastOfTeam)), "{alone:?}");
        crate::invites::enter_by_link(&contest, ada, bob.user, noon()).unwrap();
        let silent = write(db, move |c| participants::remove(c, (id, ada.user), host, &text(" "), noon()));
        assert!(matches!(silent, Err(ParticipantError::NoReason)), "{silent:?}");
        write(db, move |c| participants::remove(c, (id, ada.user), host, &text("two accounts"), noon())).unwrap();
        assert_eq!(contest.participant(ada.user).reason.as_str(), "two accounts");
        assert!(contest.standing(ada.team).is_some(), "the entry counts for the team");
        assert!(matches!(contest.try_join(ada.user), Err(JoinError::Refused(ParticipantState::Removed))));
    }

    fn a_teams_bracket_is_the_one_that_all_its_members_are_in(db) {
        let contest = Contest::new(db);
        let people = ["Ada", "Bob", "Cyd"].map(|name| user(db, name));
        let teams = people.map(|user| contest.try_join(user).unwrap().team.id);
        let dan = contest.join("Dan");
        let ada = crate::contest::Player { user: people[0], team: teams[0] };
        crate::invites::enter_by_link(&contest, ada, people[1], noon()).unwrap();
        assert_eq!(contest.team(ada.team).bracket, Some(text("staff")));
        crate::invites::enter_by_link(&contest, ada, dan.user, noon()).unwrap();
        assert_eq!(contest.team(ada.team).bracket, None, "Dan said nothing");
    }

    fn a_mate_leads_newcomers_only_into_a_team_of_the_planned_name(db) {
        let contest = Contest::new(db);
        let [ada, bob, cyd, dan] = ["Ada", "Bob", "Cyd", "Dan"].map(|name| user(db, name));
        let owls = contest.join("Owls");
        for person in [ada, bob, cyd, dan] {
            contest.enroll(person, "Herons").unwrap();
        }
        contest.try_join(bob).unwrap();
        crate::invites::enter_by_link(&contest, owls, bob, noon()).unwrap();
        let herons = contest.try_join(ada).unwrap().team;
        assert_eq!(herons.name.as_str(), "Herons", "nobody of the Owls asked Ada");
        assert_eq!(contest.try_join(cyd).unwrap().team.id, herons.id, "who has joined the planned team leads into it");
        // A team that calls itself otherwise is not the planned one any more.
        let (id, new) = (contest.id, text("Egrets"));
        write(db, move |c| teams::changes::rename(c, id, ada, &new, noon())).unwrap();
        let own = contest.try_join(dan).unwrap().team;
        assert_eq!((own.name.as_str(), own.id == herons.id), ("Herons", false));
    }

    fn a_planned_team_whose_name_others_took_meanwhile_is_still_one_team(db) {
        let contest = Contest::new(db);
        let [ada, bob, cyd, dan] = ["Ada", "Bob", "Cyd", "Dan"].map(|name| user(db, name));
        for person in [ada, bob, dan] {
            contest.enroll(person, "Herons").unwrap();
        }
        let others = contest.join("Herons");
        let first = contest.try_join(ada).unwrap().team;
        assert_eq!(first.name.as_str(), "Herons 2");
        assert_eq!(contest.try_join(bob).unwrap().team.id, first.id);
        contest.enroll(cyd, "Herons").unwrap();
        assert_eq!(contest.try_join(cyd).unwrap().team.id, first.id);
        // Who goes over to the others leads nobody after them.
        for person in [ada, bob, cyd] {
            crate::invites::enter_by_link(&contest, others, person, noon()).unwrap();
        }
        let alone = contest.try_join(dan).unwrap().team;
        assert_eq!(alone.name.as_str(), "Herons 2");
    }

    fn a_later_roster_adds_people_to_a_planned_team(db) {
        let contest = Contest::new(db);
        let [ada, bob, cyd] = ["Ada", "Bob", "Cyd"].map(|name| user(db, name));
        contest.join("Owls");
        contest.enroll(ada, "Herons").unwrap();
        let herons = contest.try_join(ada).unwrap().team.id;
        contest.enroll(bob, "HERONS").unwrap();
        assert_eq!(contest.try_join(bob).unwrap().team.id, herons);
        let taken = contest.enroll(cyd, "owls");
        assert!(matches!(taken, Err(ParticipantError::Join(JoinError::NameTaken))), "{taken:?}");
    }

    fn the_names_of_teams_that_hosts_planned_and_people_asked_for_are_in_their_own_data(db) {
        let contest = Contest::new(db);
        let [ada, bob] = ["Ada", "Bob"].map(|name| user(db, name));
        let slug = contest.competition().slug;
        let own = |user| {
            let data = read(db, |c| {
                let user = users::find(c, user)?.unwrap();
                own_data::collect(c, &user)
            });
            (data.team_names, data.planned_teams)
        };
        contest.enroll(ada, "Herons").unwrap();
        let join = Join { team_name: Some(text("Owls")), ..contest.wish(bob) };
        write(db, move |c| teams::join(c, &join, noon())).unwrap();
        assert_eq!(own(ada), (vec![], vec![(slug.clone(), text("Herons"))]));
        assert_eq!(own(bob), (vec![(slug, text("Owls"))], vec![]));
        write(db, move |c| own_data::erase(c, ada, noon())).unwrap();
        assert_eq!(own(ada), (vec![], vec![]));
    }
}
