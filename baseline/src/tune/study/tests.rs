use serde_json::json;

use super::*;

#[test]
fn trials_are_numbered_over_the_whole_file() {
    let lines = [
        json!({"op_code": 0, "study_name": "other", "directions": [1]}),
        json!({"op_code": 0, "study_name": "mine", "directions": [2]}),
        json!({"op_code": 4, "study_id": 0, "datetime_start": "2026-01-01T00:00:00+00:00"}),
        json!({"op_code": 4, "study_id": 1, "datetime_start": "2026-01-01T00:00:00+00:00"}),
        json!({"op_code": 5, "trial_id": 1, "param_name": "x", "param_value_internal": 0.5, "distribution": "{}"}),
        json!({"op_code": 7, "trial_id": 1, "step": 1, "intermediate_value": 0.25}),
        json!({"op_code": 9, "trial_id": 1, "system_attr": {"completed_rung_0": 0.25}}),
        json!({"op_code": 8, "trial_id": 1, "user_attr": {"process": 77}}),
        json!({"op_code": 6, "trial_id": 1, "state": 1, "values": [0.75]}),
        json!({"op_code": 6, "trial_id": 1, "state": 3, "values": null}),
        json!({"op_code": 10, "whatever": true}),
    ];
    let study = Study::replay(&lines, "mine").unwrap();
    assert_eq!((study.id, study.direction, study.trials.len()), (1, Direction::Maximize, 1));
    let trial = &study.trials[0];
    assert_eq!(
        (trial.id, trial.state, trial.value),
        (1, State::Complete, Some(0.75)),
        "a finished trial stays as it is"
    );
    assert_eq!(
        (trial.parameters["x"], trial.last(), trial.rungs[&0], trial.process),
        (0.5, Some((1, 0.25)), 0.25, Some(77))
    );
    assert_eq!(study.best().unwrap().id, 1);
    assert_eq!(Study::replay(&lines, "other").unwrap().direction, Direction::Minimize);
    assert_eq!(Study::replay(&lines, "nobody's"), None);
}

#[test]
fn a_trial_that_was_added_whole_is_whole() {
    let lines = [
        json!({"op_code": 0, "study_name": "mine", "directions": [1]}),
        json!({"op_code": 4, "study_id": 0, "state": 1, "value": 2.5, "values": null, "params": {"x": 1.0},
               "intermediate_values": {"3": 4.0}, "system_attrs": {"completed_rung_1": 4.0}, "datetime_start": null}),
        json!({"op_code": 1, "study_id": 5}),
    ];
    let trial = &Study::replay(&lines, "mine").unwrap().trials[0];
    assert_eq!(
        (trial.value, trial.parameters["x"], trial.last(), trial.rungs[&1]),
        (Some(2.5), 1.0, Some((3, 4.0)), 4.0)
    );
    let deleted = [lines[0].clone(), json!({"op_code": 1, "study_id": 0})];
    assert_eq!(Study::replay(&deleted, "mine"), None);
}
