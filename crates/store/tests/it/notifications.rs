//! Who is told what.

use podium_store::both;
use podium_store::events;
use podium_store::notifications::{self, About, NotificationKind, To, Which, notify};
use podium_store::testing::TestDb;
use podium_store::types::{EventId, NotificationId, UserId};

use crate::contest::{Contest, noon, read, user, write};

fn tell(db: &TestDb, to: To, kind: NotificationKind, about: About) {
    write(db, move |c| notify(c, &to, kind, &about, noon())).unwrap();
}

fn told(db: &TestDb, user: UserId) -> Vec<NotificationKind> {
    read(db, |c| notifications::list(c, user, None, 50)).into_iter().map(|n| n.kind).collect()
}

both! {
    fn everybody_who_is_meant_is_told_except_whoever_did_it(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let outsider = user(db, "Eve");
        let by_ada = About { actor: Some(ada.user), ..About::competition(contest.id) };
        tell(db, To::Participants(contest.id), NotificationKind::Announcement, by_ada);
        tell(db, To::Hosts(contest.id), NotificationKind::ParticipationRequested, by_ada);
        tell(db, To::Team(bob.team), NotificationKind::TeamChanged, About { team: Some(bob.team), ..by_ada });
        tell(db, To::User(ada.user), NotificationKind::Mention, by_ada);
        assert_eq!(told(db, ada.user), []);
        assert_eq!(told(db, bob.user), [NotificationKind::TeamChanged, NotificationKind::Announcement]);
        assert_eq!(told(db, contest.host), [NotificationKind::ParticipationRequested]);
        assert_eq!(told(db, outsider), []);
    }

    fn what_was_seen_is_not_unread(db) {
        let ada = user(db, "Ada");
        let bob = user(db, "Bob");
        for kind in [NotificationKind::Reply, NotificationKind::Mention, NotificationKind::TokenCreated] {
            tell(db, To::User(ada), kind, About::default());
        }
        let unread = |of| read(db, |c| notifications::unread(c, of));
        assert_eq!(unread(ada), 3);
        let ids: Vec<NotificationId> =
            read(db, |c| notifications::list(c, ada, None, 50)).into_iter().map(|n| n.id).collect();
        let (newest, oldest) = (ids[0], ids[2]);
        // Of others' notifications nobody marks any.
        assert_eq!(write(db, move |c| notifications::mark_read(c, bob, Which::One(newest), noon())).unwrap(), 0);
        write(db, move |c| notifications::mark_read(c, ada, Which::One(newest), noon())).unwrap();
        assert_eq!(unread(ada), 2);
        write(db, move |c| notifications::mark_read(c, ada, Which::UpTo(oldest), noon())).unwrap();
        assert_eq!(unread(ada), 1);
        let page = read(db, |c| notifications::list(c, ada, Some(newest), 1));
        assert_eq!(page[0].kind, NotificationKind::Mention);
    }

    fn telling_all_participants_is_one_event_and_telling_one_person_is_theirs(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        contest.join("Bob");
        let before = read(db, events::latest);
        tell(db, To::Participants(contest.id), NotificationKind::Announcement, About::competition(contest.id));
        tell(db, To::User(ada.user), NotificationKind::Reply, About::competition(contest.id));
        let told: Vec<_> = read(db, |c| events::since(c, before, 100)).into_iter().map(|e| (e.competition_id, e.user_id)).collect();
        assert_eq!(told, [(Some(contest.id), None), (None, Some(ada.user))]);
        let of_the_competition = read(db, |c| events::since_for(c, contest.id, Some(ada.team), EventId(0), 100));
        assert!(of_the_competition.iter().all(|e| e.user_id.is_none()));
    }
}
