//! Random plans of what people do, on the store and on a model of a few lines: both agree all along.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use podium_store::competitions::{self, PrivateRelease, Settings};
use podium_store::invites::{self, Accepted, For, Into, InviteError, NewInvite};
use podium_store::participants::{self, ParticipantState};
use podium_store::ranking::{BoardRules, Names, Ties};
use podium_store::rescores::{self, NewRescore};
use podium_store::sealed::final_standings;
use podium_store::solutions::{NewSolution, Report, SplitKey};
use podium_store::submissions::SubmitError;
use podium_store::teams::{self, changes};
use podium_store::testing::{Kind, TestDb};
use podium_store::types::{Json, SubmissionId, TeamId, UserId, UtcTime};
use podium_store::{audit, finals, jobs, standings, submissions};

use crate::contest::{Contest, Player, at, content, read, settings, text, write};

/// Enough people for teams to form, few enough for them to meet.
const PEOPLE: usize = 8;
const STEPS: u64 = 40;

/// Numerical Recipes' generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn pick<T>(&mut self, of: &[T]) -> usize {
        self.below(of.len() as u64) as usize
    }
}

/// What the model knows of an entry. Scores are whole numbers, so that ties are common.
struct Entry {
    id: SubmissionId,
    team: usize,
    at: UtcTime,
    public: u64,
    private: u64,
    is_withdrawn: bool,
    is_chosen: bool,
}

/// A person; somebody who left is in no team.
struct Person {
    user: UserId,
    team: Option<usize>,
    joined_at: UtcTime,
}

/// A team, whether or not there is still somebody in it.
struct Team {
    id: TeamId,
    leader: usize,
    has_merged: bool,
}

/// The model: a competition of `slots` finals, `quota` entries a day and `size` people in a team, whose teams change
/// before `until`.
struct Model {
    entries: Vec<Entry>,
    people: Vec<Person>,
    teams: Vec<Team>,
    quota: usize,
    slots: usize,
    size: usize,
    until: UtcTime,
    shares: bool,
}

/// Rank, team, score.
type Row = (usize, usize, u64);

fn start() -> UtcTime {
    at("2026-12-01T00:00:00Z")
}

fn day_of(at: UtcTime) -> i64 {
    at.micros().div_euclid(86_400_000_000)
}

/// Days that the competition has run, today counted.
fn days(at: UtcTime) -> usize {
    usize::try_from(day_of(at) - day_of(start()) + 1).unwrap()
}

impl Model {
    fn best(&self, of: impl Fn(&Entry) -> u64, finals_only: bool) -> Vec<Row> {
        let mut best: BTreeMap<usize, (u64, UtcTime)> = BTreeMap::new();
        for team in 0..self.teams.len() {
            let mut own = if finals_only { self.finals(team) } else { self.counting(team) };
            own.sort_by_key(|e| (u64::MAX - of(e), e.at));
            if let Some(first) = own.first() {
                best.insert(team, (of(first), first.at));
            }
        }
        let mut rows: Vec<(usize, u64, UtcTime)> =
            best.into_iter().map(|(team, (score, at))| (team, score, at)).collect();
        rows.sort_by_key(|(_, score, at)| (u64::MAX - score, *at));
        let rank = |place: usize| match self.shares {
            true => 1 + rows.iter().filter(|(_, score, _)| *score > rows[place].1).count(),
            false => place + 1,
        };
        (0..rows.len()).map(|place| (rank(place), rows[place].0, rows[place].1)).collect()
    }

    fn counting(&self, team: usize) -> Vec<&Entry> {
        self.entries.iter().filter(|e| e.team == team && !e.is_withdrawn).collect()
    }

    fn finals(&self, team: usize) -> Vec<&Entry> {
        let mut own = self.counting(team);
        own.sort_by_key(|e| (!e.is_chosen, u64::MAX - e.public, e.at));
        own.truncate(self.slots);
        own
    }

    fn chosen(&self, team: usize) -> usize {
        self.counting(team).iter().filter(|e| e.is_chosen).count()
    }

    fn sent(&self, team: usize) -> usize {
        self.entries.iter().filter(|e| e.team == team).count()
    }

