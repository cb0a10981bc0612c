use super::*;

fn task(text: &str) -> Result<Task, toml::de::Error> {
    toml::from_str(text)
}

#[test]
fn the_task_table_is_read_and_written_back() {
    let text = "kind = \"labels\"\nid = \"id\"\ntarget = \"label\"\nclasses = [\"mono-0\", \"poly-0\"]\nmetric = \"f1_macro\"\nshow = [\"accuracy\"]\n";
    let read = task(text).unwrap();
    assert_eq!(read.check(), Ok(()));
    assert_eq!(read.metrics().map(ToString::to_string).collect::<Vec<_>>(), ["f1_macro", "accuracy"]);
    assert_eq!(toml::to_string(&read).unwrap(), text);
    let several = task("kind = \"numbers\"\ntarget = [\"x\", \"y\"]\nmetric = \"rmse\"").unwrap();
    assert_eq!(several.target.as_ref().unwrap().names(), ["x", "y"]);
    assert_eq!(several.check(), Ok(()));
}

#[test]
fn a_misspelt_key_or_metric_is_refused() {
    assert!(task("kind = \"labels\"\nmetric = \"accuracy\"\nclases = [\"a\"]").is_err());
    let error = task("kind = \"labels\"\nmetric = \"acuracy\"").unwrap_err().to_string();
    assert!(error.contains("did you mean 'accuracy'"), "{error}");
    assert!(task("kind = \"label\"\nmetric = \"accuracy\"").is_err());
}

#[test]
fn contradictions_are_all_named() {
    let task = task(
        "kind = \"labels\"\nid = \"Usage\"\ntarget = [\"a\", \"A\"]\nclasses = [\"x\", \" x \", \"\"]\npositive = \"z\"\nmetric = \"mae\"",
    );
    let errors = task.unwrap().check().unwrap_err();
    assert_eq!(
        errors,
        [
            TaskError::MetricKind { metric: "mae".to_owned(), kind: Kind::Labels },
            TaskError::SeveralTargets(Kind::Labels),
            TaskError::ColumnName("Usage".to_owned()),
            TaskError::ColumnName("A".to_owned()),
            TaskError::RepeatedClass("x".to_owned()),
            TaskError::EmptyClass,
            TaskError::PositiveUnknown("z".to_owned()),
        ]
    );
}

#[test]
fn classes_stand_in_class_order_and_are_described_shortly() {
    let classes = Classes::new(["10", "9", "-1"].map(str::to_owned), true);
    assert_eq!(classes.names(), ["-1", "9", "10"]);
    assert!(classes.are_integers());
    assert_eq!(classes.described(), "the classes -1, 9, 10");
    let padded = Classes::new(["01", "2"].map(str::to_owned), true);
    assert!(!padded.are_integers(), "01 is a name, not a number");
    let many = Classes::new((0..18).map(|class| class.to_string()), true);
    assert_eq!(many.described(), "the 18 classes");
}

#[test]
fn names_are_compared_trimmed_composed_and_in_lower_case() {
    assert_eq!(fold(" \u{1112}\u{1161}\u{11ab} ID\t"), "한 id");
    assert_eq!(class_name(" Cafe\u{301} "), "Café");
}
