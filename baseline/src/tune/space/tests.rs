use super::*;

const PLAN: &str = r#"
study = "solar"
experiment = "fast.toml"
metric = "validation/f1_macro"
direction = "maximize"
trials = 30
seed = 1
sampler = { kind = "tpe", startup = 10, candidates = 24 }
pruner = { kind = "median", startup = 5, warmup = 2 }

[space]
"optimizer.learning_rate" = { kind = "float", low = 1e-4, high = 1e-1, log = true }
"model.width" = { kind = "int", low = 8, high = 64, log = false, step = 8 }
"optimizer.kind" = { kind = "choice", choices = ["sgd", "adamw"] }
"#;

#[test]
fn a_plan_is_read() {
    let plan = Plan::parse(PLAN).unwrap();
    assert_eq!(plan.sampler, Sampler::Tpe { startup: 10, candidates: 24 });
    assert_eq!(plan.pruner, Pruner::Median { startup: 5, warmup: 2 });
    assert_eq!(plan.space["model.width"].value(24.0), json!(24));
    assert_eq!(plan.space["optimizer.kind"].value(1.0), json!("adamw"));
}

#[test]
fn what_is_misspelt_or_missing_is_refused() {
    for (right, wrong, says) in [
        ("trials = 30", "trails = 30", "trails"),
        ("seed = 1", "", "seed"),
        ("\"maximize\"", "\"up\"", "up"),
        ("log = true }", "log = true, stp = 1 }", "stp"),
        ("low = 1e-4", "low = 0.0", "a logarithm needs low above 0"),
        ("high = 64", "high = 4", "low must not be above high"),
        ("step = 8", "step = 0", "step must be at least 1"),
        ("[\"sgd\", \"adamw\"]", "[]", "at least one choice"),
        ("[\"sgd\", \"adamw\"]", "[[1]]", "texts, numbers or booleans"),
    ] {
        let error = Plan::parse(&PLAN.replace(right, wrong)).unwrap_err().to_string();
        assert!(error.contains(says), "{wrong}: {error}");
    }
    let (head, _) = PLAN.split_once("[space]").unwrap();
    assert_eq!(Plan::parse(&format!("{head}[space]")).unwrap_err(), PlanError::Empty);
}

#[test]
fn distributions_are_written_as_optuna_writes_them() {
    let float = Parameter::Float { low: 0.5, high: 1.0, log: false, step: None };
    let text: Value = serde_json::from_str(&float.distribution()).unwrap();
    assert_eq!(
        text,
        json!({"name": "FloatDistribution", "attributes": {"step": null, "low": 0.5, "high": 1.0, "log": false}})
    );
    let int = Parameter::Int { low: 1, high: 9, log: true, step: 1 };
    let text: Value = serde_json::from_str(&int.distribution()).unwrap();
    assert_eq!(text, json!({"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 1, "high": 9}}));
}
