use super::*;

#[test]
fn a_run_has_its_curves_its_matrix_and_the_photographs_it_got_wrong() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("log.jsonl"), "{\"epoch\":1,\"train/loss\":2.0,\"validation/loss\":2.5}\n").unwrap();
    let photograph = dir.path().join("b.png");
    image::RgbImage::from_pixel(20, 10, image::Rgb([200, 10, 10])).save(&photograph).unwrap();
    let validation = Predictions {
        ids: ["a", "b", "c"].map(str::to_owned).into(),
        classes: ["apple", "pear"].map(str::to_owned).into(),
        labels: Some(vec![0, 1, 1]),
        probabilities: vec![0.9, 0.1, 0.8, 0.2, 0.7, 0.3],
    };
    let files = write(dir.path(), &validation, |id| (id == "b").then(|| photograph.clone())).unwrap();
    let names: Vec<String> =
        files.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, ["curves.svg", "confusion.svg", "thresholds.svg", "mistakes.svg"]);
    let text = |place: usize| fs::read_to_string(&files[place]).unwrap();
    assert!(text(2).contains("pear 1.000"), "the area stands beside the class");
    assert_eq!(text(3).matches("<image").count(), 1, "a photograph that is not found is left out");
    assert!(text(3).contains("called apple (0.80)"));
}

#[test]
fn a_run_without_a_log_or_without_truth_has_fewer() {
    let dir = tempfile::tempdir().unwrap();
    let validation =
        Predictions { ids: vec!["a".into()], classes: vec!["x".into()], labels: None, probabilities: vec![1.0] };
    assert!(write(dir.path(), &validation, |_| None).unwrap().is_empty());
}
