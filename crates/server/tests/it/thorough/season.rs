//! A whole season by a fast clock: people leave, come into other teams and merge theirs, teams are in brackets, enter,
//! choose, withdraw, a label turns out wrong and all is rescored, the board stands still, late entries come, the result
//! comes out, the archive is made. After each step every board, those of the brackets too, equals one computed from this
//! test's own log by code of its own. `cargo xtask season` runs it in full: 40 people, 20 days.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use chrono::TimeDelta;
use podium_store::testing::Kind;
use podium_store::types::UtcTime;
use serde_json::{Value, json};

use crate::contest::{self, SLUG, Sending};
use crate::harness::{Client, TestApp};

const PUBLIC: usize = 40;
const ROWS: usize = 100;
const FINALS: usize = 2;
const PER_DAY: usize = 5;
const TEAM_SIZE: usize = 5;
const BRACKETS: [&str; 2] = ["staff", "student"];

/// Numerical Recipes' generator.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % end as u64) as usize
    }
}

/// What this test knows of an entry.
struct Entry {
    team: usize,
    id: i64,
    at: UtcTime,
    labels: Vec<usize>,
    is_late: bool,
    is_withdrawn: bool,
    is_chosen: bool,
}

/// A team is called after the person who made it; its number is theirs.
struct Season<'a> {
    app: &'a TestApp,
    random: Random,
    truth: Vec<usize>,
    people: Vec<Client<'a>>,
    /// The team that each person is in.
    teams: Vec<usize>,
    /// Teams that took another one in.
    merged: BTreeSet<usize>,
    /// The brackets that a host chose for teams.
    chosen_brackets: BTreeMap<usize, &'static str>,
    entries: Vec<Entry>,
    freeze: UtcTime,
    is_revealed: bool,
}

fn solution(truth: &[usize]) -> String {
    let row =
        |(n, label): (usize, &usize)| format!("r{n:03},{label},{}\n", if n < PUBLIC { "Public" } else { "Private" });
    format!("id,label,Usage\n{}", truth.iter().enumerate().map(row).collect::<String>())
}

fn file(labels: &[usize]) -> String {
    let rows = labels.iter().enumerate().map(|(n, label)| format!("r{n:03},{label}\n"));
    format!("id,label\n{}", rows.collect::<String>())
}

/// The bracket that a person's answer says: a third are staff, a third students.
fn bracket(person: usize) -> Option<&'static str> {
    BRACKETS.get(person % 3).copied()
}

fn day(at: UtcTime) -> i64 {
    // The day of Seoul.
    (at.micros() + 9 * 3_600_000_000).div_euclid(86_400_000_000)
}

fn path(rest: &str) -> String {
    format!("/competitions/{SLUG}{rest}")
}

/// One row of a board: rank, team, hits.
type Row = (usize, String, usize);

