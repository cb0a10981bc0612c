use super::*;

#[test]
fn an_order_that_says_nothing_agrees_as_often_as_chance() {
    let mut random = Random::new(&[2]);
    let labels: Vec<usize> = (0..2000).map(|_| [0, 0, 1, 2][random.below(4)]).collect();
    let agreement = Agreement::of(&labels, 3);
    assert!(agreement.surprise.abs() < 4.0, "{agreement:?}");
    assert!((agreement.expected - 0.375).abs() < 0.02);
}

#[test]
fn sorted_labels_agree_always() {
    let labels: Vec<usize> = (0..100).map(|photo| photo / 50).collect();
    let agreement = Agreement::of(&labels, 2);
    assert!(agreement.observed > 0.98 && agreement.surprise > 9.0, "{agreement:?}");
}

#[test]
fn ids_are_ordered_by_their_numbers() {
    let mut ids = ["img10", "img2", "img1b", "img1a"];
    ids.sort_by_key(|id| natural(id));
    assert_eq!(ids, ["img1a", "img1b", "img2", "img10"]);
}
