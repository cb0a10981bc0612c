use proptest::prelude::*;

use super::order::{Ranks, order_key, sorted};
use super::{Direction, Metric, Undefined, evaluate, patterns, value};
use crate::columns::{Groups, Kind, Lists, Predictions, Targets, Truth};
use crate::uncertainty::replicate_weight;

/// Every metric, with parameters filled in.
fn all() -> Vec<Metric> {
    let mut metrics: Vec<Metric> = Vec::new();
    for pattern in patterns() {
        match pattern.as_str() {
            "worst_group:<metric>" => {}
            _ => metrics.push(pattern.replace("@k", "@3").replace("@q", "@0.3").parse().unwrap()),
        }
    }
    for inner in ["worst_group:roc_auc", "worst_group:f1_macro", "worst_group:mae", "worst_group:ndcg@3"] {
        metrics.push(inner.parse().unwrap());
    }
    metrics
}

/// A small deterministic stream of numbers in [0, 1).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: u32) -> u32 {
        (self.next() * f64::from(bound)) as u32
    }
}

/// Columns of `rows` rows of each kind, imperfect, with weights and groups.
fn columns(kind: Kind, rows: usize, seed: u64) -> (Truth, Predictions) {
    let mut noise = Noise(seed);
    let names: Vec<String> = ["mask", "none", "wrong", "other"].map(str::to_owned).into();
    let set = |noise: &mut Noise| -> Vec<u32> { (0..4).filter(|_| noise.next() < 0.4).collect() };
    let (targets, predictions) = match kind {
        Kind::Labels => {
            let index: Vec<u32> = (0..rows).map(|_| noise.below(4)).collect();
            let predicted =
                index.iter().map(|&class| if noise.next() < 0.6 { class } else { noise.below(5) }).collect();
            let extra = vec!["zebra".to_owned()];
            (Targets::Classes { index, names }, Predictions::Classes { index: predicted, extra })
        }
        Kind::Probability => {
            let truth: Vec<bool> = (0..rows).map(|_| noise.next() < 0.4).collect();
            let score = |&truth: &bool, noise: &mut Noise| {
                ((noise.next() * 0.7 + if truth { 0.3 } else { 0.0 }) * 50.0).round() / 50.0
            };
            let scores = truth.iter().map(|truth| score(truth, &mut noise)).collect();
            (Targets::Binary(truth), Predictions::Scores(scores))
        }
        Kind::Probabilities => {
            let index: Vec<u32> = (0..rows).map(|_| noise.below(4)).collect();
            let mut values = Vec::new();
            for &class in &index {
                let raw: Vec<f64> = (0..4).map(|k| noise.next() + if k == class { 0.5 } else { 0.05 }).collect();
                let sum: f64 = raw.iter().sum();
                values.extend(raw.iter().map(|value| value / sum));
            }
            (Targets::Classes { index, names }, Predictions::Probabilities { values, extra: Vec::new() })
        }
        Kind::Numbers => {
            let values: Vec<f64> = (0..2 * rows).map(|_| 1.0 + 9.0 * noise.next()).collect();
            let predicted = values.iter().map(|value| value + noise.next() - 0.4).collect();
            (Targets::Numbers { columns: 2, values }, Predictions::Numbers(predicted))
        }
        Kind::Ranking => {
            let relevant =
                (0..rows).map(|_| (0..3).map(|k| (k * 3 + noise.below(3), f64::from(noise.below(3) + 1))).collect());
            let relevant: Lists<(u32, f64)> = relevant.collect();
            let ranked = (0..rows).map(|_| {
                let mut items: Vec<(f64, u32)> = (0..9).map(|item| (noise.next(), item)).collect();
                items.sort_by(|a, b| a.0.total_cmp(&b.0));
                items.into_iter().map(|(_, item)| item).collect()
            });
            (Targets::Ranking(relevant), Predictions::Rankings(ranked.collect()))
        }
        Kind::Multilabel => {
            let truth: Vec<Vec<u32>> = (0..rows).map(|_| set(&mut noise)).collect();
            let predicted: Lists<u32> =
                truth.iter().map(|labels| if noise.next() < 0.4 { labels.clone() } else { set(&mut noise) }).collect();
            let extra = Vec::new();
            (Targets::Sets { rows: truth.into_iter().collect(), names }, Predictions::Sets { rows: predicted, extra })
        }
    };
    let mut truth = Truth::new(targets);
    truth.positive = "mask".to_owned();
    let groups = (0..rows).map(|_| (0..2).filter(|_| noise.next() < 0.5).collect()).collect();
    truth.groups = Some(Groups { rows: groups, names: vec!["old".to_owned(), "young".to_owned()] });
    (truth, predictions)
}

