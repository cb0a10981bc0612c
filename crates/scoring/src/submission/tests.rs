use super::*;
use crate::columns::{Kind, Lists};
use crate::rejection::Rejection;
use crate::solution::Solution;
use crate::spec::Task;

fn expected(kind: Kind, metric: &str, solution: &str) -> Expected {
    let task = Task::new(kind, metric.parse().unwrap());
    Solution::from_reader(solution.as_bytes(), &task, None).unwrap().expected().clone()
}

fn closed(classes: &[&str], solution: &str) -> Expected {
    let mut task = Task::new(Kind::Labels, "accuracy".parse().unwrap());
    task.classes = Some(classes.iter().map(|class| (*class).to_owned()).collect());
    Solution::from_reader(solution.as_bytes(), &task, None).unwrap().expected().clone()
}

fn read(expected: &Expected, file: &str) -> Submission {
    Submission::from_reader(file.as_bytes(), expected, &Limits::default()).unwrap()
}

fn rejections(expected: &Expected, file: &str) -> Vec<Rejection> {
    match Submission::from_reader(file.as_bytes(), expected, &Limits::default()) {
        Err(Refusal::Rejected(rejections)) => rejections,
        other => panic!("{other:?}"),
    }
}

fn messages(expected: &Expected, file: &str) -> Vec<String> {
    rejections(expected, file).into_iter().map(|rejection| rejection.message).collect()
}

#[test]
fn a_label_outside_a_closed_set_is_refused_with_the_nearest_class() {
    let classes: Vec<String> = (0..16).map(|class| format!("class-{class}")).collect();
    let mut names: Vec<&str> = classes.iter().map(String::as_str).collect();
    names.extend(["mask", "no mask"]);
    let expected = closed(&names, "id,label\na,mask\nb,no mask\n");
    let [rejection] = &rejections(&expected, "id,label\na,maask\nb,no mask\n")[..] else { panic!("one") };
    assert_eq!(rejection.message, "Line 2: 'maask' is not one of the 18 classes; did you mean 'mask'?");
    assert_eq!((rejection.line, rejection.column), (Some(2), Some(2)));
    assert_eq!(
        messages(&expected, "id,label\na,17\nb,0.93\n"),
        [
            "Line 2: '17' is not one of the 18 classes. Send the name of the class, not its number.",
            "Line 3: '0.93' is not a class. Send the class, not a probability or a regression value (argmax).",
        ]
    );
}

#[test]
fn a_class_may_be_called_like_a_missing_value() {
    let expected = closed(&["None", "nan"], "id,label\na,None\nb,nan\n");
    assert_eq!(read(&expected, "id,label\na,nan\nb,None\n").rows, 2);
}

#[test]
fn an_open_set_takes_any_label_and_says_which_are_new() {
    let expected = expected(Kind::Labels, "accuracy", "id,label\na,0\nb,1\nc,1\n");
    let submission = read(&expected, "id,label\na,7.0\nb,1\nc,other\n");
    let Predictions::Classes { index, extra } = &submission.predictions else { panic!("classes") };
    assert_eq!((index.as_slice(), extra.as_slice()), (&[2, 1, 3][..], &["7".to_owned(), "other".to_owned()][..]));
    let notices: Vec<&str> = submission.notices.iter().map(|notice| notice.message.as_str()).collect();
    assert!(
        notices.contains(&"2 labels, such as '7', are not in the solution; their rows count as wrong."),
        "{notices:?}"
    );
    assert_eq!(messages(&expected, "id,label\na,\nb,nan\nc,1\n").len(), 2);
}

#[test]
fn too_many_new_labels_are_numbers_sent_by_mistake() {
    let rows: String = (0..100).map(|row| format!("r{row},0\n")).collect();
    let expected = expected(Kind::Labels, "accuracy", &format!("id,label\n{rows}"));
    let file: String = (0..100).map(|row| format!("r{row},{row}.5\n")).collect();
    let limits = Limits { new_labels: 50, ..Limits::default() };
    let Err(Refusal::Rejected(rejections)) =
        Submission::from_reader(format!("id,label\n{file}").as_bytes(), &expected, &limits)
    else {
        panic!("refused")
    };
    assert_eq!((rejections[0].code, rejections[0].count), (Code::TooManyLabels, 50));
}

#[test]
fn ids_in_another_unicode_form_are_matched_with_a_notice() {
    let expected = expected(Kind::Labels, "accuracy", "id,label\n한글.jpg,0\ncafé.jpg,1\n");
    let decomposed = "id,label\n\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}.jpg,0\ncafe\u{301}.jpg,1\n";
    assert!(read(&expected, decomposed).has_notice(NoticeCode::Composition));
    let task = Task::new(Kind::Labels, "accuracy".parse().unwrap());
    let expected = Solution::from_reader(decomposed.as_bytes(), &task, None).unwrap().expected().clone();
    assert!(!read(&expected, "id,label\n한글.jpg,0\ncafé.jpg,1\n").has_notice(NoticeCode::Composition));
    assert!(messages(&expected, "id,label\n한굴.jpg,0\ncafé.jpg,1\n")[0].contains("'한굴.jpg' is "));
}

