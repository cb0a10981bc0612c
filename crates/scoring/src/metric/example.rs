//! A small worked example of each metric, in English and Korean, for the Overview page: a few rows, what each is worth
//! where the metric is a mean over rows or classes, the score, and what one better answer does to it. Every number is
//! computed by the metric itself.

use std::fmt::Write as _;

use super::{Average, Explanation, Metric, value};
use crate::columns::{Groups, Kind, Predictions, Targets, Truth};

/// Rows of an example, as columns and as people read them.
struct Sample {
    truth: Truth,
    predictions: Predictions,
    /// The same with one answer mended.
    mended: Predictions,
    /// That row, from 0.
    mended_row: usize,
    /// Truth and prediction of each row.
    cells: Vec<[String; 2]>,
}

impl Metric {
    /// The example, Markdown; none for a kind of task that the metric does not score.
    pub fn example(&self, kind: Kind) -> Option<Explanation> {
        if !self.applies_to(kind) {
            return None;
        }
        let sample = sample(kind, self.average() == Some(Average::Binary));
        let rows: Vec<u32> = (0..).take(sample.cells.len()).collect();
        let score = value(self, &sample.truth, &sample.predictions, &rows).ok()?;
        let mended = value(self, &sample.truth, &sample.mended, &rows).ok()?;
        let table = |words: &Words| {
            let mut text = row_table(self, &sample, words);
            text += &class_table(self, &sample, &rows, words);
            text + &(words.result)(&number(score), sample.mended_row + 1, &number(mended))
        };
        Some(Explanation { en: table(&ENGLISH), ko: table(&KOREAN) })
    }

    fn average(&self) -> Option<Average> {
        match self {
            Self::F1(average) | Self::Precision(average) | Self::Recall(average) | Self::Jaccard(average) => {
                Some(*average)
            }
            Self::WorstGroup(inner) => inner.average(),
            _ => None,
        }
    }

    fn reads_groups(&self) -> bool {
        matches!(self, Self::BiasAuc | Self::WorstGroup(_))
    }
}

/// What differs between the languages.
struct Words {
    row: &'static str,
    group: &'static str,
    truth: &'static str,
    prediction: &'static str,
    alone: &'static str,
    class: &'static str,
    of_class: &'static str,
    /// The last sentences, from the score, the mended row, and the score then.
    result: fn(&str, usize, &str) -> String,
}

const ENGLISH: Words = Words {
    row: "Row",
    group: "Group",
    truth: "Truth",
    prediction: "Prediction",
    alone: "This row",
    class: "Class",
    of_class: "This class",
    result: |score, row, mended| {
        format!("These rows score **{score}**. With row {row} right as well, the score would be **{mended}**.")
    },
};

const KOREAN: Words = Words {
    row: "행",
    group: "그룹",
    truth: "정답",
    prediction: "예측",
    alone: "이 행의 값",
    class: "클래스",
    of_class: "이 클래스의 값",
    result: |score, row, mended| {
        format!("이 예시의 점수는 **{score}**입니다. {row}행까지 맞히면 점수는 **{mended}**입니다.")
    },
};

fn row_table(metric: &Metric, sample: &Sample, words: &Words) -> String {
    let shows_alone = metric.is_row_mean();
    let groups = sample.truth.groups.as_ref().filter(|_| metric.reads_groups());
    let mut head = vec![words.row];
    head.extend(groups.map(|_| words.group));
    head.extend([words.truth, words.prediction]);
    head.extend(shows_alone.then_some(words.alone));
    let mut text = heading(&head);
    for (row, [truth, prediction]) in (0_u32..).zip(&sample.cells) {
        let _ = write!(text, "| {} ", row + 1);
        if let Some(groups) = groups {
            let of_row: Vec<&str> =
                groups.rows.get(row as usize).iter().map(|&group| &*groups.names[group as usize]).collect();
            let _ = write!(text, "| {} ", of_row.join(", "));
        }
        let _ = write!(text, "| {truth} | {prediction} |");
        if shows_alone {
            let alone = value(metric, &sample.truth, &sample.predictions, &[row]);
            let _ = write!(text, " {} |", alone.map_or_else(|_| "–".to_owned(), number));
        }
        text.push('\n');
    }
    text.push('\n');
    text
}

