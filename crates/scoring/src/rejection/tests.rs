use super::*;

fn faults() -> Faults {
    Faults::new(&Limits::default())
}

#[test]
fn alike_faults_are_merged_and_counted() {
    let mut faults = faults();
    for line in 2..12 {
        faults.add(Code::LabelUnknown, || Fault::at(line, "'x' is not one of the classes.").value("x"));
    }
    let [rejection] = &faults.into_rejections()[..] else { panic!("one entry") };
    assert_eq!(rejection.message, "Line 2 and 9 more: 'x' is not one of the classes.");
    assert_eq!((rejection.line, rejection.count, rejection.value.as_deref()), (Some(2), 10, Some("x")));
}

#[test]
fn at_most_twenty_are_listed_and_each_kind_has_its_turn() {
    let mut faults = faults();
    for line in 2..5_002 {
        faults.add(Code::IdUnknown, || Fault::at(line, format!("id {line} is unknown.")));
    }
    faults.add(Code::ValueEmpty, || Fault::at(6_000, "empty."));
    faults.add(Code::IdsMissing, || Fault::of_file("ids have no row."));
    let rejections = faults.into_rejections();
    assert_eq!(rejections.len(), 20);
    assert_eq!(rejections.iter().filter(|rejection| rejection.code == Code::IdUnknown).count(), 18);
    assert!(rejections.iter().all(|rejection| rejection.code != Code::IdUnknown || rejection.count == 5_000));
    assert_eq!(rejections.last().map(|rejection| rejection.code), Some(Code::IdsMissing));
}

#[test]
fn millions_of_faults_cost_no_text() {
    let mut faults = faults();
    let mut worded = 0;
    for line in 1..1_000_000 {
        faults.add(Code::IdUnknown, || {
            worded += 1;
            Fault::at(line, "same.")
        });
    }
    assert_eq!(worded, WORDED_PER_CODE);
    let [rejection] = &faults.into_rejections()[..] else { panic!("one entry") };
    assert_eq!(rejection.count, 999_999);
    assert_eq!(rejection.message, "Line 1 and at least 9999 more: same.");
}

#[test]
fn what_is_shown_cannot_draw_over_the_page() {
    assert_eq!(shown("a\u{202e}b\u{200b}\x1b[31m\n"), "a\\u{202e}b\\u{200b}\\u{1b}[31m\\u{a}");
    assert_eq!(shown(&"가".repeat(100)).chars().count(), 61);
}

#[test]
fn codes_are_named_alike_everywhere() {
    for &code in Code::ALL {
        let json = serde_json::to_string(&code).unwrap_or_default();
        assert_eq!(json, format!("\"{}\"", code.name()));
        assert!(code.meaning().ends_with('.'));
    }
    assert_eq!(NoticeCode::ALL.len(), 13);
}
