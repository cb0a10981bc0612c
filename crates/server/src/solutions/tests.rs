use std::io::Write;
use std::path::Path;

use podium_store::competitions::{PrivateRelease, Settings};
use podium_store::solutions::NewSolution;
use podium_store::testing::{Kind, TestDb};
use podium_store::types::{Json, Language, Sha256, Text, UserRole, UtcTime};
use podium_store::users::{self, AccountError, NewUser};

use super::*;
use crate::blobs;

fn now() -> UtcTime {
    "2026-12-01T00:00:00Z".parse().unwrap()
}

fn manifest(slug: &str) -> String {
    serde_json::json!({
        "slug": slug, "title": {"en": "T", "ko": "T"}, "summary": {"en": "S", "ko": "S"}, "licence": "CC0-1.0",
        "dates": {"zone": "UTC", "start": "2026-12-01T00:00:00", "end": "2026-12-21T00:00:00", "private_release": "host"},
        "task": {"kind": "labels", "metric": "accuracy"},
    })
    .to_string()
}

struct Site {
    db: TestDb,
    data: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        Self { db: TestDb::new(Kind::Sqlite), data: tempfile::tempdir().unwrap() }
    }

    fn solutions(&self, capacity: u64) -> Solutions {
        Solutions::new(self.db.again(), blobs::open(self.data.path()).unwrap().1, capacity)
    }

    /// A competition whose solution has so many rows.
    async fn competition(&self, slug: &'static str, rows: usize) -> CompetitionId {
        let text = |text: &str| Text::new(text).unwrap();
        let settings = Settings {
            slug: slug.parse().unwrap(),
            title_en: text("T"),
            title_ko: text("T"),
            summary_en: text("S"),
            summary_ko: text("S"),
            licence: text("CC0-1.0"),
            zone: "UTC".parse().unwrap(),
            starts_at: now(),
            ends_at: "2026-12-21T00:00:00Z".parse().unwrap(),
            private_release: PrivateRelease::ByHost,
            joins_until: None,
            merges_until: None,
            freezes_at: None,
            board: Json::new(&podium_store::ranking::BoardRules::default()).unwrap(),
            manifest: text(&manifest(slug)),
            manifest_sha256: Sha256([0; 32]),
            metric: text("accuracy"),
            higher_is_better: true,
            entries_per_day: 5,
            finals: 2,
            team_size: 5,
            file_limit_bytes: 1_000,
            visibility: podium_store::types::Visibility::Public,
            admission: podium_store::types::Admission::Open,
            domains: podium_store::types::Json::new(&Vec::new()).unwrap(),
        };
        let host = NewUser {
            name: text(slug),
            email: None,
            password_hash: None,
            role: UserRole::Host,
            language: Language::En,
            created_at: now(),
        };
        let host = self.db.write::<_, AccountError, _>(move |conn| users::create(conn, &host)).await.unwrap().id;
        let save = move |conn: &mut podium_store::Conn| competitions::save(conn, &settings, host, now());
        let id = self.db.write(save).await.unwrap().competition().id;
        let (_, sealed) = blobs::open(self.data.path()).unwrap();
        let mut file = sealed.create().unwrap();
        writeln!(file, "id,label").unwrap();
        (0..rows).for_each(|row| writeln!(file, "{slug}{row:04},{}", row % 2).unwrap());
        let new = NewSolution {
            sha256: file.store().unwrap().sha256,
            split_key: rows::SplitKey(vec![7; 32]),
            rows_all: 1,
            rows_public: 1,
            rows_private: 0,
            report: Some(rows::Report::default()),
        };
        self.db.write(move |conn| rows::add(conn, id, &new, now())).await.unwrap();
        id
    }
}

fn remove_files(data: &Path) {
    std::fs::remove_dir_all(data.join("blobs/sealed")).unwrap();
}

#[tokio::test]
async fn a_solution_is_read_once_and_shared() {
    let site = Site::new();
    let id = site.competition("a-1", 100).await;
    let solutions = site.solutions(CAPACITY);
    let first = solutions.get(id).await.unwrap();
    remove_files(site.data.path());
    let second = solutions.get(id).await.unwrap();
    assert!(Arc::ptr_eq(&first.kept, &second.kept));
}

