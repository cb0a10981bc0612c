use super::*;
use crate::tune::Direction;

fn space() -> BTreeMap<String, Parameter> {
    BTreeMap::from([
        ("rate".to_owned(), Parameter::Float { low: 1e-5, high: 1.0, log: true, step: None }),
        ("width".to_owned(), Parameter::Int { low: 8, high: 64, log: false, step: 8 }),
        (
            "optimizer".to_owned(),
            Parameter::Choice { choices: ["sgd", "adamw", "muon"].map(serde_json::Value::from).into() },
        ),
    ])
}

/// A loss with its least value at a rate of 1e-2, a width of 32 and muon.
fn loss(point: &BTreeMap<String, f64>) -> f64 {
    let optimizer = [1.0, 0.5, 0.0][point["optimizer"] as usize];
    (point["rate"].log10() + 2.0).powi(2) + ((point["width"] - 32.0) / 16.0).powi(2) + optimizer
}

fn search(sampler: Sampler, trials: u64, seed: u64, direction: Direction) -> Study {
    let mut study = Study { id: 0, direction, trials: Vec::new() };
    for id in 0..trials {
        let parameters = sampler.suggest(&space(), &study, seed);
        let value = Some(direction.loss(loss(&parameters)));
        let (intermediate, rungs) = (BTreeMap::new(), BTreeMap::new());
        study.trials.push(Trial { id, state: State::Complete, parameters, intermediate, value, rungs, process: None });
    }
    study
}

const TPE: Sampler = Sampler::Tpe { startup: 10, candidates: 24 };

/// Mean loss of the second half of 60 trials, over ten seeds.
fn late_loss(sampler: Sampler, direction: Direction) -> f64 {
    let of_seed = |seed| {
        let study = search(sampler, 60, seed, direction);
        study.trials[30..].iter().map(|trial| loss(&trial.parameters)).sum::<f64>() / 30.0
    };
    (0..10).map(of_seed).sum::<f64>() / 10.0
}

#[test]
fn the_estimator_learns_where_random_search_does_not() {
    let random = late_loss(Sampler::Random, Direction::Minimize);
    for direction in [Direction::Minimize, Direction::Maximize] {
        let tpe = late_loss(TPE, direction);
        assert!(tpe < random / 3.0, "{tpe} {random}");
    }
}

#[test]
fn every_suggestion_may_stand_there() {
    for sampler in [Sampler::Random, TPE] {
        for trial in search(sampler, 60, 3, Direction::Minimize).trials {
            for (name, parameter) in &space() {
                assert!(parameter.contains(trial.parameters[name]), "{name} {}", trial.parameters[name]);
            }
            assert_eq!(trial.parameters["width"] % 8.0, 0.0);
        }
    }
}

#[test]
fn the_last_step_is_not_pushed_over_the_end_by_rounding() {
    // 3 * 0.1 is more than 0.3.
    let tenths = Parameter::Float { low: 0.0, high: 0.3, log: false, step: Some(0.1) };
    let space = BTreeMap::from([("smoothing".to_owned(), tenths.clone())]);
    let mut study = Study { id: 0, direction: Direction::Maximize, trials: Vec::new() };
    for id in 0..40 {
        let parameters = TPE.suggest(&space, &study, 1);
        let value = Some(parameters["smoothing"]);
        assert!(tenths.contains(parameters["smoothing"]), "{parameters:?}");
        let (intermediate, rungs) = (BTreeMap::new(), BTreeMap::new());
        study.trials.push(Trial { id, state: State::Complete, parameters, intermediate, value, rungs, process: None });
    }
    assert_eq!(study.best().unwrap().value, Some(0.3));
}

#[test]
fn a_search_that_is_continued_tries_what_it_would_have_tried() {
    let whole = search(TPE, 25, 1, Direction::Minimize);
    let mut part = search(TPE, 17, 1, Direction::Minimize);
    assert_eq!(part.trials[..], whole.trials[..17]);
    part.trials.truncate(15);
    assert_eq!(TPE.suggest(&space(), &part, 1), whole.trials[15].parameters);
}

#[test]
fn another_seed_tries_something_else() {
    let study = Study { id: 0, direction: Direction::Minimize, trials: Vec::new() };
    assert_ne!(Sampler::Random.suggest(&space(), &study, 1), Sampler::Random.suggest(&space(), &study, 2));
}

#[test]
fn a_running_trial_is_not_tried_again_next_to_it() {
    let mut study = search(TPE, 30, 5, Direction::Minimize);
    let next = TPE.suggest(&space(), &study, 5);
    // Many processes at the very place that would come next.
    for id in 30..50 {
        let (intermediate, rungs) = (BTreeMap::new(), BTreeMap::new());
        let parameters = next.clone();
        study.trials.push(Trial {
            id,
            state: State::Running,
            parameters,
            intermediate,
            value: None,
            rungs,
            process: Some(1),
        });
    }
    let after = TPE.suggest(&space(), &study, 5);
    assert!((after["rate"].log10() - next["rate"].log10()).abs() > 1e-3 || after["width"] != next["width"]);
}

#[test]
fn better_trials_are_the_complete_then_those_pruned_late_then_those_pruned_early() {
    let mut study = search(Sampler::Random, 12, 1, Direction::Minimize);
    for (trial, steps) in [(0, 3), (1, 5)] {
        study.trials[trial].state = State::Pruned;
        study.trials[trial].intermediate = (1..=steps).map(|step| (step, 0.0)).collect();
    }
    study.trials[2].state = State::Failed;
    let trials: Vec<&Trial> = study.trials.iter().filter(|trial| trial.state != State::Failed).collect();
    let (best, rest) = split(&trials, &study);
    assert_eq!((best.len(), rest.len()), (2, 9));
    let mut complete: Vec<&Trial> = study.trials.iter().filter(|trial| trial.state == State::Complete).collect();
    complete.sort_by(|a, b| a.value.unwrap().total_cmp(&b.value.unwrap()));
    for trial in &complete[..2] {
        assert!(best.contains(&trial.parameters));
    }
}
