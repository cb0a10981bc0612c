use super::*;

#[test]
fn every_value_has_a_bar_and_the_highest_reaches_the_top() {
    let svg = histogram("T", ["0", "1", "x"], &[("a", vec![1.0, 2.0]), ("b", vec![0.0, 4.0])]);
    assert_eq!(svg.matches("<rect").count(), 4);
    assert!(svg.contains(r#"height="180.0""#), "{svg}");
}

#[test]
fn text_cannot_become_markup() {
    assert!(scatter("<b>", ["0", "1", "x"], &["a"], &[(0, 1.0, 1.0)]).contains("<title>&lt;b&gt;</title>"));
}
