use super::*;
use crate::rejection::Rejection;
use crate::split::SplitKey;

fn task(kind: Kind, metric: &str) -> Task {
    Task::new(kind, metric.parse().unwrap())
}

fn read(task: &Task, text: &str) -> Solution {
    Solution::from_reader(text.as_bytes(), task, None).unwrap()
}

fn faults(task: &Task, rule: Option<&SplitRule>, text: &str) -> Vec<Rejection> {
    match Solution::from_reader(text.as_bytes(), task, rule) {
        Err(Refusal::Rejected(rejections)) => rejections,
        other => panic!("{other:?}"),
    }
}

fn messages(task: &Task, text: &str) -> Vec<String> {
    faults(task, None, text).into_iter().map(|rejection| rejection.message).collect()
}

#[test]
fn labels_are_numbered_in_class_order() {
    let solution = read(&task(Kind::Labels, "accuracy"), "id,label\na,10\nb,9\nc,10\n");
    let Targets::Classes { index, names } = &solution.truth.targets else { panic!("classes") };
    assert_eq!((index.as_slice(), names.as_slice()), (&[1, 0, 1][..], &["9".to_owned(), "10".to_owned()][..]));
}

#[test]
fn whole_numbers_in_any_writing_are_one_class() {
    let solution = read(&task(Kind::Labels, "accuracy"), "id,label\na,1.0\nb,1\nc,0\n");
    assert_eq!(solution.summary().classes, [("0".to_owned(), 1), ("1".to_owned(), 2)]);
    let text = read(&task(Kind::Labels, "accuracy"), "id,label\na,1.0\nb,1\nc,cat\n");
    assert_eq!(text.summary().classes.len(), 3, "beside a name, 1.0 and 1 are names too");
}

#[test]
fn debug_prints_counts_only() {
    let solution = read(&task(Kind::Labels, "accuracy"), "id,label,Usage\na,secret,Public\nb,hidden,Private\n");
    let text = format!("{solution:?} {:?} {:?}", solution.expected, solution.truth);
    for word in ["secret", "hidden", "Public"] {
        assert!(!text.contains(word), "{text}");
    }
}

#[test]
fn usage_splits_and_ignored_rows_are_not_scored() {
    let solution = read(&task(Kind::Labels, "accuracy"), "id,label,USAGE\na,0,public\nb,1, Private \nc,1,Ignored\n");
    assert_eq!(solution.summary().split, Some(SplitCounts { public: 1, private: 1, ignored: 1 }));
    assert_eq!(solution.rows(Part::All), [0, 1]);
    assert_eq!((solution.rows(Part::Public), solution.rows(Part::Private)), (vec![0], vec![1]));
    let wrong = messages(&task(Kind::Labels, "accuracy"), "id,label,Usage\na,0,test\n");
    assert_eq!(wrong, ["Line 2: Usage is 'test'; write Public, Private or Ignored."]);
}

#[test]
fn a_rule_splits_only_without_usage() {
    let rule = SplitRule { public: 0.3, group: None, key: SplitKey::new([1; 32]) };
    let rows: String = (0..100).map(|row| format!("r{row},{}\n", row % 2)).collect();
    let task = task(Kind::Labels, "accuracy");
    let solution = Solution::from_reader(format!("id,label\n{rows}").as_bytes(), &task, Some(&rule)).unwrap();
    assert_eq!(solution.summary().split, Some(SplitCounts { public: 30, private: 70, ignored: 0 }));
    let usage = "id,label,Usage\na,0,Private\nb,1,Private\n";
    let solution = Solution::from_reader(usage.as_bytes(), &task, Some(&rule)).unwrap();
    assert_eq!(solution.summary().split, Some(SplitCounts { public: 0, private: 2, ignored: 0 }));
}

#[test]
fn the_group_column_of_the_split_is_no_target() {
    let rule = SplitRule { public: 0.5, group: Some("Module".to_owned()), key: SplitKey::new([1; 32]) };
    let task = task(Kind::Labels, "accuracy");
    let rows: String = (0..40).map(|row| format!("m{},r{row},0\n", row / 4)).collect();
    let solution = Solution::from_reader(format!("module,id,label\n{rows}").as_bytes(), &task, Some(&rule)).unwrap();
    assert_eq!(solution.ids().get(0), "r0");
    let usage = solution.usage.as_ref().unwrap();
    assert!(usage.chunks(4).all(|module| module.iter().all(|usage| *usage == module[0])));
    assert_eq!(solution.summary().split, Some(SplitCounts { public: 20, private: 20, ignored: 0 }));
    let missing = faults(&task, Some(&rule), "id,label\na,0\n");
    assert_eq!(missing[0].message, "There is no column 'Module'. Found: 'id', 'label'.");
}

