use super::*;
use crate::ensemble::select;
use crate::ensemble::tests::model;

/// A run with two folds: out-of-fold halves of `all`, and test predictions in each, as `train` and `predict` leave them.
fn folds(all: &Predictions, tests: [&Predictions; 2], view: Option<&str>) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (fold, (rows, test)) in [0..5, 5..10].into_iter().zip(tests).enumerate() {
        let run = dir.path().join("resnet").join(format!("fold{fold}"));
        fs::create_dir_all(run.join("best")).unwrap();
        let (out_of_fold, name) = match view {
            None => (run.join("best/validation.safetensors"), "test.safetensors".to_owned()),
            Some(view) => (run.join(format!("validation-{view}.safetensors")), format!("test-{view}.safetensors")),
        };
        select(all, &rows.collect::<Vec<_>>()).write(&out_of_fold).unwrap();
        test.write(&run.join(name)).unwrap();
    }
    dir
}

fn test_predictions(seed: u64) -> Predictions {
    Predictions { labels: None, ..model(seed, 4, 1.0) }
}

#[test]
fn folds_are_put_together_out_of_fold_and_averaged_on_the_test() {
    let (all, one, other) = (model(1, 10, 1.0), test_predictions(2), test_predictions(3));
    let dir = folds(&all, [&one, &other], None);
    let member = Member::read(dir.path().join("resnet").to_str().unwrap()).unwrap();
    assert_eq!(member.name, "resnet");
    assert_eq!(member.out_of_fold, Some(all));
    let test = member.test.unwrap();
    assert_eq!(test.labels, None);
    let mean = (f64::from(one.probabilities[5]) + f64::from(other.probabilities[5])) / 2.0;
    assert_eq!(test.probabilities[5], mean as f32);
}

#[test]
fn a_view_is_a_member_of_its_own() {
    let (all, one) = (model(1, 10, 1.0), test_predictions(2));
    let dir = folds(&all, [&one, &one], Some("flip-vertical"));
    let folder = dir.path().join("resnet").to_str().unwrap().to_owned();
    let member = Member::read(&format!("{folder}@flip-vertical")).unwrap();
    assert_eq!((member.name.as_str(), member.out_of_fold), ("resnet@flip-vertical", Some(all)));
    assert!(Member::read(&format!("{folder}@identity")).is_err());
}

#[test]
fn a_folder_without_predictions_says_what_would_make_some() {
    let dir = tempfile::tempdir().unwrap();
    let error = Member::read(dir.path().to_str().unwrap()).unwrap_err().to_string();
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
