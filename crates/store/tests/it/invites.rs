//! Invitations: by link and by name; expired, revoked, used, foreign.

use chrono::TimeDelta;
use podium_store::both;
use podium_store::competitions::{self, Settings};
use podium_store::invites::{self, Accepted, For, Into, InviteError, NewInvite};
use podium_store::participants::{self, ParticipantState};
use podium_store::teams;
use podium_store::types::{Admission, CompetitionRole, Sha256, UserId, UtcTime};

use crate::contest::{Contest, Player, content, noon, read, settings, text, user, write};

/// What stands in for the digest of a link's token.
fn token(number: u64) -> Sha256 {
    content(1_000_000 + number)
}

fn new(contest: &Contest<'_>, into: Into, whom: For, by: UserId) -> NewInvite {
    NewInvite { competition: contest.id, into, whom, label: text(""), by, expires_at: noon().plus(TimeDelta::days(7)) }
}

/// `user` enters the team of `leader` by a new link.
pub(crate) fn enter_by_link(
    contest: &Contest<'_>,
    leader: Player,
    user: UserId,
    now: UtcTime,
) -> Result<Accepted, InviteError> {
    let number = leader.team.0.unsigned_abs() * 1_000 + user.0.unsigned_abs();
    let new = new(contest, Into::Team(leader.team), For::Link(token(number), 1), leader.user);
    let invite = write(contest.db, move |c| invites::create(c, &new, now))?;
    write(contest.db, move |c| invites::accept(c, &invite, user, now))
}

fn accept_token(contest: &Contest<'_>, number: u64, user: UserId, now: UtcTime) -> Result<Accepted, InviteError> {
    write(contest.db, move |c| {
        let invite = invites::find_by_token(c, token(number))?;
        invites::accept(c, &invite, user, now)
    })
}