#[test]
fn every_fault_of_a_solution_is_said_with_its_place() {
    let mut closed = task(Kind::Labels, "accuracy");
    closed.classes = Some(["mask", "no mask"].map(str::to_owned).to_vec());
    let text = "id,label,weight\na,maask,1\na,mask,1\n,mask,1\nb,,1\nc,mask,-1\nd,mask\n";
    assert_eq!(
        messages(&closed, text),
        [
            "Line 2: 'maask' is not one of the classes mask, no mask; did you mean 'mask'?",
            "Line 3: id 'a' appears twice, first on line 2. Keep one row per id.",
            "Line 4: the id is empty.",
            "Line 5: the label of 'b' is empty.",
            "Line 6: the weight '-1' is not a number of at least 0.",
            "Line 7: the row has 2 values, the header has 3.",
        ]
    );
    let open = task(Kind::Labels, "accuracy");
    let message = messages(&open, "id,label\na,nan\n");
    assert_eq!(message, ["Line 2: 'nan' looks like a missing value. If it is a class, list it in the task's classes."]);
    assert_eq!(messages(&open, "id\na\n"), ["There is no column 'label'. Found: 'id'."]);
    assert_eq!(messages(&open, "id,label\n"), ["The solution has a header but no rows."]);
    assert_eq!(messages(&open, "id,label,LABEL\na,0,1\n"), ["Line 1: the column 'LABEL' appears twice. Keep one."]);
    assert!(messages(&open, "PK\x03\x04")[0].contains("zip"));
}

#[test]
fn a_binary_target_needs_a_positive_class() {
    let mut binary = task(Kind::Probability, "roc_auc");
    let text = "id,label\na,fraud\nb,fine\n";
    assert_eq!(
        messages(&binary, text),
        ["The labels are 'fine', 'fraud'. Name the positive class, or write 1 for it and 0 for the others."]
    );
    binary.positive = Some("fraud".to_owned());
    assert_eq!(read(&binary, text).truth.targets, Targets::Binary(vec![true, false]));
    binary.positive = Some("scam".to_owned());
    assert_eq!(messages(&binary, text), ["The positive class 'scam' is not one of the labels 'fine', 'fraud'."]);
    binary.positive = None;
    assert_eq!(read(&binary, "id,label\na,1.0\nb,0\n").truth.targets, Targets::Binary(vec![true, false]));
}

#[test]
fn a_ranking_gathers_the_lines_of_each_query() {
    let ranking = task(Kind::Ranking, "ndcg@10");
    let text = "query,item,relevance,Usage\nq1,d1,2,Public\nq2,d1,1,Private\nq1,d2,0,Public\nq1,d3,1,Public\n";
    let solution = read(&ranking, text);
    let Targets::Ranking(lists) = &solution.truth.targets else { panic!("ranking") };
    assert_eq!(lists.get(0), [(0, 2.0), (2, 1.0)]);
    assert_eq!(lists.get(1), [(0, 1.0)]);
    assert_eq!(solution.expected.header(), ["query", "items"]);
    let wrong = "query,item,relevance,Usage\nq1,d1,2,Public\nq1,d1,1,Private\nq1,,1,Public\nq1,d 4,-1,Public\n";
    assert_eq!(
        messages(&ranking, wrong),
        [
            "Line 3: the item 'd1' of this query stands already on line 2.",
            "Line 3: the query has another Usage than on line 2. A query is wholly of one part.",
            "Line 4 and 1 more: an item needs a name without spaces.",
        ]
    );
}

#[test]
fn sets_weights_and_groups_are_columns_beside() {
    let multilabel = task(Kind::Multilabel, "exact_match");
    let solution = read(&multilabel, "id,labels,weight,groups\na,y x,1,g1 g2\nb,,2.5,\n");
    let Targets::Sets { rows, names } = &solution.truth.targets else { panic!("sets") };
    assert_eq!((rows.get(0), rows.get(1), names.len()), (&[0, 1][..], &[][..], 2));
    assert_eq!(solution.truth.weights.as_deref(), Some(&[1.0, 2.5][..]));
    let groups = solution.truth.groups.as_ref().unwrap();
    assert_eq!((groups.rows.get(0), groups.rows.get(1)), (&[0, 1][..], &[][..]));
    let needs_groups = task(Kind::Probability, "bias_auc");
    assert_eq!(messages(&needs_groups, "id,label\na,0\n"), ["There is no column 'groups'. Found: 'id', 'label'."]);
}

#[test]
fn numbers_take_every_further_column() {
    let numbers = task(Kind::Numbers, "rmse");
    let solution = read(&numbers, "id,x,Usage,y\na,1,Public,2\nb,3,Private,4\n");
    assert_eq!(solution.truth.targets, Targets::Numbers { columns: 2, values: vec![1.0, 2.0, 3.0, 4.0] });
    assert_eq!(solution.expected.header(), ["id", "x", "y"]);
    assert_eq!(messages(&numbers, "id,x\na,inf\n"), ["Line 2: 'inf' is not a finite number."]);
}
