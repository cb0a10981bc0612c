use podium_scoring::metric::Metric;
use podium_scoring::spec::OneOrMany;

use super::*;

fn predictions() -> Predictions {
    Predictions {
        ids: ["b", "a"].map(str::to_owned).into(),
        classes: ["crack, deep", "good"].map(str::to_owned).into(),
        labels: None,
        probabilities: vec![0.75, 0.25, 0.5, 0.5],
    }
}

fn task(kind: Kind, metric: Metric) -> Task {
    let mut task = Task::new(kind, metric);
    task.id = Some("id".to_owned());
    task.target = Some(OneOrMany::One("label".to_owned()));
    task.classes = Some(predictions().classes);
    task
}

/// What is written for a task, beside a sample with these lines.
fn written(task: &Task, sample: Option<&str>) -> Result<String, SubmissionError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("submission.csv");
    let sample_path = sample.map(|text| {
        let path = dir.path().join("sample.csv");
        fs::write(&path, text).unwrap();
        path
    });
    write(&path, task, &predictions(), sample_path.as_deref())?;
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1 + usize::from(sample.is_some()));
    Ok(fs::read_to_string(&path).unwrap())
}

#[test]
fn labels_are_the_most_probable_classes() {
    let text = written(&task(Kind::Labels, Metric::Accuracy), Some("id,label\na,good\nb,good\n")).unwrap();
    assert_eq!(text, "id,label\nb,\"crack, deep\"\na,\"crack, deep\"\n");
}

#[test]
fn probabilities_have_a_column_for_each_class() {
    let text = written(&task(Kind::Probabilities, Metric::LogLoss), None).unwrap();
    assert_eq!(text, "id,\"crack, deep\",good\nb,0.75,0.25\na,0.5,0.5\n");
}

#[test]
fn one_probability_is_that_of_the_positive_class() {
    let mut one = task(Kind::Probability, Metric::RocAuc);
    one.classes = None;
    assert_eq!(written(&one, None).unwrap(), "id,label\nb,0.25\na,0.5\n");
    one.positive = Some("crack, deep".to_owned());
    assert_eq!(written(&one, None).unwrap(), "id,label\nb,0.75\na,0.5\n");
    one.positive = Some("crack".to_owned());
    assert!(written(&one, None).unwrap_err().to_string().contains("'crack' is not one"));
}

#[test]
fn a_file_that_the_server_would_refuse_is_not_written() {
    let error = written(&task(Kind::Labels, Metric::Accuracy), Some("id,label\na,good\nb,good\nc,good\n")).unwrap_err();
    assert!(matches!(&error, SubmissionError::Refused(why) if why.contains('c')), "{error}");
}

#[test]
fn numbers_are_not_asked_of_classes() {
    let error = written(&task(Kind::Numbers, Metric::Mae), None).unwrap_err();
    assert!(matches!(error, SubmissionError::Kind(Kind::Numbers)));
}