impl Season<'_> {
    fn hits(&self, entry: &Entry, private: bool) -> usize {
        let range = if private { PUBLIC..ROWS } else { 0..PUBLIC };
        range.filter(|&n| entry.labels[n] == self.truth[n]).count()
    }

    fn members(&self, team: usize) -> Vec<usize> {
        (0..self.people.len()).filter(|&person| self.teams[person] == team).collect()
    }

    /// The person who may act for a team: its maker leads it as long as it stands.
    fn leader(&self, team: usize) -> &Client<'_> {
        &self.people[team]
    }

    /// What a host chose, else what all members say.
    fn bracket(&self, team: usize) -> Option<&'static str> {
        if let Some(chosen) = self.chosen_brackets.get(&team) {
            return Some(chosen);
        }
        let mut said = self.members(team).into_iter().map(bracket);
        let first = said.next()?;
        said.all(|other| other == first).then_some(first)?
    }

    fn sent(&self, team: usize) -> usize {
        self.entries.iter().filter(|e| e.team == team && !e.is_late).count()
    }

    /// Entries that one team could have sent until now.
    fn allowed(&self) -> usize {
        PER_DAY * usize::try_from(day(self.app.now()) - day("2026-12-01T00:00:00Z".parse().unwrap()) + 1).unwrap()
    }

    /// The public board from the log alone: of all teams, or of those of a bracket.
    fn public(&self, of: Option<&str>) -> Vec<Row> {
        let mut best: BTreeMap<usize, (usize, UtcTime)> = BTreeMap::new();
        let is_in = |team| of.is_none() || self.bracket(team) == of;
        for entry in self.entries.iter().filter(|e| !e.is_late && !e.is_withdrawn && is_in(e.team)) {
            if !self.is_revealed && entry.at >= self.freeze {
                continue;
            }
            let hits = self.hits(entry, false);
            let row = best.entry(entry.team).or_insert((hits, entry.at));
            if hits > row.0 {
                *row = (hits, entry.at);
            }
        }
        ranked(best)
    }

    /// The private board from the log alone: of each team's chosen entries, filled up by its best public ones, the best.
    fn private(&self, of: Option<&str>) -> Vec<Row> {
        let mut best: BTreeMap<usize, (usize, UtcTime)> = BTreeMap::new();
        for team in (0..self.people.len()).filter(|&team| of.is_none() || self.bracket(team) == of) {
            let mut own: Vec<&Entry> =
                self.entries.iter().filter(|e| e.team == team && !e.is_late && !e.is_withdrawn).collect();
            own.sort_by(|a, b| {
                let key = |e: &Entry| (!e.is_chosen, std::cmp::Reverse(self.hits(e, false)), e.at);
                key(a).cmp(&key(b))
            });
            for entry in own.into_iter().take(FINALS) {
                let hits = self.hits(entry, true);
                let row = best.entry(team).or_insert((hits, entry.at));
                if (hits, std::cmp::Reverse(entry.at)) > (row.0, std::cmp::Reverse(row.1)) {
                    *row = (hits, entry.at);
                }
            }
        }
        ranked(best)
    }

    async fn check(&self, what: &str) {
        contest::settle(self.app).await;
        let board = self.app.anonymous().get(&path("/leaderboard?limit=1000")).await.expect(200);
        assert_eq!(rows(&board, PUBLIC), self.public(None), "{what}");
        for bracket in BRACKETS {
            let query = format!("/leaderboard?limit=1000&bracket={bracket}");
            let board = self.app.anonymous().get(&path(&query)).await.expect(200);
            assert_eq!(rows(&board, PUBLIC), self.public(Some(bracket)), "{what}: {bracket}");
        }
        assert_eq!(board["frozen_since"].is_null(), self.is_revealed || self.app.now() < self.freeze, "{what}");
    }

    /// Everybody signs in again: sessions end when they are not used.
    async fn wake(&mut self) {
        for person in &mut self.people {
            *person = contest::again(self.app, person).await;
        }
    }

    /// Somebody whose team has sent nothing leaves it and comes into another one by a link, or is refused.
    async fn move_on(&mut self) {
        let (person, to) = (self.random.below(self.people.len()), self.random.below(self.people.len()));
        let (from, to) = (self.teams[person], self.teams[to]);
        // A leader would hand over, and the team's number would not be its leader's any more.
        let is_leader_of_others = from == person && self.members(from).len() > 1;
        if from == to || is_leader_of_others || self.members(to).len() == TEAM_SIZE {
            return;
        }
        let left = self.people[person].post(&path("/team/leave"), &Value::Null).await;
        if self.sent(from) > 0 {
            left.problem(409, "team_has_entries");
            return;
        }
        left.expect(204);
        let link = self.leader(to).post(&path("/team/invites"), &json!({"uses": 1})).await.expect(201);
        self.people[person].post("/invites/accept", &json!({"token": link["token"]})).await.expect(200);
        self.teams[person] = to;
    }

    /// One team takes another one in, if one team could have sent what both did.
    async fn merge(&mut self) {
        let (team, other) = (self.random.below(self.people.len()), self.random.below(self.people.len()));
        let (team, other) = (self.teams[team], self.teams[other]);
        if team == other || self.members(team).len() + self.members(other).len() > TEAM_SIZE {
            return;
        }
        let asked = self.leader(team).post(&path("/team/merges"), &json!({"team": name(other)})).await;
        if self.sent(team) + self.sent(other) > self.allowed() {
            asked.problem(409, "too_many_entries");
            return;
        }
        let accept = path(&format!("/team/merges/{}/accept", asked.expect(201)["id"]));
        self.leader(other).post(&accept, &Value::Null).await.expect(200);
        let chosen = |season: &Self, of: usize| {
            season.entries.iter().filter(|e| e.team == of && e.is_chosen && !e.is_withdrawn).count()
        };
        let keeps = chosen(self, team) + chosen(self, other) <= FINALS;
        for entry in self.entries.iter_mut().filter(|entry| entry.team == other) {
            entry.team = team;
            entry.is_chosen &= keeps;
        }
        for of in self.teams.iter_mut().filter(|of| **of == other) {
            *of = team;
        }
        self.merged.insert(team);
    }

    async fn enter(&mut self, person: usize) {
        let team = self.teams[person];
        let mut labels = self.truth.clone();
        let skill = 1 + self.random.below(4);
        for label in &mut labels {
            if self.random.below(5) >= skill {
                *label = (*label + 1 + self.random.below(2)) % 3;
            }
        }
        self.app.pass(TimeDelta::seconds(1 + self.random.below(600) as i64));
        let sending = Sending { query: "?force=true", ..Sending::default() };
        let answer = contest::send(&self.people[person], file(&labels), sending).await;
        let today = day(self.app.now());
        let sent_today = self.entries.iter().filter(|e| e.team == team && day(e.at) == today).count();
        // A team that took another one in sends no more in all than one team could have.
        let is_full = self.merged.contains(&team) && self.sent(team) >= self.allowed();
        if sent_today >= PER_DAY || is_full {
            answer.problem(429, "quota_used");
            return;
        }
        let view = contest::accepted(answer);
        self.entries.push(Entry {
            team,
            id: view["id"].as_i64().unwrap(),
            at: view["accepted_at"].as_str().unwrap().parse().unwrap(),
            labels,
            is_late: view["is_late"] == true,
            is_withdrawn: false,
            is_chosen: false,
        });
    }

    async fn withdraw_or_choose(&mut self) {
        if self.entries.is_empty() {
            return;
        }
        let n = self.random.below(self.entries.len());
        let (team, id) = (self.entries[n].team, self.entries[n].id);
        let chosen = self.entries.iter().filter(|e| e.team == team && e.is_chosen && !e.is_withdrawn).count();
        let person = &self.people[team];
        let entry = &mut self.entries[n];
        match self.random.below(4) {
            0 if !entry.is_withdrawn => {
                person.post(&format!("/submissions/{id}/withdraw"), &Value::Null).await.expect(200);
                entry.is_withdrawn = true;
            }
            1 if entry.is_chosen && !entry.is_withdrawn => {
                person.delete(&format!("/submissions/{id}/final")).await.expect(200);
                entry.is_chosen = false;
            }
            _ => {
                let answer = person.put(&format!("/submissions/{id}/final"), &Value::Null).await;
                if entry.is_withdrawn {
                    answer.problem(409, "not_a_final");
                } else if entry.is_chosen || chosen < FINALS {
                    answer.expect(200);
                    entry.is_chosen = true;
                } else {
                    answer.problem(409, "finals_full");
                }
            }
        }
    }
}

