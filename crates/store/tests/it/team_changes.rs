//! Teams that change: leaving, leaders, names, merges and their quota, alone and all at once.

use std::sync::Barrier;

use podium_store::both;
use podium_store::competitions::Settings;
use podium_store::finals;
use podium_store::submissions::{self, SubmitError};
use podium_store::teams::changes::{self, TeamError};
use podium_store::teams::merging::{self, Merge};
use podium_store::teams::{self, outlook};
use podium_store::types::{MemberRole, TeamId, Text, UserId, UtcTime};

use crate::contest::{Contest, Player, at, noon, read, settings, text, write};
use crate::invites::enter_by_link;

impl Contest<'_> {
    fn leave(&self, user: UserId, now: UtcTime) -> Result<teams::Team, TeamError> {
        let id = self.id;
        write(self.db, move |c| changes::leave(c, id, user, now))
    }

    pub(crate) fn team(&self, team: TeamId) -> teams::Team {
        read(self.db, |c| teams::find(c, team)).unwrap()
    }

    pub(crate) fn ask_to_merge(&self, leader: UserId, other: TeamId, now: UtcTime) -> Result<Merge, TeamError> {
        let (id, name) = (self.id, self.team(other).name);
        write(self.db, move |c| merging::ask(c, id, leader, &name, now))
    }

    pub(crate) fn merge(&self, asks: Player, other: Player, now: UtcTime) -> Result<merging::Merged, TeamError> {
        let merge = self.ask_to_merge(asks.user, other.team, now)?;
        let id = self.id;
        write(self.db, move |c| merging::accept(c, id, other.user, merge.id, now))
    }

    fn numbers(&self, team: TeamId) -> Vec<(i32, Option<TeamId>, Option<i32>)> {
        let mut rows = read(self.db, |c| submissions::list(c, team, None, 1_000));
        rows.reverse();
        rows.into_iter().map(|row| (row.number, row.former_team_id, row.former_number)).collect()
    }
}

