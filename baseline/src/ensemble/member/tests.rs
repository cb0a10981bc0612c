use super::*;
use crate::ensemble::select;
use crate::ensemble::tests::model;

#[test]
fn folds_are_put_together_and_views_of_the_test_averaged() {
    let dir = tempfile::tempdir().unwrap();
    let run = dir.path().join("resnet");
    let all = model(1, 10, 1.0);
    for (fold, rows) in [(0, 0..5), (1, 5..10)] {
        let best = run.join(format!("fold{fold}")).join("best");
        fs::create_dir_all(&best).unwrap();
        select(&all, &rows.collect::<Vec<_>>()).write(&best.join("validation.safetensors")).unwrap();
    }
    let (mut one, mut other) = (model(2, 4, 1.0), model(3, 4, 1.0));
    (one.labels, other.labels) = (None, None);
    one.write(&run.join("test-fold0.safetensors")).unwrap();
    other.write(&run.join("test-fold1.safetensors")).unwrap();
    let member = Member::read(&run).unwrap();
    assert_eq!(member.name, "resnet");
    assert_eq!(member.out_of_fold, Some(all));
    let test = member.test.unwrap();
    assert_eq!(test.labels, None);
    let mean = (f64::from(one.probabilities[5]) + f64::from(other.probabilities[5])) / 2.0;
    assert_eq!(test.probabilities[5], mean as f32);
}

#[test]
fn a_folder_without_predictions_says_what_would_make_some() {
    let dir = tempfile::tempdir().unwrap();
    let error = Member::read(dir.path()).unwrap_err().to_string();
    assert!(error.contains("baseline train") && error.contains("baseline predict"), "{error}");
}

#[test]
fn files_of_one_member_must_agree() {
    let first = model(1, 4, 1.0);
    let mut wrong = first.clone();
    wrong.labels = Some(first.labels.as_ref().unwrap().iter().map(|label| (label + 1) % 4).collect());
    let files = [("a".to_owned(), first.clone()), ("b".to_owned(), wrong)];
    assert!(matches!(pool(&files), Err(EnsembleError::Labels { .. })));
    let mut other = first.clone();
    other.classes.swap(0, 1);
    assert!(matches!(pool(&[("a".to_owned(), first), ("b".to_owned(), other)]), Err(EnsembleError::Classes { .. })));
}