#[test]
fn an_id_that_differs_only_by_a_wide_form_is_another_id() {
    let expected = expected(Kind::Labels, "accuracy", "id,label\na1,0\nb1,1\n");
    assert_eq!(
        messages(&expected, "id,label\nａ１,0\nb1,1\n"),
        ["Line 2: id 'ａ１' is unknown; it has a look-alike character, did you mean 'a1'?"]
    );
}

#[test]
fn rankings_keep_their_order_and_refuse_repetitions() {
    let expected = expected(Kind::Ranking, "mrr", "query,item,relevance\nq1,d1,1\nq2,d2,1\n");
    let submission = read(&expected, "items,query\n  d9 d2  d1\t,q2\nd8 한글 d1,q1\n");
    let Predictions::Rankings(lists) = &submission.predictions else { panic!("rankings") };
    assert_eq!(lists.get(1), [2, 1, 0]);
    assert_eq!(lists.get(0), [2, 3, 0]);
    assert_eq!(
        messages(&expected, "query,items\nq1,d1 d2 d1\nq2,x y z y\n"),
        [
            "Line 2: the item 'd1' appears twice for 'q1'. Keep the first.",
            "Line 3: the item 'y' appears twice for 'q2'. Keep the first.",
        ]
    );
    assert_eq!(
        messages(&expected, "query,items\nq1,\"[d1, d2]\"\n"),
        [
            "Line 2: the items are a list in brackets. Write them best first, parted by spaces.",
            "1 of 2 ids has no row: 'q2'.",
        ]
    );
    assert_eq!(messages(&expected, "query,items\nq1,d1|d2\nq2,\n").len(), 2);
}

#[test]
fn sets_may_be_empty_and_are_read_without_order() {
    let expected = expected(Kind::Multilabel, "exact_match", "id,labels\na,x y\nb,\n");
    let submission = read(&expected, "id,labels\na,y x y\nb,\n");
    assert!(submission.has_notice(NoticeCode::LabelRepeated));
    let rows: Lists<u32> = [vec![0, 1], vec![]].into_iter().collect();
    assert_eq!(submission.predictions, Predictions::Sets { rows, extra: Vec::new() });
    assert_eq!(
        messages(&expected, "id,labels\na,nan\nb,\n"),
        ["Line 2: the label of 'a' is missing ('nan'). Fill missing predictions before writing."]
    );
}