/// The same columns in another order of rows.
fn permuted(truth: &Truth, predictions: &Predictions, order: &[usize]) -> (Truth, Predictions) {
    fn take<T: Clone>(values: &[T], order: &[usize], columns: usize) -> Vec<T> {
        order.iter().flat_map(|&row| values[row * columns..(row + 1) * columns].to_vec()).collect()
    }
    fn lists<T: Clone>(values: &Lists<T>, order: &[usize]) -> Lists<T> {
        order.iter().map(|&row| values.get(row).to_vec()).collect()
    }
    let targets = match &truth.targets {
        Targets::Classes { index, names } => Targets::Classes { index: take(index, order, 1), names: names.clone() },
        Targets::Binary(rows) => Targets::Binary(take(rows, order, 1)),
        Targets::Numbers { columns, values } => {
            Targets::Numbers { columns: *columns, values: take(values, order, *columns) }
        }
        Targets::Ranking(rows) => Targets::Ranking(lists(rows, order)),
        Targets::Sets { rows, names } => Targets::Sets { rows: lists(rows, order), names: names.clone() },
    };
    let predictions = match predictions {
        Predictions::Classes { index, extra } => {
            Predictions::Classes { index: take(index, order, 1), extra: extra.clone() }
        }
        Predictions::Scores(scores) => Predictions::Scores(take(scores, order, 1)),
        Predictions::Probabilities { values, extra } => {
            Predictions::Probabilities { values: take(values, order, 4), extra: extra.clone() }
        }
        Predictions::Numbers(values) => Predictions::Numbers(take(values, order, 2)),
        Predictions::Rankings(rows) => Predictions::Rankings(lists(rows, order)),
        Predictions::Sets { rows, extra } => Predictions::Sets { rows: lists(rows, order), extra: extra.clone() },
    };
    let mut moved = Truth { targets, ..truth.clone() };
    moved.weights = truth.weights.as_ref().map(|weights| take(weights, order, 1));
    let groups = |groups: &Groups| Groups { rows: lists(&groups.rows, order), names: groups.names.clone() };
    moved.groups = truth.groups.as_ref().map(groups);
    (moved, predictions)
}

#[test]
fn every_name_reads_back() {
    for metric in all() {
        assert_eq!(metric.to_string().parse::<Metric>().as_ref(), Ok(&metric), "{metric}");
    }
    assert_eq!(patterns().len(), 60);
}

#[test]
fn a_wrong_name_says_what_was_meant() {
    let message = |name: &str| name.parse::<Metric>().unwrap_err().to_string();
    assert_eq!(message("f1_makro"), "'f1_makro' is not a metric; did you mean 'f1_macro'?");
    assert_eq!(message("AUC"), "'AUC' is not a metric; did you mean 'roc_auc'?");
    assert_eq!(message("zzzzzzzz"), "'zzzzzzzz' is not a metric");
    assert!(message("map_capped").contains("as in precision@5"));
    assert!(message("ndcg@0").contains("positive whole number"));
    assert!(message("ndcg@-1").contains("positive whole number"));
    assert!(message("ndcg@99999999999").contains("too large"));
    assert!(message("accuracy@5").contains("takes no '@'"));
    assert!(message("pinball@1.5").contains("quantile"));
    assert!(message("pinball@nan").contains("quantile"));
    assert!(message("worst_group:bias_auc").contains("not itself about groups"));
}

#[test]
fn every_metric_explains_itself_in_both_languages() {
    for metric in all() {
        let explanation = metric.explanation();
        assert!(explanation.en.len() > 80, "{metric}");
        assert!(explanation.ko.chars().any(|letter| ('가'..='힣').contains(&letter)), "{metric}");
        assert!(!explanation.en.contains("  ") && !explanation.ko.contains("  "), "{metric}");
        assert_eq!(explanation.en.matches('$').count() % 2, 0, "{metric}");
        assert_eq!(explanation.ko.matches('$').count() % 2, 0, "{metric}");
        if metric.direction() == Direction::Minimize && !metric.needs_groups() {
            assert!(explanation.en.contains("Less is better"), "{metric}");
        }
    }
}

