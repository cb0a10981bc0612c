use std::cmp::Reverse;

use proptest::prelude::*;

use super::*;

fn row(team: i64, score: f64, best_at: i64) -> Row {
    Row::from(NewRow {
        team,
        name: &format!("team {team}"),
        members: &[format!("member {team}")],
        bracket: None,
        is_benchmark: false,
        score,
        sort_key: score,
        standard_error: None,
        also: Vec::new(),
        entries: 1,
        best_at,
        last_at: best_at,
    })
}

fn benchmark(team: i64, score: f64) -> Row {
    Row { is_benchmark: true, ..row(team, score, 0) }
}

fn shown(board: &Board, from: usize, limit: usize) -> Vec<(Option<usize>, i64)> {
    board.all().slice(from, limit).iter().map(|placed| (placed.rank, placed.row.team)).collect()
}

/// Teams in the order that the rule says, computed by sorting everything.
fn expected(rows: &[Row]) -> Vec<i64> {
    let mut ranked: Vec<&Row> = rows.iter().filter(|row| !row.is_benchmark).collect();
    ranked.sort_by(|a, b| b.sort_key.total_cmp(&a.sort_key).then(a.best_at.cmp(&b.best_at)).then(a.team.cmp(&b.team)));
    ranked.iter().map(|row| row.team).collect()
}

#[test]
fn better_scores_stand_first_and_ties_go_to_the_earlier_entry() {
    let board = Board::new([row(1, 0.5, 30), row(2, 0.9, 20), row(3, 0.5, 10), row(4, -1.0, 0)]);
    assert_eq!(shown(&board, 0, 10), [(Some(1), 2), (Some(2), 3), (Some(3), 1), (Some(4), 4)]);
    assert_eq!(board.all().rank(1), Some(3));
    assert_eq!(board.all().rank(99), None);
}

#[test]
fn negative_zero_ties_with_zero() {
    let board = Board::new([row(1, 0.0, 20), row(2, -0.0, 10)]);
    assert_eq!(shown(&board, 0, 10), [(Some(1), 2), (Some(2), 1)]);
}

#[test]
fn benchmarks_are_shown_at_their_place_without_a_rank() {
    let board = Board::new([row(1, 0.9, 1), benchmark(2, 0.7), row(3, 0.5, 1), benchmark(4, 0.1), benchmark(5, 1.0)]);
    assert_eq!(shown(&board, 0, 10), [(None, 5), (Some(1), 1), (None, 2), (Some(2), 3), (None, 4)]);
    assert_eq!(board.all().teams(), 2);
    assert_eq!(board.all().rank(2), None);
}

#[test]
fn slices_show_each_benchmark_once() {
    let mut rows: Vec<Row> = (0..40).map(|team| row(team, 1.0 - team as f64 / 100.0, 0)).collect();
    rows.extend((0..40).map(|team| benchmark(100 + team, 1.005 - team as f64 / 100.0)));
    let board = Board::new(rows);
    for limit in [1, 3, 10, 39, 40, 41] {
        let mut seen: Vec<i64> = Vec::new();
        let mut from = 0;
        while from < board.all().teams() {
            seen.extend(shown(&board, from, limit).iter().map(|(_, team)| *team));
            from += limit;
        }
        let everything: Vec<i64> = shown(&board, 0, 1000).iter().map(|(_, team)| *team).collect();
        assert_eq!(seen, everything, "slices of {limit}");
        assert_eq!(seen.len(), 80);
    }
}

#[test]
fn a_board_of_benchmarks_only_shows_them() {
    let board = Board::new([benchmark(1, 0.5)]);
    assert_eq!(shown(&board, 0, 50), [(None, 1)]);
    assert_eq!(shown(&board, 50, 50), []);
}

#[test]
fn the_rank_after_a_new_score_is_known_before_it_is_put() {
    let mut board = Board::new((0..1_000).map(|team| row(team, f64::from(team as i32), 0)));
    for (team, score) in [(0, 500.5), (999, 500.5), (500, 500.2), (1_234, -5.0), (7, 2_000.0)] {
        let predicted = board.rank_with(team, score, 7);
        board.put(row(team, score, 7));
        assert_eq!(board.all().rank(team), Some(predicted), "team {team}");
    }
}

#[test]
fn a_team_becomes_a_benchmark_and_back() {
    let mut board = Board::new([row(1, 0.9, 1), row(2, 0.8, 1)]);
    board.put(benchmark(1, 0.9));
    assert_eq!(shown(&board, 0, 10), [(None, 1), (Some(1), 2)]);
    board.put(row(1, 0.9, 0));
    assert_eq!(shown(&board, 0, 10), [(Some(1), 1), (Some(2), 2)]);
}

#[test]
fn names_come_back_as_they_were() {
    let names = Row::join_names("팀 =1+1", ["Ann", "Bo \"x\""]);
    let row = Row { names, ..row(1, 0.0, 0) };
    assert_eq!(row.name(), "팀 =1+1");
    assert_eq!(row.members().collect::<Vec<_>>(), ["Ann", "Bo \"x\""]);
    let alone = Row { names: Row::join_names("x", []), ..row };
    assert_eq!(alone.members().count(), 0);
}