    /// Where the next entry stands: the clock may go back, an entry stands after the one before it, and is spent on the
    /// day that it stands on.
    fn stands_at(&self, now: UtcTime) -> UtcTime {
        self.entries.last().map_or(now, |last| last.at.next().max(now))
    }

    /// What the team may still send. A team that took another one in may have spent more on past days than a day allows;
    /// its days are cut until the whole fits again.
    fn left(&self, team: usize, now: UtcTime) -> usize {
        let at = self.stands_at(now);
        let today = self.entries.iter().filter(|e| e.team == team && day_of(e.at) == day_of(at)).count();
        let of_day = self.quota.saturating_sub(today);
        let of_all = (self.quota * days(at)).saturating_sub(self.sent(team));
        if self.teams[team].has_merged { of_day.min(of_all) } else { of_day }
    }

    fn members(&self, team: usize) -> Vec<usize> {
        (0..self.people.len()).filter(|&person| self.people[person].team == Some(team)).collect()
    }

    fn leader(&self, team: usize) -> Player {
        Player { user: self.people[self.teams[team].leader].user, team: self.teams[team].id }
    }

    /// Takes somebody out of their team; who came first leads after a leader.
    fn take_out(&mut self, person: usize) {
        let Some(team) = self.people[person].team.take() else { return };
        let first = self.members(team).into_iter().min_by_key(|&p| (self.people[p].joined_at, self.people[p].user));
        if let Some(first) = first.filter(|_| self.teams[team].leader == person) {
            self.teams[team].leader = first;
        }
    }

    /// `team` takes `other` in. Where both have chosen more than count, the choice of the first stands.
    fn merge(&mut self, team: usize, other: usize) {
        let keeps = self.chosen(team) + self.chosen(other) <= self.slots;
        for entry in self.entries.iter_mut().filter(|entry| entry.team == other) {
            entry.team = team;
            entry.is_chosen &= keeps;
        }
        for person in self.people.iter_mut().filter(|person| person.team == Some(other)) {
            person.team = Some(team);
        }
        self.teams[team].has_merged = true;
    }
}

fn score(contest: &Contest<'_>, public: u64, private: u64, now: UtcTime) {
    let claim = contest.claim(now).unwrap();
    contest.record(claim, contest.scored(public as f64, private as f64), now).unwrap().unwrap();
}

/// A competition that is played on the store and on the model.
struct Plan<'a> {
    contest: Contest<'a>,
    model: Model,
    random: Random,
    seed: u64,
}

fn play(db: &TestDb, seed: u64) {
    let mut random = Random(seed);
    let shares = random.below(2) == 0;
    let (quota, slots) = (1 + random.below(3) as i32, 1 + random.below(3) as i32);
    let ties = if shares { Ties::Shared } else { Ties::EarlierFirst };
    let (until, end) = (at("2026-12-07T00:00:00Z"), at("2026-12-21T00:00:00Z"));
    let contest = Contest::with(
        db,
        Settings {
            slug: format!("plan-{seed}").parse().unwrap(),
            private_release: PrivateRelease::ByHost,
            merges_until: Some(until),
            entries_per_day: quota,
            finals: slots,
            team_size: 3,
            board: Json::new(&BoardRules { ties, names: Names::Real }).unwrap(),
            ..settings()
        },
    );
    let (quota, slots, size) = (quota as usize, slots as usize, 3);
    let model = Model { entries: vec![], people: vec![], teams: vec![], quota, slots, size, until, shares };
    let mut plan = Plan { contest, model, random, seed };
    let before = |end: UtcTime, micros: i64| end.plus(TimeDelta::microseconds(-micros));
    let mut now = start();
    for step in 0..STEPS {
        // Mostly within a day, sometimes over midnight. Once to the last microsecond in which teams change or the first in
        // which they do not; once to the last in which entries count, after which the clock goes back.
        now = match step {
            20 if now < until => before(until, (seed % 2) as i64),
            35 => before(end, 1),
            _ => now.plus(TimeDelta::seconds(plan.random.below(40_000) as i64)).min(before(end, 2)),
        };
        plan.step(step, now);
        // Looking costs ten times what doing does.
        if step % 8 == 7 {
            plan.check(now, &format!("seed {seed} step {step}"));
        }
    }
    plan.close(end);
}