#[test]
fn every_metric_has_a_value_in_its_range_and_a_standard_error() {
    for metric in all() {
        let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| metric.applies_to(*kind)).collect();
        assert!(!kinds.is_empty(), "{metric}");
        for kind in kinds {
            let (truth, predictions) = columns(kind, 200, 1);
            let rows: Vec<u32> = (0..200).collect();
            if metric.to_string().ends_with("_binary") {
                let undefined = evaluate(&metric, &truth, &predictions, &rows).unwrap_err();
                assert_eq!(undefined.code(), "metric_undefined", "{metric} on more than two classes");
                continue;
            }
            let estimate = evaluate(&metric, &truth, &predictions, &rows).unwrap();
            let (least, most) = metric.range();
            assert!((least..=most).contains(&estimate.value), "{metric}: {estimate:?}");
            assert!(estimate.standard_error.unwrap() > 0.0, "{metric}: {estimate:?}");
            assert_eq!(value(&metric, &truth, &predictions, &rows), Ok(estimate.value), "{metric}");
        }
    }
}

#[test]
fn a_metric_of_another_kind_is_refused() {
    for metric in all() {
        for kind in Kind::ALL.into_iter().filter(|kind| !metric.applies_to(*kind)) {
            let (truth, predictions) = columns(kind, 50, 1);
            let rows: Vec<u32> = (0..50).collect();
            let undefined = evaluate(&metric, &truth, &predictions, &rows).unwrap_err();
            assert_eq!(undefined.code(), "metric_undefined", "{metric} of {kind}");
        }
    }
}

/// The bootstrap over rows, which assumes nothing about a metric, agrees with each formula for the standard error.
#[test]
fn standard_errors_agree_with_the_bootstrap() {
    let n = 400;
    for metric in all() {
        for kind in Kind::ALL.into_iter().filter(|kind| metric.applies_to(*kind)) {
            if metric.to_string().ends_with("_binary") || matches!(metric, Metric::WorstGroup(_) | Metric::MedianAe) {
                continue;
            }
            let (truth, predictions) = columns(kind, n, 3);
            let rows: Vec<u32> = (0..n as u32).collect();
            let ours = evaluate(&metric, &truth, &predictions, &rows).unwrap().standard_error.unwrap();
            let replicate = |replicate: u32| {
                let drawn = |row: &u32| vec![*row; replicate_weight(11, *row, replicate) as usize];
                value(&metric, &truth, &predictions, &rows.iter().flat_map(drawn).collect::<Vec<_>>()).unwrap()
            };
            let values: Vec<f64> = (0..150).map(replicate).collect();
            let mean = values.iter().sum::<f64>() / 150.0;
            let bootstrap = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 149.0).sqrt();
            assert!((0.7..1.4).contains(&(ours / bootstrap)), "{metric} of {kind}: {ours} {bootstrap}");
        }
    }
}

#[test]
fn the_error_of_the_median_covers_it() {
    let (truth, predictions) = columns(Kind::Numbers, 400, 3);
    let rows: Vec<u32> = (0..400).collect();
    let error = evaluate(&Metric::MedianAe, &truth, &predictions, &rows).unwrap().standard_error.unwrap();
    // Uniform errors in [-0.4, 0.6): the density of |e| at its median 0.25 is 2, so one column has 1/(2·2·√400).
    assert!((0.6..1.6).contains(&(error / 0.0125)), "{error}");
}

#[test]
fn undefined_is_an_error_with_a_reason_never_nan() {
    let binary = |truth: Vec<bool>, scores: Vec<f64>| (Truth::new(Targets::Binary(truth)), Predictions::Scores(scores));
    let (truth, predictions) = binary(vec![false, false], vec![0.1, 0.9]);
    let of = |metric: Metric, truth: &Truth, predictions: &Predictions, rows: &[u32]| {
        evaluate(&metric, truth, predictions, rows).unwrap_err()
    };
    assert_eq!(of(Metric::RocAuc, &truth, &predictions, &[0, 1]), Undefined::OneClass("roc_auc".to_owned()));
    assert_eq!(of(Metric::RocAuc, &truth, &predictions, &[]), Undefined::NoRows);
    assert_eq!(of(Metric::BiasAuc, &truth, &predictions, &[0]), Undefined::NoGroups("bias_auc".to_owned()));
    let numbers = |truth: f64, predicted: f64| {
        let targets = Targets::Numbers { columns: 1, values: vec![truth, 1.0] };
        (Truth::new(targets), Predictions::Numbers(vec![predicted, 1.0]))
    };
    let (truth, predictions) = numbers(1e308, -1e308);
    for metric in [Metric::Mse, Metric::Rmse, Metric::Mae, Metric::R2] {
        assert_eq!(of(metric, &truth, &predictions, &[0, 1]).code(), "score_not_finite");
    }
    assert!(evaluate(&Metric::Smape, &truth, &predictions, &[0, 1]).is_ok());
    let (truth, predictions) = numbers(0.0, -1.0);
    assert_eq!(of(Metric::Rmsle, &truth, &predictions, &[0, 1]), Undefined::AtOrBelowMinusOne);
    let (mut truth, predictions) = numbers(0.0, 1.0);
    truth.weights = Some(vec![0.0, 0.0]);
    for metric in [Metric::Mse, Metric::Rmse, Metric::MedianAe, Metric::R2] {
        assert_eq!(of(metric, &truth, &predictions, &[0, 1]), Undefined::NoWeight);
    }
}