#[tokio::test]
async fn those_used_longest_ago_make_room() {
    let site = Site::new();
    let mut ids = Vec::new();
    for slug in ["a-1", "a-2", "a-3"] {
        ids.push(site.competition(slug, 100).await);
    }
    // Each file has 1,009 bytes: two fit.
    let solutions = site.solutions(2_500);
    solutions.get(ids[0]).await.unwrap();
    solutions.get(ids[1]).await.unwrap();
    solutions.get(ids[0]).await.unwrap();
    solutions.get(ids[2]).await.unwrap();
    remove_files(site.data.path());
    assert!(solutions.get(ids[0]).await.is_ok());
    assert!(solutions.get(ids[2]).await.is_ok());
    assert!(matches!(solutions.get(ids[1]).await, Err(SolutionError::Unusable(_))));
}

#[tokio::test]
async fn one_that_is_larger_than_the_room_is_used_all_the_same() {
    let site = Site::new();
    let id = site.competition("a-1", 100).await;
    assert!(site.solutions(10).get(id).await.is_ok());
}

/// A submission of all rows, of which each answers 1.
fn answers(slug: &str, rows: usize) -> Vec<u8> {
    let rows = (0..rows).map(|row| format!("{slug}{row:04},1\n"));
    format!("id,label\n{}", rows.collect::<String>()).into_bytes()
}

#[tokio::test]
async fn of_a_large_solution_only_the_index_stays_and_every_file_has_the_same_verdict() {
    let (site, slug, rows) = (Site::new(), "a-solution-whose-ids-are-so-long-that-few-rows-make-it-large", 70_000);
    let id = site.competition(slug, rows).await;
    let solutions = site.solutions(CAPACITY);
    let loaded = solutions.get(id).await.unwrap();
    let Kept::Index(kept) = &*loaded.kept else { panic!("the whole solution stays") };
    assert!((kept.index.bytes() as u64) < INDEX_FROM / 4);
    let limits = Limits { file_bytes: 100 << 20, ..Limits::default() };
    let cursor = |bytes: &[u8]| io::Cursor::new(bytes.to_vec());

    let plain = answers(slug, rows);
    let (checked, report) =
        (loaded.check(cursor(&plain), &limits).unwrap(), loaded.score(cursor(&plain), &limits).unwrap());
    assert_eq!((checked.rows, report.rows, checked.notices.len()), (rows as u64, rows as u64, 0));
    // Blanks are for the exact reader, which has the sealed file read again and forgets it.
    let blanks = String::from_utf8(plain.clone()).unwrap().replacen(",1\n", ", 1\n", 1).into_bytes();
    let (checked, exact) =
        (loaded.check(cursor(&blanks), &limits).unwrap(), loaded.score(cursor(&blanks), &limits).unwrap());
    assert_eq!((checked.rows, checked.notices.len()), (rows as u64, 1));
    assert_eq!(format!("{:?}", exact.reveal().metrics), format!("{:?}", report.reveal().metrics));
    assert!(kept.whole.lock().unwrap().upgrade().is_none());
    let cut = &plain[..plain.len() - 9];
    for refused in [loaded.check(cursor(cut), &limits).err(), loaded.score(cursor(cut), &limits).err()] {
        assert!(matches!(refused, Some(JudgeError::Refused(_))), "{refused:?}");
    }
    remove_files(site.data.path());
    assert!(loaded.score(cursor(&plain), &limits).is_ok());
    let error = loaded.score(cursor(cut), &limits).unwrap_err();
    assert!(matches!(error, JudgeError::Solution(SolutionError::Unusable(_))), "{error:?}");
}

#[tokio::test]
async fn nothing_prints_what_is_inside() {
    let site = Site::new();
    let id = site.competition("a-1", 100).await;
    let solutions = site.solutions(CAPACITY);
    let loaded = solutions.get(id).await.unwrap();
    let text = format!("{solutions:?} {loaded:?}");
    assert!(!text.contains("a-10001"), "{text}");
}
