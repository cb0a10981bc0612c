//! Random plans of what people do, on the store and on a model of a few lines: both agree all along.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use podium_store::competitions::{self, PrivateRelease, Settings};
use podium_store::ranking::{BoardRules, Names, Ties};
use podium_store::rescores::{self, NewRescore};
use podium_store::sealed::final_standings;
use podium_store::solutions::{NewSolution, SplitKey};
use podium_store::submissions::SubmitError;
use podium_store::testing::{Kind, TestDb};
use podium_store::types::{Json, SubmissionId, UtcTime};
use podium_store::{audit, finals, jobs, standings, submissions};

use crate::contest::{Contest, Player, at, content, read, settings, text, write};

/// Numerical Recipes' generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// What the model knows of an entry. Scores are whole numbers, so that ties are common.
struct Entry {
    id: SubmissionId,
    team: usize,
    day: i64,
    at: UtcTime,
    public: u64,
    private: u64,
    is_withdrawn: bool,
    is_chosen: bool,
}

/// The model: a competition of `slots` finals and `quota` entries a day.
struct Model {
    entries: Vec<Entry>,
    quota: usize,
    slots: usize,
    shares: bool,
}

/// Rank, team, score.
type Row = (usize, usize, u64);

impl Model {
    fn best(&self, of: impl Fn(&Entry) -> u64, finals_only: bool) -> Vec<Row> {
        let mut best: BTreeMap<usize, (u64, UtcTime)> = BTreeMap::new();
        let teams: Vec<usize> = (0..8).collect();
        for team in teams {
            let mut own: Vec<&Entry> = self.entries.iter().filter(|e| e.team == team && !e.is_withdrawn).collect();
            if finals_only {
                own.sort_by_key(|e| (!e.is_chosen, u64::MAX - e.public, e.at));
                own.truncate(self.slots);
            }
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

    fn spent(&self, team: usize, day: i64) -> usize {
        self.entries.iter().filter(|e| e.team == team && e.day == day).count()
    }
}

fn score(contest: &Contest<'_>, public: u64, private: u64, now: UtcTime) {
    let claim = contest.claim(now).unwrap();
    contest.record(claim, contest.scored(public as f64, private as f64), now).unwrap().unwrap();
}

fn play(db: &TestDb, seed: u64, slug: &str) {
    let mut random = Random(seed);
    let shares = random.below(2) == 0;
    let (quota, slots) = (1 + random.below(3) as i32, 1 + random.below(3) as i32);
    let ties = if shares { Ties::Shared } else { Ties::EarlierFirst };
    let mut contest = Contest::with(
        db,
        Settings {
            slug: slug.parse().unwrap(),
            private_release: PrivateRelease::ByHost,
            entries_per_day: quota,
            finals: slots,
            board: Json::new(&BoardRules { ties, names: Names::Real }).unwrap(),
            ..settings()
        },
    );
    let mut model = Model { entries: vec![], quota: quota as usize, slots: slots as usize, shares };
    let mut players: Vec<Player> = vec![];
    let mut now = at("2026-12-01T00:00:00Z");
    let end = at("2026-12-21T00:00:00Z");
    for step in 0..40_u64 {
        // Mostly within a day, sometimes over midnight, once to the last microsecond.
        now = if step == 35 {
            end.plus(TimeDelta::microseconds(-1))
        } else {
            now.plus(TimeDelta::seconds(random.below(40_000) as i64)).min(end.plus(TimeDelta::microseconds(-2)))
        };
        // The clock may go back: an entry stands after the one before it, and is spent on the day that it stands on.
        let accepted_at = model.entries.last().map_or(now, |last| last.at.next().max(now));
        let day = accepted_at.micros().div_euclid(86_400_000_000);
        match random.below(12) {
            0 | 1 if players.len() < 8 => players.push(contest.join(&format!("{slug} {}", players.len()))),
            2..=6 if !players.is_empty() => {
                let team = random.below(players.len() as u64) as usize;
                let sent = contest.submit(players[team].user, seed * 1_000 + step, now);
                if model.spent(team, day) >= model.quota {
                    assert!(matches!(sent, Err(SubmitError::QuotaUsed { .. })), "seed {seed} step {step}: {sent:?}");
                    continue;
                }
                let submission = sent.unwrap_or_else(|e| panic!("seed {seed} step {step}: {e}")).submission;
                let (public, private) = (random.below(6), random.below(6));
                score(&contest, public, private, now);
                let (id, at) = (submission.id, submission.accepted_at);
                assert_eq!(at, accepted_at, "seed {seed} step {step}");
                let entry = Entry { id, team, day, at, public, private, is_withdrawn: false, is_chosen: false };
                model.entries.push(entry);
            }
            7 | 8 if !model.entries.is_empty() => {
                let n = random.below(model.entries.len() as u64) as usize;
                let (id, team) = (model.entries[n].id, model.entries[n].team);
                let chosen = model.entries.iter().filter(|e| e.team == team && e.is_chosen && !e.is_withdrawn).count();
                let entry = &mut model.entries[n];
                let may = !entry.is_withdrawn && (entry.is_chosen || chosen < model.slots);
                let done = write(db, move |c| finals::choose(c, id, now));
                assert_eq!(done.is_ok(), may, "seed {seed} step {step}");
                entry.is_chosen |= may;
            }
            9 if !model.entries.is_empty() => {
                let n = random.below(model.entries.len() as u64) as usize;
                let entry = &mut model.entries[n];
                let id = entry.id;
                let done = write(db, move |c| submissions::withdraw(c, id, now));
                assert_eq!(done.is_ok(), !entry.is_withdrawn, "seed {seed} step {step}");
                entry.is_withdrawn = true;
            }
            10 if !model.entries.is_empty() => {
                let n = random.below(model.entries.len() as u64) as usize;
                let entry = &mut model.entries[n];
                let id = entry.id;
                if !entry.is_withdrawn {
                    write(db, move |c| finals::unchoose(c, id, now)).unwrap();
                    entry.is_chosen = false;
                }
            }
            11 => rescore(&mut contest, &mut model, &mut random, now),
            _ => {}
        }
        // Looking costs ten times what doing does.
        if step % 4 == 3 {
            check(&contest, &model, &players, now, &format!("seed {seed} step {step}"));
        }
    }

    if let Some(player) = players.first() {
        assert!(matches!(contest.submit(player.user, seed * 1_000 + 999, end), Err(SubmitError::NotRunning(_))));
    }
    let id = contest.id;
    write(db, move |c| competitions::release(c, id, end)).unwrap();
    let released = contest.competition().released(end).unwrap();
    let rows: Vec<Row> = read(db, |c| final_standings(c, &released))
        .into_iter()
        .map(|row| (row.rank.unwrap(), place(&players, row.team), row.score.unwrap().get() as u64))
        .collect();
    assert_eq!(rows, model.best(|e| e.private, true), "seed {seed}: the private board");
}

fn place(players: &[Player], team: podium_store::types::TeamId) -> usize {
    players.iter().position(|player| player.team == team).unwrap()
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

fn check(contest: &Contest<'_>, model: &Model, players: &[Player], now: UtcTime, what: &str) {
    let db = contest.db;
    let competition = contest.competition();
    let ties = competition.board_rules().ties;
    let mut rows: Vec<Row> = vec![];
    for standing in read(db, |c| standings::page(c, contest.id, None, 100)) {
        let rank = read(db, |c| standings::rank(c, contest.id, standing.key(), ties));
        rows.push((rank as usize, place(players, standing.team_id), standing.score.get() as u64));
        let made = read(db, |c| standings::from_scores(c, contest.id, standing.team_id, now));
        assert_eq!(made, Some(standing), "{what}");
    }
    assert_eq!(rows, model.best(|e| e.public, false), "{what}: the public board");
    for (team, player) in players.iter().enumerate() {
        let mut counting: Vec<SubmissionId> =
            read(db, |c| finals::of_team(c, &competition, player.team)).counting.iter().map(|f| f.submission).collect();
        let mut own: Vec<&Entry> = model.entries.iter().filter(|e| e.team == team && !e.is_withdrawn).collect();
        own.sort_by_key(|e| (!e.is_chosen, u64::MAX - e.public, e.at));
        let mut wanted: Vec<SubmissionId> = own.into_iter().take(model.slots).map(|e| e.id).collect();
        counting.sort();
        wanted.sort();
        assert_eq!(counting, wanted, "{what}: the finals");
    }
}

fn plans(kind: Kind) {
    let full = std::env::var("PODIUM_THOROUGH").is_ok_and(|value| value == "1");
    let plans = if full { 500 } else { 100 };
    let db = TestDb::new(kind);
    for plan in 0..plans {
        play(&db, plan as u64 + 1, &format!("plan-{plan}"));
    }
    assert!(read(&db, audit::verify).holds());
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