/// Counts of each class and its own value, for the metrics that are made of those.
fn class_table(metric: &Metric, sample: &Sample, rows: &[u32], words: &Words) -> String {
    let of_one = match metric {
        Metric::F1(_) => Metric::F1(Average::Binary),
        Metric::Precision(_) => Metric::Precision(Average::Binary),
        Metric::Recall(_) | Metric::BalancedAccuracy => Metric::Recall(Average::Binary),
        Metric::Jaccard(_) => Metric::Jaccard(Average::Binary),
        _ => return String::new(),
    };
    let (Targets::Classes { index: truth, names }, Predictions::Classes { index: predicted, .. }) =
        (&sample.truth.targets, &sample.predictions)
    else {
        return String::new();
    };
    let mut text = heading(&[words.class, "TP", "FP", "FN", words.of_class]);
    for (class, name) in (0_u32..).zip(names) {
        let count = |fits: fn(bool, bool) -> bool| {
            truth
                .iter()
                .zip(predicted)
                .filter(|(truth, predicted)| fits(**truth == class, **predicted == class))
                .count()
        };
        let (tp, fp, missed) = (count(|t, p| t && p), count(|t, p| !t && p), count(|t, p| t && !p));
        let against_rest = |index: &[u32]| index.iter().map(|&other| u32::from(other == class)).collect();
        let names = ["0", "1"].map(str::to_owned).to_vec();
        let one = Truth::new(Targets::Classes { index: against_rest(truth), names });
        let answer = Predictions::Classes { index: against_rest(predicted), extra: Vec::new() };
        let of_class = value(&of_one, &one, &answer, rows).map_or_else(|_| "–".to_owned(), number);
        let _ = writeln!(text, "| {name} | {tp} | {fp} | {missed} | {of_class} |");
    }
    text.push('\n');
    text
}

fn heading(names: &[&str]) -> String {
    format!("| {} |\n|{}\n", names.join(" | "), "---|".repeat(names.len()))
}

