//! A competition with people in it, as the tests need them.

use chrono::TimeDelta;
use podium_store::competitions::{self, Competition, PrivateRelease, Settings};
use podium_store::jobs::{Claim, FinishError};
use podium_store::ranking::BoardRules;
use podium_store::results::{self, PublicScore, Recorded, Scored};
use podium_store::sealed::PrivateScore;
use podium_store::solutions::{self, NewSolution, SplitKey};
use podium_store::standings::{self, Standing};
use podium_store::submissions::{self, NewSubmission, Receipt, SubmitError};
use podium_store::teams::{self, Join};
use podium_store::testing::TestDb;
use podium_store::types::{
    CompetitionId, Finite, Json, Language, Sha256, SolutionId, SubmissionId, TeamId, Text, UserId, UserRole, UtcTime,
};
use podium_store::users::{self, NewUser};
use podium_store::{Conn, Db, Durability, StoreError};

pub(crate) fn at(text: &str) -> UtcTime {
    text.parse().unwrap()
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(crate) fn finite(number: f64) -> Finite {
    number.try_into().unwrap()
}

/// A digest that stands for a file's content.
pub(crate) fn content(number: u64) -> Sha256 {
    let mut digest = [7; 32];
    digest[..8].copy_from_slice(&number.to_be_bytes());
    Sha256(digest)
}

pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(30);

/// Noon of the second day of [`settings`].
pub(crate) fn noon() -> UtcTime {
    at("2026-12-02T12:00:00Z")
}

/// 1 to 21 December 2026 in UTC, five entries a day, higher is better.
pub(crate) fn settings() -> Settings {
    Settings {
        slug: "solar-cells".parse().unwrap(),
        title_en: text("Solar cells"),
        title_ko: text("태양전지"),
        summary_en: text("Find the broken ones."),
        summary_ko: text("불량 셀을 찾으세요."),
        licence: text("CC-BY-4.0"),
        zone: "UTC".parse().unwrap(),
        starts_at: at("2026-12-01T00:00:00Z"),
        ends_at: at("2026-12-21T00:00:00Z"),
        private_release: PrivateRelease::HoursAfterEnd(24),
        joins_until: None,
        merges_until: None,
        freezes_at: None,
        board: Json::new(&BoardRules::default()).unwrap(),
        manifest: text("{}"),
        manifest_sha256: content(1),
        metric: text("accuracy"),
        higher_is_better: true,
        entries_per_day: 5,
        finals: 2,
        team_size: 5,
        file_limit_bytes: 1_000_000,
        visibility: podium_store::types::Visibility::Public,
        admission: podium_store::types::Admission::Open,
        domains: podium_store::types::Json::new(&Vec::new()).unwrap(),
    }
}

pub(crate) fn write<T, E>(db: &Db, change: impl FnMut(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: std::error::Error + From<StoreError> + Send + 'static,
{
    db.write_blocking(Durability::Full, change)
}

pub(crate) fn read<T>(db: &Db, look: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> T {
    db.read_blocking(look).unwrap()
}

pub(crate) fn user(db: &Db, name: &str) -> UserId {
    let new = NewUser {
        name: text(name),
        email: None,
        password_hash: None,
        role: UserRole::Participant,
        language: Language::En,
        created_at: at("2026-11-01T00:00:00Z"),
    };
    write(db, move |c| users::create(c, &new)).unwrap().id
}

#[derive(Clone, Copy)]
pub(crate) struct Player {
    pub(crate) user: UserId,
    pub(crate) team: TeamId,
}

/// A published competition with a solution and a host.
pub(crate) struct Contest<'a> {
    pub(crate) db: &'a TestDb,
    pub(crate) id: CompetitionId,
    pub(crate) host: UserId,
    pub(crate) solution: SolutionId,
}

impl<'a> Contest<'a> {
    pub(crate) fn new(db: &'a TestDb) -> Self {
        Self::with(db, settings())
    }

    pub(crate) fn with(db: &'a TestDb, settings: Settings) -> Self {
        let host = user(db, &format!("Host of {}", settings.slug));
        let early = at("2026-11-10T00:00:00Z");
        let (id, solution) = write(db, move |c| {
            let id = competitions::save(c, &settings, host, early).map_err(boxed)?.competition().id;
            let new = NewSolution {
                sha256: content(99),
                split_key: SplitKey(vec![1; 32]),
                rows_all: 1000,
                rows_public: 300,
                rows_private: 700,
                report: Some(solutions::Report::default()),
            };
            let (solution, _) = solutions::add(c, id, &new, early).map_err(boxed)?;
            competitions::publish(c, id, early)?;
            Ok::<_, StoreError>((id, solution.id))
        })
        .unwrap();
        Self { db, id, host, solution }
    }

    pub(crate) fn competition(&self) -> Competition {
        let id = self.id;
        read(self.db, |c| competitions::get(c, id))
    }

    pub(crate) fn join(&self, name: &str) -> Player {
        let user = user(self.db, name);
        Player { user, team: self.join_as(user) }
    }

    pub(crate) fn join_as(&self, user: UserId) -> TeamId {
        let join = Join {
            competition: self.id,
            user,
            team_name: None,
            rules_sha256: content(5),
            answers: podium_store::teams::Answers::default(),
        };
        write(self.db, move |c| teams::join(c, &join, at("2026-11-20T00:00:00Z"))).unwrap().team.id
    }

    pub(crate) fn new_submission(&self, user: UserId, number: u64) -> NewSubmission {
        NewSubmission {
            competition: self.id,
            user,
            file_name: text("submission.csv"),
            sha256: content(number),
            bytes: 100,
            note: text(""),
            notices: text("[]"),
            idempotency_key: None,
            force: false,
            accept_late: false,
        }
    }

    pub(crate) fn submit(&self, user: UserId, number: u64, now: UtcTime) -> Result<Receipt, SubmitError> {
        let new = self.new_submission(user, number);
        write(self.db, move |c| submissions::submit(c, &new, now))
    }

    pub(crate) fn claim(&self, now: UtcTime) -> Option<Claim> {
        write(self.db, move |c| results::claim(c, now, LEASE)).unwrap()
    }

    pub(crate) fn scored(&self, public: f64, private: f64) -> Scored {
        Scored {
            solution: self.solution,
            metric: self.competition().metric,
            public: PublicScore { value: finite(public), standard_error: Some(finite(0.01)) },
            private: PrivateScore::new(Some(finite(private)), None, Some(finite(private))),
            also: Vec::new(),
            notices: text("[]"),
        }
    }

    pub(crate) fn record(&self, claim: Claim, scored: Scored, now: UtcTime) -> Result<Option<Recorded>, FinishError> {
        write(self.db, move |c| results::record_scores(c, &claim, &scored, now))
    }

    /// Submits a file and scores it.
    pub(crate) fn enter(&self, player: Player, number: u64, public: f64, private: f64, now: UtcTime) -> SubmissionId {
        let id = self.submit(player.user, number, now).unwrap().submission.id;
        let claim = self.claim(now).unwrap();
        self.record(claim, self.scored(public, private), now).unwrap().unwrap();
        id
    }

    pub(crate) fn standing(&self, team: TeamId) -> Option<Standing> {
        let id = self.id;
        read(self.db, |c| standings::find(c, id, team))
    }

    pub(crate) fn state(&self, id: SubmissionId) -> podium_store::types::SubmissionState {
        read(self.db, |c| submissions::find(c, id)).unwrap().state
    }
}

fn boxed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