both! {
    fn whoever_leaves_before_the_first_entry_may_join_again(db) {
        let contest = Contest::new(db);
        let ada = contest.join("Ada");
        contest.leave(ada.user, noon()).unwrap();
        assert!(contest.team(ada.team).closed_at.is_some(), "nobody is left");
        assert!(read(db, |c| teams::all(c, contest.id)).is_empty());
        let again = contest.join_as(ada.user);
        assert_eq!(contest.team(again).name.as_str(), "Ada", "the name was free again");
        contest.submit(ada.user, 1, noon()).unwrap();
        assert!(matches!(contest.leave(ada.user, noon()), Err(TeamError::HasEntries(_))));
    }

    fn a_leader_who_leaves_hands_over_to_whoever_came_first(db) {
        let contest = Contest::new(db);
        let (ada, bob, cyd) = (contest.join("Ada"), contest.join("Bob"), contest.join("Cyd"));
        enter_by_link(&contest, ada, bob.user, noon()).unwrap();
        enter_by_link(&contest, ada, cyd.user, noon()).unwrap();
        contest.leave(ada.user, noon()).unwrap();
        let members = read(db, |c| teams::members(c, ada.team));
        assert_eq!(members.iter().map(|m| (m.user, m.role)).collect::<Vec<_>>(), [
            (bob.user, MemberRole::Leader),
            (cyd.user, MemberRole::Member),
        ]);
        assert!(contest.team(bob.team).closed_at.is_some(), "the team of one that Bob came from has ended");
    }

    fn only_the_leader_names_and_hands_over(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        enter_by_link(&contest, ada, bob.user, noon()).unwrap();
        let (id, name) = (contest.id, text("Engines"));
        let by_bob = write(db, { let name = name.clone(); move |c| changes::rename(c, id, bob.user, &name, noon()) });
        assert!(matches!(by_bob, Err(TeamError::NotLeader(_))), "{by_bob:?}");
        write(db, move |c| changes::rename(c, id, ada.user, &name, noon())).unwrap();
        write(db, move |c| changes::hand_over(c, id, ada.user, bob.user, noon())).unwrap();
        write(db, move |c| changes::rename(c, id, bob.user, &text("ENGINES"), noon())).unwrap();
        let cyd = contest.join("Cyd");
        let taken = write(db, move |c| changes::rename(c, id, cyd.user, &text(" engines"), noon()));
        assert!(matches!(taken, Err(TeamError::NameTaken)), "{taken:?}");
        let stranger = write(db, move |c| changes::hand_over(c, id, bob.user, cyd.user, noon()));
        assert!(matches!(stranger, Err(TeamError::Missing)), "{stranger:?}");
    }

    fn entries_of_a_merged_team_pool_and_keep_a_note_of_their_numbers(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let day_one = at("2026-12-01T12:00:00Z");
        contest.enter(ada, 1, 0.5, 0.5, day_one);
        contest.enter(bob, 2, 0.9, 0.9, day_one);
        contest.enter(bob, 3, 0.7, 0.7, day_one);
        let merged = contest.merge(ada, bob, noon()).unwrap();
        assert_eq!((merged.team.id, merged.other.id, merged.renumbered), (ada.team, bob.team, 2));
        assert_eq!(contest.numbers(ada.team), [
            (1, None, None),
            (2, Some(bob.team), Some(1)),
            (3, Some(bob.team), Some(2)),
        ]);
        // The best of all counts, the row of the team that was taken in is gone, and the next entry goes on counting.
        assert_eq!(contest.standing(ada.team).unwrap().score.get(), 0.9);
        assert_eq!(contest.standing(ada.team).unwrap().entries, 3);
        assert!(contest.standing(bob.team).is_none());
        assert_eq!(contest.submit(bob.user, 4, noon()).unwrap().submission.number, 4);
        assert_eq!(contest.team(bob.team).merged_into, Some(ada.team));
        // The name of the team that is no more can be taken.
        let id = contest.id;
        write(db, move |c| changes::rename(c, id, ada.user, &text("Bob"), noon())).unwrap();
    }

    fn a_choice_that_was_withdrawn_takes_no_slot_of_a_merged_team(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let day_one = at("2026-12-01T12:00:00Z");
        let chosen = [ada, ada, bob].into_iter().zip(1..).map(|(player, number)| {
            let id = contest.enter(player, number, 0.5, 0.5, day_one);
            write(db, move |c| finals::choose(c, id, day_one)).unwrap();
            id
        });
        let chosen: Vec<_> = chosen.collect();
        let withdrawn = chosen[0];
        write(db, move |c| submissions::withdraw(c, withdrawn, day_one)).unwrap();
        contest.merge(ada, bob, noon()).unwrap();
        let competition = contest.competition();
        assert_eq!(read(db, |c| finals::of_team(c, &competition, ada.team)).chosen, chosen[1..]);
    }

    fn teams_merge_only_if_one_team_could_have_sent_what_both_did(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        let day_one = at("2026-12-01T12:00:00Z");
        for n in 0..3 {
            contest.submit(ada.user, n, day_one).unwrap();
            contest.submit(bob.user, 10 + n, day_one).unwrap();
        }
        let refused = contest.ask_to_merge(ada.user, bob.team, day_one);
        assert!(matches!(refused, Err(TeamError::TooManyEntries { entries: 6, allowed: 5 })), "{refused:?}");
        let (a, b) = (contest.team(ada.team), contest.team(bob.team));
        let shown = read(db, |c| Ok(outlook::of_merging(c, &a, &b, day_one).unwrap()));
        assert_eq!((shown.entries, shown.allowed, shown.days, shown.left_today()), (6, 5, 1, 0));
        assert_eq!(shown.obstacles.len(), 1);
        // On the second day one team could have sent ten.
        let shown = read(db, |c| Ok(outlook::of_merging(c, &a, &b, noon()).unwrap()));
        // Four of these ten are left, though a day has five.
        assert_eq!((shown.entries, shown.allowed, shown.used_today, shown.left_today()), (6, 10, 0, 4));
        contest.merge(ada, bob, noon()).unwrap();
    }

    fn the_quota_after_a_merge_is_that_of_one_team(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        for n in 0..3 {
            contest.submit(ada.user, n, noon()).unwrap();
            contest.submit(bob.user, 10 + n, noon()).unwrap();
        }
        contest.merge(ada, bob, noon()).unwrap();
        let quota = read(db, |c| submissions::quota(c, contest.id, ada.team, noon()));
        assert_eq!((quota.used, quota.left()), (6, 0));
        assert!(matches!(contest.submit(bob.user, 99, noon()), Err(SubmitError::QuotaUsed { .. })));
        contest.submit(bob.user, 99, at("2026-12-03T00:00:00Z")).unwrap();
    }

    fn a_merge_needs_both_leaders(db) {
        let contest = Contest::new(db);
        let (ada, bob, cyd) = (contest.join("Ada"), contest.join("Bob"), contest.join("Cyd"));
        enter_by_link(&contest, bob, cyd.user, noon()).unwrap();
        let merge = contest.ask_to_merge(ada.user, bob.team, noon()).unwrap();
        let id = contest.id;
        for (user, wanted) in [(ada.user, "there is no such thing"), (cyd.user, "only the leader")] {
            let refused = write(db, move |c| merging::accept(c, id, user, merge.id, noon())).unwrap_err();
            assert!(refused.to_string().contains(wanted), "{refused}");
        }
        assert!(matches!(contest.ask_to_merge(bob.user, ada.team, noon()), Err(TeamError::AskedAlready)));
        write(db, move |c| merging::refuse(c, id, bob.user, merge.id, noon())).unwrap();
        let late = write(db, move |c| merging::accept(c, id, bob.user, merge.id, noon()));
        assert!(matches!(late, Err(TeamError::Missing)), "a declined request cannot be accepted: {late:?}");
        contest.ask_to_merge(bob.user, ada.team, noon()).unwrap();
    }

    fn a_merged_team_is_not_larger_than_teams_may_be(db) {
        let contest = Contest::with(db, Settings { team_size: 2, ..settings() });
        let (ada, bob, cyd) = (contest.join("Ada"), contest.join("Bob"), contest.join("Cyd"));
        contest.merge(ada, bob, noon()).unwrap();
        let refused = contest.ask_to_merge(ada.user, cyd.team, noon());
        assert!(matches!(refused, Err(TeamError::TooLarge { people: 3, limit: 2 })), "{refused:?}");
        let refused = enter_by_link(&contest, ada, cyd.user, noon());
        assert!(refused.unwrap_err().to_string().contains("3 members"));
    }

    fn teams_change_strictly_before_the_end(db) {
        let contest = Contest::new(db);
        let (ada, bob, cyd) = (contest.join("Ada"), contest.join("Bob"), contest.join("Cyd"));
        let (last, end) = (at("2026-12-20T23:59:59.999999Z"), at("2026-12-21T00:00:00Z"));
        let merge = contest.ask_to_merge(ada.user, bob.team, last).unwrap();
        let id = contest.id;
        let late = write(db, move |c| merging::accept(c, id, bob.user, merge.id, end));
        assert!(matches!(late, Err(TeamError::TooLate(_))), "{late:?}");
        assert!(matches!(contest.leave(cyd.user, end), Err(TeamError::TooLate(_))));
        contest.leave(cyd.user, last).unwrap();
        write(db, move |c| merging::accept(c, id, bob.user, merge.id, last)).unwrap();
    }

    fn an_entry_that_is_scored_after_the_merge_counts_for_the_merged_team(db) {
        let contest = Contest::new(db);
        let (ada, bob) = (contest.join("Ada"), contest.join("Bob"));
        contest.submit(bob.user, 1, noon()).unwrap();
        let claim = contest.claim(noon()).unwrap();
        contest.merge(ada, bob, noon()).unwrap();
        contest.record(claim, contest.scored(0.8, 0.8), noon()).unwrap().unwrap();
        assert_eq!(contest.standing(ada.team).unwrap().score.get(), 0.8);
        assert!(contest.standing(bob.team).is_none());
    }

    fn merges_leaves_and_entries_at_once_never_exceed_the_quota_of_one_team(db) {
        // Two teams with eight of the ten entries that one team could have sent in two days; then both send at once while
        // the merge is confirmed and a member without entries tries to leave.
        for round in 0..4_u32 {
            let contest = Contest::with(db, Settings {
                slug: format!("round-{round}").parse().unwrap(),
                ..settings()
            });
            let name = |name: &str| format!("{name} {round}");
            let (ada, bob, cyd) = (contest.join(&name("Ada")), contest.join(&name("Bob")), contest.join(&name("Cyd")));
            enter_by_link(&contest, ada, cyd.user, noon()).unwrap();
            let day_one = at("2026-12-01T12:00:00Z");
            for n in 0..4 {
                contest.submit(ada.user, n, day_one).unwrap();
                contest.submit(bob.user, 10 + n, day_one).unwrap();
            }
            let merge = contest.ask_to_merge(ada.user, bob.team, noon()).unwrap();
            let servers = [db.again(), db.again()];
            let start = Barrier::new(14);
            std::thread::scope(|scope| {
                let (servers, contest, start) = (&servers, &contest, &start);
                for n in 0..12_usize {
                    let user = [ada.user, bob.user, cyd.user][n % 3];
                    scope.spawn(move || {
                        let new = contest.new_submission(user, 100 + n as u64);
                        start.wait();
                        match write(&servers[n % 2], move |c| submissions::submit(c, &new, noon())) {
                            Ok(_) | Err(SubmitError::QuotaUsed { .. }) => {}
                            Err(other) => panic!("{other}"),
                        }
                    });
                }
                scope.spawn(move || {
                    let id = contest.id;
                    start.wait();
                    match write(&servers[0], move |c| merging::accept(c, id, bob.user, merge.id, noon())) {
                        Ok(_) | Err(TeamError::TooManyEntries { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                });
                scope.spawn(move || {
                    start.wait();
                    let id = contest.id;
                    let left = write(&servers[1], move |c| changes::leave(c, id, cyd.user, noon()));
                    assert!(matches!(left, Err(TeamError::HasEntries(_))), "{left:?}");
                });
            });
            let spent = |team: TeamId| read(db, |c| submissions::list(c, team, None, 1_000)).len();
            let is_merged = contest.team(bob.team).closed_at.is_some();
            let (of_ada, of_bob) = (spent(ada.team), spent(bob.team));
            if is_merged {
                assert!(of_ada <= 10 && of_bob == 0, "{of_ada} entries, one team could have sent 10");
                assert_eq!(contest.numbers(ada.team).iter().map(|(n, ..)| *n).collect::<Vec<_>>(),
                    (1..=i32::try_from(of_ada).unwrap()).collect::<Vec<_>>());
            } else {
                assert!(of_ada <= 9 && of_bob <= 9, "{of_ada} and {of_bob}");
            }
        }
    }

    fn a_team_that_looks_for_people_is_listed_until_teams_stop_changing(db) {
        let contest = Contest::new(db);
        let (ada, _) = (contest.join("Ada"), contest.join("Bob"));
        let (id, note) = (contest.id, text("Somebody who knows images."));
        write(db, { let note = note.clone(); move |c| changes::look_for_people(c, id, ada.user, (true, &note), noon()) })
            .unwrap();
        let listed = |now| read(db, |c| Ok(changes::looking(c, id, now).unwrap()));
        assert_eq!(listed(noon()).iter().map(|l| l.team.id).collect::<Vec<_>>(), [ada.team]);
        assert_eq!(listed(noon())[0].members, [Text::lossy("Ada")]);
        assert!(listed(at("2026-12-21T00:00:00Z")).is_empty());
        write(db, move |c| changes::look_for_people(c, id, ada.user, (false, &note), noon())).unwrap();
        assert!(listed(noon()).is_empty());
    }
}