#[test]
fn positions_of_absent_classes_do_not_count_in_kappa() {
    let scored = |names: [&str; 3]| {
        let targets = Targets::Classes { index: vec![0, 1, 2, 2], names: names.map(str::to_owned).into() };
        let predictions = Predictions::Classes { index: vec![0, 2, 2, 1], extra: Vec::new() };
        value(&"kappa_quadratic".parse().unwrap(), &Truth::new(targets), &predictions, &[0, 1, 2, 3]).unwrap()
    };
    assert_eq!(scored(["0", "1", "2"]), scored(["2", "10", "700"]));
    assert_ne!(scored(["0", "1", "2"]), scored(["0", "2", "1"]));
}

#[test]
fn debug_of_the_truth_shows_counts_only() {
    let (truth, _) = columns(Kind::Labels, 3, 1);
    assert_eq!(format!("{truth:?}"), "Truth { targets: Classes(3 rows), weighted: false, groups: 2 }");
}

#[test]
fn class_curves_with_and_without_weights_are_the_same_floats() {
    // Enough rows for buckets; the second class is the larger side of its curve; coarse scores tie or crowd.
    for (seed, steps) in [(1, 1_000_000), (2, 3_000), (3, 40)] {
        let mut noise = Noise(seed);
        let index: Vec<u32> =
            (0..16_000).map(|_| noise.below(10)).map(|tenth| [0, 0, 0, 1, 1, 1, 1, 1, 1, 2][tenth as usize]).collect();
        let value = |noise: &mut Noise| f64::from(noise.below(steps)) / f64::from(steps);
        let values = index.iter().flat_map(|&class| {
            (0..3).map(|of| value(&mut noise) + if of == class { 0.2 } else { 0.0 }).collect::<Vec<_>>()
        });
        let predictions = Predictions::Probabilities { values: values.collect(), extra: Vec::new() };
        let names = ["a", "b", "c"].map(str::to_owned).into();
        let plain = Truth::new(Targets::Classes { index, names });
        let weighted = Truth { weights: Some(vec![1.0; 16_000]), ..plain.clone() };
        let rows: Vec<u32> = (0..16_000).rev().collect();
        for metric in ["roc_auc_ovr_macro", "roc_auc_ovr_weighted"] {
            let metric = metric.parse().unwrap();
            let of = |truth: &Truth| evaluate(&metric, truth, &predictions, &rows).unwrap();
            assert_eq!(of(&plain), of(&weighted), "{metric} {steps}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_the_rows_changes_no_bit(
        order in Just((0..60_usize).collect::<Vec<_>>()).prop_shuffle(),
        seed in 0_u64..1000,
        weighted in any::<bool>(),
    ) {
        let rows: Vec<u32> = (0..60).collect();
        for metric in all() {
            for kind in Kind::ALL.into_iter().filter(|kind| metric.applies_to(*kind)) {
                let (mut truth, predictions) = columns(kind, 60, seed);
                truth.weights = weighted.then(|| (0..60).map(|row| 0.1 + 0.37 * f64::from(row % 7)).collect());
                let (moved_truth, moved_predictions) = permuted(&truth, &predictions, &order);
                let before = evaluate(&metric, &truth, &predictions, &rows);
                let after = evaluate(&metric, &moved_truth, &moved_predictions, &rows);
                prop_assert_eq!(&before, &after, "{}", metric);
            }
        }
    }

    #[test]
    fn keys_sort_as_their_scores(
        few in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 1..40),
        seed in any::<u64>(),
        spread in 1_u32..3_000,
    ) {
        // Enough for buckets: evenly spread scores, copies, and outliers of any size.
        let mut noise = Noise(seed);
        let even = (0..6_000).map(|_| f64::from(noise.below(spread)) / 7.0 - 3.0);
        let mut scores: Vec<f64> = even.chain(few).collect();
        let keys: Vec<u64> = scores.iter().map(|&score| order_key(score)).collect();
        let keys = sorted(&keys);
        scores.sort_by(|a, b| (a + 0.0).total_cmp(&(b + 0.0)));
        prop_assert!(keys.iter().eq(scores.iter().map(|&score| order_key(score)).collect::<Vec<_>>().iter()));
    }

    #[test]
    fn a_rank_is_the_number_of_keys_below(seed in any::<u64>(), steps in 200_u32..100_000, skew in 0_i32..3) {
        // Copies, crowds and gaps, as far as buckets take them; looked up are the keys and others all around.
        let mut noise = Noise(seed);
        let mut score = |scale: f64| (f64::from(noise.below(steps)) / f64::from(steps)).powi(1 + skew) * scale;
        let mut keys: Vec<u64> = (0..5_000).map(|_| order_key(score(1.0) - 0.3)).collect();
        let others: Vec<u64> = (0..500).map(|_| order_key(score(2.0) - 0.8)).chain(keys[..500].to_vec()).collect();
        let ranks = Ranks::of(&keys);
        keys.sort_unstable();
        for other in others.into_iter().chain([0.0, -1e300, 1e300].map(order_key)) {
            let found = ranks.as_ref().map(|ranks| ranks.find(other));
            let counted = (keys.partition_point(|&key| key < other), keys.partition_point(|&key| key <= other));
            prop_assert!(found.is_none_or(|found| found == counted), "{found:?} {counted:?}");
        }
    }

    #[test]
    fn curves_do_not_depend_on_how_scores_are_ranked(seed in any::<u64>(), steps in 20_u32..100_000, share in 1_u32..99) {
        // With weights every score is sorted; without, one side is looked up in the other's buckets, or both are merged.
        let mut noise = Noise(seed);
        let truth: Vec<bool> = (0..12_000).map(|_| noise.below(100) < share).collect();
        let score = |&truth: &bool| f64::from(noise.below(steps) + if truth { steps / 9 } else { 0 }) / f64::from(steps);
        let predictions = Predictions::Scores(truth.iter().map(score).collect());
        let rows: Vec<u32> = (0..12_000).rev().collect();
        let plain = Truth::new(Targets::Binary(truth));
        let weighted = Truth { weights: Some(vec![1.0; 12_000]), ..plain.clone() };
        let of = |truth: &Truth| evaluate(&Metric::RocAuc, truth, &predictions, &rows).unwrap();
        let (plain_area, weighted_area) = (of(&plain), of(&weighted));
        prop_assert_eq!(plain_area.value, weighted_area.value);
        prop_assert_eq!(value(&Metric::RocAuc, &plain, &predictions, &rows).unwrap(), plain_area.value);
        let (a, b) = (plain_area.standard_error.unwrap(), weighted_area.standard_error.unwrap());
        prop_assert!((a / b - 1.0).abs() < 1e-2, "{} {}", a, b);
    }

    #[test]
    fn equal_weights_are_no_weights(seed in 0_u64..1000, weight in 1_u32..5) {
        let rows: Vec<u32> = (0..40).collect();
        for metric in all() {
            for kind in Kind::ALL.into_iter().filter(|kind| metric.applies_to(*kind)) {
                let (mut truth, predictions) = columns(kind, 40, seed);
                let plain = evaluate(&metric, &truth, &predictions, &rows);
                truth.weights = Some(vec![f64::from(weight); 40]);
                match (plain, evaluate(&metric, &truth, &predictions, &rows)) {
                    (Ok(plain), Ok(weighted)) => {
                        prop_assert!((plain.value - weighted.value).abs() <= 1e-12, "{}", metric);
                    }
                    (plain, weighted) => prop_assert_eq!(plain, weighted),
                }
            }
        }
    }

    #[test]
    fn a_row_mean_is_the_mean_of_its_rows(seed in 0_u64..1000) {
        for metric in all().into_iter().filter(Metric::is_row_mean) {
            for kind in Kind::ALL.into_iter().filter(|kind| metric.applies_to(*kind)) {
                let (truth, predictions) = columns(kind, 20, seed);
                let one = |row: u32| value(&metric, &truth, &predictions, &[row]).unwrap();
                let mean = (0..20).map(one).sum::<f64>() / 20.0;
                let whole = value(&metric, &truth, &predictions, &(0..20).collect::<Vec<_>>()).unwrap();
                prop_assert!((mean - whole).abs() < 1e-12, "{}", metric);
            }
        }
    }
}
