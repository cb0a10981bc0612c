use serde_json::Value;

use super::*;
use crate::board::{NewRow, Row};

fn row(team: i64, score: f64) -> Row {
    Row::from(NewRow {
        team,
        name: "=1+1 \"팀\"",
        members: &["Ann".to_owned(), "Bo".to_owned()],
        bracket: Some(1),
        is_benchmark: false,
        score,
        sort_key: score,
        standard_error: Some(0.012_345),
        also: vec![Some(0.5), None],
        entries: 3,
        best_at: 1_700_000_000_000_000,
        last_at: 1_700_000_000_000_001,
    })
}

fn heading() -> Heading {
    Heading {
        metric: "f1_macro".to_owned(),
        direction: DirectionView::Maximize,
        also: vec!["accuracy".to_owned(), "mcc".to_owned()],
        public_share: Some(0.3),
        public_rows: Some(424),
        zones: vec![],
        brackets: vec!["staff".to_owned(), "students".to_owned()],
        rules: podium_store::ranking::BoardRules::default(),
        dates: dates(),
    }
}

fn dates() -> podium_store::competitions::Dates {
    let at = |text: &str| text.parse().unwrap();
    podium_store::competitions::Dates {
        starts_at: at("2026-12-01T00:00:00Z"),
        ends_at: at("2026-12-21T00:00:00Z"),
        private_release: podium_store::competitions::PrivateRelease::ByHost,
        joins_until: None,
        merges_until: None,
        freezes_at: None,
        published_at: None,
        released_at: None,
        archived_at: None,
    }
}

fn phase() -> Phase {
    heading().phase("2026-12-02T00:00:00Z".parse().unwrap())
}

fn page(board: &Board, from: usize, limit: usize) -> Value {
    serde_json::from_slice(
        &Page::write(board, 7, &heading(), phase(), Part { bracket: None, from, limit }).unwrap().json,
    )
    .unwrap()
}

#[test]
fn a_row_shows_texts_and_never_raw_numbers_of_scores() {
    let page = page(&Board::new([row(1, 0.812_345_6)]), 0, 50);
    assert_eq!(
        page["items"][0],
        serde_json::json!({
            "rank": 1, "team_id": 1, "team": "=1+1 \"팀\"", "members": ["Ann", "Bo"], "bracket": "students", "score": "0.81235",
            "standard_error": "0.01235",
            "also": [{"metric": "accuracy", "score": "0.50000"}, {"metric": "mcc", "score": null}],
            "entries": 3, "best_at": "2023-11-14T22:13:20Z", "last_at": "2023-11-14T22:13:20.000001Z",
            "is_benchmark": false,
        })
    );
    assert_eq!((&page["board"], &page["teams"], &page["version"]), (&"public".into(), &1.into(), &7.into()));
}

#[test]
fn cursors_lead_from_page_to_page_and_back() {
    let board = Board::new((0..25).map(|team| row(team, team as f64)));
    let position = |cursor: &Value| match cursor.as_str() {
        Some("start") => 0,
        Some(text) => board.all().teams_before(crate::board::Key::from_cursor(text).unwrap()) + 1,
        None => panic!("no cursor"),
    };
    let first = page(&board, 0, 10);
    assert_eq!((first["previous"].is_null(), position(&first["next"])), (true, 10));
    let second = page(&board, 10, 10);
    assert_eq!((position(&second["previous"]), position(&second["next"])), (0, 20));
    let third = page(&board, 20, 10);
    assert_eq!((position(&third["previous"]), third["next"].is_null()), (10, true));
    assert_eq!(third["items"].as_array().unwrap().len(), 5);
}

#[test]
fn the_compressed_page_is_the_same_page() {
    let page = Page::write(
        &Board::new((0..50).map(|team| row(team, team as f64))),
        1,
        &heading(),
        phase(),
        Part { bracket: None, from: 0, limit: 50 },
    )
    .unwrap();
    let mut plain = Vec::new();
    brotli::BrotliDecompress(&mut &page.brotli().unwrap()[..], &mut plain).unwrap();
    assert_eq!(plain, page.json);
    assert_ne!(page.etag, page.etag_brotli);
}

#[test]
fn equal_boards_have_equal_etags_and_changed_ones_do_not() {
    let etag = |score| {
        Page::write(&Board::new([row(1, score)]), 1, &heading(), phase(), Part { bracket: None, from: 0, limit: 50 })
            .unwrap()
            .etag
    };
    assert_eq!(etag(0.5), etag(0.5));
    assert_ne!(etag(0.5), etag(0.6));
}

#[test]
fn hidden_names_are_nowhere_on_the_page_before_the_end() {
    let mut heading = heading();
    heading.rules.names = Names::Hidden;
    let board = Board::new((0..30).map(|team| row(team + 1000, team as f64)));
    let write = |now: &str| {
        let page = Page::write(
            &board,
            1,
            &heading,
            heading.phase(now.parse().unwrap()),
            Part { bracket: None, from: 0, limit: 10 },
        )
        .unwrap();
        String::from_utf8(page.json.to_vec()).unwrap()
    };
    let before = write("2026-12-20T23:59:59Z");
    for name in ["팀", "Ann", "\"team_id\":10", "students"] {
        assert!(!before.contains(name), "{before}");
    }
    let page: Value = serde_json::from_str(&before).unwrap();
    assert_eq!((&page["next"], &page["items"][1]["team_id"]), (&"at10".into(), &(-2).into()));
    assert!(write("2026-12-21T00:00:00Z").contains("팀"), "the end shows them");
}

#[test]
fn members_are_left_out_where_only_teams_are_named() {
    let mut heading = heading();
    heading.rules.names = Names::Team;
    let phase = heading.phase("2026-12-02T00:00:00Z".parse().unwrap());
    let page = Page::write(&Board::new([row(1, 0.5)]), 1, &heading, phase, Part { bracket: None, from: 0, limit: 10 })
        .unwrap();
    let page: Value = serde_json::from_slice(&page.json).unwrap();
    assert_eq!((&page["items"][0]["members"], &page["items"][0]["team_id"]), (&serde_json::json!([]), &1.into()));
}
