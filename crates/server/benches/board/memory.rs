//! The board in memory: updates, ranks, pages.

use podium_store::competitions::{Dates, PrivateRelease};
use podium_store::ranking::BoardRules;
use podium_store::types::UtcTime;
use std::hint::black_box;

use podium_server::api::competitions::DirectionView;
use podium_server::board::page::{Heading, Page, Part};
use podium_server::board::{Board, NewRow, Row};

use crate::cpu::{self, Goal};

/// A row of a large board, from a number: scores spread evenly, names of usual length.
fn row(team: i64, score: f64) -> Row {
    Row::from(NewRow {
        team,
        name: &format!("Team number {team}"),
        members: &[format!("participant-{team}")],
        bracket: Some((team % 3) as u16),
        is_benchmark: false,
        score,
        sort_key: score,
        standard_error: Some(0.012),
        also: vec![Some(score * 0.9)],
        entries: 7,
        best_at: 1_790_000_000_000_000 + team,
        last_at: 1_790_000_000_000_000 + team,
    })
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn score(state: &mut u64) -> f64 {
    (random(state) >> 11) as f64 / (1_u64 << 53) as f64
}

/// What was measured of a board in memory.
pub struct Memory {
    pub goals: Vec<Goal>,
    /// CPU nanoseconds of writing the first page.
    pub first_page: f64,
}

/// G16 and the flatness of pages, for a board of `teams`.
pub fn measure(teams: usize) -> Memory {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut board = Board::new((0..teams as i64).map(|team| row(team, score(&mut state))));

    // The row is made before the clock starts: its names are allocated by the feed, not by the board.
    let updates: Vec<Row> =
        (0..20_000).map(|_| row((random(&mut state) % teams as u64) as i64, score(&mut state))).collect();
    let count = updates.len();
    let update = cpu::thread(|| updates.into_iter().for_each(|row| board.put(row))) / count as f64;

    let asked: Vec<i64> = (0..200_000).map(|_| (random(&mut state) % teams as u64) as i64).collect();
    let rank = cpu::median(9, || {
        let work = || {
            let ranks: usize = asked.iter().filter_map(|team| board.all().rank(*team)).sum();
            black_box(ranks);
        };
        cpu::thread(work) / asked.len() as f64
    });

    let heading = Heading {
        metric: "f1_macro".to_owned(),
        direction: DirectionView::Maximize,
        also: vec!["accuracy".to_owned()],
        public_share: Some(0.3),
        public_rows: Some(424),
        zones: vec![],
        brackets: ["staff", "students", "guests"].map(str::to_owned).to_vec(),
        rules: BoardRules::default(),
        dates: Dates {
            starts_at: UtcTime::from_micros(0).unwrap(),
            ends_at: UtcTime::from_micros(i64::from(i32::MAX) * 1_000_000).unwrap(),
            private_release: PrivateRelease::ByHost,
            joins_until: None,
            merges_until: None,
            freezes_at: None,
            published_at: None,
            released_at: None,
            archived_at: None,
        },
    };
    let phase = heading.phase(UtcTime::from_micros(1).unwrap());
    let page = |from: usize| {
        cpu::median(21, || {
            cpu::thread(|| {
                for _ in 0..20 {
                    let part = Part { bracket: None, from: black_box(from), limit: 50 };
                    black_box(Page::write(&board, 1, &heading, phase, part).unwrap().json.len());
                }
            }) / 20.0
        })
    };
    let positions = [0, teams / 4, teams / 2, teams * 3 / 4, teams - 50];
    let pages = positions.map(page);
    let (least, most) =
        pages.iter().fold((f64::MAX, 0.0_f64), |(least, most), &cost| (least.min(cost), most.max(cost)));

    let goals = vec![
        Goal::at_most("G16", "update anywhere", update / 1e3, 1.0, "µs"),
        Goal::at_most("G16", "rank of one team", rank / 1e3, 0.3, "µs"),
        Goal::at_most("G14", "dearest page written over cheapest, first to last", most / least, 1.2, "x"),
    ];
    Memory { goals, first_page: pages[0] }
}
