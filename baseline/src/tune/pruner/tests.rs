use std::collections::BTreeMap;

use super::*;
use crate::tune::Direction;

fn trial(id: u64, state: State, values: &[f64]) -> Trial {
    Trial {
        id,
        state,
        parameters: BTreeMap::new(),
        intermediate: (1..).zip(values.iter().copied()).collect(),
        value: values.last().copied(),
        rungs: BTreeMap::new(),
        process: None,
    }
}

fn study(direction: Direction, trials: Vec<Trial>) -> Study {
    Study { id: 0, direction, trials }
}

const MEDIAN: Pruner = Pruner::Median { startup: 3, warmup: 2 };

#[test]
fn the_median_of_the_others_at_the_same_step_decides() {
    let complete = [0.1, 0.2, 0.3].map(|value| [value, value + 0.3, value + 0.4]);
    let mut trials: Vec<Trial> = (0..).zip(&complete).map(|(id, values)| trial(id, State::Complete, values)).collect();
    trials.push(trial(9, State::Pruned, &[0.9, 0.9]));
    let study = study(Direction::Maximize, trials);
    let judge = |values: &[f64]| MEDIAN.judge(&study, &trial(10, State::Running, values)).prune;
    assert!(!judge(&[0.0]), "warm-up");
    assert!(judge(&[0.0, 0.49]));
    assert!(!judge(&[0.0, 0.5]), "equal is not worse");
    assert!(!judge(&[0.6, 0.1]), "its best value counts");
    assert!(judge(&[f64::NAN, f64::NAN]));
    assert!(!judge(&[0.0, 0.0, 0.0, 0.0]), "nobody else was there");
    assert!(!judge(&[]));
}

#[test]
fn nothing_is_given_up_before_enough_trials_are_complete() {
    let trials = (0..2).map(|id| trial(id, State::Complete, &[0.9, 0.9])).collect();
    assert!(!MEDIAN.judge(&study(Direction::Maximize, trials), &trial(2, State::Running, &[0.0, 0.0])).prune);
}

const ASHA: Pruner = Pruner::Asha { first: 1, reduction: 3 };

#[test]
fn one_in_three_goes_on_at_each_rung() {
    let mut trials: Vec<Trial> = (0..6).map(|id| trial(id, State::Pruned, &[f64::from(id as u32)])).collect();
    for trial in &mut trials {
        trial.rungs.insert(0, trial.value.unwrap());
    }
    let study = study(Direction::Minimize, trials);
    let judge = |value: f64| ASHA.judge(&study, &trial(9, State::Running, &[value]));
    // With it there are seven at the rung: two go on.
    assert_eq!(judge(0.5), Verdict { prune: false, reached: vec![0] });
    assert_eq!(judge(1.5), Verdict { prune: true, reached: vec![0] });
}

#[test]
fn between_rungs_nothing_is_judged() {
    let mut running = trial(1, State::Running, &[0.5, 0.6]);
    running.rungs.insert(0, 0.5);
    let study = study(Direction::Maximize, vec![trial(0, State::Complete, &[0.9; 9])]);
    assert_eq!(ASHA.judge(&study, &running), Verdict { prune: false, reached: Vec::new() });
    running.intermediate.insert(3, 0.7);
    assert_eq!(ASHA.judge(&study, &running), Verdict { prune: false, reached: vec![1] });
}

#[test]
fn the_first_at_a_rung_goes_on_and_what_is_no_number_does_not() {
    let empty = study(Direction::Maximize, Vec::new());
    assert!(!ASHA.judge(&empty, &trial(0, State::Running, &[0.1])).prune);
    assert!(ASHA.judge(&empty, &trial(0, State::Running, &[f64::NAN])).prune);
    assert!(!Pruner::None.judge(&empty, &trial(0, State::Running, &[f64::NAN])).prune);
}
