use super::*;
use serde_json::json;

fn space() -> BTreeMap<String, Parameter> {
    let float = |low, high, log, step| Parameter::Float { low, high, log, step };
    let int = |low, high, log, step| Parameter::Int { low, high, log, step };
    let parameters = [
        float(0.0, 1.0, false, None),
        float(1e-4, 1e-1, true, None),
        int(2, 10, false, 2),
        Parameter::Choice { choices: vec![json!("x"), json!("y"), json!("z")] },
        int(1, 64, true, 1),
        float(0.0, 1.0, false, Some(0.25)),
    ];
    ["a", "b", "c", "d", "e", "f"].map(str::to_owned).into_iter().zip(parameters).collect()
}

fn point(values: [f64; 6]) -> BTreeMap<String, f64> {
    ["a", "b", "c", "d", "e", "f"].map(str::to_owned).into_iter().zip(values).collect()
}

const TRIALS: [[f64; 6]; 3] =
    [[0.1, 1e-3, 2.0, 0.0, 1.0, 0.0], [0.9, 5e-2, 10.0, 2.0, 64.0, 0.5], [0.35, 2e-4, 6.0, 2.0, 8.0, 1.0]];

/// What `_ParzenEstimator` of optuna 5.0.0 says about the two points, with 0, 1 and 3 of the trials.
#[test]
fn densities_are_those_of_optuna() {
    let space = space();
    let points = [[0.2, 3e-3, 4.0, 2.0, 3.0, 0.25], [0.95, 1e-4, 8.0, 1.0, 64.0, 1.0]];
    let expected = [
        (0, [-8.81291255118228, -12.238552471191078]),
        (1, [-8.848765939109043, -12.687015192715956]),
        (3, [-8.529682267165308, -12.592966682115982]),
    ];
    for (trials, densities) in expected {
        let estimator = Parzen::new(&space, &TRIALS[..trials].iter().copied().map(point).collect::<Vec<_>>());
        for (values, density) in points.into_iter().zip(densities) {
            let ours = estimator.log_density(&point(values));
            assert!((ours - density).abs() < 1e-9, "{trials} trials, {values:?}: {ours} {density}");
        }
    }
}

/// 30 trials: the older ones count less.
#[test]
fn many_trials_are_weighed_as_by_optuna() {
    let space = BTreeMap::from([("a".to_owned(), Parameter::Float { low: 0.0, high: 1.0, log: false, step: None })]);
    let of = |value: f64| BTreeMap::from([("a".to_owned(), value)]);
    let estimator = Parzen::new(&space, &(0..30).map(|trial| of(f64::from(trial * 7 % 30) / 29.0)).collect::<Vec<_>>());
    let expected = [(0.0, -0.8876175786929779), (0.5, -0.12967525398565838), (0.77, 0.009286962876209559)];
    for (value, density) in expected {
        assert!((estimator.log_density(&of(value)) - density).abs() < 1e-9, "{value}");
    }
}

#[test]
fn what_is_drawn_may_stand_there_and_lies_on_its_step() {
    let space = space();
    let estimator = Parzen::new(&space, &TRIALS.map(point));
    let mut random = Random::new(&[1]);
    for _ in 0..500 {
        let drawn = estimator.sample(&mut random);
        for (name, parameter) in &space {
            assert!(parameter.contains(drawn[name]), "{name}: {}", drawn[name]);
        }
        assert_eq!(drawn["c"] % 2.0, 0.0);
        assert_eq!(drawn["e"].fract(), 0.0);
        assert_eq!((drawn["f"] * 4.0).fract(), 0.0);
    }
}

#[test]
fn draws_gather_where_trials_were() {
    let space = BTreeMap::from([("a".to_owned(), Parameter::Float { low: 0.0, high: 1.0, log: false, step: None })]);
    let trials: Vec<BTreeMap<String, f64>> =
        (0..10).map(|trial| BTreeMap::from([("a".to_owned(), 0.8 + 0.01 * f64::from(trial))])).collect();
    let estimator = Parzen::new(&space, &trials);
    let mut random = Random::new(&[2]);
    let near = (0..1_000).filter(|_| estimator.sample(&mut random)["a"] > 0.7).count();
    assert!(near > 800, "{near}");
}

#[test]
fn a_parameter_with_one_value_has_it() {
    let space = BTreeMap::from([("a".to_owned(), Parameter::Float { low: 0.5, high: 0.5, log: false, step: None })]);
    let fixed = BTreeMap::from([("a".to_owned(), 0.5)]);
    let estimator = Parzen::new(&space, std::slice::from_ref(&fixed));
    assert_eq!(estimator.sample(&mut Random::new(&[3])), fixed);
    assert!(estimator.log_density(&fixed).is_finite());
}
