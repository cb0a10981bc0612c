//! `podium score` as scripts see it: standard output, standard error, exit status.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::site::{Ran, shell};

const SOLUTION: &str = "id,label\na1,cat\na2,dog\na3,cat\na4,owl\n";
const SUBMISSION: &str = "id,label\na1,cat\na2,dog\na3,owl\na4,owl\n";

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("solution.csv", SOLUTION);
        desk.write("submission.csv", SUBMISSION);
        desk
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn score(&self, arguments: &str) -> Ran {
        Ran(shell(self.0.path(), &format!("podium score {arguments}")).output().unwrap())
    }

    /// The JSON of a run that ends with this status and says nothing on standard error.
    #[track_caller]
    fn json(&self, status: i32, arguments: &str) -> Value {
        let ran = self.score(&format!("{arguments} --json"));
        let printed = ran.expect(status);
        assert_eq!(ran.stderr(), "");
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
    }
}

#[test]
fn a_score_is_json_on_standard_output_with_and_without_json() {
    let desk = Desk::new();
    let score = desk.json(0, "--metric accuracy --also f1_macro solution.csv submission.csv");
    assert_eq!(score["metrics"]["accuracy"]["all"], json!(0.75));
    assert!(score["metrics"]["accuracy"].get("public").is_none());
    assert!(score["metrics"]["accuracy"]["standard_error"]["all"].is_number());
    assert!(score["metrics"]["f1_macro"]["all"].is_number());
    assert_eq!((&score["rows"], &score["notices"]), (&json!(4), &json!([])));
    let plain = desk.score("--metric accuracy --also f1_macro solution.csv submission.csv").expect(0);
    assert_eq!(serde_json::from_str::<Value>(&plain).unwrap(), score);
}

#[test]
fn a_usage_column_splits_and_leaves_ignored_rows_out() {
    let desk = Desk::new();
    desk.write("solution.csv", "id,label,Usage\na1,cat,Public\na2,dog,Private\na3,cat,Private\na4,owl,Ignored\n");
    let score = desk.json(0, "--metric accuracy solution.csv submission.csv");
    let accuracy = &score["metrics"]["accuracy"];
    assert_eq!((&accuracy["public"], &accuracy["private"]), (&json!(1.0), &json!(0.5)));
    assert_eq!((accuracy["all"].as_f64().unwrap() * 3.0).round(), 2.0);
    assert_eq!(score["rows"], 3);
}

#[test]
fn a_refused_file_ends_with_1_and_names_each_fault() {
    let desk = Desk::new();
    desk.write("submission.csv", "id,label\na1,cat\na2,dgo\na3,owl\na3,owl\n");
    let refused = desk.json(1, "--metric accuracy --classes cat,dog,owl solution.csv submission.csv");
    let errors = refused["errors"].as_array().unwrap();
    let unknown = errors.iter().find(|error| error["code"] == "label_unknown").unwrap();
    assert_eq!((&unknown["line"], &unknown["column"], &unknown["value"]), (&json!(3), &json!(2), &json!("dgo")));
    assert!(unknown["message"].as_str().unwrap().contains("dog"), "{unknown}");
    for key in ["code", "line", "column", "name", "value", "message", "count"] {
        assert!(errors.iter().all(|error| error.get(key).is_some()), "{key} is missing: {errors:?}");
    }
    let ran = desk.score("--metric accuracy --classes cat,dog,owl solution.csv submission.csv");
    assert_eq!(ran.expect(1), "");
    assert!(ran.stderr().lines().count() >= errors.len(), "{}", ran.stderr());
}

#[test]
fn an_undefined_main_metric_ends_with_1_and_one_beside_it_is_null() {
    let desk = Desk::new();
    desk.write("solution.csv", "id,y\na,1\nb,1\n");
    desk.write("submission.csv", "id,y\na,0.5\nb,0.7\n");
    let refused = desk.json(1, "--metric roc_auc solution.csv submission.csv");
    assert_eq!(refused["errors"][0]["code"], "metric_undefined");
    let score = desk.json(0, "--metric brier --also roc_auc solution.csv submission.csv");
    assert_eq!(score["metrics"]["roc_auc"]["all"], Value::Null);
    assert_eq!(score["metrics"]["roc_auc"]["error"]["code"].as_str().map(str::is_empty), Some(false));
}

#[test]
fn wrong_usage_and_an_unusable_solution_end_with_2() {
    let desk = Desk::new();
    for arguments in [
        "solution.csv submission.csv",
        "--metric acuracy solution.csv submission.csv",
        "--metric accuracy solution.csv",
        "--metric accuracy --also rmse solution.csv submission.csv",
        "--metric accuracy nowhere.csv submission.csv",
        "--metric accuracy --nonsense solution.csv submission.csv",
        "--competition nowhere submission.csv",
        "--competition . --metric accuracy submission.csv",
    ] {
        let ran = desk.score(arguments);
        ran.expect(2);
        assert!(!ran.stderr().is_empty(), "{arguments}");
    }
    let near = desk.score("--metric acuracy solution.csv submission.csv").stderr();
    assert!(near.contains("did you mean 'accuracy'?"), "{near}");
    desk.write("solution.csv", "id,label\na1,cat\na1,dog\n");
    let refused = desk.json(2, "--metric accuracy solution.csv submission.csv");
    assert_eq!(refused["errors"][0]["line"], 3);
}

#[test]
fn a_folder_says_how_to_score_and_its_limits_hold() {
    let desk = Desk::new();
    let manifest = |bytes: u32| {
        format!(
            "slug = \"pets\"\ntitle = \"Pets\"\nsummary = \"Pets.\"\nlicence = \"MIT\"\n\
             [dates]\nstart = 2020-01-01T00:00:00\nend = 2020-02-01T00:00:00\n\
             [task]\nkind = \"labels\"\nclasses = [\"cat\", \"dog\", \"owl\"]\nmetric = \"accuracy\"\nshow = [\"mcc\"]\n\
             [limits]\nfile_bytes = {bytes}\n"
        )
    };
    desk.write("competition.toml", &manifest(1000));
    let score = desk.json(0, "--competition . submission.csv");
    assert_eq!(score["metrics"]["accuracy"]["all"], json!(0.75));
    assert!(score["metrics"]["accuracy"]["public"].is_number() && score["metrics"]["mcc"].is_object(), "{score}");
    desk.write("competition.toml", &manifest(10));
    let refused = desk.json(1, "--competition . submission.csv");
    assert_eq!(refused["errors"][0]["code"], "file_too_large");
    desk.write("competition.toml", &manifest(1000).replace("[task]", "[tusk]"));
    let ran = desk.score("--competition . submission.csv");
    ran.expect(2);
    assert!(ran.stderr().contains("did you mean 'task'?"), "{}", ran.stderr());
}
