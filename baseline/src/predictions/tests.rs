use super::*;

fn predictions(labels: Option<Vec<usize>>) -> Predictions {
    Predictions {
        ids: vec!["a".into(), "나".into()],
        classes: vec!["x".into(), "y\"z".into(), "w".into()],
        labels,
        probabilities: vec![0.2, 0.5, 0.3, 0.4, 0.4, 0.2],
    }
}

#[test]
fn what_was_written_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    for labels in [None, Some(vec![2, 0])] {
        let path = dir.path().join("some.safetensors");
        predictions(labels.clone()).write(&path).unwrap();
        assert_eq!(Predictions::read(&path).unwrap(), predictions(labels));
    }
}

#[test]
fn of_equally_probable_classes_the_first_is_taken() {
    assert_eq!(predictions(None).most_probable(), [1, 0]);
}

#[test]
fn another_file_is_refused_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("weights.safetensors");
    fs::write(&path, b"{}").unwrap();
    let error = Predictions::read(&path).unwrap_err().to_string();
    assert!(error.contains("weights.safetensors is not a file of predictions"), "{error}");
}

#[test]
fn equal_predictions_make_equal_files() {
    let dir = tempfile::tempdir().unwrap();
    let files: Vec<Vec<u8>> = (0..8)
        .map(|number| {
            let path = dir.path().join(format!("{number}.safetensors"));
            predictions(Some(vec![2, 0])).write(&path).unwrap();
            fs::read(path).unwrap()
        })
        .collect();
    assert!(files.iter().all(|file| *file == files[0]));
}
