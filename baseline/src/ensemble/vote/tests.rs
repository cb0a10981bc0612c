use super::*;

fn one_row(probabilities: [f32; 3]) -> Predictions {
    Predictions {
        ids: vec!["a".to_owned()],
        classes: ["x", "y", "z"].map(str::to_owned).into(),
        labels: None,
        probabilities: probabilities.to_vec(),
    }
}

#[test]
fn soft_voting_lets_the_sure_one_win_and_hard_voting_the_many() {
    let members = [one_row([0.4, 0.3, 0.3]), one_row([0.4, 0.3, 0.3]), one_row([0.0, 1.0, 0.0])];
    let equal = [1.0; 3];
    assert_eq!(Vote::Soft.combine(&members, &equal).unwrap().most_probable(), [1]);
    let hard = Vote::Hard.combine(&members, &equal).unwrap();
    assert_eq!(hard.most_probable(), [0]);
    assert!((hard.row(0).iter().sum::<f32>() - 1.0).abs() < 1e-6);
}

#[test]
fn a_tie_of_votes_goes_to_the_larger_mean_probability() {
    let members = [one_row([0.6, 0.4, 0.0]), one_row([0.0, 0.9, 0.1])];
    assert_eq!(Vote::Hard.combine(&members, &[1.0, 1.0]).unwrap().most_probable(), [1]);
}

#[test]
fn weights_are_relative() {
    let members = [one_row([0.8, 0.2, 0.0]), one_row([0.2, 0.8, 0.0])];
    let blended = Vote::Soft.combine(&members, &[3.0, 1.0]).unwrap();
    assert_eq!(blended, Vote::Soft.combine(&members, &[0.75, 0.25]).unwrap());
    assert!((blended.row(0)[0] - 0.65).abs() < 1e-6);
}

#[test]
fn each_member_needs_a_weight() {
    let error = Vote::Soft.combine(&[one_row([1.0, 0.0, 0.0])], &[1.0, 1.0]).unwrap_err();
    assert_eq!(error.to_string(), "2 weights for 1 members");
    assert!(matches!(Vote::Soft.combine(&[], &[]), Err(EnsembleError::Empty)));
}
