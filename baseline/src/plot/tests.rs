use super::*;

#[test]
fn a_chart_names_its_lines_and_leaves_out_what_is_not_finite() {
    let line = |name: &str, points: &[(f64, f64)]| Line { name: name.to_owned(), points: points.to_vec() };
    let chart = Chart {
        title: "loss".to_owned(),
        x: "epoch".to_owned(),
        lines: vec![line("train", &[(1.0, 2.0), (2.0, f64::NAN), (3.0, 1.0)]), line("validation", &[(1.0, 2.5)])],
        unit: false,
    };
    let svg = charts(&[chart.clone(), chart]).unwrap();
    assert!(svg.contains("train") && svg.contains("validation") && svg.contains("epoch"));
    assert!(!svg.contains("NaN"));
    assert_eq!(svg.matches("<polyline").count() % 2, 0);
}

#[test]
fn a_chart_of_nothing_is_empty_axes() {
    let chart = Chart { title: String::new(), x: String::new(), lines: Vec::new(), unit: false };
    assert!(charts(&[chart]).unwrap().contains("<svg"));
    assert!(charts(&[]).unwrap().contains("<svg"));
}

#[test]
fn epochs_are_counted_in_whole_numbers() {
    assert_eq!([2.0, 20.0, 0.25, 0.0, 100.0].map(|value| tick(&value)), ["2", "20", "0.25", "0", "100"]);
}

#[test]
fn names_cannot_break_the_picture() {
    assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
}