/// At most four digits after the point.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// `is_binary`: with the classes 0 and 1 instead of three.
fn sample(kind: Kind, is_binary: bool) -> Sample {
    let letters = || ["A", "B", "C"].map(str::to_owned).to_vec();
    let letter = |class: u32| ["A", "B", "C"][class as usize].to_owned();
    let (targets, predictions, mended, mended_row, cells) = match kind {
        Kind::Labels if is_binary => {
            let (truth, predicted) = (vec![1, 1, 1, 0, 0, 0], vec![1, 1, 0, 0, 0, 1]);
            let mut mended = predicted.clone();
            mended[2] = 1;
            let cells = truth.iter().zip(&predicted).map(|(t, p)| [t.to_string(), p.to_string()]).collect();
            let classes = |index| Predictions::Classes { index, extra: Vec::new() };
            let names = ["0", "1"].map(str::to_owned).to_vec();
            (Targets::Classes { index: truth, names }, classes(predicted), classes(mended), 2, cells)
        }
        Kind::Labels => {
            let (truth, predicted) = (vec![0, 0, 0, 1, 1, 2], vec![0, 0, 1, 1, 2, 2]);
            let mut mended = predicted.clone();
            mended[2] = 0;
            let cells = truth.iter().zip(&predicted).map(|(&t, &p)| [letter(t), letter(p)]).collect();
            let classes = |index| Predictions::Classes { index, extra: Vec::new() };
            (Targets::Classes { index: truth, names: letters() }, classes(predicted), classes(mended), 2, cells)
        }
        Kind::Probability => {
            let truth = vec![true, true, true, false, false, false];
            let scores = vec![0.9, 0.8, 0.3, 0.6, 0.2, 0.1];
            let mut mended = scores.clone();
            mended[2] = 0.7;
            let cells = truth.iter().zip(&scores).map(|(&t, p)| [u8::from(t).to_string(), number(*p)]).collect();
            (Targets::Binary(truth), Predictions::Scores(scores), Predictions::Scores(mended), 2, cells)
        }
        Kind::Probabilities => {
            let truth = vec![0, 0, 1, 2];
            let values = vec![0.7, 0.2, 0.1, 0.3, 0.5, 0.2, 0.2, 0.6, 0.2, 0.1, 0.5, 0.4];
            let mut mended = values.clone();
            mended[3..6].copy_from_slice(&[0.6, 0.3, 0.1]);
            let cells = truth.iter().zip(values.chunks(3)).map(|(&t, p)| {
                let of_class = (0_u32..).zip(p).map(|(class, p)| format!("{} {}", letter(class), number(*p)));
                [letter(t), of_class.collect::<Vec<_>>().join(", ")]
            });
            let cells = cells.collect();
            let matrix = |values| Predictions::Probabilities { values, extra: Vec::new() };
            (Targets::Classes { index: truth, names: letters() }, matrix(values), matrix(mended), 1, cells)
        }
        Kind::Numbers => {
            let (truth, predicted) = (vec![3.0, 5.0, 2.0, 8.0], vec![2.5, 5.0, 4.0, 7.0]);
            let mut mended = predicted.clone();
            mended[2] = 2.0;
            let cells = truth.iter().zip(&predicted).map(|(t, p)| [number(*t), number(*p)]).collect();
            let targets = Targets::Numbers { columns: 1, values: truth };
            (targets, Predictions::Numbers(predicted), Predictions::Numbers(mended), 2, cells)
        }
        Kind::Ranking => {
            let relevant = [vec![(0, 2.0), (1, 1.0)], vec![(3, 1.0)]];
            let cells = [["p (2), q (1)", "q, r, p"], ["s (1)", "t, s, r"]].map(|row| row.map(str::to_owned));
            let ranked =
                |second: [u32; 3]| Predictions::Rankings([vec![1, 2, 0], second.to_vec()].into_iter().collect());
            let targets = Targets::Ranking(relevant.into_iter().collect());
            (targets, ranked([4, 3, 2]), ranked([3, 4, 2]), 1, cells.to_vec())
        }
        Kind::Multilabel => {
            let truth = [vec![0, 1], vec![1], vec![2]];
            let sets = |second: Vec<u32>| Predictions::Sets {
                rows: [vec![0], second, vec![2]].into_iter().collect(),
                extra: Vec::new(),
            };
            let cells = [["A B", "A"], ["B", "B C"], ["C", "C"]].map(|row| row.map(str::to_owned));
            let targets = Targets::Sets { rows: truth.into_iter().collect(), names: letters() };
            (targets, sets(vec![1, 2]), sets(vec![1]), 1, cells.to_vec())
        }
    };
    let mut truth = Truth::new(targets);
    // Each row in one of two groups, so that both hold truths of each kind.
    let groups = (0..u32::try_from(cells.len()).unwrap_or(0)).map(|row| vec![row % 2]);
    truth.groups = Some(Groups { rows: groups.collect(), names: vec!["X".to_owned(), "Y".to_owned()] });
    Sample { truth, predictions, mended, mended_row, cells }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::patterns;

    fn metrics() -> impl Iterator<Item = Metric> {
        patterns().into_iter().map(|pattern| {
            pattern.replace("@k", "@2").replace("@q", "@0.9").replace("<metric>", "accuracy").parse().unwrap()
        })
    }

    #[test]
    fn every_metric_has_an_example_for_each_of_its_kinds_and_a_better_answer_is_better() {
        for metric in metrics() {
            for kind in Kind::ALL.into_iter().filter(|kind| metric.applies_to(*kind)) {
                let example = metric.example(kind).unwrap_or_else(|| panic!("{metric} on {kind}"));
                assert!(example.en.contains("| Row |") && example.ko.contains("| 행 |"), "{metric}");
                let sample = sample(kind, metric.average() == Some(Average::Binary));
                let rows: Vec<u32> = (0..).take(sample.cells.len()).collect();
                let before = value(&metric, &sample.truth, &sample.predictions, &rows).unwrap();
                let after = value(&metric, &sample.truth, &sample.mended, &rows).unwrap();
                assert!(after == before || metric.direction().better(after, before), "{metric} on {kind}");
                assert!(example.en.contains(&format!("score **{}**", number(before))), "{}", example.en);
            }
        }
    }

    #[test]
    fn the_example_of_macro_f1_shows_the_classes_it_is_the_mean_of() {
        let text = "f1_macro".parse::<Metric>().unwrap().example(Kind::Labels).unwrap().en;
        assert!(
            text.contains("| A | 2 | 0 | 1 | 0.8 |\n| B | 1 | 1 | 1 | 0.5 |\n| C | 1 | 1 | 0 | 0.6667 |"),
            "{text}"
        );
        assert!(text.contains("These rows score **0.6556**. With row 3 right as well"), "{text}");
    }

    #[test]
    fn the_example_of_a_mean_over_rows_shows_what_each_row_costs() {
        let text = "mae".parse::<Metric>().unwrap().example(Kind::Numbers).unwrap().en;
        assert!(text.contains("| 3 | 2 | 4 | 2 |"), "{text}");
        assert!(text.contains("These rows score **0.875**"), "{text}");
    }

    #[test]
    fn a_metric_has_no_example_for_other_kinds() {
        assert_eq!(Metric::Accuracy.example(Kind::Numbers), None);
    }
}
