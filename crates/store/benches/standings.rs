//! What a page of the board costs from the `standings` table, beside the GROUP BY that it replaces, and what one scored
//! submission costs. SQLite, one competition. CPU time of the process, so that neighbours do not count; medians.
//!
//! `cargo bench -p podium-store --bench standings [-- TEAMS]`; ten submissions a team, 100,000 teams unless told.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints figures or stops")]

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Double};
use podium_store::competitions::{self, PrivateRelease, Settings};
use podium_store::ranking::BoardRules;
use podium_store::results::{self, PublicScore, Scored};
use podium_store::sealed::PrivateScore;
use podium_store::solutions::{self, NewSolution, SplitKey};
use podium_store::standings::{self, Key};
use podium_store::submissions::{self, NewSubmission};
use podium_store::testing::{Kind, TestDb};
use podium_store::types::{CompetitionId, Finite, Json, Language, Sha256, SolutionId, Text, UserId, UserRole, UtcTime};
use podium_store::users::{self, NewUser};
use podium_store::{Conn, Durability, StoreError};

const PAGE: usize = 50;
const PER_TEAM: i64 = 10;

fn main() {
    // `cargo test --benches` passes --test, which asks for a run that is short; `cargo bench` passes --bench.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let short = arguments.iter().any(|a| a == "--test");
    let teams: i64 = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(if short { 1_000 } else { 100_000 });
    println!("load average {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());

    let small = Board::fill((teams / 100).max(100));
    let large = Board::fill(teams);
    println!(
        "G14  GROUP BY over a covering index / a page of {PAGE} from standings (goal of the page from memory: 10,000x)"
    );
    let mut pages = Vec::new();
    for board in [&small, &large] {
        let grouped = board.group_by();
        let costs = board.pages();
        println!(
            "     {:>9} submissions: GROUP BY {:>9.1} us; page 1 {:.1}, middle {:.1}, last {:.1} us; {:.0}x",
            board.teams * PER_TEAM,
            micros(grouped),
            micros(costs[0]),
            micros(costs[2]),
            micros(costs[4]),
            grouped.as_secs_f64() / costs[2].as_secs_f64(),
        );
        pages.extend(costs);
    }
    let (cheapest, dearest) = (pages.iter().min().unwrap(), pages.iter().max().unwrap());
    println!(
        "     flat: cheapest page {:.1} us, dearest {:.1} us, over both sizes and 5 places ({:+.0} %; goal within 20 %)",
        micros(*cheapest),
        micros(*dearest),
        (dearest.as_secs_f64() / cheapest.as_secs_f64() - 1.0) * 100.0,
    );

    scored_submissions(if short { 200 } else { 20_000 });
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// CPU time that the threads of this process have used.
fn cpu() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let nanos = threads.filter_map(|thread| {
        let used = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        used.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

/// Median CPU time of one call, over five rounds of at least 100 ms: the kernel counts in ticks of 4 ms.
fn median(mut call: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let (before, mut calls) = (cpu(), 0);
            loop {
                (0..10).for_each(|_| call());
                calls += 10;
                let used = cpu() - before;
                if used >= Duration::from_millis(100) {
                    return used / calls;
                }
            }
        })
        .collect();
    times.sort();
    times[2]
}

fn at(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn finite(number: f64) -> Finite {
    number.try_into().unwrap()
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// A published competition in an empty database.
fn contest(db: &TestDb) -> (CompetitionId, SolutionId) {
    let early = at("2026-11-10T00:00:00Z");
    db.write_blocking(Durability::Full, move |c| {
        let host = NewUser {
            name: text("Host"),
            email: None,
            password_hash: None,
            role: UserRole::Host,
            language: Language::En,
            created_at: early,
        };
        let host = users::create(c, &host).map_err(failed)?.id;
        let settings = Settings {
            slug: "board".parse().map_err(failed)?,
            title_en: text("Board"),
            title_ko: text("Board"),
            summary_en: text(""),
            summary_ko: text(""),
            licence: text("CC0-1.0"),
            zone: "UTC".parse().map_err(failed)?,
            starts_at: at("2026-12-01T00:00:00Z"),
            ends_at: at("2027-12-01T00:00:00Z"),
            private_release: PrivateRelease::ByHost,
            joins_until: None,
            merges_until: None,
            freezes_at: None,
            board: Json::new(&BoardRules::default()).map_err(failed)?,
            manifest: text("{}"),
            manifest_sha256: Sha256([0; 32]),
            metric: text("accuracy"),
            higher_is_better: true,
            entries_per_day: i32::MAX,
            finals: 2,
            team_size: 5,
            file_limit_bytes: 1_000_000,
            visibility: podium_store::types::Visibility::Public,
            admission: podium_store::types::Admission::Open,
            domains: podium_store::types::Json::new(&Vec::new()).unwrap(),
        };
        let id = competitions::save(c, &settings, host, early).map_err(failed)?.competition().id;
        let new = NewSolution {
            sha256: Sha256([9; 32]),
            split_key: SplitKey(vec![0; 32]),
            rows_all: 1000,
            rows_public: 300,
            rows_private: 700,
            report: Some(solutions::Report::default()),
        };
        let (solution, _) = solutions::add(c, id, &new, early).map_err(failed)?;
        competitions::publish(c, id, early)?;
        Ok::<_, StoreError>((id, solution.id))
    })
    .unwrap()
}

/// A database with many teams, ten scored submissions each.
struct Board {
    db: TestDb,
    id: CompetitionId,
    teams: i64,
}

#[derive(diesel::QueryableByName)]
#[expect(dead_code, reason = "read from the database, as a page would be")]
struct Grouped {
    #[diesel(sql_type = BigInt)]
    team: i64,
    #[diesel(sql_type = Double)]
    best: f64,
}

impl Board {
    fn fill(teams: i64) -> Self {
        let db = TestDb::new(Kind::Sqlite);
        let (id, _) = contest(&db);
        // Scores are multiples of 1/3000 as those of 3,000 public rows, so there are ties, some of them long.
        let statements = [
            format!(
                "CREATE TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
                 SELECT i, (i * 2654435761 % 4294967296) % 3001 / 3000.0 AS score FROM n",
                teams * PER_TEAM
            ),
            format!(
                "INSERT INTO users (id, name, name_key, role, language, state, created_at)
                 SELECT i + 10, 'user ' || i, 'user ' || i, 'participant', 'en', 'active', '2026-11-01 00:00:00'
                 FROM numbers WHERE i <= {teams}"
            ),
            format!(
                "INSERT INTO teams (id, competition_id, name, name_key, is_benchmark, created_at)
                 SELECT i, {id}, 'team ' || i, 'team ' || i, 0, '2026-11-01 00:00:00' FROM numbers WHERE i <= {teams}"
            ),
            format!(
                "INSERT INTO submissions (id, competition_id, team_id, user_id, number, file_name, sha256, bytes, note,
                     state, quota_day, is_late, accepted_at, finished_at, notices, errors, error_count)
                 SELECT i, {id}, (i - 1) % {teams} + 1, (i - 1) % {teams} + 11, (i - 1) / {teams} + 1, 'f.csv',
                     randomblob(32), 100, '', 'scored', '2026-12-01', 0,
                     strftime('%Y-%m-%d %H:%M:%f', '2026-12-01', (i * 0.05) || ' seconds'), NULL, '[]', '[]', 0
                 FROM numbers"
            ),
            "CREATE TABLE entries AS SELECT s.team_id AS team, n.score, s.accepted_at AS at
             FROM numbers n JOIN submissions s ON s.id = n.i"
                .to_owned(),
            "CREATE INDEX entries_of_team ON entries (team, score, at)".to_owned(),
            format!(
                "INSERT INTO standings
                 SELECT {id}, team, score, score, NULL, id, at, {PER_TEAM}, at
                 FROM (SELECT s.team_id AS team, n.score, s.id, s.accepted_at AS at,
                           row_number() OVER (PARTITION BY s.team_id ORDER BY n.score DESC, s.accepted_at) AS place
                       FROM numbers n JOIN submissions s ON s.id = n.i) WHERE place = 1"
            ),
            "DROP TABLE numbers".to_owned(),
            "ANALYZE".to_owned(),
        ];
        db.write_blocking(Durability::Full, move |c| {
            for statement in &statements {
                diesel::sql_query(statement).execute(c)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
        Self { db, id, teams }
    }

    /// A page of the board as it is computed without `standings`.
    fn group_by(&self) -> Duration {
        median(|| {
            let page = self.db.read_blocking(|c: &mut Conn| {
                diesel::sql_query(
                    "SELECT team, max(score) AS best FROM entries GROUP BY team ORDER BY best DESC LIMIT 50",
                )
                .load::<Grouped>(c)
                .map_err(StoreError::from)
            });
            assert_eq!(page.unwrap().len(), PAGE);
        })
    }

    /// A page at the top, at three places between, and at the end.
    fn pages(&self) -> [Duration; 5] {
        let mut keys: Vec<Key> = Vec::new();
        self.db.read_blocking(|c| standings::for_each(c, self.id, |row| keys.push(row.key()))).unwrap();
        let last = keys.len() - PAGE - 1;
        [None, Some(last / 4), Some(last / 2), Some(last / 4 * 3), Some(last)].map(|place| {
            let after = place.map(|place| keys[place]);
            median(|| {
                let page = self.db.read_blocking(|c| standings::page(c, self.id, after, PAGE)).unwrap();
                assert_eq!(page.len(), PAGE);
            })
        })
    }
}

/// The whole way of a submission through the store: accept, claim, score, standings, events, each a durable write that
/// shares its commit with what else waits.
fn scored_submissions(number: u64) {
    let db = TestDb::new(Kind::Sqlite);
    let (id, solution) = contest(&db);
    let players: Vec<UserId> = (0..2000)
        .map(|n| {
            db.write_blocking(Durability::Full, move |c| {
                let new = NewUser {
                    name: text(&format!("user {n}")),
                    email: None,
                    password_hash: None,
                    role: UserRole::Participant,
                    language: Language::En,
                    created_at: at("2026-11-01T00:00:00Z"),
                };
                let user = users::create(c, &new).map_err(failed)?.id;
                let join = podium_store::teams::Join {
                    competition: id,
                    user,
                    team_name: None,
                    rules_sha256: Sha256([1; 32]),
                    answers: podium_store::teams::Answers::default(),
                };
                podium_store::teams::join(c, &join, at("2026-12-02T00:00:00Z")).map_err(failed)?;
                Ok::<_, StoreError>(user)
            })
            .unwrap()
        })
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let begin = |n: u64| at("2026-12-02T00:00:00Z").plus(TimeDelta::milliseconds(i64::try_from(n).unwrap_or(0)));
    let (cpu_before, wall_before) = (cpu(), Instant::now());
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..number {
            if tasks.len() >= 256 {
                tasks.join_next().await.unwrap().unwrap();
            }
            let (db, user, now) = (db.clone(), players[usize::try_from(n % 2000).unwrap_or(0)], begin(n));
            tasks.spawn(async move {
                let mut digest = [0; 32];
                digest[..8].copy_from_slice(&n.to_be_bytes());
                let new = NewSubmission {
                    competition: id,
                    user,
                    file_name: text("submission.csv"),
                    sha256: Sha256(digest),
                    bytes: 100,
                    note: text(""),
                    notices: text("[]"),
                    idempotency_key: None,
                    force: false,
                    accept_late: false,
                };
                db.write(move |c| submissions::submit(c, &new, now)).await.unwrap();
                let claim =
                    db.write_soft(move |c| results::claim(c, now, TimeDelta::minutes(1))).await.unwrap().unwrap();
                let scored = Scored {
                    solution,
                    metric: text("accuracy"),
                    public: PublicScore {
                        value: finite(f64::from(u32::try_from(n % 997).unwrap_or(0)) / 997.0),
                        standard_error: Some(finite(0.01)),
                    },
                    private: PrivateScore::new(Some(finite(0.5)), Some(finite(0.01)), Some(finite(0.5))),
                    also: Vec::new(),
                    notices: text("[]"),
                };
                db.write(move |c| results::record_scores(c, &claim, &scored, now)).await.unwrap();
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
    });
    let (used, took) = (cpu() - cpu_before, wall_before.elapsed());
    let count = f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    println!("G15  one submission accepted, claimed, scored and ranked, three writes, durable, shared commits");
    println!(
        "     {:.0} us CPU each, {:.0} a second by the wall (goal for insert + standings + event alone: 40 us, 10,000)",
        micros(used) / count,
        count / took.as_secs_f64(),
    );
}
