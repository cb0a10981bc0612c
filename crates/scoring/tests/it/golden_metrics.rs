//! Every value of `tests/data/golden-metrics/cases.tsv`, computed by scikit-learn and ranx, comes out to 1e-12.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use podium_scoring::columns::{Groups, Kind, Lists, Predictions, Targets, Truth};
use podium_scoring::metric::{Metric, evaluate, value};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden-metrics")
}

struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn read(case: &str, side: &str) -> Table {
    let mut reader = csv::Reader::from_path(folder().join(format!("{case}.{side}.csv"))).unwrap();
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    Table { header, rows }
}

#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn of(&mut self, name: &str) -> u32 {
        let found = self.0.iter().position(|known| known == name);
        found.unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        }) as u32
    }

    fn words(&mut self, text: &str) -> Vec<u32> {
        text.split_whitespace().map(|word| self.of(word)).collect()
    }
}

/// The kind of task that a case's metrics ask for.
fn kind(metrics: &[Metric], submission: &Table) -> Kind {
    let wide = submission.header.len() > 2;
    let fits = |kind: &Kind| {
        let applies = metrics.iter().all(|metric| metric.applies_to(*kind));
        applies && (metrics[0] != Metric::LogLoss || wide == (*kind == Kind::Probabilities))
    };
    Kind::ALL.into_iter().find(fits).unwrap()
}

fn columns(kind: Kind, solution: &Table, submission: &Table) -> (Truth, Predictions) {
    let mut by_id: HashMap<&str, &[String]> = HashMap::new();
    for row in &submission.rows {
        assert!(by_id.insert(&row[0], &row[1..]).is_none());
    }
    let answer = |row: &Vec<String>| by_id[row[0].as_str()];
    let number = |text: &str| text.parse::<f64>().unwrap();
    let mut names = Names::default();
    let (targets, predictions) = match kind {
        Kind::Labels | Kind::Probabilities => {
            let index = solution.rows.iter().map(|row| names.of(&row[1])).collect();
            let known = names.0.len();
            let predictions = if kind == Kind::Labels {
                let index = solution.rows.iter().map(|row| names.of(&answer(row)[0])).collect();
                Predictions::Classes { index, extra: names.0.split_off(known) }
            } else {
                let order: Vec<u32> = submission.header[1..].iter().map(|name| names.of(name)).collect();
                let mut values = vec![0.0; solution.rows.len() * order.len()];
                for (row, place) in solution.rows.iter().zip((0..).step_by(order.len())) {
                    for (class, text) in order.iter().zip(answer(row)) {
                        values[place + *class as usize] = number(text);
                    }
                }
                Predictions::Probabilities { values, extra: names.0.split_off(known) }
            };
            (Targets::Classes { index, names: names.0 }, predictions)
        }
        Kind::Probability => (
            Targets::Binary(solution.rows.iter().map(|row| row[1] == "1").collect()),
            Predictions::Scores(solution.rows.iter().map(|row| number(&answer(row)[0])).collect()),
        ),
        Kind::Numbers => (
            Targets::Numbers { columns: 1, values: solution.rows.iter().map(|row| number(&row[1])).collect() },
            Predictions::Numbers(solution.rows.iter().map(|row| number(&answer(row)[0])).collect()),
        ),
        Kind::Ranking => {
            let mut queries: BTreeMap<&str, Vec<(u32, f64)>> = BTreeMap::new();
            for row in &solution.rows {
                queries.entry(&row[0]).or_default().push((names.of(&row[1]), number(&row[2])));
            }
            let ranked = queries.keys().map(|query| names.words(&by_id[query][0])).collect();
            (Targets::Ranking(queries.into_values().collect()), Predictions::Rankings(ranked))
        }
        Kind::Multilabel => {
            let rows: Lists<u32> = solution.rows.iter().map(|row| names.words(&row[1])).collect();
            let predicted = solution.rows.iter().map(|row| names.words(&answer(row)[0])).collect();
            (Targets::Sets { rows, names: names.0 }, Predictions::Sets { rows: predicted, extra: Vec::new() })
        }
    };
    let mut truth = Truth::new(targets);
    if let Some(column) = solution.header.iter().position(|name| name == "groups") {
        let mut names = Names::default();
        let rows = solution.rows.iter().map(|row| names.words(&row[column])).collect();
        truth.groups = Some(Groups { rows, names: names.0 });
    }
    (truth, predictions)
}

#[test]
fn every_golden_value_comes_out() {
    let cases = std::fs::read_to_string(folder().join("cases.tsv")).unwrap();
    let mut by_case: BTreeMap<&str, Vec<(Metric, &str)>> = BTreeMap::new();
    for line in cases.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        by_case.entry(fields[0]).or_default().push((fields[1].parse().unwrap(), fields[2]));
    }
    let mut checked = 0;
    let mut wrong = Vec::new();
    for (case, expected) in by_case {
        let (solution, submission) = (read(case, "solution"), read(case, "submission"));
        let metrics: Vec<Metric> = expected.iter().map(|(metric, _)| metric.clone()).collect();
        let (truth, predictions) = columns(kind(&metrics, &submission), &solution, &submission);
        let rows: Vec<u32> = (0..truth.targets.len() as u32).collect();
        for (metric, expected) in expected {
            checked += 1;
            let estimate = evaluate(&metric, &truth, &predictions, &rows);
            let plain = value(&metric, &truth, &predictions, &rows);
            let right = match (&estimate, expected) {
                (Err(reason), "error") => reason.code() == "metric_undefined",
                (Ok(estimate), expected) if expected != "error" => {
                    let expected: f64 = expected.parse().unwrap();
                    let difference = (estimate.value - expected).abs();
                    let error_is_usable = estimate.standard_error.is_none_or(|error| error.is_finite() && error >= 0.0);
                    difference <= 1e-12 * expected.abs().max(1.0) && error_is_usable && plain == Ok(estimate.value)
                }
                _ => false,
            };
            if !right {
                wrong.push(format!("{case} {metric}: {estimate:?} {plain:?}, expected {expected}"));
            }
        }
    }
    assert_eq!(checked, 384);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
