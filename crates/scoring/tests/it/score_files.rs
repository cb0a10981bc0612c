//! The command line's way: two files and a metric in, the JSON out.

use std::path::{Path, PathBuf};

use podium_scoring::report::{Revealed, ScoreError, ScoreRequest};
use tempfile::TempDir;

fn request(metric: &str, solution: PathBuf, submission: PathBuf) -> ScoreRequest {
    ScoreRequest {
        metric: metric.parse().unwrap(),
        also: Vec::new(),
        classes: None,
        positive: None,
        id: None,
        target: None,
        solution,
        submission,
    }
}

struct Files(TempDir);

impl Files {
    fn new(solution: &str, submission: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("solution.csv"), solution).unwrap();
        std::fs::write(folder.path().join("submission.csv"), submission).unwrap();
        Self(folder)
    }

    fn request(&self, metric: &str) -> ScoreRequest {
        request(metric, self.0.path().join("solution.csv"), self.0.path().join("submission.csv"))
    }

    fn score(&self, metric: &str) -> Result<Revealed, ScoreError> {
        self.request(metric).run()
    }
}

fn json(revealed: &Revealed) -> serde_json::Value {
    serde_json::to_value(revealed).unwrap()
}

#[test]
fn every_golden_value_comes_out_of_the_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-metrics");
    let cases = std::fs::read_to_string(folder.join("cases.tsv")).unwrap();
    let mut checked = 0;
    for line in cases.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let file = |side: &str| folder.join(format!("{}.{side}.csv", columns[0]));
        let result = request(columns[1], file("solution"), file("submission")).run();
        match (columns[2].parse::<f64>(), result) {
            (Ok(expected), Ok(revealed)) => {
                let value = revealed.metrics[0].all.as_ref().unwrap().value;
                let off = (value - expected).abs();
                assert!(off <= 1e-12 * expected.abs().max(1.0), "{line}: {value}");
            }
            (Err(_), Err(error @ ScoreError::Undefined(_))) => assert_eq!(error.exit_status(), 1),
            (expected, result) => panic!("{line}: expected {expected:?}, got {result:?}"),
        }
        checked += 1;
    }
    assert_eq!(checked, 384);
}