impl Plan<'_> {
    fn step(&mut self, step: u64, now: UtcTime) {
        let what = format!("seed {} step {step}", self.seed);
        let db = self.contest.db;
        let (model, random) = (&mut self.model, &mut self.random);
        match random.below(20) {
            0..=2 if model.people.len() < PEOPLE => {
                let player = self.contest.join(&format!("{} {}", self.seed, model.people.len()));
                model.teams.push(Team { id: player.team, leader: model.people.len(), has_merged: false });
                let (team, joined_at) = (Some(model.teams.len() - 1), at("2026-11-20T00:00:00Z"));
                model.people.push(Person { user: player.user, team, joined_at });
            }
            3..=8 if !model.people.is_empty() => {
                let person = random.pick(&model.people);
                self.submit(person, step, now, now, &what);
            }
            9 | 10 if !model.entries.is_empty() => {
                let n = random.pick(&model.entries);
                let (id, team) = (model.entries[n].id, model.entries[n].team);
                let chosen = model.chosen(team);
                let entry = &mut model.entries[n];
                let may = !entry.is_withdrawn && (entry.is_chosen || chosen < model.slots);
                let done = write(db, move |c| finals::choose(c, id, now));
                assert_eq!(done.is_ok(), may, "{what}: {done:?}");
                entry.is_chosen |= may;
            }
            11 if !model.entries.is_empty() => {
                let n = random.pick(&model.entries);
                let entry = &mut model.entries[n];
                let id = entry.id;
                let done = write(db, move |c| submissions::withdraw(c, id, now));
                assert_eq!(done.is_ok(), !entry.is_withdrawn, "{what}: {done:?}");
                entry.is_withdrawn = true;
            }
            12 if !model.entries.is_empty() => {
                let n = random.pick(&model.entries);
                let entry = &mut model.entries[n];
                let id = entry.id;
                if !entry.is_withdrawn {
                    write(db, move |c| finals::unchoose(c, id, now)).unwrap();
                    entry.is_chosen = false;
                }
            }
            13 => rescore(&mut self.contest, model, random, now),
            14 if !model.people.is_empty() => self.leave(now, &what),
            15 | 16 if !model.people.is_empty() => self.invite(step, now, &what),
            17..=19 if !model.people.is_empty() => self.merge(now, &what),
            _ => {}
        }
    }

    /// Sends a file and scores it, if the quota lets it in; the result comes at `scored_at`.
    fn submit(&mut self, person: usize, file: u64, now: UtcTime, scored_at: UtcTime, what: &str) {
        let (contest, model) = (&self.contest, &mut self.model);
        let sent = contest.submit(model.people[person].user, self.seed * 1_000 + file, now);
        let Some(team) = model.people[person].team else {
            assert!(matches!(sent, Err(SubmitError::NotMember)), "{what}: {sent:?}");
            return;
        };
        if model.left(team, now) == 0 {
            assert!(matches!(sent, Err(SubmitError::QuotaUsed { .. })), "{what}: {sent:?}");
            return;
        }
        let submission = sent.unwrap_or_else(|e| panic!("{what}: {e}")).submission;
        assert_eq!((submission.accepted_at, submission.is_late), (model.stands_at(now), false), "{what}");
        let (public, private) = (self.random.below(6), self.random.below(6));
        score(contest, public, private, scored_at);
        let (id, at) = (submission.id, submission.accepted_at);
        model.entries.push(Entry { id, team, at, public, private, is_withdrawn: false, is_chosen: false });
    }

    fn leave(&mut self, now: UtcTime, what: &str) {
        let (id, model) = (self.contest.id, &mut self.model);
        let person = self.random.pick(&model.people);
        let user = model.people[person].user;
        let may = now < model.until && model.people[person].team.is_some_and(|team| model.sent(team) == 0);
        let done = write(self.contest.db, move |c| changes::leave(c, id, user, now));
        assert_eq!(done.is_ok(), may, "{what}: {done:?}");
        if may {
            model.take_out(person);
        }
    }

    /// Somebody, perhaps one who left, comes into a team by a link of its leader.
    fn invite(&mut self, step: u64, now: UtcTime, what: &str) {
        let model = &mut self.model;
        let (inside, comes) = (self.random.pick(&model.people), self.random.pick(&model.people));
        let Some(team) = model.people[inside].team else { return };
        let from = model.people[comes].team;
        let may = now < model.until
            && from != Some(team)
            && model.members(team).len() < model.size
            && from.is_none_or(|from| model.sent(from) == 0);
        let (leader, user) = (model.leader(team), model.people[comes].user);
        let new = NewInvite {
            competition: self.contest.id,
            into: Into::Team(leader.team),
            whom: For::Link(content(leader.team.0.unsigned_abs() * STEPS + step), 1),
            label: text(""),
            by: leader.user,
            expires_at: now.plus(TimeDelta::days(1)),
        };
        let done = write(self.contest.db, move |c| -> Result<Accepted, InviteError> {
            let invite = invites::create(c, &new, now)?;
            invites::accept(c, &invite, user, now)
        });
        assert_eq!(done.is_ok(), may, "{what}: {done:?}");
        if may {
            model.take_out(comes);
            (model.people[comes].team, model.people[comes].joined_at) = (Some(team), now);
        }
    }

    fn merge(&mut self, now: UtcTime, what: &str) {
        let model = &mut self.model;
        let (one, two) = (self.random.pick(&model.people), self.random.pick(&model.people));
        let (Some(team), Some(other)) = (model.people[one].team, model.people[two].team) else { return };
        let may = now < model.until
            && team != other
            && model.members(team).len() + model.members(other).len() <= model.size
            && model.sent(team) + model.sent(other) <= model.quota * days(now);
        let done = self.contest.merge(model.leader(team), model.leader(other), now);
        assert_eq!(done.is_ok(), may, "{what}: {done:?}");
        if may {
            model.merge(team, other);
        }
    }

    fn check(&self, now: UtcTime, what: &str) {
        let (contest, model) = (&self.contest, &self.model);
        let (db, id) = (contest.db, contest.id);
        self.check_public(now, what);
        let competition = contest.competition();
        for (number, team) in model.teams.iter().enumerate() {
            let (finals, people, entries) = read(db, |c| {
                let entries = submissions::list(c, team.id, None, 1_000)?.len();
                Ok((finals::of_team(c, &competition, team.id)?, teams::members(c, team.id)?, entries))
            });
            let counting: BTreeSet<SubmissionId> = finals.counting.iter().map(|f| f.submission).collect();
            let wanted: BTreeSet<SubmissionId> = model.finals(number).iter().map(|e| e.id).collect();
            assert_eq!(counting, wanted, "{what}: the finals");
            let members: BTreeSet<UserId> = model.members(number).iter().map(|&p| model.people[p].user).collect();
            let leader = people.first().map(|leader| leader.user);
            assert_eq!(leader, (!members.is_empty()).then(|| model.leader(number).user), "{what}: who leads");
            assert_eq!(people.iter().map(|member| member.user).collect::<BTreeSet<_>>(), members, "{what}");
            assert_eq!(entries, model.sent(number), "{what}: the entries of a team");
            // Whatever merged: no more than one team could have sent until the day on which the last entry stands.
            let last = model.entries.last().map_or(now, |last| last.at.max(now));
            assert!(entries <= model.quota * days(last), "{what}: the quota of a team");
        }
        for person in &model.people {
            let row = read(db, |c| participants::find(c, id, person.user)).unwrap();
            let wanted = if person.team.is_some() { ParticipantState::Joined } else { ParticipantState::Left };
            assert_eq!(row.state, wanted, "{what}: a participant");
        }
    }

    fn check_public(&self, now: UtcTime, what: &str) {
        let (id, ties) = (self.contest.id, self.contest.competition().board_rules().ties);
        let rows = read(self.contest.db, |c| {
            let mut rows: Vec<Row> = vec![];
            for standing in standings::page(c, id, None, 100)? {
                let rank = standings::rank(c, id, standing.key(), ties)?;
                rows.push((rank as usize, self.place(standing.team_id), standing.score.get() as u64));
                assert_eq!(standings::from_scores(c, id, standing.team_id, now)?, Some(standing), "{what}");
            }
            Ok(rows)
        });
        assert_eq!(rows, self.model.best(|e| e.public, false), "{what}: the public board");
    }

    /// The deadline to the microsecond, late entries that change nothing, and the private board.
    fn close(mut self, end: UtcTime) {
        let (db, id) = (self.contest.db, self.contest.id);
        let what = format!("seed {} at the end", self.seed);
        for person in 0..self.model.people.len() {
            // Accepted in the last microsecond, scored after the end.
            self.submit(person, STEPS + person as u64, end.plus(TimeDelta::microseconds(-1)), end, &what);
        }
        for (number, person) in (0_u64..).zip(&self.model.people).filter(|(_, person)| person.team.is_some()) {
            let mut file = self.contest.new_submission(person.user, self.seed * 1_000 + 2 * STEPS + number);
            let on_time = file.clone();
            let refused = write(db, move |c| submissions::submit(c, &on_time, end));
            assert!(matches!(refused, Err(SubmitError::NotRunning(_))), "{what}: {refused:?}");
            file.accept_late = true;
            match write(db, move |c| submissions::submit(c, &file, end)) {
                Ok(receipt) => assert!(receipt.submission.is_late, "{what}"),
                Err(error) => {
                    assert!(matches!(error, SubmitError::QuotaUsed { .. }), "{what}: {error}");
                    continue;
                }
            }
            score(&self.contest, 9, 9, end);
        }
        self.check_public(end, &what);
        write(db, move |c| competitions::release(c, id, end)).unwrap();
        let released = self.contest.competition().released(end).unwrap();
        let rows: Vec<Row> = read(db, |c| final_standings(c, &released))
            .into_iter()
            .map(|row| (row.rank.unwrap(), self.place(row.team), row.score.unwrap().get() as u64))
            .collect();
        assert_eq!(rows, self.model.best(|e| e.private, true), "{what}: the private board");
    }

    fn place(&self, team: TeamId) -> usize {
        self.model.teams.iter().position(|known| known.id == team).unwrap()
    }
}

