use super::*;

#[test]
fn training_and_validation_of_one_quantity_share_a_chart() {
    let log = r#"{"epoch":1,"train/loss":2.0,"validation/loss":2.5,"validation/f1_macro":0.3}
{"step":10,"train/loss":1.9}
{"epoch":2,"train/loss":1.0,"validation/loss":null,"validation/f1_macro":0.5,"note":"x/y"}
{"epoch":3,"train/lo"#;
    let charts = charts_of_log(log, "epoch");
    let shown: Vec<(&str, Vec<(&str, usize)>)> = charts
        .iter()
        .map(|chart| {
            (chart.title.as_str(), chart.lines.iter().map(|line| (line.name.as_str(), line.points.len())).collect())
        })
        .collect();
    assert_eq!(shown.len(), 2);
    assert!(shown.contains(&("loss", vec![("train", 2), ("validation", 1)])));
    assert!(shown.contains(&("f1_macro", vec![("validation", 2)])));
}
