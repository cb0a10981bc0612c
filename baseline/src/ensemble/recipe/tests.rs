use podium_scoring::metric::Average;

use super::*;
use crate::ensemble::score;
use crate::ensemble::tests::model;

const EVERYTHING: Settings =
    Settings { vote: Vote::Soft, weighting: Weighting::Selection, calibrate: true, thresholds: true };
const NOTHING: Settings =
    Settings { vote: Vote::Soft, weighting: Weighting::Equal, calibrate: false, thresholds: false };
const MACRO: Metric = Metric::F1(Average::Macro);

#[test]
fn without_anything_fitted_the_cross_fit_is_the_plain_mean() {
    let members = [model(1, 100, 1.0), model(2, 100, 1.0)];
    let plain = Vote::Soft.combine(&members, &[1.0, 1.0]).unwrap();
    assert_eq!(NOTHING.cross_fitted(&members, &MACRO).unwrap(), plain);
    assert_eq!(NOTHING.fit(&members, &MACRO).unwrap().apply(&members).unwrap(), plain);
}

#[test]
fn what_is_fitted_on_noise_looks_better_on_its_own_rows_than_on_others() {
    // No member knows anything: whatever a fit gains is luck.
    let members = [model(1, 200, 0.0), model(2, 200, 0.0), model(3, 200, 0.0)];
    let fitted = EVERYTHING.fit(&members, &MACRO).unwrap().apply(&members).unwrap();
    let honest = EVERYTHING.cross_fitted(&members, &MACRO).unwrap();
    let (fitted, honest) = (score(&MACRO, &fitted).unwrap().value, score(&MACRO, &honest).unwrap().value);
    assert!(fitted > honest + 0.03, "{fitted} {honest}");
}

#[test]
fn the_parts_of_a_cross_fit_are_even_in_every_class_and_do_not_depend_on_the_order_of_rows() {
    let predictions = model(1, 200, 1.0);
    let labels = predictions.labels.as_ref().unwrap();
    let part_of = parts(&predictions);
    for class in 0..4 {
        let sizes: Vec<usize> = (0..PARTS)
            .map(|part| (0..200).filter(|&row| labels[row] == class && part_of[row] == part).count())
            .collect();
        assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
    }
    let turned: Vec<usize> = (0..200).rev().collect();
    let mut of_turned = parts(&select(&predictions, &turned));
    of_turned.reverse();
    assert_eq!(of_turned, part_of);
}

#[test]
fn a_recipe_is_for_its_members() {
    let members = [model(1, 100, 1.0), model(2, 100, 1.0)];
    let recipe = EVERYTHING.fit(&members, &MACRO).unwrap();
    assert!(matches!(recipe.apply(&members[..1]), Err(EnsembleError::Weights { .. })));
    assert_eq!(recipe.multipliers.len(), 4);
}