/// Every entry gets new scores; published at once, or dropped.
fn rescore(contest: &mut Contest<'_>, model: &mut Model, random: &mut Random, now: UtcTime) {
    let db = contest.db;
    let new = NewRescore {
        competition: contest.id,
        solution: Some(NewSolution {
            sha256: content(random.below(u64::MAX >> 33)),
            split_key: SplitKey(vec![1; 32]),
            rows_all: 1000,
            rows_public: 300,
            rows_private: 700,
            report: Some(Report::default()),
        }),
        manifest: text("{}"),
        metric: text("accuracy"),
        higher_is_better: true,
        reason: text("x"),
        by: contest.host,
    };
    let begun = write(db, move |c| rescores::begin(c, &new, now)).unwrap();
    let mut scores = BTreeMap::new();
    while let Some(claim) = contest.claim(now) {
        let jobs::Job::Rescore { submission, .. } = claim.job else { panic!("{claim:?}") };
        let (public, private) = (random.below(6), random.below(6));
        let mut scored = contest.scored(public as f64, private as f64);
        scored.solution = begun.solution_id;
        write(db, move |c| rescores::record(c, &claim, Ok(&scored), now)).unwrap();
        scores.insert(submission, (public, private));
    }
    if random.below(3) == 0 {
        write(db, move |c| rescores::drop_open(c, begun.id, now)).unwrap();
        return;
    }
    write(db, move |c| rescores::publish(c, begun.id, now)).unwrap();
    contest.solution = begun.solution_id;
    for entry in &mut model.entries {
        if let Some((public, private)) = scores.get(&entry.id) {
            (entry.public, entry.private) = (*public, *private);
        }
    }
}

/// So many plans in all; each thread has a database of its own.
fn plans(kind: Kind) {
    let full = std::env::var("PODIUM_THOROUGH").is_ok_and(|value| value == "1");
    let plans = if full { 2_000 } else { 100 };
    let next = AtomicU64::new(1);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(4) {
            scope.spawn(|| {
                let db = TestDb::new(kind);
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > plans {
                        break;
                    }
                    play(&db, seed);
                }
                assert!(read(&db, audit::verify).holds());
            });
        }
    });
}

mod thorough {
    use super::*;

    #[test]
    fn the_store_does_what_the_model_does_on_sqlite() {
        plans(Kind::Sqlite);
    }

    #[test]
    fn the_store_does_what_the_model_does_on_postgresql() {
        plans(Kind::Postgres);
    }
}
