//! Every value of `tests/data/golden-metrics/cases.tsv`, computed by scikit-learn and ranx, comes out to 1e-12: two files
//! and a metric in, as `podium score` takes them.

use std::path::Path;

use podium_scoring::report::{ScoreError, ScoreRequest};

#[test]
fn every_golden_value_comes_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-metrics");
    let cases = std::fs::read_to_string(folder.join("cases.tsv")).unwrap();
    let mut checked = 0;
    let mut wrong = Vec::new();
    for line in cases.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let (case, metric, expected) = (fields[0], fields[1], fields[2]);
        let request = ScoreRequest {
            metric: metric.parse().unwrap(),
            also: Vec::new(),
            classes: None,
            positive: None,
            id: None,
            target: None,
            solution: folder.join(format!("{case}.solution.csv")),
            submission: folder.join(format!("{case}.submission.csv")),
        };
        let result = request.run().map(|revealed| revealed.metrics[0].all.clone());
        let right = match (&result, expected) {
            (Err(ScoreError::Undefined(reason)), "error") => reason.code() == "metric_undefined",
            (Ok(Ok(estimate)), expected) if expected != "error" => {
                let expected: f64 = expected.parse().unwrap();
                let error_is_usable = estimate.standard_error.is_none_or(|error| error.is_finite() && error >= 0.0);
                (estimate.value - expected).abs() <= 1e-12 * expected.abs().max(1.0) && error_is_usable
            }
            _ => false,
        };
        checked += 1;
        if !right {
            wrong.push(format!("{case} {metric}: {result:?}, expected {expected}"));
        }
    }
    assert_eq!(checked, 384);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