both! {
    fn a_link_lets_in_as_many_as_it_says(db) {
        let contest = Contest::new(db);
        let (ada, bob, cyd, dan) = (contest.join("Ada"), contest.join("Bob"), contest.join("Cyd"), contest.join("Dan"));
        let new = new(&contest, Into::Team(ada.team), For::Link(token(1), 2), ada.user);
        write(db, move |c| invites::create(c, &new, noon())).unwrap();
        for player in [bob, cyd] {
            let accepted = accept_token(&contest, 1, player.user, noon()).unwrap();
            assert!(matches!(accepted, Accepted::Team(team) if team.id == ada.team));
        }
        let used = accept_token(&contest, 1, dan.user, noon());
        assert!(matches!(used, Err(InviteError::Ended(_))), "{used:?}");
        assert_eq!(read(db, |c| teams::members(c, ada.team)).len(), 3);
        assert!(read(db, |c| invites::of_team(c, ada.team, noon())).is_empty());
    }

    fn whoever_left_takes_part_again_when_a_team_lets_them_in(db) {
        let contest = Contest::new(db);
        let (ada, bob, id) = (contest.join("Ada"), contest.join("Bob"), contest.id);
        write(db, move |c| teams::changes::leave(c, id, bob.user, noon())).unwrap();
        let state = || read(db, |c| participants::find(c, id, bob.user)).unwrap().state;
        assert_eq!(state(), ParticipantState::Left);
        enter_by_link(&contest, ada, bob.user, noon()).unwrap();
        assert_eq!(state(), ParticipantState::Joined);
    }

    fn a_wrong_an_expired_and_a_revoked_link_let_nobody_in(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let new = new(&contest, Into::Team(ada.team), For::Link(token(1), 1), ada.user);
        let invite = write(db, move |c| invites::create(c, &new, noon())).unwrap();
        assert!(matches!(accept_token(&contest, 2, bob.user, noon()), Err(InviteError::Missing)));
        let late = accept_token(&contest, 1, bob.user, invite.expires_at);
        assert!(matches!(late, Err(InviteError::Expired(_))), "{late:?}");
        write(db, move |c| invites::revoke(c, &invite, noon())).unwrap();
        let revoked = accept_token(&contest, 1, bob.user, noon());
        assert!(matches!(revoked, Err(InviteError::Ended(_))), "{revoked:?}");
        assert_eq!(read(db, |c| teams::find_membership(c, contest.id, bob.user)).unwrap().team.id, bob.team);
    }

    fn an_invitation_by_name_is_for_that_person_alone(db) {
        let contest = Contest::new(db);
        let (ada, bob, eve) = (contest.join("Ada"), contest.join("Bob"), contest.join("Eve"));
        let new = new(&contest, Into::Team(ada.team), For::User(bob.user), ada.user);
        let again = new.clone();
        let invite = write(db, move |c| invites::create(c, &new, noon())).unwrap();
        assert!(matches!(write(db, move |c| invites::create(c, &again, noon())), Err(InviteError::AskedAlready)));
        let id = invite.id;
        let stolen = write(db, { let invite = invite.clone(); move |c| invites::accept(c, &invite, eve.user, noon()) });
        assert!(matches!(stolen, Err(InviteError::Missing)), "{stolen:?}");
        assert!(matches!(write(db, move |c| invites::decline(c, id, eve.user, noon())), Err(InviteError::Missing)));
        assert_eq!(read(db, |c| invites::of_user(c, bob.user, noon())).len(), 1);
        write(db, move |c| invites::decline(c, id, bob.user, noon())).unwrap();
        let declined = read(db, |c| Ok(invites::find_own(c, id, bob.user).unwrap()));
        let late = write(db, move |c| invites::accept(c, &declined, bob.user, noon()));
        assert!(matches!(late, Err(InviteError::Ended(_))), "{late:?}");
    }

    fn whoever_has_sent_entries_merges_instead_of_moving(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        contest.submit(bob.user, 1, noon()).unwrap();
        let refused = enter_by_link(&contest, ada, bob.user, noon()).unwrap_err();
        assert!(refused.to_string().contains("has sent entries"), "{refused}");
    }

    fn a_team_cannot_let_strangers_into_a_competition(db) {
        let contest = Contest::with(db, Settings { admission: Admission::Invite, ..settings() });
        let eve = user(db, "Eve");
        let ada = user(db, "Ada");
        let (id, host) = (contest.id, contest.host);
        write(db, move |c| participants::invite(c, id, ada, host, noon())).unwrap();
        let ada = Player { user: ada, team: contest.join_as(ada) };
        let refused = enter_by_link(&contest, ada, eve, noon());
        assert!(matches!(refused, Err(InviteError::NotParticipant)), "{refused:?}");
    }

    fn hosts_of_a_competition_are_not_its_participants(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let bob = user(db, "Bob");
        let as_moderator = Into::Hosts(CompetitionRole::Moderator);
        let invite = |whom, number| new(&contest, as_moderator, For::Link(token(number), 1), whom);
        let (one, two) = (invite(contest.host, 1), invite(contest.host, 2));
        write(db, move |c| { invites::create(c, &one, noon())?; invites::create(c, &two, noon()) }).unwrap();
        let both = accept_token(&contest, 1, ada.user, noon());
        assert!(matches!(both, Err(InviteError::BothSides)), "{both:?}");
        accept_token(&contest, 2, bob, noon()).unwrap();
        assert_eq!(read(db, |c| competitions::role_of(c, contest.id, bob)), Some(CompetitionRole::Moderator));
        assert!(!read(db, |c| competitions::is_host(c, contest.id, bob)), "a moderator runs nothing");
    }

    fn a_link_does_not_undo_a_removal(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        let (id, host) = (contest.id, contest.host);
        write(db, move |c| participants::remove(c, (id, ada.user), host, &text("two accounts"), noon())).unwrap();
        let link = new(&contest, Into::Competition, For::Link(token(1), 100), host);
        write(db, move |c| invites::create(c, &link, noon())).unwrap();
        let refused = accept_token(&contest, 1, ada.user, noon());
        assert!(matches!(refused, Err(InviteError::Refused(ParticipantState::Removed))), "{refused:?}");
        write(db, move |c| participants::readmit(c, id, ada.user, host, noon())).unwrap();
        contest.join_as(ada.user);
    }
}
