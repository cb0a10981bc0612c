use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder with these files; pictures need no content, since none is opened.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn open(files: &[(&str, &str)]) -> Result<Competition, CompetitionError> {
    Competition::open(folder(files).path(), Columns::default())
}

fn message(files: &[(&str, &str)]) -> String {
    open(files).unwrap_err().to_string()
}

const TRAIN: (&str, &str) = ("train.csv", "id,label\na,cat\nb,dog\n");
const TEST: (&str, &str) = ("test.csv", "id\nc\n");
const PICTURES: [(&str, &str); 3] = [("images/a.jpg", ""), ("images/b.png", ""), ("images/c.JPEG", "")];

#[test]
fn a_participants_folder_gives_rows_with_their_pictures() {
    let [a, b, c] = PICTURES;
    let dir = folder(&[TRAIN, TEST, ("sample_submission.csv", "id,label\nc,cat\n"), a, b, c]);
    let competition = Competition::open(dir.path(), Columns::default()).unwrap();
    assert_eq!((competition.id.as_str(), competition.target.as_str()), ("id", "label"));
    assert_eq!(competition.classes, ["cat", "dog"]);
    assert_eq!(competition.labels(), [0, 1]);
    assert_eq!(competition.train[1].path, dir.path().join("images/b.png"));
    assert_eq!(competition.test[0].path, dir.path().join("images/c.JPEG"));
    assert_eq!(competition.test[0].label, None);
}

#[test]
fn a_hosts_folder_is_read_without_its_solution() {
    let files = [
        ("solution.csv", "id,label\nc,dog\n"),
        ("data/train.csv", TRAIN.1),
        ("data/test.csv", TEST.1),
        ("data/images/a.jpg", ""),
        ("data/images/b.jpg", ""),
        ("data/images/c.jpg", ""),
    ];
    let competition = open(&files).unwrap();
    assert_eq!(competition.test[0].label, None);
    assert!(competition.folder.ends_with("data"));
}

#[test]
fn whole_numbers_are_classes_in_the_order_of_numbers() {
    let labels = ["10", "9", "-1", "10"].map(str::to_owned);
    assert_eq!(classes(&labels), ["-1", "9", "10"]);
    assert_eq!(classes(&["10", "9", "x"].map(str::to_owned)), ["10", "9", "x"]);
}

#[test]
fn classes_have_the_names_of_the_table_of_classes() {
    let [a, b, c] = PICTURES;
    let names = ("classes.csv", "label,label_name\ndog,Hund\ncat,Katze\n");
    assert_eq!(open(&[TRAIN, TEST, a, b, c, names]).unwrap().class_names, ["Katze", "Hund"]);
}

#[test]
fn the_label_is_the_column_that_the_sample_submission_names() {
    let [a, b, c] = PICTURES;
    let train = ("train.csv", "id,coarse,fine\na,1,10\nb,2,20\n");
    let text = message(&[train, TEST, a, b, c]);
    assert_eq!(
        text,
        "train.csv has 'coarse', 'fine' that test.csv lacks; which one is the label? Say so: data.target = \"coarse\""
    );
    let sample = ("sample_submission.csv", "id,fine\nc,10\n");
    assert_eq!(open(&[train, TEST, a, b, c, sample]).unwrap().target, "fine");
}

#[test]
fn of_two_pictures_with_one_name_the_one_on_the_rows_side_is_meant() {
    let files = [
        ("train.csv", "id,label\n1,x\n2,y\n"),
        ("test.csv", "id\n1\n"),
        ("images/train/1.png", ""),
        ("images/train/2.png", ""),
        ("images/test/1.png", ""),
    ];
    let competition = open(&files).unwrap();
    assert!(competition.train[0].path.ends_with("train/1.png"));
    assert!(competition.test[0].path.ends_with("test/1.png"));
}

#[test]
fn a_picture_that_could_be_either_of_two_is_a_fault() {
    let [a, b, c] = PICTURES;
    let text = message(&[TRAIN, TEST, a, b, c, ("more/a.jpg", "")]);
    assert!(text.starts_with("train.csv, line 2: 'a' could be ") && text.contains("images/a.jpg"), "{text}");
}

#[test]
fn an_id_may_be_a_path() {
    let files = [
        ("train.csv", "id,label\nx/1.png,a\ny/1.png,b\n"),
        ("test.csv", "id\nx/2.png\n"),
        ("x/1.png", ""),
        ("y/1.png", ""),
        ("x/2.png", ""),
    ];
    let competition = open(&files).unwrap();
    assert!(competition.train[0].path.ends_with("x/1.png") && competition.train[1].path.ends_with("y/1.png"));
}

#[test]
fn a_missing_picture_is_told_with_its_line_and_an_example() {
    let [a, _, c] = PICTURES;
    let text = message(&[TRAIN, TEST, a, c]);
    assert!(text.starts_with("train.csv, line 3: no picture is named 'b' among the 2 under "), "{text}");
    assert!(text.ends_with("(1 rows have none); the pictures have names like 'a'"), "{text}");
}

#[test]
fn faults_of_tables_are_told_with_their_lines() {
    let [a, b, c] = PICTURES;
    let with = |train: &'static str| message(&[("train.csv", train), TEST, a, b, c]);
    assert!(with("id,label\na,cat\nb\n").ends_with("train.csv: line 3: 1 values, but there are 2 columns"));
    assert_eq!(with("id,label\na,cat\na,dog\n"), "train.csv, line 3: id 'a' is there twice, first on line 2");
    assert_eq!(with("id,label\na,cat\nb, \n"), "train.csv, line 3: column 'label' is empty");
    assert!(with("id,label\na,cat\nb,cat\n").contains("nothing to tell apart"));
    let dir = folder(&[TRAIN, TEST, a, b, c]);
    let columns = Columns { id: None, target: Some("Label") };
    let text = Competition::open(dir.path(), columns).unwrap_err().to_string();
    assert_eq!(text, "train.csv has no column 'Label', only 'id', 'label'; did you mean 'label'?");
}

#[test]
fn a_folder_without_tables_says_what_it_has() {
    let text = message(&[("photos.zip", "")]);
    assert!(text.contains("has no train.csv (it has photos.zip)"), "{text}");
}

#[test]
fn a_table_may_begin_with_a_byte_order_mark() {
    let [a, b, c] = PICTURES;
    let files = [("train.csv", "\u{FEFF}id,label\r\na,cat\r\nb,dog\r\n"), ("test.csv", "\u{FEFF}id\r\nc\r\n"), a, b, c];
    assert_eq!(open(&files).unwrap().id, "id");
}