#[test]
fn class_columns_are_found_with_and_without_a_prefix() {
    let expected = expected(Kind::Probabilities, "log_loss", "id,label\na,cat\nb,dog\n");
    let plain = Predictions::Probabilities { values: vec![0.25, 0.75, 1.0, 0.0], extra: Vec::new() };
    for header in ["id,dog,cat", "id,prob_dog,prob_cat", "ID,Dog,CAT", "id,P_dog,P_cat"] {
        let submission = read(&expected, &format!("{header}\na,0.75,0.25\nb,0,1\n"));
        assert_eq!(submission.predictions, plain, "{header}");
    }
    let further = read(&expected, "id,zebra,cat,ant,dog\na,0,0.25,0,0.75\nb,0,1,0,0\n");
    let extra = vec!["ant".to_owned(), "zebra".to_owned()];
    let values = vec![0.25, 0.75, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    assert_eq!(further.predictions, Predictions::Probabilities { values, extra });
    assert_eq!(
        messages(&expected, "id,p_cat,p_dgo\na,0.5,0.5\nb,0.5,0.5\n"),
        ["There is no column 'p_dog'. Found: 'id', 'p_cat', 'p_dgo'. Rename 'p_dgo' to 'p_dog'."]
    );
}

#[test]
fn column_order_changes_no_bit_of_a_scaled_row() {
    let expected = expected(Kind::Probabilities, "log_loss", "id,label\na,x\nb,y\nc,z\n");
    let one = read(&expected, "id,x,y,z\na,0.1,0.2,0.695\nb,0.3,0.3,0.3999\nc,1,0,0\n");
    let other = read(&expected, "z,id,x,y\n0.695,a,0.1,0.2\n0.3999,b,0.3,0.3\n0,c,1,0\n");
    assert!(one.has_notice(NoticeCode::Scaled));
    assert_eq!(one.predictions, other.predictions);
}

#[test]
fn a_single_probability_is_between_0_and_1() {
    let expected = expected(Kind::Probability, "roc_auc", "id,label\na,1\nb,0\n");
    let submission = read(&expected, "id,label\na,1\nb,-1e-12\n");
    assert_eq!(submission.predictions, Predictions::Scores(vec![1.0, 0.0]));
    assert_eq!(
        messages(&expected, "id,label\na,70\nb,-0.5\n"),
        ["Line 2: '70' is above 1. Send a probability, not a percentage or a logit.", "Line 3: '-0.5' is below 0."]
    );
}

#[test]
fn what_is_missing_is_not_reported_where_a_wrong_row_explains_it() {
    let expected = closed(&["0", "1"], "id,label\na001,0\na002,1\na003,1\n");
    assert_eq!(messages(&expected, "id,label\na001,0\n\u{200b}a002,1\na003\n").len(), 2);
    assert_eq!(messages(&expected, "id,label\na001,0\nxyz,1\n").len(), 2);
}

#[test]
fn a_file_that_is_cut_by_a_limit_says_nothing_about_missing_ids() {
    let expected = closed(&["0", "1"], "id,label\na001,0\na002,1\n");
    let limits = Limits { file_bytes: 17, ..Limits::default() };
    let result = Submission::from_reader("id,label\na001,0\na002,1\n".as_bytes(), &expected, &limits);
    let Err(Refusal::Rejected(rejections)) = result else { panic!("refused") };
    assert_eq!(rejections.iter().map(|rejection| rejection.code).collect::<Vec<_>>(), [Code::FileTooLarge]);
}

#[test]
fn every_sample_submission_is_accepted() {
    for (kind, metric, solution) in [
        (Kind::Labels, "accuracy", "id,label\n\"a, 1\",x\nb,\"y \"\"z\"\"\"\n"),
        (Kind::Probability, "roc_auc", "id,label\na,0\nb,1\n"),
        (Kind::Probabilities, "log_loss", "id,label\na,x\nb,y\nc,z\n"),
        (Kind::Numbers, "rmse", "id,x,y\na,1,2\nb,3,4\n"),
        (Kind::Ranking, "mrr", "query,item,relevance\nq,d,1\n"),
        (Kind::Multilabel, "exact_match", "id,labels\na,x\nb,\n"),
    ] {
        let expected = expected(kind, metric, solution);
        let file = sample(&expected, Vec::new()).unwrap();
        let text = String::from_utf8(file).unwrap();
        assert_eq!(read(&expected, &text).notices, [], "{text}");
        let from_sample =
            Expected::from_sample_submission(text.as_bytes(), expected.task(), &Limits::default()).unwrap();
        assert_eq!(from_sample.header(), expected.header());
        assert_eq!(read(&from_sample, &text).rows, expected.ids().len() as u64);
    }
}

#[test]
fn the_writer_refuses_what_the_reader_would() {
    let mut writer = Writer::new(Vec::new(), &["id", "x"]).unwrap();
    assert!(writer.numbers("a", &[f64::NAN]).is_err());
    assert!(writer.list("a", &["two words"]).is_err());
    writer.numbers("a", &[1e-300]).unwrap();
    assert_eq!(writer.finish().unwrap(), b"id,x\na,1e-300\n");
}

#[test]
fn a_slip_of_the_whole_file_is_suggested_for_each_listed_id() {
    let rows = |id: &dyn Fn(usize) -> String| -> String { (0..3_000).map(|row| format!("{},0\n", id(row))).collect() };
    let wrong: [(&dyn Fn(usize) -> String, &str); 4] = [
        (&|row| format!("test/{row:06}.jpg"), "folder and file extension"),
        (&|row| format!("{row:06}"), "folder and file extension"),
        (&|row| format!("{row:06}.JPG"), "case-sensitive"),
        (&|row| format!("{row}.jpg"), "zeros differ"),
    ];
    let expected = closed(&["0", "1"], &format!("id,label\n{}", rows(&|row| format!("{row:06}.jpg"))));
    for (id, words) in wrong {
        let messages = messages(&expected, &format!("id,label\n{}", rows(id)));
        assert_eq!(messages.len(), 20);
        for message in messages {
            assert!(message.contains(words) && message.contains("did you mean '00"), "{message}");
        }
    }
}

#[test]
fn thousands_of_made_up_columns_cost_no_memory_and_little_time() {
    let rows: String = (0..100_000).map(|row| format!("r{row},{}\n", row % 2)).collect();
    let expected = expected(Kind::Probabilities, "log_loss", &format!("id,label\n{rows}"));
    let columns: String = (2..12_000).map(|column| format!(",{column}")).collect();
    let file = format!("id,0,1{columns}\nr0,1{}\n", ",0".repeat(11_999));
    // 100,000 rows of 12,000 numbers would be 9.6 GB.
    let codes: Vec<Code> = rejections(&expected, &file).iter().map(|rejection| rejection.code).collect();
    assert_eq!(codes, [Code::IdsMissing]);
    let strange: String = (0..10_000).map(|column| format!(",c{column}")).collect();
    let messages = messages(&expected, &format!("id{strange}\nr0\n"));
    assert!(messages.iter().all(|message| message.len() < 1_000), "{messages:?}");
}

#[test]
fn many_classes_and_many_wrong_labels_take_no_long_time() {
    let names: Vec<String> = (0..300).map(|class| format!("class number {class}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows: String = (0..20_000).map(|row| format!("r{row},class number 1\n")).collect();
    let expected = closed(&names, &format!("id,label\n{rows}"));
    let file: String = (0..20_000).map(|row| format!("r{row},klass numbr {row}\n")).collect();
    let rejections = rejections(&expected, &format!("id,label\n{file}"));
    assert_eq!((rejections.len(), rejections[0].count), (20, 20_000));
    assert!(rejections[0].message.contains("not one of the 300 classes"));
}