#[test]
fn json_has_the_parts_only_with_a_split() {
    let whole = Files::new("id,label\na,0\nb,1\n", "id,label\na,0\nb,0\n").score("accuracy").unwrap();
    let metric = &json(&whole)["metrics"]["accuracy"];
    assert_eq!(metric["all"], 0.5);
    assert!(metric.get("public").is_none() && metric.get("private").is_none() && metric.get("error").is_none());
    assert!(metric["standard_error"].get("all").is_some());

    let solution = "id,label,Usage\na,0,Public\nb,1,Private\nc,1,Ignored\nd,1,private\n";
    let split = Files::new(solution, "id,label\na,0\nb,0\nc,0\nd,1\n").score("accuracy").unwrap();
    let json = json(&split);
    assert_eq!(json["rows"], 3);
    let metric = &json["metrics"]["accuracy"];
    assert_eq!((&metric["public"], &metric["private"]), (&1.0.into(), &0.5.into()));
    assert!((metric["all"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-15);
}

#[test]
fn a_metric_that_is_undefined_on_one_part_is_null_with_a_reason() {
    let solution = "id,label,Usage\na,0,Public\nb,0,Public\nc,1,Private\nd,0,Private\n";
    let files = Files::new(solution, "id,label\na,0.1\nb,0.2\nc,0.3\nd,0.1\n");
    let json = json(&files.score("roc_auc").unwrap());
    let metric = &json["metrics"]["roc_auc"];
    assert_eq!(metric["all"], 1.0);
    assert!(metric["public"].is_null());
    assert_eq!(metric["error"]["code"], "metric_undefined");
    assert!(metric["error"]["message"].as_str().unwrap().contains("public"));
}

#[test]
fn an_undefined_metric_beside_is_null_but_the_deciding_one_ends_with_status_1() {
    let files = Files::new("id,label\na,0\nb,0\n", "id,label\na,0.5\nb,0.5\n");
    let request = ScoreRequest { also: vec!["roc_auc".parse().unwrap()], ..files.request("brier") };
    let json = json(&request.run().unwrap());
    assert_eq!(json["metrics"]["brier"]["all"], 0.25);
    assert!(json["metrics"]["roc_auc"]["all"].is_null());

    let error = files.score("roc_auc").unwrap_err();
    assert_eq!(error.exit_status(), 1);
    let list = serde_json::to_value(error.json().unwrap()).unwrap();
    assert_eq!(list["errors"][0]["code"], "metric_undefined");
    assert!(list["errors"][0]["line"].is_null());
}

#[test]
fn a_score_beyond_all_numbers_is_refused_not_infinite() {
    let files = Files::new("id,value\na,0.5\nb,1\n", "id,value\na,1e308\nb,1\n");
    let list = serde_json::to_value(files.score("mse").unwrap_err().json().unwrap()).unwrap();
    assert_eq!(list["errors"][0]["code"], "score_not_finite");
}

#[test]
fn a_refused_submission_is_status_1_and_an_unusable_solution_status_2() {
    let refused = Files::new("id,label\na,0\nb,1\n", "id,label\na,0\nb,\n").score("accuracy").unwrap_err();
    assert_eq!(refused.exit_status(), 1);
    let list = serde_json::to_value(refused.json().unwrap()).unwrap();
    let error = &list["errors"][0];
    assert_eq!((&error["line"], &error["column"], &error["count"]), (&3.into(), &2.into(), &1.into()));
    assert_eq!((&error["name"], &error["value"]), (&"label".into(), &"".into()));

    let unusable = Files::new("id,label\na,0\na,1\n", "id,label\na,0\n").score("accuracy").unwrap_err();
    assert_eq!(unusable.exit_status(), 2);
    let mixed = Files::new("id,label\na,0\n", "id,label\na,0\n");
    let mixed = ScoreRequest { also: vec!["mae".parse().unwrap()], ..mixed.request("accuracy") };
    assert_eq!(mixed.run().unwrap_err().exit_status(), 2);
    let absent = request("accuracy", PathBuf::from("no-such-file.csv"), PathBuf::from("no-such-file.csv"));
    assert_eq!(absent.run().unwrap_err().exit_status(), 2);
}

#[test]
fn log_loss_takes_the_kind_of_task_from_the_files() {
    let several = "id,label\na,x\nb,y\nc,z\n";
    let shares = "id,px,py,pz\na,0.5,0.25,0.25\nb,0.25,0.5,0.25\nc,0.25,0.25,0.5\n";
    let revealed = Files::new(several, shares).score("log_loss").unwrap();
    assert!((revealed.metrics[0].all.as_ref().unwrap().value - std::f64::consts::LN_2).abs() < 1e-15);
    // A class column too few still means a column for each class, since the labels are not 0 and 1.
    let refused = Files::new(several, "id,px\na,1\nb,1\nc,1\n").score("log_loss").unwrap_err();
    assert_eq!(refused.exit_status(), 1);
    let one = Files::new("id,label\na,1\nb,0\n", "id,label\na,0.5\nb,0.5\n").score("log_loss").unwrap();
    assert!((one.metrics[0].all.as_ref().unwrap().value - std::f64::consts::LN_2).abs() < 1e-15);
}

#[test]
fn columns_are_found_by_option_and_reserved_ones_are_skipped() {
    let solution = "Usage,weight,image,grade,label\nPublic,1,a,0,1\nPrivate,3,b,1,0\n";
    let files = Files::new(solution, "grade,image\n0,a\n0,b\n");
    let revealed = files.score("accuracy").unwrap();
    assert_eq!(revealed.metrics[0].all.as_ref().unwrap().value, 0.25);
    let files = Files::new(solution, "label,image\n1,a\n1,b\n");
    let request =
        ScoreRequest { target: Some("Label".to_owned()), id: Some("IMAGE".to_owned()), ..files.request("accuracy") };
    assert_eq!(request.run().unwrap().metrics[0].all.as_ref().unwrap().value, 0.25);
}

#[test]
fn several_targets_are_scored_column_by_column() {
    let files = Files::new("id,x,y\na,1,10\nb,2,20\n", "id,y,x\nb,20,2\na,14,0\n");
    assert_eq!(files.score("mae").unwrap().metrics[0].all.as_ref().unwrap().value, 1.25);
    let request = ScoreRequest { target: Some("y".to_owned()), ..files.request("mae") };
    assert_eq!(request.run().unwrap_err().exit_status(), 1, "x is not expected then");
}
