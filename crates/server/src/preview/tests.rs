use std::fmt::Write;
use std::io::Cursor;

use super::*;

fn of(text: impl AsRef<[u8]>) -> Preview {
    preview(&mut Cursor::new(text.as_ref()), b',').unwrap()
}

#[test]
fn each_column_gets_the_narrowest_type_that_fits_all_values() {
    let preview = of("i,n,t,b,e,mixed\n1,1.5,x,true,,1\n-2,2e3,y,FALSE,,z\n");
    let kinds: Vec<ColumnType> = preview.columns.iter().map(|column| column.kind).collect();
    assert_eq!(
        kinds,
        [
            ColumnType::Integer,
            ColumnType::Number,
            ColumnType::Text,
            ColumnType::Boolean,
            ColumnType::Empty,
            ColumnType::Text
        ]
    );
}

#[test]
fn words_that_rust_reads_as_numbers_stay_words() {
    for word in ["inf", "infinity", "1e400", "0x10", "1_000"] {
        assert_eq!(of(format!("a\n{word}\n")).columns[0].kind, ColumnType::Text, "{word}");
    }
}

#[test]
fn na_is_a_gap_among_numbers_and_a_value_among_words() {
    let preview = of("delay,region\n5,NA\nNA,EU\n,EU\n");
    let [delay, region] = &preview.columns[..] else { panic!() };
    assert_eq!((delay.kind, delay.missing, delay.min), (ColumnType::Integer, 2, Some(5.0)));
    assert_eq!((region.kind, region.missing, region.distinct), (ColumnType::Text, 0, 2));
}

#[test]
fn numbers_are_summarised() {
    let column = of("a\n1\n2\n3\n10\n").columns.remove(0);
    assert_eq!((column.min, column.max, column.mean, column.median), (Some(1.0), Some(10.0), Some(4.0), Some(2.5)));
    assert_eq!((column.distinct, column.distinct_estimated), (4, false));
}

#[test]
fn a_histogram_counts_every_number_once() {
    let mut text = String::from("a\n");
    for number in 0..1_000 {
        writeln!(text, "{}", f64::from(number) / 7.0).unwrap();
    }
    let histogram = of(text).columns.remove(0).histogram.unwrap();
    assert_eq!(histogram.len(), 20);
    assert_eq!(histogram.iter().map(|bin| bin.count).sum::<u64>(), 1_000);
    assert_eq!(histogram[0].from, 0.0);
    assert!(histogram.iter().all(|bin| (49..=51).contains(&bin.count)), "{histogram:?}");
    assert!(histogram.windows(2).all(|pair| pair[0].to == pair[1].from));
}

#[test]
fn few_whole_numbers_get_a_step_each() {
    let histogram = of("a\n0\n1\n1\n3\n").columns.remove(0).histogram.unwrap();
    let counts: Vec<(f64, f64, u64)> = histogram.iter().map(|bin| (bin.from, bin.to, bin.count)).collect();
    assert_eq!(counts, [(0.0, 0.0, 1), (1.0, 1.0, 2), (2.0, 2.0, 0), (3.0, 3.0, 1)]);
}

#[test]
fn a_constant_column_has_one_step() {
    let histogram = of("a\n2.5\n2.5\n").columns.remove(0).histogram.unwrap();
    assert_eq!(histogram.iter().map(|bin| bin.count).collect::<Vec<_>>(), [2]);
}

#[test]
fn the_most_frequent_values_come_first() {
    let top = of("a\nx\ny\ny\nz\nz\n").columns.remove(0).top;
    let shown: Vec<(&str, u64)> = top.iter().map(|top| (top.value.as_str(), top.count)).collect();
    assert_eq!(shown, [("y", 2), ("z", 2), ("x", 1)]);
}

#[test]
fn many_different_values_have_no_top_and_an_estimated_count() {
    let mut text = String::from("id\n");
    for number in 0..700_000 {
        writeln!(text, "id_{number}").unwrap();
    }
    let preview = of(text);
    let column = &preview.columns[0];
    assert_eq!(preview.total_rows, 700_000);
    assert!(column.top.is_empty());
    assert!(column.distinct_estimated);
    let error = (column.distinct as f64 / 700_000.0 - 1.0).abs();
    assert!(error < 0.06, "{} of 700,000", column.distinct);
}

#[test]
fn the_first_rows_are_shown_and_all_are_counted() {
    let mut text = String::from("a,b\n");
    for number in 0..250 {
        writeln!(text, "{number},\"x, y\"").unwrap();
    }
    let preview = of(text);
    assert_eq!((preview.rows.len(), preview.total_rows), (SHOWN_ROWS, 250));
    assert_eq!(preview.rows[99], ["99", "x, y"]);
}

#[test]
fn long_cells_are_cut_between_characters() {
    let preview = of(format!("a\n{}\n", "가".repeat(500)));
    assert_eq!(preview.rows[0][0], format!("{}…", "가".repeat(200)));
}

#[test]
fn short_rows_stray_bytes_and_a_byte_order_mark_do_no_harm() {
    let preview = of(b"\xef\xbb\xbfa,b\n1\n2,\xff\n3,4,5\n");
    assert_eq!(preview.columns[0].name, "a");
    assert_eq!(preview.columns[1].missing, 1);
    assert_eq!(preview.rows[1], ["2", "\u{fffd}"]);
}

#[test]
fn a_header_alone_and_an_empty_file_have_no_rows() {
    let header = of("a,b\n");
    assert_eq!((header.columns.len(), header.total_rows), (2, 0));
    assert_eq!(header.columns[0].kind, ColumnType::Empty);
    assert_eq!(of("").columns.len(), 0);
}

#[test]
fn a_file_without_line_ends_is_refused_before_it_fills_the_memory() {
    let endless = vec![b'a'; 3 << 20];
    let error = preview(&mut Cursor::new(endless), b',').unwrap_err();
    assert_eq!(error.to_string(), "this file cannot be read as a table: it has a line of more than 1 MiB");
}

#[test]
fn very_wide_files_are_cut_and_say_so() {
    let preview = of(format!("{}a\n{}1\n", "a,".repeat(999), "1,".repeat(999)));
    assert_eq!((preview.columns.len(), preview.rows[0].len(), preview.sampled), (MAX_COLUMNS, MAX_COLUMNS, true));
}

#[test]
fn huge_numbers_do_not_break_the_summary() {
    let column = of("a\n1e308\n-1e308\n1e308\n").columns.remove(0);
    assert_eq!(column.median, Some(1e308));
    assert!(column.mean.unwrap().is_finite(), "{:?}", column.mean);
    assert!(column.histogram.is_none(), "a range of 2e308 has no steps");
}
