//! What the time alone brings about.

use podium_store::jobs::JobState;
use podium_store::notifications::{self, NotificationKind};
use podium_store::types::{SubmissionState, UserId};
use podium_store::upkeep::{self, Done, LONGEST_WAIT};
use podium_store::{both, jobs, submissions};

use crate::contest::{Contest, noon, read, write};

fn told(contest: &Contest<'_>, user: UserId) -> Vec<NotificationKind> {
    read(contest.db, |c| notifications::list(c, user, None, 50)).into_iter().map(|n| n.kind).collect()
}

both! {
    fn a_team_is_told_of_an_entry_that_hung_and_its_slot_comes_back(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let hung = contest.submit(ada.user, 1, noon()).unwrap().submission.id;
        let due = noon().plus(LONGEST_WAIT);
        let fresh = contest.submit(bob.user, 2, due).unwrap().submission.id;
        assert!(read(db, |c| upkeep::is_due(c, due)));
        let done = write(db, move |c| upkeep::run(c, due)).unwrap();
        assert_eq!(done, Done { ended: 1, thawed: 0 });
        assert_eq!((contest.state(hung), contest.state(fresh)), (SubmissionState::PlatformError, SubmissionState::Queued));
        assert_eq!(told(&contest, ada.user), [NotificationKind::EntryFailed]);
        assert_eq!(told(&contest, bob.user), []);
        assert_eq!(read(db, |c| submissions::quota(c, contest.id, ada.team, noon())).used, 0);
        // Its job is over with it.
        let failed = read(db, |c| jobs::list(c, Some(contest.id), &[JobState::Failed], None, 10));
        assert_eq!(failed.len(), 1);
        // Nothing is said twice.
        assert!(!read(db, |c| upkeep::is_due(c, due)));
        assert_eq!(write(db, move |c| upkeep::run(c, due)).unwrap(), Done::default());
        assert_eq!(told(&contest, ada.user).len(), 1);
    }
}