#[test]
fn cursors_round_trip_and_nothing_else_is_read() {
    for key in [Key::new(0.5, 1, 2), Key::new(-3.0, -1, i64::MAX), Key::new(1e300, i64::MIN, 0)] {
        assert_eq!(Key::from_cursor(&key.to_cursor()), Some(key));
    }
    for text in ["", "12", "é".repeat(24).as_str(), "+".repeat(48).as_str(), "0".repeat(49).as_str()] {
        assert_eq!(Key::from_cursor(text), None, "{text}");
    }
}

#[derive(Debug, Clone)]
enum Step {
    Put(i64, i8, i64, Option<u16>),
    Remove(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..2_000_i64, any::<i8>(), 0..4_i64, prop::option::of(0..3_u16))
            .prop_map(|(team, score, at, bracket)| Step::Put(team, score, at, bracket)),
        1 => (0..2_000_i64).prop_map(Step::Remove),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_order_equals_sorting_everything(steps in prop::collection::vec(step(), 0..3_000)) {
        let mut board = Board::default();
        let mut model: HashMap<i64, Row> = HashMap::new();
        for step in steps {
            match step {
                Step::Put(team, score, at, bracket) => {
                    let row = in_bracket(row(team, f64::from(score), at), bracket);
                    model.insert(team, row.clone());
                    board.put(row);
                }
                Step::Remove(team) => {
                    model.remove(&team);
                    board.remove(team);
                }
            }
        }
        let rows: Vec<Row> = model.into_values().collect();
        for bracket in [None, Some(0), Some(1), Some(2)] {
            let inside: Vec<Row> = rows.iter().filter(|row| bracket.is_none() || row.bracket == bracket).cloned().collect();
            let (order, ranking) = (expected(&inside), board.of(bracket));
            prop_assert_eq!(ranking.teams(), order.len());
            let whole: Vec<i64> = ranking.rows().iter().map(|placed| placed.row.team).collect();
            prop_assert_eq!(&whole, &order);
            for (at, team) in order.iter().enumerate() {
                prop_assert_eq!(ranking.rank(*team), Some(at + 1));
                prop_assert_eq!(ranking.key_at(at).map(Key::team), Some(*team));
            }
        }
        for block in &board.everybody.blocks {
            prop_assert!(!block.is_empty() && block.len() <= order::BLOCK);
        }
    }

    #[test]
    fn keys_order_like_the_scores(a in -1e12..1e12_f64, b in -1e12..1e12_f64) {
        let by_key = Key::new(a, 0, 0).cmp(&Key::new(b, 0, 0));
        prop_assert_eq!(by_key, Reverse(a).partial_cmp(&Reverse(b)).unwrap());
    }
}

#[test]
fn equal_scores_share_a_rank_where_the_board_says_so() {
    let scores = [0.9, 0.8, 0.8, 0.8, 0.7, 0.7, 0.6];
    let rows = || (0_i64..).zip(scores).map(|(team, score)| row(team, score, team));
    let board = Board::new(rows().chain([benchmark(90, 0.8), benchmark(91, 0.65)])).sharing_ranks(true);
    let wanted = [1, 2, 2, 2, 5, 5, 7];
    let ranks: Vec<usize> = (0..7).map(|team| board.all().rank(team).unwrap()).collect();
    assert_eq!(ranks, wanted);
    for from in 0..7 {
        let slice: Vec<usize> = board.all().slice(from, 3).iter().filter_map(|placed| placed.rank).collect();
        assert_eq!(slice, wanted[from..7.min(from + 3)], "from {from}");
    }
    assert_eq!(board.rank_with(6, 0.8, 99), 2);
    assert_eq!(board.rank_with(6, 0.75, 99), 5);
}

fn in_bracket(row: Row, bracket: Option<u16>) -> Row {
    Row { bracket, ..row }
}

#[test]
fn a_bracket_has_ranks_of_its_own_and_shares_the_benchmarks() {
    let scores = [0.9, 0.8, 0.8, 0.8, 0.7, 0.7, 0.6];
    let rows = (0_i64..).zip(scores).map(|(team, score)| in_bracket(row(team, score, team), Some((team % 2) as u16)));
    let mut board = Board::new(rows.chain([benchmark(90, 0.85)])).sharing_ranks(true);
    let ranks = |board: &Board| (0..7).map(|team| board.of(Some(0)).rank(team)).collect::<Vec<_>>();
    assert_eq!(ranks(&board), [Some(1), None, Some(2), None, Some(3), None, Some(4)]);
    let shown: Vec<_> = board.of(Some(1)).rows().iter().map(|placed| (placed.rank, placed.row.team)).collect();
    assert_eq!(shown, [(None, 90), (Some(1), 1), (Some(1), 3), (Some(3), 5)]);
    assert_eq!(board.of(Some(7)).teams(), 0, "nobody is in it yet");

    board.put(in_bracket(row(0, 0.9, 0), Some(7)));
    board.put(in_bracket(row(2, 0.8, 2), None));
    board.remove(4);
    assert_eq!(ranks(&board), [None, None, None, None, None, None, Some(1)], "who changes brackets leaves the old one");
    assert_eq!((board.of(Some(7)).rank(0), board.of(Some(7)).teams(), board.all().rank(2)), (Some(1), 1, Some(2)));
    board.put(benchmark(0, 0.9));
    assert_eq!((board.of(Some(7)).teams(), board.of(Some(7)).rows().len()), (0, 2));
}