fn ranked(best: BTreeMap<usize, (usize, UtcTime)>) -> Vec<Row> {
    let mut rows: Vec<(usize, usize, UtcTime)> = best.into_iter().map(|(team, (hits, at))| (team, hits, at)).collect();
    rows.sort_by_key(|(_, hits, at)| (std::cmp::Reverse(*hits), *at));
    rows.into_iter().enumerate().map(|(n, (team, hits, _))| (n + 1, name(team), hits)).collect()
}

fn name(team: usize) -> String {
    format!("team {team:02}")
}

fn rows(board: &Value, of: usize) -> Vec<Row> {
    let row = |row: &Value| {
        let score: f64 = row["score"].as_str().unwrap().parse().unwrap();
        let rank = usize::try_from(row["rank"].as_u64().unwrap()).unwrap();
        (rank, row["team"].as_str().unwrap().to_owned(), (score * of as f64).round() as usize)
    };
    board["items"].as_array().unwrap().iter().map(row).collect()
}

async fn play(kind: Kind, teams: usize, days: i64) {
    let app = TestApp::with(kind, |_| ()).await;
    app.at("2026-12-01T00:00:00Z");
    let mut random = Random(2026);
    let truth: Vec<usize> = (0..ROWS).map(|_| random.below(3)).collect();
    let host = app.host("Hana").await;
    let mut manifest = contest::manifest();
    manifest["dates"]["freeze"] = json!(24);
    manifest["task"]["show"] = json!([]);
    manifest["brackets"] = BRACKETS.map(|name| json!({"name": name, "title": {"en": name}})).into();
    let choices = BRACKETS.map(|name| json!({"value": name, "bracket": name}));
    let field = json!({"name": "status", "label": {"en": "You are"}, "required": false, "choices": choices});
    manifest["fields"] = json!([field]);
    contest::make_with(&host, &manifest, &file(&vec![0; ROWS]), &solution(&truth)).await;
    host.post(&path("/publish"), &Value::Null).await.expect(200);
    let mut people = Vec::new();
    for team in 0..teams {
        let person = app.user(&name(team)).await;
        let answers = bracket(team).map_or_else(|| json!({}), |status| json!({"status": status}));
        let body = json!({"accept_rules": true, "rules_sha256": contest::sha256("# Text"), "answers": answers});
        person.post(&path("/join"), &body).await.expect(201);
        people.push(person);
    }
    let freeze = "2026-12-20T09:00:00Z".parse().unwrap();
    let mut season = Season {
        app: &app,
        random,
        truth,
        teams: (0..people.len()).collect(),
        people,
        merged: BTreeSet::new(),
        chosen_brackets: BTreeMap::new(),
        entries: vec![],
        freeze,
        is_revealed: false,
    };

    for day in 0..days {
        // The last days reach into the freeze.
        let date = if day + 2 >= days { 18 + day + 3 - days } else { day };
        app.at("2026-12-01T00:10:00Z");
        app.pass(TimeDelta::days(date));
        season.wake().await;
        for _ in 0..1 + teams / 10 {
            season.move_on().await;
        }
        for _ in 0..teams * 2 {
            let team = season.random.below(teams);
            season.enter(team).await;
        }
        contest::score(&app).await;
        for _ in 0..teams {
            season.withdraw_or_choose().await;
        }
        season.check(&format!("day {day}")).await;
        for _ in 0..1 + teams / 10 {
            season.merge().await;
        }
        season.check(&format!("merged on day {day}")).await;
        let (team, chosen) = (season.teams[season.random.below(teams)], BRACKETS[season.random.below(2)]);
        let host = contest::again(&app, &host).await;
        let id = season.leader(team).get(&path("/team")).await.expect(200)["id"].clone();
        host.patch(&path(&format!("/teams/{id}")), &json!({"bracket": chosen})).await.expect(204);
        season.chosen_brackets.insert(team, chosen);
        season.check(&format!("a bracket chosen on day {day}")).await;

        if day == days / 2 {
            // Three labels were wrong.
            for n in [1, 2, PUBLIC + 1] {
                season.truth[n] = (season.truth[n] + 1) % 3;
            }
            let host = contest::again(&app, &host).await;
            let request = host.request(Method::POST, &format!("/api/v1{}", path("/rescores?reason=wrong+labels")));
            let request = request.insert_header(("content-type", "text/csv")).set_payload(solution(&season.truth));
            let begun = host.send(request).await.expect(201);
            contest::score(&app).await;
            let one = path(&format!("/rescores/{}", begun["id"]));
            let preview = host.get(&one).await.expect(200);
            let after: Vec<Row> = preview["public"]
                .as_array()
                .unwrap()
                .iter()
                .map(|m| {
                    let score: f64 = m["score_after"].as_str().unwrap().parse().unwrap();
                    let rank = usize::try_from(m["after"].as_u64().unwrap()).unwrap();
                    (rank, m["team"].as_str().unwrap().to_owned(), (score * PUBLIC as f64).round() as usize)
                })
                .collect();
            assert_eq!(after, season.public(None), "the preview is what publishing gives");
            host.post(&format!("{one}/publish"), &Value::Null).await.expect(200);
            season.check("rescored").await;
        }
    }

    app.at("2026-12-21T09:00:00Z");
    season.wake().await;
    let host = contest::again(&app, &host).await;
    let looked = host.get(&path("/rehearsal/leaderboard/private?as_of=2026-12-25T00:00:00Z")).await.expect(200);
    assert_eq!(rows(&looked, ROWS - PUBLIC), season.private(None), "the rehearsal is what the reveal gives");
    let before = season.entries.len();
    for person in 0..teams {
        season.enter(person).await;
    }
    assert!(season.entries.len() > before && season.entries[before..].iter().all(|entry| entry.is_late));
    contest::score(&app).await;
    season.check("late entries").await;

    host.post(&path("/release"), &Value::Null).await.expect(200);
    season.is_revealed = true;
    season.check("revealed").await;
    let board = app.anonymous().get(&path("/leaderboard/private?limit=1000")).await.expect(200);
    assert_eq!(rows(&board, ROWS - PUBLIC), season.private(None));
    for bracket in BRACKETS {
        let board = app.anonymous().get(&path(&format!("/leaderboard/private?limit=1000&bracket={bracket}"))).await;
        assert_eq!(rows(&board.expect(200), ROWS - PUBLIC), season.private(Some(bracket)), "{bracket}");
    }
    let kept = season.entries.iter().filter(|e| !e.is_withdrawn);
    for (entry, person) in kept.map(|e| (e, &season.people[e.team])).step_by(7) {
        let view = person.get(&format!("/submissions/{}", entry.id)).await.expect(200);
        let score: f64 = view["private_scores"][0]["score"].as_str().unwrap().parse().unwrap();
        assert_eq!((score * (ROWS - PUBLIC) as f64).round() as usize, season.hits(entry, true), "{view}");
    }
    let archive = host.get(&path("/closing-archive.zip")).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive.body.to_vec())).unwrap();
    for bracket in [None].into_iter().chain(BRACKETS.map(Some)) {
        let ending = bracket.map_or_else(String::new, |bracket| format!("-{bracket}"));
        let table = zip.by_name(&format!("private-leaderboard{ending}.csv")).unwrap();
        let kept: Vec<String> =
            csv::Reader::from_reader(table).records().map(|row| row.unwrap()[3].to_owned()).collect();
        let wanted: Vec<String> = season.private(bracket).into_iter().map(|(_, team, _)| team).collect();
        assert_eq!(kept, wanted, "the archive");
    }
    host.post(&path("/archive"), &Value::Null).await.expect(200);
    season.check("archived").await;
    let log = host.get(&path("/audit")).await.expect(200);
    assert!(log["entries"].as_i64().unwrap() > 5);
    let verified = app.state.db.read_blocking(podium_store::audit::verify).unwrap();
    assert!(verified.holds(), "{verified:?}");
    let (entries, merged) = (season.entries.len(), season.merged.len());
    eprintln!("{entries} entries of {teams} people, {merged} teams took others in");
}

#[actix_web::test]
async fn each_board_of_a_season_equals_one_computed_from_the_log_on_sqlite() {
    play(Kind::Sqlite, super::rounds("PODIUM_SEASON_TEAMS", 6, 40), super::rounds("PODIUM_SEASON_DAYS", 5, 20) as i64)
        .await;
}

#[actix_web::test]
async fn each_board_of_a_season_equals_one_computed_from_the_log_on_postgresql() {
    play(
        Kind::Postgres,
        super::rounds("PODIUM_SEASON_TEAMS", 4, 40),
        super::rounds("PODIUM_SEASON_DAYS", 4, 20) as i64,
    )
    .await;
}
